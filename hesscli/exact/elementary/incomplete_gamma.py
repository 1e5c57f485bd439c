"""The four incomplete gamma functions, lower and upper, plain and regularised, in both arguments.

In x they are integrals of x**(a-1) exp(-x), differentiated in closed form. In a, for a large a, they come from

    lower(a + h, x) = x**(a+h) exp(-x) * sum over n of x**n/((a+h) (a+h+1) ... (a+h+n))

summed as a power series in h; elsewhere Cauchy's integral serves. Source: https://dlmf.nist.gov/8.7.E1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import comb

from flint import acb, acb_series, arb, arb_series, ctx

from hesscli.exact.elementary.base import (
    NAN,
    ONE,
    ZERO,
    Coefficients,
    as_integer,
    coefficients_of,
    nans,
    outside,
    variable,
    working,
)
from hesscli.exact.elementary.cauchy import Bound, Evaluate
from hesscli.exact.elementary.parametric import (
    Domain,
    Edge,
    Parametric,
    Reach,
    Singularity,
    Table,
    away_from_poles,
    everywhere,
    factorial,
    simplex,
)

Several = Callable[[Sequence[arb], Sequence[int], int], Table]
"""(arguments, positions of those that vary, order) -> coefficients."""

LARGE = 20
"""From this a on the power series in a is summed."""
MOST_TERMS = 1 << 17
MOST_LOST = 20_000
"""Bits that its sum may lose where the upper function is small."""
FARTHEST = 1 << 24
"""Largest x for which it is tried."""
STRIDE = 32
"""Terms between two looks at what is left."""


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


def integral(value: acb, density: list[acb], unit: acb) -> list[acb]:
    """Value, then the density's coefficients times the unit, integrated."""
    return [value, *(c * unit / (k + 1) for k, c in enumerate(density))]


def gamma_coefficients(upper: bool, regularised: bool) -> Evaluate:
    """Lower or upper, plain or divided by gamma(a): density x**(a-1) exp(-x)."""

    def coefficients(params: Sequence[acb], x: acb, length: int) -> list[acb]:
        a = params[0]
        value = real_value(a.real, x.real, upper, regularised) if a.imag.is_zero() and x.imag.is_zero() else None
        if value is None:
            value = (x.gamma_upper if upper else x.gamma_lower)(a, int(regularised))
        if length == 1:
            return [value]
        unit = (a.rgamma() if regularised else acb(1)) * x ** (a - 1) * (-x).exp() * (-1 if upper else 1)
        return integral(value, gamma_density(a, x, length), unit)

    return coefficients


def real_value(a: arb, x: arb, upper: bool, regularised: bool) -> acb | None:
    """The value for a large real a: flint's upper function, the series of the lower one below the maximum."""
    if not (a > LARGE and x > 0):
        return None
    whole = ONE if regularised else a.gamma()
    if not x < a:
        small = x.gamma_upper(a, int(regularised))
        return acb(small if upper else whole - small)
    series = lower_series(a, x, 1)[0] * (a * x.log() - x).exp() * (a.rgamma() if regularised else ONE)
    return acb(whole - series if upper else series)


def lower_series(a: arb, x: arb, length: int) -> Coefficients:
    """Coefficients in h of the sum over n of x**n/((a+h) ... (a+h+n)), a > 1.

    For |h| <= 1 the n-th term's modulus is at most its value at h = 0 times the product of (a+i)/(a-1+i) over
    i <= n, which is (a+n)/(a-1); so are its coefficients, by Cauchy. From ratios below one on the rest is geometric.
    """
    step = [1 / a]
    for _ in range(length - 1):
        step.append(-step[-1] / a)
    total, below, target = list(step), (a - 1).lower(), arb(2) ** -(ctx.prec + 4)
    for n in range(1, MOST_TERMS):
        inverse = 1 / (a + n)
        carried = ZERO
        for k, c in enumerate(step):
            carried = (c * x - carried) * inverse
            step[k] = carried
        total = [s + c for s, c in zip(total, step, strict=True)]
        if n % STRIDE == 0:
            ratio = (x / (below + n + 1)).upper()
            size = step[0].abs_upper()
            if ratio < 1 and size < target * total[0].abs_lower() * (1 - ratio):
                rest = (size * (below + 1 + n) / below * ratio / (1 - ratio)).abs_upper()
                around = (-rest).union(rest)
                return [s + around for s in total]
    return nans(length)


def large_row(a: arb, x: arb, length: int, upper: bool, regularised: bool) -> Coefficients | None:
    """Coefficients in a by that series; None where it would be long, or where flint's way is the better."""
    if not (a > LARGE and x > 0) or not x < FARTHEST:
        return None
    lost = 0 if x < a else lost_bits(a, x)
    if lost > MOST_LOST:
        return None
    with working(ctx.prec + lost + 16 * length, length):
        sums = lower_series(a, x, length)
        if not sums[0].is_finite():
            return None
        unit = (a * x.log() - x).exp()
        lower = arb_series(sums, length) * arb_series([0, x.log()], length).exp() * unit
        if regularised:
            lower = lower * variable(a, length).rgamma()
        if upper:
            lower = (arb_series([1], length) if regularised else variable(a, length).gamma()) - lower
        return coefficients_of(lower, length)


