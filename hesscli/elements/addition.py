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

from hesscli.accuracy import two_sum
from hesscli.request import Path

Array = NDArray[Any]


LANES = 1 << 14
"""Sums side by side."""


@dataclass(frozen=True, slots=True)
class Added:
    """Doubles that add up to a sum of terms, and the sum of the terms' absolute values."""

    parts: tuple[float, float]
    size: float

    def times(self, power: float) -> Added:
        """The same of terms times a power of two."""
        return Added((power * self.parts[0], power * self.parts[1]), power * self.size)


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
        self.take(path, Added(twofold(values), float(np.abs(values).sum())))

    def take(self, path: Path, added: Added) -> None:
        """The terms of more rows, added up."""
        self.parts += added.parts
        self.sizes[path] = self.sizes.get(path, 0.0) + added.size

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
    both, of_b, error = np.empty(LANES), np.empty(LANES), np.empty(LANES)
    for b in values[:whole].reshape(-1, LANES):
        np.add(high, b, out=both)
        np.subtract(both, high, out=of_b)
        np.subtract(high, np.subtract(both, of_b, out=error), out=error)
        low += error
        low += np.subtract(b, of_b, out=error)
        high, both = both, high
    rest = values[whole:]
    return np.append(high, rest), np.append(low, np.zeros(len(rest)))


def _paired(high: Array, low: Array) -> tuple[Array, Array]:
    """Sums along the last axis, by halves, and their errors besides those that are known."""
    while (m := high.shape[-1]) > 1:
        half = m // 2
        a, b = high[..., :half], high[..., half : 2 * half]
        both, rounded = two_sum(a, b)
        errors = low[..., :half] + low[..., half : 2 * half] + rounded
        if m % 2:
            both, errors = np.append(both, high[..., -1:], -1), np.append(errors, low[..., -1:], -1)
        high, low = both, errors
    return high.sum(-1), low.sum(-1)


def twofold(values: Array) -> tuple[float, float]:
    """Two doubles whose sum is that of the values, to twice the digits of doubles relative to the values' sizes.

    Args:
        values: shape (m,).

    Example:
        >>> twofold(np.array([1e16, 1.0, -1e16]))
        (0.0, 1.0)
    """
    high = np.asarray(values, dtype=np.float64)
    with np.errstate(all="ignore"):
        high, low = _lanes(high) if len(high) > LANES else (high, np.zeros_like(high))
        total, rest = (float(one) for one in _paired(high, low))
        if not math.isfinite(total + rest):
            return float(np.sum(values, dtype=np.float64)), 0.0
    return total, rest


def added_up(folded: Array) -> list[Added] | None:
    """Sums that were begun elsewhere, to the same digits; None if one is not finite.

    Args:
        folded: doubles to be added, what they are off by, and the sums of the terms' absolute values; (3, sums, some).
    """
    with np.errstate(all="ignore"):
        high, low = _paired(folded[0], folded[1])
        sizes = folded[2].sum(-1)
    if not np.isfinite(high + low + sizes).all():
        return None
    return [Added((a, b), size) for a, b, size in zip(high.tolist(), low.tolist(), sizes.tolist(), strict=True)]
