"""The verbs on models: gradient, product and Hessian of a loss in the weights, each with its witness."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.accuracy import normwise_error, unit_roundoff
from hesscli.errors import LimitError, NoAnswerError
from hesscli.model.binding import Model
from hesscli.model.differences import (
    SINGLY,
    DifferenceCheck,
    Outcome,
    check_by_differences,
    directions,
    probes,
)
from hesscli.model.exactly import prove
from hesscli.model.forms import trouble
from hesscli.model.hazards import hazards, hidden, missing, opaque
from hesscli.model.keras3 import tf
from hesscli.model.keras_value import check_value
from hesscli.model.nearby import nearby, slopes
from hesscli.model.objective import ModelObjective
from hesscli.model.plan import check_size
from hesscli.model.rebuild import policies
from hesscli.model.report import MATRICES, Apart, ModelReport
from hesscli.model.spectrum import SpectrumRequest, spectrum
from hesscli.model.taped import TapedFunction
from hesscli.operators.definiteness import eigenvalues_of
from hesscli.operators.report import Eigenvalues
from hesscli.options import RTOL
from hesscli.result import REFUTED, Verdict, usable
from hesscli.verdict import worst_of
from hesscli.versions import versions

Array = NDArray[Any]

INTERNAL = r"exception set|<function|0x[0-9a-f]{6}"
"""What TensorFlow says to itself."""

SPECTRAL = 1_500
"""Weights up to which all eigenvalues of a matrix are computed."""


def answer_model(model: Model, command: str, vector: Array | None = None) -> ModelReport:
    """One derivative with its witness.

    Args:
        model: bound.
        command: ``gradient``, ``hvp``, ``spectrum``, ``hessian``, or what the model was bound for: ``ggn``, ``fisher``.
        vector: of ``hvp``, or b of ``spectrum`` where H x = b is solved for another one than the gradient, shape (n,).

    Returns:
        The numbers, what differences and the other mode of nested tapes say of them.

    Raises:
        LimitError: the Hessian does not fit into memory.
        NoAnswerError: the loss is not finite.
    """
    f, setting = model.objective, model.setting
    if command in MATRICES:
        check_size(f, command, setting.form)
    started = time.perf_counter()
    check_value(model.source, policies(model.source), list(dict.fromkeys((f, model.precise))))
    found = measured(f, model.precise, command, vector, model.rtol, setting.form)
    notes = [*model.notes, *found.notes]
    verdicts = judged(found, f)
    numbers = {
        name: array
        for name, array in found.arrays.items()
        if verdicts.get(name) in (Verdict.CHECKED, Verdict.UNCHECKED)
    }
    found_spectrum = None
    if "spectrum" in numbers:
        found_spectrum = spectrum(f, found.arrays["gradient"], setting.wanted or SpectrumRequest.default(), vector)
    repaired = tuple(sorted(f.used))
    tape, apart, checks = found.arrays, None, found.checks
    done = "without --plain" if setting.plain else "here"
    notes += [f"{name} {trouble(name)}; {done} it is computed by an equal form whose own is right" for name in repaired]
    if not REFUTED.isdisjoint(verdicts.values()):
        notes += hazards(f.graph)
    notes += hidden(f.graph)
    if model.own is not None:
        own = measured(model.own, model.precise, command, vector, model.rtol, setting.form)
        tape, checks = own.arrays, own.checks
        apart = _apart(command, own.arrays.get(command), numbers.get(command), f, setting.form)
        verdicts = judged(own, model.own)
        notes += own.notes
    proof = (
        prove(f, command, {"value": found.value, **tape}, vector, model.rtol) if _provable(setting.form, tape) else None
    )
    if proof is not None:
        verdicts |= proof.verdicts
        notes += proof.notes
        known = {name: usable(numbers.get(name), exact) for name, exact in proof.values.items() if name in tape}
        numbers |= {name: array for name, array in known.items() if array is not None and name in proof.verdicts}
    rows = f.data.rows
    return ModelReport(
        command=command,
        model=model.file,
        loss=f.loss.name,
        training=setting.training,
        rows=rows,
        batches=math.ceil(rows / (setting.batch_size or rows)),
        layout=f.layout,
        theta=f.theta,
        dtype=f.dtype,
        form=setting.form if command in MATRICES else "",
        value=found.value,
        numbers=numbers,
        tape=tape,
        vector=vector,
        verdicts=verdicts,
        checks=checks,
        exact={} if proof is None else proof.values,
        expression="" if proof is None else proof.expression,
        accuracy=None if proof is None else proof.accuracy,
        eigenvalues=_eigenvalues(numbers.get(command), f) if command in MATRICES else (),
        spectrum=found_spectrum,
        modes=found.modes,
        apart=apart,
        notes=tuple(dict.fromkeys(notes)),
        repaired=() if setting.plain else repaired,
        seconds={"answer": time.perf_counter() - started},
        versions=versions(),
    )


def _eigenvalues(matrix: Any, f: ModelObjective) -> tuple[Eigenvalues | None, ...]:
    """Of every layer's block, and of a whole matrix last."""
    if isinstance(matrix, tuple):
        parts = matrix
    elif np.ndim(matrix) == 2:
        parts = (*(matrix[part, part] for _, part in f.layout.layers()), matrix)
    else:
        return ()
    unit = unit_roundoff(f.dtype)
    return tuple(
        eigenvalues_of(part, unit) if len(part) <= SPECTRAL and np.isfinite(part).all() else None for part in parts
    )


