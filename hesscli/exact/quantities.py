"""What a request asks for: quantity -> array of entries, each entry one partial derivative of one component."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import factorial, prod
from typing import Any

from hesscli.errors import LimitError
from hesscli.language.expression import Expression
from hesscli.result import Request

Entry = tuple[int, tuple[int, ...]]
"""(component, indices of the variables of the partial derivative, ascending); no index: the value; index -1-i: row i of
the Hessian times the vector."""
Index = tuple[int, ...]
"""Where in an array."""

MOST_ENTRIES = 4_000_000


@dataclass(frozen=True, slots=True)
class Quantity:
    """One array of the answer.

    Attributes:
        name: ``value``, ``gradient``, ``jacobian``, ``hessian``, ``derivative`` or ``hvp``.
        shape: of the array, () for a number.
        entry: index into the array -> what stands there.
    """

    name: str
    shape: tuple[int, ...]
    entry: Callable[[Index], Entry]

    def array(self, of: Callable[[Entry], Any]) -> Any:
        """Lists nested like the array, each entry's place filled by ``of(entry)``."""
        return nested(self.shape, lambda at: of(self.entry(at)))


@dataclass(frozen=True, slots=True)
class Plan:
    """All arrays of an answer.

    Attributes:
        quantities: in the order in which they are printed.
        order: highest order of derivative among them.
        active: indices of the variables that are differentiated; the others are constants.
        vector: of a product with the Hessian.
    """

    quantities: tuple[Quantity, ...]
    order: int
    active: tuple[int, ...]
    vector: tuple[float, ...] = ()

    def summands(self, entry: Entry) -> tuple[tuple[float, Entry], ...]:
        """The partial derivatives that an entry is made of, with their weights."""
        component, indices = entry
        if not indices or indices[0] >= 0:
            return ((1.0, entry),)
        row = -1 - indices[0]
        return tuple((v, (component, (min(row, j), max(row, j)))) for j, v in enumerate(self.vector) if v)


def plan(expression: Expression, request: Request) -> Plan:
    """The arrays that a request asks of an expression.

    Raises:
        LimitError: the array has more than `MOST_ENTRIES` entries.
    """
    n, m = len(expression.variables), len(expression.outputs)
    rows = (m,) if expression.vector else ()
    order, names = _names(request, vector=expression.vector)
    every = tuple(range(n))
    quantities = [Quantity("value", rows, _entry(bool(rows), lambda at: ()))]
    for name, degree in names:
        if name == "hvp":
            quantities.append(Quantity(name, (*rows, n), _entry(bool(rows), lambda at: (-1 - at[0],))))
        elif request.wrt is not None:
            quantities.append(Quantity(name, rows, _entry(bool(rows), lambda at: tuple(sorted(request.wrt or ())))))
        elif name == "derivative" and n == 1:
            quantities.append(Quantity(name, rows, _entry(bool(rows), lambda at: (0,) * order)))
        else:
            quantities.append(Quantity(name, (*rows, *(n,) * degree), _entry(bool(rows), lambda at: tuple(sorted(at)))))
    for quantity in quantities:
        if prod(quantity.shape) > MOST_ENTRIES:
            raise LimitError(f"the {quantity.name} has more than {MOST_ENTRIES} entries")
    active = every if request.wrt is None else tuple(sorted(set(request.wrt)))
    return Plan(tuple(quantities), order, active, request.vector or ())


def _names(request: Request, *, vector: bool) -> tuple[int, list[tuple[str, int]]]:
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


def _entry(rows: bool, indices: Callable[[Index], Index]) -> Callable[[Index], Entry]:
    """Read a leading index as the component where the array has one."""
    return (lambda at: (at[0], indices(at[1:]))) if rows else (lambda at: (0, indices(at)))


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


def entries(chosen: Plan) -> tuple[Entry, ...]:
    """Every distinct entry of the plan's arrays, in order."""
    found: dict[Entry, None] = {}
    for quantity in chosen.quantities:
        quantity.array(found.setdefault)
    return tuple(found)
