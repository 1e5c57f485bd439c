"""Hyperbolic functions of one argument and their inverses.

The quotients go through q = exp(-2|x|), which neither overflows nor cancels.
"""

from __future__ import annotations

from flint import arb, arb_series

from hesscli.exact.elementary.base import (
    INFINITY,
    ONE,
    ZERO,
    Coefficients,
    Unary,
    edge,
    integrated,
    listed,
    nans,
    outside,
    reflected,
    variable,
)


def alternating(first: int) -> Unary:
    """sinh (first 0) or cosh (first 1): each is the other's derivative."""

    def coefficients(x: arb, length: int) -> Coefficients:
        pair, factorial, found = x.sinh_cosh(), ONE, []
        for k in range(length):
            found.append(pair[(first + k) % 2] / factorial)
            factorial = factorial * (k + 1)
        return found

    return coefficients


def decaying(x: arb, rate: int, length: int) -> tuple[arb_series, arb_series]:
    """The series of q = exp(-rate*x) and of 1 - q, the latter without cancellation at 0."""
    found = [(-rate * x).exp()]
    for k in range(1, length):
        found.append(found[-1] * -rate / k)
    rest = [-(-rate * x).expm1(), *(-c for c in found[1:])]
    return arb_series(found, length), arb_series(rest, length)


def quotient(name: str, parity: int) -> Unary:
    """tanh, coth, sech, csch, even or odd (parity 1 or -1), from x >= 0."""

    def coefficients(x: arb, length: int) -> Coefficients:
        if x.mid() < 0:
            return reflected(coefficients(-x, length), parity)
        if name in ("coth", "csch") and x.is_zero():
            raise outside(name, x, "x != 0")
        q, rest = decaying(x, 2, length)
        if name == "tanh":
            return listed(rest / (1 + q), length)
        if name == "coth":
            return listed((1 + q) / rest, length)
        return listed(2 * decaying(x, 1, length)[0] / ((1 + q) if name == "sech" else rest), length)

    return coefficients


def asinh(x: arb, length: int) -> Coefficients:
    """Inverse hyperbolic sine: derivative 1/sqrt(1 + x**2)."""
    t = variable(x, length)
    return integrated(x.asinh(), (1 + t * t).rsqrt(), length)


def acosh(x: arb, length: int) -> Coefficients:
    """Inverse hyperbolic cosine: derivative 1/sqrt((x - 1)(x + 1))."""
    if x < 1:
        raise outside("acosh", x, "x >= 1")
    if x == 1:
        return edge(length, ZERO, INFINITY)
    if not x > 1:
        return nans(length)
    t = variable(x, length)
    return integrated(x.acosh(), ((t - 1) * (t + 1)).rsqrt(), length)


def atanh(x: arb, length: int) -> Coefficients:
    """Inverse hyperbolic tangent: derivative 1/((1 - x)(1 + x))."""
    if x >= 1 or x <= -1:
        raise outside("atanh", x, "-1 < x < 1")
    if not (x < 1 and x > -1):
        return nans(length)
    t = variable(x, length)
    return integrated(x.atanh(), ((1 - t) * (1 + t)).inv(), length)


def acoth(x: arb, length: int) -> Coefficients:
    """atanh(1/x), with the derivative of atanh."""
    if abs(x) <= 1:
        raise outside("acoth", x, "|x| > 1")
    if not (x > 1 or x < -1):
        return nans(length)
    t = variable(x, length)
    return integrated((1 / x).atanh(), ((1 - t) * (1 + t)).inv(), length)


def asech(x: arb, length: int) -> Coefficients:
    """acosh(1/x): derivative -1/(x sqrt((1 - x)(1 + x)))."""
    if x <= 0 or x > 1:
        raise outside("asech", x, "0 < x <= 1")
    if x == 1:
        return edge(length, ZERO, -INFINITY)
    if not (x > 0 and x < 1):
        return nans(length)
    t = variable(x, length)
    return integrated((1 / x).acosh(), -((1 - t) * (1 + t)).rsqrt() / t, length)


def acsch(x: arb, length: int) -> Coefficients:
    """asinh(1/x): derivative -1/(|x| sqrt(1 + x**2))."""
    if x.is_zero():
        raise outside("acsch", x, "x != 0")
    if x.contains(ZERO):
        return nans(length)
    t = variable(x, length)
    size = t if x > 0 else -t
    return integrated((1 / x).asinh(), -(1 + t * t).rsqrt() / size, length)


UNARY: dict[str, Unary] = {
    "sinh": alternating(0),
    "cosh": alternating(1),
    "tanh": quotient("tanh", -1),
    "coth": quotient("coth", -1),
    "sech": quotient("sech", 1),
    "csch": quotient("csch", -1),
    "asinh": asinh,
    "acosh": acosh,
    "atanh": atanh,
    "acoth": acoth,
    "asech": asech,
    "acsch": acsch,
}
