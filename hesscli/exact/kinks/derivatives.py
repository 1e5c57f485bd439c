"""What happens at a point where the expression is not smooth as typed: a kink, a jump, an edge, 0/0.

The function is followed along straight lines into every sector around the point. A partial derivative
exists where the lines of the coordinate plane it belongs to agree on one Taylor polynomial up to its
order, the value at the point included: x*Abs(x) has a first derivative at 0 and no second, Abs(x)**3 has
two, relu(x) - relu(-x) has all.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from itertools import islice
from math import factorial

from flint import arb

from hesscli.exact.elementary import Undefined, Unsupported
from hesscli.exact.events import Singular, Undecided
from hesscli.exact.interpreters.codelist import CodeList
from hesscli.exact.interpreters.jets import JetInterpreter
from hesscli.exact.jets import Jet
from hesscli.exact.kinks.differentiability import fails_at
from hesscli.exact.kinks.directional import Side, growth, irregular
from hesscli.exact.kinks.fitting import Monomial
from hesscli.exact.kinks.limits import limits
from hesscli.exact.kinks.local import Local, Partial
from hesscli.exact.kinks.mixed import Mixed
from hesscli.exact.kinks.neighbourhood import Neighbourhood
from hesscli.exact.terms import Term

MOST_RAYS = 16


def analyse(code: CodeList, at: Sequence[arb], wanted: Sequence[Monomial], *, assume: bool) -> Local:
    """All wanted partial derivatives of a scalar code list at a point where it is not smooth.

    Args:
        code: of one component.
        at: the point's coordinates.
        wanted: the derivatives.
        assume: take balls about zero for zero.

    Raises:
        Undecided: more precision may tell.
    """
    return LocalAnalysis(code, at, wanted, assume=assume).run()


class LocalAnalysis(Neighbourhood):
    """One point under study, and the partial derivatives found so far."""

    def __init__(self, code: CodeList, at: Sequence[arb], wanted: Sequence[Monomial], *, assume: bool) -> None:
        active = sorted({k for indices in wanted for k in indices})
        super().__init__(code, at, active, max(len(k) for k in wanted), assume=assume)
        self.wanted = sorted(wanted, key=lambda k: (len(k), k))
        self.local = Local()
        self.found: dict[Monomial, Partial] = {}
        self.edges: set[int] = set()
        self.mixed = Mixed(self, self.partial, self._trouble_beside)

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
        local.proven = self.proven and not self.rays.assumed and not self.open
        return local

    def _limit(self, indices: Monomial) -> arb | None:
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
        interpreter = JetInterpreter(self.code, list(self.at), 0, assume=self.assume, exact=True)
        try:
            (value,) = interpreter.outputs()
        except Undefined as error:
            self.local.undefined = str(error)
        except Singular:
            self.local.undefined = f"{self.code.expression.nodes[interpreter.at].op} is not finite"
        else:
            assert isinstance(value, arb)  # nothing varies
            if not value.is_finite():  # a power too large for its ball
                raise Undecided
            self.proven &= not interpreter.assumed
            return value
        self.local.singular = (interpreter.at,)
        return None

    def _restrict(self) -> tuple[Term[Jet], frozenset[int]]:
        """The jet in those variables that no singular node depends on."""
        free, singular = set(self.active), list(self.local.singular)
        while free and self.value is not None:
            inputs: list[Term[Jet]] = list(self.at)
            for place, k in enumerate(self.active):
                if k in free:
                    inputs[k] = Jet.variable(place, self.at[k], self.order)
            interpreter = JetInterpreter(self.code, inputs, self.order, assume=self.assume, exact=True)
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

    def partial(self, indices: Monomial) -> Partial:
        """One partial derivative; the lower ones it is made of must exist as well."""
        if indices not in self.found:
            self.found[indices] = self._partial(indices)
        return self.found[indices]

    def _partial(self, indices: Monomial) -> Partial:
        if not indices:
            return self._at_the_point()
        if all(k in self.smooth for k in indices):
            return Partial(self.derivative(self.regular, indices))
        if any(k not in self.depends[self.code.expression.outputs[0]] for k in indices):
            return Partial(arb(0))
        support = sorted(set(indices))
        return self._along(support[0], len(indices)) if len(support) == 1 else self.mixed.partial(indices)

    def _at_the_point(self) -> Partial:
        """The value, or where there is none its limit over all axes."""
        if self.value is not None:
            return Partial(self.value)
        axes = [self.rays.side(((k, s),)) for k in self.active for s in (1, -1)]
        if all(side.outside for side in axes) and len(self.active) > 1:
            axes = [self.rays.side(direction) for direction in islice(self.directions(self.active, 0), MOST_RAYS)]
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
        ahead, behind = self.rays.side(((k, 1),)), self.rays.side(((k, -1),))
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

    def _two_sided(self, indices: Monomial, left: arb, right: arb, jumps: bool) -> Partial:
        """Both sides are there: they must agree, and the lower derivatives and the value must exist."""
        lower = self.partial(indices[1:])
        trouble, cause = lower.trouble, lower.cause
        if trouble and cause is None and len(indices) > 1:
            cause = (len(indices) - 1, lower.left, lower.right)
        agree = self.same(left, right)
        if not trouble and jumps:
            before, after = (self._one_sided(self.rays.side(((indices[0], s),)), 0) for s in (-1, 1))
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

    def _trouble_beside(self, at: Sequence[arb], by: int) -> str:
        """What ails the first derivative by one variable elsewhere; empty if nothing does, or nothing is known."""
        with suppress(Undecided, Unsupported):
            return analyse(self.code, at, [(by,)], assume=self.assume).partials[by,].trouble
        return ""
