"""A request at points -> results. One point is a sweep of one.

The exact side works in a child process while TensorFlow loads and answers here; neither waits for the other.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli import exact as exact_side
from hesscli import tape as tape_side
from hesscli.curvature import Curvature, approximate
from hesscli.errors import LimitError, PointError
from hesscli.explain import FAILING, explained
from hesscli.language.expression import Expression
from hesscli.language.printing import unparse
from hesscli.options import Options, default_method
from hesscli.request import Request, check_request
from hesscli.result import ExactAnswer, Result, Sweep, TapeAnswer, Verdict, usable
from hesscli.sensitivity import sensitivities
from hesscli.verdict import ABSENT, Judgement, judge
from hesscli.versions import versions

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
    rows = checked_rows(len(seen), options.exact)
    with _lent(session, options, len(rows)) as process:
        started = time.perf_counter()
        ticket = process.submit(expression, request, seen[rows].tolist(), dtype=options.dtype) if len(rows) else None
        loading = _loading()
        blank = unanswered(expression, request, options)
        if on_exact is not None and ticket is not None:
            first = tuple(seen[0].tolist())
            on_exact(replace(blank, point=first, exact=ticket.answers()[0], formulas=ticket.formulas()))
        loading()
        loaded = time.perf_counter()
        exact: dict[int, ExactAnswer] = {}
        failures = 0
        for start in range(0, len(seen), CHUNK):
            block = seen[start : start + CHUNK]
            tape, missing = _taped(expression, request, block, options)
            taped = time.perf_counter()
            told = _crossed(expression, request, seen, options, tape)
            if ticket is not None and not exact:
                exact = dict(zip(rows.tolist(), ticket.answers(), strict=True))
                blank = replace(blank, formulas=ticket.formulas())
                waited = time.perf_counter() - taped
                blank = replace(blank, seconds={"load": loaded - started, "tape": taped - loaded, "exact_wait": waited})
            for k, point in enumerate(block.tolist()):
                one = None if tape is None else tape.row(k)
                excuse = partial(sensitivities, process, expression, request, point, dtype=options.dtype)
                judged = judge(one, exact.get(start + k), options.tolerance, excuse)
                result = _conclude(replace(blank, point=tuple(point)), judged, one, exact.get(start + k), missing, told)
                failures += result.verdict in FAILING
                if options.explain or (result.verdict in FAILING and failures <= EXPLAINED):
                    result = explained(expression, result, process, keep=options.explain)
                yield result
            if progress is not None:
                progress(start + len(block))


def arrays(
    expression: Expression,
    request: Request,
    points: Array | Sequence[Sequence[float]],
    options: Options | None = None,
    *,
    progress: Callable[[int], None] | None = None,
) -> Sweep:
    """All answers as stacked arrays, without a Result a point; arguments and errors as of `answers`."""
    options = options or Options()
    seen = as_seen(expression, request, points, options)
    rows = checked_rows(len(seen), options.exact)
    with _lent(None, options, len(rows)) as process:
        ticket = process.submit(expression, request, seen[rows].tolist(), dtype=options.dtype, formulas=False)
        tape, missing = _taped(expression, request, seen, options)
        exact = ticket.answers()
        if progress is not None:
            progress(len(seen))
        rows_of = {name: np.array(array) for name, array in tape.arrays.items()} if tape else {}
        numbers = {name: np.array(array, dtype=np.float64) for name, array in rows_of.items()}
        verdicts: dict[str, Array] = {"": _words(len(seen))}
        told = [*expression.notes, *([missing] if missing else ()), *(tape.failures if tape else ())]
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

    def load() -> None:
        with suppress(tape_side.NotLoadedError):
            tape_side.load()

    thread = threading.Thread(target=load, daemon=True)
    try:
        thread.start()
    except RuntimeError:  # no thread to be had
        return load
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
        notes=expression.notes,
        parameters=expression.parameters,
        rtol=options.tolerance.rtol,
        atol=options.atol,
        versions=versions(),
    )


def _taped(
    expression: Expression, request: Request, points: Array, options: Options
) -> tuple[TapeAnswer | None, str | None]:
    """The tape's answers, stacked; or None and the sentence that says which function TensorFlow lacks.

    Where TensorFlow itself is missing, or takes too long, an answer by the method ABSENT that says why.
    """
    method = default_method(request, options)
    try:
        return tape_side.answer_batch(
            expression, request, points, method=method, dtype=options.dtype, step=options.step, plain=options.plain
        ), None
    except tape_side.Unlowered as missing:
        return None, str(missing)
    except LimitError as problem:
        if options.exact == "off":
            raise
        return TapeAnswer({}, {}, (problem.message,), ABSENT), None


def _crossed(
    expression: Expression, request: Request, points: Array, options: Options, tape: TapeAnswer | None
) -> tuple[str, ...]:
    """At a single point, what nested tapes say where the default is Taylor mode and they are quick enough."""
    if options.method is not None or tape is None or tape.method != "taylor" or len(points) != 1:
        return ()
    told = tape_side.cross_check(expression, request, points[0], tape.row(0), options.dtype)
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
    notes = (*blank.notes, *((missing,) if missing else ()), *known)
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
