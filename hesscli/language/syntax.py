"""What was typed -> Expression, on the standard library alone.

A closed grammar: what it does not name does not exist, and no text ever reaches Python's own
compiler, ``eval`` or SymPy's parser. See ``grammar.py`` for what may be typed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from hesscli.language.build import Builder
from hesscli.language.expression import Expression, Node
from hesscli.language.functions import CALLABLE, Function
from hesscli.language.grammar import Parser
from hesscli.language.latex.reader import is_latex
from hesscli.language.names import Scope
from hesscli.language.remarks import remarks, turned
from hesscli.language.tokens import Token, refuse

_EXPONENT = re.compile("[eE][0-9]+$")


def parse(
    text: str,
    *,
    variables: Sequence[str] | None = None,
    parameters: Mapping[str, float] | None = None,
    functions: Mapping[str, Function] = CALLABLE,
) -> Expression:
    """The program of an expression in Python's and SymPy's notation.

    Args:
        text: the expression; intermediate names before it as ``name = expression;``.
        variables: names of the n variables in the order of a point's coordinates; None takes the
            free names in natural order, x2 before x10 (none at all for a constant expression).
        parameters: names and values of numbers that are not differentiated.
        functions: what may be called, by name; the catalogue, unless a room has functions of its own besides.

    Returns:
        The program; equal operations on equal operands are one node.

    Raises:
        ExpressionError: with ``code`` syntax, unknown-name, arity, name or type, and the place.
        LimitError: the text, a number, a constant or the nesting is too large.

    Example:
        >>> parse("2x^2 + sin(x*y)").variables
        ('x', 'y')
    """
    builder = Builder(text, functions)
    scope = Scope(builder, variables, parameters or {})
    parser = Parser(text, builder, scope)
    outputs, vector = parser.run()
    _check_exponents(text, parser.tokens, scope)
    told = (
        *parser.notes,
        *(remarks(scope.variables) if variables is None else ()),
        *(() if is_latex(text) else turned(builder.nodes, parser.tokens, text)),
    )
    typed = Expression(
        source=text,
        variables=scope.variables,
        nodes=tuple(builder.nodes),
        outputs=tuple(output.node for output in outputs),
        vector=vector,
        parameters=tuple(scope.parameters.items()),
        notes=tuple(dict.fromkeys(told)),
    )
    return pruned(typed)


def pruned(expression: Expression) -> Expression:
    """The same function without nodes that no output needs, in depth-first order whatever way it was typed."""
    place: dict[int, int] = {}
    stack = list(reversed(expression.outputs))
    while stack:
        waiting = [k for k in reversed(expression.nodes[stack[-1]].args) if k not in place]
        if waiting and stack[-1] not in place:
            stack.extend(waiting)
        else:
            place.setdefault(stack.pop(), len(place))
    kept = (expression.nodes[old] for old in place)
    nodes = (Node(node.op, tuple(place[k] for k in node.args), node.value, node.span) for node in kept)
    return replace(expression, nodes=tuple(nodes), outputs=tuple(place[k] for k in expression.outputs))


def _check_exponents(text: str, tokens: Sequence[Token], scope: Scope) -> None:
    """``2e1`` is 20; beside a variable named e1 it may have been meant as a product."""
    for token in tokens:
        tail = _EXPONENT.search(token.text) if token.kind == "number" else None
        if tail and scope.claimed(tail[0]):
            message = f"{token.text} is a number; for a product write {token.text[: -len(tail[0])]}*{tail[0]}"
            refuse(text, message, token.start, token.end)
