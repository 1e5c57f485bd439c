"""The exact side on a function of tensors that could be written out, beside the tape that runs it as it is.

What was written is believed where it has the function's own value, called without a graph, at two other points too.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.accuracy import BACKWARD, unit_roundoff
from hesscli.compute.sensitivity import sensitivities
from hesscli.exact import Session, Ticket
from hesscli.language.expression import Expression
from hesscli.language.printing import unparse
from hesscli.model.differences import directions
from hesscli.model.function import PythonFunction
from hesscli.model.recorded import recorded
from hesscli.model.weights import WeightLayout
from hesscli.options import Options
from hesscli.request import Request
from hesscli.result import Accuracy, ExactAnswer, TapeAnswer, Texts, Verdict
from hesscli.verdict import judge

Array = NDArray[Any]

PATIENCE = 3.0
"""Seconds of the exact side: differences are a witness too."""

AWAY = 0.05
"""Relative length of the way to the other points."""

NEAR = 1e-6
"""Relative difference of two values that are the same but for rounding; in float32 a hundred times that."""

SHORT = 300
"""Characters of a formula that is shown, and operations up to which derivatives have closed forms."""

VARIABLE = re.compile(r"\bx([0-9]+)\b")


@dataclass(frozen=True, eq=False)
class FunctionProof:
    """What the exact side says.

    Attributes:
        parsed: the formula by the function's own names; empty of a long one.
        answer: of the exact side.
        formulas: quantity -> closed forms, of a short one.
        verdicts: quantity -> word, of those that it decided.
        accuracy: of the tape.
        tape: with its proven zeros filled in.
        notes: sentences.
    """

    parsed: str
    answer: ExactAnswer
    formulas: Mapping[str, Texts]
    verdicts: Mapping[str, Verdict]
    accuracy: Accuracy | None
    tape: TapeAnswer
    notes: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Recording:
    """A function written out, and what the exact side is at.

    Attributes:
        f: the function.
        expression: of x0, x1, ...
        request: which derivative.
        session: the exact side's process.
        ticket: at the point.
        probe: of the values at other points.
        values: of the function itself there.
    """

    f: PythonFunction
    expression: Expression
    request: Request
    session: Session
    ticket: Ticket
    probe: Ticket
    values: tuple[float, ...]

    @classmethod
    def of(cls, f: PythonFunction, request: Request, session: Session, options: Options) -> Recording | None:
        """Begin; None of a function that cannot be written out without doubt."""
        graph = f.graph
        expression = None if graph is None else recorded(graph, graph.inputs[0], graph.outputs[0])
        if expression is None:
            return None
        others = _others(f)
        if not others:
            return None
        own = session.under(time_limit=min(session.time_limit, PATIENCE), digits=session.digits)
        forms = options.formulas and len(expression.nodes) <= SHORT and f.n * f.n <= SHORT
        here = tuple(f.theta.astype(np.float64).tolist())
        ticket = own.submit(expression, request, [here], formulas=forms, dtype=f.dtype)
        probe = own.submit(expression, Request("gradient"), list(others), formulas=False, dtype=f.dtype)
        return cls(f, expression, request, own, ticket, probe, tuple(others.values()))

    def proof(self, tape: TapeAnswer, options: Options) -> FunctionProof | None:
        """Hold the tape against the exact side; None where that has no value, or another one than the function."""
        answer = self.ticket.answers()[0]
        if not self._same() or not answer.values:
            return None
        excuse = partial(
            sensitivities, self.session, self.expression, self.request, self.f.theta.tolist(), dtype=self.f.dtype
        )
        judged = judge(tape, answer, options.tolerance, excuse)
        verdicts = {name: word for name, word in judged.verdicts.items() if word is not Verdict.UNCHECKED}
        named = partial(_named, layout=self.f.layout)
        text = named(unparse(self.expression))
        return FunctionProof(
            parsed=text if len(text) <= SHORT else "",
            answer=replace(answer, notes=tuple(map(named, answer.notes))),
            formulas={
                name: Texts(form.shape, tuple(None if one is None else named(one) for one in form.texts))
                for name, form in self.ticket.formulas().items()
            },
            verdicts=verdicts,
            accuracy=judged.accuracy,
            tape=judged.tape or tape,
            notes=tuple(map(named, judged.notes)),
        )

    def _same(self) -> bool:
        """Whether the formula has the function's values."""
        near = NEAR * unit_roundoff(self.f.dtype) / unit_roundoff("float64") if self.f.dtype != "float64" else NEAR
        for value, answer in zip(self.values, self.probe.answers(), strict=True):
            own = answer.values.get("value")
            if own is None or not abs(float(own.double) - value) <= min(near, 1e-3) * max(1.0, abs(value)):
                return False
        return True


def rounding(proof: FunctionProof, quantity: str, dtype: str) -> bool:
    """Whether the tape is off by no more than what sums round whose terms are as large as all there is."""
    exact = proof.answer.values
    finite = [np.abs(one.double[np.isfinite(one.double)]) for one in exact.values()]
    scale = max((float(part.max(initial=0.0)) for part in finite), default=0.0)
    error = np.abs(np.asarray(proof.tape.arrays[quantity], np.float64) - exact[quantity].double)
    return bool((error <= BACKWARD**2 * unit_roundoff(dtype) * scale).all())


def _others(f: PythonFunction) -> dict[tuple[float, ...], float]:
    """Points beside the one asked for -> what the function itself says there, without a graph."""
    x = f.theta.astype(np.float64)
    found: dict[tuple[float, ...], float] = {}
    for direction in directions(f.n, 2):
        for sign in (1.0, -1.0):
            other = (x + sign * AWAY * max(1.0, float(np.linalg.norm(x))) * direction).astype(f.dtype)
            value = f.called(other)
            if math.isfinite(value):
                found[tuple(other.astype(np.float64).tolist())] = value
                break
    return found


def _named(note: str, layout: WeightLayout) -> str:
    """A sentence with the function's own names: ``x3`` is ``w[2]``."""
    return VARIABLE.sub(lambda found: layout.label(int(found[1])), note)
