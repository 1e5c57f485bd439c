"""What ``--at``, ``--vector`` and ``--solve`` say of vectors -> one flat array.

::

    at     := part { "," part } | number { "," number } | value          without names in the order of the variables
    part   := name "=" value
    value  := number | list | "[" list { "," list } "]" | start ":" stop ":" count | "@" file
            | "zeros" | "ones" | "random" "(" seed ")"                   uniform between -1 and 1
    list   := "[" number { "," number } "]"                              a row of a matrix within another

Files are those of ``data.read_columns``: CSV (columns by header), NPY, NPZ, JSON, JSON lines and Parquet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.errors import PointError
from hesscli.language.data import read_columns
from hesscli.language.lists import NAMED, split, unwrapped
from hesscli.language.names import suggestion
from hesscli.language.points.ranges import read_range
from hesscli.language.programs.program import Program
from hesscli.language.programs.spans import Extent
from hesscli.language.values import real

Array = NDArray[np.float64]

MOST = 100_000_000
"""Entries of one vector."""

MADE = re.compile(r"(zeros|ones|random\s*\(\s*(\d+)\s*\))")
"""Vectors as long as the text needs them."""


@dataclass(frozen=True, slots=True)
class BlockValues:
    """What was said of the variables, by name.

    Attributes:
        given: a number of a single variable, an array of a vector, or the word of ``MADE``.
        rest: what has no name, in the order of the variables: numbers, a row of them a point, or the word of ``MADE``;
            None where names were given.
        ranges: names of what was typed as a range: a vector, or the values of a single variable at so many points.
        columns: names of what stands in columns, of files say: the same, row by row together.
    """

    given: Mapping[str, Array | float | str]
    rest: Array | str | None = None
    ranges: frozenset[str] = frozenset()
    columns: frozenset[str] = frozenset()

    @property
    def sizes(self) -> dict[str, Extent]:
        """Of the vectors and matrices among them; None where the text is to tell.

        Of two dimensions in a column, of a file say, the first one may be that of the points.
        """
        found: dict[str, Extent] = {}
        for name, value in self.given.items():
            if isinstance(value, str):
                found[name] = None
            elif not isinstance(value, float):
                rows = np.ndim(value) == 2 and name not in self.ranges | self.columns
                found[name] = value.shape if rows else value.shape[-1]
        return found


def read_vectors(given: Sequence[Any], option: str = "--at") -> BlockValues:
    """The vectors and numbers of one ``--at``, or of several that name different variables.

    Args:
        given: its values.
        option: for messages.

    Raises:
        PointError: what is wrong, and where.
        LimitError: a vector is too long.

    Example:
        >>> read_vectors(["x=0:1:3,a=2"]).given
        {'x': array([0. , 0.5, 1. ]), 'a': 2.0}
    """
    found = read_several(given, option)
    if len(found) > 1:
        raise PointError(f"{option}: expected one point, got several", code="point")
    return found[0]


def read_several(given: Sequence[Any], option: str = "--at") -> list[BlockValues]:
    """What several ``--at`` say: one point where they name different variables, else one after the other.

    Args:
        given: their values.
        option: for messages.

    Raises:
        PointError: what is wrong, and where.
        LimitError: a vector is too long.

    Example:
        >>> len(read_several(["x=0:1:3", "a=2"])), len(read_several(["a=1", "a=2"]))
        (1, 2)
    """
    read = [_read(value, option) for value in given]
    names = [name for one in read for name in one.given]
    if len(set(names)) < len(names) or any(one.rest is not None for one in read):
        if len({(one.rest is None, *sorted(one.given)) for one in read}) > 1:
            told = f"{option}: each of several points gives all coordinates, by name or by order"
            raise PointError(told, code="point")
        return read
    merged = BlockValues({})
    for one in read:
        ranges, columns = merged.ranges | one.ranges, merged.columns | one.columns
        merged = BlockValues({**merged.given, **one.given}, None, ranges, columns)
    return [merged]


def _read(value: Any, option: str) -> BlockValues:
    if isinstance(value, BlockValues):
        return value
    if isinstance(value, Mapping):
        return BlockValues(*_named(value.items(), option))
    if isinstance(value, (list, tuple)):
        return BlockValues({}, _numbers(value, f"{option}: coordinate"))
    if not isinstance(value, str):
        return BlockValues({}, _numbers([value], f"{option}: coordinate"))
    word = value.strip()
    if word == "-" or word.startswith("@-"):
        raise PointError(
            f"{option} -: standard input holds points of plain expressions; name a file: {option} @x.npy", code="point"
        )
    if word.startswith("@"):
        columns = read_columns(word[1:], "point")
        if list(columns) == [""]:
            return BlockValues({}, columns[""])
        alone = {name: float(column[0]) if column.shape == (1,) else column for name, column in columns.items()}
        return BlockValues(
            alone, columns=frozenset(name for name, column in alone.items() if not isinstance(column, float))
        )
    parts = split(unwrapped(word))
    pairs = [NAMED.fullmatch(part) for part in parts]
    if all(pairs):
        return BlockValues(*_named([(pair[1], pair[2].strip()) for pair in pairs if pair], option))
    if any(pairs):
        told = f"{option}: coordinates are given all by name or all by order"
        if pairs[0] and not any(pairs[1:]):
            told += f"; a vector stands in brackets: {pairs[0][1]}=[{', '.join((pairs[0][2], *parts[1:]))[:60]}]"
        raise PointError(told, code="point")
    if MADE.fullmatch(word):
        return BlockValues({}, word)
    if len(parts) == 1 and ":" in word:
        return BlockValues({}, read_range(word, f"{option}: the vector", MOST))
    return BlockValues({}, _numbers(parts, f"{option}: coordinate"))


def _named(
    pairs: Iterable[tuple[str, Any]], option: str
) -> tuple[dict[str, Array | float | str], None, frozenset[str], frozenset[str]]:
    """What stands behind every ``name =``, and how it was given."""
    found: dict[str, Array | float | str] = {}
    kinds: dict[str, set[str]] = {"range": set(), "file": set(), "other": set()}
    for name, value in pairs:
        if name in found:
            raise PointError(f"{option}: {name} is given twice", code="point")
        kind, found[name] = _value(value, name, option)
        kinds[kind].add(name)
    return found, None, frozenset(kinds["range"]), frozenset(kinds["file"])


def _value(value: Any, name: str, option: str) -> tuple[str, Array | float | str]:
    """What stands behind ``name =``, and whether it was a range or a file."""
    if isinstance(value, (list, tuple)):
        return "other", _rows(value, f"{option}: {name}")
    word = str(value).strip()
    if MADE.fullmatch(word):
        return "other", word
    if word.startswith("@"):
        columns = read_columns(word[1:], "point")
        if name not in columns and len(columns) != 1:
            raise PointError(
                f"{word[1:]} has the columns {', '.join(columns)}; expected one, or one called {name}", code="point"
            )
        return "file", columns.get(name, next(iter(columns.values())))
    if word.startswith("["):
        return "other", _rows(split(unwrapped(word)), f"{option}: {name}")
    if ":" in word:
        return "range", read_range(word, f"{option}: {name}", MOST)
    return "other", real(word, f"{option}: {name}")


def _numbers(values: Sequence[Any], what: str) -> Array:
    return np.array([real(str(value), f"{what}[{k}]") for k, value in enumerate(values)], dtype=np.float64)


def _rows(values: Sequence[Any], what: str) -> Array:
    """The numbers of a vector, or of the rows of a matrix."""
    nested = [row.strip().startswith("[") if isinstance(row, str) else not np.isscalar(row) for row in values]
    if not nested or not all(nested):
        return _numbers(values, what)
    lists = [split(unwrapped(row)) if isinstance(row, str) else row for row in values]
    rows = [_numbers(row, f"{what}[{k}]") for k, row in enumerate(lists)]
    for k, row in enumerate(rows):
        if len(row) != len(rows[0]):
            told = f"row 0 has {len(rows[0])} entries and row {k} has {len(row)}"
            raise PointError(f"{what}: the rows of a matrix are of one length; {told}", code="point")
    return np.array(rows)


def flat(program: Program, vectors: BlockValues, option: str = "--at") -> Array:
    """The point as one array, shape (n,).

    Raises:
        PointError: names or lengths that do not fit the variables.
    """
    if vectors.rest is not None:
        return check_finite(in_order(vectors.rest, program.n, shapes(program), option), program, option)
    check_names_of(program, vectors, option)
    point = np.empty(program.n)
    for block in program.blocks:
        if block.name not in vectors.given:
            raise PointError(f"{option}: {block.name} is missing; {option} {block.name}=... gives it", code="point")
        value = vectors.given[block.name]
        if isinstance(value, str):
            value = made(value, block.size) if block.shape else float(made(value, 1)[0])
        kind = f"{'a matrix' if len(block.shape) == 2 else 'a vector'} of {' x '.join(map(str, block.shape))}"
        if block.shape and isinstance(value, float):
            remedy = f"{block.name}=[...] or start:stop:count"
            raise PointError(f"{option}: {block.name} is {kind}, and {value:g} is one number; {remedy}", code="point")
        if not block.shape and not isinstance(value, float):
            raise PointError(f"{option}: {block.name} is one number, got {len(value):,}", code="point")
        if block.shape and np.shape(value) not in (block.shape, (block.size,)):
            got = "x".join(map(str, np.shape(value)))
            told = f"has {block.size} entries" if len(block.shape) == 1 else f"is {kind}"
            raise PointError(f"{option}: {block.name} {told}, got {got}", code="point")
        point[block.start : block.start + block.size] = np.ravel(value)
    return check_finite(point, program, option)


def shapes(program: Program) -> str:
    """``x[2], a``."""
    return ", ".join(block.told for block in program.blocks)


def check_names_of(program: Program, vectors: BlockValues, option: str) -> None:
    """Refuse a name that is no variable.

    Raises:
        PointError: it is none.
    """
    blocks = [block.name for block in program.blocks]
    for name in vectors.given:
        if name not in blocks:
            remedy = suggestion(name, blocks) or f"; the variables are {', '.join(blocks)}"
            raise PointError(f"{option}: unknown variable {name!r}{remedy}", code="point")


def check_finite(point: Array, program: Program, option: str) -> Array:
    """The point, shape (n,).

    Raises:
        PointError: a coordinate is not finite.
    """
    bad = np.flatnonzero(~np.isfinite(point))
    if len(bad):
        message = f"{option}: {program.label(int(bad[0]))} is {point[bad[0]]}; expected finite numbers"
        raise PointError(message, code="point")
    return point


def in_order(rest: Array | str, n: int, shapes: str, option: str) -> Array:
    """Numbers without names, shape (n,).

    Args:
        rest: of ``BlockValues``.
        n: how many there are to be.
        shapes: what they are for, for messages: ``x[2], a``.
        option: for messages.

    Raises:
        PointError: another number of them.
    """
    if isinstance(rest, str):
        return made(rest, n)
    if rest.shape != (n,):
        counted = ", whose entries count from 0" if "[" in shapes else ""
        got = "x".join(f"{size:,}" for size in rest.shape)
        raise PointError(f"{option}: expected {n:,} numbers for {shapes}{counted}, got {got}", code="point")
    return rest.astype(np.float64, copy=False)


def made(word: str, size: int) -> Array:
    """The vector of a word of ``MADE``, shape (size,)."""
    match = MADE.fullmatch(word)
    if word == "zeros" or match is None:
        return np.zeros(size)
    return np.ones(size) if word == "ones" else np.random.default_rng(int(match[2])).uniform(-1, 1, size)
