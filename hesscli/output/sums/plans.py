"""What an answer of sums will take, as a table or as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rich.table import Table
from rich.text import Text

from hesscli.elements.report import SumPlan
from hesscli.output.formats import SCHEMA, Format
from hesscli.output.json import line
from hesscli.output.page import Page, hanging
from hesscli.output.strict import strict


def render_plan(plan: SumPlan, form: Format, page: Page, *, request_id: Any = None, first: bool = True) -> bytes:
    """What an answer will take, in one of `PLANNED`."""
    if form is Format.JSON:
        told = {"schema": SCHEMA, "command": plan.command, "plan": strict(asdict(plan))}
        return line(told, request_id=request_id, first=first)
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True, style="bold")
    grid.add_column(overflow="fold")
    grid.add_row("variables", f"{plan.n:,}")
    grid.add_row("terms", f"{plan.terms:,}")
    grid.add_row("derivatives of terms", f"{plan.derivatives:,}")
    if plan.command == "hessian":
        grid.add_row("entries added", f"{plan.entries:,}")
    if plan.colours:
        grid.add_row("colours", f"{plan.colours:,}")
    grid.add_row("memory", f"about {plan.bytes / 2**20:,.0f} MiB beside TensorFlow's own")
    grid.add_row("time", f"about {plan.seconds:.0f} s with loading")
    mark = "- " if page.ascii_only else "• "
    ways = [hanging(Text(mark, style="yellow"), Text(way)) for way in plan.strategy]
    return page.draw(grid, Text(""), *ways).encode("utf-8", "replace")
