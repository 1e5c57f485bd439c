"""Functions replaced by their definitions: a call becomes the nodes of the definition, once, and each knows its origin.

A row of the catalogue that is not primitive says what it is in our own language: ``silu(x) = x*sigmoid(x)``. Its
text is parsed like any other, and its nodes are copied into the program where the call stood (inlined), with the
call's operands for the formal arguments. Equal operations on equal nodes become one node, as in the parser.

Example:
    >>> from hesscli.language.syntax import parse
    >>> [node.op for node in inlined(parse("relu(x)"), {"relu"}).expression.nodes]
    ['variable', 'number', 'Max']
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from functools import cache

from hesscli.language.expression import Expression, Node
from hesscli.language.functions import BY_NAME, FUNCTIONS
from hesscli.language.syntax import parse

_HEAD = re.compile(r"(\w+)\(([\w, ]+)\) = (.+)")

DEFINED = frozenset(row.name for row in FUNCTIONS if row.definitions and not row.primitive)
"""The functions of which the definition is as good as a rule of their own."""


@dataclass(frozen=True, slots=True)
class Inlined:
    """A program in which some functions stand as their definitions.

    Attributes:
        expression: the new program: the same variables, parameters and components.
        origin: of each new node, the position in the program as typed of the node that it stands for.
        place: of each node as typed, its position in the new program.
    """

    expression: Expression
    origin: tuple[int, ...]
    place: tuple[int, ...]


@cache
def definition(name: str, count: int) -> Expression | None:
    """What a function of so many arguments is in terms of others; the variables are its formal arguments.

    Args:
        name: canonical name.
        count: of arguments; a function may have a definition for some counts only, as ``log(x, b)``.

    Returns:
        The parsed definition, None of what is primitive.
    """
    row = BY_NAME.get(name)
    for text in row.definitions if row else ():
        head = _HEAD.fullmatch(text)
        assert head, f"the definition {text!r} is not of the form f(x, y) = ..."
        formal = head[2].split(", ")
        if len(formal) == count:
            return parse(head[3], variables=formal)
    return None


def inlined(expression: Expression, names: Container[str]) -> Inlined:
    """The program with the definitions of some functions in place of their calls, and theirs in turn.

    Args:
        expression: what was typed.
        names: canonical names of the functions to replace, wherever they have a definition.

    Returns:
        The new program and where each of its nodes comes from; a program without such calls is kept as it is.
    """
    if not any(node.op in names and definition(node.op, len(node.args)) for node in expression.nodes):
        every = tuple(range(len(expression.nodes)))
        return Inlined(expression, every, every)
    copy = _Copy(names)
    place: list[int] = []
    for k, node in enumerate(expression.nodes):
        place.append(copy.take(node, [place[j] for j in node.args], k, node.span))
    program = replace(expression, nodes=tuple(copy.nodes), outputs=tuple(place[k] for k in expression.outputs))
    return Inlined(program, tuple(copy.origin), tuple(place))


class _Copy:
    """The new program as it grows."""

    def __init__(self, names: Container[str]) -> None:
        self.names = names
        self.nodes: list[Node] = []
        self.origin: list[int] = []
        self._known: dict[tuple[object, ...], int] = {}

    def take(self, node: Node, args: Sequence[int], origin: int, span: tuple[int, int]) -> int:
        """Copy a node with these operands, or the nodes of its definition; the position of the result."""
        meaning = definition(node.op, len(args)) if node.op in self.names else None
        if meaning is None:
            return self._once(replace(node, args=tuple(args), span=span), origin)
        formal = dict(zip(meaning.variables, args, strict=True))
        place: list[int] = []
        for inner in meaning.nodes:
            if inner.op == "variable":
                place.append(formal[str(inner.value)])
            else:
                place.append(self.take(inner, [place[j] for j in inner.args], origin, span))
        return place[meaning.outputs[0]]

    def _once(self, node: Node, origin: int) -> int:
        # 1, 1.0 and -0.0 are different constants; two parameters of one value keep their names
        value = node.value.hex() if isinstance(node.value, float) else node.value
        key = (node.op, node.args, type(node.value), value, node.span if node.op == "parameter" else None)
        found = self._known.setdefault(key, len(self.nodes))
        if found == len(self.nodes):
            self.nodes.append(node)
            self.origin.append(origin)
        return found
