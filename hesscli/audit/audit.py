"""The verb ``audit``: the installed TensorFlow's own operations, order by order, against exact values.

Every operation is a function of one number, t -> f(point + t*direction): one derivative for each order.
TensorFlow, which loads with this module, differentiates it here; the exact side, in its child process, differentiates
the same function written in hesscli's language. Nothing is known beforehand: every status is measured.
"""

from __future__ import annotations

import difflib
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from hesscli import exact as exact_side
from hesscli.accuracy import ROUNDING, digits, relative_errors
from hesscli.audit.modes import Response, differentiate
from hesscli.audit.operations import FAMILIES
from hesscli.audit.report import Audit, Audited, Derivative, Mode, Status, check_order
from hesscli.audit.scenario import Scenario
from hesscli.errors import HesscliError
from hesscli.exact.session import Ticket
from hesscli.language.syntax import parse
from hesscli.options import DEFAULTS, RTOL
from hesscli.request import Request
from hesscli.result import Decimals, ExactAnswer
from hesscli.versions import versions

MESSAGE = 200


@dataclass(frozen=True, slots=True)
class Expected:
    """The exact side at one order: a number, or why there is none."""

    value: Decimals
    status: str
    notes: tuple[str, ...]

    @property
    def text(self) -> str | None:
        """Its decimal string."""
        return self.value.texts[0]

    @property
    def number(self) -> float | None:
        """As a double, None where there is no finite one."""
        value = float(self.value.double)
        return value if math.isfinite(value) else None


def audit(
    name: str | None = None,
    order: int = 4,
    modes: Sequence[str] | None = None,
    *,
    time_limit: float = DEFAULTS.time_limit,
    progress: Callable[[int, int], None] | None = None,
) -> Audit:
    """Measure TensorFlow's operations.

    Args:
        name: of one operation, or the dotted beginning of many (tf.linalg); without dots a part of names; None is all.
        order: the highest derivative, 1 to HIGHEST.
        modes: words of `Mode`, each up to its reach; None is nested tapes, and on some rows every way.
        time_limit: seconds of the exact side for one derivative.
        progress: called with how many operations are done, and of how many.

    Returns:
        A row an operation, a point and a mode.

    Raises:
        HesscliError: no operation has such a name, or the order is out of range.
    """
    check_order(order)
    started = time.perf_counter()
    chosen = _chosen(FAMILIES, name)
    with exact_side.Session(time_limit=time_limit) as session:
        tickets = [_submit(session, scenario, order) for _, scenario in chosen]
        rows: list[Audited] = []
        for k, ((family, scenario), asked) in enumerate(zip(chosen, tickets, strict=True)):
            ways = scenario.modes if modes is None else map(Mode, modes)
            outcomes = {mode.value: differentiate(scenario, mode, min(order, mode.reach)) for mode in ways}
            references = list(_references(asked))
            rows += [_audited(family, scenario, mode, found, references) for mode, found in outcomes.items()]
            if progress is not None:
                progress(k + 1, len(chosen))
    return Audit(tuple(rows), order, versions(), time.perf_counter() - started)


def _chosen(families: Mapping[str, Sequence[Scenario]], name: str | None) -> list[tuple[str, Scenario]]:
    """Family and row of those asked for."""
    every = [(family, row) for family, rows in families.items() for row in rows]
    if name is None:
        return every
    wanted, names = name.lower(), {row.name.lower() for _, row in every}
    if wanted in names:
        fits = {wanted}
    elif "." in wanted:
        fits = {one for one in names if f".{wanted.strip('.')}." in f".{one}."}
    else:
        fits = {one for one in names if wanted in one}
    if not fits:
        last = wanted.rsplit(".", 1)[-1]
        ending = {one.rsplit(".", 1)[-1]: one for one in sorted(names)}
        near = [ending[last]] if last in ending else difflib.get_close_matches(last, ending, n=3)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise HesscliError(f"--op: no operation of the audit is called {name!r}{hint}", code="unknown-name")
    return [(family, row) for family, row in every if row.name.lower() in fits]


def _submit(session: exact_side.Session, scenario: Scenario, order: int) -> list[Ticket]:
    """Ask for all orders."""
    program = parse(scenario.along, variables=("t",))
    return [
        session.submit(program, Request("derivative", order=k), [(0.0,)], formulas=False) for k in range(1, order + 1)
    ]


def _references(tickets: Sequence[Ticket]) -> Iterator[Expected]:
    """The value and the derivatives."""
    answers = [ticket.answers()[0] for ticket in tickets]
    yield _reference(answers[0], "value")
    for answer in answers:
        yield _reference(answer, "derivative")


def _reference(answer: ExactAnswer, quantity: str) -> Expected:
    value = answer.values.get(quantity, Decimals((), (None,)))
    return Expected(value, "ok" if np.isfinite(value.double) else answer.status, answer.notes)


def _audited(
    family: str, row: Scenario, mode: str, outcomes: Sequence[Response], references: Sequence[Expected]
) -> Audited:
    derivatives = []
    scale = 0.0
    for order, (outcome, reference) in enumerate(zip(outcomes, islice(references, len(outcomes)), strict=True)):
        scale = max(scale, abs(reference.number or 0.0))
        derivatives.append(judged(order, outcome, reference, scale, row.dtype))
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
        tuple(derivatives),
    )


def judged(order: int, outcome: Response, reference: Expected, scale: float, dtype: str) -> Derivative:
    """Hold one outcome against the exact value.

    Args:
        order: which derivative.
        outcome: a number, None, or the exception that TensorFlow raised.
        reference: the exact side's answer.
        scale: size of the largest of the value and the derivatives up to this one.
        dtype: in which TensorFlow computed.

    Returns:
        What became of the derivative.
    """
    tape = outcome if isinstance(outcome, float) else None
    exact = reference.number
    message = _message(outcome) if isinstance(outcome, Exception) else ""
    if exact is None:
        absent = Status.UNDEFINED if reference.status in ("undefined", "not-differentiable") else Status.UNCHECKED
        status = Status.ERROR if message and absent is Status.UNCHECKED else absent
        return Derivative(order, status, tape, reference.text, None, message or "; ".join(reference.notes[:1]))
    if tape is None:
        status = Status.ERROR if message else Status.HOLE if exact else Status.ZERO
        return Derivative(order, status, None, reference.text, None, message)
    if not math.isfinite(tape):
        return Derivative(order, Status.NAN, tape, reference.text, None, "")
    right = abs(tape - exact) <= max(RTOL[dtype] * abs(exact), ROUNDING[dtype] * scale)
    error = float(relative_errors(np.array(tape), np.array(exact), dtype, largest=scale))
    shared = max(0.0, digits(error, dtype))
    return Derivative(order, Status.RIGHT if right else Status.WRONG, tape, reference.text, shared, "")


def _message(error: Exception) -> str:
    """An exception in one line: its name and what it says first."""
    words = " ".join(str(error).split())
    return f"{type(error).__name__}: {words[:MESSAGE]}".rstrip(": ")
