"""Random expressions as text, and their values by Python's own parser and exact arithmetic: the independent truth."""

from __future__ import annotations

import ast
import operator
from fractions import Fraction
from functools import reduce

from hypothesis import strategies as st

from hesscli.errors import HesscliError
from hesscli.language.expression import Expression

AT = {"x": Fraction(3, 2), "y": Fraction(-2, 3), "z": Fraction(5)}
SMALL = 400
"""Bits beyond which a power is not worth computing."""

spaces = st.sampled_from(["", "", " "])
leaves = st.one_of(st.integers(0, 12).map(str), st.sampled_from(["x", "y", "z", "0.5", "2.25", "1e1"]))


def _extend(inner):
    binary = st.tuples(inner, spaces, st.sampled_from(["+", "-", "*", "/", "**"]), spaces, inner)
    return st.one_of(
        binary.map("".join),
        binary.map("".join),
        inner.map(lambda text: f"({text})"),
        inner.map(lambda text: f"-{text}"),
        inner.map(lambda text: f"+{text}"),
        inner.map(lambda text: f"abs({text})"),
        st.tuples(inner, inner).map(lambda pair: f"max({pair[0]}, {pair[1]})"),
    )


arithmetic = st.recursive(leaves, _extend, max_leaves=12)
"""Texts that mean the same in Python and here."""

conditions = st.recursive(
    st.tuples(arithmetic, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), arithmetic).map(" ".join),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda t: f"({t[0]}) {t[1]} ({t[2]})"),
        st.tuples(inner, st.sampled_from(["&", "|"]), inner).map(lambda t: f"({t[0]}) {t[1]} ({t[2]})"),
        inner.map(lambda text: f"not ({text})"),
        inner.map(lambda text: f"~({text})"),
    ),
    max_leaves=3,
)
functions = st.one_of(
    arithmetic,
    st.tuples(arithmetic, conditions, arithmetic).map(lambda t: f"Piecewise(({t[0]}, {t[1]}), ({t[2]}, True))"),
    st.tuples(st.sampled_from(["sin", "ln", "arctan", "gamma"]), arithmetic).map(lambda t: f"{t[0]}({t[1]})"),
)
everything = st.recursive(functions, _extend, max_leaves=4)
"""Arithmetic, conditions, calls: every form of node."""


class Beyond(Exception):
    """Division by zero, or a power that is irrational or huge."""


def power(base: Fraction, exponent: Fraction) -> Fraction:
    if exponent.denominator != 1 or (base == 0 and exponent < 0):
        raise Beyond
    if abs(exponent) * max(base.numerator.bit_length(), base.denominator.bit_length()) > SMALL:
        raise Beyond
    return base ** int(exponent)


def divide(above: Fraction, below: Fraction) -> Fraction:
    if below == 0:
        raise Beyond
    return above / below


BINARY = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: divide, ast.Pow: power}
UNARY = {ast.USub: operator.neg, ast.UAdd: operator.pos}


def by_python(text: str) -> Fraction:
    """The value as Python's parser reads it."""
    return _walk(ast.parse(text, mode="eval").body)


def _walk(node: ast.expr) -> Fraction:
    if isinstance(node, ast.Constant):
        return Fraction(node.value)
    if isinstance(node, ast.Name):
        return AT[node.id]
    if isinstance(node, ast.BinOp):
        return BINARY[type(node.op)](_walk(node.left), _walk(node.right))
    if isinstance(node, ast.UnaryOp):
        return UNARY[type(node.op)](_walk(node.operand))
    assert isinstance(node, ast.Call)
    return {"abs": abs, "max": max}[node.func.id](*map(_walk, node.args))


OPERATIONS = {
    "add": lambda *terms: sum(terms),
    "mul": lambda *factors: reduce(operator.mul, factors),
    "neg": operator.neg,
    "div": divide,
    "pow": power,
    "Abs": abs,
    "Max": max,
}


def by_program(expression: Expression) -> Fraction:
    """The value of the program, node by node."""
    values: list[Fraction] = []
    for node in expression.nodes:
        if node.op == "number":
            values.append(Fraction(node.value))
        elif node.op == "variable":
            values.append(AT[node.value])
        else:
            values.append(OPERATIONS[node.op](*(values[k] for k in node.args)))
    return values[expression.outputs[0]]


def program(expression: Expression):
    """The program without its places in the text."""
    nodes = [(node.op, node.args, type(node.value), repr(node.value)) for node in expression.nodes]
    return expression.variables, nodes, expression.outputs, expression.vector, expression.parameters


def attempt(make):
    """What ``make`` returns, or the error that it raises; any other exception is a bug."""
    try:
        return make()
    except HesscliError as error:
        return error
