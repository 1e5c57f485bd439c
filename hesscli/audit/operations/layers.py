"""Layers of Keras: normalisation in training, resampling, recurrent cells, attention."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from hesscli.audit.operations.images import KERNELS, enlarged
from hesscli.audit.scenario import Scenario as Row
from hesscli.language.writing import Formula, FormulaArray, each
from hesscli.tape.quiet import tf

EPSILON = 0.125
"""Large, and exact in every format, so that nothing is nearly singular."""

BATCH = ((0.75, -0.5), (1.25, 2.0), (-1.0, 0.25))
PIXELS = (0.75, -0.5, 1.25, 2.0)
DATA = np.array(((1.0, -0.5), (0.25, 2.0), (-1.5, 0.75)))
WEIGHTS = np.array(((1.0, -2.0), (0.5, 1.5), (-0.75, 0.25)))
NORMALISED = "the variance comes from tf.nn.moments"


@functools.cache
def layer(name: str, dtype: str = "float64", **options: Any) -> Any:
    """A layer, made once."""
    return getattr(tf.keras.layers, name)(dtype=dtype, **options)


def weighted(y: Any) -> Any:
    """The weighted sum of tanh of three rows of two: no symmetry of a normalisation hides a mistake."""
    return tf.reduce_sum(tf.tanh(y) * tf.constant(WEIGHTS, y.dtype))


def normal(x: FormulaArray, axis: int) -> FormulaArray:
    """(x - mean)/sqrt(variance + EPSILON) along an axis."""
    centred = x - np.mean(x, axis=axis, keepdims=True)
    return centred / np.sqrt(np.mean(centred**2, axis=axis, keepdims=True) + EPSILON)


def norm_of(axis: int) -> Any:
    """The weighted sum for a normalisation along an axis."""
    return lambda x: np.sum(np.tanh(normal(x, axis)) * WEIGHTS)


def network(x: Any) -> Any:
    """Dense, BatchNormalization, tanh, Dense as a function of the first weights."""
    hidden = layer("BatchNormalization", epsilon=EPSILON, momentum=1.0)(tf.constant(DATA) @ x, training=True)
    return tf.reduce_mean((tf.tanh(hidden) @ tf.constant([[1.0], [-2.0]], x.dtype)) ** 2)


def network_written(x: FormulaArray) -> Formula:
    """The same by its definition."""
    return np.mean((np.tanh(normal(DATA @ x, 0)) @ np.array([1, -2])) ** 2)


NORMALISATION = (
    Row("keras.layers.LayerNormalization", lambda x: weighted(layer("LayerNormalization", epsilon=EPSILON)(x)),
      norm_of(1), BATCH,
      note=NORMALISED),
    Row("keras.layers.BatchNormalization",
      lambda x: weighted(layer("BatchNormalization", epsilon=EPSILON, momentum=1.0)(x, training=True)),
      norm_of(0), BATCH, "training", note=NORMALISED),
    Row("keras.layers.BatchNormalization", network, network_written, ((0.75, -0.5), (1.25, 0.5)), "in the weights",
      note="Dense, BatchNormalization, tanh, Dense; " + NORMALISED),
    Row("keras.layers.BatchNormalization",
      lambda x: weighted(layer("BatchNormalization", epsilon=EPSILON)(x, training=False)),
      lambda x: np.sum(np.tanh(x / float(np.sqrt(1 + EPSILON))) * WEIGHTS), BATCH, "inference"),
    Row("keras.layers.GroupNormalization",
      lambda x: weighted(layer("GroupNormalization", groups=1, epsilon=EPSILON)(x)),
      norm_of(1),
      BATCH, note=NORMALISED),
    Row("keras.layers.RMSNormalization", lambda x: weighted(layer("RMSNormalization", epsilon=EPSILON)(x)),
      lambda x: np.sum(np.tanh(x / np.sqrt(np.mean(x**2, axis=1, keepdims=True) + EPSILON)) * WEIGHTS), BATCH),
    Row("keras.layers.UnitNormalization", lambda x: weighted(layer("UnitNormalization")(x)),
      lambda x: np.sum(np.tanh(x / np.sqrt(np.sum(x**2, axis=1, keepdims=True))) * WEIGHTS), BATCH),
    Row("tf.nn.batch_normalization", lambda x: weighted(tf.nn.batch_normalization(
        x, tf.reduce_mean(x, 0), tf.math.reduce_variance(x, 0), None, None, EPSILON)), norm_of(0), BATCH),
    Row("tf.compat.v1.nn.fused_batch_norm", lambda x: weighted(tf.reshape(tf.compat.v1.nn.fused_batch_norm(
        tf.reshape(x, [3, 1, 1, 2]), tf.ones([2], x.dtype), tf.zeros([2], x.dtype), epsilon=EPSILON)[0], [3, 2])),
      norm_of(0), BATCH, "training", dtype="float32"),
    Row("keras.ops.var", lambda x: tf.keras.ops.var(x), lambda x: np.mean((x - np.mean(x)) ** 2), PIXELS),
    Row("keras.ops.moments", lambda x: tf.keras.ops.moments(x, [0])[1], lambda x: np.mean((x - np.mean(x)) ** 2),
      PIXELS,
      "variance"),
)  # fmt: skip


def pixels(x: Any, **options: Any) -> Any:
    """The sum of the cubes of a 2x2 image sampled up to 4x4."""
    y = layer("UpSampling2D", x.dtype.name, size=2, **options)(tf.reshape(x, [1, 2, 2, 1]))
    return tf.reduce_sum(y * y * y)


RESAMPLING = (
    Row("keras.layers.UpSampling2D", lambda x: pixels(x, interpolation="nearest"), enlarged(KERNELS["nearest"]), PIXELS,
      "nearest"),
    Row("keras.layers.UpSampling2D", lambda x: pixels(x, interpolation="bilinear"), enlarged(KERNELS["bilinear"]),
      PIXELS, "bilinear",
      dtype="float32"),
    Row("keras.layers.UpSampling2D", lambda x: pixels(x, interpolation="bicubic"), enlarged(KERNELS["bicubic"]), PIXELS,
      "bicubic",
      dtype="float32"),
    Row("keras.layers.AveragePooling2D",
      lambda x: layer("AveragePooling2D", pool_size=2)(tf.reshape(x, [1, 2, 2, 1]))[0, 0, 0, 0] ** 3,
      lambda x: np.mean(x) ** 3, PIXELS),
)  # fmt: skip


def fixed(*shape: int) -> Any:
    """Weights for a cell: multiples of 1/8 without a pattern."""
    count = int(np.prod(shape))
    return (((np.arange(count) * 7 + 3) % 13 - 6) / 8).reshape(shape)


INPUT = np.array([[1.0, -0.5]])
STATE = (0.5, -0.25, 0.75, 0.125)


@functools.cache
def cell(name: str, gates: int) -> Any:
    """A recurrent cell of two units with fixed weights."""
    made = layer(name, units=2)
    made.build((1, 2))
    biases = [fixed(*weight.shape) for weight in made.weights[2:]]
    made.set_weights([fixed(2, 2 * gates), fixed(2, 2 * gates)[::-1], *biases])
    return made


def lstm(x: Any) -> Any:
    """The next hidden and carry states, multiplied."""
    h, states = cell("LSTMCell", 4)(tf.constant(INPUT), [tf.reshape(x[:2], [1, 2]), tf.reshape(x[2:], [1, 2])])
    return tf.reduce_sum(h * states[1])


def lstm_written(x: FormulaArray) -> Formula:
    """Gates in Keras' order: input, forget, carry, output."""
    z = INPUT[0] @ fixed(2, 8) + x[:2] @ fixed(2, 8)[::-1] + fixed(8)
    i, f, o = (each("sigmoid")(z[k : k + 2]) for k in (0, 2, 6))
    c = f * x[2:] + i * np.tanh(z[4:6])
    return np.sum(o * np.tanh(c) * c)


