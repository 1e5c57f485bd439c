"""The polygamma functions, by reflection left of 0, where TensorFlow has none under XLA."""

from __future__ import annotations

import math
from typing import Any

from hesscli.tape.lowering.arithmetic import product_of
from hesscli.tape.primitive import Missing, repaired
from hesscli.tape.quiet import tf
from hesscli.tape.taylor.equations import composed, horner
from hesscli.tape.taylor.powers import sin_cos
from hesscli.tape.taylor.series import Series, choose
from hesscli.tape.unlowered import Unlowered
from hesscli.tape.values import Tensor, in_double, integer, is_number, number, polynomial, tensor

FAR = 1e10
"""Where polygamma is its asymptotic series' first two terms; TensorFlow's own underflows there."""


def cot_pi(x: Tensor) -> Tensor:
    """cot(pi*x), the argument reduced exactly."""
    rest = x - tf.round(x)
    to_half = number(math.pi, x) * (0.5 - tf.abs(rest))
    return tf.sign(rest) * tf.where(
        tf.less(tf.abs(rest), 0.25), 1 / tf.tan(number(math.pi, x) * tf.abs(rest)), tf.tan(to_half)
    )


@in_double
def digamma(x: Tensor) -> Tensor:
    """The derivative of log(gamma(x)); psi(x) = psi(1 - x) - pi*cot(pi*x) below 0."""
    below = tf.less(x, 0)
    mirrored = tf.math.digamma(tf.where(below, 1 - x, x))
    return tf.where(below, mirrored - number(math.pi, x) * cot_pi(tf.where(below, x, number(0.5, x))), mirrored)


def polygamma(n: Any, x: Tensor) -> Tensor:
    """Derivative n of digamma, n >= 0; by reflection below 0 (DLMF 5.15.6), which XLA's own lacks.

    Raises:
        Unlowered: n is a constant other than 0, 1, 2, ...
    """
    if not is_number(n):
        return tf.math.polygamma(n, x)
    order = integer(n)
    if order is None or order < 0:
        raise Unlowered(["polygamma of an order that is not 0, 1, 2, ..."])
    return in_double(whole_polygamma)(order, x) if order else digamma(x)


def whole_polygamma(n: int, x: Tensor) -> Tensor:
    """Derivative n = 1, 2, ... of digamma."""
    below = tf.less(x, 0)
    mirrored = tf.where(below, 1 - x, x)
    far = (1 + number(n / 2, x) / mirrored) * product_of(1 / mirrored, n) * math.factorial(n - 1) * (-1) ** (n + 1)
    right = tf.where(tf.greater(mirrored, FAR), far, tf.math.polygamma(number(n, x), mirrored))
    sign = number((-1) ** n, x)
    cotangent = polynomial(cotangent_derivative(n), cot_pi(tf.where(below, x, number(0.5, x))))
    left = sign * right - number(math.pi ** (n + 1), x) * cotangent
    pole = tf.logical_and(tf.equal(x, tf.floor(x)), tf.less_equal(x, 0))
    return tf.where(pole, number(math.nan, x), tf.where(below, left, right))


def cotangent_derivative(n: int) -> list[float]:
    """Coefficients in c = cot of the n-th derivative of cot: c' = -(1 + c**2)."""
    now = [0, 1]
    for _ in range(n):
        slope = [k * c for k, c in enumerate(now)][1:]
        now = [0] * (len(slope) + 2)
        for k, c in enumerate(slope):
            now[k] -= c
            now[k + 2] -= c
    return [float(c) for c in now]


def polygamma_coefficients(x: Tensor, n: int, order: int) -> list[Tensor]:
    """psi_(n+k)(x)/k! for x > 0, by Hurwitz's zeta: (-1)**(m+1)*m!*zeta(m+1, x)."""
    found = []
    for k in range(order + 1):
        m = n + k
        if m == 0:
            found.append(tf.math.digamma(x))
            continue
        factor = (-1) ** (m + 1) * math.factorial(m) / math.factorial(k)
        close = factor * tf.math.zeta(number(m + 1, x), tf.minimum(x, number(FAR, x)))
        far = factor / m * (1 + m / (2 * x)) * product_of(1 / x, m)
        found.append(tf.where(tf.greater(x, FAR), far, close))
    return found


def cot_pi_series(u: Series) -> Series:
    """cot(pi*u), the argument reduced exactly."""
    rest = u.start - tf.round(u.start)
    close = tf.less(tf.abs(rest), 0.25)
    s, c = sin_cos(u.starting(tf.where(close, rest, rest - tf.sign(rest) / 2)) * math.pi)
    return choose(close, c / choose(close, s, c), -s / c)


def polygamma_series(n: int, u: Series) -> Series:
    """Derivative n of digamma, by reflection below 0.

    Raises:
        Unlowered: n is no constant 0, 1, 2, ...
    """
    order = integer(n)
    if order is None or order < 0:
        raise Unlowered(["Taylor rule for polygamma of such an order"])
    below = tf.less(u.start, 0)
    mirrored = choose(below, 1 - u, u)
    right = composed(mirrored, lambda x, highest: polygamma_coefficients(x, order, highest))
    outside = u.starting(tf.where(below, u.start, number(0.5, u.start)))
    cotangent = horner(cotangent_derivative(order), cot_pi_series(outside)) * -(math.pi ** (order + 1))
    left: Series = right * (-1) ** order + cotangent
    return choose(below, left, right)


MIRRORED = "TensorFlow's own derivatives are wrong or lose their digits left of 0"

COMPOSED = "all coefficients at once by Hurwitz's zeta, a third of the time"

ROWS = (
    repaired(
        "digamma(x)",
        digamma,
        "polygamma(1, x)",
        plain=tf.math.digamma,
        reason=MIRRORED,
        where=lambda _, x: x < 0,
        series=lambda u: polygamma_series(0, u),
        why=COMPOSED,
    ),
    repaired(
        "polygamma(n, x)",
        polygamma,
        Missing("polygamma has no derivative in its order in TensorFlow"),
        "polygamma(n + 1, x)",
        parameters=frozenset({0}),
        plain=lambda n, x: tf.math.polygamma(tensor(n, x), x),
        reason="TensorFlow has no derivative in the order, and none left of 0",
        where=lambda _, n, x: tf.logical_or(not is_number(n), x < 0),
        series=polygamma_series,
        why=COMPOSED,
    ),
)
