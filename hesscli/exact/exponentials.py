"""Balls that know they are a sum of exponentials: sin(x)**2 + cos(x)**2 - 1 is exactly zero.

At fractions the functions exp, sin, cos, sinh and cosh have values sum_j c_j * exp(b_j + i*a_j) with a_j, b_j
rational and c_j in Q(i). Sums and products of such values are of the same kind, and by the theorem of Lindemann
and Weierstrass one of them is zero only where all its terms cancel. They are numbers, the coefficients of jets and
expansions, and no series: nothing is truncated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import factorial
from typing import Any

from flint import arb, fmpq

from hesscli.exact.rational import Irrational, Rational, fraction, kept

Rate = tuple[fmpq, fmpq]
"""(b, a) of exp(b + i*a)."""
Weight = tuple[fmpq, fmpq]
"""Real and imaginary part."""

MOST_TERMS, MOST_POWER = 24, 12
NOTHING, HALF = fmpq(0), fmpq(1, 2)


class Exponentials(Irrational):
    """A ball about such a sum, and the sum.

    Attributes:
        terms: exponent -> coefficient; none is zero.
    """

    def __init__(self, value: arb, terms: Mapping[Rate, Weight]) -> None:
        super().__init__(value)
        self.terms = terms

    def __add__(self, other: Any) -> arb:
        value, terms = super().__add__(other), _terms(other)
        if terms is None:
            return value
        whole = dict(self.terms)
        for key, (p, q) in terms.items():
            r, s = whole.get(key, (NOTHING, NOTHING))
            whole[key] = p + r, q + s
        return made(value, whole)

    def __mul__(self, other: Any) -> arb:
        value, terms = super().__mul__(other), _terms(other)
        if terms is None:
            return value
        whole: dict[Rate, Weight] = {}
        for (b, a), (p, q) in self.terms.items():
            for (d, c), (r, s) in terms.items():
                x, y = whole.get((b + d, a + c), (NOTHING, NOTHING))
                whole[b + d, a + c] = x + p * r - q * s, y + p * s + q * r
        return made(value, whole)

    def __truediv__(self, other: Any) -> arb:
        q = fraction(other)
        if isinstance(other, Exponentials):
            inverse = other.__rtruediv__(Rational(fmpq(1)))
            return self * inverse if isinstance(inverse, Exponentials) else super().__truediv__(other)
        return super().__truediv__(other) if q is None or q == 0 else self * Rational(1 / q)

    def __rtruediv__(self, other: Any) -> arb:
        (((b, a), (p, q)), *rest) = self.terms.items()
        if rest or a != 0 or q != 0:
            return super().__rtruediv__(other)
        return Exponentials((-arb(b)).exp() / p, {(-b, NOTHING): (1 / p, NOTHING)}) * other

    def __pow__(self, n: Any) -> arb:
        if isinstance(n, int) and n < 0 and isinstance(inverse := self.__rtruediv__(Rational(fmpq(1))), Exponentials):
            return inverse**-n
        if not isinstance(n, int) or not 0 <= n <= MOST_POWER:
            return super().__pow__(n)
        power: arb = Rational(fmpq(1))
        for _ in range(n):
            power = power * self
        return power

    def __neg__(self) -> arb:
        return Exponentials(super().__neg__(), {key: (-p, -q) for key, (p, q) in self.terms.items()})


def made(value: arb, terms: Mapping[Rate, Weight]) -> arb:
    """A sum as what it is: a fraction, a sum of exponentials, or, grown too long, a ball."""
    left = {key: (p, q) for key, (p, q) in terms.items() if p != 0 or q != 0}
    if all(b == 0 and a == 0 for b, a in left):
        return kept(sum((p for p, _ in left.values()), NOTHING))
    return Exponentials(value, left) if len(left) <= MOST_TERMS else arb(value)


def _terms(x: Any) -> Mapping[Rate, Weight] | None:
    if isinstance(x, Exponentials):
        return x.terms
    q = fraction(x)
    return None if q is None else {(NOTHING, NOTHING): (q, NOTHING)}


def _wave(x: fmpq, sine: bool) -> arb:
    ahead, behind = ((NOTHING, -HALF), (NOTHING, HALF)) if sine else ((HALF, NOTHING), (HALF, NOTHING))
    value = arb(x).sin() if sine else arb(x).cos()
    return made(value, {(NOTHING, x): ahead, (NOTHING, -x): behind})


def _growth(x: fmpq, sine: bool) -> arb:
    value = arb(x).sinh() if sine else arb(x).cosh()
    return made(value, {(x, NOTHING): (HALF, NOTHING), (-x, NOTHING): (-HALF if sine else HALF, NOTHING)})


def _powers(name: str, x: fmpq) -> list[arb]:
    """The derivatives, which repeat after four."""
    if name == "exp":
        return [made(arb(x).exp(), {(x, NOTHING): (fmpq(1), NOTHING)})] * 4
    of: Callable[[fmpq, bool], arb] = _wave if name in ("sin", "cos") else _growth
    first, second = of(x, name.startswith("sin")), of(x, not name.startswith("sin"))
    if of is _growth:
        return [first, second, first, second]
    turned = -second if name == "cos" else second
    return [first, turned, -first, -turned]


BRANCH_POINT = {(fmpq(-1), NOTHING): (fmpq(-1), NOTHING)}
"""-1/e, where Lambert's W is -1."""

AT_ZERO = {"exp": (1, 1, 1, 1), "sin": (0, 1, 0, -1), "cos": (1, 0, -1, 0), "sinh": (0, 1, 0, 1), "cosh": (1, 0, 1, 0)}
"""The derivatives at 0, which repeat after four."""

FUNCTIONS = frozenset(AT_ZERO)


def exponential_coefficients(name: str, x: fmpq, order: int) -> list[arb]:
    """Taylor coefficients at a fraction that know what they are.

    Args:
        name: exp, sin, cos, sinh or cosh.
        x: the point.
        order: the last coefficient's index.

    >>> (s, _), (c, _) = (exponential_coefficients(name, fmpq(1, 3), 1) for name in ("sin", "cos"))
    >>> fraction(s**2 + c**2)
    1
    """
    cycle = _powers(name, x) if x else [Rational(fmpq(c)) for c in AT_ZERO[name]]
    return [cycle[k % 4] * Rational(fmpq(1, factorial(k))) for k in range(order + 1)]
