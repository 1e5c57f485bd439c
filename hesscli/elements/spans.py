"""The text that was typed, and pieces of it with names in the place of sums and entries."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.elements.integers import Whole
from hesscli.errors import ExpressionError
from hesscli.language.expression import Expression
from hesscli.language.syntax import parse
from hesscli.language.tokens import Token, refuse, tokenize


@dataclass(frozen=True)
class Given:
    """What is known before the text is read.

    Attributes:
        parameters: names and values.
        data: names and columns, shape (m,).
        sizes: names of vectors -> how many entries, None where the text is to tell.
        declared: names of the variables in their order, None where the text is to tell.
    """

    parameters: Mapping[str, float] = field(default_factory=dict)
    data: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    sizes: Mapping[str, int | None] = field(default_factory=dict)
    declared: Sequence[str] | None = None


@dataclass(slots=True)
class Entry:
    """``x[i+1]``: the vector, the index, and where it was typed."""

    name: str
    index: Whole | None
    text: str
    start: int
    end: int


@dataclass(slots=True)
class Written:
    """A piece of the text with names in the place of sums and entries, and where each character was typed."""

    text: str = ""
    origin: list[int] = field(default_factory=list)

    def add(self, text: str, start: int, *, verbatim: bool) -> None:
        """More text: as typed from a column on, or a name in the place of what was typed there."""
        self.text += text
        self.origin += range(start, start + len(text)) if verbatim else [start] * len(text)


class Typed:
    """The tokens of a text, and what has to be read of them before the grammar reads the rest."""

    def __init__(self, text: str, given: Given) -> None:
        self.text, self.given = text, given
        self.tokens = tokenize(text)[:-1]
        self.typed: dict[str, str] = {}  # names in the place of sums and entries -> what was typed there

    def close(self, at: int) -> int:
        """The bracket that closes the one at a token."""
        depth = 0
        for k in range(at, len(self.tokens)):
            depth += (self.tokens[k].text in ("(", "[")) - (self.tokens[k].text in (")", "]"))
            if depth == 0:
                return k
        opener = self.tokens[at]
        return refuse(self.text, f"this {opener.text!r} is never closed", opener.start, opener.end)

    def parts(self, at: int, end: int) -> list[tuple[int, int]]:
        """The tokens between commas."""
        parts, depth, start = [], 0, at
        for k in range(at, end):
            depth += (self.tokens[k].text in ("(", "[")) - (self.tokens[k].text in (")", "]"))
            if self.tokens[k].text == "," and depth == 0:
                parts.append((start, k))
                start = k + 1
        return [*parts, (start, end)]

    def parse(self, written: Written, variables: Sequence[str] | None = None) -> Expression:
        """Read a piece; an error's place is that of the whole text."""
        try:
            return parse(written.text, variables=variables, parameters=self.given.parameters)
        except ExpressionError as problem:
            if problem.column is None or problem.source != written.text:
                raise
            places = [*written.origin, len(self.text)]
            first = places[min(problem.column, len(places) - 1)]
            last = places[min(problem.column + problem.width, len(places) - 1)]
            message = re.sub(r"\w+", lambda word: self.typed.get(word[0], word[0]), problem.message)
            refuse(self.text, message, first, max(last, first + 1), problem.code)

    def length(self, part: tuple[int, int], word: Token) -> int:
        """How many rows a reduction has: the one length of the columns and vectors that it names."""
        lengths: dict[str, int] = {}
        for k in range(*part):
            name, after = self.tokens[k].text, self.tokens[k + 1].text
            if name in self.given.data and after != "[":
                lengths[name] = len(self.given.data[name])
            elif name in self.given.sizes and after != "[":
                size = self.given.sizes[name]
                if size is None:
                    refuse(
                        self.text,
                        f"how many entries has {name}? --vars '{name}[100],...' says it",
                        self.tokens[k].start,
                        self.tokens[k].end,
                        "length",
                    )
                lengths[name] = size
        if not lengths:
            message = (
                f"{word.text} needs a column of data or a vector; --at 'x=[1,2,3]' or --vars 'x[3]' says that x is one"
            )
            refuse(self.text, message, word.start, self.tokens[part[1]].end, "length")
        if len(set(lengths.values())) > 1:
            told = " and ".join(
                f"{name} has {length} entries ({self.origin(name)})" for name, length in lengths.items()
            )
            refuse(self.text, f"the lengths differ: {told}", word.start, self.tokens[part[1]].end, "length")
        return next(iter(lengths.values()))

    def origin(self, name: str) -> str:
        """Where a name's length comes from."""
        return "--data" if name in self.given.data else "the point or --vars"

    def column(self, entry: Entry) -> NDArray[Any]:
        """The numbers of a column, row by row."""
        values = self.given.data[entry.name]
        index: Any = entry.index
        rows = np.arange(len(values))
        found: NDArray[Any] = values if np.array_equal(rows, index) else np.asarray(values[index])
        return found

    def indices(self, entry: Entry) -> Whole:
        """Whole numbers from data, for an index."""
        values = np.asarray(self.column(entry))
        if values.dtype.kind not in "iu":
            bad = np.flatnonzero(np.atleast_1d(values != np.floor(values)))
            if len(bad):
                number = float(np.atleast_1d(values)[bad[0]])
                refuse(
                    self.text,
                    f"{entry.text} is {number!r}, which is no whole number and no index",
                    entry.start,
                    entry.end,
                    "index",
                )
        found = values.astype(np.int64)
        return int(found) if found.ndim == 0 else found
