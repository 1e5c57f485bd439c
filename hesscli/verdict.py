"""The two witnesses side by side: how far apart they are, and what they say together, quantity by quantity."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.accuracy import BACKWARD, digits, relative_errors, smallest_normal, ulps, unit_roundoff
from hesscli.errors import ExitStatus
from hesscli.options import Tolerance
from hesscli.request import Index, label
from hesscli.result import NOWHERE, Accuracy, ExactAnswer, TapeAnswer, Verdict

Array = NDArray[Any]
Place = tuple[str, Index]
"""(quantity, where in its array)."""

Sensitivities = Callable[[Sequence[Place]], Array]
"""Entries -> sum_j |d entry / d x_j| |x_j| + sum_k |d entry / d c_k| |c_k| of each; NaN where it is not known."""

EXIT = {
    Verdict.AGREE: ExitStatus.AGREE,
    Verdict.EXACT_ONLY: ExitStatus.AGREE,
    Verdict.CHECKED: ExitStatus.AGREE,
    Verdict.UNCHECKED: ExitStatus.LIMIT,
    Verdict.UNDEFINED: ExitStatus.NO_ANSWER,
    Verdict.NOT_DIFFERENTIABLE: ExitStatus.NO_ANSWER,
    Verdict.TAPE_FAILED: ExitStatus.DISAGREE,
    Verdict.DISAGREE: ExitStatus.DISAGREE,
}

FINE = frozenset(verdict.value for verdict, status in EXIT.items() if status is ExitStatus.AGREE)
"""Words of which standard error says nothing."""

STATUS = {
    "ok": Verdict.AGREE,
    "undefined": Verdict.UNDEFINED,
    "not-differentiable": Verdict.NOT_DIFFERENTIABLE,
    "unchecked": Verdict.UNCHECKED,
}

MOST_NAMED = 4

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


def worst_of(verdicts: Iterable[Verdict], alone: Verdict = Verdict.UNCHECKED) -> Verdict:
    """Of all quantities.

    Args:
        verdicts: theirs.
        alone: where there is none.
    """
    order = list(Verdict)
    return max(verdicts, key=order.index, default=alone)


def exit_status(verdict: Verdict, *, asked: bool) -> ExitStatus:
    """Of one answer; a tape that was to answer alone, or outside the sample, is no failure.

    Args:
        verdict: on the answer, or on the quantity that is shown of it.
        asked: whether there was a second witness.
    """
    return EXIT[verdict] if asked or verdict is not Verdict.UNCHECKED else ExitStatus.AGREE


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
        return Judgement(verdicts, notes=_holes_alone(tape), tape=tape)
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
    found = {name: _Entries.of(name, tape, exact, tolerance) for name in names}
    sure = {name: entries for name, entries in found.items() if not _unproven(statuses[name], entries)}
    units = _backward(sure, sensitivities, tolerance.dtype)
    verdicts = {name: _verdict(statuses[name], entries, units.get(name)) for name, entries in found.items()}
    notes = [*_backward_notes(sure, units)]
    for name, entries in sure.items():
        notes += [*_failures(entries, tolerance.dtype), *_wrong(entries, units.get(name)), *_phantoms(entries)]
    return Judgement(verdicts, _accuracy(found, units, tolerance.dtype), tuple(notes), _filled(tape, found))


def _agreed(
    names: Sequence[str],
    statuses: Mapping[str, Verdict],
    tape: TapeAnswer,
    exact: ExactAnswer,
    tolerance: Tolerance,
) -> Judgement | None:
    """The judgement of few entries that all agree: number by number, for arrays cost more than such entries do.

    None where there are many, or one that is no finite double on both sides, or is off: see `_Entries` and what
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
            entries = _Entries.of(name, tape, exact, Tolerance(0.0, dtype=dtype))
            errors = np.where(entries.finite, entries.errors, -1.0)
            last = len(errors) - 1 - int(errors[::-1].argmax()) if len(errors) else 0
            if len(errors) and errors[last] >= max(best[0], 0.0):
                best = (float(errors[last]), entries.place(last))
    return best[1]


