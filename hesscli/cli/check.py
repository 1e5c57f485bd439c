"""The command ``check``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

from hesscli.cli.environment import current
from hesscli.cli.grouping import grouped
from hesscli.cli.options import DATA, Digits, ExpressionText, FunctionOptions, Rtol, Tell, TimeLimit, Witnesses, what
from hesscli.cli.settings import options
from hesscli.cli.telling import telling
from hesscli.errors import ExitStatus, HesscliError
from hesscli.options import DEFAULTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hesscli.checking.claim import Claim
    from hesscli.checking.report import Check
    from hesscli.cli.reading import Called
    from hesscli.cli.telling import Telling
    from hesscli.language.expression import Expression
    from hesscli.options import Options


def _claimed(name: str, example: str) -> Any:
    return what(f"--{name}", metavar="TEXT|FILE|FILE.py:NAME", help=f"The {name.title()} claimed, e.g. '{example}'.")


HessianClaim = Annotated[str | None, _claimed("hessian", "\\[\\[12*x**2, 0], \\[0, 2]]")]
GradientClaim = Annotated[str | None, _claimed("gradient", "\\[4*x**3, 2*y]")]
JacobianClaim = Annotated[str | None, _claimed("jacobian", "\\[\\[y, x], \\[1, 0]]")]

ClaimData = Annotated[
    list[str] | None,
    DATA(help="Of a function of TensorFlow's tensors: arguments that are held, NAME=FILE or columns of a FILE."),
]


@grouped
def check(
    expression: ExpressionText,
    function: FunctionOptions,
    show: Tell,
    hessian: HessianClaim = None,
    gradient: GradientClaim = None,
    jacobian: JacobianClaim = None,
    data: ClaimData = None,
    rtol: Rtol = None,
    digits: Digits = DEFAULTS.digits,
    time_limit: TimeLimit = DEFAULTS.time_limit,
) -> None:
    """A hand-written derivative against the exact one, entry by entry.

    The classic slips are named: sign, factor, an entry in the wrong place.
    A claim is formulas or numbers, as text or in a file (.json .csv .npy .txt),
    or a Python function, FILE.py:NAME, which is run: it gets one vector, or one
    number a variable (by name, else in order), and returns the array.
    Without --at it is held against several random points of the domain.

    [bold]Examples[/bold]

    \b
    hesscli check "x**4 + y**2" --hessian "\\[\\[12*x**2, 0], \\[0, 2]]"
    hesscli check "x*sin(y)" --gradient "\\[sin(y), -x*cos(y)]"
    hesscli check "x0**2+x0*x1" --at 1,2 --hessian hand.csv
    hesscli check "(1-x)^2 + 100(y-x^2)^2" --hessian hand.py:hessian
    hesscli check loss.py:f --at w=\\[1,2] --data d.csv --gradient loss.py:gradient
    """
    from hesscli.checking.check import check_claims
    from hesscli.cli.reading import Called, read_problem
    from hesscli.cli.reading import inputs as read_inputs
    from hesscli.language.sources import check_standard_input
    from hesscli.output import checked

    given = {
        name: claim
        for name, claim in (("gradient", gradient), ("jacobian", jacobian), ("hessian", hessian))
        if claim is not None
    }
    if not given:
        raise HesscliError("check what? --hessian, --gradient or --jacobian gives the claim", code="usage")
    environment = current.get()
    environment.allow(given)
    readers = [("the expression", expression), *(("--at", at) for at in function.at or ())]
    check_standard_input([*readers, *((f"--{name}", claim) for name, claim in given.items())])
    how = options(Witnesses(rtol=rtol, digits=digits, time_limit=time_limit))
    with telling(checked, show) as tell:
        problem = read_problem(expression, function, data or ())
        if isinstance(problem, Called):
            tell_of(_check_tensors(problem, function, data, given, how), tell)
            return
        if data:
            raise HesscliError("--data comes with functions of TensorFlow's tensors; check takes no sums", code="usage")
        inputs = read_inputs(problem, function)
        program = inputs.expression
        points = inputs.coordinates() if inputs.points else None
        claims = {name: _claim(claim, f"--{name}", program, time_limit) for name, claim in given.items()}
        with environment.session(how) as session:
            report = check_claims(program, claims, points, how, session)
        tell_of(report, tell)


def tell_of(report: Check, tell: Telling) -> None:
    """Write a report with its exit status."""
    tell(report, ExitStatus.AGREE if report.right else ExitStatus.DISAGREE, report.conclusion)


def _check_tensors(
    problem: Called, function: FunctionOptions, data: Sequence[str] | None, claims: Mapping[str, Any], how: Options
) -> Check:
    """Of a function of tensors."""
    from hesscli.checking.tensors import check_function
    from hesscli.cli.tensors import called_at

    call, places, notes = called_at(problem, function, data, how)
    with current.get().session(how) as session:
        found = check_function(call, places, claims, how, session)
    return replace(found, notes=(*notes, *found.notes))


def _claim(given: Any, option: str, program: Expression, time_limit: float) -> Claim:
    """A claim from its text, or from the nested lists of numbers and formulas of a request."""
    from hesscli.checking.claims import formulas, read_claim
    from hesscli.checking.files import arranged

    known = dict(program.parameters)
    if isinstance(given, str):
        return read_claim(given, option, program.variables, known, time_limit=time_limit)
    try:
        return formulas(arranged(given), option, program.variables, known, typed=True)
    except ValueError as problem:
        raise HesscliError(f"{option}: {problem}", code="claim") from None
