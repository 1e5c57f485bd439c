"""Sums at their points: program -> answers -> output, and what the exit says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO

from hesscli.cli.environment import current
from hesscli.cli.options import Estimates, Spread
from hesscli.cli.settings import chosen, options
from hesscli.cli.sumrequest import SumRequest
from hesscli.cli.telling import conclude
from hesscli.cli.terminal import counter, page_of
from hesscli.errors import HesscliError
from hesscli.output.formats import Format
from hesscli.output.write import is_file

if TYPE_CHECKING:
    from hesscli.elements.curvature import CurvatureRequest
    from hesscli.elements.evaluate import Adders
    from hesscli.language.points.places import SumPlaces
    from hesscli.language.programs.program import Program
    from hesscli.partitions import Journal


RESUMED = (Format.CSV, Format.NPZ, Format.NPY, Format.PARQUET)
"""Files of many points whose interrupted runs go on."""

STEP = 64
"""Points whose dense arrays stand in memory at once."""


def show_one(
    program: Program,
    wanted: SumRequest,
    point: Any,
    vector: Any,
    asked: CurvatureRequest | None,
    stream: BinaryIO,
) -> None:
    """Answer a program at a point, and write what is said of it.

    Args:
        program: what was typed.
        wanted: the command and its options.
        point: shape (n,).
        vector: of ``hvp``, shape (n,).
        asked: of the Hessian besides.
        stream: where to.
    """
    from hesscli.cli.evaluate import shown_of
    from hesscli.elements.answer import answer_sum
    from hesscli.elements.curvature import with_curvature
    from hesscli.language.data import check_unchanged
    from hesscli.output.sums import render, sentence
    from hesscli.result import Verdict
    from hesscli.verdict import exit_status

    show, environment, how = wanted.line.show, current.get(), options(wanted.line.witnesses)
    form = chosen(show)
    with environment.session(how) as session, _adders(wanted.line.spread) as adders:
        report = answer_sum(program, wanted.command, point, how, vector, session=session, adders=adders)
    check_unchanged(wanted.read)
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
    verdict = shown_of(report.verdicts, report.verdict, report.command, form)
    if report.asked:
        said = "" if verdict is Verdict.AGREE else f"{verdict.value}: {sentence(report)}"
        conclude(exit_status(verdict, asked=True), said, form, show)


def show_several(
    program: Program,
    wanted: SumRequest,
    places: SumPlaces,
    vector: Any,
    stream: BinaryIO,
) -> None:
    """Answer a program at many points: as JSON lines, a few tables, else as a sweep of a plain expression is.

    Args:
        program: what was typed.
        wanted: the command and its options.
        places: the points.
        vector: of ``hvp``, shape (n,).
        stream: where to.
    """
    from hesscli.cli.evaluate import shown_of
    from hesscli.elements.several import answers, as_result
    from hesscli.language.data import check_unchanged
    from hesscli.output.overview import FEW
    from hesscli.output.render import render as swept
    from hesscli.output.render import write_arrays
    from hesscli.output.summary import counted
    from hesscli.output.sums import render
    from hesscli.partitions.sums import going_on
    from hesscli.result.stack import stacked
    from hesscli.verdict import FINE, exit_status

    show, environment, how = wanted.line.show, current.get(), options(wanted.line.witnesses)
    form = chosen(show)
    progress = counter(show, "points")
    words = Counter[str]()

    def noted(reports: Iterable[Any]) -> Iterator[Any]:
        for k, report in enumerate(reports, 1):
            check_unchanged(wanted.read)
            verdict = shown_of(report.verdicts, report.verdict, wanted.command, form)
            environment.note(int(exit_status(verdict, asked=report.asked)))
            if report.asked:
                words[verdict.value] += 1
            if progress is not None:
                progress(k, len(places))
            yield report

    with (
        environment.session(how) as session,
        _adders(wanted.line.spread) as adders,
        _kept(program, wanted, places, vector, form) as journal,
    ):
        rest = partial(answers, program, wanted.command, places, how, vector, session=session, adders=adders)
        reports, results = noted(rest()), noted(going_on(journal, lambda done: map(as_result, rest(done=done))))
        if form is Format.JSON or (form is Format.TABLE and len(places) <= FEW):
            for k, report in enumerate(reports):
                stream.write(b"\n" if k and form is Format.TABLE else b"")
                first = environment.first and not k
                named = {"request_id": environment.request_id, "first": first}
                render(report, form, stream, page_of(show), quiet=show.quiet, **named)
        elif form.arrays:
            steps = iter(lambda: list(islice(results, STEP)), [])
            write_arrays(map(stacked, steps), len(places), form, stream)
        else:
            swept(results, form, stream, page_of(show), quiet=show.quiet)
    conclude(0, "" if set(words) <= FINE else counted(words), form, show)


@contextmanager
def _kept(
    program: Program, wanted: SumRequest, places: SumPlaces, vector: Any, form: Format
) -> Iterator[Journal | None]:
    """What is kept of many points while they are written to a file; None where nothing is."""
    from hesscli.partitions import Journal
    from hesscli.partitions.sums import described_sum

    show = wanted.line.show
    if not (form in RESUMED and is_file(show.output)):
        if wanted.line.spread.resume:
            names = ", ".join(one.value for one in RESUMED)
            raise HesscliError(f"--resume of sums goes on with -o FILE of the formats {names}", code="usage")
        yield None
        return
    how = options(wanted.line.witnesses)
    asked = described_sum(program, wanted.command, places, how, vector, wanted.read, form.value)
    journal, whole = Journal(show.output or "", asked, resume=wanted.line.spread.resume), False
    try:
        yield journal
        whole = True
    finally:
        journal.end(whole=whole)


@contextmanager
def _adders(spread: Spread) -> Iterator[Adders | None]:
    """Who computes what the terms add; None is this process."""
    if not spread.elsewhere:
        yield None
        return
    from hesscli.cli.evaluate import executor_of
    from hesscli.partitions.sums import SumJob, portions

    executor = executor_of(SumJob(), spread)
    try:
        yield partial(portions, executor)
    finally:
        executor.close()
