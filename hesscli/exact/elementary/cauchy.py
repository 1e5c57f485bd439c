"""Taylor coefficients in parameters, proven: Cauchy's integral by the trapezoidal rule on small circles.

On the circle of radius r about p, N equidistant nodes give c_k plus the aliases c_(k+N) r**N + ... . If
|f| <= M on the disc of radius R about p (the largest modulus lies on its border, which is covered by balls), the
aliases of c_k are below M R**-k q**N/(1 - q**N), q = r/R. With r tiny few nodes do, at more bits of precision.

Source: J. Lyness and G. Sande, "Algorithm 413", Communications of the ACM 14(10), 1971; A. Bornemann,
"Accuracy and stability of computing high-order derivatives", Found. Comput. Math. 11, 2011. The bound is
that of F. Johansson, "Numerical integration in arbitrary-precision ball arithmetic", ICMS 2018, in spirit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from flint import acb, arb, ctx

from hesscli.exact.elementary.base import NAN, working

Evaluate = Callable[[list[acb], acb, int], list[acb]]
"""(parameters, x, length) -> that many Taylor coefficients in x, real for real parameters, analytic in them."""
Bound = Callable[[list[acb], acb, int], list[arb]]
"""(parameters, x, length) -> upper bounds of the moduli of those coefficients over the balls."""
MultiIndex = tuple[int, ...]

COVER_PREC = 64
COVER_BUDGET = 400
SHRINKINGS = 10
SPREAD = (1.0, 0.5, 0.25, 0.125)
"""Circles of different sizes: sums and differences of parameters then never meet a removable pole."""


@dataclass(frozen=True, slots=True)
class Discs:
    """What is known about the function near the point.

    Attributes:
        radii: of each parameter that varies or is not exact, the varying ones first, the radius of its disc about the
            middle of its ball.
        rads: radius of each one's ball.
        bounds: for each k, an upper bound on all discs of the modulus of the k-th coefficient in x.
    """

    radii: list[arb]
    rads: list[arb]
    bounds: list[arb]

    def estimate(self, index: MultiIndex, k: int, inner: bool = False) -> arb:
        """Cauchy's bound M R**-index of a coefficient; inner: at every point of the balls, not the middle only."""
        value = self.bounds[k]
        for exponent, radius, rad in zip(index, self.radii, self.rads, strict=True):
            value = value / (radius - rad if inner else radius) ** exponent
        return value


def expand(
    evaluate: Evaluate,
    params: Sequence[arb],
    x: arb,
    varying: Sequence[int],
    reach: Sequence[arb | None],
    order: int,
    along: bool,
    bound: Bound | None = None,
) -> dict[tuple[MultiIndex, int], arb]:
    """All coefficients up to a total order in the varying parameters and (if along) in x.

    Args:
        evaluate: the function's coefficients in x for complex parameters.
        params: the parameters, balls.
        x: the argument, a ball.
        varying: positions of the parameters that vary.
        reach: a distance within which the function is analytic in each parameter, None for everywhere.
        order: the largest total degree.
        along: whether x varies too.
        bound: bounds sharper or cheaper than the function's own evaluation over wide balls.

    Returns:
        (exponents of the varying parameters, exponent of x) -> coefficient.
    """
    length = order + 1 if along else 1
    inexact = [j for j, p in enumerate(params) if j not in varying and not p.is_exact()]
    limits = bound or (lambda at, z, count: [c.abs_upper() for c in evaluate(at, z, count)])
    discs = discs_of(limits, params, x, (*varying, *inexact), reach, length if x.is_exact() else length + 1)
    if discs is None:
        return dict.fromkeys(indices(len(varying), order, length), NAN)
    nodes = order + 2 + order % 2
    guard = 40 + 10 * order + excess(evaluate, params, x, discs)
    step = (ctx.prec + guard) // nodes + 1
    with working(ctx.prec + guard + order * (step + 4), length):
        shrunk = [radius.mid() * arb(2) ** -step for radius in discs.radii[: len(varying)]]
        turns = [acb(arb(2 * m) / nodes).exp_pi_i() for m in range(nodes)]
        circles = {j: Circle.about(params[j].mid(), r, turns) for j, r in zip(varying, shrunk, strict=True)}
        found = sampled(evaluate, [acb(p.mid()) for p in params], acb(x.mid()), circles, turns, order, length)
        aliases = (1 - arb(2) ** (-step * nodes)) ** -len(varying) - 1
        slips = [2 * circle.slip / big for circle, big in zip(circles.values(), discs.radii, strict=False)]
        slip = sum(slips, arb(0))
        return {
            (index, k): found[index][k].real
            + error(discs, (*index, *[0] * len(inexact)), k, aliases, x.rad())
            + within(discs.bounds[k] * slip / prod((r**i for r, i in zip(shrunk, index, strict=True)), start=arb(1)))
            for index, k in indices(len(varying), order, length)
        }


