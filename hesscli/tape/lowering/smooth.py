"""Functions with the derivative that mathematics says, at every order.

TensorFlow differentiates an operation by a rule of its own; where that rule is wrong, missing, NaN at
a point, or loses digits, the function is given its derivative in terms of functions of this table
again. Each derivative then has a derivative, to any order.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from hesscli.tape.quiet import tf

Tensor = Any  # tf.Tensor; TensorFlow ships no types
Rule = Callable[..., Tensor]
Known = int | Fraction | float | None

_missing: list[str] = []
"""Sentences about derivatives that were asked for although TensorFlow has none; see ``take_missing``."""


def smooth(*partials: Rule | str) -> Callable[[Rule], Rule]:
    """Give a function its partial derivatives.

    Args:
        *partials: one for each argument: a function of the same arguments, or a sentence why TensorFlow
            has no such derivative; then the derivative is NaN, never a wrong number, and the sentence is kept.

    Returns:
        A decorator for the function's value.
    """

    def decorate(value: Rule) -> Rule:
        @tf.custom_gradient  # type: ignore[untyped-decorator]
        def function(*args: Tensor) -> tuple[Tensor, Callable[[Tensor], list[Tensor]]]:
            def gradient(upstream: Tensor) -> list[Tensor]:
                return [_times(upstream, partial, args) for partial in partials]

            # A forward accumulator looks into the value's own operations too, and would count them twice.
            return value(*(tf.stop_gradient(x) for x in args)), gradient

        return functools.wraps(value)(function)

    return decorate


def _times(upstream: Tensor, partial: Rule | str, args: tuple[Tensor, ...]) -> Tensor:
    if isinstance(partial, str):
        if partial not in _missing:
            _missing.append(partial)
        # Not a plain NaN: that is a constant, and the next derivative of a constant is a silent zero.
        return upstream * number(float("nan"), args[0]) * tf.exp(tf.add_n([*args, tf.zeros_like(upstream)]))
    return upstream * partial(*args)


def take_missing() -> tuple[str, ...]:
    """The sentences about missing derivatives since the last call, and forget them."""
    taken = tuple(_missing)
    _missing.clear()
    return taken


def double(value: int | Fraction | float) -> float:
    """The nearest double; infinite beyond the range."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def number(value: int | Fraction | float, like: Tensor) -> Tensor:
    """A number in the dtype of a tensor."""
    return tf.constant(double(value), like.dtype)


def in_double(value: Rule) -> Rule:
    """A value computed in float64 and rounded once to the dtype of its first argument."""

    def wide(*args: Tensor) -> Tensor:
        return tf.cast(value(*(tf.cast(x, tf.float64) for x in args)), args[0].dtype)

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


def integer(value: Known) -> int | None:
    """A known constant as an int, or None if it is none."""
    if value is None or value != value or value in (float("inf"), float("-inf")) or value != int(value):
        return None
    return int(value)
