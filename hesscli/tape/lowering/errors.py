"""Error functions and their kin."""

from __future__ import annotations

import math
from fractions import Fraction

from hesscli.tape.lowering.elementary import sin_pi
from hesscli.tape.lowering.smooth import Rule, Tensor, in_double, near, number, polynomial, smooth
from hesscli.tape.quiet import tf

ROOT_PI = math.sqrt(math.pi)
FAR = 7.0
"""From here on the asymptotic series of dawson and erfcx is exact to rounding."""

NEAR = 2.0
"""Up to here Dawson's own derivative 1 - 2*x*D(x) loses less than three digits in eight orders."""

WIDTH = 0.25
"""Step of Rybicki's sum; its error is exp(-(pi/(2*WIDTH))**2) = 7e-18."""


@smooth(lambda x: number(2 / ROOT_PI, x) * tf.exp(x * x))
@in_double
def erfi(x: Tensor) -> Tensor:
    """-i*erf(i*x) = 2/sqrt(pi)*exp(x**2)*dawson(x)."""
    return number(2 / ROOT_PI, x) * tf.exp(x * x) * tf.math.special.dawsn(x)


DAWSON_TAIL = [float(Fraction(math.prod(range(1, 2 * k, 2)), 2**k)) for k in range(26)]


def dawson(x: Tensor) -> Tensor:
    """Dawson's integral: three forms, none of whose derivatives cancels where it is used."""

    def tail(x: Tensor) -> Tensor:
        return polynomial(DAWSON_TAIL, 1 / (x * x)) / (2 * x)

    def outer(x: Tensor) -> Tensor:
        return near(tf.less(tf.abs(x), FAR), x, rybicki, tail, 2 * FAR)

    return near(tf.less(tf.abs(x), NEAR), x, _dawson, outer, 2 * NEAR)


RYBICKI = range(-53, 54, 2)
"""The odd numbers n of Rybicki's sum that reach abs(x) = FAR."""


def rybicki(x: Tensor) -> Tensor:
    """D(x) = 1/sqrt(pi) * sum over odd n of exp(-(x - n*h)**2)/n (Rybicki 1989), for abs(x) <= FAR."""
    gap = tf.expand_dims(x, -1) - tf.constant([n * WIDTH for n in RYBICKI], x.dtype)
    weights = tf.constant([1 / (n * ROOT_PI) for n in RYBICKI], x.dtype)
    return tf.reduce_sum(tf.exp(-gap * gap) * weights, axis=-1)


@smooth(lambda x: 1 - 2 * x * _dawson(x))
@in_double
def _dawson(x: Tensor) -> Tensor:
    return tf.math.special.dawsn(x)


def erfcx(x: Tensor) -> Tensor:
    """exp(x**2)*erfc(x)."""
    return scaled_integral(x, 0)


def scaled_integral(x: Tensor, n: int) -> Tensor:
    """W_n(x) = exp(x**2)*i^n erfc(x), the repeated integral of erfc (DLMF 7.18), with W_n' = -2*(n+1)*W_(n+1).

    Derivatives of erfcx are values of the family again, where 2*x*erfcx(x) - 2/sqrt(pi) cancels.
    """

    @smooth(lambda x: number(-2 * (n + 1), x) * scaled_integral(x, n + 1))
    @in_double
    def value(x: Tensor) -> Tensor:
        return scaled_integrals(x, n)[n]

    return value(x)


def scaled_integrals(x: Tensor, n: int) -> list[Tensor]:
    """W_0..W_n: by the recurrence upward below TURN, by ratios from above beyond, where upward is unstable."""
    far = tf.greater_equal(x, TURN)
    low, high = tf.where(far, tf.zeros_like(x), x), tf.where(far, x, tf.ones_like(x))
    ratio, ratios = 1 / (high + tf.sqrt(high * high + 2.0 * (n + ABOVE))), [tf.ones_like(x)] * (n + 1)
    for k in range(n + ABOVE, 0, -1):
        if k <= n:
            ratios[k] = ratio
        ratio = 1 / (2 * high + number(2 * k, x) * ratio)
    upward = [tf.exp(low * low) * tf.math.erfc(low)]
    for k in range(1, n + 1):
        before = number(2 / ROOT_PI, x) if k == 1 else upward[k - 2]
        upward.append((before / 2 - low * upward[k - 1]) / k)
    found, down = [tf.where(far, number(2 / ROOT_PI, x) * ratio, upward[0])], number(2 / ROOT_PI, x) * ratio
    for k in range(1, n + 1):
        down = down * ratios[k]
        found.append(tf.where(far, down, upward[k]))
    return found


TURN, ABOVE = 0.8, 220
"""Where the direction turns, and how far above the last order the ratios W_k/W_(k-1) start: both lose nothing there."""


