"""The command ``methods``."""

from __future__ import annotations

from typing import Annotated

from hesscli.cli.environment import current
from hesscli.cli.grouping import grouped
from hesscli.cli.options import (
    DTYPE,
    Digits,
    DtypeOption,
    ExpressionText,
    FunctionOptions,
    Order,
    Rtol,
    Step,
    Tell,
    TimeLimit,
    Witnesses,
    Wrt,
    witness,
)
from hesscli.cli.settings import options
from hesscli.cli.telling import telling
from hesscli.cli.terminal import notice
from hesscli.errors import ExitStatus, HesscliError
from hesscli.options import DEFAULTS, Method

Some = Annotated[
    list[Method] | None,
    witness(
        "--method", "-m", metavar="METHOD", show_default=False, help="Only this one; may be repeated. Default: all."
    ),
]


@grouped
def methods(
    expression: ExpressionText,
    function: FunctionOptions,
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
    from hesscli.cli.reading import read
    from hesscli.compute.comparison import compare
    from hesscli.output import comparison
    from hesscli.request import Request, derivative_request

    how = options(Witnesses(dtype=dtype, rtol=rtol, digits=digits, time_limit=time_limit, step=step))
    with telling(comparison, show) as tell, current.get().session(how) as session:
        inputs = read(expression, function)
        points = inputs.coordinates()
        if len(points) != 1:
            raise HesscliError(f"--at: methods are compared at one point, got {len(points)}", code="point")
        names = [one.value for one in method or Method]
        other = order is not None or wrt is not None
        asked = derivative_request(inputs.expression, order, wrt) if other else Request("hessian")
        with notice(show) as progress:
            compared = compare(inputs.expression, asked, points[0].tolist(), how, session, names, progress=progress)
        found = compared.exact
        status = ExitStatus.AGREE if found.status in ("ok", "unchecked") else ExitStatus.NO_ANSWER
        tell(compared, status, ": ".join((found.status, *found.notes[:1])))
