"""Every operation of an expression as both witnesses see it, and how many digits it has left."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from hesscli import exact as exact_side
from hesscli import tape as tape_side
from hesscli.accuracy import digits, relative_errors
from hesscli.errors import LimitError
from hesscli.language.expression import Expression
from hesscli.language.functions import CONDITIONS
from hesscli.language.printing import unparse
from hesscli.request import Request
from hesscli.result import Decimals, Operation, Result

LARGEST = 1_000
"""Operations up to which each is asked for its derivatives."""


def operations(
    program: Expression, wrt: Sequence[int], result: Result, session: exact_side.Session
) -> dict[int, Operation]:
    """Every operation that depends on a variable, as both witnesses see it: position -> operation.

    Args:
        program: of one component.
        wrt: variables of the derivative, one an order.
        result: whose point, method and dtype are taken.
        session: the exact side's process.

    Raises:
        LimitError: there are too many.
    """
    depends = program.dependence()
    positions = [k for k in program.live() if depends[k] and program.nodes[k].op not in CONDITIONS]
    if len(positions) > LARGEST:
        raise LimitError(f"the expression has {len(positions)} operations; up to {LARGEST} can be explained")
    everything = replace(program, outputs=tuple(positions), vector=True)
    tape, exact = _both(everything, wrt, result, session)
    return {
        k: _operation(unparse(program, k), [row[c] for row in tape], [row[c] for row in exact], result.dtype)
        for c, k in enumerate(positions)
    }


def _both(
    everything: Expression, wrt: Sequence[int], result: Result, session: exact_side.Session
) -> tuple[list[Sequence[float | None]], list[Sequence[str | None]]]:
    """For every order, from the value up, the numbers of all operations: the tape's, and the exact ones.

    The exact side goes one order further: condition numbers need the next derivative.
    """
    further = (*wrt, wrt[-1] if wrt else min(everything.dependence()[everything.outputs[-1]]))
    requests = [Request("derivative", wrt=further[:k]) for k in range(1, len(further) + 1)]
    tickets = [
        session.submit(everything, request, [result.point], formulas=False, dtype=result.dtype) for request in requests
    ]
    truths = [ticket.answers()[0].values for ticket in tickets]
    undecided = (None,) * len(everything.outputs)
    exact = [
        truth[name].texts if name in truth else undecided
        for truth, name in zip([truths[0], *truths], ["value", *["derivative"] * len(truths)], strict=True)
    ]
    tape: list[Sequence[float | None]] = []
    plain = result.tape is not None and result.tape.plain
    for request, strings in zip(requests[: max(1, len(wrt))], exact[1:], strict=False):
        point = np.asarray([result.point])
        said = tape_side.answer_each(everything, request, point, method=result.method, dtype=result.dtype, plain=plain)[
            0
        ]
        tape = tape or [said.arrays["value"].tolist()]
        tape.append([*map(_number, said.arrays["derivative"].tolist(), said.holes["derivative"].tolist(), strings)])
    return tape[: len(wrt) + 1], exact


def _number(tape: float, hole: bool, exact: str | None) -> float | None:
    """What the tape means: its None is 0 where the exact side says so, else a hole."""
    return (0.0 if exact == "0" else None) if hole else tape


def _operation(text: str, tape: Sequence[float | None], exact: Sequence[str | None], dtype: str) -> Operation:
    """The digits that both share, of an exact zero relative to the operation's largest number."""
    known = Decimals((len(exact),), tuple(exact))
    given = np.array([math.nan if number is None else number for number in tape])
    largest = np.abs(known.double[np.isfinite(known.double)]).max(initial=0.0)
    errors = relative_errors(given, known.double[: len(tape)], dtype, largest=largest)
    errors[((known.double == 0) & ~known.zero)[: len(tape)]] = math.inf  # below the range of doubles
    shared = (
        max(0.0, digits(error, dtype)) if finite else None
        for error, finite in zip(errors.tolist(), known.finite.tolist(), strict=False)
    )
    return Operation(text, tuple(tape), known, tuple(shared))
