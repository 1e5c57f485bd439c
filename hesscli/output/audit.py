"""The audit for people and for programs: a row an operation, a column an order, both numbers of the wrong ones."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Any

from rich import box
from rich.console import ConsoleRenderable
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from hesscli.accuracy import ROUGH
from hesscli.audit.report import Audit, Audited, Derivative, Status
from hesscli.output.formats import SCHEMA
from hesscli.output.page import Page
from hesscli.output.strict import strict
from hesscli.output.table import number

WORDS: dict[Status, tuple[str, str, str]] = {
    Status.RIGHT: ("✓", "right", "green"),
    Status.ZERO: ("○", "zero", "green"),
    Status.UNDEFINED: ("∄", "undef", "yellow"),
    Status.UNCHECKED: ("?", "open", "yellow"),
    Status.ERROR: ("!", "error", "magenta"),
    Status.NAN: ("∅", "nan", "magenta"),
    Status.HOLE: ("✗", "hole", "bold red"),
    Status.WRONG: ("✗", "wrong", "bold red"),
}
"""Status -> sign, word, style."""

MEANINGS: dict[Status, str] = {
    Status.RIGHT: "the exact value, up to rounding",
    Status.ZERO: "None, and the derivative is 0",
    Status.UNDEFINED: "no derivative exists there, whatever TensorFlow says",
    Status.UNCHECKED: "no exact value to compare with",
    Status.ERROR: "TensorFlow raises an error",
    Status.NAN: "NaN or an infinity where the derivative is finite",
    Status.HOLE: "None where the derivative is not 0: a sum takes it for 0",
    Status.WRONG: "another number, without a warning",
}
"""What a word means."""

PRIMES = ("value", "f′", "f″", "f‴", "f⁗", "f⁽⁵⁾", "f⁽⁶⁾")
PLAIN = ("value", "f'", "f''", "f'''", "f''''", "f(5)", "f(6)")
REGISTRY = re.compile(
    r"(?:no gradient defined|gradient registry has no entry)[^:]*: *(\w+)|op type: (\w+)", re.IGNORECASE
)
CAUSE = 60
CELL, ROOM, NARROW = 8, 24, 60
"""Columns of one derivative, the fewest for a name beside them, and of a page for both numbers beside a name."""


def to_dict(audit: Audit) -> dict[str, Any]:
    """The JSON object: every operation with every derivative, and the sums."""
    head = {"schema": SCHEMA, "command": "audit", "order": audit.order, "silent": audit.silent}
    counts = {status.value: count for status, count in _counts(audit.rows).items()}
    rest = {"counts": counts, "seconds": audit.seconds, "versions": dict(audit.versions)}
    everything = {**head, "operations": [_object(row) for row in audit.rows], **rest}
    return {name: strict(value) for name, value in everything.items()}


def _object(row: Audited) -> dict[str, Any]:
    fields = (
        "name",
        "where",
        "family",
        "mode",
        "expression",
        "variables",
        "point",
        "direction",
        "dtype",
        "thread",
        "note",
    )
    found = {
        "derivatives": [
            {
                "order": f.order, "fate": f.status.value, "tensorflow": f.tape, "exact": f.exact, "digits": f.digits,
                "message": f.message or None,
            }
            for f in row.derivatives
        ]
    }  # fmt: skip
    return {**{field: getattr(row, field) for field in fields}, "silent": row.silent, **found}


def draw(audit: Audit, page: Page, *, quiet: bool = False) -> str:
    """The table, the wrong numbers beside the right ones, the errors, the sums.

    Args:
        audit: what was measured.
        page: what it is drawn for.
        quiet: only operations with trouble, and nothing but the table and the sums.

    Returns:
        The text, its last line ended.
    """
    rows = [row for row in audit.rows if not quiet or _trouble(row)]
    parts: list[ConsoleRenderable] = [*_table(rows, audit.order, page), Text("")] if rows else []
    if not quiet:
        parts += [*_wrong(audit.rows, page), *_errors(audit.rows, page), *_legend(audit.rows, page)]
    return page.draw(*parts, *_sums(audit, page))


def _trouble(row: Audited) -> bool:
    return any(derivative.status not in (Status.RIGHT, Status.ZERO) for derivative in row.derivatives)


def _counts(rows: Iterable[Audited]) -> dict[Status, int]:
    """How many derivatives, from the first order on, met each status; a wrong value is counted as well."""
    seen = Counter(f.status for row in rows for f in row.derivatives if f.order or f.status is Status.WRONG)
    return {status: seen[status] for status in Status if seen[status]}


def _table(rows: Iterable[Audited], order: int, page: Page) -> list[ConsoleRenderable]:
    """A row an operation, families one below the other; notes where there is room for them."""
    shown = list(rows)
    for remark in (_remark, _thread):
        table = _grid(shown, order, page, remark)
        if page.fits(table) or not page.fold:
            return [table]
    if page.width - CELL * order < ROOM:
        return _stacked(shown, order, page)
    return [_grid(shown, order, page, None)]


def _stacked(rows: list[Audited], order: int, page: Page) -> list[ConsoleRenderable]:
    """For narrow pages: the derivatives of an operation below its name."""
    lines: list[ConsoleRenderable] = []
    for family, members in groupby(rows, key=lambda row: row.family):
        lines += [Text("")] * bool(lines) + [Text(family, style="bold")]
        for row in members:
            by_order = {derivative.order: derivative for derivative in row.derivatives}
            label = _name(row)
            label.overflow = "fold"
            lines.append(Padding(label, (0, 0, 0, 2)))
            labels = PLAIN if page.ascii_only else PRIMES
            cells = [(labels[k], _cell(by_order.get(k), row.dtype, page)) for k in range(1, order + 1)]
            told = Text("   ").join(Text(f"{name} ").append_text(cell) for name, cell in cells if cell.plain)
            lines.append(Padding(told, (0, 0, 0, 4)))
    return lines


def _grid(rows: list[Audited], order: int, page: Page, remark: Callable[[Audited], str] | None) -> Table:
    table = _frame(page)
    table.add_column("operation", overflow="fold")
    for name in (PLAIN if page.ascii_only else PRIMES)[1 : order + 1]:
        table.add_column(name, no_wrap=True, min_width=5 if page.ascii_only else 7)
    if remark:
        table.add_column("", style="dim", no_wrap=True)
    for family, members in groupby(rows, key=lambda row: row.family):
        table.add_section()
        table.add_row(Text(family, style="bold"))
        previous = None
        for row in members:
            by_order = {derivative.order: derivative for derivative in row.derivatives}
            cells = [_cell(by_order.get(k), row.dtype, page) for k in range(1, order + 1)]
            same = previous == (row.name, row.where) and row.mode != "reverse"
            label = Text(f"    {row.mode}", style="cyan") if same else Text("  ").append_text(_name(row))
            table.add_row(label, *cells, *([Text("" if same else remark(row))] if remark else []))
            previous = (row.name, row.where)
    return table


def _frame(page: Page) -> Table:
    kind = box.ASCII2 if page.ascii_only else box.SIMPLE_HEAD
    return Table(box=kind, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False)


def _name(row: Audited) -> Text:
    """The operation; what is special about the point, and the mode where it is not nested tapes."""
    mode = "" if row.mode == "reverse" else row.mode
    special = ", ".join(part for part in (row.where, mode) if part)
    return Text(row.name).append(f"  {special}" if special else "", style="cyan")


def _remark(row: Audited) -> str:
    return ", ".join(part for part in (row.note, row.thread) if part)


def _thread(row: Audited) -> str:
    return row.thread


def _cell(derivative: Derivative | None, dtype: str, page: Page) -> Text:
    """Sign and word; of a right number that rounding has left few digits, these digits."""
    if derivative is None:
        return Text("")
    sign, word, style = WORDS[derivative.status]
    if derivative.status is Status.RIGHT and derivative.digits is not None and derivative.digits < ROUGH[dtype]:
        word, style = f"{derivative.digits:.1f} d", "yellow"
    return Text(word if page.ascii_only else f"{sign} {word}", style=style)


def _wrong(rows: Iterable[Audited], page: Page) -> list[ConsoleRenderable]:
    """Every silently wrong derivative with both numbers."""
    silent = [row for row in rows if row.silent]
    if not silent:
        return []
    if page.fold and page.width < NARROW:
        return [*_wrong_stacked(silent, page), Text("")]
    table = _frame(page)
    table.add_column("silently wrong", overflow="fold")
    table.add_column("", no_wrap=True)
    table.add_column("TensorFlow", justify="right", overflow="fold")
    table.add_column("exact", justify="right", overflow="fold")
    for row in silent:
        for k, derivative in enumerate(derivative for derivative in row.derivatives if derivative.status.silent):
            name = _name(row) if k == 0 else Text("")
            order = (PLAIN if page.ascii_only else PRIMES)[derivative.order]
            table.add_row(name, Text(order), Text(_said(derivative, row.dtype), style="red"), Text(_exact(derivative)))
    return [table, Text("")]


def _wrong_stacked(silent: Iterable[Audited], page: Page) -> Iterator[ConsoleRenderable]:
    yield Text("silently wrong", style="bold")
    for row in silent:
        yield Padding(_name(row), (0, 0, 0, 2))
        for derivative in (derivative for derivative in row.derivatives if derivative.status.silent):
            order = (PLAIN if page.ascii_only else PRIMES)[derivative.order]
            told = (
                Text(f"{order} ")
                .append(_said(derivative, row.dtype), style="red")
                .append(f", exact {_exact(derivative)}")
            )
            yield Padding(told, (0, 0, 0, 4))


def _said(derivative: Derivative, dtype: str) -> str:
    return "None" if derivative.tape is None else _short(number(derivative.tape, dtype))


def _exact(derivative: Derivative) -> str:
    return _short(derivative.exact or "")


def _short(text: str) -> str:
    """At most ten digits: a wrong number is wrong long before."""
    return text.removeprefix("-") if float(text) == 0 else text if len(text) <= 12 else f"{float(text):.10g}"


def _errors(rows: Iterable[Audited], page: Page) -> list[ConsoleRenderable]:
    """What TensorFlow raised, and which operations end in it."""
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        for derivative in row.derivatives:
            if derivative.status is Status.ERROR:
                found.setdefault(_cause(derivative.message), {}).setdefault(row.name, derivative.order)
    if not found:
        return []
    table = _frame(page)
    table.add_column("errors", overflow="fold")
    table.add_column("in", overflow="fold")
    labels = PLAIN if page.ascii_only else PRIMES
    for cause, names in sorted(found.items()):
        told = ", ".join(f"{name} ({labels[order]})" for name, order in names.items())
        table.add_row(Text(cause, style="magenta"), Text(told))
    return [table, Text("")]


def _cause(message: str) -> str:
    """The operation that has no gradient, or the beginning of the message."""
    found = REGISTRY.search(message)
    if found:
        return f"{found[1] or found[2]} has no gradient"
    return message if len(message) <= CAUSE else f"{message[:CAUSE].rstrip()}..."


def _legend(rows: Iterable[Audited], page: Page) -> list[ConsoleRenderable]:
    """The words that occur, and what they mean."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    for status in _counts(rows):
        sign, word, style = WORDS[status]
        table.add_row(
            Text(word if page.ascii_only else f"{sign} {word}", style=style), Text(MEANINGS[status], style="dim")
        )
    return [table, Text("")]


