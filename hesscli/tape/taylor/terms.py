"""Sums and integrals of power series: the lowering's formulas with a series for every number, a row for every term."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hesscli.tape.lowering.terms import Kit
from hesscli.tape.quiet import tf
from hesscli.tape.taylor.elementary import sin_cos
from hesscli.tape.taylor.gammas import gamma, lgamma, rgamma
from hesscli.tape.taylor.powers import exp, log, sqrt
from hesscli.tape.taylor.series import Series, algebra, choose
from hesscli.tape.unlowered import Unlowered


def spread(u: Series, count: int) -> Series:
    """Every row so many times."""
    return Series(u.algebra, tf.repeat(u.c, count, axis=0))


def _grouped(u: Series, count: int) -> Any:
    return tf.reshape(u.c, (-1, count, len(u.algebra)))


def total(u: Series, count: int) -> Series:
    """The sum over the terms of every row."""
    return Series(u.algebra, tf.reduce_sum(_grouped(u, count), axis=1))


def running(u: Series, count: int) -> Series:
    """The sums over the first terms of every row."""
    return Series(u.algebra, tf.reshape(tf.cumsum(_grouped(u, count), axis=1), tf.shape(u.c)))


def where(condition: Any, yes: Any, no: Any) -> Any:
    """Row by row one of two, one of them a series."""
    frame = yes if isinstance(yes, Series) else no
    return choose(condition, frame.lift(yes), frame.lift(no))


def pair(u: Series) -> tuple[Series, Series]:
    """Sine and cosine."""
    sine, cosine = sin_cos(u)
    return sine, cosine


KIT = Kit(
    exp=exp,
    log=log,
    sin_cos=pair,
    sqrt=sqrt,
    gamma=gamma,
    rgamma=rgamma,
    lgamma=lgamma,
    start=lambda u: u.start,
    spread=spread,
    nodes=lambda t: tf.reshape(t, (-1,)),
    total=total,
    running=running,
    where=where,
    kept=lambda condition, u, other: where(condition, u, other),
)
"""The kit of series: terms are rows."""


MOST_SUMMED = 200
"""Largest number of coefficients for functions that are sums of hundreds of series."""


def summed(formula: Callable[..., Series], *args: Any, **options: bool) -> Series:
    """A formula of the lowering on series, computed in float64 and rounded once.

    Raises:
        Unlowered: they are too long to stand for every term of a sum.
    """
    frame = next(x for x in args if isinstance(x, Series)).algebra
    if len(frame) > MOST_SUMMED:
        raise Unlowered([f"Taylor rule beyond {MOST_SUMMED} coefficients for such a function"])
    wide = algebra(frame.exponents, "float64", frame.smaller)
    lifted = [x.c if isinstance(x, Series) else frame.constant(tf.convert_to_tensor(x, frame.dtype)).c for x in args]
    rows = max(int(c.shape[0]) for c in lifted)
    even = [Series(wide, tf.cast(tf.broadcast_to(c, (rows, len(frame))), wide.dtype)) for c in lifted]
    return Series(frame, tf.cast(formula(KIT, *even, **options).c, frame.dtype))
