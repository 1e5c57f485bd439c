"""Extreme eigenvalues by Lanczos's method, both ends from one Krylov space, with the residual of each as its error.

Sources: C. Lanczos, J. Res. Nat. Bur. Standards 45, 1950; the bound: B. N. Parlett, "The Symmetric Eigenvalue Problem",
SIAM 1998, theorem 4.5.1; orthogonal polynomials and Christoffel's function: G. H. Golub, G. Meurant, "Matrices, Moments
and Quadrature with Applications", Princeton 2010, ch. 2.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh_tridiagonal
from scipy.sparse.linalg import LinearOperator

from hesscli.errors import HesscliError
from hesscli.operators.krylov import Krylov
from hesscli.operators.passes import Passes, Scaled, power
from hesscli.operators.report import Extremes

Array = NDArray[Any]

SMALL = 32
"""Up to this size all columns are asked for, if nobody says otherwise: Lanczos's basis would be as large."""

MOST = 3_000
"""Products; what has not converged by then is missing."""

BASIS_BYTES = 1 << 30
"""Of the basis, unless so few vectors would not do."""

SINGLE = 1e-5
"""From this tolerance on a basis in single precision will do."""

UNIT = float(np.finfo(np.float64).eps) / 2

ROOM = 400
"""Vectors of the basis at most."""

OFTEN = 4
"""Products between two looks at the Ritz values."""

MISSED = 1e-3
"""How probable it may be that a second start does not see what is further out."""

FAR = 1e100
"""From a polynomial's value of this size on nothing further out can be hidden."""

CLOSE = 1e-3
"""Beside its distance to the bound, so small a residual leaves no doubt about the outermost eigenvalue of a start."""


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
    the largest eigenvalue. What the residual cannot tell is whether one was missed: a start has one direction in an
    eigenspace. So a second one, orthogonal to all that was found, looks for what is further out, until that is as good
    as impossible; and another one after each that found something.

    Args:
        operator: A, symmetric, shape (n, n).
        k: how many at each end; n at most.
        tolerance: of the residuals, relative to the largest eigenvalue.
        most: products, but for the residuals.
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
    space = Krylov(Scaled(a), _room(n, k), single=tolerance >= SINGLE)
    space.start()
    found = _search(space, k, tolerance, a, most)
    while found.done and not space.complete and a.count < most:
        before = found
        hidden = _second_start(space, before, a, most)
        found = before.again(space)
        if not hidden and before.agrees(found):
            break
        found = _search(space, k, tolerance, a, most)
    return _answer(a, space.vectors(found.y[:, found.chosen[found.settled]]), 2 * k, counted=space.complete)


def products(n: int, k: int) -> tuple[int, int, int]:
    """What `extreme` takes: products at least and at most, and how many vectors it keeps.

    Args:
        n: rows of A.
        k: eigenvalues at each end.
    """
    residuals = min(n, 2 * k)
    if n <= SMALL or 2 * k >= n - 1:
        return n + residuals, n + residuals, 3 * n
    room = _room(n, k)
    return 2 * k + 1 + residuals, (n if room == n else MOST) + residuals, 2 * room


