"""Linear algebra on small matrices, whose closed forms can be written down."""

from __future__ import annotations

from typing import Any

import numpy as np

from hesscli.audit.scenario import Scenario as Row
from hesscli.language.writing import Formula, FormulaArray, each
from hesscli.tape.quiet import tf

linalg = tf.linalg

MATRIX = ((2.0, 0.5), (0.75, 1.5))
CUBE = ((2.0, 0.5, -0.25), (0.75, 1.5, 0.375), (0.25, -0.5, 1.25))
TALL = ((2.0, 0.5), (0.75, 1.5), (-0.25, 0.625))
SYMMETRIC = (2.0, 0.5, 1.25)
WEIGHTS = ((1.0, -2.0), (0.5, 1.5))
w = np.array(WEIGHTS)
EYE = np.eye(2, dtype=int)
RIGHT = np.array([1.0, -0.5])


def weighted(y: Any) -> Any:
    """The sum of a matrix's entries, each with its weight."""
    return tf.reduce_sum(y * tf.constant(WEIGHTS, y.dtype))


def column(x: Any) -> Any:
    """The right-hand side of the linear systems, shape (2, 1)."""
    return tf.constant(RIGHT[:, None], x.dtype)


def symmetric(x: Any) -> Any:
    """The symmetric matrix of three numbers, as a tensor."""
    return tf.stack([tf.stack([x[0], x[1]]), tf.stack([x[1], x[2]])])


def det(x: FormulaArray) -> Formula:
    """The determinant, by its first row."""
    if len(x) == 1:
        return x[0, 0]
    minors = [np.delete(x[1:], k, axis=1) for k in range(len(x))]
    return sum((-1) ** k * x[0, k] * det(minors[k]) for k in range(len(x)))


def inverse(x: FormulaArray) -> FormulaArray:
    """Of a matrix of two rows."""
    return np.array([[x[1, 1], -x[0, 1]], [-x[1, 0], x[0, 0]]], object) / det(x)


def eigenvalues(x: FormulaArray) -> tuple[Formula, Formula]:
    """Of a symmetric matrix of three numbers, ascending."""
    middle, radius = (x[0] + x[2]) / 2, np.sqrt(((x[0] - x[2]) / 2) ** 2 + x[1] ** 2)
    return middle - radius, middle + radius


def projector(x: FormulaArray) -> FormulaArray:
    """The matrix v v' of the eigenvector of the larger eigenvalue."""
    low, high = eigenvalues(x)
    return (matrix(x) - low * EYE) / (high - low)


def matrix(x: FormulaArray) -> FormulaArray:
    """The symmetric matrix of three numbers."""
    return np.array([[x[0], x[1]], [x[1], x[2]]], object)


def cholesky(a: FormulaArray) -> FormulaArray:
    """The lower triangular factor of a symmetric matrix of two rows."""
    first = np.sqrt(a[0, 0])
    return np.array([[first, 0], [a[1, 0] / first, np.sqrt(det(a) / a[0, 0])]], object)


def exponential(x: FormulaArray) -> FormulaArray:
    """The exponential of a matrix of two rows: exp(m)*(cosh(q) + sinh(q)/q*(x - m)), 2*m the trace."""
    m = (x[0, 0] + x[1, 1]) / 2
    q = np.sqrt(m**2 - det(x))
    return np.exp(m) * (each("cosh")(q) * EYE + each("sinh")(q) / q * (x - m * EYE))


def logarithm(x: FormulaArray) -> FormulaArray:
    """The logarithm of a matrix of two rows with eigenvalues 0 < low < high."""
    m = (x[0, 0] + x[1, 1]) / 2
    q = np.sqrt(m**2 - det(x))
    low, high = m - q, m + q
    return (np.log(high) * (x - low * EYE) - np.log(low) * (x - high * EYE)) / (2 * q)


def root(x: FormulaArray) -> FormulaArray:
    """The square root: (x + sqrt(det))/sqrt(trace + 2*sqrt(det))."""
    s = np.sqrt(det(x))
    return (x + s * EYE) / np.sqrt(x[0, 0] + x[1, 1] + 2 * s)


def singular(x: FormulaArray) -> tuple[Formula, Formula]:
    """Singular values of a matrix of two rows with a positive determinant, descending."""
    total, gap = np.sqrt(np.sum(x**2) + 2 * det(x)), np.sqrt(np.sum(x**2) - 2 * det(x))
    return (total + gap) / 2, (total - gap) / 2


def least_squares(x: FormulaArray) -> FormulaArray:
    """(x'x)^-1 x'."""
    return inverse(x.T @ x) @ x.T


