"""Sums, products, quotients, powers, roots; comparisons and logic."""

from __future__ import annotations

import functools
import math
import operator
from fractions import Fraction

from hesscli.tape.lowering.smooth import Known, Rule, Tensor, double, number, smooth
from hesscli.tape.quiet import tf


def add(*terms: Tensor) -> Tensor:
    """The sum x + y + ..."""
    return functools.reduce(operator.add, terms)


def mul(*factors: Tensor) -> Tensor:
    """The product x * y * ... as pairwise products: ``tf.reduce_prod`` is wrong at a zero factor from order 2."""
    return functools.reduce(operator.mul, factors)


def integer_power(x: Tensor, n: int) -> Tensor:
    """x**n with the derivative n*x**(n-1), right at x = 0 at every order (``tf.pow`` is NaN there)."""
    if n == 0:
        return tf.ones_like(x)
    if n == 1:
        return x
    if n == 2:
        return x * x

    @smooth(lambda x: number(n, x) * integer_power(x, n - 1))
    def power(x: Tensor) -> Tensor:
        return product_of(x, n) if abs(n) <= 32 else tf.pow(x, number(n, x))

    return power(x)


def product_of(x: Tensor, n: int) -> Tensor:
    """x**n by repeated squaring."""
    if n < 0:
        return 1 / product_of(x, -n)
    result = None
    while n:
        if n & 1:
            result = x if result is None else result * x
        x, n = (x * x if n > 1 else x), n >> 1
    return result


def constant_power(x: Tensor, exponent: Fraction | float) -> Tensor:
    """x**c for x >= 0 and any real constant c, with the derivative c*x**(c-1)."""
    if exponent == int(exponent):
        return integer_power(x, int(exponent))

    @smooth(lambda x: number(exponent, x) * constant_power(x, exponent - 1))
    def power(x: Tensor) -> Tensor:
        return tf.sqrt(x) if exponent == 0.5 else tf.pow(x, number(exponent, x))

    return power(x)


def variable_power(x: Tensor, y: Tensor, k: int = 0) -> Tensor:
    """x**y * log(x)**k for x >= 0: the family that x**y's partial derivatives stay in.

    At x < 0 there is no derivative in y, whatever integer y happens to be: NaN, where ``tf.pow`` is silently wrong.
    """

    def in_base(x: Tensor, y: Tensor) -> Tensor:
        slope = y * variable_power(x, y - 1, k)
        return slope if k == 0 else slope + number(k, x) * variable_power(x, y - 1, k - 1)

    @smooth(in_base, lambda x, y: variable_power(x, y, k + 1))
    def power(x: Tensor, y: Tensor) -> Tensor:
        value = tf.pow(x, y)
        if k == 0:
            return value
        zero = tf.logical_and(tf.equal(x, 0), tf.greater(y, 0))
        logarithm = tf.math.log(tf.where(zero, tf.ones_like(x), x))
        return value * product_of(logarithm, k)

    return power(x, y)


def pow_(x: Tensor, y: Tensor, known: tuple[Known, ...]) -> Tensor:
    """x**y; an exponent that no variable enters is an integer power or a real one."""
    exponent = known[1]
    if exponent is None:
        return variable_power(x, y)
    if not math.isfinite(double(exponent)):
        return tf.pow(x, y)
    return constant_power(x, exponent)


def root(x: Tensor, n: Tensor, known: tuple[Known, ...]) -> Tensor:
    """The real n-th root; of odd n with the sign of x."""
    degree = int(known[1] or 0)
    return odd_root(x, degree) if degree % 2 else constant_power(x, Fraction(1, degree))


def odd_root(x: Tensor, n: int) -> Tensor:
    """sign(x)*abs(x)**(1/n) with the derivative y/(n*x) = 1/(n*y**(n-1))."""
    if n == 1:
        return x

    @smooth(lambda x: 1 / (number(n, x) * integer_power(odd_root(x, n), n - 1)))
    def value(x: Tensor) -> Tensor:
        y = tf.sign(x) * tf.pow(tf.abs(x), number(1 / n, x))
        usual = tf.logical_and(tf.math.is_finite(x), tf.not_equal(x, 0))
        safe = tf.where(usual, y, tf.ones_like(y))
        ratio = tf.where(usual, x, tf.ones_like(x)) / product_of(safe, n - 1)
        return tf.where(usual, safe + (ratio - safe) / number(n, x), y)  # one step of Newton: the exponent was rounded

    return value(x)


def cbrt(x: Tensor) -> Tensor:
    """The real cube root."""
    return odd_root(x, 3)


def hypot(x: Tensor, y: Tensor) -> Tensor:
    """sqrt(x**2 + y**2) without overflow; derivatives x/h and y/h."""
    return _hypot(x, y)


@smooth(lambda x, y: cosine(x, y), lambda x, y: cosine(y, x))
def _hypot(x: Tensor, y: Tensor) -> Tensor:
    largest = tf.maximum(tf.abs(x), tf.abs(y))
    scale = tf.where(tf.equal(largest, 0), tf.ones_like(largest), largest)
    return scale * tf.sqrt((x / scale) ** 2 + (y / scale) ** 2)


def cosine(x: Tensor, y: Tensor) -> Tensor:
    """C = x/h with the derivatives s*s/h and -c*s/h, s = y/h: they neither cancel nor overflow."""

    @smooth(
        lambda x, y: cosine(y, x) * cosine(y, x) / _hypot(x, y),
        lambda x, y: -cosine(x, y) * cosine(y, x) / _hypot(x, y),
    )
    def value(x: Tensor, y: Tensor) -> Tensor:
        return x / _hypot(x, y)

    return value(x, y)


@smooth(lambda y, x: cosine(x, y) / _hypot(x, y), lambda y, x: -cosine(y, x) / _hypot(x, y))
def atan2(y: Tensor, x: Tensor) -> Tensor:
    """The angle of the point (x, y), with the derivatives x/h**2 and -y/h**2; TensorFlow's h**2 overflows."""
    return tf.atan2(y, x)


def all_of(*conditions: Tensor) -> Tensor:
    """Every condition holds."""
    return functools.reduce(tf.logical_and, conditions)


def any_of(*conditions: Tensor) -> Tensor:
    """One of the conditions holds."""
    return functools.reduce(tf.logical_or, conditions)


RULES: dict[str, Rule] = {
    "add": add,
    "mul": mul,
    "neg": tf.negative,
    "div": tf.math.divide,
    "sqrt": lambda x: constant_power(x, Fraction(1, 2)),
    "cbrt": cbrt,
    "hypot": hypot,
    "sqrt**2": lambda x: tf.where(tf.greater_equal(x, 0), x, number(math.nan, x)),
    "hypot**2": lambda x, y: x * x + y * y,
    "Abs**2": lambda x: x * x,
    "atan2": atan2,
    "lt": tf.less,
    "le": tf.less_equal,
    "gt": tf.greater,
    "ge": tf.greater_equal,
    "eq": tf.equal,
    "ne": tf.not_equal,
    "and": all_of,
    "or": any_of,
    "not": tf.logical_not,
}

KNOWING: dict[str, Rule] = {"pow": pow_, "root": root}
"""Rules that also see which arguments are constants, and their values."""