def _provable(form: str, tape: Mapping[str, Any]) -> bool:
    """Whether the exact side has arrays like these."""
    return form == "whole" and all(np.isfinite(array).all() for array in tape.values())


def said(checks: Sequence[DifferenceCheck], claimed: Any) -> Verdict:
    """The word for what differences say of an array."""
    parts = claimed if isinstance(claimed, tuple) else (claimed,)
    if not all(np.isfinite(part).all() for part in parts):
        return Verdict.TAPE_FAILED
    outcomes = {one.outcome for one in checks}
    if Outcome.REFUTED in outcomes:
        return Verdict.DISAGREE
    return Verdict.UNCHECKED if Outcome.ROUGH in outcomes or not outcomes else Verdict.CHECKED


def judged(found: ModelMeasurement, f: TapedFunction) -> dict[str, Verdict]:
    """The words for all arrays.

    Differences of a gradient that is itself not confirmed confirm nothing; and what holds an operation without a
    second derivative is a number only where differences confirm it.
    """
    verdicts = {name: said(checks, found.arrays[name]) for name, checks in found.checks.items()}
    first = verdicts["gradient"]
    if first in REFUTED:
        return dict.fromkeys(verdicts, first)
    if first is Verdict.UNCHECKED:
        verdicts = {name: worst_of((word, first)) for name, word in verdicts.items()}
    if Verdict.UNCHECKED in verdicts.values() and f.graph is not None and missing(f.graph):
        return verdicts | {name: Verdict.TAPE_FAILED for name in verdicts if name != "gradient"}
    return verdicts


@dataclass(frozen=True, eq=False)
class ModelMeasurement:
    """What a tape says, and what differences say of it."""

    value: float
    arrays: dict[str, Any]
    checks: dict[str, tuple[DifferenceCheck, ...]]
    modes: float | None = None
    notes: tuple[str, ...] = ()


