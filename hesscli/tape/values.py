"""Numbers and tensors: constants in a tensor's dtype, polynomials, series and formulas side by side."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from hesscli.tape.quiet import tf

Tensor = Any  # tf.Tensor; TensorFlow ships no types
Rule = Callable[..., Any]
Number = int | Fraction | float


def double(value: Number) -> float:
    """The nearest double; infinite beyond the range."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def number(value: Number, like: Tensor) -> Tensor:
    """A number in the dtype of a tensor."""
    return tf.constant(double(value), like.dtype)


def tensor(value: Any, like: Tensor) -> Tensor:
    """A value as a tensor of a dtype; conditions stay conditions."""
    if tf.is_tensor(value):
        return value
    return tf.constant(value) if isinstance(value, bool) else number(value, like)


def shaped(*args: Any) -> list[Tensor]:
    """Numbers and tensors as tensors of one dtype and one shape."""
    like = next(x for x in args if tf.is_tensor(x))
    values = [tensor(x, like) for x in args]
    shape = tf.shape(sum(values))
    return [tf.broadcast_to(x, shape) for x in values]


def is_number(value: Any) -> bool:
    """Whether a value is a constant of the program: no tensor and no series."""
    return isinstance(value, (int, Fraction, float))


def integer(value: Any) -> int | None:
    """A constant as an int; None of any other value."""
    if not is_number(value) or not math.isfinite(double(value)) or value != int(value):
        return None
    return int(value)


def in_double(value: Rule) -> Rule:
    """A value computed in float64 and rounded once to the dtype of its first tensor."""

    def wide(*args: Any) -> Tensor:
        dtype = next(x.dtype for x in args if tf.is_tensor(x))
        return tf.cast(value(*(tf.cast(x, tf.float64) if tf.is_tensor(x) else x for x in args)), dtype)

    return functools.wraps(value)(wide)


def polynomial(coefficients: Sequence[float], x: Tensor) -> Tensor:
    """c0 + c1*x + c2*x**2 + ... by Horner's rule."""
    total = number(coefficients[-1], x)
    for c in reversed(coefficients[:-1]):
        total = total * x + number(c, x)
    return total


def near(inside: Tensor, x: Tensor, series: Rule, formula: Rule, outer: float, inner: float = 0.0) -> Tensor:
    """A series where a condition holds and a formula elsewhere, each kept away from the other's points.

    The series never sees other points than its own and ``inner``, the formula than its own and ``outer``.
    Both are right on a whole neighbourhood of the points where they are used, so all their derivatives are;
    a guard that puts a constant at a single point (the well-known double ``where``) is silently wrong there.
    """
    here = tf.where(inside, x, number(inner, x))
    away = tf.where(inside, number(outer, x), x)
    return tf.where(inside, series(here), formula(away))


def beyond(limit: float) -> Rule:
    """The condition that the argument is far out: order and argument -> where."""
    return lambda _, x: tf.abs(x) > limit


def beside(*places: float, gap: float = 1e-4) -> Rule:
    """The condition that the argument is at a place or beside it: order and argument -> where."""
    return lambda _, x: functools.reduce(tf.logical_or, [tf.abs(x - number(place, x)) <= gap for place in places])
