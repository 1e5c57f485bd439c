"""Arrays over points, as NumPy's archives."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from tempfile import SpooledTemporaryFile
from typing import IO, Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import numpy as np
from numpy.typing import NDArray

from hesscli.output.npy import header
from hesscli.result import Sweep

Array = NDArray[Any]

HELD = 1 << 24
"""Bytes of an array that wait in memory; more of them wait in a temporary file."""


def write(sweeps: Iterable[Sweep], count: int, stream: BinaryIO) -> None:
    """An archive of arrays, one behind the other; while more points come they wait.

    The numbers stay as they are, for they do not shrink; the words do.

    Args:
        sweeps: answers at points in a row.
        count: k, how many points that is.
        stream: gets ``points`` (k, n), ``variables`` (n,), ``verdict`` (k,), the numbers to use of every quantity
            (k, ...), and under ``tape_<quantity>`` what TensorFlow gave, where it has the function.
    """
    with ExitStack() as stack:
        waiting: dict[str, _Waiting] = {}
        done, variables = 0, np.zeros(0, np.str_)
        for sweep in sweeps:
            found = _arrays(sweep)
            for name in (name for name in found if name not in waiting):
                waiting[name] = _Waiting(found[name], done, stack.enter_context(SpooledTemporaryFile(HELD)))
            for name, one in waiting.items():
                one.add(found.get(name), len(sweep))
            done, variables = done + len(sweep), np.array(sweep.variables)
        with ZipFile(stream, "w") as archive:
            last = stack.enter_context(SpooledTemporaryFile(HELD))
            waiting["variables"] = _Waiting(variables, 0, last)
            waiting["variables"].add(variables, len(variables))
            for name, one in waiting.items():
                one.move(archive, name)


def _arrays(sweep: Sweep) -> Mapping[str, Array]:
    tape = {f"tape_{name}": array for name, array in sweep.tape.items()}
    return {"points": sweep.points, "verdict": sweep.verdict, **sweep.numbers, **tape}


class _Waiting:
    """An array of which more rows may come.

    Args:
        like: some of its rows.
        before: so many rows have passed without one of it; they are NaN.
        file: where it waits.
    """

    def __init__(self, like: Array, before: int, file: IO[bytes]) -> None:
        self.like, self.file, self.count = like[:1], file, 0
        self.add(None, before)

    def add(self, rows: Array | None, count: int) -> None:
        """So many rows more; None is NaN."""
        found = np.full((count, *self.like.shape[1:]), np.nan, self.like.dtype) if rows is None else rows
        self.file.write(np.ascontiguousarray(found).tobytes())
        self.count += count

    def move(self, archive: ZipFile, name: str) -> None:
        """Into an archive."""
        info = ZipInfo(f"{name}.npy")
        info.compress_type = ZIP_STORED if self.like.dtype.kind == "f" else ZIP_DEFLATED
        self.file.seek(0)
        with archive.open(info, "w", force_zip64=True) as member:
            header(member, self.like, (self.count, *self.like.shape[1:]))
            shutil.copyfileobj(self.file, member, 1 << 20)
