"""Points as JSON: lists of rows, lists of objects, an object of columns; or one row a line (JSON Lines)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.errors import LimitError, PointError
from hesscli.language.arrays.strict_json import load, name_of
from hesscli.language.points.coordinates import MAX_ROWS, Beside, count, fail, family, order, rows
from hesscli.language.values import finite, real

Array = NDArray[np.float64]

PIECE = 1 << 20
"""Characters that become Python's numbers at a time: those take many times the room of an array."""


def read(text: str, names: Sequence[str], where: str) -> tuple[Array, Beside]:
    """The points of one JSON document, shape (k, n), and what its objects say besides.

    Args:
        text: a list of rows, a list of objects, an object of columns, or one row.
        names: the n variables.
        where: the file, for messages.

    Raises:
        PointError: not JSON, or not numbers for exactly the variables.
    """
    if (quick := _joined(_of_rows(text), names)) is not None:
        return rows(quick, names, where), []
    value = load(text, where, "point")
    if isinstance(value, dict) and not _ours(value):
        return _columns(value, names, where)
    if isinstance(value, dict):
        value = [value]
    if not isinstance(value, list):
        if len(names) != 1:
            fail(where, f"expected a list of points, got {name_of(value)}")
        value = [value]
    if not value:
        fail(where, "there are no points")
    if not isinstance(value[0], (list, dict)):  # a flat list: one point, or many of one variable
        value = [[item] for item in value] if len(names) == 1 else [value]
    if len(value) > MAX_ROWS:
        raise LimitError(f"{where}: {len(value):,} points; the limit is {MAX_ROWS:,}")
    return _gathered([_row(item, names, f"{where}, point {k}") for k, item in enumerate(value, 1)], names, where)


def read_lines(text: str, names: Sequence[str], where: str) -> tuple[Array, Beside]:
    """The points of JSON Lines, a list, an object or (n = 1) a number a line; shape (k, n), and what they say besides.

    Args:
        text: the lines.
        names: the n variables.
        where: the file, for messages.

    Raises:
        PointError: naming the line.
        LimitError: too many lines.
    """
    found = []
    if (quick := _joined(_of_lines(text), names)) is not None:
        return rows(quick, names, where), []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            place = f"{where}, line {number}"
            value = load(line, place, "point")
            found.append(
                _row([value] if not isinstance(value, (list, dict)) and len(names) == 1 else value, names, place)
            )
        if len(found) > MAX_ROWS:
            raise LimitError(f"{where}: the limit is {MAX_ROWS:,} points")
    if not found:
        fail(where, f"the file is empty; expected {count(names)} a line")
    return _gathered(found, names, where)


def _gathered(
    found: Sequence[tuple[list[float], dict[str, Any]]], names: Sequence[str], where: str
) -> tuple[Array, Beside]:
    beside = [told for _, told in found]
    return rows(np.array([row for row, _ in found]), names, where), beside if any(beside) else []


def _joined(pieces: Iterable[tuple[str, int | None]], names: Sequence[str]) -> Array | None:
    """Pieces of rows with commas between them, and how many they are, as one array; None where one needs a closer look.

    So a file takes little more memory than its text, and a tenth of the time.
    """
    found: list[Array] = []
    try:
        for piece, expected in pieces:
            value = json.loads(f"[{piece}]")
            part = _plain(value, names) if expected in (None, len(value)) else None
            if part is None:
                return None
            found.append(part)
    except (ValueError, RecursionError):
        return None
    return np.concatenate(found) if found and sum(map(len, found)) <= MAX_ROWS else None


def _of_rows(text: str) -> Iterator[tuple[str, None]]:
    """What stands in the outer brackets of a document of rows, piece by piece; something else gives no JSON."""
    start, stop = text.find("["), text.rfind("]")
    if text[:start].strip() or text[stop + 1 :].strip() or start == stop:
        raise ValueError("no list")
    for k, piece in enumerate(_pieces(text, start + 1, stop, "]")):
        bare = piece.strip()
        if k and bare and not bare.startswith(","):
            raise ValueError("no comma between two rows")
        if bare or not k:
            yield (bare[1:] if k else bare), None


def _of_lines(text: str) -> Iterator[tuple[str, int]]:
    for piece in _pieces(text, 0, len(text), "\n"):
        if full := [line for line in piece.splitlines() if line.strip()]:
            yield ",".join(full), len(full)