def householder(x: Any) -> Any:
    """A function of the triangular factor that no sign of its rows changes."""
    r = linalg.qr(x)[1]
    return r[0, 0] * r[0, 1] + r[1, 1] ** 2


DETERMINANTS = (
    Row("tf.linalg.det", linalg.det, det, CUBE),
    Row("tf.linalg.det", linalg.det, det, ((1.0, 1.0), (1.0, 1.0)), "singular", ((1.0, 0.0), (0.0, 1.0)),
      thread="#55230, #57430"),
    Row("tf.linalg.slogdet", lambda x: linalg.slogdet(x)[1], lambda x: np.log(det(x)), CUBE),
    Row("tf.linalg.logdet", lambda x: linalg.logdet(symmetric(x)), lambda x: np.log(det(matrix(x))), SYMMETRIC),
    Row("tf.linalg.trace", lambda x: linalg.trace(x @ x @ x), lambda x: np.trace(x @ x @ x), MATRIX),
)  # fmt: skip

SYSTEMS = (
    Row("tf.linalg.inv", lambda x: weighted(linalg.inv(x)), lambda x: np.sum(w * inverse(x)), MATRIX),
    Row("tf.linalg.pinv", lambda x: tf.reduce_sum(linalg.pinv(x)[0]), lambda x: np.sum(least_squares(x)[0]), TALL),
    Row("tf.linalg.solve", lambda x: tf.reduce_sum(linalg.solve(x, column(x)) ** 2),
      lambda x: np.sum((inverse(x) @ RIGHT) ** 2), MATRIX),
    Row("tf.linalg.lstsq", lambda x: tf.reduce_sum(linalg.lstsq(x, tf.ones([3, 1], x.dtype)) ** 2),
      lambda x: np.sum((least_squares(x) @ np.array([1, 1, 1])) ** 2), TALL),
    Row("tf.linalg.triangular_solve", lambda x: tf.reduce_sum(linalg.triangular_solve(x, column(x)) ** 2),
      lambda x: (1 / x[0, 0]) ** 2 + ((-0.5 - x[1, 0] / x[0, 0]) / x[1, 1]) ** 2, MATRIX),
    Row("tf.linalg.cholesky", lambda x: weighted(linalg.cholesky(symmetric(x))),
      lambda x: np.sum(w * cholesky(matrix(x))), SYMMETRIC),
    Row("tf.linalg.cholesky_solve", lambda x: tf.reduce_sum(linalg.cholesky_solve(x, column(x)) ** 2),
      lambda x: np.sum((inverse(np.tril(x) @ np.tril(x).T) @ RIGHT) ** 2), MATRIX),
    Row("tf.linalg.tridiagonal_solve", lambda x: tf.reduce_sum(linalg.tridiagonal_solve(
        [x[:2], x[2:5], x[5:]], tf.constant([1.0, -0.5, 0.25], x.dtype), diagonals_format="sequence") ** 2),
      lambda x: np.sum((tridiagonal_inverse(x) @ np.array([1.0, -0.5, 0.25])) ** 2),
      (0.5, 0.25, 2.0, 1.5, 1.25, -0.5, 0.375)),
    Row("tf.linalg.tridiagonal_matmul", lambda x: tf.reduce_sum(linalg.tridiagonal_matmul(
        tf.stack([x, x, x]), tf.reshape(x, [3, 1])) ** 2),
      lambda x: (x[0] * (x[0] + x[1])) ** 2 + (x[1] * (x[0] + x[1] + x[2])) ** 2 + (x[2] * (x[1] + x[2])) ** 2,
      (2.0, 0.5, 1.25)),
)  # fmt: skip


def tridiagonal_inverse(x: FormulaArray) -> FormulaArray:
    """Of the matrix with superdiagonal x0, x1, diagonal x2, x3, x4 and subdiagonal x5, x6, by cofactors."""
    a = np.array([[x[2], x[0], 0], [x[5], x[3], x[1]], [0, x[6], x[4]]], object)
    minor = [[np.delete(np.delete(a, i, 0), j, 1) for j in range(3)] for i in range(3)]
    cofactors = [[(-1) ** (i + j) * (minor[i][j][0, 0] * minor[i][j][1, 1] - minor[i][j][0, 1] * minor[i][j][1, 0])
                  for i in range(3)] for j in range(3)]  # fmt: skip
    whole = x[2] * (x[3] * x[4] - x[1] * x[6]) - x[0] * x[5] * x[4]
    return np.array(cofactors, object) / whole


