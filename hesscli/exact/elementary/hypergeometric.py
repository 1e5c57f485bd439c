"""Hypergeometric functions, orthogonal polynomials and incomplete elliptic integrals, in every argument.

The k-th coefficient of each is a function of its own family with shifted parameters.
Source: https://dlmf.nist.gov/13.3.E16, 15.5.E2, 18.9.E15, 18.9.E19 to E26, 19.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import comb

from flint import acb, acb_series, arb

from hesscli.exact.elementary.base import NAN, Coefficients, integer, outside
from hesscli.exact.elementary.cauchy import Evaluate
from hesscli.exact.elementary.column import Column, Domain, Edge, Reach, away_from_poles, factorial, rising, whole


def hyper(upper: int, lower: int) -> Evaluate:
    """pFq(a; b; x) for the catalogue's p and q <= 1 or (2, 1): c_k = (a)_k/((b)_k k!) pFq(a + k; b + k; x)."""

    def column(params: Sequence[acb], x: acb, length: int) -> list[acb]:
        found = []
        for k in range(length):
            unit = 1 / acb(factorial(k))
            for j, p in enumerate(params):
                unit = unit * rising(p, k) if j < upper else unit / rising(p, k)
            shifted = [p + k for p in params]
            value = unit if unit.is_zero() else unit * getattr(x, f"hypgeom_{upper}f{lower}")(*shifted)
            found.append(value)
        return found

    return column


def no_pole(name: str, lower: int) -> Domain:
    """The lower parameter is not 0, -1, ...; Gauss's function has x < 1 too, unless it is a polynomial."""

    def domain(args: Sequence[arb], varying: Sequence[int]) -> bool:
        b, x = args[lower], args[-1]
        pole = integer(b)
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
    n = whole(p, varying, place)
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


def degree(name: str) -> Domain:
    """The degree is 0, 1, 2, ..."""

    def domain(args: Sequence[arb], varying: Sequence[int]) -> bool:
        n = whole(args[0], varying, 0)
        if n is None or n < 0:
            raise outside(name, args, "the degree is a constant 0, 1, 2, ...")
        return True

    return domain


def lowered(n: acb, k: int) -> int:
    """The degree that remains after k derivatives."""
    return int(n.real.unique_fmpz()) - k


def gegenbauer(params: Sequence[acb], x: acb, length: int) -> list[acb]:
    """c_k = 2**k (a)_k/k! C_(n-k)^(a+k)."""
    n, a = params
    found = [acb(0)] * length
    for k in range(min(length, lowered(n, 0) + 1)):
        found[k] = rising(a, k) * 2**k / factorial(k) * gegenbauer_value(lowered(n, k), a + k, x)
    return found


