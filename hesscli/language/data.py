"""What ``--data`` names -> columns and matrices of numbers: CSV by its header, NPY, NPZ, JSON, JSON lines, Parquet."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from hesscli.errors import HesscliError, PointError
from hesscli.language.arrays import Form, delimited, parquet, read_file, strict_json
from hesscli.language.binding import check_used
from hesscli.language.programs.integers import LARGEST
from hesscli.language.tokens import name_trouble
from hesscli.language.values import real

SCANNED = 1 << 20
"""Numbers of an array that are looked at together."""

SMALL = 1 << 26
"""Bytes of a file of NumPy's up to which it is read and not mapped."""

WRITTEN_OUT = 1e15
"""Integers of up to 15 digits are integers; longer ones are decimals like any other."""


def read_data(given: Sequence[str], used: Sequence[str] | None = None) -> dict[str, NDArray[Any]]:
    """The columns of all ``--data``; arguments and errors as of `each_file`."""
    return {name: column for _, columns in each_file(given, used) for name, column in columns.items()}


def each_file(given: Sequence[str], used: Sequence[str] | None = None) -> Iterator[tuple[str, dict[str, NDArray[Any]]]]:
    """Each ``--data`` as it stands, with its columns: FILE takes the names of its header, NAME=FILE gives one.

    Args:
        given: the options' values.
        used: names in the expression; other columns of a table are left alone, whatever they hold. None uses all.

    Raises:
        HesscliError: a file that cannot be read, NaN, a name given twice.
    """
    before = set[str]()
    for text in given:
        match = re.fullmatch(r"\s*([^\W\d]\w*)\s*=\s*(.+)", text, re.DOTALL)
        name, path = (match[1], match[2]) if match else (None, text)
        columns = read_columns(path.strip().removeprefix("@"), "data", used if name is None else None)
        if name is not None:
            if name not in columns and len(columns) != 1:
                raise HesscliError(
                    f"--data {text}: {path} has the columns {', '.join(columns)}; expected one, or one called {name}",
                    code="data",
                )
            columns = {name: columns.get(name, next(iter(columns.values())))}
        elif "" in columns:
            raise HesscliError(
                f"--data {text}: it holds numbers without a name; --data NAME={path} gives one", code="data"
            )
        for one in columns:
            if one in before:
                raise HesscliError(f"--data: the column {one!r} is given twice", code="data")
            if trouble := name_trouble(one):
                raise HesscliError(f"--data {text}: {trouble}", code="data")
        before |= columns.keys()
        yield text, columns


def stamps(given: Sequence[str]) -> dict[str, tuple[int, int]]:
    """What tells whether a file of ``--data`` has changed: its size, and when it was written.

    Args:
        given: the options' values.
    """
    found = {}
    for text in given:
        path = text.partition("=")[2] or text
        with suppress(OSError, ValueError):
            state = os.stat(path.strip().removeprefix("@"))
            found[text] = state.st_size, state.st_mtime_ns
    return found


def check_unchanged(before: Mapping[str, tuple[int, int]]) -> None:
    """Refuse an answer from files that have changed since: both witnesses may not have seen the same numbers.

    Args:
        before: of `stamps`.

    Raises:
        HesscliError: one has.
    """
    after = stamps([*before])
    for text, state in before.items():
        if after.get(text) != state:
            raise HesscliError(f"--data {text}: the file has changed while it was read; ask again", code="data")


def columns_of(given: Any, used: Sequence[str]) -> dict[str, NDArray[Any]]:
    """What is given from Python: arrays by name, a table of columns, or files as ``--data`` names them.

    Args:
        given: a mapping, a table of pandas or polars, a structured array, a text or texts; None is nothing.
        used: names in the expression: other columns of a table are left alone, whatever they hold.

    Raises:
        HesscliError: a column that is not used, no numbers, NaN.

    Example:
        >>> columns_of({"y": [1, 2], "z": [True, False]}, ["y", "z"])
        {'y': array([1, 2]), 'z': array([1, 0])}
    """
    if given is None:
        return {}
    if isinstance(given, str) or (isinstance(given, (list, tuple)) and all(isinstance(one, str) for one in given)):
        return read_data([given] if isinstance(given, str) else given, used=used)
    names = given.keys() if isinstance(given, Mapping) else getattr(given, "columns", None)
    if names is None:
        names = getattr(getattr(given, "dtype", None), "names", None)
    if names is None:
        told = f"expected columns by name, a table or the name of a file, got {type(given).__name__}"
        raise HesscliError(f"data: {told}", code="data")
    if isinstance(given, Mapping):
        check_used(map(str, names), used, "--data")
    return {str(name): _array(given[name], f"data, {name}") for name in names if str(name) in used}


