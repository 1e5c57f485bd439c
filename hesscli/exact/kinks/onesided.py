"""The interpreter over one-sided expansions: functions on one side of a point, also where it has no Taylor series."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from fractions import Fraction

from flint import arb, fmpq

from hesscli.exact.decimals import ball
from hesscli.exact.elementary import Undefined, Unsupported, is_real, taylor_over
from hesscli.exact.elementary.parametric import Table
from hesscli.exact.events import Deeper, Singular
from hesscli.exact.interpreters.codelist import CodeList
from hesscli.exact.interpreters.interpreter import Interpreter
from hesscli.exact.kinks.arithmetic import OneSided, OneSidedArithmetic
from hesscli.exact.kinks.identities import IDENTITIES
from hesscli.exact.kinks.puiseux import Exponent, Growth, Key, Oscillation, Puiseux, Transseries
from hesscli.exact.rational import Rational
from hesscli.exact.terms import Term, composition

MOST_TERMS, NEAR = 2000, 40


class OneSidedInterpreter(Interpreter[Transseries], OneSidedArithmetic):
    """One run along x + t*d, t -> 0+.

    Attributes:
        final: more terms will not be asked for: what cancels up to the cap is taken for zero.
        exhausted: all terms of a series up to the cap were zero, and it was taken for zero.
        end: coefficients at an end of a domain have been used.
    """

    def __init__(
        self, code: CodeList, inputs: Sequence[OneSided], cap: int, *, assume: bool, final: bool = False
    ) -> None:
        super().__init__(code, inputs, cap, assume=assume, exact=True)
        self.cap, self.final = cap, final
        self.exhausted = self.end = False

    def lead(self, a: Transseries) -> tuple[Key, arb] | None:
        """The dominating term and its coefficient, None for zero; balls that hide a zero are not taken for terms."""
        if isinstance(a, Growth):
            raise Unsupported("the growth of an exponential")
        while (key := a.leading()) is not None:
            if a.wave and key[0] >= a.wave.size:
                break
            if not a.terms[key].contains(0):
                return key, a.terms[key]
            self.take_for_zero(a.terms[key])
            a = a.without([key])
        if a.wave:
            raise Unsupported("an oscillation")
        if a.bound < float("inf"):
            if not self.final:
                raise Deeper
            self.assumed = self.exhausted = True
        return None

    def small(self, a: OneSided) -> tuple[arb, Puiseux]:
        """A term with a finite limit as limit + an expansion that vanishes at t = 0.

        Raises:
            Singular: there is no finite limit.
        """
        if isinstance(a, arb):
            return a, Puiseux({}, self.cap)
        if isinstance(a, Growth) or (a.wave and a.wave.size <= 0):
            raise Singular
        for (e, logs), c in a.terms.items():
            if e < 0 or (e == 0 and logs > 0):
                if not c.contains(0):
                    raise Singular
                self.take_for_zero(c)
                return self.small(a.without([(e, logs)]))
        if a.bound <= 0:
            raise Deeper
        return a.coefficient(0), a.without([(0, 0)])

    def base(self, a: OneSided) -> arb:
        """The limit, which may be infinite."""
        if isinstance(a, arb):
            return a
        try:
            return self.small(a)[0]
        except Singular:
            if isinstance(a, Puiseux) and a.wave and a.leading() is None:
                raise Unsupported("an oscillation") from None
            return arb.pos_inf() if self.side(a) > 0 else arb.neg_inf()

    def side(self, a: Transseries) -> int:
        """The sign of a series for small t > 0; log(t) is negative there."""
        if isinstance(a, Growth):
            return a.sign
        if beyond_powers(a) and a.wave:
            return a.wave.sign
        found = self.lead(a)
        if found is None:
            return 0
        (_, logs), c = found
        return (1 if c > 0 else -1) * (-1 if logs & 1 else 1)

    def sign(self, a: OneSided) -> int:
        """The sign for small t > 0; 0 where the argument vanishes identically."""
        if isinstance(a, arb):
            return super().sign(a)
        return self.side(a)

    def smooth(self, name: str, args: Sequence[OneSided]) -> OneSided:
        """A function by its Taylor series where it has one, else by an identity."""
        if all(isinstance(a, arb) for a in args):
            return super().smooth(name, args)
        try:
            parts = [self.small(a) for a in args]
            self.end = False
            found = self.taylor(name, [x for x, _ in parts], [h for _, h in parts])
            if self.end and not self.inside(name, args):
                raise Undefined(f"{name} is not real there")
            return found
        except (Singular, Undefined, Unsupported) as error:
            inside = not isinstance(error, Undefined) or self.inside(name, args)
            with suppress(Singular):
                if inside and name in IDENTITIES:
                    return IDENTITIES[name](self, *args)
            if isinstance(error, Undefined) and inside:
                raise Unsupported(name) from None
            raise error from None

    def at_an_end(self, name: str, bases: Sequence[arb], varying: Sequence[int]) -> None:
        """The coefficients will do, if f is real on this side."""
        self.end = True

    def inside(self, name: str, args: Sequence[OneSided]) -> bool:
        """Whether a function is real at a point close by: then this is an edge without an expansion, no end."""
        if any(isinstance(a, Growth) for a in args):
            return True
        return is_real(name, [a.at(arb(2) ** -NEAR) if isinstance(a, Puiseux) else a for a in args])

    def wave(self, a: OneSided, *, cosine: int = 0, sine: int = 0) -> Puiseux:
        """Cosine or sine of an argument that goes to infinity: it oscillates, and has no limit.

        Raises:
            Singular: the argument has a limit.
        """
        if isinstance(a, Growth):
            return Puiseux({}, self.cap, wave=Oscillation(0, float("inf"), pure=True))
        found = self.lead(a)
        if found is None or found[0][0] > 0 or (found[0][0] == 0 and found[0][1] <= 0):
            raise Singular
        first = {1: (Rational(fmpq(cosine)), Rational(fmpq(sine)))}
        phase = a.phase()
        known = {} if phase is None else first
        return Puiseux({}, self.cap, wave=Oscillation(0, 1 - found[0][0], pure=True, phase=phase, harmonics=known))

    def absolute(self, a: OneSided) -> OneSided:
        """The absolute value; that of an oscillation oscillates too, and has corners."""
        if isinstance(a, Puiseux) and a.wave and a.wave.pure and not a.terms and a.bound == float("inf"):
            return Puiseux({}, self.cap, wave=Oscillation(a.wave.size, float("inf"), pure=True))
        return super().absolute(a)

    def floor_far_out(self, a: OneSided) -> OneSided:
        """The floor of what tends to infinity: itself, less a fraction that goes on jumping."""
        self.wave(a)
        return a - Puiseux({}, self.cap, wave=Oscillation(0, float("inf"), pure=True))

    def flat(self, sign: int) -> Puiseux:
        """What falls to zero faster than all powers of t, with all its derivatives."""
        return Puiseux({}, self.cap, wave=Oscillation(float("inf"), 1, sign=sign))

    def taylor(self, name: str, bases: list[arb], steps: list[Puiseux]) -> OneSided:
        """A function by its Taylor coefficients, as many as the cap asks for."""
        varying = [j for j, h in enumerate(steps) if h.terms or h.wave or h.bound < float("inf")]
        order = max((steps[j].terms_needed() for j in varying), default=0)
        if order > MOST_TERMS:
            raise Unsupported(f"{name} after a power so small")
        if len(varying) <= 1:
            j = varying[0] if varying else 0
            return steps[j].compose(self.line(name, bases, j, order))
        full = taylor_over(name, bases, varying, order)
        self.require(full.values(), bases)
        return self.compose_many([steps[j] for j in varying], full)

    def compose(self, a: Transseries, coefficients: Sequence[arb]) -> Puiseux:
        """A function of what has a finite limit from its Taylor coefficients there."""
        return self.small(a)[1].compose(coefficients)

    def compose_many(self, args: Sequence[Transseries], coefficients: Table) -> Puiseux:
        """A function of several that have finite limits from its Taylor coefficients there."""
        value = Puiseux({(0, 0): coefficients[(0,) * len(args)]}, self.cap)
        whole = composition([self.small(a)[1] for a in args], coefficients, value)
        return Puiseux(whole.terms, self.cap, min(whole.bound, self.cap), whole.wave)

    def divide(self, a: OneSided, b: OneSided) -> OneSided:
        """The quotient a / b, whatever both tend to."""
        if isinstance(b, arb):
            return super().divide(a, b)
        return self.real_power(b, arb(-1)) * a

    def integer_power(self, a: OneSided, n: int) -> OneSided:
        """The power a ** n for an integer n; a ** 0 is 1."""
        if isinstance(a, arb):
            return super().integer_power(a, n)
        if n == 0:
            return arb(1)
        if n < 0 or n > 8 or isinstance(a, Growth):
            return self.real_power(a, arb(n))
        whole = a
        for _ in range(n - 1):
            whole = whole * a
        return whole

    def real_power(self, a: OneSided, r: arb) -> OneSided:
        """(c * t**e * (1 + h)) ** r = c**r * t**(e*r) * (1 + h)**r."""
        if isinstance(a, arb):
            return super().real_power(a, r)
        whole = r.is_exact() and r.is_integer()
        if isinstance(a, Growth) or beyond_powers(a):
            return self.power_beyond(a, r, whole=whole)
        found = self.lead(a)
        if found is None:
            if r > 0:
                return arb(0)
            raise Undefined("division by zero")
        (e, logs), c = found
        if logs:
            return self.logarithm_power(a, r, whole=whole)
        if not c > 0 and not whole:
            raise Undefined("a negative number to a power that is no integer is not real")
        h = self.ratio(a, e, c)
        line = [arb(1)]
        for k in range(1, h.terms_needed() + 1):
            line.append(line[-1] * (r - (k - 1)) / k)
        power = c ** int(r.unique_fmpz()) if whole else c**r
        return (h.compose(line) * power).shifted(e * _fraction(r))

    def power_beyond(self, a: Transseries, r: arb, *, whole: bool) -> OneSided:
        """A power of what tends to infinity or to zero outside the scale of powers."""
        side, fast = self.side(a), not isinstance(a, Growth) or a.fast
        if side < 0 and not whole:
            raise Undefined("a negative number to a power that is no integer is not real")
        sign = side if whole and int(r.unique_fmpz()) & 1 else 1
        if isinstance(a, Growth) == bool(r > 0):
            return Growth(sign, fast=fast)
        if not fast:
            raise Unsupported("the reciprocal of a slow infinity")
        return self.flat(sign)

    def logarithm_power(self, a: Puiseux, r: arb, *, whole: bool) -> OneSided:
        """A whole power of c * t**e * log(t)**l where nothing else is in the expansion."""
        ((e, logs), c), *rest = a.terms.items()
        if rest or a.wave or a.bound < float("inf") or not whole:
            raise Unsupported("a power of a logarithm at its limit")
        n = int(r.unique_fmpz())
        return Puiseux({(e * n, logs * n): c**n}, self.cap)

    def ratio(self, a: Puiseux, e: Exponent, c: arb) -> Puiseux:
        """h in a = c * t**e * (1 + h)."""
        rest: Puiseux = a.without([(e, 0)]) * (1 / c)
        return rest.shifted(-e)

    def power(self, a: OneSided, b: OneSided) -> OneSided:
        """The power a ** b; one that varies is exp(b*log(a))."""
        if isinstance(b, arb):
            return super().power(a, b)
        side = self.sign(a) if isinstance(a, arb) else self.side(a)
        if side < 0:
            raise Undefined("a negative number to a power that varies is not real")
        if side == 0:
            if self.side(b) > 0:
                return arb(0)
            raise Undefined("zero to a power that is not positive")
        return self.exp(b * self.log(a))

    def log(self, a: OneSided) -> Term[Puiseux]:
        """The logarithm: with a = c * t**e * (1 + h) the sum of those of c, t**e and 1 + h."""
        if isinstance(a, arb):
            return super().smooth("log", [a])
        if isinstance(a, Growth):
            raise Unsupported("the growth of an exponential")
        found = self.lead(a)
        if found is None or (found[0][1] == 0 and found[1] < 0):
            raise Undefined("the logarithm of a number that is not positive")
        (e, logs), c = found
        if logs:
            raise Unsupported("a logarithm of a logarithm at its limit")
        h = self.ratio(a, e, c)
        line = [arb(0), *(arb((-1) ** (k + 1)) / k for k in range(1, h.terms_needed() + 1))]
        return h.compose(line) + c.log() + Puiseux({(0, 1): ball(Fraction(e))} if e else {}, self.cap)

    def exp(self, a: OneSided) -> OneSided:
        """The exponential of x + q*log(t) + h, as that of x times t**q times that of h; 0 where a falls as -1/t."""
        if isinstance(a, arb):
            return a.exp()
        if isinstance(a, Growth):
            if a.sign < 0 and not a.fast:
                raise Unsupported("the exponential of a slow infinity")
            return Growth(1, fast=True) if a.sign > 0 else self.flat(1)
        found = self.lead(a)
        if found is not None and found[0][0] < 0:
            return self.flat(1) if self.side(a) < 0 else Growth(1, fast=True)
        if any(e == 0 and logs > 1 for e, logs in a.terms):  # t**log(t) and the like
            raise Unsupported("a power of a logarithm in an exponent")
        q = a.coefficient(0, 1)
        x, h = self.small(a.without([(0, 1)]))
        line = [x.exp()]
        for k in range(1, h.terms_needed() + 1):
            line.append(line[-1] / k)
        return h.compose(line).shifted(_fraction(q))


def _fraction(r: arb) -> Exponent:
    """The exponent that a ball means: the simplest fraction in it, else its middle."""
    mantissa, power = (int(part) for part in r.mid().man_exp())
    exact = Fraction(mantissa) * Fraction(2) ** power
    simple = exact.limit_denominator(10**6)
    chosen = simple if r.contains(arb(fmpq(simple.numerator, simple.denominator))) else exact
    return chosen.numerator if chosen.denominator == 1 else chosen


def beyond_powers(a: Puiseux) -> bool:
    """Whether a series is outside the scale of powers, of known sign: it falls like exp(-1/t)."""
    return not a.terms and a.bound == float("inf") and bool(a.wave and a.wave.sign)
