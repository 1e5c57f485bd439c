"""Elliptic integrals of the first and second kind in the parameter m, complete and incomplete.

Complete ones: values by the arithmetic-geometric mean (DLMF 19.8), derivatives by
K' = (E - (1 - m)*K)/(2*m*(1 - m)), E' = (E - K)/(2*m), and about m = 0, where these cancel, by the midpoint rule.
Incomplete ones: by Carlson's duplication (DLMF 19.25, 19.36), differentiated step by step.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from hesscli.tape.lowering.arithmetic import constant_power, integer_power
from hesscli.tape.lowering.gammas import gamma, lgamma, rgamma
from hesscli.tape.lowering.incomplete import inside, shaped
from hesscli.tape.lowering.smooth import Rule, Tensor, in_double, near, number, smooth
from hesscli.tape.lowering.terms import Kit, tensors
from hesscli.tape.quiet import tf

KIT = tensors(gamma, rgamma, lgamma)

MEANS = 9
"""Steps of the arithmetic-geometric mean, from any ratio of doubles to rounding."""

POINTS = 32
"""Midpoints over a quarter period: exact to rounding for abs(m) < CLOSE."""

CLOSE = 0.5

DOUBLINGS = 5
"""Carlson's steps: then the arguments differ by 1e-3 of their mean; the series behind errs by its sixth power."""

SINES = [math.sin((j + 0.5) * math.pi / (2 * POINTS)) ** 2 for j in range(POINTS)]


def means(kit: Kit, m: Any) -> tuple[Any, Any]:
    """K and E for m < 1 by the arithmetic-geometric mean."""
    a, b = 1.0 + 0 * m, kit.sqrt(1 - m)
    gaps, power = m / 2, 1.0
    for _ in range(MEANS):
        c, a, b = (a - b) / 2, (a + b) / 2, kit.sqrt(a * b)
        gaps = gaps + c * c * power
        power *= 2
    k = math.pi / 2 / a
    return k, k * (1 - gaps)


def midpoints(kit: Kit, m: Any, power: float) -> Any:
    """pi/2 times the mean of (1 - m*sin**2)**power for power = -1/2 or 1/2."""
    total = 0.0 * m
    for sine in SINES:
        root = kit.sqrt(1 - m * sine)
        total = total + (root if power > 0 else 1 / root)
    return total * (math.pi / (2 * POINTS))


@in_double
def complete_k(m: Tensor) -> Tensor:
    """K(m) for m < 1."""
    return near(tf.abs(m) < CLOSE, m, lambda m: midpoints(KIT, m, -0.5), _far_k, 0.75)


@in_double
def complete_e(m: Tensor) -> Tensor:
    """E(m) for m <= 1."""
    return near(tf.abs(m) < CLOSE, m, lambda m: midpoints(KIT, m, 0.5), _far_e, 0.75)


@smooth(lambda m: (_far_e(m) - (1 - m) * _far_k(m)) / (2 * m * (1 - m)))
def _far_k(m: Tensor) -> Tensor:
    return tf.where(m < 1, means(KIT, tf.where(m < 1, m, tf.zeros_like(m)))[0], number(math.nan, m))


@smooth(lambda m: (_far_e(m) - _far_k(m)) / (2 * m))
def _far_e(m: Tensor) -> Tensor:
    value = means(KIT, tf.where(m < 1, m, tf.zeros_like(m)))[1]
    return tf.where(m < 1, value, tf.where(tf.equal(m, 1), tf.ones_like(m), number(math.nan, m)))


def carlson(kit: Kit, c: Any, y: Any) -> tuple[Any, Any]:
    """RF(c**2, y**2, 1) and RD(c**2, y**2, 1); c may have either sign near 0, where c**2's root has a kink."""
    x2, y2, z2, one = c * c, y * y, 1.0 + 0 * c, 1.0
    roots, total = (c, y, one), 0.0 * c
    for step in range(DOUBLINGS):
        p, q, r = roots
        join = p * q + p * r + q * r
        total = total + 1 / (r * (z2 + join)) * 4.0**-step
        x2, y2, z2 = (x2 + join) / 4, (y2 + join) / 4, (z2 + join) / 4
        roots = (kit.sqrt(x2), kit.sqrt(y2), kit.sqrt(z2))
    first = _rf_tail(kit, x2, y2, z2)
    return first, total * 3 + _rd_tail(kit, x2, y2, z2) * 4.0**-DOUBLINGS


