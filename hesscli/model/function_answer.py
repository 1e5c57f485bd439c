"""The verbs on a function of TensorFlow's tensors: the tape, and differences as its witness -> a Result."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.errors import HesscliError, LimitError, NoAnswerError
from hesscli.model.answer import judged, measured
from hesscli.model.differences import DifferenceCheck
from hesscli.model.forms import trouble
from hesscli.model.function import UNTRACKED, PythonFunction
from hesscli.model.hazards import hazards, hidden
from hesscli.model.plan import MOST_BYTES
from hesscli.options import Options
from hesscli.request import Request
from hesscli.result import REFUTED, Difference, Result, TapeAnswer, Verdict
from hesscli.result.curvature import approximate
from hesscli.tape.quiet import tf
from hesscli.verdict import worst_of
from hesscli.versions import versions

Array = NDArray[Any]

BRANCH = (
    "TensorFlow cannot trace it: what it decides by a number (if, while, int()) it decides at the point, and the "
    "derivatives are those of the branch taken there"
)


def differentiated(f: PythonFunction, request: Request, options: Options) -> Result:
    """One derivative with its witness.

    Args:
        f: at its point.
        request: ``gradient``, ``hessian`` or ``hvp``.
        options: how; the tape's method is ``nested``.

    Raises:
        HesscliError: an option that such a function has no answer for.
        LimitError: the Hessian does not fit into memory.
    """
    _check(options)
    if request.command == "hessian" and f.n * f.n * 8 > MOST_BYTES:
        raise LimitError(
            f"the Hessian by {f.n:,} variables takes {f.n * f.n * 8 / 2**30:,.1f} GiB; the limit is "
            f"{MOST_BYTES / 2**30:g} GiB; hvp takes none of it"
        )
    started = time.perf_counter()
    vector = None if request.vector is None else np.array(request.vector)
    precise, notes = _precise(f)
    rtol = options.tolerance.rtol
    try:
        found = measured(f, precise, request.command, vector, rtol)
    except tf.errors.OpError as problem:
        words = " ".join(str(problem).split())[:300]
        raise NoAnswerError(f"{f.text}: TensorFlow failed at the point, or close to it: {words}") from problem
    alone = options.exact == "off"
    verdicts = dict.fromkeys(found.checks, Verdict.UNCHECKED) if alone else judged(found, f)
    bad = [name for name, word in verdicts.items() if word in REFUTED]
    arrays = {"value": np.array(found.value), **found.arrays}
    if "hessian" in arrays:
        arrays["hessian"] = np.broadcast_to(arrays["hessian"], (f.n, f.n))  # where there is none, NaN is one number
    repaired = tuple(sorted(f.used))
    notes += found.notes
    notes += [f"{name} {trouble(name)}; here it is computed by an equal form whose own is right" for name in repaired]
    if f.lost and "gradient" in bad:
        notes.append(f"TensorFlow has no derivative by {', '.join(f.lost)}, which {f.text} depends on; {UNTRACKED}")
    elif "gradient" in bad:
        notes.append(f"TensorFlow's gradient is not that of {f.text}; {UNTRACKED}")
    if not {*verdicts.values()} <= {Verdict.CHECKED} and not alone and f.graph is not None:
        notes += hazards(f.graph, finite=not any(np.isnan(array).any() for array in arrays.values()))
    notes += hidden(f.graph)
    if f.eager:
        notes.append(BRANCH)
    curvature = approximate(arrays["hessian"]) if "hessian" in arrays and not bad else ()
    notes += [note for one in curvature for note in one.notes]
    holes = {name: np.isnan(array) for name, array in arrays.items()}
    return Result(
        expression=f.text,
        parsed=f.text,
        variables=tuple(f.layout.labels()),
        request=request,
        point=tuple(f.theta.astype(np.float64).tolist()),
        dtype=f.dtype,
        method="nested",
        tape=TapeAnswer(arrays, holes, plain=f.plain, repaired=repaired),
        exact=None,
        formulas={},
        accuracy=None,
        verdict=worst_of(verdicts.values()),
        verdicts=verdicts,
        notes=tuple(dict.fromkeys(notes)),
        differences={} if alone else {name: _worst(checks) for name, checks in found.checks.items()},
        curvature=curvature,
        rtol=rtol,
        seconds={"answer": time.perf_counter() - started},
        versions=versions(),
    )


def _check(options: Options) -> None:
    if options.method not in (None, "nested"):
        raise HesscliError(
            f"--method {options.method}: a function of tensors is differentiated by nested tapes", code="usage"
        )
    if options.explain:
        raise HesscliError("--explain takes expressions, not functions of tensors", code="usage")


def _precise(f: PythonFunction) -> tuple[PythonFunction, list[str]]:
    """The same function in doubles, for differences."""
    if f.dtype == "float64":
        return f, []
    try:
        return f.precise(), []
    except HesscliError as problem:
        return f, [f"there are no differences in float64, for with such tensors {problem.message}"]


def _worst(checks: tuple[DifferenceCheck, ...]) -> Difference:
    """Of all parts and directions."""
    errors = [(one.error, one.bound) for one in checks] or [(np.inf, np.inf)]
    return Difference(*(float(max(column)) for column in zip(*errors, strict=True)))
