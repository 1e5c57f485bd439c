"""The verbs on a function of TensorFlow's tensors -> a Result: the tape, the exact side where it can, differences."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.errors import HesscliError, LimitError, NoAnswerError
from hesscli.exact import Session
from hesscli.model.answer import ModelMeasurement, judged, measured
from hesscli.model.differences import DifferenceCheck
from hesscli.model.forms import trouble
from hesscli.model.function import UNTRACKED, PythonFunction
from hesscli.model.function_besides import BY_PRODUCTS, Besides, curvature_of, with_besides
from hesscli.model.function_proof import FunctionProof, Recording, rounding
from hesscli.model.hazards import hazards, hidden
from hesscli.model.plan import MOST_BYTES
from hesscli.options import Options
from hesscli.request import Request
from hesscli.result import REFUTED, Difference, Result, TapeAnswer, Verdict
from hesscli.tape.quiet import tf
from hesscli.verdict import worst_of
from hesscli.versions import versions

Array = NDArray[Any]

BRANCH = (
    "TensorFlow cannot trace it: what it decides by a number (if, while, int()) it decides at the point, and the "
    "derivatives are those of the branch taken there"
)

NO_MATRIX = (
    "the Hessian itself was not computed: what was asked of it is answered by products, which differences check along "
    "two random directions"
)


@dataclass(frozen=True, eq=False)
class Judged:
    """What all witnesses say together.

    Attributes:
        verdicts: quantity -> word.
        differences: of the quantities that they judge.
        notes: sentences.
    """

    verdicts: dict[str, Verdict]
    differences: dict[str, Difference]
    notes: list[str]


def differentiated(
    f: PythonFunction, request: Request, options: Options, session: Session | None, besides: Besides | None = None
) -> Result:
    """One derivative with its witnesses.

    Args:
        f: at its point.
        request: ``gradient``, ``hessian`` or ``hvp``.
        options: how; the tape's method is ``nested``.
        session: the exact side's process; None where it is not to be asked.
        besides: what is asked of a Hessian besides.

    Raises:
        HesscliError: an option that such a function has no answer for.
        LimitError: the Hessian does not fit into memory.
    """
    _check(options)
    besides = besides or Besides()
    by_products = request.command == "hessian" and besides.by_products(f.n, request)
    if request.command == "hessian" and f.n * f.n * 8 > MOST_BYTES and not by_products:
        raise LimitError(
            f"the Hessian by {f.n:,} variables takes {f.n * f.n * 8 / 2**30:,.1f} GiB; the limit is "
            f"{MOST_BYTES / 2**30:g} GiB; hvp takes none of it, nor do {BY_PRODUCTS}"
        )
    started = time.perf_counter()
    vector = None if request.vector is None else np.array(request.vector)
    recording = None
    if session is not None and options.exact != "off" and not by_products:
        recording = Recording.of(f, request, session, options)
    precise, notes = _precise(f)
    rtol = options.tolerance.rtol
    form = "diagonal" if by_products and besides.diagonal else "whole"
    command = "spectrum" if by_products and not besides.diagonal else request.command
    try:
        found = measured(f, precise, command, vector, rtol, form)
    except tf.errors.OpError as problem:
        words = " ".join(str(problem).split())[:300]
        raise NoAnswerError(f"{f.text}: TensorFlow failed at the point, or close to it: {words}") from problem
    arrays = {"value": np.array(found.value), **found.arrays}
    diagonal = None
    if by_products:
        diagonal = arrays.pop(command) if besides.diagonal else None
        arrays.pop("spectrum", None)
        notes.append(NO_MATRIX)
    elif "hessian" in arrays:
        arrays["hessian"] = np.broadcast_to(arrays["hessian"], (f.n, f.n))  # where there is none, NaN is one number
    tape = TapeAnswer(
        arrays,
        {name: np.isnan(array) for name, array in arrays.items()},
        plain=f.plain,
        repaired=tuple(sorted(f.used)),
    )
    proof = None if recording is None else recording.proof(tape, options)
    told = _judged(found, f, proof, alone=options.exact == "off")
    verdicts = {request.command if name == "spectrum" else name: word for name, word in told.verdicts.items()}
    differences = {request.command if name == "spectrum" else name: one for name, one in told.differences.items()}
    if f.eager:
        told.notes.append(BRANCH)
    text = f.text if proof is None or not proof.parsed else proof.parsed
    result = Result(
        expression=f.text,
        parsed=text,
        variables=tuple(f.layout.labels()),
        request=request,
        point=tuple(f.theta.astype(np.float64).tolist()),
        dtype=f.dtype,
        method="nested",
        tape=tape if proof is None else proof.tape,
        exact=None if proof is None else proof.answer,
        formulas={} if proof is None else proof.formulas,
        accuracy=None if proof is None else proof.accuracy,
        verdict=worst_of(verdicts.values()),
        verdicts=verdicts,
        notes=tuple(dict.fromkeys([*notes, *told.notes])),
        differences=differences,
        rtol=rtol,
        atol=options.atol,
        versions=versions(),
    )
    result = with_besides(curvature_of(result), f, besides, diagonal, by_products=by_products)
    return replace(result, seconds={"answer": time.perf_counter() - started})


def _judged(found: ModelMeasurement, f: PythonFunction, proof: FunctionProof | None, *, alone: bool) -> Judged:
    """The words for all quantities: the exact side's where it has one, else those of differences."""
    verdicts = dict.fromkeys(found.checks, Verdict.UNCHECKED) if alone else judged(found, f)
    differences = {} if alone else {name: _worst(checks) for name, checks in found.checks.items()}
    notes = list(found.notes)
    for name, word in ({} if proof is None else proof.verdicts).items():
        assert proof is not None
        rounded = word is Verdict.DISAGREE and verdicts.get(name) is Verdict.CHECKED and rounding(proof, name, f.dtype)
        if not rounded:
            verdicts[name] = word
            differences.pop(name, None)
    notes += [f"{name} {trouble(name)}; here it is computed by an equal form whose own is right" for name in f.used]
    bad = [name for name, word in verdicts.items() if word in REFUTED]
    if f.lost and "gradient" in bad:
        notes.append(f"TensorFlow has no derivative by {', '.join(f.lost)}, which {f.text} depends on; {UNTRACKED}")
    elif "gradient" in bad:
        notes.append(f"TensorFlow's gradient is not that of {f.text}; {UNTRACKED}")
    fine = {Verdict.CHECKED, Verdict.AGREE}
    if not {*verdicts.values()} <= fine and not alone and f.graph is not None:
        finite = not any(np.isnan(array).any() for array in found.arrays.values())
        notes += hazards(f.graph, finite=finite)
    notes += hidden(f.graph)
    if proof is not None:
        notes += [*proof.answer.notes, *proof.notes]
    return Judged(verdicts, differences, notes)


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
