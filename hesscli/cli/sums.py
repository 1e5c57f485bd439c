"""Sums, entries and columns of data at the door: options -> program -> answer -> output."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from hesscli.cli.environment import current
from hesscli.cli.options import Estimates, FunctionOptions, Show, SumOptions, Witnesses
from hesscli.cli.reading import inputs, points
from hesscli.cli.settings import chosen, options
from hesscli.cli.telling import conclude
from hesscli.cli.terminal import page_of
from hesscli.errors import HesscliError, PointError
from hesscli.language.binding import check_used, numbers, words
from hesscli.language.lists import names as listed
from hesscli.language.problem import Problem
from hesscli.language.sources import is_standard_input
from hesscli.language.sums import is_sum
from hesscli.output.formats import PLANNED, SUMMED, Format, check_holds

if TYPE_CHECKING:
    from hesscli.elements.curvature import CurvatureRequest
    from hesscli.language.programs.program import Program


@dataclass(frozen=True)
class SumRequest:
    """What a command asks of sums.

    Attributes:
        command: ``gradient``, ``hessian`` or ``hvp``.
        sums: data, and what is computed besides.
        vector: of ``hvp``, as typed.
        refused: options of the command that sums have no answer for.
        newton: the step of Newton's method.
    """

    command: str
    sums: SumOptions
    vector: Any = None
    refused: Sequence[str] = ()
    newton: bool = False

    @property
    def further(self) -> list[str]:
        """The options that ask for something of the Hessian besides, and that plain expressions do not take."""
        asked = self.sums if isinstance(self.sums, Estimates) else Estimates()
        given = {
            "--standard-errors": asked.standard_errors, "--top": asked.top, "--trace": asked.trace,
            "--diagonal": asked.diagonal, "--solve": asked.solve,
        }  # fmt: skip
        return [name for name, value in given.items() if value]


def answer_sums(
    wanted: SumRequest, function: FunctionOptions, witnesses: Witnesses, show: Show, problem: Problem, stream: BinaryIO
) -> bool:
    """Answer and show a program at one point; False of a plain expression, which is not answered."""
    beside = f"{function.variables or problem.variables} {function.at or problem.at}"
    if not is_sum(problem.expression, data=bool(wanted.sums.data), beside=beside):
        if _answer_typed_out(wanted, function, witnesses, show, problem, stream):
            return True
        if wanted.further:
            kind = "sums over data" if wanted.further[0] == "--standard-errors" else "sums"
            raise HesscliError(f"{wanted.further[0]} takes {kind}, not plain expressions", code="usage")
        if wanted.sums.plan:
            raise HesscliError("--plan takes sums, not plain expressions", code="usage")
        return False
    from hesscli.elements.plan import check_memory, plan_sum
    from hesscli.language.data import read_data
    from hesscli.language.points.blocks import declared, flat, read_vectors
    from hesscli.language.programs.reading import read_program
    from hesscli.language.programs.spans import Declarations
    from hesscli.output.sums import render_plan

    form, environment = chosen(show), current.get()
    check_holds(
        form, *((PLANNED, "a plan") if wanted.sums.plan else (SUMMED[wanted.command], f"a {wanted.command} of sums"))
    )
    if wanted.refused:
        raise HesscliError(f"{wanted.refused[0]} takes plain expressions, not sums", code="usage")
    besides = [*wanted.further, *(["--newton-step"] if wanted.newton else [])]
    if besides and form not in (Format.TABLE, Format.JSON):
        raise HesscliError(f"{besides[0]} is answered as a table or as json, not {form.value}", code="format")
    given = numbers(function.param)
    check_used(given, words(f"{problem.expression} {function.variables or ''}"))
    values = dict(problem.parameters) | given
    data = dict[str, Any]()
    for path in wanted.sums.data or ():
        columns = read_data([path], data)
        if not any(re.search(rf"\b{name}\b", problem.expression) for name in columns):
            check_used(columns, words(problem.expression), "--data")
        data |= columns
    names, sizes = declared(function.variables or problem.variables, values)
    at = read_vectors(function.at or problem.at)
    known = {**at.sizes, **sizes}
    program = read_program(problem.expression, Declarations(values, data, known, names))
    plan = plan_sum(program, wanted.command)
    if wanted.sums.plan:
        request_id, first = environment.request_id, environment.first
        stream.write(render_plan(plan, form, page_of(show), request_id=request_id, first=first))
        check_memory(plan)
        return True
    check_memory(plan)
    if not (at.given or at.rest is not None):
        blocks = ", ".join(f"{b.name}[{b.size}]" if b.vector else b.name for b in program.blocks)
        raise PointError(f"where? --at gives a value for {blocks}, e.g. --at {_example(program)}", code="point")
    point = flat(program, at)
    vector = None if wanted.vector is None else flat(program, read_vectors([wanted.vector], "--vector"), "--vector")
    asked = _asked(wanted, program, form)
    if environment.ahead:
        return True
    _show(program, wanted, point, vector, asked, witnesses, show, stream)
    return True


def _answer_typed_out(
    wanted: SumRequest, function: FunctionOptions, witnesses: Witnesses, show: Show, problem: Problem, stream: BinaryIO
) -> bool:
    """Answer a plain expression of very many variables as a sum of its alike terms; False of any other."""
    from hesscli.language.programs.recognition import LEAST_VARIABLES, recognised

    form, how = chosen(show), options(witnesses)
    names = len(listed(function.variables) or problem.variables or ())
    if max(names, problem.expression.count("+") + problem.expression.count("-")) < LEAST_VARIABLES - 1:
        return False
    if (
        wanted.refused
        or wanted.sums.plan
        or how.explain
        or how.exact == "full"
        or how.method == "taylor"
        or form not in SUMMED[wanted.command]
    ):
        return False
    given = inputs(problem, function)
    piped = any(isinstance(one, str) and is_standard_input(one) for one in (*given.points, wanted.vector))
    if piped or not given.points or len(given.expression.variables) < LEAST_VARIABLES:
        return False  # standard input is read once
    program = recognised(given.expression)
    if program is None or len(places := given.coordinates()) != 1:
        return False
    vector = None
    if wanted.vector is not None:
        vector = points([wanted.vector], given.expression.variables).coordinates
        if len(vector) != 1:
            return False
    asked = _asked(wanted, program, form)
    if not current.get().ahead:
        _show(program, wanted, places[0], None if vector is None else vector[0], asked, witnesses, show, stream)
    return True


def _show(
    program: Program,
    wanted: SumRequest,
    point: Any,
    vector: Any,
    asked: CurvatureRequest | None,
    witnesses: Witnesses,
    show: Show,
    stream: BinaryIO,
) -> None:
    """Answer a program at a point, and write what is said of it."""
    from hesscli.elements.answer import answer_sum
    from hesscli.elements.curvature import with_curvature
    from hesscli.output.sums import render, sentence
    from hesscli.result import Verdict
    from hesscli.verdict import EXIT

    form, environment, how = chosen(show), current.get(), options(witnesses)
    with environment.session(how) as session:
        report = answer_sum(program, wanted.command, point, how, vector, session=session)
    if isinstance(wanted.sums, Estimates) and wanted.sums.standard_errors:
        from hesscli.elements.statistics import with_statistics

        report = with_statistics(report, program)
    if asked is not None:
        report = with_curvature(report, asked)
    render(
        report,
        form,
        stream,
        page_of(show),
        quiet=show.quiet,
        request_id=environment.request_id,
        first=environment.first,
    )
    verdict = report.verdicts[report.command] if form.single and report.command in report.verdicts else report.verdict
    if how.exact != "off":
        said = "" if verdict is Verdict.AGREE else f"{verdict.value}: {sentence(report)}"
        conclude(EXIT[verdict], said, form, show)


def _asked(wanted: SumRequest, program: Program, form: Format) -> CurvatureRequest | None:
    """What is asked of the Hessian besides; None where nothing is: files hold the matrix alone."""
    from hesscli.elements.curvature import CurvatureRequest
    from hesscli.language.points.blocks import flat, read_vectors

    if wanted.command != "hessian" or form not in (Format.TABLE, Format.JSON) or not isinstance(wanted.sums, Estimates):
        return None
    sums = wanted.sums
    rhs = None
    if sums.solve is not None and sums.solve != "gradient":
        rhs = flat(program, read_vectors([sums.solve], "--solve"), "--solve")
    return CurvatureRequest(sums.top or 0, sums.trace, sums.diagonal, rhs, sums.solve or "", wanted.newton)


def _example(program: Any) -> str:
    return ",".join(f"{b.name}=zeros" if b.vector else f"{b.name}=1" for b in program.blocks[:4])
