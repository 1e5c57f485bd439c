"""Many results: rows, suspects, counts; never all of a million."""

from dataclasses import replace

import pytest

from hesscli.output.overview import render
from hesscli.output.page import Page
from hesscli.result import Verdict
from tests.output.results import MAIN, large

FAILED = replace(MAIN, verdict=Verdict.TAPE_FAILED, notes=("hessian[0,0]: TensorFlow gives nan",))


def text(results, page=None) -> str:
    return b"".join(render(results, page or Page())).decode()


def points(count):
    for k in range(count):
        yield replace(FAILED if k == 700 else MAIN, point=(k / 7, 2.0))


def test_few_are_shown_in_full():
    shown = text([MAIN, FAILED])
    assert shown.count("eigenvalues") == 2
    assert "tape-failed" in shown


def test_many_are_a_row_each_and_counted():
    shown = text(points(10))
    assert "10 points: 10 ✓ agree" in shown
    assert shown.count("✓ agree") == 11


def test_a_long_sweep_shows_its_ends_and_its_suspects():
    shown = text(points(5000))
    assert len(shown.splitlines()) < 60
    assert "5000 points: 4999 ✓ agree, 1 ✗ tape-failed" in shown
    assert "point 701: ∂²f/∂x0²" in shown
    assert "--format csv" in shown


def test_what_holds_at_every_point_is_said_once():
    told = ("e is a variable here",)
    shown = text(replace(one, notes=(*told, *one.notes)) for one in points(800))
    assert shown.count("e is a variable here") == 1
    assert "point 701: ∂²f/∂x0²" in shown
    assert "e is a variable" not in text(points(800))


@pytest.mark.parametrize("width", [30, 50, 80, 200])
def test_no_line_is_wider_than_the_terminal(width):
    for results in (points(40), [large(6)] * 6):
        assert max(map(len, text(results, Page(width, fold=True)).splitlines())) <= width
