"""A point and what is around it: lines out of it, the cells that meet there, and how sure all of that is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cached_property

from flint import arb

from hesscli.exact.interpreters.codelist import CodeList
from hesscli.exact.jets import Jet, monomial_key
from hesscli.exact.kinks.cells import Cells, Enumeration
from hesscli.exact.kinks.directional import Direction, Rays
from hesscli.exact.kinks.fitting import Monomial
from hesscli.exact.kinks.remainders import followed
from hesscli.exact.kinks.summands import separate_summands
from hesscli.exact.rational import fraction, rational
from hesscli.exact.terms import Term
from hesscli.request import multiplicity


class Neighbourhood:
    """One point under study.

    Attributes:
        code: of one component.
        at: the point's coordinates.
        active: the variables that are not held.
        order: of the highest derivative that is asked for.
        assume: take balls about zero for zero.
        value: of f at the point, None where it has none.
        rays: out of the point, each followed once.
        proven: no zero was assumed, no agreement taken from balls that overlap.
        open: why f may have sides that were not compared, or the empty string.
        followed: the degree up to which f has one Taylor polynomial on every side by a bound of what remains, and this.
    """

    def __init__(self, code: CodeList, at: Sequence[arb], active: Sequence[int], order: int, *, assume: bool) -> None:
        self.code, self.at, self.assume = code, [*map(rational, at)], assume
        self.active, self.order = list(active), order
        self.depends = code.expression.dependence()
        self.rays = Rays(code, self.at, order, assume=assume)
        self.value: arb | None = None
        self.proven, self.open = True, ""
        self._cells: dict[tuple[int, ...], Cells] = {}
        self._summands: dict[tuple[int, ...], list[Cells]] = {}

    @cached_property
    def followed(self) -> tuple[int, Term[Jet]]:
        """By the calculus of remainders, which looks at no sides."""
        return followed(self.code, self.at, self.active, self.order)

    def derivative(self, term: Term[Jet], indices: Monomial) -> arb:
        """The derivative at the point of a Taylor polynomial in the active variables."""
        if isinstance(term, arb):
            return arb(0)
        place = {k: p for p, k in enumerate(self.active)}
        key = monomial_key({place[k]: times for k, times in Counter(indices).items()}, self.order)
        c = term.coefficient(len(indices), key)
        return arb(0) if c is None else c * multiplicity(indices)

    def same(self, a: arb, b: arb) -> bool:
        """Whether two balls are one number, as far as can be seen."""
        if not (a.is_finite() and b.is_finite()):
            return bool(a == b)
        p, q = fraction(a), fraction(b)
        if p is not None and q is not None:
            return bool(p == q)
        if not a.overlaps(b):
            return False
        self.proven = False
        return True

    def cells(self, axes: Sequence[int]) -> Cells:
        """The pieces that meet in the space of some variables."""
        key = tuple(axes)
        if key not in self._cells:
            self._cells[key] = Enumeration(self.code, self.at, key, self.order, assume=self.assume).run()
            self.proven &= not self._cells[key].assumed
        return self._cells[key]

    def summands(self, axes: Sequence[int]) -> list[Cells]:
        """The pieces of each summand of f whose switches have variables of their own."""
        key = tuple(axes)
        if key not in self._summands:
            runs = [Enumeration(p, self.at, key, self.order, assume=self.assume) for p in separate_summands(self.code)]
            self._summands[key] = [self.cells(axes)] if len(runs) == 1 else [run.run() for run in runs]
        return self._summands[key]

    def directions(self, support: Sequence[int], count: int) -> Iterator[Direction]:
        """Lines into the space of some variables: into every cell that is known, then many others."""
        found = [self.cells(support)] if len(support) < 3 else self.summands(support)
        for amounts in (amounts for cells in found for amounts in cells.directions()):
            if all(a != 0 for a in amounts):
                yield tuple((k, Fraction(int(a.p), int(a.q))) for k, a in zip(support, amounts, strict=True))
        yield from self.rays.directions(support, count)

    def interact(self, support: Sequence[int]) -> bool:
        """Whether some operation other than a sum joins all these variables."""
        expression = self.code.expression
        wanted = set(support)
        return any(expression.nodes[k].op not in ("add", "neg") and wanted <= self.depends[k] for k in self.code.live)
