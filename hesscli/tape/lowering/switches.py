"""Absolute values, steps and switches; at a tie they follow TensorFlow (Abs'(0) = 0, the first of equal Max)."""

from __future__ import annotations

import functools

from hesscli.tape.lowering.smooth import Rule, Tensor, number
from hesscli.tape.quiet import tf


def largest(*args: Tensor) -> Tensor:
    """The largest argument; at a tie the derivative of the first."""
    return functools.reduce(tf.maximum, args)


def smallest(*args: Tensor) -> Tensor:
    """The smallest argument; at a tie the derivative of the first."""
    return functools.reduce(tf.minimum, args)


def clip(x: Tensor, low: Tensor, high: Tensor) -> Tensor:
    """Min(Max(x, a), b)."""
    return tf.minimum(tf.maximum(x, low), high)


def mod(x: Tensor, y: Tensor) -> Tensor:
    """Remainder x - y*floor(x/y), the value itself exact: only its derivative uses the floor."""
    remainder = tf.math.floormod(x, y)
    through = x - y * tf.stop_gradient(tf.math.round((x - remainder) / y))
    return through + tf.stop_gradient(remainder - through)


def heaviside(x: Tensor, middle: Tensor | None = None) -> Tensor:
    """0 below 0, 1 above, 1/2 (or the second argument) at 0; its derivative is 0 away from the jump."""
    half = number(0.5, x) if middle is None else middle
    step = tf.where(tf.greater(x, 0), tf.ones_like(x), tf.zeros_like(x))
    return tf.where(tf.equal(x, 0), half, tf.where(tf.math.is_nan(x), x, step))


def leaky_relu(x: Tensor, slope: Tensor | None = None) -> Tensor:
    """The identity above 0, a*x below."""
    return tf.where(tf.greater(x, 0), x, x * (number(0.2, x) if slope is None else slope))


RULES: dict[str, Rule] = {
    "Abs": tf.abs,
    "sign": tf.sign,
    "Max": largest,
    "Min": smallest,
    "clip": clip,
    "floor": tf.floor,
    "ceiling": tf.math.ceil,
    "frac": lambda x: x - tf.floor(x),
    "Mod": mod,
    "Heaviside": heaviside,
    "leaky_relu": leaky_relu,
}
