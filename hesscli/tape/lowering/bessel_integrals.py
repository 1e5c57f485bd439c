"""Bessel functions of any real order with derivatives in order and argument.

    K_v(x) = integral from 0 to infinity of exp(-x*cosh(t))*cosh(v*t)                       (DLMF 10.32.9)
    J_v(x) + i*Y_v(x) = 1/(pi*i) * integral of exp(x*sinh(z) - v*z) from -infinity to infinity + pi*i  (DLMF 10.9.18)
    I_v(x), J_v(x) = sum over k of (+-1)**k*(x/2)**(v + 2*k)/(k!*gamma(v + k + 1))           (DLMF 10.25.2, 10.2.2)

The second one runs along the steepest descent of order 0, z = s + i*(pi/2 + gd(s)), where exp(x*sinh(z)) is
exp(i*x - x*sinh(s)*tanh(s)). Integrals are equidistant sums, which converge geometrically; the nodes are
constants, so that the sums have the integrals' derivatives.
"""

from __future__ import annotations

import math
from typing import Any

from hesscli.tape.lowering.summation import (
    chain,
    exp,
    inside,
    largest,
    log,
    off_zero,
    sin_cos,
    spread,
    start,
    total,
    where,
)
from hesscli.tape.primitive import apply
from hesscli.tape.quiet import tf
from hesscli.tape.values import Tensor, number

NODES = 400
"""Nodes of an integral."""

TERMS = 60
"""Terms of the series of J: enough where x <= NEAR or x < SLOPE*v."""

NEAR, SLOPE = 4.0, 0.7


def _grid(step: Tensor, count: int) -> Tensor:
    return tf.expand_dims(step, -1) * tf.range(count, dtype=step.dtype)


def general_k(v: Any, x: Any) -> Any:
    """K_v(x) for x > 0."""
    domain = start(x) > 0
    x = where(domain, x, 1.0)
    order, at = tf.abs(start(v)), start(x)
    end = tf.acosh(1 + (60 + order * (tf.asinh((60 + order) / at) + 1)) / at)
    t = _grid(end / (NODES - 1), NODES)
    ends = tf.where(tf.equal(tf.range(NODES), 0), number(0.25, at), number(0.5, at))
    w = tf.expand_dims(end / (NODES - 1), -1) * ends
    fall = spread(x, NODES) * (-2 * tf.sinh(t / 2) * tf.sinh(t / 2))
    rise = spread(v, NODES) * (t)
    both = exp(fall + rise) + exp(fall - rise)
    return inside(domain, exp(-x) * total(both * (w), NODES))


def hankel(v: Any, x: Any) -> tuple[Any, Any]:
    """J_v(x) and Y_v(x) by the integral, x > 0; J has no digits left where it is far smaller than Y."""
    order, at = tf.abs(start(v)), start(x)
    reach = (60 + order * (tf.asinh((60 + order) / at) + 1)) / at
    end = tf.acosh((reach + tf.sqrt(reach * reach + 4)) / 2)
    step = 2 * end / (NODES - 1)
    s = _grid(step, NODES) - tf.expand_dims(end, -1)
    slope = 1 / tf.cosh(s)
    phase = math.pi / 2 + tf.atan(tf.sinh(s))
    wide_v = spread(v, NODES)
    size = exp(spread(x, NODES) * (-tf.sinh(s) * tf.tanh(s)) + wide_v * (-s))
    sin, cos = sin_cos(spread(x, NODES) - wide_v * (phase))
    size = size * (tf.expand_dims(step, -1) * tf.ones_like(s) / math.pi)
    real, imaginary = size * (cos - sin * (slope)), size * (sin + cos * (slope))
    return total(imaginary, NODES), -total(real, NODES)


def general_j(v: Any, x: Any) -> Any:
    """J_v(x) for x >= 0: the series where x is small beside v, the integral elsewhere."""
    domain = start(x) >= 0
    x = off_zero(where(domain, x, 1.0))
    order, at = start(v), start(x)
    small = tf.logical_or(at <= NEAR, at < SLOPE * order)
    near = where(small, x, 1.0)
    k = tf.range(TERMS, dtype=at.dtype) + tf.zeros_like(tf.expand_dims(order + at, -1))
    sign = 1 - 2 * tf.math.floormod(k, number(2, at))
    power = exp(v * log(near / 2))
    square = spread(log(near / 2) * 2, TERMS) * (k)
    each = exp(square - (tf.math.lgamma(k + 1))) * apply("rgamma", spread(v, TERMS) + (k + 1))
    series = power * total(each * (sign), TERMS)
    return inside(domain, where(small, series, hankel(v, where(small, 5.0, x))[0]))


def general_y(v: Any, x: Any) -> Any:
    """Y_v(x) for x > 0."""
    domain = start(x) > 0
    return inside(domain, hankel(v, where(domain, x, 1.0))[1])


def general_i(v: Any, x: Any) -> Any:
    """I_v(x) for x >= 0; I_(-v) = I_v + 2/pi*sin(v*pi)*K_v (DLMF 10.27.2)."""
    domain = start(x) >= 0
    x = off_zero(where(domain, x, 1.0))
    order, at = start(v), start(x)
    below = order < 0
    v = where(below, -v, v)
    half = log(x / 2)
    reach = min(713.0, max(0.0, largest(at, 713.0)))
    count = 60 + int(reach / 2 + 8 * math.sqrt(reach))
    k = tf.range(1, count + 1, dtype=at.dtype) + tf.zeros_like(tf.expand_dims(order + at, -1))
    ratio = spread(half * 2, count) - log(spread(v, count) + (k)) - (tf.math.log(k))
    series = exp(v * half - apply("lgamma", v + 1)) * chain(ratio, count)
    reflected = where(below, v, 1.0)
    extra = sin_cos(reflected * math.pi)[0] * general_k(reflected, where(below, x, 1.0)) * (2 / math.pi)
    return inside(domain, where(below, series + extra, series))
