"""What some terms of an element add to its total: computed here, or by whoever has those terms."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli import tape
from hesscli.elements.addition import Long
from hesscli.elements.forms import BlockSum, Crossed, weigh
from hesscli.elements.found import Found, How, partials
from hesscli.elements.prepared import Prepared
from hesscli.language.programs.linear import Linear
from hesscli.language.programs.program import Element, Map
from hesscli.request import Path
from hesscli.verdict import Place

Array = NDArray[Any]
Key = tuple[str, Path, int]
"""A quantity, the derivative of the body, and the slot at whose places it is added; -1 of a pair of slots."""

CHUNK = 1 << 17
"""Rows at once: what the tape compiles for, and what stays near the caches."""

MOST_NUMBERS = 1 << 24
"""Numbers of one step: with many slots fewer rows go at once."""

MOST_NAMED = 8


def chunk_rows(derivatives: int) -> int:
    """Rows that go at once, of a body of which so many derivatives are taken."""
    return max(1, min(CHUNK, MOST_NUMBERS // derivatives))


@dataclass(frozen=True, slots=True, eq=False)
class SumPartition:
    """Some terms of an element, one after the other, and what is asked of them.

    Attributes:
        which: place of the element in its program.
        element: the whole of it, or these terms alone.
        rows: where the terms stand in ``element``.
        start: where they stand in the whole.
        whole: m, how many terms the whole has: what is compiled for.
        x: the point, shape (n,).
        command: ``gradient``, ``hessian`` or ``hvp``.
        how: the tape works.
        vector: of ``hvp``, shape (n,).
    """

    which: int
    element: Element
    rows: slice
    start: int
    whole: int
    x: Array
    command: str
    how: How
    vector: Array | None

    @property
    def paths(self) -> tuple[Path, ...]:
        """The derivatives of the body."""
        return _paths(self.element, self.command)

    def alone(self) -> SumPartition:
        """The same without other terms, to be sent."""
        element, rows = self.element, self.rows
        once = {id(place): _cut(place, rows) for place in element.maps}  # equal forms stay one object
        maps, columns = tuple(once[id(place)] for place in element.maps), tuple(c[rows] for c in element.columns)
        count = rows.stop - rows.start
        return replace(self, element=Element(element.head, element.body, maps, columns, count), rows=slice(0, count))


def _cut(place: Map, rows: slice) -> Map:
    if isinstance(place, Linear):  # in the order of its memory, by which products of matrices are rounded
        return Linear(place.block(rows).copy(order="K"), None, place.places)
    return place[rows] if isinstance(place, np.ndarray) else place


def _paths(element: Element, command: str) -> tuple[Path, ...]:
    slopes = ((), *((a,) for a in element.slopes))
    return slopes + element.pairs if command != "gradient" else slopes


def partitions_of(
    which: int, element: Element, x: Array, command: str, how: How, vector: Array | None
) -> Iterator[SumPartition]:
    """All terms of an element; where a partition starts and ends hangs on nothing but the element and the command."""
    size = chunk_rows(len(_paths(element, command)))
    for start in range(0, element.count, size):
        rows = slice(start, min(start + size, element.count))
        yield SumPartition(which, element, rows, start, element.count, x, command, how, vector)


@dataclass(slots=True, eq=False)
class Portion:
    """What some terms add to the total of their element.

    Attributes:
        rows: the terms, among all of the element.
        columns: numbers that are added term by term, shape (terms,).
        long: place -> the sums that stand there.
        blocks: the sums at the places of linear forms.
        crossed: those at a linear form and another slot.
        shared: place in the Hessian -> the first pair of slots that stands there.
        found: what has to be told of them.
    """

    rows: slice
    columns: dict[Key, Array] = field(default_factory=dict)
    long: dict[Place, Long] = field(default_factory=dict)
    blocks: dict[Key, BlockSum] = field(default_factory=dict)
    crossed: dict[Path, Crossed] = field(default_factory=dict)
    shared: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    found: Found = field(default_factory=Found)


def portion_of(part: SumPartition, kept: Prepared | None = None) -> Portion:
    """The numbers of a partition.

    Args:
        part: which terms.
        kept: the places of the program, where they are known.

    Raises:
        LimitError: the tape's method cannot do it.
        Unlowered: TensorFlow has no such function.
    """
    element, paths, start, how = part.element, part.paths, part.start, part.how
    portion = Portion(slice(start, start + part.rows.stop - part.rows.start))
    numbers, holes = _columns(part, kept, portion.found)
    if holes.any():
        for k in np.flatnonzero(holes.any(axis=1)):
            named = np.flatnonzero(holes[k])[:MOST_NAMED]
            portion.found.holes += [(part.which, paths[k], start + int(row)) for row in named]
        numbers = np.where(holes, 0.0 if how.zeros else np.nan, numbers)
    with np.errstate(all="ignore"):
        finite = math.isfinite(numbers.sum())  # then none of them is NaN or infinite
    if not finite:
        strange = np.flatnonzero(~np.isfinite(numbers).all(axis=0))[:MOST_NAMED]
        portion.found.strange += [(part.which, start + int(row)) for row in strange]
    columns = dict(zip(paths, numbers, strict=True))
    portion.long["value", ()] = Long()
    portion.long["value", ()].add((), columns[()])
    for a in element.slopes:
        _scatter(portion, part, "gradient", a, (a,), columns[a,])
    for pair in element.pairs if part.command != "gradient" else ():
        if part.vector is None:
            _pair(portion, part, pair, columns[pair])
        else:
            _along(portion, part, pair, columns[pair], part.vector)
    return portion


def _columns(part: SumPartition, kept: Prepared | None, found: Found) -> tuple[Array, Array]:
    """The body's derivatives at the terms, shape (paths, rows), and the holes, of that shape or (paths, 1)."""
    element, paths, rows, how = part.element, part.paths, part.rows, part.how
    if how.method == "nested":
        columns = [_taken(part, kept, k) for k in range(len(element.maps))]
        columns += [column[rows] for column in element.columns]
        most = chunk_rows(len(paths))
        said = tape.answer_columns(element.body, paths, columns, part.whole, most, dtype=how.dtype, plain=how.plain)
        if said is not None:
            found.told |= dict.fromkeys((*said.failures, *said.remarks))
            found.repaired |= dict.fromkeys(said.repaired)
            numbers = np.asarray(said.arrays["partials"], dtype=np.float64)
            if np.isnan(numbers[0]).any():
                numbers = np.where(np.isnan(numbers[0]), np.nan, numbers)
            return numbers, said.holes["partials"][:, None] & (np.arange(len(paths)) > 0)[:, None]
    numbers, holes = partials(element.body, paths, element.points(part.x, rows), how, found)
    return np.ascontiguousarray(numbers.T), holes.T


