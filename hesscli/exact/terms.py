"""What a rule may rely on: the arithmetic of what varies, and the questions it may ask of the interpreter that runs it.

There are three kinds of what varies, each with an interpreter: jets in several variables, flint's dense power series
where one is enough, and one-sided expansions where there is no Taylor series.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Generic, Protocol, TypeVar, Union

from flint import arb

V = TypeVar("V", bound="Varying")
"""The kind of what varies that an interpreter runs over."""


class Varying(Protocol):
    """A quantity that depends on variables: sums, differences, products with its like and with balls are such too."""

    def __neg__(self: V) -> V: ...
    def __add__(self: V, other: Term[V], /) -> V: ...
    def __radd__(self: V, other: arb, /) -> V: ...
    def __sub__(self: V, other: Term[V], /) -> V: ...
    def __rsub__(self: V, other: arb, /) -> V: ...
    def __mul__(self: V, other: Term[V], /) -> V: ...
    def __rmul__(self: V, other: arb, /) -> V: ...


Term = Union[V, "arb"]
"""A node's value: a bare ball where it does not vary."""


def composition(steps: Sequence[V], coefficients: Mapping[tuple[int, ...], arb], value: V) -> V:
    """A function of several arguments from its Taylor coefficients: the sum of c_k * steps**k over all multi-indices k.

    Args:
        steps: what the arguments differ by from the point of the coefficients.
        coefficients: multi-index -> coefficient; with every index those are there that lie below it.
        value: the coefficient of index 0, as one of their kind.
    """
    zero = (0,) * len(steps)
    powers: dict[tuple[int, ...], V] = {}
    for index in sorted((k for k in coefficients if k != zero), key=sum):
        j = next(k for k, exponent in enumerate(index) if exponent)
        lower = (*index[:j], index[j] - 1, *index[j + 1 :])
        powers[index] = steps[j] if lower == zero else powers[lower] * steps[j]
        if not coefficients[index].is_zero():
            value = value + powers[index] * coefficients[index]
    return value


class Arithmetic(ABC, Generic[V]):
    """An interpreter, as its rules see it.

    Attributes:
        order: degree at which terms are truncated.
    """

    order: int

    @abstractmethod
    def base(self, a: Term[V]) -> arb:
        """The value at the point; of an expansion its limit, which may be infinite."""

    @abstractmethod
    def sign(self, a: Term[V]) -> int:
        """-1, 0 or 1, where the sign is the same in a neighbourhood of the point.

        Raises:
            Singular: the term varies, and is zero at the point.
            Undecided: its ball contains zero; more precision may tell.
        """

    @abstractmethod
    def absolute(self, a: Term[V]) -> Term[V]:
        """The absolute value of a term that varies.

        Raises:
            Singular: the term is zero at the point.
            Undecided: its ball contains zero; more precision may tell.
        """

    @abstractmethod
    def sum(self, terms: Sequence[Term[V]]) -> Term[V]:
        """The sum of one or more terms."""

    @abstractmethod
    def divide(self, a: Term[V], b: Term[V]) -> Term[V]:
        """The quotient a / b.

        Raises:
            Undefined: b is zero and does not vary.
            Singular: b varies, and is zero at the point.
        """

    @abstractmethod
    def power(self, a: Term[V], b: Term[V]) -> Term[V]:
        """The power a ** b, an integer power wherever b is a whole constant."""

    @abstractmethod
    def smooth(self, name: str, args: Sequence[Term[V]]) -> Term[V]:
        """A function of the catalogue by its Taylor coefficients at the bases of its arguments.

        Raises:
            Undefined: the point lies outside the function's domain.
            Singular: the function has no Taylor series there.
            Unsupported: no rigorous enclosure is known.
        """

    @abstractmethod
    def floor_far_out(self, a: Term[V]) -> Term[V]:
        """The floor of what has no finite value."""
