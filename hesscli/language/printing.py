"""Expression -> text that parses to the same program, with SymPy's spacing and few brackets.

What was typed is kept, not simplified: ``x + 1 + 2`` stays three terms, for that is what runs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from hesscli.language.combine import AMPERSAND, BAR, COMPARE, POWER, PRODUCT, RELATIONS, SIGN, SUM
from hesscli.language.expression import Expression, Node
from hesscli.language.frames import MAX_DEPTH
from hesscli.language.functions import BY_NAME, CALLABLE
from hesscli.language.tokens import MAX_TEXT

LONGEST = 4
"""How many times longer than the source a text may get: a shared intermediate is written out at every use."""
SHORT = 2_000
"""Characters that are always allowed."""

ATOM = POWER + 1
LOOSEST = -1
SYMBOLS = {op: symbol for symbol, op in RELATIONS.items()}


class Part(NamedTuple):
    """A node still to be written: in brackets if it binds looser than ``level``, or starts with a minus and may not."""

    node: int
    level: int = LOOSEST
    minus: bool = True


Parts = list[str | Part]


def unparse(expression: Expression, node: int | None = None) -> str:
    """The expression, or one node of it, as text that ``parse`` reads as the same program.

    It is the source text, as typed, where shared intermediates would blow it up, or where it would be longer or
    nested deeper than ``parse`` accepts: intermediates and chains of signs are typed without brackets.

    Args:
        expression: any.
        node: which of its nodes; None is the whole, in square brackets where it is a vector.

    Example:
        >>> from hesscli.language.syntax import parse
        >>> unparse(parse("x0^2+x0*x1"))
        'x0**2 + x0*x1'
    """
    limit = min(max(SHORT, LONGEST * len(expression.source)), MAX_TEXT)
    if node is not None:
        start: Parts = [Part(node)]
    elif expression.vector:
        start = ["[", *_separated(expression.outputs, ", "), "]"]
    else:
        start = [Part(expression.outputs[0])]
    claimed = {*expression.variables, *(name for name, _ in expression.parameters)}
    text = written(start, lambda part: _parts(expression, part, claimed), limit, MAX_DEPTH)
    if text is not None:
        return text
    span = (0, None) if node is None else expression.nodes[node].span
    return expression.source[slice(*span)].strip()


def written(start: Sequence[Any], expand: Callable[[Any], Sequence[Any]], longest: int, deepest: int) -> str | None:
    """The texts that parts become, in order, depth first from a stack: no program is too deep for it.

    Args:
        start: texts, and parts that ``expand`` takes.
        expand: a part -> texts and parts.
        longest: characters of the whole.
        deepest: brackets inside brackets.

    Returns:
        The whole; None past the limits.
    """
    stack, pieces, length, depth = list(reversed(start)), [], 0, 0
    while stack:
        part = stack.pop()
        if isinstance(part, str):
            pieces.append(part)
            length += len(part)
            depth += sum(map(part.count, "([{")) - sum(map(part.count, ")]}"))
        else:
            stack.extend(reversed(expand(part)))
        if length + len(stack) > longest or depth > deepest:
            return None
    return "".join(pieces)


def _parts(expression: Expression, part: Part, claimed: set[str]) -> Parts:
    node = expression.nodes[part.node]
    level = _level(node)
    bracket = level < part.level or (not part.minus and _is_negative(node))
    minus = bracket or part.minus
    if not node.args:
        inner: Parts = [_leaf(expression, node)]
    elif rule := _RULES.get(node.op):
        inner = rule(expression, node, minus)
    else:
        inner = [_callable_name(node.op, claimed), "(", *_separated(node.args, ", "), ")"]
    return ["(", *inner, ")"] if bracket else inner


def _level(node: Node) -> int:
    if node.op == "number":
        if isinstance(node.value, Fraction):
            return PRODUCT
        return SIGN if _is_negative(node) else ATOM
    return _LEVELS.get(node.op, ATOM)


def _is_negative(node: Node) -> bool:
    """Does its text start with a minus of its own?"""
    if node.op == "number":
        return repr(node.value).startswith("-") if isinstance(node.value, float) else node.value < 0  # type: ignore[operator]  # an int
    return node.op == "neg"


def _leaf(expression: Expression, node: Node) -> str:
    if node.op == "parameter":
        return expression.parameter(node) or repr(node.value)
    if node.op in ("true", "false"):
        return node.op.capitalize()
    return repr(node.value) if isinstance(node.value, float) else str(node.value)


def _callable_name(op: str, claimed: set[str]) -> str:
    """The canonical name, or an alias where a variable has that name."""
    return next((name for name in (op, *BY_NAME[op].aliases) if name not in claimed and name in CALLABLE), op)


def _separated(nodes: tuple[int, ...], separator: str, level: int = LOOSEST, *, minus: bool = True) -> Parts:
    parts: Parts = []
    for node in nodes:
        parts += [separator, Part(node, level, minus)]
    return parts[1:]


def _add(expression: Expression, node: Node, minus: bool) -> Parts:
    parts: Parts = [Part(node.args[0], SUM + 1, minus)]
    for k in node.args[1:]:
        term = expression.nodes[k]
        if term.op == "neg":
            parts += [" - ", Part(term.args[0], SUM + 1, False)]
        elif term.op == "number" and _is_negative(term):
            parts += [" - ", _leaf(expression, term)[1:]]
        else:
            parts += [" + ", Part(k, SUM + 1, False)]
    return parts


def _mul(expression: Expression, node: Node, minus: bool) -> Parts:
    # a quotient may come first, x/y*z; a product in brackets was typed with them
    first = SIGN if expression.nodes[node.args[0]].op == "mul" else PRODUCT
    return [Part(node.args[0], first, minus), "*", *_separated(node.args[1:], "*", POWER, minus=False)]


def _div(expression: Expression, node: Node, minus: bool) -> Parts:
    return [Part(node.args[0], PRODUCT, minus), "/", Part(node.args[1], POWER, False)]


def _pow(expression: Expression, node: Node, minus: bool) -> Parts:
    return [Part(node.args[0], ATOM, False), "**", Part(node.args[1], POWER, False)]


def _neg(expression: Expression, node: Node, minus: bool) -> Parts:
    return ["-", Part(node.args[0], POWER, False)]


def _relation(expression: Expression, node: Node, minus: bool) -> Parts:
    return [Part(node.args[0], SUM), f" {SYMBOLS[node.op]} ", Part(node.args[1], SUM)]


def _logic(separator: str) -> Callable[[Expression, Node, bool], Parts]:
    return lambda expression, node, minus: _separated(node.args, separator, SIGN)


def _not(expression: Expression, node: Node, minus: bool) -> Parts:
    return ["~", Part(node.args[0], SIGN)]


def _piecewise(expression: Expression, node: Node, minus: bool) -> Parts:
    parts: Parts = []
    for value, condition in zip(node.args[::2], node.args[1::2], strict=True):
        parts += [", ", "(", Part(value), ", ", Part(condition), ")"]
    return ["Piecewise(", *parts[1:], ")"]


_LEVELS = {
    **dict.fromkeys(RELATIONS.values(), COMPARE),
    **{"or": BAR, "and": AMPERSAND, "not": SIGN, "neg": SIGN, "add": SUM, "mul": PRODUCT, "div": PRODUCT, "pow": POWER},
}
_RULES: dict[str, Callable[[Expression, Node, bool], Parts]] = {
    **dict.fromkeys(RELATIONS.values(), _relation),
    **{"or": _logic(" | "), "and": _logic(" & "), "not": _not},
    **{"neg": _neg, "add": _add, "mul": _mul, "div": _div, "pow": _pow, "Piecewise": _piecewise},
}
