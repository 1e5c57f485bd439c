"""The one array that was asked for, as NumPy writes it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from hesscli.result import Sweep


def write(sweeps: Iterable[Sweep], count: int, stream: BinaryIO) -> None:
    """The Hessians, gradients, ... of k points, shape (k, ...); of a single point without the first axis.

    Args:
        sweeps: answers at points in a row.
        count: k, how many points that is.
        stream: gets the numbers to use, as they come; NaN where there is none.

    Raises:
        LimitError: neither witness has any number at the first of them.
    """
    form: tuple[int, ...] | None = None
    for sweep in sweeps:
        if form is None:
            form = (array := sweep.asked()).shape[1:]
            header(stream, array, form if count == 1 else (count, *form))
        array = sweep.numbers.get(sweep.request.command, np.full((len(sweep), *form), np.nan))
        stream.write(np.ascontiguousarray(array).tobytes())


def header(stream: IO[bytes], like: NDArray[Any], shape: tuple[int, ...]) -> None:
    """What stands before an array's numbers; source: ``numpy.lib.format``, version 1.0.

    Args:
        stream: gets it.
        like: an array of the same type.
        shape: of the array, its rows contiguous.
    """
    described = np.lib.format.dtype_to_descr(like.dtype)
    np.lib.format.write_array_header_1_0(stream, {"descr": described, "fortran_order": False, "shape": shape})
