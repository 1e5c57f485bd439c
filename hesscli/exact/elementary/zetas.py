"""Hurwitz's zeta function and the polylogarithm, in both arguments."""

from __future__ import annotations

from collections.abc import Sequence
from math import comb, log2

from flint import acb, arb, arb_series, ctx

from hesscli.exact.elementary.base import NAN, ZERO, Coefficients, Unsupported, coefficients_of, edge, outside, working
from hesscli.exact.elementary.parametric import Parametric, Table, factorial, rising, simplex

SMALL = 0.25
"""Below this |x| the polylogarithm is summed term by term."""
ORDER_LIMIT = 150.0
"""Largest s for which it is evaluated elsewhere: that costs s*log2(s) bits."""
TERM_LIMIT = 100_000


def hurwitz_coefficients(params: Sequence[acb], a: acb, length: int) -> list[acb]:
    """c_k = (-1)**k (s)_k/k! zeta(s + k, a); where s + k = 1 (s)_k zeta(s + k, a) is finite."""
    s = params[0]
    found = []
    for k in range(length):
        value = rising(s, k - 1) if k and s + k == 1 else rising(s, k)
        if not (value.is_zero() or s + k == 1):
            value = value * (s + k).zeta(a)
        found.append((-value if k % 2 else value) / factorial(k))
    return found


def hurwitz(args: Sequence[arb], varying: Sequence[int], order: int) -> Table:
    """In both arguments: (s+t)_k zeta(s + t + k, a) as a power series in t; the pole meets a zero of (s+t)_k."""
    s, a = args
    if not hurwitz_domain(args, varying):
        return dict.fromkeys(simplex(2, order), NAN)
    found: Table = {}
    for k in range(order + 1):
        length, at_pole = order + 1 - k, bool(s + k == 1)
        with working(ctx.prec, length + 1):
            product = arb_series([arb((-1) ** k) / factorial(k)], length + 1)
            for i in range(k):
                product = product * arb_series([s + i, 1], length + 1)
            values = product * arb_series([s + k, 1], length + 1).zeta(a, at_pole)
            if at_pole:
                values = values + arb_series(coefficients_of(product, length + 1)[1:], length)
            found |= {(i, k): c for i, c in enumerate(coefficients_of(values, length))}
    return found


def hurwitz_domain(args: Sequence[arb], varying: Sequence[int]) -> bool:
    """S != 1 and a > 0."""
    s, a = args
    if s == 1 or a <= 0:
        raise outside("zeta", args, "s != 1 and a > 0")
    return bool(a > 0 and not s.contains(1))


def hurwitz_reach(args: Sequence[arb]) -> list[arb | None]:
    """The pole at s = 1."""
    return [abs(args[0] - 1)]


def stirling(length: int) -> list[list[int]]:
    """Signed Stirling numbers of the first kind: x(x - 1)...(x - k + 1) as a polynomial in x."""
    rows = [[1]]
    for k in range(length - 1):
        last = rows[-1]
        rows.append([(last[m - 1] if m else 0) - k * (last[m] if m < len(last) else 0) for m in range(k + 2)])
    return rows


def is_small(s: acb, x: acb) -> bool:
    """Whether the power series is the way: sooner for large orders, where it converges faster and all else cancels."""
    return bool(x.abs_upper() < (SMALL if s.abs_upper() < 50 else 0.7))


def polylog_coefficients(params: Sequence[acb], x: acb, length: int) -> list[acb]:
    """c_k = 1/(k! x**k) * sum of s(k, m) Li_(s-m)(x), for x d/dx Li_s = Li_(s-1); the power series for small x."""
    s = params[0]
    if is_small(s, x):
        return polylog_series(s, x, length)
    if not (s.real < ORDER_LIMIT and s.abs_upper() < 20 * ORDER_LIMIT):
        raise Unsupported("polylog of so large an order")
    size = max(0.0, float(s.real.upper()))
    with working(ctx.prec + int(2 * size * log2(size + 2)), length):
        lower = [x.polylog(s - m) for m in range(length)]
        return by_stirling(lower, x, length, stirling(length))