def _rf_tail(kit: Kit, x: Any, y: Any, z: Any) -> Any:
    mean = (x + y + z) / 3
    p, q = 1 - x / mean, 1 - y / mean
    r = -(p + q)
    second, third = p * q - r * r, p * q * r
    return (1 - second / 10 + third / 14 + second * second / 24 - second * third * (3 / 44)) / kit.sqrt(mean)


def _rd_tail(kit: Kit, x: Any, y: Any, z: Any) -> Any:
    mean = (x + y + z * 3) / 5
    p, q = 1 - x / mean, 1 - y / mean
    r = -(p + q) / 3
    second, third = p * q - r * r * 6, (p * q * 3 - r * r * 8) * r
    fourth, fifth = (p * q - r * r) * r * r * 3, p * q * r * r * r
    series = 1 - second * (3 / 14) + third / 6 + second * second * (9 / 88) - fourth * (3 / 22)
    return (series - second * third * (9 / 52) + fifth * (3 / 26)) / (mean * kit.sqrt(mean))


def incomplete(kit: Kit, phi: Any, m: Any, *, second: bool) -> Any:
    """F(phi, m), or E(phi, m); whole half turns by the complete integrals."""
    turns = tf.round(kit.start(phi) / math.pi)
    s, c = kit.sin_cos(phi - turns * math.pi)
    inner = 1 - m * s * s
    domain = tf.logical_and(kit.start(inner) >= 0, tf.logical_or(tf.equal(turns, 0), kit.start(m) < 1))
    safe = kit.kept(kit.start(inner) > 0, inner, 1.0)
    first, rd = carlson(kit, c, kit.sqrt(safe))
    part = s * (first - m * s * s * rd / 3) if second else s * first
    k, e = kit_complete(kit, kit.kept(tf.not_equal(turns, 0), m, 0.25))
    return inside(kit, domain, part + (e if second else k) * (2 * turns))


def kit_complete(kit: Kit, m: Any) -> tuple[Any, Any]:
    """K and E in the kit's own numbers."""
    close = tf.abs(kit.start(m)) < CLOSE
    small, far = kit.kept(close, m, 0.0), kit.kept(close, 0.75, m)
    k, e = means(kit, kit.kept(kit.start(far) < 1, far, 0.75))
    return kit.where(close, midpoints(kit, small, -0.5), k), kit.where(close, midpoints(kit, small, 0.5), e)


def in_parameter(phi: Tensor, m: Tensor, *, second: bool, k: int = 0) -> Tensor:
    """Derivative k in m of F or E; its derivative in phi is elementary."""
    power = Fraction(1 if second else -1, 2) - k
    factor = math.prod(float(i - (power + k)) for i in range(k))

    def in_angle(phi: Tensor, m: Tensor) -> Tensor:
        s = tf.sin(phi)
        return number(factor, m) * integer_power(s * s, k) * constant_power(1 - m * s * s, power)

    @smooth(in_angle, lambda phi, m: in_parameter(phi, m, second=second, k=k + 1))
    @in_double
    def value(phi: Tensor, m: Tensor) -> Tensor:
        return _slopes(lambda m: incomplete(KIT, phi, m, second=second), m, k)

    return value(phi, m)


def _slopes(f: Rule, x: Tensor, k: int) -> Tensor:
    """Derivative k of f at every x."""
    if not k:
        return f(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        below = _slopes(f, x, k - 1)
    return tape.gradient(below, x)


def elliptic_e(first: Tensor, *rest: Any) -> Tensor:
    """E(m), or E(phi, m)."""
    return in_parameter(*shaped(first, rest[0]), second=True) if rest else complete_e(first)


def elliptic_f(phi: Tensor, m: Tensor) -> Tensor:
    """F(phi, m)."""
    return in_parameter(*shaped(phi, m), second=False)


RULES: dict[str, Rule] = {"elliptic_k": complete_k, "elliptic_e": elliptic_e, "elliptic_f": elliptic_f}
