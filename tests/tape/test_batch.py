"""Many points at once say what the points say one by one."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest

from hesscli import tape
from hesscli.language.syntax import parse
from hesscli.options import Method
from hesscli.request import Request
from hesscli.tape import batch as batches
from tests.tape.truth import ROWS, Row

COUNT = 1200


def assert_same(batch, single, rows, scale: float = 1e-12) -> None:
    for name in single[0].arrays:
        stacked = np.stack([answer.arrays[name] for answer in single])
        holes = np.stack([answer.holes[name] for answer in single])
        assert (batch.holes[name][rows] == holes).all(), name
        size = np.abs(np.where(holes | ~np.isfinite(stacked), 0, stacked)).max(initial=1e-300)
        np.testing.assert_allclose(batch.arrays[name][rows], stacked, rtol=scale, atol=scale * size, err_msg=name)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.text)
def test_columns_say_what_points_say(row: Row) -> None:
    once = np.array(row.points)
    points = np.concatenate([once] * (1 + batches.FEW // len(once)))
    expression, request = parse(row.text, variables=("x", "y")[: points.shape[1]]), Request("hessian")
    batch = tape.answer_batch(expression, request, points)
    assert_same(batch, tape.answer_each(expression, request, once), slice(len(once)))
    for array in batch.arrays.values():
        assert np.array_equal(array[: len(once)], array[-len(once) :], equal_nan=True)


@pytest.mark.parametrize(
    ("text", "request_"),
    [
        ("exp(x*y)*sin(x)+y**3*x", Request("hessian")),
        ("[x**2*y, tanh(x) + floor(y)]", Request("hessian")),
        ("besselj(2, x)*y", Request("hessian")),
        ("Piecewise((sqrt(x)*y, x > 0), (x**2, y > 0), (log(-x), x < -1))", Request("hessian")),
        ("gamma(x)*erfinv(y/9)", Request("gradient")),
        ("x**3*y**2", Request("derivative", order=3)),
        ("x**3*y**2", Request("derivative", wrt=(0, 1, 1))),
        ("x**3*y**2", Request("hvp", vector=(1.0, -2.0))),
    ],
)
def test_compiled_says_what_points_say(text: str, request_: Request, monkeypatch: pytest.MonkeyPatch) -> None:
    points = np.random.default_rng(1).normal(size=(COUNT, 2)) * 2
    expression = parse(text)
    monkeypatch.setattr(batches, "COMPILE_FROM", 100)
    batch = tape.answer_batch(expression, request_, points)
    rows = np.arange(0, COUNT, 40)
    assert len(batch.arrays["value"]) == COUNT
    assert_same(batch, tape.answer_each(expression, request_, points[rows]), rows, 1e-11)


@pytest.mark.parametrize("method", [method.value for method in Method if method is not Method.TAYLOR])
def test_every_method_takes_many_points(method: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))  # AutoGraph would leave files there
    points = np.random.default_rng(2).normal(size=(20, 2))
    batch = tape.answer_batch(parse("exp(x*y)*sin(x)"), Request("hessian"), points, method=method)
    x, y = points.T
    truth = np.exp(x * y) * (np.sin(x) + x * y * np.sin(x) + x * np.cos(x))
    np.testing.assert_allclose(batch.arrays["hessian"][:, 0, 1], truth, rtol=1e-6 if "finite" in method else 1e-12)
    tape.answer_each(parse("exp(x*y)*sin(x)"), Request("hessian"), points[:1], method=method)
    assert list(tmp_path.iterdir()) == []


def test_a_long_process_does_not_compile_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    points = np.random.default_rng(4).normal(size=(20, 2))
    monkeypatch.setattr(batches, "COMPILE_FROM", 10)
    monkeypatch.setattr(batches.Compiled, "count", 0)
    monkeypatch.setattr(batches, "MOST_COMPILED", 1)
    for k, forms in enumerate((3, 1)):
        expression = parse(f"x**2*y + {k + 7}*y")
        batch = tape.answer_batch(expression, Request("gradient"), points)
        np.testing.assert_allclose(batch.arrays["gradient"][:, 1], points[:, 0] ** 2 + k + 7)
        job = batches.Job(expression, Request("gradient"), "nested", "float64", None, ())
        assert 1 + len(batches.compiled(job, 1).forms or ()) == forms


def test_nothing_holds_is_nan() -> None:
    batch = tape.answer_batch(parse("Piecewise((x, x > 0))"), Request("gradient"), np.linspace(-1, 1, 40)[:, None])
    assert np.isnan(batch.arrays["value"][:20]).all()
    assert (batch.arrays["gradient"][20:] == 1).all()


def test_hessians_alone() -> None:
    points = np.random.default_rng(3).normal(size=(50, 2))
    x, y = points.T
    got = tape.compiled_hessians(parse("x**2*y + y**3"), points)()
    np.testing.assert_allclose(got, np.moveaxis(np.array([[2 * y, 2 * x], [2 * x, 6 * y]]), -1, 0))


def test_no_points_at_all() -> None:
    for method in ("nested", "taylor"):
        batch = tape.answer_batch(parse("x*y"), Request("hessian"), np.empty((0, 2)), method=method)
        assert batch.arrays["hessian"].shape == (0, 2, 2)