def by_stirling(lower: Sequence[acb], x: acb, length: int, numbers: list[list[int]]) -> list[acb]:
    """The sums over Li_s, Li_(s-1), ..."""
    found = []
    for k, row in enumerate(numbers):
        terms = [lower[m] * number for m, number in enumerate(row) if number]
        found.append(sum(terms[1:], terms[0]) / (x**k * factorial(k)))
    return found


def polylog_bound(params: list[acb], x: acb, length: int) -> list[arb]:
    """|Li_s(x)| <= |x|/min(1, 1 - x) gamma(r)/|gamma(s)|, r = Re s > 0, by the integral of t**(s-1)/(exp(t) - x).

    Source: https://dlmf.nist.gov/25.12.E11.
    """
    s, y = params[0], x.real
    if is_small(s, x) or not (s.real > length and y < 1):
        return [c.abs_upper() for c in polylog_coefficients(params, x, length)]
    near = (1 - y).min(arb(1))
    sizes = [(abs(y) / near * (s.real - m).gamma() * abs((s - m).rgamma())).abs_upper() for m in range(length)]
    numbers = [[abs(number) for number in row] for row in stirling(length)]
    return [c.abs_upper() for c in by_stirling([acb(size) for size in sizes], acb(abs(y).abs_lower()), length, numbers)]


def polylog_series(s: acb, x: acb, length: int) -> list[acb]:
    """c_k = sum over j >= k of C(j, k) x**(j-k) j**-s for |x| < 0.7.

    From a term on that the ratio of moduli, at most (j+1)/(j+1-k) (1 + 1/j)**max(0, -Re s) |x|, has fallen below
    3/4, the rest is at most 4 times its first term.
    """
    size, slow = x.abs_upper(), (-s.real.lower()).max(ZERO)
    start = 2 + 16 * length + 16 * int(float(slow)) if slow < TERM_LIMIT else TERM_LIMIT + 1
    last = start + (ctx.prec if size < SMALL else 2 * ctx.prec)
    if last > TERM_LIMIT:
        return [acb(NAN)] * length
    powers, weights = [acb(1)], [acb(0)]
    for j in range(1, last + 1):
        powers.append(powers[-1] * x)
        weights.append((acb(j).log() * -s).exp())
    found = []
    for k in range(length):
        total = acb(0)
        for j in range(max(k, 1), last):
            total = total + powers[j - k] * weights[j] * comb(j, k)
        ratio = arb(last + 1) / (last + 1 - k) * (slow / last).exp() * size
        rest = 4 * (powers[last - k] * weights[last] * comb(last, k)).abs_upper() if ratio < 0.75 else NAN
        around = (-rest).union(rest)
        found.append(total + acb(around, around))
    return found


def polylog_domain(args: Sequence[arb], varying: Sequence[int]) -> bool:
    """X < 1."""
    if args[1] >= 1:
        raise outside("polylog", args, "x < 1")
    return bool(args[1] < 1)


def polylog_edge(args: Sequence[arb], varying: Sequence[int], length: int) -> Coefficients | None:
    """At x = 1 the value alone, zeta(s), for s > 1; at x = 0 the series' first terms."""
    s, x = args
    if x == 1 and s > 1 and not varying:
        return edge(length, s.zeta())
    if x.is_zero() and list(varying) == [1]:
        return [ZERO, *((-s * arb(k).log()).exp() for k in range(1, length))]
    return None


def polylog(args: Sequence[arb], varying: Sequence[int], order: int) -> Table:
    """At x = 0 in both arguments k**-s (-log k)**i/i!, a term of the series; elsewhere as `Parametric` has it."""
    s, x = args
    if not x.is_zero() or 0 not in varying:
        return PARAMETRIC["polylog"].expand(args, varying, order)
    found = dict.fromkeys(simplex(len(varying), order), ZERO)
    for i, k in simplex(2, order) if len(varying) == 2 else ():
        if k:
            found[i, k] = (-s * arb(k).log()).exp() * (-arb(k).log()) ** i / factorial(i)
    return found


PARAMETRIC: dict[str, Parametric] = {
    "zeta": Parametric(hurwitz_coefficients, hurwitz_domain, hurwitz_reach),
    "polylog": Parametric(polylog_coefficients, polylog_domain, edge=polylog_edge, bound=polylog_bound),
}
