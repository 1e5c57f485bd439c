"""A request at points -> results. One point is a sweep of one.

The exact side works in a child process while TensorFlow loads and answers here; neither waits for the other.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from math import inf
from typing import TypeGuard

import numpy as np

from hesscli.compute.asking import InFlight, ask
from hesscli.compute.sensitivity import sensitivities
from hesscli.compute.taping import Taped, crossed, loading, taped
from hesscli.exact import Session
from hesscli.explain import explained
from hesscli.language.expression import Expression
from hesscli.language.printing import unparse
from hesscli.options import DEFAULTS, Options, default_method
from hesscli.request import Request
from hesscli.result import (
    MOST_NOTES,
    REFUTED,
    ExactAnswer,
    Result,
    SparseWords,
    Sweep,
    TapeAnswer,
    TapeBlock,
    Verdict,
    usable,
)
from hesscli.result.curvature import Curvature, approximate
from hesscli.verdict import ABSENT, Judgement, judge
from hesscli.versions import versions

CHUNK = 500
"""Points a step: enough that the tape's function dominates, few enough to stream and to share among processes."""

BLOCK = 1 << 14
"""Points a step where most of them are written as columns."""

COLUMNS = 1 << 17
"""Points a step where all are written as arrays."""

EXPLAINED = 10
"""So many points where the tape is wrong are explained: as many as a table names."""


def answer(
    expression: Expression, request: Request, point: Sequence[float], options: Options = DEFAULTS, *, session: Session
) -> Result:
    """Both witnesses at one point; arguments and errors as of `ask`."""
    (result,) = answers(ask(expression, request, [point], options, session))
    return result


def answers(asked: InFlight) -> Iterator[Result]:
    """Both witnesses at k points, none of them told together with others; errors as of `streamed`.

    Args:
        asked: what the exact side is at.

    Returns:
        A Result a point, as soon as both have spoken of it.
    """
    return (result for result in streamed(asked) if isinstance(result, Result))


def streamed(
    asked: InFlight,
    *,
    blocks: bool = False,
    on_exact: Callable[[Result], None] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Result | TapeBlock]:
    """Both witnesses at k points: parsed, traced and analysed once, answered in input order.

    Args:
        asked: what the exact side is at.
        blocks: whether points outside the sample may come many at a time.
        on_exact: called with the exact side's Result at the first point while TensorFlow still loads.
        progress: called with how many points are done, and of how many.

    Yields:
        A Result a point, with its verdict, as soon as both witnesses have spoken of it; or a TapeBlock of points.

    Raises:
        LimitError: a limit of the tape is exceeded, and the exact side is not asked either.
    """
    most = 0 if asked.options.explain else inf if asked.grouped else EXPLAINED
    among = FirstRefuted(most)
    for result in plain(asked, blocks=blocks, on_exact=on_exact, progress=progress):
        yield explained(asked.expression, result, asked.session, keep=False) if among.first(result) else result


class FirstRefuted:
    """Which answers are the first where the tape is wrong: those that are explained.

    Args:
        most: so many of them.
    """

    def __init__(self, most: float | None = None) -> None:
        self._left: float = EXPLAINED if most is None else most

    def first(self, answer: object) -> TypeGuard[Result]:
        """Whether an answer is among them; asked of one after the other, each once."""
        wrong = isinstance(answer, Result) and answer.verdict in REFUTED and self._left > 0
        self._left -= wrong
        return wrong


def plain(
    asked: InFlight,
    *,
    blocks: bool = False,
    on_exact: Callable[[Result], None] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Result | TapeBlock]:
    """As `streamed`, but of the points where the tape is wrong none is explained unless all are."""
    started = time.perf_counter()
    wait = loading()
    blank = unanswered(asked.expression, asked.request, asked.options)
    if on_exact is not None and asked.tickets:
        first = tuple(asked.points[0].tolist())
        on_exact(replace(blank, point=first, exact=next(asked.said()), formulas=asked.formulas(0)))
    wait()
    loaded = time.perf_counter() - started
    said, checked, size = asked.said(), {*asked.rows.tolist()}, step_size(asked, BLOCK if blocks else CHUNK)
    for start in range(asked.part.start, asked.part.stop, size):
        began = time.perf_counter()
        step = taped(asked, start, min(size, asked.part.stop - start))
        done = time.perf_counter()
        told = crossed(asked, step)
        for k, end in _runs(asked, step) if blocks else ((k, k + 1) for k in range(len(step))):
            tape, exact = step.tape(k), next(said) if start + k in checked else None
            if start + k == asked.part.start or asked.grouped:
                forms = asked.formulas(start + k)
                seconds = {"load": loaded, "tape": done - began, "exact_wait": time.perf_counter() - done}
                blank = replace(blank, formulas=forms, seconds=seconds)
            point = step.points[k].tolist()
            judged = _judged(asked, point, tape, exact)
            result = _concluded(replace(blank, point=tuple(point)), judged, tape, exact, step.missing, told)
            if asked.options.explain:
                result = explained(asked.expression, result, asked.session, keep=True)
            yield result if end == k + 1 else step.block(result, k, end)
        if progress is not None:
            progress(start + len(step), len(asked.points))


