"""Sums, entries and columns of data at the door: options -> program -> answer -> output."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from hesscli.cli.environment import current
from hesscli.cli.options import Estimates, Function, Show, Sums, Witnesses
from hesscli.cli.settings import chosen, options
from hesscli.cli.terminal import page_of, seen_on_terminal
from hesscli.errors import ExitStatus, HesscliError, PointError
from hesscli.language.binding import check_used, numbers, words
from hesscli.language.problem import Problem
from hesscli.language.sums import is_sum


@dataclass(frozen=True)
class Wanted:
    """What a command asks of sums.

    Attributes:
        command: ``gradient``, ``hessian`` or ``hvp``.
        sums: data, and what is computed besides.
        vector: of ``hvp``, as typed.
        refused: options of the command that sums have no answer for.
    """

    command: str
    sums: Sums
    vector: Any = None
    refused: Sequence[str] = ()


def answer_sums(
    wanted: Wanted, function: Function, witnesses: Witnesses, show: Show, problem: Problem, stream: BinaryIO
) -> bool:
    """Answer and show a program at one point; False of a plain expression, which is not answered."""
    if not is_sum(problem.expression, data=bool(wanted.sums.data)):
        if isinstance(wanted.sums, Estimates) and wanted.sums.standard_errors:
            raise HesscliError("--standard-errors takes sums over data, not plain expressions", code="usage")
        if wanted.sums.plan:
            raise HesscliError("--plan takes sums, not plain expressions", code="usage")
        return False
    from hesscli.elements.answer import answer
    from hesscli.elements.data import read_data
    from hesscli.elements.plan import check, plan_of
    from hesscli.elements.points import declared, flat, read_vectors
    from hesscli.elements.reading import read_program
    from hesscli.elements.spans import Given
    from hesscli.output.sums import render, render_plan, sentence
    from hesscli.verdict import EXIT

    form, environment = chosen(show), current.get()
    if wanted.refused:
        raise HesscliError(f"{wanted.refused[0]} takes plain expressions, not sums", code="usage")
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
    program = read_program(problem.expression, Given(values, data, known, names))
    plan = plan_of(program, wanted.command)
    if wanted.sums.plan:
        stream.write(render_plan(plan, form, page_of(show), request_id=environment.request_id))
        check(plan)
        return True
    check(plan)
    if not (at.given or at.rest is not None):
        blocks = ", ".join(f"{b.name}[{b.size}]" if b.vector else b.name for b in program.blocks)
        raise PointError(f"where? --at gives a value for {blocks}, e.g. --at {_example(program)}", code="point")
    point = flat(program, at)
    vector = None if wanted.vector is None else flat(program, read_vectors([wanted.vector], "--vector"), "--vector")
    if environment.ahead:
        return True
    how = options(witnesses)
    with environment.session(how) as session:
        report = answer(program, wanted.command, point, how, vector, session=session)
    if isinstance(wanted.sums, Estimates) and wanted.sums.standard_errors:
        from hesscli.elements.statistics import with_statistics

        report = with_statistics(report, program)
    render(
        report,
        form,
        stream,
        page_of(show),
        quiet=show.quiet,
        request_id=environment.request_id,
        first=environment.first,
    )
    asked = how.exact != "off"
    verdict = report.verdicts[report.command] if form.single and report.command in report.verdicts else report.verdict
    environment.note(int(EXIT[verdict]) if asked else int(ExitStatus.AGREE))
    if asked and verdict.value != "agree" and not seen_on_terminal(form, show):
        environment.say(f"hesscli: {verdict.value}: {sentence(report)}")
    return True


def _example(program: Any) -> str:
    return ",".join(f"{b.name}=zeros" if b.vector else f"{b.name}=1" for b in program.blocks[:4])
