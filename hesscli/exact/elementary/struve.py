"""Struve's functions H and L of real order, by their power series, and by H - Y far out.

Derivatives in x are sums of neighbouring orders far out; elsewhere the series' terms are differentiated.
Source: https://dlmf.nist.gov/11.2.E1, 11.4.E27 and 11.5.E2.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

from flint import acb, arb, ctx

from hesscli.exact.elementary.base import ZERO, Unsupported, is_integer, outside, working
from hesscli.exact.elementary.bessel import edge_at_zero, whole_order
from hesscli.exact.elementary.cauchy import Evaluate
from hesscli.exact.elementary.parametric import Domain, Parametric, factorial, rising

REACH = 20_000
"""Largest |x| for which the power series is summed."""


def struve(sign: int) -> Evaluate:
    """Struve's H (sign -1) or L (sign 1): sum of sign**m (x/2)**(2m+n+1)/(gamma(m+3/2) gamma(m+n+3/2)).

    Source: https://dlmf.nist.gov/11.2.E1.
    """

    def coefficients(params: Sequence[acb], x: acb, length: int) -> list[acb]:
        n, size = params[0], x.abs_upper()
        if sign < 0 and is_far(n, x):
            return struve_far(n, x.real, length)
        if x.is_zero():
            return struve_at_zero(n, length, sign)
        if not size < REACH or not n.abs_upper() < REACH:
            raise Unsupported("Struve's function of so large an order or argument")
        reach = 2 * int(float(size)) + int(float(n.abs_upper())) + length + 2
        with working(ctx.prec + (3 * reach if sign < 0 else 64), length):
            return struve_sums(n, x, length, sign, reach)

    return coefficients


def is_far(n: acb, x: acb) -> bool:
    """Is a real x so large that the asymptotic series reaches the precision?"""
    return bool(x.imag.is_zero() and abs(x.real) > ctx.prec + 2 * n.abs_upper() + 50)


def struve_far(n: acb, x: arb, length: int) -> list[acb]:
    """Coefficients far out, by 2 H_n' = H_(n-1) - H_(n+1) + (x/2)**n/(sqrt(pi) gamma(n + 3/2))."""
    if x < 0:
        mirrored = struve_far(n, -x, length)
        odd = int((n.real + 1).unique_fmpz()) % 2
        return [-c if (k + odd) % 2 else c for k, c in enumerate(mirrored)]
    rows = {m: [far_value(n + m, x)] for m in range(1 - length, length)}
    for k in range(1, length):
        for m in range(k + 1 - length, length - k):
            order = n + m
            power = acb(x / 2) ** order * (order + 1.5).rgamma() / arb.pi().sqrt()
            extra = power * rising(order - (k - 2), k - 1) / (factorial(k - 1) * x ** (k - 1))
            rows[m].append((rows[m - 1][k - 1] - rows[m + 1][k - 1] + extra) / (2 * k))
    return rows[0]


def far_value(n: acb, x: arb) -> acb:
    """H_n = Y_n + 1/pi sum of gamma(k + 1/2) (x/2)**(n-2k-1)/gamma(n + 1/2 - k), x > 0.

    It is the integral of exp(-x t) (1 + t**2)**(n - 1/2) times a constant; from k >= Re n - 1/2 on the rest of the
    binomial series is below the modulus of its first term left out, and so is the rest here.
    Source: https://dlmf.nist.gov/11.5.E2 and 11.6.E1.
    """
    total = acb(x).bessel_y(n)
    least = max(1, int(float(n.abs_upper())) + 1)
    for k in count():
        term = (arb(k) + 0.5).gamma() * acb(x / 2) ** (n - (2 * k + 1)) * (n + 0.5 - k).rgamma() / arb.pi()
        size = term.abs_upper()
        if k > least and (not size > arb(2) ** -ctx.prec * total.abs_lower() or k > ctx.prec):
            return total + square(size)
        total = total + term
    raise AssertionError("count() does not end")


def square(size: arb) -> acb:
    """All complex numbers up to this modulus, and some more."""
    around = (-size).union(size)
    return acb(around, around)


def struve_sums(n: acb, x: acb, length: int, sign: int, reach: int) -> list[acb]:
    """The terms times C(2m+n+1, k)/x**k, summed over m.

    From m > 2 |x| + |n| + length + 2 on the moduli fall by more than one half from term to term, and the rest is
    at most twice its first term.
    """
    quarter, target = x * x / 4, arb(2) ** -ctx.prec
    left = acb(1.5).rgamma() * (x / 2) ** (n + 1)
    right = (n + 1.5).rgamma()
    totals = [acb(0)] * length
    for m in count():
        term, power = left * right, n + (2 * m + 1)
        terms = [term]
        for k in range(length - 1):
            terms.append(terms[-1] * (power - k) / (k + 1))
        if m > reach and all(not t.abs_upper() >= target * s.abs_upper() for t, s in zip(terms, totals, strict=True)):
            break
        if m > reach + ctx.prec:
            break
        totals = [s + t for s, t in zip(totals, terms, strict=True)]
        left = left * quarter * sign / (m + 1.5)
        next_one = n + (m + 1.5)
        right = right / next_one if next_one.real > 1 else (next_one + 1).rgamma()
    return [(s + square(2 * t.abs_upper())) / x**k for k, (s, t) in enumerate(zip(totals, terms, strict=True))]


def struve_at_zero(n: acb, length: int, sign: int) -> list[acb]:
    """At x = 0, for a whole order: the one term of each power."""
    found = []
    for k in range(length):
        m, odd = divmod(k - 1 - int(n.real.unique_fmpz()), 2)
        term = acb(m + 1.5).rgamma() * (n + (m + 1.5)).rgamma() * sign**m / 2**k if m >= 0 and not odd else acb(0)
        found.append(term)
    return found


def struve_domain(name: str) -> Domain:
    """Every x for a constant integer order, else x > 0; and x != 0 for the orders -2, -3, ..."""
    inside = whole_order(name)

    def domain(args: Sequence[arb], varying: Sequence[int]) -> bool:
        n, x = args
        if x.is_zero() and is_integer(n) and n < -1:
            raise outside(name, args, "x != 0 for the orders -2, -3, ...")
        return inside(args, varying) and not (x.contains(ZERO) and n < -1)

    return domain


PARAMETRIC: dict[str, Parametric] = {
    "struveh": Parametric(struve(-1), struve_domain("struveh"), edge=edge_at_zero(1)),
    "struvel": Parametric(struve(1), struve_domain("struvel"), edge=edge_at_zero(1)),
}
