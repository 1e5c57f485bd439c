"""Points written as columns say what the same points say row by row."""

from __future__ import annotations

import csv
import io
import json

import numpy as np
import pytest

from hesscli.compute import asking
from hesscli.compute.asking import ask
from hesscli.compute.compute import streamed
from hesscli.exact import Session
from hesscli.language.syntax import parse
from hesscli.options import Options
from hesscli.output.columns import filled, floats, numbers
from hesscli.output.formats import Format
from hesscli.output.page import Page
from hesscli.output.render import render
from hesscli.output.table import number
from hesscli.request import Request
from hesscli.result import TapeBlock

POINTS = np.random.default_rng(7).uniform(-3, 3, (3_000, 2))
POINTS[:4] = [[0, -0.0], [1e-300, 1e17], [-2, 0.5], [1, 2]]


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """Twenty of them are checked."""
    monkeypatch.setattr(asking, "SAMPLE", 20)


def written(text, request, form, *, blocks, **options):
    how = Options(exact="sample", **options)
    with Session() as session:
        results = list(streamed(ask(parse(text), request, POINTS, how, session), blocks=blocks))
    assert any(isinstance(result, TapeBlock) for result in results) == blocks
    stream = io.BytesIO()
    beside = [{"id": k, "name": f'"{k}", a\n'} if k % 3 else {} for k in range(len(POINTS))]
    render(results, form, stream, Page(), request_id="r", beside=beside)
    return stream.getvalue().decode()


CASES = (
    ("x^2*y + exp(x)", Request("hessian"), {}),
    ("x^2*y^2 + exp(x*y)", Request("hessian"), {}),
    ("x^2*y + exp(x)", Request("hessian"), {"dtype": "float32"}),
    ("[x*y, x^3]", Request("hessian"), {}),
    ("[x*y, x^3]", Request("jacobian"), {}),
    ("log(x)*y", Request("gradient"), {}),
    ("x^3*y", Request("derivative", order=3), {}),
    ("x^3*y", Request("hvp", vector=(1.0, 2.0)), {}),
)


@pytest.mark.parametrize(("text", "request_", "options"), CASES)
def test_json_lines_are_equal_objects(text, request_, options):
    rows, columns = (
        [json.loads(line) for line in written(text, request_, Format.JSON, blocks=blocks, **options).splitlines()]
        for blocks in (False, True)
    )
    assert len(rows) == len(columns) == len(POINTS)
    for row, column in zip(rows, columns, strict=True):
        del row["seconds"], column["seconds"]
        assert list(row) == list(column)
        assert row == column


@pytest.mark.parametrize(("text", "request_", "options"), CASES)
def test_csv_is_the_same_text(text, request_, options):
    rows, columns = (written(text, request_, Format.CSV, blocks=blocks, **options) for blocks in (False, True))
    assert rows.splitlines()[:3] == columns.splitlines()[:3]
    assert rows == columns
    assert len(list(csv.reader(io.StringIO(columns)))) == len(POINTS) + 1


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_numbers_are_those_of_the_tables(dtype):
    column = np.array(
        [0.0, -0.0, 1, -1, 10, 0.1, 1e-5, 1e22, 123456789, 1.5e300 if dtype == "float64" else 1e30], dtype
    )
    assert numbers(column) == [number(x, dtype) for x in column]
    assert [float(text) for text in floats(column.astype(float))] == column.tolist()


def test_one_point_is_filled_in():
    assert filled(["a", ""], [["1"]]) == "a1"
