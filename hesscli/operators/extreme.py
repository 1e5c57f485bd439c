"""Extreme eigenvalues by Lanczos's method, restarted, with the residual of each as its error.

Sources: C. Lanczos, J. Res. Nat. Bur. Standards 45, 1950; D. C. Sorensen, SIAM J. Matrix Anal. Appl. 13, 1992 (the
implicit restarts of ARPACK, which SciPy's ``eigsh`` calls); the bound: B. N. Parlett, "The Symmetric Eigenvalue
Problem", SIAM 1998, theorem 4.5.1.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.linalg import ArpackNoConvergence, LinearOperator, eigsh

from hesscli.errors import HesscliError
from hesscli.operators.passes import Passes
from hesscli.operators.report import Extremes

Array = NDArray[Any]

SMALL = 32
"""Up to this size all columns are asked for, if nobody says otherwise: Lanczos's basis would be as large."""

ROUGH = 1e-2
"""So well the size of the largest eigenvalue is known that the others are moved by."""

MOST = 3_000
"""Products of one end; what has not converged by then is missing."""


def extreme(
    operator: LinearOperator,
    k: int,
    *,
    tolerance: float = 1e-9,
    most: int = MOST,
    small: int = SMALL,
) -> Extremes:
    """The k eigenvalues at each end of the spectrum, with their vectors.

    Every theta with its v is accurate to ||A v - theta v||, whatever Lanczos did; and the largest theta is never above
    the largest eigenvalue. What the residual cannot tell is whether one was missed: copies of a multiple eigenvalue are
    looked for besides.

    Args:
        operator: A, symmetric, shape (n, n).
        k: how many at each end; n at most.
        tolerance: of the residuals, relative to the largest eigenvalue.
        most: products of one end.
        small: up to which n all columns are asked for; where products are cheap it may be larger.

    Raises:
        HesscliError: k is not in 1 to n.

    Example:
        >>> from scipy.sparse.linalg import aslinearoperator
        >>> matrix = np.diag(np.arange(1.0, 101.0))
        >>> extreme(aslinearoperator(matrix), 2).values.round(6).tolist()
        [1.0, 2.0, 99.0, 100.0]
    """
    a = Passes(operator)
    n = a.shape[0]
    if not 1 <= k <= n:
        raise HesscliError(f"the number of eigenvalues is 1 to {n}, not {k}")
    if n <= small or 2 * k >= n - 1:
        return _dense(a, k)
    first = np.random.default_rng(0).standard_normal(n)
    if not a.matvec(first).any():  # a null vector drawn at random: A is zero, and ARPACK has no word for it
        return _dense_zero(a, 2 * k)
    kept = _kept(n, k)
    far = 2 * _size(a, first)
    vectors = []
    for sign in (-1.0, 1.0):
        # ARPACK's tolerance is relative to the eigenvalue: of sign*A + far*I none that is wanted is near 0
        moved = LinearOperator(a.shape, lambda x, sign=sign: sign * a.matvec(x) + far * x.reshape(-1), dtype=float)
        try:
            near, v = eigsh(moved, k, which="LA", v0=first, tol=tolerance, ncv=kept, maxiter=max(1, most // kept))
            vectors.append(_with_copies(moved, near, v, tolerance, most))
        except ArpackNoConvergence as stopped:
            vectors.append(stopped.eigenvectors.reshape(n, -1))
    v = np.concatenate(vectors, axis=1)
    theta = (v * a.matmat(v)).sum(axis=0)
    return _answer(a, theta, v, 2 * k - len(theta))


def products(n: int, k: int) -> tuple[int, int, int]:
    """What `extreme` takes: products at least and at most, and how many vectors it keeps.

    Args:
        n: rows of A.
        k: eigenvalues at each end.
    """
    if n <= SMALL or 2 * k >= n - 1:
        return n, n, 3 * n
    kept = _kept(n, k)
    return 2 * (2 * k + kept), 2 * (k + 1) * MOST, 4 * kept


def _kept(n: int, k: int) -> int:
    """Vectors of Lanczos's basis."""
    return min(n - 1, max(2 * k + 1, 20))


def _with_copies(moved: LinearOperator, theta: Array, v: Array, tolerance: float, most: int) -> Array:
    """The vectors of the k largest, where Lanczos has found some of them: a start has one direction in an eigenspace.

    What is orthogonal to all that were found has its own largest; while that belongs among the k, it takes its place.

    Raises:
        ArpackNoConvergence: it was not found.
    """
    generator = np.random.default_rng(1)
    for _ in range(len(theta)):
        rest = _off(moved, v)
        start = rest.matvec(generator.standard_normal(len(v)))
        one, vector = eigsh(rest, 1, which="LA", v0=start, tol=tolerance, maxiter=max(1, most // 20))
        least = int(np.argmin(theta))
        if one[0] <= theta[least] * (1 + tolerance):
            break
        theta[least], v[:, least] = one[0], vector[:, 0]
    return v


def _off(a: LinearOperator, v: Array) -> LinearOperator:
    """P A P with P = I - V V^T."""

    def product(x: Array) -> Array:
        inside = x.reshape(-1) - v @ (v.T @ x.reshape(-1))
        image = a.matvec(inside)
        outside: Array = image - v @ (v.T @ image)
        return outside

    return LinearOperator(a.shape, product, dtype=float)


def _size(a: Passes, first: Array) -> float:
    """About the largest |eigenvalue|."""
    try:
        return float(np.abs(eigsh(a, 1, which="LM", v0=first, tol=ROUGH, return_eigenvectors=False)[0]))
    except ArpackNoConvergence:
        return float(np.linalg.norm(a.matvec(first)) / np.linalg.norm(first))


def _answer(a: Passes, theta: Array, v: Array, missing: int = 0, *, counted: bool = False) -> Extremes:
    """Ascending, with residuals from one more product each."""
    order = np.argsort(theta, kind="stable")
    theta, v = theta[order], v[:, order]
    errors = np.linalg.norm(a.matmat(v) - v * theta, axis=0) if len(theta) else np.zeros(0)
    return Extremes(theta, v, errors, a.count, missing, counted)


def _dense(a: Passes, k: int) -> Extremes:
    """From all columns."""
    theta, v = np.linalg.eigh(a.whole())
    n = len(theta)
    chosen = np.arange(n) if 2 * k >= n else np.r_[:k, n - k : n]
    return _answer(a, theta[chosen], v[:, chosen], counted=True)


def _dense_zero(a: Passes, count: int) -> Extremes:
    """Of A = 0: unit vectors, whose residuals say so."""
    return _answer(a, np.zeros(count), np.eye(a.shape[0], count))
