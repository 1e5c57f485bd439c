"""What happens at a point where the expression is not smooth as typed: a kink, a jump, an edge, 0/0.

The function is followed along straight lines into every sector around the point. A partial derivative
exists where the lines of the coordinate plane it belongs to agree on one Taylor polynomial up to its
order, the value at the point included: x*Abs(x) has a first derivative at 0 and no second, Abs(x)**3 has
two, relu(x) - relu(-x) has all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import combinations_with_replacement, islice
from math import factorial

from flint import arb

from hesscli.exact.elementary import Undefined, Unsupported
from hesscli.exact.events import Singular, Undecided
from hesscli.exact.interpreters.codelist import CodeList
from hesscli.exact.interpreters.interpreter import Interpreter, Term
from hesscli.exact.jets import Jet, monomial
from hesscli.exact.kinks.agreement import Agreement, compare, compare_mixed
from hesscli.exact.kinks.differentiability import fails_at, iterated
from hesscli.exact.kinks.directional import Direction, Side, growth, irregular
from hesscli.exact.kinks.fitting import Indices, fit, predicted
from hesscli.exact.kinks.limits import limits
from hesscli.exact.kinks.neighbourhood import Neighbourhood
from hesscli.exact.kinks.puiseux import Puiseux
from hesscli.request import multiplicity

MOST_RAYS = 16


@dataclass(frozen=True, slots=True)
class Partial:
    """One partial derivative at the point.

    Attributes:
        limit: its ball, taken along the lines; infinite balls where it grows without bound; None without a limit.
        trouble: empty if the derivative exists; else ``kink``, ``jump``, ``infinite``, ``oscillates``, ``outside`` or
            ``unknown``.
        left: from the left, for a derivative in one variable.
        right: from the right.
        cause: of the lowest derivative in this variable that fails: its order, from the left, from the right.
        iterated: of a second derivative in two variables that f does not follow: what comes of differentiating by the
            first and then the second, and the other way round; None where that is not known to exist.
    """

    limit: arb | None
    trouble: str = ""
    left: arb | None = None
    right: arb | None = None
    cause: tuple[int, arb | None, arb | None] | None = None
    iterated: tuple[arb | None, arb | None] = (None, None)


@dataclass(slots=True)
class Local:
    """Everything about one point.

    Attributes:
        partials: derivative -> what is known of it.
        undefined: why there is no value at the point, or the empty string.
        singular: the nodes that are not smooth there.
        fails_at: the order at which f does not follow its partial derivatives (or limits) in other directions, or None.
        parted: the limits of f itself along two lines differ.
        one_sided: the variables on one side of which f is undefined.
        open: why f may have sides that were not compared, so that what exists is not proven; or the empty string.
        followed: the degree up to which that does not matter.
        proven: no zero was assumed, no agreement taken from balls that overlap, and every side was compared.
    """

    partials: dict[Indices, Partial] = field(default_factory=dict)
    undefined: str = ""
    singular: tuple[int, ...] = ()
    fails_at: int | None = None
    parted: bool = False
    one_sided: tuple[int, ...] = ()
    open: str = ""
    followed: int = 0
    proven: bool = True


def study(code: CodeList, at: Sequence[arb], wanted: Sequence[Indices], *, assume: bool) -> Local:
    """All wanted partial derivatives of a scalar code list at a point where it is not smooth.

    Args:
        code: of one component.
        at: the point's coordinates.
        wanted: the derivatives.
        assume: take balls about zero for zero.

    Raises:
        Undecided: more precision may tell.
    """
    return Study(code, at, wanted, assume=assume).run()


class Study(Neighbourhood):
    """One point under study, and the partial derivatives found so far."""

    def __init__(self, code: CodeList, at: Sequence[arb], wanted: Sequence[Indices], *, assume: bool) -> None:
        active = sorted({k for indices in wanted for k in indices})
        super().__init__(code, at, active, max(len(k) for k in wanted), assume=assume)
        self.wanted = sorted(wanted, key=lambda k: (len(k), k))
        self.local = Local()
        self.found: dict[Indices, Partial] = {}
        self.edges: set[int] = set()

    def run(self) -> Local:
        """The value, the part that is smooth, then line by line."""
        local = self.local
        self.value = self._value()
        self.regular, self.smooth = self._restrict()
        if self.value is None and len(self.active) > 1:
            self._limits()
        else:
            for indices in self.wanted:
                local.partials[indices] = self.partial(indices)
            troubled = [len(indices) for indices, p in local.partials.items() if p.trouble]
            if self.value is None or not troubled:
                local.fails_at = fails_at(self, self._limit)
            elif min(troubled) > 1 and (order := fails_at(self, self._limit)) is not None and order < min(troubled):
                local.fails_at = order  # the derivatives below that one exist along the axes only
        local.one_sided, local.open = tuple(sorted(self.edges)), self.open
        if self.open:
            local.followed = max(self.followed[0], 0)
        local.proven = self.proven and not self.lines.assumed and not self.open
        return local

    def _limit(self, indices: Indices) -> arb | None:
        return self.partial(indices).limit

    def _limits(self) -> None:
        """Where f has no value: only those limits that every side has, and whether two sides differ."""
        found = limits(self, self.wanted)
        self.proven = True
        if () not in found and self._limit(()) is not None:
            self.local.parted = fails_at(self, self._limit) == 0
        self.open = ""
        for indices in self.wanted:
            limit, left, right = found.get(indices, (None, None, None))
            self.local.partials[indices] = Partial(limit, "outside", left, right)

    def _value(self) -> arb | None:
        """f at the point as typed, with the branches that hold exactly there."""
        interpreter = Interpreter(self.code, list(self.at), 0, assume=self.assume, exact=True)
        try:
            (value,) = interpreter.outputs()
        except Undefined as error:
            self.local.undefined = str(error)
        except Singular:
            self.local.undefined = f"{self.code.expression.nodes[interpreter.at].op} is not finite"
        else:
            if not value.is_finite():  # a power too large for its ball
                raise Undecided
            self.proven &= not interpreter.assumed
            return value
        self.local.singular = (interpreter.at,)
        return None

    def _restrict(self) -> tuple[Term, frozenset[int]]:
        """The jet in those variables that no singular node depends on."""
        free, singular = set(self.active), list(self.local.singular)
        while free and self.value is not None:
            inputs: list[Term] = list(self.at)
            for place, k in enumerate(self.active):
                if k in free:
                    inputs[k] = Jet.variable(place, self.at[k], self.order)
            interpreter = Interpreter(self.code, inputs, self.order, assume=self.assume, exact=True)
            try:
                (term,) = interpreter.outputs()
            except (Singular, Undefined):
                singular.append(interpreter.at)
                free -= self.depends[interpreter.at]
            else:
                self.local.singular = tuple(dict.fromkeys(singular))
                self.proven &= not interpreter.assumed
                return term, frozenset(free)
        self.local.singular = tuple(dict.fromkeys(singular))
        return self.value, frozenset()

    def partial(self, indices: Indices) -> Partial:
        """One partial derivative; the lower ones it is made of must exist as well."""
        if indices not in self.found:
            self.found[indices] = self._partial(indices)
        return self.found[indices]

    def _partial(self, indices: Indices) -> Partial:
        if not indices:
            return self._at_the_point()
        if all(k in self.smooth for k in indices):
            return Partial(self._coefficient(self.regular, indices))
        if any(k not in self.depends[self.code.expression.outputs[0]] for k in indices):
            return Partial(arb(0))
        support = sorted(set(indices))
        return self._along(support[0], len(indices)) if len(support) == 1 else self._across(support, indices)

    def _coefficient(self, term: Term, indices: Indices) -> arb:
        """The derivative of a Taylor polynomial."""
        if isinstance(term, arb):
            return arb(0)
        place = {k: p for p, k in enumerate(self.active)}
        key = monomial({place[k]: times for k, times in Counter(indices).items()}, self.order)
        c = term.coefficient(len(indices), key)
        return arb(0) if c is None else c * multiplicity(indices)

    def _at_the_point(self) -> Partial:
        """The value, or where there is none its limit over all axes."""
        if self.value is not None:
            return Partial(self.value)
        axes = [self.lines.side(((k, s),)) for k in self.active for s in (1, -1)]
        if all(side.outside for side in axes) and len(self.active) > 1:
            axes = [self.lines.side(direction) for direction in islice(self.directions(self.active, 0), MOST_RAYS)]
        sides = [self._one_sided(side, 0) for side in axes]
        limits = [x for x in sides if x is not None]
        first, last = (sides[1], sides[0]) if len(self.active) == 1 else (None, None)
        agreed = bool(limits) and all(self.same(limits[0], x) for x in limits[1:])
        self.local.parted = len(self.active) > 1 and bool(limits) and not agreed
        known = all(x is not None or side.outside for side, x in zip(axes, sides, strict=True))
        return Partial(limits[0] if agreed and known else None, "outside", first, last)

    def _one_sided(self, side: Side, order: int) -> arb | None:
        """The derivative along a line: finite, infinite, or None."""
        if side.growth:
            return arb.pos_inf() if side.growth * (-1) ** order > 0 else arb.neg_inf()
        if side.expansion is None:
            return None
        key, wave = irregular(side.expansion, order), side.expansion.wave
        if key is None or (wave and key[0] >= wave.size):
            ends = wave is None or (wave.settles(order) if self.value is not None else wave.dies(order))
            if not ends or (key is None and side.expansion.bound <= order):
                return None
        if key is None:
            coefficient = side.expansion.coefficient(order)
            if not coefficient.is_finite():
                raise Undecided
            return coefficient * factorial(order)
        up = growth(key, order) * (1 if side.expansion.terms[key] > 0 else -1) > 0
        return arb.pos_inf() if up else arb.neg_inf()

    def _along(self, k: int, order: int) -> Partial:
        """A derivative in one variable, from its two sides."""
        ahead, behind = self.lines.side(((k, 1),)), self.lines.side(((k, -1),))
        right, left = self._one_sided(ahead, order), self._one_sided(behind, order)
        if left is not None and order % 2:
            left = -left
        if any(side.oscillates for side, found in ((ahead, right), (behind, left)) if found is None):
            trouble = self.partial((k,) * (order - 1)).trouble
            return Partial(None, trouble or "oscillates", left, right)
        if right is None and left is None:
            return Partial(None, "outside" if ahead.outside and behind.outside else "unknown")
        if right is None or left is None:
            return self._at_an_edge(k, order, ahead, behind, left, right)
        return self._two_sided((k,) * order, left, right, self._jumps(ahead, behind))

    def _two_sided(self, indices: Indices, left: arb, right: arb, jumps: bool) -> Partial:
        """Both sides are there: they must agree, and the lower derivatives and the value must exist."""
        lower = self.partial(indices[1:])
        trouble, cause = lower.trouble, lower.cause
        if trouble and cause is None and len(indices) > 1:
            cause = (len(indices) - 1, lower.left, lower.right)
        agree = self.same(left, right)
        if not trouble and jumps:
            before, after = (self._one_sided(self.lines.side(((indices[0], s),)), 0) for s in (-1, 1))
            trouble, cause = "jump", (0, before, after)
        if not trouble and not agree:
            trouble = "kink" if left.is_finite() or right.is_finite() else "infinite"
        if not trouble and not right.is_finite():
            trouble = "infinite"
        return Partial(right if agree else None, trouble, left, right, cause)

    def _at_an_edge(
        self, k: int, order: int, ahead: Side, behind: Side, left: arb | None, right: arb | None
    ) -> Partial:
        """A derivative where f exists on one side only."""
        missing, limit = (ahead, left) if right is None else (behind, right)
        if not missing.outside:
            return Partial(None, "unknown", left, right)
        self.edges.add(k)
        trouble = self.partial((k,) * (order - 1)).trouble
        if not trouble and self._jumps(ahead, behind):
            trouble = "jump"
        if not trouble and not (limit is not None and limit.is_finite()):
            trouble = "infinite"
        return Partial(limit, trouble, left, right)

    def _jumps(self, *sides: Side) -> bool:
        """Whether the value at the point is not the limit along the lines."""
        if self.value is None:
            return False
        limits = [x for side in sides if (x := self._one_sided(side, 0)) is not None]
        return not all(self.same(x, self.value) for x in limits)

    def _across(self, support: Sequence[int], indices: Indices) -> Partial:
        """A derivative in several variables, fitted to lines through their plane."""
        order = len(indices)
        trouble = next((p.trouble for lower in _divisors(indices) if (p := self.partial(lower)).trouble), "")
        if not self.interact(support):
            return Partial(arb(0), trouble)
        if self.value is not None and self.followed[0] >= order:
            return self._if_commuting(support, indices, self._coefficient(self.followed[1], indices), trouble)
        agreement = self._mixed(support, order)
        if agreement.parts_at is not None:
            return self._parted(support, indices, trouble or ("kink" if agreement.parts_at else "jump"))
        if not agreement.open:
            exponents = tuple(indices.count(k) for k in support)
            found = agreement.polynomial.get(exponents, arb(0)) * multiplicity(indices)
            return self._if_commuting(support, indices, found, trouble)
        powers = [k for k in combinations_with_replacement(support, order) if set(k) == set(support)]
        samples: dict[Direction, arb] = {}
        for direction in self.directions(support, 2 * len(powers) + 2):
            side = self.lines.mixed(direction)
            if side.expansion is None and not side.outside:
                return Partial(None, "unknown")
            if side.expansion is not None:
                if irregular(side.expansion, order) is not None:
                    return Partial(None, trouble or "infinite")
                if not side.expansion.settles(order):
                    return Partial(None, trouble or "unknown")
                apart = self._apart(side.expansion, len(support))
                if apart:
                    return Partial(None, trouble or apart)
                samples[direction] = side.expansion.coefficient(order)
        fitted = fit(powers, samples)
        if fitted is None:
            return Partial(None, trouble or "outside")
        if not all(self.same(predicted(powers, fitted, d), value) for d, value in samples.items()):
            return self._parted(support, indices, trouble or "kink")
        self.open = self.open or agreement.open
        return self._if_commuting(support, indices, fitted[powers.index(indices)] * multiplicity(indices), trouble)

    def _if_commuting(self, support: Sequence[int], indices: Indices, found: arb, trouble: str) -> Partial:
        """A mixed partial derivative, unless it exists in one order of its variables only."""
        if trouble or len(indices) != 2:
            return Partial(found, trouble)
        ways = self._iterated(support)
        commute = all(x is not None and self.same(x, found) for x in ways)
        return Partial(found) if commute else Partial(None, "kink", iterated=ways)

    def _parted(self, support: Sequence[int], indices: Indices, trouble: str) -> Partial:
        """A mixed derivative that f does not follow; one variable after the other it may exist all the same."""
        ways = self._iterated(support) if trouble == "kink" and len(indices) == 2 else (None, None)
        return Partial(None, trouble, iterated=ways)

    def _iterated(self, support: Sequence[int]) -> tuple[arb | None, arb | None]:
        first, second = support
        return (
            iterated(self, first, second, self._trouble_beside),
            iterated(self, second, first, self._trouble_beside),
        )

    def _trouble_beside(self, at: Sequence[arb], by: int) -> str:
        """What ails the first derivative by one variable elsewhere; empty if nothing does, or nothing is known."""
        with suppress(Undecided, Unsupported):
            return study(self.code, at, [(by,)], assume=self.assume).partials[by,].trouble
        return ""

    def _mixed(self, support: Sequence[int], order: int) -> Agreement:
        """What the pieces in the space of some variables say of the terms that need all of them."""
        cells = self.cells(support)
        if len(support) > 2:
            agreement = compare([cells], order, self.same, self.value)
            return agreement if agreement.parts_at is None else Agreement(None, {}, "the pieces part elsewhere")
        return compare_mixed(cells, order, self.same, lambda k, s: self._edge(support[k], s, order))

    def _edge(self, k: int, sign: int, order: int) -> dict[int, arb] | None:
        """The Taylor coefficients of f on one half of an axis, the value at the point included."""
        expansion = self.lines.side(((k, sign),)).expansion
        if expansion is None or irregular(expansion, order) is not None or not expansion.settles(order):
            return None
        line = {e: expansion.coefficient(e) * sign**e for e in range(order + 1)}
        return line if self.value is None else {**line, 0: self.value}

    def _apart(self, mixed: Puiseux, size: int) -> str:
        """What needs ``size`` variables starts at that degree in a Taylor polynomial; else the trouble."""
        start = mixed.coefficient(0) + (arb(0) if self.value is None else self.value * (-1) ** size)
        if self.value is not None and not self.same(start, arb(0)):
            return "jump"
        return "" if all(self.same(mixed.coefficient(k), arb(0)) for k in range(1, size)) else "kink"


def _divisors(indices: Indices) -> list[Indices]:
    """The derivatives from which one more differentiation leads to this one."""
    return [indices[:j] + indices[j + 1 :] for j in range(len(indices))]
