"""Absolute values, steps and switches; at a tie they follow TensorFlow (Abs'(0) = 0, the first of equal Max)."""

from __future__ import annotations

import functools
from typing import Any

from hesscli.tape.primitive import tensorflow
from hesscli.tape.quiet import tf
from hesscli.tape.taylor import switches as series
from hesscli.tape.taylor.powers import start_of
from hesscli.tape.taylor.series import Series
from hesscli.tape.values import Tensor, is_number, number


def largest(*args: Tensor) -> Tensor:
    """The largest argument; at a tie the derivative of the first."""
    return functools.reduce(tf.maximum, args)


def smallest(*args: Tensor) -> Tensor:
    """The smallest argument; at a tie the derivative of the first."""
    return functools.reduce(tf.minimum, args)


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


def leaky_relu(x: Any, slope: Any = 0.2) -> Any:
    """The identity above 0, a*x below."""
    if isinstance(x, Series) or isinstance(slope, Series):
        return series.select(tf.greater(start_of(x), 0), x, x * slope)
    return tf.where(tf.greater(x, 0), x, x * (number(slope, x) if is_number(slope) else slope))


CONSTANT = "constant between its jumps"

ROWS = (
    tensorflow("Abs(x)", tf.abs, series=series.size),
    tensorflow("sign(x)", tf.sign, series=series.step, why=CONSTANT),
    tensorflow("floor(x)", tf.floor, series=series.step, why=CONSTANT),
    tensorflow("ceiling(x)", tf.math.ceil, series=series.step, why=CONSTANT),
    tensorflow("Heaviside(...)", heaviside, series=series.step, why=CONSTANT),
    tensorflow("Mod(x, y)", mod, series=series.mod),
    tensorflow("Max(...)", largest, series=series.largest),
    tensorflow("Min(...)", smallest, series=series.smallest),
    tensorflow("relu(x)", tf.nn.relu, series=lambda u: series.select(u.start > 0, u, u.lift(0.0))),
    tensorflow("leaky_relu(...)", leaky_relu, series=leaky_relu),
)
