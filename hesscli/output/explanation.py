"""Where the digits go: how many each operation has left, order by order, and what float32 would give."""

from __future__ import annotations

import numpy as np
from rich import box
from rich.console import ConsoleRenderable
from rich.table import Table
from rich.text import Text

from hesscli.accuracy import FULL
from hesscli.output.entries import notation, partial
from hesscli.output.page import Page
from hesscli.output.summary import tenths
from hesscli.result import Explanation, Operation, Result

MOST = 20
"""Operations that are all shown; of more only those that lost digits."""

FEW = 4.0
WIDEST = 60
"""Characters of an operation."""


def section(result: Result, explanation: Explanation, page: Page) -> list[ConsoleRenderable]:
    """The table of operations and the line about float32."""
    entry = notation(result, explanation.quantity, explanation.index, ascii_only=page.ascii_only)
    table = _operations(f"digits left on the way to {entry}", result, explanation, page)
    return [Text(""), table, *_single(entry, explanation)]


def _operations(title: str, result: Result, explanation: Explanation, page: Page) -> Table:
    style = box.ASCII2 if page.ascii_only else box.SIMPLE_HEAD
    table = Table(box=style, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False)
    table.add_column(title, overflow="fold", max_width=WIDEST)
    by = explanation.wrt
    for order in range(len(by) + 1):
        sign = partial("", by[:order], result.variables, ascii_only=page.ascii_only)
        table.add_column(sign or "value", justify="right", no_wrap=True)
    for operation in shown(explanation, result.dtype):
        cells = (_digits(operation, order, result.dtype) for order in range(len(by) + 1))
        table.add_row(Text(operation.text), *cells)
    return table


def shown(explanation: Explanation, dtype: str) -> list[Operation]:
    """The operations of the table: all of them but bare variables, or those that lost most."""
    rows = [o for o in explanation.operations if not o.text.isidentifier()] or list(explanation.operations)
    if len(rows) <= MOST:
        return rows
    weakest = sorted(range(len(rows)), key=lambda k: _least(rows[k]))[:MOST]
    return [rows[k] for k in sorted(weakest) if k == len(rows) - 1 or _least(rows[k]) < FULL[dtype]]


def _least(operation: Operation) -> float:
    return min((d for d in operation.digits if d is not None), default=0.0)


def _digits(operation: Operation, order: int, dtype: str) -> Text:
    digits = operation.digits[order]
    if digits is None:
        return Text("-", style="dim")
    return Text(tenths(digits), style="" if digits >= FULL[dtype] else "yellow" if digits >= FEW else "red")


def _single(entry: str, explanation: Explanation) -> list[ConsoleRenderable]:
    """What single precision gives for the entry that is explained."""
    arrays = explanation.float32.arrays if explanation.float32 is not None else {}
    if explanation.quantity not in arrays:
        return []
    number = np.asarray(arrays[explanation.quantity])[explanation.index]
    error = explanation.float32_accuracy
    left = "" if error is None else f"; {tenths(error.digits)} digits in the whole answer"
    return [Text(""), Text(f"float32 would give {entry} = {number}{left}")]
