"""What ``--at`` says -> points, an array of shape (k, n).

::

    point      := coordinate { "," coordinate }      in the order of the variables
                | name "=" coordinate { "," ... }    in any order
                | "@" file | "-"                     see tables.py
    coordinate := number | start ":" stop ":" count | "[" number { "," number } "]"   (the last for x = x0, x1, ...)

Ranges span a grid over which the first variable runs slowest.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from hesscli.errors import LimitError, PointError
from hesscli.language.names import natural_key, suggestion
from hesscli.language.points.arrange import MAX_ROWS, count, listed
from hesscli.language.points.tables import read_file, read_stream
from hesscli.language.values import real

Array = NDArray[np.float64]

MAX_TEXT = 1_000_000
"""Characters of one point."""

_NAMED = re.compile(r"\s*([^\W\d]\w*)\s*=(?!=)(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Points:
    """Where to evaluate.

    Attributes:
        names: the n variables.
        coordinates: shape (k, n), finite doubles; a row a point, in input order.
    """

    names: tuple[str, ...]
    coordinates: Array

    def __len__(self) -> int:
        return len(self.coordinates)


def read_points(texts: Sequence[str], variables: Sequence[str], *, stdin: Any = None) -> Points:
    """The points of all texts, one after the other.

    Args:
        texts: each the value of one ``--at``.
        variables: names of the n coordinates.
        stdin: what ``-`` reads, a text or byte stream; None is standard input.

    Raises:
        PointError: naming the file, line and coordinate that does not fit.
        LimitError: too many points.

    Example:
        >>> read_points(["x1=2,x0=1"], ["x0", "x1"]).coordinates.tolist()
        [[1.0, 2.0]]
    """
    names = tuple(variables)
    blocks = [_read(text, names, stdin) for text in texts]
    if not blocks:
        blocks = [_typed("", names)]
    if sum(map(len, blocks)) > MAX_ROWS:
        raise LimitError(f"{sum(map(len, blocks)):,} points; the limit is {MAX_ROWS:,}")
    return Points(names, blocks[0] if len(blocks) == 1 else np.concatenate(blocks))


def parse_numbers(text: str, what: str = "number") -> tuple[float, ...]:
    """The numbers of a list: ``1,2`` or ``[1, 2]``, each a decimal or a constant expression.

    Example:
        >>> parse_numbers("[1, 1/2]")
        (1.0, 0.5)
    """
    return tuple(real(part, f"{what} {k}") for k, part in enumerate(_split(_unwrapped(text)), 1))


def _read(text: str, names: tuple[str, ...], stdin: Any) -> Array:
    word = text.strip()
    if word == "-":
        return read_stream(stdin, names)
    if word.startswith("@"):
        return read_file(word[1:], names)
    return _typed(text, names)


def _typed(text: str, names: tuple[str, ...]) -> Array:
    if len(text) > MAX_TEXT:
        raise LimitError(
            f"a point of {len(text):,} characters; the limit is {MAX_TEXT:,}; write it to a file: @points.csv"
        )
    parts = _split(_unwrapped(text)) if text.strip() else []
    named = [_NAMED.fullmatch(part) for part in parts]
    if any(named) and not all(named):
        bare = parts[named.index(None)].strip()
        _fail(f"coordinates are given all by name or all by order; {bare[:60]!r} has no name")
    found = _by_name([(m[1], m[2]) for m in named if m], names) if any(named) else _by_order(parts, names)
    return _grid([_coordinate(found[name], f"coordinate {name}") for name in names])


def _by_order(parts: list[str], names: tuple[str, ...]) -> dict[str, str]:
    if len(parts) != len(names):
        got = len(parts) or "none"
        _fail(f"expected {count(names)}, got {got}")
    return dict(zip(names, parts, strict=True))


def _by_name(pairs: list[tuple[str, str]], names: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in pairs:
        for single, text in _spread(name, value.strip(), names):
            if single in found:
                _fail(f"coordinate {single} is given twice")
            found[single] = text
    if missing := [name for name in names if name not in found]:
        _fail(f"expected {count(names)}; {listed(missing)} {'is' if len(missing) == 1 else 'are'} missing")
    return found


def _spread(name: str, value: str, names: tuple[str, ...]) -> list[tuple[str, str]]:
    """``x=[1,2]`` gives x0 and x1; ``x0=1`` itself."""
    family = sorted((other for other in names if re.fullmatch(re.escape(name) + "[0-9]+", other)), key=natural_key)
    if value.startswith("[") and name not in names and family:
        values = _split(_unwrapped(value))
        if len(values) != len(family):
            _fail(f"{name} stands for {listed(family)}: expected {len(family)} numbers, got {len(values)}")
        return list(zip(family, values, strict=True))
    if name not in names:
        remedy = suggestion(name, names) or (
            f"; the variables are {listed(names)}" if names else "; there are no variables"
        )
        _fail(f"unknown coordinate {name!r}{remedy}")
    return [(name, value)]


def _coordinate(text: str, what: str) -> Array:
    """One number, or the numbers of a range."""
    if ":" not in text:
        return np.array([real(text, what)])
    parts = text.split(":")
    if len(parts) != 3:
        _fail(f"{what} is {text.strip()[:60]!r}; a range is start:stop:count")
    start, stop, size = (
        real(part, f"{word} of {what}") for part, word in zip(parts, ("start", "stop", "count"), strict=True)
    )
    if size != int(size) or size < 1:
        _fail(f"count of {what} is {parts[2].strip()}; expected a whole number of at least 1")
    if size == 1 and start != stop:
        _fail(f"{what} is {text.strip()[:60]!r}: a range of one number has the same start and stop")
    if size > MAX_ROWS:
        raise LimitError(f"{what} has {int(size):,} values; the limit is {MAX_ROWS:,} points")
    return _range(start, stop, int(size))


def _range(start: float, stop: float, count: int) -> Array:
    """Evenly spaced, ends included; weighted means, so that 0:1:11 contains 0.3 itself."""
    steps = np.arange(count, dtype=np.float64)
    last = max(count - 1, 1)
    with np.errstate(over="ignore", invalid="ignore"):
        values = (start * (last - steps) + stop * steps) / last
    if not np.isfinite(values).all():
        values = start * ((last - steps) / last) + stop * (steps / last)
    values[0], values[-1] = start, stop
    return values


def _grid(axes: Sequence[Array]) -> Array:
    size = math.prod(map(len, axes))
    if size > MAX_ROWS or size * len(axes) > 4 * MAX_ROWS:
        raise LimitError(f"a grid of {size:,} points in {len(axes)} variables; the limit is {MAX_ROWS:,} points")
    if size == 1:  # any number of variables; NumPy's grids end at 64
        return np.array([[axis[0] for axis in axes]], dtype=np.float64)
    grid = np.empty((size, len(axes)))
    inner = size
    for column, axis in enumerate(axes):
        inner //= len(axis)
        grid[:, column] = np.tile(np.repeat(axis, inner), size // (inner * len(axis)))
    return grid


def _unwrapped(text: str) -> str:
    """Without the brackets around a whole list."""
    word = text.strip()
    return word[1:-1] if word[:1] + word[-1:] == "[]" else text


def _split(text: str) -> list[str]:
    """Parts between the commas that no bracket encloses."""
    parts, depth, start = [], 0, 0
    for k, char in enumerate(text):
        depth += (char in "([") - (char in ")]")
        if char == "," and depth == 0:
            parts.append(text[start:k])
            start = k + 1
    return [*parts, text[start:]]


def _fail(message: str) -> NoReturn:
    raise PointError(message, code="point")
