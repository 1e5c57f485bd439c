"""Picking, placing, joining and turning numbers; sparse and ragged tensors; Fourier transforms."""

from __future__ import annotations

from typing import Any

import numpy as np

from hesscli.audit.report import Mode
from hesscli.audit.scenario import Scenario as Row
from hesscli.language.writing import Formula, FormulaArray, Text, each
from hesscli.tape.quiet import tf

FOUR = (0.7, -0.4, 1.2, 2.0)


def cubes(y: Any) -> Any:
    """The sum of the cubes, weighted by position: 1, 2, 3, ..."""
    flat = tf.reshape(y, [-1])
    return tf.reduce_sum(flat * flat * flat * tf.cast(tf.range(1, len(flat) + 1), flat.dtype))


def placed(*positions: int | None) -> Any:
    """The same for the variables at these positions; None is a 0."""
    return lambda x: sum((k + 1) * x[j] ** 3 for k, j in enumerate(positions) if j is not None)


PICKING = (
    Row("tf.gather", lambda x: cubes(tf.gather(x, [2, 0, 2])), placed(2, 0, 2), FOUR, modes=tuple(Mode)),
    Row("tf.gather_nd", lambda x: cubes(tf.gather_nd(tf.reshape(x, [2, 2]), [[1, 0], [0, 1]])), placed(2, 1), FOUR),
    Row("tf.nn.embedding_lookup", lambda x: cubes(tf.nn.embedding_lookup(tf.reshape(x, [2, 2]), [1, 1, 0])),
      placed(2, 3, 2, 3, 0, 1), FOUR),
    Row("tf.boolean_mask", lambda x: cubes(tf.boolean_mask(x, [True, False, True, True])), placed(0, 2, 3), FOUR),
    Row("tf.slice", lambda x: cubes(tf.slice(x, [1], [2])), placed(1, 2), FOUR),
    Row("tf.strided_slice", lambda x: cubes(x[::-2]), placed(3, 1), FOUR),
    Row("tf.dynamic_partition", lambda x: cubes(tf.dynamic_partition(x, [0, 1, 1, 0], 2)[0]), placed(0, 3), FOUR),
    Row("tf.unstack", lambda x: cubes(tf.stack(tf.unstack(x)[::-1])), placed(3, 2, 1, 0), FOUR),
)  # fmt: skip

PLACING = (
    Row("tf.scatter_nd", lambda x: cubes(tf.scatter_nd([[2], [0], [2], [1]], x, [3])),
      lambda x: x[1] ** 3 + 2 * x[3] ** 3 + 3 * (x[0] + x[2]) ** 3, FOUR, modes=tuple(Mode)),
    Row("tf.tensor_scatter_nd_update", lambda x: cubes(tf.tensor_scatter_nd_update(x, [[0]], x[1:2] ** 2)),
      lambda x: x[1] ** 6 + 2 * x[1] ** 3 + 3 * x[2] ** 3 + 4 * x[3] ** 3, FOUR),
    Row("tf.tensor_scatter_nd_add", lambda x: cubes(tf.tensor_scatter_nd_add(x, [[0]], x[1:2])),
      lambda x: (x[0] + x[1]) ** 3 + 2 * x[1] ** 3 + 3 * x[2] ** 3 + 4 * x[3] ** 3, FOUR),
    Row("tf.tensor_scatter_nd_max", lambda x: cubes(tf.tensor_scatter_nd_max(x, [[0]], x[2:3])), placed(2, 1, 2, 3),
      FOUR),
    Row("tf.tensor_scatter_nd_min", lambda x: cubes(tf.tensor_scatter_nd_min(x, [[0]], x[1:2])), placed(1, 1, 2, 3),
      FOUR),
    Row("tf.dynamic_stitch", lambda x: cubes(tf.dynamic_stitch([[0, 2], [1, 3]], [x[:2], x[2:]])), placed(0, 2, 1, 3),
      FOUR),
    Row("tf.pad", lambda x: cubes(tf.pad(x, [[1, 1]])), placed(None, 0, 1, 2, 3, None), FOUR),
    Row("tf.pad", lambda x: cubes(tf.pad(x, [[1, 1]], "REFLECT")), placed(1, 0, 1, 2, 3, 2), FOUR, "reflect"),
    Row("tf.pad", lambda x: cubes(tf.pad(x, [[1, 1]], "SYMMETRIC")), placed(0, 0, 1, 2, 3, 3), FOUR, "symmetric"),
    Row("tf.math.bincount", lambda x: cubes(tf.math.bincount([0, 1, 1, 0], x)),
      lambda x: (x[0] + x[3]) ** 3 + 2 * (x[1] + x[2]) ** 3, FOUR, "in the weights"),
)  # fmt: skip

