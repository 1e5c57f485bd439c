"""What can go wrong, and which exit code each outcome has."""

from __future__ import annotations

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
        self, message: str, *, code: str = "request", source: str | None = None, column: int | None = None, width: int = 1
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

    def __init__(self, message: str, **details: object) -> None:
        super().__init__(message, code="limit", **details)  # type: ignore[arg-type]


class NoAnswerError(HesscliError):
    """There is nothing to compute: the function has no real value at the point."""

    status = ExitStatus.NO_ANSWER
