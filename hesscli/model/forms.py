"""Operations of TensorFlow whose second derivative is wrong or missing, in a form that is equal and right.

The forms stand in for TensorFlow's functions while a model is traced, and leave when the trace is done. Every form is
the same function of the same numbers: the value and the gradient stay, the second derivative becomes right.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from hesscli.pythonfile import PERSONAL
from hesscli.tape.quiet import tf

_lock = threading.RLock()
"""TensorFlow's functions belong to the process: one trace at a time changes them."""


def moments(x: Any, axes: Any, shift: Any = None, keepdims: bool = False, name: str | None = None) -> Any:
    """Mean and variance, var = mean((x - mean)^2), differentiated through the mean as well.

    ``tf.nn.moments`` takes the mean inside the variance for a constant (``stop_gradient``). The first derivative does
    not notice, as sum(x - mean) = 0; the second lacks -2/n^2 in every entry.
    """
    x = tf.convert_to_tensor(x)
    wide = tf.cast(x, tf.float32) if x.dtype in (tf.float16, tf.bfloat16) else x
    mean = tf.reduce_mean(wide, axes, keepdims=True)
    variance = tf.reduce_mean(tf.math.squared_difference(wide, mean), axes, keepdims=keepdims)
    mean = mean if keepdims else tf.squeeze(mean, axes)
    return tf.cast(mean, x.dtype), tf.cast(variance, x.dtype)


def softsign(features: Any, name: str | None = None) -> Any:
    """x/(1 + |x|); the gradient of TensorFlow's own operation has no gradient."""
    x = tf.convert_to_tensor(features)
    return x / (1 + tf.abs(x))


def local_response_normalization(
    input: Any,
    depth_radius: Any = 5,
    bias: Any = 1,
    alpha: Any = 1,
    beta: Any = 0.5,
    name: str | None = None,
) -> Any:
    """x (bias + alpha sum of x^2 over the channels up to depth_radius away)^-beta: the sum as a product with a band.

    The gradient of TensorFlow's own operation has no gradient.
    """
    x, channels = tf.convert_to_tensor(input), input.shape[-1]
    if channels is None:
        return NotImplemented
    places = np.arange(int(channels))
    band = tf.constant(np.abs(places[:, None] - places) <= int(depth_radius), x.dtype)
    return x * tf.pow(bias + alpha * tf.tensordot(tf.square(x), band, 1), tf.cast(-beta, x.dtype))


def resize(images: Any, size: Any, method: Any = "bilinear", *other: Any, **named: Any) -> Any:
    """Resizing as products with constant matrices, A x B' in every channel.

    It is linear, and its second derivative by what comes before it is that of a matrix product; the gradient of
    TensorFlow's own operations has no gradient. Half-pixel centres: output y stands at (y + 1/2) n/m - 1/2.
    """
    images, size = tf.convert_to_tensor(images), tf.get_static_value(size)
    word = str(getattr(method, "value", method))
    known = size is not None and images.shape.rank in (3, 4) and None not in images.shape[-3:]
    if not known or other or named.get("preserve_aspect_ratio") or not images.dtype.is_floating:
        return NotImplemented
    kind = MATRICES.get(word) if not named.get("antialias") else None
    if kind is None:
        kind = partial(_sampled, method=method, antialias=bool(named.get("antialias")))
    height, width = (tf.constant(kind(n, int(m)), images.dtype) for n, m in zip(images.shape[-3:-1], size, strict=True))
    return tf.einsum("ph,...hwc,qw->...pqc", height, images, width)


def _sampled(n: int, m: int, *, method: Any, antialias: bool) -> Any:
    """The weights of n inputs in m outputs as TensorFlow's own resizing of unit vectors has them, shape (m, n)."""
    with tf.init_scope():  # now, and not in the graph that is being traced
        columns = RESIZE(np.eye(n, dtype=np.float32)[:, :, None, None], (m, 1), method, antialias=antialias)
        return columns.numpy()[:, :, 0, 0].T


def _bilinear(n: int, m: int) -> Any:
    """Weights of n inputs in m outputs, shape (m, n)."""
    where = (np.arange(m) + 0.5) * n / m - 0.5
    lower = np.floor(where)
    matrix = np.zeros((m, n))
    for row, below, share in zip(range(m), lower.astype(int), where - lower, strict=True):
        matrix[row, min(max(below, 0), n - 1)] += 1 - share
        matrix[row, min(max(below + 1, 0), n - 1)] += share
    return matrix


