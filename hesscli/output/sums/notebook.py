"""Answers of sums in a notebook: sizes and ends, and the entries that were checked, as small tables."""

from __future__ import annotations

from html import escape

from hesscli.elements.report import SumReport
from hesscli.output.notebook import bullets, grid
from hesscli.output.sums.objects import to_dict
from hesscli.output.sums.tables import facts, sentence
from hesscli.output.table import number
from hesscli.result import writes

writes(SumReport, "dict")(to_dict)


@writes(SumReport, "html")
def html(report: SumReport) -> str:
    """A row a fact, then a row a checked entry: the tape's number, and the exact digits."""
    checked = [
        (entry.label, ", ".join(entry.names), number(entry.tape, report.dtype), entry.exact or "not decided")
        for entry in report.entries
    ]
    return (
        f"<p><code>{escape(report.parsed)}</code>: <b>{report.verdict.value}</b>, {escape(sentence(report))}</p>"
        f"{grid(('', ''), facts(report))}"
        f"{grid(('checked', 'by', 'tape', 'exact'), checked) if checked else ''}{bullets(report.notes)}"
    )