def step_size(asked: InFlight, most: int) -> int:
    """So many points a step: few where the exact side is asked about each."""
    return most if asked.sampled else CHUNK


def _runs(asked: InFlight, step: Taped) -> Iterator[tuple[int, int]]:
    """Where each `TapeBlock` of a step starts and ends; a point that is told alone is a run of one."""
    count = len(step)
    plain = np.zeros(count, dtype=bool)
    if step.stack is not None and step.stack.method != ABSENT and not asked.options.explain:
        plain = ~np.isin(np.arange(step.start, step.start + count), asked.rows)
        plain[0] &= step.start > 0  # the first answer of all is one that others may be told by
        for name, array in step.stack.arrays.items():
            holes = np.broadcast_to(step.stack.holes[name], array.shape)
            plain &= (np.where(holes[0], holes, np.isfinite(array) & ~holes)).reshape(count, -1).all(axis=1)
    goes_on = plain & np.append(False, plain[:-1])
    starts = np.flatnonzero(~goes_on).tolist()
    return zip(starts, [*starts[1:], count], strict=True)


def arrays(asked: InFlight) -> Sweep:
    """All answers as stacked arrays, without a Result a point; errors as of `streamed`.

    Args:
        asked: what the exact side is at, k points.

    Returns:
        Arrays of shape (k, ...).
    """
    return _stacked(asked, taped(asked, 0, len(asked.points)), asked.said())


def swept(asked: InFlight, progress: Callable[[int, int], None] | None = None) -> Iterator[Sweep]:
    """All answers as stacked arrays, so many points at a time.

    Args:
        asked: what the exact side is at.
        progress: called with the number of points done, and of all.

    Raises:
        LimitError: as of `streamed`.
    """
    said, size = asked.said(), step_size(asked, COLUMNS)
    for start in range(asked.part.start, asked.part.stop, size):
        step = taped(asked, start, min(size, asked.part.stop - start))
        yield _stacked(asked, step, said)
        if progress is not None:
            progress(start + len(step), len(asked.points))


def _stacked(asked: InFlight, step: Taped, said: Iterator[ExactAnswer]) -> Sweep:
    """What both say of some points, where `said` goes on."""
    count, rows = len(step), asked.rows[slice(*np.searchsorted(asked.rows, (step.start, step.start + len(step))))]
    tape = step.arrays
    numbers = {name: np.array(array, dtype=np.float64) for name, array in tape.items()}
    verdicts: dict[str, dict[int, str]] = {"": {}}
    told = [*asked.expression.notes, *step.failures]
    for row in (rows - step.start).tolist():
        exact = next(said)
        judged = _judged(asked, step.points[row].tolist(), step.tape(row), exact)
        for name, verdict in {**judged.verdicts, "": judged.verdict}.items():
            verdicts.setdefault(name, {})[row] = verdict.value
        if judged.verdict is not Verdict.AGREE:
            told += [f"point {step.start + row + 1}: {note}" for note in (*exact.notes, *judged.notes)[:2]]
        for name, decimals in exact.values.items():
            if name not in numbers:
                numbers[name] = np.full((count, *decimals.shape), np.nan)
            numbers[name][row] = usable(judged.tape.arrays.get(name) if judged.tape else None, decimals)
    notes = tuple(dict.fromkeys(told))[:MOST_NOTES]
    words = SparseWords(count, verdicts)
    return Sweep(asked.request, asked.expression.variables, step.points, numbers, tape, words, len(rows), notes)


def _judged(asked: InFlight, point: Sequence[float], tape: TapeAnswer | None, exact: ExactAnswer | None) -> Judgement:
    """What both say of one point; how its entries change with the data is asked where they part."""
    dtype = asked.options.dtype
    excuse = partial(sensitivities, asked.session, asked.expression, asked.request, point, dtype=dtype)
    return judge(tape, exact, asked.options.tolerance, excuse)


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


def _concluded(
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
