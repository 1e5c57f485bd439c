"""A result in a notebook: a small table, and a formula."""

from __future__ import annotations

from html import escape

from hesscli.output.entries import entries, label, names
from hesscli.output.latex import render
from hesscli.output.summary import sentence
from hesscli.output.table import number
from hesscli.result import Result, writes

MOST_ROWS = 40
"""Entries beyond which a table is no longer looked at."""


@writes("html")
def html(result: Result) -> str:
    """A row an entry: the number to use, and the exact digits; above it what the witnesses say together."""
    where = ", ".join(f"{name} = {number(x)}" for name, x in zip(result.variables, result.point, strict=True))
    found = [entry for name in names(result) for entry in entries(result, name)]
    rows = [
        f"<tr><td>{escape(label(result, entry.quantity, entry.index))}</td>"
        f"<td>{'' if entry.number is None else number(entry.number)}</td><td>{escape(entry.exact or '')}</td></tr>"
        for entry in found[:MOST_ROWS]
    ]
    if len(found) > MOST_ROWS:
        rows.append(f'<tr><td colspan="3">and {len(found) - MOST_ROWS} more</td></tr>')
    notes = "".join(f"<li>{escape(note)}</li>" for note in result.notes)
    return (
        f"<p><code>{escape(result.parsed)}</code> at {escape(where)}: "
        f"<b>{result.verdict.value}</b>, {escape(sentence(result))}</p>"
        f"<table><thead><tr><th></th><th>number</th><th>exact</th></tr></thead><tbody>{''.join(rows)}</tbody></table>"
        + (f"<ul>{notes}</ul>" if notes else "")
    )


@writes("latex")
def latex(result: Result) -> str:
    """The display maths of ``--format latex``, without its comments."""
    lines = b"".join(render([result])).decode("utf-8").splitlines()
    return "\n".join(line for line in lines if not line.startswith("%"))
