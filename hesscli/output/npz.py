"""Arrays over points, as NumPy's archives."""

from __future__ import annotations

from typing import Any, BinaryIO

import numpy as np

from hesscli.result import Sweep


def write(sweep: Sweep, stream: BinaryIO) -> None:
    """An uncompressed archive: numbers do not shrink, and time is dear.

    Args:
        sweep: answers at k points.
        stream: gets ``points`` (k, n), ``variables`` (n,), ``verdict`` (k,), the numbers to use of every quantity
            (k, ...), and under ``tape_<quantity>`` what TensorFlow gave, where it has the function.
    """
    tape = {f"tape_{name}": array for name, array in sweep.tape.items()}
    head: dict[str, Any] = {
        "points": sweep.points,
        "variables": np.array(sweep.variables),
        "verdict": sweep.verdicts[""],
    }
    np.savez(stream, **{**head, **sweep.numbers, **tape})
