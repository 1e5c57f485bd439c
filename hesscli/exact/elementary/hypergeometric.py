"""Hypergeometric functions and incomplete elliptic integrals, in every argument.

Source: https://dlmf.nist.gov/13.3.E16, 15.5.E2 and 19.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from flint import acb, acb_series, arb, ctx

from hesscli.exact.elementary.base import INFINITY, NAN, Coefficients, as_integer, outside
from hesscli.exact.elementary.cauchy import Evaluate
from hesscli.exact.elementary.parametric import (
    Domain,
    Edge,
    InParameter,
    Parametric,
    Reach,
    away_from_poles,
    factorial,
    rising,
    whole_constant,
)

NEAR_ONE = 0.9
"""Up to this |x| a series of Gauss's is summed as it stands."""


def hyper(upper: int, lower: int) -> Evaluate:
    """pFq(a; b; x) for the catalogue's p and q <= 1 or (2, 1): c_k = (a)_k/((b)_k k!) pFq(a + k; b + k; x)."""

    def coefficients(params: Sequence[acb], x: acb, length: int) -> list[acb]:
        found = []
        for k in range(length):
            unit = 1 / acb(factorial(k))
            for j, p in enumerate(params):
                unit = unit * rising(p, k) if j < upper else unit / rising(p, k)
            shifted = [p + k for p in params]
            found.append(unit if unit.is_zero() else unit * series_value(shifted, x))
        return found

    return coefficients


def hyper_series(upper: int) -> InParameter:
    """The same, for power series as parameters."""

    def coefficients(params: Sequence[acb_series], x: acb, length: int) -> list[acb_series]:
        if upper == 2 and not abs(x) < NEAR_ONE:
            return [acb_series([acb(NAN)])] * length
        one, found = acb_series([1]), []
        for k in range(length):
            above, below = ([p + k for p in part] for part in (params[:upper], params[upper:]))
            unit = prod((p + i for p in params[:upper] for i in range(k)), start=one / factorial(k))
            unit = unit / prod((p + i for p in params[upper:] for i in range(k)), start=one)
            found.append(unit * acb_series.hypgeom(above, below, acb_series([x])))
        return found

    return coefficients


def series_value(params: Sequence[acb], x: acb) -> acb:
    """0F1, 1F1 or 2F1; where flint's 2F1 loses most bits the one of Euler's and Pfaff's forms that loses fewest."""
    if len(params) == 1:
        return x.hypgeom_0f1(*params)
    if len(params) == 2:
        return x.hypgeom_1f1(*params)
    a, b, c = params
    value = x.hypgeom_2f1(a, b, c)
    if value.rel_accuracy_bits() > ctx.prec // 3 or not x.real < 1:
        return value
    y = 1 - x
    forms = [value, y ** (c - a - b) * x.hypgeom_2f1(c - a, c - b, c)]
    forms += [y**-p * (-x / y).hypgeom_2f1(p, c - q, c) for p, q in ((a, b), (b, a))]
    return max(forms, key=lambda form: form.rel_accuracy_bits())


def majorant(upper: Sequence[arb], lower: arb, x: arb) -> arb:
    """Upper bound of a series with these moduli of its upper parameters and real part of its lower one, and of x."""
    sizes = [acb(p.abs_upper()) for p in upper]
    return series_value([*sizes, acb(lower.lower())], acb(x.abs_upper())).real.abs_upper()


def hyper_bound(params: list[acb], x: acb, length: int) -> list[arb]:
    """Bounds over wide balls: |(a)_k| <= (|a|)_k and |(c)_k| >= (Re c)_k term by term, after Kummer or Pfaff for x < 0.

    Source of the transformations: https://dlmf.nist.gov/13.2.E39 and 15.8.E1.
    """
    *upper, c = params
    if not c.real > 0 or (len(upper) == 2 and not x.real < 1):
        return [value.abs_upper() for value in hyper(len(upper), 1)(params, x, length)]
    found, unit = [], arb(1)
    for k in range(length):
        found.append((unit * smallest_bound([p + k for p in upper], c + k, x.real)).abs_upper())
        for p in upper:
            unit = unit * abs(p + k).abs_upper()
        unit = unit / ((c.real.lower() + k) * (k + 1))
    return found


def smallest_bound(upper: Sequence[acb], c: acb, x: arb) -> arb:
    """The smaller of the bounds of the series itself and, for x < 0, of its transformed ones."""
    bounds = [majorant([abs(p) for p in upper], c.real, x)] if len(upper) < 2 or abs(x) < 1 else []
    if len(upper) == 1:
        bounds.append(x.upper().exp() * majorant([abs(c - upper[0])], c.real, x))
    if len(upper) == 2 and x < 0.5:
        for p, q in (upper, upper[::-1]):
            factor = abs((1 - acb(x)) ** -p)
            bounds.append(factor * majorant([abs(p), abs(c - q)], c.real, x / (1 - x)))
    finite = [bound.abs_upper() for bound in bounds if bound.is_finite()]
    return min(finite, key=float_or_huge) if finite else INFINITY


