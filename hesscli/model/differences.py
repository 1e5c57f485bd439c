"""The second witness: central differences of what is one derivative lower.

D(h) = (g(x + h u) - g(x - h u))/(2h) has the error h^2 |g'''|/6 of truncation and about eps |g|/h of rounding. No
step is right for both everywhere, so several are taken, each a tenth of the one before, and the two neighbours that
differ least are believed; ten times their difference bounds the error. At a kink no two agree, or, where it is
symmetrical, the slopes of both sides, (g(x + h u) - g(x))/h and (g(x) - g(x - h u))/h, do not come together as h falls:
nothing is claimed.

Confirmed is what the differences' own error leaves ROUGH of, relative to that one number. Where a derivative is 0, or
nearly, differences have no digits of it, and something else must say what is little: the change of the derivative that
a relative change of x would make, |x| |g''(x)|, where rounding does not hide that too; or the whole array, where
nothing in the function is known to hide derivatives. What does not change in any bit over a wide step is constant.

Source: W. H. Press et al., "Numerical Recipes", 3rd ed., section 5.7; R. S. Stepleman, N. D. Winarsky, "Adaptive
Numerical Differentiation", Mathematics of Computation 33, 1979.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.accuracy import BACKWARD

Array = NDArray[Any]

STEPS = (1e-4, 1e-5, 1e-6, 1e-7)
"""Relative to the length of the weights, no less than 1."""

SEED = 20_240_229
"""Of the directions: the same every time."""

DIRECTIONS = 2
SAFETY = 10.0
ROUGH = 1e-3
"""Differences whose own error is larger than this beside their size show nothing."""

FALLING = 0.5
"""The slopes of both sides of a smooth function are a tenth as far apart at a tenth of the step."""

NORMWISE = 1e-8
"""Beside the whole array, so little is nothing where no operation hides derivatives."""

WIDE = 1e-2
"""Relative steps over which what is constant does not change."""

CONSTANT = 1e-10
"""Beside the whole array, so little may hide in the rounding of what does not change over them."""

NEARBY = 1e-3
"""Relative length of the way to where a gradient is looked at once more."""

SHARP = 1e-4
"""Beside the change of the whole gradient on that way, differences with a larger error do not see enough."""

SINGLY = 64
"""Numbers of a vector up to which each has a difference of its own."""

CLOSE = (1e-7, 6.18e-8, 2.3e-8)
"""Relative steps over which a smooth function has no third differences, and one of float32 has its rounding; several,
for one of them may meet float32's own steps."""

ROUNDING = 16 * float(np.finfo(np.float64).eps)
"""Of what is differentiated; the step divides it."""


class Outcome(str, Enum):
    """What differences say of a number, from best to worst."""

    CONFIRMED = "confirmed"
    ROUGH = "rough"
    REFUTED = "refuted"


@dataclass(frozen=True, slots=True)
class DifferenceCheck:
    """One part of a vector that was held against differences.

    Attributes:
        part: its name.
        outcome: what they say.
        error: |claimed - difference| over |difference|, in the 2-norm.
        bound: of the difference's own error, relative as well.
        step: h of the difference.
    """

    part: str
    outcome: Outcome
    error: float
    bound: float
    step: float


def directions(n: int, count: int = DIRECTIONS) -> Array:
    """Random unit vectors, shape (count, n)."""
    drawn = np.random.default_rng(SEED).standard_normal((count, n))
    unit: Array = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    return unit


def probes(n: int, tensors: Sequence[slice]) -> Array:
    """Directions that see each number by itself where they are few, else each tensor beside all; shape (k, n)."""
    if n <= SINGLY:
        return np.eye(n)
    drawn = directions(n)
    apart = np.zeros((min(len(tensors), SINGLY), n))
    for row, part in zip(apart, tensors, strict=False):
        row[part] = drawn[0, part] / np.linalg.norm(drawn[0, part])
    return np.concatenate([drawn, apart]) if len(tensors) > 1 else drawn


