"""The one array that was asked for, as NumPy writes it."""

from __future__ import annotations

from typing import BinaryIO

import numpy as np

from hesscli.result import Sweep


def write(sweep: Sweep, stream: BinaryIO) -> None:
    """The Hessians, gradients, ... of k points, shape (k, ...); of a single point without the first axis.

    Args:
        sweep: answers at k points.
        stream: gets the numbers to use; NaN where there is none.
    """
    array = sweep.asked()
    np.lib.format.write_array(stream, array[0] if len(array) == 1 else array, allow_pickle=False)
