"""What can go wrong, and which exit code each outcome has."""

from __future__ import annotations

import unicodedata
from enum import IntEnum


class ExitStatus(IntEnum):
    """The whole exit-code contract of the command line."""

    AGREE = 0
    DISAGREE = 1
    BAD_REQUEST = 2
    NO_ANSWER = 3
    LIMIT = 4
    INTERRUPTED = 130


class HesscliError(Exception):
    """A request that cannot be answered: what was expected, what came, and what to do.

    Attributes:
        code: a machine-readable word, e.g. ``"syntax"``, ``"unknown-name"``, ``"point"``, ``"limit"``.
        source: the text the error is about, or None.
        column: zero-based column in ``source`` where the trouble starts, or None.
        width: how many characters the carets underline.
    """

    status = ExitStatus.BAD_REQUEST

    def __init__(
        self,
        message: str,
        *,
        code: str = "request",
        source: str | None = None,
        column: int | None = None,
        width: int = 1,
    ) -> None:
        super().__init__(message)
        self.message, self.code, self.source, self.column, self.width = message, code, source, column, width


class ExpressionError(HesscliError):
    """The expression is not one of the language: syntax, unknown name, wrong number of arguments."""


class PointError(HesscliError):
    """The point does not fit the variables or is no finite number."""


class LimitError(HesscliError):
    """A limit on size, memory or time stopped the request."""

    status = ExitStatus.LIMIT

    def __init__(self, message: str, *, source: str | None = None, column: int | None = None, width: int = 1) -> None:
        super().__init__(message, code="limit", source=source, column=column, width=width)


class NoAnswerError(HesscliError):
    """There is nothing to compute: the function has no real value at the point."""

    status = ExitStatus.NO_ANSWER


def render(error: HesscliError, *, columns: int = 80) -> str:
    """The message, then the line it is about with carets under the place.

    Args:
        error: what went wrong, and where.
        columns: of the page; a longer line is shown in part.

    Example:
        >>> print(render(HesscliError("unknown function 'sn'", source="1 + sn(x)", column=4, width=2)))
        unknown function 'sn'
          1 + sn(x)
              ^^
    """
    if error.source is None or error.column is None or not error.source.strip():
        return _printable(error.message)
    start = error.source.rfind("\n", 0, error.column) + 1
    end = error.source.find("\n", error.column)
    line = error.source[start : len(error.source) if end < 0 else end].expandtabs(1)
    column = error.column - start
    width = max(1, min(error.width, len(line) - column))
    first, last = _window(len(line), column, columns - 2)
    head, tail = "..." if first else "", "..." if last < len(line) else ""
    before = head + line[first + len(head) : column]
    shown = before + line[column : last - len(tail)] + tail
    carets = "^" * max(1, _cells(line[column : min(column + width, last)]))
    return f"{_printable(error.message)}\n  {_printable(shown)}\n  {' ' * _cells(before)}{carets}"


def _window(length: int, column: int, columns: int) -> tuple[int, int]:
    """The part [first, last) of a line that is shown: all of it, or ``columns`` with the place inside."""
    if length < columns:
        return 0, length
    first = max(0, min(column - columns // 3, length - columns + 1))
    return first, min(length, first + columns)


def _printable(text: str) -> str:
    """Without what could steer a terminal or not be encoded: control characters and halves of pairs."""
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(c) in ("Cc", "Cf", "Cs") and c != "\n" else c for c in text
    )


def _cells(text: str) -> int:
    """Columns of a terminal; letters of East Asia take two, combining marks none."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
