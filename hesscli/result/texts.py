"""Arrays of texts: closed forms, and exact numbers as decimal strings."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

AnyTexts = TypeVar("AnyTexts", bound="Texts")


@dataclass(frozen=True)
class Texts:
    """An array of texts: closed forms, or exact numbers (`Decimals`).

    Attributes:
        shape: of the array, () for a single text.
        texts: its entries in row-major order.
    """

    shape: tuple[int, ...]
    texts: tuple[str | None, ...]

    @classmethod
    def of(cls: type[AnyTexts], nested: Any) -> AnyTexts:
        """The array of nested lists whose rows have one length, or of a single text."""
        entries = np.array(nested, dtype=object)
        return cls(entries.shape, tuple(entries.ravel().tolist()))

    def __getitem__(self, index: tuple[int, ...]) -> str | None:
        return self.texts[int(np.ravel_multi_index(index, self.shape)) if index else 0]

    def nested(self) -> Any:
        """Lists nested like the array; the text itself where the shape is ()."""
        return np.array(self.texts, dtype=object).reshape(self.shape).tolist() if self.shape else self.texts[0]


class DecimalNumber(str):
    """An exact number: its decimal string, correctly rounded to the digits asked for, and the double nearest to it.

    The double is rounded once, from the number itself: read back from the string it would depend on how many digits
    are shown, and even seventeen correctly rounded ones are sometimes read as the double beside the nearest.

    Example:
        >>> third = DecimalNumber("0.333", 1 / 3)
        >>> third, float(third)
        ('0.333', 0.3333333333333333)
    """

    __slots__ = ("_double",)
    _double: float

    def __new__(cls, text: str, double: float) -> DecimalNumber:
        """The string, and the double that ``float`` gives."""
        number = super().__new__(cls, text)
        number._double = double
        return number

    def __float__(self) -> float:
        return self._double

    def __reduce__(self) -> tuple[type[DecimalNumber], tuple[str, float]]:
        """It is sent from process to process."""
        return DecimalNumber, (str(self), self._double)


@dataclass(frozen=True)
class Decimals(Texts):
    """Exact numbers as decimal strings, each a `DecimalNumber` where it was rounded from one.

    An entry is ``"nan"`` where there is no finite real value, ``"inf"`` or ``"-inf"`` where it is infinite, and None
    where it could not be decided within the limits.

    Example:
        >>> exact = Decimals((3,), ("0.1", "inf", None))
        >>> exact.double.tolist(), exact.decided.tolist(), exact.finite.tolist()
        ([0.1, inf, nan], [True, True, False], [True, False, False])
    """

    @cached_property
    def double(self) -> NDArray[np.float64]:
        """The nearest doubles, of the array's shape; NaN where undecided."""
        numbers = [np.nan if text is None else float(text) for text in self.texts]
        return np.array(numbers, dtype=np.float64).reshape(self.shape)

    @cached_property
    def decided(self) -> NDArray[np.bool_]:
        """Where anything is known, of the array's shape."""
        return np.array([text is not None for text in self.texts], dtype=bool).reshape(self.shape)

    @cached_property
    def finite(self) -> NDArray[np.bool_]:
        """Where a finite value exists, even one beyond the range of doubles; of the array's shape."""
        known = [text is not None and text not in NOT_FINITE for text in self.texts]
        return np.array(known, dtype=bool).reshape(self.shape)

    @cached_property
    def zero(self) -> NDArray[np.bool_]:
        """Where the value is exactly 0, of the array's shape."""
        return np.array([text == "0" for text in self.texts], dtype=bool).reshape(self.shape)


NOT_FINITE = frozenset({"nan", "inf", "-inf"})
