"""The partial derivatives behind the entries of an answer: each once, its variables ascending."""

from __future__ import annotations

from math import prod

from hesscli.errors import LimitError
from hesscli.request import ComponentPath, Layout, Path, ascending

MOST_ENTRIES = 4_000_000


def distinct_entries(layout: Layout) -> tuple[ComponentPath, ...]:
    """Every distinct entry of the arrays, in order.

    Raises:
        LimitError: an array has more than `MOST_ENTRIES` entries.
    """
    for quantity in layout.quantities.values():
        if prod(quantity.shape) > MOST_ENTRIES:
            raise LimitError(f"the {quantity.name} has more than {MOST_ENTRIES} entries")
    return tuple(dict.fromkeys(ascending(e) for quantity in layout.quantities.values() for e in quantity.entries()))


def active_variables(layout: Layout) -> Path:
    """The variables by which anything is differentiated, ascending; the others are constants."""
    arrays = layout.quantities.values()
    if any(quantity.axes for quantity in arrays):
        return tuple(range(layout.n))
    return tuple(sorted({k for q in arrays for path in (q.fixed, *(q.paths or ())) for k in path}))
