"""One element's total and its derivatives: its body on columns of rows, scattered and added."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli import tape
from hesscli.elements.addition import Long
from hesscli.elements.forms import BlockSum, Crossed, weigh
from hesscli.elements.found import Found, How, Place, partials
from hesscli.elements.pattern import Spots, added
from hesscli.elements.prepared import Prepared, prepared
from hesscli.language.programs.linear import Linear
from hesscli.language.programs.program import Element, Program
from hesscli.request import Path

Array = NDArray[Any]

CHUNK = 1 << 17
"""Rows at once: what the tape compiles for, and what stays near the caches."""

MOST_NUMBERS = 1 << 24
"""Numbers of one step: with many slots fewer rows go at once."""

MOST_NAMED = 8


@dataclass(slots=True)
class Total:
    """One element's total and its derivatives; ``data`` are the numbers of the program's pattern."""

    gradient: Array
    long: dict[Place, Long] = field(default_factory=dict)
    value: float = math.nan
    data: Array | None = None
    product: Array | None = None
    blocks: dict[tuple[str, Path, int], BlockSum] = field(default_factory=dict)
    crossed: dict[Path, Crossed] = field(default_factory=dict)
    columns: dict[tuple[str, Path, int], Array] = field(default_factory=dict)
    shared: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)

    def entries(self, name: str) -> Array:
        """Of the gradient, or of the product."""
        return self.gradient if name == "gradient" or self.product is None else self.product


def total_of(
    program: Program, which: int, x: Array, command: str, how: How, vector: Array | None, found: Found
) -> Total:
    """The total of one element, chunk by chunk in one order: the same sum every time."""
    element, kept = program.elements[which], prepared(program)
    paths: tuple[Path, ...] = ((), *((a,) for a in element.slopes))
    paths += element.pairs if command != "gradient" else ()
    total = Total(np.zeros(program.n), product=None if vector is None else np.zeros(program.n))
    if command == "hessian" and element.pairs and element.count:
        total.data = np.zeros(len(kept.pattern.indices))
    total.long["value", ()] = Long()
    size = chunk_rows(len(paths))
    for start in range(0, element.count, size):
        rows = slice(start, min(start + size, element.count))
        numbers, holes = _columns(kept, which, paths, x, rows, how, found)
        if holes.any():
            _note_holes(which, paths, holes, start, found)
            numbers = np.where(holes, 0.0 if how.zeros else np.nan, numbers)
        with np.errstate(all="ignore"):
            finite = math.isfinite(numbers.sum())  # then none of them is NaN or infinite
        if not finite:
            for row in np.flatnonzero(~np.isfinite(numbers).all(axis=0))[:MOST_NAMED]:
                found.strange.append((which, start + int(row)))
        columns = dict(zip(paths, numbers, strict=True))
        total.long["value", ()].add((), columns[()])
        for a in element.slopes:
            _scatter(total, kept, "gradient", which, a, rows, (a,), columns[a,])
        for pair in element.pairs if command != "gradient" else ():
            if vector is None:
                _pair(total, kept, which, pair, rows, columns[pair])
            else:
                _along(total, kept, which, pair, rows, columns[pair], vector)
    _finish(total, kept, which)
    for place, long in total.long.items():
        found.long.setdefault(place, {})[which] = long
    found.blocks[which] = list(total.blocks.values())
    return total


def chunk_rows(derivatives: int) -> int:
    """Rows that go at once, of a body of which so many derivatives are taken."""
    return max(1, min(CHUNK, MOST_NUMBERS // derivatives))


def _columns(
    kept: Prepared, which: int, paths: tuple[Path, ...], x: Array, rows: slice, how: How, found: Found
) -> tuple[Array, Array]:
    """The body's derivatives at some rows, shape (paths, rows), and the holes, of that shape or (paths, 1)."""
    element = kept.elements[which]
    if how.method == "nested":
        columns = [_taken(kept, which, k, x, rows) for k in range(len(element.maps))]
        columns += [column[rows] for column in element.columns]
        body, most = element.body, chunk_rows(len(paths))
        said = tape.answer_columns(body, paths, columns, element.count, most, dtype=how.dtype, plain=how.plain)
        if said is not None:
            found.told |= dict.fromkeys((*said.failures, *said.remarks))
            found.repaired |= dict.fromkeys(said.repaired)
            numbers = np.asarray(said.arrays["partials"], dtype=np.float64)
            if np.isnan(numbers[0]).any():
                numbers = np.where(np.isnan(numbers[0]), np.nan, numbers)
            return numbers, said.holes["partials"][:, None] & (np.arange(len(paths)) > 0)[:, None]
    numbers, holes = partials(element.body, paths, element.points(x, rows), how, found)
    return np.ascontiguousarray(numbers.T), holes.T


def _taken(kept: Prepared, which: int, slot: int, x: Array, rows: slice) -> Array | float:
    """The numbers of a slot; evenly spaced ones are not copied."""
    spots = kept.slots.get((which, slot))
    if isinstance(spots, slice):
        return x[_part(spots, rows)]
    return kept.elements[which].along(slot, x, rows)


