"""A gradient against differences of values: at the point, and close to it, where nothing is right by chance.

Differences of a gradient say whether a Hessian is the gradient's derivative, and not whether it is f's: at a critical
point half a gradient is as much 0 as the whole one, and a person's gradient may be right at a point alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.model.differences import (
    NEARBY,
    DifferenceCheck,
    Outcome,
    check_by_differences,
    check_change,
    directions,
    slope,
)
from hesscli.model.taped import TapedFunction

Array = NDArray[Any]

FURTHER = 10.0
"""Times the way to where a gradient is looked at once more, its change is looked at."""


def slopes(
    precise: TapedFunction, at: Array, gradient: Array, along: Array, rtol: float, doubtful: bool
) -> tuple[DifferenceCheck, ...]:
    """A gradient against differences of values.

    Args:
        precise: f in doubles.
        at: the point, shape (n,).
        gradient: claimed, shape (n,).
        along: directions, shape (k, n).
        rtol: largest relative error that is agreement.
        doubtful: whether something may hide derivatives from the tape.
    """
    whole, x = float(np.linalg.norm(gradient)), at.astype(np.float64)
    return tuple(
        one
        for u in along
        for one in check_by_differences(
            lambda x: np.array(precise.value(x)), x, u, gradient @ u, [("all", slice(None))], rtol, 0.0, whole, doubtful
        )
    )


def nearby(
    f: TapedFunction, precise: TapedFunction, along: Array, rtol: float, doubtful: bool
) -> tuple[DifferenceCheck, ...]:
    """The gradient close to the point, and of a function that may hide derivatives its change on the way there.

    What is rough there speaks only against such a function.

    Args:
        f: in the tape's dtype.
        precise: f in doubles.
        along: directions, shape (k, n).
        rtol: largest relative error that is agreement.
        doubtful: whether something may hide derivatives from the tape.
    """
    x = f.theta.astype(np.float64)
    away = NEARBY * max(1.0, float(np.linalg.norm(x))) * directions(f.n, 1)[0]
    try:
        near = next(point for point in (x + away, x - away) if math.isfinite(precise.value(point)))
    except StopIteration:
        return (DifferenceCheck("gradient nearby", Outcome.ROUGH, np.inf, np.inf, NEARBY),) if doubtful else ()
    there = precise.gradient(near)
    found = slopes(precise, near, there, along, rtol, doubtful)
    told = tuple(replace(one, part="gradient nearby") for one in found if doubtful or one.outcome is Outcome.REFUTED)
    return told + tuple(_changes(precise, x, x + FURTHER * (near - x), along, rtol) if doubtful else ())


def _changes(precise: TapedFunction, x: Array, far: Array, along: Array, rtol: float) -> Iterator[DifferenceCheck]:
    """How the gradient changes on the way, slope by slope: so an error of the Hessian shows beside any gradient."""
    change = precise.gradient(far) - precise.gradient(x)
    whole = float(np.linalg.norm(change))
    for u in along:
        (before, one), (after, other) = slope(precise.value, x, u), slope(precise.value, far, u)
        yield check_change(float(change @ u), after - before, one + other, whole, rtol, float(np.linalg.norm(far - x)))
