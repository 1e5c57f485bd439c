"""A plain expression with very many terms -> Program: terms of one shape are rows of one element.

A term's shape is its tree with a slot for every variable, and with a place for every number that is added or
multiplied; numbers that are the same in all rows stand in the body again, the others become columns. What is not alike
stays in the outer expression, whose variables are then as many as occur there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Sized
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from hesscli.language.expression import Expression, Node
from hesscli.language.printing import unparse
from hesscli.language.programs.integers import LARGEST
from hesscli.language.programs.program import Block, Element, Map, Program

LEAST_VARIABLES = 200
"""With fewer a plain expression is answered like any other: entry by entry, each of them proven."""

LEAST_TERMS = 32
"""Of a sum that is worth it."""

MOST_SHAPES = 24
"""Of all terms; with more they are not alike."""

MOST_NODES, MOST_DEPTH = 400, 60
"""Of one term's tree."""

MOST_OUTSIDE = 64
"""Variables that stand beside the terms; with more, terms of rare shapes stand there too."""

ABSTRACT = frozenset({"add", "mul", "neg", "div", "lt", "le", "gt", "ge"})
"""Operations whose numbers may differ from term to term; an exponent says what operation it is."""

Shape = tuple[tuple[Any, ...], ...]
"""A tree, node after node from the root on: ``("slot", k)``, ``("number", k)``, or an operation and its value."""


class UnlikeError(Exception):
    """The terms are not those of a few elements."""


@dataclass(slots=True)
class TermGroup:
    """Terms of one shape.

    Attributes:
        shape: of all.
        rows: the variables of every term, by slot.
        numbers: of every term, by place.
    """

    shape: Shape
    rows: list[tuple[int, ...]] = field(default_factory=list)
    numbers: list[tuple[int | float, ...]] = field(default_factory=list)


def recognised(expression: Expression) -> Program | None:
    """The same function as a program; None of several components.

    Example:
        >>> from hesscli.language.syntax import parse
        >>> typed = "+".join(f"({k} - x{k})**2*x{k + 1}" for k in range(50))
        >>> program = recognised(parse(typed))
        >>> program.n, [(element.count, element.body.variables) for element in program.elements]
        (51, [(50, ('x0', 'x1', 'c'))])
    """
    if expression.vector or len(expression.outputs) != 1:
        return None
    try:
        return _Recognition(expression).program()
    except UnlikeError:
        return _Recognition(expression, LEAST_TERMS).program()


