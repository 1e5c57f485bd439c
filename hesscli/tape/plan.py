"""What a request needs: which partial derivatives, order by order, and the arrays they fill.

A partial is a path of variable indices, (0, 0, 1) for d3f / dx0 dx0 dx1. The symmetric tensor of an
order needs its sorted paths only: C(n+N-1, N) of n**N entries.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.result import Request

Path = tuple[int, ...]
Levels = tuple[tuple[Path, ...], ...]
Key = tuple[int, ...]
Table = dict[Key, Any]
"""(component, *path) -> a tensor, or None where TensorFlow gave None."""

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """The partials of a request and how they become arrays.

    Attributes:
        levels: for order 1, 2, ... the paths that are needed; every prefix of a path is one too.
        quantities: name -> the order it holds; ``value`` is 0.
        n: number of variables.
        components: number of outputs m.
        vector: True where arrays carry a leading axis of m.
        wrt: the one mixed partial that is asked for, or None.
        direction: the vector of a Hessian-vector product, or None.
        symmetric: True where the upper triangle of a Hessian stands for the lower one.
    """

    levels: Levels
    quantities: Mapping[str, int]
    n: int
    components: int = 1
    vector: bool = False
    wrt: Path | None = None
    direction: tuple[float, ...] | None = None
    symmetric: bool = False

    @property
    def order(self) -> int:
        """The highest order."""
        return max(self.quantities.values())

    def shape(self, name: str) -> tuple[int, ...]:
        """Shape of a quantity at one point."""
        leading = (self.components,) if self.vector else ()
        if name == "hvp":
            return (*leading, self.n)
        if name == "derivative" and (self.wrt is not None or self.n == 1):
            return leading
        return (*leading, *(self.n,) * self.quantities[name])

    def keys(self, name: str) -> list[Key]:
        """For every entry of a quantity, row by row, where it stands in a Table."""
        order = self.quantities[name]
        if name == "derivative" and (self.wrt is not None or self.n == 1):
            paths = [self.wrt or (0,) * order]
        elif name == "hvp":
            paths = [(i, self.n) for i in range(self.n)]
        else:
            paths = list(itertools.product(range(self.n), repeat=order))
            if name == "derivative" or self.symmetric:
                paths = [tuple(sorted(path)) for path in paths]
        return [(c, *path) for c in range(self.components) for path in paths]

    def without_highest(self) -> Plan | None:
        """The same plan one order lower: what can still be said after TensorFlow raised an error."""
        kept = {name: order for name, order in self.quantities.items() if order < self.order}
        if not kept:
            return None
        levels = self.levels[: max(kept.values())]
        return replace(self, levels=levels, quantities=kept, direction=None)

    def only(self, name: str) -> Plan:
        """The plan of one of its quantities."""
        return replace(self, quantities={name: self.quantities[name]})

    def halved(self) -> Plan:
        """The plan with the upper triangle of a Hessian for all of it."""
        if "hessian" not in self.quantities:
            return self
        upper = tuple(path for path in self.levels[1] if path[0] <= path[1])
        return replace(self, levels=(self.levels[0], upper), symmetric=True)


def plan(request: Request, n: int, components: int, vector: bool) -> Plan:
    """The plan of a request for a function of n variables with so many outputs."""
    everything = tuple((i,) for i in range(n))
    pairs = tuple(itertools.product(range(n), repeat=2))
    first = "jacobian" if vector or request.command == "jacobian" else "gradient"
    if request.command in {"gradient", "jacobian"}:
        return Plan((everything,), {"value": 0, first: 1}, n, components, vector)
    if request.command == "hessian":
        return Plan((everything, pairs), {"value": 0, first: 1, "hessian": 2}, n, components, vector)
    if request.command == "hvp":
        return Plan((everything,), {"value": 0, first: 1, "hvp": 2}, n, components, vector, direction=request.vector)
    wrt = request.wrt
    order = len(wrt) if wrt is not None else int(request.order or 1)
    if wrt is not None:
        levels: Levels = tuple((wrt[:k],) for k in range(1, order + 1))
    else:
        levels = tuple(tuple(itertools.combinations_with_replacement(range(n), k)) for k in range(1, order + 1))
    return Plan(levels, {"value": 0, "derivative": order}, n, components, vector, wrt)


def children(paths: Sequence[Path], parent: Path) -> list[int]:
    """The variables by which a parent is differentiated once more."""
    return [path[-1] for path in paths if path[:-1] == parent]


def arrays(plan: Plan, table: Table, dtype: str, rows: int | None = None) -> tuple[dict[str, Array], dict[str, Array]]:
    """The arrays of a Table, and where TensorFlow gave None.

    Args:
        plan: what was asked.
        table: tensors of shape () or (rows,).
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
            if table.get(key) is not None:
                flat[..., column] = table[key]
        found[name] = flat.reshape((*leading, *plan.shape(name)))
        holes[name] = np.array([table.get(key) is None for key in keys]).reshape(plan.shape(name))
    return found, holes
