"""Points as users give them: typed, in files, in pipes, as values of JSON and TOML -> an array of shape (k, n)."""

from hesscli.language.points.grid import Grid, Stretch
from hesscli.language.points.notation import Points, read_points

__all__ = ["Grid", "Points", "Stretch", "read_points"]
