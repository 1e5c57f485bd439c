"""The exact side on a network that could be written out, beside the tape."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from hesscli.accuracy import LAYERS
from hesscli.exact import Session
from hesscli.language.syntax import parse
from hesscli.model.keras_value import same_value
from hesscli.model.objective import ModelObjective
from hesscli.model.weights import WeightLayout
from hesscli.model.written import written
from hesscli.options import Tolerance
from hesscli.request import Request
from hesscli.result import Accuracy, Decimals, TapeAnswer, Verdict
from hesscli.verdict import judge

VARIABLE = re.compile(r"\bw([0-9]+)\b")
"""A weight in the network written out."""

OTHER = "the network as it was written out has the loss {own:.9g} and Keras's {keras:.9g}: the exact side is not asked"
"""Of a model with something that no definition of a layer holds."""


@dataclass(frozen=True, eq=False)
class Proof:
    """What the exact side says.

    Attributes:
        expression: the network written out.
        values: quantity -> exact values.
        verdicts: quantity -> word; those that the exact side left open are not there.
        accuracy: of the tape beside them, the worst of all quantities.
        notes: sentences.
    """

    expression: str
    values: Mapping[str, Decimals]
    verdicts: Mapping[str, Verdict]
    accuracy: Accuracy | None
    notes: tuple[str, ...]


def prove(objective: ModelObjective, command: str, arrays: Mapping[str, Any], vector: Any, rtol: float) -> Proof | None:
    """Hold the tape's arrays against the exact ones; None where the network is not written out.

    A network whose value is not the model's is another one: it says nothing of the tape, and a note says so.

    Args:
        objective: in the tape's dtype.
        command: ``gradient``, ``hvp`` or ``hessian``.
        arrays: quantity -> the tape's numbers, ``value`` too.
        vector: of ``hvp``.
        rtol: largest relative error that is agreement.
    """
    text = written(objective)
    if text is None:
        return None
    keras_value = float(arrays["value"])
    names = tuple(f"w{k}" for k in range(objective.n))
    request = Request(command, vector=None if vector is None else tuple(map(float, vector)))
    with Session() as session:
        ticket = session.submit(
            parse(text, variables=names), request, [tuple(map(float, objective.theta))], formulas=False
        )
        answer = ticket.answers()[0]
    if "value" not in answer.values:
        return None
    own = float(answer.values["value"].double)
    largest = max(1.0, float(np.abs(objective.targets).max()), float(np.abs(objective.outputs()).max()))
    if not same_value(own, keras_value, objective.dtype, largest):
        return Proof(text, {}, {}, None, (OTHER.format(own=own, keras=keras_value),))
    verdicts, accuracies, notes = dict[str, Verdict](), list[Accuracy](), list[str]()
    for name, exact in answer.values.items():
        array = np.asarray(arrays[name], np.float64)
        tolerance = Tolerance(rtol, LAYERS[objective.dtype] * _largest(exact), objective.dtype)
        tape = TapeAnswer({name: array}, {name: np.zeros(array.shape, bool)})
        judged = judge(tape, answer, tolerance)
        verdict = judged.verdicts.get(name, Verdict.UNCHECKED)
        if verdict is not Verdict.UNCHECKED:
            verdicts[name] = verdict
        accuracies += [judged.accuracy] if judged.accuracy is not None else []
        notes += judged.notes
    if not verdicts:
        return None
    worst = max(accuracies, key=lambda one: one.max_rel, default=None)
    told = tuple(_named(note, objective.layout) for note in (*answer.notes, *notes))
    return Proof(text, answer.values, verdicts, worst, told)


def _named(note: str, layout: WeightLayout) -> str:
    """A sentence with the weights' own names: ``w3`` is ``dense/bias[0]``."""
    return VARIABLE.sub(lambda found: layout.label(int(found[1])), note)


def _largest(exact: Decimals) -> float:
    finite = exact.double[np.isfinite(exact.double)]
    return float(np.abs(finite).max(initial=0.0))