def gegenbauer_value(n: int, a: acb, x: acb) -> acb:
    """C_n^(a), finite for every a: sum of (-1)**j (a)_(n-j) (2x)**(n-2j)/(j! (n-2j)!) where flint's is not."""
    value = x.gegenbauer_c(acb(n), a)
    if value.is_finite() or n > 2000:
        return value
    total = acb(0)
    for j in range(n // 2 + 1):
        total = total + rising(a, n - j) * (2 * x) ** (n - 2 * j) * (-1) ** j / (factorial(j) * factorial(n - 2 * j))
    return total


def legendre(params: Sequence[acb], x: acb, length: int) -> list[acb]:
    """P_n = C_n^(1/2)."""
    return gegenbauer([params[0], acb(0.5)], x, length)


def chebyshev_u(params: Sequence[acb], x: acb, length: int) -> list[acb]:
    """U_n = C_n^(1)."""
    return gegenbauer([params[0], acb(1)], x, length)


def chebyshev_t(params: Sequence[acb], x: acb, length: int) -> list[acb]:
    """T_n' = n U_(n-1)."""
    n = lowered(params[0], 0)
    value = x.chebyshev_t(acb(n))
    if n == 0:
        return [value, *[acb(0)] * (length - 1)]
    slopes = chebyshev_u([acb(n - 1)], x, max(1, length - 1))
    return [value, *(c * n / (k + 1) for k, c in enumerate(slopes[: length - 1]))]


def hermite(params: Sequence[acb], x: acb, length: int) -> list[acb]:
    """c_k = 2**k C(n, k) H_(n-k)."""
    n = lowered(params[0], 0)
    return [x.hermite_h(acb(n - k)) * (2**k * comb(n, k)) if k <= n else acb(0) for k in range(length)]


def laguerre(params: Sequence[acb], x: acb, length: int) -> list[acb]:
    """c_k = (-1)**k/k! L_(n-k)^(k)."""
    n = lowered(params[0], 0)
    return [x.laguerre_l(acb(n - k), acb(k)) * (-1) ** k / factorial(k) if k <= n else acb(0) for k in range(length)]


def jacobi(params: Sequence[acb], x: acb, length: int) -> list[acb]:
    """c_k = 2**-k (n+a+b+1)_k/k! P_(n-k)^(a+k, b+k)."""
    n, a, b = params
    found = [acb(0)] * length
    for k in range(min(length, lowered(n, 0) + 1)):
        value = jacobi_value(lowered(n, k), a + k, b + k, x)
        found[k] = rising(n + a + b + 1, k) / (factorial(k) * 2**k) * value
    return found


def jacobi_value(n: int, a: acb, b: acb, x: acb) -> acb:
    """P_n^(a, b), finite for every a and b: a sum over powers of x - 1 and x + 1 where flint's is not."""
    value = x.jacobi_p(acb(n), a, b)
    if value.is_finite() or n > 2000:
        return value
    total = acb(0)
    for j in range(n + 1):
        left, right = rising(a + (j + 1), n - j) / factorial(n - j), rising(b + (n - j + 1), j) / factorial(j)
        total = total + left * right * ((x - 1) / 2) ** j * ((x + 1) / 2) ** (n - j)
    return total


def incomplete_elliptic(second: bool) -> Evaluate:
    """E or F (phi, m): derivative (1 - m sin(phi)**2)**(1/2 or -1/2) in phi."""

    def column(params: Sequence[acb], phi: acb, length: int) -> list[acb]:
        m = params[0]
        value = acb.elliptic_e_inc(phi, m) if second else acb.elliptic_f(phi, m)
        if length == 1:
            return [value]
        sine = acb_series([phi, 1], length).sin()
        inside = 1 - sine * sine * m
        slopes = (inside.sqrt() if second else inside.rsqrt()).coeffs()
        return [value, *((slopes[k] / (k + 1) if k < len(slopes) else acb(0)) for k in range(length - 1))]

    return column


def elliptic_room(phi: arb, m: arb) -> arb:
    """How far m lies below 1/sin(t)**2 for every t up to phi, an exact angle."""
    if not phi < arb.pi() / 2:
        return 1 - m
    sine = phi.sin()
    return arb(1) if sine.is_zero() else 1 / sine**2 - m


def elliptic_domain(name: str) -> Domain:
    """M sin(t)**2 < 1 along the whole path from 0 to phi."""

    def domain(args: Sequence[arb], varying: Sequence[int]) -> bool:
        size, m = abs(args[0]), args[1]
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


def polynomial(name: str, evaluate: Evaluate) -> Column:
    """A row for an orthogonal polynomial: the degree first, x last."""
    return Column(evaluate, degree(name))


COLUMNS: dict[str, Column] = {
    "hyp0f1": Column(hyper(0, 1), no_pole("hyp0f1", 0), lower_pole(0)),
    "hyp1f1": Column(hyper(1, 1), no_pole("hyp1f1", 1), lower_pole(1)),
    "hyp2f1": Column(hyper(2, 1), no_pole("hyp2f1", 2), lower_pole(2), gauss_edge),
    "legendre": polynomial("legendre", legendre),
    "chebyshevt": polynomial("chebyshevt", chebyshev_t),
    "chebyshevu": polynomial("chebyshevu", chebyshev_u),
    "hermite": polynomial("hermite", hermite),
    "laguerre": polynomial("laguerre", laguerre),
    "gegenbauer": polynomial("gegenbauer", gegenbauer),
    "jacobi": polynomial("jacobi", jacobi),
    "elliptic_f": Column(incomplete_elliptic(second=False), elliptic_domain("elliptic_f"), elliptic_reach, place=0),
    "elliptic_e": Column(
        incomplete_elliptic(second=True), elliptic_domain("elliptic_e"), elliptic_reach, elliptic_edge(second=True), 0
    ),
}
