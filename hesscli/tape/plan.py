"""What nested tapes need for a request: level by level the partial derivatives on the way to its entries.

The symmetric tensor of an order needs its ascending paths only: C(n+N-1, N) of n**N entries.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.language.expression import Expression
from hesscli.request import Layout, Path, Quantity, Request, layout, multiplicity

Levels = tuple[tuple[Path, ...], ...]
Key = tuple[int, ...]
Partials = dict[Key, Any]
"""(component, *path) -> a tensor, or None where TensorFlow gave None."""

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """The partials of a request and how they become arrays.

    Attributes:
        levels: for order 1, 2, ... the paths that are needed; every prefix of a path is one too.
        layout: the arrays that they fill.
        symmetric: True where the upper triangle of a Hessian stands for the lower one.
    """

    levels: Levels
    layout: Layout
    symmetric: bool = False

    @property
    def order(self) -> int:
        """The highest order."""
        return self.layout.order

    @property
    def quantities(self) -> Mapping[str, Quantity]:
        """The arrays by name."""
        return self.layout.quantities

    def shape(self, name: str) -> tuple[int, ...]:
        """Shape of a quantity at one point."""
        return self.layout.quantities[name].shape

    def keys(self, name: str) -> list[Key]:
        """For every entry of a quantity, row by row, where it stands among the partials."""
        array = self.quantities[name]
        ascending = array.axes > 0 and (name != "hessian" or self.symmetric)
        return [(c, *(sorted(path) if ascending else path)) for c, path in array.entries()]

    def entry(self, key: Key, partial: Any) -> Any:
        """The entry that a partial gives: itself, or divided by factorials where they are Taylor coefficients."""
        divisor = multiplicity(key[1:]) if self.layout.divided else 1
        return partial if divisor == 1 else partial / divisor

    def without_highest(self) -> Plan | None:
        """The same plan one order lower: what can still be said after TensorFlow raised an error."""
        kept = {name: q for name, q in self.quantities.items() if q.degree < self.order}
        if not kept:
            return None
        levels = self.levels[: max(q.degree for q in kept.values())]
        return replace(self, levels=levels, layout=replace(self.layout, quantities=kept, direction=None))

    def only(self, name: str) -> Plan:
        """The plan of one of its quantities."""
        return replace(self, layout=replace(self.layout, quantities={name: self.quantities[name]}))

    def halved(self) -> Plan:
        """The plan with the upper triangle of a Hessian for all of it."""
        if "hessian" not in self.quantities:
            return self
        upper = tuple(path for path in self.levels[1] if path[0] <= path[1])
        return replace(self, levels=(self.levels[0], upper), symmetric=True)


def plan_of(expression: Expression, request: Request) -> Plan:
    """The plan of a request for an expression of n variables."""
    arrays, n, wrt = layout(expression, request), len(expression.variables), request.wrt
    if request.paths is not None:
        prefixes = {path[:k]: None for path in request.paths for k in range(1, len(path) + 1)}
        return Plan(tuple(tuple(p for p in prefixes if len(p) == k) for k in range(1, request.degree + 1)), arrays)
    if wrt is not None:
        return Plan(tuple((wrt[:k],) for k in range(1, len(wrt) + 1)), arrays)
    if request.command == "hessian":
        return Plan((tuple((i,) for i in range(n)), tuple(itertools.product(range(n), repeat=2))), arrays)
    highest = max(array.degree for array in arrays.quantities.values() if n not in array.fixed)
    levels = (tuple(itertools.combinations_with_replacement(range(n), k)) for k in range(1, highest + 1))
    return Plan(tuple(levels), arrays, symmetric=True)


def by_parent(paths: Sequence[Path]) -> dict[Path, list[int]]:
    """Path -> the variables by which its partial is differentiated once more."""
    children: dict[Path, list[int]] = {}
    for path in paths:
        children.setdefault(path[:-1], []).append(path[-1])
    return children


def assemble(
    plan: Plan, partials: Partials, dtype: str, rows: int | None = None
) -> tuple[dict[str, Array], dict[str, Array]]:
    """The arrays of an answer, and where TensorFlow gave None.

    Args:
        plan: what was asked.
        partials: tensors of shape () or (rows,).
        dtype: of the arrays.
        rows: number of points stacked along the first axis, None for one point.

    Returns:
        Quantity -> array; quantity -> bool array of one point's shape.
    """
    found: dict[str, Array] = {}
    holes: dict[str, Array] = {}
    leading = () if rows is None else (rows,)
    for name in plan.quantities:
        keys = plan.keys(name)
        flat = np.full((*leading, len(keys)), math.nan, dtype)
        for column, key in enumerate(keys):
            if partials.get(key) is not None:
                flat[..., column] = plan.entry(key, partials[key])
        found[name] = flat.reshape((*leading, *plan.shape(name)))
        holes[name] = np.array([partials.get(key) is None for key in keys]).reshape(plan.shape(name))
    return found, holes
