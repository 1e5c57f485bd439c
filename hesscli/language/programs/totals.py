"""Elements: the body of a sum and what stands in its rows, once it is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from hesscli.errors import LimitError
from hesscli.language.expression import Expression, Node
from hesscli.language.programs.cases import by_case
from hesscli.language.programs.integers import Whole
from hesscli.language.programs.rows import RaggedError, Rows
from hesscli.language.programs.spans import Declarations, Slot, Written
from hesscli.language.programs.variables import Draft
from hesscli.language.programs.vectors import Vectors
from hesscli.language.tokens import refuse

MOST_GROUPS = 64
"""Elements that one sum becomes where its rows take different cases, or have sums of different lengths in them."""

TermWriter = Callable[[Rows], Written]


class Totals(Vectors):
    """The elements of a text, as they are found."""

    def __init__(self, text: str, given: Declarations) -> None:
        super().__init__(text, given)
        words = {token.text for token in self.tokens} | {*given.parameters, *given.data, *given.sizes}
        self.prefix = next(p for p in ("v" * k for k in range(1, 99)) if not any(w.startswith(p) for w in words))
        self.made = 0
        self.drafts: dict[str, list[Draft]] = {}

    def name(self, typed: str) -> str:
        """A name that nobody typed, in the place of what somebody did."""
        name = f"{self.prefix}{self.made}"
        self.made += 1
        self.typed[name] = typed
        return name

    def total(
        self,
        typed: str,
        rows: Rows,
        count: int,
        bound: Mapping[str, Whole],
        axes: tuple[Whole, ...],
        write: TermWriter,
        at: int,
    ) -> str:
        """The name of an element's total; the same sum has it already."""
        head = " ".join(typed.split()) + (f" at {rows.where(0)}" if rows.bound else "")
        if known := next((name for name, drafts in self.drafts.items() if drafts[0].head == head), ""):
            return known
        name = self.name(f"{self.tokens[at].text}(...)")
        inner = Rows(count, {**rows.bound, **bound}, rows.shown, axes)
        self.drafts[name] = self._drafts(head, inner, write, at)
        return name

    def _drafts(self, head: str, rows: Rows, write: TermWriter, at: int) -> list[Draft]:
        """The elements of a sum: one, or one for every case, and for every number of terms of a sum in its body."""
        try:
            drafts = by_case(self._draft(head, rows, write(rows), at), MOST_GROUPS)
        except RaggedError as ragged:
            counts = np.unique(ragged.counts)
            if len(counts) > MOST_GROUPS:
                many = f"{len(counts):,} different numbers of terms"
                message = f"the sum in the body has {many}; the limit is {MOST_GROUPS}"
                token = self.tokens[at]
                raise LimitError(message, source=self.text, column=token.start, width=token.end - token.start) from None
            groups = [rows.only(np.flatnonzero(ragged.counts == one)) for one in counts]
            drafts = [draft for group in groups for draft in self._drafts(head, group, write, at)]
        for k, draft in enumerate(drafts):
            draft.head = head if not k else f"{head} ({k + 1})"
        return drafts

    def _draft(self, head: str, rows: Rows, written: Written, at: int) -> Draft:
        """An element of the rows, whose body was written."""
        body = self.parse(written)
        if body.vector:
            where = self.columns(at, self.close(at + 1) + 1)
            refuse(self.text, "the body of a sum is one number, no vector", *where, "type")
        slots = rows.slots
        columns = {n: e for n, e in slots.items() if e.name in self.given.data or e.values is not None}
        entries = {n: e for n, e in slots.items() if n not in columns}
        names = [name for name, values in rows.bound.items() if not isinstance(values, int)]
        for free in body.variables:
            if free not in slots and free not in names:
                self.single(free)
                entries[free] = Slot(free, (), free, self.tokens[at].start, self.tokens[at].end)
        used = {name: np.asarray(rows.bound[name]) for name in names if name in body.variables}
        shown = {name: entry.text for name, entry in {**entries, **columns}.items()}
        order = tuple(shown.get(name, name) for name in (*entries, *columns, *used))
        numbers = [*(self.column(entry) for entry in columns.values()), *used.values()]
        indices = tuple((name, np.asarray(rows.bound[name])) for name in names)
        body = renamed(body, shown, order, self.text)
        return Draft(head, body, list(entries.values()), numbers, rows.count or 0, indices)


def renamed(expression: Expression, shown: Mapping[str, str], order: tuple[str, ...], source: str) -> Expression:
    """The program under the names that were typed, its variables in a given order."""
    nodes = tuple(
        replace(node, value=shown.get(str(node.value), node.value), span=(0, 0))
        if node.op == "variable"
        else replace(node, span=(0, 0))
        for node in expression.nodes
    )
    return replace(expression, source=source, nodes=nodes, variables=order)


def spread(outer: Expression, head: str, parts: Sequence[str]) -> Expression:
    """The outer expression with the sum of several totals in the place of one."""
    if len(parts) < 2:
        return outer
    nodes, places = list[Node](), list[int]()
    for node in outer.nodes:
        if node.op == "variable" and node.value == head:
            first = len(nodes)
            nodes += [Node("variable", (), part) for part in parts]
            nodes.append(Node("add", tuple(range(first, len(nodes)))))
        else:
            nodes.append(replace(node, args=tuple(places[k] for k in node.args)))
        places.append(len(nodes) - 1)
    order = tuple(part for name in outer.variables for part in (parts if name == head else (name,)))
    outputs = tuple(places[k] for k in outer.outputs)
    return replace(outer, nodes=tuple(nodes), variables=order, outputs=outputs)
