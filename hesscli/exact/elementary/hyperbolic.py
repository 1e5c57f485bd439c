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
    nans,
    one_minus_square,
    outside,
    reflected,
    variable,
)


def alternating(first: int) -> Unary:
    """Sinh (first 0) or cosh (first 1): each is the other's derivative."""

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
    """tanh, coth, sech, csch, even or odd (parity 1 or -1), from x >= 0; sech' = -sech tanh, csch' = -csch coth."""

    def coefficients(x: arb, length: int) -> Coefficients:
        if x.mid() < 0:
            return reflected(coefficients(-x, length), parity)
        if name in ("coth", "csch") and x.is_zero():
            raise outside(name, x, "x != 0")
        slope_sign = 1 if name in ("tanh", "sech") else -1
        q, rest = (-2 * x).exp(), -(-2 * x).expm1()
        above, below = (rest, 1 + q) if slope_sign > 0 else (1 + q, rest)
        ratio = riccati(above / below, 4 * q / below**2 * slope_sign, length)
        if name in ("tanh", "coth"):
            return ratio
        found = [2 * (-x).exp() / below]
        for k in range(length - 1):
            found.append(-sum((found[i] * ratio[k - i] for i in range(k + 1)), ZERO) / (k + 1))
        return found

    return coefficients


def riccati(value: arb, slope: arb, length: int) -> Coefficients:
    """Coefficients of a solution of y' = 1 - y**2 from y and y' (tanh, coth), without cancellation at 0 or far out."""
    found = [value, slope][:length]
    for k in range(1, length - 1):
        found.append(-sum((found[i] * found[k - i] for i in range(k + 1)), ZERO) / (k + 1))
    return found


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
    return integrated(x.acosh(), (-one_minus_square(x, length)).rsqrt(), length)


def atanh(x: arb, length: int) -> Coefficients:
    """Inverse hyperbolic tangent: derivative 1/((1 - x)(1 + x))."""
    if x >= 1 or x <= -1:
        raise outside("atanh", x, "-1 < x < 1")
    if not (x < 1 and x > -1):
        return nans(length)
    return integrated(x.atanh(), one_minus_square(x, length).inv(), length)


def acoth(x: arb, length: int) -> Coefficients:
    """atanh(1/x), with the derivative of atanh."""
    if abs(x) <= 1:
        raise outside("acoth", x, "|x| > 1")
    if not (x > 1 or x < -1):
        return nans(length)
    return integrated((1 / x).atanh(), one_minus_square(x, length).inv(), length)


def asech(x: arb, length: int) -> Coefficients:
    """acosh(1/x): derivative -1/(x sqrt((1 - x)(1 + x)))."""
    if x <= 0 or x > 1:
        raise outside("asech", x, "0 < x <= 1")
    if x == 1:
        return edge(length, ZERO, -INFINITY)
    if not (x > 0 and x < 1):
        return nans(length)
    slope = -one_minus_square(x, length).rsqrt() / variable(x, length)
    return integrated((1 / x).acosh(), slope, length)


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
