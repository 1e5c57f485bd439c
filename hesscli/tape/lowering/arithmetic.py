"""Sums, products, quotients, powers, roots; comparisons and logic."""

from __future__ import annotations

import functools
import math
import operator
from fractions import Fraction
from typing import Any

from hesscli.tape.primitive import apply, defined, ours, repaired, tensorflow
from hesscli.tape.quiet import tf
from hesscli.tape.taylor import powers, switches
from hesscli.tape.taylor.series import Series, choose
from hesscli.tape.values import Number, Tensor, integer, is_number, number, tensor


def add(*terms: Any) -> Any:
    """The sum x + y + ..."""
    return functools.reduce(operator.add, terms)


def mul(*factors: Any) -> Any:
    """The product x * y * ... as pairwise products: ``tf.reduce_prod`` is wrong at a zero factor from order 2."""
    return functools.reduce(operator.mul, factors)


def power(x: Any, y: Any) -> Any:
    """x**y; of an integer constant y = 0, 1, 2 without any power."""
    if not is_number(y):
        return apply("variable_power", x, y)
    n = integer(y)
    if n == 0:
        return x.lift(1.0) if isinstance(x, Series) else tf.ones_like(x)
    if n == 1:
        return x
    return x * x if n == 2 else apply("constant_power", x, y)


def constant_power(x: Tensor, c: Number) -> Tensor:
    """x**c, by products where c is an integer up to 32."""
    n = integer(c)
    if n is not None and abs(n) <= 32:
        return product_of(x, n)
    return tf.sqrt(x) if c == 0.5 else tf.pow(x, number(c, x))


def product_of(x: Tensor, n: int) -> Tensor:
    """x**n by repeated squaring."""
    if n < 0:
        return 1 / product_of(x, -n)
    result = None
    while n:
        if n & 1:
            result = x if result is None else result * x
        x, n = (x * x if n > 1 else x), n >> 1
    return tf.ones_like(x) if result is None else result


def power_log(x: Tensor, y: Tensor, k: int) -> Tensor:
    """x**y * log(x)**k for x >= 0, 0 at x = 0 < y."""
    zero = tf.logical_and(tf.equal(x, 0), tf.greater(y, 0))
    return tf.pow(x, y) * product_of(tf.math.log(tf.where(zero, tf.ones_like(x), x)), k)


def root(x: Any, n: int) -> Any:
    """The real n-th root; of odd n with the sign of x."""
    if n == 1:
        return x
    return apply("odd_root", x, n) if n % 2 else apply("pow", x, Fraction(1, n))


def odd_root(x: Tensor, n: int) -> Tensor:
    """sign(x)*abs(x)**(1/n)."""
    y = tf.sign(x) * tf.pow(tf.abs(x), number(1 / n, x))
    usual = tf.logical_and(tf.math.is_finite(x), tf.not_equal(x, 0))
    safe = tf.where(usual, y, tf.ones_like(y))
    ratio = tf.where(usual, x, tf.ones_like(x)) / product_of(safe, n - 1)
    return tf.where(usual, safe + (ratio - safe) / number(n, x), y)  # one step of Newton: the exponent was rounded


def hypot(x: Tensor, y: Tensor) -> Tensor:
    """sqrt(x**2 + y**2) without overflow."""
    largest = tf.maximum(tf.abs(x), tf.abs(y))
    scale = tf.where(tf.equal(largest, 0), tf.ones_like(largest), largest)
    return scale * tf.sqrt((x / scale) ** 2 + (y / scale) ** 2)


def out_of_range(_: int, x: Tensor, y: Tensor) -> Tensor:
    """Whether x**2 + y**2 or a power of it leaves the range of doubles, or is 0."""
    size = tf.maximum(tf.abs(x), tf.abs(y))
    return tf.logical_or(size > 1e75, size < 1e-75)


def loses_zero(order: int, x: Tensor, y: Any) -> Tensor:
    """Whether ``tf.pow`` is NaN: at x = 0 beyond an integer exponent's order, at x <= 0 with a variable exponent."""
    if not is_number(y):
        return x <= 0
    n = integer(y)
    return tf.logical_and(tf.equal(x, 0), n is not None and 0 <= n < order)


def plain_power(x: Tensor, y: Any) -> Tensor:
    """``tf.pow`` with TensorFlow's own gradient."""
    return tf.pow(x, tensor(y, x))


def all_of(*conditions: Tensor) -> Tensor:
    """Every condition holds."""
    return functools.reduce(tf.logical_and, conditions)