def _array(given: Any, what: str) -> NDArray[Any]:
    """Numbers, true and false among them."""
    array = np.asarray(given)
    if array.dtype.kind == "O":
        try:
            array = array.astype(np.float64)
        except (TypeError, ValueError) as problem:
            _fail(f"{what}: expected numbers: {problem}", "data")
    return _checked(array.astype(np.int64) if array.dtype.kind == "b" else array, what, "data")


def read_columns(path: str, kind: str, used: Sequence[str] | None = None) -> dict[str, NDArray[Any]]:
    """The columns of a file by name; ``""`` of one without.

    Args:
        path: a CSV file with a header, or of one column; NPY of one dimension, or of two where data is read; NPZ of
            such arrays; JSON lines of objects or numbers; JSON of columns or rows; Parquet.
        kind: ``data`` or ``point``, for errors.
        used: names of the columns that are wanted, if there are any of them; None is all.

    Raises:
        HesscliError: what is wrong, and in which line.
    """
    if Path(path).suffix.lower() == ".parquet":
        table = _wanted(parquet.load(path, kind), used)
        return {name: _checked(column, f"{path}, column {name}", kind) for name, column in table.items()}
    contents = read_file(path, kind)
    if contents.form is Form.NUMPY:
        arrays = contents.arrays if isinstance(contents.arrays, Mapping) else {"": contents.arrays}
        if not arrays:
            _fail(f"{path}: the file holds no array", kind)
        arrays = _wanted(arrays, used)
        return {
            name: _checked(held(array), f"{path}{', array ' + name if name else ''}", kind)
            for name, array in arrays.items()
        }
    if contents.form is Form.DELIMITED:
        return _table(contents.text, path, kind, used)
    if contents.form is Form.JSON_LINES:
        lines = enumerate(contents.text.splitlines(), 1)
        rows = [(f"line {k}", strict_json.load(line, f"{path}, line {k}", kind)) for k, line in lines if line.strip()]
        return _records(rows, path, kind, used)
    found = strict_json.load(contents.text, path, kind)
    if isinstance(found, dict):
        return {name: _listed(values, f"{path}, {name}", kind) for name, values in _wanted(found, used).items()}
    if isinstance(found, list) and found and isinstance(found[0], dict):
        return _records([(f"row {k}", row) for k, row in enumerate(found)], path, kind, used)
    return {"": _listed(found, path, kind)}


def held(array: Any) -> NDArray[Any]:
    """In memory, where it is small: a file that somebody cuts while it is mapped ends the process."""
    if isinstance(array, np.memmap):
        return np.array(array) if array.nbytes <= SMALL else array
    return np.asarray(array)


def _wanted(columns: Mapping[str, Any], used: Sequence[str] | None) -> Mapping[str, Any]:
    """Those columns of a table that are used; all of numbers without a name.

    Raises:
        HesscliError: none is used.
    """
    if used is None or "" in columns:
        return columns
    found = {name: column for name, column in columns.items() if name in used}
    if not found:
        check_used(columns, used, "--data")
    return found


def _records(rows: list[tuple[str, Any]], path: str, kind: str, used: Sequence[str] | None) -> dict[str, NDArray[Any]]:
    """The columns of objects with the same names, or of numbers."""
    if not rows:
        _fail(f"{path}: the file is empty", kind)
    if not isinstance(rows[0][1], dict):
        return {"": _listed([row for _, row in rows], path, kind)}
    names = list(rows[0][1])
    for where, row in rows:
        if not isinstance(row, dict) or set(row) != set(names):
            _fail(f"{path}, {where}: expected an object with {', '.join(names)} as before", kind)
    return {
        name: _listed([row[name] for _, row in rows], f"{path}, {name}", kind)
        if isinstance(rows[0][1][name], list)
        else np.array([_json_number(row[name], f"{path}, {where}, {name}", kind) for where, row in rows])
        for name in _wanted(rows[0][1], used)
    }


def _listed(values: Any, what: str, kind: str) -> NDArray[Any]:
    """A list of numbers as a column, a list of lists as a matrix."""
    if not isinstance(values, list) or not values:
        came = "an empty list" if values == [] else strict_json.name_of(values)
        _fail(f"{what}: expected a list of numbers, got {came}", kind)
    if not isinstance(values[0], list):
        return np.array([_json_number(value, f"{what}, entry {k}", kind) for k, value in enumerate(values)])
    for k, row in enumerate(values):
        if not isinstance(row, list) or len(row) != len(values[0]):
            _fail(f"{what}, row {k}: expected a list of {len(values[0])} numbers as before", kind)
    numbers = [
        [_json_number(value, f"{what}, row {k}, column {j}", kind) for j, value in enumerate(row)]
        for k, row in enumerate(values)
    ]
    return _checked(np.array(numbers), what, kind)


