"""Answers at many points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.errors import LimitError
from hesscli.quantities import Arrays
from hesscli.request import Request
from hesscli.result.witnesses import same


@dataclass(frozen=True, slots=True, repr=False)
class Sweep(Arrays):
    """Stacked answers at k points, for formats that hold arrays.

    Attributes:
        request: which derivative.
        variables: names of the n coordinates.
        points: shape (k, n).
        numbers: quantity -> shape (k, ...), the numbers to use; NaN where there is none.
        tape: quantity -> shape (k, ...), as TensorFlow gave them; empty where it has no such function.
        verdicts: quantity -> shape (k,), the word of every point; under ``""`` that of the whole answer.
        checked: how many points the exact side saw.
        notes: sentences about points that are not in agreement, the first of each kind.
    """

    request: Request
    variables: tuple[str, ...]
    points: NDArray[np.float64]
    numbers: Mapping[str, NDArray[np.float64]]
    tape: Mapping[str, NDArray[Any]]
    verdicts: Mapping[str, NDArray[np.str_]]
    checked: int
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        """The number of points."""
        return len(self.points)

    def __eq__(self, other: object) -> bool:
        """Whether all of it is the same; a NaN is the same as a NaN."""
        if not isinstance(other, Sweep):
            return NotImplemented
        told = ("request", "variables", "checked", "notes")
        return (
            all(getattr(self, name) == getattr(other, name) for name in told)
            and np.array_equal(self.points, other.points)
            and all(same(getattr(self, name), getattr(other, name)) for name in ("numbers", "tape", "verdicts"))
        )

    def __repr__(self) -> str:
        """How many points, and what was found; not the numbers."""
        shapes = ", ".join(f"{name} {array.shape}" for name, array in self.numbers.items())
        words, counts = np.unique(self.verdict, return_counts=True)
        said = ", ".join(f"{count} {word}" for word, count in zip(words.tolist(), counts.tolist(), strict=True))
        return f"<{self.request.command} at {len(self)} points of ({', '.join(self.variables)}): {shapes}; {said}>"

    @property
    def verdict(self) -> NDArray[np.str_]:
        """The word of every point on the whole answer, shape (k,)."""
        return self.verdicts[""]

    def array(self, name: str) -> NDArray[np.float64]:
        """The numbers to use of a quantity; see `Arrays.array`."""
        if name not in self.numbers:
            raise AttributeError(f"there is no {name} here: this sweep has {', '.join(self.numbers) or 'no numbers'}")
        return self.numbers[name]

    def asked(self) -> NDArray[np.float64]:
        """The numbers to use of the quantity that was asked for, shape (k, ...).

        Raises:
            LimitError: neither witness has any.
        """
        if self.request.command not in self.numbers:
            raise LimitError("there is no number to write: neither witness has an answer; --json says why")
        return self.numbers[self.request.command]

    @property
    def words(self) -> NDArray[np.str_]:
        """The verdict of every point on the quantity that was asked for, shape (k,)."""
        return self.verdicts.get(self.request.command, self.verdicts[""])
