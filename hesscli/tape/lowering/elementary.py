"""Exponentials, logarithms, trigonometric and hyperbolic functions.

A derivative is written anew where TensorFlow's own loses digits: 1 - tanh(x)**2 has none left at
x = 20, 1 - x*x few near x = 1.
"""

from __future__ import annotations

import math

from hesscli.tape.lowering.smooth import Rule, Tensor, number, smooth
from hesscli.tape.quiet import tf


def log(x: Tensor, base: Tensor | None = None) -> Tensor:
    """Natural logarithm, or to a base."""
    return tf.math.log(x) if base is None else tf.math.log(x) / tf.math.log(base)


def log2(x: Tensor) -> Tensor:
    """Logarithm to base 2."""
    return tf.math.log(x) / number(math.log(2), x)


def log10(x: Tensor) -> Tensor:
    """Logarithm to base 10."""
    return tf.math.log(x) / number(math.log(10), x)


@smooth(lambda x: -2 * x)
def one_minus_square(x: Tensor) -> Tensor:
    """1 - x**2, right near 1 by its factors; its derivative does not see them, and keeps its digits near 0."""
    return (1 - x) * (1 + x)


@smooth(lambda x: 1 / tf.sqrt(one_minus_square(x)))
def asin(x: Tensor) -> Tensor:
    """Inverse sine."""
    return tf.asin(x)


@smooth(lambda x: -1 / tf.sqrt(one_minus_square(x)))
def acos(x: Tensor) -> Tensor:
    """Inverse cosine."""
    return tf.acos(x)


@smooth(lambda x: -1 / (1 + x * x))
def acot(x: Tensor) -> Tensor:
    """Inverse cotangent, atan(1/x), pi/2 at 0."""
    return tf.where(tf.equal(x, 0), number(math.pi / 2, x), tf.atan(1 / x))


@smooth(lambda x: 1 / (tf.abs(x) * tf.sqrt((x - 1) * (x + 1))))
def asec(x: Tensor) -> Tensor:
    """Inverse secant, acos(1/x), without the cancellation of 1/x near 1."""
    return tf.atan2(tf.sqrt((tf.abs(x) - 1) * (tf.abs(x) + 1)), tf.sign(x))


@smooth(lambda x: -1 / (tf.abs(x) * tf.sqrt((x - 1) * (x + 1))))
def acsc(x: Tensor) -> Tensor:
    """Inverse cosecant, asin(1/x)."""
    return tf.atan2(tf.sign(x), tf.sqrt((tf.abs(x) - 1) * (tf.abs(x) + 1)))


@smooth(lambda x: sech(x) * sech(x))
def tanh(x: Tensor) -> Tensor:
    """Hyperbolic tangent."""
    return tf.tanh(x)


@smooth(lambda x: -sech(x) * tanh(x))
def sech(x: Tensor) -> Tensor:
    """1/cosh(x)."""
    return 1 / tf.cosh(x)


@smooth(lambda x: -csch(x) * csch(x))
def coth(x: Tensor) -> Tensor:
    """1/tanh(x)."""
    return 1 / tf.tanh(x)


@smooth(lambda x: -csch(x) * coth(x))
def csch(x: Tensor) -> Tensor:
    """1/sinh(x)."""
    return 1 / tf.sinh(x)


@smooth(lambda x: 1 / (tf.sqrt(x - 1) * tf.sqrt(x + 1)))
def acosh(x: Tensor) -> Tensor:
    """Inverse hyperbolic cosine."""
    return tf.acosh(x)


@smooth(lambda x: 1 / one_minus_square(x))
def atanh(x: Tensor) -> Tensor:
    """Inverse hyperbolic tangent."""
    return tf.atanh(x)


@smooth(lambda x: 1 / one_minus_square(x))
def acoth(x: Tensor) -> Tensor:
    """Inverse hyperbolic cotangent, atanh(1/x) = log((x + 1)/(x - 1))/2."""
    return tf.math.log1p(2 / (tf.abs(x) - 1)) / 2 * tf.sign(x)


@smooth(lambda x: -1 / (x * tf.sqrt(one_minus_square(x))))
def asech(x: Tensor) -> Tensor:
    """Inverse hyperbolic secant, acosh(1/x) = asinh(sqrt((1 - x)*(1 + x))/x)."""
    return tf.asinh(tf.sqrt((1 - x) * (1 + x)) / tf.where(tf.less(x, 0), number(math.nan, x), x))


@smooth(lambda x: -1 / (tf.abs(x) * tf.sqrt(1 + x * x)))
def acsch(x: Tensor) -> Tensor:
    """Inverse hyperbolic cosecant, asinh(1/x)."""
    return tf.asinh(1 / x)


def sin_pi(x: Tensor) -> Tensor:
    """sin(pi*x), the argument reduced exactly."""
    nearest = tf.round(x)
    sign = 1 - 2 * tf.math.floormod(nearest, number(2, x))
    return sign * tf.sin(number(math.pi, x) * (x - nearest))


RULES: dict[str, Rule] = {
    "exp": tf.exp,
    "log": log,
    "log2": log2,
    "log10": log10,
    "log1p": tf.math.log1p,
    "expm1": tf.math.expm1,
    "sin": tf.sin,
    "cos": tf.cos,
    "tan": tf.tan,
    "cot": lambda x: tf.cos(x) / tf.sin(x),
    "sec": lambda x: 1 / tf.cos(x),
    "csc": lambda x: 1 / tf.sin(x),
    "asin": asin,
    "acos": acos,
    "atan": tf.atan,
    "acot": acot,
    "asec": asec,
    "acsc": acsc,
    "sinh": tf.sinh,
    "cosh": tf.cosh,
    "tanh": tanh,
    "coth": coth,
    "sech": sech,
    "csch": csch,
    "asinh": tf.asinh,
    "acosh": acosh,
    "atanh": atanh,
    "acoth": acoth,
    "asech": asech,
    "acsch": acsch,
}
