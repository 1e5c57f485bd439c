"""Nested tapes beside Taylor mode, where they are quick enough: two ways through TensorFlow to one number.

They share the lowering's values but not the way to differentiate, so that a wrong power-series rule shows even
where the exact side has nothing to say.
"""

from __future__ import annotations

import math
import time

from hesscli.accuracy import digits, normwise_error
from hesscli.errors import HesscliError
from hesscli.language.expression import Expression
from hesscli.request import Request
from hesscli.result import TapeAnswer
from hesscli.tape.answers import GROWTH, PROBE, answer_each
from hesscli.tape.plan import Array

BUDGET = 0.3
"""Seconds that nested tapes may take beside an answer that has cost a tenth of it."""

HIGHEST = 7
"""From this order on they never fit."""


def cross_check(
    expression: Expression, request: Request, point: Array, said: TapeAnswer, dtype: str = "float64"
) -> str | None:
    """Hold an answer of Taylor mode against nested tapes.

    Args:
        expression: f, of n variables.
        request: which derivative.
        point: shape (n,).
        said: what Taylor mode answered.
        dtype: of every tensor.

    Returns:
        A sentence with the digits that they share; None where nested tapes would take longer than BUDGET.
    """
    if (
        said.method != "taylor"
        or not PROBE < request.degree < HIGHEST
        or not _quick(expression, request.degree, point, dtype)
    ):
        return None
    try:
        (nested,) = answer_each(expression, request, point[None, :], method="nested", dtype=dtype)
    except HesscliError:
        return None
    series, tapes = said.arrays[request.command], nested.arrays[request.command]
    error = normwise_error(tapes, series)
    if math.isnan(error):
        return None
    return f"nested tapes share {digits(error, dtype):.1f} digits with Taylor mode at order {request.degree}"


def _quick(expression: Expression, order: int, point: Array, dtype: str) -> bool:
    """Whether an order fits the budget, by the time of a low one; a first call may pay for loading."""
    low = Request("derivative", order=PROBE)
    for _ in range(2):
        started = time.perf_counter()
        answer_each(expression, low, point[None, :], method="nested", dtype=dtype)
        if (time.perf_counter() - started) * GROWTH ** (order - PROBE) <= BUDGET:
            return True
    return False
