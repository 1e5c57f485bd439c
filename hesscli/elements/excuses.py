"""How much the rounding of the data changes an entry that many terms add up to: the mixed forward-backward error.

For entry y of f these are sum_j |dy/dx_j| |x_j| + sum_k |dy/dc_k| |c_k| over the coordinates x, and c the columns of
data and the decimals that were typed; here from the bodies' derivatives of one order more, added over the rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli import tape
from hesscli.elements.expansion import written
from hesscli.language.programs.program import Element, Program
from hesscli.request import Path, Request

Array = NDArray[Any]


def sensitivity(
    program: Program, x: Array, place: Sequence[int], weights: Mapping[int, float], rows: Mapping[int, Array]
) -> float:
    """What one derivative of a program whose totals are added changes by, for data that change by their own size.

    Args:
        program: f of n variables.
        x: shape (n,).
        place: the variables by which the entry is a derivative; none of the value.
        weights: element -> the factor of its total.
        rows: element -> the rows that touch them.
    """
    return sum(
        abs(weights.get(k, 0.0)) * _of_element(element, x, place, rows[k])
        for k, element in enumerate(program.elements)
        if len(rows[k])
    )


def _of_element(element: Element, x: Array, place: Sequence[int], rows: Array) -> float:
    terms = written(element, x, rows)
    free, decimals = terms.body.freed()
    points = np.hstack([terms.points, np.broadcast_to(decimals, (len(rows), len(decimals)))])
    depends = sorted(free.dependence()[free.outputs[0]])
    at = {j: np.broadcast_to(terms.sites[j], len(rows)) for j in depends if j in terms.sites}
    at = {j: where for j, where in at.items() if np.isin(where, place).any()}
    paths = list(product(sorted(at), repeat=len(place)))
    wanted = tuple(dict.fromkeys(tuple(sorted((*path, j))) for path in paths for j in depends))
    if not wanted:
        return 0.0
    said = tape.answer_batch(free, Request("partials", paths=wanted), points)
    table: dict[Path, Array] = dict(zip(wanted, np.nan_to_num(np.asarray(said.arrays["partials"])).T, strict=True))
    shared: dict[int, float] = defaultdict(float)
    size = 0.0
    for j in depends:
        change = np.zeros(len(rows))
        for path in paths:
            hit = np.ones(len(rows), bool)
            for slot, position in zip(path, place, strict=True):
                hit &= at[slot] == position
            change += np.where(hit, table[tuple(sorted((*path, j)))], 0.0)
        change = change * points[:, j]
        if isinstance(terms.sites.get(j), int) or j >= len(terms.body.variables):
            shared[j] += float(change.sum())
        elif j not in terms.whole:
            size += float(np.abs(change).sum())
    return size + sum(map(abs, shared.values()))
