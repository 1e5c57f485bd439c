"""The catalogue of functions for people and for programs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from hesscli.language.functions import Function
from hesscli.output.formats import SCHEMA
from hesscli.output.page import Page


def to_dict(rows: Sequence[Function]) -> dict[str, Any]:
    """The JSON object of some rows."""
    return {
        "schema": SCHEMA,
        "command": "functions",
        "functions": [
            {
                "name": row.name, "aliases": list(row.aliases), "arguments": [row.least, row.most],
                "definition": row.summary, "domain": row.domain, "kinks": row.kinks or None,
            }
            for row in rows
        ],
    }  # fmt: skip


def draw(rows: Sequence[Function], page: Page, *, quiet: bool = False) -> str:
    """A table; on a narrow page a block a function."""
    if len(rows) == 1:
        return page.draw(*_block(rows[0]))
    table = Table(
        box=box.ASCII2 if page.ascii_only else box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False
    )
    for name, least in (("function", 22), ("meaning", 20), ("domain", 12), ("not differentiable", 8)):
        table.add_column(name, overflow="fold", min_width=least)
    for row in rows:
        table.add_row(
            Text(call(row), style="bold cyan").append(_also(row), style="not bold dim"),
            *map(Text, (row.summary, row.domain, row.kinks)),
        )
    words = f"{len(rows)} functions; constants pi, E, EulerGamma; operators + - * / ** ^ < <= > >= == != and or not"
    count = [] if quiet else [Text(words, style="dim")]
    if page.width < NARROW:
        return page.draw(*(line for row in rows for line in (*_block(row), Text(""))), *count)
    return page.draw(table, Text(""), *count)


NARROW = 76


def call(row: Function) -> str:
    """``log(x[, y])``, ``Max(x, ...)``, ``elliptic_e([phi, ]m)``."""
    letters = _letters(row)
    inside = ", ".join(letters[: max(row.least, 1)])
    if row.most is None:
        return f"{row.name}({inside}, ...)"
    if row.least < row.most and f"{row.name}({', '.join(letters[-row.least :])})" in row.summary:
        return f"{row.name}([{', '.join(letters[: -row.least])}, ]{', '.join(letters[-row.least :])})"
    return f"{row.name}({inside}{''.join(f'[, {letter}]' for letter in letters[row.least : row.most])})"


def _letters(row: Function) -> list[str]:
    """The arguments' names as the summary, or the definition, has them."""
    for spelt in re.findall(rf"\b{row.name}\(([^()]*)\)", " ".join((row.summary, *row.definitions))):
        letters = [part.strip() for part in spelt.split(",")]
        if len(letters) == row.most:
            return letters
    return list("xyzw")


def _also(row: Function) -> str:
    return f" {', '.join(row.aliases)}" if row.aliases else ""


def _block(row: Function) -> list[Text]:
    pairs = [
        ("also", ", ".join(row.aliases)),
        ("is", row.summary),
        ("for", row.domain),
        ("not differentiable at", row.kinks),
    ]
    lines = [Text(call(row), style="bold cyan")]
    return lines + [
        Text(f"  {name}: ", style="dim", overflow="fold").append(text, style="not dim") for name, text in pairs if text
    ]
