"""The tape's side: the bodies' derivatives on columns, scattered and added; an outer expression on top.

With totals T and entries e, f = F(T, e) has the Hessian sum_q F_q H(T_q) + J^T F'' J, where the rows of J are the
totals' gradients and the entries' unit vectors. A term of the second part that couples totals is as dense as their
gradients; where it would be too large it stays a product.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from hesscli import tape
from hesscli.elements.addition import Long
from hesscli.elements.forms import Block, Crossed, weigh
from hesscli.errors import LimitError
from hesscli.language.expression import Expression
from hesscli.language.programs.linear import Linear
from hesscli.language.programs.program import Element, Program
from hesscli.request import Path, Request

Array = NDArray[Any]

CHUNK = 1 << 17
"""Rows at once: what the tape compiles for, and what stays near the caches."""

MOST_NUMBERS = 1 << 24
"""Numbers of one step: with many slots fewer rows go at once."""

MOST_MULTIPLIED = 4_000_000
"""Entries up to which a product of gradients is multiplied out."""

MOST_NAMED = 8

Place = tuple[str, tuple[int, ...]]
"""A quantity, and which entry of it."""


@dataclass(frozen=True, slots=True)
class How:
    """How the tape works.

    Attributes:
        method: of the tape.
        dtype: float64 or float32.
        plain: TensorFlow's own gradients.
        step: of finite differences.
        zeros: take a derivative that TensorFlow gives as None for zero: the exact side has proven that it is.
    """

    method: str = "nested"
    dtype: str = "float64"
    plain: bool = False
    step: float | None = None
    zeros: bool = False


@dataclass(slots=True)
class Found:
    """What the tape says of a program at one point.

    Attributes:
        value: f.
        gradient: shape (n,).
        hessian: the lower triangle, without what ``rank`` holds; None where it was not asked for.
        hvp: the Hessian times the vector; None where it was not asked for.
        rank: of a Hessian that is not multiplied out: (C, J), shapes (q, q) and (q, n), with J^T C J still to be added.
        weights: element -> the derivative of f by its total.
        long: place -> the sums over all rows of an element that stand there, by element.
        blocks: element -> its sums over all rows that stand at blocks of places.
        totals: what the outer expression is evaluated at: totals, then entries.
        strange: (element, row) where a number is not finite.
        holes: (element, path, row) where TensorFlow gave None.
        told: sentences about errors and repairs.
        repaired: operations that carry a derivative of ours.
    """

    value: float = math.nan
    gradient: Array = field(default_factory=lambda: np.zeros(0))
    hessian: Any = None
    hvp: Array | None = None
    rank: tuple[Array, Array] | None = None
    weights: dict[int, float] = field(default_factory=dict)
    long: dict[Place, dict[int, Long]] = field(default_factory=dict)
    blocks: dict[int, list[Block]] = field(default_factory=dict)
    totals: Array = field(default_factory=lambda: np.zeros(0))
    strange: list[tuple[int, int]] = field(default_factory=list)
    holes: list[tuple[int, Path, int]] = field(default_factory=list)
    told: dict[str, None] = field(default_factory=dict)
    repaired: dict[str, None] = field(default_factory=dict)


@dataclass(slots=True)
class _Total:
    """One element's total and its derivatives."""

    gradient: Array
    long: dict[Place, Long] = field(default_factory=dict)
    value: float = math.nan
    row: list[Array] = field(default_factory=list)
    column: list[Array] = field(default_factory=list)
    data: list[Array] = field(default_factory=list)
    product: Array | None = None
    blocks: dict[tuple[str, Path, int], Block] = field(default_factory=dict)
    crossed: dict[Path, Crossed] = field(default_factory=dict)

    def entries(self, name: str) -> Array:
        """Of the gradient, or of the product."""
        return self.gradient if name == "gradient" or self.product is None else self.product


def evaluate_sum(program: Program, x: Array, command: str, how: How, vector: Array | None = None) -> Found:
    """What the tape says at one point.

    Args:
        program: f of n variables.
        x: shape (n,).
        command: ``gradient``, ``hessian`` or ``hvp``.
        how: method, dtype, repairs.
        vector: of ``hvp``, shape (n,).

    Raises:
        LimitError: the tape's method cannot do it.
        Unlowered: TensorFlow has no such function.
    """
    found = Found()
    totals = [_total(program, k, x, command, how, vector, found) for k in range(len(program.elements))]
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


