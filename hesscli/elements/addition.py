"""Sums over all rows, added so that the addition loses nothing, and what the terms' own rounding leaves of them.

Sources: T. Ogita, S. M. Rump, S. Oishi, "Accurate Sum and Dot Product", SIAM J. Sci. Comput. 26, 2005 (the error of
every addition is a double too, and is added besides: as good as twice the digits); J. R. Shewchuk, Discrete Comput.
Geom. 18, 1997 (``math.fsum``, for what the chunks leave).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.request import Path

Array = NDArray[Any]


LANES = 1 << 14
"""Sums side by side."""


@dataclass(slots=True)
class Long:
    """A sum over all rows, of one derivative of the body or of several.

    Attributes:
        parts: doubles that add up to it.
        sizes: derivative of the body -> the sum of its terms' absolute values.
    """

    parts: list[float] = field(default_factory=list)
    sizes: dict[Path, float] = field(default_factory=dict)

    def add(self, path: Path, values: Array) -> None:
        """The terms of more rows."""
        self.parts += twofold(values)
        self.sizes[path] = self.sizes.get(path, 0.0) + float(np.abs(values).sum())

    def merge(self, other: Long) -> None:
        """The terms that another has added up."""
        self.parts += other.parts
        for path, size in other.sizes.items():
            self.sizes[path] = self.sizes.get(path, 0.0) + size

    @property
    def value(self) -> float:
        """The sum, rounded once; NaN or an infinity where a term is one."""
        try:
            return math.fsum(self.parts)
        except (OverflowError, ValueError):  # beyond the doubles, or infinities of both signs
            return float(np.sum(self.parts))


def _lanes(values: Array) -> tuple[Array, Array]:
    """As many sums side by side as stay in the caches, and their errors."""
    whole = len(values) // LANES * LANES
    high, low = np.zeros(LANES), np.zeros(LANES)
    for b in values[:whole].reshape(-1, LANES):
        both = high + b
        of_b = both - high
        low += (high - (both - of_b)) + (b - of_b)
        high = both
    rest = values[whole:]
    return np.append(high, rest), np.append(low, np.zeros(len(rest)))


def twofold(values: Array) -> tuple[float, float]:
    """Two doubles whose sum is that of the values, to twice the digits of doubles relative to the values' sizes.

    Args:
        values: shape (m,).

    Example:
        >>> twofold(np.array([1e16, 1.0, -1e16]))
        (0.0, 1.0)
    """
    high = np.asarray(values, dtype=np.float64)
    low = np.zeros_like(high)
    with np.errstate(all="ignore"):
        if len(high) > LANES:
            high, low = _lanes(high)
        while len(high) > 1:
            if len(high) % 2:
                high, low = np.append(high, 0.0), np.append(low, 0.0)
            a, b = high[0::2], high[1::2]
            both = a + b
            of_b = both - a
            low = low[0::2] + low[1::2] + ((a - (both - of_b)) + (b - of_b))
            high = both
        total, rest = float(high.sum()), float(low.sum())
        if not math.isfinite(total + rest):
            return float(np.sum(values, dtype=np.float64)), 0.0
    return total, rest
