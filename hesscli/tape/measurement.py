"""Every method at one point side by side: its answer, its time, its memory."""

from __future__ import annotations

import math
import time
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from hesscli.errors import HesscliError
from hesscli.language.expression import Expression
from hesscli.request import Request
from hesscli.result import TapeAnswer
from hesscli.tape.answers import answer_each
from hesscli.tape.plan import Array

REPEATS = 5
PATIENCE = 2.0
"""Seconds beyond which a first call is not repeated at all."""

BUDGET = 0.5
"""Seconds after which no repetition starts; a call that takes longer is not traced for its memory either."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """One method on one request at one point.

    Attributes:
        method: its name.
        answer: what it says, or None if it cannot answer this request.
        first_seconds: of the first call, which pays for tracing.
        seconds: the best of the further calls; NaN if there were none.
        peak_bytes: what one call allocates at most: Python's allocations (the tape's records; of a call that is not
            the first) or the growth of the process's resident memory (tensors and graphs in C++; of the first; Linux
            only) if that is larger.
        note: why there is no answer, or why there was one call only; empty otherwise.
    """

    method: str
    answer: TapeAnswer | None
    first_seconds: float = math.nan
    seconds: float = math.nan
    peak_bytes: int = 0
    note: str = ""


def measure(
    expression: Expression,
    request: Request,
    point: Array,
    methods: Sequence[str],
    *,
    dtype: str = "float64",
    step: float | None = None,
) -> list[Measurement]:
    """Measure methods at one point, shape (n,), in the order given."""
    return [_one(expression, request, point, method, dtype, step) for method in methods]


def _one(
    expression: Expression, request: Request, point: Array, method: str, dtype: str, step: float | None
) -> Measurement:
    def call() -> TapeAnswer:
        return answer_each(expression, request, point[None, :], method=method, dtype=dtype, step=step)[0]

    _reset_high_water()
    before = _resident("VmRSS")
    try:
        first, said = _timed(call)
    except HesscliError as refusal:
        return Measurement(method, None, note=refusal.message)
    growth = max(0, _resident("VmHWM") - before)
    if first > PATIENCE:
        return Measurement(method, said, first, math.nan, growth, f"called once only: a call takes {first:.2g} s")
    times: list[float] = []
    while len(times) < REPEATS and sum(times) < BUDGET:
        times.append(_timed(call)[0])
    traced = _traced(call) if min(times) < BUDGET else 0
    return Measurement(method, said, first, min(first, *times), max(growth, traced))


def _timed(call: Callable[[], TapeAnswer]) -> tuple[float, TapeAnswer]:
    start = time.perf_counter()
    said = call()
    return time.perf_counter() - start, said


def _traced(call: Callable[[], TapeAnswer]) -> int:
    """The peak of Python's allocations in a call, which tracing slows down."""
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _reset_high_water() -> None:
    """Set the process's peak of resident memory back to what it holds now (proc(5), clear_refs)."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def _resident(field: str) -> int:
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(field)), 0)
