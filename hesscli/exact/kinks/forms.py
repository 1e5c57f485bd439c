"""Forms, homogeneous polynomials over the rationals: linear ones as rows of whole numbers; which are definite."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from math import gcd, lcm

from flint import fmpq, fmpq_mat, fmpq_mpoly, fmpq_mpoly_ctx, fmpq_poly

IntegerRow = tuple[int, ...]
Vector = tuple[fmpq, ...]


def definite(form: fmpq_mpoly) -> tuple[int, bool]:
    """The sign of a form that takes no other, 0 where that does not show; and whether it is zero at the origin only."""
    terms, size = form.to_dict(), len(form.context().gens())
    if size == 2:
        return _definite_in_plane(form)
    if all(not any(e & 1 for e in monomial) for monomial in terms):
        signs = {1 if c > 0 else -1 for c in terms.values()}
        if len(signs) == 1:
            return signs.pop(), sum(1 for monomial in terms if max(monomial) == sum(monomial)) == size
    if form.total_degree() != 2:
        return 0, False
    matrix = [[fmpq(0)] * size for _ in range(size)]
    for monomial, c in terms.items():
        first, second = (k for k, e in enumerate(monomial) for _ in range(e))
        matrix[first][second] += c / 2
        matrix[second][first] += c / 2
    return _definite_matrix(matrix)


def _definite_in_plane(form: fmpq_mpoly) -> tuple[int, bool]:
    """By the real roots, which must be double at least."""
    scale, factors = form.factor()
    strict = True
    sign = 1 if scale > 0 else -1
    for factor, power in factors:
        line = dehomogenised(factor, 1)
        real = line.degree() < factor.total_degree() or any(x.imag.is_zero() for x, _ in line.numer().complex_roots())
        if real and power & 1:
            return 0, False
        strict &= not real
        if not real and power & 1 and line(fmpq(0)) < 0:
            sign = -sign
    return sign, strict


def _definite_matrix(rows: list[list[fmpq]]) -> tuple[int, bool]:
    """By eliminating variable after variable: the sign of the pivots, and whether none is zero."""
    sign, strict = 0, True
    for k in range(len(rows)):
        pivot = rows[k][k]
        if pivot == 0:
            if any(a != 0 for a in rows[k][k + 1 :]):
                return 0, False
            strict = False
            continue
        here = 1 if pivot > 0 else -1
        if sign and here != sign:
            return 0, False
        sign = here
        for i in range(k + 1, len(rows)):
            times = rows[i][k] / pivot
            rows[i] = [a - times * b for a, b in zip(rows[i], rows[k], strict=True)]
    return sign, strict


def dehomogenised(form: fmpq_mpoly, side: int) -> fmpq_poly:
    """form(side, s)."""
    line = [fmpq(0)] * (form.total_degree() + 1)
    for (first, second), c in form.to_dict().items():
        line[second] += c * side**first
    return fmpq_poly(line)


def dot(a: Sequence[int | fmpq], b: Sequence[int | fmpq]) -> fmpq:
    """The scalar product."""
    return sum((x * y for x, y in zip(a, b, strict=True) if x), fmpq(0))


def primitive(row: Sequence[fmpq]) -> IntegerRow:
    """The multiple by a positive number that has whole entries without a common factor."""
    row = [fmpq(a) for a in row]
    bottom = reduce(lcm, (int(a.q) for a in row), 1)
    whole = [int(a.p) * (bottom // int(a.q)) for a in row]
    common = reduce(gcd, whole, 0) or 1
    return tuple(a // common for a in whole)


def row_of(form: fmpq_mpoly) -> IntegerRow:
    """The coefficients of a linear form."""
    size = len(form.context().gens())
    found = [fmpq(0)] * size
    for monomial, c in form.to_dict().items():
        found[monomial.index(1)] = c
    return primitive(found)


def form_of(row: IntegerRow) -> fmpq_mpoly:
    """The linear form with these coefficients."""
    size = len(row)
    terms = {tuple(int(j == k) for j in range(size)): fmpq(a) for k, a in enumerate(row) if a}
    return fmpq_mpoly(terms, ring(size))


def ring(size: int) -> fmpq_mpoly_ctx:
    """Polynomials in so many variables."""
    return fmpq_mpoly_ctx.get(tuple(f"d{k}" for k in range(size)))


def null_space(row: IntegerRow) -> tuple[Vector, ...]:
    """A basis of the vectors orthogonal to a row."""
    lead = next(k for k, a in enumerate(row) if a)
    found = []
    for k in range(len(row)):
        if k != lead:
            vector = [fmpq(0)] * len(row)
            vector[k], vector[lead] = fmpq(row[lead]), fmpq(-row[k])
            found.append(tuple(vector))
    return tuple(found)


def independent(rows: Sequence[IntegerRow]) -> bool:
    """Whether linear forms are linearly independent."""
    return not rows or fmpq_mat([[*map(fmpq, row)] for row in rows]).rank() == len(rows)


WIDTH = fmpq(1, 1 << 80)
"""Rows whose squared sines all exceed this are independent although their coefficients were rounded to 200 bits."""


def well_apart(rows: Sequence[IntegerRow]) -> bool:
    """Whether linear forms are far from dependent: Gram's determinant over the product of the squared lengths."""
    if len(rows) > len(rows[0]):
        return False
    gram = fmpq_mat([[sum((fmpq(a) * b for a, b in zip(p, q, strict=True)), fmpq(0)) for q in rows] for p in rows])
    lengths = fmpq(1)
    for k in range(len(rows)):
        lengths *= gram[k, k]
    return bool(gram.det() > WIDTH * lengths)


def meet_apart(form: fmpq_mpoly, others: Sequence[fmpq_mpoly]) -> bool:
    """Whether a form in two variables has simple zeros only, and none in common with others."""
    simple = all(power == 1 for _, power in form.factor()[1])
    return simple and all(form.gcd(other).total_degree() == 0 for other in others)