def gru(x: Any) -> Any:
    """The next state, squared."""
    return tf.reduce_sum(cell("GRUCell", 3)(tf.constant(INPUT), [tf.reshape(x, [1, 2])])[0] ** 2)


def gru_written(x: FormulaArray) -> Formula:
    """Gates in Keras' order: update, reset, candidate; the reset after the matrix product."""
    bias = fixed(2, 6)
    a = INPUT[0] @ fixed(2, 6) + bias[0]
    b = x @ fixed(2, 6)[::-1] + bias[1]
    update, reset = each("sigmoid")(a[:2] + b[:2]), each("sigmoid")(a[2:4] + b[2:4])
    h = update * x + (1 - update) * np.tanh(a[4:] + reset * b[4:])
    return np.sum(h**2)


def attention(x: Any) -> Any:
    """Three rows of two attend to themselves."""
    y = layer("Attention")([x[None], x[None]])
    return tf.reduce_sum(y[0] * tf.constant(WEIGHTS, y.dtype))


def attention_written(x: FormulaArray) -> Formula:
    """softmax(x x') x."""
    e = np.exp(x @ x.T)
    return np.sum(WEIGHTS * ((e / np.sum(e, axis=1, keepdims=True)) @ x))


def block_lstm(operation: str, **options: float) -> Callable[[Any], Any]:
    """One step of a fused kernel, all biases 0: its hidden state, squared."""

    def total(x: Any) -> Any:
        none = tf.zeros([2], x.dtype)
        y = getattr(tf.raw_ops, operation)(
            seq_len_max=1,
            x=tf.constant(INPUT[None], x.dtype),
            cs_prev=tf.reshape(x[2:], [1, 2]),
            h_prev=tf.reshape(x[:2], [1, 2]),
            w=tf.constant(fixed(4, 8), x.dtype),
            wci=none,
            wcf=none,
            wco=none,
            b=tf.zeros([8], x.dtype),
            cell_clip=-1.0,
            **options,
        )
        return tf.reduce_sum(y.h**2)

    return total


