"""A request as a JSON object -> the command that answers it, called with what the command line would give it.

The keys are the long options' names and the arguments' names; the values need no text in between: ``at`` is a
list, an object by name or the option's text, ``vars`` and ``wrt`` are lists of names, ``param`` is an object,
``hessian`` of ``check`` is nested lists.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from enum import Enum
from functools import cache
from typing import Any, get_origin

from hesscli.cli.commands import COMMANDS
from hesscli.cli.signature import Parameter, parameters
from hesscli.errors import HesscliError
from hesscli.language.lists import separate
from hesscli.language.sources import is_standard_input

REFUSED = frozenset({"output", "format", "json", "quiet", "no-color", "workers", "scheduler", "resume"})
"""Options that belong to the batch and not to a request."""

NEEDED = inspect.Parameter.empty

Run = Callable[..., None]
CALLS: dict[str, Run] = {command.__name__: command for command, _ in COMMANDS}


def call(request: Mapping[str, Any]) -> Callable[[], None]:
    """The command of a request with its arguments, ready to run; it writes JSON.

    Args:
        request: its keys are ``command``, ``id`` and the long options.

    Raises:
        HesscliError: an unknown command or key, a value that its key does not take, an argument that is missing.
    """
    name = request.get("command")
    if not isinstance(name, str) or name not in CALLS:
        known = ", ".join(CALLS)
        raise HesscliError(f'"command": expected one of {known}; got {json.dumps(name)[:100]}', code="request")
    command, defaults = CALLS[name], _defaults(name)
    given = arguments(name, {key: value for key, value in request.items() if key not in ("command", "id")})
    missing = next((key for key, default in defaults.items() if default is NEEDED and key not in given), None)
    if missing is not None:
        raise HesscliError(f"{name}: {missing!r} is missing", code="usage")
    return lambda: command(**{**defaults, **given, "json": True})


@cache
def _defaults(command: str) -> dict[str, Any]:
    """Every parameter of a command, and what it is where a request does not say."""
    return {name: parameter.default for name, parameter in inspect.signature(CALLS[command]).parameters.items()}


def arguments(command: str, request: Mapping[str, Any]) -> dict[str, Any]:
    """The command's parameters and their values; a value that is null is not given.

    Raises:
        HesscliError: an unknown key, or a value that it does not take.

    Example:
        >>> arguments("hessian", {"expression": "x*y", "at": [1, 2], "vars": ["x", "y"], "digits": 30})
        {'expression': 'x*y', 'at': [[1, 2]], 'variables': ['x', 'y'], 'digits': 30}
    """
    known, found = _keys(command), dict[str, Any]()
    for name, value in request.items():
        key = known.get(name.replace("_", "-"))
        if key is None:
            near = get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"{command} has {', '.join(sorted(known))}"
            raise HesscliError(f"unknown key {name!r}; {hint}", code="request")
        if value is not None:
            found[key.name] = _checked(name, value, key)
    return found


@cache
def _keys(command: str) -> dict[str, Parameter]:
    """Every key of a command and what may stand under it; --formulas/--no-formulas is one."""
    found: dict[str, Parameter] = {}
    for parameter in parameters(CALLS[command]):
        long = [name[2:] for name in parameter.names if name.startswith("--")] or [parameter.name]
        found |= {name: parameter for name in long if name not in REFUSED}
    return found


def _checked(name: str, value: Any, key: Parameter) -> Any:
    """The value as the command takes it."""
    if name in TAKEN:
        return TAKEN[name](name, value)
    if get_origin(key.kind) is list:
        return [_one(name, item, key) for item in (value if isinstance(value, list) else [value])]
    return _one(name, value, key)


def _one(name: str, value: Any, key: Parameter) -> Any:
    kind = key.word
    if issubclass(kind, Enum):
        words = [str(member.value) for member in kind]
        if value not in words:
            raise HesscliError(f"{name!r}: expected one of {', '.join(words)}, got {_shown(value)}", code="usage")
        return kind(value)
    if kind is bool:
        return value if isinstance(value, bool) else _refuse(name, "true or false", value)
    if kind is str:
        return _text(name, value)
    return _number(name, value, key, kind)


def _number(name: str, value: Any, key: Parameter, kind: type) -> Any:
    try:
        number = kind(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else None
    except (ValueError, OverflowError):
        number = None
    if number is None or (kind is int and isinstance(value, float) and number != value):
        raise HesscliError(
            f"{name!r}: expected {'a whole' if kind is int else 'a'} number, got {_shown(value)}", code="usage"
        )
    if (key.least is not None and number < key.least) or (key.most is not None and number > key.most):
        raise HesscliError(f"{name!r}: expected a number from {key.least} to {key.most}, got {number}", code="usage")
    return number


def _text(name: str, value: Any) -> str:
    """A text, or a number as one; never the standard input, which holds the requests."""
    if not isinstance(value, (str, int, float)) or isinstance(value, bool):
        _refuse(name, "a text or a number", value)
    if is_standard_input(str(value)):
        raise HesscliError(f"{name!r}: standard input is where the requests come from", code="request")
    return str(value)


def _points(name: str, value: Any) -> list[Any]:
    """A text, coordinates in order or by name, or a list of any of these; the reader of points checks the numbers."""
    return [_text(name, point) if isinstance(point, str) else point for point in separate(value)]


def _vector(name: str, value: Any) -> Any:
    return _text(name, value) if isinstance(value, str) else value


def _names(name: str, value: Any) -> Any:
    return [_text(name, word) for word in value] if isinstance(value, list) else _text(name, value)


def _parameters(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return {word: _text(name, number) for word, number in value.items()}
    return [_text(name, text) for text in (value if isinstance(value, list) else [value])]


def _claim(name: str, value: Any) -> Any:
    return value if isinstance(value, list) else _text(name, value)


def _refuse(name: str, expected: str, value: Any) -> Any:
    raise HesscliError(f"{name!r}: expected {expected}, got {_shown(value)}", code="request")


def _shown(value: Any) -> str:
    return json.dumps(value)[:60]


TAKEN: dict[str, Callable[[str, Any], Any]] = {
    "at": _points,
    "vector": _vector,
    "vars": _names,
    "wrt": _names,
    "param": _parameters,
    **dict.fromkeys(("hessian", "gradient", "jacobian"), _claim),
}
"""Keys whose values are more than one word or number."""
