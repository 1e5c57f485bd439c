"""Tables and rows that carry names, of pandas, Polars, Arrow or NumPy: their numbers by name, never by position.

None of these libraries is imported: what has names shows them. Rows that are counted rather than named stay arrays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from hesscli.errors import PointError
from hesscli.language.points.coordinates import listed
from hesscli.language.trees import is_tree

REMEDY = ".to_numpy(), or a list, takes numbers in the order of the variables"


class Labelled(dict[str, Any]):
    """Name -> number or numbers, of a table that may have other columns than those of the variables."""

    def of(self, names: Sequence[str], what: str = "at") -> dict[str, Any]:
        """The columns of the variables, in their order.

        Args:
            names: of the variables.
            what: for messages.

        Raises:
            PointError: one of them has none.
        """
        if missing := [name for name in names if name not in self]:
            told = f"no column {listed(missing)}; expected {listed(names)}, got {listed([*self])}"
            raise PointError(f"{what}: {told}; {REMEDY}", code="point")
        return {name: self[name] for name in names}


def labelled(given: Any) -> Any:
    """A table, a row or a list of rows by name; anything else as it is.

    Args:
        given: a table with named columns, a row with a named index, a structured array, a named tuple, or a list of
            them.

    Raises:
        PointError: a name occurs twice, or the rows of a list have different names.

    Example:
        >>> labelled(np.array([(3.0, 1.0)], dtype=[("y", float), ("x", float)])).of(["x", "y"])
        {'x': array([1.]), 'y': array([3.])}
        >>> labelled([1, 2])
        [1, 2]
    """
    if isinstance(given, Labelled | str):
        return given
    if (names := _names(given)) is not None:
        if len(set(names)) < len(names):
            raise PointError(f"at: a name occurs twice: {listed([*map(str, names)])}", code="point")
        parts = given if hasattr(given, "_fields") else [given[name] for name in names]
        columns = (part if np.ndim(part) == 0 else np.asarray(part) for part in parts)
        return Labelled(zip(map(str, names), columns, strict=True))
    if isinstance(given, list | tuple) and given and not isinstance(given[0], str | float | int):
        rows = [labelled(row) for row in given]
        if any(isinstance(row, Labelled) for row in rows):
            return _stacked(rows)
    return given


def in_order(given: Any, names: Sequence[str], what: str) -> Any:
    """An array whose rows or columns are the variables, in their order; what has no names as it is.

    Args:
        given: a gradient, a Jacobian or a Hessian: its last axis, or its only one, is that of the variables.
        names: of the variables.
        what: for messages.

    Raises:
        PointError: a variable has no column, or no row.
    """
    found = labelled(given)
    if not isinstance(found, Labelled):
        return given
    index = _index(given) if hasattr(given, "columns") else None
    rows = None if index is None else Labelled((name, k) for k, name in enumerate(index)).of(names, what)
    columns = np.stack([np.asarray(column) for column in found.of(names, what).values()], axis=-1)
    return columns if rows is None else columns[[*rows.values()]]


def _names(given: Any) -> Sequence[Any] | None:
    """The names of its columns, or of a row's entries; None where they have none, or are counted."""
    if isinstance(given, Mapping):
        return None
    if isinstance(given, tuple):
        return getattr(given, "_fields", None)
    named = getattr(getattr(given, "dtype", None), "names", None) or getattr(given, "column_names", None)
    if named is None and hasattr(given, "columns"):
        named = [*given.columns]
        return None if all(isinstance(name, int | np.integer) for name in named) else named
    if named is not None:
        return [*(named() if callable(named) else named)]
    return _index(given)


def _index(given: Any) -> list[Any] | None:
    """The names of rows; None where they have none."""
    index = getattr(given, "index", None)
    if index is None or callable(index):
        return None
    names = [*index]
    return names if names and all(isinstance(name, str) or is_tree(name) for name in names) else None


def _stacked(rows: list[Any]) -> Labelled:
    """Rows of the same names, one below the other."""
    names = [set(row) if isinstance(row, Labelled) else None for row in rows]
    if any(other is None or other != names[0] for other in names):
        raise PointError("at: the rows of a list have different names; give each the same ones", code="point")
    return Labelled((name, np.array([row[name] for row in rows])) for name in rows[0])
