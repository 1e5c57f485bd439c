"""Bounds and indices: whole numbers, exactly, one or a column of them; quotients on the way are kept as such."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from hesscli.errors import ExpressionError
from hesscli.language.expression import Expression

Whole = int | NDArray[np.int64]

LARGEST = 1 << 53
"""Of an index: what a double still counts exactly."""


class NotWholeError(Exception):
    """What is wrong with a number that must be whole, in words; ``row`` is the first where it is, if there are rows."""

    def __init__(self, message: str, row: int | None = None) -> None:
        super().__init__(message)
        self.message, self.row = message, row


@dataclass(frozen=True, slots=True)
class Ratio:
    """A column of fractions: above / below, both whole, below positive."""

    above: Any
    below: Any


Number = Fraction | Ratio


def whole(
    expression: Expression,
    values: Mapping[str, Whole],
    what: str,
    where: Callable[[int], str] = lambda row: f"row {row + 1} of the sum",
) -> Whole:
    """The whole number, or the column of them, that an expression stands for.

    Args:
        expression: of bounds or of an index; its variables are bound names and data.
        values: of its variables.
        what: what is being read, for messages: ``the index of x[i+1]``.
        where: what to say of a row.

    Raises:
        ExpressionError: it is not whole, too large, or uses what has no place in an index.

    Example:
        >>> from hesscli.language.syntax import parse
        >>> whole(parse("n/2 - i", variables=["i"], parameters={"n": 10.0}), {"i": 2}, "the bound")
        3
        >>> whole(parse("floor(i/2 + 1/2)", variables=["i"]), {"i": np.arange(4)}, "the index")
        array([0, 1, 1, 2])
    """
    try:
        found = _value(expression, expression.outputs[0], values)
        return _single(found) if isinstance(found, Fraction) else _column(found)
    except NotWholeError as problem:
        at = "" if problem.row is None else f" at {where(problem.row)}"
        message = problem.message.replace("{at}", at)
        raise ExpressionError(f"{what} {message}", code="index") from None


def _value(expression: Expression, k: int, values: Mapping[str, Whole]) -> Number:
    """The value of one node; indices are short, so that recursion is no danger."""
    node = expression.nodes[k]
    if node.op in ("number", "parameter"):
        return Fraction(node.value)  # type: ignore[arg-type]  # numbers and parameters have numbers
    if node.op == "variable":
        found = values[str(node.value)]
        return Fraction(found) if isinstance(found, int) else Ratio(np.asarray(found), 1)
    if node.op not in EXACT:
        allowed = "+, -, *, /, floor, Mod, Max, Min and Abs of whole numbers may stand there"
        raise NotWholeError(f"uses {node.op}: {allowed}")
    args = [_value(expression, j, values) for j in node.args]
    if all(isinstance(arg, Fraction) for arg in args):
        return Fraction(EXACT[node.op](*args))
    return COLUMNS[node.op](*(_ratio(arg) for arg in args))


def difference(expression: Expression, one: int, other: int, values: Mapping[str, NDArray[np.int64]]) -> Any:
    """A number or a column of the sign of one node minus another, exactly.

    Args:
        expression: of whole numbers and their quotients.
        one: a node.
        other: a node.
        values: of the variables that are whole numbers.

    Raises:
        NotWholeError: it uses what is not counted exactly.
        KeyError: a variable that has no value.
    """
    found = COLUMNS["add"](_ratio(_value(expression, one, values)), _neg(_ratio(_value(expression, other, values))))
    return found.above  # what is below is positive


def _single(value: Fraction) -> int:
    if value.denominator != 1:
        raise NotWholeError(f"is {float(value):.12g}, which is no whole number")
    if abs(value) > LARGEST:
        raise NotWholeError(f"is {float(value):.3g}, which is too large to count")
    return int(value)


def _column(value: Ratio) -> NDArray[np.int64]:
    quotient, rest = np.divmod(value.above, value.below)
    bad = np.flatnonzero(np.atleast_1d(rest))
    if len(bad):
        raise NotWholeError("is no whole number{at}; floor(...) rounds down", int(bad[0]))
    return np.asarray(quotient)


def _ratio(value: Number) -> Ratio:
    if isinstance(value, Ratio):
        return value
    if max(abs(value.numerator), value.denominator) > LARGEST:
        raise NotWholeError(f"is {float(value):.3g}, which is too large to count")
    return Ratio(value.numerator, value.denominator)


def _times(a: Any, b: Any) -> Any:
    """A product of whole columns, which a double still counts exactly."""
    if float(np.abs(a).max(initial=0)) * float(np.abs(b).max(initial=0)) > LARGEST:
        raise NotWholeError("is too large to count")
    return a * b


def _add(a: Ratio, b: Ratio) -> Ratio:
    if a.below is b.below or (isinstance(a.below, int) and a.below == b.below):
        return Ratio(a.above + b.above, a.below)
    return Ratio(_times(a.above, b.below) + _times(b.above, a.below), _times(a.below, b.below))


def _mul(a: Ratio, b: Ratio) -> Ratio:
    return Ratio(_times(a.above, b.above), _times(a.below, b.below))


def _div(a: Ratio, b: Ratio) -> Ratio:
    if np.any(b.above == 0):
        raise NotWholeError("divides by 0{at}", int(np.flatnonzero(np.atleast_1d(b.above == 0))[0]))
    return _mul(a, Ratio(b.below * np.sign(b.above), np.abs(b.above)))


def _floor(a: Ratio) -> Ratio:
    return Ratio(np.floor_divide(a.above, a.below), 1)


def _neg(a: Ratio) -> Ratio:
    return Ratio(-a.above, a.below)


def _mod(a: Ratio, b: Ratio) -> Ratio:
    return _add(a, _neg(_mul(b, _floor(_div(a, b)))))


def _extreme(choose: Callable[[Any, Any], Any]) -> Callable[..., Ratio]:
    def pick(a: Ratio, b: Ratio) -> Ratio:
        return Ratio(choose(_times(a.above, b.below), _times(b.above, a.below)), _times(a.below, b.below))

    return lambda *args: reduce(pick, args)


def _pow(a: Ratio, b: Ratio) -> Ratio:
    if b.below != 1 or np.ndim(b.above) or not 0 < b.above < 9:
        _refuse_power()
    return reduce(_mul, [a] * int(b.above))


COLUMNS: dict[str, Callable[..., Ratio]] = {
    "add": lambda *terms: reduce(_add, terms),
    "mul": lambda *factors: reduce(_mul, factors),
    "neg": _neg,
    "div": _div,
    "pow": _pow,
    "Mod": _mod,
    "floor": _floor,
    "ceiling": lambda a: _neg(_floor(_neg(a))),
    "Max": _extreme(np.maximum),
    "Min": _extreme(np.minimum),
    "Abs": lambda a: Ratio(np.abs(a.above), a.below),
}
"""Of columns."""

EXACT: dict[str, Callable[..., Any]] = {
    "add": lambda *terms: sum(terms),
    "mul": lambda *factors: math.prod(factors),
    "neg": lambda a: -a,
    "div": lambda a, b: a / b if b else _refuse_zero(),
    "pow": lambda a, b: a ** int(b) if b.denominator == 1 and abs(b) < 99 and (a or b > 0) else _refuse_power(),
    "Mod": lambda a, b: a - b * math.floor(a / b) if b else _refuse_zero(),
    "floor": math.floor,
    "ceiling": math.ceil,
    "Max": max,
    "Min": min,
    "Abs": abs,
}
"""Of single numbers."""


def _refuse_zero() -> NoReturn:
    raise NotWholeError("divides by 0")


def _refuse_power() -> NoReturn:
    raise NotWholeError("has a power that is no small whole number")
