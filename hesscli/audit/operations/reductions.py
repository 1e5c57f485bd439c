"""Sums, products, cumulative operations, moments: many numbers to one, or to as many."""

from __future__ import annotations

from typing import Any

import numpy as np

from hesscli.audit.report import Mode
from hesscli.audit.scenario import Scenario as Row
from hesscli.language.writing import Formula, FormulaArray, call, each
from hesscli.tape.quiet import tf

FOUR = (0.7, -0.4, 1.2, 2.0)
ZERO = (0.0, 1.2, 0.4, 2.0)
ZEROS = (0.0, 1.2, 0.0, 2.0)
WEIGHTS = (1.0, -2.0, 0.5, 1.5)
w = np.array(WEIGHTS)


def weighted(y: Any) -> Any:
    """The sum of four numbers, each with its weight."""
    return tf.reduce_sum(y * tf.constant(WEIGHTS, y.dtype))


def variance(x: FormulaArray) -> Formula:
    """The mean squared distance from the mean."""
    return np.mean((x - np.mean(x)) ** 2)


def norm(x: FormulaArray) -> Formula:
    """The Euclidean norm."""
    return np.sqrt(np.sum(x**2))


def logsumexp(x: FormulaArray) -> Formula:
    """log(exp(x0) + exp(x1) + ...)."""
    return call("logsumexp", *x)


def cumulative(x: FormulaArray) -> Formula:
    """Weighted logsumexp of the first one, two, ... numbers."""
    return np.sum(w * np.array([logsumexp(x[: k + 1]) for k in range(len(x))]))


SUMS = (
    Row("tf.reduce_sum", lambda x: tf.reduce_sum(x) ** 3, lambda x: np.sum(x) ** 3, FOUR),
    Row("tf.reduce_mean", lambda x: tf.reduce_mean(x) ** 3, lambda x: np.mean(x) ** 3, FOUR),
    Row("tf.math.reduce_variance", tf.math.reduce_variance, variance, FOUR),
    Row("tf.math.reduce_std", tf.math.reduce_std, lambda x: np.sqrt(variance(x)), FOUR),
    Row("tf.reduce_logsumexp", tf.reduce_logsumexp, logsumexp, FOUR),
    Row("tf.reduce_logsumexp", tf.reduce_logsumexp, logsumexp, (0.5, 0.5, 0.5), "a tie"),
    Row("tf.math.reduce_euclidean_norm", tf.math.reduce_euclidean_norm, norm, FOUR),
    Row("tf.math.reduce_euclidean_norm", lambda x: tf.math.reduce_euclidean_norm(x) ** 2, lambda x: np.sum(x**2),
      (0.0, 0.0, 0.0), "squared, at 0", thread="#12071"),
    Row("tf.nn.l2_loss", tf.nn.l2_loss, lambda x: np.sum(x**2) / 2, FOUR),
    Row("tf.math.cumsum", lambda x: weighted(tf.math.cumsum(x) ** 3), lambda x: np.sum(w * np.cumsum(x) ** 3), FOUR),
    Row("tf.math.cumulative_logsumexp", lambda x: weighted(tf.math.cumulative_logsumexp(x)), cumulative, FOUR),
)  # fmt: skip

PRODUCTS = (
    Row("tf.reduce_prod", tf.reduce_prod, np.prod, FOUR, modes=tuple(Mode)),
    Row("tf.reduce_prod", tf.reduce_prod, np.prod, ZERO, "a factor is 0", thread="#61117"),
    Row("tf.reduce_prod", tf.reduce_prod, np.prod, ZEROS, "two are 0", thread="#44556"),
    Row("tf.math.cumprod", lambda x: weighted(tf.math.cumprod(x)), lambda x: np.sum(w * np.cumprod(x)), FOUR),
    Row("tf.math.cumprod", lambda x: weighted(tf.math.cumprod(x)), lambda x: np.sum(w * np.cumprod(x)), ZERO,
      "a factor is 0", thread="#119430"),
    Row("tf.math.segment_prod", lambda x: weighted(tf.repeat(tf.math.segment_prod(x, [0, 0, 1, 1]), 2)),
      lambda x: -1 * x[0] * x[1] + 2 * x[2] * x[3], FOUR),
    Row("tf.math.unsorted_segment_prod", lambda x: tf.reduce_sum(tf.math.unsorted_segment_prod(x, [0, 0, 1, 0], 2)),
      lambda x: x[0] * x[1] * x[3] + x[2], FOUR),
    Row("tf.math.unsorted_segment_prod", lambda x: tf.reduce_sum(tf.math.unsorted_segment_prod(x, [0, 0, 1, 0], 2)),
      lambda x: x[0] * x[1] * x[3] + x[2], ZERO, "a factor is 0"),
)  # fmt: skip

