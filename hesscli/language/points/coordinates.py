"""Arrays of numbers, and their columns' names -> rows of coordinates, or an error that names the place."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from hesscli.errors import LimitError, PointError
from hesscli.language.names import natural_key, suggestion

Array = NDArray[np.float64]

MAX_ROWS = 10_000_000
"""Points of one run."""
SHOWN = 8
"""Names that a message lists."""


Beside = list[dict[str, Any]]
"""What a row has besides its coordinates, by name; one a row, or nothing at all."""


def fail(where: str, message: str) -> NoReturn:
    """Raise the PointError of one place."""
    raise PointError(f"{where}: {message}" if where else message, code="point")


def listed(names: Sequence[str]) -> str:
    """``x0, x1, x2``, cut off where it gets long."""
    return ", ".join(names[:SHOWN]) + (", ..." if len(names) > SHOWN else "")


def count(names: Sequence[str]) -> str:
    """``2 coordinates (x0, x1)``."""
    if not names:
        return "no coordinates, for there are no variables"
    return f"{len(names)} coordinate{'s' if len(names) > 1 else ''} ({listed(names)})"


def order(header: Sequence[str], names: Sequence[str], where: str) -> list[int]:
    """The column of each variable; the header must name exactly the variables.

    Args:
        header: names of the columns, in the file's order.
        names: the n variables.
        where: the file, for messages.

    Returns:
        For each variable its column, counted from 0.

    Raises:
        PointError: a column twice, one too many, or one too few.
    """
    known, column = frozenset(names), dict[str, int]()
    for k, name in enumerate(header):
        if name in column:
            fail(where, f"the column {name!r} occurs twice")
        if name not in known:
            fail(where, f"unknown column {name[:60]!r}{suggestion(name[:60], names)}; expected {count(names)}")
        column[name] = k
    if missing := [name for name in names if name not in column]:
        fail(where, f"no column {listed(missing)}; expected {count(names)}")
    return [column[name] for name in names]


def family(name: str, names: Sequence[str]) -> list[str]:
    """The variables that a vector ``name`` stands for, in natural order: x0 and x1 for x.

    Example:
        >>> family("x", ["x10", "x2", "y", "x"])
        ['x2', 'x10']
    """
    numbered = re.compile(re.escape(name) + "[0-9]+")
    return sorted((other for other in names if numbered.fullmatch(other)), key=natural_key)


def rows(values: Any, names: Sequence[str], where: str, place: Callable[[int], str] = "point {}".format) -> Array:
    """An array of numbers as finite doubles of shape (k, n).

    Args:
        values: shape (k, n); shape (n,) for one point; shape (k,) where n is 1.
        names: the n variables.
        where: the file.
        place: row, counted from 1 -> words for it.

    Raises:
        PointError: another shape or type, no rows, or a number that is not finite.
        LimitError: too many rows.
    """
    array = np.asarray(values)
    if array.dtype.kind not in "iuf":
        fail(where, f"expected real numbers, got an array of type {array.dtype}")
    if array.ndim < 2:
        array = array.reshape(-1, 1) if len(names) == 1 else array.reshape(1, -1)
    if array.ndim != 2 or array.shape[1] != len(names):
        fail(where, f"expected {count(names)} a row, got an array of shape {np.shape(values)}")
    if len(array) == 0:
        fail(where, "there are no points")
    if len(array) > MAX_ROWS:
        raise LimitError(f"{where}: {len(array):,} points; the limit is {MAX_ROWS:,}")
    with np.errstate(over="ignore"):
        result = np.array(array, dtype=np.float64, order="C")
    finite = np.isfinite(result)
    if not finite.all():
        row, column = (int(k) for k in np.argwhere(~finite)[0])
        fail(
            f"{where}, {place(row + 1)}",
            f"coordinate {names[column]} is {array[row, column]}; expected a finite number",
        )
    return result
