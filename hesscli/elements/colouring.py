"""Star colourings of symmetric patterns: variables of one colour share one product of the Hessian with a vector.

A star colouring gives neighbours different colours, and every path of four variables at least three. Then of two
neighbours one has the other as its only neighbour of that colour, and the product of the Hessian with the sum of all
unit vectors of a colour shows their second derivative by itself: nothing has to be solved.

Source: A. H. Gebremedhin, F. Manne and A. Pothen, "What color is your Jacobian? Graph coloring for computing
derivatives", SIAM Review 47(4), 2005, section 4; A. H. Gebremedhin, A. Tarafdar, F. Manne and A. Pothen, "New acyclic
and star coloring algorithms with application to computing Hessians", SIAM J. Sci. Comput. 29(3), 2007, algorithm 4.1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Array = NDArray[Any]

DENSE = 0.5
"""Share of all pairs from which on every variable has a colour of its own: there is little to save."""


@dataclass(frozen=True, slots=True, eq=False)
class Colouring:
    """Which variables share a product, and where every second derivative is read.

    Attributes:
        colours: of every variable, shape (n,); -1 of one without second derivatives.
        count: how many colours, and so how many products.
        variable: of every pair: the variable at which it is read.
        colour: of every pair: the product in which it is read.
    """

    colours: Array
    count: int
    variable: Array
    colour: Array

    @property
    def seeds(self) -> Array:
        """The vectors of the products, shape (count, n)."""
        found = np.zeros((self.count, len(self.colours)))
        coloured = np.flatnonzero(self.colours >= 0)
        found[self.colours[coloured], coloured] = 1.0
        return found

    def read(self, products: Array) -> Array:
        """The second derivatives, pair after pair.

        Args:
            products: shape (count, n).
        """
        found: Array = products[self.colour, self.variable]
        return found


def star_colouring(n: int, row: Array, column: Array) -> Colouring:
    """A star colouring of the graph of the pairs, and how it gives them back.

    Args:
        n: variables.
        row: of every pair.
        column: of every pair; each pair once, in either order.

    Example:
        >>> arrow = star_colouring(5, np.array([0, 1, 2, 3, 4, 1]), np.array([0, 0, 0, 0, 0, 1]))
        >>> arrow.colours.tolist(), arrow.count
        ([0, 1, 1, 1, 1], 2)
        >>> dense = star_colouring(3, np.array([0, 0, 1]), np.array([1, 2, 2]))
        >>> dense.count
        3
    """
    off = row != column
    neighbours = _graph(n, row[off], column[off])
    used = np.zeros(n, bool)
    used[row] = used[column] = True
    degrees = np.diff(neighbours.indptr)
    if len(neighbours.indices) >= DENSE * np.count_nonzero(used) ** 2:
        colours = np.where(used, np.cumsum(used) - 1, -1)
    else:
        order = np.flatnonzero(used)[np.argsort(-degrees[used], kind="stable")]
        hubs = int(np.count_nonzero(np.square(degrees) > len(neighbours.indices)))
        colours = min((_greedy(neighbours, order, alone) for alone in {0, hubs}), key=np.max)
    count = int(colours.max(initial=-1)) + 1
    times = np.zeros((n, count), np.int32)  # how many neighbours of every colour
    heads = np.repeat(np.arange(n), degrees)
    np.add.at(times, (heads, colours[neighbours.indices]), 1)
    at_row = times[row, colours[column]] == 1
    at_row |= ~off
    variable = np.where(at_row, row, column)
    return Colouring(colours, count, variable, colours[np.where(at_row, column, row)])


def _graph(n: int, row: Array, column: Array) -> Any:
    """Every neighbour of every variable, as a matrix of compressed rows."""
    ones = np.ones(2 * len(row), np.int8)
    both = np.concatenate([row, column]), np.concatenate([column, row])
    return sparse.coo_array((ones, both), shape=(n, n)).tocsr()


def _greedy(neighbours: Any, order: Array, alone: int) -> Array:
    """The least colour that leaves no path of four variables in two colours, variable after variable.

    Of such a path one variable comes last: it is an end of the path, or stands between two of one colour. The first
    ``alone`` variables get a colour each: two hubs of one colour would part all that are neighbours of both.
    """
    n = neighbours.shape[0]
    colours = np.full(n, -1)
    times = np.zeros((n, 8), np.int32)
    forbidden = np.full(n + 1, -1)
    for k, v in enumerate(order.tolist()):
        beside = neighbours.indices[neighbours.indptr[v] : neighbours.indptr[v + 1]]
        for w in beside[colours[beside] >= 0].tolist():
            shared = colours[w]
            forbidden[shared] = v
            behind = neighbours.indices[neighbours.indptr[w] : neighbours.indptr[w + 1]]
            behind = behind[colours[behind] >= 0]
            if times[v, shared] < 2:  # then v may be an end: w, behind w, and another one of w's colour
                behind = behind[times[behind, shared] > 1]
            forbidden[colours[behind]] = v
        chosen = k if k < alone else int(np.argmax(forbidden != v))
        while chosen >= times.shape[1]:
            times = np.hstack([times, np.zeros_like(times)])
        colours[v] = chosen
        times[beside, chosen] += 1
    return colours
