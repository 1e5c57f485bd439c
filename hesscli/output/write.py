"""Where bytes go: standard output, or a file that is written whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from hesscli.errors import HesscliError

_unfinished: set[str] = set()


@contextmanager
def target(path: str | None) -> Iterator[BinaryIO]:
    """A stream to write to; opened at once, so that a long run does not end in front of a closed door.

    A regular file appears under its name only when the block ends without an exception: until then its
    bytes are in a temporary file of the same directory. Devices and pipes are written as they come.

    Args:
        path: the file; None is standard output.

    Yields:
        The stream.

    Raises:
        HesscliError: code ``output``: the file cannot be written, the disk is full, standard output is closed.
        BrokenPipeError: the reader has gone.
    """
    try:
        with _standard() if path is None else _file(Path(path)) as stream:
            yield stream
    except BrokenPipeError:
        raise
    except OSError as problem:
        if path is not None and problem.errno is None:
            raise
        raise _refusal(path, problem) from problem


def clean_up() -> None:
    """Remove the temporary files of runs that were interrupted."""
    for name in tuple(_unfinished):
        with suppress(OSError):
            os.unlink(name)


def copy(chunks: Iterable[bytes], stream: BinaryIO) -> None:
    """Write what comes, as it comes; a line shows when it is ready."""
    for chunk in chunks:
        stream.write(chunk)


def _refusal(path: str | None, problem: OSError) -> HesscliError:
    name = "standard output" if path is None else repr(path)
    reason = problem.strerror or str(problem)
    return HesscliError(f"cannot write {name}: {reason}", code="output")


@contextmanager
def _standard() -> Iterator[BinaryIO]:
    if sys.stdout is None or sys.stdout.closed:
        raise OSError(errno.EBADF, "it is closed")
    sys.stdout.flush()
    stream: BinaryIO = sys.stdout.buffer
    yield stream
    stream.flush()


@contextmanager
def _file(path: Path) -> Iterator[BinaryIO]:
    path = path.resolve() if path.is_symlink() else path
    if path.exists() and not path.is_file() and not path.is_dir():  # a device or a named pipe
        with path.open("wb") as stream:
            yield stream
        return
    _probe(path)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name[:100]}.", suffix=".part", dir=path.parent)
    _unfinished.add(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(name, _mode(path))
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise
    finally:
        _unfinished.discard(name)


def _probe(path: Path) -> None:
    """Fail now for what would fail at the end."""
    if path == Path():
        raise FileNotFoundError(errno.ENOENT, "it needs a name")
    if path.is_dir() or not path.name:
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not path.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, f"there is no directory {str(path.parent)!r}")
    if path.exists() and not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def _mode(path: Path) -> int:
    """The permissions of the file that is replaced, or those that a new file gets."""
    if path.exists():
        return stat.S_IMODE(path.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
