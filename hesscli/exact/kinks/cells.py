"""The pieces of a piecewise smooth function that meet at a point: one Taylor polynomial for every cell.

A code list is run over jets; where the argument of a switch vanishes at the point, its lowest-degree form cuts the cell
that is being looked at, and every part gets a run of its own. Nested switches come in their order: inside a
cell of the inner ones the argument of the outer one is a polynomial too.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, pairwise
from time import monotonic

from flint import arb, fmpq, fmpq_mpoly

from hesscli.exact.elementary import Undefined, Unsupported
from hesscli.exact.events import Singular
from hesscli.exact.interpreters.codelist import CodeList
from hesscli.exact.interpreters.jets import JetInterpreter
from hesscli.exact.jets import Exponents, Jet
from hesscli.exact.kinks.cones import Cell, Cone, Cut
from hesscli.exact.kinks.forms import Vector, independent, meet_apart, ring, row_of, well_apart
from hesscli.exact.kinks.polynomials import Polynomial, as_fractions, as_polynomial, degrees, substituted, unit
from hesscli.exact.kinks.sectors import Sector
from hesscli.exact.properties import FLAT
from hesscli.exact.rational import fraction, kept
from hesscli.exact.terms import Term
from hesscli.language.functions import CONDITIONS

MOST_CELLS, SECONDS, MOST_DEGREE = 3000, 0.8, 8


class Higher(Exception):
    """A jet vanishes up to its order: a higher one may tell."""


class Wider(Exception):
    """A switch depends on more variables than the cells were cut in."""


@dataclass(frozen=True, slots=True)
class Met:
    """An argument that vanishes at the point, as a run has met it.

    Attributes:
        form: its lowest-degree form in the coordinates of the cell.
        pure: it is this form, with no terms of higher degree.
        loose: terms that were left out depend on variables in which the space is not cut.
        blurred: its coefficients are no fractions, and were rounded.
    """

    form: fmpq_mpoly
    pure: bool
    loose: bool
    blurred: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """f in one cell.

    Attributes:
        cell: where.
        jet: its Taylor polynomial, None where it has none.
        certain: there are such points as near as one likes; else there may be.
    """

    cell: Cell
    jet: Term[Jet] | None
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Cells:
    """All pieces that meet at a point.

    Attributes:
        axes: the variables of the Taylor polynomials.
        cut: places among the axes of those in which the space is cut; the cells' coordinates.
        order: of the pieces' Taylor polynomials.
        pieces: what was found.
        open: why there may be others, or the empty string.
        borders: directions along which two of them meet, for hyperplanes.
        assumed: whether a ball about zero had to be taken for zero.
    """

    axes: tuple[int, ...]
    cut: tuple[int, ...]
    order: int
    pieces: tuple[Piece, ...]
    open: str = ""
    borders: tuple[Vector, ...] = ()
    assumed: bool = False

    def polynomial(self, piece: Piece) -> Polynomial:
        """The Taylor polynomial in a cell."""
        return as_polynomial(piece.jet, len(self.axes)) if piece.jet is not None else {}

    def on(self, piece: Piece, difference: Polynomial) -> Polynomial:
        """A polynomial as far as it matters on a cell: restricted to the subspace in which an exact face lies."""
        basis = piece.cell.basis
        if not piece.certain or len(basis) == len(self.cut):
            return difference
        size = len(basis) + len(self.axes) - len(self.cut)
        lines: list[Polynomial] = []
        free = iter(range(len(basis), size))
        for k in range(len(self.axes)):
            if k in self.cut:
                row = [v[self.cut.index(k)] for v in basis]
                lines.append({unit(j, size): kept(c) for j, c in enumerate(row) if c != 0})
            else:
                lines.append({unit(next(free), size): kept(fmpq(1))})
        return substituted(difference, lines, size)

    def directions(self) -> Iterator[tuple[fmpq, ...]]:
        """A point inside every cell, and points on their borders."""
        for inside in (*(piece.cell.inside for piece in self.pieces), *self.borders):
            amounts = [fmpq(k + 2, k + 3) for k in range(len(self.axes))]
            for place, amount in zip(self.cut, inside, strict=True):
                amounts[place] = amount
            yield tuple(amounts)


class CellInterpreter(JetInterpreter):
    """One run over jets inside a cell, which shrinks at every switch; what is cut off is left for other runs.

    Attributes:
        cell: where the run has got to.
        zeros: what vanishes: the cell is tangent to its zero set, which is curved.
        others: the parts that were cut off, each with its zeros.
        open: why there may be more of them.
        borders: directions between parts of a different sign.
    """

    def __init__(self, cells: Enumeration, cell: Cell, order: int, zeros: frozenset[Hashable]) -> None:
        inputs: list[Term[Jet]] = list(cells.at)
        for place, k in enumerate(cells.axes):
            inputs[k] = Jet.variable(place, inputs[k], order)
        super().__init__(cells.code, inputs, order, assume=cells.assume, exact=True)
        self.enumeration, self.cell = cells, cell
        self.zeros = zeros
        self.others: list[tuple[Cell, frozenset[Hashable]]] = []
        self.met: dict[Hashable, Met] = {}
        self.open = ""
        self.borders: list[Vector] = []

    def sign(self, a: Term[Jet]) -> int:
        """The sign of what switches, throughout the cell."""
        x = self.base(a)
        if x > 0 or x < 0:
            return 1 if x > 0 else -1
        self.take_for_zero(x)
        if isinstance(a, arb):
            return 0
        terms, rational = self.argument(a)
        if not (rational and self.enumeration.degree_at(self.running) <= self.order):
            name = frozenset(self.enumeration.expression.nodes[self.running].args), frozenset(terms.items())
            return self.decided(terms, name, exact=False, blurred=not rational)
        if not terms:
            return 0
        scale, factors = fmpq_mpoly(terms, ring(len(self.enumeration.cut))).factor()
        sign = 1 if scale > 0 else -1
        for factor, power in factors:
            if power & 1:
                sign *= self.decided(factor.to_dict(), str(factor), exact=True)
            elif self.enumeration.faces:
                sign *= self.decided(factor.to_dict(), str(factor), exact=True) ** 2
        return sign

    def decided(self, terms: Polynomial, name: Hashable, *, exact: bool, blurred: bool = False) -> int:
        """The sign of a polynomial throughout the cell, which is cut for it.

        Args:
            terms: in the cells' coordinates.
            name: one for all arguments that vanish together for certain.
            exact: there are no terms but these.
            blurred: their coefficients were rounded.
        """
        terms = self.restricted(terms)
        if name in self.zeros or (exact and not terms):
            return 0
        if not terms:
            raise Higher
        lowest = min(map(sum, terms))
        form = fmpq_mpoly({e: c for e, c in terms.items() if sum(e) == lowest}, ring(len(self.cell.basis)))
        if not lowest:
            return 1 if form.leading_coefficient() > 0 else -1
        parts, whole = self.cell.cut(form, faces=self.enumeration.faces)
        pure = exact and len({*map(sum, terms)}) == 1
        loose = not exact and not self.enumeration.places(self.running) <= {*self.enumeration.cut}
        self.met[name] = Met(form, pure, loose, blurred)
        if not (whole and parts):
            self.open = "a border of higher degree was sampled"
        self.borders += _between(form, parts, len(self.enumeration.cut))
        first, *rest = parts or [Cut(1, self.cell)]
        bent = self.zeros | {name}
        self.others += [(part.cell, self.zeros if part.sign or pure else bent) for part in rest]
        self.cell = first.cell
        return first.sign

    def argument(self, a: Jet) -> tuple[dict[Exponents, fmpq], bool]:
        """What switches as a polynomial in the cells' coordinates, and whether its coefficients are rational."""
        terms: Polynomial = {}
        used: set[int] = set()
        cut, rational = self.enumeration.cut, True
        for exponents, c in as_polynomial(a, len(self.enumeration.axes)).items():
            q = fraction(c)
            if q is None and c.contains(0):
                self.take_for_zero(c)
            elif any(exponents) and q != 0:
                used |= {k for k, e in enumerate(exponents) if e}
                terms[exponents] = c if q is None else q
                rational &= q is not None
        if len(terms) == 1 and not rational:  # only its sign matters
            terms, rational = {e: fmpq(1 if c > 0 else -1) for e, c in terms.items()}, True
        if not used <= {*cut}:
            self.enumeration.cut = tuple(sorted({*cut, *used}))
            raise Wider
        return {tuple(e[k] for k in cut): c for e, c in (terms if rational else as_fractions(terms)).items()}, rational

    def restricted(self, terms: dict[Exponents, fmpq]) -> dict[Exponents, fmpq]:
        """A polynomial in the coordinates of the cell's basis."""
        basis, size = self.cell.basis, len(self.enumeration.cut)
        if len(basis) == size:
            return terms
        lines = [{unit(j, len(basis)): v[k] for j, v in enumerate(basis) if v[k] != 0} for k in range(size)]
        return {e: c for e, c in substituted(terms, lines, len(basis)).items() if c != 0}

    @property
    def stable(self) -> bool:
        """Whether the cells are those of the arguments themselves, not only of their lowest-degree forms."""
        met = [*self.met.values()]
        forms = [one.form for one in met]
        if all(one.pure for one in met):
            return True
        if len(self.cell.basis) <= 1:  # on a line; unless terms in other variables part what is alike on it
            return not any(one.loose for one in met) or (len(met) == 1 and forms[0].total_degree() == 1)
        if isinstance(self.cell, Sector):
            return all(one.pure or meet_apart(one.form, forms[:k] + forms[k + 1 :]) for k, one in enumerate(met))
        return all(form.total_degree() == 1 for form in forms) and independent([*map(row_of, forms)])

    @property
    def sure(self) -> bool:
        """Whether rounded coefficients can have made no cell that is none, and hidden none."""
        if not any(one.blurred for one in self.met.values()):
            return True
        forms = [one.form for one in self.met.values()]
        if any(form.total_degree() != 1 for form in forms):
            return False
        rows = [row_of(form) for form in forms]
        if len({*map(len, rows)}) > 1:
            return False
        if len(rows[0]) == 2:
            return all(well_apart([a, b]) for a, b in combinations(rows, 2))
        return well_apart(rows)


