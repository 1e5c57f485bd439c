"""A check for people and for programs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from hesscli.checking.report import Check, ClaimedEntry
from hesscli.output.json import head
from hesscli.output.page import Page
from hesscli.output.strict import strict
from hesscli.output.table import number
from hesscli.request import label
from hesscli.result import writes

MOST = 12
"""Wrong entries that are shown with numbers."""

ROWS = 100
"""Entries up to which the right ones are shown too."""

COORDINATES = 8
SHORT, POINTS = 3, 6
"""Coordinates and points that are written out, a few of each."""

FORMS = (
    {"formula": True, "slip": True},
    {"formula": True, "slip": False},
    {"formula": False, "slip": True},
    {"formula": False, "slip": False},
)
"""What the table holds, the first that fits; what it does not hold stands in the lines below it."""


@writes(Check, "dict")
def to_dict(report: Check) -> dict[str, Any]:
    """The JSON object."""
    top = head("check", report) | {"points": [list(point) for point in report.points], "rtol": report.rtol}
    entries = [
        {
            "quantity": e.quantity, "index": list(e.index), "claimed": e.claimed, "right": e.right, "given": e.given,
            "exact": e.exact, "formula": e.formula, "error": e.error, "point": list(e.point), "slip": e.slip or None,
        }
        for e in report.entries
    ]  # fmt: skip
    rest = {"entries": entries, "verdict": report.verdict.value, "notes": list(report.notes)}
    return {name: strict(value) for name, value in {**top, **rest}.items()}


def draw(report: Check, page: Page, *, quiet: bool = False) -> str:
    """A row an entry; the wrong ones say where and how."""
    more = ", ..." if len(report.variables) > COORDINATES else ""
    names = ", ".join(report.variables[:COORDINATES])
    head = Text(f"f({names}{more}) = ", style="dim", overflow="fold").append(report.parsed, style="bold")
    parts: list[Any] = [] if quiet else [head, Text(_where(report), style="dim", overflow="fold"), Text("")]
    form = next((form for form in FORMS if page.fits(_table(report, page, **form))), FORMS[-1])
    parts += [_table(report, page, **form), Text("")] if _rows(report) else []
    bullet = "-" if page.ascii_only else "•"
    notes = [Text(f"{bullet} {note}", overflow="fold") for note in report.notes]
    details = [] if quiet else _details(report, page, **form)
    return page.draw(*parts, *details, *notes, _verdict(report, page))


def _rows(report: Check) -> list[ClaimedEntry]:
    """All entries, or of many only the wrong ones."""
    few = len(report.entries) <= ROWS
    return list(report.entries if few else report.wrong)


def _where(report: Check) -> str:
    names, count = report.variables, len(report.points)
    random = "random " if report.drawn else ""
    if count == 1:
        coordinates = [f"{n} = {number(x)}" for n, x in list(zip(names, report.points[0], strict=True))[:COORDINATES]]
        return f"at {'the ' if random else ''}{random}{'point ' if random else ''}" + ", ".join(coordinates)
    if len(names) > SHORT or count > POINTS:
        return f"at {count} {random}points"
    shown = ", ".join(_tuple([number(x) for x in point]) for point in report.points)
    return f"at {count} {random}points, {_tuple(names)} = {shown}"


def _tuple(words: Sequence[str]) -> str:
    """Without blanks, so that no line ends inside."""
    return f"({','.join(words)})" if len(words) > 1 else words[0]


def _table(report: Check, page: Page, *, formula: bool, slip: bool) -> Table:
    table = Table(
        box=box.ASCII2 if page.ascii_only else box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False
    )
    table.add_column("entry", style="bold", no_wrap=True)
    rows, alone = _rows(report), len(report.points) == 1
    written = any(entry.claimed is not None for entry in rows)
    formula = formula and any(entry.formula or alone for entry in rows)
    for header in (["claimed"] if written else []) + (["right one"] if formula else []) + [""]:
        table.add_column(header, overflow="fold")
    for entry in rows:
        number = short(entry.exact) if alone else ""
        claimed = [Text(entry.claimed or "")] if written else []
        right = [Text(entry.formula or number, style="cyan")] if formula else []
        table.add_row(Text(label(entry.quantity, entry.index)), *claimed, *right, _judgement(entry, page, slip=slip))
    return table


def _judgement(entry: ClaimedEntry, page: Page, *, slip: bool) -> Text:
    if entry.right:
        return Text("right" if page.ascii_only else "✓ right", style="green")
    text = Text("wrong" if page.ascii_only else "✗ wrong", style="red")
    return text.append(f": {entry.slip}", style="bold red") if entry.slip and slip else text


def short(decimal: str) -> str:
    """At most 12 significant digits, enough to see where two numbers part."""
    return f"{float(decimal):.12g}"


def _details(report: Check, page: Page, *, formula: bool, slip: bool) -> list[Text]:
    """With numbers: where each wrong entry is worst."""
    bullet = "-" if page.ascii_only else "•"
    lines = []
    for entry in report.wrong[:MOST]:
        given = short(repr(entry.given)) if math.isfinite(entry.given) else "no number"
        point = ", ".join(f"{n} = {number(x)}" for n, x in list(zip(report.variables, entry.point, strict=True))[:4])
        at = f" at {point}" if len(report.points) > 1 else ""
        right = f"; right is {entry.formula}" if entry.formula and not formula else ""
        words = f"; {entry.slip}" if entry.slip and not slip else ""
        told = f"{given} instead of {short(entry.exact)}{at}{right}{words}"
        lines.append(Text(f"{bullet} {label(entry.quantity, entry.index)}: {told}", overflow="fold"))
    return lines


def _verdict(report: Check, page: Page) -> Text:
    sign = "" if page.ascii_only else "✓ " if report.right else "✗ "
    return Text(f"{sign}{report.conclusion}", style=f"bold {'green' if report.right else 'red'}")
