"""Bessel's and Struve's functions of real order, in the order and the argument.

Derivatives in x are sums of neighbouring orders: 2 J_n' = J_(n-1) - J_(n+1) and its like.
Source: https://dlmf.nist.gov/10.6.E7, 10.29.E5 and 11.4.E27.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import count
from math import comb

from flint import acb, arb, ctx

from hesscli.exact.elementary.base import INFINITY, NAN, ZERO, Coefficients, Unsupported, integer, outside, working
from hesscli.exact.elementary.cauchy import Bound, Evaluate
from hesscli.exact.elementary.column import Column, Domain, Edge, Table, factorial, rising, whole

RECURRENCE_LIMIT = 1000
"""Largest integer order of K that is reached by recurrence."""
COMPLEX_REACH = 200
"""Largest |x| for which that is done for complex orders, which derivatives in the order need."""
STRUVE_REACH = 2000
"""Largest |x| for which Struve's power series is summed."""


def neighbours(method: str, inner: int, outer: int) -> Evaluate:
    """c_k = outer**k 2**-k/k! * sum over j of inner**j C(k, j) f_(n-k+2j)(x)."""

    def column(params: Sequence[acb], x: acb, length: int) -> list[acb]:
        function = getattr(x, method)
        return combined({m: function(params[0] + m) for m in range(1 - length, length)}, inner, outer, length)

    return column


def combined(shifted: Mapping[int, acb], inner: int, outer: int, length: int) -> list[acb]:
    """The binomial sums over the neighbours f_(n+m)."""
    found = []
    for k in range(length):
        total = sum((shifted[2 * j - k] * (inner**j * comb(k, j)) for j in range(1, k + 1)), shifted[-k])
        found.append(total * outer**k / (factorial(k) * 2**k))
    return found


def bessel_k(params: Sequence[acb], x: acb, length: int) -> list[acb]:
    """Integer orders by the recurrence from K_0 and K_1, all of whose terms are positive; others by flint."""
    n = integer(params[0].real) if params[0].imag.is_zero() else None
    if n is None or abs(n) > RECURRENCE_LIMIT or not x.real > 0:
        return neighbours("bessel_k", 1, -1)(list(params), x, length)
    size = min(float(x.real.abs_upper()), float(ctx.prec))
    with working(ctx.prec + 20 + int(4 * size), length):
        zero = x.bessel_k(acb(0))
    values = [zero, (1 / x - x.bessel_i(acb(1)) * zero) / x.bessel_i(acb(0))]
    for m in range(1, abs(n) + length):
        values.append(values[m - 1] + values[m] * (2 * m) / x)
    return combined({m: values[abs(n + m)] for m in range(1 - length, length)}, 1, -1, length)


def k_bound(nu: acb, x: acb) -> arb:
    """|K_nu(x)| <= K_mu(x), mu = |Re nu|, increasing in mu and falling in x > 0: https://dlmf.nist.gov/10.32.E9."""
    low = x.real.lower()
    return acb(low).bessel_k(acb(abs(nu.real).abs_upper())).real.abs_upper() if low > 0 else INFINITY


def y_bound(nu: acb, x: acb) -> arb:
    """|Y_nu(x)| <= exp(pi |Im nu|) + 2/pi (1 + cosh(pi Im nu)) exp(x) K_mu(x), from https://dlmf.nist.gov/10.9.E7."""
    tilt = arb.pi() * abs(nu.imag).abs_upper()
    size = tilt.exp() + 2 / arb.pi() * (1 + tilt.cosh()) * x.real.abs_upper().exp() * k_bound(nu, x)
    return size.abs_upper()


def bounds_by(one: Callable[[acb, acb], arb]) -> Bound:
    """Bounds of the coefficients from a bound of the function: 2**-k/k! times a binomial sum over the neighbours."""

    def bounds(params: list[acb], x: acb, length: int) -> list[arb]:
        sizes = {m: one(params[0] + m, x) for m in range(1 - length, length)}
        return [
            (sum((sizes[2 * j - k] * comb(k, j) for j in range(k + 1)), ZERO) / (factorial(k) * 2**k)).abs_upper()
            for k in range(length)
        ]

    return bounds


def positive(name: str) -> Domain:
    """X > 0 only."""

    def domain(args: Sequence[arb], varying: Sequence[int]) -> bool:
        if args[1] <= 0:
            raise outside(name, args, "x > 0")
        return bool(args[1] > 0)

    return domain


def whole_order(name: str) -> Domain:
    """Every x for a constant integer order, else x > 0."""

    def domain(args: Sequence[arb], varying: Sequence[int]) -> bool:
        if whole(args[0], varying, 0) is not None:
            return True
        if args[1].is_zero() or (args[1] < 0 and not (args[0].contains_integer() and 0 not in varying)):
            raise outside(name, args, "x > 0 unless the order is an integer")
        return bool(args[1] > 0)

    return domain


def at_zero(power: int) -> Edge:
    """At x = 0 a function like x**(n + power), n no integer: zero, as are the derivatives below that power."""

    def edge(args: Sequence[arb], varying: Sequence[int], length: int) -> Coefficients | None:
        n, x = args
        if not x.is_zero() or whole(n, varying, 0) is not None or not n + power > 0:
            return None
        if 0 in varying:
            return [ZERO] * length if 1 not in varying else [ZERO, *[NAN] * length][:length]
        return [ZERO if n + power > k else NAN for k in range(length)]

    return edge


