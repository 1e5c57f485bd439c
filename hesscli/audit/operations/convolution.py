"""Convolutions, pooling and morphology on small images, and how they move numbers about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from hesscli.audit.report import Mode
from hesscli.audit.scenario import Scenario as Row
from hesscli.language.writing import Formula, FormulaArray
from hesscli.tape.quiet import tf

nn = tf.nn

NINE = (0.75, -0.5, 1.25, 2.0, 0.25, -1.0, 0.5, 1.5, -0.25)
KERNEL = (1.0, -0.5, 0.25, 0.75)
SIXTEEN = (*NINE, 0.625, -1.25, 1.75, 1.0, -0.75, 0.125, 0.375)
WITH_KERNEL = (*NINE, *KERNEL)
LINE = (0.75, -0.5, 1.25, 2.0)


def cubes(y: Any) -> Any:
    """The sum of the cubes, by products alone: ``pow`` has troubles of its own at 0."""
    return tf.reduce_sum(y * y * y)


def image(x: Any, size: int = 3) -> Any:
    """Numbers as one image of one channel."""
    return tf.reshape(x[: size * size], [1, size, size, 1])


def kernel(x: Any, *shape: int) -> Any:
    """What follows the image's nine numbers, as a filter."""
    return tf.reshape(x[9:], shape or (2, 2, 1, 1))


def windows(x: FormulaArray, size: int = 2, stride: int = 1) -> list[FormulaArray]:
    """All square windows of a square image."""
    steps = range(0, len(x) - size + 1, stride)
    return [x[i : i + size, j : j + size] for i in steps for j in steps]


def filtered(x: FormulaArray) -> Formula:
    """The sum of the cubes of the valid correlation of a 3x3 image with the 2x2 kernel behind it."""
    grid, k = x[:9].reshape(3, 3), x[9:].reshape(2, 2)
    return sum(np.sum(part * k) ** 3 for part in windows(grid))


def transposed(x: FormulaArray) -> Formula:
    """The sum of the cubes of the full convolution."""
    k = x[9:].reshape(2, 2)
    out = np.zeros((4, 4), object)
    for i in range(3):
        for j in range(3):
            out[i : i + 2, j : j + 2] = out[i : i + 2, j : j + 2] + x[3 * i + j] * k
    return np.sum(out**3)


def pooled(choose: Callable[[FormulaArray, Any], Formula]) -> Callable[[FormulaArray], Formula]:
    """The sum of the cubes over the four 2x2 tiles of a 4x4 image."""

    def total(x: FormulaArray) -> Formula:
        tiles = windows(x.reshape(4, 4), 2, 2)
        numbers = windows(np.array(SIXTEEN).reshape(4, 4), 2, 2)
        return sum(choose(t, v) ** 3 for t, v in zip(tiles, numbers, strict=True))

    return total


largest = pooled(lambda tile, numbers: tile.ravel()[int(np.argmax(numbers))])
average = pooled(lambda tile, numbers: np.mean(tile))


def stretched(x: FormulaArray) -> Formula:
    """Dilation of a 3x3 image by the 2x2 kernel KERNEL: the largest of image + kernel in every window."""
    k = np.array(KERNEL).reshape(2, 2)
    parts = zip(windows(x.reshape(3, 3)), windows(np.array(NINE).reshape(3, 3)), strict=True)
    return sum((part + k).ravel()[int(np.argmax(v + k))] ** 3 for part, v in parts)


def shrunk(x: FormulaArray) -> Formula:
    """Erosion: the smallest of image - kernel, the kernel turned by half a circle."""
    k = np.array(KERNEL).reshape(2, 2)[::-1, ::-1]
    parts = zip(windows(x.reshape(3, 3)), windows(np.array(NINE).reshape(3, 3)), strict=True)
    return sum((part - k).ravel()[int(np.argmin(v - k))] ** 3 for part, v in parts)


def morphology(function: Callable[..., Any]) -> Callable[[Any], Any]:
    """Dilation or erosion by KERNEL."""
    ones = [1] * 4
    return lambda x: cubes(function(image(x), tf.constant(KERNEL, x.dtype, [2, 2, 1]), ones, "VALID", "NHWC", ones))


def neighbours(x: FormulaArray) -> Formula:
    """x/(1 + sum of the squares of the neighbours in depth)**(1/2), weighted."""
    squares = [np.sum(x[max(0, k - 1) : k + 2] ** 2) for k in range(4)]
    return sum(c * v / np.sqrt(1 + s) for c, v, s in zip(KERNEL, x, squares, strict=True))


