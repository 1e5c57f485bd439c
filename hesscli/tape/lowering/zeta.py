"""Riemann's and Hurwitz's zeta functions, with derivatives in both arguments."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from hesscli.tape.primitive import apply, defined, ours
from hesscli.tape.quiet import tf
from hesscli.tape.taylor.powers import exp, sin_cos
from hesscli.tape.taylor.series import Series, choose
from hesscli.tape.values import Tensor, in_double, is_number, number, tensor

BERNOULLI = [
    Fraction(*pair)
    for pair in (
        (1, 6), (-1, 30), (1, 42), (-1, 30), (5, 66), (-691, 2730), (7, 6), (-3617, 510),
        (43867, 798), (-174611, 330), (854513, 138), (-236364091, 2730), (8553103, 6),
    )
]  # fmt: skip
"""B_2, B_4, ..."""

HEAD = 14

REFLECT = -0.5
"""Left of here zeta is reflected; between here and 0 the reflected one would stand beside its pole at 1."""

LEAST = -4.0
"""Left of here Euler's and Maclaurin's sum for Hurwitz's zeta has no digits left."""


def hurwitz(s: Any, a: Any) -> Any:
    """zeta(s, a) by Euler's and Maclaurin's formula (DLMF 25.11.5), right in both arguments at every order.

    Of tensors and series alike; a may be a number.
    """
    edge = a + HEAD
    last = apply("exp", -s * apply("log", edge))
    total = edge * last / (s - 1) + last / 2
    for k in range(HEAD):
        total = total + apply("exp", -s * apply("log", a + k))
    factor = s / edge
    for k, b in enumerate(BERNOULLI, start=1):
        total = total + float(b / math.factorial(2 * k)) * factor * last
        factor = factor * (s + (2 * k - 1)) * (s + 2 * k) / (edge * edge)
    return total


@in_double
def hurwitz_zeta(s: Any, a: Tensor) -> Tensor:
    """Hurwitz's zeta for a > 0, s > LEAST."""
    s = tensor(s, a)
    inside = tf.logical_and(tf.greater(a, 0), tf.greater(s, LEAST))
    return tf.where(inside, hurwitz(s, tf.where(inside, a, tf.ones_like(a))), number(math.nan, a))


@in_double
def riemann_zeta(s: Tensor) -> Tensor:
    """Riemann's zeta, by reflection left of 0."""
    left = tf.less(s, REFLECT)
    mirrored = tf.where(left, 1 - s, s)
    right = hurwitz(mirrored, tf.ones_like(s))
    safe = tf.where(left, s, -tf.ones_like(s))
    angle = number(math.pi, s) * (safe / 2 - tf.round(safe / 4) * 2)
    scale = tf.exp(safe * number(math.log(2 * math.pi), s)) / number(math.pi, s)
    reflected = scale * tf.sin(angle) * apply("gamma", 1 - safe) * right
    return tf.where(left, reflected, right)


def zeta(s: Any, a: Any = None) -> Any:
    """Riemann's zeta, or Hurwitz's."""
    return apply("riemann_zeta", s) if a is None else apply("hurwitz_zeta", s, a)


def hurwitz_series(s: Any, a: Any) -> Series:
    """Hurwitz's zeta."""
    frame = s if isinstance(s, Series) else a
    s, a = frame.lift(s), frame.lift(a)
    inside = tf.logical_and(tf.greater(a.start, 0), tf.greater(s.start, LEAST))
    safe = a.starting(tf.where(inside, a.start, tf.ones_like(a.start)))
    return choose(inside, hurwitz(s, safe), s.lift(math.nan))


def riemann_series(s: Series) -> Series:
    """Riemann's zeta, by reflection left of 0."""
    left = tf.less(s.start, REFLECT)
    right = hurwitz(choose(left, 1 - s, s), s.lift(1.0))
    safe = s.starting(tf.where(left, s.start, -tf.ones_like(s.start)))
    reduced = safe.starting(safe.start - tf.round(safe.start / 4) * 4)
    scale = exp(safe * math.log(2 * math.pi)) * sin_cos(reduced * (math.pi / 2))[0] / math.pi
    return choose(left, scale * apply("gamma", 1 - safe) * right, right)


FORMULA = "the formula of the kernel"

ROWS = (
    defined(
        "zeta(...)",
        zeta,
        parameters=frozenset({0}),
        plain=lambda s, a=None: tf.math.zeta(tensor(s, a), tf.ones_like(s) if a is None else a),
        repaired="TensorFlow has no derivative of zeta in its first argument, and no zeta left of 1",
        where=lambda _, s, a=None: not is_number(s) or s <= 1,
    ),
    ours("hurwitz_zeta(s, a)", hurwitz_zeta, parameters=frozenset({0}), series=hurwitz_series, why=FORMULA),
    ours("riemann_zeta(s)", riemann_zeta, series=riemann_series, why=FORMULA),
)
