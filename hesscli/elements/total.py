"""One element's total and its derivatives: its body on columns of rows, scattered and added."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.elements.addition import Long
from hesscli.elements.forms import BlockSum, Crossed
from hesscli.elements.found import Found
from hesscli.elements.pattern import added
from hesscli.elements.portions import Key, Portion, spots_of
from hesscli.elements.prepared import Prepared, prepared
from hesscli.language.programs.linear import Linear
from hesscli.language.programs.program import Element, Program
from hesscli.request import Path
from hesscli.verdict import Place

Array = NDArray[Any]


@dataclass(slots=True)
class Total:
    """One element's total and its derivatives; ``data`` are the numbers of the program's pattern."""

    gradient: Array
    long: dict[Place, Long] = field(default_factory=dict)
    value: float = math.nan
    data: Array | None = None
    product: Array | None = None
    blocks: dict[Key, BlockSum] = field(default_factory=dict)
    crossed: dict[Path, Crossed] = field(default_factory=dict)
    columns: dict[Key, Array] = field(default_factory=dict)
    shared: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)

    def entries(self, name: str) -> Array:
        """Of the gradient, or of the product."""
        return self.gradient if name == "gradient" or self.product is None else self.product


def total_of(
    program: Program, which: int, command: str, vector: Array | None, portions: Iterable[Portion], found: Found
) -> Total:
    """The total of one element, portion by portion in one order: the same sum every time.

    Args:
        program: f of n variables.
        which: the element.
        command: ``gradient``, ``hessian`` or ``hvp``.
        vector: of ``hvp``, shape (n,).
        portions: what all terms of the element add, in their order.
        found: gets what has to be told.
    """
    element, kept = program.elements[which], prepared(program)
    total = Total(np.zeros(program.n), product=None if vector is None else np.zeros(program.n))
    if command == "hessian" and element.pairs and element.count:
        total.data = np.zeros(len(kept.pattern.indices))
    total.long["value", ()] = Long()
    for portion in portions:
        _merge(total, element, portion)
        for key, values in portion.columns.items():
            _add(total, kept, which, key, portion.rows, values)
        found.strange += portion.found.strange
        found.holes += portion.found.holes
        found.told |= portion.found.told
        found.repaired |= portion.found.repaired
    _finish(total, kept, which)
    for place, long in total.long.items():
        found.long.setdefault(place, {})[which] = long
    found.blocks[which] = list(total.blocks.values())
    return total


def _merge(total: Total, element: Element, portion: Portion) -> None:
    """The sums of a portion."""
    for place, long in portion.long.items():
        total.long.setdefault(place, Long()).merge(long)
    for entry, pair in portion.shared.items():
        total.shared.setdefault(entry, pair)
    for key, block in portion.blocks.items():
        if key not in total.blocks:
            form = element.maps[key[2]]
            assert isinstance(form, Linear)  # or there would be no block
            both = block.columns is not None and all(isinstance(element.maps[k], Linear) for k in block.path)
            known = None if both else form.squares
            total.blocks[key] = BlockSum(block.name, block.path, block.rows, block.columns, known)
        total.blocks[key].merge(block)
    for path, crossed in portion.crossed.items():
        if path not in total.crossed:
            other = next(spots for k in path if isinstance(spots := element.maps[k], np.ndarray))
            total.crossed[path] = Crossed(crossed.values.shape[1], other)
        total.crossed[path].merge(crossed)


def _add(total: Total, kept: Prepared, which: int, key: Key, rows: slice, values: Array) -> None:
    """Add at evenly spaced positions at once; at others when all rows are there, in one pass."""
    name, path, slot = key
    if name == "hessian":
        assert total.data is not None  # or it had no pairs
        pair = path[0], path[1]
        into, spots = total.data, kept.spots[which, pair]
        values = kept.stands[which, pair].weighed(values, rows)
    else:
        into, spots = total.entries(name), kept.slots[which, slot]
    if isinstance(spots, slice):
        into[spots_of(spots, rows)] += values
        return
    if key not in total.columns:
        total.columns[key] = np.empty(kept.elements[which].count)
    total.columns[key][rows] = values


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
