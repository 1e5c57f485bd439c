"""The command ``methods``."""

from __future__ import annotations

from typing import Annotated

import typer

from hesscli.cli.environment import current
from hesscli.cli.evaluate import notice, page_of, seen_on_terminal
from hesscli.cli.options import (
    DTYPE,
    WITNESSES,
    Digits,
    DtypeOption,
    Function,
    Order,
    Rtol,
    Step,
    Tell,
    Text,
    TimeLimit,
    Witnesses,
    Wrt,
    grouped,
)
from hesscli.cli.reading import read
from hesscli.cli.settings import chosen, options
from hesscli.errors import ExitStatus, HesscliError
from hesscli.language.expression import Expression
from hesscli.options import DEFAULTS, Method
from hesscli.output.formats import Format
from hesscli.request import Request, derivative_request

Some = Annotated[
    list[Method] | None,
    typer.Option("--method", "-m", metavar="METHOD", show_default=False, rich_help_panel=WITNESSES,
                 help="Only this one; may be repeated. Default: all."),
]  # fmt: skip


@grouped
def methods(
    expression: Text,
    function: Function,
    show: Tell,
    order: Order = None,
    wrt: Wrt = None,
    method: Some = None,
    dtype: DtypeOption = DTYPE,
    rtol: Rtol = None,
    digits: Digits = DEFAULTS.digits,
    time_limit: TimeLimit = DEFAULTS.time_limit,
    step: Step = None,
) -> None:
    """Every method side by side: answer, error, time, peak memory.

    Of the Hessian, or with --order or --wrt of another derivative.

    [bold]Examples[/bold]

    \b
    hesscli methods "x0**2+x0*x1" --at 1,2
    hesscli methods "exp(sin(x))" --order 4 --at 0.3
    hesscli methods "sin(x0)*x1" --at 1,2 --step 1e-6 -m nested -m finite-difference
    """
    from hesscli.compute.methods import compare
    from hesscli.output import comparison
    from hesscli.output.json import line

    form = chosen(show)
    environment = current.get()
    how = options(Witnesses(dtype=dtype, rtol=rtol, digits=digits, time_limit=time_limit, step=step))
    with environment.out(show.output) as stream, environment.session(how) as session:
        inputs = read(expression, function)
        points = inputs.coordinates()
        if len(points) != 1:
            raise HesscliError(f"--at: methods are compared at one point, got {len(points)}", code="point")
        names = [one.value for one in method or Method]
        asked = _request(inputs.expression, order, wrt)
        with notice(show) as progress:
            compared = compare(inputs.expression, asked, points[0].tolist(), how, session, names, progress=progress)
        if form is Format.JSON:
            stream.write(line(comparison.to_dict(compared), request_id=environment.request_id, first=environment.first))
        else:
            stream.write(comparison.draw(compared, page_of(show), quiet=show.quiet).encode("utf-8", "replace"))
    if (found := compared.exact.status) not in ("ok", "unchecked"):
        environment.note(int(ExitStatus.NO_ANSWER))
        if not seen_on_terminal(form, show):
            environment.say(f"hesscli: {found}{''.join(': ' + note for note in compared.exact.notes[:1])}")


def _request(program: Expression, order: int | None, wrt: str | None) -> Request:
    return Request("hessian") if order is None and wrt is None else derivative_request(program, order, wrt)
