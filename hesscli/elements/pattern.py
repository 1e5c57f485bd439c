"""Where second derivatives of terms stand in the lower triangle of the Hessian: found once, used at every point.

Places are sorted by counting, column by column and then row by row, both in time linear in their number (D. E. Knuth,
"The Art of Computer Programming" 3, section 5.2.5); what stands on the diagonal needs no sorting.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Array = NDArray[Any]
Spots = slice | Array
"""Where the terms' numbers are added, term by term: positions in an array, or evenly spaced ones, all different."""


@dataclass(frozen=True, eq=False)
class Pattern:
    """The lower triangle of a matrix of compressed rows, without its numbers.

    Attributes:
        indptr: shape (n + 1,).
        indices: columns, ascending in every row, shape (nonzeros,).
        spots: for every array of places that it was made of: where its entries stand among the nonzeros.
    """

    indptr: Array
    indices: Array
    spots: tuple[Spots, ...]

    def matrix(self, data: Array) -> Any:
        """The matrix with these numbers; its indices are its own."""
        n = len(self.indptr) - 1
        found = sparse.csr_array((data, self.indices.copy(), self.indptr.copy()), shape=(n, n))
        found.has_canonical_format = True
        return found


def pattern(n: int, places: Sequence[tuple[Array, Array | None]]) -> Pattern:
    """The pattern of arrays of places.

    Args:
        n: rows of the matrix.
        places: (i, j) with i >= j throughout; j is None where it is i.

    Example:
        >>> made = pattern(3, [(np.array([0, 1]), None), (np.array([1, 2, 1]), np.array([0, 0, 1]))])
        >>> made.indptr.tolist(), made.indices.tolist()
        ([0, 1, 3, 4], [0, 0, 1, 0])
        >>> made.spots
        (slice(0, 3, 2), array([1, 3, 2]))
    """
    diagonal = np.zeros(n, bool)
    off: list[tuple[Array, Array]] = []
    for i, j in places:
        below = np.ones(len(i), bool) if j is None else i != j
        if j is None:
            diagonal[i] = True
        elif below.all():
            off.append((i, j))
        else:
            diagonal[i[~below]] = True
            off.append((i[below], j[below]))
    row, column = (np.concatenate([one[k] for one in off]) if off else np.zeros(0, np.int64) for k in (0, 1))
    order = _sorted(row, column, n)
    row, column = row[order], column[order]
    new = np.ones(len(row), bool)
    new[1:] = (row[1:] != row[:-1]) | (column[1:] != column[:-1])
    before = np.zeros(n + 1, np.int64)  # diagonal entries in earlier rows
    np.cumsum(diagonal, out=before[1:])
    where = np.empty(len(row), np.int64)
    where[order] = np.cumsum(new) - 1 + before[row]
    indptr = before + np.concatenate([[0], np.cumsum(np.bincount(row[new], minlength=n))])
    indices = np.empty(int(indptr[-1]), np.int32 if max(n, indptr[-1]) < np.iinfo(np.int32).max else np.int64)
    indices[where[order[new]]] = column[new]
    ends = indptr[1:] - 1  # the diagonal is the last of its row
    indices[ends[diagonal]] = np.flatnonzero(diagonal)
    spots, taken = [], 0
    for i, j in places:
        found = ends[i]
        if j is not None:
            below = i != j
            count = int(np.count_nonzero(below))
            found[below] = where[taken : taken + count]
            taken += count
        spots.append(even(found))
    return Pattern(indptr.astype(indices.dtype), indices, tuple(spots))


def _sorted(row: Array, column: Array, n: int) -> Array:
    """The order row by row, and by columns within rows; of chains and whole blocks the one in which they come."""
    down = np.diff(row)
    if bool(((down > 0) | ((down == 0) & (np.diff(column) >= 0))).all()):
        return np.arange(len(row))
    order = counted(column, n)
    found: Array = order[counted(row[order], n)]
    return found


def counted(keys: Array, n: int) -> Array:
    """The order that sorts keys from 0 to n - 1, equal ones as they come: a matrix of single entries, by rows."""
    m = len(keys)
    return np.asarray(sparse.csc_array((np.zeros(m, np.int8), keys, np.arange(m + 1)), shape=(n, m)).tocsr().indices)


def even(where: Array) -> Spots:
    """Evenly spaced ascending positions as a slice."""
    if len(where) > 1 and (step := int(where[1] - where[0])) > 0:
        stop = int(where[0]) + step * len(where)
        if where[-1] == stop - step and bool((np.diff(where) == step).all()):
            return slice(int(where[0]), stop - step + 1, step)
    return where


def added(into: Array, spots: Spots, values: Array) -> None:
    """into[spot] += value, term by term; equal spots are added in the order in which they come."""
    if isinstance(spots, slice):
        into[spots] += values
    elif len(spots):
        low = int(spots.min())
        sums = np.bincount(spots - low if low else spots, weights=values)
        into[low : low + len(sums)] += sums