def partials(body: Expression, paths: tuple[Path, ...], points: Array, how: How, found: Found) -> tuple[Array, Array]:
    """Partial derivatives at points of shape (m, k): their numbers and the holes, shape (m, paths)."""
    request = Request("partials", paths=paths)
    said = tape.answer_batch(body, request, points, method=how.method, dtype=how.dtype, step=how.step, plain=how.plain)
    found.told |= dict.fromkeys((*said.failures, *said.remarks))
    found.repaired |= dict.fromkeys(said.repaired)
    numbers = np.array(said.arrays["partials"], dtype=np.float64)
    holes = np.array(np.broadcast_to(said.holes["partials"], numbers.shape))
    holes[:, 0] = False  # f itself
    if np.isnan(undefined := numbers[:, 0]).any():
        numbers[np.isnan(undefined)] = np.nan  # where f is NaN it has no derivatives, whatever a rule leaves
    return numbers, holes


def _total(
    program: Program, which: int, x: Array, command: str, how: How, vector: Array | None, found: Found
) -> _Total:
    """The total of one element, chunk by chunk in one order: the same sum every time."""
    element = program.elements[which]
    paths: tuple[Path, ...] = ((), *((a,) for a in element.slopes))
    paths += element.pairs if command != "gradient" else ()
    total = _Total(np.zeros(program.n), product=None if vector is None else np.zeros(program.n))
    total.long["value", ()] = Long()
    size = max(1, min(CHUNK, MOST_NUMBERS // len(paths)))
    for start in range(0, element.count, size):
        rows = slice(start, min(start + size, element.count))
        numbers, holes = partials(element.body, paths, element.points(x, rows), how, found)
        if holes.any():
            _note_holes(which, paths, holes, start, found)
            numbers[holes] = 0.0 if how.zeros else np.nan
        columns = dict(zip(paths, np.ascontiguousarray(numbers.T), strict=True))
        if not np.isfinite(numbers).all():
            for row in np.flatnonzero(~np.isfinite(numbers).all(axis=1))[:MOST_NAMED]:
                found.strange.append((which, start + int(row)))
        total.long["value", ()].add((), columns[()])
        for a in element.slopes:
            _scatter(total, "gradient", element, a, rows, (a,), columns[a,])
        for a, b in element.pairs if command != "gradient" else ():
            _pair(element, (a, b), rows, columns[a, b], total, vector)
    for (name, place), long in total.long.items():
        found.long.setdefault((name, place), {})[which] = long
        if name == "value":
            total.value = long.value
        elif name == "hessian":
            total.row.append(np.array(place[:1]))
            total.column.append(np.array(place[1:]))
            total.data.append(np.array([long.value]))
        else:
            total.entries(name)[place] += long.value
    for block in total.blocks.values():
        if block.columns is None:
            np.add.at(total.entries(block.name), block.rows, block.value)
    matrices = [block for block in total.blocks.values() if block.columns is not None]
    for entries in (*(block.entries() for block in matrices), *(one.entries() for one in total.crossed.values())):
        for i, j, values in entries:
            total.row.append(i)
            total.column.append(j)
            total.data.append(values)
    found.blocks[which] = list(total.blocks.values())
    return total


def _note_holes(which: int, paths: tuple[Path, ...], holes: Array, start: int, found: Found) -> None:
    for k in np.flatnonzero(holes.any(axis=0)):
        for row in np.flatnonzero(holes[:, k])[:MOST_NAMED]:
            found.holes.append((which, paths[k], start + int(row)))


def _scatter(total: _Total, name: str, element: Element, slot: int, rows: slice, path: Path, values: Array) -> None:
    """The gradient's, or the product's, entry where a slot stands += values, row after row."""
    place = element.maps[slot]
    if isinstance(place, Linear):
        block = total.blocks.setdefault((name, path, slot), Block(name, path, place.places))
        weigh(block, rows, values, place)
        return
    if isinstance(place, int):
        total.long.setdefault((name, (place,)), Long()).add(path, values)
        return
    where = place[rows]
    low = int(where.min())
    added = np.bincount(where - low, weights=values)
    total.entries(name)[low : low + len(added)] += added


def _pair(
    element: Element,
    pair: tuple[int, int],
    rows: slice,
    values: Array,
    total: _Total,
    vector: Array | None,
) -> None:
    """One second derivative of the body, in every row, into the Hessian's lower triangle or its product."""
    left, right = (element.maps[k] for k in pair)
    if vector is not None and total.product is not None:
        _scatter(total, "hvp", element, pair[0], rows, pair, values * element.along(pair[1], vector, rows))
        if pair[0] != pair[1]:
            _scatter(total, "hvp", element, pair[1], rows, pair, values * element.along(pair[0], vector, rows))
        return
    if isinstance(left, Linear) or isinstance(right, Linear):
        _spread(element, pair, rows, values, total)
        return
    if isinstance(left, int) and isinstance(right, int):
        twice = 2.0 if left == right and pair[0] != pair[1] else 1.0
        place = max(left, right), min(left, right)
        total.long.setdefault(("hessian", place), Long()).add(pair, twice * values)
        return
    i, j = element.places(pair[0], rows), element.places(pair[1], rows)
    if pair[0] != pair[1]:
        values = np.where(i == j, 2 * values, values)
    total.row.append(np.maximum(i, j))
    total.column.append(np.minimum(i, j))
    total.data.append(values)


def _spread(element: Element, pair: tuple[int, int], rows: slice, values: Array, total: _Total) -> None:
    """One second derivative by a linear form and another slot, at all places of the form."""
    first, second = sorted(pair, key=lambda slot: not isinstance(element.maps[slot], Linear))
    form, other = element.maps[first], element.maps[second]
    assert isinstance(form, Linear)  # sorted so
    if isinstance(other, np.ndarray):
        crossed = total.crossed.setdefault(pair, Crossed(form, other))
        crossed.add(form.block(rows), other[rows], values)
        return
    columns = np.array([other]) if isinstance(other, int) else other.places
    block = total.blocks.setdefault(("hessian", pair, first), Block("hessian", pair, form.places, columns))
    weigh(block, rows, values, form, None if isinstance(other, int) else other)


def _first(program: Program, totals: list[_Total], outer: dict[Path, float], found: Found) -> None:
    found.gradient = np.zeros(program.n)
    for k, total in enumerate(totals):
        if (k,) in outer:
            found.gradient += outer[k,] * total.gradient
    for k, position in enumerate(program.entries, len(totals)):
        found.gradient[position] += outer.get((k,), 0.0)


def _second(
    program: Program, totals: list[_Total], outer: dict[Path, float], found: Found, vector: Array | None
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
    parts = [
        (np.concatenate(t.row), np.concatenate(t.column), _weighted(outer.get((k,), 0.0), np.concatenate(t.data)))
        for k, t in enumerate(totals)
        if t.data
    ]
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
    found.hessian = _assembled(parts, n)


def _weighted(weight: float, data: Array) -> Array:
    return data if weight == 1.0 else weight * data


def _add_row(into: Array, totals: list[_Total], place: dict[int, int], a: int, weight: float) -> None:
    """A row of J, times a number, added to the product."""
    if a < len(totals):
        into += weight * totals[a].gradient
    else:
        into[place[a]] += weight


def _assembled(parts: list[tuple[Array, Array, Array]], n: int) -> Any:
    """The lower triangle as a matrix of compressed rows; equal places are added in the order in which they came."""
    if not parts:
        return sparse.csr_array((n, n))
    try:
        row, column, data = (p[0] if len(p) == 1 else np.concatenate(p) for p in zip(*parts, strict=True))
        matrix = sparse.coo_array((data, (row, column)), shape=(n, n)).tocsr()
    except MemoryError:
        count = sum(len(data) for _, _, data in parts)
        raise LimitError(f"a Hessian of {count:,} entries does not fit into memory; hvp needs no matrix") from None
    matrix.sum_duplicates()
    if max(n, matrix.nnz) < np.iinfo(np.int32).max:
        matrix.indices, matrix.indptr = matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32)
    return matrix
