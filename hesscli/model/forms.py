"""Operations of TensorFlow whose second derivative is wrong or missing, in a form that is equal and right.

The forms stand in for TensorFlow's functions while a model is traced, and leave when the trace is done. Every form is
the same function of the same numbers: the value and the gradient stay, the second derivative becomes right.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

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


def resize(images: Any, size: Any, method: Any = "bilinear", *other: Any, **named: Any) -> Any:
    """Bilinear and nearest resizing as products with constant matrices, A x B' in every channel.

    Both are linear, and their second derivative by what comes before them is that of a matrix product; the gradient of
    TensorFlow's own operations has no gradient. Half-pixel centres: output y stands at (y + 1/2) n/m - 1/2.
    """
    images, size = tf.convert_to_tensor(images), tf.get_static_value(size)
    kind = MATRICES.get(str(getattr(method, "value", method)))
    known = size is not None and images.shape.rank in (3, 4) and None not in images.shape[-3:]
    if kind is None or not known or other or any(named.get(key) for key in ("preserve_aspect_ratio", "antialias")):
        return NotImplemented
    if not images.dtype.is_floating:
        return NotImplemented
    height, width = (tf.constant(kind(n, int(m)), images.dtype) for n, m in zip(images.shape[-3:-1], size, strict=True))
    return tf.einsum("ph,...hwc,qw->...pqc", height, images, width)


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


MATRICES = {"bilinear": _bilinear, "nearest": _nearest}


@dataclass(frozen=True, slots=True)
class Replacement:
    """A row of the table.

    Attributes:
        name: TensorFlow's function, below ``tf``.
        form: that stands in for it; it gives NotImplemented where TensorFlow's own is left as it is.
        trouble: what is wrong with TensorFlow's own.
    """

    name: str
    form: Callable[..., Any]
    trouble: str


FORMS = (
    Replacement(
        "nn.moments", moments, "takes the mean inside the variance for a constant: its second derivative is wrong"
    ),
    Replacement("nn.softsign", softsign, "has no second derivative"),
    Replacement("image.resize", resize, "loses its second derivative without a word"),
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
        before = [(_home(row.name), row.name.rpartition(".")[2]) for row in FORMS]
        own = [getattr(home, last) for home, last in before]
        try:
            for (home, last), row in zip(before, FORMS, strict=True):
                setattr(home, last, _noted(row, getattr(home, last), used))
            yield
        finally:
            for (home, last), function in zip(before, own, strict=True):
                setattr(home, last, function)


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
