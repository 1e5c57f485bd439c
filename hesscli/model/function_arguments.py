"""The arguments of a person's function: those that are differentiated, and those that are constants."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.errors import HesscliError, PointError
from hesscli.language.names import suggestion
from hesscli.language.points.blocks import BlockValues, made
from hesscli.language.programs.spans import Extent

Array = NDArray[Any]


def bound(
    text: str,
    function: Callable[..., Any],
    at: BlockValues,
    data: Mapping[str, Array],
    numbers: Mapping[str, float],
    sizes: Mapping[str, Extent],
) -> tuple[dict[str, Array | float], dict[str, Any]]:
    """The arguments of a function: those that are differentiated, and those that are constants.

    Args:
        text: FILE.py:FUNCTION, for messages.
        function: whose arguments' names say what is what.
        at: what --at says.
        data: what --data says; what no argument takes of it is left.
        numbers: what --param says.
        sizes: lengths of vectors, of --vars.

    Raises:
        HesscliError: an argument that nothing gives, or something that no argument takes.
    """
    names, needed = arguments(text, function)
    for option, given in (("--at", at.given), ("--param", numbers)):
        for name in given:
            if name not in names:
                raise HesscliError(
                    f"{option}: {text} takes no {name}{suggestion(name, names) or f'; it takes {_listed(names)}'}",
                    code="function",
                )
    if data and not {*data} & {*names}:
        raise HesscliError(
            f"--data: {text} takes none of {', '.join([*data][:12])}; it takes {_listed(names)}", code="function"
        )
    constants: dict[str, Any] = dict(numbers) | {name: array for name, array in data.items() if name in names}
    for name in at.given:
        if name in constants:
            raise HesscliError(f"{name} is given by --at, and by --data or --param too", code="function")
    free = [name for name in names if name in at.given or (name in needed and name not in constants)]
    if at.rest is not None:
        return _in_order(text, free, at.rest, sizes), constants
    for name in free:
        if name not in at.given:
            raise HesscliError(
                f"{text} takes {_listed(names)}, and nothing gives {name}: --at {name}=... to differentiate by it, "
                "--data or --param to hold it constant",
                code="function",
            )
    if not free:
        raise HesscliError(f"{text}: there is nothing to differentiate by: --at names an argument", code="function")
    return {name: _vector(name, at.given[name], sizes) for name in free}, constants


def arguments(text: str, function: Callable[..., Any]) -> tuple[list[str], list[str]]:
    """Names of a function's arguments, and of those among them that have no default.

    Raises:
        HesscliError: it takes any number of arguments, or does not say.
    """
    try:
        parameters = _parameters(function)
    except (TypeError, ValueError):
        raise HesscliError(f"{text} does not say what arguments it takes", code="function") from None
    if any(one.kind in (one.VAR_POSITIONAL, one.VAR_KEYWORD) for one in parameters):
        raise HesscliError(f"{text} takes any number of arguments; expected arguments with names", code="function")
    if not parameters:
        raise HesscliError(f"{text} takes no argument: there is nothing to differentiate by", code="function")
    return [one.name for one in parameters], [one.name for one in parameters if one.default is one.empty]


def _parameters(function: Callable[..., Any]) -> list[inspect.Parameter]:
    return list(inspect.signature(getattr(function, "python_function", function)).parameters.values())


def positional(function: Callable[..., Any]) -> list[str]:
    """Names of the arguments that are given by place alone."""
    return [one.name for one in _parameters(function) if one.kind is one.POSITIONAL_ONLY]


def _in_order(
    text: str, free: Sequence[str], rest: Array | str, sizes: Mapping[str, Extent]
) -> dict[str, Array | float]:
    """Numbers without names: one argument takes them all, several take one each."""
    if isinstance(rest, str) and free:
        return {name: _vector(name, rest, sizes) for name in free}
    if len(free) == 1 and (len(rest) > 1 or free[0] in sizes):
        return {free[0]: _vector(free[0], np.asarray(rest), sizes)}
    if len(free) != len(rest):
        raise HesscliError(
            f"--at: {text} is to be differentiated by {_listed(free) or 'nothing'}, and there are {len(rest)} numbers; "
            f"--at {','.join(f'{name}=[...]' for name in free[:3])} says which is which",
            code="point",
        )
    return {name: float(value) for name, value in zip(free, rest, strict=True)}


def _vector(name: str, value: Array | float | str, sizes: Mapping[str, Extent]) -> Array | float:
    """A block of the point in the shape that --vars says, or of its own where that says none."""
    size = sizes.get(name)
    if not isinstance(value, str):
        if size is None or np.shape(value) == np.broadcast_shapes(size):
            return value
        if np.size(value) != np.prod(size):
            got, wanted = (f"[{','.join(map(str, np.broadcast_shapes(one)))}]" for one in (np.shape(value), size))
            raise PointError(f"--at: expected {name}{wanted}, as --vars says, got {name}{got}", code="point")
        return np.reshape(value, size)
    if size is None:
        raise HesscliError(f"--at {name}={value}: how long is {name}? --vars {name}[10] says it", code="point")
    return made(value, int(np.prod(size))).reshape(size)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)
