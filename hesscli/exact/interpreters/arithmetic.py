"""The arithmetic of an interpreter: sums, powers and functions of terms whose values at the point are balls.

It decides each switch (Abs, Max, a Piecewise condition, ...) by the sign of its argument's ball. Where that ball is
exactly zero and the argument varies, the switch is active: `Singular`. Where it only contains zero: `Undecided`, and
more precision may tell.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from functools import reduce
from math import comb
from operator import add

from flint import arb, fmpq

from hesscli.exact.decimals import NEGLIGIBLE, vanishes
from hesscli.exact.elementary import Undefined, Unsupported, is_real, taylor1, taylor_all, taylor_in, taylor_over
from hesscli.exact.elementary.base import Ends, integer_power
from hesscli.exact.elementary.parametric import Singularity, Table
from hesscli.exact.events import Singular, Undecided
from hesscli.exact.exponentials import BRANCH_POINT, FUNCTIONS, Exponentials, exponential_coefficients
from hesscli.exact.rational import ANGLES, LINES, Angle, Rational, angle, circular, fraction, kept
from hesscli.exact.terms import Arithmetic, Term, V

BESIDE = arb(2) ** -40
"""So far from its end a function is looked for on either side."""
MOST_EXACT = 20
"""Up to this order exponentials are kept as such."""


class BallArithmetic(Arithmetic[V]):
    """What all kinds of terms have in common.

    Attributes:
        order: degree at which terms are truncated.
        assume: take a ball about zero for zero (the last resort at the precision limit).
        exact: keep fractions as such (see `rational`): slower, and zeros are proven.
        assumed: whether a ball was taken for zero.
    """

    def __init__(self, order: int, *, assume: bool = False, exact: bool = False) -> None:
        self.order, self.assume, self.exact = order, assume, exact
        self.assumed = False

    def sign(self, a: Term[V]) -> int:
        """-1, 0 or 1, where the sign is the same in a neighbourhood of the point."""
        x = self.base(a)
        if x > 0:
            return 1
        if x < 0:
            return -1
        self.take_for_zero(x)
        if isinstance(a, arb):
            return 0
        raise Singular

    def absolute(self, a: Term[V]) -> Term[V]:
        """The absolute value of a term that varies."""
        return a if self.sign(a) >= 0 else -a

    def take_for_zero(self, x: arb) -> None:
        """Go on as if a ball about zero were zero: it is, or there is no more precision to tell.

        Raises:
            Undecided: more precision may tell.
            Unsupported: there is none, and the ball is not small either.
        """
        if x.is_zero():
            return
        if not self.assume:
            raise Undecided(hopeless=vanishes(x))
        if not vanishes(x):
            raise Unsupported("an argument this large, of which the sign must be known")
        self.assumed = True

    def sum(self, terms: Sequence[Term[V]]) -> Term[V]:
        """The sum of all terms."""
        constants = [a for a in terms if isinstance(a, arb)]
        varying = [a for a in terms if not isinstance(a, arb)]
        if not varying:
            return sum(constants[1:], constants[0])
        whole = varying[0] if len(varying) == 1 else self.total(varying)
        return whole + sum(constants[1:], constants[0]) if constants else whole

    def total(self, terms: Sequence[V]) -> V:
        """The sum of two or more terms that vary."""
        return reduce(add, terms)

    def smooth(self, name: str, args: Sequence[Term[V]]) -> Term[V]:
        """A function of the catalogue that is smooth in its domain, by its Taylor coefficients at the bases."""
        bases = [self.base(a) for a in args]
        varying = [j for j, a in enumerate(args) if not isinstance(a, arb)]
        if not varying:
            known = self.known(name, bases[0])
            value = taylor_all(name, bases, 0)[(0,) * len(bases)] if known is None else known
            return self.constant(name, value, bases)
        if len(varying) == 1:
            j = varying[0]
            return self.compose(args[j], self.line(name, bases, j, self.order))
        part = taylor_over(name, bases, varying, self.order)
        if isinstance(part, Singularity):
            self.at_an_end(name, bases, varying)
        self.require(part.values(), bases)
        return self.compose_many([args[j] for j in varying], part)

    def line(self, name: str, bases: Sequence[arb], j: int, order: int) -> Sequence[arb]:
        """The Taylor coefficients in argument j, all finite.

        Args:
            name: of the function.
            bases: its arguments at the point.
            j: position of the one that varies.
            order: the last coefficient's index.

        Returns:
            order + 1 coefficients, which know what they are where the argument does.

        Raises:
            Undefined: the point lies outside the function's domain.
            Singular: the function has no Taylor series there.
            Undecided: more precision may tell.
            Unsupported: no rigorous enclosure is known.
        """
        line: Sequence[arb]
        at = bases[0]
        if isinstance(at, Angle) and (found := circular(name, at.turns, order)):
            return found
        if self.exact and name in FUNCTIONS and order <= MOST_EXACT and (q := fraction(at)) is not None:
            return exponential_coefficients(name, q, order)
        if self.exact and name in LINES and order and (q := fraction(at)) is not None:
            line = [*taylor1(name, at, 0), *map(kept, LINES[name](q, order))]
        elif len(bases) == 1:
            line = taylor1(name, at, order)
        else:
            line = taylor_in(name, bases, j, order)
        if isinstance(line, Ends):
            self.at_an_end(name, bases, [j])
            line = [*line]
        known = self.known(name, at)
        line = line if known is None else [known, *line[1:]]
        self.require(line, bases)
        return line

    def at_an_end(self, name: str, bases: Sequence[arb], varying: Sequence[int]) -> None:
        """The coefficients at an end of a function's domain hold on one side only.

        Args:
            name: of the function.
            bases: its arguments at the point.
            varying: positions of those that vary.

        Raises:
            Singular: it has no real value on some side.
        """
        sides = [(j, step) for j in varying for step in (BESIDE, -BESIDE)]
        if not all(is_real(name, [x + step if k == j else x for k, x in enumerate(bases)]) for j, step in sides):
            raise Singular

    def known(self, name: str, x: arb) -> arb | None:
        """A value that is a fraction, or a multiple of pi, for certain."""
        if isinstance(x, Angle):
            found = circular(name, x.turns, 0)
            return found[0] if found else None
        if self.exact and name in FUNCTIONS and (q := fraction(x)):
            return exponential_coefficients(name, q, 0)[0]
        if name == "LambertW" and isinstance(x, Exponentials) and x.terms == BRANCH_POINT:
            return Rational(fmpq(-1))
        q = fraction(x) if self.exact and name in ANGLES else None
        return angle(ANGLES[name][q]) if q is not None and q in ANGLES[name] else None

    def floor_far_out(self, a: Term[V]) -> Term[V]:
        """The floor of what has no finite value."""
        x = self.base(a)
        self.require([x], [x])
        return a

    def constant(self, name: str, value: arb, args: Sequence[arb]) -> arb:
        """A value that depends on no variable, which must be finite.

        Args:
            name: of the function.
            value: its value.
            args: its arguments.

        Raises:
            Undefined: it is infinite.
            Undecided: more precision may tell.
            Unsupported: nothing is known of it.
        """
        if value.is_finite():
            return value
        if not self.assume and not all(x.is_exact() for x in args):
            raise Undecided
        if value > 0 or value < 0:
            raise Undefined(f"{name} is infinite")
        raise Unsupported(name)

    def require(self, coefficients: Iterable[arb], bases: Sequence[arb]) -> None:
        """Raise where a coefficient is not finite: for good if the arguments are exact.

        Args:
            coefficients: of a Taylor series.
            bases: the arguments about which it is.

        Raises:
            Singular: there is no such series.
            Undecided: more precision may tell.
        """
        if not all(c.is_finite() for c in coefficients):
            if self.assume or all(x.is_exact() for x in bases):
                raise Singular
            raise Undecided(hopeless=all(x.rad() < NEGLIGIBLE for x in bases))

    @abstractmethod
    def compose(self, a: V, coefficients: Sequence[arb]) -> V:
        """A function of what varies from its Taylor coefficients c_0 ... c_order at the base."""

    @abstractmethod
    def compose_many(self, args: Sequence[V], coefficients: Table) -> V:
        """A function of several that vary from its Taylor coefficients at their bases."""

    def divide(self, a: Term[V], b: Term[V]) -> Term[V]:
        """a / b."""
        x = self.base(b)
        if self.decide_zero(x):
            raise Undefined("division by zero") if isinstance(b, arb) else Singular
        if isinstance(b, arb):
            return a * (1 / b)
        return a * self.integer_power(b, -1)

    def decide_zero(self, x: arb) -> bool:
        """Whether x is zero.

        Raises:
            Undecided: that is open; more precision may tell.
            Unsupported: there is no more, and the ball is not small.
        """
        if not x.contains(0):
            if not x.is_finite():
                raise Undecided
            return False
        self.take_for_zero(x)
        return True

    def power(self, a: Term[V], b: Term[V]) -> Term[V]:
        """a ** b: an integer power wherever b is a whole constant, else real powers of a > 0 only."""
        if isinstance(b, arb):
            if b.is_exact() and b.is_integer():
                return self.integer_power(a, int(b.unique_fmpz()))
            return self.real_power(a, b)
        if isinstance(a, arb) and a.is_zero() is False and a > 0:
            return self.smooth("exp", [b * a.log()])
        x = self.base(a)
        if x > 0:
            return self.smooth("exp", [b * self.smooth("log", [a])])
        if x < 0:
            raise Undefined("a negative number to a power that varies is not real")
        self.decide_zero(x)
        raise Singular

    def integer_power(self, a: Term[V], n: int) -> Term[V]:
        """a ** n for an integer n; a ** 0 is 1.

        Raises:
            Undefined: n is negative, and a zero and does not vary.
            Singular: n is negative, and a varies and is zero at the point.
            Undecided: more precision may tell.
        """
        if n == 0:
            return arb(1)
        x = self.base(a)
        if n < 0 and self.decide_zero(x):
            raise Undefined("division by zero") if isinstance(a, arb) else Singular
        if isinstance(a, arb):
            return a**n if n < 0 else integer_power(a, n)
        if n == 1:
            return a
        top = self.order if n < 0 else min(n, self.order)
        line = [_binomial(n, k) * (x ** (n - k) if n < 0 else integer_power(x, n - k)) for k in range(top + 1)]
        return self.compose(a, line + [arb(0)] * (self.order - top))

    def real_power(self, a: Term[V], r: arb) -> Term[V]:
        """a ** r for a constant r that is no integer.

        Raises:
            Undefined: a is negative, or zero to a negative power.
            Singular: a varies and is zero at the point.
            Undecided: more precision may tell.
        """
        x = self.base(a)
        if x > 0:
            if isinstance(a, arb):
                return x**r
            line = [arb(1)]  # of (a/x)**r: fractions where a and r are, so that zeros show
            for k in range(1, self.order + 1):
                line.append(line[-1] * (r - (k - 1)) / (k * x))
            return self.compose(a, line) * x**r
        if x < 0:
            if r.contains_integer():
                raise Undecided
            raise Undefined("a negative number to a power that is no integer is not real")
        self.decide_zero(x)
        if not isinstance(a, arb):
            raise Singular
        if r > 0:
            return arb(0)
        raise Undefined("zero to a negative power") if r < 0 else Undecided


def _binomial(n: int, k: int) -> arb:
    """n over k, also for a negative n."""
    return arb(comb(n, k)) if n >= 0 else arb((-1) ** k * comb(k - n - 1, k))
