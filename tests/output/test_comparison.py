"""The methods side by side: nothing is cut, however narrow the page."""

from __future__ import annotations

import math

import numpy as np
import pytest

from hesscli.output.comparison import draw, duration, size
from hesscli.output.page import Page
from hesscli.request import Request
from hesscli.result import Accuracy, TapeAnswer, Verdict
from hesscli.result.reports import Comparison, Measured
from tests.output.results import exactly


def comparison():
    value = np.array([[0.8293385250547298, -1.5], [-1.5, 2.0]])
    tape = TapeAnswer({"hessian": value}, {"hessian": np.zeros((2, 2), dtype=bool)})
    error = Accuracy(1e-17, 1e-16, 15.8)
    found = Measured("forward-over-reverse", tape, error, Verdict.AGREE, 0.0123, 4.5e-4, 12_900, ())
    lost = Measured("finite-difference", None, None, Verdict.UNCHECKED, math.nan, math.nan, 0, ("it has no step",))
    exact = exactly({"hessian": [["0.8", "-1.5"], ["-1.5", "2"]]}, proven=True)
    point = (0.30000000000000004, 1.0)
    return Comparison("x*y", "x*y", ("x", "y"), Request("hessian"), point, "float64", exact, (found, lost))


@pytest.mark.parametrize("width", [30, 40, 60, 80, 120, 200])
@pytest.mark.parametrize("fold", [True, False])
def test_nothing_is_cut(width, fold):
    text = draw(comparison(), Page(width=width, fold=fold))
    assert "\N{HORIZONTAL ELLIPSIS}" not in text
    words = " ".join(text.split())
    for part in (
        "forward-over-reverse",
        "12.3 ms",
        "450 us",
        "12.9 kB",
        "15.8",
        "agree",
        "no answer",
        "it has no step",
    ):
        assert part in words
    if fold:
        assert max(map(len, text.splitlines())) <= width


def test_units():
    assert [duration(x) for x in (2.0, 0.0123, 4.5e-4, 1e-9, math.nan)] == ["2 s", "12.3 ms", "450 us", "0.001 us", "-"]
    assert [size(x) for x in (12, 12_900, 3_000_000, 4_200_000_000)] == ["12 B", "12.9 kB", "3 MB", "4.2 GB"]
