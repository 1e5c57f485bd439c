"""What was typed -> Program: sums and indexed names are taken out, and what is left is read as any expression.

::

    sum    := "Sum" "(" body "," limit { "," limit } ")"        limit: "(" name "," first "," last ")", last included
            | ( "sum" | "mean" ) "(" body ")"                   over the whole columns and vectors that it names
    entry  := name "[" index "]"                                counted from 0; of a variable or of data

Each becomes a name that nobody typed, so that the one grammar of the language reads outer expression, bodies, bounds
and indices alike; the errors' places are those of the text as typed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from hesscli.elements.integers import Whole, whole
from hesscli.elements.program import Program
from hesscli.elements.spans import Entry, Given, Written
from hesscli.elements.variables import Draft, Variables, element, place
from hesscli.errors import ExpressionError, LimitError
from hesscli.language.expression import Expression
from hesscli.language.functions import CONSTANTS
from hesscli.language.names import suggestion
from hesscli.language.tokens import Token, name_trouble, refuse

SUMS = ("Sum",)
REDUCTIONS = ("sum", "mean")
REFUSED = {
    "Product": "products over an index are not taken; write "
    "exp(Sum(log(...), (i, a, b))) where all factors are positive",
    "prod": "products over an index are not taken; write exp(sum(log(...))) where all factors are positive",
    "dot": "write the product's sum: sum(x*y)",
    "norm": "norms over an index are not taken; write sqrt(sum(x**2))",
}
"""Reductions of other tools, where a sum stands or data is given -> what to write."""

MOST_TERMS = 50_000_000
"""Rows of one element: their indices alone take 8 bytes a slot and row."""


def read_program(text: str, given: Given) -> Program:
    """The program of a text with sums, entries and columns of data.

    Args:
        text: as typed.
        given: parameters, data, and what is known of the variables.

    Raises:
        ExpressionError: with the place.
        LimitError: more terms or variables than fit.

    Example:
        >>> read = read_program("Sum((x[i+1] - x[i])**2, (i, 0, n-2))", Given({"n": 4.0}))
        >>> read.n, read.elements[0].count, read.elements[0].pairs
        (4, 3, ((0, 0), (0, 1), (1, 1)))
    """
    return _Reader(text, given).run()


class _Reader(Variables):
    """One pass over the tokens of one text."""

    def __init__(self, text: str, given: Given) -> None:
        super().__init__(text, given)
        words = {token.text for token in self.tokens} | {*given.parameters, *given.data, *given.sizes}
        self.prefix = next(p for p in ("v" * k for k in range(1, 99)) if not any(w.startswith(p) for w in words))
        self.made = 0
        self.drafts: dict[str, Draft] = {}
        self.notes: list[str] = []

    def run(self) -> Program:
        """The program."""
        for token in self.tokens:
            if token.text == "=" or token.kind == "break":
                message = "beside sums and columns of data no name can be given a value; write it out where it is used"
                refuse(self.text, message, token.start, token.end)
        slots: dict[str, Entry] = {}
        written = self._written(0, len(self.tokens), {}, slots, whole_vectors=False)
        outer = self.parse(written)
        if outer.vector:
            refuse(self.text, "a vector of sums has no answer here; ask for one component at a time", 0, len(self.text))
        free = [name for name in outer.variables if name not in self.drafts and name not in slots]
        for name in free:
            self.single(name)
        blocks = self.blocks()
        names = {**{name: draft.head for name, draft in self.drafts.items()}, **{k: e.text for k, e in slots.items()}}
        entries = [(entry.text, place(entry, blocks)) for entry in slots.values()]
        entries += [(name, blocks[name].start) for name in free]
        order = (*(draft.head for draft in self.drafts.values()), *dict(entries))
        elements = tuple(element(draft, blocks) for draft in self.drafts.values())
        outer = _renamed(outer, names, order, self.text)
        places = tuple(int(place) for place in dict(entries).values())
        program = Program(self.text, tuple(blocks.values()), elements, outer, places, tuple(self.notes))
        if not program.n:
            raise ExpressionError(
                "there are no variables to differentiate by: every name is a parameter or data", code="variables"
            )
        return program

    # the text with names in place of sums and entries

    def _written(
        self, at: int, end: int, bound: Mapping[str, Whole], slots: dict[str, Entry], *, whole_vectors: bool
    ) -> Written:
        """The tokens [at, end) with what was taken out; ``slots`` gets the entries that stand directly in them."""
        out, position = Written(), self.tokens[at].start if at < end else 0
        while at < end:
            token, after = self.tokens[at], self.tokens[at + 1].text if at + 1 < end else ""
            made: tuple[str, int] | None = None
            if token.kind == "name" and after == "(" and token.text in (*SUMS, *REDUCTIONS):
                made = self._sum(at, bound)
            elif token.kind == "name" and after == "(" and token.text in REFUSED:
                refuse(self.text, REFUSED[token.text], token.start, token.end)
            elif token.kind == "name" and after == "[":
                made = self._entry(at, bound, slots)
            elif whole_vectors and token.kind == "name" and after != "(":
                made = self._whole_vector(at, bound, slots)
            elif token.text in CONSTANTS and (token.text in self.given.data or token.text in self.given.sizes):
                self.single(token.text)
            if made is None:
                out.add(self.text[position : token.end], position, verbatim=True)
                position, at = token.end, at + 1
                continue
            name, close = made
            self._check_product(close, end)
            out.add(self.text[position : token.start], position, verbatim=True)
            out.add(name, token.start, verbatim=False)
            position, at = self.tokens[close].end, close + 1
        return out

    def _check_product(self, close: int, end: int) -> None:
        """Refuse what stands right behind a sum or an entry, where the name in its place would swallow it."""
        if close + 1 >= end:
            return
        last, following = self.tokens[close], self.tokens[close + 1]
        joined = following.kind in ("name", "number") and following.start == last.end
        if joined or following.text == "(":
            refuse(self.text, "for a product write *", following.start, following.end)

    def _name(self) -> str:
        self.made += 1
        return f"{self.prefix}{self.made - 1}"

    # sums

    def _sum(self, at: int, outside: Mapping[str, Whole]) -> tuple[str, int]:
        """The name of a new total, and where its sum closes."""
        word, close = self.tokens[at], self.close(at + 1)
        if outside:
            message = "a sum inside another's body is not taken; several limits are: Sum(body, (i, a, b), (j, c, d))"
            refuse(self.text, message, word.start, self.tokens[close].end)
        parts = self.parts(at + 2, close)
        name, slots = self._name(), dict[str, Entry]()
        typed = self.text[word.start : self.tokens[close].end]
        self.typed[name] = f"{word.text}(...)"
        if word.text in REDUCTIONS:
            if len(parts) != 1:
                refuse(
                    self.text,
                    f"{word.text} takes one expression of columns and vectors",
                    word.start,
                    self.tokens[close].end,
                    "arity",
                )
            length = self.length(parts[0], word)
            bound: dict[str, Whole] = {"": np.arange(length)}
            names: tuple[str, ...] = ()
        else:
            if len(parts) < 2:
                refuse(
                    self.text,
                    "a sum says over what: Sum(body, (i, first, last))",
                    word.start,
                    self.tokens[close].end,
                    "arity",
                )
            bound, names = self._limits(parts[1:])
        count = len(np.asarray(next(iter(bound.values()))))
        written = self._written(*parts[0], bound, slots, whole_vectors=word.text in REDUCTIONS)
        first = self.parse(written)
        if first.vector:
            refuse(self.text, "the body of a sum is one number, no vector", word.start, self.tokens[close].end, "type")
        columns = {one: slot for one, slot in slots.items() if slot.name in self.given.data}
        entries = {one: slot for one, slot in slots.items() if one not in columns}
        free = [one for one in first.variables if one not in slots and one not in names]
        for one in free:
            self.single(one)
            entries[one] = Entry(one, None, one, word.start, word.end)
        used = {one: np.asarray(bound[one]) for one in names if one in first.variables}
        body = self.parse(written, [*entries, *columns, *used])
        shown = {one: entry.text for one, entry in {**entries, **columns}.items()}
        order = [shown.get(one, one) for one in (*entries, *columns, *used)]
        distinct = list(dict.fromkeys(order))
        body = _renamed(body, shown, tuple(distinct), self.text)
        numbers = [self.column(column) for column in columns.values()]
        kept = dict(zip([column.text for column in columns.values()], numbers, strict=True))
        slot_of = {entry.text: entry for entry in entries.values()}
        divisor = f"/{count}" if word.text == "mean" else ""
        head = " ".join(typed.split())
        if word.text == "mean":
            head = f"sum{head[len('mean') :]}"
        name = next((one for one, draft in self.drafts.items() if draft.head == head), name)
        indices = tuple((one, np.asarray(bound[one])) for one in names)
        numbers = [*kept.values(), *used.values()]
        self.drafts[name] = Draft(head, body, list(slot_of.values()), numbers, count, indices)
        if divisor and not count:
            refuse(self.text, "a mean of no terms is undefined", word.start, self.tokens[close].end)
        return f"({name}{divisor})" if divisor else name, close

    def _limits(self, parts: Sequence[tuple[int, int]]) -> tuple[dict[str, Whole], tuple[str, ...]]:
        """The values of bound names, row by row: the first limit runs fastest, as SymPy nests them."""
        bound: dict[str, Whole] = {}
        names: list[str] = []
        for at, end in reversed(parts):
            first, last = self.tokens[at], self.tokens[end - 1] if end > at else self.tokens[at]
            inner = self.parts(at + 1, end - 1) if first.text == "(" and last.text == ")" else []
            if len(inner) != 3 or inner[0][1] - inner[0][0] != 1 or self.tokens[inner[0][0]].kind != "name":
                refuse(self.text, "a limit of a sum is (name, first, last), the last included", first.start, last.end)
            token = self.tokens[inner[0][0]]
            if token.text in bound or token.text in self.given.parameters or token.text in self.given.data:
                refuse(
                    self.text,
                    f"{token.text!r} is taken already; an index needs a name of its own",
                    token.start,
                    token.end,
                    "name",
                )
            if token.text in CONSTANTS:
                message = f"{token.text!r} is a constant; an index needs a name of its own"
                refuse(self.text, message, token.start, token.end, "name")
            low, high = (
                self._whole(part, bound, f"the {word} of {token.text}")
                for word, part in zip(("first", "last"), inner[1:], strict=True)
            )
            bound = self._spread(bound, token, low, high)
            names.append(token.text)
        if not len(np.asarray(next(iter(bound.values())))):
            where = self.text[self.tokens[parts[0][0]].start : self.tokens[parts[-1][1] - 1].end]
            self.notes.append(
                f"the sum over {where} is empty: its last index lies before its first, and its value is 0"
            )
        return bound, tuple(reversed(names))

    def _spread(self, bound: Mapping[str, Whole], token: Token, low: Whole, high: Whole) -> dict[str, Whole]:
        """Every row once for every value of one more name."""
        if not bound:
            assert isinstance(low, int)
            assert isinstance(high, int)
            self._check_terms(max(high - low + 1, 0), token)
            return {token.text: np.arange(low, high + 1)}
        counts = np.maximum(np.asarray(high) - np.asarray(low) + 1, 0)
        counts = np.broadcast_to(counts, len(np.asarray(next(iter(bound.values())))))
        total = int(counts.sum(dtype=object)) if counts.size < 1000 else int(counts.astype(float).sum())
        self._check_terms(total, token)
        starts = np.repeat(np.broadcast_to(low, counts.shape), counts)
        steps = np.arange(total) - np.repeat(np.cumsum(counts) - counts, counts)
        return {**{name: np.repeat(values, counts) for name, values in bound.items()}, token.text: starts + steps}

    def _check_terms(self, count: int, token: Token) -> None:
        if count > MOST_TERMS:
            message = f"a sum of {count:,} terms; the limit is {MOST_TERMS:,}; split it, or give smaller bounds"
            raise LimitError(message, source=self.text, column=token.start, width=token.end - token.start)

    def _whole(self, part: tuple[int, int], bound: Mapping[str, Whole], what: str) -> Whole:
        """A bound or an index; entries of data in it are columns of whole numbers."""
        slots: dict[str, Entry] = {}
        written = self._written(*part, {**bound, "": 0}, slots, whole_vectors=False)
        start, end = (
            self.tokens[part[0]].start if part[0] < len(self.tokens) else len(self.text),
            self.tokens[part[1] - 1].end,
        )
        if part[0] >= part[1]:
            refuse(self.text, f"{what} is empty", end, end + 1)
        values: dict[str, Whole] = {name: value for name, value in bound.items() if name}
        for name, entry in slots.items():
            if entry.name not in self.given.data:
                refuse(
                    self.text, f"{what} depends on the variable {entry.text}; an index is known beforehand", start, end
                )
            values[name] = self.indices(entry)
        expression = self.parse(written)
        for name in expression.variables:
            if name not in values:
                remedy = (
                    suggestion(name, (*self.given.parameters, *values)) or f"; --param {name}=NUMBER gives it a value"
                )
                refuse(self.text, f"{what} has the unknown name {name!r}{remedy}", start, end, "unknown-name")
        try:
            return whole(expression, values, what)
        except ExpressionError as problem:
            refuse(self.text, problem.message, start, end, problem.code)

    # entries of vectors and of data

    def _entry(self, at: int, bound: Mapping[str, Whole], slots: dict[str, Entry]) -> tuple[str, int]:
        """The name of a slot for ``x[index]``, and where it closes."""
        token, close = self.tokens[at], self.close(at + 1)
        end = self.tokens[close].end
        if trouble := name_trouble(token.text):
            refuse(self.text, trouble, token.start, token.end, "name")
        if token.text in self.given.parameters or token.text in bound:
            refuse(self.text, f"{token.text!r} is one number and has no entries", token.start, end, "name")
        parts = self.parts(at + 2, close)
        if len(parts) != 1:
            refuse(self.text, "entries have one index; an array of several is not taken", token.start, end, "index")
        text = f"{token.text}[{''.join(self.text[self.tokens[at + 1].end : self.tokens[close].start].split())}]"
        index = self._whole(parts[0], bound, f"the index of {text}")
        entry = Entry(token.text, index, text, token.start, end)
        if token.text in self.given.data:
            self._check_range(entry, len(self.given.data[token.text]), bound)
            if not bound:  # outside of sums it is a number
                return f"({self.given.data[token.text][index].item()!r})", close
        else:
            known = self.given.sizes.get(token.text)
            largest = int(np.max(index, initial=-1)) if not isinstance(index, int) else index
            self.vectors[token.text] = max(self.vectors.get(token.text, 0), largest + 1)
            self._check_range(entry, self.vectors[token.text] if known is None else known, bound)
        return self._slot(entry, slots), close

    def _slot(self, entry: Entry, slots: dict[str, Entry]) -> str:
        """The name of an entry; equal texts are one."""
        name = next((one for one, other in slots.items() if other.text == entry.text), "") or self._name()
        slots.setdefault(name, entry)
        self.typed[name] = entry.text
        return name

    def _check_range(self, entry: Entry, size: int, bound: Mapping[str, Whole]) -> None:
        """Refuse an index outside a vector, and say for which values of the bound names it is."""
        index = np.atleast_1d(np.asarray(entry.index))
        outside = (index < 0) | (index >= size)
        if not outside.any():
            return
        row = int(np.flatnonzero(outside)[0])
        at = ", ".join(f"{name} = {int(np.asarray(v)[row])}" for name, v in bound.items() if name and np.ndim(v))
        has = f"{entry.name} has the entries 0 to {size - 1}" if size else "entries are counted from 0"
        message = f"{entry.text} is {entry.name}[{int(index[row])}]{' at ' + at if at else ''}, and {has}"
        refuse(self.text, message, entry.start, entry.end, "index")

    def _whole_vector(self, at: int, bound: Mapping[str, Whole], slots: dict[str, Entry]) -> tuple[str, int] | None:
        """In ``sum`` and ``mean`` a bare name of a column or vector is its entry in every row; None for others."""
        token = self.tokens[at]
        if token.text not in self.given.data and token.text not in self.given.sizes:
            return None
        return self._slot(Entry(token.text, bound[""], token.text, token.start, token.end), slots), at


def _renamed(expression: Expression, shown: Mapping[str, str], order: tuple[str, ...], source: str) -> Expression:
    """The program under the names that were typed, its variables in a given order."""
    nodes = tuple(
        replace(node, value=shown.get(str(node.value), node.value), span=(0, 0))
        if node.op == "variable"
        else replace(node, span=(0, 0))
        for node in expression.nodes
    )
    return replace(expression, source=source, nodes=nodes, variables=order)
