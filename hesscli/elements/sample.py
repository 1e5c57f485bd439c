"""The exact side of a program, set to work on sampled variables and the terms that touch them.

For a variable r the terms in which it stands are written out as a plain expression; its derivative by r, and by r and
every neighbour, are those of the whole program. Everything is checked where the program is small.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.elements.borders import at_borders
from hesscli.elements.entries import SampleRequest
from hesscli.elements.expansion import ExpandedTerms, directional, expansion, touched
from hesscli.elements.found import Found
from hesscli.elements.outside import coloured
from hesscli.elements.terms import Looked, ask_terms
from hesscli.exact import Session
from hesscli.language.expression import Expression
from hesscli.language.programs.program import Element, Program
from hesscli.options import Options
from hesscli.request import Index, Path, Request

Array = NDArray[Any]

SAMPLED = 24
"""Variables whose derivatives are checked; of a program with fewer all are."""

WEIGHTIEST = 4
"""Variables more, those with the largest derivatives."""

TOUCHED = 5_000
"""Terms of one expansion, weighted by `COUPLED`: with more the exact side takes too long."""

VALUED = 20_000
"""Terms of the value alone."""

EVERY = 2_000
"""Variables up to which all may be asked for."""

WORK = 20_000
"""Terms of all expansions together, weighted by `COUPLED` and by the length of their bodies."""

USUAL = 20
"""Nodes of a body; a term with more counts as several."""

COUPLED = 4
"""What a term counts where totals are inside functions: zeros of differences take the highest precision."""

NEIGHBOURS = 12
"""Second derivatives of one variable that are checked."""

SUSPECTS = 8

BORDERS = 200
"""Terms at the border of a kink whose bodies are looked at alone."""

SEED = 20_240_229
"""Of the sample: the same entries every time."""


@dataclass
class Sample:
    """The exact side at work on some entries.

    Attributes:
        program: f.
        x: shape (n,).
        command: ``gradient``, ``hessian`` or ``hvp``.
        session: the exact side's process.
        dtype: float64 or float32.
        vector: of ``hvp``.
        full: whether every variable is to be checked.
        asked: the submissions.
        notes: what was left out, and why.
        left: the variables that stand in too many terms.
        doubts: terms at a kink with such variables: whether f has derivatives by them is open.
        terms: those that are looked at one by one, where there are too many to be added.
    """

    program: Program
    x: Array
    command: str
    session: Session
    dtype: str
    vector: Array | None = None
    full: bool = False
    asked: list[SampleRequest] = field(default_factory=list)
    notes: dict[str, None] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    terms: list[Looked] = field(default_factory=list)
    _done: set[int] = field(default_factory=set)
    _work: int = 0
    _last: tuple[dict[int, Array], ExpandedTerms] | None = None

    def start(self) -> None:
        """Ask for the value, and for variables spread over all blocks; the answers come while the tape loads."""
        self._value()
        n = self.program.n
        if n <= SAMPLED or self.full:
            self.take(range(n))
            self.look_at_terms()
            return
        ends = {p for block in self.program.blocks for p in (block.start, block.start + block.size - 1)}
        drawn = np.random.default_rng(SEED).choice(n, SAMPLED, replace=False)
        self.take(list(dict.fromkeys([*sorted(ends)[:SAMPLED], *drawn.tolist()]))[:SAMPLED])
        self.look_at_terms()

    def look_at_terms(self) -> None:
        """Ask for some terms one by one, where not all of them are added."""
        if not self.terms and (self.left or self.program.terms * max(1, self._width // USUAL) > VALUED):
            self.terms = ask_terms(self.program, self.x, self.command, self.session, self.dtype)

    def suspicious(self, found: Found) -> None:
        """Ask also where the tape is not finite, and for its largest numbers."""
        for which, row in found.strange[:SUSPECTS]:
            self._take_row(which, row)
        for which, element in enumerate(self.program.elements):
            rows = at_borders(element, self.x)
            for row in rows[:SUSPECTS].tolist():
                self._take_row(which, row)
            self._look_alone(which, rows[:BORDERS])
            if len(rows) > BORDERS:
                told = (
                    f"{len(rows):,} terms of {element.head} are at the border "
                    f"of a kink, the first at {element.where(int(rows[0]))}"
                )
                self.notes[f"{told}; {BORDERS} of them were looked at"] = None
        main = found.gradient if found.hvp is None else found.hvp
        sizes = np.abs(np.where(np.isfinite(main), main, np.inf))
        if self.program.n > SAMPLED:
            self.take(np.argsort(sizes, kind="stable")[-WEIGHTIEST:].tolist())
        if found.hessian is not None and found.hessian.nnz and self.program.n > SAMPLED:
            largest = int(np.argmax(np.abs(found.hessian.data)))
            self.take([int(np.searchsorted(found.hessian.indptr, largest, side="right")) - 1])

    def _look_alone(self, which: int, rows: Array) -> None:
        """Ask of terms at a border whether their bodies have derivatives, and then for those of f."""
        element = self.program.elements[which]
        near = [int(row) for k, row in enumerate(rows) if k >= SUSPECTS or self._left(element, int(row))]
        if not near:
            return
        paths = (*((a,) for a in element.slopes), *(element.pairs if self.command != "gradient" else ()))
        points = element.points(self.x, np.array(near)).tolist()
        request = Request("partials", paths=paths)
        said = self.session.submit(element.body, request, points, formulas=False, dtype=self.dtype).answers()
        bad = [row for row, one in zip(near, said, strict=True) if one.status != "ok"]
        for row in bad[:SUSPECTS]:
            self._take_row(which, row)
        if open_rows := [row for row in bad if self._left(element, row)]:
            self.doubts.append(f"{element.head} at {element.where(open_rows[0])}")

    def _left(self, element: Element, row: int) -> bool:
        """Whether a term has a variable that stands in too many terms."""
        return bool(self.left) and any(self.program.label(place) in self.left for place in self._places(element, row))

    def _places(self, element: Element, row: int) -> list[int]:
        """Where the variables of one term stand; of a linear form the ends."""
        found = [element.places(slot, np.array([row])).ravel() for slot in element.slopes]
        return [place for where in found for place in dict.fromkeys((int(where[0]), int(where[-1])))]

    def _take_row(self, which: int, row: int) -> None:
        """Ask for the derivatives by all variables of one term."""
        element = self.program.elements[which]
        self.take(self._places(element, row))

    def _value(self) -> None:
        if self.program.terms * max(1, self._width // USUAL) + self._outside > VALUED:
            told = f"value: {self.program.terms:,} terms are not added up in balls (limit {VALUED:,})"
            self.notes[f"{told}; some of them were looked at one by one"] = None
            return
        every = {k: np.arange(element.count) for k, element in enumerate(self.program.elements)}
        self._ask("value", ((),), expansion(self.program, self.x, every), ((),))

    def take(self, positions: Any) -> None:
        """Ask for the derivatives by some variables, as far as the limits reach."""
        for position in positions:
            if position in self._done:
                continue
            self._done.add(position)
            rows = self.rows(position)
            count = (sum(map(len, rows.values())) + self._outside) * (1 if self.program.additive else COUPLED)
            work = count * max(1, self._size // USUAL)
            if count * max(1, self._width // USUAL) > TOUCHED or (self._work and self._work + work > WORK):
                self.left.append(self.program.label(position))
                continue
            self._work += work
            self._derivatives(position, rows)

    @property
    def _outside(self) -> int:
        """What a long outer expression counts for, in terms."""
        return len(self.program.outer.nodes) // USUAL if coloured(self.program) else 0

    @property
    def _size(self) -> int:
        """Nodes of the longest body, with what linear forms add up."""
        return self._width + max((len(element.body.nodes) for element in self.program.elements), default=0)

    @property
    def _width(self) -> int:
        """Nodes of the longest linear forms of a body."""
        widths = (sum(2 * len(form.places) for form in element.forms.values()) for element in self.program.elements)
        return max(widths, default=0)

    def rows(self, position: int) -> dict[int, Array]:
        """The terms that a derivative needs: those that touch the variable, or all where totals are coupled."""
        if self.program.additive:
            return {k: element.touching(position) for k, element in enumerate(self.program.elements)}
        return {k: np.arange(element.count) for k, element in enumerate(self.program.elements)}

    def _derivatives(self, position: int, rows: dict[int, Array]) -> None:
        expanded = self._expanded(position, rows)
        if self.program.additive and coloured(self.program):
            expanded = touched(expanded, expanded.positions.index(position))
        at = {place: k for k, place in enumerate(expanded.positions)}
        me = at[position]
        self._ask("gradient", ((position,),), expanded, ((me,),))
        if self.command == "gradient":
            return
        if self.vector is not None:
            along = directional(expanded, self.vector[list(expanded.positions)].tolist())
            self._ask("hvp", ((position,),), along, ((me, len(expanded.positions)),))
            return
        others = sorted(self._neighbours(position, rows, expanded), key=lambda p: abs(p - position))[:NEIGHBOURS]
        places = tuple((max(position, p), min(position, p)) for p in others)
        if places:
            self._ask("hessian", places, expanded, tuple(tuple(sorted((me, at[p]))) for p in others))

    def _expanded(self, position: int, rows: dict[int, Array]) -> ExpandedTerms:
        """Those terms as one expression; of variables that all terms share it is the same one."""
        last = self._last
        if (
            last is not None
            and position in last[1].positions
            and all(np.array_equal(rows[k], last[0][k]) for k in rows)
        ):
            return last[1]
        self._last = rows, expansion(self.program, self.x, rows, always=(position,))
        return self._last[1]

    def _neighbours(self, position: int, rows: dict[int, Array], expanded: ExpandedTerms) -> set[int]:
        """The variables with which one has a second derivative."""
        if not self.program.additive:
            return set(expanded.positions)
        found: set[int] = set()
        for k, own in rows.items():
            element = self.program.elements[k]
            for a, b in element.pairs:
                for one, other in ((a, b), (b, a)):
                    beside = own[element.stands(one, position, own)]
                    if len(beside):
                        found.update(_distinct(element, other, beside))
        return found | self._beside.get(position, set())

    @cached_property
    def _beside(self) -> dict[int, set[int]]:
        """Variable -> those with which it has a second derivative outside of the sums."""
        q, found = len(self.program.elements), dict[int, set[int]]()
        for a, b in self.program.coupled:
            i, j = self.program.entries[a - q], self.program.entries[b - q]
            found.setdefault(i, set()).add(j)
            found.setdefault(j, set()).add(i)
        return found

    def _ask(self, quantity: str, places: tuple[Index, ...], expanded: ExpandedTerms, paths: tuple[Path, ...]) -> None:
        request = Request("partials", paths=paths)
        ticket = self.session.submit(expanded.expression, request, [expanded.point], formulas=False, dtype=self.dtype)
        self.asked.append(SampleRequest(quantity, places, expanded, paths, ticket))


def _distinct(element: Element, slot: int, rows: Array) -> list[int]:
    """Where a slot stands in some terms."""
    place = element.maps[slot]
    if isinstance(place, int):
        return [place]
    found: list[int] = np.unique(place[rows] if isinstance(place, np.ndarray) else place.places).tolist()
    return found


def vanish(body: Expression, points: Array, path: Path, session: Session, options: Options) -> bool:
    """Whether a derivative is proven to be 0 at all points, of shape (m, k)."""
    request = Request("partials", paths=(path,))
    answers = session.submit(body, request, points.tolist(), formulas=False, dtype=options.dtype).answers()
    return all("partials" in said.values and said.values["partials"].texts == ("0",) for said in answers)
