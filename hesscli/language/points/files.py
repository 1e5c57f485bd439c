"""Files and standard input -> points: what their form means for points."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.language import arrays
from hesscli.language.arrays import Contents, Form, parquet
from hesscli.language.points import from_columns, from_delimited, from_json, from_numpy
from hesscli.language.points.coordinates import Beside

Array = NDArray[np.float64]

READERS: dict[Form, Callable[[Any, Sequence[str], str], tuple[Array, Beside]]] = {
    Form.DELIMITED: from_delimited.read,
    Form.JSON: from_json.read,
    Form.JSON_LINES: from_json.read_lines,
    Form.NUMPY: from_numpy.read,
}


def read_file(name: str, names: Sequence[str], stdin: Any = None) -> tuple[Array, Beside]:
    """The points of a file, shape (k, n), and what it says besides."""
    if name.lower().endswith(".parquet"):
        return from_columns.read(parquet.load(name, "point"), names, name)
    return _points(arrays.read_file(name, "point", stdin=stdin), names)


def read_stream(stream: Any, names: Sequence[str]) -> tuple[Array, Beside]:
    """The points on standard input, shape (k, n), and what it says besides."""
    return _points(arrays.read_standard_input(stream, "point"), names)


def _points(contents: Contents, names: Sequence[str]) -> tuple[Array, Beside]:
    held = contents.arrays if contents.form is Form.NUMPY else contents.text
    return READERS[contents.form](held, names, contents.where)
