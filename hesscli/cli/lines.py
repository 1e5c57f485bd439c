"""The lines of a file or of standard input, read as far as they are there without waiting for more."""

from __future__ import annotations

import os
import queue
import stat
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from hesscli.cli.terminal import awaited
from hesscli.errors import HesscliError

ROOM = 256
"""So many lines are read before somebody takes them."""

PIECE = 1 << 16


class Lines:
    """Lines of a stream, without their ends.

    A file never keeps one waiting; a pipe or a terminal is read beside the work, so that what is there can be
    answered while more is still being written. It is read by its descriptor: a thread that waits inside of Python's
    own stream would hold its lock when the process ends.

    Args:
        stream: of bytes.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._queue: queue.Queue[bytes | None] | None = None
        self._lines = iter(stream)
        descriptor = _waits(stream)
        if descriptor is not None:
            self._queue = queue.Queue(ROOM)
            try:
                threading.Thread(target=self._read, args=(descriptor, self._queue), daemon=True).start()
            except RuntimeError:  # the system has no thread to give: line by line then
                self._queue = None
        self._patient = descriptor is not None and self._queue is None

    def next(self, *, wait: bool) -> bytes | None:
        """The next line; None at the end, and where there is none yet unless one waits for it."""
        if self._queue is None:
            return None if self._patient and not wait else next(self._lines, None)
        try:
            line = self._queue.get(block=wait)
        except queue.Empty:
            return None
        if line is None:
            self._queue.put(None)
        return line

    @staticmethod
    def _read(descriptor: int, found: queue.Queue[bytes | None]) -> None:
        begun: list[bytes] = []
        try:
            while piece := os.read(descriptor, PIECE):
                *whole, rest = piece.split(b"\n")
                for line in whole:
                    found.put(b"".join((*begun, line)))
                    begun.clear()
                begun.append(rest)
        except OSError:
            pass
        if last := b"".join(begun):
            found.put(last)
        found.put(None)


def _waits(stream: BinaryIO) -> int | None:
    """The descriptor of a stream that may keep its reader waiting."""
    try:
        descriptor = stream.fileno()
        return None if stat.S_ISREG(os.fstat(descriptor).st_mode) else descriptor
    except (OSError, ValueError):  # no descriptor: bytes in memory
        return None


@contextmanager
def opened(source: str) -> Iterator[Lines]:
    """The lines of a file; ``-`` is standard input.

    Args:
        source: its name.

    Yields:
        The lines.

    Raises:
        HesscliError: it cannot be read.
    """
    if source == "-":
        awaited("requests, one a line as JSON")
        if sys.stdin is None:
            raise HesscliError("standard input is closed", code="file")
        yield Lines(getattr(sys.stdin, "buffer", None) or BytesIO(sys.stdin.read().encode()))  # a stream of text only
        return
    with _file(source) as stream:
        yield Lines(stream)


def _file(source: str) -> BinaryIO:
    try:
        return Path(source).open("rb")
    except OSError as problem:
        raise HesscliError(f"cannot read {source!r}: {problem.strerror or problem}", code="file") from problem
