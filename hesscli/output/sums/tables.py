"""Answers of sums for people: sizes, extremes, sampled checks, the pattern, the verdict."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich import box
from rich.console import ConsoleRenderable
from rich.table import Table
from rich.text import Text

from hesscli.elements.report import SampledEntry, SumReport
from hesscli.output.operators import statistics_table
from hesscli.output.page import Page, hanging
from hesscli.output.summary import SENTENCES, agreement, verdict_line
from hesscli.output.sums.curvature import curvature, line, signs
from hesscli.output.table import POINT, number
from hesscli.result import Verdict

Array = NDArray[Any]

SHOWN = 8
"""Checked entries of one quantity that a table shows, and extremes."""

ECHOED = 400
"""Characters of a function that are shown."""

DRAWN = 48, 24
"""Columns and rows of the picture of a pattern, in dots of braille: two by four a character."""


def table(report: SumReport, page: Page, *, quiet: bool = False) -> str:
    """What people read: sizes, extremes, sampled checks, the verdict."""
    parts: list[ConsoleRenderable] = [] if quiet else [_heading(report), Text("")]
    parts.append(_sizes(report, page))
    if not quiet:
        parts += [*_checks(report, page), *_picture(report, page), *_formulas(report)]
    if report.statistics is not None:
        parts += [Text(""), *statistics_table(report.statistics, page)]
    if report.curvature is not None:
        parts += curvature(report.curvature, report.label, page, quiet=quiet)
    if not quiet:
        mark = "- " if page.ascii_only else "• "
        parts += [Text("")] + [hanging(Text(mark, style="yellow"), Text(note)) for note in report.notes]
        parts.append(verdict_line(report.verdict, sentence(report), page))
    return page.draw(*parts)


def _heading(report: SumReport) -> Text:
    lengths = {name: ",".join(f"0..{size - 1}" for size in shape) for name, shape in report.blocks}
    names = [f"{name}[{told}]" if told else name for name, told in lengths.items()]
    if len(names) > POINT:
        names[POINT - 1 : -1] = ["..."]
    shown = report.parsed if len(report.parsed) <= ECHOED else f"{report.parsed[:ECHOED]} ..."
    return Text(f"f({', '.join(names)}) = ", style="dim", overflow="fold").append(shown, style="bold not dim")


def _sizes(report: SumReport, page: Page) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True, style="bold")
    grid.add_column(overflow="fold")
    for name, text in facts(report):
        grid.add_row(name, text)
    return grid


def facts(report: SumReport) -> list[tuple[str, str]]:
    """Sizes, point, value and what is largest, a row each."""
    rows = [("variables", f"{report.n:,}"), ("terms", f"{report.terms:,}")]
    if report.parameters:
        rows.append(("with", ", ".join(f"{name} = {number(value)}" for name, value in report.parameters)))
    rows.append(("point", line(report.label, report.point)))
    rows.append(("value", number(report.value)))
    if report.command != "hvp":
        rows.append(("gradient", line(report.label, report.gradient)))
    if report.hvp is not None:
        rows.append(("Hessian times vector", line(report.label, report.hvp)))
    if report.hessian is not None:
        share = 100 * report.nonzeros / max(report.n, 1) ** 2
        many = f"{report.nonzeros:,} nonzero{'' if report.nonzeros == 1 else 's'} ({share:.3g} %)"
        rows.append(("Hessian", f"{report.n:,} x {report.n:,}, {many}, symmetric"))
        rows += [("", text) for text in _extremes(report)]
    if report.curvature is not None and report.curvature.signs is not None and report.n > 1:
        rows += [("", text) for text in signs(report.curvature.signs, report.n)]
    if report.rank is not None:
        rows.append(("", f"plus J^T C J of rank {len(report.rank[0])}, dense: kept as a product"))
    return rows


def _extremes(report: SumReport) -> list[str]:
    lower = report.hessian
    if not lower.nnz:
        return ["all of it is zero"] if report.rank is None else []
    rows = report.rows()
    if report.n <= SHOWN and lower.nnz <= 4 * SHOWN:
        return [
            f"H[{report.label(int(i))},{report.label(int(j))}] = {number(x)}"
            for i, j, x in zip(rows, lower.indices, lower.data, strict=True)
        ]
    told = []
    for word, k in (("largest", int(np.argmax(lower.data))), ("smallest", int(np.argmin(lower.data)))):
        i, j = int(rows[k]), int(lower.indices[k])
        told.append(f"{word} entry H[{report.label(i)},{report.label(j)}] = {number(lower.data[k])}")
    return told


def _checks(report: SumReport, page: Page) -> list[ConsoleRenderable]:
    """Some of the entries that both witnesses have, side by side."""
    shown: list[SampledEntry] = []
    for name in dict.fromkeys(entry.label.partition("[")[0] for entry in report.entries):
        shown += [one for one in report.entries if one.label.partition("[")[0] == name][:SHOWN]
    if not shown:
        return []
    rows = [(_derivative(one), _tape(one, report.dtype), one.exact or "not decided") for one in shown]
    found = Table(
        box=box.ASCII2 if page.ascii_only else box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False
    )
    for title in ("derivative by", "tape", "exact"):
        found.add_column(title, no_wrap=True)
    for row in rows:
        found.add_row(*row)
    return [Text(""), *([found] if page.fits(found) else _stacked(rows))]


def _derivative(one: SampledEntry) -> str:
    """By which variables an entry is a derivative; ``f`` is the value."""
    product = "(H v) " if one.label.startswith("hvp") else ""
    return product + (", ".join(one.names) or "f")


def _tape(one: SampledEntry, dtype: str) -> str:
    return number(one.tape, dtype) if math.isfinite(one.tape) else str(one.tape)


def _stacked(rows: Sequence[tuple[str, str, str]]) -> Iterator[Text]:
    """For narrow pages: the witnesses one below the other, for what they are compared by must not be cut."""
    yield Text("derivative by", style="dim")
    for name, tape, exact in rows:
        yield Text(name, style="bold", overflow="fold")
        for title, text in (("tape", tape), ("exact", exact)):
            yield Text(f"  {title:<8}", style="dim", overflow="fold").append(text, style="not dim")


def _picture(report: SumReport, page: Page) -> list[ConsoleRenderable]:
    """The pattern of the matrix in braille: a dot where a part of it has an entry."""
    if report.hessian is None or not report.hessian.nnz or page.ascii_only or report.n <= SHOWN:
        return []
    width = min(DRAWN[0], report.n)
    scale = width / report.n
    rows, columns = (report.rows() * scale).astype(int), (report.hessian.indices * scale).astype(int)
    dots = np.zeros((math.ceil(width / 4) * 4, math.ceil(width / 2) * 2), bool)
    dots[rows, columns] = dots[columns, rows] = True
    weights = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])
    cells = dots.reshape(len(dots) // 4, 4, -1, 2)
    codes = (cells * weights[None, :, None, :]).sum(axis=(1, 3))
    return [Text(""), *(Text("  " + "".join(chr(0x2800 + int(code)) for code in row)) for row in codes)]


def _formulas(report: SumReport) -> list[ConsoleRenderable]:
    if not report.formulas:
        return []
    around = "" if report.bare else ", without what stands around the sum"
    title = Text(f"in every term{around}", style="dim")
    return [Text(""), title, *(hanging(Text(f"{name} = "), Text(text, style="cyan")) for name, text in report.formulas)]


def sentence(report: SumReport) -> str:
    """What the verdict says, and of how many entries."""
    counts = ", ".join(f"{name} {some:,} of {every:,}" for name, (some, every) in report.checked.items())
    if report.verdict is Verdict.AGREE and report.accuracy is not None:
        return f"{agreement(report.accuracy)}, where both were asked ({counts})"
    words = {"times": "", "what": "derivatives"}
    return f"{SENTENCES.get(report.verdict, '').format(**words)} (checked: {counts})"