def float_or_huge(x: arb) -> float:
    """About the logarithm of a positive number, to compare bounds by."""
    return float(x.log()) if x > 0 else -1e300


def no_pole(name: str, lower: int) -> Domain:
    """The lower parameter is not 0, -1, ...; Gauss's function has x < 1 too, unless it is a polynomial."""

    def domain(args: Sequence[arb], varying: Sequence[int]) -> bool:
        b, x = args[lower], args[-1]
        pole = as_integer(b)
        if pole is not None and pole <= 0:
            raise outside(name, args, "the lower parameter is not 0, -1, ...")
        if name != "hyp2f1" or any(terminates(args[j], varying, j) for j in range(2)):
            return True
        if x >= 1 and not any(p.contains_integer() and not p.is_exact() for p in args[:2]):
            raise outside(name, args, "x < 1")
        return bool(x < 1)

    return domain


def terminates(p: arb, varying: Sequence[int], place: int) -> bool:
    """Is an upper parameter a constant 0, -1, ...? Then the series is a polynomial."""
    n = whole_constant(p, varying, place)
    return n is not None and n <= 0


def lower_pole(lower: int) -> Reach:
    """Entire in the upper parameters, poles in the lower one."""

    def reach(args: Sequence[arb]) -> Sequence[arb | None]:
        return [away_from_poles(p) if j == lower else None for j, p in enumerate(args[:-1])]

    return reach


def gauss_edge(args: Sequence[arb], varying: Sequence[int], length: int) -> Coefficients | None:
    """At x = 1 the value alone, where c > a + b."""
    a, b, c, x = args
    if varying or not (c - a - b > 0 and (x - 1).is_zero()):
        return None
    return [c.gamma() * (c - a - b).gamma() * (c - a).rgamma() * (c - b).rgamma()]


def incomplete_elliptic(second: bool) -> Evaluate:
    """E or F (phi, m): derivative (1 - m sin(phi)**2)**(1/2 or -1/2) in phi."""

    def coefficients(params: Sequence[acb], phi: acb, length: int) -> list[acb]:
        m = params[0]
        value = acb.elliptic_e_inc(phi, m) if second else acb.elliptic_f(phi, m)
        if length == 1:
            return [value]
        sine = acb_series([phi, 1], length).sin()
        inside = 1 - sine * sine * m
        slopes = (inside.sqrt() if second else inside.rsqrt()).coeffs()
        return [value, *((slopes[k] / (k + 1) if k < len(slopes) else acb(0)) for k in range(length - 1))]

    return coefficients


def elliptic_room(phi: arb, m: arb) -> arb:
    """How far m lies below 1/sin(t)**2 for every t up to phi, an exact angle."""
    if not phi < arb.pi() / 2:
        return 1 - m
    sine = phi.sin()
    return arb(1) if sine.is_zero() else 1 / sine**2 - m


def elliptic_domain(name: str) -> Domain:
    """It needs m sin(t)**2 < 1 along the whole path from 0 to phi; E(phi, 1) alone goes on, with slope |cos(phi)|."""

    def domain(args: Sequence[arb], varying: Sequence[int]) -> bool:
        size, m = abs(args[0]), args[1]
        if name == "elliptic_e" and (m - 1).is_zero() and 1 not in varying:
            return not args[0].cos().contains(0)
        if elliptic_room(size.abs_lower(), m) <= 0:
            raise outside(name, args, "m*sin(t)**2 < 1 for every t up to phi")
        return bool(elliptic_room(size.abs_upper(), m) > 0)

    return domain


def elliptic_reach(args: Sequence[arb]) -> Sequence[arb | None]:
    """The branch point of m."""
    return [elliptic_room(abs(args[0]).abs_upper(), args[1])]


def elliptic_edge(second: bool) -> Edge:
    """E(phi, m) has a value where the root is zero at the path's end, or inside it for m = 1."""

    def edge(args: Sequence[arb], varying: Sequence[int], length: int) -> Coefficients | None:
        if not second or varying or not (args[1] - 1).is_zero():
            return None
        value = acb.elliptic_e_inc(acb(args[0]), acb(1))
        return [value.real if value.is_finite() else NAN]

    return edge


PARAMETRIC: dict[str, Parametric] = {
    "hyp0f1": Parametric(hyper(0, 1), no_pole("hyp0f1", 0), lower_pole(0), bound=hyper_bound, series=hyper_series(0)),
    "hyp1f1": Parametric(hyper(1, 1), no_pole("hyp1f1", 1), lower_pole(1), bound=hyper_bound, series=hyper_series(1)),
    "hyp2f1": Parametric(
        hyper(2, 1), no_pole("hyp2f1", 2), lower_pole(2), gauss_edge, bound=hyper_bound, series=hyper_series(2)
    ),
    "elliptic_f": Parametric(incomplete_elliptic(second=False), elliptic_domain("elliptic_f"), elliptic_reach, place=0),
    "elliptic_e": Parametric(
        incomplete_elliptic(second=True), elliptic_domain("elliptic_e"), elliptic_reach, elliptic_edge(second=True), 0
    ),
}
