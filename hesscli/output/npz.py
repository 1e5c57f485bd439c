"""Arrays over points, as NumPy's archives."""

from __future__ import annotations

from typing import Any, BinaryIO

import numpy as np

from hesscli.output.stack import Stacked


def write(stacked: Stacked, stream: BinaryIO) -> None:
    """An uncompressed archive: numbers do not shrink, and time is dear.

    Args:
        stacked: answers at k points.
        stream: gets ``points`` (k, n), ``variables`` (n,), ``verdict`` (k,), the tape's quantities (k, ...),
            and under ``exact_<quantity>`` the exact ones as the nearest doubles.
    """
    head: dict[str, Any] = {
        "points": stacked.points,
        "variables": np.array(stacked.variables),
        "verdict": stacked.verdicts,
    }
    np.savez(stream, **(head | dict(stacked.arrays)))
