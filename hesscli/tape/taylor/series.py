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
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.tape.lowering.smooth import Tensor
from hesscli.tape.quiet import tf

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
    """

    def __init__(self, exponents: Exponents, dtype: str, smaller: int = 0) -> None:
        self.exponents, self.dtype, self.smaller = exponents, tf.as_dtype(dtype), smaller
        table = np.array(exponents, dtype=np.int64).reshape(len(exponents), -1)
        sums = table.sum(axis=1)
        self.order = int(sums[-1])
        self.degrees = tf.constant(sums, self.dtype)
        self._divisors = tf.constant(np.maximum(sums, 1), self.dtype)
        self._shift = tf.constant(_differences(table).ravel())
        self._position = {k: i for i, k in enumerate(exponents)}
        logarithm = sum(math.lgamma(k + 1) for k in exponents[-1]) / math.log(2)
        usual = math.floor(logarithm / self.order) if self.order > SHORT else 0
        self.scale = 2.0 ** (usual - smaller)

    def __len__(self) -> int:
        """The number of coefficients P."""
        return len(self.exponents)

    def variables(self, points: Tensor) -> list[Series]:
        """x_i = x0_i + scale*t_i for every column of points, shape (rows, n)."""
        units = np.zeros((points.shape[1], len(self)))
        for i in range(points.shape[1]):
            unit = tuple(int(i == j) for j in range(points.shape[1]))
            if unit in self._position:
                units[i, self._position[unit]] = self.scale
        return [
            self.constant(points[:, i]) + Series(self, tf.constant(units[i : i + 1], self.dtype))
            for i in range(len(units))
        ]

    def constant(self, value: Tensor) -> Series:
        """A series that is its start alone; value has shape () or (rows,)."""
        column = tf.reshape(tf.cast(value, self.dtype), (-1, 1))
        return Series(self, tf.pad(column, [[0, 0], [0, len(self) - 1]]))

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

    def derivative(self, u: Series, exponent: tuple[int, ...]) -> NDArray[Any]:
        """The partial derivative with these orders at every row: k!*u_k in the variables x."""
        factor = Fraction(math.prod(math.factorial(k) for k in exponent)) / Fraction(self.scale) ** sum(exponent)
        column: NDArray[Any] = u.c[:, self._position[exponent]].numpy()
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


class Series:
    """One truncated power series a row.

    Attributes:
        algebra: of its exponents.
        c: coefficients, shape (rows, P) or (1, P).
    """

    __slots__ = ("algebra", "c")

    def __init__(self, algebra: Algebra, c: Tensor) -> None:
        self.algebra, self.c = algebra, c

    @property
    def start(self) -> Tensor:
        """The values at t = 0, shape (rows,)."""
        return self.c[:, 0]

    def starting(self, start: Tensor) -> Series:
        """The same series from another start."""
        rows = tf.maximum(tf.shape(self.c)[0], tf.size(start))
        rest = tf.broadcast_to(self.c[:, 1:], (rows, len(self.algebra) - 1))
        column = tf.broadcast_to(tf.reshape(start, (-1, 1)), (rows, 1))
        return Series(self.algebra, tf.concat([column, rest], axis=1))

    def rest(self) -> Series:
        """The series without its start."""
        return self.starting(tf.zeros_like(self.start))

    def euler(self) -> Series:
        """D u."""
        return Series(self.algebra, self.c * self.algebra.degrees)

    def lift(self, other: Any) -> Series:
        """A number or tensor as a series of this algebra."""
        return other if isinstance(other, Series) else self.algebra.constant(tf.convert_to_tensor(other, self.c.dtype))

    def __neg__(self) -> Series:
        return Series(self.algebra, -self.c)

    def __add__(self, other: Any) -> Series:
        return Series(self.algebra, self.c + self.lift(other).c)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Series:
        return self + (-self.lift(other))

    def __rsub__(self, other: Any) -> Series:
        return self.lift(other) + (-self)

    def __mul__(self, other: Any) -> Series:
        if isinstance(other, Series):
            return Series(self.algebra, self.algebra.product(self.c, other.c))
        return Series(self.algebra, self.c * _column(other, self.c.dtype))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Series:
        if isinstance(other, Series):
            return Series(self.algebra, solve(self.algebra.matrix(other.c), self.c))
        return Series(self.algebra, self.c / _column(other, self.c.dtype))

    def __rtruediv__(self, other: Any) -> Series:
        return self.lift(other) / self


def _column(value: Any, dtype: Any) -> Tensor:
    return tf.reshape(tf.convert_to_tensor(value, dtype), (-1, 1))


def solve(matrix: Tensor, right: Tensor) -> Tensor:
    """The solution of a lower triangular system, row by row."""
    rows = tf.maximum(tf.shape(matrix)[0], tf.shape(right)[0])
    matrix = tf.broadcast_to(matrix, tf.concat([[rows], tf.shape(matrix)[1:]], axis=0))
    right = tf.broadcast_to(right, tf.concat([[rows], tf.shape(right)[1:]], axis=0))
    return tf.linalg.triangular_solve(matrix, right[..., None])[..., 0]


def integral(start: Tensor, slope: Series, u: Series) -> Series:
    """f(u) from its value at the start and f'(u): D f = f'(u)*D u."""
    product = slope * u.euler()
    return Series(u.algebra, u.algebra.over_degree(product.c)).starting(start)


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
    y = u.algebra.constant(start)
    for _ in range(max(1, u.algebra.order).bit_length()):
        y = (y - (f(y) - u) / slope(y)).starting(start)
    return y


def choose(condition: Tensor, yes: Series, no: Series) -> Series:
    """Row by row one of two series."""
    return Series(yes.algebra, tf.where(tf.reshape(condition, (-1, 1)), yes.c, no.c))
