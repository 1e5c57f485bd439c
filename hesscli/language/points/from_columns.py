"""Named columns of a table -> points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.language.points.coordinates import Beside, count, fail, listed, rows

Array = NDArray[np.float64]

OURS = "verdict"
"""The last column of a table that hesscli wrote; those behind the last variable are its answers."""


def read(table: Mapping[str, NDArray[Any]], names: Sequence[str], where: str) -> tuple[Array, Beside]:
    """The points of a table, shape (k, n), and what its other columns hold, answers of hesscli left out.

    Args:
        table: columns of k entries by name.
        names: the n variables.
        where: the file, for messages.

    Raises:
        PointError: a variable has no column, or one that is not of finite numbers.
        LimitError: too many rows.
    """
    header = [*table]
    if missing := [name for name in names if name not in table]:
        fail(where, f"there is no column {listed(missing)}; the file has {listed(header)}")
    if not names:
        fail(where, f"expected {count(names)}")
    found = rows(np.stack([table[name] for name in names], axis=1), names, where)
    behind = max(header.index(name) for name in names)
    others = [name for k, name in enumerate(header) if name not in names and (k < behind or header[-1] != OURS)]
    columns = (table[name].tolist() for name in others)
    return found, [dict(zip(others, row, strict=True)) for row in zip(*columns, strict=True)]
