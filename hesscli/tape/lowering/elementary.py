"""Exponentials, logarithms, trigonometric and hyperbolic functions.

A derivative is written anew where TensorFlow's own loses digits: 1 - tanh(x)**2 has none left at
x = 20, 1 - x*x few near x = 1.
"""

from __future__ import annotations

import math

from hesscli.tape.primitive import ours, repaired, tensorflow
from hesscli.tape.quiet import tf
from hesscli.tape.taylor import hyperbolic, powers
from hesscli.tape.values import Tensor, beside, beyond, number


def acot(x: Tensor) -> Tensor:
    """Inverse cotangent, atan(1/x), pi/2 at 0."""
    return tf.where(tf.equal(x, 0), number(math.pi / 2, x), tf.atan(1 / x))


def asec(x: Tensor) -> Tensor:
    """Inverse secant, acos(1/x), without the cancellation of 1/x near 1."""
    return tf.atan2(tf.sqrt((tf.abs(x) - 1) * (tf.abs(x) + 1)), tf.sign(x))


def acsc(x: Tensor) -> Tensor:
    """Inverse cosecant, asin(1/x)."""
    return tf.atan2(tf.sign(x), tf.sqrt((tf.abs(x) - 1) * (tf.abs(x) + 1)))


def acoth(x: Tensor) -> Tensor:
    """Inverse hyperbolic cotangent, atanh(1/x) = log((x + 1)/(x - 1))/2."""
    return tf.math.log1p(2 / (tf.abs(x) - 1)) / 2 * tf.sign(x)


def asech(x: Tensor) -> Tensor:
    """Inverse hyperbolic secant, acosh(1/x) = asinh(sqrt((1 - x)*(1 + x))/x)."""
    return tf.asinh(tf.sqrt((1 - x) * (1 + x)) / tf.where(tf.less(x, 0), number(math.nan, x), x))


def sin_pi(x: Tensor) -> Tensor:
    """sin(pi*x), the argument reduced exactly."""
    nearest = tf.round(x)
    sign = 1 - 2 * tf.math.floormod(nearest, number(2, x))
    return sign * tf.sin(number(math.pi, x) * (x - nearest))


NEAR_ONE = "1 - x**2 in TensorFlow's own derivative has few digits near 1"
FAR_OUT = "TensorFlow's own derivatives lose their digits or overflow far out"
OF_INVERSE = "the same function of 1/x loses its digits near 1"
SYMMETRY = "a quotient near 0 keeps its symmetry, exponentials far out their digits"
SOLVE = "one triangular solve"

ROWS = (
    tensorflow("exp(x)", tf.exp, series=powers.exp, why=SOLVE),
    tensorflow("log(x)", tf.math.log, "1/x"),
    tensorflow("log1p(x)", tf.math.log1p, "1/(1 + x)"),
    tensorflow("expm1(x)", tf.math.expm1, "exp(x)"),
    tensorflow("sin(x)", tf.sin, series=lambda u: powers.sin_cos(u)[0], why=SOLVE),
    tensorflow("cos(x)", tf.cos, series=lambda u: powers.sin_cos(u)[1], why=SOLVE),
    tensorflow("tan(x)", tf.tan, series=hyperbolic.tan, why="two solves, where 1 + tan(x)**2 takes one an order"),
    ours("one_minus_square(x)", lambda x: (1 - x) * (1 + x), "-2*x"),
    repaired("asin(x)", tf.asin, "1/sqrt(one_minus_square(x))", reason=NEAR_ONE, where=beside(1, -1)),
    repaired("acos(x)", tf.acos, "-1/sqrt(one_minus_square(x))", reason=NEAR_ONE, where=beside(1, -1)),
    tensorflow("atan(x)", tf.atan, "1/(1 + x**2)"),
    repaired(
        "acot(x)",
        acot,
        "-1/(1 + x**2)",
        plain=lambda x: tf.atan(1 / x),
        reason="atan(1/x) is NaN at 0",
        where=beside(0, gap=1e-75),
    ),
    repaired(
        "asec(x)",
        asec,
        "1/(Abs(x)*sqrt((x - 1)*(x + 1)))",
        plain=lambda x: tf.acos(1 / x),
        reason=OF_INVERSE,
        where=beside(1, -1),
    ),
    repaired(
        "acsc(x)",
        acsc,
        "-1/(Abs(x)*sqrt((x - 1)*(x + 1)))",
        plain=lambda x: tf.asin(1 / x),
        reason=OF_INVERSE,
        where=beside(1, -1),
    ),
    tensorflow("sinh(x)", tf.sinh, series=lambda u: powers.sinh_cosh(u)[0], why=SOLVE),
    tensorflow("cosh(x)", tf.cosh, series=lambda u: powers.sinh_cosh(u)[1], why=SOLVE),
    repaired(
        "tanh(x)",
        tf.tanh,
        "sech(x)**2",
        reason="1 - tanh(x)**2 in TensorFlow's own derivative has few digits far out",
        where=beyond(5),
        series=hyperbolic.tanh,
        why=SYMMETRY,
    ),
    repaired(
        "sech(x)",
        lambda x: 1 / tf.cosh(x),
        "-sech(x)*tanh(x)",
        reason=FAR_OUT,
        where=beyond(150),
        series=hyperbolic.sech,
        why=SYMMETRY,
    ),
    repaired(
        "coth(x)",
        lambda x: 1 / tf.tanh(x),
        "-csch(x)**2",
        reason=FAR_OUT,
        where=beyond(5),
        series=hyperbolic.coth,
        why=SYMMETRY,
    ),
    repaired(
        "csch(x)",
        lambda x: 1 / tf.sinh(x),
        "-csch(x)*coth(x)",
        reason=FAR_OUT,
        where=beyond(150),
        series=hyperbolic.csch,
        why=SYMMETRY,
    ),
    tensorflow("asinh(x)", tf.asinh, "1/hypot(1, x)"),
    tensorflow("acosh(x)", tf.acosh, "1/(sqrt(x - 1)*sqrt(x + 1))"),
    repaired("atanh(x)", tf.atanh, "1/one_minus_square(x)", reason=NEAR_ONE, where=beside(1, -1)),
    repaired(
        "acoth(x)",
        acoth,
        "1/one_minus_square(x)",
        plain=lambda x: tf.atanh(1 / x),
        reason=OF_INVERSE,
        where=beside(1, -1),
    ),
    repaired(
        "asech(x)",
        asech,
        "-1/(x*sqrt(one_minus_square(x)))",
        plain=lambda x: tf.acosh(1 / x),
        reason=OF_INVERSE,
        where=beside(1),
    ),
    repaired(
        "acsch(x)",
        lambda x: tf.asinh(1 / x),
        "-1/(Abs(x)*hypot(1, x))",
        reason="TensorFlow's own derivative of asinh(1/x) leaves the range of doubles",
        where=lambda _, x: tf.logical_or(tf.abs(x) > 1e75, tf.abs(x) < 1e-75),
    ),
)
