"""Rows whose terms may stand at a kink: a sample would miss one among a million, and the tape says nothing of it.

The arguments of every operation with a kink are evaluated on columns; rows where one is at its switching value, or
within rounding of it, are for the exact side to judge.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli import tape
from hesscli.elements.portions import CHUNK
from hesscli.language.definitions import DEFINED, inlined
from hesscli.language.expression import Expression, Node
from hesscli.language.programs.program import Element
from hesscli.request import Request

Array = NDArray[Any]

NEAR = 2.0**-40
"""Relative to the numbers that enter: what rounding may have moved away from the switching value."""

ZERO = frozenset({"Abs", "sign", "hypot"})
TIES = frozenset({"Max", "Min"})
RELATIONS = frozenset({"lt", "le", "gt", "ge", "eq", "ne"})
WHOLE = frozenset({"add", "neg", "mul", "floor", "Abs", "sign", "Max", "Min"})
"""Of whole numbers they make whole numbers, which doubles count exactly as far as an index goes."""


def at_borders(element: Element, x: Array) -> Array:
    """The rows whose term may have a kink at the point, ascending; none where the body has no operation with one."""
    body = inlined(element.body, DEFINED).expression
    depends, counted = body.dependence(), _counted(body, element)
    watched = [
        found for k, node in enumerate(body.nodes) if depends[k] and k not in counted and (found := _watch(node))
    ]
    if not watched:
        return np.zeros(0, np.int64)
    outputs = tuple(dict.fromkeys(k for group, _ in watched for k in group))
    rows = []
    for start in range(0, element.count, CHUNK):
        points = element.points(x, slice(start, min(start + CHUNK, element.count)))
        columns = dict(zip(outputs, _values(replace(body, outputs=outputs, vector=True), points), strict=True))
        added = _added(element, x, slice(start, start + len(points)))
        scale = NEAR * (1 + np.abs(points).max(axis=1, initial=0) + added)
        near = np.zeros(len(points), bool)
        for group, distance in watched:
            with np.errstate(all="ignore"):
                near |= distance([columns[k] for k in group]) <= scale
        rows.append(start + np.flatnonzero(near))
    return np.concatenate(rows) if rows else np.zeros(0, np.int64)


def _counted(body: Expression, element: Element) -> set[int]:
    """The nodes that only whole numbers enter, or a quotient of two: these no rounding moves over a border."""
    columns = zip(body.variables[len(element.maps) :], element.columns, strict=True)
    known = {name for name, column in columns if column.dtype.kind in "iu"}
    whole, quotients, counted = set[int](), set[int](), set[int]()
    fixed: dict[int, Fraction] = {}
    for k, node in enumerate(body.nodes):
        if node.op in ("number", "parameter"):
            fixed[k] = Fraction(node.value)  # type: ignore[arg-type]  # they have numbers
        elif node.op == "div" and len(numbers := [fixed[j] for j in node.args if fixed.get(j)]) == 2:
            fixed[k] = numbers[0] / numbers[1]
        if k in fixed or not node.args:
            number = k in fixed and fixed[k].denominator == 1
            whole |= {k} if number or (node.op == "variable" and node.value in known) else set()
        elif whole.issuperset(node.args):
            counted.add(k)
            (whole if node.op in WHOLE else quotients if node.op == "div" else set[int]()).add(k)
        elif (whole | quotients).issuperset(node.args):
            counted.add(k)
            whole |= {k} if node.op == "floor" else set()
    return counted


def _added(element: Element, x: Array, rows: slice) -> Any:
    """The sizes of what a linear form adds up: it is off by their rounding."""
    return sum(np.abs(form.block(rows)) @ np.abs(x[form.places]) for form in element.forms.values())


def _values(expression: Expression, points: Array) -> list[Array]:
    said = tape.answer_batch(expression, Request("partials", paths=((),)), points)
    return list(np.asarray(said.arrays["partials"])[:, :, 0].T)


def _watch(node: Node) -> tuple[tuple[int, ...], Callable[[list[Array]], Array]] | None:
    """The operands of an operation with a kink, and how far from it they are."""
    if node.op in ZERO:
        return node.args, lambda args: np.maximum.reduce([np.abs(a) for a in args])
    if (node.op in TIES and len(node.args) > 1) or node.op in RELATIONS:
        return node.args, lambda args: np.minimum.reduce([np.abs(a - b) for a, b in combinations(args, 2)])
    if node.op == "floor":
        return node.args, lambda args: np.abs(args[0] - np.round(args[0]))
    if node.op == "atan2":
        return node.args, lambda args: np.where(args[1] <= 0, np.abs(args[0]), np.inf)
    return None
