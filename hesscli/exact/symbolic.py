"""An expression as a SymPy tree, built node by node; nothing a user typed reaches SymPy's own parser."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import reduce
from typing import Any

import sympy

from hesscli.exact.roots import OddRoot
from hesscli.language.definitions import inlined
from hesscli.language.expression import Expression, Node
from hesscli.language.functions import FUNCTIONS
from hesscli.language.printing import unparse

DYADIC = 1 << 10
"""A double with a denominator up to this is shown as the fraction that it is."""


class NoClosedForm(Exception):
    """SymPy has no function, or no derivative, that says this."""


def trees(expression: Expression) -> tuple[list[Any], list[Any]]:
    """The variables as real symbols, and the components as trees in them and in the parameters.

    Raises:
        NoClosedForm: an operation has no row in `BUILDERS`.
    """
    expression = inlined(expression, COMPOSED).expression
    symbols = {name: sympy.Symbol(name, real=True) for name in expression.variables}
    depends = expression.dependence()
    built: dict[int, Any] = {}
    for k in expression.live():
        node = expression.nodes[k]
        args = [built[j] for j in node.args]
        if node.op == "parameter":
            built[k] = sympy.Symbol(unparse(expression, k), real=True)
            continue
        built[k] = _build(node, args, symbols, constant=not depends[k])
    return list(symbols.values()), [built[k] for k in expression.outputs]


def exact_number(value: float | Fraction) -> Any:
    """An exact number; a double that is no short fraction is a symbol named by its own digits, to stay as typed."""
    exact = Fraction(value)
    if not isinstance(value, float) or exact.denominator <= DYADIC:
        return sympy.Rational(exact.numerator, exact.denominator)
    return (1 if value > 0 else -1) * sympy.Symbol(repr(abs(value)), positive=True)


def _build(node: Node, args: list[Any], symbols: dict[str, Any], *, constant: bool) -> Any:
    if node.op == "variable":
        return symbols[str(node.value)]
    if node.op == "constant":
        return getattr(sympy, str(node.value))
    if node.op == "number":
        assert not isinstance(node.value, (str, type(None)))
        return exact_number(node.value)
    if node.op in BUILDERS:
        return BUILDERS[node.op](*args)
    if node.op in SAME_NAME and not (node.op in POLYNOMIALS and (not args[0].is_Integer or args[0] > MOST_DEGREE)):
        kind = getattr(sympy, node.op)
        return kind(*args, evaluate=False) if constant else kind(*args)
    raise NoClosedForm(node.op)


def _piecewise(*args: Any) -> Any:
    return sympy.Piecewise(*zip(args[::2], args[1::2], strict=True))


def _chosen(better: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """Max and Min as cases: their derivatives are cases again, not steps."""

    def nested(*args: Any) -> Any:
        if len(args) > MOST_CASES:
            raise NoClosedForm("cases")
        return reduce(lambda a, b: sympy.Piecewise((a, better(a, b)), (b, True)), args)

    return nested


def _root(x: Any, n: Any) -> Any:
    if not n.is_Integer:
        raise NoClosedForm("root")
    return OddRoot(x, n) if n % 2 else sympy.Pow(x, 1 / n)


BUILDERS: dict[str, Callable[..., Any]] = {
    "add": sympy.Add,
    "mul": sympy.Mul,
    "neg": lambda x: -x,
    "div": lambda x, y: x / y,
    "pow": sympy.Pow,
    "sqrt": sympy.sqrt,
    "root": _root,
    "lt": sympy.Lt,
    "le": sympy.Le,
    "gt": sympy.Gt,
    "ge": sympy.Ge,
    "eq": sympy.Eq,
    "ne": sympy.Ne,
    "and": sympy.And,
    "or": sympy.Or,
    "not": sympy.Not,
    "true": lambda: sympy.true,
    "false": lambda: sympy.false,
    "Piecewise": _piecewise,
    "Max": _chosen(sympy.Gt),
    "Min": _chosen(sympy.Lt),
    "logsumexp": lambda *args: sympy.log(sympy.Add(*map(sympy.exp, args))),
    "logcosh": lambda x: sympy.log(sympy.cosh(x)),
    "entr": lambda x: -x * sympy.log(x),
    "rel_entr": lambda x, y: x * sympy.log(x / y),
    "xlogy": lambda x, y: x * sympy.log(y),
    "xlog1py": lambda x, y: x * sympy.log(1 + y),
}
"""Operators, and functions that read better than their definition."""

POLYNOMIALS = frozenset({"legendre", "chebyshevt", "chebyshevu", "hermite", "laguerre", "gegenbauer", "jacobi"})
"""SymPy writes these out at once."""
MOST_DEGREE, MOST_CASES = 12, 3
UNLIKE = frozenset({"Heaviside", "Mod", "betainc", "frac"})
"""SymPy has other arguments for these, or derivatives that are distributions or left standing."""
SAME_NAME = (
    frozenset(row.name for row in FUNCTIONS if isinstance(getattr(sympy, row.name, None), sympy.FunctionClass)) - UNLIKE
)
"""Functions that have SymPy's name and meaning."""

SHORTER_WITHOUT = frozenset({"gammainc", "gammaincc", "Heaviside"})
"""SymPy writes the incomplete gamma functions out term by term, and its Heaviside is a distribution."""

COMPOSED = frozenset(
    row.name for row in FUNCTIONS if row.definitions
) - BUILDERS.keys() - SAME_NAME - SHORTER_WITHOUT | {"log"}
"""Functions that SymPy is given as their definitions, ``log`` to a base among them."""
