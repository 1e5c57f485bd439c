"""Exponential, logarithmic, sine and cosine integrals, and the sinc that they integrate."""

from __future__ import annotations

import math

from hesscli.tape.lowering.summation import quadrature
from hesscli.tape.primitive import ours, repaired
from hesscli.tape.quiet import tf
from hesscli.tape.taylor.powers import exp, sin_cos, sinh_cosh
from hesscli.tape.taylor.series import Series, choose, integral
from hesscli.tape.values import Rule, Tensor, beside, in_double, near, number, polynomial

EULER = 0.57721566490153286061


@in_double
def ei(x: Tensor) -> Tensor:
    """The exponential integral Ei; TensorFlow has it for x > 0, and Ei(x) = -E1(-x) below."""
    positive = tf.math.special.expint(tf.where(tf.greater(x, 0), x, tf.ones_like(x)))
    negative = -_e_one(tf.where(tf.less(x, 0), -x, tf.ones_like(x)))
    return tf.where(tf.equal(x, 0), number(-math.inf, x), tf.where(tf.greater(x, 0), positive, negative))


def _e_one(x: Tensor) -> Tensor:
    """E1 for x > 0: a series below 1, a continued fraction above (DLMF 6.6.2, 6.9.1)."""
    series = [(-1) ** (k + 1) / (k * math.factorial(k)) for k in range(1, 24)]
    small = tf.minimum(x, tf.ones_like(x) * 1.5)
    low = small * polynomial(series, small) - tf.math.log(small) - number(EULER, x)
    large = tf.maximum(x, tf.ones_like(x) * 1.5)
    fraction = tf.zeros_like(x)
    for k in range(80, 0, -1):
        fraction = k * k / (large + number(2 * k + 1, x) - fraction)
    return tf.where(tf.less(x, 1.5), low, tf.exp(-large) / (large + 1 - fraction))


def li(x: Tensor) -> Tensor:
    """The logarithmic integral Ei(log(x))."""
    inside = tf.greater(x, 0)
    return tf.where(inside, ei(tf.math.log(tf.where(inside, x, tf.ones_like(x) * 2))), number(math.nan, x))


@in_double
def whole_expint(n: int, x: Tensor) -> Tensor:
    """E_n(x) for an integer n, x > 0: elementary for n <= 0, a recurrence below 1, a continued fraction above."""
    if n <= 0:
        return elementary_expint(x, -n)
    inside = tf.greater(x, 0)
    safe = tf.where(inside, x, tf.ones_like(x))
    large, small = tf.maximum(safe, tf.ones_like(x)), tf.minimum(safe, tf.ones_like(x))
    fraction = tf.zeros_like(x)
    for k in range(100, 0, -1):
        fraction = number(k * (n + k - 1), x) / (large + number(n + 2 * k, x) - fraction)
    high, low = tf.exp(-large) / (large + number(n, x) - fraction), _e_one(small)
    for k in range(1, n):
        low = (tf.exp(-small) - small * low) / k
    edge = tf.where(tf.equal(x, 0), number(1 / (n - 1) if n > 1 else math.inf, x), number(math.nan, x))
    return tf.where(inside, tf.where(tf.less(safe, 1), low, high), edge)


def elementary_expint(x: Tensor, m: int) -> Tensor:
    """E_(-m)(x) = exp(-x)/x * sum of m!/(m-k)!/x**k for k = 0..m, whose terms all have one sign at x > 0."""
    return tf.exp(-x) / x * polynomial([float(math.perm(m, k)) for k in range(m + 1)], 1 / x)


SINHC = [1 / math.factorial(2 * k + 1) for k in range(18)]
SINC = [(-1) ** k / math.factorial(2 * k + 1) for k in range(22)]
SHI = [1 / ((2 * k + 1) * math.factorial(2 * k + 1)) for k in range(18)]


def sinc(x: Tensor) -> Tensor:
    """sin(x)/x, by its power series up to abs(x) = 3."""
    return near(tf.less(tf.abs(x), 3), x, lambda t: polynomial(SINC, t * t), lambda t: tf.sin(t) / t, 4)


def sinhc(x: Tensor) -> Tensor:
    """sinh(x)/x, by its power series up to abs(x) = 3."""
    return near(tf.less(tf.abs(x), 3), x, lambda t: polynomial(SINHC, t * t), lambda t: tf.sinh(t) / t, 4)


@in_double
def shi(x: Tensor) -> Tensor:
    """The hyperbolic sine integral, (Ei(x) + E1(x))/2 for large x."""

    def far(x: Tensor) -> Tensor:
        size = tf.abs(x)
        return tf.sign(x) * (tf.math.special.expint(size) + _e_one(size)) / 2

    return near(tf.less(tf.abs(x), 3), x, lambda t: t * polynomial(SHI, t * t), far, 4)