def any_of(*conditions: Tensor) -> Tensor:
    """One of the conditions holds."""
    return functools.reduce(tf.logical_or, conditions)


AT_ZERO = "TensorFlow's own derivative is NaN where it is 0"

ROWS = (
    tensorflow("add(...)", add, series=add),
    tensorflow("mul(...)", mul, series=mul),
    tensorflow("neg(x)", tf.negative, series=operator.neg),
    tensorflow("div(x, y)", tf.math.divide, series=operator.truediv),
    defined(
        "pow(x, y)",
        power,
        parameters=frozenset({1}),
        plain=plain_power,
        repaired="the derivatives of tf.pow are NaN at 0 beyond the exponent's order, and wrong below 0",
        where=loses_zero,
    ),
    ours(
        "constant_power(x, c)",
        constant_power,
        "c*x**(c - 1)",
        parameters=frozenset({1}),
        series=powers.real_power,
        why="one triangular solve",
    ),
    ours(
        "variable_power(x, y)",
        tf.pow,
        "y*x**(y - 1)",
        "power_log(x, y, 1)",
        series=powers.variable_power,
        why="exp(y*log(x)) is one, too; at x = 0 the coefficients below y exist",
    ),
    ours(
        "power_log(x, y, k)",
        power_log,
        "y*power_log(x, y - 1, k) + k*lower_power_log(x, y - 1, k - 1)",
        "power_log(x, y, k + 1)",
        parameters=frozenset({2}),
    ),
    defined(
        "lower_power_log(x, y, k)",
        lambda x, y, k: apply("power_log", x, y, k) if k else apply("pow", x, y),
        parameters=frozenset({2}),
    ),
    defined("sqrt(x)", lambda x: apply("pow", x, Fraction(1, 2)), plain=tf.sqrt),
    defined("root(x, n)", root, parameters=frozenset({1})),
    ours(
        "odd_root(x, n)",
        odd_root,
        "1/(n*odd_root(x, n)**(n - 1))",
        parameters=frozenset({1}),
        series=powers.odd_root,
        why="one triangular solve",
    ),
    repaired(
        "hypot(x, y)",
        hypot,
        "cosine(x, y)",
        "cosine(y, x)",
        plain=lambda x, y: tf.sqrt(x * x + y * y),
        reason="x**2 + y**2 leaves the range of doubles, and the derivative of its root is NaN at 0",
        where=out_of_range,
        series=powers.hypot,
        why="the turned point neither overflows nor cancels",
    ),
    ours(
        "cosine(x, y)",
        lambda x, y: x / hypot(x, y),
        "cosine(y, x)**2/hypot(x, y)",
        "-cosine(x, y)*cosine(y, x)/hypot(x, y)",
    ),
    repaired(
        "atan2(y, x)",
        tf.atan2,
        "cosine(x, y)/hypot(x, y)",
        "-cosine(y, x)/hypot(x, y)",
        reason="x**2 + y**2 in TensorFlow's own derivative leaves the range of doubles",
        where=out_of_range,
        series=powers.atan2,
        why="the turned point neither overflows nor cancels",
    ),
    repaired(
        "sqrt**2(x)",
        lambda x: tf.where(tf.greater_equal(x, 0), x, number(math.nan, x)),
        reason=AT_ZERO,
        where=lambda _, x: tf.equal(x, 0),
        series=lambda u: choose(tf.greater_equal(u.start, 0), u, u.lift(math.nan)),
    ),
    repaired(
        "hypot**2(x, y)",
        lambda x, y: x * x + y * y,
        reason=AT_ZERO,
        where=lambda _, x, y: tf.logical_and(tf.equal(x, 0), tf.equal(y, 0)),
        series=lambda u, v: u * u + v * v,
    ),
    repaired(
        "Abs**2(x)",
        lambda x: x * x,
        reason="TensorFlow's own derivative of a power of Abs is 0 or NaN at 0",
        where=lambda _, x: tf.equal(x, 0),
        series=lambda u: u * u,
    ),
    *(
        tensorflow(f"{name}({args})", rule, series=switches.compared(rule))
        for name, args, rule in (
            ("lt", "x, y", tf.less),
            ("le", "x, y", tf.less_equal),
            ("gt", "x, y", tf.greater),
            ("ge", "x, y", tf.greater_equal),
            ("eq", "x, y", tf.equal),
            ("ne", "x, y", tf.not_equal),
            ("and", "...", all_of),
            ("or", "...", any_of),
            ("not", "x", tf.logical_not),
        )
    ),
)
