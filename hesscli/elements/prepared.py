"""What of a program's derivatives is the same at every point, kept with it: where its terms' numbers are added."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from hesscli.elements.pattern import Pattern, Spots, even, pattern
from hesscli.errors import LimitError
from hesscli.language.programs.linear import Linear
from hesscli.language.programs.program import Element, Program

Array = NDArray[Any]
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a second derivative of a body stands in the lower triangle, term by term or entry by entry.

    Attributes:
        row: of every entry.
        column: of every entry; None where it is the row.
        kept: the entries that belong to the lower triangle; None if all do.
        twice: the entries that count twice: two slots at one variable; None if none do.
    """

    row: Array
    column: Array | None
    kept: Array | None = None
    twice: Array | None = None

    def weighed(self, values: Array, rows: slice = slice(None)) -> Array:
        """The numbers that are added, of some terms."""
        values = values if self.kept is None else values[self.kept]
        return values if self.twice is None else np.where(self.twice[rows], 2 * values, values)


class Prepared:
    """The places of a program.

    Attributes:
        slots: (element, slot) -> where its derivatives are added to the gradient; of slots that differ row by row.
    """

    def __init__(self, program: Program) -> None:
        maps = [
            (k, slot, place) for k, element in enumerate(program.elements) for slot, place in enumerate(element.maps)
        ]
        self.slots: dict[Pair, Spots] = {(k, slot): even(p) for k, slot, p in maps if isinstance(p, np.ndarray)}
        self.n, self.elements = program.n, program.elements

    @cached_property
    def stands(self) -> dict[tuple[int, Pair], Stand]:
        """(element, pair of slots) -> where the second derivative stands."""
        filled = [(k, element) for k, element in enumerate(self.elements) if element.count]
        return {(k, pair): _stand(element, pair) for k, element in filled for pair in element.pairs}

    @cached_property
    def pattern(self) -> Pattern:
        """Of the Hessians of all totals together; its spots are those of `stands`, in their order.

        Raises:
            LimitError: it does not fit.
        """
        try:
            return pattern(self.n, [(one.row, one.column) for one in self.stands.values()])
        except MemoryError:
            count = sum(len(one.row) for one in self.stands.values())
            raise LimitError(f"a Hessian of {count:,} entries does not fit into memory; hvp needs no matrix") from None

    @cached_property
    def spots(self) -> dict[tuple[int, Pair], Spots]:
        """(element, pair of slots) -> the same among the matrix's nonzeros."""
        return dict(zip(self.stands, self.pattern.spots, strict=True))


def _stand(element: Element, pair: Pair) -> Stand:
    one, other = (element.maps[slot] for slot in pair)
    if isinstance(other, Linear) and not isinstance(one, Linear):
        one, other = other, one
    if pair[0] == pair[1] and not isinstance(one, Linear):
        return Stand(np.atleast_1d(np.asarray(one)), None)
    if isinstance(one, Linear) and isinstance(other, np.ndarray):
        hit = occurring(other)
        i, j = np.repeat(hit, len(one.places)), np.tile(one.places, len(hit))
    elif isinstance(one, Linear):
        columns = other.places if isinstance(other, Linear) else np.array([other])
        i, j = np.repeat(one.places, len(columns)), np.tile(columns, len(one.places))
    else:
        i, j = np.broadcast_arrays(np.atleast_1d(np.asarray(one)), np.atleast_1d(np.asarray(other)))
    if pair[0] == pair[1]:
        lower = i >= j
        return Stand(i[lower], j[lower], lower)
    same = i == j
    return Stand(np.maximum(i, j), np.minimum(i, j), None, same if same.any() else None)


def occurring(places: Array) -> Array:
    """The places that occur, ascending."""
    low = int(places.min())
    found: Array = low + np.flatnonzero(np.bincount(places - low))
    return found


_KEPT: WeakKeyDictionary[Program, Prepared] = WeakKeyDictionary()


def prepared(program: Program) -> Prepared:
    """The places of a program, found once as long as it lives."""
    if program not in _KEPT:
        _KEPT[program] = Prepared(program)
    return _KEPT[program]