def block_lstm_written(gates: str) -> Callable[[FormulaArray], Formula]:
    """The same by its definition, for an order of the gates input, forget, carry and output in the weights."""

    def total(x: FormulaArray) -> Formula:
        z = INPUT[0] @ fixed(4, 8)[:2] + x[:2] @ fixed(4, 8)[2:]
        part = {gate: z[2 * k : 2 * k + 2] for k, gate in enumerate(gates)}
        i, f, o = (each("sigmoid")(part[gate]) for gate in "ifo")
        c = f * x[2:] + i * np.tanh(part["c"])
        return np.sum((o * np.tanh(c)) ** 2)

    return total


def block_gru(x: Any) -> Any:
    """One step of the fused kernel, all biases 0."""
    y = tf.raw_ops.GRUBlockCell(
        x=tf.constant(INPUT, x.dtype),
        h_prev=tf.reshape(x, [1, 2]),
        w_ru=tf.constant(fixed(4, 4), x.dtype),
        w_c=tf.constant(fixed(4, 2), x.dtype),
        b_ru=tf.zeros([4], x.dtype),
        b_c=tf.zeros([2], x.dtype),
    )
    return tf.reduce_sum(y.h**2)


def block_gru_written(x: FormulaArray) -> Formula:
    """Gates in the kernel's order: reset, update; the reset before the matrix product."""
    z = INPUT[0] @ fixed(4, 4)[:2] + x @ fixed(4, 4)[2:]
    reset, update = each("sigmoid")(z[:2]), each("sigmoid")(z[2:])
    candidate = np.tanh(INPUT[0] @ fixed(4, 2)[:2] + (reset * x) @ fixed(4, 2)[2:])
    return np.sum((update * x + (1 - update) * candidate) ** 2)


RECURRENT = (
    Row("keras.layers.LSTMCell", lstm, lstm_written, STATE, "in the state"),
    Row("keras.layers.GRUCell", gru, gru_written, STATE[:2], "in the state"),
    Row("tf.raw_ops.BlockLSTM", block_lstm("BlockLSTM", forget_bias=0.0), block_lstm_written("icfo"), STATE,
      "in the state", dtype="float32"),
    Row("tf.raw_ops.BlockLSTMV2", block_lstm("BlockLSTMV2"), block_lstm_written("ifco"), STATE, "in the state",
      dtype="float32"),
    Row("tf.raw_ops.GRUBlockCell", block_gru, block_gru_written, STATE[:2], "in the state", dtype="float32"),
    Row("keras.layers.Attention", attention, attention_written, BATCH),
)  # fmt: skip

OPERATIONS = (*NORMALISATION, *RESAMPLING, *RECURRENT)
