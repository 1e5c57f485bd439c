"""Taylor mode: a truncated power series through the program gives derivatives of any order in one pass.

Cost: quadratic in the number of coefficients (N + 1 for one variable, the product of the orders + 1 for
one mixed partial), where nested tapes cost 4 to 5 times more for every order.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import comb, prod
from typing import Any

import numpy as np

from hesscli.errors import LimitError
from hesscli.language.expression import Expression
from hesscli.request import summands
from hesscli.tape.lowering.summation import width
from hesscli.tape.objective import Objective, nothing, objective_of
from hesscli.tape.plan import Array, Key, Partials, Plan, assemble
from hesscli.tape.quiet import tf
from hesscli.tape.taylor.algebra import Algebra, algebra, box, up_to
from hesscli.tape.taylor.series import Series, constant, variables
from hesscli.tape.taylor.switches import select

MOST_COEFFICIENTS = 2_500
"""Largest series: its triangular matrices take 50 MB each."""

LONG = 100
"""From this order on coefficients may overflow half-way; a smaller scale is then tried."""

MATRIX_ENTRIES = 1 << 23
"""Largest number of matrix entries at once: the rows of a chunk times P**2."""


def taylor(expression: Expression, plan: Plan, points: Array, dtype: str) -> tuple[dict[str, Array], dict[str, Array]]:
    """The arrays of a plan at points of shape (k, n), stacked along the first axis, and their holes.

    A hole is a derivative by a variable that the program does not contain, as it is for tapes.

    Raises:
        Unlowered: a function of the expression has no power-series rule.
        LimitError: the series has too many coefficients.
    """
    found, holes = _at_scale(expression, plan, points, dtype, 0)
    for smaller in (1, 2) if plan.order > LONG else ():
        *_, name = found  # the array of the high order
        bad = ~np.isfinite(found[name])
        if bad.any():
            again, _ = _at_scale(expression, plan, points, dtype, smaller)
            found[name] = np.where(bad, again[name], found[name])
    return found, holes


def _at_scale(
    expression: Expression, plan: Plan, points: Array, dtype: str, smaller: int
) -> tuple[dict[str, Array], dict[str, Array]]:
    objective, space = objective_of(expression, dtype), _space(plan, dtype, smaller)
    chunk = max(1, MATRIX_ENTRIES // (len(space) ** 2 * width(expression)))
    parts = [_rows(objective, space, plan, points[start : start + chunk]) for start in range(0, len(points), chunk)]
    tables = [assemble(plan, table, dtype, rows=len(part)) for table, part in parts]
    return {name: np.concatenate([table[0][name] for table in tables]) for name in plan.quantities}, tables[0][1]


def _space(plan: Plan, dtype: str, smaller: int) -> Algebra:
    n, order = plan.layout.n, plan.order
    single = plan.quantities.get("derivative")
    corner = tuple(single.fixed.count(i) for i in range(n)) if single and not single.axes else None
    count = comb(n + order, order) if corner is None else prod(k + 1 for k in corner)
    if count > MOST_COEFFICIENTS:
        raise LimitError(
            f"--method taylor: {count} coefficients for order {order} of {n} variables are over the limit of "
            f"{MOST_COEFFICIENTS}; ask for one partial with --wrt, or use --method nested"
        )
    return algebra(up_to(n, order) if corner is None else box(corner), dtype, smaller)


def _select(_: int, args: Sequence[Any]) -> Any:
    value: Any = nothing([args[0].c if isinstance(args[0], Series) else args[0]])
    for i in range(len(args) - 2, -1, -2):
        value = select(args[i + 1], args[i], value)
    return value


def _rows(objective: Objective, space: Algebra, plan: Plan, points: Array) -> tuple[Partials, Array]:
    outputs = objective(variables(space, tf.constant(points)), _select)
    table: Partials = {}
    for c, (y, depends) in enumerate(zip(outputs, objective.depends, strict=True)):
        series = y if isinstance(y, Series) else constant(space, y)
        for name in plan.quantities:
            for key in plan.keys(name):
                if key[0] == c and key not in table and depends.issuperset({*key[1:]} - {plan.layout.n}):
                    table[key] = _entry(space, series, plan, key, depends)
    return table, points


def _entry(space: Algebra, series: Series, plan: Plan, key: Key, depends: frozenset[int]) -> Array:
    """A partial derivative, or the sum of those that an entry is made of, as of H v."""
    n = plan.layout.n
    if n not in key[1:]:
        return space.derivative(series.c, _exponent(key[1:], n))
    total: Array = np.zeros_like(space.derivative(series.c, (0,) * n))
    for weight, (_, path) in summands(plan.layout, (key[0], key[1:])):
        if depends.issuperset(path):
            total = total + space.derivative(series.c, _exponent(path, n)) * total.dtype.type(weight)
    return total


def _exponent(path: tuple[int, ...], n: int) -> tuple[int, ...]:
    return tuple(path.count(i) for i in range(n))
