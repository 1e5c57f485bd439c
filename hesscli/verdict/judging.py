"""The two witnesses side by side: what they say together, quantity by quantity."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.accuracy import BACKWARD, digits, smallest_normal, unit_roundoff
from hesscli.options import Tolerance
from hesscli.result import NOWHERE, Accuracy, ExactAnswer, TapeAnswer, Verdict
from hesscli.verdict.entries import ComparedEntries, Place, beyond
from hesscli.verdict.exits import worst_of
from hesscli.verdict.notes import backward_notes, failures, holes_alone, phantoms, wrong

Array = NDArray[Any]
Sensitivities = Callable[[Sequence[Place]], Array]
"""Entries -> sum_j |d entry / d x_j| |x_j| + sum_k |d entry / d c_k| |c_k| of each; NaN where it is not known."""

STATUS = {
    "ok": Verdict.AGREE,
    "undefined": Verdict.UNDEFINED,
    "not-differentiable": Verdict.NOT_DIFFERENTIABLE,
    "unchecked": Verdict.UNCHECKED,
}

FEW = 64
"""Entries of an answer that are compared number by number in less time than as arrays."""

ABSENT = "none"
"""The method of a tape that could not be asked: TensorFlow is missing, and nothing checks the exact side."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the witnesses say together at one point.

    Attributes:
        verdicts: quantity -> the word of the contract.
        accuracy: the discrepancy over the entries that both witnesses have, or None if there are none.
        notes: sentences that say where and why.
        tape: the tape's answer with its proven zeros filled in.
        alone: the verdict where no quantity has one.
    """

    verdicts: Mapping[str, Verdict]
    accuracy: Accuracy | None = None
    notes: tuple[str, ...] = ()
    tape: TapeAnswer | None = None
    alone: Verdict = Verdict.UNCHECKED

    @property
    def verdict(self) -> Verdict:
        """The worst of the quantities'."""
        return worst_of(self.verdicts.values(), self.alone)


def judge(
    tape: TapeAnswer | None,
    exact: ExactAnswer | None,
    tolerance: Tolerance,
    sensitivities: Sensitivities | None = None,
) -> Judgement:
    """Compare one tape answer with one exact answer.

    Args:
        tape: what TensorFlow said; None if it was not asked or has no such function, by method ABSENT if it is missing.
        exact: what the balls said; None if they were not asked.
        tolerance: when an entry agrees.
        sensitivities: asked for entries that are off by more than rtol and atol; None excuses none of them.

    Returns:
        The judgement; its notes do not repeat those of the answers.

    Source: the second criterion is the mixed forward-backward error of N. J. Higham, "Accuracy and Stability of
    Numerical Algorithms", 2nd ed., SIAM 2002, section 1.5.
    """
    if exact is None:
        verdicts = dict.fromkeys(tape.arrays if tape else (), Verdict.UNCHECKED)
        return Judgement(verdicts, notes=holes_alone(tape), tape=tape)
    statuses = {name: STATUS[exact.statuses.get(name, exact.status)] for name in exact.values}
    if tape is None or tape.method == ABSENT:
        fine = Verdict.EXACT_ONLY if tape is None else Verdict.UNCHECKED
        alone = {name: fine if said is Verdict.AGREE else said for name, said in statuses.items()}
        return Judgement(alone, alone=STATUS[exact.status])
    names = [name for name in exact.values if name in tape.arrays]
    if not names:
        failed = exact.status == "ok" and bool(tape.failures)
        return Judgement({}, tape=tape, alone=Verdict.TAPE_FAILED if failed else STATUS[exact.status])
    if (agreed := _agreed(names, statuses, tape, exact, tolerance)) is not None:
        return agreed
    found = {name: ComparedEntries.of(name, tape, exact, tolerance) for name in names}
    sure = {name: entries for name, entries in found.items() if not _unproven(statuses[name], entries)}
    units = _backward(sure, sensitivities, tolerance.dtype)
    verdicts = {name: _verdict(statuses[name], entries, units.get(name)) for name, entries in found.items()}
    notes = [*backward_notes(sure, units)]
    for name, entries in sure.items():
        notes += [*failures(entries, tolerance.dtype), *wrong(entries, units.get(name)), *phantoms(entries)]
    return Judgement(verdicts, _accuracy(found, units, tolerance.dtype), tuple(notes), _filled(tape, found))


