"""Whether f follows its partial derivatives in all directions, along straight lines and along curves.

Partial derivatives may exist where f is not differentiable: Min(|x|, |y|) has both, and x**3*y/(x**4 + y**2)
goes to its limit along every straight line, but not on the parabola y = x**2.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations, combinations_with_replacement, islice, product
from math import prod

from flint import arb, fmpq

from hesscli.exact.kinks.agreement import compare_pieces
from hesscli.exact.kinks.directional import Curve, irregular
from hesscli.exact.kinks.fitting import Monomial, predicted
from hesscli.exact.kinks.neighbourhood import Neighbourhood
from hesscli.exact.kinks.puiseux import Puiseux
from hesscli.exact.rational import Rational
from hesscli.request import multiplicity

Limit = Callable[[Monomial], "arb | None"]
"""Partial derivative -> its limit along the lines, None without one."""
Beside = Callable[[Sequence[arb], int], str]
"""(point, variable) -> what ails the first derivative there, the empty string where nothing does."""

MOST_WEIGHTS, MOST_PLANES = 20_000, 3
BESIDE = fmpq(1, 10**30 + 57)
"""So far beside the point: nearer than any other switch that is typed; a prime denominator, which none will hit."""

BROKEN = frozenset({"kink", "jump", "infinite", "oscillates"})

STEEP = (6, 11)
"""On t**6, t and t**11, t the first variable goes to its limit long before the second."""


def fails_at(place: Neighbourhood, limit: Limit) -> int | None:
    """The order at which f stops following its partial derivatives, or its limit; None where it follows them all.

    Args:
        place: the point; where not every side was compared it says so afterwards.
        limit: the partial derivatives.
    """
    if len(place.active) < 2:
        return None
    if place.value is None and limit(()) is None:
        return 0
    if place.value is not None and place.followed[0] >= place.order:
        return None
    agreement = compare_pieces(place.summands(place.active), place.order, place.same, place.value)
    if agreement.parts_at is not None and place.value is not None:
        return agreement.parts_at
    if not agreement.open:
        return agreement.parts_at
    order = _fails_on_lines(place, limit)
    if order == 0 or (order is not None and place.value is not None):
        return order
    bent = _fails_on_curves(place, limit)
    if bent is None and order is None:
        place.open = agreement.open
    return order if bent is None else bent


def _fails_on_lines(place: Neighbourhood, limit: Limit) -> int | None:
    """Degree by degree, along lines into the whole space."""
    for order in range(place.order + 1):
        if len(place.active) ** order > MOST_WEIGHTS:
            return None
        powers = list(combinations_with_replacement(place.active, order))
        weights = _weights(powers, [limit(k) for k in powers])
        if weights is None:
            continue
        for direction in place.directions(place.active, 4):
            side = place.rays.side(direction)
            expansion = side.expansion
            if side.growth or (
                side.oscillates and expansion and expansion.bound > order and not expansion.settles(order)
            ):
                return order
            if expansion is None or not expansion.settles(order):
                continue
            follows = place.same(predicted(powers, weights, direction), expansion.coefficient(order))
            if irregular(expansion, order) or not follows:
                return order
    return None


def _weights(powers: Sequence[Monomial], derivatives: Sequence[arb | None]) -> list[arb] | None:
    """Taylor coefficients from derivatives, None unless all are finite."""
    found = [d / multiplicity(k) for k, d in zip(powers, derivatives, strict=True) if d is not None and d.is_finite()]
    return found if len(found) == len(powers) else None


def _fails_on_curves(place: Neighbourhood, limit: Limit) -> int | None:
    """The Taylor polynomial against f on parabolas and cusps, in the planes of variables that interact."""
    top = place.order if place.value is not None else 0
    for pair in islice(filter(place.interact, combinations(place.active, 2)), MOST_PLANES):
        powers = [k for degree in range(top + 1) for k in combinations_with_replacement(pair, degree)]
        weights = _weights(powers, [limit(k) for k in powers])
        if weights is None:
            continue
        for curve in place.rays.curves(*pair):
            expansion = place.rays.curve(curve, top * min(power for _, _, power in curve))
            order = (
                None
                if expansion is None
                else _leaves(place, expansion, curve, dict(zip(powers, weights, strict=True)), top)
            )
            if order is not None:
                return order
    return None


def iterated(place: Neighbourhood, inner: int, outer: int, beside: Beside) -> arb | None:
    """The derivative by one variable of the derivative by another one at the point, None where it is not found.

    It is the limit of (f(a, b) - f(a, 0) - f(0, b) + f(0, 0))/(a b) for a, of the inner variable, long before b:
    x**2*sqrt(y) has a limit in the one order only. And the inner derivative must exist beside the point: that of
    x**2*Abs(y) in y does so at the origin only.
    """
    if place.value is None or not _slope_beside(place, outer, inner, beside):
        return None
    found: arb | None = None
    for steep, a, b in product(STEEP, (1, -1), (1, -1)):
        ways: list[Curve] = [((inner, a, steep), (outer, b, 1)), ((inner, a, steep),), ((outer, b, 1),)]
        whole, *parts = (place.rays.curve(way, steep + 1) for way in ways)
        if whole is None or any(part is None for part in parts):
            continue
        expansion = whole + place.value
        for part in parts:
            expansion = expansion - part
        if irregular(expansion, steep + 1) or not all(
            place.same(expansion.coefficient(e), arb(0)) for e in range(steep + 1)
        ):
            return None
        slope = expansion.coefficient(steep + 1) * (a * b)
        if found is not None and not place.same(found, slope):
            return None
        found = slope
    return found


def _slope_beside(place: Neighbourhood, moved: int, by: int, beside: Beside) -> bool:
    """Whether the first derivative by one variable exists where another one has moved a little, to either side."""
    points = ([x + Rational(step) if k == moved else x for k, x in enumerate(place.at)] for step in (BESIDE, -BESIDE))
    return not any(beside(point, by) in BROKEN for point in points)


def _leaves(
    place: Neighbourhood, expansion: Puiseux, curve: Curve, weights: dict[Monomial, arb], top: int
) -> int | None:
    """The order at which f on a curve parts from its polynomial."""
    steps = {k: (Rational(fmpq(a.numerator, a.denominator)), power) for k, a, power in curve}
    polynomial: dict[int, arb] = {}
    for indices, weight in weights.items():
        degree = sum(steps[k][1] for k in indices)
        term = prod((steps[k][0] for k in indices), start=arb(1)) * weight
        polynomial[degree] = polynomial.get(degree, arb(0)) + term
    unit = min(power for _, power in steps.values())
    for e in range(top * unit + 1):
        if irregular(expansion, e) or not place.same(expansion.coefficient(e), polynomial.get(e, arb(0))):
            return -(-e // unit)
    return None
