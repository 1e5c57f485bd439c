"""A growing orthonormal basis V of Krylov's spaces of A, what A does in it, and what it leaves of A V outside.

A V = V T + R^T S. Lanczos's method goes on with the one remainder that there is; a random vector may be put in at any
time, as a start of its own; and where the basis is full, the Ritz vectors that are wanted are kept (the thick restart).
In each case T and the residual of every Ritz pair, || R^T S y ||, are known without another product.

Sources: B. N. Parlett, "The Symmetric Eigenvalue Problem", SIAM 1998, ch. 13; K. Wu, H. Simon, "Thick-restart Lanczos
method for large symmetric eigenvalue problems", SIAM J. Matrix Anal. Appl. 22, 2000.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.linalg import LinearOperator

Array = NDArray[Any]

NOTHING = 1e-13
"""Beside the largest coefficient, so short a remainder is rounding: the space is invariant."""

NOTHING_SINGLE = 1e-6
"""The same of a basis in single precision."""

CANCELLED = 0.7
"""What orthogonalisation leaves less of is orthogonalised once more (Daniel, Gragg, Kaufman, Stewart 1976)."""


class Krylov:
    """The basis and its coefficients.

    Attributes:
        count: m, vectors in the basis.
        room: how many there may be.
        leaving: norm of what the newest vector's image leaves outside; 0 where that is rounding.
    """

    def __init__(self, a: LinearOperator, room: int, seed: int = 0, *, single: bool = False) -> None:
        """An empty basis.

        Args:
            a: A, symmetric, shape (n, n).
            room: vectors at most.
            seed: of random starts.
            single: the basis in single precision, which half of the memory and of its traffic holds.
        """
        self.a, self.room, self.count, self.leaving = a, min(room, a.shape[0]), 0, 0.0
        self._generator = np.random.default_rng(seed)
        self._basis = np.empty((self.room, a.shape[0]), np.float32 if single else np.float64)
        self._nothing = NOTHING_SINGLE if single else NOTHING
        self._t = np.zeros((self.room, self.room))
        self._scale = 0.0
        self._outside: list[tuple[Array, Array]] = []  # rows of R and of S, of n and of `room` numbers

    @property
    def full(self) -> bool:
        """Whether there is no room for another vector."""
        return bool(self.count == self.room)

    @property
    def complete(self) -> bool:
        """Whether the basis is one of the whole space."""
        return bool(self.count == self.a.shape[0])

    @property
    def newest(self) -> float:
        """v.A v of the newest vector."""
        return float(self._t[self.count - 1, self.count - 1])

    def start(self, vector: Array | None = None) -> None:
        """Put in what of a vector, or of a random one, is orthogonal to all that is there."""
        given = self._generator.standard_normal(self.a.shape[0]) if vector is None else vector
        new = given.astype(self._basis.dtype)
        length, left = 1.0, 0.0
        while left < CANCELLED * length:
            length = float(np.linalg.norm(new))
            new = self._off(new)[0]
            left = float(np.linalg.norm(new))
        self._put(new)

    def grow(self, wanted: Array | None = None) -> None:
        """Put in a remainder: the newest; or, of the Ritz vectors y that are wanted, the one most present."""
        if not self._outside:
            self.start()
            return
        chosen = len(self._outside) - 1
        if chosen and wanted is not None and wanted.size:
            chosen = int(
                np.argmax([np.linalg.norm(r) * np.linalg.norm(s[: self.count] @ wanted) for r, s in self._outside])
            )
        self._put(self._outside[chosen][0])

    def ritz(self) -> tuple[Array, Array, Array]:
        """Ritz values, ascending, their vectors in the basis as columns, and the norms of their residuals."""
        m = self.count
        theta, y = np.linalg.eigh(self._t[:m, :m])
        if not self._outside:
            return theta, y, np.zeros(m)
        r = np.array([remainder for remainder, _ in self._outside])
        s = np.array([of[:m] for _, of in self._outside]) @ y
        return theta, y, np.sqrt(np.maximum(0.0, np.einsum("ik,ij,jk->k", s, r @ r.T, s)))

    def vectors(self, y: Array) -> Array:
        """V y, shape (n, k)."""
        found = (self._basis[: self.count].T @ y.astype(self._basis.dtype)).astype(np.float64)
        unit: Array = found / np.linalg.norm(found, axis=0)
        return unit

    def restart(self, theta: Array, y: Array) -> None:
        """Keep these Ritz pairs alone.

        Args:
            theta: their values, shape (k,).
            y: their vectors in the basis, shape (m, k).
        """
        m, k = y.shape
        self._basis[:k] = y.T.astype(self._basis.dtype) @ self._basis[:m]
        self._t[:] = 0.0
        self._t[:k, :k] = np.diag(theta)
        for _, s in self._outside:
            s[:k], s[k:] = s[:m] @ y, 0.0
        self.count = k

    def _put(self, vector: Array) -> None:
        """Another vector, orthogonal already, or nearly."""
        m = self.count
        v = self._basis[m] = vector / np.linalg.norm(vector)
        image = self.a.matvec(v.astype(np.float64)).astype(v.dtype)
        self.count = m + 1
        beside = self._basis[max(0, m - 1) : m + 1]  # Lanczos's three terms first: of what is left little is inside
        inside = np.zeros(m + 1, v.dtype)
        inside[-len(beside) :] = beside @ image
        w = image - inside[-len(beside) :] @ beside
        length, again = np.linalg.norm(w), True
        while again:
            w, more = self._off(w)
            inside += more
            length, again = np.linalg.norm(w), np.linalg.norm(w) < CANCELLED * length
            again = again and length > self._nothing * np.linalg.norm(image)
        self._t[m, : m + 1] = self._t[: m + 1, m] = inside
        self._scale = max(self._scale, float(np.linalg.norm(image)))
        left = [(r - v * (v @ r), s) for r, s in self._outside]
        new = (w, np.eye(1, self.room, m)[0])
        self._outside = [] if self.complete else [x for x in (*left, new) if self._is_something(x[0])]
        self.leaving = float(length) if self._is_something(w) and not self.complete else 0.0

    def _is_something(self, remainder: Array) -> bool:
        return float(np.linalg.norm(remainder)) > self._nothing * self._scale

    def _off(self, vector: Array) -> tuple[Array, Array]:
        """The part orthogonal to the basis, and the coefficients of the other."""
        basis = self._basis[: self.count]
        inside = basis @ vector
        return vector - inside @ basis, inside
