"""The exact answer at one point: raise the precision until every printed digit is certain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2
from typing import Any

from flint import arb, arb_series

from hesscli.exact.decimals import ball, decimal, precision
from hesscli.exact.elementary import Undefined, Unsupported
from hesscli.exact.events import Singular, Undecided
from hesscli.exact.jets import Jet, monomial
from hesscli.exact.quantities import Entry, Plan, Quantity, entries, multiplicity, nested, plan
from hesscli.exact.walk import Program, SeriesWalk, Term, Walk
from hesscli.language.expression import Expression
from hesscli.result import ExactAnswer, Request

FIRST_BITS, LAST_BITS, ZERO_BITS = 128, 1 << 15, 4096


@dataclass(frozen=True, slots=True)
class Task:
    """A request made ready for many points.

    Attributes:
        program: the expression with its rules.
        plan: the arrays that are asked for.
        entries: the distinct partial derivatives in them.
        digits: how many are printed.
    """

    program: Program
    plan: Plan
    entries: tuple[Entry, ...]
    digits: int

    @classmethod
    def of(cls, expression: Expression, request: Request, *, digits: int = 17, dtype: str = "float64") -> Task:
        """Prepare a request."""
        chosen = plan(expression, request)
        return cls(Program.of(expression, dtype), chosen, tuple(entries(chosen)), digits)

    def walk(self, point: Sequence[float], *, assume: bool = False) -> tuple[Walk, dict[Entry, arb]]:
        """All partial derivatives at a point in the present precision; those not in it are zero."""
        order, active = self.plan.order, self.plan.active
        at = [ball(self.program.rounded(x)) for x in point]
        inputs: list[Term] = list(at)
        if order and len(active) == 1:
            inputs[active[0]] = arb_series([at[active[0]], 1], order + 1)
            walk: Walk = SeriesWalk(self.program, inputs, order, assume=assume)
        else:
            if order:
                for place, k in enumerate(active):
                    inputs[k] = Jet.variable(place, at[k], order)
            walk = Walk(self.program, inputs, order, assume=assume)
        outputs = walk.outputs()
        place = {k: p for p, k in enumerate(active)}
        found = {}
        for entry in self.entries:
            component, indices = entry
            c = _coefficient(outputs[component], [place[k] for k in indices], order)
            if c is not None:
                found[entry] = c * multiplicity(indices) if len(indices) > 1 else c
        return walk, found


def _coefficient(term: Term, indices: list[int], order: int) -> arb | None:
    if isinstance(term, arb):
        return None if indices else term
    if isinstance(term, arb_series):
        return term[len(indices)]
    return term.coefficient(len(indices), monomial({k: indices.count(k) for k in indices}, order))


def evaluate(
    expression: Expression, request: Request, point: Sequence[float], *, digits: int = 17, dtype: str = "float64"
) -> ExactAnswer:
    """The exact answer at one point, every digit proven where balls allow it."""
    return answer(Task.of(expression, request, digits=digits, dtype=dtype), point)


def answer(task: Task, point: Sequence[float]) -> ExactAnswer:
    """The exact answer of a prepared request at one point."""
    bits = max(FIRST_BITS, int(task.digits * log2(10)) + 64)
    last = max(LAST_BITS, 4 * bits)
    strings: dict[Entry, str] = {}
    while True:
        with precision(bits, task.plan.order):
            try:
                _, found = task.walk(point)
            except Undecided:
                found = {}
            else:
                strings = {entry: text for entry, x in found.items() if (text := decimal(x, task.digits)) is not None}
                if len(strings) == len(found):
                    return ExactAnswer(_arrays(task, strings), proven=True)
        bits *= 2
        if bits > last:
            raise NotImplementedError


def _arrays(task: Task, strings: dict[Entry, str]) -> dict[str, Any]:
    def entry(quantity: Quantity, at: tuple[int, ...]) -> str:
        ((_, only),) = quantity.entry(at)
        return strings.get(only, "0")

    return {q.name: nested(q.shape, lambda at, q=q: entry(q, at)) for q in task.plan.quantities}
