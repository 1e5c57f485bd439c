"""A file or standard input -> what it holds, in the form it has, before anybody says what it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from hesscli.language import sources
from hesscli.language.arrays import numpy_files, strict_json

MAX_UNPACKED = 1 << 30
"""Bytes of NumPy's arrays, unpacked."""


class Form(Enum):
    """How a file writes numbers."""

    DELIMITED = "delimited"
    JSON = "json"
    JSON_LINES = "json lines"
    NUMPY = "numpy"


ENDINGS: dict[str, Form] = {
    **dict.fromkeys((".csv", ".tsv", ".txt", ".dat"), Form.DELIMITED),
    **dict.fromkeys((".jsonl", ".ndjson"), Form.JSON_LINES),
    **dict.fromkeys((".npy", ".npz"), Form.NUMPY),
    ".json": Form.JSON,
}
"""The form that a name's ending promises; without one the first characters tell."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What was read.

    Attributes:
        where: the file, or ``standard input``, for messages.
        form: how it is written.
        text: of every form but NumPy's.
        arrays: of NumPy's form: the array of an NPY file, or the named arrays of an NPZ file.
    """

    where: str
    form: Form
    text: str = ""
    arrays: NDArray[Any] | Mapping[str, NDArray[Any]] | None = None


def read_file(
    name: str, kind: str, *, most: int | None = None, unpacked: int = MAX_UNPACKED, stdin: Any = None
) -> Contents:
    """The contents of a file, a pipe, a device.

    Args:
        name: its path.
        kind: what is being read, a key of ``sources.ERRORS``.
        most: bytes of the file; None is ``sources.MAX_BYTES``, and no limit where NumPy maps the file.
        unpacked: bytes of an archive's arrays.
        stdin: what the name of standard input's device reads; None is standard input.

    Raises:
        HesscliError: naming the file and, of a text, the line.
        LimitError: it is larger; nothing is unpacked then.
    """
    if sources.is_standard_input(f"@{name}"):
        return read_standard_input(stdin, kind, most=most, unpacked=unpacked)
    sources.check_allowed(name, kind)
    form = ENDINGS.get(Path(name).suffix.lower())
    if form is Form.NUMPY and most is None and Path(name).is_file():
        return Contents(name, form, arrays=numpy_files.load(Path(name), name, kind, unpacked))
    return _contents(sources.read_bytes(name, kind, most or sources.MAX_BYTES), form, name, kind, unpacked)


def read_standard_input(stream: Any, kind: str, *, most: int | None = None, unpacked: int = MAX_UNPACKED) -> Contents:
    """The contents of a text or byte stream; of standard input where it is None.

    Raises:
        HesscliError: it is not what its first characters promise.
        LimitError: it is larger.
    """
    data = sources.read_standard_input(stream, kind, most or sources.MAX_BYTES)
    return _contents(data, None, sources.STANDARD_INPUT, kind, unpacked)


def _contents(data: bytes, form: Form | None, where: str, kind: str, unpacked: int) -> Contents:
    if form is Form.NUMPY or (form is None and data.startswith(numpy_files.MAGIC)):
        return Contents(where, Form.NUMPY, arrays=numpy_files.load(data, where, kind, unpacked))
    text = sources.decode(data, where, kind)
    return Contents(where, form or _sniffed(text), text)


def _sniffed(text: str) -> Form:
    if not text.lstrip().startswith(("[", "{")):
        return Form.DELIMITED
    return Form.JSON_LINES if strict_json.is_lines(text) else Form.JSON
