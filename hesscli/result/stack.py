"""Results of many points as arrays over points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.quantities import QUANTITIES
from hesscli.result.result import Result
from hesscli.result.sweep import Sweep
from hesscli.result.witnesses import WORD

Array = NDArray[Any]


def stacked(results: Sequence[Result]) -> Sweep:
    """Results that share request and variables as one `Sweep`; a row without an answer is NaN."""
    first = results[0]
    verdicts = {"": np.array([result.verdict.value for result in results], WORD)}
    for name in {name for result in results for name in result.verdicts}:
        verdicts[name] = np.array([result.verdicts.get(name, result.verdict).value for result in results], WORD)
    return Sweep(
        request=first.request,
        variables=first.variables,
        points=np.array([result.point for result in results], dtype=np.float64),
        numbers=_stacked({name: [result.numbers(name) for result in results] for name in QUANTITIES}),
        tape=_stacked(
            {name: [result.tape.arrays.get(name) if result.tape else None for result in results] for name in QUANTITIES}
        ),
        verdicts=verdicts,
        checked=sum(result.asked for result in results),
    )


def _stacked(rows: dict[str, list[Array | None]]) -> dict[str, Array]:
    """Quantity -> its rows as one array, where there are any."""
    return {name: _filled(found) for name, found in rows.items() if any(row is not None for row in found)}


def _filled(rows: Sequence[Array | None]) -> Array:
    like = next(row for row in rows if row is not None)
    return np.stack([np.full_like(like, np.nan) if row is None else row for row in rows])
