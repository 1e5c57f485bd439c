"""Sums, entries and columns of data at the door: what was typed -> program and points -> their reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, BinaryIO

from hesscli.cli.environment import current
from hesscli.cli.options import ColumnOptions, FunctionOptions
from hesscli.cli.reading import Inputs, inputs, nowhere, points
from hesscli.cli.settings import chosen, options
from hesscli.cli.sumreports import show_one, show_several
from hesscli.cli.sumrequest import SumRequest, curvature_of
from hesscli.cli.terminal import page_of
from hesscli.errors import HesscliError
from hesscli.language.binding import check_used, numbers, words
from hesscli.language.lists import names as listed
from hesscli.language.problem import Problem
from hesscli.language.sources import is_standard_input
from hesscli.language.sums import is_sum, is_vector
from hesscli.output.formats import PLANNED, SEVERAL, SUMMED, Format, check_holds

if TYPE_CHECKING:
    from hesscli.language.points.places import SumPlaces
    from hesscli.language.programs.program import Program


def answer_sums(wanted: SumRequest, problem: Problem, stream: BinaryIO) -> bool:
    """Answer and show a program at one point; False of a plain expression, which is not answered."""
    function, show = wanted.line.function, wanted.line.show
    beside = f"{function.variables or problem.variables} {function.at or problem.at}"
    if not is_sum(problem.expression, data=bool(wanted.sums.data), beside=beside):
        if _answer_typed_out(wanted, problem, stream):
            return True
        if wanted.further:
            kind = "sums over data" if wanted.further[0] == "--standard-errors" else "sums"
            raise HesscliError(f"{wanted.further[0]} takes {kind}, not plain expressions", code="usage")
        if wanted.sums.plan:
            few = "a plain expression of fewer than 200 variables is answered entry by entry, each of them proven"
            raise HesscliError(f"--plan takes sums, and what is answered as they are; {few}", code="usage")
        return False
    if is_vector(problem.expression):
        _check_vector(wanted)
        return False
    from hesscli.elements.plan import check_memory, plan_sum
    from hesscli.language.data import stamps
    from hesscli.language.points.blocks import flat, read_vectors
    from hesscli.output.sums import render_plan

    form, environment = chosen(show), current.get()
    if wanted.sums.plan:
        check_holds(form, PLANNED, "a plan")
    elif form is not SEVERAL:
        check_holds(form, SUMMED[wanted.command], f"a {wanted.command} of sums")
    if wanted.refused:
        raise HesscliError(f"{wanted.refused[0]} takes plain expressions, not sums", code="usage")
    besides = [*wanted.further, *(["--newton-step"] if wanted.newton else [])]
    if besides and form not in (Format.TABLE, Format.JSON):
        raise HesscliError(f"{besides[0]} is answered as a table or as json, not {form.value}", code="format")
    wanted = replace(wanted, read=stamps(wanted.sums.data or ()))
    program, places = _read(problem, function, wanted.sums.data)
    plan = plan_sum(program, wanted.command)
    if wanted.sums.plan:
        request_id, first = environment.request_id, environment.first
        stream.write(render_plan(plan, form, page_of(show), request_id=request_id, first=first))
        check_memory(plan)
        return True
    check_memory(plan)
    _check_somewhere(program, places)
    if len(places) > 1:
        _check_several(besides, form)
    else:
        check_holds(form, SUMMED[wanted.command], f"a {wanted.command} of sums at one point")
        if wanted.line.spread.resume:
            told = "--resume of sums goes on with several points, --at says one; leave it out"
            raise HesscliError(told, code="usage")
    vector = None if wanted.vector is None else flat(program, read_vectors([wanted.vector], "--vector"), "--vector")
    asked = curvature_of(wanted, program, form)
    if environment.ahead:
        return True
    if len(places) > 1:
        show_several(program, wanted, places, vector, stream)
    else:
        show_one(program, wanted, next(iter(places)), vector, asked, stream)
    return True


def _check_vector(wanted: SumRequest) -> None:
    """Refuse what a vector of sums has no answer for."""
    if wanted.command != "hessian":
        told = f"{wanted.command} needs a scalar expression; for [f1, f2, ...] use jacobian or hessian"
        raise HesscliError(told, code="vector")
    if besides := [*wanted.further, *(["--plan"] if wanted.sums.plan else [])]:
        raise HesscliError(f"{besides[0]} takes one sum; ask for one component of the vector at a time", code="usage")


def written_out(problem: Problem, function: FunctionOptions, columns: ColumnOptions) -> Inputs | None:
    """A small sum, or a vector of such, as a plain expression with its points; None of what is plain already."""
    beside = f"{function.variables or problem.variables} {function.at or problem.at}"
    if not is_sum(problem.expression, data=bool(columns.data), beside=beside):
        return None
    from hesscli.elements.expansion import plain

    program, places = _read(problem, function, columns.data, components=True)
    expression = plain(program)
    _check_somewhere(program, places)
    return Inputs(expression, tuple(point.tolist() for point in places))


def _read(
    problem: Problem, function: FunctionOptions, files: Sequence[str] | None, *, components: bool = False
) -> tuple[Program, SumPlaces]:
    """The program of what was typed, and its points."""
    from hesscli.language.data import each_file
    from hesscli.language.points.blocks import read_several
    from hesscli.language.points.places import read_at
    from hesscli.language.points.sizes import declared
    from hesscli.language.programs.spans import Declarations

    given = numbers(function.param)
    check_used(given, words(f"{problem.expression} {function.variables or ''}"))
    values = dict(problem.parameters) | given
    data, origins, used = dict[str, Any](), dict[str, str](), words(problem.expression)
    for path, columns in each_file(files or (), used):
        if "=" in path:
            check_used(columns, used, "--data")
        data |= columns
        origins |= dict.fromkeys(columns, path.partition("=")[2].strip() or path)
    names, sizes = declared(function.variables or problem.variables, values)
    at = read_several(function.at or problem.at)
    return read_at(problem.expression, Declarations(values, data, sizes, names, origins, components), at)


def _check_somewhere(program: Program, places: SumPlaces) -> None:
    from hesscli.language.points.blocks import shapes

    if not len(places):
        raise nowhere(shapes(program), _example(program))


def _check_several(besides: Sequence[str], form: Format) -> None:
    """Refuse what is answered at one point only."""
    if besides:
        raise HesscliError(f"{besides[0]} takes one point, these are several", code="usage")
    if form in (Format.MTX, Format.LATEX):
        raise HesscliError(f"--format {form.value} holds one point; npz, csv and json hold several", code="format")


def _answer_typed_out(wanted: SumRequest, problem: Problem, stream: BinaryIO) -> bool:
    """Answer a plain expression of very many variables as a sum of its alike terms; False of any other."""
    from hesscli.language.programs.recognition import LEAST_VARIABLES, recognised

    function, environment = wanted.line.function, current.get()
    form, how = chosen(wanted.line.show), options(wanted.line.witnesses)
    names = len(listed(function.variables) or problem.variables or ())
    if max(names, sum(map(problem.expression.count, "+-*/(,;"))) < LEAST_VARIABLES - 1:
        return False
    from hesscli.elements.outside import coloured
    from hesscli.elements.plan import check_memory, plan_sum
    from hesscli.output.sums import render_plan

    if wanted.sums.plan and not wanted.refused:
        expression = inputs(problem, function).expression
        program = recognised(expression) if len(expression.variables) >= LEAST_VARIABLES else None
        if program is None:
            return False
        check_holds(form, PLANNED, "a plan")
        plan, named = plan_sum(program, wanted.command), {"request_id": environment.request_id}
        stream.write(render_plan(plan, form, page_of(wanted.line.show), **named, first=environment.first))
        check_memory(plan)
        return True
    if (
        wanted.refused
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
    if coloured(program) and how.method not in (None, "nested"):
        return False  # which goes derivative by derivative
    check_memory(plan_sum(program, wanted.command))
    vector = None
    if wanted.vector is not None:
        vector = points([wanted.vector], given.expression.variables).coordinates
        if len(vector) != 1:
            return False
    asked = curvature_of(wanted, program, form)
    if not environment.ahead:
        show_one(program, wanted, places[0], None if vector is None else vector[0], asked, stream)
    return True


def _example(program: Any) -> str:
    return ",".join(f"{b.name}=zeros" if b.shape else f"{b.name}=1" for b in program.blocks[:4])