TURNING = (
    Row("tf.broadcast_to", lambda x: cubes(tf.broadcast_to(x[:2], [2, 2])), placed(0, 1, 0, 1), FOUR),
    Row("tf.concat", lambda x: cubes(tf.concat([x[2:], x], 0)), placed(2, 3, 0, 1, 2, 3), FOUR),
    Row("tf.repeat", lambda x: cubes(tf.repeat(x, [2, 0, 1, 1])), placed(0, 0, 2, 3), FOUR),
    Row("tf.reverse", lambda x: cubes(tf.reverse(x, [0])), placed(3, 2, 1, 0), FOUR),
    Row("tf.reverse_sequence", lambda x: cubes(tf.reverse_sequence(tf.reshape(x, [2, 2]), [2, 1], 1)),
      placed(1, 0, 2, 3), FOUR),
    Row("tf.roll", lambda x: cubes(tf.roll(x, 1, 0)), placed(3, 0, 1, 2), FOUR),
    Row("tf.tile", lambda x: cubes(tf.tile(x, [2])), placed(0, 1, 2, 3, 0, 1, 2, 3), FOUR),
    Row("tf.transpose", lambda x: cubes(tf.transpose(tf.reshape(x, [2, 2]))), placed(0, 2, 1, 3), FOUR),
    Row("tf.space_to_batch", lambda x: cubes(tf.space_to_batch(tf.reshape(x, [1, 2, 2, 1]), [2, 1], [[0, 0], [0, 0]])),
      placed(0, 1, 2, 3), FOUR),
    Row("tf.nn.depth_to_space", lambda x: cubes(tf.nn.depth_to_space(tf.reshape(x, [1, 1, 1, 4]), 2)),
      placed(0, 1, 2, 3), FOUR),
    Row("tf.nn.space_to_depth", lambda x: cubes(tf.nn.space_to_depth(tf.reshape(x, [1, 2, 2, 1]), 2)),
      placed(0, 1, 2, 3), FOUR),
    Row("tf.TensorArray", lambda x: cubes(tf.TensorArray(x.dtype, 4).unstack(x).stack()), placed(0, 1, 2, 3), FOUR),
    Row("tf.linspace", lambda x: cubes(tf.linspace(x[0], x[1], 3)),
      lambda x: x[0] ** 3 + 2 * ((x[0] + x[1]) / 2) ** 3 + 3 * x[1] ** 3,
      FOUR[:2]),
)  # fmt: skip


def sparse(x: Any) -> Any:
    """((x0, 0), (x1, x2)) with three entries stored."""
    return tf.SparseTensor([[0, 0], [1, 0], [1, 1]], x[:3], [2, 2])


