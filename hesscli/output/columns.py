"""Points of a sweep as text, a column at a time: what the rows would say, without an object a row.

The text of the first row is cut where its numbers stand; the numbers of every column become texts at once, and all
pieces are joined in their order.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.output.json import line, to_dict
from hesscli.output.strict import strict
from hesscli.result import Result, TapeBlock
from hesscli.result.curvature import eigenvalues

Column = NDArray[Any]


class Marks:
    """Places in a text that columns will fill: words that stand for numbers and are in no other text."""

    def __init__(self) -> None:
        self._word = f"@{secrets.token_hex(8)}:"
        self.columns: list[Column] = []

    def of(self, array: NDArray[Any]) -> Any:
        """Lists nested as one row of an array of shape (k, ...), a mark in place of each number, None in a hole."""
        first, flat = len(self.columns), array.reshape(len(array), -1)
        self.columns += [*flat.T]
        marks = [None if np.isnan(flat[0, k]) else f"{self._word}{first + k}" for k in range(flat.shape[1])]
        words = np.array(marks, dtype=object)
        return words.reshape(array.shape[1:]).tolist() if array.ndim > 1 else words[0]

    def texts(self, rows: Sequence[str]) -> str:
        """The mark of a column of JSON texts."""
        self.columns.append(np.array(rows, dtype=object))
        return f"{self._word}{len(self.columns) - 1}"

    def cut(self, text: str) -> tuple[list[str], list[Column]]:
        """The pieces of a JSON text around its marks, and the columns that stand between them."""
        pieces = re.split(f'"{self._word}([0-9]+)"', text)
        return pieces[::2], [self.columns[int(k)] for k in pieces[1::2]]


def json_lines(block: TapeBlock, *, request_id: Any = None, data: Sequence[Mapping[str, Any]] = ()) -> bytes:
    """A line a point, as `hesscli.output.json.line` writes all but the first.

    Args:
        block: points in a row.
        request_id: what a request of ``batch`` calls itself.
        data: what came with each point; empty where nothing did.
    """
    marks, obj = Marks(), to_dict(block.first)
    obj["point"] = marks.of(block.points)
    for name, array in block.arrays.items():
        obj[name] = obj["tape"][name] = marks.of(np.asarray(array, dtype=np.float64))
    if block.first.curvature and obj["eigenvalues"] is not None:
        obj["eigenvalues"] = marks.of(eigenvalues(block.arrays["hessian"]))
    beside = marks.texts([json.dumps(strict(dict(row)), ensure_ascii=False) for row in data]) if data else None
    fixed, columns = marks.cut(line(obj, request_id=request_id, first=False, data=beside).decode("utf-8"))
    return filled(fixed, written(columns, floats)).encode("utf-8", "backslashreplace")


def placed(results: Iterable[Result | TapeBlock]) -> Iterator[tuple[int, Result | TapeBlock]]:
    """Every result, or points in a row, with how many points came before."""
    done = 0
    for result in results:
        yield done, result
        done += len(result) if isinstance(result, TapeBlock) else 1


def filled(fixed: Sequence[str], columns: Sequence[Sequence[str]]) -> str:
    """Row by row what stands between the fixed pieces of a text.

    Args:
        fixed: m + 1 pieces, the last one with the end of the line.
        columns: m columns of k texts.

    Example:
        >>> filled(["<", " ", ">"], [["1", "2"], ["a", "b"]])
        '<1 a><2 b>'
    """
    count, width = len(columns[0]), len(fixed) + len(columns)
    pieces = [""] * (count * width)
    for k, piece in enumerate(fixed):
        pieces[2 * k :: width] = [piece] * count
    for k, column in enumerate(columns):
        pieces[2 * k + 1 :: width] = column
    return "".join(pieces)


def written(columns: Iterable[Column], write: Callable[[Column], list[str]]) -> list[list[str]]:
    """Every column as texts; equal ones, as both witnesses' and both halves of a Hessian, and constant ones once.

    Args:
        columns: of k numbers each.
        write: a column to texts.

    Example:
        >>> written([np.array([1.0, 2.0]), np.array([1.0, 2.0]), np.array([3.0, 3.0])], numbers)
        [['1', '2'], ['1', '2'], ['3', '3']]
    """
    known: dict[tuple[str, bytes], list[str]] = {}
    found = []
    for column in columns:
        if column.dtype == object:  # texts already
            found.append(column.tolist())
            continue
        held = column.tobytes()  # bit by bit: -0.0 is not written as 0.0
        key = column.dtype.str, held
        if key not in known:
            constant = held == held[: column.itemsize] * len(column)
            known[key] = write(column[:1]) * len(column) if constant else write(column)
        found.append(known[key])
    return found


def floats(column: Column) -> list[str]:
    """Finite doubles as JSON writes them."""
    return json.dumps(column.tolist())[1:-1].split(", ")


def numbers(column: Column) -> list[str]:
    """Finite numbers as tables write them: `hesscli.output.table.number`."""
    if column.dtype == np.float32:
        return [text.removesuffix(".0") for text in (column + np.float32(0)).astype(str).tolist()]
    return (json.dumps((column + 0.0).tolist())[1:-1] + ",").replace(".0,", ",").rstrip(",").split(", ")