def _part(spots: slice, rows: slice) -> slice:
    """The positions of some rows."""
    first = spots.start + spots.step * rows.start
    return slice(first, first + spots.step * (rows.stop - rows.start - 1) + 1, spots.step)


def _note_holes(which: int, paths: tuple[Path, ...], holes: Array, start: int, found: Found) -> None:
    for k in np.flatnonzero(holes.any(axis=1)):
        for row in np.flatnonzero(holes[k])[:MOST_NAMED]:
            found.holes.append((which, paths[k], start + int(row)))


def _scatter(
    total: Total, kept: Prepared, name: str, which: int, slot: int, rows: slice, path: Path, values: Array
) -> None:
    """The gradient's, or the product's, entry where a slot stands += values, row after row."""
    place = kept.elements[which].maps[slot]
    if isinstance(place, Linear):
        block = total.blocks.setdefault((name, path, slot), BlockSum(name, path, place.places))
        weigh(block, rows, values, place)
    elif isinstance(place, int):
        total.long.setdefault((name, (place,)), Long()).add(path, values)
    else:
        _add(total, total.entries(name), kept.slots[which, slot], (name, path, slot), rows, values, len(place))


def _add(
    total: Total, into: Array, spots: Spots, key: tuple[str, Path, int], rows: slice, values: Array, count: int
) -> None:
    """Add at evenly spaced positions at once; at others when all rows are there, in one pass."""
    if isinstance(spots, slice):
        into[_part(spots, rows)] += values
        return
    if key not in total.columns:
        total.columns[key] = np.empty(count)
    total.columns[key][rows] = values


def _along(
    total: Total, kept: Prepared, which: int, pair: tuple[int, int], rows: slice, values: Array, vector: Array
) -> None:
    """One second derivative of the body, in every row, into the product with a vector."""
    a, b = pair
    element = kept.elements[which]
    _scatter(total, kept, "hvp", which, a, rows, pair, values * element.along(b, vector, rows))
    if a != b:
        _scatter(total, kept, "hvp", which, b, rows, pair, values * element.along(a, vector, rows))


def _pair(total: Total, kept: Prepared, which: int, pair: tuple[int, int], rows: slice, values: Array) -> None:
    """One second derivative of the body, in every row, into the Hessian's lower triangle."""
    element = kept.elements[which]
    left, right = (element.maps[k] for k in pair)
    if isinstance(left, Linear) or isinstance(right, Linear):
        _spread(element, pair, rows, values, total)
    elif isinstance(left, int) and isinstance(right, int):
        twice = 2.0 if left == right and pair[0] != pair[1] else 1.0
        place = max(left, right), min(left, right)
        total.shared.setdefault(place, pair)  # of several pairs of slots together
        total.long.setdefault(("hessian", place), Long()).add(pair, twice * values)
    elif total.data is not None:
        values = kept.stands[which, pair].weighed(values, rows)
        _add(total, total.data, kept.spots[which, pair], ("hessian", pair, -1), rows, values, element.count)


def _spread(element: Element, pair: tuple[int, int], rows: slice, values: Array, total: Total) -> None:
    """One second derivative by a linear form and another slot, at all places of the form."""
    first, second = sorted(pair, key=lambda slot: not isinstance(element.maps[slot], Linear))
    form, other = element.maps[first], element.maps[second]
    assert isinstance(form, Linear)  # sorted so
    if isinstance(other, np.ndarray):
        crossed = total.crossed.setdefault(pair, Crossed(form, other))
        crossed.add(form.block(rows), other[rows], values)
        return
    columns = np.array([other]) if isinstance(other, int) else other.places
    block = total.blocks.setdefault(("hessian", pair, first), BlockSum("hessian", pair, form.places, columns))
    weigh(block, rows, values, form, None if isinstance(other, int) else other)


def _finish(total: Total, kept: Prepared, which: int) -> None:
    """What waited for the last row."""
    for (name, path, slot), column in total.columns.items():
        if name == "hessian" and total.data is not None:
            added(total.data, kept.spots[which, (path[0], path[1])], column)
        else:
            added(total.entries(name), kept.slots[which, slot], column)
    for (name, place), long in total.long.items():
        if name == "value":
            total.value = long.value
        elif name != "hessian":
            total.entries(name)[place] += long.value
    sums: list[tuple[Path, Array]] = [(path, one.value) for path, one in total.crossed.items()]
    sums += [(pair, np.array([total.long["hessian", place].value])) for place, pair in total.shared.items()]
    for block in total.blocks.values():
        if block.columns is None:
            np.add.at(total.entries(block.name), block.rows, block.value)
        else:
            sums.append((block.path, block.value))
    for path, values in sums:
        pair = path[0], path[1]
        stand = kept.stands[which, pair]
        there = values if values.size == 1 else stand.weighed(values.ravel())
        if total.data is not None:
            added(total.data, kept.spots[which, pair], there)
