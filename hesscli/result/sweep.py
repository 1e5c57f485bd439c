"""Answers at many points."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from hesscli.errors import LimitError
from hesscli.quantities import Arrays
from hesscli.request import Request
from hesscli.result.shown import numbers, place
from hesscli.result.witnesses import Verdict, same
from hesscli.result.words import SparseWords


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Row(Arrays):
    """The answer at one point of a `Sweep`.

    Attributes:
        request: which derivative.
        variables: names of the n coordinates.
        point: shape (n,).
        numbers: quantity -> its array, the numbers to use; NaN where there is none.
        tape: quantity -> its array, as TensorFlow gave it.
        verdicts: quantity -> the word on it; under ``""`` that on the whole answer.
    """

    request: Request
    variables: tuple[str, ...]
    point: NDArray[np.float64]
    numbers: Mapping[str, NDArray[np.float64]]
    tape: Mapping[str, NDArray[Any]]
    verdicts: Mapping[str, str]

    def __repr__(self) -> str:
        """One line, as of a Result."""
        command = self.request.command
        found = f"{numbers(self.numbers.get(command))}, {self.verdict.value}"
        return f"<{command} at {place(self.variables, self.point)}: {found}>"

    @property
    def verdict(self) -> Verdict:
        """On the whole answer."""
        return Verdict(self.verdicts[""])

    def array(self, name: str) -> NDArray[np.float64]:
        """The numbers to use of a quantity; see `Arrays.array`."""
        return _of(self.numbers, name)


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

    @overload
    def __getitem__(self, k: int) -> Row: ...

    @overload
    def __getitem__(self, k: slice) -> list[Row]: ...

    def __getitem__(self, k: int | slice) -> Row | list[Row]:
        """The answer at point k; negative ones count from the last; the answers of a slice."""
        if isinstance(k, slice):
            return [self[one] for one in range(*k.indices(len(self)))]
        numbers, tape, verdicts = (
            {name: array[k] for name, array in arrays.items()} for arrays in (self.numbers, self.tape, self.verdicts)
        )
        return Row(self.request, self.variables, self.points[k], numbers, tape, verdicts)

    def __iter__(self) -> Iterator[Row]:
        """The answers in the order of the points."""
        return (self[k] for k in range(len(self)))

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
        return _of(self.numbers, name)

    def asked(self) -> NDArray[np.float64]:
        """The numbers to use of the quantity that was asked for, shape (k, ...).

        Raises:
            LimitError: neither witness has any.
        """
        if self.request.command not in self.numbers:
            raise LimitError("there is no number to write: neither witness has an answer; --json says why")
        return self.numbers[self.request.command]

    def tally(self, *, single: bool) -> Counter[str]:
        """How often each word but ``unchecked`` is on the whole answer, or on the one quantity that was asked for."""
        name = self.request.command if single and self.request.command in self.verdicts else ""
        if isinstance(self.verdicts, SparseWords):
            return self.verdicts.tally(name)
        words = self.verdicts[name]
        return Counter(words[words != Verdict.UNCHECKED.value].tolist())

    @property
    def words(self) -> NDArray[np.str_]:
        """The verdict of every point on the quantity that was asked for, shape (k,)."""
        return self.verdicts.get(self.request.command, self.verdicts[""])


def _of(numbers: Mapping[str, NDArray[np.float64]], name: str) -> NDArray[np.float64]:
    if name not in numbers:
        raise AttributeError(f"there is no {name} here: this sweep has {', '.join(numbers) or 'no numbers'}")
    return numbers[name]
