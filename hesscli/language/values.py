"""A typed number -> its double: decimals, and constant expressions such as ``pi/4`` and ``1/3``.

Rational arithmetic is exact and rounded once; beyond it, Python's ``math`` is used, for what it lacks the catalogue's
definitions.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from fractions import Fraction

from hesscli.errors import ExpressionError, PointError
from hesscli.language.definitions import DEFINED, inlined
from hesscli.language.expression import Expression, Node
from hesscli.language.syntax import parse

FILLED = re.compile(r"(zeros|ones)\s*\(\s*(\d+)\s*\)")
"""What NumPy writes for vectors, whose length is the declaration's here."""

Number = int | Fraction | float

MAX_BITS = 10_000
"""Bits up to which rational arithmetic stays exact."""

MAX_DECIMAL = 400
"""Characters of a decimal number that is not looked at as an expression."""

_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_NAMED = re.compile(r"(?<![<>=!])=(?!=)[^;\n]*$")
"""``n = 3``: an expression, but no number."""
_NOT_FINITE = frozenset({"nan", "inf", "infinity", "oo", "zoo"})


def real(text: str, what: str = "the number") -> float:
    """The finite double that ``text`` stands for.

    Args:
        text: a decimal number or a constant expression.
        what: what is being read, for messages: ``coordinate x0``.

    Raises:
        PointError: the text is empty, no constant, not real or not finite.

    Example:
        >>> real("1/3"), real("-2e-3"), real("sqrt(2)")
        (0.3333333333333333, -0.002, 1.4142135623730951)
    """
    word = text.strip()
    if not word:
        raise PointError(f"{what} is empty; expected a number", code="point")
    if word.lstrip("+-").lower() in _NOT_FINITE:
        raise PointError(f"{what} is {word!r}; expected a finite number", code="point")
    if _DECIMAL.fullmatch(word) and len(word) < MAX_DECIMAL:
        return finite(_decimal(word, what), word, what)
    return finite(_constant(word, what), word, what)


def _decimal(word: str, what: str) -> float:
    value = float(word)
    if value == 0 and word.lower().partition("e")[0].strip("+-0."):
        raise PointError(f"{what} is {word}, which is smaller than the smallest double, 4.9e-324", code="point")
    return value


def finite(value: float, typed: object, what: str) -> float:
    """The value, which must be finite.

    Args:
        value: a double.
        typed: what it was read from, for messages.
        what: what is being read: ``coordinate x0``.

    Raises:
        PointError: it is NaN or infinite.
    """
    if not math.isfinite(value):
        raise PointError(f"{what} is {typed!s:.60}, which is no finite double", code="point")
    return value


def _constant(text: str, what: str) -> float:
    try:
        expression = parse(text, variables=())
    except ExpressionError as error:
        reason = "" if error.code == "unknown-name" else f": {error.message}"
        if filled := FILLED.fullmatch(text.strip()):
            reason = f"; the length stands in --vars NAME[{filled[2]}], and {filled[1]} alone fills it"
        message = f"{what} is {text[:60]!r}, which is no number{reason}"
        raise PointError(message, code="point", source=error.source, column=error.column, width=error.width) from None
    if expression.vector or _NAMED.search(text):
        raise PointError(f"{what} is {text[:60]!r}; expected one number", code="point")
    try:
        return float(_evaluate(expression))
    except (ValueError, ZeroDivisionError, OverflowError, TypeError):
        raise PointError(f"{what} is {text[:60]!r}, which is no finite real number", code="point") from None
    except KeyError as error:
        message = f"{what} is {text[:60]!r}; {error.args[0]} cannot be used in a coordinate"
        raise PointError(message, code="point") from None


def _evaluate(typed: Expression) -> Number:
    values: list[Number] = []
    expression = inlined(typed, _FOLLOWING).expression
    for node in expression.nodes:
        values.append(_value(node, [values[k] for k in node.args]))
    return values[expression.outputs[0]]


def _value(node: Node, args: list[Number]) -> Number:
    if node.op == "number" and not isinstance(node.value, str) and node.value is not None:
        return Fraction(node.value)
    if node.op == "constant":
        return _CONSTANTS[str(node.value)]
    if all(isinstance(arg, Fraction) for arg in args) and node.op in _EXACT:
        exact = _EXACT[node.op](*args)
        if isinstance(exact, Fraction) and exact.numerator.bit_length() + exact.denominator.bit_length() <= MAX_BITS:
            return exact
    return _FUNCTIONS[node.op](*(float(arg) for arg in args))


def _power(base: Fraction, exponent: Fraction) -> Number:
    """Exact for a small integer exponent; nan leaves it to the doubles."""
    bits = max(base.numerator.bit_length(), base.denominator.bit_length())
    return base**exponent.numerator if exponent.denominator == 1 and abs(exponent) * bits <= MAX_BITS else math.nan


def _root(x: float, n: float) -> float:
    if x < 0 and n % 2 == 0:
        raise ValueError("an even root of a negative number")
    return math.copysign(abs(x) ** (1 / n), x)


_CONSTANTS = {"pi": math.pi, "E": math.e, "EulerGamma": 0.57721566490153286}
_EXACT: dict[str, Callable[..., Number]] = {
    "add": lambda *terms: sum(terms, Fraction(0)),
    "mul": lambda *factors: math.prod(factors, start=Fraction(1)),
    "neg": lambda x: -x,
    "div": lambda x, y: x / y,
    "pow": _power,
    "Abs": abs,
    "Max": max,
    "Min": min,
    "floor": lambda x: Fraction(math.floor(x)),
}
_FUNCTIONS: dict[str, Callable[..., float]] = {
    "add": lambda *terms: math.fsum(terms),
    "mul": lambda *factors: math.prod(factors),
    "neg": lambda x: -x,
    "div": lambda x, y: x / y,
    "pow": lambda x, y: x**y,
    "Abs": abs,
    "Max": max,
    "Min": min,
    "floor": math.floor,
    "root": _root,
    "logsumexp": lambda *x: max(x) + math.log(math.fsum(math.exp(one - max(x)) for one in x)),
    "sign": lambda x: (x > 0) - (x < 0),
    **{
        name: getattr(math, name)
        for name in (
            *("sqrt", "exp", "log", "log2", "log10", "log1p", "expm1", "hypot"),
            *("sin", "cos", "tan", "asin", "acos", "atan", "atan2"),
            *("sinh", "cosh", "tanh", "asinh", "acosh", "atanh"),
            *("erf", "erfc", "gamma", "lgamma"),
        )
    },
}
_FOLLOWING = DEFINED - _FUNCTIONS.keys()
"""Functions that stand as their definitions; ``log10`` and the like are right to the last bit as they are."""
