from __future__ import annotations

import operator
from fractions import Fraction

import pytest
from flint import arb, fmpq
from hypothesis import assume, given
from hypothesis import strategies as st

from hesscli.exact.evaluate import evaluate
from hesscli.exact.rational import LINES, Rational, fraction
from hesscli.language.syntax import parse
from hesscli.request import Request

fractions = st.fractions(max_denominator=10**6)


def q(x: Fraction) -> fmpq:
    return fmpq(x.numerator, x.denominator)


@pytest.mark.parametrize("operation", [operator.add, operator.sub, operator.mul, operator.truediv])
@given(fractions, fractions)
def test_arithmetic_is_that_of_fractions(operation: object, x: Fraction, y: Fraction) -> None:
    assume(operation is not operator.truediv or y)
    found = operation(Rational(q(x)), Rational(q(y)))  # type: ignore[operator]
    assert found.q == q(operation(x, y))  # type: ignore[operator]
    assert found.overlaps(arb(found.q))


@given(fractions)
def test_mixed_with_balls_and_numbers(x: Fraction) -> None:
    r = Rational(q(x))
    assert fraction(r * 2 - arb(1)) == q(2 * x - 1)
    assert fraction(arb(4) - r) == q(4 - x)
    assert fraction(r + arb(1) / 3) is None
    assert fraction(arb.pi() * r) is None or x == 0


@given(fractions, st.integers(-5, 5))
def test_powers(x: Fraction, n: int) -> None:
    assume(n >= 0 or x)
    assert fraction(Rational(q(x)) ** n) == q(x**n)


def test_long_fractions_go_on_as_balls() -> None:
    r = Rational(fmpq(1, 3))
    assert fraction(r**100_000) is None
    assert (r**100_000).is_finite()


def test_lines_are_taylor_coefficients() -> None:
    x = fmpq(1, 3)
    assert LINES["log"](x, 4) == [fmpq((-1) ** (k + 1), k) / x**k for k in range(1, 5)]
    slopes = [k * c for k, c in enumerate(LINES["atan"](x, 6), start=1)]  # of 1/(1 + (x + h)**2)
    product = [sum(slopes[k - j] * [1 + x * x, 2 * x, 1][j] for j in range(3) if k - j >= 0) for k in range(6)]
    assert product == [1, 0, 0, 0, 0, 0]
    slopes = [k * c for k, c in enumerate(LINES["atanh"](x, 6), start=1)]  # of 1/(1 - (x + h)**2)
    product = [sum(slopes[k - j] * [1 - x * x, -2 * x, -1][j] for j in range(3) if k - j >= 0) for k in range(6)]
    assert product == [1, 0, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("log(x*y)", (1.3, 0.7)),
        ("x**2/3 - 2*x/3 + 1/3", (1.0,)),
        ("atan(x) + atan(1/x)", (0.7,)),
        ("x/3 + x/3 + x/3 - x", (0.1,)),
        ("Abs(x/3 - 1/3)**3", (1.0,)),
    ],
)
def test_zeros_are_proven(text: str, point: tuple[float, ...]) -> None:
    found = evaluate(parse(text), Request("hessian"), point)
    assert found.status == "ok"
    assert found.proven
    assert "'0'" in str(found.texts)
