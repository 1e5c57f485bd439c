"""Where bytes go: standard output, a descriptor that is open, or a file that is written whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, cast

from hesscli.errors import HesscliError

LINKS = 40
"""So many symbolic links may lead to a descriptor, as in the kernel."""

OWN = "/proc/self/fd"
"""Where a file without a name can be found."""

RIGHTS = 0o777
"""What a file keeps: new content has not earned the right to run as somebody else."""

PREFIX, SUFFIX = ".hesscli.", ".part"
"""Of temporary names."""

_unfinished: set[str] = set()


@contextmanager
def target(path: str | None) -> Iterator[BinaryIO]:
    """A stream to write to; opened at once, so that a long run does not end in front of a closed door.

    A regular file appears under its name only when the block ends without an exception: until then its bytes are in
    a file of the same directory that has no name, or a temporary one where the system knows no such. Devices, pipes
    and open descriptors (``/dev/stdout``, ``/dev/fd/3``) are written as the bytes come, behind what is there.

    Args:
        path: the file; None is standard output.

    Yields:
        The stream.

    Raises:
        HesscliError: code ``output``: the file cannot be written, the disk is full, standard output is closed.
        BrokenPipeError: the reader has gone.
    """
    try:
        with _standard() if path is None else _named(path) as stream:
            yield stream
    except BrokenPipeError:
        raise
    except OSError as problem:
        if path is not None and problem.errno is None:
            raise
        raise _refusal(path, problem) from problem


def is_file(path: str | None) -> bool:
    """Whether a path is, or will be, a regular file."""
    if path is None or _descriptor(Path(path)) is not None:
        return False
    with suppress(OSError):
        return stat.S_ISREG(os.stat(path).st_mode)
    return True


def clean_up() -> None:
    """Remove the temporary files of runs that were interrupted."""
    for name in tuple(_unfinished):
        with suppress(OSError):
            os.unlink(name)


def _refusal(path: str | None, problem: OSError) -> HesscliError:
    name = "standard output" if path is None else repr(path)
    reason = problem.strerror or str(problem)
    return HesscliError(f"cannot write {name}: {reason}", code="output")


@contextmanager
def _standard() -> Iterator[BinaryIO]:
    if sys.stdout is None or sys.stdout.closed:
        raise OSError(errno.EBADF, "it is closed")
    sys.stdout.flush()
    stream = cast("BinaryIO", getattr(sys.stdout, "buffer", None) or _Text(sys.stdout))
    yield stream
    stream.flush()


class _Text:
    """Bytes for a stream that takes only text, such as a notebook's."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.flush = stream.flush

    def write(self, content: bytes) -> None:
        try:
            self._stream.write(content.decode())
        except UnicodeDecodeError:
            raise OSError(errno.EINVAL, "it takes text only; name a file with -o") from None


@contextmanager
def _named(name: str) -> Iterator[BinaryIO]:
    path = Path(name)
    descriptor = _descriptor(path)
    if descriptor is not None:
        if sys.stdout is not None and not sys.stdout.closed:  # what stands in its buffer comes first
            sys.stdout.flush()
        with os.fdopen(os.dup(descriptor), "wb") as stream:
            yield stream
        return
    with suppress(FileNotFoundError):
        if not stat.S_ISREG(mode := os.stat(name).st_mode) and not stat.S_ISDIR(mode):  # a device or a named pipe
            with path.open("wb") as stream:
                yield stream
            return
    if name.endswith(os.sep):
        raise IsADirectoryError(errno.EISDIR, "it is the name of a directory")
    with _file(path.resolve() if path.is_symlink() else path) as stream:
        yield stream


def _descriptor(path: Path) -> int | None:
    """The open descriptor that a path leads to; None for any other path. To open it anew would truncate a file."""
    for _ in range(LINKS):
        if path.name.isascii() and path.name.isdecimal() and os.path.realpath(path.parent) in _open_descriptors():
            return int(path.name)
        if not path.is_symlink():
            break
        path = path.parent / os.readlink(path)
    return None


def _open_descriptors() -> set[str]:
    """Where the system lists the descriptors of this process."""
    return {"/dev/fd", f"/proc/{os.getpid()}/fd"}


@contextmanager
def _file(path: Path) -> Iterator[BinaryIO]:
    _probe(path)
    descriptor, name = _draft(path.parent)
    try:
        with os.fdopen(descriptor, "w+b") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
            _put(stream, name, path)
    finally:
        _forget(name)


def _draft(folder: Path) -> tuple[int, str | None]:
    """A file to write to, and its name. Where the system can, it has none: it is gone however the process ends.

    Source: ``O_TMPFILE`` in open(2).
    """
    if hasattr(os, "O_TMPFILE") and os.path.isdir(OWN):
        with suppress(OSError):  # a file system without them, such as NFS
            return os.open(folder, os.O_TMPFILE | os.O_RDWR, 0o666), None
    descriptor, name = tempfile.mkstemp(prefix=PREFIX, suffix=SUFFIX, dir=folder)
    _unfinished.add(name)
    mask = os.umask(0)
    os.umask(mask)
    os.chmod(name, 0o666 & ~mask)
    return descriptor, name


def _forget(name: str | None) -> None:
    """Remove a temporary name, if it is still there."""
    if name is not None:
        with suppress(OSError):
            os.unlink(name)
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


def _put(stream: BinaryIO, name: str | None, path: Path) -> None:
    """Give a finished file its name. A file of several names, or of another owner, keeps both: it is filled anew."""
    if name is None:
        with suppress(FileExistsError):
            _link(stream, path)
            return
    own = os.fstat(stream.fileno())
    old = path.stat() if path.exists() else own
    if old is not own and (old.st_nlink > 1 or (old.st_uid, old.st_gid) != (own.st_uid, own.st_gid)):
        _fill(path, stream, own.st_size)
        return
    held = name or str(path.with_name(f"{PREFIX}{secrets.token_hex(4)}{SUFFIX}"))
    try:
        if name is None:  # only a name can take another's place
            _unfinished.add(held)
            _link(stream, Path(held))
        stream.close()  # Windows renames no open file
        os.chmod(held, stat.S_IMODE(old.st_mode) & RIGHTS)
        os.replace(held, path)
    finally:
        _forget(held)


def _link(stream: BinaryIO, path: Path) -> None:
    """Name a file that has no name; never instead of another file."""
    own = os.open(OWN, os.O_RDONLY)
    try:
        os.link(str(stream.fileno()), path, src_dir_fd=own, follow_symlinks=True)
    finally:
        os.close(own)


def _fill(path: Path, source: BinaryIO, size: int) -> None:
    source.seek(0)
    mode = stat.S_IMODE(path.stat().st_mode)
    with path.open("r+b") as stream:
        if mode & ~RIGHTS:
            with suppress(PermissionError):  # who may not take it away: the kernel does, when he writes
                os.chmod(path, mode & RIGHTS)
        if hasattr(os, "posix_fallocate") and size > path.stat().st_size:  # a full disk says so before a byte changes
            os.posix_fallocate(stream.fileno(), 0, size)
        shutil.copyfileobj(source, stream)
        stream.truncate()
