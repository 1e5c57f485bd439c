"""The gamma function and its logarithmic derivatives; polygamma in its order too."""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb, arb_series, ctx

from hesscli.exact.elementary.base import (
    NAN,
    ZERO,
    Coefficients,
    Unary,
    as_integer,
    coefficients_of,
    integrated,
    nans,
    outside,
    variable,
    working,
)
from hesscli.exact.elementary.parametric import Table, simplex

POLES = "x is not 0, -1, -2, ..."


def at_pole(x: arb) -> bool:
    """Is x exactly zero or a negative integer?"""
    return bool(x <= 0 and as_integer(x) is not None)


def gamma(x: arb, length: int) -> Coefficients:
    """Gamma function."""
    if at_pole(x):
        raise outside("gamma", x, POLES)
    return coefficients_of(variable(x, length).gamma(), length)


def rgamma(x: arb, length: int) -> Coefficients:
    """1/gamma, entire: 0 at the poles."""
    return coefficients_of(variable(x, length).rgamma(), length)


def binomial(args: Sequence[arb], length: int) -> Coefficients:
    """gamma(n+1)/(gamma(k+1) gamma(n-k+1)) in k; even about n/2."""
    n, k = args
    if at_pole(n + 1):
        raise outside("binomial", args, "n is not -1, -2, ...")
    row = coefficients_of(
        variable(k + 1, length).rgamma() * variable(n - k + 1, length, -1).rgamma() * (n + 1).gamma(), length
    )
    even = n.is_exact() and (2 * k - n).is_zero()
    return [ZERO if even and j % 2 else c for j, c in enumerate(row)]


def loggamma(x: arb, length: int) -> Coefficients:
    """log(gamma(x)) for x > 0."""
    if x <= 0:
        raise outside("loggamma", x, "x > 0")
    return coefficients_of(variable(x, length).lgamma(), length) if x > 0 else nans(length)


def digamma(x: arb, length: int) -> Coefficients:
    """Derivative of log(gamma(x)); for x < 0 by reflection, its value at 1 - x less pi*cot(pi*x)."""
    if at_pole(x):
        raise outside("digamma", x, POLES)
    if x > 0:
        with working(ctx.prec, length + 1):
            slopes = coefficients_of(variable(x, length + 1).lgamma(), length + 1)
        return [slopes[k + 1] * (k + 1) for k in range(length)]
    if not x < 0:
        return nans(length)
    mirrored = digamma(1 - x, length)
    with working(ctx.prec, length):
        turning = coefficients_of(variable(x, length).cot_pi() * arb.pi(), length)
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
    if at_pole(x):
        raise outside("polygamma", x, POLES)
    if order and x > 0:
        return polygamma_by_zeta(order, x, length)
    found = digamma(x, order + length)[order:]
    return [c * arb.fac_ui(order + k) / arb.fac_ui(k) for k, c in enumerate(found)]


def polygamma_by_zeta(order: int, x: arb, length: int) -> Coefficients:
    """polygamma(n, x) = (-1)**(n + 1) n! zeta(n + 1, x), differentiated term by term, for n > 0 and x > 0."""
    found = []
    for k in range(length):
        value = arb.fac_ui(order + k) / arb.fac_ui(k) * arb(order + k + 1).zeta(x)
        found.append(value if (order + k) % 2 else -value)
    return found


def balanced(order: arb, x: arb, length: int) -> Coefficients:
    """Espinosa and Moll's polygamma function, x > 0, in its order: F' + gamma F, F(s) = zeta(s + 1, x)/gamma(-s).

    It is polygamma for s = 0, 1, 2, ..., log(gamma(x)) - log(2 pi)/2 for s = -1, and entire in s: the pole of
    zeta at s = 0 is met by a zero. Source: O. Espinosa and V. Moll, "A generalized polygamma function",
    Integral Transforms Spec. Funct. 15, 2004; flint and SymPy follow it.
    """
    with working(ctx.prec, length + 2):
        reciprocal = arb_series([-order, -1], length + 2).rgamma()
        at_pole = order.is_zero()
        found = reciprocal * arb_series([order + 1, 1], length + 2).zeta(x, at_pole)
        if at_pole:
            found = found + arb_series(coefficients_of(reciprocal, length + 2)[1:], length + 1)
        row = coefficients_of(found, length + 1)
    return [row[k + 1] * (k + 1) + arb.const_euler() * row[k] for k in range(length)]


def any_polygamma(args: Sequence[arb], varying: Sequence[int], order: int) -> Table:
    """polygamma(s, x) in both arguments: derivative k in x is polygamma(s + k, x)."""
    s, x = args
    n = as_integer(s)
    if 0 not in varying and n is not None and n >= 0:
        row = polygamma(n, x, order + 1 if varying else 1)
        return {(k,) if varying else (): c for k, c in enumerate(row)}
    if x <= 0 and (0 in varying or not s.contains_integer()):
        raise outside("polygamma", args, "x > 0 unless the order is a constant 0, 1, 2, ...")
    if not x > 0:
        return dict.fromkeys(simplex(len(varying), order), NAN)
    steps = range(order + 1 if 1 in varying else 1)
    rows = [balanced(s + k, x, order + 1 - k if 0 in varying else 1) for k in steps]
    return {
        tuple((i, k)[j] for j in varying): c / arb.fac_ui(k) for k, row in enumerate(rows) for i, c in enumerate(row)
    }


UNARY: dict[str, Unary] = {
    "gamma": gamma,
    "rgamma": rgamma,
    "loggamma": loggamma,
    "lgamma": lgamma,
}
