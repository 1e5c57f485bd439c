"""The answers of a run as far as it has come, in a file beside the one that it writes: ``FILE.partial``.

A line of JSON says what was asked; behind it stands partition after partition, each with its length and checksum, as
the workers send them. What a process that was killed has left half-written at the end does not count. The pickled
objects are read by a closed list of classes, so that a file from elsewhere runs nothing.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import pickle
import struct
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from hesscli.compute.asking import Places
from hesscli.errors import HesscliError
from hesscli.language.points import Grid
from hesscli.language.printing import unparse
from hesscli.operators.report import Density, Estimate, Extremes, Solution, SpectrumReport, Statistics
from hesscli.partitions.job import Answered, SweepJob
from hesscli.partitions.packing import Packed
from hesscli.request import Request
from hesscli.result import (
    Accuracy,
    DecimalNumber,
    Decimals,
    Difference,
    DigitLoss,
    ExactAnswer,
    Explanation,
    Operation,
    Result,
    SparseWords,
    TapeAnswer,
    TapeBlock,
    Texts,
    Verdict,
)
from hesscli.result.curvature import Critical, Curvature
from hesscli.versions import versions

ENDING = ".partial"
_HEAD = struct.Struct(">QI")
LONGEST_LINE = 10_000_000

current: Journal | None = None
"""The one that is being written."""


class Journal:
    """What is done of a job.

    Args:
        path: of the file that the run writes.
        asked: what is asked, as `described` says it.
        resume: whether to go on from what an earlier run has left; else it is begun anew.

    Attributes:
        points: so many are done.

    Raises:
        HesscliError: there is nothing to go on from, or it was asked something else.
    """

    def __init__(self, path: str, asked: Mapping[str, Any], *, resume: bool) -> None:
        global current
        self.path = Path(path + ENDING)
        self.points, self._new = 0, not resume
        self._line = json.dumps({"hesscli": "partial", **asked}).encode() + b"\n"
        self._stream: BinaryIO | None = self._reopened(path, asked) if resume else None
        current = self

    def kept(self) -> Iterator[Answered]:
        """The partitions that an earlier run has answered; what stands behind the last whole one goes."""
        if self._stream is None:
            self._stream = self.path.open("w+b")
            self._write(self._line)
            return
        end = self._stream.tell()
        while (part := self._read(self._stream)) is not None:
            end = self._stream.tell()
            yield part
        self._stream.seek(end)
        self._stream.truncate()

    def add(self, content: bytes) -> None:
        """Keep one more, as it was `hesscli.partitions.job.pickled`."""
        self._write(_HEAD.pack(len(content), zlib.crc32(content)), content)

    def end(self, *, whole: bool) -> None:
        """Nothing more will come; the file goes if all is done, or if it is new and nothing is."""
        global current
        current = None
        if self._stream is None:
            return
        self._stream.close()
        if whole or (self._new and not self.points):
            with suppress(OSError):
                self.path.unlink()

    def _write(self, *content: bytes) -> None:
        assert self._stream is not None
        try:
            for some in content:
                self._stream.write(some)
            self._stream.flush()
        except OSError as problem:
            why = problem.strerror or str(problem)
            raise HesscliError(f"cannot write {str(self.path)!r}: {why}", code="output") from None

    def _reopened(self, path: str, asked: Mapping[str, Any]) -> BinaryIO:
        try:
            stream = self.path.open("r+b")
        except FileNotFoundError:
            raise HesscliError(
                f"--resume: there is no {str(self.path)!r} to go on from; without it {path!r} is begun", code="usage"
            ) from None
        try:
            before = json.loads(stream.readline(LONGEST_LINE))
            whole = isinstance(before, dict) and before.pop("hesscli", None) == "partial"
        except ValueError:
            whole = False
        if not whole:
            stream.close()
            raise HesscliError(f"--resume: {str(self.path)!r} is no file that hesscli has left", code="file")
        other = [name for name in {**before, **asked} if before.get(name) != asked.get(name)]
        if other:
            stream.close()
            words = _differs(other[0], before.get(other[0]), asked.get(other[0]))
            told = f"--resume: {str(self.path)!r} is of another request: {words}; without --resume it is begun anew"
            raise HesscliError(told, code="usage")
        return stream

    def _read(self, stream: BinaryIO) -> Answered | None:
        head = stream.read(_HEAD.size)
        if len(head) < _HEAD.size:
            return None
        length, checksum = _HEAD.unpack(head)
        left = os.fstat(stream.fileno()).st_size - stream.tell()
        content = stream.read(length) if length <= left else b""
        if len(content) < length or zlib.crc32(content) != checksum:
            return None
        part = _Reader(io.BytesIO(content)).load()
        assert isinstance(part, Answered)
        return part


def described(job: SweepJob, points: Places, form: str, beside: Any) -> dict[str, Any]:
    """What must be the same for a run to go on where another stopped; plain values of JSON.

    Args:
        job: what is asked.
        points: all coordinates, which stand here as a checksum.
        form: of the file.
        beside: what comes with the points.
    """
    digest = hashlib.sha256()
    for array in points.axes if isinstance(points, Grid) else (points[:],):
        digest.update(np.ascontiguousarray(array).tobytes())
    if beside:
        digest.update(json.dumps([dict(row) for row in beside], default=str).encode())
    expression, options = job.expression, job.options
    return {
        "command": repr(job.request),
        "expression": unparse(expression),
        "variables": list(expression.variables),
        "parameters": dict(expression.parameters),
        "options": {name: getattr(options, name) for name in options.__slots__},
        "format": form,
        "points": f"{job.count:,} ({digest.hexdigest()[:16]})",
        "versions": versions(),
    }


def interrupted() -> str:
    """What to say of the run that ends now; nothing where nothing is kept."""
    if current is None:
        return ""
    kept = current
    kept.end(whole=False)
    return f"; {str(kept.path)!r} keeps {kept.points:,} points, and --resume goes on from there" if kept.points else ""


def _differs(name: str, then: Any, now: Any) -> str:
    """How what is asked differs from what was: the first entry of a table that does; a file of data has changed."""
    if not (isinstance(then, Mapping) and isinstance(now, Mapping)):
        return f"{name}: {_short(then)} then, {_short(now)} now"
    key = next(key for key in {**then, **now} if then.get(key) != now.get(key))
    if name == "data":
        way = "was not read then" if key not in then else "is not read now" if key not in now else "has changed since"
        return f"{key.partition('=')[2] or key} {way}"
    was, comes = (_short(table[key]) if key in table else "nothing" for table in (then, now))
    return f"{name}: {key} {was} then, {comes} now"


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


class _Reader(pickle.Unpickler):
    """Arrays of NumPy, and the dataclasses of answers; nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        """A class by its name.

        Raises:
            HesscliError: it is none of them.
        """
        if (module, name) in KNOWN:
            return super().find_class(module, name)
        raise HesscliError(f"--resume: the partial file names {module}.{name}, which no answer has", code="file")


MADE_OF = (
    *(Answered, Packed, Request, Result, TapeBlock, SparseWords, range),
    *(Verdict, TapeAnswer, ExactAnswer, Accuracy, Difference),
    *(Texts, Decimals, DecimalNumber, Curvature, Critical),
    *(Explanation, Operation, DigitLoss),
    *(SpectrumReport, Extremes, Estimate, Density, Solution, Statistics),
)
KNOWN = frozenset(
    {
        *((kind.__module__, kind.__qualname__) for kind in MADE_OF),
        ("numpy", "dtype"),
        ("numpy", "ndarray"),
        *((f"numpy.{core}.multiarray", name) for core in ("core", "_core") for name in ("_reconstruct", "scalar")),
        *((f"numpy.{core}.numeric", "_frombuffer") for core in ("core", "_core")),
    }
)
"""(module, name) of all that a partition is made of, and of what pickled arrays name."""
