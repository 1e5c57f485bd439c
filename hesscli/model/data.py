"""What ``--data`` names -> the arrays that a model takes: inputs, targets, weights of rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from hesscli.errors import HesscliError
from hesscli.language.arrays import ENDINGS, Form, read_file
from hesscli.language.data import SCANNED, held, read_columns

Array = NDArray[Any]

X, Y, WEIGHTS = "x", "y", "weights"
EXPECTED = "x and y (and weights of the rows, if there are some)"


@dataclass(frozen=True, eq=False)
class Data:
    """Rows.

    Attributes:
        inputs: one array an input of the model, the rows first.
        targets: one array an output that has a loss, shape (rows, ...).
        weights: shape (rows,); None where all count alike.
        dtype: to which a batch is rounded, of arrays that are mapped and never whole in memory.
    """

    inputs: tuple[Array, ...]
    targets: tuple[Array, ...]
    weights: Array | None = None
    dtype: str = "float64"

    @property
    def rows(self) -> int:
        """How many."""
        return len(self.targets[0])

    def batches(self, size: int | None, among: range | None = None) -> Iterator[Data]:
        """The rows in their order, ``size`` at once, all where it is None; of these batches some, or all."""
        step = size or self.rows
        for k in range(-(-self.rows // step)) if among is None else among:
            part = slice(k * step, (k + 1) * step)
            yield Data(
                tuple(self._rows(array, part) for array in self.inputs),
                tuple(self._rows(array, part) for array in self.targets),
                None if self.weights is None else self._rows(self.weights, part),
            )

    def _rows(self, array: Array, part: slice) -> Array:
        mapped = isinstance(array, np.memmap) and array.dtype.kind == "f"
        return np.asarray(array[part], self.dtype) if mapped else array[part]


def in_steps(array: Array) -> Iterator[Array]:
    """Rows after rows, some million numbers at once: an array that is mapped is never whole in memory."""
    step = max(1, SCANNED * len(array) // max(1, array.size))
    return (array[start : start + step] for start in range(0, len(array), step))


def read_arrays(given: Sequence[str], inputs: Sequence[str] = (), outputs: Sequence[str] = ()) -> dict[str, Array]:
    """The arrays of all ``--data`` by name.

    Args:
        given: FILE.npz with arrays x and y; NAME=FILE.npy; FILE.csv, whose columns y, y0, y1, ... are the targets,
            ``weights`` the rows' weights, and all others the inputs in their order.
        inputs: of a model of several, their names: columns x_NAME, x_NAME0, ... are theirs.
        outputs: of a model of several, their names: columns y_NAME, y_NAME0, ... are theirs.

    Raises:
        HesscliError: a file that cannot be read, NaN, a name twice.
    """
    found: dict[str, Array] = {}
    for text in given:
        name, equals, path = text.partition("=")
        arrays = _read(path if equals else text, [f"{X}_{one}" for one in inputs], [f"{Y}_{one}" for one in outputs])
        if equals:
            arrays = {name.strip(): arrays.get(name.strip(), next(iter(arrays.values())))}
        elif "" in arrays:
            _fail(f"--data {text}: one array without a name; say which it is: --data x={text} --data y=FILE")
        for one, array in arrays.items():
            if one in found:
                _fail(f"--data: {one!r} is given twice")
            found[one] = _finite(array, f"--data: {one}")
    if not found:
        _fail(f"no data: --data FILE gives {EXPECTED}")
    return found


def arrays_of_inputs(
    arrays: Mapping[str, Array], inputs: Sequence[tuple[str, tuple[int | None, ...]]], outputs: Sequence[str] = ("",)
) -> Data:
    """The arrays in the model's order.

    Args:
        arrays: by name.
        inputs: name and shape of each of the model's inputs, None for what may be anything; nothing of a model that
            does not say.
        outputs: names of those that have a loss; the only one of a model has none.

    Raises:
        HesscliError: one is missing, or does not fit; the message names the input, what it takes and what came.
    """
    names = [name for name, _ in inputs] or [X]
    places = [_place(X, name, arrays, single=len(names) == 1) for name in names]
    targets = [_place(Y, name, arrays, single=not name) for name in outputs]
    wanted = {*places, *targets, WEIGHTS}
    for name in (*places, *targets):
        if name not in arrays:
            near = get_close_matches(name, arrays, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            _fail(f"--data: the array {name} is missing; there are {', '.join(arrays)}{hint}")
    if unknown := [name for name in arrays if name not in wanted]:
        expected = ", ".join([*places, *targets])
        _fail(f"--data: nothing takes the array {unknown[0]}; expected {expected}, and perhaps {WEIGHTS}")
    for place, (name, shape) in zip(places, inputs, strict=False):
        got = arrays[place].shape
        if len(got) != len(shape) or any(a is not None and a != b for a, b in zip(shape[1:], got[1:], strict=True)):
            expected = ", ".join("rows" if k == 0 else "any" if a is None else str(a) for k, a in enumerate(shape))
            _fail(f"--data: the input layer {name} expects shape ({expected}), got {got} of {place}")
    taken, aims = (tuple(arrays[name] for name in some) for some in (places, targets))
    data = Data(taken, aims, arrays.get(WEIGHTS))
    for name in (*places, *targets[1:], *([WEIGHTS] if data.weights is not None else [])):
        if len(arrays[name]) != data.rows:
            _fail(f"--data: {name} has {len(arrays[name])} rows, {targets[0]} has {data.rows}")
    if data.weights is not None and data.weights.ndim != 1:
        _fail(f"--data: weights are one number a row, got shape {data.weights.shape}")
    if not data.rows:
        _fail("--data: there are no rows")
    return data


def _place(prefix: str, name: str, arrays: Mapping[str, Array], *, single: bool) -> str:
    """The array of an input or of an output: its name, ``x_NAME``, or ``x`` of the only one."""
    return next((one for one in (name, f"{prefix}_{name}") if one in arrays), prefix if single else f"{prefix}_{name}")


def _read(path: str, inputs: Sequence[str], outputs: Sequence[str]) -> dict[str, Array]:
    suffix = next((end for end in ENDINGS if path.lower().endswith(end)), "")
    if ENDINGS.get(suffix) is Form.NUMPY:
        arrays = read_file(path, "data").arrays
        return dict(arrays) if isinstance(arrays, Mapping) else {"": held(arrays)}
    columns = read_columns(path, "data")
    several = len(inputs) > 1
    groups = {name: _group(columns, name) for name in (*(inputs if several else ()), *(outputs or (Y,)))}
    rest = [name for name in columns if name != WEIGHTS and not any(name in group for group in groups.values())]
    if not several:
        groups = {X: rest} | groups
    if not all(groups.values()) or (several and rest):
        wanted = f"{', '.join(inputs)} of inputs" if several else "of inputs"
        target = ", ".join(outputs) or f"{Y} (or {Y}0, {Y}1, ...)"
        _fail(f"--data {path}: expected columns {wanted}, and {target}; got {', '.join(columns)}")
    found = {
        name: columns[group[0]] if group == [name] != [X] else np.stack([columns[one] for one in group], axis=1)
        for name, group in groups.items()
    }
    return found | ({WEIGHTS: columns[WEIGHTS]} if WEIGHTS in columns else {})


def _group(columns: Mapping[str, Array], name: str) -> list[str]:
    """The columns of an array: NAME, or NAME0, NAME1, ... in the order of the table."""
    return [one for one in columns if one == name or (one.startswith(name) and one[len(name) :].isdecimal())]


def _finite(array: Array, what: str) -> Array:
    """The array of numbers that it is; the first that is none is named."""
    if array.dtype.kind not in "iufb" or not array.ndim:
        _fail(f"{what}: expected an array of numbers, got {array.dtype} of shape {array.shape}")
    if array.dtype.kind == "f" and not all(np.isfinite(rows).all() for rows in in_steps(array)):
        where = tuple(int(k) for k in np.argwhere(~np.isfinite(array))[0])
        _fail(f"{what}[{','.join(map(str, where))}] is {array[where]}; expected finite numbers")
    return array


def _fail(message: str) -> NoReturn:
    raise HesscliError(message, code="data")
