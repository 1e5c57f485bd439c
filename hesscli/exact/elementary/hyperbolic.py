"""Hyperbolic functions of one argument, their inverses, and softplus, an integral of one."""

from __future__ import annotations

from flint import arb

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
    """sinh (first 0) or cosh (first 1): each is the other's derivative."""

    def coefficients(x: arb, length: int) -> Coefficients:
        pair, factorial, found = x.sinh_cosh(), ONE, []
        for k in range(length):
            found.append(pair[(first + k) % 2] / factorial)
            factorial = factorial * (k + 1)
        return found

    return coefficients


def tanh(x: arb, length: int) -> Coefficients:
    """Hyperbolic tangent, odd, from x >= 0 through q = exp(-2x), which neither overflows nor cancels."""
    if x.mid() < 0:
        return reflected(tanh(-x, length), -1)
    q, rest = (-2 * x).exp(), -(-2 * x).expm1()
    return riccati(rest / (1 + q), 4 * q / (1 + q) ** 2, length)


def riccati(value: arb, slope: arb, length: int) -> Coefficients:
    """Coefficients of a solution of y' = 1 - y**2 from y and y', without cancellation at 0 or far out."""
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


def softplus(x: arb, length: int) -> Coefficients:
    """log(1 + exp(x)): derivative (1 + tanh(x/2))/2."""
    value = x.exp().log1p() if x.mid() < 0 else x + (-x).exp().log1p()
    slope = 1 / (1 + (-x).exp()) if x.mid() > 0 else x.exp() / (1 + x.exp())
    rest = [c / 2 ** (k + 1) for k, c in enumerate(tanh(x / 2, length)) if k]
    return integrated(value, [slope, *rest], length)


UNARY: dict[str, Unary] = {
    "softplus": softplus,
    "sinh": alternating(0),
    "cosh": alternating(1),
    "tanh": tanh,
    "asinh": asinh,
    "acosh": acosh,
    "atanh": atanh,
}
