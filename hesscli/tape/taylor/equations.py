"""Equations of series: linear systems, Newton's method, composition with Taylor coefficients."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hesscli.tape.quiet import tf
from hesscli.tape.taylor.algebra import solve
from hesscli.tape.taylor.series import Series, constant
from hesscli.tape.unlowered import Unlowered
from hesscli.tape.values import Tensor


def system(coupling: Sequence[Sequence[float]], starts: Sequence[Tensor], u: Series) -> list[Series]:
    """The solutions y_a of D y_a = (sum over b of coupling[a][b]*y_b)*D u.

    The unknowns are interleaved, (y_0, y_1) of the first exponent, of the second, ...: triangular again.
    """
    q, count = len(coupling), len(u.algebra)
    wide = u.algebra.matrix(u.euler().c)
    kron = tf.einsum("rkj,ab->rkajb", wide, tf.constant(coupling, u.c.dtype))
    diagonal = tf.repeat(u.algebra.degrees, q) + tf.cast(tf.repeat(u.algebra.degrees, q) == 0, u.c.dtype)
    matrix = tf.linalg.diag(diagonal) - tf.reshape(kron, (-1, count * q, count * q))
    rows = tf.shape(matrix)[0]
    first = tf.stack([tf.broadcast_to(start, (rows,)) for start in starts], axis=1)
    right = tf.pad(first, [[0, 0], [0, (count - 1) * q]])
    found = tf.reshape(solve(matrix, right), (-1, count, q))
    return [Series(u.algebra, found[:, :, a]) for a in range(q)]


def compose(coefficients: Sequence[Tensor], u: Series) -> Series:
    """f(u) from the Taylor coefficients of f at the start of u, by Horner's rule: N products."""
    rest = u.rest()
    total = u.lift(coefficients[-1])
    for c in reversed(coefficients[:-1]):
        total = total * rest + c
    return total


def horner(coefficients: Sequence[float], u: Series) -> Series:
    """A polynomial of a series."""
    total = u.lift(coefficients[-1])
    for c in reversed(coefficients[:-1]):
        total = total * u + c
    return total


def newton(f: Callable[[Series], Series], slope: Callable[[Series], Series], start: Tensor, u: Series) -> Series:
    """The y with f(y) = u, from its start; each step of Newton's doubles the number of right coefficients."""
    y = constant(u.algebra, start)
    for _ in range(max(1, u.algebra.order).bit_length()):
        y = (y - (f(y) - u) / slope(y)).starting(start)
    return y


MOST_COMPOSED = 100
"""Largest order for functions that are composed from Taylor coefficients of their own."""


def composed(u: Series, at: Callable[[Tensor, int], list[Tensor]]) -> Series:
    """A function from its Taylor coefficients 0..N at the start.

    Raises:
        Unlowered: the order is over MOST_COMPOSED.
    """
    if u.algebra.order > MOST_COMPOSED:
        raise Unlowered([f"Taylor rule beyond order {MOST_COMPOSED} for such a function"])
    return compose(at(u.start, u.algebra.order), u)