def _pieces(text: str, start: int, stop: int, mark: str) -> Iterator[str]:
    """Parts of about ``PIECE`` characters, each but the last with a mark at its end."""
    while start < stop:
        cut = text.find(mark, start + PIECE, stop) + 1 or stop
        yield text[start:cut]
        start = cut


def _plain(value: list[Any], names: Sequence[str]) -> Array | None:
    """An array of rows that hold n finite numbers each and nothing else; None otherwise."""
    if not value or not names or set(map(type, value)) != {list} or set(map(len, value)) != {len(names)}:
        return None
    if not set(map(type, chain.from_iterable(value))) <= {int, float}:
        return None
    try:
        found = np.array(value, dtype=np.float64)
    except OverflowError:
        return None
    return found if np.isfinite(found).all() else None


def _row(value: Any, names: Sequence[str], where: str) -> tuple[list[float], dict[str, Any]]:
    """A point: n numbers in order, or an object by name, which may say more."""
    beside: dict[str, Any] = {}
    if isinstance(value, dict):
        spread = _spread(_answered(value, where) if _ours(value) else value, names)
        if set(names) <= set(spread):
            beside = {name: item for name, item in spread.items() if name not in names}
            value = [spread[name] for name in names]
        else:
            values = list(spread.values())
            value = [values[k] for k in order(list(spread), names, where)]
    if not isinstance(value, list):
        fail(where, f"expected {count(names)}, got {name_of(value)}")
    if len(value) != len(names):
        fail(where, f"expected {count(names)}, got {len(value) or 'none'}")
    return [number(item, f"{where}: coordinate {name}") for item, name in zip(value, names, strict=True)], beside


def _ours(value: dict[str, Any]) -> bool:
    """Is it an answer of hesscli?"""
    return str(value.get("schema", "")).startswith("hesscli/")


def _answered(value: dict[str, Any], where: str) -> dict[str, Any]:
    """The coordinates of an answer by name, and what came with its point or its request."""
    if isinstance(value.get("error"), dict):
        fail(where, f"an error instead of a point: {value['error'].get('message')}")
    names, point, data = value.get("variables"), value.get("point"), value.get("data", {})
    if not isinstance(names, list) or not isinstance(point, list) or len(names) != len(point):
        fail(where, f"an answer without a point, of the command {value.get('command')}")
    told = data if isinstance(data, dict) else {}
    named = {"id": value["id"]} if "id" in value else {}
    return {**named, **told, **dict(zip(map(str, names), point, strict=True))}


def _columns(value: dict[str, Any], names: Sequence[str], where: str) -> tuple[Array, Beside]:
    """An object of equally long lists, or of numbers for one point."""
    lists = {name: item for name, item in value.items() if isinstance(item, list) and name in names}
    if not lists:
        return _gathered([_row(value, names, where)], names, where)
    columns = [list(value)[k] for k in order(list(value), names, where)]
    lengths = {name: len(value[name]) if isinstance(value[name], list) else -1 for name in columns}
    if len(set(lengths.values())) > 1:
        found = ", ".join("one number" if size < 0 else f"{size} in {name}" for name, size in list(lengths.items())[:4])
        fail(where, f"the columns must be equally long, got {found}")
    points = zip(*(value[name] for name in columns), strict=True)
    read = [_row(list(point), names, f"{where}, point {k}") for k, point in enumerate(points, 1)]
    return _gathered(read, names, where)


def _spread(value: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """``{"x": [1, 2]}`` is ``{"x0": 1, "x1": 2}`` where x0 and x1 are the variables."""
    found: dict[str, Any] = {}
    known = frozenset(names)
    for name, item in value.items():
        members = family(name, names) if isinstance(item, list) and name not in known else []
        if members and len(members) == len(item) and not set(members) & set(value):
            found.update(zip(members, item, strict=True))
        else:
            found[name] = item
    return found


def number(value: Any, what: str) -> float:
    """A finite number as JSON has it, or the text of one.

    Args:
        value: of JSON or TOML.
        what: what is being read, for messages: ``coordinate x0``.

    Raises:
        PointError: it is no finite number.
    """
    if type(value) is float:
        return finite(value, value, what)
    if type(value) is int:
        try:
            return float(value)
        except OverflowError:
            raise PointError(f"{what} is larger than the largest double", code="point") from None
    return real(value, what) if isinstance(value, str) else fail(what, f"expected a number, got {name_of(value)}")
