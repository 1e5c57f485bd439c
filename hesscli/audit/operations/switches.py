"""Choices: ``tf.where`` and its dead branches, largest and smallest at ties, clipping, sorting, control flow."""

from __future__ import annotations

import numpy as np

from hesscli.audit.report import Mode
from hesscli.audit.scenario import Scenario as Row
from hesscli.audit.scenario import Tensor, named
from hesscli.tape.quiet import tf

FOUR = (0.7, -0.4, 1.2, 2.0)
TIE = (0.5, 0.5, 0.25)
GUARD = "the dead branch is NaN: its zero weight times its infinite slope"


def guarded(x: Tensor) -> Tensor:
    """sin(x)/x as the double-where guard has it."""
    zero = tf.equal(x, 0)
    safe = tf.where(zero, tf.ones_like(x), x)
    return tf.where(zero, tf.ones_like(x), tf.sin(safe) / safe)


WHERE = (
    *named("tf.where", lambda x: tf.where(x > 0, x**2, tf.sin(x)), "Piecewise((x**2, x > 0), (sin(x), True))", 0.7,
      -0.7),
    Row("tf.where", lambda x: tf.where(x > 0, tf.sqrt(x), tf.zeros_like(x)), "Piecewise((sqrt(x), x > 0), (0, True))",
      -0.7,
      "dead sqrt", thread="#38349", note=GUARD),
    Row("tf.where", lambda x: tf.where(x > 0, x**1.5, tf.zeros_like(x)), "Piecewise((x**(3/2), x > 0), (0, True))",
      -0.7,
      "dead x**1.5", thread="#38349", note=GUARD),
    Row("tf.where", lambda x: tf.where(x > 0, tf.math.log(x), x**2), "Piecewise((log(x), x > 0), (x**2, True))", -0.7,
      "dead log", thread="#38349", note=GUARD),
    Row("tf.where", lambda x: tf.where(tf.equal(x, 0), tf.ones_like(x), tf.sin(x) / x), "sinc(x)", 0.0,
      "sin(x)/x, x = 0",
      thread="#38349"),
    Row("tf.where", guarded, "sinc(x)", 0.0, "double, sin(x)/x",
      note="the safe constant of the double-where guard has no slope"),
)  # fmt: skip

TIES = (
    Row("tf.maximum", lambda x: tf.maximum(x**2, x**3), "Max(x**2, x**3)", 1.5, "no tie"),
    Row("tf.maximum", lambda x: tf.maximum(x**2, x**3), "Max(x**2, x**3)", 1.0, "a tie"),
    Row("tf.maximum", lambda x: tf.maximum(x**2, 2 * x - 1), "Max(x**2, 2*x - 1)", 1.0, "a smooth tie",
      note="x**2 >= 2*x - 1"),
    Row("tf.minimum", lambda x: tf.minimum(x**2, x**3), "Min(x**2, x**3)", 1.5, "no tie"),
    Row("tf.minimum", lambda x: tf.minimum(x**2, x**3), "Min(x**2, x**3)", 1.0, "a tie"),
    Row("tf.reduce_max", lambda x: tf.reduce_max(x) ** 3, "x3**3", FOUR),
    Row("tf.reduce_max", lambda x: tf.reduce_max(x) ** 3, "Max(x0, x1, x2)**3", TIE, "a tie"),
    Row("tf.reduce_min", lambda x: tf.reduce_min(x) ** 3, "x1**3", FOUR),
    Row("tf.clip_by_value", lambda x: tf.clip_by_value(x**2, 0.1, 3.0), "clip(x**2, 0.1, 3)", 1.2, "inside"),
    Row("tf.clip_by_value", lambda x: tf.clip_by_value(x**2, 0.1, 1.0), "clip(x**2, 0.1, 1)", 1.2, "outside"),
)  # fmt: skip

SORTING = (
    Row("tf.sort", lambda x: tf.reduce_sum(tf.sort(x) ** 3 * tf.constant([1.0, 2.0, 3.0, 4.0], x.dtype)),
      "x1**3 + 2*x0**3 + 3*x2**3 + 4*x3**3", FOUR),
    Row("tf.math.top_k", lambda x: tf.reduce_sum(tf.math.top_k(x, 2)[0] ** 3), "x2**3 + x3**3", FOUR),
)  # fmt: skip


def squared_sum(x: Tensor) -> Tensor:
    """A loop in the graph: x, then x**2 + x, three times."""
    return tf.while_loop(lambda k, y: k < 3, lambda k, y: (k + 1, y * tf.sin(y) + x), [tf.constant(0), x])[1]


LOOPED = "v0 = x*sin(x) + x; v1 = v0*sin(v0) + x; v1*sin(v1) + x"

CONTROL = (
    *named("tf.function", tf.function(lambda x: tf.exp(tf.sin(x))), "exp(sin(x))", 0.7),
    *named("tf.while_loop", squared_sum, LOOPED, 0.7, modes=tuple(Mode)),
    *named("tf.while_loop", tf.function(squared_sum), LOOPED, 0.7, where="in tf.function"),
    *named("tf.cond", tf.function(lambda x: tf.cond(x > 0, lambda: tf.exp(x * x), lambda: x)), "exp(x**2)", 0.7,
           where="in tf.function"),
    Row("tf.scan", lambda x: tf.scan(lambda a, b: a * tf.sin(b), x)[-1], lambda x: x[0] * np.prod(np.sin(x[1:])), FOUR),
    Row("tf.foldl", lambda x: tf.foldl(lambda a, b: a * tf.sin(b), x), lambda x: x[0] * np.prod(np.sin(x[1:])), FOUR),
    Row("tf.map_fn", lambda x: tf.reduce_prod(tf.map_fn(tf.sin, x)), lambda x: np.prod(np.sin(x)), FOUR),
    Row("tf.vectorized_map", lambda x: tf.reduce_prod(tf.vectorized_map(tf.sin, x)), lambda x: np.prod(np.sin(x)),
      FOUR),
    *named("tf.recompute_grad", tf.recompute_grad(lambda x: tf.exp(tf.sin(x))), "exp(sin(x))", 0.7),
    *named("tf.py_function", lambda x: tf.py_function(lambda y: tf.exp(tf.sin(y)), [x], tf.float64), "exp(sin(x))",
      0.7),
    *named("tf.numpy_function", lambda x: tf.reshape(tf.numpy_function(np.sin, [x], tf.float64), []) + x**2,
      "sin(x) + x**2", 0.7,
           note="NumPy is no part of the tape"),
)  # fmt: skip

OPERATIONS = (*WHERE, *TIES, *SORTING, *CONTROL)
