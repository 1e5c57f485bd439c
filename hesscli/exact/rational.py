"""Balls that know they are a fraction: zeros that no ball can prove, and fractions that no ball can end.

The gradient of x**2/3 - 2*x/3 at 1 is exactly zero; a ball about 2/3 - 2/3 only closes in on it. All that is
rational of a walk's coefficients is kept as a fraction beside its ball, at any order also the derivatives of
log, atan and their kin at rational points.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flint import arb, fmpq

MOST_BITS = 20_000
"""Fractions that grow beyond this go on as balls."""


class Rational(arb):  # type: ignore[misc]
    """A ball about a fraction, and the fraction.

    Attributes:
        q: its value, exactly.
    """

    def __init__(self, q: fmpq) -> None:
        super().__init__(q)
        self.q = q

    def __add__(self, other: Any) -> arb:
        q = fraction(other)
        return super().__add__(other) if q is None else kept(self.q + q)

    def __mul__(self, other: Any) -> arb:
        q = fraction(other)
        return super().__mul__(other) if q is None else kept(self.q * q)

    def __truediv__(self, other: Any) -> arb:
        q = fraction(other)
        return super().__truediv__(other) if q is None or q == 0 else kept(self.q / q)

    def __rtruediv__(self, other: Any) -> arb:
        q = fraction(other)
        return super().__rtruediv__(other) if q is None or self.q == 0 else kept(q / self.q)

    def __pow__(self, n: Any) -> arb:
        small = isinstance(n, int) and abs(n) * _bits(self.q) < MOST_BITS and (n >= 0 or self.q != 0)
        return kept(self.q**n) if small else super().__pow__(n)

    def __neg__(self) -> arb:
        return Rational(-self.q)

    def __sub__(self, other: Any) -> arb:
        return self + (-other)

    def __rsub__(self, other: Any) -> arb:
        return -self + other

    __radd__, __rmul__ = __add__, __mul__


def fraction(x: Any) -> fmpq | None:
    """The fraction that an operand is, None where only its ball is known."""
    if isinstance(x, Rational):
        return x.q
    if isinstance(x, int):
        return fmpq(x)
    if not isinstance(x, arb) or not x.is_exact() or not x.is_finite():
        return None
    mantissa, power = x.man_exp()
    if abs(int(power)) > MOST_BITS:
        return None
    return fmpq(mantissa) * fmpq(2) ** int(power)


def _bits(q: fmpq) -> int:
    return int(q.p).bit_length() + int(q.q).bit_length()


def kept(q: fmpq) -> arb:
    """A fraction as a ball that remembers it, unless it has grown too long."""
    return Rational(q) if _bits(q) < MOST_BITS else arb(q)


def rational(x: arb) -> arb:
    """The ball of an exact number as a fraction; any other as it is."""
    q = fraction(x)
    return x if q is None else Rational(q)


def _reciprocal(x: fmpq, order: int) -> list[fmpq]:
    """The coefficients of log about x from degree 1 on: (-1)**(k+1) / (k * x**k)."""
    line, power = [], fmpq(1)
    for k in range(1, order + 1):
        power = power / x
        line.append(power / (k if k % 2 else -k))
    return line


def _arctangent(x: fmpq, order: int) -> list[fmpq]:
    """The coefficients of atan about x from degree 1 on: those of the integral of 1/(1 + (x + h)**2)."""
    line: list[fmpq] = []
    for _ in range(order):
        one = fmpq(0 if line else 1)
        one -= 2 * x * line[-1] if line else 0
        one -= line[-2] if len(line) > 1 else 0
        line.append(one / (1 + x * x))
    return [c / k for k, c in enumerate(line, start=1)]


def _difference(left: list[fmpq], right: list[fmpq]) -> list[fmpq]:
    """The coefficients of f(x + h) - g(y - h) from those of f about x and g about y."""
    return [a - b if k % 2 == 0 else a + b for k, (a, b) in enumerate(zip(left, right, strict=True), start=1)]


LINES: dict[str, Callable[[fmpq, int], list[fmpq]]] = {
    "log": _reciprocal,
    "log1p": lambda x, order: _reciprocal(1 + x, order),
    "logit": lambda x, order: _difference(_reciprocal(x, order), _reciprocal(1 - x, order)),
    "atan": _arctangent,
    "atanh": lambda x, order: [c / 2 for c in _difference(_reciprocal(1 + x, order), _reciprocal(1 - x, order))],
}
"""Taylor coefficients from degree 1 on, fractions at a rational point inside the domain."""
