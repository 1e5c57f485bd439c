"""Truncated power series in several variables, many at once, as an algebra of triangular matrices.

    u(t) = sum over k in K of u_k * t**k,    K closed downward

K is all exponents up to a total degree (whole tensors), or a box (one mixed partial), so that mixed
partials need no interpolation and lose no digits to it. Multiplication by u is a lower triangular matrix
M(u) with entries u_(k-j); division is a triangular solve. With Euler's operator D, (D u)_k = abs(k)*u_k,
a function with D y = K y D u (exp, sin and cos, powers) is one triangular solve as well: the textbook
recurrences, quadratic in the number of coefficients, as one operation.

Source: A. Griewank and A. Walther, "Evaluating Derivatives", 2nd ed., SIAM 2008, chapter 13.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.tape.quiet import tf
from hesscli.tape.values import Tensor

Exponents = tuple[tuple[int, ...], ...]


def up_to(n: int, degree: int) -> Exponents:
    """All exponents of n variables up to a total degree."""
    units = np.eye(n, dtype=int)
    found = {(0,) * n}
    layer = set(found)
    for _ in range(degree):
        layer = {tuple((np.array(k) + unit).tolist()) for k in layer for unit in units}
        found |= layer
    return _ordered(found)


def box(corner: Sequence[int]) -> Exponents:
    """All exponents that are nowhere larger than a corner."""
    return _ordered(itertools.product(*(range(k + 1) for k in corner)))


def _ordered(exponents: Any) -> Exponents:
    return tuple(sorted(exponents, key=lambda k: (sum(k), k)))


SHORT = 30
"""Up to this order coefficients are f^(k)/k! themselves; 1/k! is far from underflow."""


class Algebra:
    """Series with exponents in K, ordered by degree, in one dtype.

    The variables of the series are t = (x - x0)/scale. Beyond order SHORT the scale is a power of two below
    (K's corner)!**(1/degree): a coefficient is then about as large as the derivative that it stands for.

    Attributes:
        exponents: K, P of them.
        degrees: total degree of each, shape (P,).
        order: the largest degree N.
        scale: the unit of t.
        dtype: of the coefficients.
        smaller: the binary logarithm by which the unit is smaller than usual.
        position: exponent -> where it stands.
    """

    def __init__(self, exponents: Exponents, dtype: str, smaller: int = 0, longer: Algebra | None = None) -> None:
        self.exponents, self.dtype, self.smaller = exponents, tf.as_dtype(dtype), smaller
        table = np.array(exponents, dtype=np.int64).reshape(len(exponents), -1)
        sums = table.sum(axis=1)
        self.order = int(sums[-1])
        self.degrees = tf.constant(sums, self.dtype)
        self._divisors = tf.constant(np.maximum(sums, 1), self.dtype)
        self._differences = _differences(table) if longer is None else longer.corner(len(self))
        self._shift = tf.constant(self._differences.ravel())
        self.position = {k: i for i, k in enumerate(exponents)}
        logarithm = sum(math.lgamma(k + 1) for k in exponents[-1]) / math.log(2)
        usual = math.floor(logarithm / self.order) if self.order > SHORT else 0
        self.scale: float = 2.0 ** (usual - smaller) if longer is None else longer.scale
        self._shorter: dict[int, Algebra] = {}

    def truncated(self, degree: int) -> Algebra:
        """The algebra of the exponents up to a total degree, with the same unit."""
        if degree >= self.order:
            return self
        if degree not in self._shorter:
            kept = tuple(k for k in self.exponents if sum(k) <= degree)
            self._shorter[degree] = Algebra(kept, self.dtype.name, self.smaller, self)
        return self._shorter[degree]

    def corner(self, count: int) -> NDArray[np.int32]:
        """The differences of the first exponents."""
        inside = self._differences[:count, :count]
        return np.where(inside == len(self), np.int32(count), inside)

    def __len__(self) -> int:
        """The number of coefficients P."""
        return len(self.exponents)

    def matrix(self, c: Tensor) -> Tensor:
        """M(u), shape (rows, P, P), of coefficients (rows, P)."""
        padded = tf.pad(c, [[0, 0], [0, 1]])
        return tf.reshape(tf.gather(padded, self._shift, axis=1), (-1, len(self), len(self)))

    def product(self, a: Tensor, b: Tensor) -> Tensor:
        """The coefficients of a product; those that do not exist (NaN) spoil only what they enter.

        x**1.5 has no second coefficient at 0, but x * x**1.5 has one, 0. Beside another factor without
        coefficients (sqrt(x)*sqrt(x)), or one that is itself infinite, a zero is no excuse.
        """
        finite_a, finite_b = tf.math.is_finite(a), tf.math.is_finite(b)
        if bool(tf.reduce_all(finite_a)) and bool(tf.reduce_all(finite_b)):
            return tf.linalg.matvec(self.matrix(a), b)
        nought = tf.zeros_like(a[:1])
        found = tf.linalg.matvec(self.matrix(tf.where(finite_a, a, nought)), tf.where(finite_b, b, nought))
        lost = tf.zeros_like(found)
        for one, other in ((a, b), (b, a)):
            bad, whole = ~tf.math.is_finite(one), tf.reduce_all(tf.math.is_finite(other), axis=1, keepdims=True)
            enters = tf.logical_or(tf.not_equal(other, 0), ~tf.logical_and(whole, ~bad[:, :1]))
            lost += tf.linalg.matvec(self.matrix(tf.cast(bad, self.dtype)), tf.cast(enters, self.dtype))
        return tf.where(tf.greater(lost, 0), tf.constant(math.nan, self.dtype), found)

    def over_degree(self, c: Tensor) -> Tensor:
        """The inverse of D, start 0."""
        return c / self._divisors * tf.cast(self.degrees > 0, self.dtype)

    def derivative(self, c: Tensor, exponent: tuple[int, ...]) -> NDArray[Any]:
        """The partial derivative with these orders at every row of coefficients: k!*u_k in the variables x."""
        factor = Fraction(math.prod(math.factorial(k) for k in exponent)) / Fraction(self.scale) ** sum(exponent)
        column: NDArray[Any] = c[:, self.position[exponent]].numpy()
        # k! alone leaves the range of doubles at k = 171, and k! times a small coefficient need not.
        power = factor.numerator.bit_length() - factor.denominator.bit_length()
        with np.errstate(all="ignore"):
            scaled = column * np.asarray(float(factor / Fraction(2) ** power), column.dtype)
            derivative: NDArray[Any] = np.ldexp(scaled, power)
        return derivative


def _differences(table: NDArray[np.int64]) -> NDArray[np.int32]:
    """Where k - j stands for all k, j in K; P (one past the end) where it is no exponent."""
    base = int(table.max(initial=0)) + 1
    weights = base ** np.arange(table.shape[1], dtype=object)
    codes = (table.astype(object) * weights).sum(axis=1)
    if base ** table.shape[1] < 2**62:
        codes = codes.astype(np.int64)
    order = np.argsort(codes)
    count = len(table)
    found = np.full((count, count), count, np.int32)
    for row in range(count):
        gap = table[row] - table[: row + 1]
        inside = (gap >= 0).all(axis=1)
        at = codes[row] - codes[: row + 1][inside]
        found[row, np.flatnonzero(inside)] = order[np.searchsorted(codes[order], at)]
    return found


@functools.lru_cache(maxsize=16)
def algebra(exponents: Exponents, dtype: str, smaller: int = 0) -> Algebra:
    """The algebra of K, made once; its scale 2**smaller below the usual one."""
    return Algebra(exponents, dtype, smaller)


def solve(matrix: Tensor, right: Tensor) -> Tensor:
    """The solution of a lower triangular system, row by row."""
    rows = tf.maximum(tf.shape(matrix)[0], tf.shape(right)[0])
    matrix = tf.broadcast_to(matrix, tf.concat([[rows], tf.shape(matrix)[1:]], axis=0))
    right = tf.broadcast_to(right, tf.concat([[rows], tf.shape(right)[1:]], axis=0))
    return tf.linalg.triangular_solve(matrix, right[..., None])[..., 0]
