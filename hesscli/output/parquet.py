"""Columns over points as Parquet, which pandas, Polars, DuckDB and Spark read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from hesscli.errors import HesscliError
from hesscli.output.entries import written
from hesscli.quantities import QUANTITIES, VERBS
from hesscli.result import Sweep, Verdict

try:
    import pyarrow
    from pyarrow import parquet
except ImportError:
    raise HesscliError(
        "--format parquet: pyarrow writes Parquet files, and is not installed: pip install 'hesscli[parquet]'",
        code="format",
    ) from None

WORDS = [verdict.value for verdict in Verdict]


def write(sweeps: Iterable[Sweep], count: int, stream: BinaryIO) -> None:
    """A row a point, a column a number, named as in CSV; the points that come at once are a row group.

    Columns: the coordinates; the numbers to use (``f``, ``df/dx``, ``d2f/dxdy``, row by row), NaN where there is
    none; the same prefixed with ``tape`` as TensorFlow gave them; ``verdict``.

    Args:
        sweeps: answers at points in a row.
        count: how many points that is.
        stream: gets the file, as they come.

    Raises:
        LimitError: neither witness has any number at the first of them.
        HesscliError: a number came later that has no column.
    """
    writer = None
    try:
        for sweep in sweeps:
            found = dict(_columns(sweep))
            if writer is None:
                sweep.asked()
                fields = [(name, pyarrow.from_numpy_dtype(column.dtype)) for name, column in found.items()]
                schema = pyarrow.schema([*fields, ("verdict", pyarrow.dictionary(pyarrow.int8(), pyarrow.string()))])
                writer = parquet.ParquetWriter(stream, schema)
            if more := [name for name in found if name not in schema.names]:
                raise HesscliError(f"--format parquet: {more[0]} has no number at the first points; npz has all")
            nothing = np.full(len(sweep), np.nan)
            columns = [found.get(name, nothing) for name in schema.names[:-1]]
            writer.write_table(pyarrow.table([*columns, _words(sweep.verdict)], schema=schema))
    finally:
        if writer is not None:
            writer.close()


def _columns(sweep: Sweep) -> Iterator[tuple[str, NDArray[Any]]]:
    """The columns of numbers by name."""
    yield from zip(sweep.variables, sweep.points.T, strict=True)
    vector = sweep.numbers.get("value", sweep.points[:, 0]).ndim == 2
    series = VERBS[sweep.request.command].series  # its first number is the value
    names = [name for name in QUANTITIES if not (series and name == "value")]
    for prefix, arrays in (("", sweep.numbers), ("tape ", sweep.tape)):
        for name in (name for name in names if name in arrays):
            array = arrays[name]
            for index in product(*map(range, array.shape[1:])):
                told = written(sweep.request, sweep.variables, name, index, vector=vector, ascii_only=True)
                yield f"{prefix}{told}", np.ascontiguousarray(np.moveaxis(array, 0, -1)[index])


def _words(words: NDArray[np.str_]) -> Any:
    codes = np.zeros(len(words), np.int8)
    for code, word in enumerate(WORDS):
        codes[words == word] = code
    return pyarrow.DictionaryArray.from_arrays(codes, WORDS)
