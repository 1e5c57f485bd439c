"""Numbers in whatever arrangement -> rows of coordinates, or an error that names the place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from hesscli.errors import LimitError, PointError
from hesscli.language.names import suggestion

Array = NDArray[np.float64]

MAX_ROWS = 10_000_000
"""Points of one run."""
SHOWN = 8
"""Names that a message lists."""


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
    """The column of each variable; the header must name exactly the variables."""
    for k, name in enumerate(header):
        if name in header[:k]:
            fail(where, f"the column {name!r} occurs twice")
        if name not in names:
            fail(where, f"unknown column {name[:60]!r}{suggestion(name[:60], names)}; expected {count(names)}")
    if missing := [name for name in names if name not in header]:
        fail(where, f"no column {listed(missing)}; expected {count(names)}")
    return [header.index(name) for name in names]


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
