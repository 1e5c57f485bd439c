"""Files and standard input -> points: the format by the name's ending, else by the first characters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.language.points import archives, delimited, records
from hesscli.language.sources import decode, read_bytes, read_standard_input

Array = NDArray[np.float64]

TEXTS: dict[str, Callable[[str, Sequence[str], str], Array]] = {
    ".csv": delimited.read,
    ".tsv": delimited.read,
    ".txt": delimited.read,
    ".dat": delimited.read,
    ".json": records.read,
    ".jsonl": records.read_lines,
    ".ndjson": records.read_lines,
}
"""Ending -> reader of a text."""
ARRAYS = (".npy", ".npz")


def read_file(name: str, names: Sequence[str]) -> Array:
    """The points of a file, shape (k, n)."""
    path = Path(name)
    ending = path.suffix.lower()
    if ending in ARRAYS and path.is_file():
        return archives.read(path, names, name)
    data = read_bytes(name, "point")
    reader = TEXTS.get(ending)
    return reader(decode(data, name, "point"), names, name) if reader else _sniffed(data, names, name)


def read_stream(stream: Any, names: Sequence[str]) -> Array:
    """The points on standard input, shape (k, n)."""
    return _sniffed(read_standard_input(stream, "point"), names, "standard input")


def _sniffed(data: bytes, names: Sequence[str], where: str) -> Array:
    if data.startswith((archives.MAGIC_NPY, archives.MAGIC_ZIP)):
        return archives.read(data, names, where)
    text = decode(data, where, "point")
    if not text.lstrip().startswith(("[", "{")):
        return delimited.read(text, names, where)
    return records.read_lines(text, names, where) if records.is_lines(text) else records.read(text, names, where)
