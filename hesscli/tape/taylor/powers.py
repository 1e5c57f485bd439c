"""Power-series rules of exp, log, powers and roots, and what every rule starts from.

The start of every series is the value that the lowering table gives; only the coefficients behind it
are made here.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from hesscli.tape.lowering import RULES as VALUES
from hesscli.tape.lowering import arithmetic
from hesscli.tape.lowering.smooth import Known, Tensor, double, number
from hesscli.tape.quiet import tf
from hesscli.tape.taylor.series import Series, choose, integral, solve, system

Formula = Callable[[Series], Series]


def start_of(x: Any) -> Tensor:
    """The value of a series at its start; other tensors are their own."""
    return x.start if isinstance(x, Series) else x


def value(name: str, *args: Any) -> Tensor:
    """The value of a function at the starts of its arguments."""
    return VALUES[name](*(start_of(x) for x in args))


def from_slope(name: str, slope: Formula) -> Formula:
    """The rule of a function with a given derivative."""
    return lambda u: integral(value(name, u), slope(u), u)


def inverse(u: Series) -> Series:
    """1/u."""
    return 1 / u


def exp(u: Series) -> Series:
    """D e = e D u."""
    return system([[1.0]], [tf.exp(u.start)], u)[0]


def log(u: Series) -> Series:
    """D l = D u/u."""
    return integral(tf.math.log(u.start), inverse(u), u)


def any_log(u: Any, base: Any = None) -> Any:
    """Natural logarithm, or to a base; one of the two may be constant."""
    if base is None:
        return log(u)
    above = log(u) if isinstance(u, Series) else tf.math.log(u)
    below = log(base) if isinstance(base, Series) else tf.math.log(base)
    return above / below


def power(u: Series, r: float, start: Tensor) -> Series:
    """u**r for a real constant r, u != 0 at the start: u D p = r p D u.

    A start that underflowed to 0 would make all coefficients 0: they are NaN then.
    """
    gone = tf.logical_and(tf.equal(start, 0), tf.not_equal(u.start, 0))
    degrees = u.algebra.degrees
    matrix = u.algebra.matrix(u.c) * degrees - r * u.algebra.matrix(u.euler().c)
    size = len(u.algebra)
    corner = tf.reshape(tf.one_hot(0, size * size, dtype=u.c.dtype), (size, size))
    first = tf.where(gone, number(math.nan, start), start)
    right = tf.pad(tf.reshape(first, (-1, 1)), [[0, 0], [0, size - 1]])
    return Series(u.algebra, solve(matrix + corner, right)).starting(start)


def integer_power(u: Series, n: int) -> Series:
    """u**n by repeated squaring: right at u = 0."""
    if n < 0:
        return 1 / integer_power(u, -n)
    total = None
    while n:
        if n & 1:
            total = u if total is None else total * u
        u, n = (u * u if n > 1 else u), n >> 1
    return u.lift(1.0) if total is None else total


def real_power(u: Series, r: Fraction | float) -> Series:
    """u**r for a constant r."""
    if r == int(r):
        return integer_power(u, int(r))
    start = arithmetic.constant_power(u.start, r)
    return flat_at_zero(power(u, double(r), start), u.start, number(r, u.start))


def flat_at_zero(found: Series, base: Tensor, exponent: Tensor) -> Series:
    """A power whose base starts at 0: the coefficients of degree below the exponent are 0, the others do not exist."""
    zero = tf.logical_and(tf.equal(base, 0), tf.greater(exponent, 0))
    below = tf.less(found.algebra.degrees[None, :], tf.reshape(exponent, (-1, 1)))
    flat = tf.where(below, tf.zeros_like(found.c), number(math.nan, found.c))
    return Series(found.algebra, tf.where(tf.reshape(zero, (-1, 1)), flat, found.c))


def pow_(u: Any, v: Any, known: tuple[Known, ...]) -> Any:
    """The power u**v; exp(v*log(u)) where the exponent varies."""
    if known[1] is not None and math.isfinite(double(known[1])):
        return real_power(u, known[1])
    start = tf.pow(start_of(u), start_of(v))
    if isinstance(u, Series):
        return flat_at_zero(exp(v * log(u)).starting(start), u.start, start_of(v))
    zero = tf.logical_and(tf.equal(u, 0), tf.greater(v.start, 0))
    return choose(zero, v.lift(0.0), exp(v * tf.math.log(u)).starting(start))


def odd_root(u: Series, n: int) -> Series:
    """The real n-th root with the sign of u."""
    return power(u, 1 / n, arithmetic.odd_root(u.start, n)) if n > 1 else u


def root(u: Series, _: Any, known: tuple[Known, ...]) -> Any:
    """The real n-th root."""
    n = int(known[1] or 0)
    return odd_root(u, n) if n % 2 else real_power(u, Fraction(1, n))


def sqrt(u: Series) -> Series:
    """Square root."""
    return real_power(u, Fraction(1, 2))
