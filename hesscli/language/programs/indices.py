"""Brackets and limits: ``x[i+1]``, ``x[1:]``, ``X[k, :]``, ``(i, first, last)``, as whole numbers row by row."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Mapping, Sequence

import numpy as np

from hesscli.errors import ExpressionError, LimitError
from hesscli.language.functions import CONSTANTS
from hesscli.language.names import suggestion
from hesscli.language.programs.integers import Whole, whole
from hesscli.language.programs.rows import Access, Picked, Rows, Shape, Slice
from hesscli.language.programs.spans import Written
from hesscli.language.programs.variables import Variables
from hesscli.language.tokens import Token, name_trouble, refuse

MOST_TERMS = 50_000_000
"""Rows of one element: their indices alone take 8 bytes a slot and row."""


class Indices(Variables):
    """What stands in brackets and limits."""

    @abstractmethod
    def written(self, at: int, end: int, rows: Rows) -> Written:
        """The tokens [at, end) with names in the place of what they stand for in some rows."""

    def whole(self, at: int, end: int, rows: Rows, what: str, *, picking: bool = False) -> Whole:
        """A bound or an index; entries of data in it are whole numbers row by row, those named whole where it picks."""
        start, stop = self.columns(at, end)
        if at >= end:
            start = self.tokens[end - 1].end
            refuse(self.text, f"{what} is empty", start, start + 1)
        inner = Rows(rows.count or 1, rows.bound, axes=rows.axes if picking else ())
        written = self.written(at, end, inner)
        values: dict[str, Whole] = dict(rows.bound)
        for name, entry in inner.slots.items():
            if entry.name not in self.given.data:
                message = f"{what} depends on the variable {entry.text}; an index is known beforehand"
                refuse(self.text, message, start, stop)
            values[name] = self.indices(entry, inner.where)
        expression = self.parse(written)
        for name in expression.variables:
            if name not in values:
                known = suggestion(name, (*self.given.parameters, *values))
                runs = f", Sum(body, ({name}, first, last)) lets it run" if what.startswith("the index") else ""
                column = next(iter(self.given.data), None)
                runs = runs or (f"; len({column}) is the number of rows" if column else "")
                remedy = known or f"; --param {name}=NUMBER gives it a value{runs}"
                refuse(self.text, f"{what} has the unknown name {name!r}{remedy}", start, stop, "unknown-name")
        try:
            return whole(expression, values, what, rows.where)
        except ExpressionError as problem:
            refuse(self.text, problem.message, start, stop, problem.code)

    @abstractmethod
    def shape(self, at: int, end: int, rows: Rows) -> Shape:
        """The dimensions of a piece of the text."""

    @abstractmethod
    def sizes(self, at: int, rows: Rows) -> tuple[int | None, ...]:
        """The lengths of the array that is named at a token; None where the text is to tell."""

    # limits of sums

    def limit(self, at: int, end: int, rows: Rows) -> tuple[Token, Whole, Whole]:
        """``(name, first, last)``: the name, and both bounds row by row."""
        first, last = self.tokens[at], self.tokens[end - 1] if end > at else self.tokens[at]
        inner = self.parts(at + 1, end - 1) if first.text == "(" and last.text == ")" else []
        if len(inner) != 3 or inner[0][1] - inner[0][0] != 1 or self.tokens[inner[0][0]].kind != "name":
            refuse(self.text, "a limit of a sum is (name, first, last), the last included", first.start, last.end)
        token = self.tokens[inner[0][0]]
        taken = (rows.bound, self.given.parameters, self.given.data, self.given.sizes, self.definitions)
        if any(token.text in names for names in taken):
            message = f"{token.text!r} is taken already; an index needs a name of its own"
            refuse(self.text, message, token.start, token.end, "name")
        if token.text in CONSTANTS:
            message = f"{token.text!r} is a constant; an index needs a name of its own"
            refuse(self.text, message, token.start, token.end, "name")
        low, high = (
            self.whole(*part, rows, f"the {word} of {token.text}")
            for word, part in zip(("first", "last"), inner[1:], strict=True)
        )
        return token, low, high

    def limits(self, parts: Sequence[tuple[int, int]], outside: Rows) -> dict[str, Whole]:
        """The values of index names, row by row: the first limit runs fastest, as SymPy nests them."""
        own: dict[str, Whole] = {}
        for at, end in reversed(parts):
            rows = Rows(None, {**outside.bound, **own}, outside.shown)
            own = self._spread(own, *self.limit(at, end, rows))
        if not len(np.asarray(next(iter(own.values())))):
            over = ", ".join(self.text[slice(*self.columns(*part))] for part in parts)
            self.notes.append(f"the sum over {over} is empty: its last index lies before its first, and its value is 0")
        return dict(reversed(own.items()))

    def _spread(self, bound: Mapping[str, Whole], token: Token, low: Whole, high: Whole) -> dict[str, Whole]:
        """Every row once for every value of one more name."""
        if isinstance(low, int) and isinstance(high, int) and not bound:
            self.check_terms(max(high - low + 1, 0), token)
            return {token.text: np.arange(low, high + 1)}
        counts = np.maximum(np.asarray(high) - np.asarray(low) + 1, 0)
        counts = np.broadcast_to(counts, len(np.asarray(next(iter(bound.values())))))
        total = int(counts.sum(dtype=object)) if counts.size < 1000 else int(counts.astype(float).sum())
        self.check_terms(total, token)
        starts = np.repeat(np.broadcast_to(low, counts.shape), counts)
        steps = np.arange(total) - np.repeat(np.cumsum(counts) - counts, counts)
        return {**{name: np.repeat(values, counts) for name, values in bound.items()}, token.text: starts + steps}

    def check_terms(self, count: int, token: Token) -> None:
        """Refuse more terms than fit.

        Raises:
            LimitError: too many.
        """
        if count > MOST_TERMS:
            message = f"a sum of {count:,} terms; the limit is {MOST_TERMS:,}; split it, or give smaller bounds"
            raise LimitError(message, source=self.text, column=token.start, width=token.end - token.start)

    # brackets behind names

    def access(self, at: int, rows: Rows) -> Access:
        """What ``name[...]`` at a token means, its indices within the array."""
        if at not in rows.accesses:
            rows.accesses[at] = self._access(at, rows)
        return rows.accesses[at]

    def _access(self, at: int, rows: Rows) -> Access:
        token, close = self.tokens[at], self.close(at + 1)
        end = self.tokens[close].end
        if trouble := name_trouble(token.text):
            refuse(self.text, trouble, token.start, token.end, "name")
        if token.text in self.given.parameters or token.text in rows.bound:
            refuse(self.text, f"{token.text!r} is one number and has no entries", token.start, end, "name")
        if self.word(close + 1) == "[":
            refuse(self.text, f"entries of a matrix are written {token.text}[k, j]", token.start, end, "index")
        sizes = self.sizes(at, rows)
        if not sizes:
            refuse(self.text, f"{token.text!r} is one number and has no entries", token.start, end, "name")
        parts = self.parts(at + 2, close)
        if sizes == (None,) and len(parts) == 2:
            sizes = (None, None)
        if None in sizes and len(self.vectors.get(token.text, sizes) or sizes) != len(sizes):
            message = f"{token.text} has one index at one place and two at another; a matrix has two everywhere"
            refuse(self.text, message, token.start, end, "index")
        if len(parts) > len(sizes):
            what = "a vector, and its entries have one index" if len(sizes) == 1 else "a matrix: two indices"
            refuse(self.text, f"{token.text} is {what}; {len(parts)} are given", token.start, end, "index")
        texts = [self._shown(*part, rows) for part in parts]
        text = f"{token.text}[{','.join(texts)}]"
        selectors: list[Whole | Slice] = []
        columns = any(self.word(k) in self.given.data for k in range(at + 2, close))
        for k, size in enumerate(sizes):
            if k >= len(parts):
                selectors.append(Slice(0, 1, size or 0))
            elif any(self.tokens[one].text == ":" for one in self.outermost(*parts[k])):
                selectors.append(self._slice(*parts[k], size, rows, text))
            elif (columns or self.definitions) and (lengths := self.shape(*parts[k], rows)):
                selectors.append(self._picked(*parts[k], lengths, size, text))
            else:
                selectors.append(self._index(*parts[k], size, rows, text))
        if sum(isinstance(one, Picked) for one in selectors) > 1:
            pairs = f"Sum({token.text}[r[k],c[k]], (k, 0, last)) takes them pair by pair"
            refuse(self.text, f"two columns of indices stand in one bracket; {pairs}", token.start, end, "index")
        texts += [":"] * (len(sizes) - len(texts))
        found = Access(token.text, tuple(selectors), tuple(texts), end)
        if None in sizes:
            values = (one.values if isinstance(one, Picked) else one for one in found.selectors)
            reached = tuple(int(np.max(one, initial=-1)) + 1 for one in values)  # type: ignore[arg-type]  # no slices
            known = self.vectors.get(token.text) or (0,) * len(reached)
            self.vectors[token.text] = tuple(map(max, known, reached))
        self._check_range(found, sizes, text, rows, token.start, end)
        return found

    def _shown(self, at: int, end: int, rows: Rows) -> str:
        """What was typed, without spaces; with values in the place of index names that are written out."""
        if not any(self.word(k) in rows.shown for k in range(at, end)):
            return "".join(self.meant(at, end).split())
        index = self.whole(at, end, rows, "an index") if not any(self.word(k) == ":" for k in range(at, end)) else None
        if isinstance(index, int):
            return str(index)
        words = [rows.shown.get(t.text, self.text[t.start : t.end]) for t in self.tokens[at:end]]
        return "".join(word if re.fullmatch(r"\w+|\W+", word) or len(words) == 1 else f"({word})" for word in words)

    def _index(self, at: int, end: int, size: int | None, rows: Rows, text: str) -> Whole:
        """An index; one that is typed as a negative number counts from the end, as NumPy has it."""
        index = self.whole(at, end, rows, f"the index of {text}")
        typed = end - at == 2 and self.word(at) == "-" and self.tokens[at + 1].kind == "number"
        return index + size if typed and size and isinstance(index, int) else index

    def _picked(self, at: int, end: int, lengths: Shape, size: int | None, text: str) -> Picked:
        """The entries that a column of indices names, as NumPy has it."""
        start, stop = self.columns(at, end)
        if len(lengths) > 1:
            refuse(self.text, "the indices of entries are one column, no matrix", start, stop, "index")
        count = lengths[0].size
        rows = Rows(count, axes=(np.arange(count),))
        picked = self.whole(at, end, rows, f"the index of {text}", picking=True)
        values = np.broadcast_to(np.asarray(picked), count)
        outside = np.flatnonzero((values < 0) | ((values >= size) if size is not None else False))
        if len(outside):
            name, k = text.partition("[")[0], int(outside[0])
            has = f"those of {name} go from 0 to {size - 1} there" if size else "entries are counted from 0"
            refuse(self.text, f"entry {k} of {text} has the index {values[k]}, and {has}", start, stop, "index")
        return Picked(0, 1, count, values)

    def _slice(self, at: int, end: int, size: int | None, rows: Rows, text: str) -> Slice:
        """``first:last:step``: the last is not included, and negative numbers count from the end."""
        start, stop = self.columns(at, end)
        if size is None:
            name = text.partition("[")[0]
            message = f"how many entries has {name}? --vars '{name}[100],...' says it"
            refuse(self.text, message, start, stop, "length")
        marks = [k for k in self.outermost(at, end) if self.tokens[k].text == ":"]
        parts = list(zip([at, *(k + 1 for k in marks)], [*marks, end], strict=True))
        if len(parts) > 3:
            refuse(self.text, "a slice is first:last:step", start, stop, "index")
        words = ("first", "last", "step")
        typed = [
            self.whole(*part, rows, f"the {word} of {text}") if part[0] < part[1] else None
            for word, part in zip(words, parts, strict=False)
        ]
        step = 1 if len(typed) < 3 or typed[2] is None else typed[2]
        if not isinstance(step, int) or not step:
            refuse(self.text, f"the step of {text} is one whole number other than 0", start, stop, "index")
        least, most = (0, size) if step > 0 else (-1, size - 1)
        ends: list[Whole] = []
        for k, default in enumerate((least, most) if step > 0 else (most, least)):
            bound = typed[k]
            if bound is None:
                ends.append(default)
                continue
            minus = self.word(parts[k][0]) == "-"
            ends.append(_from_the_end(bound, size) if minus else bound)
            reached = np.atleast_1d(np.asarray(ends[-1]))
            outside = np.flatnonzero((reached < least) | (reached > most))
            if len(outside):
                told = f" at {rows.where(int(outside[0]))}" if np.ndim(bound) else ""
                value = f"{int(np.atleast_1d(np.asarray(bound))[outside[0]])}{told}"
                message = f"the {words[k]} of {text} is {value}, and there are {size} entries"
                refuse(self.text, message, start, stop, "index")
        counts = np.unique(np.maximum(-((ends[0] - ends[1]) // step), 0))
        if len(counts) > 1:
            message = f"{text} has between {counts[0]} and {counts[-1]} entries; it needs as many in every term"
            refuse(self.text, message, start, stop, "length")
        return Slice(ends[0], step, int(counts[0]))

    def _check_range(
        self, found: Access, sizes: tuple[int | None, ...], text: str, rows: Rows, start: int, end: int
    ) -> None:
        """Refuse an index outside an array, and say for which values of the index names it is."""
        shape = tuple(self.vectors[found.name][k] if size is None else size for k, size in enumerate(sizes))
        reached = [np.atleast_1d(np.asarray(0 if isinstance(s, Slice) else s)) for s in found.selectors]
        for size, index, selector in zip(shape, reached, found.selectors, strict=True):
            outside = np.flatnonzero((index < 0) | (index >= size))
            if isinstance(selector, Slice) or not len(outside):
                continue
            row = int(outside[0])
            fixed = not np.ndim(selector) and any(map(np.ndim, rows.bound.values()))
            told = "" if fixed else rows.where(row)
            has = f"{found.name} has the entries 0 to {size - 1}" if size else "entries are counted from 0"
            if len(shape) > 1 and all(shape):
                has = f"{found.name} has {shape[0]} rows and {shape[1]} columns, counted from 0"
            one = [int(i[min(row, len(i) - 1)]) for i in reached]
            reached_one = f"{found.name}[{','.join(map(str, one))}]"
            message = f"{text} is {reached_one}{' at ' + told if told else ''}, and {has}"
            message = f"there is no {text}: {has}" if reached_one == text else message
            refuse(self.text, message, start, end, "index")


def _from_the_end(bound: Whole, size: int) -> Whole:
    """A bound of a slice that is typed with a minus; negative ones count from the end."""
    return bound + size * (bound < 0)
