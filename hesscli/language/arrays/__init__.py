"""Files that hold arrays: CSV and its kin, JSON, JSON Lines, NPY, NPZ; one reader for points, claims and data."""

from hesscli.language.arrays.contents import ENDINGS, Contents, Form, read_file, read_standard_input

__all__ = ["ENDINGS", "Contents", "Form", "read_file", "read_standard_input"]
