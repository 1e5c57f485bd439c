"""Columns of data as they are written: integers where every field is one, by NumPy's reader or line by line."""

from __future__ import annotations

import numpy as np
import pytest

from hesscli.elements.data import read_data
from hesscli.errors import HesscliError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("k,y\n1,2.5\n-3,4\n", {"k": np.array([1, -3]), "y": np.array([2.5, 4.0])}),
        ("# made by hand\n\nk;y\n1;2.0 # two\n\n+3;4\n", {"k": np.array([1, 3]), "y": np.array([2.0, 4.0])}),
        ("k,y\n1,1/2\n2,pi\n", {"k": np.array([1, 2]), "y": np.array([0.5, np.pi])}),
        ("k\n1e3\n2\n", {"k": np.array([1000.0, 2.0])}),
        ("k\n123456789012345\n", {"k": np.array([123456789012345])}),
        ("k\n1234567890123456\n", {"k": np.array([1234567890123456.0])}),
    ],
)
def test_columns_of_a_table(tmp_path, text, expected):
    (tmp_path / "m.csv").write_text(text)
    found = read_data([str(tmp_path / "m.csv")])
    assert {name: (column.dtype, column.tolist()) for name, column in found.items()} == {
        name: (column.dtype, column.tolist()) for name, column in expected.items()
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file is empty"),
        ("k,y\n", "there is a header and no row"),
        ("k,k\n1,2\n", "line 1: a column's name is given twice"),
        ("k,y\n1,2\n3\n", "line 3: expected 2 fields, got 1"),
        ("k,y\n1,2\n3,nan\n", "line 3, column y: the number"),
    ],
)
def test_what_is_wrong_with_a_table(tmp_path, text, message):
    (tmp_path / "m.csv").write_text(text)
    with pytest.raises(HesscliError, match=message):
        read_data([str(tmp_path / "m.csv")])
