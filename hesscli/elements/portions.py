"""What some terms of an element add to its total: computed here, or by whoever has those terms."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hesscli import tape
from hesscli.elements.addition import Added, Long, added_up
from hesscli.elements.forms import BlockSum, Crossed, weigh
from hesscli.elements.found import Found, How, partials
from hesscli.elements.prepared import prepared
from hesscli.language.programs.linear import Linear
from hesscli.language.programs.program import Element, Map, Program
from hesscli.request import Path
from hesscli.verdict import Place

if TYPE_CHECKING:
    from hesscli.tape.columns import ColumnsAnswer, Strip

Array = NDArray[Any]
Key = tuple[str, Path, int]
"""A quantity, the derivative of the body, and the slot at whose places it is added; -1 of a pair of slots."""

CHUNK = 1 << 17
"""Rows at once: what the tape compiles for, and what stays near the caches."""

MOST_NUMBERS = 1 << 24
"""Numbers of one step: with many slots fewer rows go at once."""

FOLD_FROM = 10_000_000
"""After so many numbers it pays to compile their addition as well."""

NEAR = 64
"""Rows by which slots may be apart that are sent as one column."""

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
        even: slot -> where the whole's slots stand, if evenly spaced.
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
    even: dict[int, slice]

    @property
    def paths(self) -> tuple[Path, ...]:
        """The derivatives of the body."""
        return _paths(self.element, self.command)

    @property
    def added(self) -> tuple[Path, ...]:
        """Those whose numbers are added at one place as they come: the value's, and those by slots that all share."""
        shared = [a for a in self.element.slopes if isinstance(self.element.maps[a], int)]
        both = [pair for pair in self.paths if len(pair) == 2 and set(pair) <= set(shared) and self.vector is None]
        found: tuple[Path, ...] = ((), *((a,) for a in shared), *both)
        return found if len(found) * self.whole >= FOLD_FROM else ()

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
    program: Program, which: int, x: Array, command: str, how: How, vector: Array | None
) -> Iterator[SumPartition]:
    """All terms of an element; where a partition starts and ends hangs on nothing but the element and the command."""
    element, slots = program.elements[which], prepared(program).slots
    even = {k: spots for (one, k), spots in slots.items() if one == which and isinstance(spots, slice)}
    size = chunk_rows(len(_paths(element, command)))
    for start in range(0, element.count, size):
        rows = slice(start, min(start + size, element.count))
        yield SumPartition(which, element, rows, start, element.count, x, command, how, vector, even)


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


def portion_of(part: SumPartition) -> Portion:
    """The numbers of a partition.

    Raises:
        LimitError: the tape's method cannot do it.
        Unlowered: TensorFlow has no such function.
    """
    element = part.element
    portion = Portion(slice(part.start, part.start + part.rows.stop - part.rows.start))
    columns, sums = _numbers(part, portion)
    _at_one(portion, ("value", ()), (), columns, sums)
    for a in element.slopes:
        if isinstance(place := element.maps[a], int):
            _at_one(portion, ("gradient", (place,)), (a,), columns, sums)
        else:
            _scatter(portion, part, "gradient", a, (a,), columns[a,])
    for pair in element.pairs if part.command != "gradient" else ():
        if part.vector is not None:
            _along(portion, part, pair, columns[pair], part.vector)
            continue
        left, right = (element.maps[k] for k in pair)
        if isinstance(left, int) and isinstance(right, int):
            entry = max(left, right), min(left, right)
            portion.shared.setdefault(entry, pair)  # of several pairs of slots together
            twice = 2.0 if left == right and pair[0] != pair[1] else 1.0
            _at_one(portion, ("hessian", entry), pair, columns, sums, twice)
        elif isinstance(left, Linear) or isinstance(right, Linear):
            _spread(portion, part, pair, columns[pair])
        else:
            portion.columns["hessian", pair, -1] = columns[pair]
    return portion


def _at_one(
    portion: Portion, place: Place, path: Path, columns: dict[Path, Array], sums: dict[Path, Added], twice: float = 1.0
) -> None:
    """The sum over all rows that stands at a place += one derivative of the body, once or twice."""
    long = portion.long.setdefault(place, Long())
    if path in sums:
        long.take(path, sums[path].times(twice))
    else:
        long.add(path, twice * columns[path])


