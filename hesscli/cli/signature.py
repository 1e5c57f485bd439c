"""What a command takes, read from its signature as Typer reads it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from types import NoneType
from typing import Any, NamedTuple, get_args, get_origin


class Parameter(NamedTuple):
    """An option or an argument of a command.

    Attributes:
        name: of the function's parameter.
        names: of the option, ``("--vector", "-v")``; none of an argument.
        opposite: what switches it off, ``("--no-formulas",)``.
        kind: type of its value, ``list[str]`` where it may be repeated.
        help: as declared.
        least: the smallest number that it takes.
        most: the largest.
    """

    name: str
    names: tuple[str, ...]
    opposite: tuple[str, ...]
    kind: Any
    help: str
    least: float | None
    most: float | None

    @property
    def word(self) -> Any:
        """Type of one value."""
        return get_args(self.kind)[0] if get_origin(self.kind) is list else self.kind


@cache
def parameters(command: Callable[..., None]) -> tuple[Parameter, ...]:
    """The options and arguments of a command, in the order of its signature.

    Example:
        >>> from hesscli.cli.derivatives import hvp
        >>> [p.names for p in parameters(hvp) if p.name == "vector"]
        [('--vector', '-v')]
    """
    found = []
    for parameter in inspect.signature(command, eval_str=True).parameters.values():
        hint, option = get_args(parameter.annotation)[:2]
        (kind,) = {*get_args(hint)} - {NoneType} if NoneType in get_args(hint) else (hint,)
        declared = [str(name).partition("/") for name in (option.default, *(option.param_decls or ()))]
        names = tuple(name for name, _, _ in declared if name.startswith("-"))
        opposite = tuple(name for _, _, name in declared if name)
        found.append(Parameter(parameter.name, names, opposite, kind, option.help or "", option.min, option.max))
    return tuple(found)
