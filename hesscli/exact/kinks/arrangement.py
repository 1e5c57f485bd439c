"""Cells of an arrangement: the open cones that the zero sets of forms cut the space around a point into, exactly.

Hyperplanes by rational linear programming: a system row . d > 0 has a solution unless a combination of its rows with
weights >= 0 vanishes (Gordan's theorem; A. Schrijver, "Theory of Linear and Integer Programming", 1986, section 7.8).
In the plane forms of any degree, by isolating the real roots of form(1, s).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import reduce
from itertools import product
from math import ceil, floor, gcd, lcm

from flint import arb, fmpq, fmpq_mat, fmpq_mpoly, fmpq_mpoly_ctx, fmpq_poly, fmpz_poly

Row = tuple[int, ...]
Vector = tuple[fmpq, ...]

SEED, TRIES = 20240229, 60


@dataclass(frozen=True, slots=True)
class Part:
    """What one cell is cut into by a form.

    Attributes:
        sign: of the form there.
        cell: the part.
    """

    sign: int
    cell: Cone | Sector


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
    rows: tuple[Row, ...] = ()
    known: dict[Row, int] = field(default_factory=dict)
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

    def cut(self, form: fmpq_mpoly, *, faces: bool) -> tuple[list[Part], bool]:
        """The parts of the cell on which a form has one sign, and whether these are certain to be all.

        Args:
            form: homogeneous, not zero, in coordinates of the basis.
            faces: list the part of a hyperplane too.
        """
        scale, factors = form.factor()
        parts, whole = [Part(1 if scale > 0 else -1, self)], True
        for factor, power in factors:
            odd, cut = bool(power & 1), []
            for part in parts:
                assert isinstance(part.cell, Cone)
                found, settled = part.cell._cut(factor, faces=faces) if part.sign else ([Part(1, part.cell)], True)
                whole &= settled
                cut += [Part(part.sign * (each.sign if odd or not each.sign else 1), each.cell) for each in found]
            parts = cut
        return parts, whole

    def _cut(self, factor: fmpq_mpoly, *, faces: bool) -> tuple[list[Part], bool]:
        """By one irreducible factor."""
        if factor.total_degree() == 1 and len(self.basis) == len(factor.context().gens()):
            return self._halved(row_of(factor), faces=faces)
        for known in self.curved:
            if factor in (known, -known):
                return [Part(1 if factor == known else -1, self)], True
        sign, _ = definite(factor)
        if sign:
            return [Part(sign, self)], True
        return self._searched(factor)

    def _halved(self, row: Row, *, faces: bool) -> tuple[list[Part], bool]:
        """By a hyperplane."""
        if row in self.known:
            return [Part(self.known[row], self)], True
        opposite = tuple(-a for a in row)
        if self.curved:
            form = form_of(row)
            if any(form in (known, -known) for known in self.curved):
                return [Part(1 if form in self.curved else -1, self)], True
            return self._searched(form)
        parts = []
        for sign, side in ((1, row), (-1, opposite)):
            rows = (*self.rows, side)
            direction = self._reflected(side) or interior(rows)
            if direction:
                parts.append(Part(sign, replace(self, direction=direction, rows=rows, known=self._knowing(row, sign))))
        if len(parts) == 1:
            return [Part(parts[0].sign, replace(self, known=self._knowing(row, parts[0].sign)))], True
        if faces:
            parts.append(Part(0, self._face(row)))
        return parts, True

    def _knowing(self, row: Row, sign: int) -> dict[Row, int]:
        return {**self.known, row: sign, tuple(-a for a in row): -sign}

    def _reflected(self, side: Row) -> Vector | None:
        """The point inside, or its mirror image a little farther, if that will do."""
        value = dot(side, self.direction)
        if value > 0:
            return self.direction
        norm = dot(side, side)
        image = tuple(d - fmpq(17, 16) * value / norm * a for d, a in zip(self.direction, side, strict=True))
        good = dot(side, image) > 0 and all(dot(row, image) > 0 for row in self.rows)
        return image if good else None

    def _face(self, row: Row) -> Cone:
        """What lies in a hyperplane that runs through the cell."""
        plane = null_space(row)
        basis = tuple(tuple(dot(w, [v[j] for v in self.basis]) for j in range(self.size)) for w in plane)
        rows = tuple(primitive([dot(r, w) for w in plane]) for r in self.rows)
        rows = tuple(r for r in dict.fromkeys(rows) if any(r))
        direction = interior(rows) if rows else tuple(fmpq(k + 1) for k in range(len(plane)))
        known = dict.fromkeys(rows, 1) | {tuple(-a for a in r): -1 for r in rows}
        return Cone(self.size, basis, direction or (), rows, known)

    def _searched(self, form: fmpq_mpoly) -> tuple[list[Part], bool]:
        """By a form of which only samples are taken: all parts are found if both signs are."""
        found: dict[int, Cone] = {}
        for direction in self._samples():
            value = form(*direction)
            if value:
                sign = 1 if value > 0 else -1
                if sign not in found:
                    found[sign] = replace(self, direction=direction, curved=(*self.curved, form * sign))
        return [Part(sign, cell) for sign, cell in found.items()], len(found) == 2

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


@dataclass(frozen=True, slots=True)
class Sector:
    """An open sector of the plane: the multiples of (side, s), low < s < high.

    Attributes:
        side: 1 or -1: right or left of the second axis.
        low: a root that bounds s, None for minus infinity.
        high: a root that bounds s, None for infinity.
        roots: the polynomial in s that has them among its roots.
        known: form -> its sign throughout the sector.
    """

    side: int
    low: arb | None
    high: arb | None
    roots: fmpq_poly
    known: dict[str, int] = field(default_factory=dict)

    @classmethod
    def halves(cls, *, faces: bool) -> tuple[Sector | Cone, ...]:
        """The plane: right and left of the second axis; with faces also the two halves of this axis."""
        one = fmpq_poly([1])
        axis = [Cone.ray((fmpq(0), fmpq(s))) for s in (1, -1) if faces]
        return (cls(1, None, None, one), cls(-1, None, None, one), *axis)

    @property
    def basis(self) -> tuple[Vector, ...]:
        """Of the plane."""
        return Cone.whole(2).basis

    @property
    def inside(self) -> Vector:
        """A point inside."""
        return fmpq(self.side), between(self.low, self.high)

    def cut(self, form: fmpq_mpoly, *, faces: bool) -> tuple[list[Part], bool]:
        """The parts of the sector on which a form has one sign, and whether these are certain to be all."""
        if str(form) in self.known:
            return [Part(self.known[str(form)], self)], True
        line = _dehomogenised(form, self.side)
        roots, whole = (self.roots * line).numer(), True
        borders = [x.real for x, _ in _squarefree(roots).complex_roots() if x.imag.is_zero()]
        borders.sort(key=lambda x: fraction_of(x.mid()))
        mine = [x for x in borders if self._holds(x)]
        parts: list[Part] = []
        for low, high in zip([self.low, *mine], [*mine, self.high], strict=True):
            s = between(low, high)
            sign = 1 if line(s) > 0 else -1
            known = {**self.known, str(form): sign}
            parts.append(Part(sign, replace(self, low=low, high=high, roots=fmpq_poly(roots), known=known)))
        if faces:
            for x in mine:
                s = exact_root(line, x)
                whole &= s is not None
                if s is not None:
                    parts.append(Part(0, Cone.ray((fmpq(self.side), s))))
        return parts, whole

    def _holds(self, x: arb) -> bool:
        """Whether a root of the product lies strictly inside: those that overlap a border are that border."""
        return (self.low is None or x > self.low) and (self.high is None or x < self.high)


Cell = Cone | Sector


def signs(cell: Cell, k: int) -> set[int]:
    """The signs that a coordinate takes in a cell."""
    size = len(cell.basis)
    terms = {tuple(int(j == i) for j in range(size)): v[k] for i, v in enumerate(cell.basis) if v[k] != 0}
    return {part.sign for part in cell.cut(fmpq_mpoly(terms, ring(size)), faces=False)[0]} if terms else {0}


def interior(rows: Sequence[Row]) -> Vector | None:
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


def between(low: arb | None, high: arb | None) -> fmpq:
    """A simple fraction between two roots; None is infinity."""
    if low is None and high is None:
        return fmpq(1, 3)
    if high is None:
        return fmpq(floor(_ends(low)[1]) + 1)
    if low is None:
        return fmpq(ceil(_ends(high)[0]) - 1)
    a, b = _ends(low)[1], _ends(high)[0]
    return _simplest(a + (b - a) / 4, b - (b - a) / 4)


def _simplest(low: Fraction, high: Fraction) -> fmpq:
    """The fraction of smallest denominator between two numbers: Stern and Brocot's tree, by continued fractions."""
    if low < 0 < high:
        return fmpq(0)
    if high <= 0:
        return -_simplest(-high, -low)
    whole = -(-low.numerator // low.denominator)
    if whole <= high:
        return fmpq(whole)
    whole -= 1
    return whole + 1 / _simplest(1 / (high - whole), 1 / (low - whole))


def _ends(x: arb) -> tuple[Fraction, Fraction]:
    """The least and the greatest number of a ball, exactly."""
    middle, radius = fraction_of(x.mid()), fraction_of(x.rad())
    return middle - radius, middle + radius


def fraction_of(x: arb) -> Fraction:
    """An exact ball as a fraction."""
    mantissa, power = x.man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(power)


def exact_root(line: fmpq_poly, x: arb) -> fmpq | None:
    """The rational root in a ball, None if that root is irrational."""
    _, factors = line.numer().factor()
    for factor, _ in factors:
        if factor.degree() == 1 and x.overlaps(arb(fmpq(-factor[0], factor[1]))):
            return fmpq(-factor[0], factor[1])
    return None


def _squarefree(line: fmpz_poly) -> fmpz_poly:
    return line // line.gcd(line.derivative()) if line.degree() > 0 else line


def _dehomogenised(form: fmpq_mpoly, side: int) -> fmpq_poly:
    """form(side, s)."""
    line = [fmpq(0)] * (form.total_degree() + 1)
    for (first, second), c in form.to_dict().items():
        line[second] += c * side**first
    return fmpq_poly(line)


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
        line = _dehomogenised(factor, 1)
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


def dot(a: Sequence[int | fmpq], b: Sequence[int | fmpq]) -> fmpq:
    """The scalar product."""
    return sum((x * y for x, y in zip(a, b, strict=True) if x), fmpq(0))


def primitive(row: Sequence[fmpq]) -> Row:
    """The multiple by a positive number that has whole entries without a common factor."""
    row = [fmpq(a) for a in row]
    bottom = reduce(lcm, (int(a.q) for a in row), 1)
    whole = [int(a.p) * (bottom // int(a.q)) for a in row]
    common = reduce(gcd, whole, 0) or 1
    return tuple(a // common for a in whole)


def row_of(form: fmpq_mpoly) -> Row:
    """The coefficients of a linear form."""
    size = len(form.context().gens())
    found = [fmpq(0)] * size
    for monomial, c in form.to_dict().items():
        found[monomial.index(1)] = c
    return primitive(found)


def form_of(row: Row) -> fmpq_mpoly:
    """The linear form with these coefficients."""
    size = len(row)
    terms = {tuple(int(j == k) for j in range(size)): fmpq(a) for k, a in enumerate(row) if a}
    return fmpq_mpoly(terms, ring(size))


def ring(size: int) -> fmpq_mpoly_ctx:
    """Polynomials in so many variables."""
    return fmpq_mpoly_ctx.get(tuple(f"d{k}" for k in range(size)))


def null_space(row: Row) -> tuple[Vector, ...]:
    """A basis of the vectors orthogonal to a row."""
    lead = next(k for k, a in enumerate(row) if a)
    found = []
    for k in range(len(row)):
        if k != lead:
            vector = [fmpq(0)] * len(row)
            vector[k], vector[lead] = fmpq(row[lead]), fmpq(-row[k])
            found.append(tuple(vector))
    return tuple(found)


def independent(rows: Sequence[Row]) -> bool:
    """Whether linear forms are linearly independent."""
    return not rows or fmpq_mat([[*map(fmpq, row)] for row in rows]).rank() == len(rows)


def meet_apart(form: fmpq_mpoly, others: Sequence[fmpq_mpoly]) -> bool:
    """Whether a form in two variables has simple zeros only, and none in common with others."""
    simple = all(power == 1 for _, power in form.factor()[1])
    return simple and all(form.gcd(other).total_degree() == 0 for other in others)
