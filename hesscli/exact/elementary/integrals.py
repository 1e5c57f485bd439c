"""Functions of one argument given by integrals: exponential, sine, logarithmic, elliptic; dilogarithm, Airy, zeta."""

from __future__ import annotations

from flint import acb, arb

from hesscli.exact.elementary.algebraic import exp, logarithm
from hesscli.exact.elementary.base import (
    INFINITY,
    ZERO,
    Coefficients,
    Unary,
    coefficients_of,
    edge,
    integrated,
    nans,
    outside,
    reflected,
    series,
    variable,
)
from hesscli.exact.elementary.circular import cos, sinc, sine_quotient
from hesscli.exact.elementary.error_functions import direct
from hesscli.exact.elementary.hyperbolic import UNARY as HYPERBOLIC
from hesscli.exact.elementary.zetas import polylog_series

HUGE = 1e12
"""Beyond, Riemann's zeta is 1 and two terms to the right, and exceeds any number one could print to the left."""
log = logarithm("log", 0, None)


def exponential_integral(x: arb, length: int) -> Coefficients:
    """Ei: derivative exp(x)/x."""
    if x.is_zero():
        raise outside("Ei", x, "x != 0")
    if x.contains(ZERO):
        return nans(length)
    return integrated(x.ei(), series(exp(ZERO, length), length) / variable(x, length) * x.exp(), length)


def sine_integral(x: arb, length: int) -> Coefficients:
    """Si: derivative sin(x)/x."""
    return integrated(x.si(), sinc(x, length), length)


def hyperbolic_sine_integral(x: arb, length: int) -> Coefficients:
    """Shi: derivative sinh(x)/x."""
    if abs(x) < 2 + length / 2:
        slope = sine_quotient(x, length, 1)
    else:
        slope = coefficients_of(series(HYPERBOLIC["sinh"](x, length), length) / variable(x, length), length)
    return integrated(x.shi(), slope, length)


def cosine_integral(name: str, numerator: Unary) -> Unary:
    """Ci or Chi: derivative cos(x)/x or cosh(x)/x, x > 0."""

    def coefficients(x: arb, length: int) -> Coefficients:
        if x <= 0:
            raise outside(name, x, "x > 0")
        if not x > 0:
            return nans(length)
        slope = series(numerator(x, length), length) / variable(x, length)
        return integrated(getattr(x, name.lower())(), slope, length)

    return coefficients


def _small_dilogarithm(x: arb) -> arb:
    """polylog(2, x), for small x by its series."""
    return polylog_series(acb(2), acb(x), 1)[0].real if x < 0.25 else x.polylog(2)


def spence(x: arb, length: int) -> Coefficients:
    """polylog(2, 1 - x): derivative log(x)/(1 - x); the power series about the removable point 1."""
    if x < 0:
        raise outside("spence", x, "x >= 0")
    if x.is_zero():
        return edge(length, arb.pi() ** 2 / 6, -INFINITY)
    if not x > 0 or (x.contains(1) and not abs(x - 1) < 0.25):
        return nans(length)
    if abs(x - 1) < 0.25:
        return reflected([c.real for c in polylog_series(acb(2), acb(1 - x), length)])
    value = arb.pi() ** 2 / 6 - x.log() * (-x).log1p() - _small_dilogarithm(x) if x < 0.5 else (1 - x).polylog(2)
    return integrated(value, series(log(x, length), length) / (1 - variable(x, length)), length)


def zeta(x: arb, length: int) -> Coefficients:
    """Riemann's zeta function."""
    if x == 1:
        raise outside("zeta", x, "s != 1")
    if x > HUGE:
        return zeta_far(x, length)
    return nans(length) if x < -HUGE else coefficients_of(variable(x, length).zeta(), length)


def zeta_far(s: arb, length: int) -> Coefficients:
    """Sum of j**-s (-log j)**k/k!; from j = 3 on at most 3**(1-s) (1 + 3/(s-2)), for log(j)**k <= k! j."""
    two, three = arb(2).log(), arb(3).log()
    rest = ((1 - s) * three).exp() * (1 + 3 / (s - 2))
    found = [(-s * two).exp()]
    for k in range(1, length):
        found.append(-found[-1] * two / k)
    around = (-rest).union(rest)
    return [c + around + (1 if k == 0 else 0) for k, c in enumerate(found)]


def elliptic(second: bool) -> Unary:
    """Complete elliptic integrals K and E, by derivatives of their hypergeometric series.

    K = pi/2 F(1/2, 1/2; 1; m), E = pi/2 F(-1/2, 1/2; 1; m); F(a, b; c) has the k-th Taylor coefficient
    (a)_k (b)_k/((c)_k k!) F(a + k, b + k; c + k). Source: https://dlmf.nist.gov/19.5 and 15.5.E2.
    """

    def coefficients(m: arb, length: int) -> Coefficients:
        if m > 1 or (m == 1 and not second):
            raise outside("elliptic_e" if second else "elliptic_k", m, "m <= 1" if second else "m < 1")
        if m == 1:
            return edge(length, arb(1), -INFINITY)
        if not m < 1:
            return nans(length)
        a, b, unit, found = arb(-0.5 if second else 0.5), arb(0.5), arb.pi() / 2, []
        for k in range(length):
            found.append(unit * m.hypgeom_2f1(a + k, b + k, arb(1 + k)))
            unit = unit * (a + k) * (b + k) / (k + 1) ** 2
        return found

    return coefficients


def lambert(x: arb, length: int, branch: int = 0) -> Coefficients:
    """Lambert's W, the principal or the lower real branch."""
    if branch not in (0, -1):
        raise outside("LambertW", arb(branch), "the branch is 0 or -1")
    if x < -(arb(-1).exp()) or (branch and x >= 0):
        raise outside("LambertW", x, "x > -1/e" + ("" if branch == 0 else " and x < 0"))
    return coefficients_of(variable(x, length).lambertw(branch), length)


UNARY: dict[str, Unary] = {
    "Ei": exponential_integral,
    "Si": sine_integral,
    "Ci": cosine_integral("Ci", cos),
    "Shi": hyperbolic_sine_integral,
    "Chi": cosine_integral("Chi", HYPERBOLIC["cosh"]),
    "spence": spence,
    "airyai": direct("airy_ai"),
    "airybi": direct("airy_bi"),
    "zeta": zeta,
    "elliptic_k": elliptic(second=False),
    "elliptic_e": elliptic(second=True),
    "LambertW": lambert,
}
