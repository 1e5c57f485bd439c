"""Germs: what a function does on one side of a point, t -> 0+, as a series in t with logarithms.

A germ is the sum of c * t**e * log(t)**l, e rational (negative too), up to an error O(t**bound). Roots,
poles, logarithms and the branches of a kink all have one; a power series is the special case of whole
e >= 0 and l = 0. With it 0/0 is a division like any other, and its result is the limit.

Source: D. Gruntz, "On computing limits in a symbolic manipulation system", ETH 1996 (the field of
transseries of which this is the bottom floor).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import inf

from flint import arb

Exponent = int | Fraction
Key = tuple[Exponent, int]


class Germ:
    """A truncated series.

    Attributes:
        terms: (e, l) -> coefficient of t**e * log(t)**l; none is exactly zero.
        bound: the error is O(t**bound); `math.inf` where there is none.
        cap: nothing beyond t**cap is kept.
    """

    __slots__ = ("bound", "cap", "terms")

    def __init__(self, terms: dict[Key, arb], cap: Exponent, bound: Exponent | float = inf) -> None:
        if any(key[0] >= cap for key in terms):
            bound = min(bound, cap)
        self.terms = {key: c for key, c in terms.items() if key[0] < bound and not c.is_zero()}
        self.bound, self.cap = bound, cap

    @classmethod
    def line(cls, at: arb, slope: arb, cap: Exponent) -> Germ:
        """At + slope * t."""
        return cls({(0, 0): at, (1, 0): slope}, cap)

    @property
    def valuation(self) -> Exponent | float:
        """The smallest exponent that occurs; the bound where none does."""
        return min((key[0] for key in self.terms), default=self.bound)

    def leading(self) -> Key | None:
        """The key of the term that dominates as t -> 0+: smallest e, then largest l."""
        return min(self.terms, key=lambda key: (key[0], -key[1]), default=None)

    def coefficient(self, e: Exponent, logs: int = 0) -> arb:
        """The coefficient of t**e * log(t)**logs."""
        return self.terms.get((e, logs), arb(0))

    def without(self, keys: Sequence[Key]) -> Germ:
        """The germ without some of its terms."""
        return Germ({key: c for key, c in self.terms.items() if key not in keys}, self.cap, self.bound)

    def shifted(self, e: Exponent) -> Germ:
        """The germ times t**e."""
        return Germ({(_whole(k + e), logs): c for (k, logs), c in self.terms.items()}, self.cap, self.bound + e)

    def __neg__(self) -> Germ:
        return Germ({key: -c for key, c in self.terms.items()}, self.cap, self.bound)

    def __add__(self, other: Germ | arb) -> Germ:
        terms, bound = dict(self.terms), self.bound
        if isinstance(other, arb):
            terms[0, 0] = terms[0, 0] + other if (0, 0) in terms else other
        else:
            bound = min(bound, other.bound)
            for key, c in other.terms.items():
                terms[key] = terms[key] + c if key in terms else c
        return Germ(terms, self.cap, bound)

    __radd__ = __add__

    def __sub__(self, other: Germ | arb) -> Germ:
        return self + (-other)

    def __rsub__(self, other: arb) -> Germ:
        difference: Germ = -self + other
        return difference

    def __mul__(self, other: Germ | arb) -> Germ:
        if isinstance(other, arb):
            return Germ({key: c * other for key, c in self.terms.items()}, self.cap, self.bound)
        bound = min(self.bound + other.valuation, other.bound + self.valuation)
        terms: dict[Key, arb] = {}
        for (e, logs), x in self.terms.items():
            for (other_e, other_logs), y in other.terms.items():
                key = (_whole(e + other_e), logs + other_logs)
                if key[0] < bound:
                    terms[key] = terms[key] + x * y if key in terms else x * y
        return Germ(terms, self.cap, bound)

    __rmul__ = __mul__

    def terms_needed(self) -> int:
        """How many powers of this germ, small as t -> 0, lie below the cap."""
        v = self.valuation
        return int(-(-self.cap // v)) if 0 < v < self.cap else 1

    def compose(self, coefficients: Sequence[arb]) -> Germ:
        """The sum of c_k * self**k for a germ that is small as t -> 0."""
        whole = Germ({(0, 0): coefficients[-1]}, self.cap)
        for c in reversed(coefficients[:-1]):
            whole = whole * self + c
        return Germ(whole.terms, self.cap, min(whole.bound, self.bound, len(coefficients) * self.valuation))


def _whole(e: Exponent) -> Exponent:
    """An int where the exponent is one: shorter to write and faster to hash."""
    return e.numerator if isinstance(e, Fraction) and e.denominator == 1 else e
