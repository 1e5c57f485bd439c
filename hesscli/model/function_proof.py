"""The exact side on a function of tensors that could be written out, beside the tape that runs it as it is.

What was written is believed where it has the function's own value, called without a graph, at two other points too,
beside what that value changes by between the three: what nothing tells from a constant is not believed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.accuracy import BACKWARD, SAME, unit_roundoff
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

AWAY = (0.05, 0.5, 5.0, 50.0)
"""Relative lengths of the way to the other points; the next where the function changes too little over one."""

LENGTHS = np.array([[1.0], [0.6]])
"""Of the two ways beside each other: by one variable both may point the same way."""

TOLD = 1e-2
"""Rounding that is more than this, beside what the function changes by, hides which function it is."""

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
        values: of the function itself, at the point and at those.
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
        seen = _seen(f)
        if not seen:
            return None
        own = session.under(time_limit=min(session.time_limit, PATIENCE), digits=session.digits)
        forms = options.formulas and len(expression.nodes) <= SHORT and f.n * f.n <= SHORT
        here = tuple(f.theta.astype(np.float64).tolist())
        ticket = own.submit(expression, request, [here], formulas=forms, dtype=f.dtype)
        probe = own.submit(expression, Request("gradient"), [*seen][1:], formulas=False, dtype=f.dtype)
        return cls(f, expression, request, own, ticket, probe, tuple(seen.values()))

    def proof(self, tape: TapeAnswer, options: Options) -> FunctionProof | None:
        """Hold the tape against the exact side; None where that has no value, or another one than the function."""
        answer = self.ticket.answers()[0]
        if not self.same() or not answer.values:
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

    def same(self) -> bool:
        """Whether the formula has the function's values."""
        change, rounded = _told(self.values, self.f.dtype)
        near = SAME[self.f.dtype] * change + rounded
        own = [answer.values.get("value") for answer in self.probe.answers()]
        return all(
            one is not None and abs(float(one.double) - value) <= near
            for value, one in zip(self.values[1:], own, strict=True)
        )


def rounding(proof: FunctionProof, quantity: str, dtype: str) -> bool:
    """Whether the tape is off by no more than what sums round whose terms are as large as all there is."""
    exact = proof.answer.values
    finite = [np.abs(one.double[np.isfinite(one.double)]) for one in exact.values()]
    scale = max((float(part.max(initial=0.0)) for part in finite), default=0.0)
    error = np.abs(np.asarray(proof.tape.arrays[quantity], np.float64) - exact[quantity].double)
    return bool((error <= BACKWARD**2 * unit_roundoff(dtype) * scale).all())


def _seen(f: PythonFunction) -> dict[tuple[float, ...], float]:
    """The point and then some beside it -> what the function itself says there, without a graph.

    Empty where it has no value beside the point, or none that rounding does not hide, however far they are.
    """
    x = f.theta.astype(np.float64)
    scale = max(1.0, float(np.linalg.norm(x)))
    value_here = f.called(f.theta)
    for away in AWAY:
        found = {tuple(x.tolist()): value_here}
        for way in away * scale * LENGTHS * directions(f.n, len(LENGTHS)):
            for other in ((x + way).astype(f.dtype), (x - way).astype(f.dtype)):
                value = f.called(other)
                if math.isfinite(value):
                    found[tuple(other.astype(np.float64).tolist())] = value
                    if value != value_here:
                        break  # else the other way may tell more
        change, rounded = _told([*found.values()], f.dtype)
        if rounded < TOLD * change:
            return found
    return {}


def _told(values: Sequence[float], dtype: str) -> tuple[float, float]:
    """What a function changes by between points, and what of that may be its rounding."""
    return max(values) - min(values), BACKWARD * unit_roundoff(dtype) * max(map(abs, values))


def _named(note: str, layout: WeightLayout) -> str:
    """A sentence with the function's own names: ``x3`` is ``w[2]``."""
    return VARIABLE.sub(lambda found: layout.label(int(found[1])), note)
