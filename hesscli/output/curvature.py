"""The curvature in words and as JSON: eigenvalues, definiteness, critical point, and what was asked for besides."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from rich.console import ConsoleRenderable
from rich.text import Text

from hesscli.output.brackets import MATRIX, brackets, six
from hesscli.output.entries import shape
from hesscli.output.page import Page, hanging
from hesscli.result import Decimals, Result
from hesscli.result.curvature import FURTHER, Critical, Curvature

DEFINITENESS = {
    "positive definite": "curves up in every direction",
    "negative definite": "curves down in every direction",
    "indefinite": "curves up in some directions and down in others",
    "positive semidefinite": "never curves down, flat in some direction",
    "negative semidefinite": "never curves up, flat in some direction",
    "zero": "no curvature at all",
}

OPEN = "whether it is a minimum, a maximum or neither is open"


def curvature_lines(result: Result, page: Page) -> list[ConsoleRenderable]:
    """Below the entries: eigenvalues and their meaning."""
    many = _many(result)
    lines: list[ConsoleRenderable] = []
    for k, one in enumerate(result.curvature, 1):
        lines += _lines(result, one, page, f" of f{k}" if many else "")
    return [*lines, Text("")] if lines else []


def _lines(result: Result, one: Curvature, page: Page, of: str) -> list[ConsoleRenderable]:
    if one.eigenvalues is None:
        return []
    lines = [_named(f"eigenvalues{of}", _row(one.eigenvalues))]
    if one.definiteness:
        lines.append(Text(f"{one.definiteness}: {DEFINITENESS[one.definiteness]}", overflow="fold"))
    if one.critical:
        lines.append(Text(f"critical point: {_critical(result, one.critical)}", style="bold", overflow="fold"))
    if "determinant" in result.request.further:
        lines.append(_named(f"determinant{of}", one.determinant or "?"))
    if "condition" in result.request.further:
        lines.append(_named(f"condition{of}", one.condition or "?"))
    if one.newton_step:
        lines.append(_named(f"Newton step{of}", _row(one.newton_step)))
    if one.inverse:
        lines += _drawn(f"inverse{of}", one.inverse, page)
    if one.eigenvectors:
        lines += _drawn(f"eigenvectors{of}", _columns(one.eigenvectors), page)
    return lines


def _critical(result: Result, critical: Critical) -> str:
    """The kind, and where it is if the point is only close to it."""
    kind = critical.kind if critical.proven else OPEN
    if np.array_equal(Decimals.of(critical.where).double, result.point):
        return kind
    place = ", ".join(f"{name} = {text or '?'}" for name, text in zip(result.variables, critical.where, strict=True))
    return f"{kind} at {place}"


def _named(name: str, text: str) -> ConsoleRenderable:
    return hanging(Text(f"{name}  ", style="dim"), Text(text))


def _row(texts: Sequence[str | None]) -> str:
    numbers = ["?" if math.isnan(x) else f"{x:.12g}" for x in Decimals.of(texts).double.tolist()]
    if len(numbers) > 2 * MATRIX:
        return f"{', '.join(numbers[:MATRIX])}, ..., {', '.join(numbers[-MATRIX:])} ({len(numbers)} of them)"
    return ", ".join(numbers)


def _columns(rows: Sequence[Sequence[str | None] | None]) -> list[list[str | None]]:
    """Eigenvectors as the columns of a matrix, open ones as columns of None."""
    n = len(rows)
    return [[None if row is None else row[i] for row in rows] for i in range(n)]


def _drawn(title: str, rows: Sequence[Sequence[str | None]], page: Page) -> list[ConsoleRenderable]:
    """A matrix to 6 digits, or the word that it is in the JSON."""
    drawn = brackets(title, [[six(text) for text in row] for row in rows], page)
    if len(rows) > MATRIX or not page.fits(drawn):
        return [_named(title, f"{len(rows)} x {len(rows)}: see --json")]
    return [drawn]


def fields(result: Result) -> dict[str, Any]:
    """The JSON keys of a Hessian's curvature, as doubles: of a vector one entry a component."""
    words = {
        "definiteness": _each(result, lambda one: one.definiteness),
        "critical": _each(result, lambda one: None if one.critical is None else _point(one.critical)),
    }
    eigenvalues, *further = ((name, _doubles(value)) for name, value in _numbers(result))
    return dict([eigenvalues, *words.items(), *further])


def exact_fields(result: Result) -> dict[str, Any]:
    """The same as decimal strings, and whether every digit asked for is there."""
    return dict(_numbers(result)) | {"proven": _each(result, lambda one: one.proven)}


def _numbers(result: Result) -> Iterator[tuple[str, Any]]:
    """Everything that was asked for, in lists of decimal strings."""
    for name in ("eigenvalues", *(name for name in FURTHER if name in result.request.further)):
        yield name, _each(result, partial(_lists_of, name))


def _lists_of(name: str, one: Curvature) -> Any:
    return _lists(getattr(one, name))


def _many(result: Result) -> bool:
    return len(result.curvature) > 1 or len(shape(result, "hessian")) == 3


def _each(result: Result, of: Callable[[Curvature], Any]) -> Any:
    if not result.curvature:
        return None
    found = [of(one) for one in result.curvature]
    return found if _many(result) else found[0]


def _point(critical: Critical) -> dict[str, Any]:
    return {"kind": critical.kind, "proven": critical.proven, "where": list(critical.where)}


def _lists(value: Any) -> Any:
    return [_lists(item) for item in value] if isinstance(value, tuple) else value


def _doubles(value: Any) -> Any:
    if isinstance(value, list):
        return [_doubles(item) for item in value]
    return float(value) if isinstance(value, str) else value
