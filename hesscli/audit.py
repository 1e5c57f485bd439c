"""The verb ``audit``: the installed TensorFlow's own operations, order by order, against exact values.

Every operation is a function of one number, t -> f(point + t*direction): one derivative for each order.
TensorFlow differentiates it here; the exact side, in its child process, differentiates the same function
written in hesscli's language. Nothing is known beforehand: every verdict is measured.
"""

from __future__ import annotations

import difflib
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from hesscli import exact as exact_side
from hesscli import tape as tape_side
from hesscli.accuracy import RTOL, digits
from hesscli.compute import versions
from hesscli.errors import HesscliError
from hesscli.language.syntax import parse
from hesscli.reports import Audit, Audited, Fate, Finding
from hesscli.request import Request
from hesscli.result import ExactAnswer

if TYPE_CHECKING:
    from hesscli.exact.session import Ticket
    from hesscli.tape.operations import Operation, Outcome

MAX_ORDER = 6
"""Nested tapes cost 4 to 5 times more per order."""

REACH = {"reverse": MAX_ORDER, "forward-over-reverse": 2, "forward-over-forward": 2, "jacobian": 2}
"""The highest order at which a mode is measured: beyond, the others take seconds for each operation."""

ROUNDING = {"float64": 1e-13, "float32": 1e-4}
"""Errors this small beside the largest derivative so far are rounding."""

MESSAGE = 200


@dataclass(frozen=True, slots=True)
class Truth:
    """The exact side at one order: a number, or why there is none."""

    text: str | None
    status: str
    notes: tuple[str, ...]

    @property
    def number(self) -> float | None:
        """As a double, None where there is no finite one."""
        value = math.nan if self.text is None else float(self.text)
        return value if math.isfinite(value) else None


def audit(
    name: str | None = None,
    order: int = 4,
    modes: Sequence[str] | None = None,
    *,
    time_limit: float = 10.0,
    progress: Callable[[int, int], None] | None = None,
) -> Audit:
    """Measure TensorFlow's operations.

    Args:
        name: only operations whose name contains this; None is all of them.
        order: the highest derivative, 1 to MAX_ORDER.
        modes: ways to differentiate, each up to its REACH; None is nested tapes, and on some rows every way.
        time_limit: seconds of the exact side for one derivative.
        progress: called with how many operations are done, and of how many.

    Returns:
        A row an operation, a point and a mode.

    Raises:
        HesscliError: no operation has such a name, or the order is out of range.
    """
    started = time.perf_counter()
    if not 1 <= order <= MAX_ORDER:
        raise HesscliError(f"--order: expected a whole number from 1 to {MAX_ORDER}, got {order}", code="order")
    chosen = _chosen(name)
    with exact_side.Session(time_limit=time_limit) as session:
        tickets = [_submit(session, operation, order) for _, operation in chosen]
        rows: list[Audited] = []
        for k, ((family, operation), asked) in enumerate(zip(chosen, tickets, strict=True)):
            ways = operation.modes if modes is None else modes
            outcomes = {mode: tape_side.measure_operation(operation, mode, min(order, REACH[mode])) for mode in ways}
            truths = list(_truths(asked))
            rows += [_audited(family, operation, mode, found, truths) for mode, found in outcomes.items()]
            if progress is not None:
                progress(k + 1, len(chosen))
    return Audit(tuple(rows), order, versions(), time.perf_counter() - started)


def _chosen(name: str | None) -> list[tuple[str, Operation]]:
    """Family and operation of the rows asked for."""
    every = [(family, row) for family, rows in tape_side.FAMILIES.items() for row in rows]
    found = [(family, row) for family, row in every if name is None or name.lower() in row.name.lower()]
    if not found:
        endings = {row.name.rsplit(".", 1)[-1].lower() for _, row in every}
        near = difflib.get_close_matches(str(name).rsplit(".", 1)[-1].lower(), endings, n=3)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise HesscliError(f"--op: no operation of the audit contains {name!r}{hint}", code="unknown-name")
    return found


def _submit(session: exact_side.Session, operation: Operation, order: int) -> list[Ticket]:
    """Ask for all orders."""
    program = parse(operation.along, variables=("t",))
    return [
        session.submit(program, Request("derivative", order=k), [(0.0,)], formulas=False) for k in range(1, order + 1)
    ]


def _truths(tickets: Sequence[Ticket]) -> Iterator[Truth]:
    """The value and the derivatives."""
    answers = [ticket.answers()[0] for ticket in tickets]
    yield _truth(answers[0], "value")
    for answer in answers:
        yield _truth(answer, "derivative")


def _truth(answer: ExactAnswer, quantity: str) -> Truth:
    text = answer.values[quantity].texts[0] if quantity in answer.values else None
    status = answer.status if text is None or not math.isfinite(float(text)) else "ok"
    return Truth(text, status, answer.notes)


def _audited(family: str, row: Operation, mode: str, outcomes: Sequence[Outcome], truths: Sequence[Truth]) -> Audited:
    findings = []
    scale = 0.0
    for order, (outcome, truth) in enumerate(zip(outcomes, islice(truths, len(outcomes)), strict=True)):
        scale = max(scale, abs(truth.number or 0.0))
        findings.append(finding(order, outcome, truth, scale, row.dtype))
    return Audited(
        row.name,
        row.where,
        family,
        mode,
        row.expression,
        row.variables,
        tuple(row.coordinates.tolist()),
        tuple(row.steps.tolist()),
        row.dtype,
        row.thread,
        row.note,
        tuple(findings),
    )


def finding(order: int, outcome: Outcome, truth: Truth, scale: float, dtype: str) -> Finding:
    """Hold one outcome against the truth.

    Args:
        order: which derivative.
        outcome: a number, None, or the exception that TensorFlow raised.
        truth: the exact side's answer.
        scale: size of the largest of the value and the derivatives up to this one.
        dtype: in which TensorFlow computed.

    Returns:
        What became of the derivative.
    """
    tape = outcome if isinstance(outcome, float) else None
    exact = truth.number
    told = _told(outcome) if isinstance(outcome, Exception) else ""
    if exact is None:
        absent = Fate.UNDEFINED if truth.status in ("undefined", "not-differentiable") else Fate.UNCHECKED
        fate = Fate.ERROR if told and absent is Fate.UNCHECKED else absent
        return Finding(order, fate, tape, truth.text, None, told or "; ".join(truth.notes[:1]))
    if tape is None:
        fate = Fate.ERROR if told else Fate.HOLE if exact else Fate.ZERO
        return Finding(order, fate, None, truth.text, None, told)
    if not math.isfinite(tape):
        return Finding(order, Fate.NAN, tape, truth.text, None, "")
    error = abs(tape - exact)
    right = error <= max(RTOL[dtype] * abs(exact), ROUNDING[dtype] * scale)
    return Finding(
        order, Fate.RIGHT if right else Fate.WRONG, tape, truth.text, _digits(error, exact or scale, dtype), ""
    )


def _digits(error: float, size: float, dtype: str) -> float:
    """Decimal digits that two numbers of this size share."""
    relative = error / abs(size) if size else (math.inf if error else 0.0)
    return max(0.0, digits(relative, dtype))


def _told(error: Exception) -> str:
    """An exception in one line: its name and what it says first."""
    words = " ".join(str(error).split())
    return f"{type(error).__name__}: {words[:MESSAGE]}".rstrip(": ")
