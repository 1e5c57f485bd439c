"""A request at points -> results. One point is a sweep of one.

The exact side works in a child process while TensorFlow loads and answers here; neither waits for the other.
"""

from __future__ import annotations

import platform
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib.metadata import PackageNotFoundError, version
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli import exact as exact_side
from hesscli import tape as tape_side
from hesscli.curvature import Curvature, approximate
from hesscli.errors import PointError
from hesscli.explain import FAILING, explained
from hesscli.language.expression import Expression
from hesscli.language.printing import unparse
from hesscli.options import Options, default_method
from hesscli.request import Request, check_request
from hesscli.result import ExactAnswer, Result, Sweep, TapeAnswer, Texts, Verdict, usable
from hesscli.sensitivity import sensitivities
from hesscli.verdict import Judgement, judge

Array = NDArray[Any]

CHUNK = 2_000
"""Points a step: large enough that the compiled function dominates, small enough to stream."""

FULL = 20_000
"""Up to so many points ``--exact auto`` checks every one."""

SAMPLE = 500
"""So many points are checked of a larger sweep, spread evenly from first to last."""

EXPLAINED = 10
"""So many points where the tape is wrong are explained: as many as a table names."""

MOST_NOTES = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """A request at points, on its way: the exact side is at work on it.

    Attributes:
        expression: f, of n variables.
        request: which derivative.
        points: as both witnesses see them, shape (k, n).
        options: how.
        rows: which points the exact side was asked for, sorted.
        tickets: of the exact side, all rows in their order; one, or one a point, or none.
        session: the process at work.
        grouped: whether these are many requests, a point each, which know nothing of each other.
    """

    expression: Expression
    request: Request
    points: Array
    options: Options
    rows: Array
    tickets: tuple[exact_side.Ticket, ...]
    session: exact_side.Session
    grouped: bool = False

    @property
    def groups(self) -> bool:
        """Whether the tape may answer it together with others: one point, and the tapes that take columns."""
        alone = len(self.points) == 1 and self.options.method is None and not self.options.explain
        return alone and default_method(self.request, self.options) == "nested"

    def matches(self, other: Asked) -> bool:
        """Whether only the points differ."""
        return (self.request, self.options, self.expression) == (other.request, other.options, other.expression)

    def formulas(self, row: int) -> Mapping[str, Texts]:
        """The closed forms that were found for a point."""
        if not self.tickets:
            return {}
        return self.tickets[row if self.grouped else 0].formulas()


def ask(
    expression: Expression,
    request: Request,
    points: Array | Sequence[Sequence[float]],
    options: Options,
    session: exact_side.Session,
) -> Asked:
    """Set the exact side to work; returns at once.

    Args:
        expression: f, of n variables.
        request: which derivative.
        points: shape (k, n).
        options: how.
        session: the exact side's process.

    Raises:
        HesscliError: the request does not fit the expression, or the points its variables.
    """
    seen = as_seen(expression, request, points, options)
    rows = checked_rows(len(seen), options.exact)
    tickets: tuple[exact_side.Ticket, ...] = ()
    if len(rows):
        asked = session.submit(expression, request, seen[rows].tolist(), dtype=options.dtype, formulas=options.formulas)
        tickets = (asked,)
    return Asked(expression, request, seen, options, rows, tickets, session)


def together(asked: Sequence[Asked]) -> Asked:
    """Requests that differ in their one point only, as one request; see `Asked.groups` and `Asked.matches`."""
    first = asked[0]
    if len(asked) == 1:
        return first
    points = np.concatenate([one.points for one in asked])
    rows = np.arange(len(points) if first.tickets else 0)
    tickets = tuple(ticket for one in asked for ticket in one.tickets)
    return replace(first, points=points, rows=rows, tickets=tickets, grouped=True)


def answer(
    expression: Expression,
    request: Request,
    point: Sequence[float],
    options: Options | None = None,
    *,
    session: exact_side.Session | None = None,
    on_exact: Callable[[Result], None] | None = None,
) -> Result:
    """Both witnesses at one point; see `answers`."""
    (result,) = answers(expression, request, [point], options, session=session, on_exact=on_exact)
    return result


def answers(
    expression: Expression,
    request: Request,
    points: Array | Sequence[Sequence[float]],
    options: Options | None = None,
    *,
    session: exact_side.Session | None = None,
    on_exact: Callable[[Result], None] | None = None,
    progress: Callable[[int], None] | None = None,
) -> Iterator[Result]:
    """Both witnesses at k points: parsed, traced and analysed once, answered in input order.

    Args:
        expression: f, of n variables.
        request: which derivative.
        points: shape (k, n).
        options: how; None is the defaults.
        session: the exact side's process to use; None starts one for these answers.
        on_exact: called with the exact side's Result at the first point while TensorFlow still loads.
        progress: called with the number of points done.

    Yields:
        A Result a point, with its verdict.

    Raises:
        HesscliError: the request does not fit the expression, or the points its variables.
    """
    options = options or Options()
    seen = as_seen(expression, request, points, options)
    with _lent(session, options, len(checked_rows(len(seen), options.exact))) as process:
        yield from answered(ask(expression, request, seen, options, process), on_exact=on_exact, progress=progress)