@dataclass(frozen=True, slots=True)
class Circle:
    """The nodes about one parameter.

    Attributes:
        radius: of the circle, exact.
        nodes: exact numbers next to the true nodes, where the function is evaluated: it may magnify a node's radius.
        slip: how far they lie from the true ones at most; the function's slope is below 2 M/R there, by Cauchy.
    """

    radius: arb
    nodes: list[acb]
    slip: arb

    @classmethod
    def about(cls, centre: arb, radius: arb, turns: Sequence[acb]) -> Circle:
        """Equidistant nodes."""
        found = [acb(centre) + turn * radius for turn in turns]
        slips = [(z - z.mid()).abs_upper() for z in found]
        return cls(radius, [z.mid() for z in found], max(slips))


def within(size: arb) -> arb:
    """All numbers up to this modulus."""
    size = size.abs_upper()
    return (-size).union(size)


def error(discs: Discs, index: MultiIndex, k: int, aliases: arb, rad: arb) -> arb:
    """A ball about 0 with what the nodes cannot see and what the balls' own radii add (mean value theorem)."""
    size = discs.estimate(index, k) * aliases
    for j, own in enumerate(discs.rads):
        if not own.is_zero():
            higher = (*index[:j], index[j] + 1, *index[j + 1 :])
            size = size + own * (index[j] + 1) * discs.estimate(higher, k, inner=True)
    if not rad.is_zero():
        size = size + rad * (k + 1) * discs.estimate(index, k + 1, inner=True)
    return within(size)


def indices(count: int, order: int, length: int) -> Iterator[tuple[MultiIndex, int]]:
    """All exponents of total degree at most the order."""
    for index in product(range(order + 1), repeat=count):
        for k in range(min(length, order + 1 - sum(index))):
            yield index, k


def sampled(
    evaluate: Evaluate,
    point: list[acb],
    x: acb,
    circles: Mapping[int, Circle],
    turns: Sequence[acb],
    order: int,
    length: int,
    mirror: bool = True,
) -> dict[MultiIndex, list[acb]]:
    """The trapezoidal sums, one parameter after the other; conjugate nodes of the first have conjugate values."""
    if not circles:
        return {(): evaluate(point, x, length)}
    (j, circle), *rest = circles.items()
    count = len(turns)
    parts: list[dict[MultiIndex, list[acb]]] = []
    for m, node in enumerate(circle.nodes):
        if mirror and m > count // 2:
            parts.append({index: [c.conjugate() for c in row] for index, row in parts[count - m].items()})
            continue
        moved = [*point[:j], node, *point[j + 1 :]]
        parts.append(sampled(evaluate, moved, x, dict(rest), turns, order, length, mirror=False))
    found: dict[MultiIndex, list[acb]] = {}
    for i in range(order + 1):
        unit = 1 / (circle.radius**i * count)
        for index in parts[0]:
            if i + sum(index) <= order:
                terms = [[c * turns[-i * m % count] for c in part[index]] for m, part in enumerate(parts)]
                found[(i, *index)] = [sum(column[1:], column[0]) * unit for column in zip(*terms, strict=True)]
    return found


