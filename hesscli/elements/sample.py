"""The exact side of a program: sampled variables, the terms that touch them, and what the witnesses say together.

For a variable r the terms in which it stands are written out as a plain expression; its derivative by r, and by r and
every neighbour, are those of the whole program. Everything is checked where the program is small.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.compute.sensitivity import sensitivities
from hesscli.elements.borders import at_borders
from hesscli.elements.entries import SEVERITY, Asked, Exact, Verified, label, named, number, relabelled
from hesscli.elements.evaluate import Found, How, Place
from hesscli.elements.excuses import sensitivity
from hesscli.elements.expansion import Expansion, directional, expansion
from hesscli.elements.program import Element, Program
from hesscli.elements.report import Checked
from hesscli.elements.terms import Looked, Rates, ask, ask_outer, cancelled, judged, merged
from hesscli.exact import Session
from hesscli.options import Tolerance
from hesscli.request import Index, Path, Request
from hesscli.result import Decimals, ExactAnswer, TapeAnswer
from hesscli.verdict import judge

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

FEW, MANY_NODES = 24, 2_000
"""Variables and nodes of an expansion whose sensitivities the exact side computes itself."""

SEED = 20_240_229
"""Of the sample: the same entries every time."""


@dataclass(slots=True)
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
    asked: list[Asked] = field(default_factory=list)
    notes: dict[str, None] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    terms: list[Looked] = field(default_factory=list)
    _done: set[int] = field(default_factory=set)
    _work: int = 0
    _last: tuple[dict[int, Array], Expansion] | None = None

    def start(self) -> None:
        """Ask for the value, and for variables spread over all blocks; the answers come while the tape loads."""
        self._value()
        n = self.program.n
        if n <= SAMPLED or self.full:
            self.take(range(n))
            self._look_at_terms()
            return
        ends = {p for block in self.program.blocks for p in (block.start, block.start + block.size - 1)}
        drawn = np.random.default_rng(SEED).choice(n, SAMPLED, replace=False)
        self.take(list(dict.fromkeys([*sorted(ends)[:SAMPLED], *drawn.tolist()]))[:SAMPLED])
        self._look_at_terms()

    def _look_at_terms(self) -> None:
        """Ask for some terms one by one, where not all of them are added."""
        if not self.terms and (self.left or self.program.terms > VALUED):
            self.terms = ask(self.program, self.x, self.command, self.session, self.dtype)

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
        return bool(self.left) and any(
            self.program.label(element.places(slot, np.array([row])).item()) in self.left for slot in element.slopes
        )

    def _take_row(self, which: int, row: int) -> None:
        """Ask for the derivatives by all variables of one term."""
        element = self.program.elements[which]
        self.take(element.places(slot, np.array([row])).item() for slot in element.slopes)

    def _value(self) -> None:
        if self.program.terms > VALUED:
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
            rows = self._rows(position)
            count = sum(map(len, rows.values())) * (1 if self.program.additive else COUPLED)
            work = count * max(1, self._size // USUAL)
            if count > TOUCHED or (self._work and self._work + work > WORK):
                self.left.append(self.program.label(position))
                continue
            self._work += work
            self._derivatives(position, rows)

    @property
    def _size(self) -> int:
        """Nodes of the longest body."""
        return max((len(element.body.nodes) for element in self.program.elements), default=0)

    def _rows(self, position: int) -> dict[int, Array]:
        """The terms that a derivative needs: those that touch the variable, or all where totals are coupled."""
        if self.program.additive:
            return {k: element.touching(position) for k, element in enumerate(self.program.elements)}
        return {k: np.arange(element.count) for k, element in enumerate(self.program.elements)}

    def _derivatives(self, position: int, rows: dict[int, Array]) -> None:
        expanded = self._expanded(position, rows)
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

    def _expanded(self, position: int, rows: dict[int, Array]) -> Expansion:
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

    def _neighbours(self, position: int, rows: dict[int, Array], expanded: Expansion) -> set[int]:
        """The variables with which one has a second derivative."""
        if not self.program.additive:
            return set(expanded.positions)
        found: set[int] = set()
        for k, touched in rows.items():
            element = self.program.elements[k]
            for a, b in element.pairs:
                one, other = element.maps[a], element.maps[b]
                if isinstance(one, int) and isinstance(other, int):  # in every term
                    if position in (one, other) and len(touched):
                        found.add(other if position == one else one)
                    continue
                left, right = element.places(a, touched), element.places(b, touched)
                found.update(right[left == position].tolist(), left[right == position].tolist())
        q = len(self.program.elements)
        for a, b in self.program.coupled:
            i, j = self.program.entries[a - q], self.program.entries[b - q]
            found.update([j] if i == position else [], [i] if j == position else [])
        return found

    def _ask(self, quantity: str, places: tuple[Index, ...], expanded: Expansion, paths: tuple[Path, ...]) -> None:
        request = Request("partials", paths=paths)
        ticket = self.session.submit(expanded.expression, request, [expanded.point], formulas=False, dtype=self.dtype)
        self.asked.append(Asked(quantity, places, expanded, paths, ticket))

    def judged(self, found: Found, tolerance: Tolerance, how: How) -> Verified:
        """What both say together, once the tape has spoken."""
        self._look_at_terms()
        if self.left:
            names = ", ".join(self.left[:3]) + (f" and {len(self.left) - 3} more" if len(self.left) > 3 else "")
            most = f"at most {TOUCHED:,} of one variable and {WORK:,} in all"
            fewer = "fewer where they are long or totals stand inside functions"
            many = f"{names}: too many terms to be added in balls ({most}, {fewer})"
            self.notes[f"{many}; some of them were looked at one by one"] = None
        for where in self.doubts:
            alone = f"the term of {where} has no derivative of its own there, or none that was found"
            self.notes[f"{alone}, and f has too many terms to be looked at whole: its derivatives may not exist"] = None
        quantities, statuses, notes, proven = self._answers(found)
        arrays = {name: np.array([number(found, e.place, name) for e in rows]) for name, rows in quantities.items()}
        exact = ExactAnswer(
            {name: Decimals((len(rows),), tuple(e.text for e in rows)) for name, rows in quantities.items()},
            proven=proven,
            status=max(statuses.values(), key=SEVERITY.index, default="unchecked"),
            statuses=statuses,
        )
        tape = TapeAnswer(arrays, {name: np.zeros(len(array), bool) for name, array in arrays.items()})
        judgement = judge(tape, exact, tolerance, partial(self._excuses, quantities, found))
        told = [relabelled(note, quantities) for note in judgement.notes]
        counts = {name: len(rows) for name, rows in quantities.items()}
        if self.terms:
            outer = ask_outer(self.program, found.totals, self.command, self.session, self.dtype)
            one_by_one, counts["terms"], rates = judged(
                [*self.terms, *outer], self.command, how, tolerance, self.session
            )
            decided = {(name, e.place) for name, rows in quantities.items() for e in rows if e.text is not None}
            lost = self._lost(found, rates, tolerance, decided)
            judgement = merged(judgement, one_by_one, lost)
            told += (*one_by_one.notes, *lost.values())
        entries = tuple(
            Checked(label(name, e.place), tuple(self.program.labels(e.place)), float(arrays[name][k]), e.text)
            for name, rows in quantities.items()
            for k, e in enumerate(rows)
        )
        return Verified(
            judgement,
            entries,
            (*notes, *told, *self.notes),
            counts,
            bool(self.doubts),
        )

    def _lost(self, found: Found, rates: Rates, tolerance: Tolerance, decided: Container[Place]) -> dict[str, str]:
        """Quantity -> why its sums are not known from their terms."""
        lost = cancelled(found, rates, tolerance, decided)
        crowd = next((one for element in self.program.elements if (one := crowded(element))), None)
        if crowd is not None:
            where = f"more than {TOUCHED:,} terms of {crowd} stand at the same place of a vector"
            lost |= dict.fromkeys(("gradient", self.command), f"{where}; their sum is not checked")
        return lost

    def _answers(self, found: Found) -> tuple[dict[str, list[Exact]], dict[str, str], list[str], bool]:
        """Quantity -> its entries, each once, and their status; notes; whether all is proven."""
        entries: dict[str, dict[Index, Exact]] = {}
        statuses: dict[str, str] = {}
        notes: dict[str, None] = {}
        proven = True
        for asked in self.asked:
            said = asked.ticket.answers()[0]
            texts = said.values["partials"].texts if "partials" in said.values else (None,) * len(asked.places)
            for k, (place, text) in enumerate(zip(asked.places, texts, strict=True)):
                entries.setdefault(asked.quantity, {}).setdefault(place, Exact(place, text, asked, k))
            worst = max(said.status, statuses.get(asked.quantity, "ok"), key=SEVERITY.index)
            statuses[asked.quantity] = worst
            proven = proven and said.proven
            notes |= dict.fromkeys(named(note, asked) for note in said.notes[:2])
        quantities = {name: list(rows.values()) for name, rows in entries.items()}
        if np.isnan(found.value) and "undefined" in statuses.values():  # f itself has no value: it has no derivatives
            statuses = dict.fromkeys(statuses, "undefined")
            quantities = {name: [replace(e, text="nan") for e in rows] for name, rows in quantities.items()}
        return quantities, statuses, list(notes), proven

    def _excuses(self, quantities: dict[str, list[Exact]], found: Found, places: Sequence[tuple[str, Index]]) -> Array:
        """How much the data's own rounding changes entries that are off."""
        sizes = []
        for name, (index,) in places:
            entry = quantities[name][index]
            expanded, path = entry.asked.expanded, entry.asked.paths[entry.k]
            if len(expanded.positions) > FEW or len(expanded.expression.nodes) > MANY_NODES:
                sizes.append(self._summed(entry, name, found))
                continue
            request = Request("partials", paths=(path,))
            size = sensitivities(
                self.session, expanded.expression, request, expanded.point, [("partials", (0,))], self.dtype
            )
            sizes.append(float(size[0]))
        return np.array(sizes)

    def _summed(self, entry: Exact, name: str, found: Found) -> float:
        """The same of an entry that many terms add up to; NaN where totals are inside functions."""
        if not self.program.additive or name == "hvp":
            return float("nan")
        if name == "value":
            rows = {k: np.arange(element.count) for k, element in enumerate(self.program.elements)}
        else:
            rows = self._rows(entry.place[0])
        return sensitivity(self.program, self.x, entry.place, found.weights, rows)


def crowded(element: Element) -> str | None:
    """The sum's head where more terms than `TOUCHED` have the same variable in one slot of a vector."""
    places = (place for slot in element.slopes if not isinstance(place := element.maps[slot], int))
    full = any(len(place) and int(np.bincount(place - place.min()).max()) > TOUCHED for place in places)
    return element.head if full else None


def vanish(element: Element, x: Array, path: Path, rows: Sequence[int], session: Session, dtype: str) -> bool:
    """Whether a body's derivative is proven to be 0 at some rows."""
    points = element.points(x, np.array(rows)).tolist()
    answers = session.submit(
        element.body, Request("partials", paths=(path,)), points, formulas=False, dtype=dtype
    ).answers()
    return all("partials" in said.values and said.values["partials"].texts == ("0",) for said in answers)
