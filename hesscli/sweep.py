"""One verb over many points: parsed, traced and analysed once, answered in input order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli import exact as exact_side
from hesscli import tape as tape_side
from hesscli.compute import conclude, unanswered
from hesscli.explain import FAILING, explained
from hesscli.language.expression import Expression
from hesscli.options import Options, check_request, default_method
from hesscli.result import ExactAnswer, Request, Result, TapeAnswer, Verdict
from hesscli.verdict import judge

Array = NDArray[Any]

CHUNK = 2_000
"""Points a step: large enough that the compiled function dominates, small enough to stream."""

FULL = 20_000
"""Up to so many points ``--exact auto`` checks every one."""

SAMPLE = 500
"""So many points are checked of a larger sweep, spread evenly from first to last."""


EXPLAINED = 10
"""So many points where the tape is wrong are explained: as many as a table names."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """Stacked answers at k points, for formats that hold arrays.

    Attributes:
        request: which derivative.
        variables: names of the n coordinates.
        points: shape (k, n).
        arrays: quantity -> shape (k, ...), the tape's numbers (exact ones where TensorFlow has no function).
        verdicts: shape (k,), the word of every point.
        checked: how many points the exact side saw.
        notes: sentences about points that are not in agreement, the first of each kind.
    """

    request: Request
    variables: tuple[str, ...]
    points: Array
    arrays: dict[str, Array]
    verdicts: Array
    checked: int
    notes: tuple[str, ...] = ()


def checked_rows(count: int, exact: str) -> Array:
    """Which rows the exact side sees, as sorted indices."""
    if exact == "off":
        return np.arange(0)
    if exact == "full" or (exact == "auto" and count <= FULL):
        return np.arange(count)
    return np.unique(np.linspace(0, count - 1, min(count, SAMPLE)).round().astype(int))


def answers(
    expression: Expression,
    request: Request,
    points: Array,
    options: Options | None = None,
    progress: Callable[[int], None] | None = None,
) -> Iterator[Result]:
    """A Result a point, in input order.

    Args:
        expression: f, of n variables.
        request: which derivative.
        points: shape (k, n).
        options: how.
        progress: called with the number of points done.

    Yields:
        The Results.
    """
    options = options or Options()
    check_request(expression, request)
    points = _as_seen(points, options)
    rows = checked_rows(len(points), options.exact)
    with exact_side.Session(time_limit=_time(options, len(rows)), digits=options.digits) as session:
        yield from _stream(expression, request, points, options, rows, session, progress)


def _stream(
    expression: Expression,
    request: Request,
    points: Array,
    options: Options,
    rows: Array,
    session: exact_side.Session,
    progress: Callable[[int], None] | None,
) -> Iterator[Result]:
    ticket = session.submit(expression, request, points[rows].tolist(), dtype=options.dtype) if len(rows) else None
    blank = unanswered(expression, request, options)
    compiled = _compiled(expression, request, options)
    exact: dict[int, ExactAnswer] = {}
    failures = 0
    for start in range(0, len(points), CHUNK):
        block = points[start : start + CHUNK]
        tapes, missing = compiled(block)
        if ticket is not None and not exact:
            exact = dict(zip(rows.tolist(), ticket.answers(), strict=True))
            blank = replace(blank, formulas=ticket.formulas())
        for k, point in enumerate(block.tolist()):
            tape = tapes[k] if tapes is not None else None
            result = conclude(replace(blank, point=tuple(point)), tape, exact.get(start + k), missing)
            if options.explain or (result.verdict in FAILING and (failures := failures + 1) <= EXPLAINED):
                result = explained(expression, result, session, keep=options.explain)
            yield result
        if progress is not None:
            progress(min(start + CHUNK, len(points)))


Block = Callable[[Array], tuple["list[TapeAnswer] | None", "str | None"]]


def _compiled(expression: Expression, request: Request, options: Options) -> Block:
    method = default_method(request, options)

    def block(points: Array) -> tuple[list[TapeAnswer] | None, str | None]:
        try:
            batch = tape_side.answer_batch(expression, request, points, method=method, dtype=options.dtype)
        except tape_side.Unlowered as missing:
            return None, str(missing)
        return _rows(batch), None

    return block


def _rows(batch: TapeAnswer) -> list[TapeAnswer]:
    count = len(next(iter(batch.arrays.values())))
    return [
        TapeAnswer(
            {name: array[k] for name, array in batch.arrays.items()},
            {name: np.broadcast_to(hole[k], batch.arrays[name][k].shape) for name, hole in batch.holes.items()},
            batch.failures,
            batch.method,
        )
        for k in range(count)
    ]


def arrays(
    expression: Expression,
    request: Request,
    points: Array,
    options: Options | None = None,
    progress: Callable[[int], None] | None = None,
) -> Sweep:
    """All answers as stacked arrays; the exact side checks all rows or an even sample.

    Args:
        expression: f, of n variables.
        request: which derivative.
        points: shape (k, n).
        options: how.
        progress: called with the number of points done.

    Returns:
        The Sweep.
    """
    options = options or Options()
    check_request(expression, request)
    points = _as_seen(points, options)
    rows = checked_rows(len(points), options.exact)
    with exact_side.Session(time_limit=_time(options, len(rows)), digits=options.digits) as session:
        ticket = session.submit(expression, request, points[rows].tolist(), dtype=options.dtype, formulas=False)
        try:
            batch: TapeAnswer | None = tape_side.answer_batch(
                expression, request, points, method=default_method(request, options), dtype=options.dtype
            )
            notes: tuple[str, ...] = batch.failures if batch else ()
        except tape_side.Unlowered as missing:
            batch, notes = None, (str(missing),)
        exact = ticket.answers()
    if progress is not None:
        progress(len(points))
    return _stack(request, expression, points, rows, batch, exact, notes, options)


def _stack(
    request: Request,
    expression: Expression,
    points: Array,
    rows: Array,
    batch: TapeAnswer | None,
    exact: Sequence[ExactAnswer],
    notes: tuple[str, ...],
    options: Options,
) -> Sweep:
    verdicts = np.full(len(points), Verdict.UNCHECKED.value, dtype="<U18")
    stacked = {name: np.array(array) for name, array in batch.arrays.items()} if batch else {}
    told = list(notes)
    for row, seen in zip(rows.tolist(), exact, strict=True):
        tape = _rows(_one(batch, row))[0] if batch else None
        judged = judge(tape, seen, rtol=options.tolerance, dtype=options.dtype)
        verdicts[row] = judged.verdict.value
        if judged.verdict is not Verdict.AGREE:
            told += [f"point {row + 1}: {note}" for note in (*seen.notes, *judged.notes)[:2]]
        source = judged.tape.arrays if judged.tape else _numbers(seen)
        for name, value in source.items():
            if name not in stacked:
                stacked[name] = np.full((len(points), *np.shape(value)), np.nan)
            stacked[name][row] = value
    return Sweep(request, expression.variables, points, stacked, verdicts, len(rows), tuple(dict.fromkeys(told))[:20])


def _one(batch: TapeAnswer, row: int) -> TapeAnswer:
    one = {name: array[row : row + 1] for name, array in batch.arrays.items()}
    holes = {name: hole[row : row + 1] for name, hole in batch.holes.items()}
    return TapeAnswer(one, holes, batch.failures, batch.method)


def _numbers(exact: ExactAnswer) -> dict[str, Array]:
    def number(value: Any) -> Any:
        if isinstance(value, (list, tuple)):
            return [number(entry) for entry in value]
        return np.nan if value is None else float(value)

    return {name: np.array(number(value)) for name, value in exact.values.items()}


def _as_seen(points: Array, options: Options) -> Array:
    return np.asarray(points, dtype=options.dtype).astype(np.float64)


def _time(options: Options, count: int) -> float:
    """The limit is for a point; a sweep gets a little more for every further one."""
    return options.time_limit + 0.01 * count
