"""Where in sums a piece of the text stands: which rows there are, and what index names and vectors mean in each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.language.programs.integers import Whole
from hesscli.language.programs.spans import Slot


class RaggedError(Exception):
    """Not all rows have one body: a sum inside it has not as many terms, say; rows of one of ``counts`` have."""

    def __init__(self, counts: NDArray[Any]) -> None:
        super().__init__()
        self.counts = counts


@dataclass(frozen=True, slots=True)
class Length:
    """One dimension: how many entries, and what has so many."""

    size: int
    told: str


Shape = tuple[Length, ...]


@dataclass(frozen=True)
class Slice:
    """``first:last:step`` of one dimension.

    Attributes:
        start: row by row.
        step: not 0.
        length: how many entries, the same in every row.
    """

    start: Whole
    step: int
    length: int

    def entry(self, place: Whole) -> Whole:
        """The index of the entry at a place."""
        whole = isinstance(self.start, int) and (self.start, self.step) == (0, 1)
        return place if whole else self.start + self.step * place


@dataclass(frozen=True)
class Picked(Slice):
    """The entries that a column of whole numbers names: ``x[src]``; start and step are not used.

    Attributes:
        values: their indices, shape (length,).
    """

    values: NDArray[Any]

    def entry(self, place: Whole) -> Whole:
        """The index of the entry at a place."""
        found = self.values[place]
        return int(found) if isinstance(place, int) else found


@dataclass(frozen=True, slots=True)
class Access:
    """``X[k, 1:]``: the array, and an index or a slice of every dimension.

    Attributes:
        name: of the array.
        selectors: one a dimension.
        texts: of each.
        end: column behind the bracket.
    """

    name: str
    selectors: tuple[Whole | Slice, ...]
    texts: tuple[str, ...]
    end: int

    @property
    def shape(self) -> tuple[int, ...]:
        """Lengths of the slices."""
        return tuple(one.length for one in self.selectors if isinstance(one, Slice))

    def at(self, axes: tuple[Whole, ...]) -> tuple[Whole, ...]:
        """The indices of the entry that stands at some place of the slices, row by row."""
        places = self._places(axes)
        return tuple(one.entry(next(places)) if isinstance(one, Slice) else one for one in self.selectors)

    def text(self, axes: tuple[Whole, ...]) -> str:
        """That entry as it is shown: ``X[:,3]`` of the fourth column, ``x`` of a vector named whole."""
        places, words, behind = self._places(axes), list[str](), ""
        for one, typed in zip(self.selectors, self.texts, strict=True):
            place = next(places, None) if isinstance(one, Slice) else None
            if isinstance(one, Slice) and isinstance(place, int):
                entry = one.entry(place)
                words.append(str(entry) if isinstance(entry, int) else typed)
                behind += "" if isinstance(entry, int) else f"[{place}]"
            else:
                words.append(typed)
        return self.name if set(words) == {":"} else f"{self.name}[{','.join(words)}]{behind}"

    def _places(self, axes: tuple[Whole, ...]) -> Iterator[Whole]:
        """The places of the slices among the last dimensions."""
        return iter(axes[len(axes) - len(self.shape) :])


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a sum; outside of sums there are none.

    Attributes:
        count: how many; None outside of sums.
        bound: index names -> their values, row by row, or one where a sum is written out term by term.
        shown: index names of what is written out -> what to write for them.
        axes: which entry is meant where a vector is named whole; none where it may not be.
        slots: names in the text -> the entries that they stand for; filled while the text is read.
        accesses: brackets that were read already, by their first token.
        behind: ``[1:]`` of an intermediate name, of which an entry is shown.
    """

    count: int | None = None
    bound: Mapping[str, Whole] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)
    axes: tuple[Whole, ...] = ()
    slots: dict[str, Slot] = field(default_factory=dict)
    accesses: dict[int, Access] = field(default_factory=dict)
    behind: str = ""

    def along(self, axes: tuple[Whole, ...]) -> Rows:
        """The same rows where whole vectors mean these entries."""
        return replace(self, axes=axes)

    def term(self, name: str, value: Whole, shown: str) -> Rows:
        """One term of a sum that is written out."""
        bound, words = {**self.bound, name: value}, {**self.shown, name: shown}
        return replace(self, bound=bound, shown=words, accesses={})

    def only(self, keep: NDArray[Any]) -> Rows:
        """Some of the rows, with nothing read yet."""
        bound = {name: _kept(values, keep) for name, values in self.bound.items()}
        axes = tuple(_kept(values, keep) for values in self.axes)
        return Rows(len(keep), bound, dict(self.shown), axes)

    def where(self, row: int) -> str:
        """``i = 3, j = 0``."""
        told = {name: np.asarray(v) for name, v in self.bound.items()}
        return ", ".join(f"{name} = {int(v[row] if v.ndim else v)}" for name, v in told.items())


def _kept(values: Whole, keep: NDArray[Any]) -> Whole:
    return values if isinstance(values, int) else values[keep]
