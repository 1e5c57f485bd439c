"""A claim: what a person says a derivative is, as the check sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from hesscli import exact as exact_side


@dataclass(frozen=True, slots=True)
class Values:
    """A claim at k points.

    Attributes:
        rows: an array a point, NaN where an entry has no value.
        notes: how they were come by, where that is not plain.
    """

    rows: Sequence[NDArray[np.float64]]
    notes: tuple[str, ...] = ()


class Claim(Protocol):
    """An array of entries that have values at points."""

    @property
    def shape(self) -> tuple[int, ...] | None:
        """Of the array; None where it is only known once it has been computed."""

    @property
    def constant(self) -> bool:
        """Whether it is the same at all points."""

    @property
    def typed(self) -> bool:
        """Whether it was written for this check, and so for every point; stored numbers belong to one."""

    def text(self, flat: int) -> str | None:
        """An entry, counted row by row, as written; None where nothing is."""

    def values(self, points: Sequence[Sequence[float]], session: exact_side.Session) -> Values:
        """The entries at k points."""
