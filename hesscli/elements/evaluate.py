"""The tape's side: the bodies' derivatives on columns, scattered and added; an outer expression on top.

With totals T and entries e, f = F(T, e) has the Hessian sum_q F_q H(T_q) + J^T F'' J, where the rows of J are the
totals' gradients and the entries' unit vectors. A term of the second part that couples totals is as dense as their
gradients; where it would be too large it stays a product.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from hesscli.elements.found import Found, How, partials
from hesscli.elements.portions import Portion, SumPartition, partitions_of, portion_of
from hesscli.elements.prepared import prepared
from hesscli.elements.total import Total, total_of
from hesscli.language.programs.program import Program
from hesscli.request import Path

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
    split = [list(partitions_of(k, element, x, command, how, vector)) for k, element in enumerate(program.elements)]
    parts = (part for some in split for part in some)
    portions = map(partial(portion_of, kept=prepared(program)), parts) if adders is None else adders(parts)
    totals = [total_of(program, k, command, vector, islice(portions, len(some)), found) for k, some in enumerate(split)]
    u = np.array([*(total.value for total in totals), *x[list(program.entries)]])
    found.totals = u
    coupled = program.coupled if command != "gradient" else ()
    slopes = tuple((a,) for a in sorted(program.outer.dependence()[program.outer.outputs[0]]))
    numbers, holes = partials(program.outer, ((), *slopes, *coupled), u[None, :], how, found)
    outer = dict(zip(((), *slopes, *coupled), np.where(holes, np.nan, numbers)[0].tolist(), strict=True))
    found.value = outer[()]
    found.weights = {k: outer.get((k,), 0.0) for k in range(len(totals))}
    with np.errstate(all="ignore"):  # infinite weights; the verdict says so
        _first(program, totals, outer, found)
        if command != "gradient":
            _second(program, totals, outer, found, vector)
    return found


def _first(program: Program, totals: list[Total], outer: dict[Path, float], found: Found) -> None:
    parts = [_weighted(outer[k,], total.gradient) for k, total in enumerate(totals) if (k,) in outer]
    found.gradient = sum(parts[1:], start=parts[0].copy()) if parts else np.zeros(program.n)
    for k, position in enumerate(program.entries, len(totals)):
        found.gradient[position] += outer.get((k,), 0.0)


def _second(
    program: Program, totals: list[Total], outer: dict[Path, float], found: Found, vector: Array | None
) -> None:
    """The Hessian, or its product with a vector."""
    q, n = len(totals), program.n
    place = dict(enumerate(program.entries, q))
    coupled = sorted({a for pair in program.coupled for a in pair})
    if vector is not None:
        found.hvp = np.zeros(n)
        for k, total in enumerate(totals):
            if total.product is not None:
                found.hvp += outer.get((k,), 0.0) * total.product
        along = {a: float(totals[a].gradient @ vector) if a < q else float(vector[place[a]]) for a in coupled}
        add = partial(_add_row, found.hvp, totals, place)
        for a, b in program.coupled:
            add(a, outer[a, b] * along[b])
            if a != b:
                add(b, outer[a, b] * along[a])
        return
    parts: list[tuple[Array, Array, Array]] = []
    gradients = {a: sparse.coo_array(totals[a].gradient[None, :]) for a in coupled if a < q}
    gradients |= {a: sparse.coo_array(([1.0], ([0], [place[a]])), shape=(1, n)) for a in coupled if a >= q}
    size = sum(gradients[a].nnz * gradients[b].nnz for a, b in program.coupled)
    if size > MOST_MULTIPLIED:
        middle = np.zeros((len(coupled), len(coupled)))
        for a, b in program.coupled:
            i, j = coupled.index(a), coupled.index(b)
            middle[i, j] = middle[j, i] = outer[a, b]
        found.rank = middle, np.concatenate([gradients[a].toarray() for a in coupled])
    for a, b in program.coupled if found.rank is None else ():
        product = outer[a, b] * (gradients[a].T @ gradients[b])
        product = sparse.tril(product if a == b else product + product.T, format="coo")
        parts.append((product.row, product.col, product.data))
    kept = prepared(program)
    weighted = [_weighted(outer.get((k,), 0.0), t.data) for k, t in enumerate(totals) if t.data is not None]
    data = sum(weighted[1:], start=weighted[0]) if weighted else np.zeros(0)
    found.hessian = kept.pattern.matrix(data)
    if parts:
        whole = found.hessian.tocoo()
        found.hessian = _assembled([(whole.row, whole.col, whole.data), *parts], n)


def _weighted(weight: float, data: Array) -> Array:
    return data if weight == 1.0 else weight * data


def _add_row(into: Array, totals: list[Total], place: dict[int, int], a: int, weight: float) -> None:
    """A row of J, times a number, added to the product."""
    if a < len(totals):
        into += weight * totals[a].gradient
    else:
        into[place[a]] += weight


def _assembled(parts: list[tuple[Array, Array, Array]], n: int) -> Any:
    """The lower triangle as a matrix of compressed rows; equal places are added in the order in which they came."""
    row, column, data = (np.concatenate(p) for p in zip(*parts, strict=True))
    matrix = sparse.coo_array((data, (row, column)), shape=(n, n)).tocsr()
    matrix.sum_duplicates()
    if max(n, matrix.nnz) < np.iinfo(np.int32).max:
        matrix.indices, matrix.indptr = matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32)
    return matrix