@dataclass(frozen=True, slots=True)
class _Entries:
    """All entries of one quantity as flat arrays of length E.

    Attributes:
        name: of the quantity.
        shape: of its array.
        tape: numbers; a hole is 0 where the exact entry is exactly 0, else NaN.
        holes: where TensorFlow gave None.
        exact: the nearest doubles.
        decided: where the exact side knows anything.
        finite: where a finite exact value exists, even one beyond the range of a double.
        errors: relative ones.
        off: where a finite tape number is further from a finite exact value than rtol and atol allow.
        text: decimal strings.
    """

    name: str
    shape: tuple[int, ...]
    tape: Array
    holes: Array
    exact: Array
    decided: Array
    finite: Array
    errors: Array
    off: Array
    text: tuple[str | None, ...] = field(repr=False)

    @classmethod
    def of(cls, name: str, tape: TapeAnswer, exact: ExactAnswer, tolerance: Tolerance) -> _Entries:
        values, array = exact.values[name], np.asarray(tape.arrays[name], dtype=np.float64)
        if values.shape != array.shape:
            raise ValueError(f"the exact side gave {name} the shape {values.shape}, the tape {array.shape}")
        holes = np.asarray(tape.holes.get(name, np.zeros(array.shape, bool))).ravel()
        numbers = np.where(holes, np.where(values.zero.ravel(), 0.0, math.nan), array.ravel())
        doubles, finite = values.double.ravel(), values.finite.ravel()
        errors = relative_errors(numbers, doubles, tolerance.dtype)
        with np.errstate(all="ignore"):
            apart = np.abs(numbers - doubles)
            close = (errors <= tolerance.rtol) & (doubles != 0)
            close |= apart <= tolerance.atol
            close |= (errors <= BACKWARD * unit_roundoff(tolerance.dtype)) & bool((doubles[finite] != 0).any())
        off = finite & np.isfinite(numbers) & ~close
        decided = values.decided.ravel()
        return cls(name, array.shape, numbers, holes, doubles, decided, finite, errors, off, values.texts)

    @property
    def failed(self) -> Array:
        """Where the tape has no finite number beside a finite exact value."""
        missing: Array = self.finite & ~np.isfinite(self.tape)
        return missing

    def place(self, k: int) -> Place:
        """Quantity and index of entry k."""
        return self.name, tuple(map(int, np.unravel_index(k, self.shape)))

    def label(self, k: int) -> str:
        """The name of entry k."""
        return label(*self.place(k))


def _verdict(status: Verdict, entries: _Entries, units: Array | None) -> Verdict:
    if status in NOWHERE:
        return status
    if _unproven(status, entries):
        return Verdict.UNCHECKED
    if _beyond(entries, units).any():
        return Verdict.DISAGREE
    if entries.failed.any():
        return Verdict.TAPE_FAILED
    if not entries.decided.all():
        return Verdict.UNCHECKED
    return Verdict.AGREE if entries.finite.all() else Verdict.UNDEFINED


def _unproven(status: Verdict, entries: _Entries) -> bool:
    """Whether all entries have a value which may not be theirs: at a kink of which some side was not seen."""
    return status is Verdict.UNCHECKED and bool(entries.decided.all())


def _backward(found: Mapping[str, _Entries], sensitivities: Sensitivities | None, dtype: str) -> dict[str, Array]:
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


def _beyond(entries: _Entries, units: Array | None) -> Array:
    """The entries that neither criterion takes for agreement."""
    return entries.off if units is None else entries.off & (units > BACKWARD)