def check_by_differences(
    lower: Callable[[Array], Array],
    theta: Array,
    direction: Array,
    claimed: Array,
    parts: Sequence[tuple[str, slice]],
    rtol: float,
    unit: float = 0.0,
    whole: float = 0.0,
    opaque: bool = False,
) -> Iterator[DifferenceCheck]:
    """Hold a directional derivative against differences, part by part.

    Args:
        lower: x -> the array that is differentiated, in doubles.
        theta: x, shape (n,).
        direction: u, of length 1, shape (n,).
        claimed: the derivative of ``lower`` along u, of its shape.
        parts: names and places of what is judged apart.
        rtol: largest relative error that is agreement.
        unit: roundoff u of the arithmetic that made the claim: a part that is off by less than 16 u of the whole is not
            refuted, for it may be 0 up to rounding.
        whole: norm of the array of which the claim is a product with u.
        opaque: whether something may hide derivatives from the tape: then what is small beside the whole is judged by
            itself.

    Yields:
        One a part.
    """
    scale = max(1.0, float(np.linalg.norm(theta)))
    here = np.atleast_1d(lower(theta))
    steps = [scale * step for step in STEPS]
    pairs = [(np.atleast_1d(lower(theta + h * direction)), np.atleast_1d(lower(theta - h * direction))) for h in steps]
    found = [(ahead - behind) / (2 * h) for h, (ahead, behind) in zip(steps, pairs, strict=True)]
    given = np.atleast_1d(claimed)
    whole = max(_norm(found[-1]), _norm(given), whole)
    kinked = _kinked(here, pairs, steps, slice(None), _norm(given), rtol)
    wavering: Array | None = None
    wide: Array | None = None
    for name, place in parts:
        gaps = [_norm(b[place] - a[place]) for a, b in pairwise(found)]
        if not np.isfinite(gaps).any():
            yield DifferenceCheck(name, Outcome.ROUGH, np.inf, np.inf, steps[0])
            continue
        best = int(np.nanargmin(gaps)) + 1
        error = _norm(given[place] - found[best][place])
        size = relative = max(_norm(found[best][place]), _norm(given[place]))
        turn = _norm((pairs[0][0] - 2 * here + pairs[0][1])[place]) / steps[0] ** 2
        noise = ROUNDING * (_norm(pairs[best][0][place]) / steps[best] + scale * turn)  # of values, and of points
        bound = SAFETY * gaps[best - 1] + noise
        outcome = _judged(error, bound, size, rtol)
        if outcome is Outcome.ROUGH:
            if not given[place].any() and not any((one[place] != here[place]).any() for pair in pairs for one in pair):
                wide = _wide(lower, theta, scale * direction) if wide is None else wide
                hidden = ROUNDING * _norm(here[place]) / (WIDE * scale)
                if not wide[place].any() and (not opaque or hidden <= CONSTANT * whole):
                    outcome, error, bound, relative = Outcome.CONFIRMED, 0.0, hidden, whole
            rounding = ROUNDING * max(_norm(pairs[0][0][place]), _norm(here[place])) / steps[0] ** 2
            natural = scale * max(0.0, turn - SAFETY * rounding)
            if outcome is Outcome.ROUGH and error <= bound <= rtol * natural:
                outcome, relative = Outcome.CONFIRMED, natural
            rounded = error <= bound + BACKWARD * unit * whole
            if outcome is Outcome.ROUGH and not opaque and rounded and bound <= NORMWISE * whole:
                outcome, relative = Outcome.CONFIRMED, whole
        if outcome is Outcome.REFUTED:
            wavering = _wavering(lower, theta, scale * direction) if wavering is None else wavering
            outcome = Outcome.ROUGH if error <= SAFETY * _norm(wavering[place]) / steps[best] else outcome
        doubtful = kinked or error <= BACKWARD * unit * whole
        if _kinked(here, pairs, steps, place, size, rtol) or (doubtful and outcome is Outcome.REFUTED):
            outcome = Outcome.ROUGH
        yield DifferenceCheck(name, outcome, error / (relative or 1.0), bound / (relative or 1.0), steps[best])


