"""A request at points -> results. One point is a sweep of one.

The exact side works in a child process while TensorFlow loads and answers here; neither waits for the other.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import Literal, overload

import numpy as np

from hesscli import exact as exact_side
from hesscli.compute.asking import Array, Asked, as_seen, ask, checked_rows
from hesscli.compute.sensitivity import sensitivities
from hesscli.compute.taping import Rows, crossed, loading, taped, taped_rows
from hesscli.explain import FAILING, explained
from hesscli.language.expression import Expression
from hesscli.language.printing import unparse
from hesscli.options import Options, default_method
from hesscli.request import Request
from hesscli.result import Block, ExactAnswer, Result, Sweep, TapeAnswer, Verdict, usable
from hesscli.result.curvature import Curvature, approximate
from hesscli.verdict import ABSENT, Judgement, judge
from hesscli.versions import versions

CHUNK = 2_000
"""Points a step: large enough that the compiled function dominates, small enough to stream."""

BLOCK = 1 << 14
"""Points a step where most of them are written as columns."""

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


@overload
def answers(
    expression: Expression,
    request: Request,
    points: Array | Sequence[Sequence[float]],
    options: Options | None = None,
    *,
    session: exact_side.Session | None = None,
    on_exact: Callable[[Result], None] | None = None,
    progress: Callable[[int], None] | None = None,
    blocks: Literal[False] = False,
) -> Iterator[Result]: ...


@overload
def answers(
    expression: Expression,
    request: Request,
    points: Array | Sequence[Sequence[float]],
    options: Options | None = None,
    *,
    session: exact_side.Session | None = None,
    on_exact: Callable[[Result], None] | None = None,
    progress: Callable[[int], None] | None = None,
    blocks: bool,
) -> Iterator[Result | Block]: ...


def answers(
    expression: Expression,
    request: Request,
    points: Array | Sequence[Sequence[float]],
    options: Options | None = None,
    *,
    session: exact_side.Session | None = None,
    on_exact: Callable[[Result], None] | None = None,
    progress: Callable[[int], None] | None = None,
    blocks: bool = False,
) -> Iterator[Result | Block]:
    """Both witnesses at k points: parsed, traced and analysed once, answered in input order.

    Args:
        expression: f, of n variables.
        request: which derivative.
        points: shape (k, n).
        options: how; None is the defaults.
        session: the exact side's process to use; None starts one for these answers.
        on_exact: called with the exact side's Result at the first point while TensorFlow still loads.
        progress: called with the number of points done.
        blocks: whether points outside the sample may come many at a time.

    Yields:
        A Result a point, with its verdict; or a Block of points.

    Raises:
        HesscliError: the request does not fit the expression, or the points its variables.
    """
    options = options or Options()
    seen = as_seen(expression, request, points, options)
    with _lent(session, options) as process:
        asked = ask(expression, request, seen, options, process)
        yield from answered(asked, on_exact=on_exact, progress=progress, blocks=blocks)


@overload
def answered(
    asked: Asked,
    *,
    on_exact: Callable[[Result], None] | None = None,
    progress: Callable[[int], None] | None = None,
    blocks: Literal[False] = False,
) -> Iterator[Result]: ...


@overload
def answered(
    asked: Asked,
    *,
    on_exact: Callable[[Result], None] | None = None,
    progress: Callable[[int], None] | None = None,
    blocks: bool,
) -> Iterator[Result | Block]: ...


def answered(
    asked: Asked,
    *,
    on_exact: Callable[[Result], None] | None = None,
    progress: Callable[[int], None] | None = None,
    blocks: bool = False,
) -> Iterator[Result | Block]:
    """The tape's half of `answers`, and what both witnesses say together.

    Args:
        asked: what the exact side is at.
        on_exact: as of `answers`.
        progress: as of `answers`.
        blocks: as of `answers`.

    Yields:
        A Result a point, with its verdict, as soon as both witnesses have spoken of it; or a Block of points.
    """
    expression, request, options, seen = asked.expression, asked.request, asked.options, asked.points
    started = time.perf_counter()
    wait = loading()
    blank = unanswered(expression, request, options)
    if on_exact is not None and asked.tickets:
        first = tuple(seen[0].tolist())
        exact = asked.tickets[0].answers()[0]
        on_exact(replace(blank, point=first, exact=exact, formulas=asked.formulas(0)))
    wait()
    loaded = time.perf_counter()
    stream, checked, failures = chain.from_iterable(t.stream() for t in asked.tickets), {*asked.rows.tolist()}, 0
    size = CHUNK if len(checked) == len(seen) or not blocks else BLOCK
    for start in range(0, len(seen), size):
        block = seen[start : start + size]
        began = time.perf_counter()
        tapes, missing = taped_rows(asked, block)
        done = time.perf_counter()
        told = crossed(expression, request, seen, options, tapes)
        ends = _ends(asked, tapes, start, block) if blocks else range(1, len(block) + 1)
        k = 0
        while k < len(block):
            one = None if tapes is None else tapes[k]
            said = next(stream) if start + k in checked else None
            if start + k == 0 or asked.grouped:
                forms = asked.formulas(start + k)
                waited = time.perf_counter() - done
                seconds = {"load": loaded - started, "tape": done - began, "exact_wait": waited}
                blank = replace(blank, formulas=forms, seconds=seconds)
            point = block[k].tolist()
            excuse = partial(sensitivities, asked.session, expression, request, point, dtype=options.dtype)
            judged = judge(one, said, options.tolerance, excuse)
            result = _conclude(replace(blank, point=tuple(point)), judged, one, said, missing, told)
            failures += result.verdict in FAILING
            if options.explain or (result.verdict in FAILING and (failures <= EXPLAINED or asked.grouped)):
                result = explained(expression, result, asked.session, keep=options.explain)
            if tapes is None or ends[k] == k + 1:
                yield result
            else:
                columns = {name: array[k : ends[k]] for name, array in tapes.stack.arrays.items()}
                yield Block(result, block[k : ends[k]], columns)
            k = ends[k]
        if progress is not None:
            progress(start + len(block))


def _ends(asked: Asked, tapes: Rows | None, start: int, points: Array) -> Sequence[int]:
    """For every row of a step the end of the `Block` that starts there; the next row, where there is none."""
    count = len(points)
    following = np.arange(1, count + 1)
    if tapes is None or tapes.stack.method == ABSENT or asked.options.explain:
        return list(following)
    plain = ~np.isin(np.arange(start, start + count), asked.rows)
    plain[0] &= start > 0  # the first answer of all is one that others may be told by
    for name, array in tapes.stack.arrays.items():
        holes = np.broadcast_to(tapes.stack.holes[name], array.shape)
        plain &= (np.where(holes[0], holes, np.isfinite(array) & ~holes)).reshape(count, -1).all(axis=1)
    stops = np.append(np.flatnonzero(~plain), count)
    ends: list[int] = np.where(plain, stops[np.searchsorted(stops, np.arange(count))], following).tolist()
    return ends


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
    with _lent(session, options) as process:
        ticket = process.submit(expression, request, seen[rows].tolist(), dtype=options.dtype, formulas=False)
        tape, missing = taped(expression, request, seen, options)
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


@contextmanager
def _lent(session: exact_side.Session | None, options: Options) -> Iterator[exact_side.Session]:
    """The exact side's process: the one given, or one for these answers."""
    if session is not None:
        yield session
        return
    with exact_side.Session(time_limit=options.time_limit, digits=options.digits) as own:
        yield own


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
    remarks = (*tape.failures, *tape.remarks) if tape else ()
    known = (*(exact.notes if exact else ()), *remarks, *judged.notes, *told, *curved)
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
