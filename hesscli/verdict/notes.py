"""Sentences about entries: where the witnesses part, why, and what stands there."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.accuracy import BACKWARD, ulps
from hesscli.result import TapeAnswer
from hesscli.verdict.entries import ComparedEntries, beyond

Array = NDArray[Any]

MOST_NAMED = 4
"""Entries that are named one by one."""


def backward_notes(found: Mapping[str, ComparedEntries], units: Mapping[str, Array]) -> Iterator[str]:
    """Entries that are right for data a few units of roundoff away; ``units`` of each quantity, shape (E,)."""
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


def failures(entries: ComparedEntries, dtype: str) -> Iterator[str]:
    """Entries of which the tape, of that ``dtype``, has no number beside a finite exact value."""
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


def wrong(entries: ComparedEntries, units: Array | None) -> Iterator[str]:
    """Entries that neither criterion takes for agreement; ``units`` of each, shape (E,), where they are known."""
    off = beyond(entries, units)
    for k in np.flatnonzero(off)[:MOST_NAMED]:
        yield f"{entries.label(k)}: TensorFlow gives {float(entries.tape[k])!r}, the exact value is {entries.text[k]}"
    yield from _more(off)


def phantoms(entries: ComparedEntries) -> Iterator[str]:
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


def holes_alone(tape: TapeAnswer | None) -> tuple[str, ...]:
    """Without the exact side a None can be a true zero or a hole: say so, decide nothing."""
    if tape is None:
        return ()
    count = sum(int(np.count_nonzero(hole)) for hole in tape.holes.values())
    return (f"TensorFlow gives None for {count} entries: a true zero or a missing gradient",) if count else ()
