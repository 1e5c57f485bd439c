from __future__ import annotations

import importlib.util
import json
import sys

import numpy as np
import pytest

from hesscli.errors import HesscliError
from hesscli.language.data import read_columns, read_data

COLUMNS = {"t": np.array([0, 1, 2]), "y": np.array([1.5, -2.0, 1e-3])}
RECORDS = [{"t": 0, "y": 1.5}, {"t": 1, "y": -2}, {"t": 2, "y": 1e-3}]

TEXTS = {
    "m.csv": "t,y\n0,1.5\n1,-2\n2,1e-3\n",
    "m.tsv": "t\ty\n0\t1.5\n1\t-2\n2\t1e-3\n",
    "m.jsonl": "\n".join(map(json.dumps, RECORDS)) + "\n",
    "m.json": json.dumps({"t": [0, 1, 2], "y": [1.5, -2, 1e-3]}),
    "rows.json": json.dumps(RECORDS),
}


@pytest.mark.parametrize("name", TEXTS)
def test_the_same_columns_from_every_text(tmp_path, name):
    (tmp_path / name).write_text(TEXTS[name])
    found = read_columns(f"{tmp_path}/{name}", "data")
    assert list(found) == ["t", "y"]
    assert found["t"].dtype == np.int64
    for one, column in COLUMNS.items():
        np.testing.assert_array_equal(found[one], column)


def test_columns_without_a_name_and_matrices(tmp_path):
    (tmp_path / "y.jsonl").write_text("1\n2.5\n")
    (tmp_path / "X.json").write_text("[[1, 2, 3], [4, 5, 6]]")
    np.save(tmp_path / "A.npy", np.eye(2))
    np.savez(tmp_path / "b.npz", B=np.ones((2, 3), np.float32), c=np.arange(2))
    data = read_data([f"y={tmp_path}/y.jsonl", f"X={tmp_path}/X.json", f"A={tmp_path}/A.npy", f"{tmp_path}/b.npz"])
    assert {name: array.shape for name, array in data.items()} == {
        "y": (2,), "X": (2, 3), "A": (2, 2), "B": (2, 3), "c": (2,)
    }  # fmt: skip
    assert data["X"].tolist() == [[1, 2, 3], [4, 5, 6]]
    assert data["B"].dtype == np.float64


WRONG = {
    ("a.jsonl", '{"t": 1}\n{"u": 1}\n'): "a.jsonl, line 2: expected an object with t as before",
    ("a.jsonl", '{"t": 1}\n{"t": "x"}\n'): "a.jsonl, line 2, t: expected a number, got a string",
    ("a.jsonl", '{"t": 1}\n{"t": 2'): "a.jsonl, line 2, column 8: not JSON: Expecting ',' delimiter",
    ("a.jsonl", '{"t": 1}\n{"t": NaN}\n'): "a.jsonl, line 2: NaN is no finite number",
    ("a.json", "[[1, 2], [3]]"): "a.json, row 1: expected a list of 2 numbers as before",
    ("a.json", '{"t": []}'): "a.json, t: expected a list of numbers, got an empty list",
    ("a.csv", "t,y\n1,2\n3,nan\n"): "a.csv, line 3, column y: the number is 'nan'; expected a finite number",
    ("a.csv", "t,y\n1,2\n3\n"): "a.csv, line 3: expected 2 fields, got 1",
}


@pytest.mark.parametrize(("name", "text"), WRONG)
def test_what_is_wrong_is_said_with_its_place(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    with pytest.raises(HesscliError) as problem:
        read_columns(f"{tmp_path}/{name}", "data")
    assert problem.value.message.removeprefix(f"{tmp_path}/") == WRONG[name, text]


@pytest.mark.parametrize("scanned", [1, 6, 1 << 20])
def test_a_number_that_is_not_finite_is_named_by_row_and_column(tmp_path, monkeypatch, scanned):
    monkeypatch.setattr("hesscli.language.data.SCANNED", scanned)
    matrix = np.ones((4, 3))
    matrix[2, 1] = np.nan
    np.save(tmp_path / "X.npy", matrix)
    with pytest.raises(HesscliError, match=r"X.npy: row 2, column 1 is nan; expected finite numbers"):
        read_columns(f"{tmp_path}/X.npy", "data")
    np.save(tmp_path / "X.npy", np.ones((4, 3, 2)))
    with pytest.raises(HesscliError, match=r"expected one row of numbers, or a matrix, got shape \(4, 3, 2\)"):
        read_columns(f"{tmp_path}/X.npy", "point")


def test_parquet_needs_its_library(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(HesscliError, match=r"pyarrow, which is not installed: pip install 'hesscli\[parquet\]'"):
        read_columns(f"{tmp_path}/m.parquet", "data")


@pytest.mark.skipif(importlib.util.find_spec("pyarrow") is None, reason="the extra hesscli[parquet] is not installed")
def test_the_same_columns_from_parquet(tmp_path):
    import pyarrow
    from pyarrow import parquet

    parquet.write_table(pyarrow.table(COLUMNS), tmp_path / "m.parquet")
    found = read_columns(f"{tmp_path}/m.parquet", "data")
    assert found["t"].dtype == np.int64
    np.testing.assert_array_equal(found["y"], COLUMNS["y"])
    parquet.write_table(pyarrow.table({"t": [1, None, 3]}), tmp_path / "h.parquet")
    with pytest.raises(HesscliError, match=r"column t: entry 1 is nan"):
        read_columns(f"{tmp_path}/h.parquet", "data")
    (tmp_path / "m.parquet").write_text("t,y\n")
    with pytest.raises(HesscliError, match=r"cannot read .*m.parquet: "):
        read_columns(f"{tmp_path}/m.parquet", "data")


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
def test_what_is_wrong_with_a_table_read_by_numpy(tmp_path, text, message):
    (tmp_path / "m.csv").write_text(text)
    with pytest.raises(HesscliError, match=message):
        read_data([str(tmp_path / "m.csv")])
