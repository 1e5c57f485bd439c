"""Elliptic integrals of the first and second kind in the parameter m, complete and incomplete.

Complete ones: values by the arithmetic-geometric mean (DLMF 19.8), derivatives by
K' = (E - (1 - m)*K)/(2*m*(1 - m)), E' = (E - K)/(2*m), and about m = 0, where these cancel, by the midpoint rule.
Incomplete ones: by Carlson's duplication (DLMF 19.25, 19.36), differentiated step by step.
"""

from __future__ import annotations

import functools
import math
from typing import Any

from hesscli.tape.lowering.summation import inside, sin_cos, sqrt, start, summed, where
from hesscli.tape.primitive import apply, defined, ours
from hesscli.tape.quiet import tf
from hesscli.tape.taylor.series import Series, choose, integral
from hesscli.tape.values import Rule, Tensor, in_double, near, number, shaped

MEANS = 9
"""Steps of the arithmetic-geometric mean, from any ratio of doubles to rounding."""

POINTS = 32
"""Midpoints over a quarter period: exact to rounding for abs(m) < CLOSE."""

CLOSE = 0.5

DOUBLINGS = 5
"""Carlson's steps: then the arguments differ by 1e-3 of their mean; the series behind errs by its sixth power."""

SINES = [math.sin((j + 0.5) * math.pi / (2 * POINTS)) ** 2 for j in range(POINTS)]


def means(m: Any) -> tuple[Any, Any]:
    """K and E for m < 1 by the arithmetic-geometric mean."""
    a, b = 1.0 + 0 * m, sqrt(1 - m)
    gaps, power = m / 2, 1.0
    for _ in range(MEANS):
        c, a, b = (a - b) / 2, (a + b) / 2, sqrt(a * b)
        gaps = gaps + c * c * power
        power *= 2
    k = math.pi / 2 / a
    return k, k * (1 - gaps)


def midpoints(m: Any, power: float) -> Any:
    """pi/2 times the mean of (1 - m*sin**2)**power for power = -1/2 or 1/2."""
    total = 0.0 * m
    for sine in SINES:
        root = sqrt(1 - m * sine)
        total = total + (root if power > 0 else 1 / root)
    return total * (math.pi / (2 * POINTS))


@in_double
def complete_k(m: Tensor) -> Tensor:
    """K(m) for m < 1."""
    return near(tf.abs(m) < CLOSE, m, lambda m: midpoints(m, -0.5), lambda m: apply("elliptic_far_k", m), 0.75)


@in_double
def complete_e(m: Tensor) -> Tensor:
    """E(m) for m <= 1."""
    return near(tf.abs(m) < CLOSE, m, lambda m: midpoints(m, 0.5), lambda m: apply("elliptic_far_e", m), 0.75)


def far_k(m: Tensor) -> Tensor:
    """K(m) by the arithmetic-geometric mean."""
    return tf.where(m < 1, means(tf.where(m < 1, m, tf.zeros_like(m)))[0], number(math.nan, m))


def far_e(m: Tensor) -> Tensor:
    """E(m) by the arithmetic-geometric mean."""
    value = means(tf.where(m < 1, m, tf.zeros_like(m)))[1]
    return tf.where(m < 1, value, tf.where(tf.equal(m, 1), tf.ones_like(m), number(math.nan, m)))


def carlson(c: Any, y: Any) -> tuple[Any, Any]:
    """RF(c**2, y**2, 1) and RD(c**2, y**2, 1); c may have either sign near 0, where c**2's root has a kink."""
    x2, y2, z2, one = c * c, y * y, 1.0 + 0 * c, 1.0
    roots, total = (c, y, one), 0.0 * c
    for step in range(DOUBLINGS):
        p, q, r = roots
        join = p * q + p * r + q * r
        total = total + 1 / (r * (z2 + join)) * 4.0**-step
        x2, y2, z2 = (x2 + join) / 4, (y2 + join) / 4, (z2 + join) / 4
        roots = (sqrt(x2), sqrt(y2), sqrt(z2))
    first = _rf_tail(x2, y2, z2)
    return first, total * 3 + _rd_tail(x2, y2, z2) * 4.0**-DOUBLINGS


def _rf_tail(x: Any, y: Any, z: Any) -> Any:
    mean = (x + y + z) / 3
    p, q = 1 - x / mean, 1 - y / mean
    r = -(p + q)
    second, third = p * q - r * r, p * q * r
    return (1 - second / 10 + third / 14 + second * second / 24 - second * third * (3 / 44)) / sqrt(mean)


def _rd_tail(x: Any, y: Any, z: Any) -> Any:
    mean = (x + y + z * 3) / 5
    p, q = 1 - x / mean, 1 - y / mean
    r = -(p + q) / 3
    second, third = p * q - r * r * 6, (p * q * 3 - r * r * 8) * r
    fourth, fifth = (p * q - r * r) * r * r * 3, p * q * r * r * r
    series = 1 - second * (3 / 14) + third / 6 + second * second * (9 / 88) - fourth * (3 / 22)
    return (series - second * third * (9 / 52) + fifth * (3 / 26)) / (mean * sqrt(mean))