def answered(
    asked: Asked,
    *,
    on_exact: Callable[[Result], None] | None = None,
    progress: Callable[[int], None] | None = None,
) -> Iterator[Result]:
    """The tape's half of `answers`, and what both witnesses say together.

    Args:
        asked: what the exact side is at.
        on_exact: as of `answers`.
        progress: as of `answers`.

    Yields:
        A Result a point, with its verdict, as soon as both witnesses have spoken of it.
    """
    expression, request, options, seen = asked.expression, asked.request, asked.options, asked.points
    started = time.perf_counter()
    loading = _loading()
    blank = unanswered(expression, request, options)
    if on_exact is not None and asked.tickets:
        first = tuple(seen[0].tolist())
        exact = asked.tickets[0].answers()[0]
        on_exact(replace(blank, point=first, exact=exact, formulas=asked.formulas(0)))
    loading()
    loaded = time.perf_counter()
    stream, checked, failures = chain.from_iterable(t.stream() for t in asked.tickets), {*asked.rows.tolist()}, 0
    for start in range(0, len(seen), CHUNK):
        block = seen[start : start + CHUNK]
        began = time.perf_counter()
        tapes, missing = _taped_rows(asked, block)
        taped = time.perf_counter()
        told = _crossed(expression, request, seen, options, tapes)
        for k, point in enumerate(block.tolist()):
            one = None if tapes is None else tapes[k]
            said = next(stream) if start + k in checked else None
            if start + k == 0 or asked.grouped:
                forms = asked.formulas(start + k)
                waited = time.perf_counter() - taped
                seconds = {"load": loaded - started, "tape": taped - began, "exact_wait": waited}
                blank = replace(blank, formulas=forms, seconds=seconds)
            excuse = partial(sensitivities, asked.session, expression, request, point, dtype=options.dtype)
            judged = judge(one, said, options.tolerance, excuse)
            result = _conclude(replace(blank, point=tuple(point)), judged, one, said, missing, told)
            failures += result.verdict in FAILING
            if options.explain or (result.verdict in FAILING and (failures <= EXPLAINED or asked.grouped)):
                result = explained(expression, result, asked.session, keep=options.explain)
            yield result
        if progress is not None:
            progress(start + len(block))


def arrays(
    expression: Expression,
    request: Request,
    points: Array | Sequence[Sequence[float]],
    options: Options | None = None,
    *,
    session: exact_side.Session | None = None,
    progress: Callable[[int], None] | None = None,
) -> Sweep:
    """All answers as stacked arrays, without a Result a point; arguments and errors as of `answers`."""
    options = options or Options()
    seen = as_seen(expression, request, points, options)
    rows = checked_rows(len(seen), options.exact)
    with _lent(session, options, len(rows)) as process:
        ticket = process.submit(expression, request, seen[rows].tolist(), dtype=options.dtype, formulas=False)
        tape, missing = _taped(expression, request, seen, options)
        exact = ticket.answers()
        if progress is not None:
            progress(len(seen))
        rows_of = {name: np.array(array) for name, array in tape.arrays.items()} if tape else {}
        numbers = {name: np.array(array, dtype=np.float64) for name, array in rows_of.items()}
        verdicts: dict[str, Array] = {"": _words(len(seen))}
        told = [*([missing] if missing else ()), *(tape.failures if tape else ())]
        for row, said in zip(rows.tolist(), exact, strict=True):
            excuse = partial(sensitivities, process, expression, request, seen[row].tolist(), dtype=options.dtype)
            judged = judge(tape.row(row) if tape else None, said, options.tolerance, excuse)
            for name, verdict in {**judged.verdicts, "": judged.verdict}.items():
                verdicts.setdefault(name, _words(len(seen)))[row] = verdict.value
            if judged.verdict is not Verdict.AGREE:
                told += [f"point {row + 1}: {note}" for note in (*said.notes, *judged.notes)[:2]]
            for name, decimals in said.values.items():
                filled = numbers.setdefault(name, np.full((len(seen), *decimals.shape), np.nan))
                filled[row] = usable(judged.tape.arrays.get(name) if judged.tape else None, decimals)
    notes = tuple(dict.fromkeys(told))[:MOST_NOTES]
    return Sweep(request, expression.variables, seen, numbers, rows_of, verdicts, len(rows), notes)


def _words(count: int) -> Array:
    return np.full(count, Verdict.UNCHECKED.value, dtype="<U18")


def as_seen(
    expression: Expression, request: Request, points: Array | Sequence[Sequence[float]], options: Options
) -> Array:
    """The points as both witnesses see them: doubles, rounded to the tape's dtype first; shape (k, n).

    Raises:
        HesscliError: the request does not fit the expression.
        PointError: a point has not one coordinate a variable.
    """
    check_request(expression, request)
    rows = np.asarray(points, dtype=options.dtype).astype(np.float64)
    names = expression.variables
    if rows.ndim != 2 or rows.shape[1] != len(names):
        got = rows.shape[-1] if rows.ndim else 1
        raise PointError(f"expected {len(names)} coordinates ({', '.join(names)}), got {got}", code="point")
    return rows


