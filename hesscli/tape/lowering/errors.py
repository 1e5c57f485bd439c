"""Error functions and their kin."""

from __future__ import annotations

import functools
import math
import operator
from fractions import Fraction

from hesscli.tape.lowering.elementary import sin_pi
from hesscli.tape.primitive import apply, ours, repaired, tensorflow
from hesscli.tape.quiet import tf
from hesscli.tape.taylor.algebra import solve
from hesscli.tape.taylor.equations import composed, horner, newton, system
from hesscli.tape.taylor.powers import exp
from hesscli.tape.taylor.series import Series, choose
from hesscli.tape.values import Rule, Tensor, beside, beyond, in_double, near, number, polynomial

ROOT_PI = math.sqrt(math.pi)
FAR = 7.0
"""From here on the asymptotic series of dawson and erfcx is exact to rounding."""

NEAR = 2.0
"""Up to here Dawson's own derivative 1 - 2*x*D(x) loses less than three digits in eight orders."""

WIDTH = 0.25
"""Step of Rybicki's sum; its error is exp(-(pi/(2*WIDTH))**2) = 7e-18."""


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

    return near(tf.less(tf.abs(x), NEAR), x, lambda x: apply("dawson_near", x), outer, 2 * NEAR)


RYBICKI = range(-53, 54, 2)
"""The odd numbers n of Rybicki's sum that reach abs(x) = FAR."""


def rybicki(x: Tensor) -> Tensor:
    """D(x) = 1/sqrt(pi) * sum over odd n of exp(-(x - n*h)**2)/n (Rybicki 1989), for abs(x) <= FAR."""
    gap = tf.expand_dims(x, -1) - tf.constant([n * WIDTH for n in RYBICKI], x.dtype)
    weights = tf.constant([1 / (n * ROOT_PI) for n in RYBICKI], x.dtype)
    return tf.reduce_sum(tf.exp(-gap * gap) * weights, axis=-1)


def dawson_series(u: Series) -> Series:
    """Near 0 by f' = 1 - 2*u*f, one solve of D f + 2*u*f D u = D u; then Rybicki's sum; then the asymptotic series."""
    size = tf.abs(u.start)
    close, far = tf.less(size, NEAR), tf.greater_equal(size, FAR)
    inner = u.starting(tf.where(close, u.start, tf.zeros_like(u.start)))
    middle = u.starting(tf.where(far, tf.ones_like(u.start), u.start))
    outer = u.starting(tf.where(far, u.start, tf.ones_like(u.start) * 2 * FAR))
    degrees = u.algebra.degrees
    diagonal = tf.linalg.diag(degrees + tf.cast(degrees == 0, u.c.dtype))
    matrix = diagonal + 2.0 * u.algebra.matrix((inner * inner.euler()).c)
    start = tf.math.special.dawsn(inner.start)
    solved = Series(u.algebra, solve(matrix, inner.euler().starting(start).c))
    tail = horner(DAWSON_TAIL, 1 / (outer * outer)) / (outer * 2)
    gaps = [(n, middle - n * WIDTH) for n in RYBICKI]
    bells = functools.reduce(operator.add, (exp(-gap * gap) / (n * ROOT_PI) for n, gap in gaps))
    return choose(close, solved, choose(far, tail, bells))


def erfcx_series(u: Series) -> Series:
    """The n-th Taylor coefficient of erfcx is (-2)**n*W_n."""
    return composed(u, lambda x, order: [(-2.0) ** n * w for n, w in enumerate(scaled_integrals(x, order))])


def bell(factor: float) -> Rule:
    """factor*exp(-y**2), the derivative of erf or erfc."""
    return lambda y: exp(-y * y) * factor


def square_series(u: Series) -> list[Series]:
    """Sine and cosine of pi*u**2/2 by one solve, the start's angle reduced exactly."""
    angle = (u * u * (math.pi / 2)).rest()
    return system([[0.0, 1.0], [-1.0, 0.0]], [sin_square(u.start), cos_square(u.start)], angle)