@in_double
def chi(x: Tensor) -> Tensor:
    """The hyperbolic cosine integral, (Ei(x) - E1(x))/2."""
    inside = tf.greater(x, 0)
    safe = tf.where(inside, x, tf.ones_like(x))
    return tf.where(inside, (tf.math.special.expint(safe) - _e_one(safe)) / 2, number(math.nan, x))


SI = [(-1) ** k / ((2 * k + 1) * math.factorial(2 * k + 1)) for k in range(20)]
CI = [(-1) ** k / (2 * k * math.factorial(2 * k)) if k else 0.0 for k in range(20)]


def _trigonometric_tails(x: Tensor) -> tuple[Tensor, Tensor]:
    """f and g for x >= 4, the integrals of exp(-x*t)/(1 + t**2) and t*exp(-x*t)/(1 + t**2) (DLMF 6.7)."""
    t, w = quadrature(tf.zeros_like(x), x)
    each = w * tf.exp(-tf.expand_dims(x, -1) * t) / (1 + t * t)
    return tf.reduce_sum(each, axis=-1), tf.reduce_sum(each * t, axis=-1)


@in_double
def si(x: Tensor) -> Tensor:
    """The sine integral."""

    def far(x: Tensor) -> Tensor:
        f, g = _trigonometric_tails(tf.abs(x))
        return tf.sign(x) * (math.pi / 2 - f * tf.cos(x) - g * tf.sin(tf.abs(x)))

    return near(tf.less(tf.abs(x), 4), x, lambda t: t * polynomial(SI, t * t), far, 5)


@in_double
def ci(x: Tensor) -> Tensor:
    """The cosine integral, x > 0."""

    def close(x: Tensor) -> Tensor:
        return number(EULER, x) + tf.math.log(x) + polynomial(CI, x * x)

    def far(x: Tensor) -> Tensor:
        f, g = _trigonometric_tails(x)
        return f * tf.sin(x) - g * tf.cos(x)

    safe = tf.where(tf.greater(x, 0), x, tf.ones_like(x))
    return tf.where(tf.greater(x, 0), near(tf.less(safe, 4), safe, close, far, 5, inner=1), number(math.nan, x))


def over_argument(u: Series, sign: int, quotient: Rule) -> Series:
    """sin(u)/u (sign -1) or sinh(u)/u (1): the power series, in nested form, about 0; the quotient far out."""
    edge = max(3.0, u.algebra.order / 4)
    close = tf.less(tf.abs(u.start), edge)
    inner = u.starting(tf.where(close, u.start, tf.zeros_like(u.start)))
    outer = u.starting(tf.where(close, tf.ones_like(u.start) * edge, u.start))
    square, total = inner * inner * sign, u.lift(1.0)
    for k in range(u.algebra.order // 2 + 12 + int(2 * edge), 0, -1):
        total = square * total / (2 * k * (2 * k + 1)) + 1
    return choose(close, total, quotient(outer))


QUOTIENT = "a power series about 0, where the quotient cancels"

ROWS = (
    repaired(
        "sinc(x)",
        sinc,
        plain=lambda x: tf.where(
            tf.equal(x, 0), tf.ones_like(x), tf.sin(x) / tf.where(tf.equal(x, 0), tf.ones_like(x), x)
        ),
        reason="the derivatives of sin(x)/x cancel at small x, and a guard with tf.where makes them 0 at 0",
        where=beside(0, gap=1e-2),
        series=lambda u: over_argument(u, -1, lambda v: sin_cos(v)[0] / v),
        why=QUOTIENT,
    ),
    ours("sinhc(x)", sinhc, series=lambda u: over_argument(u, 1, lambda v: sinh_cosh(v)[0] / v), why=QUOTIENT),
    repaired(
        "Ei(x)",
        ei,
        "-expint(0, -x)",
        plain=tf.math.special.expint,
        reason="TensorFlow has Ei for positive arguments only",
        where=lambda _, x: x <= 0,
        series=lambda u: integral(ei(u.start), exp(u) / u, u),
        why="exp(u)/u; the tape needs E_0, whose derivatives do not underflow",
    ),
    ours("li(x)", li, "1/log(x)"),
    ours("Shi(x)", shi, "sinhc(x)"),
    ours("Chi(x)", chi, "cosh(x)/x"),
    ours("Si(x)", si, "sinc(x)"),
    ours("Ci(x)", ci, "cos(x)/x"),
)
