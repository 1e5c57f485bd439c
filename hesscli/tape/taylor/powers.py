"""Power series through exp, log, sines, powers and lengths: what one triangular solve gives.

The start of a result is the kernel's value; only the coefficients behind it are made here.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hesscli.tape.quiet import tf
from hesscli.tape.taylor.algebra import solve
from hesscli.tape.taylor.equations import system
from hesscli.tape.taylor.series import Series, choose, integral
from hesscli.tape.values import Number, Tensor, double, number


def start_of(x: Any) -> Tensor:
    """The value of a series at its start; other tensors and numbers are their own."""
    return x.start if isinstance(x, Series) else x


def exp(u: Series) -> Series:
    """D e = e D u."""
    return system([[1.0]], [tf.exp(u.start)], u)[0]


def log(u: Series) -> Series:
    """D l = D u/u."""
    return integral(tf.math.log(u.start), 1 / u, u)


def sin_cos(u: Series) -> list[Series]:
    """D s = c D u, D c = -s D u."""
    return system([[0.0, 1.0], [-1.0, 0.0]], [tf.sin(u.start), tf.cos(u.start)], u)


def sinh_cosh(u: Series) -> list[Series]:
    """D s = c D u, D c = s D u."""
    return system([[0.0, 1.0], [1.0, 0.0]], [tf.sinh(u.start), tf.cosh(u.start)], u)


def power(u: Series, r: float, start: Tensor) -> Series:
    """u**r for a real constant r, u != 0 at the start: u D p = r p D u.

    A start that underflowed to 0 would make all coefficients 0: they are NaN then.
    """
    gone = tf.logical_and(tf.equal(start, 0), tf.not_equal(u.start, 0))
    degrees = u.algebra.degrees
    matrix = u.algebra.matrix(u.c) * degrees - r * u.algebra.matrix(u.euler().c)
    size = len(u.algebra)
    corner = tf.reshape(tf.one_hot(0, size * size, dtype=u.c.dtype), (size, size))
    first = tf.where(gone, number(float("nan"), start), start)
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


def real_power(u: Series, r: Number) -> Series:
    """u**r for a constant r."""
    if r == int(r):
        return integer_power(u, int(r))
    start = tf.sqrt(u.start) if r == 0.5 else tf.pow(u.start, number(r, u.start))
    return flat_at_zero(power(u, double(r), start), u.start, number(r, u.start))


def flat_at_zero(found: Series, base: Tensor, exponent: Tensor) -> Series:
    """A power whose base starts at 0: the coefficients of degree below the exponent are 0, the others do not exist."""
    zero = tf.logical_and(tf.equal(base, 0), tf.greater(exponent, 0))
    below = tf.less(found.algebra.degrees[None, :], tf.reshape(exponent, (-1, 1)))
    flat = tf.where(below, tf.zeros_like(found.c), number(float("nan"), found.c))
    return Series(found.algebra, tf.where(tf.reshape(zero, (-1, 1)), flat, found.c))


def variable_power(u: Any, v: Any) -> Series:
    """u**v = exp(v*log(u)), one of them a constant."""
    frame = u if isinstance(u, Series) else v
    u, v = frame.lift(u), frame.lift(v)
    start = tf.pow(u.start, v.start)
    found = exp(v * log(u)).starting(start)
    whole = tf.reduce_all(tf.equal(u.c[:, 1:], 0), axis=1)  # a constant base
    zero = tf.logical_and(whole, tf.logical_and(tf.equal(u.start, 0), tf.greater(v.start, 0)))
    return choose(zero, v.lift(0.0), flat_at_zero(found, u.start, v.start))


def sqrt(u: Series) -> Series:
    """Square root."""
    return real_power(u, Fraction(1, 2))


def odd_root(u: Series, n: int) -> Series:
    """The real n-th root with the sign of u."""
    return power(u, 1 / n, tf.sign(u.start) * tf.pow(tf.abs(u.start), number(1 / n, u.start)))


def polar(u: Any, v: Any) -> tuple[Tensor, Series, Series]:
    """The length h of (u, v) at the start, and the point turned: (h, 0) at the start.

    What is computed from the turned point neither overflows nor cancels.
    """
    frame = u if isinstance(u, Series) else v
    u, v = frame.lift(u), frame.lift(v)
    largest = tf.maximum(tf.abs(u.start), tf.abs(v.start))
    h = largest * tf.sqrt((u.start / largest) ** 2 + (v.start / largest) ** 2)
    c, s = u.start / h, v.start / h
    along, across = u * c + v * s, v * c - u * s
    return h, along.starting(h), across.starting(tf.zeros_like(h))


def hypot(u: Any, v: Any) -> Series:
    """The length p + q*w/(1 + sqrt(1 + w**2)), w = q/p, of the turned point (p, q)."""
    _, along, across = polar(u, v)
    slope = across / along
    length: Series = along + across * slope / (1 + sqrt(1 + slope * slope))
    return length


def atan2(v: Any, u: Any) -> Series:
    """The angle of the turned point (p, q), atan(q/p); the start is the kernel's."""
    _, along, across = polar(u, v)
    slope = across / along
    return integral(tf.zeros_like(along.start), 1 / (1 + slope * slope), slope)
