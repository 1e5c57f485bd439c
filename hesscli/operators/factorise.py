"""Sparse symmetric matrices by factorisation: how many eigenvalues lie below a number, the extreme ones, solutions.

A - s I = L D L^T has as many negative eigenvalues as D has negative entries (Sylvester's law of inertia), and what
rounding did to the factors moves no eigenvalue by more than the norm of A - s I - L D L^T (Weyl), which is bounded from
the factors themselves: so a count is certain up to a margin that comes with it, stable elimination or not.

The order is Cuthill and McKee's, reversed: nothing outside the envelope is ever filled in, and its size is known before
anything is factorised.

Sources: E. Cuthill and J. McKee, Proc. 24th ACM Nat. Conf., 1969; J. R. Bunch and B. N. Parlett, SIAM J. Numer. Anal.
8, 1971; N. J. Higham, "Accuracy and Stability of Numerical Algorithms", 2nd ed., theorem 9.3; T. Ericsson and A. Ruhe,
Math. Comp. 35, 1980 (Lanczos's method on the inverse); X. S. Li, ACM TOMS 31, 2005 (SuperLU).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import reverse_cuthill_mckee
from scipy.sparse.linalg import ArpackNoConvergence, LinearOperator, eigsh, splu

from hesscli.operators.passes import Passes
from hesscli.operators.report import Extremes, Solution

Array = NDArray[Any]

MOST_FILLED = 20_000_000
"""Entries of an envelope; with more neither memory nor time is safe."""

UNIT = 2.0**-53

CLOSE = 1e-4
"""Of the spectrum's range: how near a shift comes to the eigenvalue at the end before Lanczos's method takes over."""

MOST_SOUGHT = 60
"""Halvings of an interval of shifts."""


@dataclass(frozen=True, eq=False)
class Ordered:
    """A symmetric matrix whose entries stand near the diagonal.

    Attributes:
        matrix: P A P^T, both triangles, in compressed columns.
        order: row of it -> row of A, shape (n,).
        filled: the size of the lower envelope: entries that a factor can have.
        low: no eigenvalue is below (Gershgorin).
        high: none is above.
    """

    matrix: Any
    order: Array
    filled: int
    low: float
    high: float

    @property
    def cheap(self) -> bool:
        """Whether it may be factorised."""
        return self.filled <= MOST_FILLED


def ordered(matrix: Any) -> Ordered:
    """A symmetric sparse matrix, finite, both triangles stored, in an order that keeps the factors small."""
    a = sparse.csr_array(matrix)
    order = reverse_cuthill_mckee(sparse.csr_matrix(a), symmetric_mode=True)
    moved = sparse.csr_array(a[order][:, order])
    moved.sort_indices()
    n = a.shape[0]
    full = np.diff(moved.indptr) > 0
    first = np.arange(n)
    first[full] = np.minimum(moved.indices[moved.indptr[:-1][full]], first[full])
    main = a.diagonal()
    discs = np.asarray(abs(a).sum(axis=1)).reshape(-1) - np.abs(main)
    slack = 4 * n * UNIT * float(np.max(np.abs(main) + discs, initial=0.0))
    low, high = float(np.min(main - discs)) - slack, float(np.max(main + discs)) + slack
    return Ordered(moved.tocsc(), order, int((np.arange(n) - first).sum()) + n, low, high)


def below(a: Ordered, shift: float) -> tuple[int, float] | None:
    """How many eigenvalues are below a shift, and how far the shift may be off; None where elimination meets a zero.

    Those below s - margin are at most, and those below s + margin are at least, as many.

    Args:
        a: the matrix.
        shift: s.

    Example:
        >>> a = ordered(sparse.diags_array([np.full(3, -1.0), np.full(4, 2.0), np.full(3, -1.0)], offsets=[-1, 0, 1]))
        >>> count, margin = below(a, 1.2)  # eigenvalues are 2 - 2 cos(k pi/5): 0.38, 1.38, 2.62, 3.62
        >>> count, margin < 1e-14
        (1, True)
    """
    n = a.matrix.shape[0]
    factors = _factors(a, shift, pivoting=False)
    if factors is None or (factors.perm_r != np.arange(n)).any():
        return None
    lower, upper = sparse.csc_array(factors.L), sparse.csc_array(factors.U)
    d = upper.diagonal()
    if not np.isfinite(d).all() or not d.all():
        return None
    ones = np.ones(n)
    longest = int(np.bincount(lower.indices, minlength=n).max()) + 1
    rounding = longest * UNIT / (1 - longest * UNIT) * (abs(lower) @ (abs(upper) @ ones))
    crooked = abs(lower) @ (abs(upper - sparse.diags_array(d) @ lower.T) @ ones)
    shifted = UNIT * (float(np.abs(a.matrix.diagonal()).max()) + abs(shift))
    margin = 1.01 * float((rounding + crooked).max()) + 2 * shifted
    return (int(np.count_nonzero(d < 0)), margin) if np.isfinite(margin) else None


def _factors(a: Ordered, shift: float, *, pivoting: bool) -> Any:
    """SuperLU's factors of A - s I; None where it is singular."""
    moved = a.matrix - shift * sparse.eye_array(a.matrix.shape[0], format="csc") if shift else a.matrix
    try:
        return splu(
            sparse.csc_matrix(moved),
            permc_spec="NATURAL",
            diag_pivot_thresh=1.0 if pivoting else 0.0,
            options={"SymmetricMode": not pivoting},
        )
    except RuntimeError:  # "Factor is exactly singular"
        return None


