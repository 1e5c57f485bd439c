"""What stands for the expression on the command line -> a whole problem: text, variables, parameters, points."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from hesscli.errors import ExpressionError
from hesscli.language.lists import Point, separate
from hesscli.language.names import suggestion
from hesscli.language.sources import STANDARD_INPUT, decode, is_standard_input, read_bytes, read_standard_input
from hesscli.language.values import real

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

KEYS = ("expression", "variables", "parameters", "at")


@dataclass(frozen=True, slots=True)
class Problem:
    """An expression and what its file says about it.

    Attributes:
        expression: the text to parse.
        variables: names in the order of the coordinates; None where the file says nothing.
        parameters: names and values, in the file's order.
        at: points as ``read_points`` takes them: texts of ``--at``, coordinates in order or by name.
        where: the file, or None for text typed on the command line.
    """

    expression: str
    variables: tuple[str, ...] | None = None
    parameters: tuple[tuple[str, float], ...] = ()
    at: tuple[Point, ...] = ()
    where: str | None = None


def read_expression(text: str, *, stdin: Any = None) -> Problem:
    """The problem that ``text`` names: itself, ``-``, ``@file``, or a problem file ``name.toml``.

    Args:
        text: as typed.
        stdin: what ``-`` reads, a text or byte stream; None is standard input.

    Raises:
        ExpressionError: a file that cannot be read or does not say what it must.
        LimitError: it is too large.

    Example:
        >>> read_expression("x**2").expression
        'x**2'
    """
    word = text.strip()
    if is_standard_input(word):
        return _content(decode(read_standard_input(stdin, "expression"), STANDARD_INPUT, "expression"), STANDARD_INPUT)
    name = word.removeprefix("@")
    if word.lower().endswith(".toml"):
        return _problem(decode(read_bytes(name, "expression"), name, "expression"), name)
    if word.startswith("@"):
        return _content(decode(read_bytes(name, "expression"), name, "expression"), name)
    return Problem(text)


def _content(text: str, where: str) -> Problem:
    if not text.strip():
        _fail(where, "is empty; expected an expression")
    return Problem(text.strip("\r\n"), where=where)


def _problem(text: str, where: str) -> Problem:
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        _fail(where, f"is not TOML: {str(error)[:200] or 'it is nested too deeply'}")
    for key in table:
        if key not in KEYS:
            remedy = suggestion(key[:60], KEYS) or f"; the keys are {', '.join(KEYS)}"
            _fail(where, f"has the unknown key {key[:60]!r}{remedy}")
    expression = table.get("expression")
    if not isinstance(expression, str) or not expression.strip():
        _fail(where, 'needs a text: expression = "x**2 + y"')
    return Problem(
        expression,
        _variables(table.get("variables"), where),
        _parameters(table.get("parameters", {}), where),
        tuple(_points(table.get("at"), where)),
        where,
    )


def _variables(value: Any, where: str) -> tuple[str, ...] | None:
    """A list of names, or one text with commas."""
    if value is None:
        return None
    if isinstance(value, str):
        value = value.replace(",", " ").split()
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        _fail(where, 'needs names: variables = ["x", "y"]')
    return tuple(value)


def _parameters(value: Any, where: str) -> tuple[tuple[str, float], ...]:
    if not isinstance(value, dict):
        _fail(where, "needs names and numbers: parameters = {n = 1000}")
    return tuple((name, _number(number, f"{where}: parameter {name}", where)) for name, number in value.items())


def _number(value: Any, what: str, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        _fail(where, f"needs numbers as parameters: {what.removeprefix(f'{where}: ')} is {value!r}")
    return real(str(value) if not isinstance(value, float) else repr(value), what)


def _points(value: Any, where: str) -> list[Point]:
    """A text of ``--at``, a list of coordinates, a table by name, or a list of these, one a point."""
    return [] if value is None else [_point(item, where) for item in separate(value)]


def _point(value: Any, where: str) -> Point:
    if isinstance(value, str):
        return _beside(value, where)
    if isinstance(value, list):
        return [_coordinate(item, where) for item in value]
    if isinstance(value, dict):
        return {name: _coordinate(item, where) for name, item in value.items()}
    return _fail(where, f'needs points: at = [1, 2] or at = "x=1,y=2", got {str(value)[:60]}')


def _beside(text: str, where: str) -> str:
    """``@points.csv`` in a problem file means the file beside it."""
    name = text.strip().removeprefix("@")
    if text.strip().startswith("@") and name and not Path(name).is_absolute():
        return f"@{Path(where).parent / name}"
    return text


def _coordinate(value: Any, where: str) -> Any:
    """A number, the text of one or of a range, or a list of these for x = x0, x1, ..."""
    if isinstance(value, list) and all(not isinstance(item, list) for item in value):
        return [_coordinate(item, where) for item in value]
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        _fail(where, f"needs numbers as coordinates, got {str(value)[:60]}")
    return value


def _fail(where: str, message: str) -> NoReturn:
    raise ExpressionError(f"{where} {message}", code="problem")
