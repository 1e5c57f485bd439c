"""Results of many points as arrays over points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from hesscli.output.entries import WRONG
from hesscli.request import QUANTITIES, Request
from hesscli.result import Result

Array = NDArray[Any]


class Stacked(Protocol):
    """Answers at k points; ``hesscli.compute.Sweep`` is one.

    Attributes:
        request: which derivative.
        variables: names of the n coordinates.
        points: shape (k, n).
        arrays: quantity -> shape (k, ...), the tape's numbers; ``exact_<quantity>`` the exact ones.
        verdicts: shape (k,), words.
    """

    @property
    def request(self) -> Request:
        """Which derivative."""
        ...

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of the n coordinates."""
        ...

    @property
    def points(self) -> Array:
        """Shape (k, n)."""
        ...

    @property
    def arrays(self) -> Mapping[str, Array]:
        """Quantity -> shape (k, ...)."""
        ...

    @property
    def verdicts(self) -> Array:
        """Shape (k,), words."""
        ...


class Stack:
    """A ``Stacked`` made of results that share request and variables."""

    def __init__(self, results: Sequence[Result]) -> None:
        first = results[0]
        self.request, self.variables = first.request, first.variables
        self.points = np.array([result.point for result in results], dtype=np.float64)
        self.verdicts = np.array([result.verdict.value for result in results])
        self.arrays: dict[str, Array] = {}
        for name in QUANTITIES:
            for key, rows in (
                (name, [_tape(r, name) for r in results]),
                (f"exact_{name}", [_exact(r, name) for r in results]),
            ):
                if any(row is not None for row in rows):
                    self.arrays[key] = _filled(rows)


def main_array(stacked: Stacked) -> Array:
    """The quantity that the command was asked for, shape (k, ...), NaN where it must not be trusted.

    An array has no room for a verdict beside each number, so rows whose verdict says that the number is
    wrong or does not exist are NaN. Where TensorFlow has no such function the exact numbers stand in.

    Args:
        stacked: answers at k points.

    Returns:
        A new array.
    """
    name = stacked.request.command
    name = name if name in stacked.arrays or f"exact_{name}" in stacked.arrays else "jacobian"
    tape = stacked.arrays.get(name)
    array = np.array(stacked.arrays[f"exact_{name}"] if tape is None else tape)
    bad = np.isin(stacked.verdicts, [verdict.value for verdict in WRONG])
    array[bad] = np.nan
    return array


def _tape(result: Result, name: str) -> Array | None:
    return None if result.tape is None or name not in result.tape.arrays else np.asarray(result.tape.arrays[name])


def _exact(result: Result, name: str) -> Array | None:
    values = result.exact.values.get(name) if result.exact is not None else None
    return None if values is None else values.double


def _filled(rows: Sequence[Array | None]) -> Array:
    """Rows as one array; a missing row is NaN."""
    like = next(row for row in rows if row is not None)
    return np.stack([np.full_like(like, np.nan) if row is None else row for row in rows])
