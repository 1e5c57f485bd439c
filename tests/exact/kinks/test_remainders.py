"""Proofs by bounds: f = P + O(r**e), against what analysis says by hand."""

from __future__ import annotations

import pytest

from hesscli.exact.decimals import ball
from hesscli.exact.evaluate import evaluate
from hesscli.exact.interpreters.codelist import CodeList
from hesscli.exact.kinks.remainders import followed
from hesscli.language.syntax import parse
from hesscli.request import Request


def degree(text: str, *at: float, order: int = 3) -> int:
    code = CodeList.of(parse(text))
    point = [ball(x) for x in at or (0.0,) * len(code.expression.variables)]
    return followed(code, point, range(len(point)), order)[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x*y + Abs(x)", 0),  # O(r)
        ("hypot(x, y)", 0),
        ("hypot(x, y)**2", 3),  # x**2 + y**2
        ("hypot(x, y)**3", 2),  # O(r**3)
        ("sqrt(x*y)**2", 3),
        ("x**2*cbrt(y)**4", 3),  # O(r**(10/3))
        ("Abs(x)*Abs(y)*Abs(x + y + z**2)", 2),
        ("x*Max(y, z)", 1),
        ("Max(x**2 + y**2, 0)", 3),  # the first one is never negative
        ("Max(x**2 - y**2, 0)", 1),
        ("Piecewise((x*y, y < x**9), (0, True))", 1),  # x*y is O(r**2)
        ("Piecewise((x*y**2, y < x**9), (0, True))", 2),
        ("Piecewise((x + y**2, y > x), (x, True))", 1),
        ("Piecewise((1, y > x), (0, True))", -1),
        ("sin(x)*sign(y)", 0),
        ("(x**2 + y**2)*sin(1/(x*y))", 1),
        ("x**2*y**2*x/(x**4 + y**2)", 1),  # O(|y|**(7 - 4)) in weights 1, 2: O(r**(3/2))
        ("x**2*y/(x**4 + y**2)", -1),  # 1/2 on the parabola y = x**2
        ("x**2*y/hypot(x, y)", 1),  # O(r**2)
        ("(x**2 + y**2)**2*log(x**2 + y**2)", 3),  # O(r**4 log(r))
        ("(x**2 + y**2)*log(x**2 + y**2)", 1),
        ("y**2*Abs(Max(Piecewise((1, y > x), (x, True)), 0))", 1),  # O(r**2)
        ("exp(x*Abs(y)) + y", 1),
        ("1/(1 + x*Abs(y)) - 1", 1),
    ],
)
def test_the_degree_up_to_which_f_follows_a_polynomial(text: str, expected: int) -> None:
    assert degree(text) == expected


@pytest.mark.parametrize(("exponent", "expected"), [(2.0, 2), (2.5, 2), (1.0, 1), (3.0, 3)])
def test_a_power_that_varies(exponent: float, expected: int) -> None:
    """x**y = x**n*(1 + O(r*log(x))) for y near n, and O(r**(a - e)) for y near a."""
    assert degree("x**y", 0.0, exponent) == expected


def test_a_power_of_a_power_that_varies() -> None:
    """x**(2*y) = x + O(r**(2 - e)) at y = 1/2, though x**y is O(r**(1/2 - e)) only."""
    assert degree("(x**y)**2 + x*x**y", 0.0, 0.5) == 1


@pytest.mark.parametrize(
    ("text", "hessian"),
    [
        ("x**y + x*y", [["2", "1"], ["1", "0"]]),
        ("(x**2 + y**2)**1.5 + 3*x*y", [["0", "3"], ["3", "0"]]),
        ("hypot(x, y)**2*cos(x)", [["2", "0"], ["0", "2"]]),
    ],
)
def test_what_is_bounded_is_proven(text: str, hessian: list[list[str]]) -> None:
    found = evaluate(parse(text), Request("hessian"), (0.0, 2.0) if "x**y" in text else (0.0, 0.0))
    assert (found.status, found.proven, found.texts["hessian"]) == ("ok", True, hessian)


def test_a_thin_region_is_unchecked_from_the_degree_at_which_its_sides_may_differ() -> None:
    found = evaluate(parse("Piecewise((x*y, y**2 < x**40), (0, True))"), Request("hessian"), (0.0, 0.0))
    assert dict(found.statuses) == {"value": "ok", "gradient": "ok", "hessian": "unchecked"}
