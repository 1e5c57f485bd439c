"""Answers in a notebook: small tables, and formulas."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import hesscli.output.checked
import hesscli.output.json  # noqa: F401 - both register the dicts of answers
from hesscli.checking.report import Check
from hesscli.output.entries import entries, names, notation
from hesscli.output.formats import Format
from hesscli.output.formulas import render as symbolic
from hesscli.output.latex import render
from hesscli.output.page import Page
from hesscli.output.summary import sentence
from hesscli.output.table import number
from hesscli.request import label
from hesscli.result import Result, writes
from hesscli.result.reports import Symbolic

MOST_ROWS = 40
"""Entries beyond which a table is no longer looked at."""


@writes(Result, "html")
def html(result: Result) -> str:
    """A row an entry: the number to use, and the exact digits; above it what the witnesses say together."""
    where = ", ".join(f"{name} = {number(x)}" for name, x in zip(result.variables, result.point, strict=True))
    found = [entry for name in names(result) for entry in entries(result, name)]
    rows = [
        (
            notation(result, entry.quantity, entry.index),
            "" if entry.number is None else number(entry.number),
            entry.exact or "",
        )
        for entry in found
    ]
    return (
        f"<p><code>{escape(result.parsed)}</code> at {escape(where)}: "
        f"<b>{result.verdict.value}</b>, {escape(sentence(result))}</p>"
        f"{grid(('', 'number', 'exact'), rows)}{bullets(result.notes)}"
    )


@writes(Check, "html")
def checked(report: Check) -> str:
    """A row an entry, of many the wrong ones: what was claimed, the right one, and the slip."""
    shown = report.entries if len(report.entries) <= MOST_ROWS else report.wrong
    rows = [
        (
            label(entry.quantity, entry.index),
            entry.claimed or number(entry.given),
            entry.formula or entry.exact,
            "right" if entry.right else f"wrong: {entry.slip}" if entry.slip else "wrong",
        )
        for entry in shown
    ]
    return (
        f"<p><code>{escape(report.parsed)}</code>: <b>{report.verdict.value}</b>, {escape(report.conclusion)}</p>"
        f"{grid(('', 'claimed', 'right one', ''), rows) if rows else ''}{bullets(report.notes)}"
    )


@writes(Result, "latex")
def latex(result: Result) -> str:
    """The display maths of ``--format latex``, without its comments."""
    return _display(b"".join(render([result])))


@writes(Symbolic, "latex")
def formulas(found: Symbolic) -> str:
    """The display maths of ``--format latex``, without its comments."""
    return _display(symbolic(found, Format.LATEX, Page()))


def _display(text: bytes) -> str:
    return "\n".join(line for line in text.decode("utf-8").splitlines() if not line.startswith("%"))


def grid(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The first `MOST_ROWS` of them, and how many there are besides."""

    def row(cells: Sequence[str], tag: str) -> str:
        return f"<tr>{''.join(f'<{tag}>{escape(cell)}</{tag}>' for cell in cells)}</tr>"

    body = [row(cells, "td") for cells in rows[:MOST_ROWS]]
    if len(rows) > MOST_ROWS:
        body.append(f'<tr><td colspan="{len(head)}">and {len(rows) - MOST_ROWS} more</td></tr>')
    return f"<table><thead>{row(head, 'th')}</thead><tbody>{''.join(body)}</tbody></table>"


def bullets(notes: Sequence[str]) -> str:
    """A list of sentences; nothing of none."""
    return f"<ul>{''.join(f'<li>{escape(note)}</li>' for note in notes)}</ul>" if notes else ""
