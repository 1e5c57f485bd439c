"""Bytes of files and of standard input, within a limit, and their text."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, NoReturn

from hesscli.errors import ExpressionError, HesscliError, LimitError, PointError

MAX_BYTES = 1 << 29
"""Extent of one file."""

STANDARD_INPUT = "standard input"
STANDARD_INPUTS = frozenset({"-", "@-", "@/dev/stdin", "@/dev/fd/0", "@/proc/self/fd/0"})
"""How standard input is asked for."""

ERRORS: dict[str, tuple[type[HesscliError], str]] = {
    "expression": (ExpressionError, "source"),
    "point": (PointError, "point"),
    "claim": (HesscliError, "file"),
    "data": (HesscliError, "data"),
}
"""What is being read -> the error about it and its code."""


def is_standard_input(text: str) -> bool:
    """Does an argument ask for standard input, by ``-`` or by the name of its device?"""
    return text.strip() in STANDARD_INPUTS


def check_standard_input(arguments: Iterable[tuple[str, object]]) -> None:
    """Refuse to read standard input twice: the second reader would find nothing.

    Args:
        arguments: what each is called, and its text; values that are no texts read nothing.

    Raises:
        HesscliError: naming both.
    """
    readers = [name for name, text in arguments if isinstance(text, str) and is_standard_input(text)]
    if len(readers) > 1:
        message = f"{readers[0]} and {readers[1]} both read standard input, which can be read only once"
        raise HesscliError(f"{message}; put one of them into a file: @FILE", code="usage")


_folders: ContextVar[tuple[Path, ...] | None] = ContextVar("folders", default=None)


@contextmanager
def files_below(folders: Sequence[str]) -> Iterator[None]:
    """Let texts name files of these folders only inside the block, for texts that come from elsewhere.

    Args:
        folders: their paths; links lead where they lead. Without any, no file is read.

    Yields:
        Nothing.
    """
    token = _folders.set(tuple(Path(os.path.realpath(folder)) for folder in folders))
    try:
        yield
    finally:
        _folders.reset(token)


def is_allowed(name: str) -> bool:
    """Whether a text may name this file; one that may not is not looked at, not even whether it exists."""
    folders = _folders.get()
    if folders is None:
        return True
    place = None if "\0" in name else Path(os.path.realpath(name))
    return place is not None and any(place.is_relative_to(folder) for folder in folders)


def check_allowed(name: str, kind: str) -> None:
    """Refuse a file that no text may name; see `files_below`."""
    if not is_allowed(name):
        fail(f"no leave to read {name}: requests name files only in folders that --allow-files names", kind)


def read_bytes(name: str, kind: str, most: int = MAX_BYTES) -> bytes:
    """The content of a file, of a pipe too.

    Args:
        name: its path.
        kind: a key of ``ERRORS``: what the error is about.
        most: bytes that it may have.

    Raises:
        HesscliError: it cannot be read.
        LimitError: it is larger.
    """
    if not name.strip():
        fail("expected the name of a file after @", kind)
    if "\0" in name:
        fail("the name of a file cannot contain a NUL character", kind)
    check_allowed(name, kind)
    try:
        with open(name, "rb") as stream:
            data: bytes = _limited(stream, name, most)
            return data
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        fail(f"cannot read {name}: {reason}", kind)


def read_standard_input(stream: Any, kind: str, most: int = MAX_BYTES) -> bytes:
    """All of a text or byte stream; of standard input where it is None.

    Raises:
        HesscliError: it is closed, or cannot be read.
        LimitError: it is larger than ``most`` bytes.
    """
    stream = sys.stdin if stream is None else stream
    if stream is None:
        fail("there is no standard input", kind)
    try:
        data: str | bytes = _limited(getattr(stream, "buffer", stream), STANDARD_INPUT, most)
    except (OSError, ValueError) as error:
        fail(f"cannot read {STANDARD_INPUT}: {str(error).lower()}", kind)
    return data.encode("utf-8", "surrogateescape") if isinstance(data, str) else data


def decode(data: bytes, where: str, kind: str) -> str:
    """UTF-8, with or without a byte order mark, and without NUL.

    Raises:
        HesscliError: naming the line.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        fail(f"{where}, line {line}: not UTF-8 text (byte 0x{data[error.start]:02x})", kind)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        fail(f"{where}, line {line}: a NUL character; expected text", kind)
    return text


def fail(message: str, kind: str) -> NoReturn:
    """Raise the error about what is being read."""
    error, code = ERRORS[kind]
    raise error(message, code=code) from None


def _limited(stream: Any, where: str, most: int) -> Any:
    data = stream.read(most + 1)
    if len(data) > most:
        size = f"{most >> 20} MiB" if most >= 1 << 20 else f"{most:,} bytes"
        raise LimitError(f"{where} is larger than {size}")
    return data
