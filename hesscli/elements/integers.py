"""Bounds and indices: whole numbers, exactly, one or a column of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.errors import ExpressionError
from hesscli.language.expression import Expression

Whole = int | NDArray[np.int64]
Number = Any
"""A Fraction, or a column of whole numbers; NumPy's operators take both."""

LARGEST = 1 << 53
"""Of an index: what a double still counts exactly."""


class NotWholeError(Exception):
    """What is wrong with a number that must be whole, in words."""


def whole(expression: Expression, values: Mapping[str, Whole], what: str) -> Whole:
    """The whole number, or the column of them, that an expression stands for.

    Args:
        expression: of bounds or of an index; its variables are bound names and data.
        values: of its variables.
        what: what is being read, for messages: ``the index x[i+1]``.

    Raises:
        ExpressionError: it is not whole, too large, or uses what has no place in an index.

    Example:
        >>> from hesscli.language.syntax import parse
        >>> whole(parse("n/2 - i", variables=["i"], parameters={"n": 10.0}), {"i": 2}, "the bound")
        3
    """
    try:
        found = _value(expression, expression.outputs[0], values)
        return _whole(found) if isinstance(found, Fraction) else found
    except NotWholeError as problem:
        raise ExpressionError(f"{what} {problem}", code="index") from None


def _value(expression: Expression, k: int, values: Mapping[str, Whole]) -> Number:
    """The value of one node; indices are short, so that recursion is no danger."""
    node = expression.nodes[k]
    if node.op in ("number", "parameter"):
        return Fraction(node.value)  # type: ignore[arg-type]  # numbers and parameters have numbers
    if node.op == "variable":
        found = values[str(node.value)]
        return Fraction(found) if isinstance(found, int) else found
    if node.op not in OPERATIONS:
        raise NotWholeError(
            f"uses {node.op}: +, -, *, /, floor, Mod, Max, Min and Abs of whole numbers may stand there"
        )
    inner = expression.nodes[node.args[0]]
    floored = node.op == "floor" and inner.op == "div"  # the quotient itself need not be whole
    args = [_value(expression, j, values) for j in (inner.args if floored else node.args)]
    if floored and not all(isinstance(arg, Fraction) for arg in args):
        return _floored(*args)
    if floored:
        args = [EXACT["div"](*args)] if args[1] else _refuse_zero()
    if all(isinstance(arg, Fraction) for arg in args):
        if node.op in ("div", "Mod") and args[1] == 0:
            _refuse_zero()
        return Fraction(EXACT[node.op](*args))
    return OPERATIONS[node.op](*args)


def _whole(value: Fraction) -> int:
    if value.denominator != 1:
        raise NotWholeError(f"is {float(value):.12g}, which is no whole number")
    if abs(value) > LARGEST:
        raise NotWholeError(f"is {float(value):.3g}, which is too large to count")
    return int(value)


def _column(value: Number) -> Any:
    """A whole number or a column, for NumPy."""
    return _whole(value) if isinstance(value, Fraction) else value


def _add(*terms: Number) -> Number:
    exact = sum((t for t in terms if isinstance(t, Fraction)), Fraction(0))
    columns = [t for t in terms if not isinstance(t, Fraction)]
    return sum(columns[1:], columns[0]) + _whole(exact)


def _mul(*factors: Number) -> Number:
    exact = math.prod((t for t in factors if isinstance(t, Fraction)), start=Fraction(1))
    result: Any = 1
    for column in (t for t in factors if not isinstance(t, Fraction)):
        result = _bounded(result, column)
    return _divided(_bounded(result, exact.numerator), exact.denominator)


def _bounded(column: Any, factor: Any) -> Any:
    if np.abs(column).max(initial=0) * float(np.abs(factor).max(initial=0)) > LARGEST:
        raise NotWholeError("is too large to count")
    return column * factor


def _div(above: Number, below: Number) -> Number:
    if isinstance(below, Fraction):
        if not below:
            raise NotWholeError("divides by 0")
        return _divided(_bounded(_column(above), below.denominator), below.numerator)
    return _divided(_column(above), below)


def _divided(above: Any, below: Any) -> Any:
    if np.any(below == 0):
        raise NotWholeError("divides by 0")
    quotient, rest = np.divmod(above, below)
    if np.any(rest != 0):
        row = int(np.flatnonzero(np.broadcast_to(rest != 0, np.shape(quotient)))[0])
        raise NotWholeError(f"is no whole number in row {row + 1} of the sum; floor(...) rounds down")
    return quotient


def _floored(above: Number, below: Number) -> Any:
    if np.any(_column(below) == 0):
        raise NotWholeError("divides by 0")
    return np.floor_divide(_column(above), _column(below))


def _mod(above: Number, below: Number) -> Any:
    divisor = _column(below)
    if np.any(divisor == 0):
        raise NotWholeError("divides by 0")
    return np.mod(_column(above), divisor)


OPERATIONS: dict[str, Callable[..., Number]] = {
    "add": _add,
    "mul": _mul,
    "neg": lambda a: -a,
    "div": _div,
    "pow": lambda a, b: _mul(*[a] * _column(b)) if isinstance(b, Fraction) and 0 < b < 9 else _refuse_power(),
    "Mod": _mod,
    "floor": lambda a: a,
    "Max": lambda *args: np.maximum.reduce(np.broadcast_arrays(*map(_column, args))),
    "Min": lambda *args: np.minimum.reduce(np.broadcast_arrays(*map(_column, args))),
    "Abs": abs,
}
"""Of columns; all are whole."""

EXACT: dict[str, Callable[..., Any]] = {
    "add": lambda *terms: sum(terms),
    "mul": lambda *factors: math.prod(factors),
    "neg": lambda a: -a,
    "div": lambda a, b: a / b,
    "pow": lambda a, b: a ** int(b) if b.denominator == 1 and abs(b) < 99 and (a or b > 0) else _refuse_power(),
    "Mod": lambda a, b: a - b * math.floor(a / b),
    "floor": math.floor,
    "Max": max,
    "Min": min,
    "Abs": abs,
}
"""Of single numbers."""


def _refuse_zero() -> Any:
    raise NotWholeError("divides by 0")


def _refuse_power() -> Any:
    raise NotWholeError("has a power that is no small whole number")
