"""Matrix Market coordinate files: one matrix, its nonzero entries.

Source: R. F. Boisvert, R. Pozo, K. A. Remington, "The Matrix Market Exchange Formats", NISTIR 5935, 1996.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from hesscli.errors import HesscliError
from hesscli.result import Sweep

MATRIX = 3  # axes of a stack of matrices


def write(sweeps: Iterable[Sweep], count: int, stream: BinaryIO) -> None:
    """Write the file, see ``dumps``.

    Args:
        sweeps: the answer at one point.
        count: how many points there are.
        stream: gets the text.

    Raises:
        HesscliError: there are many points.
    """
    if count != 1:
        raise HesscliError(f"--format mtx holds one matrix, these are {count:,} points; use npz or json", code="format")
    (sweep,) = sweeps
    stream.write(dumps(sweep).encode("utf-8", "replace"))


def dumps(sweep: Sweep) -> str:
    """The Hessian (lower triangle if it is symmetric), the Jacobian, or a vector as one column.

    Args:
        sweep: the answer at one point.

    Returns:
        The file's text.

    Raises:
        HesscliError: one Hessian a component, an order above 2: no single matrix.
    """
    array = sweep.asked()
    if array.ndim > MATRIX:
        raise HesscliError(
            f"--format mtx holds one matrix, not an array of shape {array.shape[1:]}; use npy", code="format"
        )
    if not np.isfinite(array).all():
        verdict = str(sweep.words[0])
        raise HesscliError(
            f"--format mtx has no word for what is not finite (verdict: {verdict}); use json", code="format"
        )
    matrix = np.atleast_1d(array[0].astype(np.float64))
    return _text(matrix.reshape(len(matrix), -1), ", ".join(sweep.variables), sweep.request.command)


def _text(matrix: NDArray[np.float64], variables: str, command: str) -> str:
    rows, columns = matrix.shape
    symmetric = rows == columns and bool((matrix == matrix.T).all())
    kept = np.tril(matrix) if symmetric else matrix
    row, column = np.nonzero(kept)
    head = f"%%MatrixMarket matrix coordinate real {'symmetric' if symmetric else 'general'}"
    note = f"% {command} with respect to {variables}"
    lines = [f"{i + 1} {j + 1} {float(kept[i, j])!r}" for i, j in zip(row, column, strict=True)]
    return "\n".join([head, note, f"{rows} {columns} {len(lines)}", *lines]) + "\n"
