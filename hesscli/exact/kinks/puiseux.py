"""Puiseux series: what a function does on one side of a point, t -> 0+, as a series in t with logarithms.

Such a series is the sum of c * t**e * log(t)**l, e rational (negative too), up to an error O(t**bound). Roots,
poles, logarithms and the branches of a kink all have one; a power series is the special case of whole
e >= 0 and l = 0, which has an arithmetic of its own because it is reached 700 times as fast. Here 0/0 is a division
like any other, and its result is the limit.

Two things have no such series and are carried beside it: an oscillation such as sin(1/t), of which only the
size is known (`Oscillation`), and growth faster or slower than all powers, of which only the sign is (`Growth`).

Source: D. Gruntz, "On computing limits in a symbolic manipulation system", ETH 1996 (the field of
transseries of which this is the bottom floor).
"""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import inf

from flint import arb, fmpq

from hesscli.exact.decimals import ball
from hesscli.exact.elementary import Unsupported
from hesscli.exact.rational import Rational, fraction

Exponent = int | Fraction
Key = tuple[Exponent, int]


@dataclass(frozen=True, slots=True)
class Oscillation:
    """An oscillation like t**size * sin(1/t**p), of which no more is known.

    Attributes:
        size: it is O(t**size).
        loss: each differentiation costs so many powers of t: p + 1; `math.inf` where it cannot be differentiated.
        pure: divided by t**size it has no limit.
        sign: of one that oscillates no more but falls faster than all powers, like exp(-1/t); 0 where it is not known.
        phase: what stands for the argument of sine and cosine, None where the oscillation is known by its size only.
        harmonics: n -> (a, b): it is exactly t**size times the sum of a*cos(n*phase) + b*sin(n*phase).
    """

    size: Exponent | float
    loss: Exponent | float
    pure: bool = False
    sign: int = 0
    phase: Hashable = None
    harmonics: Mapping[int, tuple[arb, arb]] = field(default_factory=dict)

    def __neg__(self) -> Oscillation:
        return replace(self.scaled(arb(-1)), sign=-self.sign)

    def scaled(self, c: arb) -> Oscillation:
        """c times the wave."""
        return replace(self, harmonics={n: (a * c, b * c) for n, (a, b) in self.harmonics.items()})

    def product(self, other: Oscillation) -> tuple[arb, Oscillation | None] | None:
        """The constant and the harmonics of a product of waves of one phase (times t**(sum of sizes)); else None."""
        if self.phase is None or self.phase != other.phase:
            return None
        found: dict[int, tuple[arb, arb]] = {}
        for (m, (a, b)), (n, (c, d)) in itertools.product(self.harmonics.items(), other.harmonics.items()):
            _add(found, m + n, (a * c - b * d) * HALF, (a * d + b * c) * HALF)
            turn = 1 if n >= m else -1
            _add(found, abs(n - m), (a * c + b * d) * HALF, (a * d - b * c) * HALF * turn)
        constant, _ = found.pop(0, (arb(0), arb(0)))
        whole = Oscillation(
            self.size + other.size, max(self.loss, other.loss), pure=True, phase=self.phase, harmonics=found
        )
        return constant, whole.reduced()

    def reduced(self) -> Oscillation | None:
        """Without the harmonics that are zero; None if all are."""
        left = {n: (a, b) for n, (a, b) in self.harmonics.items() if not (a.is_zero() and b.is_zero())}
        if not left:
            return None
        return replace(self, harmonics=left, pure=any(not (a.contains(0) and b.contains(0)) for a, b in left.values()))

    def settles(self, order: int) -> bool:
        """Whether the ``order``-th derivative at t = 0 exists, as the limit of a quotient of differences."""
        if order == 0:
            return self.size > 0
        return self.size > 1 if order == 1 else self.size - self.loss * (order - 1) > 1

    def dies(self, order: int) -> bool:
        """Whether the ``order``-th derivative tends to 0."""
        return self.size > 0 if order == 0 else self.size - self.loss * order > 0

    def joined(self, other: Oscillation | None) -> Oscillation | None:
        """The sum of two."""
        if other is None:
            return self
        if self.phase is not None and (self.phase, self.size) == (other.phase, other.size):
            found = dict(self.harmonics)
            for n, (a, b) in other.harmonics.items():
                _add(found, n, a, b)
            return replace(self, loss=max(self.loss, other.loss), harmonics=found).reduced()
        pure = self.pure if self.size < other.size else other.pure
        same = self.loss == other.loss and self.size != other.size
        sign = self.sign if self.sign == other.sign else 0
        return Oscillation(min(self.size, other.size), max(self.loss, other.loss), pure and same, sign)

    def times(self, expansion: Puiseux) -> Oscillation | None:
        """The product with a series."""
        key = expansion.leading()
        if key is None:
            return None if expansion.bound == inf else Oscillation(self.size + expansion.bound, self.loss)
        (e, logs), c = key, expansion.terms[key]
        sign = self.sign if c > 0 else -self.sign if c < 0 else 0
        pure = self.pure and not logs and not c.contains(0)
        if self.phase is not None and len(expansion.terms) == 1 and not logs and expansion.bound == inf:
            return replace(self.scaled(c), size=self.size + e, pure=pure)
        return Oscillation(self.size + e - (logs > 0) * HAIR, self.loss, pure, -sign if logs & 1 else sign)


