"""Comma-separated values: a row a point, a column a number."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, product
from typing import Any

import numpy as np

from hesscli.output.columns import filled, numbers, placed, written
from hesscli.output.entries import Entry, entries, names, notation, shape
from hesscli.output.table import number
from hesscli.result import Result, TapeBlock

Column = tuple[str, tuple[int, ...]]
"""Quantity and index."""


def render(results: Iterable[Result | TapeBlock], beside: Sequence[Mapping[str, Any]] = ()) -> Iterator[bytes]:
    """A header and one line a result.

    Columns: the coordinates; the numbers to use (``f``, ``df/dx``, ``d2f/dxdy``, row by row); the same prefixed
    with ``tape`` and with ``exact`` as either witness gave them; ``digits``, ``verdict``, ``notes``. What does
    not exist is ``nan``, what was not computed is empty.

    Args:
        results: of one request, all with the same variables; the first of them no Block.
        beside: what came with each point, by name; the columns in front of all others, unless there is one so named.

    Yields:
        UTF-8 lines.
    """
    stream = iter(results)
    first = _until_answered(stream)
    if not first:
        return
    model = _head(first[-1])
    columns = [(name, index) for name in names(model) for index in product(*map(range, shape(model, name)))]
    exact = any(_head(result).exact is not None for result in first)
    header = _header(model, columns, exact=exact)
    more = [name for name in dict.fromkeys(name for row in beside for name in row) if name not in header]
    yield _line([*more, *header])
    for at, result in placed(chain(first, stream)):
        if isinstance(result, TapeBlock):
            given = [[_cell(row.get(name, "")) for row in beside[at : at + len(result)]] for name in more]
            yield _rows(result, columns, given, exact=exact)
        else:
            cells = [_text(beside[at].get(name, "")) for name in more]
            yield _line([*cells, *_row(result, columns, exact=exact)])


def _head(result: Result | TapeBlock) -> Result:
    return result.first if isinstance(result, TapeBlock) else result


def _until_answered(stream: Iterator[Result | TapeBlock]) -> list[Result | TapeBlock]:
    """The first results, up to one that has what was asked for and so tells the columns."""
    first: list[Result | TapeBlock] = []
    for result in stream:
        first.append(result)
        if _head(result).request.command in names(_head(result)):
            break
    return first


def _rows(block: TapeBlock, columns: Sequence[Column], given: Sequence[list[str]], *, exact: bool) -> bytes:
    """The lines of many points, column by column; what follows the numbers is the first one's."""
    places: list[tuple[str, Any]] = [(name, (..., *index)) for name, index in columns]
    tape = [block.arrays[name][place] for name, place in places]
    use = [array.astype(np.float64) for array in tape]
    nothing = [*["nan"] * (block.points.shape[1] + len(use)), *[""] * len(tape)]
    every = (*block.points.T, *use, *tape)
    texts = [
        [word] * len(block) if np.isnan(array[0]) else column
        for word, array, column in zip(nothing, every, written(every, numbers), strict=True)
    ]
    words = _row(block.first, columns, exact=exact)[len(texts) :]
    fixed = ["", *[","] * (len(given) + len(texts) - 1), "," + _line(words).decode("utf-8")]
    return filled(fixed, [*given, *texts]).encode("utf-8", "replace")


def _header(result: Result, columns: Sequence[Column], *, exact: bool) -> list[str]:
    labels = [notation(result, name, index, ascii_only=True) for name, index in columns]
    witnesses = [f"{witness} {text}" for witness in ("tape", "exact")[: 1 + exact] for text in labels]
    return [*result.variables, *labels, *witnesses, "digits", "verdict", "notes"]


def _row(result: Result, columns: Sequence[Column], *, exact: bool) -> list[str]:
    found: dict[tuple[str, tuple[int, ...]], Entry] = {
        (entry.quantity, entry.index): entry for name in names(result) for entry in entries(result, name, errors=False)
    }
    use = [_use(found.get(column)) for column in columns]
    tape = [_tape(found.get(column), result.dtype) for column in columns]
    decimals = [_exact(found.get(column)) for column in columns] if exact else []
    digits = "" if result.accuracy is None else f"{result.accuracy.digits:.2f}"
    point = [number(x) for x in result.point]
    return [*point, *use, *tape, *decimals, digits, result.verdict.value, "; ".join(result.notes)]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _cell(value: Any) -> str:
    """A text as it stands in a row."""
    return _line([_text(value), ""]).decode("utf-8").removesuffix(",\n")


def _use(entry: Entry | None) -> str:
    return "" if entry is None or entry.number is None else number(entry.number)


def _tape(entry: Entry | None, dtype: str) -> str:
    return "" if entry is None or entry.tape is None else number(entry.tape, dtype)


def _exact(entry: Entry | None) -> str:
    return "" if entry is None or entry.exact is None else entry.exact


def _line(cells: list[str]) -> bytes:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerow(cells)
    return stream.getvalue().encode("utf-8", "replace")