SPARSE = (
    Row("tf.sparse.to_dense", lambda x: cubes(tf.sparse.to_dense(sparse(x))), placed(0, None, 1, 2), FOUR),
    Row("tf.sparse.reduce_sum", lambda x: cubes(tf.sparse.reduce_sum(sparse(x), 1)),
      lambda x: x[0] ** 3 + 2 * (x[1] + x[2]) ** 3, FOUR),
    Row("tf.sparse.reduce_max", lambda x: cubes(tf.sparse.reduce_max(sparse(x), 1)), placed(0, 2), FOUR),
    Row("tf.sparse.sparse_dense_matmul",
      lambda x: cubes(tf.sparse.sparse_dense_matmul(sparse(x), tf.reshape(x, [2, 2]))),
      lambda x: (x[0] * x[0]) ** 3 + 2 * (x[0] * x[1]) ** 3 + 3 * (x[1] * x[0] + x[2] * x[2]) ** 3
      + 4 * (x[1] * x[1] + x[2] * x[3]) ** 3, FOUR),
    Row("tf.sparse.softmax", lambda x: cubes(tf.sparse.softmax(sparse(x)).values),
      lambda x: 1 + 2 * each("sigmoid")(x[1] - x[2])[()] ** 3 + 3 * each("sigmoid")(x[2] - x[1])[()] ** 3, FOUR),
    Row("tf.sparse.add", lambda x: cubes(tf.sparse.to_dense(tf.sparse.add(sparse(x), sparse(x * x)))),
      lambda x: (x[0] + x[0] ** 2) ** 3 + 3 * (x[1] + x[1] ** 2) ** 3 + 4 * (x[2] + x[2] ** 2) ** 3, FOUR),
    Row("tf.RaggedTensor", lambda x: cubes(tf.reduce_sum(tf.RaggedTensor.from_row_lengths(x, [1, 3]), 1)),
      lambda x: x[0] ** 3 + 2 * (x[1] + x[2] + x[3]) ** 3, FOUR),
)  # fmt: skip


def spectrum(y: Any) -> Any:
    """Weighted cubes of the real and the imaginary parts."""
    return cubes(tf.math.real(y)) - cubes(tf.math.imag(y))


def transform(x: FormulaArray, count: int = 4) -> Formula:
    """The same for the first values of the discrete Fourier transform of four numbers."""
    c, s = np.array([1, 0, -1, 0]), np.array([0, -1, 0, 1])
    turns = np.outer(np.arange(count), np.arange(4)) % 4
    steps = np.arange(1, count + 1)
    return np.sum(steps * (c[turns] @ x) ** 3) - np.sum(steps * (s[turns] @ x) ** 3)


def cosines(x: FormulaArray) -> Formula:
    """Weighted cubes of 2*sum of x_n*cos(pi*k*(2*n + 1)/8)."""
    rows = [2 * np.sum(x * np.array([Text(f"cos({k * (2 * n + 1)}*pi/8)") for n in range(4)])) for k in range(4)]
    return sum((k + 1) * row**3 for k, row in enumerate(rows))


FOURIER = (
    Row("tf.signal.fft", lambda x: spectrum(tf.signal.fft(tf.cast(x, tf.complex128))), transform, FOUR),
    Row("tf.signal.ifft", lambda x: spectrum(tf.signal.ifft(4 * tf.math.conj(tf.cast(x, tf.complex128)))),
      lambda x: transform(np.array([x[0], x[3], x[2], x[1]])), FOUR),
    Row("tf.signal.rfft", lambda x: spectrum(tf.signal.rfft(x)), lambda x: transform(x, 3), FOUR),
    Row("tf.signal.irfft", lambda x: cubes(tf.signal.irfft(tf.complex(x[:3], tf.zeros_like(x[:3])))),
      lambda x: ((x[0] + 2 * x[1] + x[2]) ** 3 + 2 * (x[0] - x[2]) ** 3 + 3 * (x[0] - 2 * x[1] + x[2]) ** 3
                 + 4 * (x[0] - x[2]) ** 3) / 64, FOUR),
    Row("tf.signal.dct", lambda x: cubes(tf.signal.dct(x)), cosines, FOUR),
    Row("tf.signal.frame", lambda x: cubes(tf.signal.frame(x, 2, 1)), placed(0, 1, 1, 2, 2, 3), FOUR),
    Row("tf.signal.overlap_and_add", lambda x: cubes(tf.signal.overlap_and_add(tf.reshape(x, [2, 2]), 1)),
      lambda x: x[0] ** 3 + 2 * (x[1] + x[2]) ** 3 + 3 * x[3] ** 3, FOUR),
)  # fmt: skip

OPERATIONS = (*PICKING, *PLACING, *TURNING, *SPARSE, *FOURIER)
