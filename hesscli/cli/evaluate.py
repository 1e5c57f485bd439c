"""One derivative at one or many points: options -> verb -> output."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO

from hesscli.cli.environment import Environment, current
from hesscli.cli.options import Elsewhere, Show, Spread, Witnesses
from hesscli.cli.settings import chosen, options
from hesscli.cli.terminal import counter, page_of, seen_on_terminal, wrote
from hesscli.errors import ExitStatus, HesscliError
from hesscli.output.formats import Format
from hesscli.output.write import is_file
from hesscli.quantities import VERBS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hesscli.cli.commandline import CommandLine
    from hesscli.cli.reading import Called, Inputs
    from hesscli.language.expression import Expression
    from hesscli.language.points import Grid, Points
    from hesscli.language.problem import Problem
    from hesscli.options import Options
    from hesscli.partitions import Executor, Journal
    from hesscli.partitions.answering import JobLike
    from hesscli.request import Request
    from hesscli.result import Result, Sweep, TapeBlock, Verdict

BLOCKS = (Format.CSV, Format.JSON)
"""Formats that take many points at a time as columns."""

BATCH = 64
"""Points of such a function whose arrays stand in memory at once."""


def answer_request(
    request: Callable[[Expression], Request],
    line: CommandLine,
    instead: Callable[[Problem, BinaryIO], bool] | None = None,
    tensors: Callable[[Called], tuple[int, Iterator[Result]]] | None = None,
    data: Sequence[str] | None = None,
    written: Callable[[Problem], Inputs | None] | None = None,
) -> None:
    """Answer and show.

    Args:
        request: which derivative, once the variables are known.
        line: of what, where, how, in which form.
        instead: answers texts that are no plain expression, and says whether it has.
        tensors: answers a person's function that computes with TensorFlow's tensors: how many points, and each.
        data: what comes with such a function.
        written: makes a plain expression of texts that are none; None of those that are.
    """
    from hesscli.cli.reading import Called, read_problem
    from hesscli.cli.reading import inputs as plain
    from hesscli.result.stack import stacked

    witnesses, spread, show = line.witnesses, line.spread, line.show
    form = chosen(show)
    environment = current.get()
    with ExitStack() as after, environment.out(show.output) as stream:
        after.push(partial(wrote, show))
        problem = read_problem(line.expression, line.function, None if tensors is None else data or ())
        if tensors is not None and isinstance(problem, Called):
            count, found = tensors(problem)
            if count > 1 and form.arrays:
                _write(map(stacked, iter(lambda: list(islice(found, BATCH)), [])), count, form, show, stream)
            else:
                _render(found, form, show, stream, ())
            return
        if instead is not None and instead(problem, stream):
            return
        inputs = (written(problem) if written is not None else None) or plain(problem, line.function)
        asked = request(inputs.expression)
        if not inputs.points and inputs.expression.variables and VERBS[asked.command].symbolic:
            _check_many(0, spread)
            if not environment.ahead:
                _formulas(inputs, asked, witnesses, show, stream)
            return
        places = inputs.places()
        points = places.coordinates
        _check_many(len(points), spread)
        how = options(witnesses)
        if environment.ahead and places.beside:
            return
        if environment.later(inputs.expression, asked, points, how):
            return
        if _in_partitions(len(points), spread, show):
            _spread(inputs, asked, places, how, spread, form, show, stream, after)
        elif len(points) > 1 and form.arrays:
            _arrays(inputs, asked, points, how, form, show, stream)
        else:
            _results(inputs, asked, places, how, form, show, stream)


def _formulas(inputs: Inputs, request: Request, witnesses: Witnesses, show: Show, stream: BinaryIO) -> None:
    """Without a point: closed forms, and no TensorFlow."""
    from hesscli.compute.formulas import formulas
    from hesscli.output import formulas as output

    form, environment = chosen(show), current.get()
    if form not in output.FORMS:
        words = ", ".join(sorted(one.value for one in output.FORMS))
        raise HesscliError(f"--format {form.value}: without --at there are formulas alone, as {words}", code="usage")
    how = options(witnesses)
    with environment.session(how) as session:
        found = formulas(inputs.expression, request, how, session)
    stream.write(
        output.render(
            found, form, page_of(show), quiet=show.quiet, request_id=environment.request_id, first=environment.first
        )
    )
    if lacking := output.lacking(found):
        environment.note(int(ExitStatus.LIMIT if found.missing else ExitStatus.AGREE))
        environment.say(f"hesscli: {lacking}")


def _results(
    inputs: Inputs, request: Request, places: Points, how: Options, form: Format, show: Show, stream: BinaryIO
) -> None:
    from hesscli.cli.preview import preview
    from hesscli.compute.asking import ask
    from hesscli.compute.compute import streamed

    environment, points = current.get(), places.coordinates
    alone = len(points) == 1
    progress = None if alone else counter(show, "points")
    with environment.session(how) as session:
        asked = ask(inputs.expression, request, points, how, session)
        with preview(page_of(show), wanted=alone and _shows(environment, form, show)) as on_exact:
            blocks = form in BLOCKS
            results: Iterable[Result | TapeBlock] = streamed(asked, blocks=blocks, on_exact=on_exact, progress=progress)
            if alone:  # the preview is taken back before the answer is drawn
                results = list(results)
        _render(results, form, show, stream, places.beside)


def _shows(environment: Environment, form: Format, show: Show) -> bool:
    """Whether a person waits at a terminal for a table."""
    return type(environment) is Environment and form is Format.TABLE and show.output is None and not show.quiet


def _arrays(
    inputs: Inputs,
    request: Request,
    points: NDArray[Any] | Grid,
    how: Options,
    form: Format,
    show: Show,
    stream: BinaryIO,
) -> None:
    from hesscli.compute.asking import ask
    from hesscli.compute.compute import swept

    with current.get().session(how) as session:
        asked = ask(inputs.expression, request, points, replace(how, formulas=False), session)
        _write(swept(asked, progress=counter(show, "points")), len(points), form, show, stream)


def _spread(
    inputs: Inputs,
    request: Request,
    places: Points,
    how: Options,
    spread: Spread,
    form: Format,
    show: Show,
    stream: BinaryIO,
    after: ExitStack,
) -> None:
    """Many points in partitions, answered by other processes or here; `after` ends the journal."""
    from hesscli.partitions import Journal, SweepJob, described, parts, results, sweeps
    from hesscli.partitions.here import Here

    points, wants = places.coordinates, {"arrays": form.arrays, "blocks": form in BLOCKS, "single": form.single}
    job, seen = SweepJob.of(
        inputs.expression, request, points, replace(how, formulas=how.formulas and not form.arrays), **wants
    )
    journal = None
    if is_file(show.output):
        asked = described(job, seen, form.value, places.beside)
        journal = Journal(show.output or "", asked, resume=spread.resume)
        after.push(partial(_end, journal))
    executor = executor_of(job, spread) if spread.elsewhere else Here(job)
    with closing(parts(job, seen, executor, counter(show, "points"), journal)) as found:
        if form.arrays:
            _write(sweeps(found, seen), job.count, form, show, stream)
        else:
            _render(results(found), form, show, stream, places.beside)


def _end(journal: Journal, error: type[BaseException] | None, *_: object) -> None:
    journal.end(whole=error is None)


def _check_many(count: int, spread: Spread) -> None:
    """Refuse what is said of many points where there are not many."""
    if spread.given and count <= 1:
        said = "one" if count else "none"
        raise HesscliError(f"{spread.given[0]} takes many points, and --at says {said}; leave it out", code="usage")


def _in_partitions(count: int, spread: Spread, show: Show) -> bool:
    """Whether other processes work at so many points, or a file of them is kept track of."""
    from hesscli.compute.compute import CHUNK

    kept = count > CHUNK and is_file(show.output)
    if spread.resume and not kept:
        raise HesscliError(f"--resume goes on with -o FILE, of more than {CHUNK} points", code="usage")
    return spread.elsewhere or kept


def executor_of(job: JobLike, spread: Elsewhere) -> Executor:
    """The other processes that answer partitions."""
    if spread.scheduler is None:
        from hesscli.partitions.local import Workers

        return Workers(job, spread.workers or 1)
    if spread.workers is not None:
        raise HesscliError("--workers are of this machine, --scheduler knows its own; give one of them", code="usage")
    try:
        from hesscli.partitions.cluster import Cluster
    except ImportError:
        raise HesscliError(
            "--scheduler needs Dask, which is not installed: pip install 'hesscli[distributed]'", code="usage"
        ) from None
    return Cluster(job, spread.scheduler)


def _write(sweeps: Iterable[Sweep], count: int, form: Format, show: Show, stream: BinaryIO) -> None:
    from hesscli.output.render import write_arrays
    from hesscli.result import MOST_NOTES

    tally = _Tally()
    write_arrays(_noted(sweeps, form, tally), count, form, stream)
    tally.tell()
    if not show.quiet:
        for note in [*tally.notes][:MOST_NOTES]:
            current.get().say(f"hesscli: {note}")


def _render(
    results: Iterable[Result | TapeBlock],
    form: Format,
    show: Show,
    stream: BinaryIO,
    beside: Sequence[Mapping[str, Any]],
) -> None:
    from hesscli.output.overview import unshown
    from hesscli.output.render import render

    tally = _Tally()
    environment = current.get()
    named = {"request_id": environment.request_id, "first": environment.first}
    render(_tallied(results, form, tally), form, stream, page_of(show), quiet=show.quiet, beside=beside, **named)
    if not seen_on_terminal(form, show):
        tally.tell()
        if form is Format.TABLE and (left := unshown(tally.words.total())):
            environment.say(f"hesscli: {left}")


@dataclass
class _Tally:
    """What standard error says of the answers, whatever their format.

    Attributes:
        words: verdict -> how many points have it.
        unasked: how many of them the exact side was not asked about.
        first: what the first verdict that is not agreement says.
        notes: of a sweep, each once.
    """

    words: Counter[str] = field(default_factory=Counter)
    unasked: int = 0
    first: str = ""
    notes: dict[str, None] = field(default_factory=dict)

    def tell(self) -> None:
        """One line where not all is agreement: the verdict of a single point, or how many have which.

        Points outside the sample are told of, those that nobody was to check (``--exact off``) are not.
        """
        from hesscli.output.summary import counted
        from hesscli.verdict import FINE

        asked = self.words - Counter({"unchecked": self.unasked})
        if self.unasked and asked:
            words = counted(self.words)
            current.get().say(f"hesscli: {words}; {self.unasked} outside the sample (--exact full checks all)")
            return
        if set(asked) <= FINE:
            return
        current.get().say(f"hesscli: {self.first if self.first and asked.total() == 1 else counted(asked)}")


def _tallied(results: Iterable[Result | TapeBlock], form: Format, tally: _Tally) -> Iterator[Result | TapeBlock]:
    from hesscli.output.summary import judgement
    from hesscli.result import TapeBlock
    from hesscli.verdict import FINE, exit_status

    environment = current.get()
    for result in results:
        head, count = (result.first, len(result)) if isinstance(result, TapeBlock) else (result, 1)
        verdict = shown_of(head.verdicts, head.verdict, head.request.command, form)
        environment.note(int(exit_status(verdict, asked=head.asked)))
        tally.words[verdict.value] += count
        tally.unasked += count if verdict.value == "unchecked" and not head.asked else 0
        if verdict.value not in FINE and not tally.first:
            tally.first = judgement(head, verdict.value)
        yield result


def shown_of(verdicts: Mapping[str, Verdict], whole: Verdict, command: str, form: Format) -> Verdict:
    """The verdict on the whole answer, or on the one quantity that the format holds."""
    return verdicts.get(command, whole) if form.single else whole


def _noted(sweeps: Iterable[Sweep], form: Format, tally: _Tally) -> Iterator[Sweep]:
    from hesscli.result import Verdict
    from hesscli.verdict import exit_status

    environment = current.get()
    for sweep in sweeps:
        words = sweep.tally(single=form.single)
        words["unchecked"] = sweep.checked - words.total()  # those outside the sample were not asked
        for word in +words:
            environment.note(int(exit_status(Verdict(word), asked=True)))
        unasked = len(sweep) - sweep.checked
        tally.words += +words + Counter(unchecked=unasked)
        tally.unasked += unasked
        tally.notes |= dict.fromkeys(sweep.notes)
        yield sweep
