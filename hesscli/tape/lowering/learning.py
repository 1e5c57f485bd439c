"""Activations of machine learning and their kin, in forms that neither overflow nor cancel."""

from __future__ import annotations

import functools
import math
from typing import Any

from hesscli.tape.primitive import apply, defined, repaired, tensorflow
from hesscli.tape.quiet import tf
from hesscli.tape.taylor import hyperbolic
from hesscli.tape.taylor.series import choose
from hesscli.tape.values import Tensor, number, shaped

SELU_SCALE, SELU_ALPHA = 1.0507009873554804934193349852946, 1.6732632423543772848170429916717


def sigmoid(x: Tensor) -> Tensor:
    """Logistic function 1/(1 + exp(-x)), by the exponential that does not overflow."""
    tail = tf.exp(-tf.abs(x))
    return tf.where(tf.less(x, 0), tail, tf.ones_like(x)) / (1 + tail)


def softplus(x: Tensor) -> Tensor:
    """log(1 + exp(x))."""
    return tf.maximum(x, tf.zeros_like(x)) + tf.math.log1p(tf.exp(-tf.abs(x)))


def elu(x: Tensor) -> Tensor:
    """The identity above 0, exp(x) - 1 below."""
    below = tf.math.expm1(tf.minimum(x, tf.zeros_like(x)))
    return tf.where(tf.greater(x, 0), x, below)


def selu(x: Tensor) -> Tensor:
    """Scaled elu."""
    below = number(SELU_ALPHA, x) * tf.math.expm1(tf.minimum(x, tf.zeros_like(x)))
    return number(SELU_SCALE, x) * tf.where(tf.greater(x, 0), x, below)


def logaddexp(x: Tensor, y: Tensor) -> Tensor:
    """log(exp(x) + exp(y)) = x + softplus(y - x), taken from the larger one."""
    gap = tf.where(tf.equal(x, y), tf.zeros_like(x), tf.abs(x - y))
    return tf.maximum(x, y) + tf.math.log1p(tf.exp(-gap))


def logcosh(x: Tensor) -> Tensor:
    """log(cosh(x)), by abs(x) + log1p(exp(-2*abs(x))) - log(2) far out, which neither overflows nor cancels there."""
    size = tf.abs(x)
    half = tf.sinh(tf.minimum(size, tf.ones_like(x)) / 2)
    far = size + (tf.math.log1p(tf.exp(-2 * size)) - number(math.log(2), x))
    return tf.where(size < 1, tf.math.log1p(2 * half * half), far)


def logsumexp(*args: Any) -> Any:
    """log(exp(x) + exp(y) + ...)."""
    return functools.reduce(lambda x, y: apply("logaddexp", x, y), args)


SATURATED = "TensorFlow's own derivative, a difference from 1, has few digits where the function is saturated"

ROWS = (
    repaired(
        "sigmoid(x)",
        sigmoid,
        "sech(x/2)**2/4",
        plain=tf.sigmoid,
        reason=SATURATED,
        where=lambda _, x: x > 10,
        series=hyperbolic.sigmoid,
        why="of tanh",
    ),
    repaired(
        "softplus(x)",
        softplus,
        "sigmoid(x)",
        plain=tf.math.softplus,
        reason=SATURATED,
        where=lambda order, x: order > 1 and x > 10,
    ),
    tensorflow("logit(x)", lambda x: tf.math.log(x) - tf.math.log1p(-x), "1/(x*(1 - x))"),
    repaired(
        "logcosh(x)",
        logcosh,
        "tanh(x)",
        plain=lambda x: tf.math.log(tf.cosh(x)),
        reason="log(cosh(x)) overflows far out and cancels near 0, and its derivative is a difference from 1",
        where=lambda _, x: tf.logical_or(tf.abs(x) > 10, tf.abs(x) < 1e-3),
    ),
    tensorflow(
        "elu(x)", elu, series=lambda u: choose(u.start > 0, u, hyperbolic.expm1_below(u)), why="two sides of a kink"
    ),
    tensorflow(
        "selu(x)",
        selu,
        series=lambda u: choose(u.start > 0, u, hyperbolic.expm1_below(u) * SELU_ALPHA) * SELU_SCALE,
        why="two sides of a kink",
    ),
    repaired(
        "softsign(x)",
        lambda x: x / (1 + tf.abs(x)),
        "1/(1 + Abs(x))**2",
        plain=tf.nn.softsign,
        reason="TensorFlow has no second derivative of its softsign",
        where=lambda order, x: order > 1,
    ),
    repaired(
        "logaddexp(x, y)",
        logaddexp,
        "sigmoid(x - y)",
        "sigmoid(y - x)",
        plain=lambda x, y: tf.reduce_logsumexp(tf.stack(shaped(x, y)), axis=0),
        reason=SATURATED,
        where=lambda _, x, y: tf.abs(x - y) > 10,
        series=hyperbolic.logaddexp,
        why="no derivative is 1 - 1",
    ),
    defined("logsumexp(...)", logsumexp, plain=lambda *args: tf.reduce_logsumexp(tf.stack(shaped(*args)), axis=0)),
)
