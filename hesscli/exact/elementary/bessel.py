"""Bessel's functions of real order, in the order and the argument.

Derivatives in x are sums of neighbouring orders: 2 J_n' = J_(n-1) - J_(n+1) and its like.
Source: https://dlmf.nist.gov/10.6.E7 and 10.29.E5.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import comb
from typing import TypeVar

from flint import acb, acb_series, arb, arb_series, ctx

from hesscli.exact.elementary.base import (
    INFINITY,
    NAN,
    ZERO,
    Coefficients,
    as_integer,
    coefficients_of,
    outside,
    working,
)
from hesscli.exact.elementary.cauchy import Bound, Evaluate
from hesscli.exact.elementary.parametric import Domain, Edge, InParameter, Parametric, Table, factorial, whole_constant

Value = TypeVar("Value", acb, acb_series)

RECURRENCE_LIMIT = 1000
"""Largest integer order of K that is reached by recurrence."""
MOST_BITS = 20_000
"""Largest sum of order and argument for which a value that cancels is computed once more."""
LARGEST_ORDER = 1e12
"""Beyond it flint works for minutes and ends without a value."""


def neighbours(method: str, inner: int, outer: int) -> Evaluate:
    """c_k = outer**k 2**-k/k! * sum over j of inner**j C(k, j) f_(n-k+2j)(x)."""

    def coefficients(params: Sequence[acb], x: acb, length: int) -> list[acb]:
        if abs(params[0]) > LARGEST_ORDER:
            return [acb(NAN)] * length
        values = {m: steady(getattr(x, method), params[0] + m, x) for m in range(1 - length, length)}
        return combined(values, inner, outer, length)

    return coefficients


def in_the_order(sign: int) -> InParameter:
    """J (sign -1) or I (sign 1) for a power series as order: (x/2)**n/gamma(n + 1) 0F1(n + 1; sign*x**2/4)."""

    def coefficients(params: Sequence[acb_series], x: acb, length: int) -> list[acb_series]:
        (n,), half = params, x / 2
        power = ((n - n[0]) * half.log()).exp() * half ** n[0]
        values = {}
        for m in range(1 - length, length):
            series = acb_series.hypgeom([], [n + (m + 1)], acb_series([half * half * sign]), regularized=True)
            values[m] = power * half**m * series
        return combined(values, sign, 1, length)

    return coefficients


def steady(function: Callable[[acb], acb], nu: acb, x: acb) -> acb:
    """The value at an order and an argument; with more bits where both are exact and large and most were lost."""
    value = function(nu)
    reach = nu.abs_upper() + x.abs_upper()
    if value.rel_accuracy_bits() > ctx.prec // 2 or not (nu.is_exact() and x.is_exact() and 100 < reach < MOST_BITS):
        return value
    with working(ctx.prec + 3 * int(float(reach)), 1):
        return function(nu)


def combined(shifted: Mapping[int, Value], inner: int, outer: int, length: int) -> list[Value]:
    """The binomial sums over the neighbours f_(n+m)."""
    found = []
    for k in range(length):
        total = sum((shifted[2 * j - k] * (inner**j * comb(k, j)) for j in range(1, k + 1)), shifted[-k])
        found.append(total * outer**k / (factorial(k) * 2**k))
    return found


def bessel_k(params: Sequence[acb], x: acb, length: int) -> list[acb]:
    """Integer orders by the recurrence from K_0 and K_1, all of whose terms are positive; others by flint."""
    n = as_integer(params[0].real) if params[0].imag.is_zero() else None
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
    low, mu = x.real.lower(), abs(nu.real).abs_upper()
    return acb(low).bessel_k(acb(mu)).real.abs_upper() if low > 0 and mu <= LARGEST_ORDER else INFINITY


def y_bound(nu: acb, x: acb) -> arb:
    """|Y_nu(x)| <= exp(pi |Im nu|) + 2/pi (1 + cosh(pi Im nu)) exp(x) K_mu(x), from https://dlmf.nist.gov/10.9.E7."""
    tilt = arb.pi() * abs(nu.imag).abs_upper()
    size = tilt.exp() + 2 / arb.pi() * (1 + tilt.cosh()) * x.real.abs_upper().exp() * k_bound(nu, x)
    return size.abs_upper()


def j_bound(nu: acb, x: acb) -> arb:
    """|J_nu(x)| <= cosh(pi Im nu) (1 + B/pi), x > 0, by Schlaefli's integral: https://dlmf.nist.gov/10.9.E6.

    B bounds the integral of exp(-x sinh(t) - r t), r = Re nu: 1/(x + r) for r >= 0, else 2 exp(x) K_r(x).
    """
    own = x.bessel_j(nu).abs_upper()
    low, order = x.real.lower(), nu.real.lower()
    if not low > 0:
        return own
    rest = 1 / (low + order) if order >= 0 else 2 * x.real.abs_upper().exp() * k_bound(nu, x)
    return least(own, (arb.pi() * abs(nu.imag).abs_upper()).cosh() * (1 + rest / arb.pi()))


