"""What identities and expansions may ask of the arithmetic that runs them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from flint import arb

from hesscli.exact.kinks.puiseux import Exponent, Growth, Key, Puiseux

Term = Any
"""A `Puiseux` series, a `Growth`, or a bare ball where it depends on nothing."""


class Arithmetic(Protocol):
    """Operations on one-sided expansions; `onesided.OneSidedInterpreter` has them.

    Attributes:
        cap: how many terms are kept.
    """

    cap: Exponent

    def base(self, a: Term) -> arb:
        """The limit, which may be infinite."""

    def small(self, a: Term) -> tuple[arb, Puiseux]:
        """A finite limit, and what tends to zero."""

    def lead(self, a: Puiseux) -> tuple[Key, arb] | None:
        """The dominating term, None for zero."""

    def side(self, a: Puiseux | Growth) -> int:
        """The sign for small t > 0."""

    def decide_zero(self, x: arb) -> bool:
        """Whether a ball is zero."""

    def sum(self, terms: Sequence[Term]) -> Term:
        """The sum."""

    def divide(self, a: Term, b: Term) -> Term:
        """The quotient."""

    def power(self, a: Term, b: Term) -> Term:
        """The power a**b."""

    def integer_power(self, a: Term, n: int) -> Term:
        """The power of a whole exponent."""

    def real_power(self, a: Term, r: arb) -> Term:
        """The power of a constant exponent."""

    def exp(self, a: Term) -> Term:
        """The exponential."""

    def log(self, a: Term) -> Term:
        """The logarithm."""

    def smooth(self, name: str, args: Sequence[Term]) -> Term:
        """Any function of the catalogue."""

    def flat(self, sign: int) -> Puiseux:
        """What falls to zero faster than all powers."""

    def wave(self, a: Term, *, cosine: int = 0, sine: int = 0) -> Puiseux:
        """Cosine or sine of what goes to infinity."""