def checked_rows(count: int, exact: str) -> Array:
    """Which rows the exact side sees, as sorted indices."""
    if exact == "off":
        return np.arange(0)
    if exact == "full" or (exact == "auto" and count <= FULL):
        return np.arange(count)
    return np.unique(np.linspace(0, count - 1, min(count, SAMPLE)).round().astype(int))


@contextmanager
def _lent(session: exact_side.Session | None, options: Options, count: int) -> Iterator[exact_side.Session]:
    """The exact side's process: the one given, or one for these answers."""
    if session is not None:
        yield session
        return
    # The limit is for a point; a sweep gets a little more for every further one.
    limit = options.time_limit + 0.01 * (count if count > 1 else 0)
    with exact_side.Session(time_limit=limit, digits=options.digits) as own:
        yield own


def _loading() -> Callable[[], object]:
    """TensorFlow's import, beside what else there is to do; what is returned waits for it."""
    if tape_side.loaded():
        return lambda: None
    thread = threading.Thread(target=tape_side.load, daemon=True)
    thread.start()
    return thread.join


def unanswered(expression: Expression, request: Request, options: Options) -> Result:
    """What is known of a Result before either witness has spoken."""
    return Result(
        request=request,
        expression=expression.source,
        parsed=unparse(expression),
        variables=expression.variables,
        point=(),
        dtype=options.dtype,
        method=default_method(request, options),
        tape=None,
        exact=None,
        formulas={},
        accuracy=None,
        verdict=Verdict.UNCHECKED,
        parameters=expression.parameters,
        rtol=options.tolerance.rtol,
        atol=options.atol,
        versions=versions(),
    )


def _taped(
    expression: Expression, request: Request, points: Array, options: Options
) -> tuple[TapeAnswer | None, str | None]:
    """The tape's answers, stacked; or None and the sentence that says which function TensorFlow lacks."""
    method = default_method(request, options)
    try:
        return tape_side.answer_batch(
            expression, request, points, method=method, dtype=options.dtype, step=options.step, plain=options.plain
        ), None
    except tape_side.Unlowered as missing:
        return None, str(missing)


def _taped_rows(asked: Asked, points: Array) -> tuple[Sequence[TapeAnswer] | None, str | None]:
    """The tape's answer at every point; what it remarks on one of many requests is said of that one only."""
    tape, missing = _taped(asked.expression, asked.request, points, asked.options)
    if tape is None:
        return None, missing
    if asked.grouped and (tape.failures or tape.remarks or tape.repaired):
        alone = [_taped(asked.expression, asked.request, point[None, :], asked.options)[0] for point in points]
        return [tape.row(0) for tape in alone if tape is not None], None
    return [tape.row(k) for k in range(len(points))], None


def _crossed(
    expression: Expression, request: Request, points: Array, options: Options, tapes: Sequence[TapeAnswer] | None
) -> tuple[str, ...]:
    """At a single point, what nested tapes say where the default is Taylor mode and they are quick enough."""
    if options.method is not None or not tapes or tapes[0].method != "taylor" or len(points) != 1:
        return ()
    told = tape_side.cross_check(expression, request, points[0], tapes[0], options.dtype)
    return () if told is None else (told,)


def _conclude(
    blank: Result,
    judged: Judgement,
    tape: TapeAnswer | None,
    exact: ExactAnswer | None,
    missing: str | None,
    told: tuple[str, ...],
) -> Result:
    """The Result of what was judged, and its curvature."""
    curvature = _curvature(blank.request, judged.tape, exact)
    curved = [note for one in curvature for note in one.notes]
    taped = (*tape.failures, *tape.remarks) if tape else ()
    known = (*(exact.notes if exact else ()), *taped, *judged.notes, *told, *curved)
    notes = (*((missing,) if missing else ()), *known)
    return replace(
        blank,
        tape=judged.tape,
        exact=exact,
        accuracy=judged.accuracy,
        verdict=judged.verdict,
        verdicts=judged.verdicts,
        notes=tuple(dict.fromkeys(notes)),
        method=tape.method if tape else ("none" if missing else blank.method),
        curvature=curvature,
    )


def _curvature(request: Request, tape: TapeAnswer | None, exact: ExactAnswer | None) -> tuple[Curvature, ...]:
    """What the exact side says of a Hessian; where it was not asked, the eigenvalues of the tape's."""
    if request.command != "hessian":
        return ()
    if exact is not None:
        return exact.curvature
    return approximate(tape.arrays["hessian"]) if tape is not None and "hessian" in tape.arrays else ()


@cache
def versions() -> Mapping[str, str]:
    """Versions of what took part; read once."""
    names = ("hesscli", "tensorflow", "sympy", "python-flint")
    installed = {name: found for name in names if (found := _version(name)) is not None}
    return {"python": platform.python_version(), **installed}


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
