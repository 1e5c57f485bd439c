"""What the Hessian of sums tells besides its entries, as rows and tables."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import ConsoleRenderable
from rich.table import Table
from rich.text import Text

from hesscli.elements.report import NumericalCurvature
from hesscli.operators.report import Signs
from hesscli.output.operators import definiteness, extremes_table, missed, worth
from hesscli.output.page import Page
from hesscli.output.table import number

Array = NDArray[Any]

WHOLE = 8
"""Numbers of a vector that is shown whole."""


def line(label: Callable[[int], str], values: Array) -> str:
    """A short vector whole, a long one by its size and ends."""
    if len(values) <= WHOLE:
        return ", ".join(f"{label(k)} = {number(x)}" for k, x in enumerate(values))
    ends = [f"{label(k)} = {number(values[k])}" for k in (0, 1, len(values) - 1)]
    norm = float(np.nanmax(np.abs(values))) if not np.isnan(values).all() else math.nan
    return f"{ends[0]}, {ends[1]}, ..., {ends[2]} (largest size {number(norm)})"


HOW = {
    "of all eigenvalues": "by all eigenvalues of",
    "all are zero": "by all entries of",
    "by Lanczos": "by Lanczos's method on",
}
"""How the signs are known, where the words of `Signs` do not lead to the matrix themselves."""


def signs(found: Signs, n: int) -> list[str]:
    """Rows about the signs of the n eigenvalues."""
    told = definiteness(found.word, found.negative, found.nil, n)
    between = (_between("the smallest", found.smallest), _between("the largest", found.largest))
    return [
        f"definiteness: {told}; {HOW.get(found.how, f'{found.how} of')} the matrix as computed",
        f"eigenvalues: {'; '.join(between)}",
    ]


def _between(which: str, ends: tuple[float, float]) -> str:
    low, high = ends
    if high - low <= 1e-8 * max(abs(low), abs(high)):
        return f"{which} {(low + high) / 2:.7g}"
    if not (math.isfinite(low) and math.isfinite(high)):
        return f"{which} {'at most' if math.isfinite(high) else 'at least'} {high if math.isfinite(high) else low:.5g}"
    return f"{which} between {low:.5g} and {high:.5g}"


def curvature(
    found: NumericalCurvature, label: Callable[[int], str], page: Page, *, quiet: bool = False
) -> list[ConsoleRenderable]:
    """What was asked for besides."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True, style="bold")
    grid.add_column(overflow="fold")
    if found.trace is not None:
        grid.add_row("trace", number(found.trace))
    if found.diagonal is not None:
        grid.add_row("diagonal", line(label, found.diagonal))
    for name, solution in ((f"inverse times {found.rhs}", found.solution), ("Newton step", found.newton)):
        if solution is not None:
            grid.add_row(name, "none found" if solution.usable is None else line(label, solution.usable))
            grid.add_row("", worth(solution))
    parts: list[ConsoleRenderable] = [Text(""), grid] if grid.row_count else []
    if found.spectrum is not None:
        parts += [Text(""), extremes_table(found.spectrum, page)]
        if not quiet:
            parts.append(Text(missed(found.spectrum), style="dim", overflow="fold"))
    return parts + [Text(f"! {note}", style="yellow", overflow="fold") for note in found.notes]
