"""NumPy's arrays -> points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.language.points.coordinates import Beside, fail, listed, order, rows

Array = NDArray[np.float64]


def read(found: NDArray[Any] | Mapping[str, NDArray[Any]], names: Sequence[str], where: str) -> tuple[Array, Beside]:
    """The points of an array or of an archive of arrays, shape (k, n); nothing besides.

    An archive holds one array, or one called ``points``, or a column a variable.

    Args:
        found: the array of an NPY file, or the arrays of an NPZ file by name.
        names: the n variables.
        where: the file, for messages.

    Raises:
        PointError: not numbers for exactly the variables.
        LimitError: too many rows.
    """
    values = _from_archive(found, names, where) if isinstance(found, Mapping) else found
    return rows(_by_field(values, names, where), names, where), []


def _from_archive(archive: Mapping[str, NDArray[Any]], names: Sequence[str], where: str) -> Any:
    keys = list(archive)
    if names and set(names) <= set(keys):
        return _stacked([archive[name] for name in names], names, where)
    if "points" not in keys and len(keys) != 1:
        fail(where, f"expected one array, or the arrays {listed(names)}; got {listed(keys) or 'none'}")
    values = archive["points" if "points" in keys else keys[0]]
    if "points" in keys and "variables" in keys:  # as --format npz writes it
        labels = [str(name) for name in np.ravel(archive["variables"])]
        columns = order(labels, names, where)
        values = np.atleast_2d(values)
        if values.ndim != 2 or values.shape[1] != len(columns):
            fail(where, f"expected {len(labels)} numbers a row for {listed(labels)}, got shape {values.shape}")
        return values[:, columns]
    return values


def _by_field(values: Any, names: Sequence[str], where: str) -> Any:
    """The columns of a structured array by name; any other array as it is."""
    fields = values.dtype.names
    return (
        values if fields is None else _stacked([values[fields[k]] for k in order(fields, names, where)], names, where)
    )


def _stacked(columns: list[Any], names: Sequence[str], where: str) -> Any:
    flat = [np.atleast_1d(column) for column in columns]
    if any(column.shape != (len(flat[0]),) for column in flat):
        shapes = ", ".join(str(column.shape) for column in flat[:8])
        fail(where, f"the arrays {listed(names)} must be flat and equally long, got shapes {shapes}")
    return np.stack(flat, axis=1)
