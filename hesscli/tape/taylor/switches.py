"""Power series of functions that switch: one series or another, row by row, as the starts say."""

from __future__ import annotations

import functools
from typing import Any

from hesscli.tape.quiet import tf
from hesscli.tape.taylor.powers import start_of
from hesscli.tape.taylor.series import Series, choose, constant
from hesscli.tape.values import Rule, Tensor


def largest(*args: Any) -> Any:
    """The largest argument, the first at a tie."""
    return functools.reduce(lambda a, b: select(tf.greater_equal(start_of(a), start_of(b)), a, b), args)


def smallest(*args: Any) -> Any:
    """The smallest argument, the first at a tie."""
    return functools.reduce(lambda a, b: select(tf.less_equal(start_of(a), start_of(b)), a, b), args)


def select(condition: Tensor, a: Any, b: Any) -> Any:
    """One of two series or tensors, row by row."""
    if not isinstance(a, Series) and not isinstance(b, Series):
        return tf.where(condition, a, b)
    frame = a if isinstance(a, Series) else b
    return choose(condition, frame.lift(a), frame.lift(b))


def mod(u: Any, v: Any) -> Any:
    """The remainder u - v*floor(u/v)."""
    frame = u if isinstance(u, Series) else v
    u, v = frame.lift(u), frame.lift(v)
    remainder = tf.math.floormod(u.start, v.start)
    return u - v * tf.round((u.start - remainder) / v.start)


def step(u: Any, *rest: Any) -> Series:
    """A function that is locally constant; the start is the kernel's."""
    frame = next(x for x in (u, *rest) if isinstance(x, Series))
    return constant(frame.algebra, tf.zeros_like(frame.start))


def size(u: Series) -> Series:
    """Abs(u) away from 0."""
    absolute: Series = u * tf.sign(u.start)
    return absolute


def compared(rule: Rule) -> Rule:
    """A comparison of the starts."""

    def starts(*args: Any) -> Tensor:
        frame = next(x for x in args if isinstance(x, Series))
        return rule(*(start_of(frame.lift(x)) if not tf.is_tensor(x) else x for x in args))

    return starts