def _nearest(n: int, m: int) -> Any:
    """The one input of each of m outputs, shape (m, n)."""
    where = np.floor((np.arange(m) + 0.5) * n / m).astype(int)
    return np.eye(n)[np.minimum(where, n - 1)]


def pooled(
    kind: str, input: Any, ksize: Any, strides: Any, padding: Any, data_format: Any = None, name: Any = None
) -> Any:
    """Pooling of volumes of doubles, of which TensorFlow has none: over planes, and then across them.

    The largest of the largest is the largest, and so is the mean of means, for every plane counts the same places.
    """
    x = tf.convert_to_tensor(input)
    shape = x.shape.as_list() if x.shape.rank == 5 else [None]
    if x.dtype != tf.float64 or None in shape[1:] or len(shape) != 5 or not str(data_format or "NDHWC").endswith("C"):
        return NotImplemented
    pool, padding = getattr(tf.nn, f"{kind}_pool2d"), padding.upper()
    (k, *sizes), (step, *steps) = (
        [one] * 3 if isinstance(one, int) else list(one)[-4:-1] if len(one) == 5 else list(one)
        for one in (ksize, strides)
    )
    deep, high, wide, channels = shape[1:]
    planes = pool(tf.reshape(x, [-1, high, wide, channels]), sizes, steps, padding)
    high, wide = planes.shape[1:3]
    across = pool(tf.reshape(planes, [-1, deep, high * wide, channels]), [k, 1], [step, 1], padding)
    return tf.reshape(across, [-1, across.shape[1], high, wide, channels])


MATRICES = {"bilinear": _bilinear, "nearest": _nearest}

RESIZE = tf.image.resize
"""TensorFlow's own, whatever stands in for it."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """A row of the table.

    Attributes:
        name: TensorFlow's function, below ``tf``.
        aliases: other names that it has there.
        form: that stands in for it; it gives NotImplemented where TensorFlow's own is left as it is.
        trouble: what is wrong with TensorFlow's own.
    """

    name: str
    form: Callable[..., Any]
    trouble: str
    aliases: tuple[str, ...] = ()


FORMS = (
    Replacement(
        "nn.moments", moments, "takes the mean inside the variance for a constant: its second derivative is wrong"
    ),
    Replacement("nn.softsign", softsign, "has no second derivative", ("math.softsign",)),
    Replacement(
        "nn.local_response_normalization", local_response_normalization, "has no second derivative", ("nn.lrn",)
    ),
    Replacement("image.resize", resize, "loses its second derivative without a word"),
    Replacement("nn.max_pool", partial(pooled, "max"), "has no derivatives of volumes in doubles"),
    Replacement("nn.avg_pool", partial(pooled, "avg"), "has no derivatives of volumes in doubles"),
)


def trouble(name: str) -> str:
    """What is wrong with TensorFlow's own function, ``tf.nn.moments``."""
    return next(row.trouble for row in FORMS if f"tf.{row.name}" == name)


@contextmanager
def right_forms(used: set[str]) -> Iterator[None]:
    """Let the forms stand in for TensorFlow's functions inside the block, for one thread at a time.

    Args:
        used: takes the names of those that were called.

    Yields:
        Nothing; afterwards TensorFlow is as it was, whatever happened.
    """
    with _lock:
        before = list(_places())
        try:
            for home, name, own, row in before:
                setattr(home, name, _noted(row, own, used))
            yield
        finally:
            for home, name, own, _ in before:
                setattr(home, name, own)


def _places() -> Iterator[tuple[Any, str, Callable[..., Any], Replacement]]:
    """Where the functions of the table are called from: TensorFlow, and a person's file that imported them by name."""
    files = [module for name, module in [*sys.modules.items()] if name.startswith(PERSONAL)]
    for row in FORMS:
        for name in (row.name, *row.aliases):
            home, last = _home(name), name.rpartition(".")[2]
            own = getattr(home, last)
            yield home, last, own, row
            for module in files:
                yield from ((module, key, own, row) for key, value in [*vars(module).items()] if value is own)


def _home(name: str) -> Any:
    home: Any = tf
    for word in name.split(".")[:-1]:
        home = getattr(home, word)
    return home


def _noted(row: Replacement, own: Callable[..., Any], used: set[str]) -> Callable[..., Any]:
    def stand_in(*given: Any, **named: Any) -> Any:
        found = row.form(*given, **named)
        if found is NotImplemented:
            return own(*given, **named)
        used.add(f"tf.{row.name}")
        return found

    return stand_in
