"""Points as users give them: typed, in files, in pipes -> an array of shape (k, n)."""

from hesscli.language.points.typed import Points, parse_numbers, read_points

__all__ = ["Points", "parse_numbers", "read_points"]
