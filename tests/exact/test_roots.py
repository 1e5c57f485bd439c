"""Closed forms with odd roots hold on both sides of zero: against mpmath's real roots, differentiated numerically."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import mpmath
import pytest
import sympy

from hesscli.exact.formulas import closed_forms
from hesscli.exact.roots import OddRoot
from hesscli.language.syntax import parse
from hesscli.request import Request

POINTS = (0.75, 0.5), (-0.75, 0.5), (-1.25, -0.5), (1.75, -0.25)
"""Of all signs."""


def root(x: Any, n: int) -> Any:
    return mpmath.sign(x) * mpmath.root(abs(x), n)


def cbrt(x: Any) -> Any:
    return root(x, 3)


CASES: dict[str, Callable[..., Any]] = {
    "cbrt(x)": lambda x, y: cbrt(x),
    "cbrt(x)**2": lambda x, y: cbrt(x) ** 2,
    "cbrt(x)**3": lambda x, y: x,
    "x*cbrt(x)": lambda x, y: x * cbrt(x),
    "1/cbrt(x)": lambda x, y: 1 / cbrt(x),
    "root(x, 5)": lambda x, y: root(x, 5),
    "cbrt(x*y)": lambda x, y: cbrt(x * y),
    "x*y*cbrt(x*y)": lambda x, y: x * y * cbrt(x * y),
    "sin(cbrt(x))": lambda x, y: mpmath.sin(cbrt(x)),
    "cbrt(x - 1)/x": lambda x, y: cbrt(x - 1) / x,
    "cbrt(cbrt(x))": lambda x, y: root(x, 9),
    "cbrt(x**3) + cbrt(-x)": lambda x, y: x - cbrt(x),
    "sqrt(cbrt(x)**2)": lambda x, y: abs(cbrt(x)),
    "cbrt(x)*root(x, 5)": lambda x, y: cbrt(x) * root(x, 5),
    "cbrt(-x**2 - 1)": lambda x, y: cbrt(-(x**2) - 1),
    "cbrt(2*x) + cbrt(8)": lambda x, y: cbrt(2 * x) + 2,
    "cos(cbrt(x)/(cos(y) + cosh(y)))": lambda x, y: mpmath.cos(cbrt(x) / (mpmath.cos(y) + mpmath.cosh(y))),
    "root(x, 5)**2/(49/9 - y/x)": lambda x, y: root(x, 5) ** 2 / (mpmath.mpf(49) / 9 - y / x),
}


@pytest.mark.parametrize("wrt", [(0,), (0, 0), (0, 1), (0, 0, 0)])
@pytest.mark.parametrize("text", CASES)
def test_one_form_holds_at_points_of_all_signs(text: str, wrt: tuple[int, ...]) -> None:
    expression = parse(text, variables=("x", "y"))
    shown = set()
    for point in POINTS:
        found = closed_forms(expression, Request("derivative", wrt=wrt), point)
        (form,) = found["derivative"].texts
        assert form is not None
        shown.add(form)
        with mpmath.workdps(100):
            orders = (wrt.count(0), wrt.count(1))
            expected = mpmath.diff(CASES[text], tuple(map(mpmath.mpf, point)), orders)
            assert mpmath.almosteq(evaluated(form, *point), expected, 1e-20, 1e-20), (form, point)
    assert len(shown) == 1


def evaluated(form: str, x: float, y: float) -> Any:
    """The value of a form: its text in Python, whole numbers as mpmath's, roots as above."""
    names = {name: getattr(mpmath, name) for name in ("sin", "cos", "sinh", "cosh", "sign")}
    written = re.sub(r"\d+", r"mpf(\g<0>)", form)
    whole = {"root": lambda x, n: root(x, int(n)), "cbrt": cbrt, "mpf": mpmath.mpf}
    return eval(written, {**names, **whole, "x": mpmath.mpf(x), "y": mpmath.mpf(y)})  # noqa: S307


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("cbrt(x)", "1/(3*cbrt(x)**2)", "-2/(9*cbrt(x)**5)"),
        ("x*cbrt(x)", "4*cbrt(x)/3", "4/(9*cbrt(x)**2)"),
        ("root(x, 5)", "1/(5*root(x, 5)**4)", "-4/(25*root(x, 5)**9)"),
        ("cbrt(x**2 + 1)", "2*x/(3*(x**2 + 1)**(2/3))", None),
        ("cbrt(8)*x", "2", "0"),
        ("cbrt(-8)*x", "-2", "0"),
        ("root(x, 1)", "1", "0"),
        ("root(x, 4)", "1/(4*x**(3/4))", "-3/(16*x**(7/4))"),
    ],
)
def test_they_are_written_as_the_language_writes_them(text: str, first: str, second: str | None) -> None:
    found = closed_forms(parse(text, variables=("x",)), Request("hessian"), (2.0,))
    assert found["gradient"].texts == (first,)
    assert second is None or found["hessian"].texts == (second,)


def test_what_it_is_otherwise() -> None:
    x = sympy.Symbol("x", real=True)
    assert OddRoot(x, 3) ** 3 == OddRoot(x**3, 3) == OddRoot(x, 1) == x
    assert OddRoot(OddRoot(x, 5), 3) == OddRoot(x, 15)
    assert OddRoot(-27, 3) == -3
    assert OddRoot(0, 3) == 0
    assert OddRoot(x, 3).diff(x) == 1 / (3 * OddRoot(x, 3) ** 2)
