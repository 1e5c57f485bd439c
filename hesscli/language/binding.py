"""The names and numbers that come beside an expression -> its program; the command line's and Python's one way."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from hesscli.errors import HesscliError
from hesscli.language.expression import Expression
from hesscli.language.names import suggestion
from hesscli.language.syntax import parse
from hesscli.language.values import real

WORD = re.compile(r"[^\W\d]\w*")


def numbers(given: Iterable[str] | Mapping[Any, Any] | None) -> dict[str, float]:
    """``["n=1000"]`` or ``{"n": 1000}`` -> the finite double of each parameter.

    Raises:
        HesscliError: no name, no number, or a name twice.

    Example:
        >>> numbers(["a=1/2", "n=1000"]), numbers({"a": "1/2", "n": 1000})
        ({'a': 0.5, 'n': 1000.0}, {'a': 0.5, 'n': 1000.0})
    """
    if isinstance(given, Mapping):
        return {str(name): _number(str(name), value) for name, value in given.items()}
    found: dict[str, float] = {}
    for text in given or ():
        name, sign, value = text.partition("=")
        name = name.strip()
        if not sign or not name:
            raise HesscliError(f"--param: expected NAME=NUMBER, got {text!r}", code="parameter")
        if name in found:
            raise HesscliError(f"--param: {name} is given twice", code="parameter")
        found[name] = _number(name, value)
    return found


def _number(name: str, value: Any) -> float:
    if str(value).lstrip().startswith("["):
        told = (
            f"--param: {name} is one number; --data takes a column or a matrix, as {name}=FILE of NPY or of JSON rows"
        )
        raise HesscliError(told, code="parameter")
    try:
        text = value if isinstance(value, str) else repr(float(value))
    except (TypeError, ValueError, OverflowError):
        raise HesscliError(f"--param: {name}: expected a number, got {value!r}", code="parameter") from None
    return (
        real(text, f"--param: {name}") + 0.0
    )  # -0.0 is 0.0: they are equal, and what is kept for one serves the other


def bind(
    text: str,
    variables: Iterable[str] | None,
    parameters: Mapping[str, float],
    *,
    known: Mapping[str, float] | None = None,
) -> Expression:
    """The program of a text whose names are given.

    Args:
        text: of the expression.
        variables: in the order of a point's coordinates; None is the free names in natural order.
        parameters: that somebody gave for this expression; each must be in it.
        known: others, which need not be.

    Raises:
        HesscliError: no expression of the language, or a parameter that is not in it.

    Example:
        >>> bind("a*x", None, {"a": 2.0}).variables
        ('x',)
    """
    listed = None if variables is None else tuple(variables)
    program = _parsed(text, listed, tuple({**(known or {}), **parameters}.items()))
    check_used(parameters, words(text))
    return program


@lru_cache(maxsize=64)
def _parsed(text: str, listed: tuple[str, ...] | None, numbers: tuple[tuple[str, float], ...]) -> Expression:
    """Kept, since many requests, and many calls from Python, differ in their point only."""
    return parse(text, variables=listed, parameters=dict(numbers))


def bind_again(expression: Expression, variables: Iterable[str] | None, parameters: Mapping[str, float]) -> Expression:
    """A program with other names or numbers: what is not given stays, and a variable that gets a number is none.

    Args:
        expression: what `parse` gave.
        variables: None are those that it has.
        parameters: instead of its own of these names.

    Raises:
        HesscliError: as of `bind`; or the program is not that of its own text, as a component is not.

    Example:
        >>> bind_again(parse("a*x*y", parameters={"a": 2.0}), None, {"a": 5.0, "y": 1.0}).variables
        ('x',)
    """
    known = dict(expression.parameters)
    same = parse(expression.source, variables=expression.variables, parameters=known)
    if (same.nodes, same.outputs, same.vector) != (expression.nodes, expression.outputs, expression.vector):
        raise HesscliError("this program is a part of another one: names and numbers belong to its text", code="usage")
    kept = tuple(name for name in expression.variables if name not in parameters)
    return bind(expression.source, kept if variables is None else variables, parameters, known=known)


def words(text: str) -> list[str]:
    """What may be names in a text.

    Example:
        >>> words("x_{1} + 2*sin(t)")
        ['x_1', 'sin', 't']
    """
    return WORD.findall(re.sub("[{}]", "", text))


def check_used(given: Iterable[str], there: Iterable[str], option: str = "--param") -> None:
    """Refuse a parameter, or data, that the expression does not name: it would change nothing, unnoticed.

    Args:
        given: names of parameters or of data.
        there: names in the expression; see `words`.
        option: that gave them, for messages.

    Raises:
        HesscliError: one of them is not there.
    """
    used = dict.fromkeys(there)
    for name in given:
        if name not in used:
            remedy = suggestion(name, used) or f"; the names in it are {', '.join(used) or 'none'}"
            raise HesscliError(f"{option}: {name} is not in the expression{remedy}", code="parameter")
