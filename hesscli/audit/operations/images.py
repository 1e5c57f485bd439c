"""``tf.image``: resizing by every kernel, cropping, colours."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, pi, sin
from typing import Any

import numpy as np

from hesscli.audit.report import Mode
from hesscli.audit.scenario import Scenario as Row
from hesscli.language.writing import Formula, FormulaArray
from hesscli.tape.quiet import tf

FOUR = (0.75, -0.5, 1.25, 2.0)
SIXTEEN = (0.75, -0.5, 1.25, 2.0, 0.25, -1.0, 0.5, 1.5, -0.25, 0.625, -1.25, 1.75, 1.0, -0.75, 0.125, 0.375)
COLOR = (0.75, 0.25, 0.5)

Kernel = Callable[[float], float]


def lanczos(radius: int) -> Kernel:
    """sinc(x)*sinc(x/radius) inside the radius."""

    def value(x: float) -> float:
        if abs(x) >= radius:
            return 0.0
        return radius * sin(pi * x) * sin(pi * x / radius) / (pi * x) ** 2 if x else 1.0

    return value


def cubic(b: float, c: float) -> Kernel:
    """The family of Mitchell and Netravali: (0, 1/2) is Keys' kernel, (1/3, 1/3) Mitchell's."""

    def value(x: float) -> float:
        x = abs(x)
        if x < 1:
            return ((12 - 9 * b - 6 * c) * x**3 + (-18 + 12 * b + 6 * c) * x**2 + 6 - 2 * b) / 6
        if x < 2:
            return ((-b - 6 * c) * x**3 + (6 * b + 30 * c) * x**2 + (-12 * b - 48 * c) * x + 8 * b + 24 * c) / 6
        return 0.0

    return value


KERNELS: dict[str, Kernel] = {
    "bilinear": lambda x: max(0.0, 1 - abs(x)),
    "bicubic": cubic(0, 0.5),
    "lanczos3": lanczos(3),
    "lanczos5": lanczos(5),
    "gaussian": lambda x: exp(-2 * x * x) if abs(x) < 1.5 else 0.0,
    "mitchellcubic": cubic(1 / 3, 1 / 3),
    "nearest": lambda x: 1.0 if -0.5 < x <= 0.5 else 0.0,
}
"""Weight of a pixel by its distance from the sample, before all weights are made to sum to 1."""


def weights(kernel: Kernel, inside: int, outside: int) -> Any:
    """What each of ``outside`` samples takes from ``inside`` pixels, shape (outside, inside), for outside >= inside."""
    centres = (np.arange(outside) + 0.5) * inside / outside - 0.5
    table = np.array([[kernel(float(k - centre)) for k in range(inside)] for centre in centres])
    return table / table.sum(axis=1, keepdims=True)


def enlarged(kernel: Kernel) -> Callable[[FormulaArray], Formula]:
    """The sum of the cubes of a 2x2 image enlarged to 4x4."""
    table = weights(kernel, 2, 4)

    def total(x: FormulaArray) -> Formula:
        return np.sum((table @ x.reshape(2, 2) @ table.T) ** 3)

    return total


def resize(method: str, size: int = 4, **options: Any) -> Callable[[Any], Any]:
    """The sum of the cubes of a square image in another size."""

    def total(x: Any) -> Any:
        side = int(x.shape[0] ** 0.5)
        y = tf.image.resize(tf.reshape(x, [1, side, side, 1]), [size, size], method, **options)
        return tf.reduce_sum(y * y * y)

    return total


def halved(x: FormulaArray) -> Formula:
    """The sum of the cubes of the means of the 2x2 tiles of a 4x4 image."""
    grid = x.reshape(4, 4)
    return sum(np.mean(grid[i : i + 2, j : j + 2]) ** 3 for i in (0, 2) for j in (0, 2))


RESIZING = (
    *(
        Row("tf.image.resize", resize(name), enlarged(kernel), FOUR, name, dtype="float32", modes=modes)
        for name, kernel in KERNELS.items()
        for modes in [tuple(Mode) if name == "bilinear" else (Mode.REVERSE,)]
    ),
    Row("tf.image.resize", resize("area", 2), halved, SIXTEEN, "area", dtype="float32", thread="#37091"),
    Row("tf.image.resize", resize("bilinear", antialias=True), enlarged(KERNELS["bilinear"]), FOUR, "antialias",
      dtype="float32"),
)  # fmt: skip


def between(x: FormulaArray, row: Any, column: Any) -> Any:
    """The bilinear value inside a 2x2 image."""
    return (1 - row) * ((1 - column) * x[0] + column * x[1]) + row * ((1 - column) * x[2] + column * x[3])


def crop(boxes: Any, pixels: Any) -> Any:
    """The sum of the cubes of a 3x3 crop of a 2x2 image."""
    y = tf.image.crop_and_resize(tf.reshape(pixels, [1, 2, 2, 1]), tf.reshape(boxes, [1, 4]), [0], [3, 3])
    return tf.reduce_sum(y * y * y)


def cropped(box: Any, x: Any) -> Formula:
    """The same by its definition: nine samples from corner to corner of the box."""
    rows = [box[0] + (box[2] - box[0]) * k / 2 for k in range(3)]
    columns = [box[1] + (box[3] - box[1]) * k / 2 for k in range(3)]
    return sum(between(x, i, j) ** 3 for i in rows for j in columns)


BOX = (0.125, 0.25, 0.75, 0.875)

CROPPING = (
    Row("tf.image.crop_and_resize", lambda x: crop(tf.constant(BOX, x.dtype), x), lambda x: cropped(BOX, x), FOUR,
      "in the image",
      dtype="float32"),
    Row("tf.image.crop_and_resize", lambda x: crop(x, tf.constant(FOUR, x.dtype)), lambda x: cropped(x, FOUR), BOX,
      "in the box",
      dtype="float32"),
    Row("tf.image.extract_patches", lambda x: tf.reduce_sum(tf.reduce_prod(tf.image.extract_patches(
        tf.reshape(x, [1, 2, 2, 1]), [1, 1, 2, 1], [1] * 4, [1] * 4, "VALID"), -1)),
      lambda x: x[0] * x[1] + x[2] * x[3], FOUR),
)  # fmt: skip


def colored(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A weighted sum over the channels of one pixel."""
    return lambda x: tf.reduce_sum(function(tf.reshape(x, [1, 1, 3])) * tf.constant([1.0, -2.0, 0.5], x.dtype))