def furthest(a: Ordered, k: int, end: str) -> Extremes:
    """The k eigenvalues at one end by Lanczos's method on the inverse of A - s I, with s just beyond the end.

    That none was missed is proven by counting, where the count comes out (``Extremes.counted``).

    Args:
        a: the matrix, n > k + 1.
        k: how many.
        end: ``largest`` or ``smallest``.
    """
    sign = 1.0 if end == "largest" else -1.0
    n = int(a.matrix.shape[0])

    def beyond(s: float) -> int:
        """Eigenvalues of sign * A above s."""
        tries = (below(a, sign * (s + nudge * (a.high - a.low))) for nudge in (0.0, 1e-9, 3e-9))
        found = next((one for one in tries if one is not None), None)
        if found is None:
            return 1  # unknown: the interval above is searched
        return int(n - found[0] if sign > 0 else found[0])

    low, high = (a.low, a.high) if sign > 0 else (-a.high, -a.low)
    high, range_ = high + CLOSE * (high - low), high - low
    for _ in range(MOST_SOUGHT):
        middle = (low + high) / 2
        if high - low <= CLOSE * range_:
            break
        low, high = (low, middle) if beyond(middle) == 0 else (middle, high)
    factors = _factors(a, sign * high, pivoting=True)
    passes = Passes(sparse.linalg.aslinearoperator(a.matrix))
    if factors is None:
        return Extremes(np.zeros(0), np.zeros((n, 0)), np.zeros(0), 0, k)
    inverse = LinearOperator(a.matrix.shape, matvec=factors.solve, dtype=np.float64)
    first = np.random.default_rng(0).standard_normal(n)
    try:
        found = eigsh(a.matrix, k, sigma=sign * high, which="LM", OPinv=inverse, v0=first, maxiter=30, tol=1e-10)
    except ArpackNoConvergence as stopped:
        found = stopped.eigenvalues, stopped.eigenvectors.reshape(n, -1)
    theta, v = found
    up = np.argsort(theta, kind="stable")
    theta, v = theta[up], v[:, up]
    errors = np.linalg.norm(passes.matmat(v) - v * theta, axis=0) if len(theta) else np.zeros(0)
    back = np.empty_like(v)
    back[a.order] = v
    return Extremes(theta, back, errors, passes.count, k - len(theta), _all_there(a, theta, errors, sign))


def _all_there(a: Ordered, theta: Array, errors: Array, sign: float) -> bool:
    """Whether as many eigenvalues as were found lie beyond the innermost of them, and no more."""
    if not len(theta):
        return False
    inner = int(np.argmin(sign * theta))
    edge = theta[inner] - sign * (2 * errors[inner] + 1e-9 * (a.high - a.low))
    counted = below(a, float(edge))
    if counted is None or counted[1] > abs(edge - theta[inner]) / 2:
        return False
    count = a.matrix.shape[0] - counted[0] if sign > 0 else counted[0]
    return count == len(theta)


def solved(a: Ordered, rhs: Array) -> Solution | None:
    """x of A x = b by elimination with pivots, refined once; None where A is singular."""
    factors = _factors(a, 0.0, pivoting=True)
    if factors is None:
        return None
    b = np.asarray(rhs, dtype=np.float64)[a.order]
    x = factors.solve(b)
    x = x + factors.solve(b - a.matrix @ x)
    residual = float(np.linalg.norm(b - a.matrix @ x)) / (float(np.linalg.norm(b)) or 1.0)
    if not np.isfinite(x).all():
        return None
    back = np.empty_like(x)
    back[a.order] = x
    return Solution(back, residual, 3, "factorisation", None, converged=residual <= 1e-8)
