"""Numbers that have names are taken by them, whatever library they come from; x^2*y has the gradient 2xy, x^2."""

from __future__ import annotations

from collections import namedtuple

import numpy as np
import pytest

import hesscli
from hesscli.errors import HesscliError, PointError


class Row:
    """A row with names, as of pandas."""

    def __init__(self, numbers, index):
        self.index, self.numbers = index, dict(zip(index, numbers, strict=True))

    def __getitem__(self, name):
        return self.numbers[name]

    def __array__(self, dtype=None, copy=None):
        return np.array([*self.numbers.values()], dtype)


class Table:
    """A table with names, as of pandas or Polars."""

    def __init__(self, columns):
        self.columns, self.held = [*columns], columns

    def __getitem__(self, name):
        return self.held[name]

    def __array__(self, dtype=None, copy=None):
        return np.array([*self.held.values()], dtype).T


TABLES = [
    pytest.param(lambda columns: Table({name: np.array(one) for name, one in columns.items()}), id="columns"),
    pytest.param(lambda columns: pytest.importorskip("pandas").DataFrame(columns), id="pandas"),
    pytest.param(lambda columns: pytest.importorskip("polars").DataFrame(columns), id="polars"),
    pytest.param(
        lambda columns: np.array([*zip(*columns.values(), strict=True)], dtype=[(name, float) for name in columns]),
        id="structured",
    ),
]
ROWS = [
    pytest.param(Row, id="index"),
    pytest.param(lambda row, names: pytest.importorskip("pandas").Series(row, index=names), id="pandas"),
    pytest.param(lambda row, names: np.array([tuple(row)], dtype=[(name, float) for name in names])[0], id="void"),
    pytest.param(lambda row, names: namedtuple("Named", names)(*row), id="namedtuple"),
]


@pytest.mark.parametrize("table", TABLES)
def test_columns_of_a_table_are_taken_by_name(table):
    found = hesscli.sweep("x^2*y", at=table({"y": [3.0, 4.0], "x": [1.0, 2.0]}), verb="gradient")
    assert found.points.tolist() == [[1.0, 3.0], [2.0, 4.0]]
    assert found.gradient.tolist() == [[6.0, 1.0], [16.0, 4.0]]
    wide = hesscli.sweep("x^2*y", at=table({"z": [9.0], "y": [3.0], "x": [1.0]}), verb="gradient")
    assert wide.gradient.tolist() == [[6.0, 1.0]]
    with pytest.raises(PointError, match="no column x; expected x, y, got y, X; "):
        hesscli.sweep("x^2*y", at=table({"y": [3.0], "X": [1.0]}), verb="gradient")


@pytest.mark.parametrize("row", ROWS)
def test_a_row_with_names_is_taken_by_name(row):
    assert hesscli.gradient("x^2*y", at=row([3.0, 1.0], ["y", "x"])).gradient.tolist() == [6.0, 1.0]
    one = row([3.0, 1.0, 5.0], ["y", "x", "z"])
    assert hesscli.sweep("x^2*y", at=[one, one], verb="gradient").points.tolist() == [[1.0, 3.0], [1.0, 3.0]]
    # H = [[2y, 2x], [2x, 0]] at (1, 3) times v = (1, 0) is (6, 2)
    assert hesscli.hvp("x^2*y", at=[1, 3], vector=row([0.0, 1.0], ["y", "x"])).hvp.tolist() == [6.0, 2.0]
    with pytest.raises(PointError, match="no column y"):
        hesscli.gradient("x^2*y", at=row([3.0, 1.0], ["t", "x"]))


@pytest.mark.parametrize("row", ROWS)
def test_claims_with_names_are_compared_by_name(row):
    right = hesscli.check("x^2*y", gradient=row([1.0, 6.0], ["y", "x"]), at=row([3.0, 1.0], ["y", "x"]))
    assert right.right
    assert hesscli.check("x^2*y", gradient=lambda x, y: row([x**2, 2 * x * y], ["y", "x"]), at=[1, 3]).right
    assert not hesscli.check("x^2*y", gradient=row([6.0, 1.0], ["y", "x"]), at=[1, 3]).right


def test_a_claimed_matrix_is_compared_by_the_names_of_rows_and_columns():
    pandas = pytest.importorskip("pandas")
    # x^2*y at (1, 3): [[6, 2], [2, 0]]; the table names its rows the other way round
    claim = pandas.DataFrame({"y": [0.0, 2.0], "x": [2.0, 6.0]}, index=["y", "x"])
    assert hesscli.check("x^2*y", hessian=claim, at=[1, 3]).right


def test_vectors_of_sums_are_taken_by_name():
    # the gradient in x is 2 (x_i - y_i), in y its negative
    text = "Sum((x[i] - y[i])**2, (i, 0, n-1))"
    found = hesscli.gradient(text, at=Table({"y": np.array([0.0, 1.0]), "x": np.array([1.0, 4.0])}), params={"n": 2})
    by_name = dict(zip(found.variables, found.gradient.tolist(), strict=True))
    assert by_name == {"x[0]": 2.0, "x[1]": 6.0, "y[0]": -2.0, "y[1]": -6.0}


def test_what_is_counted_has_no_names():
    pandas = pytest.importorskip("pandas")
    assert hesscli.gradient("x^2*y", at=pandas.Series([1.0, 3.0])).gradient.tolist() == [6.0, 1.0]
    line = pandas.Series([1.0, 2.0], index=pandas.date_range("2020-01-01", periods=2))
    assert hesscli.sweep("x^2", at=line, verb="gradient").gradient.ravel().tolist() == [2.0, 4.0]
    assert hesscli.sweep("x^2*y", at=pandas.DataFrame([[1.0, 3.0]]), verb="gradient").gradient.tolist() == [[6.0, 1.0]]


def test_a_name_that_occurs_twice_is_refused():
    pandas = pytest.importorskip("pandas")
    with pytest.raises(HesscliError, match="occurs twice"):
        hesscli.gradient("x^2*y", at=pandas.DataFrame([[1.0, 2.0, 3.0]], columns=["x", "y", "x"]))
