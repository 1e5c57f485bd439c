"""The tape's answers at points, and TensorFlow's import beside what else there is to do."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from hesscli import tape as tape_side
from hesscli.compute.asking import Array, InFlight
from hesscli.errors import LimitError
from hesscli.language.pattern import vanishing
from hesscli.options import default_method
from hesscli.request import layout
from hesscli.result import Result, TapeAnswer, TapeBlock
from hesscli.verdict import ABSENT

MOST_FILLED = 10_000
"""Entries of an array up to which it is looked for those that are 0 by the form of f."""


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


@dataclass(frozen=True, slots=True)
class Taped:
    """Points one after the other that the tape has answered.

    Attributes:
        start: how many points stand before them.
        points: shape (k, n).
        stack: the answers, stacked; None where TensorFlow has no such function. Where TensorFlow itself is missing, or
            takes too long, it is by the method ABSENT and says why.
        missing: the sentence that says which function TensorFlow lacks.
        alone: each answer for itself, where what is remarked on one must not be said of another.
    """

    start: int
    points: Array
    stack: TapeAnswer | None
    missing: str | None = None
    alone: Sequence[TapeAnswer] = ()

    def __len__(self) -> int:
        """The number of points."""
        return len(self.points)

    @property
    def arrays(self) -> Mapping[str, Array]:
        """Quantity -> shape (k, ...), as TensorFlow gave it."""
        return self.stack.arrays if self.stack else {}

    @property
    def failures(self) -> tuple[str, ...]:
        """Sentences that say what TensorFlow has no answer to, and why."""
        return self.stack.failures if self.stack else (self.missing,) if self.missing else ()

    def block(self, first: Result, start: int, end: int) -> TapeBlock:
        """Some of the points as columns; `first` is the answer at the first of them."""
        columns = {name: array[start:end] for name, array in self.arrays.items()}
        return TapeBlock(first, self.points[start:end], columns)

    def tape(self, k: int) -> TapeAnswer | None:
        """The answer at one of the points."""
        if self.stack is None:
            return None
        return self.alone[k] if self.alone else self.stack.row(k)


def taped(asked: InFlight, start: int, most: int) -> Taped:
    """The tape's answers from one point on.

    Args:
        asked: the request, or many that differ in their points.
        start: the first point.
        most: so many points, where there are that many.

    Raises:
        LimitError: a limit of the tape is exceeded, and the exact side is not asked either.
    """
    points = asked.points[start : start + most]
    try:
        stack = _answered(asked, points)
        apart = asked.grouped and (stack.failures or stack.remarks or stack.repaired)
        alone = [_answered(asked, point[None, :]).row(0) for point in points] if apart else ()
    except tape_side.Unlowered as missing:
        return Taped(start, points, None, str(missing))
    if asked.sampled:
        stack = _filled(asked, stack)
    return Taped(start, points, stack, alone=alone)


def _filled(asked: InFlight, stack: TapeAnswer) -> TapeAnswer:
    """Zeros where TensorFlow gave None and the form of f leaves nothing else, for points that nobody checks."""
    if asked.request.command in ("taylor", "hvp") or "value" not in stack.arrays:
        return stack
    if not any(holes.any() for holes in stack.holes.values()):
        return stack
    quantities, zero = layout(asked.expression, asked.request).quantities, vanishing(asked.expression)
    here = np.isfinite(stack.arrays["value"])
    arrays, holes = dict(stack.arrays), dict(stack.holes)
    for name, array in stack.arrays.items():
        none = np.broadcast_to(stack.holes[name], array.shape)
        if not none.any() or array[0].size > MOST_FILLED:
            here = _whole(array, here)
            continue
        zeros = np.array([zero(component, path) for component, path in quantities[name].entries()])
        beside = (1,) * (array.ndim - here.ndim)
        at = none & zeros.reshape(array.shape[1:]) & here.reshape(*here.shape, *beside)
        arrays[name], holes[name] = np.where(at, array.dtype.type(0), array), none & ~at
        here = _whole(arrays[name], here)
    return replace(stack, arrays=arrays, holes=holes)


def _whole(array: Array, here: Array) -> Array:
    """Where an array is finite too, of shape (k,) or (k, m): without a derivative there is none of a higher order."""
    finite: Array = here & np.isfinite(array).reshape(*here.shape, -1).all(axis=-1)
    return finite


def _answered(asked: InFlight, points: Array) -> TapeAnswer:
    how, whole = asked.options, len(asked.points)
    try:
        return tape_side.answer_batch(
            asked.expression,
            asked.request,
            points,
            method=default_method(asked.request, how),
            dtype=how.dtype,
            step=how.step,
            plain=how.plain,
            whole=whole if len(points) < whole and not asked.grouped else None,
        )
    except LimitError as problem:
        if how.exact == "off":
            raise
        return TapeAnswer({}, {}, (problem.message,), ABSENT)


def crossed(asked: InFlight, step: Taped) -> tuple[str, ...]:
    """At a single point, what nested tapes say where the default is Taylor mode and they are quick enough.

    Args:
        asked: the request; nothing is said where its options name the method.
        step: what Taylor mode has answered.

    Returns:
        A sentence where the two part; else nothing.
    """
    tape = step.tape(0) if len(asked.points) == 1 and asked.options.method is None else None
    if tape is None or tape.method != "taylor":
        return ()
    told = tape_side.cross_check(asked.expression, asked.request, step.points[0], tape, asked.options.dtype)
    return () if told is None else (told,)
