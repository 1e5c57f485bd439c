"""Activations of machine learning and their kin, in forms that neither overflow nor cancel."""

from __future__ import annotations

import functools

from hesscli.tape.lowering.elementary import sech, tanh
from hesscli.tape.lowering.smooth import Rule, Tensor, number, smooth
from hesscli.tape.quiet import tf

SELU_SCALE, SELU_ALPHA = 1.0507009873554804934193349852946, 1.6732632423543772848170429916717


@smooth(lambda x: sech(x / 2) * sech(x / 2) / 4)
def sigmoid(x: Tensor) -> Tensor:
    """Logistic function 1/(1 + exp(-x)), by the exponential that does not overflow."""
    tail = tf.exp(-tf.abs(x))
    return tf.where(tf.less(x, 0), tail, tf.ones_like(x)) / (1 + tail)


@smooth(sigmoid)
def softplus(x: Tensor) -> Tensor:
    """log(1 + exp(x))."""
    return tf.maximum(x, tf.zeros_like(x)) + tf.math.log1p(tf.exp(-tf.abs(x)))


@smooth(lambda x: 1 / (x * (1 - x)))
def logit(x: Tensor) -> Tensor:
    """log(x/(1 - x))."""
    return tf.math.log(x) - tf.math.log1p(-x)


def softsign(x: Tensor) -> Tensor:
    """x/(1 + Abs(x)); TensorFlow has no second derivative of its own softsign."""
    return _softsign(x)


@smooth(lambda x: 1 / ((1 + tf.abs(x)) * (1 + tf.abs(x))))
def _softsign(x: Tensor) -> Tensor:
    return x / (1 + tf.abs(x))


def mish(x: Tensor) -> Tensor:
    """The product x*tanh(softplus(x))."""
    return x * tanh(softplus(x))


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

    @smooth(lambda x, y: sigmoid(x - y), lambda x, y: sigmoid(y - x))
    def value(x: Tensor, y: Tensor) -> Tensor:
        largest = tf.maximum(x, y)
        gap = tf.where(tf.equal(x, y), tf.zeros_like(x), tf.abs(x - y))
        return largest + tf.math.log1p(tf.exp(-gap))

    return value(x, y)


def logsumexp(*args: Tensor) -> Tensor:
    """log(exp(x) + exp(y) + ...)."""
    return functools.reduce(logaddexp, args)


RULES: dict[str, Rule] = {
    "sigmoid": sigmoid,
    "logit": logit,
    "softplus": softplus,
    "logsigmoid": lambda x: -softplus(-x),
    "relu": tf.nn.relu,
    "relu6": lambda x: tf.minimum(tf.nn.relu(x), number(6, x)),
    "elu": elu,
    "selu": selu,
    "softsign": softsign,
    "silu": lambda x: x * sigmoid(x),
    "mish": mish,
    "logsumexp": logsumexp,
    "logaddexp": logaddexp,
}