def i_bound(nu: acb, x: acb) -> arb:
    """|I_mu(x)| <= I_r(x) gamma(r + 1/2)/|gamma(mu + 1/2)|, r = Re mu >= 0, x > 0, where I falls in r and rises in x.

    For Re nu < 0, mu = -nu and 2/pi sin(mu pi) K_mu(x) is added. Source: https://dlmf.nist.gov/10.32.E2 and 10.27.E2.
    """
    own = x.bessel_i(nu).abs_upper()
    if not x.real > 0:
        return own
    mu = acb(abs(nu.real), nu.imag)
    size = acb(x.real.upper()).bessel_i(acb(mu.real.lower().max(ZERO))).real
    size = size * (mu.real + 0.5).gamma() * abs((mu + 0.5).rgamma())
    if not nu.real >= 0:
        size = size + 2 / arb.pi() * (arb.pi() * abs(nu.imag).abs_upper()).cosh() * k_bound(nu, x)
    return least(own, size)


def least(own: arb, other: arb) -> arb:
    """The smaller of two upper bounds, either of which may be unknown."""
    other = other.abs_upper()
    return other if not own.is_finite() or other < own else own


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
    """x > 0 only."""

    def domain(args: Sequence[arb], varying: Sequence[int]) -> bool:
        if args[1] <= 0:
            raise outside(name, args, "x > 0")
        return bool(args[1] > 0)

    return domain


def whole_order(name: str) -> Domain:
    """Every x for a constant integer order, else x > 0."""

    def domain(args: Sequence[arb], varying: Sequence[int]) -> bool:
        if whole_constant(args[0], varying, 0) is not None:
            return True
        some_integer = args[0].contains_integer() and 0 not in varying
        if (args[1].is_zero() and args[0].is_exact()) or (args[1] < 0 and not some_integer):
            raise outside(name, args, "x > 0 unless the order is an integer")
        return bool(args[1] > 0)

    return domain


def edge_at_zero(power: int) -> Edge:
    """At x = 0 a function like x**(n + power), n no integer: zero, as are the derivatives below that power."""

    def edge(args: Sequence[arb], varying: Sequence[int], length: int) -> Coefficients | None:
        n, x = args
        if not x.is_zero() or whole_constant(n, varying, 0) is not None or not n + power > 0:
            return None
        if 0 in varying:
            return [ZERO] * length if 1 not in varying else [ZERO, *[NAN] * length][:length]
        return [ZERO if n + power > k else NAN for k in range(length)]

    return edge


def besselk(args: Sequence[arb], varying: Sequence[int], order: int) -> Table:
    """K is even in its order: at order 0 the odd derivatives in it vanish."""
    found = PARAMETRIC["besselk"].expand(args, varying, order)
    if 0 in varying and args[0].is_zero():
        place = list(varying).index(0)
        return {index: ZERO if index[place] % 2 else c for index, c in found.items()}
    return found


def besseli(args: Sequence[arb], varying: Sequence[int], order: int) -> Table:
    """At order 0 the odd part in n is -sin(n pi) K_n(x)/pi, tiny beside I far out: https://dlmf.nist.gov/10.27.E2."""
    found = PARAMETRIC["besseli"].expand(args, varying, order)
    if 0 not in varying or not args[0].is_zero() or not args[1] > 0:
        return found
    decaying = besselk(args, varying, order)
    sine = coefficients_of(arb_series([0, 1], order + 1).sin_pi(), order + 1)
    for index in found:
        i, *rest = index
        if i % 2:
            terms = (sine[m] * decaying[(i - m, *rest)] for m in range(1, i + 1, 2))
            found[index] = -sum(terms, ZERO) / arb.pi()
    return found


PARAMETRIC: dict[str, Parametric] = {
    "besselj": Parametric(
        neighbours("bessel_j", -1, 1),
        whole_order("besselj"),
        edge=edge_at_zero(0),
        bound=bounds_by(j_bound),
        series=in_the_order(-1),
    ),
    "bessely": Parametric(neighbours("bessel_y", -1, 1), positive("bessely"), bound=bounds_by(y_bound)),
    "besseli": Parametric(
        neighbours("bessel_i", 1, 1),
        whole_order("besseli"),
        edge=edge_at_zero(0),
        bound=bounds_by(i_bound),
        series=in_the_order(1),
    ),
    "besselk": Parametric(bessel_k, positive("besselk"), bound=bounds_by(k_bound)),
}
