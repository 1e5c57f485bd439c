"""Power-series rules of functions that switch: one series or another, row by row, as the starts say."""

from __future__ import annotations

import functools
from typing import Any

from hesscli.tape.lowering.smooth import Rule, Tensor
from hesscli.tape.quiet import tf
from hesscli.tape.taylor.powers import start_of, value
from hesscli.tape.taylor.series import Series, choose


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
    remainder = tf.math.floormod(start_of(u), start_of(v))
    return (u - v * tf.round((start_of(u) - remainder) / start_of(v))).starting(remainder)


def step(name: str) -> Rule:
    """The rule of a function that is locally constant."""

    def rule(u: Any, *rest: Any) -> Any:
        frame = next(x for x in (u, *rest) if isinstance(x, Series))
        return frame.algebra.constant(value(name, u, *rest))

    return rule


def heaviside(u: Any, middle: Any = None) -> Any:
    """The step, with a middle value that may vary."""
    return step("Heaviside")(u, *(() if middle is None else (middle,)))


def leaky_relu(u: Any, slope: Any = None) -> Any:
    """The identity above 0, a*u below."""
    below = u * (0.2 if slope is None else slope)
    return select(tf.greater(start_of(u), 0), u, below)


def compared(rule: Rule) -> Rule:
    """A comparison of the starts."""
    return lambda *args: rule(*(start_of(x) for x in args))
