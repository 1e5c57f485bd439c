"""A SymPy expression, node by node -> Expression.

SymPy itself is not needed: a tree is known by its nodes' ``func`` and ``args``, and no text of it is ever read.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from keyword import iskeyword
from typing import Any, NoReturn, Protocol, runtime_checkable

from hesscli.errors import ExpressionError, LimitError
from hesscli.language.binding import check_used
from hesscli.language.build import Builder, Operand
from hesscli.language.expression import Expression
from hesscli.language.functions import CALLABLE
from hesscli.language.names import Scope, natural_key, suggestion
from hesscli.language.printing import unparse
from hesscli.language.syntax import pruned
from hesscli.language.tokens import MAX_TEXT, WORDS, name_trouble


@runtime_checkable
class Tree(Protocol):
    """What a node of SymPy has."""

    @property
    def func(self) -> Any:
        """Its class."""

    @property
    def args(self) -> tuple[Any, ...]:
        """Its operands."""


def is_tree(value: object) -> bool:
    """Whether it is a tree, or a list or matrix of them."""
    return _is_node(value) or (not isinstance(value, (str, bytes)) and all(map(_is_node, _components(value) or [None])))


def _is_node(value: object) -> bool:
    kind = isinstance(value, Tree) and isinstance(value.func, type)  # a functools.partial has a func, too
    return kind and not isinstance(value, type) and not hasattr(value, "shape")


def _components(value: Any) -> list[Any]:
    try:
        return list(value)
    except TypeError:
        return []


def program_of(
    tree: Any, *, variables: Sequence[str] | None = None, parameters: Mapping[str, float] | None = None
) -> tuple[Expression, dict[str, str]]:
    """The program of a tree, or of a list or matrix of them: a vector.

    Args:
        tree: of SymPy.
        variables: names of the symbols in the order of a point's coordinates; None is all of them in natural order.
        parameters: names of symbols that are numbers, and these.

    Returns:
        The program; and symbol -> its name there, of those whose own is none in the language (``x'`` becomes ``x_``).

    Raises:
        ExpressionError: a node that the language has nothing for, or a symbol that is not declared.
        HesscliError: a parameter that is none of its symbols.
    """
    vector = not _is_node(tree)
    roots = _components(tree) if vector else [tree]
    order = [node for root in roots for node in _postorder(root)]
    symbols = sorted({str(node.name): None for node in order if _kind(node) == "symbol"}, key=natural_key)
    given, numbers = list(variables or ()), dict(parameters or {})
    check_used(numbers, symbols)
    renamed = _renamed([*symbols, *given, *numbers])
    if variables is None:
        given = [name for name in symbols if name not in numbers]
    builder = Builder(" ")
    names = {renamed.get(name, name): value for name, value in numbers.items()}
    scope = Scope(builder, [renamed.get(name, name) for name in given], names)
    made: dict[Any, Operand] = {}
    for node in order:
        if node not in made:
            made[node] = _node(builder, scope, node, [made[arg] for arg in _operands(node)], renamed)
    outputs = tuple(builder.number(made[root]).node for root in roots)
    program = Expression("", scope.variables, tuple(builder.nodes), outputs, vector, tuple(scope.parameters.items()))
    return _sourced(pruned(program), builder.text), {a: b for a, b in renamed.items() if a != b}


def _sourced(program: Expression, leaves: str) -> Expression:
    """The program with its own text as its source, in which parameters and decimals are found."""
    text = unparse(replace(program, source=leaves.ljust(MAX_TEXT)))
    if text == leaves.strip():
        raise LimitError(f"written out, the expression is longer than {MAX_TEXT:,} characters or nested too deeply")
    nodes = []
    for node in program.nodes:
        word = leaves[slice(*node.span)]
        found = re.search(rf"(?<![\w.]){re.escape(word)}(?![\w.])", text) if word else None
        nodes.append(replace(node, span=found.span() if found else (0, 0)))
    return replace(program, source=text, nodes=tuple(nodes))


def _postorder(root: Any) -> Iterator[Any]:
    """Every node after its operands, shared ones once; no tree is too deep."""
    stack, seen = [(root, False)], set()
    while stack:
        node, ready = stack.pop()
        if ready:
            yield node
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            stack.extend((arg, False) for arg in reversed(_operands(node)))


def _operands(node: Any) -> tuple[Any, ...]:
    """Those of a Piecewise are its values and conditions in turn; a leaf has none, nor has what is unknown."""
    if _is_number(node) or _kind(node) == "symbol" or _name(node) not in KNOWN:
        return ()
    if _name(node) == "Piecewise":
        return tuple(part for pair in node.args for part in pair.args)
    if _name(node) == "Heaviside" and _is_half(node):
        return tuple(node.args[:1])
    ordered = {"Add": "as_ordered_terms", "Mul": "as_ordered_factors"}.get(_name(node))
    shown = tuple(getattr(node, ordered)()) if ordered and hasattr(node, ordered) else ()
    return shown if {*shown} == {*node.args} else tuple(node.args)  # as it is printed


def _is_half(node: Any) -> bool:
    return (
        len(node.args) == 2 and _is_number(node.args[1]) and Fraction(node.args[1].p, node.args[1].q) == Fraction(1, 2)
    )


def _name(node: Any) -> str:
    return str(node.func.__name__)


def _is_number(node: Any) -> bool:
    return bool(getattr(node, "is_Rational", False) or getattr(node, "is_Float", False))


def _kind(node: Any) -> str:
    return "symbol" if getattr(node, "is_Symbol", False) else _name(node)


def _renamed(names: Sequence[str]) -> dict[str, str]:
    """Every name and what it is called in the language: itself, or the nearest that may be typed and is free."""
    found: dict[str, str] = {}
    taken = {name for name in names if _is_free(name)}
    for name in names:
        found[name] = name
        if name not in taken:
            stem = re.sub(r"\W+", "_", unicodedata.normalize("NFKC", name), flags=re.ASCII).strip("_")[:60] or "x"
            stem = f"x_{stem}" if stem[0].isdigit() else stem
            candidates = (stem, *(f"{stem}_{k}" for k in range(1, len(names) + 2)))
            found[name] = next(word for word in candidates if word not in taken and _is_free(word))
            taken.add(found[name])
    return found


def _is_free(name: str) -> bool:
    return not name_trouble(name) and name not in WORDS and not iskeyword(name)


def _leaf(builder: Builder, scope: Scope, node: Any, renamed: Mapping[str, str]) -> Operand:
    """A number, or a symbol."""
    if getattr(node, "is_Float", False):
        value = float(node)
        if not math.isfinite(value):
            _refuse(f"{node} is beyond the range of doubles")
        return builder.leaf("number", value, *_typed(builder, repr(abs(value))))
    if _is_number(node):
        return builder.constant(Fraction(int(node.p), int(node.q)), 0, 0)
    name = renamed[str(node.name)]
    if name in scope.parameters:
        return builder.leaf("parameter", scope.parameters[name], *_typed(builder, name))
    if name not in scope.variables:
        near = suggestion(name, scope.variables)
        _refuse(f"unknown symbol {name!r}{near or f'; the variables are {chr(44).join(scope.variables)}'}")
    return builder.leaf("variable", name, 0, 0)


def _typed(builder: Builder, word: str) -> tuple[int, int]:
    """Write a word into the builder's text, where the leaf that it makes points to."""
    start = builder.text.find(f" {word} ")
    if start < 0:
        start = len(builder.text) - 1
        builder.text += f"{word} "
    return start + 1, start + 1 + len(word)


def _node(builder: Builder, scope: Scope, node: Any, args: list[Operand], renamed: Mapping[str, str]) -> Operand:
    if _is_number(node) or _kind(node) == "symbol":
        return _leaf(builder, scope, node, renamed)
    name = _name(node)
    if name in CONSTANTS:
        return builder.leaf("constant", CONSTANTS[name], 0, 0)
    if name in RULES:
        return RULES[name](builder, args)
    row = CALLABLE.get(name)
    if row is None or len(args) < row.least or (row.most is not None and len(args) > row.most):
        why = "" if row is None else f" of {len(args)} arguments"
        _refuse(f"the language has no {name}{why}{suggestion(name, CALLABLE) if row is None else ''}")
    return builder.call(row, args, 0, 0)


def _product(builder: Builder, args: list[Operand]) -> Operand:
    """SymPy writes a quotient a/b as a*b**-1: as a division again, which rounds once."""
    above, below = list[Operand](), list[Operand]()
    for arg in args:
        base, power = _reciprocal(builder, arg)
        (below if power else above).append(base)
    minus = len(args) > 1 and bool(above) and builder.exact(above[0]) == -1
    above = above[1:] if minus else above
    top = builder.mul(above) if above else builder.constant(1, 0, 0)
    whole = builder.divide(top, builder.mul(below)) if below else top
    return builder.negative(whole, 0) if minus else whole


def _reciprocal(builder: Builder, arg: Operand) -> tuple[Operand, bool]:
    """The b of 1/b and True; anything else as it is and False."""
    node = builder.nodes[arg.node]
    if node.op == "div" and builder.exact(Operand(node.args[0], 0, 0)) == 1:
        return Operand(node.args[1], 0, 0), True
    return arg, False


def _power(builder: Builder, args: list[Operand]) -> Operand:
    base, exponent = args
    value = builder.exact(exponent)
    if value is not None and value < 0:
        return builder.divide(builder.constant(1, 0, 0), _power(builder, [base, builder.constant(-value, 0, 0)]))
    if value == 1:
        return base
    if value == Fraction(1, 2):
        return builder.call(CALLABLE["sqrt"], [base], 0, 0)
    return builder.power(base, exponent)


def _relation(op: str) -> Callable[[Builder, list[Operand]], Operand]:
    return lambda builder, args: builder.operation(op, [builder.number(arg) for arg in args], 0, 0)


def _logic(op: str) -> Callable[[Builder, list[Operand]], Operand]:
    return lambda builder, args: builder.operation(op, [builder.condition(arg) for arg in args], 0, 0)


def _refuse(message: str) -> NoReturn:
    raise ExpressionError(message, code="unknown-name")


CONSTANTS = {"Pi": "pi", "Exp1": "E", "EulerGamma": "EulerGamma"}
"""SymPy's classes of constants."""

RULES: dict[str, Callable[[Builder, list[Operand]], Operand]] = {
    "Add": lambda builder, args: builder.add(args),
    "Mul": _product,
    "Pow": _power,
    "Piecewise": lambda builder, args: builder.operation("Piecewise", args, 0, 0),
    "StrictLessThan": _relation("lt"),
    "LessThan": _relation("le"),
    "StrictGreaterThan": _relation("gt"),
    "GreaterThan": _relation("ge"),
    "Equality": _relation("eq"),
    "Unequality": _relation("ne"),
    "And": _logic("and"),
    "Or": _logic("or"),
    "Not": _logic("not"),
    "BooleanTrue": lambda builder, _: builder.operation("true", (), 0, 0),
    "BooleanFalse": lambda builder, _: builder.operation("false", (), 0, 0),
}
"""Name of a node's class -> what it becomes; every other one is a function of the catalogue."""

KNOWN = frozenset({*RULES, *CALLABLE})
