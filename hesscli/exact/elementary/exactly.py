"""Polynomials in fractions: orthogonal polynomials and hypergeometric series that end, at exact arguments.

There zeros of derivatives are common (P_2'(0), T_3''(0)), and only exact arithmetic shows them as zeros.
A `Fractions` is a truncated Taylor polynomial in the varying arguments with rational coefficients.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce

from flint import arb, fmpq

from hesscli.exact.elementary.base import integer
from hesscli.exact.elementary.column import Table, simplex

Fractions = dict[tuple[int, ...], fmpq]
DEGREE_LIMIT = 64
SIZE_LIMIT = 40_000
"""Degree times bits of the arguments up to which fractions are used."""


class Ring:
    """Truncated polynomials: products, sums, inverses up to a total order."""

    def __init__(self, count: int, order: int) -> None:
        self.count, self.order = count, order
        self.zero_index = (0,) * count

    def constant(self, value: fmpq | int) -> Fractions:
        """A number."""
        return {self.zero_index: fmpq(value)}

    def argument(self, value: fmpq, place: int | None) -> Fractions:
        """An argument: a number, plus its step if it varies."""
        found = self.constant(value)
        if place is not None and self.order:
            found[tuple(int(place == other) for other in range(self.count))] = fmpq(1)
        return found

    def add(self, *terms: Fractions) -> Fractions:
        """Sum."""
        found: Fractions = {}
        for term in terms:
            for index, c in term.items():
                found[index] = found[index] + c if index in found else c
        return found

    def mul(self, a: Fractions, b: Fractions) -> Fractions:
        """Truncated product."""
        found: Fractions = {}
        for i, c in a.items():
            room = self.order - sum(i)
            for j, d in b.items():
                if sum(j) <= room:
                    index = tuple(map(int.__add__, i, j))
                    found[index] = found[index] + c * d if index in found else c * d
        return found

    def scale(self, a: Fractions, factor: fmpq | int) -> Fractions:
        """Every coefficient times the factor."""
        return {index: c * factor for index, c in a.items()}

    def shift(self, a: Fractions, by: int) -> Fractions:
        """Plus an integer."""
        return self.add(a, self.constant(by))

    def inverse(self, a: Fractions) -> Fractions:
        """1/a, a geometric series."""
        unit = 1 / a[self.zero_index]
        rest = {index: -c * unit for index, c in a.items() if index != self.zero_index}
        found = self.constant(1)
        for _ in range(self.order):
            found = self.shift(self.mul(found, rest), 1)
        return self.scale(found, unit)

    def rising(self, a: Fractions, k: int) -> Fractions:
        """(a)_k."""
        return reduce(self.mul, (self.shift(a, i) for i in range(k)), self.constant(1))


Recipe = Callable[[Ring, int, Sequence[Fractions]], Fractions]
"""(ring, degree, the arguments after it) -> the polynomial."""


def recurrence(first: Callable[[Ring, Sequence[Fractions]], Fractions], step: Callable[..., Fractions]) -> Recipe:
    """Three terms: p_0 = 1, p_1 as given, p_(k+1) = step(ring, k, args, p_k, p_(k-1))."""

    def recipe(ring: Ring, degree: int, args: Sequence[Fractions]) -> Fractions:
        before, now = ring.constant(1), first(ring, args)
        if degree == 0:
            return before
        for k in range(1, degree):
            before, now = now, step(ring, k, args, now, before)
        return now

    return recipe


def doubled(ring: Ring, args: Sequence[Fractions]) -> Fractions:
    """2x."""
    return ring.scale(args[0], 2)


def chebyshev_step(ring: Ring, k: int, args: Sequence[Fractions], now: Fractions, before: Fractions) -> Fractions:
    """2x p_k - p_(k-1)."""
    return ring.add(ring.scale(ring.mul(args[0], now), 2), ring.scale(before, -1))


def hermite_step(ring: Ring, k: int, args: Sequence[Fractions], now: Fractions, before: Fractions) -> Fractions:
    """2x p_k - 2k p_(k-1)."""
    return ring.add(ring.scale(ring.mul(args[0], now), 2), ring.scale(before, -2 * k))


def laguerre_step(ring: Ring, k: int, args: Sequence[Fractions], now: Fractions, before: Fractions) -> Fractions:
    """((2k + 1 - x) p_k - k p_(k-1))/(k + 1)."""
    factor = ring.shift(ring.scale(args[0], -1), 2 * k + 1)
    return ring.scale(ring.add(ring.mul(factor, now), ring.scale(before, -k)), fmpq(1, k + 1))


def gegenbauer_step(ring: Ring, k: int, args: Sequence[Fractions], now: Fractions, before: Fractions) -> Fractions:
    """(2x (k + a) p_k - (k + 2a - 1) p_(k-1))/(k + 1)."""
    a, x = args
    left = ring.scale(ring.mul(ring.mul(x, ring.shift(a, k)), now), 2)
    right = ring.mul(ring.shift(ring.scale(a, 2), k - 1), before)
    return ring.scale(ring.add(left, ring.scale(right, -1)), fmpq(1, k + 1))


GEGENBAUER = recurrence(lambda ring, args: ring.scale(ring.mul(args[0], args[1]), 2), gegenbauer_step)


def legendre(ring: Ring, degree: int, args: Sequence[Fractions]) -> Fractions:
    """P_n = C_n^(1/2)."""
    return GEGENBAUER(ring, degree, [ring.constant(fmpq(1, 2)), args[0]])


def jacobi(ring: Ring, degree: int, args: Sequence[Fractions]) -> Fractions:
    """Sum of (a+j+1)_(n-j)/(n-j)! (b+n-j+1)_j/j! ((x-1)/2)**j ((x+1)/2)**(n-j): https://dlmf.nist.gov/18.5.E8."""
    a, b, x = args
    left, right = (ring.scale(ring.shift(x, by), fmpq(1, 2)) for by in (-1, 1))
    total: Fractions = {}
    for j in range(degree + 1):
        factors = [ring.rising(ring.shift(a, j + 1), degree - j), ring.rising(ring.shift(b, degree - j + 1), j)]
        term = reduce(ring.mul, [*factors, *[left] * j, *[right] * (degree - j)], ring.constant(1))
        total = ring.add(total, ring.scale(term, 1 / (factorial(j) * factorial(degree - j))))
    return total


