"""A x = b by conjugate gradients, and by minimal residuals where A is not positive definite.

Sources: M. R. Hestenes and E. Stiefel, J. Res. Nat. Bur. Standards 49, 1952; C. C. Paige and M. A. Saunders, SIAM J.
Numer. Anal. 12, 1975; directions of negative curvature: R. S. Dembo and T. Steihaug, Math. Programming 26, 1983.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.linalg import LinearOperator, cg, minres

from hesscli.errors import HesscliError
from hesscli.operators.passes import Passes
from hesscli.operators.report import Solution

Array = NDArray[Any]

MOST = 3_000
"""Products of one solver."""

ROUNDING = 1e-14
"""Of p.A p / p.p relative to the largest that was met: less is no sign of anything."""


class _NotPositiveError(Exception):
    """Conjugate gradients met a direction along which A is not positive."""


class _Watched(Passes):
    """An operator that ends conjugate gradients where a direction p has p.A p <= 0, or nothing beyond rounding."""

    curvature: float | None = None
    largest = 0.0

    def _matvec(self, vector: Array) -> Array:
        product = super()._matvec(vector)
        p = vector.reshape(-1)
        bend = float(p @ product) / float(p @ p)
        self.largest = max(self.largest, abs(bend))
        if bend <= ROUNDING * self.largest:
            self.curvature = bend if bend < -ROUNDING * self.largest else 0.0
            raise _NotPositiveError
        return product


def solve(operator: LinearOperator, rhs: Array, *, tolerance: float = 1e-10, most: int = MOST) -> Solution:
    """x of A x = b, with its residual from one more product.

    Conjugate gradients' first direction with p.A p <= 0 proves that A is not positive definite; then minimal residuals
    take over, which need only symmetry. Where A is singular and b outside its range the residual stays large.

    Args:
        operator: A, symmetric, shape (n, n).
        rhs: b, shape (n,).
        tolerance: of ||b - A x|| / ||b||.
        most: products of one solver.

    Raises:
        HesscliError: b does not fit, or is not finite.

    Example:
        >>> from scipy.sparse.linalg import aslinearoperator
        >>> found = solve(aslinearoperator(np.diag([1.0, -2.0])), np.array([3.0, 4.0]))
        >>> found.value.round(9).tolist(), found.solver, found.curvature
        ([3.0, -2.0], 'minres', -0.92)
    """
    a = _Watched(operator)
    b = np.asarray(rhs, dtype=np.float64)
    if b.shape != a.shape[:1]:
        raise HesscliError(f"the right-hand side has {b.size:,} numbers, the matrix {a.shape[0]:,} rows")
    if not np.isfinite(b).all():
        raise HesscliError("the right-hand side is not finite")
    size = float(np.linalg.norm(b))
    if size == 0.0:
        return Solution(np.zeros_like(b), 0.0, 0, "cg", None, converged=True)
    plain = Passes(operator)
    solver = "cg"
    try:
        x, _ = cg(a, b, rtol=tolerance, maxiter=most)
        rest = b - plain.matvec(x)
    except _NotPositiveError:
        solver = "minres"
        x, rest = _minres(plain, b, tolerance, most)
    residual = float(np.linalg.norm(rest)) / size
    return Solution(x, residual, a.count + plain.count, solver, a.curvature, converged=residual <= 10 * tolerance)


def _minres(a: Passes, b: Array, tolerance: float, most: int) -> tuple[Array, Array]:
    """x and b - A x; SciPy stops at a residual relative to ||A|| ||x||, so what is left is solved for again."""
    x, rest = np.zeros_like(b), b
    while np.linalg.norm(rest) > tolerance * np.linalg.norm(b) and a.count < most:
        step, _ = minres(a, rest, rtol=tolerance, maxiter=most - a.count)
        before, left = np.linalg.norm(rest), rest - a.matvec(step)
        if np.linalg.norm(left) < before:
            x, rest = x + step, left
        if np.linalg.norm(rest) > 0.5 * before:
            break
    return x, rest
