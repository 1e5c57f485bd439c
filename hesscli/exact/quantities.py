"""What a request asks for: quantity -> array of entries, each entry one partial derivative of one component."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import factorial, prod
from typing import Any

from hesscli.errors import LimitError
from hesscli.language.expression import Expression
from hesscli.result import Request

Entry = tuple[int, tuple[int, ...]]
"""(component, indices of the variables of the partial derivative, ascending); no index: the value."""

MOST_ENTRIES = 4_000_000


@dataclass(frozen=True, slots=True)
class Quantity:
    """One array of the answer.

    Attributes:
        name: ``value``, ``gradient``, ``jacobian``, ``hessian``, ``derivative`` or ``hvp``.
        shape: of the array, () for a number.
        entry: index into the array -> the entries that it sums, each with its weight.
    """

    name: str
    shape: tuple[int, ...]
    entry: Callable[[tuple[int, ...]], tuple[tuple[float, Entry], ...]]


@dataclass(frozen=True, slots=True)
class Plan:
    """All arrays of an answer.

    Attributes:
        quantities: in the order in which they are printed.
        order: highest order of derivative among them.
        active: indices of the variables that are differentiated; the others are constants.
    """

    quantities: tuple[Quantity, ...]
    order: int
    active: tuple[int, ...]


def plan(expression: Expression, request: Request) -> Plan:
    """The arrays that a request asks of an expression.

    Raises:
        LimitError: the array has more than `MOST_ENTRIES` entries.
    """
    n, m = len(expression.variables), len(expression.outputs)
    rows = (m,) if expression.vector else ()
    order, names = _shape_of(request, vector=expression.vector)
    every = tuple(range(n))
    quantities = [Quantity("value", rows, lambda at: ((1.0, (at[0] if rows else 0, ())),))]
    for name, degree in names:
        if name == "hvp":
            quantities.append(Quantity(name, (*rows, n), _products(request.vector or (), bool(rows))))
        elif request.wrt is not None:
            quantities.append(Quantity(name, rows, _one(tuple(sorted(request.wrt)), bool(rows))))
        elif name == "derivative" and n == 1:
            quantities.append(Quantity(name, rows, _one((0,) * degree, bool(rows))))
        else:
            lead = (m,) if name == "jacobian" else rows
            quantities.append(Quantity(name, (*lead, *(n,) * degree), _partials(bool(lead))))
    for quantity in quantities:
        if prod(quantity.shape) > MOST_ENTRIES:
            raise LimitError(f"the {quantity.name} has {prod(quantity.shape)} entries, the limit is {MOST_ENTRIES}")
    return Plan(tuple(quantities), order, every if request.wrt is None else tuple(sorted(set(request.wrt))))


def _shape_of(request: Request, *, vector: bool) -> tuple[int, list[tuple[str, int]]]:
    """Highest order, and the arrays beside the value with the order of each."""
    first = "jacobian" if vector else "gradient"
    if request.command == "hessian":
        return 2, [(first, 1), ("hessian", 2)]
    if request.command == "hvp":
        return 2, [(first, 1), ("hvp", 2)]
    if request.command == "derivative":
        order = len(request.wrt) if request.wrt is not None else (request.order or 1)
        return order, [("derivative", order)]
    return 1, [(first if request.command == "gradient" else "jacobian", 1)]


def _partials(rows: bool) -> Callable[[tuple[int, ...]], tuple[tuple[float, Entry], ...]]:
    if rows:
        return lambda at: ((1.0, (at[0], tuple(sorted(at[1:])))),)
    return lambda at: ((1.0, (0, tuple(sorted(at)))),)


def _one(wrt: tuple[int, ...], rows: bool) -> Callable[[tuple[int, ...]], tuple[tuple[float, Entry], ...]]:
    return lambda at: ((1.0, (at[0] if rows else 0, wrt)),)


def _products(v: Sequence[float], rows: bool) -> Callable[[tuple[int, ...]], tuple[tuple[float, Entry], ...]]:
    def row(at: tuple[int, ...]) -> tuple[tuple[float, Entry], ...]:
        return tuple((w, (at[0] if rows else 0, tuple(sorted((at[-1], j))))) for j, w in enumerate(v) if w)

    return row


def multiplicity(indices: tuple[int, ...]) -> int:
    """Factor from a Taylor coefficient to its derivative: the product of the exponents' factorials."""
    return prod(factorial(indices.count(k)) for k in set(indices))


def nested(shape: tuple[int, ...], of: Callable[[tuple[int, ...]], Any], at: tuple[int, ...] = ()) -> Any:
    """Lists nested like an array of this shape, filled by index."""
    if not shape:
        return of(at)
    return [nested(shape[1:], of, (*at, k)) for k in range(shape[0])]


def label(quantity: Quantity, at: tuple[int, ...]) -> str:
    """The name of an entry as people write it: ``hessian[0,1]``."""
    return f"{quantity.name}[{','.join(map(str, at))}]" if at else quantity.name


def entries(chosen: Plan) -> Mapping[Entry, None]:
    """Every distinct partial derivative that the plan needs, in order."""
    found: dict[Entry, None] = {}

    def note(quantity: Quantity) -> None:
        nested(quantity.shape, lambda at: found.update((entry, None) for _, entry in quantity.entry(at)))

    for quantity in chosen.quantities:
        note(quantity)
    return found