def _taken(part: SumPartition, kept: Prepared | None, slot: int) -> Array | float:
    """The numbers of a slot; evenly spaced ones are not copied."""
    spots = None if kept is None else kept.slots.get((part.which, slot))
    if isinstance(spots, slice):
        return part.x[spots_of(spots, part.rows)]
    return part.element.along(slot, part.x, part.rows)


def spots_of(spots: slice, rows: slice) -> slice:
    """The positions of some rows."""
    first = spots.start + spots.step * rows.start
    return slice(first, first + spots.step * (rows.stop - rows.start - 1) + 1, spots.step)


def _scatter(portion: Portion, part: SumPartition, name: str, slot: int, path: Path, values: Array) -> None:
    """The gradient's, or the product's, entry where a slot stands += values, row after row."""
    place = part.element.maps[slot]
    if isinstance(place, Linear):
        block = portion.blocks.setdefault((name, path, slot), BlockSum(name, path, place.places))
        weigh(block, part.rows, values, place)
    elif isinstance(place, int):
        portion.long.setdefault((name, (place,)), Long()).add(path, values)
    else:
        portion.columns[name, path, slot] = values


def _along(portion: Portion, part: SumPartition, pair: tuple[int, int], values: Array, vector: Array) -> None:
    """One second derivative of the body, in every row, into the product with a vector."""
    a, b = pair
    _scatter(portion, part, "hvp", a, pair, values * part.element.along(b, vector, part.rows))
    if a != b:
        _scatter(portion, part, "hvp", b, pair, values * part.element.along(a, vector, part.rows))


def _pair(portion: Portion, part: SumPartition, pair: tuple[int, int], values: Array) -> None:
    """One second derivative of the body, in every row, into the Hessian's lower triangle."""
    left, right = (part.element.maps[k] for k in pair)
    if isinstance(left, Linear) or isinstance(right, Linear):
        _spread(portion, part, pair, values)
    elif isinstance(left, int) and isinstance(right, int):
        twice = 2.0 if left == right and pair[0] != pair[1] else 1.0
        place = max(left, right), min(left, right)
        portion.shared.setdefault(place, pair)  # of several pairs of slots together
        portion.long.setdefault(("hessian", place), Long()).add(pair, twice * values)
    else:
        portion.columns["hessian", pair, -1] = values


def _spread(portion: Portion, part: SumPartition, pair: tuple[int, int], values: Array) -> None:
    """One second derivative by a linear form and another slot, at all places of the form."""
    maps, rows = part.element.maps, part.rows
    first, second = sorted(pair, key=lambda slot: not isinstance(maps[slot], Linear))
    form, other = maps[first], maps[second]
    assert isinstance(form, Linear)  # sorted so
    if isinstance(other, np.ndarray):
        crossed = portion.crossed.setdefault(pair, Crossed(len(form.places), other[rows]))
        crossed.add(form.block(rows), other[rows], values)
        return
    columns = np.array([other]) if isinstance(other, int) else other.places
    block = portion.blocks.setdefault(("hessian", pair, first), BlockSum("hessian", pair, form.places, columns))
    weigh(block, rows, values, form, None if isinstance(other, int) else other)
