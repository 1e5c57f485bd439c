"""What identities and expansions may ask of the arithmetic that runs them, besides what every rule may."""

from __future__ import annotations

from abc import abstractmethod

from flint import arb

from hesscli.exact.kinks.puiseux import Exponent, Key, Puiseux, Transseries
from hesscli.exact.terms import Arithmetic, Term

OneSided = Term[Transseries]
"""A one-sided expansion, or a bare ball where it depends on nothing."""


class OneSidedArithmetic(Arithmetic[Transseries]):
    """Operations on one-sided expansions; `onesided.OneSidedInterpreter` has them.

    Attributes:
        cap: how many terms are kept.
    """

    cap: Exponent

    @abstractmethod
    def small(self, a: OneSided) -> tuple[arb, Puiseux]:
        """A finite limit, and what tends to zero.

        Raises:
            Singular: there is no finite limit.
        """

    @abstractmethod
    def lead(self, a: Transseries) -> tuple[Key, arb] | None:
        """The dominating term, None for zero."""

    @abstractmethod
    def side(self, a: Transseries) -> int:
        """The sign for small t > 0."""

    @abstractmethod
    def decide_zero(self, x: arb) -> bool:
        """Whether a ball is zero."""

    @abstractmethod
    def integer_power(self, a: OneSided, n: int) -> OneSided:
        """The power of a whole exponent."""

    @abstractmethod
    def real_power(self, a: OneSided, r: arb) -> OneSided:
        """The power of a constant exponent."""

    @abstractmethod
    def exp(self, a: OneSided) -> OneSided:
        """The exponential."""

    @abstractmethod
    def log(self, a: OneSided) -> Term[Puiseux]:
        """The logarithm."""

    @abstractmethod
    def flat(self, sign: int) -> Puiseux:
        """What falls to zero faster than all powers."""

    @abstractmethod
    def wave(self, a: Transseries, *, cosine: int = 0, sine: int = 0) -> Puiseux:
        """Cosine or sine of what goes to infinity."""
