"""Limits in several variables, where f has no value: told where every side has them, and nowhere else."""

from __future__ import annotations

import pytest

from hesscli.exact.evaluate import evaluate
from hesscli.language.syntax import parse
from hesscli.request import Request
from hesscli.result import ExactAnswer


def hessian(text: str, *point: float) -> ExactAnswer:
    return evaluate(parse(text), Request("hessian"), point)


def said(found: ExactAnswer) -> dict[str, str]:
    """Entry -> its limit, of those that the note has room for."""
    note = next((n for n in found.notes if n.startswith("limits there: ")), "limits there: ")
    parts = note.removeprefix("limits there: ").split("; ")
    return dict(part.split(" -> ") for part in parts if " -> " in part)


@pytest.mark.parametrize(
    ("text", "point", "limits"),
    [
        # analytic after the gap is closed; by the series of sine, cosine and exp
        ("sin(x)*sin(y)/(x*y)", (0, 0), ("1", "0", "0", "-0.33333333333333333")),
        ("sin(x)/x*y", (0, 3), ("3", "0", "1", "-1")),
        ("(1 - cos(x*y))/(x*y)**2", (0, 0), ("0.5", "0", "0", "0")),
        ("sin(x)/x + sin(y)/y", (0, 0), ("2", "0", "0", "-0.33333333333333333")),
        ("(x**2 - y**2)/(x - y)", (1, 1), ("2", "1", "1", "0")),
        ("sin(x - y)/(x - y)", (1, 1), ("1", "0", "0", "-0.33333333333333333")),
        ("(exp(x*y) - 1)/x", (0, 2), ("2", "2", "1", "2.6666666666666667")),  # y + x*y**2/2 + x**2*y**3/6
    ],
)
def test_gaps_that_can_be_closed(text: str, point: tuple[float, ...], limits: tuple[str, ...]) -> None:
    found = hessian(text, *point)
    assert (found.status, found.proven) == ("undefined", True)
    assert tuple(said(found)[name] for name in ("value", "gradient[0]", "gradient[1]", "hessian[0,0]")) == limits


@pytest.mark.parametrize(
    ("text", "point", "limits"),
    [
        # the second derivative of x**4/(x**2 + y**2) is 2, 0 or 5/2 by direction
        ("x**4/(x**2 + y**2)", (0, 0), {"value": "0", "gradient[0]": "0", "gradient[1]": "0"}),
        # -1/x**2 on one axis, 1/y**2 on the other
        ("1/(x**2 + y**2)", (0, 0), {"value": "inf"}),
        ("log(x**2 + y**2)", (0, 0), {"value": "-inf"}),
        ("exp(-1/(x**2 + y**2))", (0, 0), {"value": "0"}),
        ("x*log(y)", (2, 0), {"value": "-inf", "gradient[1]": "inf", "hessian[1,1]": "-inf"}),
        ("x/y", (1, 0), {"value": "-inf from the left, inf from the right", "gradient[1]": "-inf",
                         "hessian[0,0]": "0", "hessian[0,1]": "-inf"}),
        ("Abs(x)/x + y", (0, 1), {"value": "0 from the left, 2 from the right", "gradient[0]": "0",
                                  "hessian[0,0]": "0"}),
        ("sqrt(x**2)/x*y", (0, 0), {"value": "0", "gradient[0]": "0", "hessian[0,0]": "0"}),
        ("xlogy(x, y)", (1, 0), {"value": "-inf", "gradient[1]": "inf", "hessian[1,1]": "-inf"}),
        # a definite denominator of mixed degrees: |x**3*y|/(x**4 + y**2) <= abs(x)/2; on y = k*x**2 the rest differs
        ("x**3*y/(x**4 + y**2)", (0, 0), {"value": "0"}),
        ("1/(x**4 + y**2)", (0, 0), {"value": "inf"}),
        ("(x**4 + y**2)/(2*x**4 + y**2)", (0, 0), {}),
        ("y/(x**4 + y**2)", (0, 0), {}),
        # no limit at all, or none that is proven
        ("x*log(y)", (0, 0), {}),
        ("x*y/(x**2 + y**2)", (0, 0), {}),
        ("x/(x**2 + y**2)", (0, 0), {}),
        ("x**2*y/(x**4 + y**2)", (0, 0), {}),
        ("x**3/(x*y)", (0, 0), {}),
        ("atan2(y, x)", (0, 0), {}),
        ("x**y", (-2, 2.5), {}),
    ],
)  # fmt: skip
def test_limits_on_every_side(text: str, point: tuple[float, ...], limits: dict[str, str]) -> None:
    found = hessian(text, *point)
    assert found.status == "undefined"
    assert said(found) == limits


@pytest.mark.parametrize(
    "text", ["x*y/(x**2 + y**2)", "x/(x**2 + y**2)", "x**2*y/(x**4 + y**2)", "x**3/(x*y)", "atan2(y, x)"]
)
def test_two_sides_that_differ(text: str) -> None:
    assert hessian(text, 0, 0).notes[-1] == "no limit there: it depends on the path"


@pytest.mark.parametrize(
    ("text", "point"),
    [("betainc(2, 3, x)", -0.1), ("gammainc(1, x)", -1), ("lowergamma(2, x)", -1), ("betainc(2, 3, x)", 1.5)],
)
def test_no_limit_from_where_a_function_does_not_exist(text: str, point: float) -> None:
    found = hessian(text, point)
    assert found.status == "undefined"
    assert not any("limit" in note for note in found.notes)


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("gammainc(2.5, x)", 0),
        ("lowergamma(2, x)", 0),
        ("uppergamma(2, x)", 0),
        ("betainc(2.5, 3, x)", 0),
        ("betainc(2, 3, x)", 1),
        ("besselj(2.5, x)", 0),
        ("struveh(1.5, x)", 0),
        ("x**2.5", 0),
    ],
)
def test_one_sided_domains_are_told(text: str, point: float) -> None:
    found = hessian(text, point)
    assert found.status == "ok"
    assert f"f is real on one side of x = {point} only: derivatives in x are from that side" in found.notes


@pytest.mark.parametrize("text", ["polylog(2, x)", "besselj(2, x)", "struveh(1, x)"])
def test_no_end_of_a_domain(text: str) -> None:
    assert hessian(text, 0).notes == ()
