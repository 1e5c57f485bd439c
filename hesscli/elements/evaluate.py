"""The tape's side: the bodies' derivatives on columns, scattered and added; an outer expression on top.

With totals T and entries e, f = F(T, e) has the Hessian sum_q F_q H(T_q) + J^T F'' J, where the rows of J are the
totals' gradients and the entries' unit vectors. A term of the second part that couples totals is as dense as their
gradients; where it would be too large it stays a product.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from hesscli.elements.found import Found, How
from hesscli.elements.outside import OuterDerivatives, outer_derivatives
from hesscli.elements.portions import Portion, SumPartition, partitions_of, portion_of
from hesscli.elements.prepared import prepared
from hesscli.elements.total import Total, total_of
from hesscli.language.programs.program import Program

Array = NDArray[Any]

MOST_MULTIPLIED = 4_000_000
"""Entries up to which a product of gradients is multiplied out."""


Adders = Callable[[Iterable[SumPartition]], Iterator[Portion]]
"""Who computes what partitions add, in their order."""


def evaluate_sum(
    program: Program, x: Array, command: str, how: How, vector: Array | None = None, adders: Adders | None = None
) -> Found:
    """What the tape says at one point.

    Args:
        program: f of n variables.
        x: shape (n,).
        command: ``gradient``, ``hessian`` or ``hvp``.
        how: method, dtype, repairs.
        vector: of ``hvp``, shape (n,).
        adders: who computes what the terms add; None is this process.

    Raises:
        LimitError: the tape's method cannot do it.
        Unlowered: TensorFlow has no such function.
    """
    found = Found()
    split = [list(partitions_of(program, k, x, command, how, vector)) for k in range(len(program.elements))]
    parts = (part for some in split for part in some)
    portions = map(portion_of, parts) if adders is None else adders(parts)
    totals = [total_of(program, k, command, vector, islice(portions, len(some)), found) for k, some in enumerate(split)]
    u = np.array([*(total.value for total in totals), *x[list(program.entries)]])
    found.totals = u
    along = None if vector is None else _along(program, totals, vector)
    outer = outer_derivatives(program, u, command, how, found, along)
    found.value = outer.value
    found.weights = dict(enumerate(outer.slopes[: len(totals)].tolist()))
    with np.errstate(all="ignore"):  # infinite weights; the verdict says so
        _first(program, totals, outer, found)
        if command == "hvp":
            _product(program, totals, outer, found)
        elif command == "hessian":
            _second(program, totals, outer, found)
    return found


def _along(program: Program, totals: list[Total], vector: Array) -> Array:
    """J v: the totals' slopes along a vector where F has second derivatives by them, and its entries."""
    coupled = {a for pair in program.coupled for a in pair}
    slopes = [float(total.gradient @ vector) if k in coupled else 0.0 for k, total in enumerate(totals)]
    return np.array([*slopes, *vector[list(program.entries)]])


def _first(program: Program, totals: list[Total], outer: OuterDerivatives, found: Found) -> None:
    used = program.outer.dependence()[program.outer.outputs[0]]
    parts = [_weighted(outer.slopes[k], total.gradient) for k, total in enumerate(totals) if k in used]
    own = parts[0].copy() if parts and program.entries else parts[0] if parts else np.zeros(program.n)
    found.gradient = sum(parts[1:], start=own)
    np.add.at(found.gradient, list(program.entries), outer.slopes[len(totals) :])


def _product(program: Program, totals: list[Total], outer: OuterDerivatives, found: Found) -> None:
    """The Hessian times the vector."""
    assert outer.product is not None  # it was asked for
    coupled = {a for pair in program.coupled for a in pair}
    found.hvp = np.zeros(program.n)
    for k, total in enumerate(totals):
        if total.product is not None:
            found.hvp += outer.slopes[k] * total.product
    for k, total in enumerate(totals):
        if k in coupled:
            found.hvp += outer.product[k] * total.gradient
    np.add.at(found.hvp, list(program.entries), outer.product[len(totals) :])


def _second(program: Program, totals: list[Total], outer: OuterDerivatives, found: Found) -> None:
    """The Hessian: the totals' own, the products of their gradients, and the entries' alone."""
    q, n = len(totals), program.n
    entries = np.array(program.entries, np.int64)
    inside = outer.row < q
    mixed = [*zip(*(one[inside].tolist() for one in (outer.row, outer.column, outer.second)), strict=True)]
    coupled = sorted({a for pair in mixed for a in pair[:2]})
    parts: list[tuple[Array, Array, Array]] = []
    gradients = {a: sparse.coo_array(totals[a].gradient[None, :]) for a in coupled if a < q}
    gradients |= {a: sparse.coo_array(([1.0], ([0], [entries[a - q]])), shape=(1, n)) for a in coupled if a >= q}
    size = sum(gradients[a].nnz * gradients[b].nnz for a, b, _ in mixed)
    if size > MOST_MULTIPLIED:
        middle = np.zeros((len(coupled), len(coupled)))
        for a, b, number in mixed:
            i, j = coupled.index(a), coupled.index(b)
            middle[i, j] = middle[j, i] = number
        found.rank = middle, np.concatenate([gradients[a].toarray() for a in coupled])
    for a, b, number in mixed if found.rank is None else ():
        product = number * (gradients[a].T @ gradients[b])
        product = sparse.tril(product if a == b else product + product.T, format="coo")
        parts.append((product.row, product.col, product.data))
    if not inside.all():
        i, j = (entries[one[~inside] - q] for one in (outer.row, outer.column))
        parts.append((np.maximum(i, j), np.minimum(i, j), outer.second[~inside]))
    kept = prepared(program)
    weighted = [_weighted(outer.slopes[k], t.data) for k, t in enumerate(totals) if t.data is not None]
    data = sum(weighted[1:], start=weighted[0]) if weighted else np.zeros(0)
    found.hessian = kept.pattern.matrix(data)
    if parts:
        whole = found.hessian.tocoo()
        found.hessian = _assembled([(whole.row, whole.col, whole.data), *parts], n)


def _weighted(weight: float, data: Array) -> Array:
    return data if weight == 1.0 else weight * data


def _assembled(parts: list[tuple[Array, Array, Array]], n: int) -> Any:
    """The lower triangle as a matrix of compressed rows; equal places are added in the order in which they came."""
    row, column, data = (np.concatenate(p) for p in zip(*parts, strict=True))
    matrix = sparse.coo_array((data, (row, column)), shape=(n, n)).tocsr()
    matrix.sum_duplicates()
    if max(n, matrix.nnz) < np.iinfo(np.int32).max:
        matrix.indices, matrix.indptr = matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32)
    return matrix
