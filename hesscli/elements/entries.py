"""Entries of a program's derivatives on their way from the exact side: where they stand, what they are called."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.elements.expansion import ExpandedTerms
from hesscli.elements.found import Found
from hesscli.elements.report import SampledEntry
from hesscli.exact import Ticket
from hesscli.request import Index, Path, label
from hesscli.verdict import Judgement

Array = NDArray[Any]

SEVERITY = ("ok", "unchecked", "undefined", "not-differentiable")


@dataclass(slots=True)
class SampleRequest:
    """One submission: entries of one quantity of the program, and where they stand."""

    quantity: str
    places: tuple[Index, ...]
    expanded: ExpandedTerms
    paths: tuple[Path, ...]
    ticket: Ticket


@dataclass(frozen=True, slots=True)
class ExactEntry:
    """One entry as the exact side has it: where it stands, its decimal string, and the submission it came from."""

    place: Index
    text: str | None
    asked: SampleRequest
    k: int


@dataclass(frozen=True, slots=True)
class Verified:
    """What was checked.

    Attributes:
        judgement: over the entries that were.
        entries: each of them.
        notes: sentences.
        counts: quantity -> how many entries; ``terms`` that were looked at one by one.
        doubtful: whether a kink was found whose variables could not be asked for.
    """

    judgement: Judgement
    entries: tuple[SampledEntry, ...]
    notes: tuple[str, ...]
    counts: dict[str, int]
    doubtful: bool = False


def number(found: Found, place: Index, name: str) -> float:
    """The tape's number at the place of an entry."""
    if name == "value":
        return found.value
    if name == "hessian":
        i, j = place
        extra = 0.0 if found.rank is None else float(found.rank[1][:, i] @ found.rank[0] @ found.rank[1][:, j])
        return float(found.hessian[i, j]) + extra
    array = found.gradient if name == "gradient" or found.hvp is None else found.hvp
    return float(array[place[0]])


def numbers(found: Found, name: str, rows: Array, columns: Array | None) -> Array:
    """The tape's numbers at all places of a block, shape (p,) or (p, q)."""
    if columns is None:
        array: Array = found.gradient if name == "gradient" or found.hvp is None else found.hvp
        there: Array = array[rows]
        return there
    one, other = found.hessian[rows][:, columns].toarray(), found.hessian[columns][:, rows].toarray().T
    extra = 0.0 if found.rank is None else found.rank[1][:, rows].T @ found.rank[0] @ found.rank[1][:, columns]
    whole: Array = np.where(rows[:, None] >= columns, one, other) + extra
    return whole


def named(note: str, asked: SampleRequest) -> str:
    """``partials[3]`` of a submission under the name that the entry has in the answer."""
    return re.sub(r"\bpartials\[(\d+)\]", lambda m: label(asked.quantity, asked.places[int(m[1])]), note)


def relabelled(note: str, quantities: dict[str, list[ExactEntry]]) -> str:
    """``hessian[17]`` of the sample under its name in the program."""
    return re.sub(
        r"\b(value|gradient|hessian|hvp)\[(\d+)\]", lambda m: label(m[1], quantities[m[1]][int(m[2])].place), note
    )
