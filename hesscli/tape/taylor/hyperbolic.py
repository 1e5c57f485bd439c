"""Power series of tangents, hyperbolic quotients and activations, each in the form that keeps its digits."""

from __future__ import annotations

from typing import Any

from hesscli.tape.quiet import tf
from hesscli.tape.taylor.powers import exp, sin_cos, sinh_cosh, start_of
from hesscli.tape.taylor.series import Series, choose, integral
from hesscli.tape.taylor.switches import select


def tan(u: Series) -> Series:
    """Tangent."""
    s, c = sin_cos(u)
    return s / c


def tanh(u: Series) -> Series:
    """The quotient sinh/cosh near 0, which keeps its symmetry; 1 - 2*e/(1 + e) with e = exp(-2*u) far out."""
    near = tf.less(tf.abs(u.start), 1)
    s, c = sinh_cosh(u.starting(tf.where(near, u.start, tf.zeros_like(u.start))))
    sign = tf.sign(u.start)
    tail = exp(u * (-2 * sign))
    return choose(near, s / c, tail / (1 + tail) * (-2 * sign)).starting(tf.tanh(u.start))


def coth(u: Series) -> Series:
    """cosh/sinh near 0; 1 + 2*e/(1 - e) with e = exp(-2*u) far out."""
    near = tf.less(tf.abs(u.start), 1)
    s, c = sinh_cosh(u.starting(tf.where(near, u.start, tf.ones_like(u.start))))
    sign = tf.sign(u.start)
    tail = exp(u * (-2 * sign))
    return choose(near, c / s, tail / (1 - tail) * (2 * sign))


def sech(u: Series) -> Series:
    """1/cosh near 0, which keeps its symmetry; 2*e/(1 + e**2) with e = exp(-abs(u)) far out."""
    near = tf.less(tf.abs(u.start), 1)
    cosh = sinh_cosh(u.starting(tf.where(near, u.start, tf.zeros_like(u.start))))[1]
    tail = exp(u * -tf.sign(u.start))
    return choose(near, 1 / cosh, tail * 2 / (1 + tail * tail))


def csch(u: Series) -> Series:
    """1/sinh near 0; sign*2*e/(1 - e**2) with e = exp(-abs(u)) far out."""
    near = tf.less(tf.abs(u.start), 1)
    sinh = sinh_cosh(u.starting(tf.where(near, u.start, tf.ones_like(u.start))))[0]
    sign = tf.sign(u.start)
    tail = exp(u * -sign)
    return choose(near, 1 / sinh, tail * (2 * sign) / (1 - tail * tail))


def sigmoid(u: Series) -> Series:
    """1/2 + tanh(u/2)/2; the start by the exponential that does not overflow."""
    tail = tf.exp(-tf.abs(u.start))
    start = tf.where(tf.less(u.start, 0), tail, tf.ones_like(tail)) / (1 + tail)
    return (tanh(u / 2) / 2 + 0.5).starting(start)


def softplus(u: Series) -> Series:
    """The integral of sigmoid."""
    start = tf.maximum(u.start, tf.zeros_like(u.start)) + tf.math.log1p(tf.exp(-tf.abs(u.start)))
    return integral(start, sigmoid(u), u)


def expm1_below(u: Series) -> Series:
    """expm1 of the negative starts, 0 elsewhere."""
    start = tf.minimum(u.start, tf.zeros_like(u.start))
    return exp(u.starting(start)).starting(tf.math.expm1(start))


def logaddexp(u: Any, v: Any) -> Series:
    """The larger one and softplus of the other one's distance, which is negative: no derivative is 1 - 1."""
    first = tf.greater_equal(start_of(u), start_of(v))
    larger, smaller = select(first, u, v), select(first, v, u)
    found: Series = larger + softplus(smaller - larger)
    return found
