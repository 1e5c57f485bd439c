"""A proven bound of what a Taylor polynomial of order N leaves out, over a box about its point.

With c_k the Taylor coefficients of order |k| = N + 1 at other points than a, and h = x - a,

    f(x) - P(x) = sum over |k| = N + 1 of h**k * integral over 0 < t < 1 of (N + 1) (1 - t)**N c_k(a + t h) dt,

so that for |h_j| <= R it is at most R**(N + 1) times the mean of S(t), the largest sum of |c_k| where all |x_j - a_j|
<= t R. The coefficients are enclosed over parts of the box by balls as wide as these; parts are halved where the
bound is largest, and t goes in steps.

There is no arithmetic of Taylor models here: the coefficients come from the interpreters, run over boxes.

Source: R. E. Moore, R. B. Kearfott, M. J. Cloud, "Introduction to Interval Analysis", SIAM 2009, chapters 6 and 9.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import ROUND_CEILING, Context, Decimal
from heapq import heappop, heappush
from math import inf
from time import monotonic
from typing import NamedTuple

from flint import arb

from hesscli.exact.decimals import ball, precision
from hesscli.exact.events import TROUBLES

BITS = 128
STEPS = 32
"""Of t."""

SMALLEST = 2.0**-24
"""Half a width, in units of R, that is not halved: centres stay exact doubles, and what is open there stays open."""

PIECES, SECONDS = 256, 2.0
"""So many parts at most, and no further one after so long."""

HighestTerms = Callable[[Sequence[arb]], Sequence[arb]]
"""A box, n balls -> the Taylor coefficients of order N + 1, everywhere in it."""


class Subbox(NamedTuple):
    """A part of the box, in units of R about the point: every number is a multiple of a power of two, exactly.

    Attributes:
        weight: minus what it may contribute; minus infinity where nothing is known.
        centre: n coordinates.
        half: half its widths.
        size: the sum of the coefficients' sizes, at most; None where f may not be smooth.
    """

    weight: float
    centre: tuple[float, ...]
    half: tuple[float, ...]
    size: arb | None

    @property
    def nearest(self) -> float:
        """The least t at which the box about the point reaches it."""
        return max(0.0, *(abs(u) - w for u, w in zip(self.centre, self.half, strict=True)))


def bounded(highest: HighestTerms, point: Sequence[float], order: int, radius: float, deadline: float) -> str | None:
    """The bound as a decimal, rounded up to three digits; None where none was found.

    Args:
        highest: the coefficients of order N + 1 over a box.
        point: a, n coordinates.
        order: N.
        radius: R.
        deadline: when no further part is begun, on the monotonic clock.
    """
    deadline = min(deadline, monotonic() + SECONDS)
    with precision(BITS, order + 1):
        at, reach = [ball(x) for x in point], ball(radius)

        def part(centre: tuple[float, ...], half: tuple[float, ...]) -> Subbox:
            wide = [a + reach * u + arb(0, (reach * w).abs_upper()) for a, u, w in zip(at, centre, half, strict=True)]
            found = Subbox(0.0, centre, half, _size(highest, wide))
            size = inf if found.size is None else float(found.size)
            return found._replace(weight=-size * (1 - found.nearest) ** (order + 1) if size else 0.0)

        n = len(point)
        parts = [part((0.0,) * n, (1.0,) * n)]
        while len(parts) < PIECES and monotonic() < deadline and parts[0].weight and max(parts[0].half) > SMALLEST:
            worst = heappop(parts)
            k = max(range(n), key=worst.half.__getitem__)
            half = tuple(w / 2 if j == k else w for j, w in enumerate(worst.half))
            for sign in (-half[k], half[k]):
                heappush(parts, part(tuple(u + sign if j == k else u for j, u in enumerate(worst.centre)), half))
        mean = _mean(parts, order)
        return None if mean is None else _upwards(mean * reach ** (order + 1))


def _size(highest: HighestTerms, box: Sequence[arb]) -> arb | None:
    try:
        total = sum((c.abs_upper() for c in highest(box)), arb(0))
    except TROUBLES:
        return None
    return total.abs_upper() if total.is_finite() else None


def _mean(parts: Sequence[Subbox], order: int) -> arb | None:
    """The integral of (N + 1) (1 - t)**N S(t), at most; None where a part is not known."""
    total, largest = arb(0), arb(0)
    waiting = sorted(parts, key=lambda one: one.nearest)
    for step in range(STEPS):
        while waiting and waiting[0].nearest <= (step + 1) / STEPS:
            size = waiting.pop(0).size
            if size is None:
                return None
            largest = largest.max(size)
        weight = (arb(STEPS - step) / STEPS) ** (order + 1) - (arb(STEPS - step - 1) / STEPS) ** (order + 1)
        total += weight * largest
    return total


def _upwards(bound: arb) -> str:
    """Three digits, rounded up."""
    mantissa, exponent = bound.abs_upper().mid().man_exp()
    above, below = int(mantissa) << max(int(exponent), 0), 1 << max(-int(exponent), 0)
    up = Context(prec=3, rounding=ROUND_CEILING, Emax=10**9, Emin=-(10**9))
    return str(up.divide(Decimal(above), Decimal(below)).normalize(up)).lower().replace("e+", "e")
