"""Conditions on the index alone: which case of a Piecewise every row takes is known before there is a point.

The rows of each case become an element of their own without the condition: the pattern is that of the cases taken, and
no derivative by what stands in another case is asked for.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.language.expression import Expression, Node
from hesscli.language.programs.integers import NotWholeError, difference
from hesscli.language.programs.spans import Slot
from hesscli.language.programs.variables import Draft

Array = NDArray[Any]

RELATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge, "eq": operator.eq, "ne": operator.ne
}  # fmt: skip

LOGIC: dict[str, Callable[..., Any]] = {
    "true": lambda: np.True_,
    "false": lambda: np.False_,
    "not": np.logical_not,
    "and": lambda *args: reduce(np.logical_and, args),
    "or": lambda *args: reduce(np.logical_or, args),
}


def by_case(draft: Draft, most: int) -> list[Draft]:
    """The element, or one for every choice of cases that some rows take.

    Args:
        draft: of a body that may have a Piecewise.
        most: elements that it may become; with more it stays one.
    """
    nodes, slots = draft.body.nodes, len(draft.slots)
    if not draft.count or any(slot.form is not None for slot in draft.slots):
        return [draft]
    columns = zip(draft.body.variables[slots:], draft.columns, strict=True)
    values = {name: column for name, column in columns if column.dtype.kind in "iu"}
    depends = draft.body.dependence()
    taken: dict[int, Array] = {}
    for k in draft.body.live():
        conditions = nodes[k].args[1::2] if nodes[k].op == "Piecewise" else ()
        if not conditions or any(place < slots for one in conditions for place in depends[one]):
            continue
        try:
            holds = [np.broadcast_to(_truth(draft.body, one, values), draft.count) for one in conditions]
        except (NotWholeError, KeyError):
            continue  # not of whole numbers: both witnesses decide it themselves
        if np.any(holds, axis=0).all():
            taken[k] = np.argmax(holds, axis=0)
    if not taken:
        return [draft]
    choices, which = np.unique(np.stack([*taken.values()], axis=1), axis=0, return_inverse=True)
    if len(choices) > most:
        return [draft]
    each = [dict(zip(taken, choice, strict=True)) for choice in choices.tolist()]
    return [_case(draft, cases, np.flatnonzero(which.ravel() == k)) for k, cases in enumerate(each)]


def _truth(body: Expression, k: int, values: Mapping[str, Array]) -> Any:
    """Whether a condition on whole numbers holds, row by row."""
    node = body.nodes[k]
    if node.op in RELATIONS:
        one, other = node.args
        return RELATIONS[node.op](difference(body, one, other, values), 0)
    if node.op not in LOGIC:
        raise NotWholeError(f"uses {node.op}")
    return LOGIC[node.op](*(_truth(body, j, values) for j in node.args))


def _case(draft: Draft, cases: Mapping[int, int], rows: Array) -> Draft:
    """Some rows, all of which take the same cases."""
    body = _without(draft.body, cases)
    used = body.dependence()[body.outputs[0]]
    slots = [_rows(slot, rows) for k, slot in enumerate(draft.slots) if k in used]
    columns = [
        np.broadcast_to(column, draft.count)[rows]
        for k, column in enumerate(draft.columns, len(draft.slots))
        if k in used
    ]
    names = tuple(name for k, name in enumerate(body.variables) if k in used)
    bound = tuple((name, values[rows]) for name, values in draft.bound)
    return Draft(draft.head, replace(body, variables=names), slots, columns, len(rows), bound)


def _rows(slot: Slot, rows: Array) -> Slot:
    return replace(slot, index=tuple(one if isinstance(one, int) else one[rows] for one in slot.index))


def _without(body: Expression, cases: Mapping[int, int]) -> Expression:
    """The body with the case that is taken in the place of each of those Piecewise, and only what it needs."""
    aliases = {k: body.nodes[k].args[2 * case] for k, case in cases.items()}

    def meant(k: int) -> int:
        while k in aliases:
            k = aliases[k]
        return k

    nodes: Sequence[Node] = [replace(node, args=tuple(map(meant, node.args))) for node in body.nodes]
    whole = replace(body, nodes=tuple(nodes), outputs=tuple(map(meant, body.outputs)))
    kept = {k: place for place, k in enumerate(whole.live())}
    short = tuple(replace(nodes[k], args=tuple(kept[j] for j in nodes[k].args)) for k in kept)
    return replace(whole, nodes=short, outputs=tuple(kept[k] for k in whole.outputs))
