"""Activations, softmax and cross entropies, losses."""

from __future__ import annotations

from typing import Any

import numpy as np

from hesscli.audit.operations.reductions import FOUR, logsumexp, norm, w, weighted
from hesscli.audit.report import Mode
from hesscli.audit.scenario import Scenario as Row
from hesscli.audit.scenario import named
from hesscli.language.writing import Formula, FormulaArray, each
from hesscli.tape.quiet import tf

THREE = (0.7, -0.4, 1.2)
CHANCES = (0.25, 0.125, 0.5)
LABELS = (0.5, 0.375, 0.125)
p = np.array(LABELS)


def labels(x: Any) -> Any:
    """Three chances as a tensor."""
    return tf.constant(LABELS, x.dtype)


ACTIVATIONS = (
    *named("tf.nn.relu", tf.nn.relu, "relu(x)", 0.7, -0.7, 0.0),
    *named("tf.nn.relu6", tf.nn.relu6, "relu6(x)", 0.7, 0.0),
    *named("tf.nn.leaky_relu", tf.nn.leaky_relu, "leaky_relu(x)", -0.7, 0.0),
    *named("tf.nn.elu", tf.nn.elu, "elu(x)", 0.7, -0.7, 0.0),
    *named("tf.nn.selu", tf.nn.selu, "selu(x)", 0.7, -0.7),
    *named("tf.nn.crelu", lambda x: tf.reduce_sum(tf.square(tf.nn.crelu(tf.reshape(x, [1, 1])))), "x**2", -0.7),
    *named("tf.nn.gelu", tf.nn.gelu, "gelu(x)", 0.7, modes=tuple(Mode)),
    *named("tf.nn.gelu", lambda x: tf.nn.gelu(x, approximate=True), "x/2*(1 + tanh(sqrt(2/pi)*(x + 0.044715*x**3)))",
      0.7,
           where="approximate"),
    *named("tf.nn.sigmoid", tf.nn.sigmoid, "sigmoid(x)", 0.7, 30.0),
    *named("tf.nn.silu", tf.nn.silu, "silu(x)", 0.7),
    *named("tf.nn.silu", lambda x: tf.nn.silu(x, 2.0), "x*sigmoid(2*x)", 0.7, where="beta = 2"),
    *named("tf.nn.softplus", tf.nn.softplus, "softplus(x)", 0.7, -30.0),
    *named("tf.nn.softsign", tf.nn.softsign, "softsign(x)", 0.7, 0.0, thread="#126092"),
    *named("tf.math.log_sigmoid", tf.math.log_sigmoid, "logsigmoid(x)", 0.7),
    *named("keras.activations.mish", lambda x: tf.keras.activations.mish(x), "mish(x)", 0.7),
    *named("keras.activations.celu", lambda x: tf.keras.activations.celu(x), "exp(x) - 1", -0.7),
    *named("keras.activations.hard_silu", lambda x: tf.keras.activations.hard_silu(x), "x*(x + 3)/6", 0.7),
    *named("keras.activations.squareplus", lambda x: tf.keras.activations.squareplus(x), "(x + sqrt(x**2 + 4))/2", 0.7),
    *named("keras.activations.tanh_shrink", lambda x: tf.keras.activations.tanh_shrink(x), "x - tanh(x)", 0.7),
)  # fmt: skip


def softmax(x: FormulaArray) -> FormulaArray:
    """exp(x)/sum(exp(x))."""
    e = np.exp(x)
    return e / np.sum(e)


def cross_entropy(x: FormulaArray) -> Formula:
    """Of LABELS under the softmax of x."""
    return logsumexp(x) - np.sum(p * x)


