"""Mixed partial derivatives where f is not smooth: what its sides say of the terms that need several variables.

They are read off the one polynomial on which all pieces that meet at the point agree; where not every piece is known,
that polynomial is fitted to lines out of the point, and these must bear it out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

from flint import arb

from hesscli.exact.kinks.agreement import Agreement, compare_mixed, compare_pieces
from hesscli.exact.kinks.differentiability import Beside, iterated
from hesscli.exact.kinks.directional import Direction, irregular
from hesscli.exact.kinks.fitting import Monomial, fit, predicted
from hesscli.exact.kinks.local import Partial
from hesscli.exact.kinks.neighbourhood import Neighbourhood
from hesscli.exact.kinks.puiseux import Puiseux
from hesscli.request import multiplicity


@dataclass(frozen=True)
class Mixed:
    """The derivatives in several variables at one point.

    Attributes:
        place: the point; where not every side was compared it says so afterwards.
        lower: partial derivative of lower order -> what is known of it.
        beside: what ails a first derivative elsewhere.
    """

    place: Neighbourhood
    lower: Callable[[Monomial], Partial]
    beside: Beside

    def partial(self, indices: Monomial) -> Partial:
        """A derivative in several variables: of what the pieces agree on, else fitted to lines through their space."""
        support, order = sorted(set(indices)), len(indices)
        trouble = next((p.trouble for lower in _divisors(indices) if (p := self.lower(lower)).trouble), "")
        if not self.place.interact(support):
            return Partial(arb(0), trouble)
        if self.place.value is not None and self.place.followed[0] >= order:
            return self._if_commuting(support, indices, self.place.derivative(self.place.followed[1], indices), trouble)
        agreement = self._agreement(support, order)
        if agreement.parts_at is not None:
            return self._parted(support, indices, trouble or ("kink" if agreement.parts_at else "jump"))
        if not agreement.open:
            exponents = tuple(indices.count(k) for k in support)
            found = agreement.polynomial.get(exponents, arb(0)) * multiplicity(indices)
            return self._if_commuting(support, indices, found, trouble)
        powers = [k for k in combinations_with_replacement(support, order) if set(k) == set(support)]
        samples: dict[Direction, arb] = {}
        for direction in self.place.directions(support, 2 * len(powers) + 2):
            side = self.place.rays.mixed(direction)
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
        if not all(self.place.same(predicted(powers, fitted, d), value) for d, value in samples.items()):
            return self._parted(support, indices, trouble or "kink")
        self.place.open = self.place.open or agreement.open
        return self._if_commuting(support, indices, fitted[powers.index(indices)] * multiplicity(indices), trouble)

    def _if_commuting(self, support: Sequence[int], indices: Monomial, found: arb, trouble: str) -> Partial:
        """A mixed partial derivative, unless it exists in one order of its variables only."""
        if trouble or len(indices) != 2:
            return Partial(found, trouble)
        ways = self._iterated(support)
        commute = all(x is not None and self.place.same(x, found) for x in ways)
        return Partial(found) if commute else Partial(None, "kink", iterated=ways)

    def _parted(self, support: Sequence[int], indices: Monomial, trouble: str) -> Partial:
        """A mixed derivative that f does not follow; one variable after the other it may exist all the same."""
        ways = self._iterated(support) if trouble == "kink" and len(indices) == 2 else (None, None)
        return Partial(None, trouble, iterated=ways)

    def _iterated(self, support: Sequence[int]) -> tuple[arb | None, arb | None]:
        first, second = support
        return (
            iterated(self.place, first, second, self.beside),
            iterated(self.place, second, first, self.beside),
        )

    def _agreement(self, support: Sequence[int], order: int) -> Agreement:
        """What the pieces in the space of some variables say of the terms that need all of them."""
        cells = self.place.cells(support)
        if len(support) > 2:
            agreement = compare_pieces([cells], order, self.place.same, self.place.value)
            return agreement if agreement.parts_at is None else Agreement(None, {}, "the pieces part elsewhere")
        return compare_mixed(cells, order, self.place.same, lambda k, s: self._edge(support[k], s, order))

    def _edge(self, k: int, sign: int, order: int) -> dict[int, arb] | None:
        """The Taylor coefficients of f on one half of an axis, the value at the point included."""
        expansion = self.place.rays.side(((k, sign),)).expansion
        if expansion is None or irregular(expansion, order) is not None or not expansion.settles(order):
            return None
        line = {e: expansion.coefficient(e) * sign**e for e in range(order + 1)}
        return line if self.place.value is None else {**line, 0: self.place.value}

    def _apart(self, mixed: Puiseux, size: int) -> str:
        """What needs ``size`` variables starts at that degree in a Taylor polynomial; else the trouble."""
        start = mixed.coefficient(0) + (arb(0) if self.place.value is None else self.place.value * (-1) ** size)
        if self.place.value is not None and not self.place.same(start, arb(0)):
            return "jump"
        return "" if all(self.place.same(mixed.coefficient(k), arb(0)) for k in range(1, size)) else "kink"


def _divisors(indices: Monomial) -> list[Monomial]:
    """The derivatives from which one more differentiation leads to this one."""
    return [indices[:j] + indices[j + 1 :] for j in range(len(indices))]