def standardized(x: FormulaArray) -> Formula:
    """(x - mean)/deviation, weighted."""
    m = np.mean(x)
    return np.sum(np.array([1, -2, 0.5]) * (x - m)) / np.sqrt(np.mean((x - m) ** 2))


COLORS = (
    Row("tf.image.per_image_standardization", colored(tf.image.per_image_standardization), standardized,
      (0.75, -1.25, 2.0),
      dtype="float32"),
    Row("tf.image.adjust_contrast",
      lambda x: tf.reduce_sum(tf.image.adjust_contrast(tf.reshape(x, [2, 2, 1]), 2.0) ** 3),
      lambda x: np.sum((2 * x - np.mean(x)) ** 3), FOUR, dtype="float32"),
    Row("tf.image.adjust_gamma", colored(lambda x: tf.image.adjust_gamma(x, 2.5)),
      lambda x: x[0] ** 2.5 - 2 * x[1] ** 2.5
      + 0.5 * x[2] ** 2.5, COLOR, dtype="float32"),
    Row("tf.image.rgb_to_hsv", colored(tf.image.rgb_to_hsv),
      lambda x: 1 + (x[1] - x[2]) / (6 * (x[0] - x[1])) - 2 * (x[0] - x[1]) / x[0] + x[0] / 2, COLOR),
    Row("tf.image.hsv_to_rgb", colored(tf.image.hsv_to_rgb),
      lambda x: x[2] * (1 - x[1]) - 2 * x[2] * (1 - x[1] * (6 * x[0] - 3)) + x[2] / 2, (0.625, 0.25, 0.5)),
    Row("tf.image.total_variation", lambda x: tf.image.total_variation(tf.reshape(x, [2, 2, 1]) ** 2),
      lambda x: x[0] ** 2 - x[1] ** 2 + x[3] ** 2 - x[2] ** 2 + x[2] ** 2 - x[0] ** 2 + x[3] ** 2 - x[1] ** 2, FOUR),
    Row("tf.image.psnr",
      lambda x: tf.reduce_sum(tf.image.psnr(tf.reshape(x, [2, 2, 1]), tf.zeros([2, 2, 1], x.dtype), 1.0)),
      lambda x: -10 * np.log(np.mean(x**2)) / float(np.log(10)), FOUR, dtype="float32"),
)  # fmt: skip

OPERATIONS = (*RESIZING, *CROPPING, *COLORS)
