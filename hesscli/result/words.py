"""Verdicts of points of which few were checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.result.witnesses import WORD, Verdict


class SparseWords(Mapping[str, NDArray[np.str_]]):
    """Quantity -> the word of every point, shape (k,); an array that is made when it is asked for.

    Args:
        count: k.
        told: quantity -> place -> word, of the points that are not unchecked.

    Example:
        >>> words = SparseWords(3, {"": {1: "agree"}})
        >>> words[""].tolist(), words.tally("")
        (['unchecked', 'agree', 'unchecked'], Counter({'agree': 1}))
    """

    def __init__(self, count: int, told: Mapping[str, Mapping[int, str]]) -> None:
        self._count, self._told = count, told
        self._made: dict[str, NDArray[np.str_]] = {}

    def __getitem__(self, name: str) -> NDArray[np.str_]:
        """The words on a quantity."""
        if name not in self._made:
            told = self._told[name]
            array = np.full(self._count, Verdict.UNCHECKED.value, dtype=WORD)
            array[[*told]] = [*told.values()]
            self._made[name] = array
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        """The quantities."""
        return iter(self._told)

    def __len__(self) -> int:
        """How many quantities."""
        return len(self._told)

    def __repr__(self) -> str:
        """How many points, and of which quantities; not the words."""
        return f"<words on {', '.join(name or 'the whole' for name in self._told)} at {self._count} points>"

    def __reduce__(self) -> tuple[Any, ...]:
        """What was told, without the arrays."""
        return SparseWords, (self._count, self._told)

    def tally(self, name: str) -> Counter[str]:
        """How often each word but ``unchecked`` is on a quantity."""
        return Counter(word for word in self._told[name].values() if word != Verdict.UNCHECKED.value)
