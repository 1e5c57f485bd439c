"""How an entry of an answer changes with the data: the coordinates, the parameters, and the decimals that were typed.

Whole numbers are exact and excuse nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import comb, inf

import numpy as np
from numpy.typing import NDArray

from hesscli.exact import Session
from hesscli.language.expression import Expression
from hesscli.request import ComponentPath, Index, Request, layout, summands

LARGEST = 20_000
"""Taylor coefficients that one sensitivity may take."""

MOST = 2_000
"""Partial derivatives that are asked for at one point."""


def sensitivities(
    session: Session,
    expression: Expression,
    request: Request,
    point: Sequence[float],
    places: Sequence[tuple[str, Index]],
    dtype: str,
) -> NDArray[np.float64]:
    """sum_j |dy/dx_j| |x_j| + sum_k |dy/dc_k| |c_k| of entries y: how a relative change of all data changes them.

    Args:
        session: the exact side's process.
        expression: f, of n variables x, parameters and decimals c.
        request: whose answer has the entries.
        point: n coordinates.
        places: (quantity, index) of the entries, E of them.
        dtype: the witnesses' arithmetic.

    Returns:
        Shape (E,); NaN where it is not known within the limits.
    """
    arrays = layout(expression, request).quantities
    wanted = [arrays[name].entry(index) for name, index in places]
    found = _of_data(session, expression, request, point, wanted, dtype, constants=True)
    open_ = [k for k, size in enumerate(found) if np.isnan(size)]
    if open_:  # a constant may have to be one: the order of a polynomial, an exponent of a negative base
        again = _of_data(session, expression, request, point, [wanted[k] for k in open_], dtype, constants=False)
        found[open_] = again
    return found


def _of_data(
    session: Session,
    expression: Expression,
    request: Request,
    point: Sequence[float],
    wanted: Sequence[ComponentPath],
    dtype: str,
    *,
    constants: bool,
) -> NDArray[np.float64]:
    sizes = np.full(len(wanted), np.nan)
    free, values = expression.freed() if constants else (expression, ())
    data = np.abs(np.array([*point, *values]))
    arrays = layout(expression, request)
    terms = [[(weight, path) for weight, (_, path) in summands(arrays, entry)] for entry in wanted]
    for component in sorted({component for component, _ in wanted}):
        mine = [k for k, (c, _) in enumerate(wanted) if c == component]
        paths = {
            tuple(sorted((*path, j))): None for k in mine for _, path in terms[k] for j in range(len(data)) if data[j]
        }
        degree = max((len(path) for path in paths), default=0)
        if len(paths) > MOST or comb(len(data) + degree, degree) > LARGEST:
            continue
        asked = Request("partials", paths=tuple(paths))
        answer = session.submit(free.component(component), asked, [(*point, *values)], formulas=False, dtype=dtype)
        slopes = answer.answers()[0].values.get("partials")
        if slopes is None:
            continue
        slope = dict(zip(paths, slopes.double.tolist(), strict=True))
        for k in mine:
            rows = [
                sum(weight * slope[tuple(sorted((*path, j)))] for weight, path in terms[k]) if data[j] else 0.0
                for j in range(len(data))
            ]
            size = float(np.abs(rows) @ data)
            sizes[k] = size if size < inf else np.nan
    return sizes
