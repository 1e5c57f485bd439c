"""Straight lines out of a point: the expansions of f(x + t*d), t -> 0+, and which lines are worth following."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from flint import arb, fmpq

from hesscli.exact.elementary import Undefined, Unsupported
from hesscli.exact.events import TROUBLES, Deeper, Singular
from hesscli.exact.interpreters.codelist import CodeList
from hesscli.exact.interpreters.jets import JetInterpreter
from hesscli.exact.kinks.onesided import OneSidedInterpreter
from hesscli.exact.kinks.puiseux import Exponent, Growth, Key, Puiseux, Transseries
from hesscli.exact.rational import Rational
from hesscli.exact.terms import Term

Direction = tuple[tuple[int, int | Fraction], ...]
"""A step in a few variables: ((variable, amount), ...) by ascending variable."""
Curve = tuple[tuple[int, int | Fraction, int], ...]
"""A way out of a point: ((variable, amount, power), ...), each variable at + amount * t**power."""

SPARE_CAP, LAST_CAP = 2, 16
NEAR = 12
"""An expansion is compared with the function at t = 2**-NEAR."""
SEED, WIDE, FEW = 20240229, 6, 8
PYTHAGOREAN = ((3, 4), (4, 3), (5, 12), (12, 5), (8, 15), (15, 8), (7, 24), (24, 7), (20, 21), (21, 20))
"""Steps of whole length: along them hypot and its like stay exact."""
BENDS = ((1, 2), (2, 1), (1, 3), (3, 1), (2, 3), (3, 2))
"""Powers of t in two variables: parabolas and cusps, on which straight lines are blind."""
WIDTHS = (Fraction(1), Fraction(1, 2), Fraction(3, 2), Fraction(3))


@dataclass(frozen=True, slots=True)
class Side:
    """What f does along one line.

    Attributes:
        expansion: the series, None where there is none.
        outside: the line leaves the domain at once.
        growth: the sign of the infinity that f tends to, faster or slower than all powers; 0 where it does not.
    """

    expansion: Puiseux | None
    outside: bool = False
    growth: int = 0

    @property
    def oscillates(self) -> bool:
        """Whether what f does for certain is go up and down."""
        return bool(self.expansion and self.expansion.wave and self.expansion.wave.pure)


def irregular(expansion: Puiseux, order: int) -> Key | None:
    """The leading term that makes the ``order``-th derivative infinite; None if the polynomial reaches that far."""
    keys = [
        (e, logs)
        for (e, logs), c in expansion.terms.items()
        if (e < order and (e < 0 or logs or not isinstance(e, int))) or (e == order and logs > 0)
        if not c.contains(0)
    ]
    return min(keys, key=lambda key: (key[0], -key[1]), default=None)


def growth(key: tuple[Exponent, int], order: int) -> int:
    """The sign for small t of the ``order``-th derivative of t**e * log(t)**l."""
    e, logs = key
    sign = 1
    for _ in range(order):
        if e == 0:
            sign = -sign if logs < 0 else sign
            logs -= 1
        elif e < 0:
            sign = -sign
        e -= 1
    return -sign if logs & 1 else sign


class Rays:
    """All rays out of one point, each followed once.

    Attributes:
        assumed: whether a ball about zero had to be taken for zero.
    """

    def __init__(self, code: CodeList, at: Sequence[arb], order: int, *, assume: bool) -> None:
        self.code, self.at, self.order, self.assume = code, at, order, assume
        self.assumed = False
        self._sides: dict[Direction, Side] = {}

    def side(self, direction: Direction) -> Side:
        """F along a direction."""
        if direction not in self._sides:
            self._sides[direction] = self._follow(direction)
        return self._sides[direction]

    def _follow(self, direction: Direction) -> Side:
        try:
            return self._deepened(tuple((k, amount, 1) for k, amount in direction), self.order)
        except Undefined:
            return Side(None, outside=True)
        except (Unsupported, Singular):
            return Side(None)

    def curve(self, curve: Curve, degree: int) -> Puiseux | None:
        """F along a curve up to a power of t; None where that is not known."""
        with suppress(Undefined, Unsupported, Singular):
            expansion = self._deepened(curve, degree).expansion
            return expansion if expansion and expansion.settles(degree) else None
        return None

    def curves(self, first: int, second: int) -> Iterator[Curve]:
        """Parabolas and cusps in a coordinate plane, of several widths, into every quadrant."""
        for p, q in BENDS:
            for width in WIDTHS:
                for a, b in product((1, -1), repeat=2):
                    yield ((first, a, p), (second, b * width, q))

    def _deepened(self, curve: Curve, degree: int) -> Side:
        """Follow a curve with as many terms as it takes."""
        cap = degree + SPARE_CAP
        while True:
            with suppress(Deeper):
                return self._attempt(curve, degree, cap)
            cap *= 2

    def _attempt(self, curve: Curve, degree: int, cap: int) -> Side:
        inputs: list[Term[Transseries]] = list(self.at)
        for k, amount, power in curve:
            step = Rational(fmpq(amount.numerator, amount.denominator))
            inputs[k] = Puiseux({(0, 0): self.at[k], (power, 0): step}, cap)
        interpreter = OneSidedInterpreter(
            self.code, inputs, cap, assume=self.assume, final=cap > max(LAST_CAP, degree + 1)
        )
        (value,) = interpreter.outputs()
        if isinstance(value, Growth):
            return Side(None, growth=value.sign)
        expansion = Puiseux({(0, 0): value}, cap) if isinstance(value, arb) else value
        if expansion.bound <= degree:
            if not interpreter.final:
                raise Deeper
            if expansion.bound <= 0:
                return Side(None)
        if expansion.wave and not (expansion.settles(degree) or expansion.wave.pure or interpreter.final):
            raise Deeper
        if interpreter.exhausted and not self._borne_out(curve, degree, expansion):
            return Side(None)
        self.assumed |= interpreter.assumed
        return Side(expansion)

    def _borne_out(self, curve: Curve, degree: int, expansion: Puiseux) -> bool:
        """Whether a number close by agrees with an expansion in which all terms up to the cap were taken for zero."""
        inputs = list(self.at)
        for k, amount, power in curve:
            inputs[k] = self.at[k] + Rational(fmpq(amount.numerator, amount.denominator) * fmpq(1, 2 ** (NEAR * power)))
        with suppress(*TROUBLES):
            (value,) = JetInterpreter(self.code, inputs, 0, assume=self.assume, exact=True).outputs()
            t = arb(2) ** -NEAR
            return bool(abs(value - expansion.at(t)) < t ** (degree + arb(1) / 2))
        return False

    def mixed(self, direction: Direction) -> Side:
        """The part of f along a direction that needs all of its variables: alternating sum over the subsets."""
        whole: Puiseux | None = None
        for chosen in product((False, True), repeat=len(direction)):
            part = tuple(step for step, taken in zip(direction, chosen, strict=True) if taken)
            if not part:
                continue
            side = self.side(part)
            if side.expansion is None:
                return side
            expansion = side.expansion if (len(direction) - len(part)) % 2 == 0 else -side.expansion
            whole = expansion if whole is None else whole + expansion
        return Side(whole)

    def directions(self, support: Sequence[int], count: int) -> Iterator[Direction]:
        """At least ``count`` directions within a coordinate plane: every orthant, and many in between."""
        chance = random.Random(SEED)
        patterns = product((1, -1), repeat=min(len(support), WIDE))
        signs = [(*pattern, *(chance.choice((1, -1)) for _ in support[WIDE:])) for pattern in patterns]
        steps: Sequence[Sequence[int]] = PYTHAGOREAN if len(self.at) <= FEW else PYTHAGOREAN[:3]
        if len(support) != 2:
            steps = [[chance.randint(1, 9) for _ in support] for _ in range(1 + 48 // len(signs))]
        for step in steps:
            for pattern in signs:
                yield tuple((k, s * a) for k, s, a in zip(support, pattern, step, strict=True))
        for _ in range(count - len(steps) * len(signs)):
            yield tuple((k, chance.choice((1, -1)) * chance.randint(1, 99)) for k in support)