def frames(x: Any) -> Any:
    """Nine numbers as a sequence of nine with one channel."""
    return tf.reshape(x[:9], [1, 9, 1])


CONVOLUTIONS = (
    Row("tf.nn.conv1d", lambda x: cubes(nn.conv1d(frames(x), kernel(x, 4, 1, 1), 1, "VALID")),
      lambda x: sum(np.sum(x[k : k + 4] * x[9:]) ** 3 for k in range(6)), WITH_KERNEL),
    Row("tf.nn.conv2d", lambda x: cubes(nn.conv2d(image(x), kernel(x), 1, "VALID")), filtered, WITH_KERNEL,
      modes=tuple(Mode)),
    Row("tf.nn.conv3d",
      lambda x: cubes(nn.conv3d(tf.reshape(x[:9], [1, 3, 3, 1, 1]), kernel(x, 2, 2, 1, 1, 1), [1] * 5, "VALID")),
      filtered, WITH_KERNEL),
    Row("tf.nn.conv2d_transpose", lambda x: cubes(nn.conv2d_transpose(image(x), kernel(x), [1, 4, 4, 1], 1, "VALID")),
      transposed, WITH_KERNEL),
    Row("tf.nn.depthwise_conv2d", lambda x: cubes(nn.depthwise_conv2d(image(x), kernel(x), [1] * 4, "VALID")), filtered,
      WITH_KERNEL),
    Row("tf.nn.separable_conv2d", lambda x: cubes(nn.separable_conv2d(
        image(x), kernel(x), tf.ones([1, 1, 1, 1], x.dtype), [1] * 4, "VALID")), filtered, WITH_KERNEL),
    Row("tf.nn.convolution", lambda x: cubes(nn.convolution(image(x), kernel(x), dilations=2)),
      lambda x: (x[0] * x[9] + x[2] * x[10] + x[6] * x[11] + x[8] * x[12]) ** 3, WITH_KERNEL, "dilated"),
    Row("tf.nn.bias_add", lambda x: cubes(nn.bias_add(tf.reshape(x, [2, 2]), x[:2])),
      lambda x: np.sum((x.reshape(2, 2) + x[:2]) ** 3), LINE),
)  # fmt: skip

POOLING = (
    Row("tf.nn.max_pool2d", lambda x: cubes(nn.max_pool2d(image(x, 4), 2, 2, "VALID")), largest, SIXTEEN),
    Row("tf.nn.max_pool_with_argmax", lambda x: cubes(nn.max_pool_with_argmax(image(x, 4), 2, 2, "VALID")[0]), largest,
      SIXTEEN),
    Row("tf.nn.avg_pool2d", lambda x: cubes(nn.avg_pool2d(image(x, 4), 2, 2, "VALID")), average, SIXTEEN),
    Row("tf.nn.max_pool3d",
      lambda x: cubes(nn.max_pool3d(tf.reshape(x, [1, 1, 4, 4, 1]), [1, 2, 2], [1, 2, 2], "VALID")),
      largest, SIXTEEN, dtype="float32"),
    Row("tf.nn.avg_pool3d",
      lambda x: cubes(nn.avg_pool3d(tf.reshape(x, [1, 1, 4, 4, 1]), [1, 2, 2], [1, 2, 2], "VALID")),
      average, SIXTEEN, dtype="float32"),
    Row("tf.nn.fractional_max_pool", lambda x: cubes(nn.fractional_max_pool(image(x, 4), 2.0, seed=1)[0]), largest,
      SIXTEEN,
      note="at ratio 2 its regions are the 2x2 tiles"),
    Row("tf.nn.fractional_avg_pool",
      lambda x: cubes(nn.fractional_avg_pool(image(x, 4), [1.0, 2.0, 2.0, 1.0], seed=1)[0]), average, SIXTEEN,
      note="at ratio 2 its regions are the 2x2 tiles"),
    Row("tf.nn.dilation2d", morphology(nn.dilation2d), stretched, NINE),
    Row("tf.nn.erosion2d", morphology(nn.erosion2d), shrunk, NINE),
    Row("tf.nn.local_response_normalization", lambda x: tf.reduce_sum(tf.constant(KERNEL, x.dtype) * nn.lrn(
        tf.reshape(x, [1, 1, 1, 4]), depth_radius=1)), neighbours, LINE, dtype="float32"),
)  # fmt: skip

OPERATIONS = (*CONVOLUTIONS, *POOLING)