def _sums(audit: Audit, page: Page) -> list[ConsoleRenderable]:
    """How many met each status, and the one sentence that matters."""
    counts = _counts(audit.rows)
    points = {(row.name, row.where, row.expression) for row in audit.rows}
    release = f"TensorFlow {audit.versions.get('tensorflow', '?')}"
    head = f"{release}: {sum(counts.values())} derivatives of {_places(audit.rows)} at {_many(len(points), 'point')}"
    line = Text(f"{head}, {audit.seconds:.0f} s: ", overflow="fold")
    for k, (status, count) in enumerate(counts.items()):
        line.append(", " if k else "").append(f"{count} {WORDS[status][1]}", style=WORDS[status][2])
    if not audit.silent:
        return [line, Text(_signed("✓", conclusion(audit), page), style="bold green")]
    return [line, Text(_signed("✗", conclusion(audit), page), style="bold red", overflow="fold")]


def conclusion(audit: Audit) -> str:
    """How many derivatives are silently wrong, in words."""
    silent = [row for row in audit.rows if row.silent]
    total = sum(derivative.status.silent for row in silent for derivative in row.derivatives)
    return (
        f"{_many(total, 'derivative')} silently wrong, in {_places(silent)}"
        if total
        else "none of them is silently wrong"
    )


def _signed(sign: str, text: str, page: Page) -> str:
    return text if page.ascii_only else f"{sign} {text}"


def _places(rows: Iterable[Audited]) -> str:
    return _many(len({row.name for row in rows}), "operation")


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
