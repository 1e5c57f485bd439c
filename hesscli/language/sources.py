"""Bytes of files and of standard input, within a limit, and their text."""

from __future__ import annotations

import sys
from typing import Any

from hesscli.errors import ExpressionError, HesscliError, LimitError, PointError

MAX_BYTES = 1 << 29
"""Size of one file."""

STANDARD_INPUT = "standard input"


def read_bytes(name: str, kind: str) -> bytes:
    """The content of a file, of a pipe too.

    Args:
        name: its path.
        kind: ``point`` or ``expression``: what the error is about.
    """
    if not name.strip():
        raise _error("expected the name of a file after @", kind)
    if "\0" in name:
        raise _error("the name of a file cannot contain a NUL character", kind)
    try:
        with open(name, "rb") as stream:
            data: bytes = _limited(stream, name)
            return data
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise _error(f"cannot read {name}: {reason}", kind) from None


def read_standard_input(stream: Any, kind: str) -> bytes:
    """All of a text or byte stream; of standard input where it is None."""
    stream = sys.stdin if stream is None else stream
    if stream is None:
        raise _error("there is no standard input", kind)
    try:
        data: str | bytes = _limited(getattr(stream, "buffer", stream), STANDARD_INPUT)
    except (OSError, ValueError) as error:
        raise _error(f"cannot read {STANDARD_INPUT}: {str(error).lower()}", kind) from None
    return data.encode("utf-8", "surrogateescape") if isinstance(data, str) else data


def decode(data: bytes, where: str, kind: str) -> str:
    """UTF-8, with or without a byte order mark, and without NUL."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _error(f"{where}, line {line}: not UTF-8 text (byte 0x{data[error.start]:02x})", kind) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise _error(f"{where}, line {line}: a NUL character; expected text", kind)
    return text


def _limited(stream: Any, where: str) -> Any:
    data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise LimitError(f"{where} is larger than {MAX_BYTES >> 20} MiB")
    return data


def _error(message: str, kind: str) -> HesscliError:
    return PointError(message, code="point") if kind == "point" else ExpressionError(message, code="source")
