"""The commands that compute nothing: the catalogue of functions, and code to read."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated

import typer

from hesscli.cli.environment import current
from hesscli.cli.grouping import grouped
from hesscli.cli.options import DTYPE, DtypeOption, ExpressionText, FunctionOptions, Order, Tell
from hesscli.cli.settings import chosen
from hesscli.cli.telling import telling
from hesscli.errors import HesscliError
from hesscli.output.formats import SCHEMA, Format

if TYPE_CHECKING:
    from hesscli.cli.reading import Inputs
    from hesscli.language.functions import Function as Row

Name = Annotated[
    str | None, typer.Argument(metavar="[NAME]", show_default=False, help="One function, by name or alias.")
]


@grouped
def functions(show: Tell, name: Name = None) -> None:
    """Every function that an expression may use.

    Its meaning, its domain, and where it is not differentiable.

    [bold]Examples[/bold]

    \b
    hesscli functions
    hesscli functions erfc
    hesscli functions --json
    """
    from hesscli.language.functions import FUNCTIONS, WRITTEN
    from hesscli.output import catalogue

    with telling(catalogue, show) as tell:
        tell((*FUNCTIONS, *WRITTEN) if name is None else (_row(name),))


def _row(name: str) -> Row:
    from hesscli.language.functions import TYPED

    if name in TYPED:
        return TYPED[name]
    near = get_close_matches(name, TYPED, n=3)
    hint = f"; did you mean {' or '.join(near)}?" if near else "; hesscli functions lists all"
    raise HesscliError(f"unknown function {name!r}{hint}", code="unknown-name")


@grouped
def code(
    expression: ExpressionText, function: FunctionOptions, show: Tell, order: Order = 2, dtype: DtypeOption = DTYPE
) -> None:
    """A Python program with nested gradient tapes that computes this.

    To learn from and to paste: it runs as it is, with nothing but TensorFlow,
    and prints value, gradient and Hessian; with --order N all derivatives up
    to N. Without --at the point is all ones.

    [bold]Examples[/bold]

    \b
    hesscli code "x0**2+x0*x1" --at 1,2
    hesscli code "x**3" --at 2 --order 3 -o third.py
    """
    from hesscli.cli.reading import read
    from hesscli.code import script
    from hesscli.output.json import line

    form = chosen(show, text=".py")
    if order is None or not 1 <= order <= HIGHEST:
        raise HesscliError(f"--order: expected a whole number from 1 to {HIGHEST}, got {order}", code="order")
    environment = current.get()
    with environment.out(show.output) as stream:
        inputs = read(expression, function)
        point = _point(inputs)
        text = script(inputs.expression, point, order=order, dtype=dtype.value)
        if form is Format.JSON:
            head = {"schema": SCHEMA, "command": "code", "expression": expression}
            stream.write(line({**head, "code": text}, request_id=environment.request_id, first=environment.first))
        else:
            stream.write(text.encode("utf-8", "replace"))


def _point(inputs: Inputs) -> list[float]:
    if not inputs.points:
        return [1.0] * len(inputs.expression.variables)
    rows = inputs.coordinates()
    if len(rows) != 1:
        raise HesscliError(f"--at: the program has one point, got {len(rows)}", code="point")
    return [float(x) for x in rows[0]]


HIGHEST = 8
"""Nested tapes take half a minute at order 8, and 4 to 5 times more for each further one."""
