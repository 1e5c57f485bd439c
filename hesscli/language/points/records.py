"""Points as JSON: lists of rows, lists of objects, an object of columns; or one row a line (JSON Lines)."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from itertools import chain
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from hesscli.errors import LimitError, PointError
from hesscli.language.names import natural_key
from hesscli.language.points.arrange import MAX_ROWS, count, fail, order, rows
from hesscli.language.values import finite, real

Array = NDArray[np.float64]


def read(text: str, names: Sequence[str], where: str) -> Array:
    """The points of one JSON document, shape (k, n).

    Raises:
        PointError: not JSON, or not numbers for exactly the variables.
    """
    value = _load(text, where)
    if isinstance(value, dict):
        return _columns(value, names, where)
    if not isinstance(value, list):
        if len(names) != 1:
            fail(where, f"expected a list of points, got {_kind(value)}")
        value = [value]
    if not value:
        fail(where, "there are no points")
    if not isinstance(value[0], (list, dict)):  # a flat list: one point, or many of one variable
        value = [[item] for item in value] if len(names) == 1 else [value]
    if len(value) > MAX_ROWS:
        raise LimitError(f"{where}: {len(value):,} points; the limit is {MAX_ROWS:,}")
    found = _plain(value, names)
    if found is None:
        found = np.array([_row(item, names, f"{where}, point {k}") for k, item in enumerate(value, 1)])
    return rows(found, names, where)


def read_lines(text: str, names: Sequence[str], where: str) -> Array:
    """The points of JSON Lines, a list, an object or (n = 1) a number a line.

    Raises:
        PointError: naming the line.
        LimitError: too many lines.
    """
    found = []
    lines = text.splitlines()
    if (quick := _joined(lines, names)) is not None:
        return rows(quick, names, where)
    for number, line in enumerate(lines, 1):
        if line.strip():
            place = f"{where}, line {number}"
            value = _load(line, place)
            found.append(
                _row([value] if not isinstance(value, (list, dict)) and len(names) == 1 else value, names, place)
            )
        if len(found) > MAX_ROWS:
            raise LimitError(f"{where}: the limit is {MAX_ROWS:,} points")
    if not found:
        fail(where, f"the file is empty; expected {count(names)} a line")
    return rows(np.array(found), names, where)


def _joined(lines: list[str], names: Sequence[str]) -> Array | None:
    """All lines as one list, ten times faster; None where a line needs a closer look."""
    full = [line for line in lines if line.strip()]
    try:
        value = json.loads(f"[{','.join(full)}]")
    except (ValueError, RecursionError):
        return None
    return _plain(value, names) if len(value) == len(full) <= MAX_ROWS else None


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


def is_lines(text: str) -> bool:
    """Is it JSON Lines rather than one document?"""
    first, _, rest = text.lstrip().partition("\n")
    if not rest.strip():
        return False
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return False
    return True


def _load(text: str, where: str) -> Any:
    def constant(word: str) -> NoReturn:
        fail(where, f"{word} is no finite number")

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(items)
        if len(found) != len(items):
            fail(where, "a name occurs twice in one object")
        return found

    try:
        return json.loads(text, parse_constant=constant, object_pairs_hook=pairs)
    except json.JSONDecodeError as error:
        line = f", line {error.lineno}" if "\n" in text.strip() else ""
        fail(f"{where}{line}, column {error.colno}", f"not JSON: {error.msg}")
    except RecursionError:
        fail(where, "lists are nested too deeply")
    except ValueError:  # Python reads integers of up to 4300 digits
        fail(where, "a number has too many digits")


def _row(value: Any, names: Sequence[str], where: str) -> list[float]:
    """A point: n numbers in order, or an object by name."""
    if isinstance(value, dict):
        spread = _spread(value, names)
        values = list(spread.values())
        value = [values[k] for k in order(list(spread), names, where)]
    if not isinstance(value, list):
        fail(where, f"expected {count(names)}, got {_kind(value)}")
    if len(value) != len(names):
        fail(where, f"expected {count(names)}, got {len(value) or 'none'}")
    return [_number(item, name, where) for item, name in zip(value, names, strict=True)]


def _columns(value: dict[str, Any], names: Sequence[str], where: str) -> Array:
    """An object of equally long lists, or of numbers for one point."""
    lists = {name: item for name, item in value.items() if isinstance(item, list) and name in names}
    if not lists:
        return rows(np.array([_row(value, names, where)]), names, where)
    columns = [list(value)[k] for k in order(list(value), names, where)]
    lengths = {name: len(value[name]) if isinstance(value[name], list) else -1 for name in columns}
    if len(set(lengths.values())) > 1:
        found = ", ".join("one number" if size < 0 else f"{size} in {name}" for name, size in list(lengths.items())[:4])
        fail(where, f"the columns must be equally long, got {found}")
    points = zip(*(value[name] for name in columns), strict=True)
    return rows(
        np.array([_row(list(point), names, f"{where}, point {k}") for k, point in enumerate(points, 1)]), names, where
    )


def _spread(value: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """``{"x": [1, 2]}`` is ``{"x0": 1, "x1": 2}`` where x0 and x1 are the variables."""
    found: dict[str, Any] = {}
    for name, item in value.items():
        family = sorted((other for other in names if re.fullmatch(re.escape(name) + "[0-9]+", other)), key=natural_key)
        if isinstance(item, list) and name not in names and len(family) == len(item) and not set(family) & set(value):
            found.update(zip(family, item, strict=True))
        else:
            found[name] = item
    return found


def _number(value: Any, name: str, where: str) -> float:
    what = f"{where}: coordinate {name}"
    if type(value) is float:
        return finite(value, value, what)
    if type(value) is int:
        try:
            return float(value)
        except OverflowError:
            raise PointError(f"{what} is larger than the largest double", code="point") from None
    return real(value, what) if isinstance(value, str) else fail(what, f"expected a number, got {_kind(value)}")


def _kind(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    kinds = ((dict, "an object"), (list, "a list"), (str, "a string"))
    return next((word for kind, word in kinds if isinstance(value, kind)), "a number")
