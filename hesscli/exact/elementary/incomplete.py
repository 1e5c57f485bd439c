"""Incomplete gamma and beta functions and the generalised exponential integral, in every argument.

In x they are integrals of elementary densities; in the parameters Cauchy's integral serves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import comb

from flint import acb, acb_series, arb

from hesscli.exact.elementary.base import INFINITY, NAN, ONE, ZERO, Coefficients, integer, outside
from hesscli.exact.elementary.cauchy import Bound, Evaluate
from hesscli.exact.elementary.column import Column, Domain, Edge, Reach, Table, away_from_poles, everywhere, factorial

Rule = Callable[[Sequence[arb], Sequence[int], int], Table]
"""(arguments, positions of those that vary, order) -> coefficients."""


def falling(a: acb, length: int) -> list[acb]:
    """1, a, a (a - 1), ..."""
    found = [acb(1)]
    for k in range(length - 1):
        found.append(found[-1] * (a - k))
    return found


def gamma_density(a: acb, x: acb, length: int) -> list[acb]:
    """Coefficients of x**(a-1) exp(-x) divided by its value: exact sums, over x**k k!."""
    down = falling(a - 1, length)
    return [
        sum((down[i] * (-x) ** (k - i) * comb(k, i) for i in range(k + 1)), acb(0)) / (x**k * factorial(k))
        for k in range(length - 1)
    ]


def beta_density(a: acb, b: acb, x: acb, length: int) -> list[acb]:
    """Coefficients of x**(a-1) (1-x)**(b-1) divided by its value: exact sums, over (x (1-x))**k k!."""
    left, right, y = falling(a - 1, length), falling(b - 1, length), 1 - x
    found = []
    for k in range(length - 1):
        terms = (left[i] * right[k - i] * y**i * (-x) ** (k - i) * comb(k, i) for i in range(k + 1))
        found.append(sum(terms, acb(0)) / ((x * y) ** k * factorial(k)))
    return found


def integral(value: acb, density: list[acb], unit: acb) -> list[acb]:
    """Value, then the density's coefficients times the unit, integrated."""
    return [value, *(c * unit / (k + 1) for k, c in enumerate(density))]


def gamma_column(upper: bool, regularised: bool) -> Evaluate:
    """Lower or upper, plain or divided by gamma(a): density x**(a-1) exp(-x)."""

    def column(params: Sequence[acb], x: acb, length: int) -> list[acb]:
        a = params[0]
        value = (x.gamma_upper if upper else x.gamma_lower)(a, int(regularised))
        if length == 1:
            return [value]
        unit = (a.rgamma() if regularised else acb(1)) * x ** (a - 1) * (-x).exp() * (-1 if upper else 1)
        return integral(value, gamma_density(a, x, length), unit)

    return column


def gamma_bound(upper: bool, regularised: bool) -> Bound:
    """|f(a, x)| <= f(Re a, x) for both integrals, convex in Re a: the larger of the ends; the rest by evaluation."""
    column = gamma_column(upper, regularised)

    def bound(params: list[acb], x: acb, length: int) -> list[arb]:
        a = params[0]
        own = [c.abs_upper() for c in column(params, x, length)]
        limit = x.real.lower() if upper else x.real.upper()
        ends = [a.real.lower(), a.real.upper()]
        if limit > 0 and (upper or ends[0] > 0):
            sizes = [(limit.gamma_upper if upper else limit.gamma_lower)(end).abs_upper() for end in ends]
            unit = a.rgamma().abs_upper() if regularised else ONE
            sharp = (sizes[0].max(sizes[1]) * unit).abs_upper()
            own[0] = sharp if not sharp >= own[0] else own[0]
        return own

    return bound


def gamma_domain(name: str, free: bool) -> Domain:
    """A > 0 (free: any a) and x > 0."""

    def domain(args: Sequence[arb], varying: Sequence[int]) -> bool:
        a, x = args
        if x < 0 or x.is_zero() or (a <= 0 and not free):
            raise outside(name, args, "x > 0" if free else "a > 0 and x >= 0")
        return bool(x > 0 and (free or a > 0))

    return domain


def gamma_edge(upper: bool, regularised: bool) -> Edge:
    """At x = 0: the lower function is x**a (1/a - x/(a+1) + x**2/(2 (a+2)) - ...)."""

    def edge(args: Sequence[arb], varying: Sequence[int], length: int) -> Coefficients | None:
        a, x = args
        if not x.is_zero() or not a > 0:
            return None
        whole = (ONE if regularised else a.gamma()) if upper else ZERO
        if len(varying) > 1:
            return [whole]
        if 0 in varying:
            from_a = [ZERO] * length
            if upper and not regularised:
                from_a = list((acb_series([a, 1], length).gamma()).coeffs())
                return [c.real for c in from_a]
            return [whole, *[ZERO] * length][:length]
        rows = power_edge(a, length, lambda j: arb((-1) ** j) / (factorial(j) * (a + j)))
        unit = (a.rgamma() if regularised else ONE) * (-1 if upper else 1)
        return [whole, *(c * unit for c in rows[1:])]

    return edge


def power_edge(a: arb, length: int, coefficient: Callable[[int], arb]) -> Coefficients:
    """Coefficients at x = 0 of x**a times a power series: known up to x**a, and beyond for integer a."""
    whole = integer(a)
    return [ZERO if a > k else coefficient(k - whole) if whole is not None else NAN for k in range(length)]


def lower_reach(args: Sequence[arb]) -> Sequence[arb | None]:
    """Poles at a = 0, -1, ..."""
    return [away_from_poles(args[0])]