def _numbers(part: SumPartition, portion: Portion) -> tuple[dict[Path, Array], dict[Path, Added]]:
    """The body's derivatives at the terms, or their sums; what is strange about a term is told."""
    element, paths, rows, how, found = part.element, part.paths, part.rows, part.how, portion.found
    added = part.added
    begun = _on_columns(part, added, found)
    if added and begun is not None and not begun.said.holes["partials"][1:].any():
        sums = added_up(begun.folded)
        numbers = np.asarray(begun.said.arrays["partials"], dtype=np.float64)
        if sums is not None and _finite(numbers):
            rest = (path for path in paths if path not in added)
            return dict(zip(rest, numbers, strict=True)), dict(zip(added, sums, strict=True))
    whole = _on_columns(part, (), found) if added and begun is not None else begun
    if whole is not None:
        numbers = np.asarray(whole.said.arrays["partials"], dtype=np.float64)
        if np.isnan(numbers[0]).any():
            numbers = np.where(np.isnan(numbers[0]), np.nan, numbers)
        holes = whole.said.holes["partials"][:, None] & (np.arange(len(paths)) > 0)[:, None]
    else:
        numbers, holes = (
            np.ascontiguousarray(one.T)
            for one in partials(element.body, paths, element.points(part.x, rows), how, found)
        )
    if holes.any():
        for k in np.flatnonzero(holes.any(axis=1)):
            named = np.flatnonzero(holes[k])[:MOST_NAMED]
            found.holes += [(part.which, paths[k], part.start + int(row)) for row in named]
        numbers = np.where(holes, 0.0 if how.zeros else np.nan, numbers)
    if not _finite(numbers):
        strange = np.flatnonzero(~np.isfinite(numbers).all(axis=0))[:MOST_NAMED]
        found.strange += [(part.which, part.start + int(row)) for row in strange]
    return dict(zip(paths, numbers, strict=True)), {}


def _finite(numbers: Array) -> bool:
    """Whether none of them is NaN or infinite, if the sum is none."""
    with np.errstate(all="ignore"):
        return math.isfinite(numbers.sum())


def _on_columns(part: SumPartition, added: tuple[Path, ...], found: Found) -> ColumnsAnswer | None:
    """The same where a compiled function can say it."""
    element, paths, rows, how = part.element, part.paths, part.rows, part.how
    if how.method != "nested":
        return None
    count, most = rows.stop - rows.start, chunk_rows(len(paths))
    columns = [*_slots(part), *(tape.Strip(column[rows]) for column in element.columns)]
    places = tuple(paths.index(path) for path in added)
    said = tape.answer_columns(
        element.body, paths, columns, count, part.whole, most, added=places, dtype=how.dtype, plain=how.plain
    )
    if said is not None:
        found.told |= dict.fromkeys((*said.said.failures, *said.said.remarks))
        found.repaired |= dict.fromkeys(said.said.repaired)
    return said


def _slots(part: SumPartition) -> Iterator[Strip]:
    """The numbers of the slots; evenly spaced ones that lie close together share them."""
    rows = slice(part.start, part.start + part.rows.stop - part.rows.start)
    groups: dict[tuple[int, int], list[slice]] = {}
    for one in part.even.values():
        groups.setdefault((one.step, one.start % one.step), []).append(one)
    stretches = {}
    for key, some in groups.items():
        first, last = min(some, key=_start), max(some, key=_start)
        if (last.start - first.start) // key[0] <= NEAR:
            stretches[key] = first.start, part.x[spots_of(first, rows).start : spots_of(last, rows).stop : key[0]]
    for k in range(len(part.element.maps)):
        if (spots := part.even.get(k)) is None:
            yield tape.Strip(np.asarray(part.element.along(k, part.x, part.rows)))
        elif (key := (spots.step, spots.start % spots.step)) in stretches:
            start, values = stretches[key]
            yield tape.Strip(values, (spots.start - start) // spots.step)
        else:
            yield tape.Strip(part.x[spots_of(spots, rows)])


def _start(spots: slice) -> int:
    first: int = spots.start
    return first


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
        _at_one(portion, (name, (place,)), path, {path: values}, {})
    else:
        portion.columns[name, path, slot] = values


def _along(portion: Portion, part: SumPartition, pair: tuple[int, int], values: Array, vector: Array) -> None:
    """One second derivative of the body, in every row, into the product with a vector."""
    a, b = pair
    _scatter(portion, part, "hvp", a, pair, values * part.element.along(b, vector, part.rows))
    if a != b:
        _scatter(portion, part, "hvp", b, pair, values * part.element.along(a, vector, part.rows))


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
