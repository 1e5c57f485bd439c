"""The error function and its kin, of one argument."""

from __future__ import annotations

from collections.abc import Callable

from flint import acb, arb, arb_series

from hesscli.exact.elementary.base import (
    Coefficients,
    Unary,
    coefficients_of,
    integrated,
    monotone,
    nans,
    outside,
    reflected,
    series,
    variable,
)

FAR = 4
"""From |x| = FAR on, erfcx and dawson come from Tricomi's U: their series would cancel."""


def direct(method: str) -> Unary:
    """A function that flint has for power series."""

    def coefficients(x: arb, length: int) -> Coefficients:
        return coefficients_of(getattr(variable(x, length), method)(), length)

    return coefficients


def gaussian(x: arb, length: int, sign: int = -1) -> arb_series:
    """The series of exp(sign * x**2): a number times a series whose exact zeros stay exact."""
    return arb_series([0, 2 * x * sign, sign], length).exp() * (x * x * sign).exp()


def erfcx(x: arb, length: int) -> Coefficients:
    """exp(x**2)*erfc(x); c_k = (-1)**k U((k + 1)/2, 1/2, x**2)/sqrt(pi) for x > 0.

    Source: https://dlmf.nist.gov/7.18.E2 and https://dlmf.nist.gov/7.18.E10.
    """
    if x > FAR:
        unit = arb.pi().rsqrt()
        found = [(x * x).hypgeom_u(arb(k + 1) / 2, arb(0.5)) * unit for k in range(length)]
        return reflected(found)
    return coefficients_of(gaussian(x, length, 1) * variable(x, length).erfc(), length)


def dawson(x: arb, length: int) -> Coefficients:
    """exp(-x**2) sqrt(pi)/2 erfi(x); far out the imaginary part of erfcx(-ix) sqrt(pi)/2."""
    if x < 0:
        return reflected(dawson(-x, length), -1)
    if x > FAR:
        square = acb(-x * x)
        found = [square.hypgeom_u(acb(k + 1) / 2, acb(0.5)) * acb(0, -1) ** k for k in range(length)]
        return [-c.imag / 2 for c in found]
    return coefficients_of(gaussian(x, length) * variable(x, length).erfi() * (arb.pi().sqrt() / 2), length)


def inverted(name: str, domain: str, low: int, high: int, of: Callable[[arb_series], arb_series]) -> Unary:
    """erfinv or erfcinv: the value, then the reversion of the function's own series."""

    def coefficients(x: arb, length: int) -> Coefficients:
        if x <= low or x >= high:
            raise outside(name, x, domain)
        if not (x > low and x < high):
            return nans(length)
        value = getattr(x, name)()
        if length == 1:
            return [value]
        ahead = coefficients_of(of(variable(value, length)), length)
        return [value, *coefficients_of(series([arb(0), *ahead[1:]], length).reversion(), length)[1:]]

    return coefficients


def normcdf(x: arb, length: int) -> Coefficients:
    """erfc(-x/sqrt(2))/2: derivative exp(-x**2/2)/sqrt(2*pi)."""
    shape, height = bell(x, length)
    return integrated(monotone(_normcdf, x), shape * height, length)


def bell(x: arb, length: int) -> tuple[arb_series, arb]:
    """The normal density exp(-x**2/2)/sqrt(2*pi): its series divided by its value, and its value."""
    return arb_series([0, -x, -0.5], length).exp(), (-x * x / 2).exp() * (2 * arb.pi()).rsqrt()


def _normcdf(x: arb) -> arb:
    """erfc through gamma_upper(1/2, x**2/2) far to the left: x/sqrt(2) is never exact."""
    if x < -FAR:
        return (x * x / 2).gamma_upper(arb(0.5)) / (2 * arb.pi().sqrt())
    return (-x / arb(2).sqrt()).erfc() / 2


def gelu(x: arb, length: int) -> Coefficients:
    """x*normcdf(x)."""
    shape, height = bell(x, length)
    slopes = coefficients_of(shape, length)
    value = normcdf(x, 1)[0]
    found = [x * value, value + x * height]
    found += [(x * slopes[k - 1] / k + slopes[k - 2] / (k - 1)) * height for k in range(2, length)]
    return found[:length]


def erfc(x: arb, length: int) -> Coefficients:
    """1 - erf(x), falling: derivative -2 exp(-x**2)/sqrt(pi)."""
    return integrated(monotone(arb.erfc, x), gaussian(x, length) * (-2 * arb.pi().rsqrt()), length)


def fresnel(name: str) -> Unary:
    """Fresnel's integrals: derivative sin or cos of pi*x**2/2; the value near 0 by the power series."""
    sine = name == "fresnel_s"

    def coefficients(x: arb, length: int) -> Coefficients:
        half_turn = arb.pi() / 2
        angle = arb_series([x * x / 2, x, 0.5], length)
        if abs(x) < 0.5:
            first = arb(3 if sine else 1) / 4
            square = half_turn * x * x / 2
            tail = (-square * square).hypgeom([first], [arb(1.5 if sine else 0.5), first + 1])
            value = tail * (half_turn * x * x * x / 3 if sine else x)
        else:
            value = getattr(x, name)()
        return integrated(value, angle.sin_pi() if sine else angle.cos_pi(), length)

    return coefficients


UNARY: dict[str, Unary] = {
    "erf": direct("erf"),
    "erfc": erfc,
    "erfi": direct("erfi"),
    "erfcx": erfcx,
    "erfinv": inverted("erfinv", "-1 < x < 1", -1, 1, arb_series.erf),
    "erfcinv": inverted("erfcinv", "0 < x < 2", 0, 2, arb_series.erfc),
    "dawson": dawson,
    "normcdf": normcdf,
    "gelu": gelu,
    "fresnels": fresnel("fresnel_s"),
    "fresnelc": fresnel("fresnel_c"),
}
