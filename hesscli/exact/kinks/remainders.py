"""A proof that f = P + O(r**e), r the distance from the point: P its Taylor polynomial, whatever kinks f has beyond.

What has a kink is bounded instead of being followed: Abs(u) = O(r**a) where u = O(r**a), sqrt(u) = O(r**(a/2)), and a
bounded function of anything is O(1). Sums and products of such terms are polynomials and remainders again, so that
(x**2 + y**2)*sin(1/x) or Abs(x)*Abs(y)*Abs(x + y + z**2) need no cells. The calculus of O is that of N. G. de Bruijn,
"Asymptotic Methods in Analysis", 3rd ed., 1970, section 1.2.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce
from math import ceil, inf

from flint import arb, fmpq

from hesscli.exact.elementary import Undefined, Unsupported
from hesscli.exact.events import Singular, Undecided
from hesscli.exact.interpreters.codelist import CodeList
from hesscli.exact.interpreters.interpreter import Interpreter, Term
from hesscli.exact.interpreters.rules import RULES
from hesscli.exact.jets import Jet
from hesscli.exact.kinks.quotients import Quotient, order_of, quotient
from hesscli.exact.properties import BOUNDED
from hesscli.exact.rational import Rational, fraction, rational

Exponent = Fraction | float
TROUBLES = (Singular, Undecided, Undefined, Unsupported)
SHY = Fraction(1, 1000)
"""What a logarithm costs: r**a * log(r) = O(r**(a - SHY))."""
MOST_POWER = 60


class Unknown(Exception):
    """Nothing is known of a node."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A node near the point: polynomial + O(r**rest), wherever it is real.

    Attributes:
        polynomial: a jet, a ball where it is constant.
        rest: the exponent of the remainder, infinite where there is none.
        positive: the node is nowhere negative.
    """

    polynomial: Term
    rest: Exponent = inf
    positive: bool = False


Known = Estimate | bool | None
"""What is known of a node: of a condition whether it holds near the point; None where that is nothing."""


def followed(code: CodeList, at: Sequence[arb], active: Sequence[int], order: int) -> tuple[int, Term]:
    """The degree up to which f follows one polynomial on every side for certain, and this; -1 where that is nowhere.

    Args:
        code: of one component, which has a value at the point.
        at: the point.
        active: the variables that are not held.
        order: no higher degree is looked at.
    """
    with suppress(Unknown):
        found = _Estimates(code, at, active, order).run()
        return order if found.rest == inf else min(order, ceil(found.rest) - 1), found.polynomial
    return -1, arb(0)


class _Estimates:
    """Every node of a code list, as far as something is known of it."""

    def __init__(self, code: CodeList, at: Sequence[arb], active: Sequence[int], order: int) -> None:
        self.code, self.active, self.order = code, list(active), order
        self.at = [*map(rational, at)]
        self.expression = code.inlined.expression
        self.known: list[Known] = []
        self.interpreter = Interpreter(code, self.at, order, exact=True)

    def run(self) -> Estimate:
        """The estimate of the whole.

        Raises:
            Unknown: there is none.
        """
        place = {name: k for k, name in enumerate(self.expression.variables)}
        for k, node in enumerate(self.expression.nodes):
            self.known.append(None)
            with suppress(Unknown, *TROUBLES):
                if node.op == "variable":
                    j = place[str(node.value)]
                    varies = j in self.active
                    x = self.at[j]
                    self.known[k] = Estimate(Jet.variable(self.active.index(j), x, self.order) if varies else x)
                elif not node.args:
                    leaf = self.code.leaf(node, exact=True)
                    assert leaf is not None
                    self.known[k] = leaf if isinstance(leaf, bool) else Estimate(leaf, positive=bool(leaf >= 0))
                elif node.op in ("Piecewise", "and", "or", "not"):
                    self.known[k] = LOGIC[node.op](self, *[self.known[j] for j in node.args])
                else:
                    self.known[k] = self.operated(k, node.op, node.args)
        found = self.known[self.expression.outputs[0]]
        if not isinstance(found, Estimate):
            raise Unknown
        return found

    def operated(self, k: int, op: str, args: Sequence[int]) -> Known:
        """An operation, a function or a comparison."""
        if op == "mul":
            return self.product([self.one(j) for j in args], args)
        if op == "div":
            return self.divided(k, *args)
        if op == "pow":
            return self.power(*args)
        if op == "log":
            return self.logarithm(*args)
        try:
            return self.called(op, args)
        except (Unknown, *TROUBLES):
            if op not in BOUNDED:
                raise
            return Estimate(arb(0), Fraction(0))

    def called(self, op: str, args: Sequence[int]) -> Known:
        """A function or a comparison of operands that are known."""
        terms = [self.one(j) for j in args]
        if op in COMPARED:
            return COMPARED[op](self.sign(self.sum([terms[0], self.negative(terms[1])]), terms))
        return RULED[op](self, *terms) if op in RULED else self.smooth(op, terms)

    def one(self, k: int) -> Estimate:
        """What is known of an operand."""
        found = self.known[k]
        if not isinstance(found, Estimate):
            raise Unknown
        return found

    def size(self, a: Estimate) -> Exponent:
        """An e for which a node is O(r**e)."""
        return min(self.low(a), a.rest)

    def low(self, a: Estimate) -> Exponent:
        """The least degree in a polynomial; infinite where there is no term."""
        p = a.polynomial
        if isinstance(p, arb):
            return inf if p.is_zero() else 0
        degrees = (d for d, layer in enumerate(p.layers, 1) if any(not c.is_zero() for c in layer.values()))
        return 0 if not p.constant.is_zero() else next(degrees, inf)

    def limit(self, a: Estimate) -> arb:
        """The value at the point, of what goes to it."""
        if not a.rest > 0:
            raise Unknown
        return self.interpreter.base(a.polynomial)

    def sign(self, a: Estimate, terms: Sequence[Estimate]) -> tuple[int, ...]:
        """The signs that a difference of two terms may have near the point."""
        if a.rest > 0 and not (x := self.limit(a)).contains(0):
            return (1,) if x > 0 else (-1,)
        if self.is_zero(a):
            return (0,)
        first, second = terms
        if first.positive and self.is_zero(second):
            return (0, 1)
        return (-1, 0) if second.positive and self.is_zero(first) else (-1, 0, 1)

    def is_zero(self, a: Estimate) -> bool:
        """Whether a term is the number zero."""
        return isinstance(a.polynomial, arb) and a.polynomial.is_zero() and a.rest == inf

    def sum(self, terms: Sequence[Estimate]) -> Estimate:
        """The sum of all terms."""
        whole = self.interpreter.sum([a.polynomial for a in terms])
        return Estimate(whole, min(a.rest for a in terms), all(a.positive for a in terms))

    def negative(self, a: Estimate) -> Estimate:
        """The term with the other sign."""
        return Estimate(-a.polynomial, a.rest)

    def product(self, factors: Sequence[Estimate], names: Sequence[int] = ()) -> Estimate:
        """The product of all factors; those of one name are one node, and make a square."""
        names = names or range(len(factors))
        odd = [a for a, name in zip(factors, names, strict=True) if [*names].count(name) % 2]
        return replace(reduce(self.times, factors), positive=all(a.positive for a in odd))

    def times(self, a: Estimate, b: Estimate) -> Estimate:
        """The product of two."""
        rests = [self.low(a) + b.rest, self.low(b) + a.rest, a.rest + b.rest]
        if self.degree(a) + self.degree(b) > self.order:
            rests.append(max(self.order + 1, self.low(a) + self.low(b)))
        return Estimate(a.polynomial * b.polynomial, min(rests))

    def degree(self, a: Estimate) -> int:
        """The degree of the polynomial."""
        p = a.polynomial
        return 0 if isinstance(p, arb) else max((d for d, layer in enumerate(p.layers, 1) if layer), default=0)

    def smooth(self, op: str, terms: Sequence[Estimate]) -> Estimate:
        """A function by its Taylor polynomial at the limits of its arguments, where it is smooth."""
        for a in terms:
            self.limit(a)
        polynomials = [a.polynomial for a in terms]
        rule = RULES.get(op)
        whole = rule(self.interpreter, *polynomials) if rule else self.interpreter.smooth(op, polynomials)
        exact = all(isinstance(p, arb) for p in polynomials)
        return Estimate(whole, min([*(a.rest for a in terms), inf if exact else self.order + 1]), op == "exp")

    def divided(self, k: int, above: int, below: int) -> Estimate:
        """A quotient; where the denominator goes to zero a bound of it, if it is definite."""
        b = self.known[below]
        if isinstance(b, Estimate) and b.rest > 0 and not self.limit(b).contains(0):
            return self.product([self.one(above), self.smooth("pow", [b, Estimate(rational(arb(-1)))])])
        whole = self.fraction_of(k)
        if whole is not None and (e := order_of(whole)) is not None:
            return Estimate(arb(0), e)
        return Estimate(arb(0), self.size(self.one(above)) - self.least(below))

    def least(self, k: int) -> Exponent:
        """An e for which the absolute value of a node that goes to zero is at least c*r**e, with some c > 0.

        Raises:
            Unknown: none shows.
        """
        node = self.expression.nodes[k]
        q = self.fraction_of(k)
        if q is not None:
            e = order_of(q[::-1])
            if e is None:
                raise Unknown
            return -e
        if node.op in ("Abs", "neg"):
            return self.least(node.args[0])
        if node.op == "mul":
            return sum((self.least(j) for j in node.args), Fraction(0))
        if node.op == "pow":
            exponent = self.one(node.args[1])
            r = fraction(exponent.polynomial) if isinstance(exponent.polynomial, arb) else None
            if r is not None and r > 0 and exponent.rest == inf:
                return self.least(node.args[0]) * Fraction(int(r.p), int(r.q))
        raise Unknown

    def logarithm(self, k: int) -> Estimate:
        """log(u), where u goes to zero no faster than a power of r."""
        a = self.one(k)
        if not self.limit(a).is_zero():
            return self.smooth("log", [a])
        self.least(k)
        return Estimate(arb(0), -SHY)

    def fraction_of(self, k: int) -> Quotient | None:
        """A node as a fraction of polynomials, None where it is none."""
        return quotient(CodeList.of(replace(self.expression, outputs=(k,))), self.at, self.active)

    def power(self, base: int, exponent: int) -> Estimate:
        """A power; a root of a power of something is the power of it."""
        b = self.one(exponent)
        p = fraction(self.limit(b))
        if p is None or not p > 0:
            return self.smooth("pow", [self.one(base), b])
        r, inner = Fraction(int(p.p), int(p.q)), self.expression.nodes[base]
        fixed = isinstance(b.polynomial, arb) and b.rest == inf
        if fixed and inner.op == "pow" and isinstance(c := self.known[inner.args[1]], Estimate):
            q = fraction(self.limit(c))
            if q is not None and q > 0 and q.q != 1:  # of what is nowhere negative, for it has no such power else
                return self.varied(replace(self.one(inner.args[0]), positive=True), c, r * Fraction(int(q.p), int(q.q)))
        if fixed and inner.op == "Abs" and r.denominator == 1 and r % 2 == 0:
            return self.raised(self.one(inner.args[0]), r)
        a = self.one(base)
        if fixed or not self.limit(a).is_zero():
            return self.raised(a, r) if fixed else self.smooth("pow", [a, b])
        return self.varied(a, b, r)

    def varied(self, a: Estimate, b: Estimate, r: Fraction) -> Estimate:
        """A power whose exponent goes to r > 0 as b, or a multiple of it, goes to its limit."""
        if isinstance(b.polynomial, arb) and b.rest == inf:
            return self.raised(a, r)
        if not self.limit(a).is_zero():
            raise Unknown
        if r.denominator > 1:
            return Estimate(arb(0), self.size(a) * (r - SHY), positive=True)
        whole, step = self.raised(a, r), self.sum([b, Estimate(-self.limit(b))])
        return Estimate(whole.polynomial, min(whole.rest, self.size(step) + self.size(a) * (r - SHY)), positive=True)

    def raised(self, a: Estimate, r: Fraction) -> Estimate:
        """A constant power r > 0."""
        if r.denominator == 1 and r <= MOST_POWER:
            return replace(self.product([a] * int(r)), positive=a.positive or r % 2 == 0)
        if self.limit(a).is_zero():
            return Estimate(arb(0), self.size(a) * r, positive=r.denominator > 1)
        return self.smooth("pow", [a, Estimate(Rational(fmpq(r.numerator, r.denominator)))])

    def absolute(self, a: Estimate) -> Estimate:
        """Abs(u): u, -u, or no larger than u."""
        if a.positive or (a.rest > 0 and self.limit(a) > 0):
            return replace(a, positive=True)
        if not a.rest > 0:
            return Estimate(arb(0), self.size(a), positive=True)
        if self.limit(a) < 0:
            return replace(self.negative(a), positive=True)
        if not self.limit(a).is_zero():
            raise Unknown
        return Estimate(arb(0), self.size(a), positive=True)

    def largest(self, *terms: Estimate) -> Estimate:
        """Max(u, v) = u + Max(0, v - u)."""
        return reduce(self.larger, terms)

    def larger(self, a: Estimate, b: Estimate) -> Estimate:
        """The larger one of two."""
        signs = self.sign(self.sum([a, self.negative(b)]), [a, b])
        if -1 not in signs or 1 not in signs:
            return a if -1 not in signs else b
        return replace(self.joined([a, b]), positive=a.positive or b.positive)

    def smallest(self, *terms: Estimate) -> Estimate:
        """Min(u, ...) = -Max(-u, ...)."""
        least = self.negative(self.largest(*[self.negative(a) for a in terms]))
        return replace(least, positive=all(a.positive for a in terms))

    def joined(self, terms: Sequence[Estimate]) -> Estimate:
        """What may be any of these: the first one, and by how much the others differ from it."""
        first, *others = terms
        rest = min([first.rest, *(self.size(self.sum([first, self.negative(a)])) for a in others)])
        return Estimate(first.polynomial, rest, all(a.positive for a in terms))

    def stepped(self, a: Estimate) -> Estimate:
        """sign(u): constant where u is not zero, else bounded."""
        x = self.limit(a)
        return Estimate(rational(arb(1 if x > 0 else -1))) if not x.contains(0) else Estimate(arb(0), Fraction(0))

    def piecewise(self, *args: Known) -> Estimate:
        """Any branch whose condition may hold."""
        branches: list[Estimate] = []
        for value, condition in zip(args[::2], args[1::2], strict=True):
            if condition is False:
                continue
            if not isinstance(value, Estimate):
                raise Unknown
            branches.append(value)
            if condition is True:
                break
        return self.joined(branches)

    def root(self, a: Estimate, n: Estimate) -> Estimate:
        """A root of whole order."""
        if not self.limit(a).is_zero():
            return self.smooth("root", [a, n])
        q = fraction(n.polynomial) if isinstance(n.polynomial, arb) and n.rest == inf else None
        if q is None or not q > 0:
            raise Unknown
        return Estimate(arb(0), self.size(a) / Fraction(int(q.p), int(q.q)), a.positive)


RULED: dict[str, Callable[..., Estimate]] = {
    "add": lambda on, *terms: on.sum(terms),
    "neg": _Estimates.negative,
    "Abs": _Estimates.absolute,
    "Max": _Estimates.largest,
    "Min": _Estimates.smallest,
    "sign": _Estimates.stepped,
    "root": _Estimates.root,
}


def _compared(holds: Callable[[int], bool]) -> Callable[[tuple[int, ...]], bool | None]:
    """Whether a comparison holds for all signs of the difference, for none, or for some."""

    def told(signs: tuple[int, ...]) -> bool | None:
        found = {holds(s) for s in signs}
        return found.pop() if len(found) == 1 else None

    return told


COMPARED: dict[str, Callable[[tuple[int, ...]], bool | None]] = {
    "lt": _compared(lambda s: s < 0),
    "le": _compared(lambda s: s <= 0),
    "gt": _compared(lambda s: s > 0),
    "ge": _compared(lambda s: s >= 0),
    "eq": _compared(lambda s: s == 0),
    "ne": _compared(lambda s: s != 0),
}

LOGIC: dict[str, Callable[..., Known]] = {
    "Piecewise": _Estimates.piecewise,
    "and": lambda on, *held: False if False in held else True if all(one is True for one in held) else None,
    "or": lambda on, *held: True if True in held else False if all(one is False for one in held) else None,
    "not": lambda on, held: None if held is None else not held,
}
