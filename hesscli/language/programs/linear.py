"""Linear forms of variables whose coefficients are data: one slot of a body stands for a whole product X w.

f = sum_k phi(t_k) with t = X w has the gradient X^T phi' and the Hessian X^T diag(phi'') X (P. McCullagh and
J. A. Nelder, "Generalized Linear Models", 1989, section 2.5): three numbers a row, however many coefficients there are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.language.expression import Expression, Node

Array = NDArray[Any]

PIECE = 1 << 17
"""Numbers of X that are looked at together: with their products they stay in the caches."""

NARROW, FEW = 64, 128
"""Coefficients up to which a product with X goes by so many rows: a longer one BLAS gives to threads that wait busily
for the next, on another core, longer than the product takes."""


@dataclass(frozen=True, eq=False)
class Linear:
    """t_k = sum_j X[r_k, j] x[place_j].

    Attributes:
        matrix: X, shape (rows, p); it may be mapped from a file.
        rows: r, shape (m,); None where it counts the rows of X from the first to the last.
        places: of the p variables among all n, each of them another one.
    """

    matrix: Array
    rows: Array | None
    places: Array

    def block(self, rows: slice | Array) -> Array:
        """The coefficients in some terms, shape (terms, p)."""
        return np.asarray(self.matrix[rows if self.rows is None else self.rows[rows]], dtype=np.float64)

    @cached_property
    def squares(self) -> Array:
        """The sums of X_kj^2 over all terms, shape (p,)."""
        count = len(self.matrix) if self.rows is None else len(self.rows)
        step = max(1, PIECE // len(self.places))
        blocks = (self.block(slice(start, start + step)) for start in range(0, count, step))
        found: Array = np.sum([np.einsum("kj,kj->j", block, block) for block in blocks], axis=0)
        return found

    def exact(self, rows: Array) -> list[list[int | float]]:
        """The same as they are given: whole numbers stay whole."""
        found: list[list[int | float]] = self.matrix[rows if self.rows is None else self.rows[rows]].tolist()
        return found

    def values(self, x: Array, rows: slice | Array) -> Array:
        """t in some terms."""
        block, w = self.block(rows), x[self.places]
        if len(w) > NARROW:
            found: Array = block @ w
            return found
        whole = len(block) // FEW * FEW
        stack = block[:whole].reshape(-1, FEW, len(w)) @ w
        return np.append(stack.ravel(), block[whole:] @ w)

    def same(self, other: Linear) -> bool:
        """Whether both are the same form in every row."""
        return (
            self.matrix.shape == other.matrix.shape
            and self.matrix.strides == other.matrix.strides
            and self.matrix.__array_interface__["data"] == other.matrix.__array_interface__["data"]
            and np.array_equal(self.places, other.places)
            and (self.rows is None) == (other.rows is None)
            and (self.rows is None or other.rows is None or np.array_equal(self.rows, other.rows))
        )


def counting(rows: Any, count: int) -> bool:
    """Whether rows are 0, 1, ..., count - 1; looked at in pieces that stay in the caches.

    Example:
        >>> counting(np.array([0, 1, 2]), 3), counting(np.array([0, 2, 1]), 3), counting(0, 1)
        (True, False, False)
    """
    if np.shape(rows) != (count,) or (count and rows[0] != 0):
        return False
    return all(bool((np.diff(rows[start : start + PIECE + 1]) == 1).all()) for start in range(0, count, PIECE))


def written_out(body: Expression, widths: Mapping[int, int]) -> Expression:
    """The body with t + sum_j a_j w_j in the place of t, for the numbers of some of its variables.

    Args:
        body: of k variables.
        widths: variable -> p, how many products are added to it.

    Returns:
        The body in the same k variables and, for every one that was written out, a_0 to a_{p-1} and w_0 to w_{p-1}.

    Example:
        >>> from hesscli.language.printing import unparse
        >>> from hesscli.language.syntax import parse
        >>> unparse(written_out(parse("exp(t)"), {0: 2}))
        'exp(t + t_a0*t_w0 + t_a1*t_w1)'
    """
    nodes, place = list[Node](), list[int]()
    names = [*body.variables]
    for k, width in widths.items():
        names += [f"{body.variables[k]}_{letter}{j}" for letter in "aw" for j in range(width)]
    products: dict[str, tuple[int, ...]] = {}
    for k, width in widths.items():
        own = f"{body.variables[k]}_"
        added = []
        for j in range(width):
            at = len(nodes)
            nodes += [Node("variable", (), f"{own}a{j}"), Node("variable", (), f"{own}w{j}"), Node("mul", (at, at + 1))]
            added.append(at + 2)
        products[body.variables[k]] = tuple(added)
    for node in body.nodes:
        nodes.append(replace(node, args=tuple(place[k] for k in node.args)))
        if node.op == "variable" and node.value in products:
            nodes.append(Node("add", (len(nodes) - 1, *products[str(node.value)])))
        place.append(len(nodes) - 1)
    outputs = tuple(place[k] for k in body.outputs)
    return replace(body, nodes=tuple(nodes), variables=tuple(names), outputs=outputs)