MOMENTS = (
    Row("tf.nn.moments", lambda x: tf.nn.moments(x, [0])[1], variance, FOUR, "variance", thread="#19609",
      note="stop_gradient on the mean", modes=tuple(Mode)),
    Row("tf.nn.moments", lambda x: tf.nn.moments(x, [0])[0] ** 3, lambda x: np.mean(x) ** 3, FOUR, "mean"),
    Row("tf.nn.weighted_moments",
      lambda x: tf.nn.weighted_moments(x, [0], tf.constant([1.0, 3.0, 2.0, 2.0], x.dtype))[1],
      lambda x: np.sum(np.array([1, 3, 2, 2]) * (x - np.sum(np.array([1, 3, 2, 2]) * x) / 8) ** 2) / 8, FOUR,
      "variance"),
    Row("tf.nn.sufficient_statistics",
      lambda x: tf.nn.normalize_moments(*tf.nn.sufficient_statistics(x, [0])[:3], None)[1],
      variance, FOUR, "variance"),
)  # fmt: skip

SEGMENTS = (
    Row("tf.math.segment_sum", lambda x: tf.reduce_sum(tf.math.segment_sum(x, [0, 0, 1, 1]) ** 3),
      lambda x: (x[0] + x[1]) ** 3 + (x[2] + x[3]) ** 3, FOUR),
    Row("tf.math.segment_mean", lambda x: tf.reduce_sum(tf.math.segment_mean(x, [0, 0, 1, 1]) ** 3),
      lambda x: ((x[0] + x[1]) ** 3 + (x[2] + x[3]) ** 3) / 8, FOUR),
    Row("tf.math.segment_max", lambda x: tf.reduce_sum(tf.math.segment_max(x, [0, 0, 1, 1]) ** 3),
      lambda x: x[0] ** 3 + x[3] ** 3, FOUR),
    Row("tf.math.unsorted_segment_sum", lambda x: tf.reduce_sum(tf.math.unsorted_segment_sum(x, [0, 1, 1, 0], 2) ** 3),
      lambda x: (x[0] + x[3]) ** 3 + (x[1] + x[2]) ** 3, FOUR),
    Row("tf.math.unsorted_segment_mean",
      lambda x: tf.reduce_sum(tf.math.unsorted_segment_mean(x, [0, 1, 1, 0], 2) ** 3),
      lambda x: ((x[0] + x[3]) ** 3 + (x[1] + x[2]) ** 3) / 8, FOUR),
    Row("tf.math.unsorted_segment_max", lambda x: tf.reduce_sum(tf.math.unsorted_segment_max(x, [0, 1, 1, 0], 2) ** 3),
      lambda x: x[3] ** 3 + x[2] ** 3, FOUR),
    Row("tf.math.unsorted_segment_sqrt_n",
      lambda x: tf.reduce_sum(tf.math.unsorted_segment_sqrt_n(x, [0, 1, 1, 0], 2) ** 4),
      lambda x: ((x[0] + x[3]) ** 4 + (x[1] + x[2]) ** 4) / 4, FOUR),
    Row("tf.sparse.segment_sum",
      lambda x: tf.reduce_sum(tf.sparse.segment_sum(tf.reshape(x, [2, 2]), [0, 1, 1], [0, 0, 1]) ** 3),
      lambda x: np.sum((x[:2] + x[2:]) ** 3 + x[2:] ** 3), FOUR),
    Row("tf.sparse.segment_mean",
      lambda x: tf.reduce_sum(tf.sparse.segment_mean(tf.reshape(x, [2, 2]), [0, 1, 1], [0, 0, 1]) ** 3),
      lambda x: np.sum((x[:2] + x[2:]) ** 3 / 8 + x[2:] ** 3), FOUR),
)  # fmt: skip

VECTORS = (
    Row("tf.norm", tf.norm, norm, FOUR),
    Row("tf.norm", lambda x: tf.norm(x) ** 2, lambda x: np.sum(x**2), (0.0, 0.0, 0.0), "squared, at 0",
      thread="#12071"),
    Row("tf.norm", tf.norm, norm, (0.0, 0.0, 0.0), "at 0"),
    Row("tf.norm", lambda x: tf.norm(x, ord=1), lambda x: np.sum(each("Abs")(x)), FOUR, "ord = 1"),
    Row("tf.norm", lambda x: tf.norm(x, ord=3), lambda x: call("cbrt", np.sum(each("Abs")(x) ** 3)), FOUR, "ord = 3"),
    Row("tf.math.l2_normalize", lambda x: weighted(tf.math.l2_normalize(x)), lambda x: np.sum(w * x) / norm(x), FOUR),
    Row("tf.clip_by_norm", lambda x: weighted(tf.clip_by_norm(x, 1.5)), lambda x: 1.5 * np.sum(w * x) / norm(x), FOUR,
      "clipped"),
    Row("tf.clip_by_norm", lambda x: weighted(tf.clip_by_norm(x, 9.0) ** 3), lambda x: np.sum(w * x**3), FOUR,
      "not clipped"),
    Row("tf.clip_by_global_norm", lambda x: weighted(tf.clip_by_global_norm([x], 1.5)[0][0]),
      lambda x: 1.5 * np.sum(w * x) / norm(x), FOUR, "clipped"),
)  # fmt: skip

OPERATIONS = (*SUMS, *PRODUCTS, *MOMENTS, *SEGMENTS, *VECTORS)