def _room(n: int, k: int) -> int:
    """Vectors of Lanczos's basis."""
    return min(n, max(4 * k + 20, min(ROOM, BASIS_BYTES // (8 * n))))


@dataclass(frozen=True, eq=False)
class Ritz:
    """All Ritz pairs of a space, ascending, and which are the k at each end.

    Attributes:
        theta: values, shape (m,).
        y: vectors in the space's basis, as columns, shape (m, m).
        residuals: shape (m,).
        k: how many are wanted at each end.
        tolerance: of the residuals, relative to the largest value.
    """

    theta: Array
    y: Array
    residuals: Array
    k: int
    tolerance: float

    @classmethod
    def of(cls, space: Krylov, k: int, tolerance: float) -> Ritz:
        """Those that the space has now."""
        return cls(*space.ritz(), k, tolerance)

    def again(self, space: Krylov) -> Ritz:
        """What has become of them."""
        return Ritz.of(space, self.k, self.tolerance)

    @property
    def chosen(self) -> Array:
        """Places of the k at each end."""
        m = len(self.theta)
        return np.arange(m) if m <= 2 * self.k else np.r_[: self.k, m - self.k : m]

    @property
    def limit(self) -> float:
        """Of the residuals."""
        return self.tolerance * float(np.abs(self.theta[[0, -1]]).max())

    @property
    def settled(self) -> Array:
        """Which of the chosen have a residual as small as was asked for."""
        found: Array = self.residuals[self.chosen] <= self.limit
        return found

    @property
    def unsettled(self) -> Array:
        """Places of the others, and of what comes next at each end."""
        m, k = len(self.theta), self.k
        places = np.arange(m) if m < 2 * k + 2 else np.r_[: k + 1, m - k - 1 : m]
        found: Array = places[self.residuals[places] > self.limit]
        return found

    @property
    def bounds(self) -> Array:
        """What is further out than the k at each end is below the first or above the second."""
        return np.array([self.theta[self.k - 1] - self.limit, self.theta[-self.k] + self.limit])

    @property
    def done(self) -> bool:
        """Whether the chosen are settled, and the next at each end will not turn out to be further out."""
        k, m = self.k, len(self.theta)
        if m < 2 * k + 2:
            return False
        following = [k, m - k - 1]
        theta, r = self.theta[following], self.residuals[following]
        low, high = self.bounds
        out = (r > self.limit) & np.array([theta[0] - r[0] < low, theta[1] + r[1] > high])
        return bool(self.settled.all() and not out.any())

    def agrees(self, other: Ritz) -> bool:
        """Whether another look found the same, settled."""
        apart = np.abs(self.theta[self.chosen] - other.theta[other.chosen])
        return bool(other.settled.all() and (apart <= self.limit).all())

    def kept(self, room: int) -> Array:
        """Places of what a restart keeps: the chosen, and beside them what helps the end that is not settled."""
        m, k = len(self.theta), self.k
        ends = np.array([self.settled[:k].all(), self.settled[k:].all()])
        more = (room - 2 * k) // 3
        low, high = k + np.where(ends.all() | ~ends, more // max(1, int((~ends).sum())), 0)
        found: Array = np.r_[:low, m - high : m]
        return found


def _search(space: Krylov, k: int, tolerance: float, a: Passes, most: int) -> Ritz:
    """Let the space grow until the k at each end are settled, or no more products are allowed."""
    found = Ritz.of(space, k, tolerance)
    while not (found.done or space.complete or a.count >= most):
        if space.full:
            kept = found.kept(space.room)
            space.restart(found.theta[kept], found.y[:, kept])
            found = found.again(space)
        space.grow(found.y[:, found.unsettled])
        for _ in range(max(OFTEN, space.count // 20) - 1):
            if not (space.full or a.count >= most):
                space.grow()
        found = found.again(space)
    return found


def _second_start(space: Krylov, found: Ritz, a: Passes, most: int) -> bool:
    """Whether something further out is hidden in what is orthogonal to the space.

    Of C, which is A there, a random start b gives Lanczos's orthonormal polynomials p_j, and v_j = p_j(C) b. An
    eigenvector u of C with its eigenvalue beyond the bound s has u.v_j = p_j(lambda) u.b, and the squares of all add up
    to 1 at most: (u.b)^2 is not above 1/sum p_j(s)^2, and that it is so small has the probability
    (2 n/(pi sum p_j(s)^2))^(1/2). Where C has eigenvalues right at the bound this says little, and Lanczos's own
    convergence ends the search.
    """
    if 4 * space.count > 3 * space.room and space.room < space.a.shape[0]:
        kept = found.kept(space.room)
        space.restart(found.theta[kept], found.y[:, kept])
    bounds, n = found.bounds, space.a.shape[0]
    before, now, total = np.zeros(2), np.ones(2), np.ones(2)
    main: list[float] = []
    beside: list[float] = []
    space.start()
    while True:
        main.append(space.newest)
        nodes, vectors = eigh_tridiagonal(np.array(main), np.array(beside))
        if nodes[0] < bounds[0] or nodes[-1] > bounds[1]:
            return True
        if not space.leaving or space.full or a.count >= most:
            return False
        last = beside[-1] if beside else 0.0
        before, now = now, ((bounds - main[-1]) * now - last * before) / space.leaving
        far = np.abs(now) > FAR
        total = np.where(far, np.inf, total + now**2)
        before, now = np.where(far, 0.0, before), np.where(far, 0.0, now)
        beside.append(space.leaving)
        residuals = space.leaving * np.abs(vectors[-1, [0, -1]])
        away = np.abs(bounds - nodes[[0, -1]])
        certain = np.sqrt(2 * n / (math.pi * total)) <= MISSED
        if (certain | (residuals <= np.maximum(CLOSE * away, found.limit / 10))).all():
            return False
        space.grow()


def _answer(a: Passes, v: Array, asked: int, *, counted: bool) -> Extremes:
    """Ascending, with residuals from one more product each."""
    image = a.matmat(v) if v.shape[1] else v
    size = power(image)  # the squares of tiny numbers are 0
    image = image / size
    theta = (v * image).sum(axis=0)
    order = np.argsort(theta, kind="stable")
    rounding = (4 + math.sqrt(len(v))) * UNIT * np.abs(theta).max(initial=0.0)  # of the products and of this one
    errors = (np.linalg.norm(image - v * theta, axis=0) + rounding) * size
    theta = theta * size
    return Extremes(theta[order], v[:, order], errors[order], a.count, asked - len(theta), counted)


def _dense(a: Passes, k: int) -> Extremes:
    """From all columns."""
    v = np.linalg.eigh(a.whole())[1]
    n = len(v)
    chosen = np.arange(n) if 2 * k >= n else np.r_[:k, n - k : n]
    return _answer(a, v[:, chosen], len(chosen), counted=True)
