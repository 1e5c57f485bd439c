"""A proof that f = P + O(r**e), r the distance from the point: P its Taylor polynomial, whatever kinks f has beyond.

The estimates of all nodes follow one from another by their calculus (see `estimates`), so that (x**2 + y**2)*sin(1/x)
or Abs(x)*Abs(y)*Abs(x + y + z**2) need no cells.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from math import ceil, inf

from flint import arb

from hesscli.exact.events import TROUBLES
from hesscli.exact.interpreters.codelist import CodeList
from hesscli.exact.interpreters.jets import JetInterpreter
from hesscli.exact.interpreters.rules import COMPARISONS
from hesscli.exact.jets import Jet
from hesscli.exact.kinks.estimates import SHY, BigO, Calculus, Degree, Unknown
from hesscli.exact.kinks.quotients import Quotient, order_of, quotient
from hesscli.exact.properties import BOUNDED
from hesscli.exact.rational import fraction, rational
from hesscli.exact.terms import Term

Known = BigO | bool | None
"""What is known of a node: of a condition whether it holds near the point; None where that is nothing."""


def followed(code: CodeList, at: Sequence[arb], active: Sequence[int], order: int) -> tuple[int, Term[Jet]]:
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


class _Estimates(Calculus):
    """Every node of a code list, as far as something is known of it."""

    def __init__(self, code: CodeList, at: Sequence[arb], active: Sequence[int], order: int) -> None:
        self.code, self.active = code, list(active)
        self.at = [*map(rational, at)]
        self.expression = code.inlined.expression
        self.known: list[Known] = []
        super().__init__(JetInterpreter(code, self.at, order, exact=True))

    def run(self) -> BigO:
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
                    self.known[k] = BigO(Jet.variable(self.active.index(j), x, self.order) if varies else x)
                elif not node.args:
                    leaf = self.code.leaf(node, exact=True)
                    assert leaf is not None
                    self.known[k] = leaf if isinstance(leaf, bool) else BigO(leaf, positive=bool(leaf >= 0))
                elif node.op in ("Piecewise", "and", "or", "not"):
                    self.known[k] = LOGIC[node.op](self, *[self.known[j] for j in node.args])
                else:
                    self.known[k] = self.operated(k, node.op, node.args)
        found = self.known[self.expression.outputs[0]]
        if not isinstance(found, BigO):
            raise Unknown
        return found

    def operated(self, k: int, op: str, args: Sequence[int]) -> Known:
        """An operation, a function or a comparison."""
        if op == "mul":
            return self.product([self.one(j) for j in args], args)
        if op == "div":
            return self.divided(k, *args)
        if op == "pow":
            return self.powered(*args)
        if op == "log":
            return self.logarithm(*args)
        try:
            return self.called(op, args)
        except (Unknown, *TROUBLES):
            if op not in BOUNDED:
                raise
            return BigO(arb(0), Fraction(0))

    def called(self, op: str, args: Sequence[int]) -> Known:
        """A function or a comparison of operands that are known."""
        terms = [self.one(j) for j in args]
        if op in COMPARISONS:
            answers = {COMPARISONS[op](s) for s in self.signs(*terms)}
            return answers.pop() if len(answers) == 1 else None
        return RULED[op](self, *terms) if op in RULED else self.smooth(op, terms)

    def one(self, k: int) -> BigO:
        """What is known of an operand."""
        found = self.known[k]
        if not isinstance(found, BigO):
            raise Unknown
        return found

    def divided(self, k: int, above: int, below: int) -> BigO:
        """A quotient; where the denominator goes to zero a bound of it, if it is definite."""
        b = self.known[below]
        if isinstance(b, BigO) and b.rest > 0 and not self.limit(b).contains(0):
            return self.product([self.one(above), self.smooth("pow", [b, BigO(rational(arb(-1)))])])
        whole = self.fraction_of(k)
        if whole is not None and (e := order_of(whole)) is not None:
            return BigO(arb(0), e)
        return BigO(arb(0), self.one(above).size - self.least(below))

    def least(self, k: int) -> Degree:
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
            r = fraction(exponent.polynomial) if exponent.fixed else None
            if r is not None and r > 0:
                return self.least(node.args[0]) * Fraction(int(r.p), int(r.q))
        raise Unknown

    def logarithm(self, k: int) -> BigO:
        """log(u), where u goes to zero no faster than a power of r."""
        a = self.one(k)
        if not self.limit(a).is_zero():
            return self.smooth("log", [a])
        self.least(k)
        return BigO(arb(0), -SHY)

    def fraction_of(self, k: int) -> Quotient | None:
        """A node as a fraction of polynomials, None where it is none."""
        return quotient(CodeList.of(replace(self.expression, outputs=(k,))), self.at, self.active)

    def powered(self, base: int, exponent: int) -> BigO:
        """A power; a root of a power of something is the power of it."""
        b = self.one(exponent)
        p = fraction(self.limit(b))
        if p is None or not p > 0:
            return self.smooth("pow", [self.one(base), b])
        r, inner = Fraction(int(p.p), int(p.q)), self.expression.nodes[base]
        if b.fixed and inner.op == "pow" and isinstance(c := self.known[inner.args[1]], BigO):
            q = fraction(self.limit(c))
            if q is not None and q > 0 and q.q != 1:  # of what is nowhere negative, for it has no such power else
                return self.power(replace(self.one(inner.args[0]), positive=True), c, r * Fraction(int(q.p), int(q.q)))
        if b.fixed and inner.op == "Abs" and r.denominator == 1 and r % 2 == 0:
            return self.raised(self.one(inner.args[0]), r)
        a = self.one(base)
        if b.fixed or not self.limit(a).is_zero():
            return self.raised(a, r) if b.fixed else self.smooth("pow", [a, b])
        return self.power(a, b, r)

    def piecewise(self, *args: Known) -> BigO:
        """Any branch whose condition may hold."""
        branches: list[BigO] = []
        for value, condition in zip(args[::2], args[1::2], strict=True):
            if condition is False:
                continue
            if not isinstance(value, BigO):
                raise Unknown
            branches.append(value)
            if condition is True:
                break
        return self.joined(branches)


RULED: dict[str, Callable[..., BigO]] = {
    "add": lambda on, *terms: on.sum(terms),
    "neg": lambda on, a: -a,
    "Abs": _Estimates.absolute,
    "Max": _Estimates.largest,
    "Min": _Estimates.smallest,
    "sign": _Estimates.sign,
    "root": _Estimates.root,
}

LOGIC: dict[str, Callable[..., Known]] = {
    "Piecewise": _Estimates.piecewise,
    "and": lambda on, *held: False if False in held else True if all(one is True for one in held) else None,
    "or": lambda on, *held: True if True in held else False if all(one is False for one in held) else None,
    "not": lambda on, held: None if held is None else not held,
}