def slope(value: Callable[[Array], float], theta: Array, direction: Array) -> tuple[float, float]:
    """The derivative of a value along u by central differences, and a bound of its error; NaN and infinity of none.

    Args:
        value: x -> f(x).
        theta: x, shape (n,).
        direction: u, of length 1, shape (n,).
    """
    scale = max(1.0, float(np.linalg.norm(theta)))
    steps = [scale * step for step in STEPS]
    pairs = [(value(theta + h * direction), value(theta - h * direction)) for h in steps]
    found = [(ahead - behind) / (2 * h) for h, (ahead, behind) in zip(steps, pairs, strict=True)]
    gaps = [abs(b - a) for a, b in pairwise(found)]
    if not np.isfinite(gaps).any():
        return np.nan, np.inf
    best = int(np.nanargmin(gaps)) + 1
    return found[best], SAFETY * gaps[best - 1] + ROUNDING * abs(pairs[best][0]) / steps[best]


def check_change(
    claimed: float, change: float, bound: float, whole: float, rtol: float, step: float
) -> DifferenceCheck:
    """The change of one slope between two points, beside that of all of them.

    Args:
        claimed: by the tape.
        change: by differences.
        bound: of their error.
        whole: norm of the change of the gradient.
        rtol: largest error relative to it that is agreement.
        step: between the points.
    """
    whole = max(whole, abs(change))
    outcome = Outcome.ROUGH
    if bound <= SHARP * whole:
        outcome = Outcome.CONFIRMED if abs(claimed - change) <= rtol * whole + bound else Outcome.REFUTED
    return DifferenceCheck(
        "gradient nearby", outcome, abs(claimed - change) / (whole or 1.0), bound / (whole or 1.0), step
    )


def _wide(lower: Callable[[Array], Array], theta: Array, direction: Array) -> Array:
    """Where what is differentiated changes over a wide step to either side, or is no number there."""
    ahead, behind = (np.atleast_1d(lower(theta + sign * WIDE * direction)) for sign in (1, -1))
    here = np.atleast_1d(lower(theta))
    changed: Array = (ahead != here) | (behind != here)
    return changed


def _wavering(lower: Callable[[Array], Array], theta: Array, direction: Array) -> Array:
    """How far what is differentiated is off by rounding: the largest third difference where it hardly changes.

    Arithmetic of fewer digits than doubles have, somewhere inside, shows itself here.
    Source: J. J. More, S. M. Wild, "Estimating Computational Noise", SIAM J. Sci. Comput. 33, 2011.
    """
    rows = [np.stack([np.atleast_1d(lower(theta + k * h * direction)) for k in range(8)]) for h in CLOSE]
    found: Array = np.max([np.abs(np.diff(row, 3, axis=0)).max(axis=0) for row in rows], axis=0) / np.sqrt(20)
    return found


def _kinked(
    here: Array, pairs: Sequence[tuple[Array, Array]], steps: Sequence[float], place: slice, size: float, rtol: float
) -> bool:
    """Whether the slopes of both sides stay apart as the step falls, beyond rounding and what is agreement."""
    far, near = (_norm((pairs[k][0] - 2 * here + pairs[k][1])[place]) / steps[k] for k in (-3, -2))
    noise = ROUNDING * _norm(here) / steps[-2]
    return near - SAFETY * noise > max(FALLING * far, rtol * size)


def _judged(error: float, bound: float, size: float, rtol: float) -> Outcome:
    if not bound <= ROUGH * size:
        return Outcome.ROUGH
    return Outcome.CONFIRMED if error <= rtol * size + bound else Outcome.REFUTED


def _norm(array: Array) -> float:
    return float(np.linalg.norm(array))