def measured(
    f: TapedFunction, precise: TapedFunction, command: str, vector: Array | None, rtol: float, form: str = "whole"
) -> ModelMeasurement:
    """The arrays of a command, and what differences say of them.

    Args:
        f: in the tape's dtype.
        precise: the same in doubles, for differences.
        command: ``gradient``, ``hvp``, ``spectrum``, or a matrix.
        vector: of ``hvp``, shape (n,).
        rtol: largest relative error that is agreement.
        form: of a matrix.

    Raises:
        LimitError: out of memory.
        NoAnswerError: f is not finite.
    """
    theta = f.theta
    try:
        value, gradient = f.value_and_gradient(theta)
    except LookupError as problem:
        nothing, words = np.full((f.n,), np.nan), f"TensorFlow has no first derivative here: {_words(problem)}"
        lost = dict.fromkeys(dict.fromkeys(("gradient", command)), nothing)
        return ModelMeasurement(f.value(theta), lost, dict.fromkeys(lost, ()), None, (words,))
    if not math.isfinite(value):
        raise NoAnswerError(f"the loss is {value}{f.trouble()}", code="not-finite")
    unit, doubtful = directions(f.n), opaque(f.graph) or bool(f.lost)
    tensors = [(tensor.name, tensor.part) for tensor in f.layout.tensors]
    few = f.n <= SINGLY and f.singly
    parts = [(f.layout.label(k), slice(k, k + 1)) for k in range(f.n)] if few else tensors
    along_all = probes(f.n, [part for _, part in tensors])
    arrays: dict[str, Any] = {"gradient": gradient}
    checks = {"gradient": slopes(precise, theta, gradient, along_all, rtol, doubtful)}
    if f.lost and any(one.outcome is not Outcome.CONFIRMED for one in checks["gradient"]):
        arrays["gradient"] = np.where(np.isin(np.arange(f.n), f.lost_places), np.nan, gradient)
    if command == "gradient":
        return ModelMeasurement(value, arrays, checks)
    notes: list[str] = []
    across = np.eye(f.n) if few else unit
    try:
        if command == "hvp":
            assert vector is not None
            length = float(np.linalg.norm(vector)) or 1.0
            arrays["hvp"] = f.hvp(theta, vector)
            along = [(vector / length, arrays["hvp"] / length)]
        elif command == "spectrum":
            arrays["spectrum"] = np.stack([f.here(u) for u in unit])
            along = list(zip(unit, arrays["spectrum"], strict=True))
        else:
            arrays[command], products = _rows(f, theta, form, along_all)
            along = list(zip(along_all, products, strict=True))
    except (LookupError, TypeError) as problem:  # TensorFlow's own gradients raise these where they have none
        arrays[command] = np.full((f.n,), np.nan)
        notes.append(f"TensorFlow has no second derivative here: {_words(problem)}")
        return ModelMeasurement(value, arrays, {**checks, command: ()}, None, tuple(notes))
    except tf.errors.ResourceExhaustedError as problem:
        raise LimitError("out of memory; --batch-size makes a pass smaller") from problem
    whole = max(float(np.linalg.norm(product)) for _, product in along)
    checks[command] = tuple(
        one
        for u, product in along
        for one in check_by_differences(
            precise.lower, theta.astype(np.float64), u, product, parts, rtol, unit_roundoff(f.dtype), whole, doubtful
        )
    ) + nearby(f, precise, across, rtol, doubtful)
    if f.silent and any(one.outcome is Outcome.REFUTED for one in checks[command]):
        arrays[command], checks[command] = np.full((f.n,), np.nan), ()
        notes.append("TensorFlow gave None for the second derivative, which differences say is not 0")
        return ModelMeasurement(value, arrays, checks, None, tuple(notes))
    modes, more = _modes(f, theta, along[0]) if f.curvature == "hessian" else (None, ())
    return ModelMeasurement(value, arrays, checks, modes, (*notes, *more))


def _rows(f: TapedFunction, theta: Array, form: str, unit: Array) -> tuple[Any, Array]:
    """The Hessian in a form, and its products with directions, from rows that are not kept longer than needed."""
    layers = list(f.layout.layers()) if form == "blocks" else []
    whole = np.empty((f.n, f.n)) if form == "whole" else None
    diagonal = np.empty(f.n)
    blocks = [np.empty((part.stop - part.start, part.stop - part.start)) for _, part in layers]
    products = np.empty((len(unit), f.n))
    for start, rows in f.rows(theta):
        here = slice(start, start + len(rows))
        products[:, here] = (rows @ unit.T).T
        diagonal[here] = np.diagonal(rows, start)
        if whole is not None:
            whole[here] = rows
        for block, (_, part) in zip(blocks, layers, strict=True):
            first, last = max(part.start, here.start), min(part.stop, here.stop)
            if first < last:
                block[first - part.start : last - part.start] = rows[first - start : last - start, part]
    return {"whole": whole, "diagonal": diagonal, "blocks": tuple(blocks)}[form], products


def _modes(f: TapedFunction, theta: Array, along: tuple[Array, Array]) -> tuple[float | None, tuple[str, ...]]:
    """How far forward-over-reverse is from reverse-over-reverse, along one direction."""
    direction, product = along
    try:
        forward = f.forward_hvp(theta, direction)
    except Exception as problem:  # TensorFlow's forward mode fails on some operations, each in its own way
        return None, (f"forward-over-reverse cannot differentiate this model: {_words(problem)}",)
    apart = normwise_error(forward, product)
    if not apart <= 100 * RTOL[f.dtype]:
        return apart, (f"forward-over-reverse gives another product than reverse-over-reverse: {apart:.0e} apart",)
    return apart, ()


def _apart(command: str, plain: Any, right: Any, f: ModelObjective, form: str) -> Apart | None:
    """Where plain tapes are furthest from the right numbers."""
    if plain is None or right is None or form == "blocks" or np.shape(plain) != np.shape(right):
        return None
    gaps = np.abs(plain - right)
    where = np.unravel_index(int(np.nanargmax(gaps)), gaps.shape)
    names = tuple(f.layout.label(int(k)) for k in where)
    scale = float(np.abs(right).max())
    return Apart(command, float(gaps[where]), names, float(plain[where]), float(right[where]), scale)


def _words(problem: BaseException) -> str:
    words = " ".join(str(problem).split())[:200]
    return "it fails inside TensorFlow" if re.search(INTERNAL, words) else words or type(problem).__name__
