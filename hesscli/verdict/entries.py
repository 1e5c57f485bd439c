"""The entries of both witnesses side by side, as arrays: how far apart they are, and which are off."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.accuracy import BACKWARD, relative_errors, unit_roundoff
from hesscli.options import Tolerance
from hesscli.request import Index, label
from hesscli.result import ExactAnswer, TapeAnswer

Array = NDArray[Any]
Place = tuple[str, Index]
"""(quantity, where in its array)."""


@dataclass(frozen=True, slots=True)
class ComparedEntries:
    """All entries of one quantity as flat arrays of length E.

    Attributes:
        name: of the quantity.
        shape: of its array.
        tape: numbers; a hole is 0 where the exact entry is exactly 0, else NaN.
        holes: where TensorFlow gave None.
        exact: the nearest doubles.
        decided: where the exact side knows anything.
        finite: where a finite exact value exists, even one beyond the range of a double.
        errors: relative ones.
        off: where a finite tape number is further from a finite exact value than rtol and atol allow.
        text: decimal strings.
    """

    name: str
    shape: tuple[int, ...]
    tape: Array
    holes: Array
    exact: Array
    decided: Array
    finite: Array
    errors: Array
    off: Array
    text: tuple[str | None, ...] = field(repr=False)

    @classmethod
    def of(cls, name: str, tape: TapeAnswer, exact: ExactAnswer, tolerance: Tolerance) -> ComparedEntries:
        """Those of one quantity, which both witnesses have.

        Raises:
            ValueError: they gave it different shapes.
        """
        values, array = exact.values[name], np.asarray(tape.arrays[name], dtype=np.float64)
        if values.shape != array.shape:
            raise ValueError(f"the exact side gave {name} the shape {values.shape}, the tape {array.shape}")
        holes = np.asarray(tape.holes.get(name, np.zeros(array.shape, bool))).ravel()
        numbers = np.where(holes, np.where(values.zero.ravel(), 0.0, math.nan), array.ravel())
        doubles, finite = values.double.ravel(), values.finite.ravel()
        errors = relative_errors(numbers, doubles, tolerance.dtype)
        with np.errstate(all="ignore"):
            apart = np.abs(numbers - doubles)
            close = (errors <= tolerance.rtol) & (doubles != 0)
            close |= apart <= tolerance.atol
            close |= (errors <= BACKWARD * unit_roundoff(tolerance.dtype)) & bool((doubles[finite] != 0).any())
        off = finite & np.isfinite(numbers) & ~close
        decided = values.decided.ravel()
        return cls(name, array.shape, numbers, holes, doubles, decided, finite, errors, off, values.texts)

    @property
    def failed(self) -> Array:
        """Where the tape has no finite number beside a finite exact value."""
        missing: Array = self.finite & ~np.isfinite(self.tape)
        return missing

    def place(self, k: int) -> Place:
        """Quantity and index of entry k."""
        return self.name, tuple(map(int, np.unravel_index(k, self.shape)))

    def label(self, k: int) -> str:
        """The name of entry k."""
        return label(*self.place(k))


def beyond(entries: ComparedEntries, units: Array | None) -> Array:
    """The entries that neither criterion takes for agreement."""
    return entries.off if units is None else entries.off & (units > BACKWARD)
