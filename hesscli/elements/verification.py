"""What the exact side has said of a sample, beside the numbers of the tape: verdicts by quantity."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.compute.sensitivity import sensitivities
from hesscli.elements.entries import SEVERITY, ExactEntry, Verified, named, number, relabelled
from hesscli.elements.excuses import sensitivity
from hesscli.elements.found import Found, How
from hesscli.elements.report import SampledEntry
from hesscli.elements.sample import TOUCHED, WORK, Sample
from hesscli.elements.terms import Rates, ask_outer, cancelled, judge_terms, merged
from hesscli.language.programs.program import Element
from hesscli.options import Tolerance
from hesscli.request import Index, Request, label
from hesscli.result import Decimals, ExactAnswer, TapeAnswer
from hesscli.verdict import Place, judge

Array = NDArray[Any]

FEW, MANY_NODES = 24, 2_000
"""Variables and nodes of an expansion whose sensitivities the exact side computes itself."""


@dataclass(frozen=True, slots=True)
class Verification:
    """Both witnesses of a sample.

    Attributes:
        sample: what the exact side was asked.
        found: what the tape says.
        tolerance: when a number agrees.
        how: the tape works.
    """

    sample: Sample
    found: Found
    tolerance: Tolerance
    how: How

    def verified(self) -> Verified:
        """What both say together, once the tape has spoken."""
        sample, found = self.sample, self.found
        sample.look_at_terms()
        if sample.left:
            names = ", ".join(sample.left[:3]) + (f" and {len(sample.left) - 3} more" if len(sample.left) > 3 else "")
            most = f"at most {TOUCHED:,} of one variable and {WORK:,} in all"
            fewer = "fewer where they are long or totals stand inside functions"
            many = f"{names}: too many terms to be added in balls ({most}, {fewer})"
            sample.notes[f"{many}; some of them were looked at one by one"] = None
        for where in sample.doubts:
            alone = f"the term of {where} has no derivative of its own there, or none that was found"
            whole = "f has too many terms to be looked at whole: its derivatives may not exist"
            sample.notes[f"{alone}, and {whole}"] = None
        quantities, statuses, notes, proven = self._answers()
        arrays = {name: np.array([number(found, e.place, name) for e in rows]) for name, rows in quantities.items()}
        exact = ExactAnswer(
            {name: Decimals((len(rows),), tuple(e.text for e in rows)) for name, rows in quantities.items()},
            proven=proven,
            status=max(statuses.values(), key=SEVERITY.index, default="unchecked"),
            statuses=statuses,
        )
        tape = TapeAnswer(arrays, {name: np.zeros(len(array), bool) for name, array in arrays.items()})
        judgement = judge(tape, exact, self.tolerance, partial(self._excuses, quantities))
        told = [relabelled(note, quantities) for note in judgement.notes]
        counts = {name: len(rows) for name, rows in quantities.items()}
        if sample.terms:
            outer = ask_outer(sample.program, found.totals, sample.command, sample.session, sample.dtype)
            one_by_one, counts["terms"], rates = judge_terms(
                [*sample.terms, *outer], sample.command, self.how, self.tolerance, sample.session
            )
            decided = {(name, e.place) for name, rows in quantities.items() for e in rows if e.text is not None}
            lost, rare = self._lost(rates, decided)
            judgement = merged(judgement, one_by_one, lost)
            told += (*one_by_one.notes, *lost.values(), *rare)
        entries = tuple(
            SampledEntry(label(name, e.place), tuple(sample.program.labels(e.place)), float(arrays[name][k]), e.text)
            for name, rows in quantities.items()
            for k, e in enumerate(rows)
        )
        return Verified(
            judgement,
            entries,
            (*notes, *told, *sample.notes),
            counts,
            bool(sample.doubts),
        )

    def _lost(self, rates: Rates, decided: Container[Place]) -> tuple[dict[str, str], list[str]]:
        """Quantity -> why its sums are not known from their terms; and sentences on rare entries of others."""
        lost, rare = cancelled(self.found, rates, self.tolerance, decided)
        crowd = next((one for element in self.sample.program.elements if (one := crowded(element))), None)
        if crowd is not None:
            where = f"more than {TOUCHED:,} terms of {crowd} stand at the same place of a vector"
            lost |= dict.fromkeys(("gradient", self.sample.command), f"{where}; their sum is not checked")
        return lost, rare

    def _answers(self) -> tuple[dict[str, list[ExactEntry]], dict[str, str], list[str], bool]:
        """Quantity -> its entries, each once, and their status; notes; whether all is proven."""
        entries: dict[str, dict[Index, ExactEntry]] = {}
        statuses: dict[str, str] = {}
        notes: dict[str, None] = {}
        proven = True
        for asked in self.sample.asked:
            said = asked.ticket.answers()[0]
            texts = said.values["partials"].texts if "partials" in said.values else (None,) * len(asked.places)
            for k, (place, text) in enumerate(zip(asked.places, texts, strict=True)):
                entries.setdefault(asked.quantity, {}).setdefault(place, ExactEntry(place, text, asked, k))
            worst = max(said.status, statuses.get(asked.quantity, "ok"), key=SEVERITY.index)
            statuses[asked.quantity] = worst
            proven = proven and said.proven
            notes |= dict.fromkeys(named(note, asked) for note in said.notes[:2])
        quantities = {name: list(rows.values()) for name, rows in entries.items()}
        if (
            np.isnan(self.found.value) and "undefined" in statuses.values()
        ):  # f itself has no value: it has no derivatives
            statuses = dict.fromkeys(statuses, "undefined")
            quantities = {name: [replace(e, text="nan") for e in rows] for name, rows in quantities.items()}
        return quantities, statuses, list(notes), proven

    def _excuses(self, quantities: dict[str, list[ExactEntry]], places: Sequence[tuple[str, Index]]) -> Array:
        """How much the data's own rounding changes entries that are off."""
        sizes = []
        for name, (index,) in places:
            entry = quantities[name][index]
            expanded, path = entry.asked.expanded, entry.asked.paths[entry.k]
            if len(expanded.positions) > FEW or len(expanded.expression.nodes) > MANY_NODES:
                sizes.append(self._summed(entry, name))
                continue
            request = Request("partials", paths=(path,))
            size = sensitivities(
                self.sample.session,
                expanded.expression,
                request,
                expanded.point,
                [("partials", (0,))],
                self.sample.dtype,
            )
            sizes.append(float(size[0]))
        return np.array(sizes)

    def _summed(self, entry: ExactEntry, name: str) -> float:
        """The same of an entry that many terms add up to; NaN where totals are inside functions."""
        if not self.sample.program.additive or name == "hvp":
            return float("nan")
        if name == "value":
            rows = {k: np.arange(element.count) for k, element in enumerate(self.sample.program.elements)}
        else:
            rows = self.sample.rows(entry.place[0])
        return sensitivity(self.sample.program, self.sample.x, entry.place, self.found.weights, rows)


def crowded(element: Element) -> str | None:
    """The sum's head where more terms than `TOUCHED` have the same variable in one slot of a vector."""
    places = (place for slot in element.slopes if isinstance(place := element.maps[slot], np.ndarray))
    full = any(len(place) and int(np.bincount(place - place.min()).max()) > TOUCHED for place in places)
    return element.head if full else None