def factorial(k: int) -> fmpq:
    """K!."""
    return fmpq(reduce(int.__mul__, range(1, k + 1), 1))


POLYNOMIALS: dict[str, Recipe] = {
    "legendre": legendre,
    "chebyshevt": recurrence(lambda ring, args: args[0], chebyshev_step),
    "chebyshevu": recurrence(doubled, chebyshev_step),
    "hermite": recurrence(doubled, hermite_step),
    "laguerre": recurrence(lambda ring, args: ring.shift(ring.scale(args[0], -1), 1), laguerre_step),
    "gegenbauer": GEGENBAUER,
    "jacobi": jacobi,
}


def hypergeometric(ring: Ring, degree: int, upper: Sequence[Fractions], lower: Fractions, x: Fractions) -> Fractions:
    """The series up to its term of this degree."""
    total = term = ring.constant(1)
    for k in range(degree):
        factor = reduce(ring.mul, (ring.shift(p, k) for p in upper), x)
        term = ring.scale(ring.mul(term, ring.mul(factor, ring.inverse(ring.shift(lower, k)))), fmpq(1, k + 1))
        total = ring.add(total, term)
    return total


def bits(x: arb) -> int:
    """Bits of an exact number written as a fraction."""
    mantissa, exponent = x.man_exp()
    return int(mantissa).bit_length() + abs(int(exponent))


def attempt(name: str, args: Sequence[arb], varying: Sequence[int], order: int) -> Table | None:
    """The coefficients from fractions, or None where that is not possible or would be too long."""
    if not all(x.is_exact() and x.is_finite() for x in args):
        return None
    degree = degree_of(name, args, varying, order)
    if degree is None or degree > DEGREE_LIMIT or (degree + 1) * (1 + max(map(bits, args))) > SIZE_LIMIT:
        return None
    ring = Ring(len(varying), order)
    places = {j: place for place, j in enumerate(varying)}
    values = [ring.argument(x.fmpq(), places.get(j)) for j, x in enumerate(args)]
    if name in POLYNOMIALS:
        found = POLYNOMIALS[name](ring, degree, values[1:])
    else:
        found = hypergeometric(ring, degree, values[:-2], values[-2], values[-1])
    return {index: arb(found.get(index, fmpq(0))) for index in simplex(len(varying), order)}


def degree_of(name: str, args: Sequence[arb], varying: Sequence[int], order: int) -> int | None:
    """Degree of the polynomial; at x = 0 a hypergeometric series needs its first terms only."""
    if name in POLYNOMIALS:
        n = None if 0 in varying else integer(args[0])
        return n if n is not None and n >= 0 else None
    ends = [n for j, p in enumerate(args[:-2]) if j not in varying and (n := integer(p)) is not None and n <= 0]
    lower = integer(args[-2])
    if lower is not None and lower <= 0:
        return None
    if args[-1].is_zero():
        return order
    return -max(ends) if ends else None


NAMES = frozenset({*POLYNOMIALS, "hyp0f1", "hyp1f1", "hyp2f1"})
"""The functions that may be asked for."""
