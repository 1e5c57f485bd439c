"""The partial derivatives behind the entries of an answer: each once, its variables ascending."""

from __future__ import annotations

from math import factorial, prod

from hesscli.errors import LimitError
from hesscli.request import Entry, Layout, Path

MOST_ENTRIES = 4_000_000


def ascending(entry: Entry) -> Entry:
    """The entry that has the same value: mixed partials do not depend on the order of differentiation."""
    component, path = entry
    return component, tuple(sorted(path))


def entries(layout: Layout) -> tuple[Entry, ...]:
    """Every distinct entry of the arrays, in order.

    Raises:
        LimitError: an array has more than `MOST_ENTRIES` entries.
    """
    for quantity in layout.quantities.values():
        if prod(quantity.shape) > MOST_ENTRIES:
            raise LimitError(f"the {quantity.name} has more than {MOST_ENTRIES} entries")
    return tuple(dict.fromkeys(ascending(e) for quantity in layout.quantities.values() for e in quantity.entries()))


def active(layout: Layout) -> Path:
    """The variables by which anything is differentiated, ascending; the others are constants."""
    arrays = layout.quantities.values()
    if any(quantity.axes for quantity in arrays):
        return tuple(range(layout.n))
    return tuple(sorted({k for q in arrays for path in (q.fixed, *(q.paths or ())) for k in path}))


def summands(layout: Layout, entry: Entry) -> tuple[tuple[float, Entry], ...]:
    """The partial derivatives that an entry is made of, with their weights: (H v)_i = sum_j v_j d2f / dx_i dx_j."""
    component, path = entry
    if layout.direction is None or layout.n not in path:
        return ((1.0, entry),)
    (row,) = (k for k in path if k != layout.n)
    return tuple((v, ascending((component, (row, j)))) for j, v in enumerate(layout.direction) if v)


def multiplicity(path: Path) -> int:
    """Factor from a Taylor coefficient to its derivative: the product of the exponents' factorials."""
    return prod(factorial(path.count(k)) for k in set(path))
