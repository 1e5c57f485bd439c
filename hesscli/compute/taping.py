"""The tape's answers at points, and TensorFlow's import beside what else there is to do."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from hesscli import tape as tape_side
from hesscli.compute.asking import Array, Asked
from hesscli.errors import LimitError
from hesscli.language.expression import Expression
from hesscli.options import Options, default_method
from hesscli.request import Request
from hesscli.result import TapeAnswer
from hesscli.verdict import ABSENT


def loading() -> Callable[[], object]:
    """TensorFlow's import, beside what else there is to do; what is returned waits for it."""
    if tape_side.loaded():
        return lambda: None

    def load() -> None:
        with suppress(tape_side.NotLoadedError):
            tape_side.load()

    thread = threading.Thread(target=load, daemon=True)
    try:
        thread.start()
    except RuntimeError:  # no thread to be had
        return load
    return thread.join


def taped(
    expression: Expression, request: Request, points: Array, options: Options
) -> tuple[TapeAnswer | None, str | None]:
    """The tape's answers, stacked; or None and the sentence that says which function TensorFlow lacks.

    Where TensorFlow itself is missing, or takes too long, an answer by the method ABSENT that says why.

    Args:
        expression: f, of n variables.
        request: which derivative.
        points: shape (k, n), in the tape's dtype.
        options: how.

    Raises:
        LimitError: a limit of the tape is exceeded, and the exact side is not asked either.
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


@dataclass(frozen=True, slots=True)
class Rows:
    """The tape's answers at many points.

    Attributes:
        stack: all as one.
        alone: each for itself, where what is remarked on one must not be said of another.
    """

    stack: TapeAnswer
    alone: Sequence[TapeAnswer] | None = None

    def __getitem__(self, k: int) -> TapeAnswer:
        return self.stack.row(k) if self.alone is None else self.alone[k]


def taped_rows(asked: Asked, points: Array) -> tuple[Rows | None, str | None]:
    """The tape's answer at every point; what it remarks on one of many requests is said of that one only.

    Args:
        asked: the request, or many that differ in their points.
        points: shape (k, n), some of those asked about.
    """
    tape, missing = taped(asked.expression, asked.request, points, asked.options)
    if tape is None:
        return None, missing
    if not (asked.grouped and (tape.failures or tape.remarks or tape.repaired)):
        return Rows(tape), None
    alone = [taped(asked.expression, asked.request, point[None, :], asked.options)[0] for point in points]
    return Rows(tape, [one.row(0) for one in alone if one is not None]), None


def crossed(
    expression: Expression, request: Request, points: Array, options: Options, tapes: Rows | None
) -> tuple[str, ...]:
    """At a single point, what nested tapes say where the default is Taylor mode and they are quick enough.

    Args:
        expression: f, of n variables.
        request: which derivative.
        points: shape (k, n).
        options: how; nothing is said where they name the method.
        tapes: what Taylor mode has answered; None where it could not.

    Returns:
        A sentence where the two part; else nothing.
    """
    if options.method is not None or tapes is None or tapes.stack.method != "taylor" or len(points) != 1:
        return ()
    told = tape_side.cross_check(expression, request, points[0], tapes[0], options.dtype)
    return () if told is None else (told,)