def _json_number(value: Any, where: str, kind: str) -> int | float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        _fail(f"{where}: expected a number, got {strict_json.name_of(value)}", kind)
    return value if isinstance(value, int) and abs(value) <= LARGEST else float(value)


def _checked(array: NDArray[Any], what: str, kind: str) -> NDArray[Any]:
    if array.dtype.kind in "iuf" and not array.size:
        _fail(f"{what}: there are no numbers, its shape is {array.shape}", kind)
    if array.dtype.kind not in "iuf" or array.ndim not in (1, 2):
        _fail(f"{what}: expected one row of numbers, or a matrix, got shape {array.shape} of {array.dtype}", kind)
    if array.dtype.kind == "f":
        step = max(1, SCANNED * len(array) // array.size)
        for first in range(0, len(array), step):  # a mapped file is never whole in memory
            bad = np.argwhere(~np.isfinite(array[first : first + step]))
            if len(bad):
                place = first + int(bad[0, 0]), *map(int, bad[0, 1:])
                where = f"entry {place[0]}" if array.ndim == 1 else f"row {place[0]}, column {place[1]}"
                _fail(f"{what}: {where} is {array[place]}; expected finite numbers", kind)
        return array.astype(np.float64, copy=False)  # a mapped file stays one
    far = max(abs(int(array.max(initial=0))), abs(int(array.min(initial=0))))
    return array.astype(np.int64 if far <= LARGEST else np.float64, copy=False)


def _table(text: str, path: str, kind: str, used: Sequence[str] | None) -> dict[str, NDArray[Any]]:
    """The columns of a text by its header."""
    rows = delimited.rows(text, spaces=True)
    first, header = next(rows, (0, []))
    if not header:
        _fail(f"{path}: the file is empty", kind)
    wanted = [k for k, name in enumerate(header) if used is not None and name in used]
    named = bool(wanted) or all(name and not name_trouble(name) for name in header)
    if not named and len(header) > 1:
        _fail(f"{path}, line {first}: expected a header with the columns' names, got {', '.join(header)[:60]}", kind)
    names = header if named else [""]
    if len({names[k] for k in wanted} if wanted else set(names)) < len(wanted or names):
        _fail(f"{path}, line {first}: a column's name is given twice", kind)
    if named and not wanted:
        _wanted(dict.fromkeys(names), used)
    if (quick := _plain(text, first if named else first - 1, names)) is not None:
        return dict(_wanted(quick, used))
    body = list(rows) if named else [(first, header), *rows]
    if not body:
        _fail(f"{path}: there is a header and no row", kind)
    for line, fields in body:
        if len(fields) != len(names):
            _fail(f"{path}, line {line}: expected {len(names)} fields, got {len(fields)}", kind)
    return {
        name: _column([(line, fields[k]) for line, fields in body], name, path, kind)
        for k, name in enumerate(names)
        if not wanted or k in wanted
    }


def _plain(text: str, first: int, names: Sequence[str]) -> dict[str, NDArray[Any]] | None:
    """The columns where all are decimals; else None. So a file takes little more room than its text."""
    delimiter = delimited.delimiter_of(next(filter(None, map(delimited.content, delimited.lines(text))), ""))
    found = delimited.numbers(text, first, delimiter, len(names))
    if found is None:
        return None
    columns: dict[str, NDArray[Any]] = dict(zip(names, np.ascontiguousarray(found.T), strict=True))
    for k, name in enumerate(names):
        if np.all(found[:, k] == np.floor(found[:, k])) and np.abs(found[:, k]).max() < WRITTEN_OUT:
            whole = delimited.numbers(text, first, delimiter, 1, np.int64, [k])
            columns[name] = columns[name] if whole is None else whole[:, 0]
    return columns


def _column(fields: list[tuple[int, str]], name: str, path: str, kind: str) -> NDArray[Any]:
    try:
        array = np.array([field for _, field in fields]).astype(np.float64)
        if np.isfinite(array).all():
            whole = all(re.fullmatch(r"[-+]?\d{1,15}", field) for _, field in fields)
            return array.astype(np.int64) if whole else array
    except ValueError:
        pass
    return np.array([_number(field, f"{path}, line {line}, column {name or 1}", kind) for line, field in fields])


def _number(field: str, where: str, kind: str) -> float:
    try:
        return real(field, "the number")
    except PointError as problem:
        _fail(f"{where}: {problem.message}", kind)


def _fail(message: str, kind: str) -> NoReturn:
    raise (PointError if kind == "point" else HesscliError)(message, code=kind)