def _add(harmonics: dict[int, tuple[arb, arb]], n: int, a: arb, b: arb) -> None:
    """One more summand a*cos(n*phase) + b*sin(n*phase)."""
    old = harmonics.get(n, (arb(0), arb(0)))
    harmonics[n] = old[0] + a, old[1] + b


HALF = Rational(fmpq(1, 2))
HAIR = Fraction(1, 1000)
"""A logarithm is less than any power, such as this one."""


def joined(*waves: Oscillation | None) -> Oscillation | None:
    """The sum of oscillations, None for none."""
    whole: Oscillation | None = None
    for wave in waves:
        whole = whole if wave is None else wave.joined(whole)
    return whole


class Puiseux:
    """A truncated series.

    Attributes:
        terms: (e, l) -> coefficient of t**e * log(t)**l; none is exactly zero.
        bound: the error is O(t**bound); `math.inf` where there is none.
        cap: nothing beyond t**cap is kept, or beyond so many powers after the first where that is small.
        wave: what oscillates, None where nothing does.
    """

    __slots__ = ("bound", "cap", "terms", "wave")

    def __init__(
        self, terms: dict[Key, arb], cap: Exponent, bound: Exponent | float = inf, wave: Oscillation | None = None
    ) -> None:
        terms = {key: c for key, c in terms.items() if not c.is_zero()}
        last = max(cap, cap + min((key[0] for key in terms), default=0))
        if any(key[0] >= last for key in terms):
            bound = min(bound, last)
        self.terms = {key: c for key, c in terms.items() if key[0] < bound}
        self.bound, self.cap, self.wave = bound, cap, wave

    @property
    def valuation(self) -> Exponent | float:
        """The smallest exponent that occurs; the bound where none does."""
        return min((key[0] for key in self.terms), default=self.bound)

    def leading(self) -> Key | None:
        """The key of the term that dominates as t -> 0+: smallest e, then largest l."""
        return min(self.terms, key=lambda key: (key[0], -key[1]), default=None)

    @property
    def regular(self) -> bool:
        """Whether it is a power series."""
        return self.wave is None and all(isinstance(e, int) and e >= 0 and not logs for e, logs in self.terms)

    def settles(self, order: int) -> bool:
        """Whether the ``order``-th derivative at t = 0 can be read off."""
        return self.bound > order and (self.wave is None or self.wave.settles(order))

    def coefficient(self, e: Exponent, logs: int = 0) -> arb:
        """The coefficient of t**e * log(t)**logs."""
        return self.terms.get((e, logs), arb(0))

    def at(self, t: arb) -> arb:
        """What its terms add up to at one t > 0, what is beyond its bound or oscillates left out."""
        terms = (c * t ** ball(Fraction(e)) * t.log() ** logs for (e, logs), c in self.terms.items())
        return sum(terms, arb(0))

    def without(self, keys: Sequence[Key]) -> Puiseux:
        """The series without some of its terms."""
        return Puiseux({key: c for key, c in self.terms.items() if key not in keys}, self.cap, self.bound, self.wave)

    def shifted(self, e: Exponent) -> Puiseux:
        """The series times t**e."""
        wave = self.wave and replace(self.wave, size=self.wave.size + e)
        return Puiseux(
            {(_whole(k + e), logs): c for (k, logs), c in self.terms.items()}, self.cap, self.bound + e, wave
        )

    def __neg__(self) -> Puiseux:
        return Puiseux({key: -c for key, c in self.terms.items()}, self.cap, self.bound, self.wave and -self.wave)

    def __add__(self, other: Puiseux | arb) -> Puiseux:
        if isinstance(other, Growth):
            return NotImplemented
        terms, bound, wave = dict(self.terms), self.bound, self.wave
        if isinstance(other, arb):
            terms[0, 0] = terms[0, 0] + other if (0, 0) in terms else other
        else:
            bound, wave = min(bound, other.bound), joined(wave, other.wave)
            for key, c in other.terms.items():
                terms[key] = terms[key] + c if key in terms else c
        return Puiseux(terms, self.cap, bound, wave)

    __radd__ = __add__

    def __sub__(self, other: Puiseux | arb) -> Puiseux:
        return self + (-other)

    def __rsub__(self, other: arb) -> Puiseux:
        difference: Puiseux = -self + other
        return difference

    def __mul__(self, other: Puiseux | arb) -> Puiseux:
        if isinstance(other, Growth):
            return NotImplemented
        if isinstance(other, arb):
            if other.is_zero():
                return Puiseux({}, self.cap)
            wave = self.wave and self.wave.times(Puiseux({(0, 0): other}, self.cap))
            return Puiseux({key: c * other for key, c in self.terms.items()}, self.cap, self.bound, wave)
        bound = min(self.bound + other.valuation, other.bound + self.valuation)
        terms: dict[Key, arb] = {}
        for (e, logs), x in self.terms.items():
            for (other_e, other_logs), y in other.terms.items():
                key = (_whole(e + other_e), logs + other_logs)
                if key[0] < bound:
                    terms[key] = terms[key] + x * y if key in terms else x * y
        constant, wave = self._waves(other)
        return Puiseux(terms, self.cap, bound, wave) + constant

    __rmul__ = __mul__

    def _waves(self, other: Puiseux) -> tuple[Puiseux, Oscillation | None]:
        """What oscillates in a product, and what of it does not."""
        mine, yours = self.wave, other.wave
        rest: Puiseux = Puiseux({}, self.cap)
        both: Oscillation | None = None
        if mine and yours:
            both = Oscillation(mine.size + yours.size, max(mine.loss, yours.loss), sign=mine.sign * yours.sign)
            if (found := mine.product(yours)) is not None:
                rest, both = Puiseux({(_whole(Fraction(both.size)), 0): found[0]}, self.cap), found[1]
        return rest, joined(mine and mine.times(other), yours and yours.times(self), both)

    def phase(self) -> Hashable:
        """What two series have in common that are one function; None where only balls are known of it."""
        fractions = {key: fraction(c) for key, c in self.terms.items()}
        if self.wave or self.bound < inf or None in fractions.values():
            return None
        return frozenset((key, str(q)) for key, q in fractions.items())

    def terms_needed(self) -> int:
        """How many powers of this series, small as t -> 0, lie below the cap."""
        v = min(self.valuation, self.wave.size) if self.wave else self.valuation
        return int(-(-self.cap // v)) if 0 < v < self.cap else 1

    def compose(self, coefficients: Sequence[arb]) -> Puiseux:
        """The sum of c_k * self**k for a series that is small as t -> 0."""
        whole = Puiseux({(0, 0): coefficients[-1]}, self.cap)
        for c in reversed(coefficients[:-1]):
            whole = whole * self + c
        smallest = min(self.valuation, self.wave.size) if self.wave else self.valuation
        return Puiseux(whole.terms, self.cap, min(whole.bound, self.bound, len(coefficients) * smallest), whole.wave)


class Growth:
    """What tends to infinity outside the scale of powers: exp(1/t) is fast, the inverse of erf at 1 is slow.

    Its derivatives along t tend to infinity too, with alternating signs.

    Attributes:
        sign: 1 or -1.
        fast: beyond all powers of 1/t; else slower than all of them.
    """

    __slots__ = ("fast", "sign")

    def __init__(self, sign: int, *, fast: bool) -> None:
        self.sign, self.fast = sign, fast

    def __neg__(self) -> Growth:
        return Growth(-self.sign, fast=self.fast)

    def __add__(self, other: Growth | Puiseux | arb) -> Growth:
        if isinstance(other, Growth):
            if self.sign != other.sign and self.fast == other.fast:
                raise Unsupported("a difference of infinities")
            return self if self.fast else other
        if not self.fast and isinstance(other, Puiseux) and not other.regular:
            raise Unsupported("a sum with a slow infinity")
        return self

    __radd__ = __add__

    def __sub__(self, other: Growth | Puiseux | arb) -> Growth:
        return self + (-other)

    def __rsub__(self, other: Puiseux | arb) -> Growth:
        return -self + other

    def __mul__(self, other: Growth | Puiseux | arb) -> Growth:
        if isinstance(other, Growth):
            return Growth(self.sign * other.sign, fast=self.fast or other.fast)
        if isinstance(other, arb):
            c = other
        else:
            key = other.leading()
            if key is None or key[1] or other.wave or (not self.fast and not (other.regular and key[0] == 0)):
                raise Unsupported("a product with an infinity")
            c = other.terms[key]
        if c.contains(0):
            raise Unsupported("zero times infinity")
        return Growth(self.sign if c > 0 else -self.sign, fast=self.fast)

    __rmul__ = __mul__


Transseries = Puiseux | Growth
"""What a function does on one side of a point."""


def _whole(e: Exponent) -> Exponent:
    """An int where the exponent is one: shorter to write and faster to hash."""
    return e.numerator if type(e) is Fraction and e.denominator == 1 else e
