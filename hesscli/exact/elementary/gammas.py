"""The gamma function and its logarithmic derivatives, of one argument."""

from __future__ import annotations

from flint import arb, ctx

from hesscli.exact.elementary.base import (
    Coefficients,
    Unary,
    integer,
    integrated,
    listed,
    nans,
    outside,
    variable,
    working,
)

POLES = "x is not 0, -1, -2, ..."


def at_pole(x: arb) -> bool:
    """Is x exactly zero or a negative integer?"""
    return bool(x <= 0 and integer(x) is not None)


def gamma(x: arb, length: int) -> Coefficients:
    """Gamma function."""
    if at_pole(x):
        raise outside("gamma", x, POLES)
    return listed(variable(x, length).gamma(), length)


def rgamma(x: arb, length: int) -> Coefficients:
    """1/gamma, entire: 0 at the poles."""
    return listed(variable(x, length).rgamma(), length)


def factorial(x: arb, length: int) -> Coefficients:
    """gamma(x + 1)."""
    return gamma(x + 1, length)


def loggamma(x: arb, length: int) -> Coefficients:
    """log(gamma(x)) for x > 0."""
    if x <= 0:
        raise outside("loggamma", x, "x > 0")
    return listed(variable(x, length).lgamma(), length) if x > 0 else nans(length)


def digamma(x: arb, length: int) -> Coefficients:
    """Derivative of log(gamma(x)); for x < 0 by reflection, its value at 1 - x less pi*cot(pi*x)."""
    if at_pole(x):
        raise outside("digamma", x, POLES)
    if x > 0:
        with working(ctx.prec, length + 1):
            slopes = listed(variable(x, length + 1).lgamma(), length + 1)
        return [slopes[k + 1] * (k + 1) for k in range(length)]
    if not x < 0:
        return nans(length)
    mirrored = digamma(1 - x, length)
    with working(ctx.prec, length):
        turning = listed(variable(x, length).cot_pi() * arb.pi(), length)
    return [(-c if k % 2 else c) - turn for k, (c, turn) in enumerate(zip(mirrored, turning, strict=True))]


def lgamma(x: arb, length: int) -> Coefficients:
    """log|gamma(x)|; for x < 0 by reflection, log(pi/|sin(pi*x)|) less the value at 1 - x."""
    if at_pole(x):
        raise outside("lgamma", x, POLES)
    if x > 0:
        return loggamma(x, length)
    sine = abs(x.sin_pi())
    if not sine > 0:
        return nans(length)
    return integrated((arb.pi() / sine).log() - (1 - x).lgamma(), digamma(x, length - 1) if length > 1 else [], length)


def polygamma(order: int, x: arb, length: int) -> Coefficients:
    """The order-th derivative of digamma: c_k = (order + k)!/k! times a coefficient of digamma."""
    if order < 0:
        raise outside("polygamma", arb(order), "its order is 0, 1, 2, ...")
    if at_pole(x):
        raise outside("polygamma", x, POLES)
    if order and x > 0:
        return hurwitz(order, x, length)
    found = digamma(x, order + length)[order:]
    return [c * arb.fac_ui(order + k) / arb.fac_ui(k) for k, c in enumerate(found)]


def hurwitz(order: int, x: arb, length: int) -> Coefficients:
    """polygamma(n, x) = (-1)**(n + 1) n! zeta(n + 1, x), differentiated term by term, for n > 0 and x > 0."""
    found = []
    for k in range(length):
        value = arb.fac_ui(order + k) / arb.fac_ui(k) * arb(order + k + 1).zeta(x)
        found.append(value if (order + k) % 2 else -value)
    return found


def trigamma(x: arb, length: int) -> Coefficients:
    """polygamma(1, x)."""
    return polygamma(1, x, length)


UNARY: dict[str, Unary] = {
    "gamma": gamma,
    "factorial": factorial,
    "loggamma": loggamma,
    "lgamma": lgamma,
    "digamma": digamma,
    "trigamma": trigamma,
}
