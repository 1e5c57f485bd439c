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

ENDS = ("SA", "LA")
"""Both ends of the spectrum, in ARPACK's words."""

SMALL = 32
"""Up to this size all columns are asked for, if nobody says otherwise: Lanczos's basis would be as large."""

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
    the largest eigenvalue. What the residual cannot tell is whether one was missed: copies of a multiple eigenvalue
    are found one after the other.

    Args:
        operator: A, symmetric, shape (n, n).
        k: how many at each end; n at most.
        tolerance: of the residuals, relative to the eigenvalue.
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
    values, vectors = [], []
    for which in ENDS:
        kept = min(n - 1, max(2 * k + 1, 20))
        try:
            found = eigsh(a, k, which=which, v0=first, tol=tolerance, ncv=kept, maxiter=max(1, most // kept))
        except ArpackNoConvergence as stopped:
            found = stopped.eigenvalues, stopped.eigenvectors.reshape(n, -1)
        values.append(found[0])
        vectors.append(found[1])
    theta, v = np.concatenate(values), np.concatenate(vectors, axis=1)
    return _answer(a, theta, v, 2 * k - len(theta))


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
