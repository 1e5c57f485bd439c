"""NumPy's NPY and NPZ files, read without pickles, and only where their headers fit their bytes and the limit.

Source: NumPy Enhancement Proposal 1, "A simple file format for NumPy arrays".
"""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy_format
from numpy.typing import NDArray

from hesscli.errors import HesscliError, LimitError
from hesscli.language.sources import fail

NPY, ZIP = b"\x93NUMPY", b"PK\x03\x04"
MAGIC = (NPY, ZIP)
"""First bytes of these files."""


def load(source: Path | bytes, where: str, kind: str, most: int) -> NDArray[Any] | Mapping[str, NDArray[Any]]:
    """The array of an NPY file, or the arrays of an NPZ file by name.

    Args:
        source: the file, or its bytes. A file is mapped, not read, where NumPy can.
        where: its name, for messages.
        kind: what is being read, a key of ``sources.ERRORS``.
        most: bytes of all arrays, unpacked; compared with what the headers say before anything is. Of a file that
            is mapped, nothing is unpacked.

    Raises:
        HesscliError: damaged, or Python objects.
        LimitError: larger than ``most``.
    """
    stream: Any = source if isinstance(source, Path) else io.BytesIO(source)
    try:
        if zipfile.is_zipfile(stream):
            return _archive(stream, where, kind, most)
        with open(source, "rb") if isinstance(source, Path) else io.BytesIO(source) as head:
            size = _size(head)
            _check_kind(head, where, kind)
            _check_header(head, size, where, kind, size if isinstance(source, Path) else most)
        if isinstance(source, Path):
            mapped: NDArray[Any] = np.load(source, mmap_mode="r", allow_pickle=False)
            return mapped
        read: NDArray[Any] = np.load(io.BytesIO(source), allow_pickle=False)
        return read
    except HesscliError:
        raise
    except MemoryError:
        raise LimitError(f"{where}: the array does not fit into memory") from None
    except Exception as error:  # NumPy, zipfile and tokenize raise a dozen kinds for damage, encryption, odd headers
        reason = str(error).splitlines()[0][:120] if str(error) else "it is damaged"
        fail(f"{where}: cannot be read as a file of NumPy's: {reason}", kind)


def _check_kind(stream: IO[bytes], where: str, kind: str) -> None:
    """Refuse what is no file of NumPy's by its first bytes."""
    first = stream.read(len(npy_format.MAGIC_PREFIX))
    stream.seek(0)
    if first.startswith(b"PK"):
        fail(f"{where}: the NPZ archive is damaged, or ends before its end", kind)
    if first != npy_format.MAGIC_PREFIX:
        told = f"it begins with {first!r}" if first else "it is empty"
        fail(f"{where}: no file of NumPy's by its content: {told}", kind)


def _archive(stream: Any, where: str, kind: str, most: int) -> dict[str, NDArray[Any]]:
    with zipfile.ZipFile(stream) as archive:
        members = [entry for entry in archive.infolist() if entry.filename.endswith(".npy")]
        size = sum(entry.file_size for entry in archive.infolist())
        if size > most:
            raise LimitError(f"{where}: {size:,} bytes unpacked; the limit is {most:,}")
        for entry in members:
            with archive.open(entry) as member:
                _check_header(member, entry.file_size, f"{where}, array {entry.filename[:-4]}", kind, most)
        found = {}
        for entry in members:
            with archive.open(entry) as member:
                found[entry.filename.removesuffix(".npy")] = npy_format.read_array(member, allow_pickle=False)
        return found


def _check_header(stream: IO[bytes], size: int, where: str, kind: str, most: int) -> None:
    """Refuse Python objects, and a shape that is over the limit or needs more bytes than there are."""
    version = npy_format.read_magic(stream)
    read = npy_format.read_array_header_1_0 if version == (1, 0) else npy_format.read_array_header_2_0
    shape, _, dtype = read(stream)
    if dtype.hasobject:
        fail(f"{where}: it holds no plain numbers, and Python objects are never loaded", kind)
    needed, left = math.prod(shape) * dtype.itemsize, size - stream.tell()
    if needed > left:
        fail(f"{where}: no whole file of NumPy's: shape {shape} needs {needed:,} bytes, there are {left:,}", kind)
    if needed > most:
        raise LimitError(f"{where}: {needed:,} bytes unpacked; the limit is {most:,}")


def _size(stream: IO[bytes]) -> int:
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    return size
