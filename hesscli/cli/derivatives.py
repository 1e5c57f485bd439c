"""The commands that differentiate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

from hesscli.cli.commandline import CommandLine
from hesscli.cli.grouping import grouped
from hesscli.cli.options import (
    ColumnOptions,
    Estimates,
    ExpressionText,
    FunctionOptions,
    Further,
    Order,
    Radius,
    Show,
    Spread,
    SumOptions,
    Vector,
    Witnesses,
    Wrt,
)
from hesscli.errors import HesscliError, PointError

if TYPE_CHECKING:
    from hesscli.language.expression import Expression
    from hesscli.language.lists import Point
    from hesscli.request import Request


@grouped
def hessian(
    expression: ExpressionText,
    function: FunctionOptions,
    sums: Estimates,
    further: Further,
    witnesses: Witnesses,
    spread: Spread,
    show: Show,
) -> None:
    """Value, gradient and Hessian, its eigenvalues and what they mean.

    A vector \\[f, g] gives the Jacobian and one Hessian a component.

    [bold]Examples[/bold]

    \b
    hesscli hessian "x0**2+x0*x1" --at 1,2
    hesscli hessian "x^2*y + y^3" --at x=2,y=1 --json
    hesscli hessian "\\[x*y, sin(x)]" --at 1,2
    hesscli hessian "x^2 + x*y + y^2 + x" --at 0,0 --inverse --newton-step
    hesscli hessian "a*x**2 + y**4" --param a=3 --at x=-1:1:21,y=0 -o h.csv
    hesscli hessian "Sum((x\\[i+1] - x\\[i]**2)**2, (i, 0, n-2))" --param n=1000 --at x=-1:1:1000
    hesscli hessian "Sum(cosh(x\\[i+1] - x\\[i]), (i, 0, 98))" --at x=-1:1:100 --top 3 --solve gradient
    """
    from hesscli.request import Request

    asked = tuple(name for name, wanted in asdict(further).items() if wanted)
    refused = [f"--{name.replace('_', '-')}" for name in asked if name != "newton_step"]
    line = CommandLine(expression, function, witnesses, spread, show)
    _answer_blocks(lambda _: Request("hessian", further=asked), "hessian", line, sums, refused=refused, besides=asked)


@grouped
def gradient(
    expression: ExpressionText,
    function: FunctionOptions,
    sums: SumOptions,
    witnesses: Witnesses,
    spread: Spread,
    show: Show,
) -> None:
    """Value and gradient of a scalar function.

    [bold]Examples[/bold]

    \b
    hesscli gradient "x*exp(y)" --at 1,0
    hesscli gradient "-log(x)" --at 1/3 --json
    """
    from hesscli.request import Request

    line = CommandLine(expression, function, witnesses, spread, show)
    _answer_blocks(lambda _: Request("gradient"), "gradient", line, sums)


@grouped
def jacobian(
    expression: ExpressionText,
    function: FunctionOptions,
    columns: ColumnOptions,
    witnesses: Witnesses,
    spread: Spread,
    show: Show,
) -> None:
    """Values and first derivatives of a vector \\[f1, f2, ...].

    [bold]Examples[/bold]

    \b
    hesscli jacobian "\\[x0**2, x1**2, sin(x0), sin(x1)]" --at 1,2
    hesscli jacobian "\\[r*cos(t), r*sin(t)]" --at r=2,t=pi/3
    """
    from hesscli.request import Request

    line = CommandLine(expression, function, witnesses, spread, show)
    _answer_written(lambda _: Request("jacobian"), line, columns)


@grouped
def derivative(
    expression: ExpressionText,
    function: FunctionOptions,
    columns: ColumnOptions,
    witnesses: Witnesses,
    spread: Spread,
    show: Show,
    order: Order = None,
    wrt: Wrt = None,
) -> None:
    """A derivative of any order, or one mixed partial.

    Of one variable a number. Of n variables --order N is the whole tensor of
    n**N entries, and --wrt x,x,y one of them.

    [bold]Examples[/bold]

    \b
    hesscli derivative "x**3" --order 2 --at 2
    hesscli derivative "x**2*y + y**3" --wrt x,x,y --at 2,1
    hesscli derivative "exp(sin(x))/(1+x**2)" --order 20 --at 0.3
    """
    from hesscli.request import derivative_request

    line = CommandLine(expression, function, witnesses, spread, show)
    _answer_written(lambda program: derivative_request(program, order, wrt), line, columns)


@grouped
def hvp(
    expression: ExpressionText,
    function: FunctionOptions,
    sums: SumOptions,
    witnesses: Witnesses,
    spread: Spread,
    show: Show,
    vector: Vector,
) -> None:
    """Hessian times a vector, without the Hessian.

    [bold]Examples[/bold]

    \b
    hesscli hvp "x0**2*x1 + x1**3" --at 2,1 --vector 1,0
    hesscli hvp "x*y*z" --at 1,2,3 --vector x=1,y=-1,z=0
    """
    from hesscli.language.sources import check_standard_input

    readers = [("the expression", expression), *(("--at", at) for at in function.at or ()), ("--vector", vector)]
    check_standard_input(readers)
    line = CommandLine(expression, function, witnesses, spread, show)
    _answer_blocks(lambda program: _hvp(program, vector), "hvp", line, sums, vector=vector)


@grouped
def taylor(
    expression: ExpressionText,
    function: FunctionOptions,
    columns: ColumnOptions,
    witnesses: Witnesses,
    spread: Spread,
    show: Show,
    order: Order = 2,
    radius: Radius = None,
) -> None:
    """The Taylor polynomial about a point, all orders up to N at once.

    The coefficient of (x - a)^k is the k-th derivative divided by k!, of several
    variables all mixed ones; N is 2 unless --order says otherwise. --radius adds
    a proven bound of the remainder.

    [bold]Examples[/bold]

    \b
    hesscli taylor "exp(sin(x))" --at 0 --order 5
    hesscli taylor "exp(x)*cos(y)" --at 0,0 --order 3 --json
    hesscli taylor "sqrt(1 + x)" --at 0 --order 4 --radius 0.1
    """
    from hesscli.request import Request

    line = CommandLine(expression, function, witnesses, spread, show)
    _answer_written(lambda _: Request("taylor", order=order, radius=radius), line, columns)


def _answer_blocks(
    request: Callable[[Expression], Request],
    command: str,
    line: CommandLine,
    sums: SumOptions,
    *,
    refused: Sequence[str] = (),
    besides: tuple[str, ...] = (),
    vector: Any = None,
) -> None:
    """Answer of an expression, a sum, or a function of tensors."""
    from hesscli.cli.evaluate import answer_request
    from hesscli.cli.sumrequest import SumRequest
    from hesscli.cli.sums import answer_sums, written_out
    from hesscli.cli.tensors import answer_tensors

    wanted = SumRequest(command, line, sums, vector, refused, "newton_step" in besides, besides=besides)
    written = partial(written_out, function=line.function, columns=sums)
    answer_request(request, line, partial(answer_sums, wanted), partial(answer_tensors, wanted), sums.data, written)


def _answer_written(request: Callable[[Expression], Request], line: CommandLine, columns: ColumnOptions) -> None:
    """Answer of an expression, or of a sum that is small enough to be one."""
    from hesscli.cli.evaluate import answer_request
    from hesscli.cli.sums import written_out

    answer_request(request, line, written=partial(written_out, function=line.function, columns=columns))


def _hvp(program: Expression, vector: Point) -> Request:
    from hesscli.cli.reading import points
    from hesscli.request import Request

    try:
        rows = points([vector], program.variables).coordinates[:]
    except PointError as problem:
        raise PointError(f"--vector: {problem.message.replace('coordinate', 'number')}", code=problem.code) from None
    if len(rows) != 1:
        raise HesscliError(f"--vector: expected one vector, got {len(rows)}", code="vector")
    return Request("hvp", vector=tuple(rows[0].tolist()))


DERIVATIVES: tuple[Callable[..., None], ...] = (hessian, gradient, jacobian, derivative, hvp, taylor)
"""In the order of the help."""
