"""What a person claims a derivative to be: numbers or formulas, from a text or a file."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli import exact as exact_side
from hesscli.errors import HesscliError
from hesscli.language.expression import Expression
from hesscli.language.syntax import parse
from hesscli.result import Request
from hesscli.verdict import flatten

MOST = 1_000_000
"""Bytes of a file, characters of a text."""


@dataclass(frozen=True, slots=True)
class Claim:
    """An array of formulas.

    Attributes:
        program: one output an entry, in row-major order, in the variables of f.
        texts: the entries as written.
        shape: of the array.
    """

    program: Expression
    texts: tuple[str, ...]
    shape: tuple[int, ...]

    def text(self, index: tuple[int, ...]) -> str:
        """An entry as written."""
        return self.texts[int(np.ravel_multi_index(index, self.shape))]

    def values(self, points: Sequence[Sequence[float]], session: exact_side.Session) -> NDArray[np.float64]:
        """The entries at k points, shape (k, *shape); NaN where they have no value."""
        if all(node.op != "variable" for node in self.program.nodes):
            points = points[:1]
        answers = session.submit(self.program, Request("jacobian"), points, formulas=False).answers()
        rows = [
            [float(text or "nan") for text in flatten(answer.values.get("value", [None] * len(self.texts)))]
            for answer in answers
        ]
        return np.array(rows).reshape(len(points), *self.shape)


def read_claim(text: str, option: str, variables: Sequence[str], parameters: Mapping[str, float]) -> Claim:
    """A claim from a file (.json, .csv, .npy, .txt) or from the text itself.

    Args:
        text: ``[[2, 1], [1, 0]]``, ``[12*x**2, 1]``, ``@h.json`` or the name of an existing file.
        option: its name, for messages.
        variables: that the formulas may use.
        parameters: their values.

    Returns:
        The claim.

    Raises:
        HesscliError: no array, ragged, unreadable, or a formula that is not of the language.

    Example:
        >>> read_claim("[[2, x], [x, 0]]", "--hessian", ["x", "y"], {}).shape
        (2, 2)
    """
    nested = _nested(text, option)
    shape = _shape(nested, option)
    entries = tuple(str(entry).strip() for entry in flatten(nested))
    if any(not entry for entry in entries):
        raise HesscliError(f"{option}: an entry is empty", code="claim")
    _parse_each(entries, shape, option, variables, parameters)
    program = parse(
        f"[{', '.join(f'({entry})' for entry in entries)}]", variables=list(variables), parameters=dict(parameters)
    )
    return Claim(program, entries, shape)


def _parse_each(
    entries: Sequence[str],
    shape: tuple[int, ...],
    option: str,
    variables: Sequence[str],
    parameters: Mapping[str, float],
) -> None:
    """Find the entry that is wrong, if one is, and show it alone."""
    for entry, index in zip(entries, product(*map(range, shape)), strict=True):
        try:
            program = parse(entry, variables=list(variables), parameters=dict(parameters))
        except HesscliError as problem:
            problem.message = f"{option}, entry {list(index)}: {problem.message}"
            raise
        if program.vector:
            raise HesscliError(f"{option}, entry {list(index)}: expected a formula, got a vector", code="claim")


def _nested(text: str, option: str) -> Any:
    path = Path(text[1:] if text.startswith("@") else text)
    if text.startswith("@") or (len(text) < 4096 and "\n" not in text and _is_file(path)):
        return _file(path, option)
    return _split(text, option)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _file(path: Path, option: str) -> Any:
    try:
        if path.stat().st_size > MOST:
            raise HesscliError(f"{option}: {str(path)!r} is larger than {MOST:,} bytes", code="file")
        reader = READERS.get(path.suffix.lower(), lambda p: _split(p.read_text("utf-8"), option))
        return reader(path)
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or problem
        raise HesscliError(f"{option}: cannot read {str(path)!r}: {reason}", code="file") from problem


def _json(path: Path) -> Any:
    """A nested list, or an object of this program with a ``hessian`` or ``gradient``."""
    found = json.loads(path.read_text("utf-8"))
    if isinstance(found, dict):
        found = next((found[name] for name in ("hessian", "jacobian", "gradient") if found.get(name) is not None), None)
    return _written(found)


def _written(value: Any) -> Any:
    if isinstance(value, list):
        return [_written(entry) for entry in value]
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ValueError(f"expected numbers and formulas, found {json.dumps(value)[:40]}")
    return value if isinstance(value, str) else repr(value)


def _npy(path: Path) -> Any:
    array = np.load(path, allow_pickle=False)
    if not isinstance(array, np.ndarray) or array.dtype.kind not in "fiu":
        raise ValueError("expected an array of real numbers")
    if not np.isfinite(array).all():
        raise ValueError("an entry is not finite")
    return _written(array.astype(np.float64).tolist())


def _csv(path: Path) -> Any:
    """Rows of numbers or formulas; a single row or column is a vector."""
    with path.open(newline="", encoding="utf-8-sig") as stream:
        rows = [row for row in csv.reader(stream) if any(cell.strip() for cell in row)]
    if len(rows) == 1:
        return rows[0]
    return [row[0] for row in rows] if rows and all(len(row) == 1 for row in rows) else rows


READERS = {".json": _json, ".csv": _csv, ".npy": _npy}


def _split(text: str, option: str) -> Any:
    """``[[a, b], [c, d]]`` as nested lists of texts; commas inside round brackets do not count."""
    if len(text) > MOST:
        raise HesscliError(f"{option}: more than {MOST:,} characters", code="claim")
    text = text.strip()
    if not text.startswith("["):
        hint = "or a file that exists" if "/" in text or "." in text else "or a file"
        raise HesscliError(
            f"{option}: expected a list such as [[2, 1], [1, 0]], {hint}; got {text[:60]!r}", code="claim"
        )
    stack: list[list[Any]] = [[]]
    start, depth = 0, 0
    for k, character in enumerate(text):
        if character in "()":
            depth += 1 if character == "(" else -1
        elif depth == 0 and character in "[],":
            _take(stack[-1], text[start:k], closing=character != "[")
            if character in ",]" and text[:k].rstrip().endswith("," if character == "]" else ("[", ",")):
                raise HesscliError(f"{option}: an entry is missing", code="claim", source=text, column=k)
            start = k + 1
            if character == "[":
                stack.append([])
            elif character == "]":
                if len(stack) == 1:
                    raise HesscliError(f"{option}: ']' without '['", code="claim", source=text, column=k)
                done = stack.pop()
                stack[-1].append(done)
    if len(stack) != 1 or len(stack[0]) != 1 or text[start:].strip():
        raise HesscliError(f"{option}: brackets do not match", code="claim", source=text, column=len(text) - 1)
    return stack[0][0]


def _take(row: list[Any], piece: str, *, closing: bool) -> None:
    if piece.strip():
        if not closing:
            raise HesscliError(f"expected a comma after {piece.strip()!r}", code="claim")
        row.append(piece.strip())


def _shape(nested: Any, option: str) -> tuple[int, ...]:
    if not isinstance(nested, list):
        return ()
    shapes = {_shape(entry, option) for entry in nested}
    if len(shapes) != 1:
        what = "empty" if not shapes else "ragged: its rows differ in length"
        raise HesscliError(f"{option}: the array is {what}", code="claim")
    return (len(nested), *shapes.pop())
