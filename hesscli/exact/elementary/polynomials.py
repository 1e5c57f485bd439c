"""Orthogonal polynomials of high degree, by flint's own values: each derivative is one of its own family.

Low degrees, and those with parameters, are recurrences. Source: https://dlmf.nist.gov/18.9.E15 and 18.9.E19
to E26.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import comb

from flint import acb, arb

from hesscli.exact.elementary.base import outside
from hesscli.exact.elementary.cauchy import Evaluate
from hesscli.exact.elementary.parametric import Domain, Parametric, factorial, rising, whole_constant


def degree(name: str) -> Domain:
    """The degree is 0, 1, 2, ..."""

    def domain(args: Sequence[arb], varying: Sequence[int]) -> bool:
        n = whole_constant(args[0], varying, 0)
        if n is None or n < 0:
            raise outside(name, args, "the degree is a constant 0, 1, 2, ...")
        return True

    return domain


def remaining_degree(n: acb, k: int) -> int:
    """The degree that remains after k derivatives."""
    return int(n.real.unique_fmpz()) - k


def mirrored(row: list[acb], n: int) -> list[acb]:
    """(-1)**n f(-x) from the coefficients of f at -x."""
    return [-c if (n + k) % 2 else c for k, c in enumerate(row)]


def gegenbauer(params: Sequence[acb], x: acb, length: int) -> list[acb]:
    """c_k = 2**k (a)_k/k! C_(n-k)^(a+k); for x < 0 by reflection: flint's series is about x = 1."""
    n, a = params
    if x.real < 0:
        return mirrored(gegenbauer(params, -x, length), remaining_degree(n, 0))
    found = [acb(0)] * length
    for k in range(min(length, remaining_degree(n, 0) + 1)):
        found[k] = rising(a, k) * 2**k / factorial(k) * x.gegenbauer_c(acb(n - k), a + k)
    return found


def legendre(params: Sequence[acb], x: acb, length: int) -> list[acb]:
    """P_n = C_n^(1/2)."""
    n = remaining_degree(params[0], 0)
    if (1 - x * x).contains(0):
        return gegenbauer([params[0], acb(0.5)], x, length)
    return by_equation(n, acb(0.5), x, x.legendre_p(acb(n)), x.legendre_p(acb(n - 1)), length)


def chebyshev_u(params: Sequence[acb], x: acb, length: int) -> list[acb]:
    """U_n = C_n^(1)."""
    n = remaining_degree(params[0], 0)
    if (1 - x * x).contains(0):
        return gegenbauer([params[0], acb(1)], x, length)
    return by_equation(n, acb(1), x, x.chebyshev_u(acb(n)), x.chebyshev_u(acb(n - 1)), length)


def by_equation(n: int, a: acb, x: acb, value: acb, before: acb, length: int) -> list[acb]:
    """Coefficients of y = C_n^(a) for a high degree, whose hypergeometric series cancels, from C_n and C_(n-1).

    (1-x**2) y' = (n+2a-1) C_(n-1) - n x C_n, and (1-x**2) y'' = (2a+1) x y' - n (n+2a) y differentiated.
    Source: https://dlmf.nist.gov/18.9.E8 and 18.8.
    """
    size = 1 - x * x
    found = [value, ((2 * a + (n - 1)) * before - x * value * n) / size]
    for k in range(length - 2):
        slope = (2 * a + (2 * k + 1)) * x * found[k + 1] * (k + 1)
        found.append((slope - (2 * a + (n + k)) * (n - k) * found[k]) / (size * ((k + 1) * (k + 2))))
    return found[:length]


def chebyshev_t(params: Sequence[acb], x: acb, length: int) -> list[acb]:
    """T_n' = n U_(n-1)."""
    n = remaining_degree(params[0], 0)
    value = x.chebyshev_t(acb(n))
    if n == 0:
        return [value, *[acb(0)] * (length - 1)]
    slopes = chebyshev_u([acb(n - 1)], x, max(1, length - 1))
    return [value, *(c * n / (k + 1) for k, c in enumerate(slopes[: length - 1]))]


def hermite(params: Sequence[acb], x: acb, length: int) -> list[acb]:
    """c_k = 2**k C(n, k) H_(n-k)."""
    n = remaining_degree(params[0], 0)
    return [x.hermite_h(acb(n - k)) * (2**k * comb(n, k)) if k <= n else acb(0) for k in range(length)]


def laguerre(params: Sequence[acb], x: acb, length: int) -> list[acb]:
    """c_k = (-1)**k/k! L_(n-k)^(k)."""
    n = remaining_degree(params[0], 0)
    return [x.laguerre_l(acb(n - k), acb(k)) * (-1) ** k / factorial(k) if k <= n else acb(0) for k in range(length)]


def orthogonal(name: str, evaluate: Evaluate) -> Parametric:
    """A row for an orthogonal polynomial: the degree first, x last."""
    return Parametric(evaluate, degree(name))


PARAMETRIC: dict[str, Parametric] = {
    "legendre": orthogonal("legendre", legendre),
    "chebyshevt": orthogonal("chebyshevt", chebyshev_t),
    "chebyshevu": orthogonal("chebyshevu", chebyshev_u),
    "hermite": orthogonal("hermite", hermite),
    "laguerre": orthogonal("laguerre", laguerre),
}
