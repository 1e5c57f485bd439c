"""A symmetric matrix that can be had in balls of any precision, and exactly where its entries are known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from flint import arb, arb_mat, fmpq, fmpq_mat

from hesscli.exact.curvature.diagonalize import components
from hesscli.exact.decimals import precision
from hesscli.exact.rational import Rational, fraction

MOST_RANK = 150
"""Rows of the largest block whose rank is found over the fractions."""
MOST_EXACT = 6
"""Rows of the largest block of numbers that are no fractions whose characteristic polynomial is made."""

BallRows = Sequence[Sequence[arb]]


@dataclass(frozen=True)
class Symmetric:
    """A symmetric matrix.

    Attributes:
        balls: bits -> its entries (n, n) in balls of that precision, absent ones exactly zero.
        known: its entries (n, n) as numbers that know what they are (see `hesscli.exact.rational`), as far as they
            do; called when balls about zero ask for it.
        flat: places -> how many zero eigenvalues the block has at least, for reasons that its entries do not show.
    """

    balls: Callable[[int], BallRows]
    known: Callable[[], BallRows]
    flat: Callable[[Sequence[int]], int] = lambda places: 0

    @classmethod
    def of(cls, rows: Sequence[Sequence[fmpq | int | str]]) -> Symmetric:
        """A matrix of fractions."""
        exact = [[fmpq(*map(int, c.split("/"))) if isinstance(c, str) else fmpq(c) for c in row] for row in rows]

        def balls(bits: int) -> BallRows:
            with precision(bits, 0):
                return [[arb(c) for c in row] for row in exact]

        return cls(balls, lambda: [[Rational(c) for c in row] for row in exact])

    @cached_property
    def terms(self) -> BallRows:
        """The entries as far as they know themselves."""
        return self.known()

    @cached_property
    def size(self) -> int:
        """How many rows the matrix has."""
        return sum(map(len, self.blocks))

    @cached_property
    def blocks(self) -> list[list[int]]:
        """The places that exact zeros leave connected: the matrix is block diagonal in them."""
        rows = self.balls(64)
        n = len(rows)
        if all(c.is_zero() is False for c in rows[0]):
            return [[*range(n)]]
        return components(n, [(i, j) for i in range(n) for j in range(i) if not rows[i][j].is_zero()])

    def fractions(self, places: Sequence[int]) -> fmpq_mat | None:
        """A block, exactly; None where some entry is not known to be a fraction."""
        found = [fraction(self.terms[i][j]) for i in places for j in places]
        return None if None in found else fmpq_mat(len(places), len(places), found)

    def nullity(self, places: Sequence[int]) -> int | None:
        """How often zero is an eigenvalue of a block; None where its entries do not tell."""
        if len(places) > MOST_RANK:
            return None
        q = self.fractions(places)
        if q is not None:
            return len(places) - int(q.rank())
        if len(places) > MOST_EXACT:
            return None
        coefficients = characteristic([[self.terms[i][j] for j in places] for i in places])
        zeros = 0
        for c in coefficients:
            if not c.contains(0):
                return zeros
            if not c.is_zero():
                return None
            zeros += 1
        return zeros


def submatrix(rows: BallRows, places: Sequence[int]) -> arb_mat:
    """A block in balls."""
    return arb_mat([[rows[i][j] for j in places] for i in places])


def characteristic(rows: BallRows) -> list[arb]:
    """The coefficients of det(x - A) from degree 0 on, by Faddeev and Le Verrier: only divisions by whole numbers.

    >>> characteristic([[arb(2), arb(1)], [arb(1), arb(2)]])
    [3.00000000000000, -4.00000000000000, 1.00000000000000]
    """
    n = len(rows)
    coefficients = [Rational(fmpq(1))]
    product = [[Rational(fmpq(0)) for _ in range(n)] for _ in range(n)]
    for k in range(1, n + 1):
        for i in range(n):
            product[i][i] = product[i][i] + coefficients[0]
        product = [[_dot(row, [product[m][j] for m in range(n)]) for j in range(n)] for row in rows]
        trace = product[0][0]
        for i in range(1, n):
            trace = trace + product[i][i]
        coefficients.insert(0, trace * Rational(fmpq(-1, k)))
    return coefficients


def _dot(a: Sequence[arb], b: Sequence[arb]) -> arb:
    whole = a[0] * b[0]
    for x, y in zip(a[1:], b[1:], strict=True):
        whole = whole + x * y
    return whole


def nullspace(q: fmpq_mat, value: fmpq) -> list[list[fmpq]]:
    """A basis of the vectors with Q v = value v, or of Q v = 0 for an oblong Q and a value of 0."""
    m, n = q.nrows(), q.ncols()
    r, rank = fmpq_mat(m, n, [q[i, j] - (value if i == j else 0) for i in range(m) for j in range(n)]).rref()
    pivots = [next(j for j in range(n) if r[i, j] != 0) for i in range(rank)]
    basis = []
    for free in (j for j in range(n) if j not in pivots):
        v = [fmpq(int(j == free)) for j in range(n)]
        for i, j in enumerate(pivots):
            v[j] = -r[i, free]
        basis.append(v)
    return basis
