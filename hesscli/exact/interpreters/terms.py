"""What a rule may rely on: the arithmetic of a term, and the questions it may ask of the interpreter that runs it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from flint import arb


class Term(Protocol):
    """A jet, a power series or a one-sided expansion of what varies; a bare ball of what does not.

    Sums, differences and products are of terms and balls, truncated at the interpreter's order.
    """

    def __neg__(self) -> Term: ...
    def __add__(self, other: Any, /) -> Term: ...
    def __radd__(self, other: Any, /) -> Term: ...
    def __sub__(self, other: Any, /) -> Term: ...
    def __rsub__(self, other: Any, /) -> Term: ...
    def __mul__(self, other: Any, /) -> Term: ...
    def __rmul__(self, other: Any, /) -> Term: ...


class Arithmetic(Protocol):
    """An interpreter, as its rules see it.

    Attributes:
        order: degree at which terms are truncated.
    """

    order: int

    def base(self, a: Term) -> arb:
        """The value at the point; of an expansion its limit, which may be infinite."""

    def sign(self, a: Term) -> int:
        """-1, 0 or 1, where the sign is the same in a neighbourhood of the point.

        Raises:
            Singular: the term varies, and is zero at the point.
            Undecided: its ball contains zero; more precision may tell.
        """

    def absolute(self, a: Term) -> Term:
        """The absolute value of a term that varies.

        Raises:
            Singular: the term is zero at the point.
            Undecided: its ball contains zero; more precision may tell.
        """

    def sum(self, terms: Sequence[Term]) -> Term:
        """The sum of one or more terms."""

    def divide(self, a: Term, b: Term) -> Term:
        """The quotient a / b.

        Raises:
            Undefined: b is zero and does not vary.
            Singular: b varies, and is zero at the point.
        """

    def power(self, a: Term, b: Term) -> Term:
        """The power a ** b, an integer power wherever b is a whole constant."""

    def smooth(self, name: str, args: Sequence[Term]) -> Term:
        """A function of the catalogue by its Taylor coefficients at the bases of its arguments.

        Raises:
            Undefined: the point lies outside the function's domain.
            Singular: the function has no Taylor series there.
            Unsupported: no rigorous enclosure is known.
        """

    def floor_far_out(self, a: Term) -> Term:
        """The floor of what has no finite value."""
