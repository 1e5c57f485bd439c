"""What is known of a quantity near the point: a polynomial + O(r**e), r the distance from the point, and its calculus.

What has a kink is bounded instead of being followed: Abs(u) = O(r**a) where u = O(r**a), sqrt(u) = O(r**(a/2)), and a
bounded function of anything is O(1). Sums and products of such terms are polynomials and remainders again. The
polynomials are jets, multiplied as such; what is added here is the exponent. It is no case of a `Puiseux` series, whose
error holds on one side of the point: this one holds on all.

Source: N. G. de Bruijn, "Asymptotic Methods in Analysis", 3rd ed., 1970, section 1.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce
from math import inf

from flint import arb, fmpq

from hesscli.exact.interpreters.jets import JetInterpreter
from hesscli.exact.interpreters.rules import RULES
from hesscli.exact.jets import Jet
from hesscli.exact.rational import Rational, fraction, rational
from hesscli.exact.terms import Term

Degree = Fraction | float
SHY = Fraction(1, 1000)
"""What a logarithm costs: r**a * log(r) = O(r**(a - SHY))."""
MOST_POWER = 60


class Unknown(Exception):
    """Nothing is known of a quantity."""


@dataclass(frozen=True, slots=True)
class BigO:
    """A quantity near the point: polynomial + O(r**rest), wherever it is real.

    Attributes:
        polynomial: a jet, a ball where it is constant.
        rest: the exponent of the remainder, infinite where there is none.
        positive: the quantity is nowhere negative.
    """

    polynomial: Term[Jet]
    rest: Degree = inf
    positive: bool = False

    @property
    def low(self) -> Degree:
        """The least degree in the polynomial; infinite where there is no term."""
        p = self.polynomial
        if isinstance(p, arb):
            return inf if p.is_zero() else 0
        degrees = (d for d, layer in enumerate(p.layers, 1) if any(not c.is_zero() for c in layer.values()))
        return 0 if not p.constant.is_zero() else next(degrees, inf)

    @property
    def degree(self) -> int:
        """The degree of the polynomial."""
        p = self.polynomial
        return 0 if isinstance(p, arb) else max((d for d, layer in enumerate(p.layers, 1) if layer), default=0)

    @property
    def size(self) -> Degree:
        """An e for which the quantity is O(r**e)."""
        return min(self.low, self.rest)

    @property
    def fixed(self) -> bool:
        """Whether it is a number, and no function."""
        return isinstance(self.polynomial, arb) and self.rest == inf

    @property
    def is_zero(self) -> bool:
        """Whether it is the number zero."""
        return isinstance(self.polynomial, arb) and self.rest == inf and bool(self.polynomial.is_zero())

    def __neg__(self) -> BigO:
        return BigO(-self.polynomial, self.rest)


class Calculus:
    """The arithmetic of estimates whose polynomials are truncated at one degree.

    Args:
        interpreter: over jets of that order, for what is smooth.

    Every method raises `Unknown` where nothing follows, and what the interpreter raises.
    """

    def __init__(self, interpreter: JetInterpreter) -> None:
        self.interpreter, self.order = interpreter, interpreter.order

    def limit(self, a: BigO) -> arb:
        """The value at the point, of what goes to it."""
        if not a.rest > 0:
            raise Unknown
        return self.interpreter.base(a.polynomial)

    def signs(self, a: BigO, b: BigO) -> tuple[int, ...]:
        """The signs that a - b may have near the point."""
        difference = self.sum([a, -b])
        if difference.rest > 0 and not (x := self.limit(difference)).contains(0):
            return (1,) if x > 0 else (-1,)
        if difference.is_zero:
            return (0,)
        if a.positive and b.is_zero:
            return (0, 1)
        return (-1, 0) if b.positive and a.is_zero else (-1, 0, 1)

    def sum(self, terms: Sequence[BigO]) -> BigO:
        """The sum of all terms."""
        whole = self.interpreter.sum([a.polynomial for a in terms])
        return BigO(whole, min(a.rest for a in terms), all(a.positive for a in terms))

    def product(self, factors: Sequence[BigO], names: Sequence[int] = ()) -> BigO:
        """The product of all factors; those of one name are one quantity, and make a square."""
        names = names or range(len(factors))
        odd = [a for a, name in zip(factors, names, strict=True) if [*names].count(name) % 2]
        return replace(reduce(self.times, factors), positive=all(a.positive for a in odd))

    def times(self, a: BigO, b: BigO) -> BigO:
        """The product of two."""
        rests = [a.low + b.rest, b.low + a.rest, a.rest + b.rest]
        if a.degree + b.degree > self.order:
            rests.append(max(self.order + 1, a.low + b.low))
        return BigO(a.polynomial * b.polynomial, min(rests))

    def smooth(self, op: str, terms: Sequence[BigO]) -> BigO:
        """A function by its Taylor polynomial at the limits of its arguments, where it is smooth."""
        for a in terms:
            self.limit(a)
        polynomials = [a.polynomial for a in terms]
        rule = RULES.get(op)
        whole = rule(self.interpreter, *polynomials) if rule else self.interpreter.smooth(op, polynomials)
        exact = all(isinstance(p, arb) for p in polynomials)
        return BigO(whole, min([*(a.rest for a in terms), inf if exact else self.order + 1]), op == "exp")

    def power(self, a: BigO, b: BigO, r: Fraction) -> BigO:
        """A power whose exponent goes to r > 0 as b, or a multiple of it, goes to its limit."""
        if b.fixed:
            return self.raised(a, r)
        if not self.limit(a).is_zero():
            raise Unknown
        if r.denominator > 1:
            return BigO(arb(0), a.size * (r - SHY), positive=True)
        whole, step = self.raised(a, r), self.sum([b, BigO(-self.limit(b))])
        return BigO(whole.polynomial, min(whole.rest, step.size + a.size * (r - SHY)), positive=True)

    def raised(self, a: BigO, r: Fraction) -> BigO:
        """A constant power r > 0."""
        if r.denominator == 1 and r <= MOST_POWER:
            return replace(self.product([a] * int(r)), positive=a.positive or r % 2 == 0)
        if self.limit(a).is_zero():
            return BigO(arb(0), a.size * r, positive=r.denominator > 1)
        return self.smooth("pow", [a, BigO(Rational(fmpq(r.numerator, r.denominator)))])

    def root(self, a: BigO, n: BigO) -> BigO:
        """A root of whole order."""
        if not self.limit(a).is_zero():
            return self.smooth("root", [a, n])
        q = fraction(n.polynomial) if n.fixed else None
        if q is None or not q > 0:
            raise Unknown
        return BigO(arb(0), a.size / Fraction(int(q.p), int(q.q)), a.positive)

    def absolute(self, a: BigO) -> BigO:
        """Abs(u): u, -u, or no larger than u."""
        if a.positive or (a.rest > 0 and self.limit(a) > 0):
            return replace(a, positive=True)
        if not a.rest > 0:
            return BigO(arb(0), a.size, positive=True)
        if self.limit(a) < 0:
            return replace(-a, positive=True)
        if not self.limit(a).is_zero():
            raise Unknown
        return BigO(arb(0), a.size, positive=True)

    def largest(self, *terms: BigO) -> BigO:
        """Max(u, v) = u + Max(0, v - u)."""
        return reduce(self._larger, terms)

    def _larger(self, a: BigO, b: BigO) -> BigO:
        signs = self.signs(a, b)
        if -1 not in signs or 1 not in signs:
            return a if -1 not in signs else b
        return replace(self.joined([a, b]), positive=a.positive or b.positive)

    def smallest(self, *terms: BigO) -> BigO:
        """Min(u, ...) = -Max(-u, ...)."""
        return replace(-self.largest(*[-a for a in terms]), positive=all(a.positive for a in terms))

    def joined(self, terms: Sequence[BigO]) -> BigO:
        """What may be any of these: the first one, and by how much the others differ from it."""
        first, *others = terms
        rest = min([first.rest, *(self.sum([first, -a]).size for a in others)])
        return BigO(first.polynomial, rest, all(a.positive for a in terms))

    def sign(self, a: BigO) -> BigO:
        """The sign of u: constant where u is not zero, else bounded."""
        x = self.limit(a)
        return BigO(rational(arb(1 if x > 0 else -1))) if not x.contains(0) else BigO(arb(0), Fraction(0))
