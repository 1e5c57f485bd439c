"""Stacked arrays on their way from a worker, or to a file: without what the other end has or does not ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.compute.asking import Places
from hesscli.request import Request
from hesscli.result import Sweep


@dataclass(frozen=True, slots=True, eq=False)
class Packed:
    """A `Sweep` without its points.

    Attributes:
        request: which derivative.
        variables: names of the n coordinates.
        points: which.
        numbers: quantity -> shape (k, ...).
        tape: quantity -> shape (k, ...).
        verdicts: quantity -> shape (k,).
        checked: how many points the exact side saw.
        notes: sentences.
    """

    request: Request
    variables: tuple[str, ...]
    points: range
    numbers: Mapping[str, NDArray[Any]]
    tape: Mapping[str, NDArray[Any]]
    verdicts: Mapping[str, NDArray[np.str_]]
    checked: int
    notes: tuple[str, ...]

    @classmethod
    def of(cls, sweep: Sweep, points: range, *, single: bool) -> Packed:
        """What a format asks for: all quantities and witnesses, or the one quantity of the request."""
        command = sweep.request.command
        numbers = {name: array for name, array in sweep.numbers.items() if name == command or not single}
        tape = {} if single else sweep.tape
        return cls(sweep.request, sweep.variables, points, numbers, tape, sweep.verdicts, sweep.checked, sweep.notes)

    def unpacked(self, points: Places) -> Sweep:
        """The sweep; `points` are those of the whole job."""
        rows = points[self.points.start : self.points.stop]
        return Sweep(
            self.request, self.variables, rows, self.numbers, self.tape, self.verdicts, self.checked, self.notes
        )