def incomplete(phi: Any, m: Any, *, second: bool) -> Any:
    """F(phi, m), or E(phi, m); whole half turns by the complete integrals."""
    turns = tf.round(start(phi) / math.pi)
    s, c = sin_cos(phi - turns * math.pi)
    inner = 1 - m * s * s
    domain = tf.logical_and(start(inner) >= 0, tf.logical_or(tf.equal(turns, 0), start(m) < 1))
    safe = where(start(inner) > 0, inner, 1.0)
    first, rd = carlson(c, sqrt(safe))
    part = s * (first - m * s * s * rd / 3) if second else s * first
    k, e = both_complete(where(tf.not_equal(turns, 0), m, 0.25))
    return inside(domain, part + (e if second else k) * (2 * turns))


def both_complete(m: Any) -> tuple[Any, Any]:
    """K and E of tensors or series."""
    close = tf.abs(start(m)) < CLOSE
    small, far = where(close, m, 0.0), where(close, 0.75, m)
    k, e = means(where(start(far) < 1, far, 0.75))
    return where(close, midpoints(small, -0.5), k), where(close, midpoints(small, 0.5), e)


@in_double
def in_parameter(phi: Tensor, m: Tensor, p: float, k: int) -> Tensor:
    """Derivative k in m of the integral of (1 - m*sin(t)**2)**p from 0 to phi, p = -1/2 (F) or 1/2 (E)."""
    return _slopes(lambda m: incomplete(*shaped(phi, m), second=p > 0), m, k)


def _slopes(f: Rule, x: Tensor, k: int) -> Tensor:
    """Derivative k of f at every x."""
    if not k:
        return f(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        below = _slopes(f, x, k - 1)
    return tape.gradient(below, x)


def complete_k_series(u: Series) -> Series:
    """K of series: midpoints about 0, the arithmetic-geometric mean elsewhere."""
    close = tf.less(tf.abs(u.start), CLOSE)
    away = tf.logical_or(close, u.start >= 1)
    far = means(choose(away, u.lift(0.75), u))[0]
    small = midpoints(choose(close, u, u.lift(0.0)), -0.5)
    return choose(u.start < 1, choose(close, small, far), u.lift(math.nan))


def complete_e_series(u: Series) -> Series:
    """E of series: about 0 by midpoints; elsewhere E/sqrt(abs(u)) has the derivative -K/(2*u*sqrt(abs(u)))."""
    close = tf.less(tf.abs(u.start), CLOSE)
    away = choose(close, u.lift(0.75), u)
    root = sqrt(away * tf.sign(away.start))
    slope = -apply("elliptic_k", away) / (away * root * 2)
    far = root * integral(complete_e(away.start) / root.start, slope, away)
    return choose(close, midpoints(choose(close, u, u.lift(0.0)), 0.5), far)


F, E = summed(functools.partial(incomplete, second=False)), summed(functools.partial(incomplete, second=True))
CANCELS = "its derivative is a difference that cancels about m = 0"
FORMULA = "Carlson's duplication, as in the kernel"

ROWS = (
    ours("elliptic_k(m)", complete_k, series=complete_k_series, why=CANCELS),
    ours("complete_e(m)", complete_e, series=complete_e_series, why=CANCELS),
    ours("elliptic_far_k(m)", far_k, "(elliptic_far_e(m) - (1 - m)*elliptic_far_k(m))/(2*m*(1 - m))"),
    ours("elliptic_far_e(m)", far_e, "(elliptic_far_e(m) - elliptic_far_k(m))/(2*m)"),
    defined(
        "elliptic_e(...)", lambda *args: apply("incomplete_e" if len(args) > 1 else "complete_e", *args), wide=True
    ),
    ours(
        "elliptic_f(phi, m)",
        F,
        "(1 - m*sin(phi)**2)**(-1/2)",
        "elliptic_slope(phi, m, -1/2, 1)",
        wide=True,
        series=F,
        why=FORMULA,
    ),
    ours(
        "incomplete_e(phi, m)",
        E,
        "(1 - m*sin(phi)**2)**(1/2)",
        "elliptic_slope(phi, m, 1/2, 1)",
        wide=True,
        series=E,
        why=FORMULA,
    ),
    ours(
        "elliptic_slope(phi, m, p, k)",
        in_parameter,
        "gamma(k - p)/gamma(-p)*sin(phi)**(2*k)*(1 - m*sin(phi)**2)**(p - k)",
        "elliptic_slope(phi, m, p, k + 1)",
        parameters=frozenset({2, 3}),
        wide=True,
    ),
)