def beta_column(params: Sequence[acb], x: acb, length: int) -> list[acb]:
    """Regularised: density x**(a-1) (1-x)**(b-1)/beta(a, b)."""
    a, b = params
    value = x.beta_lower(a, b, 1)
    if length == 1:
        return [value]
    unit = (a + b).gamma() * a.rgamma() * b.rgamma() * x ** (a - 1) * (1 - x) ** (b - 1)
    return integral(value, beta_density(a, b, x, length), unit)


def beta_domain(args: Sequence[arb], varying: Sequence[int]) -> bool:
    """A, b > 0 and 0 < x < 1."""
    a, b, x = args
    if a <= 0 or b <= 0 or x < 0 or x > 1:
        raise outside("betainc", args, "a, b > 0 and 0 <= x <= 1")
    return bool(a > 0 and b > 0 and x > 0 and x < 1)


def beta_edge(args: Sequence[arb], varying: Sequence[int], length: int) -> Coefficients | None:
    """At x = 0, x**a/beta(a, b) times a power series; at x = 1 the same mirrored."""
    a, b, x = args
    if not (x.is_zero() or x == 1) or not (a > 0 and b > 0):
        return None
    if len(varying) > 1:
        return [x]
    if 2 not in varying:
        return [x, *[ZERO] * length][:length]
    if x == 1:
        found = beta_edge([b, a, ZERO], varying, length) or []
        return [1 - found[0], *(c if k % 2 else -c for k, c in enumerate(found[1:], 1))]
    unit = (a + b).gamma() * a.rgamma() * b.rgamma()
    return [c * unit for c in power_edge(a, length, lambda j: (1 - b).rising(j) / (factorial(j) * (a + j)))]


def beta_reach(args: Sequence[arb]) -> Sequence[arb | None]:
    """Analytic for positive real parts."""
    return [args[0], args[1]]


def expint_column(params: Sequence[acb], x: acb, length: int) -> list[acb]:
    """c_k = (-1)**k/k! E_(n-k)(x)."""
    return [x.expint(params[0] - k) / factorial(k) * (-1) ** k for k in range(length)]


def expint_bound(params: list[acb], x: acb, length: int) -> list[arb]:
    """|E_s(x)| <= E_r(x), r = Re s, falling in r and in x > 0."""
    low, s = acb(x.real.lower()), acb(params[0].real.lower())
    if not low.real > 0:
        return [INFINITY] * length
    return [(low.expint(s - k).real / factorial(k)).abs_upper() for k in range(length)]


def expint_domain(args: Sequence[arb], varying: Sequence[int]) -> bool:
    """X > 0."""
    if args[1] <= 0:
        raise outside("expint", args, "x > 0")
    return bool(args[1] > 0)


def gamma_like(name: str, upper: bool, regularised: bool) -> Column:
    """One of the four incomplete gamma functions."""
    reach: Reach = everywhere if upper or regularised else lower_reach
    domain = gamma_domain(name, free=upper and not regularised)
    bound = gamma_bound(upper, regularised)
    return Column(gamma_column(upper, regularised), domain, reach, gamma_edge(upper, regularised), bound=bound)


def complement(name: str, other: str) -> Rule:
    """Gammainc and gammaincc add to 1: the derivatives of the one near 1 are those of the small one, negated."""

    def rule(args: Sequence[arb], varying: Sequence[int], order: int) -> Table:
        a, x = args
        small_is_lower = not x > a
        if small_is_lower is (name == "gammainc") or not (x > 0 and a > 0):
            return COLUMNS[name].expand(args, varying, order)
        return one_minus(COLUMNS[other].expand(args, varying, order))

    return rule


def one_minus(table: Table) -> Table:
    """1 - f."""
    return {index: -c if any(index) else 1 - c for index, c in table.items()}


def betainc(args: Sequence[arb], varying: Sequence[int], order: int) -> Table:
    """Beyond the mean a/(a + b) by the function of (b, a, 1 - x), small there, taken from 1."""
    a, b, x = args
    if not (a > 0 and b > 0 and x < 1 and x * (a + b) > a):
        return COLUMNS["betainc"].expand(args, varying, order)
    swap = (1, 0, 2)
    mirrored = one_minus(COLUMNS["betainc"].expand([b, a, 1 - x], sorted(swap[j] for j in varying), order))
    places = sorted(range(len(varying)), key=lambda place: swap[varying[place]])
    found: Table = {}
    for index, c in mirrored.items():
        own = [0] * len(varying)
        for place, exponent in zip(places, index, strict=True):
            own[place] = exponent
        odd = any(j == 2 and exponent % 2 for j, exponent in zip(varying, own, strict=True))
        found[tuple(own)] = -c if odd else c
    return found


COLUMNS: dict[str, Column] = {
    "lowergamma": gamma_like("lowergamma", upper=False, regularised=False),
    "uppergamma": gamma_like("uppergamma", upper=True, regularised=False),
    "gammainc": gamma_like("gammainc", upper=False, regularised=True),
    "gammaincc": gamma_like("gammaincc", upper=True, regularised=True),
    "betainc": Column(beta_column, beta_domain, beta_reach, beta_edge),
    "expint": Column(expint_column, expint_domain, bound=expint_bound),
}

SEVERAL: dict[str, Rule] = {
    "gammainc": complement("gammainc", "gammaincc"),
    "gammaincc": complement("gammaincc", "gammainc"),
    "betainc": betainc,
}
