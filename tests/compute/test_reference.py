"""The points a claim is held against."""

from __future__ import annotations

import math

import pytest

from hesscli.compute.reference import POINTS, POINTS_OF_BRANCHES, reference_at
from hesscli.errors import LimitError, NoAnswerError
from hesscli.language.syntax import parse
from hesscli.options import Options
from hesscli.request import Request


def drawn(session, text):
    return reference_at(parse(text), Request("gradient"), None, Options(), session)


@pytest.mark.parametrize("text", ["x**3", "x*y", "x*y*z"])
def test_every_variable_is_met_with_both_signs(session, text):
    points = drawn(session, text).points
    assert len(points) == POINTS
    for column in zip(*points, strict=True):
        assert min(column) < 0 < max(column)


@pytest.mark.parametrize("text", ["abs(x)", "Max(x, 3)", "Piecewise((x, x > 5), (x**2, True))", "floor(x)*x"])
def test_branches_are_met(session, text):
    points = drawn(session, text).points
    assert len(points) == POINTS_OF_BRANCHES
    assert min(points)[0] < -10
    assert max(points)[0] > 10


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("log(x)", lambda x: x > 0),
        ("sqrt(-x)", lambda x: x < 0),
        ("acosh(x)", lambda x: x > 1),
        ("asin(x)", lambda x: -1 < x < 1),
        ("log(x - 50)", lambda x: x > 50),
        ("log(x)*log(1 - x)", lambda x: 0 < x < 1),
    ],
)
def test_points_lie_in_the_domain(session, text, inside):
    truth = drawn(session, text)
    assert truth.points
    assert all(inside(x) for (x,) in truth.points)


def test_the_truth_is_right(session):
    truth = drawn(session, "x*sin(y)")
    for (x, y), row in zip(truth.points, truth.array("gradient"), strict=True):
        assert row.tolist() == pytest.approx([math.sin(y), x * math.cos(y)], rel=1e-15)
    assert truth.array("jacobian").shape == (POINTS, 1, 2)
    assert truth.forms("gradient") == ["sin(y)", "x*cos(y)"]


def test_no_point_and_no_certainty():
    from hesscli import exact

    with exact.Session() as session, pytest.raises(NoAnswerError):
        drawn(session, "log(-1 - x**2)")
    with exact.Session(time_limit=1e-6) as session, pytest.raises(LimitError):
        drawn(session, "sin(x)")