def struve(sign: int) -> Evaluate:
    """Struve's H (sign -1) or L (sign 1): sum of sign**m (x/2)**(2m+n+1)/(gamma(m+3/2) gamma(m+n+3/2)).

    From a term on that the ratio of moduli, which then falls, is below 1/2, the rest is at most twice its
    first term. Source: https://dlmf.nist.gov/11.2.E1.
    """

    def column(params: Sequence[acb], x: acb, length: int) -> list[acb]:
        n, size = params[0], x.abs_upper()
        if sign < 0 and is_far(n, x):
            return struve_far(n.real, x.real, length)
        if not n.imag.is_zero() and size > COMPLEX_REACH:
            raise Unsupported("Struve's derivatives in the order so far out")
        if not size < STRUVE_REACH or not n.abs_upper() < STRUVE_REACH:
            return [acb(NAN)] * length
        reach = 2 * int(float(size)) + int(float(n.abs_upper())) + length + 2
        with working(ctx.prec + 3 * reach, length):
            return [_struve_sum(n, x, k, sign, reach) for k in range(length)]

    return column


def is_far(n: acb, x: acb) -> bool:
    """Is x so large, for a real order, that the asymptotic series reaches the precision?"""
    return bool(n.imag.is_zero() and x.imag.is_zero() and abs(x.real) > ctx.prec + 2 * abs(n.real) + 50)


def struve_far(n: arb, x: arb, length: int) -> list[acb]:
    """Coefficients far out, by 2 H_n' = H_(n-1) - H_(n+1) + (x/2)**n/(sqrt(pi) gamma(n + 3/2))."""
    if x < 0:
        mirrored = struve_far(n, -x, length)
        odd = int((n + 1).unique_fmpz()) % 2
        return [-c if (k + odd) % 2 else c for k, c in enumerate(mirrored)]
    rows = {m: [far_value(n + m, x)] for m in range(1 - length, length)}
    for k in range(1, length):
        for m in range(k + 1 - length, length - k):
            order = n + m
            power = (x / 2) ** order * (order + 1.5).rgamma() / arb.pi().sqrt()
            extra = power * (order - (k - 2)).rising(k - 1) / (factorial(k - 1) * x ** (k - 1))
            rows[m].append((rows[m - 1][k - 1] - rows[m + 1][k - 1] + extra) / (2 * k))
    return [acb(c) for c in rows[0]]


def far_value(n: arb, x: arb) -> arb:
    """H_n = Y_n + 1/pi sum of gamma(k + 1/2) (x/2)**(n-2k-1)/gamma(n + 1/2 - k), x > 0.

    From k >= n - 1/2 on the rest is below the first term left out. Source: https://dlmf.nist.gov/11.6.E1.
    """
    total = x.bessel_y(n)
    least = max(1, int(float(n.abs_upper())) + 1)
    for k in count():
        term = (arb(k) + 0.5).gamma() * (x / 2) ** (n - (2 * k + 1)) * (n + 0.5 - k).rgamma() / arb.pi()
        if k > least and (not abs(term) > arb(2) ** -ctx.prec * abs(total) or k > ctx.prec):
            rest = term.abs_upper()
            return total + (-rest).union(rest)
        total = total + term
    raise AssertionError("count() does not end")


def _struve_sum(n: acb, x: acb, k: int, sign: int, reach: int) -> acb:
    """The k-th coefficient: the terms differentiated k times, divided by k!."""
    half, three_halves = x / 2, acb(1.5)
    left, right = three_halves.rgamma() / (factorial(k) * 2**k), acb(0)
    power = acb(0) if x.is_zero() else half ** (n + 1 - k)
    total, target = acb(0), arb(2) ** -ctx.prec
    for m in count():
        right = right / (n + m + 0.5) if m > reach else (n + m + three_halves).rgamma()
        falling = rising(n + (2 * m + 2 - k), k)
        term = acb(0) if falling.is_zero() else falling * left * right
        if not term.is_zero():
            term = term * (power_at_zero(n + (2 * m + 1 - k)) if x.is_zero() else power)
        if m > reach and (not term.abs_upper() >= target * total.abs_upper() or m > reach + ctx.prec):
            break
        total = total + term
        left, power = left * sign / (m + three_halves), power * half * half
    rest = 2 * term.abs_upper()
    around = (-rest).union(rest)
    return total + acb(around, around)


def power_at_zero(exponent: acb) -> acb:
    """0**exponent."""
    if exponent == 0:
        return acb(1)
    return acb(0) if exponent.real > 0 else acb(NAN)


def besselk(args: Sequence[arb], varying: Sequence[int], order: int) -> Table:
    """K is even in its order: at order 0 the odd derivatives in it vanish."""
    found = COLUMNS["besselk"].expand(args, varying, order)
    if 0 in varying and args[0].is_zero():
        place = list(varying).index(0)
        return {index: ZERO if index[place] % 2 else c for index, c in found.items()}
    return found


COLUMNS: dict[str, Column] = {
    "besselj": Column(neighbours("bessel_j", -1, 1), whole_order("besselj"), edge=at_zero(0)),
    "bessely": Column(neighbours("bessel_y", -1, 1), positive("bessely"), bound=bounds_by(y_bound)),
    "besseli": Column(neighbours("bessel_i", 1, 1), whole_order("besseli"), edge=at_zero(0)),
    "besselk": Column(bessel_k, positive("besselk"), bound=bounds_by(k_bound)),
    "struveh": Column(struve(-1), whole_order("struveh"), edge=at_zero(1)),
    "struvel": Column(struve(1), whole_order("struvel"), edge=at_zero(1)),
}
