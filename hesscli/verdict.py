"""The two witnesses side by side: how far apart they are, and what they say together.

The judgement is made entry by entry on stacked points, so one point and a sweep share it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.accuracy import digits, relative_errors
from hesscli.errors import ExitStatus
from hesscli.request import label
from hesscli.result import Discrepancy, ExactAnswer, TapeAnswer, Verdict

Array = NDArray[Any]

EXIT = {
    Verdict.AGREE: ExitStatus.AGREE,
    Verdict.EXACT_ONLY: ExitStatus.AGREE,
    Verdict.UNCHECKED: ExitStatus.LIMIT,
    Verdict.UNDEFINED: ExitStatus.NO_ANSWER,
    Verdict.NOT_DIFFERENTIABLE: ExitStatus.NO_ANSWER,
    Verdict.TAPE_FAILED: ExitStatus.DISAGREE,
    Verdict.DISAGREE: ExitStatus.DISAGREE,
}

STATUS = {
    "undefined": Verdict.UNDEFINED,
    "not-differentiable": Verdict.NOT_DIFFERENTIABLE,
    "unchecked": Verdict.UNCHECKED,
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the witnesses say together at one point.

    Attributes:
        verdict: the word of the contract.
        error: the discrepancy over the entries that both witnesses have, or None if there are none.
        notes: sentences that say where and why.
        tape: the tape's answer with its proven zeros filled in.
    """

    verdict: Verdict
    error: Discrepancy | None
    notes: tuple[str, ...]
    tape: TapeAnswer | None


def judge(tape: TapeAnswer | None, exact: ExactAnswer | None, *, rtol: float, dtype: str) -> Judgement:
    """Compare one tape answer with one exact answer.

    Args:
        tape: what TensorFlow said; None if it was not asked or has no such function.
        exact: what the balls said; None if they were not asked.
        rtol: largest relative error that still counts as agreement.
        dtype: of the tape.

    Returns:
        The judgement; its notes do not repeat those of the answers.
    """
    if exact is None or tape is None:
        return Judgement(_alone(tape, exact), None, _holes_alone(tape) if exact is None else (), tape)
    names = [name for name in exact.values if name in tape.arrays]
    if not names:
        return Judgement(_without_arrays(tape, exact), None, (), tape)
    entries = _Entries.of(tape, exact, names)
    errors = relative_errors(entries.tape, entries.exact, dtype)
    comparable = entries.finite_exact & np.isfinite(entries.tape)
    failed = entries.finite_exact & ~np.isfinite(entries.tape)
    wrong = comparable & (errors > rtol)
    error = _discrepancy(entries, errors, comparable, dtype)
    verdict = _verdict(exact, entries, wrong, failed)
    notes = (*_failures(entries, failed, dtype), *_wrong(entries, wrong), *_phantoms(entries))
    return Judgement(verdict, error, notes, _filled(tape, entries))


def worst(tape: TapeAnswer, exact: ExactAnswer, dtype: str) -> tuple[str, tuple[int, ...]] | None:
    """The entry, as quantity and index, at which the tape is furthest from a finite exact value; the last of equals."""
    names = [name for name in exact.values if name in tape.arrays]
    if not names:
        return None
    entries = _Entries.of(tape, exact, names)
    errors = np.where(entries.finite_exact, relative_errors(entries.tape, entries.exact, dtype), -1.0)
    last = len(errors) - 1 - int(errors[::-1].argmax())
    return entries.labels[last] if errors[last] >= 0 else None


@dataclass(frozen=True, slots=True)
class _Entries:
    """All entries of one answer as flat arrays of length E."""

    labels: list[tuple[str, tuple[int, ...]]]
    tape: Array
    holes: Array
    exact: Array
    decided: Array
    finite_exact: Array
    text: list[str | None]

    @classmethod
    def of(cls, tape: TapeAnswer, exact: ExactAnswer, names: Sequence[str]) -> _Entries:
        values = [exact.values[name] for name in names]
        text = [entry for array in values for entry in array.texts]
        arrays = [np.asarray(tape.arrays[name], dtype=np.float64) for name in names]
        holes = [
            np.asarray(tape.holes.get(name, np.zeros(a.shape, bool))) for name, a in zip(names, arrays, strict=True)
        ]
        labels = [(name, index) for name, a in zip(names, arrays, strict=True) for index in np.ndindex(a.shape)]
        hole = np.concatenate([h.ravel() for h in holes])
        flat = np.concatenate([a.ravel() for a in arrays])
        if len(text) != len(flat):
            raise ValueError(f"the exact side gave {len(text)} entries for {names}, the tape {len(flat)}")
        zero, number, decided, finite = (
            np.concatenate([getattr(array, field).ravel() for array in values])
            for field in ("zero", "double", "decided", "finite")
        )
        flat = np.where(hole, np.where(zero, 0.0, math.nan), flat)
        return cls(labels, flat, hole, number, decided, finite, text)


