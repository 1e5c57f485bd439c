"""Small tools every family of functions uses: working precision, edges of a domain, power series in balls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from flint import arb, arb_series

from hesscli.errors import NoAnswerError
from hesscli.exact.decimals import decimal, precision

Coefficients = list[arb]
"""Univariate Taylor coefficients c_0 ... c_order, c_k the k-th derivative divided by k!."""
Unary = Callable[[arb, int], Coefficients]
"""(ball, length) -> that many Taylor coefficients at the ball."""

INFINITY = arb.pos_inf()
NAN = arb.nan()
ZERO, ONE = arb(0), arb(1)


class Undefined(NoAnswerError):
    """The function has no real value at the argument.

    Attributes:
        function: its name in the catalogue; empty where the message names no function.
    """

    function = ""


class Unsupported(Exception):
    """No rigorous enclosure is available; nothing is said about the value."""


def working(prec: int, length: int) -> AbstractContextManager[None]:
    """Set the precision in bits and the length of series, both global in flint, and restore them."""
    return precision(max(2, prec), max(1, length) - 1)


def outside(name: str, x: object, domain: str) -> Undefined:
    """The error for an argument that lies outside the domain for certain.

    Args:
        name: of the function.
        x: its argument, or all of them, balls.
        domain: where it has a real value, in words.
    """
    args: Sequence[arb] = [x] if isinstance(x, arb) else x  # type: ignore[assignment]  # arb is Any here
    shown = ", ".join(str(decimal(a.mid(), 8)) for a in args)
    error = Undefined(f"{name}({shown}) is undefined over the reals: {domain}", code="undefined")
    error.function = name
    return error


def nans(length: int) -> Coefficients:
    """Nothing is known: as many indeterminate balls."""
    return [NAN] * length


class Ends(list[arb]):
    """Coefficients at an end of the domain: what is not finite there does not exist, at any precision."""


def edge(length: int, value: arb, *rest: arb) -> Coefficients:
    """Value at an end of the domain, the first derivatives as given, the others do not exist."""
    return Ends([value, *rest, *nans(length)][:length])


def monotone(function: Callable[[arb], arb], x: arb) -> arb:
    """A monotone function over a ball: the hull of its values at the ends, tight where the function decays fast."""
    return function(x) if x.is_exact() else function(x.lower()).union(function(x.upper()))


def integer_power(x: arb, n: int) -> arb:
    """x**n for a whole n >= 0; flint has no answer for a ball whose middle is 0, of which the power is no riddle."""
    if n == 0 or x.is_exact() or not x.mid().is_zero():
        return x**n
    size = x.rad() ** n
    return (-size).union(size)


def is_integer(x: arb) -> bool:
    """Is the ball one exact integer?"""
    return bool(x.is_exact() and x.is_integer())


def as_integer(x: arb) -> int | None:
    """The integer that the ball is, exactly, or None."""
    return int(x.unique_fmpz()) if is_integer(x) else None


def variable(x: arb, length: int, scale: arb | int = 1) -> arb_series:
    """The series x + scale*t."""
    return arb_series([x, scale], length)


def one_minus_square(x: arb, length: int) -> arb_series:
    """The series of 1 - x**2, exact to the last bit near 0 and near 1."""
    return arb_series([(1 - x) * (1 + x), -2 * x, -1], length)


def series(coefficients: Sequence[arb], length: int) -> arb_series:
    """A truncated power series with these coefficients."""
    return arb_series(list(coefficients), length)


def coefficients_of(value: arb_series, length: int) -> Coefficients:
    """The coefficients, as many as asked for."""
    found = value.coeffs()[:length]
    known = min(value.prec, length)
    return [*found, *[ZERO] * (known - len(found)), *[NAN] * (length - known)]


def integrated(constant: arb, derivative: arb_series | Sequence[arb], length: int) -> Coefficients:
    """Coefficients of the function with this value and this derivative."""
    slopes = coefficients_of(derivative, length) if isinstance(derivative, arb_series) else derivative
    return [constant, *(c / (k + 1) for k, c in enumerate(slopes[: length - 1]))]


def reflected(coefficients: Sequence[arb], sign: int = 1) -> Coefficients:
    """Coefficients of sign*f(-x) at x from those of f at -x."""
    return [c * (sign if k % 2 == 0 else -sign) for k, c in enumerate(coefficients)]


def power_of(x: arb, value: arb, exponent: arb, length: int) -> Coefficients:
    """Coefficients of x**exponent, whose value is given: c_(k+1) = c_k (exponent - k) / ((k + 1) x)."""
    found = [value]
    for k in range(length - 1):
        found.append(found[-1] * (exponent - k) / (x * (k + 1)))
    return found