SOFTMAX = (
    Row("tf.nn.softmax", lambda x: weighted(tf.nn.softmax(x)), lambda x: np.sum(w * softmax(x)), FOUR,
      modes=tuple(Mode)),
    Row("tf.nn.log_softmax", lambda x: weighted(tf.nn.log_softmax(x)), lambda x: np.sum(w * (x - logsumexp(x))), FOUR),
    Row("tf.nn.softmax_cross_entropy_with_logits", lambda x: tf.nn.softmax_cross_entropy_with_logits(labels(x), x),
      cross_entropy, THREE, "logits"),
    Row("tf.nn.softmax_cross_entropy_with_logits",
      lambda x: tf.nn.softmax_cross_entropy_with_logits(tf.nn.softmax(x), tf.constant(THREE, x.dtype)),
      lambda x: logsumexp(THREE) - np.sum(softmax(x) * np.array(THREE)),
      THREE, "labels"),
    Row("tf.nn.sparse_softmax_cross_entropy_with_logits",
      lambda x: tf.nn.sparse_softmax_cross_entropy_with_logits(1, x),
      lambda x: logsumexp(x) - x[1], THREE),
    Row("tf.nn.sigmoid_cross_entropy_with_logits",
      lambda x: tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits(labels(x), x)),
      lambda x: np.sum(each("softplus")(x) - p * x), THREE),
    Row("tf.nn.weighted_cross_entropy_with_logits",
      lambda x: tf.reduce_sum(tf.nn.weighted_cross_entropy_with_logits(labels(x), x, 2.0)),
      lambda x: np.sum((1 - p) * x + (1 + p) * each("softplus")(-x)), THREE),
    Row("tf.nn.ctc_loss", lambda x: tf.reduce_sum(ctc(x)), "logsumexp(x0, x1) + logsumexp(x2, x3) "
      "- log(exp(x0 + x2) + exp(x0 + x3) + exp(x1 + x2))", (0.75, -0.5, 1.25, 0.25), dtype="float32"),
)  # fmt: skip


def ctc(x: Any) -> Any:
    """Two frames, the label 0 and the blank 1: the paths 00, 01 and 10."""
    logits = tf.reshape(x, [2, 1, 2])
    return tf.nn.ctc_loss(tf.constant([[0]]), logits, [1], [2], logits_time_major=True, blank_index=1)


def loss(name: str, truth: Any, **options: Any) -> Any:
    """A loss of Keras as a function of the prediction."""

    def value(x: Any) -> Any:
        measured = getattr(tf.keras.losses, name)(dtype=x.dtype.name, **options)
        return measured(tf.constant([truth], x.dtype), tf.reshape(x, [1, -1]))

    return value


LOSSES = (
    Row("keras.losses.Huber", loss("Huber", (0.0, 0.0, 0.0)), "(x0**2/2 + x1**2/2 + x2 - 1/2)/3", THREE),
    Row("keras.losses.LogCosh", loss("LogCosh", (0.0, 0.0, 0.0)), lambda x: np.mean(np.log(each("cosh")(x))), THREE),
    Row("keras.losses.KLDivergence", loss("KLDivergence", LABELS), lambda x: np.sum(p * (np.log(p) - np.log(x))),
      CHANCES),
    Row("keras.losses.Poisson", loss("Poisson", LABELS), lambda x: np.mean(x - p * np.log(x + 1e-7)), CHANCES),
    Row("keras.losses.CosineSimilarity", loss("CosineSimilarity", LABELS),
      lambda x: -1 * np.sum(p * x) / norm(x) / float(np.sqrt(np.sum(p**2))), THREE),
    Row("keras.losses.CategoricalCrossentropy", loss("CategoricalCrossentropy", LABELS),
      lambda x: np.sum(p * (np.log(np.sum(x)) - np.log(x))), CHANCES),
    Row("keras.losses.CategoricalCrossentropy", loss("CategoricalCrossentropy", LABELS, from_logits=True),
      cross_entropy,
      THREE, "logits"),
    Row("keras.losses.BinaryCrossentropy", loss("BinaryCrossentropy", LABELS),
      lambda x: np.mean((p - 1) * np.log(1 - x) - p * np.log(x)), CHANCES),
    Row("keras.losses.CategoricalFocalCrossentropy", loss("CategoricalFocalCrossentropy", (0.0, 1.0, 0.0)),
      lambda x: -0.25 * (1 - x[1] / np.sum(x)) ** 2 * np.log(x[1] / np.sum(x)), CHANCES),
)  # fmt: skip

OPERATIONS = (*ACTIVATIONS, *SOFTMAX, *LOSSES)
