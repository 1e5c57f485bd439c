"""Matrices as they are written: rows between brackets."""

from __future__ import annotations

from typing import Any

from rich.table import Table

from hesscli.output.page import Page

MATRIX = 8
"""Largest matrix that is drawn as one."""


def six(value: Any) -> str:
    """A number to 6 digits; a question mark for none."""
    return "?" if value is None else f"{float(value):.6g}"


def brackets(title: str, rows: list[list[str]], page: Page) -> Table:
    """The title beside the first row of a matrix."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1))
    table.add_column(no_wrap=True, style="dim")
    for _ in range(len(rows[0]) + 2):
        table.add_column(no_wrap=True, justify="right")
    last = len(rows) - 1
    for k, row in enumerate(rows):
        left, right = (
            ("[", "]") if page.ascii_only else ("⎡", "⎤") if k == 0 else ("⎣", "⎦") if k == last else ("⎢", "⎥")
        )
        table.add_row(title if k == 0 else "", left, *row, right)
    return table
