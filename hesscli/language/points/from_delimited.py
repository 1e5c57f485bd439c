"""Tables as text -> points: rows of numbers, with or without a header."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray

from hesscli.errors import LimitError, PointError
from hesscli.language.arrays import delimited
from hesscli.language.functions import CONSTANTS
from hesscli.language.points.coordinates import MAX_ROWS, Beside, count, fail, order, rows
from hesscli.language.tokens import name_trouble
from hesscli.language.values import real

Array = NDArray[np.float64]

_DECIMALS = re.compile(r"[-+.,;eE0-9 \t]*")


def read(text: str, names: Sequence[str], where: str) -> tuple[Array, Beside]:
    """The points of a table, shape (k, n), and what its other columns hold.

    Args:
        text: lines of numbers; a first line of names gives the columns' order; ``#`` starts a comment.
        names: the n variables.
        where: the file, for messages.

    Raises:
        PointError: naming the line and the coordinate.
        LimitError: too many rows.
    """
    before = list(takewhile(lambda line: not delimited.content(line), delimited.lines(text)))
    first = len(before)
    line = next(delimited.lines(text, first), None)
    if line is None:
        commented = _commented_header(before, names)
        fail(where, "there are no points" if commented else f"the file is empty; expected {count(names)} a line")
    delimiter = delimited.delimiter_of(delimited.content(line))
    header = _header(delimited.fields(delimited.content(line), delimiter, spaces=True), names)
    columns = list(range(len(names)))
    if header is not None and set(names) < set(header):
        return _wide(delimited.lines(text, first + 1), header, delimiter, names, f"{where}, line", first + 1)
    if header is not None:
        columns = order(header, names, f"{where}, line {first + 1}")
        first += 1
    elif commented := _commented_header(before, names):
        columns = order(commented, names, where)
    found = delimited.numbers(text, first, delimiter, len(names))
    if found is None:
        found = _slow(delimited.lines(text, first), delimiter, [names[k] for k in np.argsort(columns)], where, first)
    return rows(found[:, columns], names, where, lambda row: f"point {row}"), []


OURS = ["digits", "verdict", "notes"]
"""The last columns of a table that hesscli wrote; those from the last variable on are its answers."""


def _wide(
    lines: Iterator[str], header: list[str], delimiter: str | None, names: Sequence[str], where: str, first: int
) -> tuple[Array, Beside]:
    """A table with more columns than variables; answers of hesscli are left out, for new ones take their place."""
    order([name for name in header if name in names], names, f"{where} {first}")
    columns = {name: header.index(name) for name in names}
    known = header[: max(columns.values())] if header[-len(OURS) :] == OURS else header
    others = {name: k for k, name in enumerate(known) if name not in columns}
    found: list[list[float]] = []
    beside: Beside = []
    body = ("" if line.lstrip().startswith("#") else line for line in lines)
    split = (
        csv.reader(body, delimiter=delimiter, skipinitialspace=True) if delimiter else (line.split() for line in body)
    )
    for number, cells in enumerate(split, first + 1):
        if not any(map(str.strip, cells)):
            continue
        if len(cells) != len(header):
            fail(f"{where} {number}", f"expected {len(header)} fields, got {len(cells)}")
        found.append([_number(cells[k], name, f"{where} {number}") for name, k in columns.items()])
        beside.append({name: cells[k] for name, k in others.items()})
        if len(found) > MAX_ROWS:
            raise LimitError(f"{where}: the limit is {MAX_ROWS:,} points")
    if not found:
        fail(where.removesuffix(", line"), "there are no points")
    return rows(np.array(found), names, where.removesuffix(", line")), beside if others else []


def _header(fields: list[str], names: Sequence[str]) -> list[str] | None:
    """The fields if they are names of columns rather than numbers."""
    if not set(names).isdisjoint(fields):
        return fields
    words = [field for field in fields if field and not name_trouble(field) and field not in CONSTANTS]
    numbers = {"nan", "inf", "infinity", "na", "null", "none"}
    return fields if len(words) == len(fields) and not numbers & {word.lower() for word in words} else None


def _commented_header(lines: list[str], names: Sequence[str]) -> list[str] | None:
    """NumPy's savetxt puts the names of the columns into a comment."""
    for line in lines:
        bare = line.strip().lstrip("# ")
        found = (
            delimited.fields(bare, delimited.delimiter_of(bare), spaces=True) if line.strip().startswith("#") else []
        )
        if names and sorted(found) == sorted(names):
            return found
    return None


def _slow(lines: Iterator[str], delimiter: str | None, names: list[str], where: str, before: int) -> Array:
    """Line by line, with constant expressions and exact complaints; ``names`` in the file's order."""
    found: list[list[float]] = []
    for number, line in enumerate(lines, before + 1):
        written = delimited.content(line)
        if not written:
            continue
        place = f"{where}, line {number}"
        texts = delimited.fields(written, delimiter, spaces=True)
        if len(texts) != len(names):
            fail(place, f"expected {count(names)}, got {len(texts)}{_decimal_comma(texts, names, delimiter)}")
        found.append(
            _plain(written, texts) or [_number(text, name, place) for text, name in zip(texts, names, strict=True)]
        )
        if len(found) > MAX_ROWS:
            raise LimitError(f"{where}: the limit is {MAX_ROWS:,} points")
    if not found:
        fail(where, "there are no points")
    return np.array(found, dtype=np.float64).reshape(len(found), len(names))


def _plain(line: str, fields: list[str]) -> list[float]:
    """The numbers of a line of decimals; none where a field needs a closer look."""
    if not _DECIMALS.fullmatch(line):
        return []
    try:
        values = [float(field) for field in fields]
    except ValueError:
        return []
    return values if all(map(math.isfinite, values)) else []


def _decimal_comma(fields: list[str], names: list[str], delimiter: str | None) -> str:
    return "; write decimal points, not commas" if delimiter == "," and len(fields) == 2 * len(names) else ""


def _number(field: str, name: str, place: str) -> float:
    try:
        return real(field, f"{place}: coordinate {name}")
    except PointError as error:
        if "," in field and _is_number(field.replace(",", ".")):
            fail(place, f"coordinate {name} is {field[:60]!r}; write a decimal point, not a comma")
        raise error from None


def _is_number(field: str) -> bool:
    try:
        np.loadtxt(io.StringIO(field), dtype=np.float64)
    except ValueError:
        return False
    return True