FACTORS = (
    Row("tf.linalg.eigvalsh", lambda x: linalg.eigvalsh(symmetric(x))[1] ** 2, lambda x: eigenvalues(x)[1] ** 2,
      SYMMETRIC),
    Row("tf.linalg.eigh", lambda x: weighted(tf.einsum("i,j->ij", *[linalg.eigh(symmetric(x))[1][:, 1]] * 2)),
      lambda x: np.sum(w * projector(x)), SYMMETRIC, "eigenvector"),
    Row("tf.linalg.eigvals", lambda x: tf.math.real(linalg.eigvals(x))[0] * tf.math.real(linalg.eigvals(x))[1], det,
      MATRIX),
    Row("tf.linalg.svd", lambda x: linalg.svd(x, compute_uv=False)[0] ** 2, lambda x: singular(x)[0] ** 2, MATRIX,
      "values"),
    Row("tf.linalg.svd", lambda x: (lambda s, u, v: weighted(u @ tf.transpose(v)))(*linalg.svd(x)),
      lambda x: np.sum(w * polar(x)), MATRIX, "vectors"),
    Row("tf.linalg.qr", householder, lambda x: x[:, 0] @ x[:, 1] + det(x) ** 2 / np.sum(x[:, 0] ** 2), MATRIX),
    Row("tf.linalg.lu", lambda x: linalg.lu(x)[0][1, 1] ** 2, lambda x: (det(x) / x[0, 0]) ** 2, MATRIX,
      thread="#22825"),
)  # fmt: skip


def polar(x: FormulaArray) -> FormulaArray:
    """The orthogonal factor of a matrix with a positive determinant: (x + cof(x))/(s1 + s2)."""
    cofactor = np.array([[x[1, 1], -x[1, 0]], [-x[0, 1], x[0, 0]]], object)
    return (x + cofactor) / np.sqrt(np.sum(x**2) + 2 * det(x))


FUNCTIONS = (
    Row("tf.linalg.expm", lambda x: weighted(linalg.expm(x)), lambda x: np.sum(w * exponential(x)), MATRIX),
    Row("tf.linalg.logm", lambda x: weighted(tf.math.real(linalg.logm(tf.cast(x, tf.complex128)))),
      lambda x: np.sum(w * logarithm(x)), MATRIX, thread="#37091"),
    Row("tf.linalg.sqrtm", lambda x: weighted(linalg.sqrtm(x)), lambda x: np.sum(w * root(x)), MATRIX),
)  # fmt: skip

PRODUCTS = (
    Row("tf.linalg.matmul", lambda x: weighted(tf.linalg.matmul(x, x) ** 2), lambda x: np.sum(w * (x @ x) ** 2),
      MATRIX),
    Row("tf.linalg.matvec", lambda x: tf.reduce_sum(linalg.matvec(x, x[0]) ** 2), lambda x: np.sum((x @ x[0]) ** 2),
      MATRIX),
    Row("tf.einsum", lambda x: tf.einsum("ij,jk,kl,li->", x, x, x, x), lambda x: np.trace(x @ x @ x @ x), MATRIX),
    Row("tf.tensordot", lambda x: tf.tensordot(x @ x, x, 2), lambda x: np.sum((x @ x) * x), MATRIX),
    Row("tf.linalg.cross", lambda x: tf.reduce_sum(linalg.cross(x[0], x[1]) ** 2),
      lambda x: np.sum(x[0] ** 2) * np.sum(x[1] ** 2) - (x[0] @ x[1]) ** 2, CUBE[:2]),
    Row("tf.linalg.band_part", lambda x: weighted(linalg.band_part(x, -1, 0) ** 3),
      lambda x: np.sum(w * np.tril(x) ** 3), MATRIX),
    Row("tf.linalg.diag_part", lambda x: tf.reduce_sum(linalg.diag_part(x) ** 3), lambda x: np.sum(np.diag(x) ** 3),
      MATRIX),
    Row("tf.linalg.set_diag", lambda x: weighted(linalg.set_diag(x, x[0] ** 2) ** 2),
      lambda x: x[0, 0] ** 4 - 2 * x[0, 1] ** 2 + 0.5 * x[1, 0] ** 2 + 1.5 * x[0, 1] ** 4, MATRIX),
    Row("tf.linalg.norm", linalg.norm, lambda x: np.sqrt(np.sum(x**2)), MATRIX, "Frobenius"),
    Row("tf.linalg.norm", lambda x: linalg.norm(x, ord=2, axis=(0, 1)), lambda x: singular(x)[0], MATRIX, "spectral"),
    Row("tf.linalg.normalize", lambda x: weighted(linalg.normalize(x)[0]),
      lambda x: np.sum(w * x) / np.sqrt(np.sum(x**2)), MATRIX),
)  # fmt: skip

OPERATIONS = (*DETERMINANTS, *SYSTEMS, *FACTORS, *FUNCTIONS, *PRODUCTS)
