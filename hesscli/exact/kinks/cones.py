"""Open polyhedral cones cut by hyperplanes, exactly.

By rational linear programming: a system row . d > 0 has a solution unless a combination of its rows with weights
>= 0 vanishes (Gordan's theorem; A. Schrijver, "Theory of Linear and Integer Programming", 1986, section 7.8).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Protocol

from flint import fmpq, fmpq_mpoly

from hesscli.exact.kinks.forms import IntegerRow, Vector, definite, dot, form_of, null_space, primitive, row_of

SEED, TRIES = 20240229, 60


class Cell(Protocol):
    """An open part of the space, or of a subspace, that is a cone."""

    @property
    def basis(self) -> tuple[Vector, ...]:
        """What spans the subspace."""

    @property
    def inside(self) -> Vector:
        """A point of it."""

    def cut(self, form: fmpq_mpoly, *, faces: bool) -> tuple[list[Cut], bool]:
        """The parts on which a form has one sign, and whether these are certain to be all.

        Args:
            form: homogeneous, not zero, in coordinates of the basis.
            faces: list the parts on which it is zero too.
        """


@dataclass(frozen=True, slots=True)
class Cut:
    """What one cell is cut into by a form.

    Attributes:
        sign: of the form there.
        cell: the part.
    """

    sign: int
    cell: Cell


@dataclass(frozen=True, slots=True)
class Cone:
    """An open polyhedral cone in a linear subspace, rows . d > 0.

    Attributes:
        size: n, of the space.
        basis: k vectors of length n that span the subspace; unit vectors where it is the whole space.
        direction: a point inside, in coordinates of the basis.
        rows: the inequalities, in coordinates of the basis.
        known: linear form -> its sign throughout the cone.
        curved: forms of higher degree that are positive in the cell as well.
    """

    size: int
    basis: tuple[Vector, ...]
    direction: Vector
    rows: tuple[IntegerRow, ...] = ()
    known: dict[IntegerRow, int] = field(default_factory=dict)
    curved: tuple[fmpq_mpoly, ...] = ()

    @classmethod
    def whole(cls, size: int) -> Cone:
        """The whole space."""
        unit = tuple(tuple(fmpq(int(i == j)) for j in range(size)) for i in range(size))
        return cls(size, unit, tuple(fmpq(2 * k + 3, k + 2) for k in range(size)))

    @classmethod
    def ray(cls, direction: Vector) -> Cone:
        """All positive multiples of one vector."""
        return cls(len(direction), (direction,), (fmpq(1),), ((1,),), {(1,): 1})

    @property
    def inside(self) -> Vector:
        """The point inside, in the coordinates of the space."""
        return tuple(dot(self.direction, [v[j] for v in self.basis]) for j in range(self.size))

    def cut(self, form: fmpq_mpoly, *, faces: bool) -> tuple[list[Cut], bool]:
        """The parts of the cell on which a form has one sign, and whether these are certain to be all.

        Args:
            form: homogeneous, not zero, in coordinates of the basis.
            faces: list the part of a hyperplane too.
        """
        scale, factors = form.factor()
        parts, whole = [Cut(1 if scale > 0 else -1, self)], True
        for factor, power in factors:
            odd, cut = bool(power & 1), []
            for part in parts:
                assert isinstance(part.cell, Cone)
                found, settled = part.cell._cut(factor, faces=faces) if part.sign else ([Cut(1, part.cell)], True)
                whole &= settled
                cut += [Cut(part.sign * (each.sign if odd or not each.sign else 1), each.cell) for each in found]
            parts = cut
        return parts, whole

    def _cut(self, factor: fmpq_mpoly, *, faces: bool) -> tuple[list[Cut], bool]:
        """By one irreducible factor."""
        if factor.total_degree() == 1 and len(self.basis) == len(factor.context().gens()):
            return self._halved(row_of(factor), faces=faces)
        for known in self.curved:
            if factor in (known, -known):
                return [Cut(1 if factor == known else -1, self)], True
        sign, strict = definite(factor)
        if sign:
            return [Cut(sign, self)], strict or not faces
        return self._searched(factor, faces=faces)

    def _halved(self, row: IntegerRow, *, faces: bool) -> tuple[list[Cut], bool]:
        """By a hyperplane."""
        if row in self.known:
            return [Cut(self.known[row], self)], True
        opposite = tuple(-a for a in row)
        if self.curved:
            form = form_of(row)
            if any(form in (known, -known) for known in self.curved):
                return [Cut(1 if form in self.curved else -1, self)], True
            return self._searched(form, faces=faces)
        parts = []
        for sign, side in ((1, row), (-1, opposite)):
            rows = (*self.rows, side)
            direction = self._reflected(side) or interior(rows)
            if direction:
                parts.append(Cut(sign, replace(self, direction=direction, rows=rows, known=self._knowing(row, sign))))
        if len(parts) == 1:
            return [Cut(parts[0].sign, replace(self, known=self._knowing(row, parts[0].sign)))], True
        if faces:
            parts.append(Cut(0, self._face(row)))
        return parts, True

    def _knowing(self, row: IntegerRow, sign: int) -> dict[IntegerRow, int]:
        return {**self.known, row: sign, tuple(-a for a in row): -sign}

    def _reflected(self, side: IntegerRow) -> Vector | None:
        """The point inside, or its mirror image a little farther, if that will do."""
        value = dot(side, self.direction)
        if value > 0:
            return self.direction
        norm = dot(side, side)
        image = tuple(d - fmpq(17, 16) * value / norm * a for d, a in zip(self.direction, side, strict=True))
        good = dot(side, image) > 0 and all(dot(row, image) > 0 for row in self.rows)
        return image if good else None

    def _face(self, row: IntegerRow) -> Cone:
        """What lies in a hyperplane that runs through the cell."""
        plane = null_space(row)
        basis = tuple(tuple(dot(w, [v[j] for v in self.basis]) for j in range(self.size)) for w in plane)
        rows = tuple(primitive([dot(r, w) for w in plane]) for r in self.rows)
        rows = tuple(r for r in dict.fromkeys(rows) if any(r))
        direction = interior(rows) if rows else tuple(fmpq(k + 1) for k in range(len(plane)))
        known = dict.fromkeys(rows, 1) | {tuple(-a for a in r): -1 for r in rows}
        return Cone(self.size, basis, direction or (), rows, known)

    def _searched(self, form: fmpq_mpoly, *, faces: bool) -> tuple[list[Cut], bool]:
        """By a form of which only samples are taken: all open parts are found if both signs are; no faces are."""
        found: dict[int, Cone] = {}
        for direction in self._samples():
            value = form(*direction)
            if value:
                sign = 1 if value > 0 else -1
                if sign not in found:
                    found[sign] = replace(self, direction=direction, curved=(*self.curved, form * sign))
        return [Cut(sign, cell) for sign, cell in found.items()], len(found) == 2 and not faces

    def _samples(self) -> Iterator[Vector]:
        """Points inside: near the one that is known, and wherever small whole numbers hit the cell."""
        chance = random.Random(SEED)
        size = len(self.basis)
        yield self.direction
        known = [form(*self.direction) for form in self.curved]
        units = product((-1, 0, 1), repeat=size) if size < 5 else ()
        wild = (tuple(chance.randint(-9, 9) for _ in range(size)) for _ in range(TRIES))
        for step in (*units, *wild):
            for width in (fmpq(0), fmpq(1), fmpq(8)):
                point = tuple(width * a + b for a, b in zip(self.direction, step, strict=True))
                if all(dot(row, point) > 0 for row in self.rows) and all(
                    form(*point) * value > 0 for form, value in zip(self.curved, known, strict=True)
                ):
                    yield point


def interior(rows: Sequence[IntegerRow]) -> Vector | None:
    """A solution d of row . d > 0 for every row, None if there is none: phase one of the simplex method, exactly.

    Minimised is what is missing from weights >= 0, of sum 1, whose combination of the rows vanishes (Gordan); where
    something is, its dual is the solution. Bland's rule, so that it ends.
    """
    size, count = len(rows[0]), len(rows)
    table = [
        [*(fmpq(row[i]) for row in rows), *(fmpq(int(i == j)) for j in range(size + 1)), fmpq(0)] for i in range(size)
    ]
    table.append([fmpq(1)] * count + [fmpq(int(j == size)) for j in range(size + 1)] + [fmpq(1)])
    chosen = [count + i for i in range(size + 1)]
    costs = [-sum((line[j] for line in table), fmpq(0)) for j in range(count)]
    costs += [fmpq(0)] * (size + 1) + [-sum((line[-1] for line in table), fmpq(0))]
    while (enter := next((j for j in range(count) if costs[j] < 0), None)) is not None:
        ratios = [(line[-1] / line[enter], chosen[i], i) for i, line in enumerate(table) if line[enter] > 0]
        leave = min(ratios)[2]
        pivot = table[leave] = [a / table[leave][enter] for a in table[leave]]
        for line in (*(line for i, line in enumerate(table) if i != leave), costs):
            if (times := line[enter]) != 0:
                line[:] = [a - times * b if b != 0 else a for a, b in zip(line, pivot, strict=True)]
        chosen[leave] = enter
    if costs[-1] == 0:
        return None
    return tuple(costs[count + i] - 1 for i in range(size))
