"""Incomplete beta function and the generalised exponential integral, in every argument; see `incomplete_gamma`.

In x they are integrals of elementary densities; in the parameters Cauchy's integral serves.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import comb

from flint import acb, arb

from hesscli.exact.elementary import incomplete_gamma
from hesscli.exact.elementary.base import INFINITY, ZERO, Coefficients, outside
from hesscli.exact.elementary.column import Column, Table, factorial
from hesscli.exact.elementary.incomplete_gamma import Rule, falling, integral, one_minus, power_edge


def beta_density(a: acb, b: acb, x: acb, length: int) -> list[acb]:
    """Coefficients of x**(a-1) (1-x)**(b-1) divided by its value: exact sums, over (x (1-x))**k k!."""
    left, right, y = falling(a - 1, length), falling(b - 1, length), 1 - x
    found = []
    for k in range(length - 1):
        terms = (left[i] * right[k - i] * y**i * (-x) ** (k - i) * comb(k, i) for i in range(k + 1))
        found.append(sum(terms, acb(0)) / ((x * y) ** k * factorial(k)))
    return found


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
    **incomplete_gamma.COLUMNS,
    "betainc": Column(beta_column, beta_domain, beta_reach, beta_edge),
    "expint": Column(expint_column, expint_domain, bound=expint_bound),
}

SEVERAL: dict[str, Rule] = {
    **incomplete_gamma.SEVERAL,
    "betainc": betainc,
}