def _alone(tape: TapeAnswer | None, exact: ExactAnswer | None) -> Verdict:
    if exact is None:
        return Verdict.UNCHECKED
    return STATUS.get(exact.status, Verdict.EXACT_ONLY)


def _without_arrays(tape: TapeAnswer, exact: ExactAnswer) -> Verdict:
    """One of the two has no numbers at all: the tape raised an error, or the exact side reached a limit."""
    if exact.status != "ok":
        return STATUS[exact.status]
    return Verdict.TAPE_FAILED if tape.failures else Verdict.UNCHECKED


def _verdict(exact: ExactAnswer, entries: _Entries, wrong: Array, failed: Array) -> Verdict:
    if exact.status in {"undefined", "not-differentiable"}:
        return STATUS[exact.status]
    if wrong.any():
        return Verdict.DISAGREE
    if failed.any():
        return Verdict.TAPE_FAILED
    if exact.status == "unchecked" or not entries.decided.all():
        return Verdict.UNCHECKED
    if not entries.finite_exact.all():
        return Verdict.UNDEFINED
    return Verdict.AGREE


def _discrepancy(entries: _Entries, errors: Array, comparable: Array, dtype: str) -> Discrepancy | None:
    if not comparable.any():
        return None
    with np.errstate(all="ignore"):
        max_abs = float(np.abs(entries.tape - entries.exact)[comparable].max())
    max_rel = float(errors[comparable].max())
    return Discrepancy(max_abs, max_rel, round(digits(max_rel, dtype), 2))


def _failures(entries: _Entries, failed: Array, dtype: str) -> Iterator[str]:
    limit = float(np.finfo(dtype).max)
    for k in np.flatnonzero(failed)[:4]:
        where, exact = label(*entries.labels[k]), entries.text[k]
        if entries.holes[k]:
            yield f"{where}: TensorFlow gives None, the exact value is {exact}; None is no zero here"
        elif abs(entries.exact[k]) > limit:
            yield f"{where}: the exact value {exact} is beyond the range of {dtype}"
        else:
            yield f"{where}: TensorFlow gives {entries.tape[k]}, the exact value is {exact}"
    yield from _more(failed, 4)


def _wrong(entries: _Entries, wrong: Array) -> Iterator[str]:
    for k in np.flatnonzero(wrong)[:4]:
        number, exact = float(entries.tape[k]), entries.text[k]
        yield f"{label(*entries.labels[k])}: TensorFlow gives {number!r}, the exact value is {exact}"
    yield from _more(wrong, 4)


def _phantoms(entries: _Entries) -> Iterator[str]:
    """Finite tape numbers where no finite derivative exists: conventions, not derivatives."""
    phantom = entries.decided & ~entries.finite_exact & np.isfinite(entries.tape)
    for k in np.flatnonzero(phantom)[:4]:
        number = float(entries.tape[k])
        yield f"{label(*entries.labels[k])}: TensorFlow gives {number!r} by convention; no finite value exists here"
    yield from _more(phantom, 4)


def _more(mask: Array, shown: int) -> Iterator[str]:
    count = int(np.count_nonzero(mask))
    if count > shown:
        yield f"and {count - shown} more entries like these"


def _holes_alone(tape: TapeAnswer | None) -> tuple[str, ...]:
    """Without the exact side a None can be a true zero or a hole: say so, decide nothing."""
    if tape is None:
        return ()
    count = sum(int(np.count_nonzero(hole)) for hole in tape.holes.values())
    return (f"TensorFlow gives None for {count} entries: a true zero or a missing gradient",) if count else ()


def _filled(tape: TapeAnswer, entries: _Entries) -> TapeAnswer:
    """The tape's arrays with 0 where it gave None and the exact entry is exactly 0."""
    zero = entries.holes & (entries.tape == 0)
    if not zero.any():
        return tape
    arrays = {name: np.array(array) for name, array in tape.arrays.items()}
    for k in np.flatnonzero(zero):
        name, index = entries.labels[k]
        arrays[name][index] = 0.0
    return replace(tape, arrays=arrays)
