"""The text that was typed, and pieces of it with names in the place of sums and entries."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.errors import ExpressionError
from hesscli.language.expression import Expression
from hesscli.language.programs.integers import Whole
from hesscli.language.programs.linear import Linear, counting
from hesscli.language.syntax import parse
from hesscli.language.tokens import Token, refuse, tokenize

OPEN, CLOSE = frozenset("(["), frozenset(")]")


Extent = int | tuple[int, ...] | None
"""Of a vector or a matrix of variables."""


@dataclass(frozen=True)
class Declarations:
    """What is known before the text is read.

    Attributes:
        parameters: names and values.
        data: names and arrays, shape (m,) of a column or (m, p) of a matrix.
        sizes: names of vectors -> how many entries, of matrices -> rows and columns; None where the text is to tell.
        origins: name of a column or a vector -> what told its length, for messages.
        declared: names of the variables in their order, None where the text is to tell.
        components: whether a vector named whole is an answer, one component an entry.
    """

    parameters: Mapping[str, float] = field(default_factory=dict)
    data: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    sizes: Mapping[str, Extent] = field(default_factory=dict)
    declared: Sequence[str] | None = None
    origins: Mapping[str, str] = field(default_factory=dict)
    components: bool = False


@dataclass(slots=True)
class Slot:
    """What stands for a number in the rows of a sum, and where it was typed.

    Attributes:
        name: of the vector, the single variable or the array of data; empty of numbers that have no name.
        index: which entry, row by row; one a dimension.
        text: ``x[i+1]``, by which it is known in formulas.
        start: column.
        end: column after it.
        values: of numbers without a name, row by row.
        form: of a slot that is a linear form of a vector; its places are those within the vector.
    """

    name: str
    index: tuple[Whole, ...]
    text: str
    start: int
    end: int
    values: NDArray[Any] | None = None
    form: Linear | None = None

    def same(self, other: Slot) -> bool:
        """Whether both are the same entry in every row."""
        if (
            self.name != other.name
            or len(self.index) != len(other.index)
            or (self.values is None) != (other.values is None)
        ):
            return False
        if self.form is not None or other.form is not None:
            return self.form is not None and other.form is not None and self.form.same(other.form)
        mine, theirs = (*self.index, self.values), (*other.index, other.values)
        return all(map(_equal, mine, theirs))


def _equal(a: Any, b: Any) -> bool:
    """Whether two numbers or columns are the same; most that are not differ at once."""
    if a is b:
        return True
    if a is None or b is None or np.shape(a) != np.shape(b):
        return False
    one, other = np.asarray(a), np.asarray(b)
    return not one.size or bool(one.flat[-1] == other.flat[-1] and np.array_equal(one, other))


@dataclass(slots=True)
class Written:
    """A piece of the text with names in the place of sums and entries, and where each character was typed."""

    text: str = ""
    origin: list[int] = field(default_factory=list)

    def add(self, text: str, start: int, *, verbatim: bool) -> None:
        """More text: as typed from a column on, or a name in the place of what was typed there."""
        self.text += text
        self.origin += range(start, start + len(text)) if verbatim else [start] * len(text)

    def join(self, others: Sequence[Written], before: str, between: str, after: str, start: int) -> Written:
        """The others behind this, in brackets, with signs between them that nobody typed."""
        self.add(before, start, verbatim=False)
        for k, other in enumerate(others):
            self.add(between if k else "", start, verbatim=False)
            self.text += other.text
            self.origin += other.origin
        self.add(after, start, verbatim=False)
        return self


def _beside_matrices(tokens: Sequence[Token], given: Declarations) -> dict[str, int]:
    """The lengths of vectors that stand beside a matrix of data, ``X@w`` or ``w@X``, and that nothing else says."""
    found: dict[str, int] = {}
    for before, sign, behind in zip(tokens, tokens[1:], tokens[2:], strict=False):
        for matrix, vector, axis in ((before, behind, 1), (behind, before, 0)):
            data = given.data.get(matrix.text)
            if sign.text == "@" and data is not None and data.ndim == 2 and given.sizes.get(vector.text, 0) is None:
                found[vector.text] = data.shape[axis]
    return found


class Typed:
    """The tokens of a text, and what has to be read of them before the grammar reads the rest."""

    def __init__(self, text: str, given: Declarations) -> None:
        self.text = text
        self.tokens = tokenize(text, "@:")[:-1]
        self.given = replace(given, sizes={**given.sizes, **_beside_matrices(self.tokens, given)})
        self.typed: dict[str, str] = {}  # names in the place of sums and entries -> what was typed there

    def word(self, at: int) -> str:
        """The text of a token; empty behind the last one."""
        return self.tokens[at].text if 0 <= at < len(self.tokens) else ""

    def columns(self, at: int, end: int) -> tuple[int, int]:
        """Where the tokens [at, end) stand in the text."""
        first = self.tokens[at].start if at < len(self.tokens) else len(self.text)
        return first, max(self.tokens[end - 1].end, first) if end else first

    def outermost(self, at: int, end: int) -> Iterator[int]:
        """The tokens of [at, end) that stand in no bracket of their own; the bracket around them ends them."""
        depth = 0
        for k in range(at, end):
            depth -= self.tokens[k].text in CLOSE
            if depth < 0:
                return
            if depth == 0 and self.tokens[k].text not in CLOSE:
                yield k
            depth += self.tokens[k].text in OPEN

    def close(self, at: int) -> int:
        """The bracket that closes the one at a token."""
        depth = 0
        for k in range(at, len(self.tokens)):
            depth += (self.tokens[k].text in OPEN) - (self.tokens[k].text in CLOSE)
            if depth == 0:
                return k
        opener = self.tokens[at]
        return refuse(self.text, f"this {opener.text!r} is never closed", opener.start, opener.end)

    def parts(self, at: int, end: int) -> list[tuple[int, int]]:
        """The tokens between commas."""
        marks = [k for k in self.outermost(at, end) if self.tokens[k].text == ","]
        return list(zip([at, *(k + 1 for k in marks)], [*marks, end], strict=True))

    def parse(self, written: Written) -> Expression:
        """Read a piece; an error's place is that of the whole text."""
        try:
            return parse(written.text, parameters=self.given.parameters)
        except ExpressionError as problem:
            if problem.column is None or problem.source != written.text:
                raise
            places = [*written.origin, len(self.text)]
            first = places[min(problem.column, len(places) - 1)]
            last = places[min(problem.column + problem.width, len(places) - 1)]
            message = re.sub(r"\w+", lambda word: self.typed.get(word[0], word[0]), problem.message)
            refuse(self.text, message, first, max(last, first + 1), problem.code)

    def piece(self, text: str, at: int) -> Written:
        """What stands in the place of a token, which nobody typed."""
        piece = Written()
        piece.add(text, self.tokens[at].start, verbatim=False)
        return piece

    def origin(self, name: str) -> str:
        """Where a name's length comes from."""
        known = "--data" if name in self.given.data else "the point or --vars"
        return self.given.origins.get(name, known)

    def column(self, entry: Slot) -> NDArray[Any]:
        """The numbers of an entry of data, or those without a name, row by row."""
        if entry.values is not None:
            return entry.values
        values = self.given.data[entry.name]
        whole = values.ndim == 1 and counting(entry.index[0], len(values))
        return values if whole else np.asarray(values[entry.index])

    def indices(self, entry: Slot, where: Callable[[int], str]) -> Whole:
        """Whole numbers from data, for an index in some rows."""
        values = np.asarray(self.column(entry))
        if values.dtype.kind not in "iu":
            bad = np.flatnonzero(np.atleast_1d(values != np.floor(values)))
            if len(bad):
                number = float(np.atleast_1d(values)[bad[0]])
                at = f" at {where(int(bad[0]))}" if values.ndim else ""
                message = f"{entry.text} is {number!r}{at}, which is no whole number and no index"
                refuse(self.text, message, entry.start, entry.end, "index")
        found = values.astype(np.int64)
        return int(found) if found.ndim == 0 else found