@smooth(lambda x: number(ROOT_PI / 2, x) * tf.exp(erfinv(x) * erfinv(x)))
@in_double
def erfinv(x: Tensor) -> Tensor:
    """The inverse of erf: TensorFlow's, which has no digits left at small x and near 1, after two steps of Newton."""
    inside = tf.less(tf.abs(x), 1)
    safe = tf.where(inside, x, tf.zeros_like(x))
    tail = tf.math.erfcinv(tf.where(tf.less(tf.abs(safe), 0.5), tf.ones_like(x) / 2, 1 - tf.abs(safe)))
    y = tf.where(tf.less(tf.abs(safe), 0.5), tf.math.erfinv(safe), tf.sign(safe) * tail)
    for _ in range(2):
        outer = tf.sign(safe) * ((1 - tf.abs(safe)) - tf.math.erfc(tf.abs(y)))
        gap = tf.where(tf.less(tf.abs(safe), 0.5), tf.math.erf(y) - safe, outer)
        y -= gap * number(ROOT_PI / 2, x) * tf.exp(y * y)
    edge = tf.where(tf.equal(tf.abs(x), 1), x * number(math.inf, x), number(math.nan, x))
    return tf.where(inside, y, edge)


def quarter_turns(x: Tensor) -> Tensor:
    """x**2 modulo 4, the square taken exactly: the angle pi*x**2/2 in right angles."""
    even = tf.greater(tf.abs(x), 2.0**53)
    safe = tf.where(even, tf.zeros_like(x), x)
    high = tf.cast(tf.cast(safe, tf.float32), safe.dtype)
    low, four = safe - high, number(4, x)
    parts = (tf.math.floormod(part, four) for part in (high * high, 2 * high * low, low * low))
    return tf.math.floormod(sum(parts), four)


@smooth(lambda x: number(math.pi, x) * x * cos_square(x))
@in_double
def sin_square(x: Tensor) -> Tensor:
    """sin(pi*x**2/2)."""
    return sin_pi(quarter_turns(x) / 2)


@smooth(lambda x: -number(math.pi, x) * x * sin_square(x))
@in_double
def cos_square(x: Tensor) -> Tensor:
    """cos(pi*x**2/2)."""
    return sin_pi((quarter_turns(x) + 1) / 2)


@smooth(lambda x: sin_square(x))
@in_double
def fresnels(x: Tensor) -> Tensor:
    """1/2 - f*cos(pi*x**2/2) - g*sin(pi*x**2/2) far out, where TensorFlow's own reduces no argument (DLMF 7.5.4)."""
    size, f, g = _fresnel_tails(x)
    far = tf.sign(x) * (0.5 - f * cos_square(size) - g * sin_square(size))
    return tf.where(tf.less(tf.abs(x), TAIL), tf.math.special.fresnel_sin(x), far)


@smooth(lambda x: cos_square(x))
@in_double
def fresnelc(x: Tensor) -> Tensor:
    """1/2 + f*sin(pi*x**2/2) - g*cos(pi*x**2/2) far out."""
    size, f, g = _fresnel_tails(x)
    far = tf.sign(x) * (0.5 + f * sin_square(size) - g * cos_square(size))
    return tf.where(tf.less(tf.abs(x), TAIL), tf.math.special.fresnel_cos(x), far)


TAIL = 10.0
"""From here on eight terms of the auxiliary functions' asymptotic series are exact to rounding."""


def _fresnel_tails(x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """abs(x), kept off the near points, and f and g there: 1/(pi*x) * sum of (-1)**m * (4m - 1)!!/(pi*x**2)**(2m)."""
    size = tf.maximum(tf.abs(x), number(TAIL, x))
    step = 1 / (number(math.pi, x) * size * size)
    odd = [math.prod(range(1, 2 * k, 2)) for k in range(16)]
    f = polynomial([(-1.0) ** m * odd[2 * m] for m in range(8)], step * step)
    g = polynomial([(-1.0) ** m * odd[2 * m + 1] for m in range(8)], step * step) * step
    return size, f / (number(math.pi, x) * size), g / (number(math.pi, x) * size)


@smooth(lambda x: -number(ROOT_PI / 2, x) * tf.exp(erfcinv(x) * erfcinv(x)))
@in_double
def erfcinv(x: Tensor) -> Tensor:
    """The inverse of erfc, after two steps of Newton."""
    inside = tf.logical_and(tf.greater(x, 0), tf.less(x, 2))
    safe = tf.where(inside, x, tf.ones_like(x))
    small = tf.minimum(safe, 2 - safe)
    y = tf.math.erfcinv(small)
    for _ in range(2):
        y += (tf.math.erfc(y) - small) / small * small * number(ROOT_PI / 2, x) * tf.exp(y * y)
    return tf.where(inside, tf.where(tf.greater(safe, 1), -y, y), number(math.nan, x))


def normcdf(x: Tensor) -> Tensor:
    """Standard normal distribution function, erfc(-x/sqrt(2))/2."""
    return tf.math.erfc(x * number(-math.sqrt(0.5), x)) / 2


RULES: dict[str, Rule] = {
    "erf": tf.math.erf,
    "erfc": tf.math.erfc,
    "erfi": erfi,
    "erfcx": erfcx,
    "erfinv": erfinv,
    "erfcinv": erfcinv,
    "dawson": dawson,
    "normcdf": normcdf,
    "gelu": lambda x: x * normcdf(x),
    "fresnels": fresnels,
    "fresnelc": fresnelc,
}
