"""Products of a data matrix and a vector of variables in a body: ``X @ w``, ``X[k,:] @ w``, ``X @ W``.

With fewer coefficients than `LEAST` they are written out, and every second derivative has its closed form; with more
they are one slot, a linear form, which has no limit of coefficients.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.language.programs.integers import Whole
from hesscli.language.programs.linear import Linear, counting
from hesscli.language.programs.rows import Access, Picked, RaggedError, Rows, Slice
from hesscli.language.programs.spans import Slot
from hesscli.language.programs.totals import MOST_GROUPS, Totals
from hesscli.language.programs.vectors import Contraction

Array = NDArray[Any]

LEAST = 4
"""Coefficients from which a product is one slot."""

LEAST_APART = 16
"""The same where the columns of a matrix of variables become elements of their own."""


class Products(Totals):
    """What is linear in a vector of variables, row by row."""

    def form(self, found: Contraction, typed: str, rows: Rows) -> str:
        """The slot of ``matrix @ vector``; empty of products of another kind, which are written out."""
        operands = list(found.operands)
        signs = 0
        while self.word(operands[0][0]) == "-":
            operands[0] = operands[0][0] + 1, operands[0][1]
            signs += 1
        entry = self._form(replace(found, operands=tuple(operands)), typed.lstrip("- "), rows)
        name = "" if entry is None else self.slot(entry, rows)
        return f"(-{name})" if name and signs % 2 else name

    def _form(self, found: Contraction, typed: str, rows: Rows) -> Slot | None:
        if len(found.operands) != 2 or len(found.summed) != 1 or rows.count is None:
            return None
        kept = dict(zip(found.open, rows.axes[len(rows.axes) - len(found.open) :], strict=True))
        arrays = [self._array(*operand, rows) for operand in found.operands]
        if None in arrays or found.lengths[found.summed[0]].size < LEAST:
            return None
        made = {}
        for array, labels in zip(arrays, found.labels, strict=True):
            assert array is not None  # for mypy: looked at above
            left, selectors = iter(labels), list[Whole | Slice]()
            for one in array.selectors:
                label = next(left) if isinstance(one, Slice) else -1
                selectors.append(_at(one, kept[label]) if isinstance(one, Slice) and label in kept else one)
            made[array.name] = tuple(selectors)
        return self._linear(made, typed, self.tokens[found.operands[0][0]].start, self.columns(0, found.end)[1])

    def _array(self, at: int, end: int, rows: Rows) -> Access | None:
        """An operand that is an array, or a part of one; None of anything else."""
        name = self.tokens[at].text
        if self.tokens[at].kind != "name" or name in rows.bound:
            return None
        if name in self.definitions:
            named = self.definitions[name]
            return self._array(named.at, named.end, self.within(named, rows)) if end - at == 1 else None
        if end - at == 1:
            size = self.sizes(at, rows)
            whole = tuple(Slice(0, 1, one or 0) for one in size)
            return Access(name, whole, (":",) * len(size), self.tokens[at].end)
        if self.word(at + 1) != "[" or self.close(at + 1) != end - 1:
            return None
        return self.access(at, rows)

    def summed(self, body: tuple[int, int], limits: list[tuple[int, int]], typed: str, rows: Rows) -> str:
        """The slot of ``Sum(matrix[row, j]*vector[j], (j, first, last))`` in a body; empty of other sums."""
        entry = self._summed(body, limits, typed, rows)
        return "" if entry is None else self.slot(entry, rows)

    def _summed(self, body: tuple[int, int], limits: list[tuple[int, int]], typed: str, rows: Rows) -> Slot | None:
        at, end = body
        factors = [k for k in self.outermost(at, end) if self.tokens[k].text == "*"]
        if len(limits) != 1 or rows.count is None or len(factors) != 1:
            return None
        token, low, high = self.limit(*limits[0], rows)
        if not (isinstance(low, int) and isinstance(high, int)) or high - low + 1 < LEAST:
            return None
        made: dict[str, tuple[Whole | Slice, ...]] = {}
        for first, stop in ((at, factors[0]), (factors[0] + 1, end)):
            if self.word(first + 1) != "[" or self.close(first + 1) != stop - 1:
                return None
            name = self.tokens[first].text
            if name in self.definitions:
                return None
            for value in (low, high):  # both ends are within the array
                self._access(first, rows.term(token.text, value, str(value)))
            parts = self.parts(first + 2, stop - 1)
            if any(self.word(k) == ":" for part in parts for k in range(*part)):
                return None
            selectors: list[Whole | Slice] = []
            for part in parts:
                if not any(self.word(k) == token.text for k in range(*part)):
                    selectors.append(self.whole(*part, rows, "an index"))
                    continue
                along = self._along(part, token.text, low, high, rows)
                if along is None:
                    return None
                selectors.append(along)
            made[name] = tuple(selectors)
        return self._linear(made, typed, *self.columns(at, end))

    def _along(self, part: tuple[int, int], name: str, low: int, high: int, rows: Rows) -> Slice | None:
        """An index that runs evenly with the name of a sum and depends on nothing else."""
        if any(self.word(k) in rows.bound for k in range(*part)) or any(self.word(k) == "[" for k in range(*part)):
            return None
        places = np.asarray(self.whole(*part, Rows(high - low + 1, {name: np.arange(low, high + 1)}), "an index"))
        steps = np.unique(np.diff(places))
        return Slice(int(places[0]), int(steps[0]), len(places)) if len(steps) == 1 and steps[0] else None

    def _linear(self, made: Mapping[str, tuple[Whole | Slice, ...]], typed: str, start: int, end: int) -> Slot | None:
        """The slot, where one array is a matrix of data and the other one a vector of variables."""
        matrices = [n for n, s in made.items() if n in self.given.data and len(s) == 2]
        vectors = [n for n in made if n not in self.given.data]
        if len(matrices) != 1 or len(vectors) != 1:
            return None
        selectors, taken = made[matrices[0]], self._line(vectors[0], made[vectors[0]])
        slices = [k for k, one in enumerate(selectors) if isinstance(one, Slice)]
        if len(slices) != 1 or not isinstance(taken, Slice):
            return None
        if any(isinstance(one, Picked) for one in (taken, selectors[slices[0]])):
            return None
        columns, row = selectors[slices[0]], selectors[1 - slices[0]]
        if not (isinstance(columns, Slice) and isinstance(columns.start, int) and isinstance(taken.start, int)):
            return None
        matrix = self.given.data[matrices[0]]
        matrix = matrix if slices[0] else matrix.T
        if (columns.start, columns.step, columns.length) != (0, 1, matrix.shape[1]):
            stop = columns.start + columns.step * columns.length
            matrix = matrix[:, columns.start : stop if stop >= 0 else None : columns.step]  # a view, mapped as before
        if not isinstance(row, np.ndarray):
            return None
        every = counting(row, len(matrix))
        form = Linear(matrix, None if every else row, taken.start + taken.step * np.arange(taken.length))
        return Slot(vectors[0], (form.places,), "".join(typed.split()), start, end, form=form)

    def _line(self, name: str, selectors: tuple[Whole | Slice, ...]) -> Whole | Slice | None:
        """Which entries of a vector are taken, or of a matrix of variables in its flat order: of one row or column.

        Raises:
            RaggedError: another one for other rows of the sum, which are gone through apart.
        """
        if len(selectors) == 1:
            return selectors[0]
        size = self.given.sizes.get(name)
        if not isinstance(size, tuple):
            return None
        width = size[1]
        (k, line), *others = [(k, one) for k, one in enumerate(selectors) if isinstance(one, Slice)]
        fixed = selectors[1 - k]
        if others or isinstance(fixed, Slice) or isinstance(line, Picked) or not isinstance(line.start, int):
            return None
        if not isinstance(fixed, int):
            values = np.unique(fixed)
            if len(values) > 1 and line.length >= LEAST_APART and len(values) <= MOST_GROUPS:
                raise RaggedError(np.broadcast_to(fixed, np.shape(fixed)))
            if len(values) != 1:
                return None
            fixed = int(values[0])
        if k:
            return Slice(fixed * width + line.start, line.step, line.length)
        return Slice(line.start * width + fixed, line.step * width, line.length)

    def slot(self, entry: Slot, rows: Rows) -> str:
        """The name of an entry; one that is the same in every row has it already."""
        if known := next((name for name, one in rows.slots.items() if one.same(entry)), ""):
            return known
        while entry.text in {one.text for one in rows.slots.values()}:
            entry.text += "'"
        name = self.name(entry.text)
        rows.slots[name] = entry
        return name


def _at(one: Slice, places: Whole) -> Whole:
    """The index of the entry at a place of a slice."""
    return one.entry(places)
