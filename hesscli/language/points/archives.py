"""Points in NumPy's files, read without pickles."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.errors import LimitError
from hesscli.language.points.arrange import fail, listed, order, rows

Array = NDArray[np.float64]

MAX_UNPACKED = 1 << 30
"""Bytes of an archive, unpacked."""
DAMAGE = (ValueError, EOFError, KeyError, OSError, SyntaxError, NotImplementedError, zipfile.BadZipFile, zlib.error)
"""What NumPy and zipfile raise for a file that is not what its name says."""
MAGIC_NPY, MAGIC_ZIP = b"\x93NUMPY", b"PK\x03\x04"


def read(source: Path | bytes, names: Sequence[str], where: str) -> Array:
    """The points of an ``.npy`` or ``.npz`` file, shape (k, n).

    An archive holds one array, or one called ``points``, or a column a variable.

    Raises:
        PointError: no such file of NumPy's, or not numbers for exactly the variables.
        LimitError: too large.
    """
    try:
        loaded = _open(source, where)
        values = loaded if isinstance(loaded, np.ndarray) else _from_archive(loaded, names, where)
        return rows(_by_field(values, names, where), names, where)
    except DAMAGE as error:
        reason = str(error).splitlines()[0][:120] if str(error) else "it is damaged"
        if "pickle" in reason or "Python objects" in reason:
            reason = "it holds no plain numbers, and Python objects are never loaded"
        fail(where, f"cannot be read as a file of NumPy's: {reason}")
    except MemoryError:
        raise LimitError(f"{where}: the array does not fit into memory") from None


def _open(source: Path | bytes, where: str) -> Any:
    if isinstance(source, Path) and source.suffix.lower() != ".npz":
        # a map compares the size that the header claims with the file's before anything is read
        return np.load(source, mmap_mode="r", allow_pickle=False)
    stream = source if isinstance(source, Path) else io.BytesIO(source)
    if zipfile.is_zipfile(stream):
        with zipfile.ZipFile(stream) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
        if size > MAX_UNPACKED:
            raise LimitError(f"{where}: {size:,} bytes unpacked; the limit is {MAX_UNPACKED:,}")
    if isinstance(stream, io.BytesIO):
        stream.seek(0)
    return np.load(stream, allow_pickle=False)


def _from_archive(archive: Any, names: Sequence[str], where: str) -> Any:
    with archive:
        keys = list(archive.keys())
        if names and set(names) <= set(keys):
            return _stacked([archive[name] for name in names], names, where)
        if "points" not in keys and len(keys) != 1:
            fail(where, f"expected one array, or the arrays {listed(names)}; got {listed(keys) or 'none'}")
        values = archive["points" if "points" in keys else keys[0]]
        if "points" in keys and "variables" in keys:  # as --format npz writes it
            labels = [str(name) for name in np.ravel(archive["variables"])]
            values = np.atleast_2d(values)[:, order(labels, names, where)]
        return values


def _by_field(values: Any, names: Sequence[str], where: str) -> Any:
    """The columns of a structured array by name; any other array as it is."""
    fields = values.dtype.names
    return (
        values if fields is None else _stacked([values[fields[k]] for k in order(fields, names, where)], names, where)
    )


def _stacked(columns: list[Any], names: Sequence[str], where: str) -> Any:
    flat = [np.atleast_1d(column) for column in columns]
    if any(column.shape != (len(flat[0]),) for column in flat):
        shapes = ", ".join(str(column.shape) for column in flat[:8])
        fail(where, f"the arrays {listed(names)} must be flat and equally long, got shapes {shapes}")
    return np.stack(flat, axis=1)