def scaled_integrals(x: Tensor, n: int) -> list[Tensor]:
    """W_k(x) = exp(x**2)*i^k erfc(x), the repeated integrals of erfc (DLMF 7.18), with W_k' = -2*(k+1)*W_(k+1).

    Derivatives of erfcx are values of the family again, where 2*x*erfcx(x) - 2/sqrt(pi) cancels. W_0..W_n come by the
    recurrence upward below TURN, by ratios from above beyond, where upward is unstable.
    """
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


@in_double
def sin_square(x: Tensor) -> Tensor:
    """sin(pi*x**2/2)."""
    return sin_pi(quarter_turns(x) / 2)


@in_double
def cos_square(x: Tensor) -> Tensor:
    """cos(pi*x**2/2)."""
    return sin_pi((quarter_turns(x) + 1) / 2)


@in_double
def fresnels(x: Tensor) -> Tensor:
    """1/2 - f*cos(pi*x**2/2) - g*sin(pi*x**2/2) far out, where TensorFlow's own reduces no argument (DLMF 7.5.4)."""
    size, f, g = _fresnel_tails(x)
    far = tf.sign(x) * (0.5 - f * cos_square(size) - g * sin_square(size))
    return tf.where(tf.less(tf.abs(x), TAIL), tf.math.special.fresnel_sin(x), far)


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


NEWTON = "Newton's method takes log(N) steps, a quarter of the time"
SOLVE = "one triangular solve, a fifth of the time"
FAR_OUT = "TensorFlow reduces no argument far out"

ROWS = (
    tensorflow("erf(x)", tf.math.erf, "2/sqrt(pi)*exp(-x**2)"),
    tensorflow("erfc(x)", tf.math.erfc, "-2/sqrt(pi)*exp(-x**2)"),
    ours("erfi(x)", erfi, "2/sqrt(pi)*exp(x**2)"),
    ours(
        "erfcx(x)",
        in_double(lambda x: scaled_integrals(x, 0)[0]),
        "-2*scaled_integral(x, 1)",
        series=erfcx_series,
        why="one recurrence gives all coefficients",
    ),
    ours(
        "scaled_integral(x, n)",
        in_double(lambda x, n: scaled_integrals(x, n)[n]),
        "-2*(n + 1)*scaled_integral(x, n + 1)",
        parameters=frozenset({1}),
    ),
    repaired(
        "erfinv(x)",
        erfinv,
        "sqrt(pi)/2*exp(erfinv(x)**2)",
        plain=tf.math.erfinv,
        reason="TensorFlow's own value has few digits at small x and near 1",
        where=beside(0, 1, -1, gap=1e-2),
        series=lambda u: newton(lambda y: apply("erf", y), bell(2 / ROOT_PI), erfinv(u.start), u),
        why=NEWTON,
    ),
    repaired(
        "erfcinv(x)",
        erfcinv,
        "-sqrt(pi)/2*exp(erfcinv(x)**2)",
        plain=tf.math.erfcinv,
        reason="TensorFlow's own value has few digits near 1 and 2",
        where=beside(1, 2, gap=1e-2),
        series=lambda u: newton(lambda y: apply("erfc", y), bell(-2 / ROOT_PI), erfcinv(u.start), u),
        why=NEWTON,
    ),
    repaired(
        "dawson(x)",
        dawson,
        plain=tf.math.special.dawsn,
        reason="1 - 2*x*dawson(x) in TensorFlow's own derivative cancels far out",
        where=beyond(NEAR),
        series=dawson_series,
        why="1 - 2*x*dawson(x) cancels far out",
    ),
    ours("dawson_near(x)", in_double(tf.math.special.dawsn), "1 - 2*x*dawson_near(x)"),
    repaired(
        "fresnels(x)",
        fresnels,
        "sin_square(x)",
        plain=tf.math.special.fresnel_sin,
        reason=FAR_OUT,
        where=beyond(TAIL),
    ),
    repaired(
        "fresnelc(x)",
        fresnelc,
        "cos_square(x)",
        plain=tf.math.special.fresnel_cos,
        reason=FAR_OUT,
        where=beyond(TAIL),
    ),
    ours("sin_square(x)", sin_square, "pi*x*cos_square(x)", series=lambda u: square_series(u)[0], why=SOLVE),
    ours("cos_square(x)", cos_square, "-pi*x*sin_square(x)", series=lambda u: square_series(u)[1], why=SOLVE),
)
