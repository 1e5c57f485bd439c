"""The form of one degree in several variables that takes given values in given directions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod

from flint import arb, fmpq, fmpq_mat

from hesscli.exact.kinks.directional import Direction
from hesscli.exact.rational import Rational

Monomial = tuple[int, ...]
"""A monomial, or a partial derivative: the indices of its variables, ascending."""


def fit(powers: Sequence[Monomial], samples: Mapping[Direction, arb]) -> list[arb] | None:
    """The coefficients of the monomials from as many samples as settle them; None if there are too few."""
    rows: list[list[fmpq]] = []
    values: list[arb] = []
    for direction, value in samples.items():
        row = _row(powers, direction)
        if len(rows) < len(powers) and fmpq_mat([*rows, row]).rref()[1] == len(rows) + 1:
            rows.append(row)
            values.append(value)
    if len(rows) < len(powers):
        return None
    inverse, size = fmpq_mat(rows).inv(), range(len(powers))
    return [sum((Rational(inverse[i, j]) * values[j] for j in size), arb(0)) for i in size]


def predicted(powers: Sequence[Monomial], coefficients: Sequence[arb], direction: Direction) -> arb:
    """The value of the form in a direction."""
    terms = zip(_row(powers, direction), coefficients, strict=True)
    return sum((Rational(a) * c for a, c in terms), arb(0))


def _row(powers: Sequence[Monomial], direction: Direction) -> list[fmpq]:
    """The monomials of a direction."""
    amounts = {k: fmpq(a.numerator, a.denominator) for k, a in direction}
    return [prod((amounts[k] for k in indices), start=fmpq(1)) for indices in powers]
