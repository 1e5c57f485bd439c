"""Several points of a program: what every ``--at`` says, with ranges and columns of single variables as points.

Ranges span a grid over which the first variable runs slowest; columns of files go together, row by row. A name is a
vector where the text takes it as one; else a range, or a column, are its values at so many points.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from hesscli.errors import ExpressionError, LimitError, PointError
from hesscli.language.points.blocks import BlockValues, check_finite, check_names_of, flat
from hesscli.language.programs.program import Block, Program
from hesscli.language.programs.reading import read_program
from hesscli.language.programs.spans import Declarations, Extent

Array = NDArray[np.float64]

MOST = 1_000_000
"""Points."""

MOST_TRIED = 4
"""Names that may be vectors or values of a single variable, of which every choice is tried."""


@dataclass(frozen=True, eq=False)
class PlacePart:
    """Points that share all but some coordinates.

    Attributes:
        base: shape (n,).
        axes: what changes along each axis of the grid, the first one slowest: where in the point, and the values, one
            row a point.
    """

    base: Array
    axes: tuple[tuple[tuple[slice, Array], ...], ...] = ()

    def __len__(self) -> int:
        """The number of points."""
        return math.prod(len(axis[0][1]) for axis in self.axes)

    def __getitem__(self, row: int) -> Array:
        """A point, shape (n,)."""
        point = self.base.copy()
        for axis in reversed(self.axes):
            row, at = divmod(row, len(axis[0][1]))
            for where, values in axis:
                point[where] = values[at]
        return point


@dataclass(frozen=True, eq=False)
class SumPlaces:
    """The points of all that is given, one after the other.

    Attributes:
        parts: of every ``--at``.
    """

    parts: tuple[PlacePart, ...]

    def __len__(self) -> int:
        """The number of points."""
        return sum(map(len, self.parts))

    def __iter__(self) -> Iterator[Array]:
        """Every point, shape (n,)."""
        for part in self.parts:
            for row in range(len(part)):
                yield part[row]


def read_at(text: str, given: Declarations, at: Sequence[BlockValues]) -> tuple[Program, SumPlaces]:
    """The program of a text, and its points; none where nothing is said of them.

    Args:
        text: as typed.
        given: parameters, data, and what --vars says.
        at: of `read_several`.

    Raises:
        ExpressionError: with the place.
        PointError: names or lengths that do not fit the variables.
        LimitError: more terms, variables or points than fit.

    Example:
        >>> from hesscli.language.points.blocks import read_several
        >>> program, places = read_at("Sum(x[i]*a, (i, 0, 1))", Declarations(), read_several(["x=1:2:2,a=0:1:3"]))
        >>> [point.tolist() for point in places]
        [[0.0, 1.0, 2.0], [0.5, 1.0, 2.0], [1.0, 1.0, 2.0]]
    """
    program = _program(text, given, at)
    parts = tuple(_place(program, one) for one in at if one.given or one.rest is not None)
    count = sum(map(len, parts))
    if count > MOST:
        raise LimitError(f"{count:,} points of sums; the limit is {MOST:,}")
    return program, SumPlaces(parts)


def _program(text: str, given: Declarations, at: Sequence[BlockValues]) -> Program:
    """With every range and column a vector, if so the text makes sense; else with those that must be single ones.

    Names that --vars lists without a length are single variables first.
    """
    first = at[0] if at else BlockValues({})
    sizes = {**first.sizes, **_matrices(first, text), **given.sizes}
    told = {**dict.fromkeys(first.sizes, "--at"), **dict.fromkeys(given.sizes, "--vars"), **given.origins}
    given = replace(given, origins=told)
    tried = [
        name
        for name, size in first.sizes.items()
        if name in first.ranges | first.columns
        and name not in given.sizes
        and size is not None
        and np.ndim(first.given[name]) == 1
        and not re.search(rf"\b{re.escape(name)}\s*\[", text)
    ][:MOST_TRIED]
    listed = tuple(name for name in tried if name in (given.declared or ()))
    if listed and (said := _with_singles(text, given, sizes, [listed])):
        return said[1]
    try:
        program = read_program(text, replace(given, sizes=sizes))
    except ExpressionError as problem:
        loose = problem.code == "type" or (problem.code == "length" and given.data)
        found = _with_singles(text, given, sizes, _choices(tried if loose else []))
        if found is not None:
            return found[1]
        with suppress(ExpressionError):
            return read_program(text, replace(given, sizes={**sizes, **_matrices(first), **given.sizes}))
        raise
    other = _with_singles(text, given, sizes, _choices(tried if given.data else []))
    if other is None:
        return program
    name = other[0][0]
    note = f"{name} is taken for a vector of {sizes[name]} entries, for the data have as many rows; --vars with"
    return replace(program, notes=(*program.notes, f"{note} a single {name} makes them {sizes[name]} points"))


def _matrices(given: BlockValues, text: str = "") -> dict[str, tuple[int, ...]]:
    """The shapes of what was given with two dimensions or more: of the names with two indices in a text, or of all."""
    arrays = {name: np.shape(value) for name, value in given.given.items() if np.ndim(value) > 1}
    return {name: shape[-2:] for name, shape in arrays.items() if not text or _doubly(text, name)}


def _doubly(text: str, name: str) -> bool:
    """Whether a name has two indices somewhere: ``W[i,j]``."""
    for found in re.finditer(rf"\b{re.escape(name)}\s*\[", text):
        depth = 1
        for char in text[found.end() :]:
            depth += (char in "([") - (char in ")]")
            if char == "," and depth == 1:
                return True
            if not depth:
                break
    return False


def _with_singles(
    text: str, given: Declarations, sizes: Mapping[str, Extent], choices: Iterable[tuple[str, ...]]
) -> tuple[tuple[str, ...], Program] | None:
    """The program with the first choice of names as single variables by which it makes sense; None where none does."""
    for single in choices:
        left = {name: size for name, size in sizes.items() if name not in single}
        with suppress(ExpressionError):
            return single, read_program(text, replace(given, sizes=left))
    return None


def _choices(names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Some of the names, the fewest first."""
    for count in range(1, len(names) + 1):
        yield from combinations(names, count)