class _Recognition:
    """One expression, taken apart.

    Args:
        expression: scalar.
        least: terms of one shape that make an element; with fewer they stay outside. 1 wants them all in few shapes.
    """

    def __init__(self, expression: Expression, least: int = 1) -> None:
        self.expression, self.nodes, self.least = expression, expression.nodes, least
        self.place = {name: k for k, name in enumerate(expression.variables)}
        self.groups: dict[Shape, TermGroup] = {}
        self.totals: list[list[TermGroup]] = []

    def program(self) -> Program:
        """The program.

        Raises:
            UnlikeError: too many shapes, or too much beside them, where all terms are wanted in few.
        """
        sums, outside = self._parted()
        entries = [k for k in outside if self.nodes[k].op == "variable"]
        if self.least == 1 and len(entries) > MOST_OUTSIDE:
            raise UnlikeError
        elements: list[Element] = []
        nodes: list[Node] = []
        at: dict[int, int] = {}
        for k in outside:
            node = self.nodes[k]
            if k in sums:
                groups, rest = sums[k]
                first = len(nodes)
                for group in groups:
                    elements.append(self._element(group, len(elements)))
                    nodes.append(Node("variable", (), elements[-1].head))
                if self.least == 1 and len(elements) > MOST_SHAPES:
                    raise UnlikeError
                terms = (*range(first, len(nodes)), *(at[term] for term in rest))
                if len(terms) > 1:
                    nodes.append(Node("add", terms))
            else:
                nodes.append(Node(node.op, tuple(at[a] for a in node.args), node.value, node.span))
            at[k] = len(nodes) - 1
        names = [str(self.nodes[k].value) for k in entries]
        outer = Expression(
            source=self.expression.source,
            variables=(*(element.head for element in elements), *names),
            nodes=tuple(nodes),
            outputs=(at[self.expression.outputs[0]],),
            parameters=self.expression.parameters,
        )
        notes = (*self.expression.notes, _told(self.place, elements))
        blocks = tuple(Block(name, k, 1, ()) for name, k in self.place.items())
        places = tuple(self.place[name] for name in names)
        echo = unparse(self.expression)
        return Program(self.expression.source, blocks, tuple(elements), outer, places, notes, echo)

    def _parted(self) -> tuple[dict[int, tuple[list[TermGroup], list[int]]], list[int]]:
        """The sums of many terms, outermost first: groups of alike ones, and the others.

        And what stands outside of the groups, in the order of the nodes.
        """
        sums: dict[int, tuple[list[TermGroup], list[int]]] = {}
        seen: set[int] = set()
        stack = [self.expression.outputs[0]]
        while stack:
            k = stack.pop()
            if k in seen:
                continue
            seen.add(k)
            terms = self._terms(k) if self.nodes[k].op == "add" else []
            groups, rest = self._groups(terms) if len(terms) >= LEAST_TERMS else ([], [])
            if groups:
                sums[k] = groups, rest
                stack.extend(rest)
            else:
                stack.extend(self.nodes[k].args)
        return sums, sorted(seen)

    def _terms(self, k: int) -> list[int]:
        """The terms of a sum, those of sums in it too, in order."""
        terms: list[int] = []
        stack = [k]
        while stack:
            one = stack.pop()
            if self.nodes[one].op == "add":
                stack.extend(reversed(self.nodes[one].args))
            else:
                terms.append(one)
        return terms

    def _groups(self, terms: list[int]) -> tuple[list[TermGroup], list[int]]:
        """The terms by their shapes, in the order in which these come first; and those whose shape is rare."""
        groups: dict[Shape, tuple[TermGroup, list[int]]] = {}
        rest: list[int] = []
        for k in terms:
            slots: dict[int, int] = {}
            numbers: list[int | float] = []
            try:
                shape = tuple(self._shape(k, "add", slots, numbers))
            except UnlikeError:
                if self.least == 1:
                    raise
                rest.append(k)
                continue
            group, places = groups.setdefault(shape, (TermGroup(shape), []))
            if self.least == 1 and len(groups) > MOST_SHAPES:
                raise UnlikeError
            group.rows.append(tuple(slots))
            group.numbers.append(tuple(numbers))
            places.append(k)
        rest += [k for _, places in groups.values() if len(places) < self.least for k in places]
        return [group for group, places in groups.values() if len(places) >= self.least], sorted(rest)

    def _shape(
        self, root: int, above: str, slots: dict[int, int], numbers: list[int | float]
    ) -> Iterator[tuple[Any, ...]]:
        """The tree of a term; its variables and numbers are put down where they come first."""
        stack, count = [(root, above, 0)], 0
        while stack:
            k, parent, depth = stack.pop()
            node, count = self.nodes[k], count + 1
            if count > MOST_NODES or depth > MOST_DEPTH:
                raise UnlikeError
            if node.op == "variable":
                yield "slot", slots.setdefault(self.place[str(node.value)], len(slots))
            elif node.op == "number" and parent in ABSTRACT and _countable(node.value):
                numbers.append(node.value)  # type: ignore[arg-type]  # an int or a float
                yield "number", len(numbers) - 1
            else:
                yield node.op, len(node.args), type(node.value), node.value
                stack.extend((a, node.op, depth + 1) for a in reversed(node.args))

    def _element(self, group: TermGroup, which: int) -> Element:
        """The element of some terms; its slots are called as in the first of them."""
        table = np.array(group.rows, dtype=np.int64).reshape(len(group.rows), -1)
        maps: list[Map] = [
            int(column[0]) if len(column) > 1 and np.all(column == column[0]) else column
            for column in np.ascontiguousarray(table.T)
        ]
        names = [self.expression.variables[k] for k in group.rows[0]]
        prefix = next(p for p in ("c" * k for k in range(1, 99)) if not any(n.startswith(p) for n in names))
        columns: list[Any] = []
        constants: list[Node] = []
        for values in zip(*group.numbers, strict=True):
            if len({(type(value), repr(value)) for value in values}) == 1:
                constants.append(Node("number", (), values[0]))
                continue
            whole = all(isinstance(value, int) for value in values)
            columns.append(np.array(values, dtype=np.int64 if whole else np.float64))
            names.append(prefix + (str(len(columns) - 1) if len(columns) > 1 else ""))
            constants.append(Node("variable", (), names[-1]))
        body = self._body(group.shape, names, constants)
        head = f"{unparse(body)} and {len(group.rows) - 1} terms like it" if len(group.rows) > 1 else unparse(body)
        return Element(f"{head} ({which + 1})", body, tuple(maps), tuple(columns), len(group.rows))

    def _body(self, shape: Shape, names: list[str], constants: list[Node]) -> Expression:
        """The expression that a shape stands for."""
        nodes: list[Node] = []
        known: dict[Any, int] = {}

        def put(node: Node) -> int:
            key = (node.op, node.args, type(node.value), repr(node.value))
            if key not in known:
                known[key] = len(nodes)
                nodes.append(node)
            return known[key]

        waiting: list[int] = []
        for op, *rest in reversed(shape):  # operands come behind their operation
            if op == "slot":
                waiting.append(put(Node("variable", (), names[rest[0]])))
            elif op == "number" and len(rest) == 1:
                waiting.append(put(constants[rest[0]]))
            else:
                args = tuple(waiting.pop() for _ in range(rest[0]))
                waiting.append(put(Node(op, args, rest[2])))
        return Expression(
            source=self.expression.source,
            variables=tuple(names),
            nodes=tuple(nodes),
            outputs=(waiting[0],),
            parameters=self.expression.parameters,
        )


def _told(variables: Sized, elements: Sequence[Element]) -> str:
    """What the reader has to know of an answer that differs in form."""
    terms = sum(element.count for element in elements)
    how = f"{terms:,} terms of {len(elements)} shape{'s' * (len(elements) > 1)}" if elements else "those that occur"
    told = f"{len(variables):,} variables are answered as a sum is, by {how}: the Hessian is sparse"
    return f"{told}, and a sample of its entries is proven (--exact full: all, like fewer variables)"


def _countable(value: Any) -> bool:
    """Whether a number keeps its value in a column."""
    return isinstance(value, float) or (isinstance(value, int) and abs(value) <= LARGEST)
