"""Tables as text: fields between commas, semicolons, tabs or spaces, some in quotes, with comments."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

PIECE = 1 << 16
"""Characters that become lines at a time: a line takes several times the room of its text."""


def rows(text: str, *, spaces: bool) -> Iterator[tuple[int, list[str]]]:
    r"""The rows that are not empty, each with the number of its line, counted from 1.

    Args:
        text: lines; ``#`` starts a comment.
        spaces: whether blanks separate fields where no other mark does; formulas have blanks inside.

    Example:
        >>> list(rows('"2*x", "atan2(x, y)"\n\n1, 2  # second', spaces=False))
        [(1, ['2*x', 'atan2(x, y)']), (3, ['1', '2'])]
    """
    delimiter = delimiter_of(next(filter(None, map(content, lines(text))), ""))
    for number, line in enumerate(lines(text), 1):
        if written := content(line):
            yield number, fields(written, delimiter, spaces=spaces)


def lines(text: str, first: int = 0) -> Iterator[str]:
    """The lines of a text as ``str.splitlines`` gives them, few at a time.

    Args:
        text: all of them.
        first: so many are left out.
    """
    return islice(_lines(text), first, None)


def _lines(text: str) -> Iterator[str]:
    start = 0
    while start < len(text):
        cut = text.find("\n", start + PIECE) + 1 or len(text)
        yield from text[start:cut].splitlines()
        start = cut


def numbers(
    text: str, first: int, delimiter: str | None, width: int, dtype: type = np.float64, columns: list[int] | None = None
) -> NDArray[Any] | None:
    """The rows of a text, shape (k, width), by NumPy's reader; None where a line needs a closer look.

    Args:
        text: lines; ``#`` starts a comment.
        first: so many lines are left out.
        delimiter: what separates the fields.
        width: numbers of a row.
        dtype: of the numbers; integers are those that are written as such.
        columns: those wanted, counted from 0; None is all.
    """
    if width == 0 or not any(map(content, islice(lines(text, first), 100))):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", DeprecationWarning)  # an integer written 1.0
            found: NDArray[Any] = np.loadtxt(
                lines(text, first), dtype=dtype, delimiter=delimiter, comments="#", ndmin=2, usecols=columns
            )
    except (ValueError, DeprecationWarning):
        return None
    return found if found.shape[1] == width and np.isfinite(found).all() else None


def content(line: str) -> str:
    """A line without its comment and the blanks around."""
    return line.partition("#")[0].strip()


def delimiter_of(line: str) -> str | None:
    """What separates the fields of the first line, outside quotes; None where nothing but blanks may."""
    bare = "".join(piece for k, piece in enumerate(line.split('"')) if k % 2 == 0)
    return next((mark for mark in ";,\t" if mark in bare), None)


def fields(line: str, delimiter: str | None, *, spaces: bool) -> list[str]:
    """The fields of one line, without their quotes."""
    if delimiter is None:
        return list(map(unquoted, line.split() if spaces else [line]))
    pieces = line.split('"')  # those inside quotes at odd places
    if len(pieces) % 2 == 0:  # a quote that is never closed stays
        pieces[-1] = '"' + pieces[-1]
    marked = "".join(piece if k % 2 else piece.replace(delimiter, "\0") for k, piece in enumerate(pieces))
    return [unquoted(field.strip()) for field in marked.split("\0")]


def unquoted(field: str) -> str:
    """A field without the quotes around it."""
    return field[1:-1].strip() if len(field) > 1 and field[0] == field[-1] and field[0] in "'\"" else field