def _place(program: Program, vectors: BlockValues) -> PlacePart:
    """The points of one ``--at``."""
    if vectors.rest is not None:
        rest = vectors.rest
        if not isinstance(rest, str) and rest.ndim == 1 and program.n == 1:
            rest = rest[:, None]
        if isinstance(rest, str) or rest.ndim == 1:
            return PlacePart(flat(program, vectors))
        for row in rest:
            flat(program, BlockValues({}, row))
        return PlacePart(rest[0].astype(np.float64), (((slice(0, program.n), rest),),))
    check_names_of(program, vectors, "--at")
    several = [block for block in program.blocks if block.name in vectors.given and _several(block, vectors)]
    base = flat(program, BlockValues({**vectors.given, **{block.name: _first(block, vectors) for block in several}}))
    axes: list[tuple[tuple[slice, Array], ...]] = []
    together = [block for block in several if block.name not in vectors.ranges]
    for block in several:
        if block in together[1:]:
            continue
        moving = together if block in together else [block]
        axes.append(tuple((slice(b.start, b.start + b.size), _rows(program, b, vectors)) for b in moving))
    lengths = {block.name: len(np.asarray(vectors.given[block.name])) for block in together}
    if len(set(lengths.values())) > 1:
        told = " and ".join(f"{name} has {length:,}" for name, length in lengths.items())
        raise PointError(f"--at: columns of points have one length; {told} rows", code="point")
    return PlacePart(base, tuple(axes))


def _several(block: Block, vectors: BlockValues) -> bool:
    """Whether a variable has a value, or a vector, for every point of several."""
    loose = block.name in vectors.ranges | vectors.columns
    return loose and np.ndim(vectors.given[block.name]) == 1 + len(block.shape)


def _first(block: Block, vectors: BlockValues) -> Array | float:
    value = np.asarray(vectors.given[block.name])[0]
    return value if block.shape else float(value)


def _rows(program: Program, block: Block, vectors: BlockValues) -> Array:
    """The values of a block at every point, shape (k, size)."""
    rows = np.asarray(vectors.given[block.name], dtype=np.float64).reshape(-1, block.size)
    point = np.zeros(program.n)
    for row in rows if not np.isfinite(rows).all() else ():
        point[block.start : block.start + block.size] = row
        check_finite(point, program, "--at")
    return rows
