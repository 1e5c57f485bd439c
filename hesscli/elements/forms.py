"""Derivatives by linear forms t = X w of a body's slots, on their way to the variables: X^T c, X^T diag(c) Y.

The rows go through in pieces that stay in the caches, and the pieces' sums are added with their errors (addition.py).
Within a piece of b rows rounding leaves about sqrt(b) u of the terms' sizes (N. J. Higham and Th. Mary, "A New Approach
to Probabilistic Rounding Error Analysis", SIAM J. Sci. Comput. 41, 2019); sizes are bounded by Cauchy and Schwarz:
sum |c| |X_i| |Y_j| <= sqrt(sum |c| X_i^2  sum |c| Y_j^2), and sum |c| |X_i| <= sqrt(sum c^2  sum X_i^2).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from hesscli.accuracy import two_sum
from hesscli.language.programs.linear import PIECE, Linear
from hesscli.request import Path

Array = NDArray[Any]


class BlockSum:
    """Sums over all rows that stand at a block of places.

    Attributes:
        name: of the quantity.
        path: the derivative of the body.
        rows: places of the first index, shape (p,).
        columns: places of the second index, shape (q,); None of a vector.
        squares: of a sum X^T c, the sums of X_kj^2, which bound it; shape (p,).
        value: shape (p,) or (p, q).
    """

    def __init__(
        self, name: str, path: Path, rows: Array, columns: Array | None = None, squares: Array | None = None
    ) -> None:
        self.name, self.path, self.rows, self.columns = name, path, rows, columns
        shape = (len(rows),) if columns is None else (len(rows), len(columns))
        self.high, self.low = np.zeros(shape), np.zeros(shape)
        self.left, self.right = (
            np.zeros(len(rows)) if squares is None else squares,
            np.zeros(1 if columns is None else len(columns)),
        )
        self.most = 1

    def add(self, values: Array, left: Array, right: Array, count: int) -> None:
        """The sums over a piece of ``count`` rows, and of what bounds their terms there."""
        self.high, rounded = two_sum(self.high, values)
        self.low += rounded
        self.left = self.left + left
        self.right += right
        self.most = max(self.most, count)

    def merge(self, other: BlockSum) -> None:
        """The terms that another has added up."""
        self.add(other.high, other.left, other.right, other.most)
        self.low += other.low

    @property
    def value(self) -> Array:
        """The sums; NaN or an infinity where a term is one."""
        total: Array = self.high + self.low
        return np.where(np.isfinite(total), total, self.high)

    @property
    def sizes(self) -> Array:
        """Bounds of the sums of the terms' absolute values."""
        found: Array = np.sqrt(self.left) if self.columns is None else np.sqrt(self.left)[:, None]
        return found * np.sqrt(self.right)

    @property
    def rounding(self) -> float:
        """What the addition leaves, relative to the sizes."""
        return float(np.sqrt(self.most)) * float(np.finfo(float).eps) / 2


class Crossed:
    """sum_k c_k X_k over the rows of every place of another slot: shape (span, p), the first place being ``start``."""

    def __init__(self, width: int, other: Array) -> None:
        self.start = int(other.min())
        self.values = np.zeros((int(other.max()) - self.start + 1, width))
        self.touched = np.zeros(len(self.values), bool)

    def add(self, block: Array, where: Array, values: Array) -> None:
        """The terms of more rows."""
        count = len(where)
        at = where - self.start
        low, high = int(at.min()), int(at.max()) + 1
        rows = sparse.csc_array((values, at - low, np.arange(count + 1)), shape=(high - low, count))
        self.values[low:high] += rows @ block
        self.touched[at] = True

    def merge(self, other: Crossed) -> None:
        """The terms that another has added up, at some of the same places."""
        low = other.start - self.start
        self.values[low : low + len(other.values)] += other.values
        self.touched[low : low + len(other.values)] |= other.touched

    @property
    def value(self) -> Array:
        """The sums at the places that occur."""
        found: Array = self.values[self.touched]
        return found


def weigh(block: BlockSum, rows: slice, values: Array, form: Linear, other: Linear | None = None) -> None:
    """block += X^T c, or X^T diag(c) Y, over some rows; c are the values there."""
    size = max(PIECE // len(form.places), len(form.places))
    for start in range(0, len(values), size):
        c = values[start : start + size]
        piece = slice(rows.start + start, rows.start + start + len(c))
        x = form.block(piece)
        y = x if other is form else None if other is None else other.block(piece)
        if y is None:
            block.add((c @ x).reshape(block.high.shape), np.zeros(1), np.array([c @ c]), len(c))
            continue
        if y is x and c.min() >= 0:
            root = np.sqrt(c)[:, None] * x
            product = root.T @ root  # half the work: the product is symmetric
            left = right = product.diagonal()
        else:
            product = x.T @ (c[:, None] * y)
            left = np.abs(c) @ np.square(x)
            right = left if y is x else np.abs(c) @ np.square(y)
        block.add(product, left, right, len(c))
