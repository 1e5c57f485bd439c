"""Balls that know they are a fraction: zeros that no ball can prove, and fractions that no ball can end.

The gradient of x**2/3 - 2*x/3 at 1 is exactly zero; a ball about 2/3 - 2/3 only closes in on it. All that is
rational of an interpreter's coefficients is kept as a fraction beside its ball, at any order also the derivatives of
log, atan and their kin at rational points.

Rational multiples of pi are kept likewise: that sin(pi) is 0 and tan(pi/2) a pole no ball can tell.
"""

from __future__ import annotations

from collections.abc import Callable
from math import factorial
from typing import Any

from flint import arb, fmpq

from hesscli.exact.elementary import Undefined

MOST_BITS = 20_000
"""Fractions that grow beyond this go on as balls."""


class ExactBall(arb):  # type: ignore[misc]  # flint has no types
    """A ball that knows what it is; each kind says what its sums and products are."""

    def __sub__(self, other: Any) -> arb:
        return self + (-other)

    def __rsub__(self, other: Any) -> arb:
        return -self + other

    def __radd__(self, other: Any) -> arb:
        return self + other

    def __rmul__(self, other: Any) -> arb:
        return self * other


class Irrational(ExactBall):
    """A ball that knows what it is, although it is no fraction; fractions leave it to compute with them."""


class Rational(ExactBall):
    """A ball about a fraction, and the fraction.

    Attributes:
        q: its value, exactly.
    """

    def __init__(self, q: fmpq) -> None:
        super().__init__(q)
        self.q = q

    def __add__(self, other: Any) -> arb:
        if isinstance(other, Irrational):
            return other + self
        q = fraction(other)
        return super().__add__(other) if q is None else kept(self.q + q)

    def __mul__(self, other: Any) -> arb:
        if isinstance(other, Irrational):
            return other * self
        q = fraction(other)
        return super().__mul__(other) if q is None else kept(self.q * q)

    def __truediv__(self, other: Any) -> arb:
        if isinstance(other, Irrational):
            return other.__rtruediv__(self)
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


class Angle(Irrational):
    """A ball about a rational multiple of pi, and that multiple.

    Attributes:
        turns: its value over pi, exactly, and never 0.
    """

    def __init__(self, turns: fmpq) -> None:
        super().__init__(arb.pi() * turns)
        self.turns = turns

    def __add__(self, other: Any) -> arb:
        if isinstance(other, Angle):
            return angle(self.turns + other.turns)
        return self if fraction(other) == 0 else super().__add__(other)

    def __mul__(self, other: Any) -> arb:
        q = fraction(other)
        return super().__mul__(other) if q is None else angle(self.turns * q)

    def __truediv__(self, other: Any) -> arb:
        if isinstance(other, Angle):
            return kept(self.turns / other.turns)
        q = fraction(other)
        return super().__truediv__(other) if q is None or q == 0 else angle(self.turns / q)

    def __neg__(self) -> arb:
        return Angle(-self.turns)


def angle(turns: fmpq | int) -> arb:
    """A multiple of pi that remembers it."""
    return Angle(fmpq(turns)) if turns else Rational(fmpq(0))


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


def _sine(turns: fmpq, order: int) -> list[arb]:
    values = [rational(arb.sin_pi_fmpq(turns)), rational(arb.cos_pi_fmpq(turns))]
    return [values[k % 2] * Rational(fmpq((-1) ** (k // 2)) / _factorial(k)) for k in range(order + 1)]


def _tangent(value: int, order: int) -> list[arb]:
    """From y' = 1 + y**2."""
    line = [fmpq(value)]
    for k in range(order):
        square = sum((line[i] * line[k - i] for i in range(k + 1)), fmpq(0 if k else 1))
        line.append(square / (k + 1))
    return [kept(c) for c in line]


def _factorial(k: int) -> fmpq:
    return fmpq(factorial(k))


def circular(name: str, turns: fmpq, order: int) -> list[arb] | None:
    """Taylor coefficients at turns * pi that show their zeros; None where they have nothing to show.

    Args:
        name: of the function: sin, cos, tan; others have nothing to show.
        turns: the argument over pi.
        order: the last coefficient's index.

    Raises:
        Undefined: there is a pole.
    """
    quarter = 4 * turns
    if name in ("sin", "cos"):
        return _sine(turns if name == "sin" else turns + fmpq(1, 2), order)
    if name == "tan" and quarter.q == 1:
        if int(quarter.p) % 4 == 2:
            raise Undefined("tan has a pole at every odd multiple of pi/2")
        return _tangent((0, 1, 0, -1)[int(quarter.p) % 4], order)
    return None


ANGLES: dict[str, dict[fmpq, fmpq]] = {
    "asin": {fmpq(n, 2): fmpq(n, 6) for n in (-1, 0, 1)} | {fmpq(n): fmpq(n, 2) for n in (-1, 1)},
    "acos": {fmpq(1): fmpq(0), fmpq(1, 2): fmpq(1, 3), fmpq(0): fmpq(1, 2), fmpq(-1, 2): fmpq(2, 3), fmpq(-1): fmpq(1)},
    "atan": {fmpq(n): fmpq(n, 4) for n in (-1, 0, 1)},
}
"""Values of the inverse functions that are multiples of pi."""

LINES: dict[str, Callable[[fmpq, int], list[fmpq]]] = {
    "log": _reciprocal,
    "log1p": lambda x, order: _reciprocal(1 + x, order),
    "atan": _arctangent,
    "atanh": lambda x, order: [c / 2 for c in _difference(_reciprocal(1 + x, order), _reciprocal(1 - x, order))],
}
"""Taylor coefficients from degree 1 on, fractions at a rational point inside the domain."""
