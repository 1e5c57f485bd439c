"""What ``--at`` says, or the same as a value of JSON or TOML -> points, an array of shape (k, n).

::

    point      := coordinate { "," coordinate }      in the order of the variables; brackets around it change nothing
                | name "=" coordinate { "," ... }    in any order
                | "@" file | "-"                     see files.py
    coordinate := number | start ":" stop ":" count | "[" number { "," number } "]"   (the last for x = x0, x1, ...)

Ranges span a grid over which the first variable runs slowest. As values, coordinates in order are a list,
coordinates by name an object, and each is a number or the text of a coordinate.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from hesscli.errors import LimitError, PointError
from hesscli.language.lists import NAMED, Point, split, unwrapped
from hesscli.language.names import suggestion
from hesscli.language.points.coordinates import MAX_ROWS, Beside, count, family, listed
from hesscli.language.points.files import read_file, read_stream
from hesscli.language.points.from_json import number
from hesscli.language.points.grid import Grid
from hesscli.language.points.ranges import read_range
from hesscli.language.sources import is_standard_input

Array = NDArray[np.float64]
FILES = (".csv", ".tsv", ".json", ".jsonl", ".npy", ".npz", ".parquet", ".txt")
"""How names of files of points end."""
NUMBER = re.compile(r"(?:[^\W\d]\w*\s*=\s*)?[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
"""A coordinate that is a plain number, by name or in order."""
GROUP = re.compile(r"\([^()\[\]]*\)|\[[^()\[\]]*\]")
"""A point in brackets."""
OBJECT = re.compile(r"""["']?([^\W\d]\w*)["']?\s*:\s*([^:{}\[\]"']+?)\s*""")
"""A coordinate by name as JSON and others write it."""
MAX_TEXT = 1_000_000
"""Characters of one point."""
MAX_GRID = 1_000_000_000
"""Points of a grid, which need not stand in memory."""
HELD = 1 << 16
"""Numbers of a grid that stands in memory all the same."""


@dataclass(frozen=True, slots=True)
class Points:
    """Where to evaluate.

    Attributes:
        names: the n variables.
        coordinates: shape (k, n), finite doubles; a row a point, in input order; a large grid by its axes.
        beside: what files say of each point besides, by name: columns that no variable has; empty where none does.
    """

    names: tuple[str, ...]
    coordinates: Array | Grid
    beside: tuple[Mapping[str, Any], ...] = ()

    def __len__(self) -> int:
        return len(self.coordinates)


def read_points(given: Sequence[Point], variables: Sequence[str], *, stdin: Any = None) -> Points:
    """The points of all that is given, one after the other.

    Args:
        given: each the value of one ``--at``.
        variables: names of the n coordinates.
        stdin: what ``-`` reads, a text or byte stream; None is standard input.

    Raises:
        PointError: naming the file, line and coordinate that does not fit.
        LimitError: too many points.

    Example:
        >>> read_points(["x1=2,x0=1"], ["x0", "x1"]).coordinates.tolist()
        [[1.0, 2.0]]
        >>> read_points([{"x": [1, "1/2"]}], ["x0", "x1"]).coordinates.tolist()
        [[1.0, 0.5]]
    """
    names = tuple(variables)
    read = [_read(point, names, stdin) for point in given]
    blocks = [coordinates for coordinates, _ in read] or [_typed("", names)]
    if len(blocks) > 1 and sum(map(len, blocks)) > MAX_ROWS:
        raise LimitError(f"{sum(map(len, blocks)):,} points; the limit is {MAX_ROWS:,}, but of a single grid")
    beside: tuple[Mapping[str, Any], ...] = ()
    if any(told for _, told in read):
        beside = tuple(row for coordinates, told in read for row in told or [{}] * len(coordinates))
    return Points(names, blocks[0] if len(blocks) == 1 else np.concatenate([block[:] for block in blocks]), beside)


def _read(point: Point, names: tuple[str, ...], stdin: Any) -> tuple[Array | Grid, Beside]:
    if isinstance(point, Mapping):
        return _grid(_by_name(point.items(), names), names), []
    if isinstance(point, (list, tuple)):
        return _grid(_by_order(point, names), names), []
    if not isinstance(point, str):
        return _grid(_by_order([point], names), names), []
    word = point.strip()
    if is_standard_input(word):
        return read_stream(stdin, names)
    return read_file(word[1:], names) if word.startswith("@") else (_typed(point, names), [])


def _typed(text: str, names: tuple[str, ...]) -> Array | Grid:
    if len(text) > MAX_TEXT:
        raise LimitError(
            f"a point of {len(text):,} characters; the limit is {MAX_TEXT:,}; write it to a file: @points.csv"
        )
    parts = split(unwrapped(text)) if text.strip() else []
    if remedy := _meant(text.strip(), parts, names):
        _fail(remedy)
    named = [NAMED.fullmatch(part) for part in parts]
    if any(named) and not all(named):
        bare = parts[named.index(None)].strip()
        _fail(f"coordinates are given all by name or all by order; {bare[:60]!r} has no name")
    pairs = [(m[1], m[2].strip()) for m in named if m]
    return _grid(_by_name(pairs, names) if pairs else _by_order(parts, names), names)


def _meant(text: str, parts: Sequence[str], names: Sequence[str]) -> str:
    """What to write instead of what others take; empty of everything that may be a point."""
    shown = text[:60]
    if len(parts) == 1 and text.lower().endswith(FILES) and "=" not in text:
        return f"a file of points is written with @: @{shown}"
    if ";" in text and "," in text:
        return f"several points are several --at: {' '.join(f'--at {row.strip()}' for row in text.split(';'))[:60]}"
    if ";" in text:
        return f"coordinates are separated by commas: {shown.replace(';', ',')}; several points are several --at"
    if (
        len(groups := GROUP.findall(unwrapped(text))) > 1
        and all("," in group for group in groups)
        and not GROUP.sub("", unwrapped(text)).strip(" ,")
    ):
        return f"several points are several --at: {' '.join(f'--at {group}' for group in groups)[:60]}"
    words = unwrapped(text).split()
    pairs = [OBJECT.fullmatch(part.strip(" {}")) for part in parts]
    if pairs and all(pairs):
        return f"coordinates by name are written {','.join(f'{pair[1]}={pair[2]}' for pair in pairs if pair)[:60]}"
    if len(parts) == 1 and len(words) == len(names) > 1 and all(map(NUMBER.fullmatch, words)):
        return f"coordinates are separated by commas: {','.join(words)[:60]}"
    return ""


def _by_order(values: Sequence[Any], names: tuple[str, ...]) -> dict[str, Any]:
    if len(values) != len(names):
        _fail(f"expected {count(names)}, got {len(values) or 'none'}")
    return dict(zip(names, values, strict=True))


def _by_name(pairs: Iterable[tuple[str, Any]], names: tuple[str, ...]) -> dict[str, Any]:
    known, found = frozenset(names), dict[str, Any]()
    for name, value in pairs:
        for single, coordinate in [(name, value)] if name in known else _spread(name, value, names):
            if single in found:
                _fail(f"coordinate {single} is given twice")
            found[single] = coordinate
    if missing := [name for name in names if name not in found]:
        _fail(f"expected {count(names)}; {listed(missing)} {'is' if len(missing) == 1 else 'are'} missing")
    return found


def _spread(name: str, value: Any, names: tuple[str, ...]) -> list[tuple[str, Any]]:
    """``x=[1,2]`` gives x0 and x1."""
    values = value if isinstance(value, list) else None
    if isinstance(value, str) and value.strip().startswith("["):
        values = split(unwrapped(value))
    members = family(name, names) if values is not None else []
    if values is None or not members:
        remedy = suggestion(name, names) or (
            f"; the variables are {listed(names)}" if names else "; there are no variables"
        )
        _fail(f"unknown coordinate {name!r}{remedy}")
    if len(values) != len(members):
        _fail(f"{name} stands for {listed(members)}: expected {len(members)} numbers, got {len(values)}")
    return list(zip(members, values, strict=True))


def _coordinate(value: Any, what: str) -> Array:
    """One number, or the numbers of a range."""
    if not isinstance(value, str) or ":" not in value:
        return np.array([number(value, what)])
    return read_range(value, what, MAX_ROWS)


def _grid(coordinates: Mapping[str, Any], names: Sequence[str]) -> Array | Grid:
    """Every combination of the coordinates' values."""
    axes = [_coordinate(coordinates[name], f"coordinate {name}") for name in names]
    size = math.prod(map(len, axes))
    if size > MAX_GRID:
        raise LimitError(f"a grid of {size:,} points in {len(axes)} variables; the limit is {MAX_GRID:,} points")
    grid = Grid(tuple(axes))
    return grid[:] if size * len(axes) <= HELD else grid


def _fail(message: str) -> NoReturn:
    raise PointError(message, code="point")
