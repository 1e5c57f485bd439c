"""Points in steps are the same points at once."""

from __future__ import annotations

import io

import numpy as np
import pytest

from hesscli.compute import compute
from hesscli.compute.asking import ask
from hesscli.compute.compute import arrays, swept
from hesscli.errors import LimitError, PointError
from hesscli.language.points import Grid
from hesscli.language.syntax import parse
from hesscli.options import Options
from hesscli.output import npy, npz
from hesscli.request import Request

GRID = Grid((np.linspace(-1.0, 1.0, 7), np.linspace(0.5, 2.0, 5)))


@pytest.mark.parametrize("text", ["x**2*y + Abs(x)", "zeta(y + 1)*x", "log(x)*y"])
@pytest.mark.parametrize("size", [1, 4, 35])
def test_whatever_the_steps_the_files_are_the_same(session, monkeypatch, text, size):
    monkeypatch.setattr(compute, "COLUMNS", size)
    expression, request = parse(text), Request("gradient")
    whole = arrays(ask(expression, request, GRID[:], Options(), session))
    steps = [*swept(ask(expression, request, GRID, Options(), session))]
    assert sum(map(len, steps)) == len(whole) == 35
    assert np.concatenate([step.verdict for step in steps]).tolist() == whole.verdict.tolist()
    assert {note for step in steps for note in step.notes} >= {*whole.notes}
    for form in (npy, npz):
        one, many = io.BytesIO(), io.BytesIO()
        form.write([whole], 35, one)
        form.write(steps, 35, many)
        found, expected = (np.load(io.BytesIO(stream.getvalue())) for stream in (many, one))
        if form is npy:
            found, expected = {"": found}, {"": expected}
        assert sorted(found) == sorted(expected)
        assert all(found[name].dtype == expected[name].dtype for name in expected)
        words = {name for name in expected if expected[name].dtype.kind == "U"}
        for name in words:
            np.testing.assert_array_equal(found[name], expected[name])
        for name in expected.keys() - words:  # kernels round otherwise where they take fewer rows
            np.testing.assert_allclose(found[name], expected[name], rtol=1e-14)


def test_the_gradient_of_a_grid_is_the_one_by_hand(session):
    (sweep,) = swept(ask(parse("x**2*y"), Request("gradient"), GRID, Options(), session))
    x, y = sweep.points.T
    np.testing.assert_allclose(sweep.numbers["gradient"], np.stack([2 * x * y, x**2], axis=1), rtol=1e-15)


def test_a_coordinate_beyond_float32_is_named(session):
    grid = Grid((np.array([1.0, 1e300]), np.array([1.0])))
    with pytest.raises(PointError, match="1e\\+300 is beyond the range of float32"):
        ask(parse("x*y"), Request("gradient"), grid, Options(dtype="float32"), session)


def test_all_of_a_grid_beyond_memory_are_not_checked(session):
    grid = Grid((np.linspace(0, 1, 10_000), np.linspace(0, 1, 10_000)))
    with pytest.raises(LimitError, match="--exact full"):
        ask(parse("x*y"), Request("gradient"), grid, Options(exact="full"), session)


@pytest.mark.parametrize(("text", "zeros"), [("x**2*y", {(1, 1)}), ("log(y)*3 + x", {(0, 0), (0, 1), (1, 0)})])
def test_points_that_nobody_checked_have_the_zeros_of_the_form(session, text, zeros, monkeypatch):
    monkeypatch.setattr("hesscli.compute.asking.FULL", 10)
    monkeypatch.setattr("hesscli.compute.asking.SAMPLE", 2)
    sweep = arrays(ask(parse(text), Request("hessian"), GRID, Options(), session))
    assert sweep.checked == 2
    hessian = sweep.numbers["hessian"]
    assert np.isfinite(hessian).all()
    assert {tuple(place) for place in np.argwhere((hessian == 0).all(axis=0)).tolist()} == zeros


def test_at_a_kink_no_form_says_what_is_zero(session, monkeypatch):
    monkeypatch.setattr("hesscli.compute.asking.FULL", 10)
    monkeypatch.setattr("hesscli.compute.asking.SAMPLE", 2)
    sweep = arrays(ask(parse("Abs(x)*y"), Request("hessian"), GRID, Options(), session))
    assert np.isnan(sweep.numbers["hessian"][5, 1, 1])
