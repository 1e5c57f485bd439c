"""Parquet files -> their columns, by pyarrow, which is loaded for them alone."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.language import sources


def load(path: str, kind: str) -> dict[str, NDArray[Any]]:
    """The columns of a file by name, of its m rows each; a missing number is NaN.

    Args:
        path: of the file.
        kind: what is being read, a key of ``sources.ERRORS``.

    Raises:
        HesscliError: pyarrow is not installed, or the file is not what its ending says.
    """
    sources.check_allowed(path, kind)
    try:
        parquet = importlib.import_module("pyarrow.parquet")
    except ImportError:
        message = "Parquet files are read by pyarrow, which is not installed: pip install 'hesscli[parquet]'"
        sources.fail(f"{path}: {message}", kind)
    try:
        table = parquet.read_table(path)
        return {name: np.asarray(table.column(name).to_numpy()) for name in table.column_names}
    except (OSError, ValueError) as problem:
        sources.fail(f"cannot read {path}: {str(problem).splitlines()[0][:200]}", kind)
