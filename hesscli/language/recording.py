"""A function of Python's -> the same function in the language: called once, with formulas instead of numbers.

What arithmetic and NumPy's functions do with them is written down. A decision that depends on a number cannot be, and
is refused where it is made.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from hesscli.errors import HesscliError
from hesscli.language.writing import NO_INDEX, NO_NUMBER, NO_ROUNDING, UNDECIDED, Text, text, write

REMEDY = "hesscli records arithmetic and NumPy's functions of one vector, or of one number an argument"

OWN = frozenset({UNDECIDED, NO_NUMBER, NO_ROUNDING, NO_INDEX})
"""What formulas say themselves when they are asked for what they are not."""

REMEDIES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), remedy)
    for pattern, remedy in (
        ("not subscriptable|not iterable|has no len|'Text' object has no attribute|no attribute 'shape'|AxisError",
         "there is one number here; at=[1, 2], or --at 1,2, says how long a vector is"),
        ("truth value", UNDECIDED),
        ("0-dimensional|size-1 arrays", "math takes one number: write np.sin(x) for math.sin(x)"),
        ("integer scalar", NO_INDEX),
        ("SympifyError", "SymPy's functions take SymPy's own symbols: give hesscli its expression"),
        ("ufunc '(erf|gamma|gammaln|digamma|expit|j0|jv)'", "SciPy takes numbers alone; write it as a text: 'erf(x)'"),
        ("^UFuncTypeError|ufunc|tensor|Tensor", "this takes numbers alone; write the function as a text"),
        ("unhashable|__format__|format string", "a formula is no number to be printed or looked up"),
        ("complex", "all numbers are real"),
        ("expected a number or a formula", "return one number, or a list of numbers"),
        ("IndexError", "at says how long the vector is"),
        ("ZeroDivisionError|finite number", "the function divides by zero, or takes what is no number"),
    )
)  # fmt: skip
"""What Python, NumPy and others say of formulas -> what to do."""


def recorded(function: Callable[..., Any], at: Any, listed: tuple[str, ...] | None) -> tuple[str, tuple[str, ...]]:
    """The text of a function, and the names of its variables in order.

    Args:
        function: of k numbers, whose names are its arguments', or of one vector ``x``: x0, x1, ...
        at: the point, which says how long a vector is; None where none is asked for.
        listed: names of the variables, where they are given.

    Raises:
        HesscliError: it cannot be recorded; the message says why.

    Example:
        >>> recorded(lambda x, y: x**2 * np.exp(y), None, None)
        ('x**2*exp(y)', ('x', 'y'))
        >>> recorded(lambda x: np.sum(x**2) / len(x), [1.0, 2.0], None)
        ('(x0**2 + x1**2)/2', ('x0', 'x1'))
    """
    who = f"the function {getattr(function, '__name__', '')}".replace("<lambda>", "").rstrip()
    own = _arguments(function, who)
    variables = listed or _variables(own, at)
    formulas = [Text(name) for name in variables]
    vector = len(own) == 1 and (len(variables) > 1 or variables != tuple(own))
    if not vector and len(own) != len(variables):
        raise HesscliError(f"{who} takes {len(own)} arguments, there are {len(variables)} variables", code="function")
    given: list[Any] = [_array(formulas)] if vector else formulas
    try:
        returned = function(*given)
        if returned is None:
            raise HesscliError(f"{who} returns nothing; end it with return and the number", code="function")
        found = np.asarray(returned, dtype=object)
        parts = [write(text(part)) for part in found.ravel()]
    except HesscliError:
        raise
    except (Exception, SystemExit) as problem:  # the person's own code, or a library that takes no formulas
        words = " ".join(str(problem).split())[:200]
        remedy = next((told for pattern, told in REMEDIES if pattern.search(f"{type(problem).__name__}: {words}")), "")
        told = f"{words}; {remedy or REMEDY}" if words not in OWN else words
        kind = "" if words in OWN else f"{type(problem).__name__}: "
        raise HesscliError(f"{who} cannot be recorded: {kind}{told}", code="function") from problem
    if found.ndim > 1 or not parts:
        raise HesscliError(f"{who}: expected one number or a vector of them, got shape {found.shape}", code="function")
    return (parts[0] if found.size == 1 else _joined(parts)), tuple(variables)


def _joined(parts: list[str]) -> str:
    """A vector; names that its parts have made of their own would meet."""
    if any(";" in part for part in parts):
        raise HesscliError("a vector whose parts use intermediate values twice cannot be recorded", code="function")
    return f"[{', '.join(parts)}]"


def _arguments(function: Callable[..., Any], who: str) -> list[str]:
    """Names of the arguments that must be given."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        raise HesscliError(f"{who} does not say what it takes; {REMEDY}", code="function") from None
    if any(one.kind in (one.VAR_POSITIONAL, one.KEYWORD_ONLY) and one.default is one.empty for one in parameters):
        raise HesscliError(f"{who} takes any number of arguments, or some by name only; {REMEDY}", code="function")
    names = [one.name for one in parameters if one.default is one.empty and one.kind is not one.VAR_KEYWORD]
    if not names:
        raise HesscliError(f"{who} takes no argument; {REMEDY}", code="function")
    return names


def _variables(own: list[str], at: Any) -> tuple[str, ...]:
    """One a number of the point where there is one argument for all of them."""
    if len(own) > 1 or at is None or isinstance(at, str | Mapping) or not np.ndim(at):
        return tuple(own)
    return tuple(f"{own[0]}{k}" for k in range(np.shape(at)[-1]))


def _array(formulas: list[Text]) -> Any:
    found = np.empty(len(formulas), object)
    found[:] = formulas
    return found
