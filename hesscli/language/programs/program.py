"""The program: blocks of variables, elements, and an outer expression in the elements' totals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.language.expression import Expression
from hesscli.language.pattern import pairs
from hesscli.language.printing import unparse
from hesscli.language.programs.linear import Linear

Array = NDArray[Any]
Map = NDArray[np.int64] | int | Linear
"""Where in the flat vector of all variables a slot stands, row by row; one number where all rows share it; or the
linear form that it is."""


LINEAR = frozenset({"add", "neg", "mul", "div"})
"""Operations that are linear in an operand unless they couple it with another."""


@dataclass(frozen=True, slots=True)
class Block:
    """A named vector or matrix of variables, or a single one.

    Attributes:
        name: as typed.
        start: place of its first entry among all n variables.
        size: how many entries.
        shape: of a vector (size,), of a matrix (rows, columns), row by row; () of a single variable, which is written
            without an index.
    """

    name: str
    start: int
    size: int
    shape: tuple[int, ...]

    @property
    def told(self) -> str:
        """The name with its lengths: ``x[10]``, ``W[2,3]``, ``w``."""
        return f"{self.name}[{','.join(map(str, self.shape))}]" if self.shape else self.name

    def label(self, position: int) -> str:
        """The name of the variable at a place of the flat vector: ``x[3]``, ``W[0,1]``, or ``w``."""
        if len(self.shape) == 2:
            return "{}[{},{}]".format(self.name, *divmod(position - self.start, self.shape[1]))
        return f"{self.name}[{position - self.start}]" if self.shape else self.name


@dataclass(frozen=True, eq=False)
class Element:
    """What a sum repeats: a body over k slots and c columns, on m rows.

    Attributes:
        head: the sum as typed, for echoes and errors: ``Sum(..., (i, 0, n - 2))``.
        body: its variables are the k slots (``x[i+1]``), then the c columns (``i``, ``y``).
        maps: of every slot; arrays have shape (m,).
        columns: numbers that are not differentiated, shape (m,) each; integers are exact.
        count: m.
        bound: the names of the indices, and their values in every row.
    """

    head: str
    body: Expression
    maps: tuple[Map, ...]
    columns: tuple[Array, ...]
    count: int
    bound: tuple[tuple[str, Array], ...] = ()

    @cached_property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """The pairs of slots a <= b by which the body has a second derivative; exact by the form of the body."""
        return tuple(sorted((a, b) for a, b in pairs(self.body) if b < len(self.maps)))

    @cached_property
    def slopes(self) -> tuple[int, ...]:
        """The slots that the body depends on."""
        used = self.body.dependence()[self.body.outputs[0]]
        return tuple(sorted(k for k in used if k < len(self.maps)))

    def points(self, x: Array, rows: slice | Array) -> Array:
        """The body's points at some rows, shape (rows, k + c): its slots gathered from x, then its columns."""
        count = len(range(*rows.indices(self.count))) if isinstance(rows, slice) else len(rows)
        table = np.empty((count, len(self.maps) + len(self.columns)))
        for k in range(len(self.maps)):
            table[:, k] = self.along(k, x, rows)
        for k, column in enumerate(self.columns, len(self.maps)):
            table[:, k] = column[rows]
        return table

    def along(self, slot: int, vector: Array, rows: slice | Array) -> Array | float:
        """What a slot is of a vector instead of the variables, at some rows; one number of a shared one."""
        place = self.maps[slot]
        if isinstance(place, Linear):
            return place.values(vector, rows)
        found: Array | float = vector[place] if isinstance(place, int) else vector[place[rows]]
        return found

    def places(self, slot: int, rows: slice | Array) -> Array:
        """Where a slot stands at some rows, shape (rows,); of a shared one as well; of a linear form (rows, p)."""
        place = self.maps[slot]
        if isinstance(place, np.ndarray):
            found: Array = place[rows]
            return found
        count = len(range(*rows.indices(self.count))) if isinstance(rows, slice) else len(rows)
        return (
            np.full(count, place)
            if isinstance(place, int)
            else np.broadcast_to(place.places, (count, len(place.places)))
        )

    @cached_property
    def forms(self) -> dict[int, Linear]:
        """The slots that are linear forms."""
        return {k: place for k, place in enumerate(self.maps) if isinstance(place, Linear)}

    def touching(self, position: int) -> Array:
        """The rows in which a variable stands, ascending."""
        hit = np.zeros(self.count, bool)
        for slot in self.slopes:
            hit |= self.stands(slot, position, slice(None))
        return np.flatnonzero(hit)

    def stands(self, slot: int, position: int, rows: slice | Array) -> Array:
        """Whether a slot stands at a variable, or is a linear form of it, at some rows."""
        place = self.maps[slot]
        if isinstance(place, np.ndarray):
            found: Array = place[rows] == position
            return found
        count = len(range(*rows.indices(self.count))) if isinstance(rows, slice) else len(rows)
        return np.full(count, place == position if isinstance(place, int) else position in place.places)

    def where(self, row: int) -> str:
        """``i = 3, j = 0``."""
        return ", ".join(f"{name} = {int(values[row])}" for name, values in self.bound) or f"row {row + 1}"


@dataclass(frozen=True, eq=False)
class Program:
    """A function of n variables.

    Attributes:
        source: as typed.
        blocks: of variables, one after the other.
        elements: their totals are the first variables of the outer expression.
        outer: its variables are the totals, then single entries of the variables; of a vector ``[f, g]`` it has one
            output a component, and the program is answered as a plain expression alone.
        entries: where those entries stand among the n variables.
        notes: what has to be said about the text.
        echo: the program as it was understood, where that is not its outer expression.
    """

    source: str
    blocks: tuple[Block, ...]
    elements: tuple[Element, ...]
    outer: Expression
    entries: tuple[int, ...]
    notes: tuple[str, ...] = ()
    echo: str = ""

    @property
    def n(self) -> int:
        """How many variables."""
        return sum(block.size for block in self.blocks)

    @property
    def terms(self) -> int:
        """How many rows all elements have."""
        return sum(element.count for element in self.elements)

    @property
    def parsed(self) -> str:
        """The program as it was understood."""
        return self.echo or unparse(self.outer)

    @cached_property
    def coupled(self) -> tuple[tuple[int, int], ...]:
        """The pairs of the outer expression's variables by which it has a second derivative."""
        return tuple(sorted(pairs(self.outer)))

    @cached_property
    def additive(self) -> bool:
        """Whether every total enters alone and linearly, so that a derivative needs only the terms that it touches."""
        depends = self.outer.dependence()
        totals = frozenset(range(len(self.elements)))
        through = {self.outer.nodes[k].op for k in self.outer.live() if depends[k] & totals} - {"variable"}
        return through <= LINEAR and all(a >= len(self.elements) for a, _ in self.coupled)

    def label(self, position: int) -> str:
        """The name of a variable: ``x[3]``."""
        block = next(b for b in reversed(self.blocks) if b.start <= position and b.size)
        return block.label(position)

    def labels(self, positions: Sequence[int]) -> list[str]:
        """The names of variables."""
        return [self.label(int(position)) for position in positions]
