"""The command ``check``."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from hesscli.cli.desk import current
from hesscli.cli.evaluate import page_of
from hesscli.cli.options import WHAT, Digits, Format, Function, Rtol, Show, Text, TimeLimit, Witnesses, grouped
from hesscli.cli.reading import read
from hesscli.cli.settings import chosen, options
from hesscli.errors import ExitStatus, HesscliError


def _claimed(name: str, example: str) -> Any:
    return typer.Option(
        f"--{name}",
        metavar="TEXT|FILE|FILE.py:NAME",
        show_default=False,
        rich_help_panel=WHAT,
        help=f"The {name.title()} claimed, e.g. '{example}'.",
    )


HessianClaim = Annotated[str | None, _claimed("hessian", "\\[\\[12*x**2, 0], \\[0, 2]]")]
GradientClaim = Annotated[str | None, _claimed("gradient", "\\[4*x**3, 2*y]")]
JacobianClaim = Annotated[str | None, _claimed("jacobian", "\\[\\[y, x], \\[1, 0]]")]


ENOUGH = 17
"""Digits that tell one double from the next."""


@grouped
def check(
    expression: Text,
    function: Function,
    show: Show,
    hessian: HessianClaim = None,
    gradient: GradientClaim = None,
    jacobian: JacobianClaim = None,
    rtol: Rtol = None,
    digits: Digits = 17,
    time_limit: TimeLimit = 10.0,
) -> None:
    """A hand-written derivative against the exact one, entry by entry.

    The classic slips are named: sign, factor, an entry in the wrong place.
    A claim is formulas or numbers, as text or in a file (.json .csv .npy .txt),
    or a Python function, FILE.py:NAME, which is run: it gets one vector, or one
    number a variable, and returns the array.
    Without --at it is held against several random points of the domain.

    [bold]Examples[/bold]

    \b
    hesscli check "x**4 + y**2" --hessian "\\[\\[12*x**2, 0], \\[0, 2]]"
    hesscli check "x*sin(y)" --gradient "\\[sin(y), -x*cos(y)]"
    hesscli check "x0**2+x0*x1" --at 1,2 --hessian hand.csv
    hesscli check "(1-x)^2 + 100(y-x^2)^2" --hessian hand.py:hessian
    """
    from hesscli.checking.check import check_claims
    from hesscli.checking.claims import read_claim
    from hesscli.output import checked

    form = chosen(show, allowed=frozenset({Format.TABLE, Format.JSON}))
    given = {
        name: text
        for name, text in (("gradient", gradient), ("jacobian", jacobian), ("hessian", hessian))
        if text is not None
    }
    if not given:
        raise HesscliError("check what? --hessian, --gradient or --jacobian gives the claim", code="usage")
    desk = current.get()
    desk.allow(given)
    _check_input([expression, *(function.at or ()), *given.values()])
    how = options(Witnesses(rtol=rtol, digits=max(digits, ENOUGH), time_limit=time_limit))
    with desk.out(show.output) as stream:
        inputs = read(expression, function)
        program = inputs.expression
        points = inputs.coordinates() if inputs.points else None
        claims = {
            name: read_claim(text, f"--{name}", program.variables, dict(program.parameters), time_limit=time_limit)
            for name, text in given.items()
        }
        with desk.session(how) as session:
            report = check_claims(program, claims, points, how, session=session)
        text = (
            checked.dumps(report) + "\n"
            if form is Format.JSON
            else checked.draw(report, page_of(show), quiet=show.quiet)
        )
        stream.write(text.encode("utf-8", "replace"))
    desk.note(0 if report.right else int(ExitStatus.DISAGREE))


def _check_input(texts: list[str]) -> None:
    if sum(text.strip() == "-" for text in texts) > 1:
        raise HesscliError("standard input (-) can be read only once", code="usage")
