"""Intermediate names of a program: ``r = y - X@w; mean(r**2)``; each stands for its tokens wherever it is used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from hesscli.errors import LimitError
from hesscli.language.functions import EXTREMES, REDUCTIONS
from hesscli.language.programs.rows import Rows
from hesscli.language.programs.spans import CLOSE, OPEN, Declarations, Typed
from hesscli.language.sums import SUMS
from hesscli.language.tokens import WORDS, Token, refuse

MOST_TOKENS = 20_000
"""Words of a text in which every name is written out."""

OPERATORS = frozenset("+-*/^=<>&|~@,") | {"**", "<=", ">=", "==", "!=", "and", "or", "not"}
"""Behind these a new line is a space."""


CLOSED = frozenset(")],")
"""Before these nothing binds tighter than what stands there."""


@dataclass(frozen=True, slots=True)
class Intermediate:
    """``name = expression;``.

    Attributes:
        at: the first token of the expression.
        end: the token behind it.
        size: how many tokens it has with every name in it written out.
        own: names of indices that run within it alone, in sums of its own.
    """

    at: int
    end: int
    size: int
    own: frozenset[str]


class Intermediates(Typed):
    """The statements of a text, and what its names stand for."""

    def __init__(self, text: str, given: Declarations) -> None:
        super().__init__(text, given)
        self.tokens = [*unbroken(self.tokens)]
        self.definitions: dict[str, Intermediate] = {}
        self.used: set[str] = set()
        self.notes: list[str] = []
        self.answer = self._statements()

    def _statements(self) -> tuple[int, int]:
        """The tokens of the answer, once every statement before it has given its name."""
        marks = [k for k, token in enumerate(self.tokens) if token.kind == "break"]
        starts, ends = [0, *(k + 1 for k in marks)], [*marks, len(self.tokens)]
        spans = [(at, end) for at, end in zip(starts, ends, strict=True) if at < end]
        if not spans:
            refuse(self.text, "the expression is empty", len(self.text), len(self.text))
        for at, end in spans[:-1]:
            if self.word(at + 1) != "=":
                message = (
                    "only the last expression has no name; write name = ..., or end a line with an operator to go on"
                )
                refuse(self.text, message, *self.columns(at, end))
            self._define(at, end)
        at, end = spans[-1]
        if self.tokens[at].kind == "name" and self.word(at + 1) == "=":
            told = f"{self.word(at)} = ... names the answer; what is differentiated is the right side"
            self._define(at, end)
            self.used.add(self.word(at))
            self.notes.append(told)
            at += 2
        for k, token in enumerate(self.tokens[at:end], at):
            if token.text == "=":
                message = "a name gets a value at the start: name = expression; a comparison is written =="
                if self.word(k - 1) in ("axis", "keepdims"):
                    message = "sums run over all of a vector or a matrix, without axis; X[:,0] is one column of it"
                refuse(self.text, message, token.start, token.end)
        return at, end

    def _define(self, at: int, end: int) -> None:
        """``name = expression``."""
        token, name = self.tokens[at], self.tokens[at].text
        trouble = ""
        if token.kind != "name":
            refuse(self.text, "a name must stand before =", token.start, token.end)
        if name in WORDS or name in (*SUMS, *REDUCTIONS, *EXTREMES):
            trouble = f"{name!r} has a meaning of its own and cannot be given a value"
        elif name in self.definitions:
            trouble = f"{name!r} is given twice; choose another name"
        elif name in self.given.data:
            trouble = f"{name!r} is data and cannot be given a value; choose another name"
        elif name in (*self.given.parameters, *self.given.sizes, *(self.given.declared or ())):
            trouble = f"{name!r} is a variable or parameter and cannot be given a value"
        elif name in {other.text for other in (*self.tokens[:at], *self.tokens[at + 2 : end]) if other.kind == "name"}:
            trouble = f"{name!r} is used before it is given"
        if trouble:
            refuse(self.text, trouble, token.start, token.end, "name")
        if at + 2 >= end:
            refuse(self.text, f"{name} = ... needs an expression", token.start, self.tokens[at + 1].end)
        for other in self.tokens[at + 2 : end]:
            if other.text == "=":
                refuse(self.text, "one name gets one value; a comparison is written ==", other.start, other.end)
        known = [self.definitions[one.text] for one in self.tokens[at + 2 : end] if one.text in self.definitions]
        size = end - at + sum(one.size for one in known)
        if size > MOST_TOKENS:
            told = f"{name} stands for {size:,} words with every name in it written out; the limit is {MOST_TOKENS:,}"
            raise LimitError(told, source=self.text, column=token.start, width=token.end - token.start)
        self.definitions[name] = Intermediate(at + 2, end, size, self._own(at + 2, end))

    def _own(self, at: int, end: int) -> frozenset[str]:
        """The names that run in sums of the tokens [at, end), and stand nowhere else in them."""
        runs: dict[str, set[int]] = {}
        for k in range(at, end - 1):
            if self.word(k) in SUMS and self.word(k + 1) == "(":
                close = self.close(k + 1)
                for begin, stop in self.parts(k + 2, close)[1:]:
                    if stop - begin > 2:
                        runs.setdefault(self.word(begin + 1), set()).update(range(k, close))
        places = {name: {k for k in range(at, end) if self.word(k) == name} for name in runs}
        return frozenset(name for name in runs if places[name] <= runs[name])

    def within(self, definition: Intermediate, rows: Rows) -> Rows:
        """The rows as a definition sees them: an index of its own sums is another one than that of the same name."""
        hidden = definition.own & {*rows.bound, *rows.shown}
        if not hidden:
            return rows
        bound = {name: values for name, values in rows.bound.items() if name not in hidden}
        shown = {name: word for name, word in rows.shown.items() if name not in hidden}
        return replace(rows, bound=bound, shown=shown, accesses={})

    def meant(self, at: int, end: int) -> str:
        """What was typed in the tokens [at, end), with what names stand for in their place."""
        start, stop = self.columns(at, end)
        text, position = "", start
        for k, token in enumerate(self.tokens[at:end], at):
            if token.kind == "name" and token.text in self.definitions:
                definition = self.definitions[token.text]
                inner = self.meant(definition.at, definition.end)
                around = self.word(k - 1) if k > at else "(", self.word(k + 1) if k + 1 < end else ")"
                bare = definition.end - definition.at == 1 or (around[0] in ("(", "[", ",") and around[1] in CLOSED)
                text += self.text[position : token.start] + (inner if bare else f"({inner})")
                position = token.end
        return text + self.text[position:stop]


def unbroken(tokens: list[Token]) -> Iterator[Token]:
    """The tokens without new lines inside brackets and behind operators, where they are spaces."""
    depth, before = 0, ""
    for token in tokens:
        depth += (token.text in OPEN) - (token.text in CLOSE)
        if token.text == "\n" and (depth > 0 or before in OPERATORS):
            continue
        yield token
        before = token.text
