"""The one array that was asked for, as NumPy writes it."""

from __future__ import annotations

from typing import BinaryIO

import numpy as np

from hesscli.output.stack import Stacked, main_array


def write(stacked: Stacked, stream: BinaryIO) -> None:
    """The Hessians, gradients, ... of k points, shape (k, ...); of a single point without the first axis.

    Args:
        stacked: answers at k points.
        stream: gets the array; rows that must not be trusted are NaN.
    """
    array = main_array(stacked)
    np.lib.format.write_array(stream, array[0] if len(array) == 1 else array, allow_pickle=False)