def _agreed(
    names: Sequence[str],
    statuses: Mapping[str, Verdict],
    tape: TapeAnswer,
    exact: ExactAnswer,
    tolerance: Tolerance,
) -> Judgement | None:
    """The judgement of few entries that all agree: number by number, for arrays cost more than such entries do.

    None where there are many, or one that is no finite double on both sides, or is off: see `ComparedEntries` and what
    follows from it.
    """
    if any(statuses[name] is not Verdict.AGREE for name in names):
        return None
    count, max_abs, max_rel, nearly = 0, 0.0, 0.0, BACKWARD * unit_roundoff(tolerance.dtype)
    for name in names:
        array, values, holes = np.asarray(tape.arrays[name]), exact.values[name], tape.holes.get(name)
        count += array.size
        if count > FEW or array.shape != values.shape or None in values.texts or (holes is not None and holes.any()):
            return None
        numbers, doubles = array.astype(np.float64, copy=False).ravel().tolist(), values.double.ravel().tolist()
        if not all(map(math.isfinite, numbers)) or not all(map(math.isfinite, doubles)):
            return None
        beside, least = max(map(abs, doubles), default=0.0), smallest_normal(tolerance.dtype)
        for number, double in zip(numbers, doubles, strict=True):
            apart = abs(number - double)
            error = apart / (max(abs(double), least) if double else beside or 1.0)
            close = (error <= tolerance.rtol and double) or apart <= tolerance.atol or (error <= nearly and beside)
            if not close:
                return None
            max_abs, max_rel = max(max_abs, apart), max(max_rel, error)
    if not count:
        return None
    accuracy = Accuracy(max_abs, max_rel, round(digits(max_rel, tolerance.dtype), 2) + 0.0)
    return Judgement(dict.fromkeys(names, Verdict.AGREE), accuracy, tape=tape)


def worst(tape: TapeAnswer, exact: ExactAnswer, dtype: str) -> Place | None:
    """The entry at which the tape is furthest from a finite exact value; the last of equals.

    Args:
        tape: what TensorFlow said.
        exact: what the balls said.
        dtype: of the tape, for relative errors of entries near 0.

    Returns:
        Quantity and index; None where nothing can be compared.
    """
    best: tuple[float, Place | None] = (-1.0, None)
    for name in exact.values:
        if name in tape.arrays:
            entries = ComparedEntries.of(name, tape, exact, Tolerance(0.0, dtype=dtype))
            errors = np.where(entries.finite, entries.errors, -1.0)
            last = len(errors) - 1 - int(errors[::-1].argmax()) if len(errors) else 0
            if len(errors) and errors[last] >= max(best[0], 0.0):
                best = (float(errors[last]), entries.place(last))
    return best[1]


def _verdict(status: Verdict, entries: ComparedEntries, units: Array | None) -> Verdict:
    if status in NOWHERE:
        return status
    if _unproven(status, entries):
        return Verdict.UNCHECKED
    if beyond(entries, units).any():
        return Verdict.DISAGREE
    if entries.failed.any():
        return Verdict.TAPE_FAILED
    if not entries.decided.all():
        return Verdict.UNCHECKED
    return Verdict.AGREE if entries.finite.all() else Verdict.UNDEFINED


def _unproven(status: Verdict, entries: ComparedEntries) -> bool:
    """Whether all entries have a value which may not be theirs: at a kink of which some side was not seen."""
    return status is Verdict.UNCHECKED and bool(entries.decided.all())


def _backward(
    found: Mapping[str, ComparedEntries], sensitivities: Sensitivities | None, dtype: str
) -> dict[str, Array]:
    """Quantity -> by how many units of u the data must differ for the tape's number to be right, for entries off."""
    places = [entries.place(int(k)) for entries in found.values() for k in np.flatnonzero(entries.off)]
    if not places or sensitivities is None:
        return {}
    reach = iter(sensitivities(places))
    units = {}
    for name, entries in found.items():
        units[name] = np.zeros(len(entries.tape))
        for k in np.flatnonzero(entries.off):
            with np.errstate(all="ignore"):
                steps = abs(entries.tape[k] - entries.exact[k]) / (unit_roundoff(dtype) * next(reach))
            units[name][k] = math.inf if math.isnan(steps) else steps
    return units


def _accuracy(found: Mapping[str, ComparedEntries], units: Mapping[str, Array], dtype: str) -> Accuracy | None:
    both = {name: entries.finite & np.isfinite(entries.tape) for name, entries in found.items()}
    if not any(mask.any() for mask in both.values()):
        return None
    with np.errstate(all="ignore"):
        max_abs = max(float(np.abs(e.tape - e.exact)[both[name]].max(initial=0.0)) for name, e in found.items())
    max_rel = max(float(e.errors[both[name]].max(initial=0.0)) for name, e in found.items())
    excused = [float(u[(u > 0) & (u <= BACKWARD)].max(initial=0.0)) for u in units.values()]
    return Accuracy(max_abs, max_rel, round(digits(max_rel, dtype), 2) + 0.0, max(excused, default=0.0) or None)


def _filled(tape: TapeAnswer, found: Mapping[str, ComparedEntries]) -> TapeAnswer:
    """The tape's arrays with 0 where it gave None and the exact entry is exactly 0."""
    arrays = dict(tape.arrays)
    for name, entries in found.items():
        zero = entries.holes & (entries.tape == 0)
        if zero.any():
            flat = np.array(tape.arrays[name]).ravel()
            flat[zero] = 0.0
            arrays[name] = flat.reshape(entries.shape)
    return replace(tape, arrays=arrays)
