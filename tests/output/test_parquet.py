"""Parquet files, read back by pyarrow."""

from __future__ import annotations

import importlib.util
import io
import sys

import numpy as np
import pytest

from hesscli.errors import HesscliError, LimitError
from hesscli.output.formats import ENDINGS, Format
from hesscli.output.render import write_arrays
from hesscli.request import Request
from hesscli.result.stack import stacked
from tests.output.results import MAIN, main, vector

ARROW = pytest.mark.skipif(
    importlib.util.find_spec("pyarrow") is None, reason="the extra hesscli[parquet] is not installed"
)


def read(*sweeps):
    from pyarrow import parquet

    stream = io.BytesIO()
    write_arrays(sweeps, sum(map(len, sweeps)), Format.PARQUET, stream)
    return parquet.ParquetFile(io.BytesIO(stream.getvalue()))


@ARROW
def test_a_row_a_point_and_a_row_group_a_step():
    file = read(stacked([MAIN, MAIN]), stacked([MAIN]))
    table = file.read().to_pydict()
    assert (file.metadata.num_row_groups, file.metadata.num_rows) == (2, 3)
    numbers = ["f", "df/dx0", "df/dx1", "d2f/dx0^2", "d2f/dx0dx1", "d2f/dx1dx0", "d2f/dx1^2"]
    assert list(table) == ["x0", "x1", *numbers, *(f"tape {name}" for name in numbers), "verdict"]
    assert [table[name] for name in ("x0", "x1", *numbers)] == [[k] * 3 for k in (1, 2, 3, 4, 1, 2, 1, 1, 0)]
    assert table["verdict"] == ["agree"] * 3


@ARROW
def test_components_have_their_names_and_what_is_missing_is_nan():
    names = read(stacked([vector()])).schema_arrow.names
    assert {"f1", "f2"} <= {*names}
    second = stacked([MAIN])
    object.__setattr__(second, "tape", {})
    assert np.isnan(read(stacked([MAIN]), second).read().to_pydict()["tape f"][1])


@ARROW
def test_what_has_no_column_is_an_error():
    first = stacked([MAIN])
    object.__setattr__(first, "tape", {})
    with pytest.raises(HesscliError, match="tape f has no number at the first points"):
        read(first, stacked([MAIN]))
    empty = stacked([main(tape=None)])
    object.__setattr__(empty, "numbers", {})
    object.__setattr__(empty, "request", Request("hessian"))
    with pytest.raises(LimitError, match="neither witness"):
        read(empty)


def test_without_pyarrow_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.delitem(sys.modules, "hesscli.output.parquet", raising=False)
    with pytest.raises(HesscliError, match=r"pip install 'hesscli\[parquet\]'"):
        write_arrays([stacked([MAIN])], 1, Format.PARQUET, io.BytesIO())
    assert ENDINGS[".parquet"] is Format.PARQUET
