"""The methods side by side, for people and for programs."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from rich import box
from rich.console import ConsoleRenderable
from rich.table import Table
from rich.text import Text

from hesscli.output.json import accuracy_fields, head
from hesscli.output.overview import verdict_text
from hesscli.output.page import Page, hanging
from hesscli.output.strict import strict
from hesscli.output.summary import tenths
from hesscli.output.table import number
from hesscli.result.reports import Comparison, Measured

NUMBERS = 4
"""Entries shown of an answer."""

FIGURES = ("digits", "first call", "next calls", "memory", "verdict")
UNITS = ((1, "s"), (1e-3, "ms"), (1e-6, "us"))


def to_dict(compared: Comparison) -> dict[str, Any]:
    """The JSON object: the request, the exact numbers, a list of methods."""
    asked = compared.request.command
    top = head("methods", compared)
    top |= {"point": strict(compared.point), "dtype": compared.dtype, "quantity": asked}
    exact = compared.exact.texts.get(asked)
    rows = [_object(row, asked) for row in compared.rows]
    return {**top, "exact": strict(exact), "methods": strict(rows), "notes": list(compared.exact.notes)}


def _object(row: Measured, quantity: str) -> dict[str, Any]:
    answer = row.tape.arrays.get(quantity) if row.tape is not None else None
    return {
        "method": row.method,
        quantity: None if answer is None else np.asarray(answer).tolist(),
        "accuracy": accuracy_fields(row.accuracy),
        "verdict": row.verdict.value,
        "seconds": {"first": _known(row.first_seconds), "further": _known(row.seconds)},
        "peak_bytes": row.peak_bytes if row.tape is not None else None,
        "notes": list(row.notes),
    }


def _known(seconds: float) -> float | None:
    return None if math.isnan(seconds) else seconds


def draw(compared: Comparison, page: Page, *, quiet: bool = False) -> str:
    """A table, the notes below it; on a narrow page the answers are rounded, on a narrower one below, then all is."""
    body = _body(compared, page)
    where = [f"{n} = {number(x)}" for n, x in list(zip(compared.variables, compared.point, strict=True))[:NUMBERS]]
    more = ", ..." if len(compared.point) > NUMBERS else ""
    f = Text(f"f({', '.join(compared.variables[:8])}) = ", style="dim")
    head: list[ConsoleRenderable] = [
        hanging(f, Text(compared.parsed, style="bold")),
        Text(f"at {', '.join(where)}{more}", style="dim"),
        Text(""),
    ]
    return page.draw(*([] if quiet else head), *body, *([] if quiet else _below(compared, page)))


def _body(compared: Comparison, page: Page) -> list[ConsoleRenderable]:
    for form in ("full", "rounded", "none"):
        table = _table(compared, page, form)
        if page.fits(table):
            break
    else:
        return _stacked(compared, page)
    if form != "none":
        return [table]
    below = [hanging(Text(f"{row.method}: ", style="bold"), _answer(row, compared, "full")) for row in compared.rows]
    return [table, Text(""), *below]


def _stacked(compared: Comparison, page: Page) -> list[ConsoleRenderable]:
    """For the narrowest pages: what is known of a method one below the other."""
    lines: list[ConsoleRenderable] = []
    for row in compared.rows:
        lines.append(Text(row.method, style="bold"))
        told = [(compared.request.command, _answer(row, compared, "full"))]
        told += zip(FIGURES, _figures(row, page), strict=True)
        width = max(len(name) for name, _ in told) + 2
        lines += [hanging(Text(f"  {name:<{width}}", style="dim"), text) for name, text in told]
    return lines


def _table(compared: Comparison, page: Page, form: str) -> Table:
    style = box.ASCII2 if page.ascii_only else box.SIMPLE_HEAD
    table = Table(box=style, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False)
    table.add_column("method", style="bold", no_wrap=True)
    if form != "none":
        table.add_column(compared.request.command, no_wrap=True)
    for name in FIGURES:
        table.add_column(name, justify="left" if name == "verdict" else "right", no_wrap=True)
    for row in compared.rows:
        answer = [] if form == "none" else [_answer(row, compared, form)]
        table.add_row(Text(row.method), *answer, *_figures(row, page))
    return table


def _figures(row: Measured, page: Page) -> list[Text]:
    digits = Text("-" if row.accuracy is None else tenths(row.accuracy.digits))
    if row.tape is None:
        return [digits, *(Text("-") for _ in range(4))]
    times = [Text(duration(row.first_seconds)), Text(duration(row.seconds))]
    return [digits, *times, Text(size(row.peak_bytes)), verdict_text(row.verdict, page)]


def _answer(row: Measured, compared: Comparison, form: str) -> Text:
    if row.tape is None:
        return Text("no answer", style="dim")
    array = np.asarray(row.tape.arrays.get(compared.request.command, []))
    flat = array.ravel()[: NUMBERS + 1].tolist()
    shown = [number(x, compared.dtype) if form == "full" else f"{x:.6g}" for x in flat[:NUMBERS]]
    return Text(", ".join(shown) + (f", ... ({array.size})" if len(flat) > NUMBERS else ""))


def _below(compared: Comparison, page: Page) -> list[ConsoleRenderable]:
    notes = [(row.method, note) for row in compared.rows for note in row.notes[:2]]
    bullet = "-" if page.ascii_only else "•"
    lines: list[ConsoleRenderable] = [Text("")]
    lines += [hanging(Text(f"{bullet} "), Text(note)) for note in compared.exact.notes]
    lines += [hanging(Text(f"{bullet} "), Text(f"{method}: {note}")) for method, note in notes]
    words = "digits: shared with the exact value; next calls: the best of several; memory: the most that one call takes"
    return [*lines, Text(words, style="dim", overflow="fold")]


def duration(seconds: float) -> str:
    """``1.2 ms``."""
    if math.isnan(seconds):
        return "-"
    scale, unit = next(((s, u) for s, u in UNITS if seconds >= s), UNITS[-1])
    return f"{seconds / scale:.3g} {unit}"


def size(count: int) -> str:
    """``1.2 MB``."""
    for scale, unit in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if count >= scale:
            return f"{count / scale:.3g} {unit}"
    return f"{count} B"
