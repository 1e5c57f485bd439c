"""The variables of a program: which names are vectors, how long they are, and where each stands."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.errors import ExpressionError, LimitError
from hesscli.language.expression import Expression
from hesscli.language.names import natural_key, suggestion
from hesscli.language.programs.intermediates import Intermediates
from hesscli.language.programs.program import Block, Element, Map
from hesscli.language.programs.spans import Declarations, Slot
from hesscli.language.tokens import refuse

MOST_VARIABLES = 100_000_000


@dataclass(slots=True)
class Draft:
    """An element before it is known where the blocks start."""

    head: str
    body: Expression
    slots: list[Slot]
    columns: list[NDArray[Any]]
    count: int
    bound: tuple[tuple[str, NDArray[Any]], ...]


class Variables(Intermediates):
    """What a text says of its variables, while it is read."""

    def __init__(self, text: str, given: Declarations) -> None:
        super().__init__(text, given)
        known = {*(token.text for token in self.tokens), *(given.declared or ())}
        sizes = {name: size for name, size in self.given.sizes.items() if name in known}
        self.vectors: dict[str, tuple[int, ...]] = {  # () where the text is to tell
            name: () if size is None else (size,) if isinstance(size, int) else size for name, size in sizes.items()
        }
        self.singles: dict[str, None] = {}

    def single(self, name: str) -> None:
        """A name without an index is a variable of its own."""
        if name in self.given.data:
            what, index = ("a column", "k") if self.given.data[name].ndim == 1 else ("a matrix", "k,j")
            message = f"{name} is {what} of data: {name}[{index}] is one number of it, and sum and mean take it whole"
            refuse(self.text, message, *self._typed(name), "type")
        if name in self.vectors:
            what, index = ("a matrix", "k,j") if len(self.vectors[name]) == 2 else ("a vector", "k")
            message = f"{name} is {what}: {name}[{index}] is one entry of it, and sum and mean take it whole"
            refuse(self.text, message, *self._typed(name), "type")
        if self.given.declared is not None and name not in self.given.declared:
            remedy = suggestion(name, self.given.declared) or f"; the variables are {', '.join(self.given.declared)}"
            refuse(self.text, f"unknown name {name!r}{remedy}", *self._typed(name), "unknown-name")
        self.singles[name] = None

    def _typed(self, name: str) -> tuple[int, int]:
        token = next((t for t in self.tokens if t.text == name), self.tokens[0])
        return token.start, token.end

    def blocks(self) -> dict[str, Block]:
        """The variables, one block after the other."""
        declared = self.given.declared
        for name in self.vectors:
            if declared is not None and name not in declared:
                refuse(self.text, f"the vector {name} is not among --vars", *self._typed(name), "unknown-name")
        names = sorted({*self.vectors, *self.singles}, key=natural_key) if declared is None else declared
        blocks, start = dict[str, Block](), 0
        for name in names:
            shape = self.vectors.get(name, ())
            size = math.prod(shape)
            if name in self.vectors and not (shape and size):
                told = f"how many entries has {name}? No term has one of them; --vars '{name}[100]' says it"
                raise ExpressionError(told, code="length")
            blocks[name] = Block(name, start, size, shape)
            start += size
        if start > MOST_VARIABLES:
            raise LimitError(f"{start:,} variables; the limit is {MOST_VARIABLES:,}")
        return blocks


def place(entry: Slot, blocks: Mapping[str, Block]) -> Map:
    """Where an entry stands among all variables, row by row."""
    block = blocks[entry.name]
    if entry.form is not None:
        return replace(entry.form, places=entry.form.places + block.start)
    index = entry.index[0] if entry.index else 0
    if len(entry.index) == 2:
        index = index * block.shape[1] + entry.index[1]
    return index + block.start if block.start else index


def element(draft: Draft, blocks: Mapping[str, Block]) -> Element:
    """The element, once it is known where the blocks start."""
    maps = tuple(place(slot, blocks) for slot in draft.slots)
    columns = tuple(np.broadcast_to(column, draft.count) for column in draft.columns)
    return Element(draft.head, draft.body, maps, columns, draft.count, draft.bound)