def lost_bits(a: arb, x: arb) -> int:
    """About -log2 of the regularised upper function."""
    with working(64, 1):
        small = x.mid().gamma_upper(a.mid(), 1).abs_upper()
        return max(0, int(-float(small.log()) / 0.69)) if small > 0 else MOST_LOST + 1


def density_table(a: arb, x: arb, order: int, regularised: bool) -> dict[tuple[int, int], arb]:
    """Coefficients (i, k), k >= 1, of the integral over x of x**(a-1) exp(-x) [/gamma(a)]: all in closed form."""
    unit = x ** (a - 1) * (-x).exp()
    turn = arb_series([0, x.log()], order + 1).exp()
    if regularised:
        turn = turn * variable(a, order + 1).rgamma()
    turned = coefficients_of(turn, order + 1)
    down: list[Coefficients] = [[ONE]]
    for j in range(1, order + 1):
        last = [*down[-1], ZERO]
        down.append([last[m] * (a - j) + (last[m - 1] if m else ZERO) for m in range(len(last))])
    found = {}
    for k in range(order):
        scale = x**k * factorial(k)
        shape = [
            sum((down[i][m] * (-x) ** (k - i) * comb(k, i) for i in range(m, k + 1)), ZERO) / scale
            for m in range(min(k + 1, order - k))
        ]
        for i in range(order - k):
            terms = (turned[i - m] * shape[m] for m in range(min(i + 1, len(shape))))
            found[i, k + 1] = sum(terms, ZERO) * unit / (k + 1)
    return found


def gamma_bound(upper: bool, regularised: bool) -> Bound:
    """|f(a, x)| <= f(Re a, x) for both integrals, convex in Re a: the larger of the ends; the rest by evaluation."""
    coefficients = gamma_coefficients(upper, regularised)

    def bound(params: list[acb], x: acb, length: int) -> list[arb]:
        a = params[0]
        own = [c.abs_upper() for c in coefficients(params, x, length)]
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
    """a > 0 (free: any a) and x > 0."""

    def domain(args: Sequence[arb], varying: Sequence[int]) -> bool:
        a, x = args
        if x < 0 or (a <= 0 and (x.is_zero() or not free)):
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
    whole = as_integer(a)
    return [ZERO if a > k else coefficient(k - whole) if whole is not None else NAN for k in range(length)]


def lower_reach(args: Sequence[arb]) -> Sequence[arb | None]:
    """Poles at a = 0, -1, ..."""
    return [away_from_poles(args[0])]


def gamma_like(name: str, upper: bool, regularised: bool) -> Parametric:
    """One of the four."""
    reach: Reach = everywhere if upper or regularised else lower_reach
    domain = gamma_domain(name, free=upper and not regularised)
    bound = gamma_bound(upper, regularised)
    return Parametric(
        gamma_coefficients(upper, regularised), domain, reach, gamma_edge(upper, regularised), bound=bound
    )


def one_minus(table: Table) -> Table:
    """1 - f."""
    return {index: -c if any(index) else 1 - c for index, c in table.items()}


KINDS: dict[str, tuple[bool, bool]] = {
    "lowergamma": (False, False),
    "uppergamma": (True, False),
    "gammainc": (False, True),
    "gammaincc": (True, True),
}
"""Name -> (upper, regularised)."""
PARAMETRIC: dict[str, Parametric] = {name: gamma_like(name, *kind) for name, kind in KINDS.items()}


def at_zero(name: str, args: Sequence[arb], order: int) -> Table:
    """At x = 0 in both arguments: what is like x**(a-k) log(x)**i is zero for a > k, and else unknown unless i = 0."""
    column, a = PARAMETRIC[name], args[0]
    along_a, along_x = column.edge(args, [0], order + 1) or [], column.edge(args, [1], order + 1) or []
    found = Singularity()
    for i, k in simplex(2, order):
        found[i, k] = along_a[i] if k == 0 else along_x[k] if i == 0 else ZERO if a > k else NAN
    return found


def smaller(name: str, args: Sequence[arb], varying: Sequence[int], order: int) -> Table:
    """As `Parametric` has it; the regularised two add to 1, so that of the one near 1 is that of the small one."""
    a, x = args
    upper, regularised = KINDS[name]
    if not regularised or not (x > 0 and a > 0) or upper is bool(x > a):
        return PARAMETRIC[name].expand(args, varying, order)
    return one_minus(PARAMETRIC["gammainc" if upper else "gammaincc"].expand(args, varying, order))


def in_both(name: str) -> Several:
    """In a by the series for a large a or by Cauchy's integral, in x by the density."""
    upper, regularised = KINDS[name]

    def table(args: Sequence[arb], varying: Sequence[int], order: int) -> Table:
        a, x = args
        if x.is_zero() and a > 0 and len(varying) == 2:
            return at_zero(name, args, order)
        if 0 not in varying or x.is_zero() or not PARAMETRIC[name].domain(args, varying):
            return smaller(name, args, varying, order)
        row = large_row(a, x, order + 1, upper, regularised)
        along_a = dict(enumerate(row)) if row else {k: c for (k,), c in smaller(name, args, [0], order).items()}
        if 1 not in varying:
            return {(k,): c for k, c in along_a.items()}
        mixed = density_table(a, x, order, regularised)
        return {
            **{(k, 0): c for k, c in along_a.items()},
            **{index: -c if upper else c for index, c in mixed.items()},
        }

    return table


SEVERAL: dict[str, Several] = {name: in_both(name) for name in KINDS}