def _accuracy(found: Mapping[str, _Entries], units: Mapping[str, Array], dtype: str) -> Accuracy | None:
    both = {name: entries.finite & np.isfinite(entries.tape) for name, entries in found.items()}
    if not any(mask.any() for mask in both.values()):
        return None
    with np.errstate(all="ignore"):
        max_abs = max(float(np.abs(e.tape - e.exact)[both[name]].max(initial=0.0)) for name, e in found.items())
    max_rel = max(float(e.errors[both[name]].max(initial=0.0)) for name, e in found.items())
    excused = [float(u[(u > 0) & (u <= BACKWARD)].max(initial=0.0)) for u in units.values()]
    return Accuracy(max_abs, max_rel, round(digits(max_rel, dtype), 2) + 0.0, max(excused, default=0.0) or None)


def _backward_notes(found: Mapping[str, _Entries], units: Mapping[str, Array]) -> Iterator[str]:
    excused = [
        (entries, int(k))
        for name, entries in found.items()
        if name in units
        for k in np.flatnonzero(entries.off & (units[name] <= BACKWARD))
    ]
    if excused:
        names = ", ".join(entries.label(k) for entries, k in excused[:MOST_NAMED])
        more = f" and {len(excused) - MOST_NAMED} more" if len(excused) > MOST_NAMED else ""
        most = max(math.ceil(units[entries.name][k]) for entries, k in excused)
        yield f"{names}{more}: right for data within {ulps(most)} of those given; fewer digits are in them"


def _failures(entries: _Entries, dtype: str) -> Iterator[str]:
    limit = float(np.finfo(dtype).max)
    failed = entries.failed
    for k in np.flatnonzero(failed)[:MOST_NAMED]:
        where, exact = entries.label(k), entries.text[k]
        if entries.holes[k]:
            yield f"{where}: TensorFlow gives None, the exact value is {exact}; None is no zero here"
        elif abs(entries.exact[k]) > limit:
            yield f"{where}: the exact value {exact} is beyond the range of {dtype}"
        else:
            yield f"{where}: TensorFlow gives {entries.tape[k]}, the exact value is {exact}"
    yield from _more(failed)


def _wrong(entries: _Entries, units: Array | None) -> Iterator[str]:
    wrong = _beyond(entries, units)
    for k in np.flatnonzero(wrong)[:MOST_NAMED]:
        yield f"{entries.label(k)}: TensorFlow gives {float(entries.tape[k])!r}, the exact value is {entries.text[k]}"
    yield from _more(wrong)


def _phantoms(entries: _Entries) -> Iterator[str]:
    """Finite tape numbers where no finite derivative exists: conventions, not derivatives."""
    phantom = entries.decided & ~entries.finite & np.isfinite(entries.tape)
    for k in np.flatnonzero(phantom)[:MOST_NAMED]:
        number = float(entries.tape[k])
        yield f"{entries.label(k)}: TensorFlow gives {number!r} by convention; no finite value exists here"
    yield from _more(phantom)


def _more(mask: Array) -> Iterator[str]:
    count = int(np.count_nonzero(mask))
    if count > MOST_NAMED:
        yield f"and {count - MOST_NAMED} more entries like these"


def _holes_alone(tape: TapeAnswer | None) -> tuple[str, ...]:
    """Without the exact side a None can be a true zero or a hole: say so, decide nothing."""
    if tape is None:
        return ()
    count = sum(int(np.count_nonzero(hole)) for hole in tape.holes.values())
    return (f"TensorFlow gives None for {count} entries: a true zero or a missing gradient",) if count else ()


def _filled(tape: TapeAnswer, found: Mapping[str, _Entries]) -> TapeAnswer:
    """The tape's arrays with 0 where it gave None and the exact entry is exactly 0."""
    arrays = dict(tape.arrays)
    for name, entries in found.items():
        zero = entries.holes & (entries.tape == 0)
        if zero.any():
            flat = np.array(tape.arrays[name]).ravel()
            flat[zero] = 0.0
            arrays[name] = flat.reshape(entries.shape)
    return replace(tape, arrays=arrays)