class Enumeration:
    """The search for all cells at one point."""

    def __init__(self, code: CodeList, at: Sequence[arb], axes: Sequence[int], order: int, *, assume: bool) -> None:
        self.code, self.at, self.axes, self.assume = code, list(at), tuple(axes), assume
        self.order = order
        self.cut: tuple[int, ...] = ()
        self.expression = code.inlined.expression
        nodes, jumping = self.expression.nodes, CONDITIONS | FLAT | {"atan2"}
        self.faces = any(nodes[k].op in jumping for k in self.expression.live())

    @cached_property
    def degrees(self) -> list[float]:
        """The bound of every node's degree."""
        return degrees(self.expression, self.axes)

    @cached_property
    def depends(self) -> list[frozenset[int]]:
        """For every node the places among the axes of the variables that it depends on."""
        place = {k: p for p, k in enumerate(self.axes)}
        return [frozenset(place[k] for k in found if k in place) for found in self.expression.dependence()]

    def places(self, node: int) -> frozenset[int]:
        """The axes on which the arguments of a switch depend."""
        return frozenset().union(*(self.depends[k] for k in self.expression.nodes[node].args))

    def degree_at(self, node: int) -> float:
        """The degree that the arguments of a switch do not exceed."""
        return max((self.degrees[k] for k in self.expression.nodes[node].args), default=0)

    def run(self) -> Cells:
        """Every cell, within the limits of time."""
        finite = [d for k, _, _ in self.code.steps if 1 < (d := self.degree_at(k)) <= MOST_DEGREE]
        first = int(max([self.order, *finite]))
        deadline = monotonic() + SECONDS
        for order in (first, *range(first + 2, MOST_DEGREE + 1, 2)):
            with suppress(Higher):
                return self._widened(order, deadline)
        return Cells(self.axes, self.cut, first, (), "what switches vanishes to a high order")

    def _widened(self, order: int, deadline: float) -> Cells:
        """In as many variables as it takes."""
        while True:
            with suppress(Wider):
                return self._run(order, deadline)

    def _run(self, order: int, deadline: float) -> Cells:
        size = len(self.cut)
        start = Sector.halves(faces=self.faces) if size == 2 else (Cone.whole(size),)
        work = [(cell, frozenset[Hashable]()) for cell in start]
        pieces: list[Piece] = []
        reasons: dict[str, None] = {}
        borders: dict[Vector, None] = {}
        assumed = False
        while work:
            if len(pieces) >= MOST_CELLS or monotonic() > deadline:
                reasons["there are too many sides to look at"] = None
                break
            cell, zeros = work.pop()
            interpreter = CellInterpreter(self, cell, order, zeros)
            jet: Term[Jet] | None = None
            try:
                (jet,) = interpreter.outputs()
            except (Undefined, Unsupported, Singular):
                reasons["f has no Taylor polynomial on some side"] = None
            assumed |= interpreter.assumed
            work += interpreter.others
            borders.update(dict.fromkeys(interpreter.borders))
            pieces.append(Piece(interpreter.cell, jet, certain=not zeros and interpreter.sure))
            if not interpreter.sure:
                reasons["the coefficients of a border are known to some digits only"] = None
            if interpreter.open:
                reasons[interpreter.open] = None
            if not interpreter.stable:
                reasons["borders touch that are curved"] = None
        return Cells(self.axes, self.cut, order, tuple(pieces), "; ".join(reasons), tuple(borders), assumed)


def _between(form: fmpq_mpoly, parts: Sequence[Cut], size: int) -> list[Vector]:
    """Where the segments between parts of a different sign cross a hyperplane."""
    full = [part for part in parts if part.sign and len(part.cell.basis) == size]
    if form.total_degree() != 1 or len(full) != len([part for part in parts if part.sign]):
        return []
    found: list[Vector] = []
    for one, other in pairwise(part.cell.inside for part in full):
        a, b = form(*one), form(*other)
        if a * b < 0:
            found.append(tuple(abs(b) * x + abs(a) * y for x, y in zip(one, other, strict=True)))
    return found
