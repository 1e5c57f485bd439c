"""Points that are no array in memory: every combination of the values of n axes, and some rows of many."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Indexed as the array of shape (k, n) of its points would be; it holds the axes alone.

    Attributes:
        axes: the values of every coordinate; the first one runs slowest.

    Example:
        >>> grid = Grid((np.array([0.0, 1.0]), np.array([5.0, 6.0, 7.0])))
        >>> len(grid), grid[3:5].tolist(), grid[1].tolist()
        (6, [[1.0, 5.0], [1.0, 6.0]], [0.0, 6.0])
    """

    axes: tuple[Array, ...]

    def __len__(self) -> int:
        """k, the number of points."""
        return math.prod(map(len, self.axes))

    def __getitem__(self, rows: int | slice | NDArray[np.integer[Any]]) -> Array:
        """Some of the points: shape (n,) of one, (m, n) of m rows counted from 0."""
        left = np.arange(*rows.indices(len(self))) if isinstance(rows, slice) else np.asarray(rows)
        found = np.empty((*left.shape, len(self.axes)))
        for k, axis in reversed([*enumerate(self.axes)]):
            left, place = np.divmod(left, len(axis))
            found[..., k] = axis[place]
        return found

    def mapped(self, change: Callable[[Array], Array]) -> Grid:
        """The grid of other values, each changed for itself."""
        return Grid(tuple(map(change, self.axes)))


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """Points of which only some in a row are at hand, indexed as all of them.

    Attributes:
        count: k, the number of points.
        start: how many stand before those at hand.
        rows: those at hand, shape (m, n).

    Example:
        >>> stretch = Stretch(10, 4, np.array([[0.5], [0.6], [0.7]]))
        >>> len(stretch), stretch[5:7].tolist(), stretch[np.array([4])].tolist()
        (10, [[0.6], [0.7]], [[0.5]])
    """

    count: int
    start: int
    rows: Array

    def __len__(self) -> int:
        """k, the number of points."""
        return self.count

    def __getitem__(self, rows: int | slice | NDArray[np.integer[Any]]) -> Array:
        """Some of those at hand: shape (n,) of one, (m, n) of m rows counted from 0."""
        if isinstance(rows, slice):
            start, stop, step = rows.indices(self.count)
            found: Array = self.rows[start - self.start : stop - self.start : step]
            return found
        taken: Array = self.rows[np.asarray(rows) - self.start]
        return taken

    def mapped(self, change: Callable[[Array], Array]) -> Stretch:
        """The same of other values."""
        return Stretch(self.count, self.start, change(self.rows))