def excess(evaluate: Evaluate, params: Sequence[arb], x: arb, discs: Discs) -> int:
    """How many bits the bound lies above the value at the centre, to be paid for by nodes closer in."""
    with working(COVER_PREC, 1):
        value = evaluate([acb(p.mid()) for p in params], acb(x.mid()), 1)[0].abs_lower()
        if not value > 0:
            return 0
        mantissa, exponent = (discs.bounds[0] / value).mid().man_exp()
        return int(min(4 * ctx.prec + 2000, max(0, int(mantissa).bit_length() + int(exponent))))


def discs_of(
    bound: Bound,
    params: Sequence[arb],
    x: arb,
    moving: tuple[int, ...],
    reach: Sequence[arb | None],
    length: int,
) -> Discs | None:
    """Discs on which the function is bounded, tried from large to small."""
    rads = [params[j].rad() for j in moving]
    first = [first_radius(reach[j]) * SPREAD[place % len(SPREAD)] for place, j in enumerate(moving)]
    with working(COVER_PREC, length):
        centre = bound([acb(p.mid()) for p in params], acb(x), length)
        for shrink in range(SHRINKINGS if all(size.is_finite() for size in centre) else 2):
            radii = [radius / 4**shrink for radius in first]
            if not all(radius > 2 * rad for radius, rad in zip(radii, rads, strict=True)):
                return None
            bounds = cover(bound, [acb(p) for p in params], acb(x), dict(zip(moving, radii, strict=True)), length)
            if bounds is not None:
                return Discs(radii, rads, bounds)
    return None


def first_radius(reach: arb | None) -> arb:
    """The first radius to try: a quarter, or half of what is allowed, rounded to a few bits."""
    if reach is None:
        return arb(0.25)
    allowed = reach.lower() / 2
    if not allowed > 0:
        return arb(0)
    return arb(min(0.25, float(allowed) * 0.99))


Patch = tuple[float, float]
"""An arc of the circle in turns, or (0, 0): the whole disc."""
DISC: Patch = (0.0, 0.0)


def cover(bound: Bound, point: list[acb], x: acb, radii: Mapping[int, arb], length: int) -> list[arb] | None:
    """Upper bounds of the moduli: the discs at once, else their borders in ever smaller arcs."""
    waiting: list[dict[int, Patch]] = [dict.fromkeys(radii, DISC)]
    bounds = [arb(0)] * length
    for _ in range(COVER_BUDGET):
        if not waiting:
            return bounds
        patches = waiting.pop()
        moved = list(point)
        for j, patch in patches.items():
            moved[j] = point[j].mid() + spot(patch, radii[j])
        sizes = bound(moved, x, length)
        if all(size.is_finite() for size in sizes):
            bounds = [old.max(new) for old, new in zip(bounds, sizes, strict=True)]
        elif not radii:
            return None
        else:
            waiting.extend(subdivided(patches))
    return None


def spot(patch: Patch, radius: arb) -> acb:
    """The ball of a disc or an arc about 0."""
    if patch == DISC:
        edge = (-radius).union(radius)
        return acb(edge, edge)
    low, high = patch
    return acb(arb(low + high, high - low)).exp_pi_i() * radius


def subdivided(patches: Mapping[int, Patch]) -> Iterator[dict[int, Patch]]:
    """Disc to border (of the first parameter the upper half will do: the rest is conjugate); longest arc to halves."""
    first = next(iter(patches))
    whole = [j for j, patch in patches.items() if patch == DISC]
    if whole:
        j = whole[0]
        pieces = 4 if j == first else 8
        arcs = [(m / 8, (m + 1) / 8) for m in range(pieces)]
    else:
        j = max(patches, key=lambda at: patches[at][1] - patches[at][0])
        low, high = patches[j]
        middle = (low + high) / 2
        arcs = [(low, middle), (middle, high)]
    for arc in arcs:
        yield {**patches, j: arc}
