"""Why digits are lost: both witnesses at every operation of the expression, side by side.

Each operation is taken for the end of the expression, and asked for its value and the derivatives on the
way to the worst entry of the answer: by the method that answered, and in balls. Digits are lost where an
operation has fewer right ones than its operands.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from hesscli import exact as exact_side
from hesscli import tape as tape_side
from hesscli.errors import HesscliError, LimitError
from hesscli.language.expression import Expression, Node
from hesscli.language.printing import unparse
from hesscli.result import Discrepancy, Explanation, Loss, Operation, Request, Result, TapeAnswer, Verdict
from hesscli.verdict import RTOL, judge, worst

LARGEST = 1_000
"""Operations up to which each is asked for its derivatives."""

MOST_TOLD = 3
"""Losses that become notes."""

LONG = 60
"""Characters of an operation in a sentence."""

FAILING = frozenset({Verdict.DISAGREE, Verdict.TAPE_FAILED})
NOTHING_LOST = "no operation loses a digit or more"

NOTICEABLE = 1.0
"""Digits: less is the ordinary rounding of some operations."""

TRUTH_VALUES = frozenset({"lt", "le", "gt", "ge", "eq", "ne", "and", "or", "not", "true", "false"})
ARITHMETIC = frozenset({"add", "neg", "mul", "div", "pow"})
ORDINALS = ("value", "first derivative", "second derivative", "third derivative")


def explained(expression: Expression, result: Result, session: exact_side.Session, *, keep: bool) -> Result:
    """The result with notes that name the operations where digits are lost, if its tape is wrong or fails.

    Args:
        expression: f, of n variables.
        result: both witnesses' answer for it at a point.
        session: the exact side's process.
        keep: explain every result, and keep the whole explanation in it.
    """
    if not keep and result.verdict not in FAILING:
        return result
    try:
        explanation = explain(expression, result, session)
    except HesscliError as problem:
        return replace(result, notes=(*result.notes, f"not explained: {problem.message}")) if keep else result
    if explanation is None:
        return result
    told = [sentence(loss) for loss in explanation.losses[:MOST_TOLD]]
    notes = (*result.notes, *(told or [NOTHING_LOST] * keep))
    return replace(result, notes=notes, explanation=explanation if keep else None)


def explain(expression: Expression, result: Result, session: exact_side.Session) -> Explanation | None:
    """Where the tape loses the digits of the worst entry of a result.

    Args:
        expression: f, of n variables.
        result: both witnesses' answer for it at a point.
        session: the exact side's process.

    Returns:
        The explanation; None where the result has no finite exact value to compare with, or TensorFlow no number.

    Raises:
        HesscliError: finite differences, whose error is no operation's; too many operations.
    """
    if result.tape is None or result.exact is None or result.tape.failures:
        return None
    if result.method == "finite-difference":
        raise HesscliError("finite differences lose digits by their step, not in an operation", code="method")
    found = worst(result.tape, result.exact, result.dtype)
    if found is None:
        return None
    component, wrt = derivative_of(expression, result.request, *found)
    program = expression.component(component)
    if not program.dependence()[program.outputs[0]]:
        return None
    table = operations(program, wrt, result, session)
    losses = tuple(_losses(program, table, result.dtype))
    single, apart = (None, None) if result.dtype == "float32" else _float32(expression, result)
    return Explanation(*found, wrt, tuple(table.values()), losses, single, apart)


def derivative_of(
    expression: Expression, request: Request, name: str, index: tuple[int, ...]
) -> tuple[int, tuple[int, ...]]:
    """(component, variables) that an entry of an answer is the derivative of.

    A row of H v stands for its summand with the largest |v_j|.
    """
    leading = expression.vector or name == "jacobian"
    component, rest = (index[0], index[1:]) if leading and index else (0, index)
    if name == "derivative":
        rest = request.wrt or rest or (0,) * (request.order or 1)
    if name == "hvp":
        rest = (*rest, int(np.argmax(np.abs(request.vector or (0.0,)))))
    return component, rest


def operations(
    program: Expression, wrt: Sequence[int], result: Result, session: exact_side.Session
) -> dict[int, Operation]:
    """Every operation that depends on a variable, as both witnesses see it: position -> operation.

    Raises:
        LimitError: there are too many.
    """
    depends = program.dependence()
    positions = [k for k in program.live() if depends[k] and program.nodes[k].op not in TRUTH_VALUES]
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
    missing = [None] * len(everything.outputs)
    exact = [truths[0].get("value", missing), *(truth.get("derivative", missing) for truth in truths)]
    tape: list[Sequence[float | None]] = []
    for request, strings in zip(requests[: max(1, len(wrt))], exact[1:], strict=False):
        point = np.asarray([result.point])
        said = tape_side.answer(everything, request, point, method=result.method, dtype=result.dtype)[0]
        tape = tape or [said.arrays["value"].tolist()]
        tape.append([*map(_number, said.arrays["derivative"].tolist(), said.holes["derivative"].tolist(), strings)])
    return tape[: len(wrt) + 1], exact


def _number(tape: float, hole: bool, exact: str | None) -> float | None:
    """What the tape means: its None is 0 where the exact side says so, else a hole."""
    return (0.0 if exact == "0" else None) if hole else tape


def _operation(text: str, tape: Sequence[float | None], exact: Sequence[str | None], dtype: str) -> Operation:
    scale = max((abs(float(x)) for x in exact if x is not None and _finite(x)), default=0.0) or 1.0
    digits = tuple(_digits(t, x, scale, dtype) for t, x in zip(tape, exact, strict=False))
    return Operation(text, tuple(tape), tuple(exact), digits)


def _finite(text: str | None) -> bool:
    return text is not None and text not in {"nan", "inf", "-inf"}


def _digits(tape: float | None, text: str | None, scale: float, dtype: str) -> float | None:
    """-log10 of the relative error; of an exact zero relative to the operation's largest number."""
    if text is None or not _finite(text):
        return None
    exact = float(text)
    if tape is None or not math.isfinite(tape) or not math.isfinite(exact) or (exact == 0 and text != "0"):
        return 0.0
    error = abs(tape - exact) / (abs(exact) or scale)
    return max(0.0, -math.log10(max(error, _half_ulp(dtype))))


def _half_ulp(dtype: str) -> float:
    return float(np.finfo(dtype).eps) / 2


@dataclass(frozen=True, slots=True)
class _Place:
    """An operation with a loss, and all that may have caused it.

    Attributes:
        node: of the program.
        own: what the witnesses say of it.
        operands: what they say of those operands that depend on a variable.
        order: at which the loss happens.
        dtype: of the tape.
    """

    node: Node
    own: Operation
    operands: tuple[Operation, ...]
    order: int
    dtype: str

    @property
    def exact(self) -> float:
        return float(self.own.exact[self.order] or math.nan)

    @property
    def tape(self) -> float | None:
        return self.own.tape[self.order]


def _losses(program: Expression, table: Mapping[int, Operation], dtype: str) -> Iterator[Loss]:
    """Walk from the output towards the variables, wherever the lost digits come from."""
    best = -math.log10(_half_ulp(dtype))
    waiting, seen = [program.outputs[0]], set[int]()
    while waiting:
        k = waiting.pop()
        if k in seen or k not in table:
            continue
        seen.add(k)
        own, least = table[k], _least(table[k], best)
        # An operand with far fewer digits than the result had no weight in it.
        arriving = [a for a in program.nodes[k].args if a in table and _least(table[a], best) >= least - NOTICEABLE]
        waiting += sorted(a for a in arriving if _least(table[a], best) < best - NOTICEABLE)
        drops = [
            (min((_least(table[a], best, order) for a in arriving), default=best), after, order)
            for order, after in enumerate(own.digits)
            if after is not None
        ]
        most = max((before - after for before, after, _ in drops), default=0.0)
        if most >= NOTICEABLE:
            before, after, order = next(drop for drop in drops if drop[0] - drop[1] > most - NOTICEABLE)
            operands = tuple(table[a] for a in program.nodes[k].args if a in table)
            yield Loss(own.text, order, before, after, _why(_Place(program.nodes[k], own, operands, order, dtype)))


def _least(operation: Operation, best: float, order: int | None = None) -> float:
    """The fewest digits that an operation has up to an order."""
    digits = operation.digits if order is None else operation.digits[: order + 1]
    return min((d for d in digits if d is not None), default=best)


def _why(place: _Place) -> str:
    """The first cause of the table ``CAUSES`` that fits."""
    return next(words for cause in CAUSES if (words := cause(place)))


def _out_of_range(place: _Place) -> str:
    exact, limits = place.exact, np.finfo(place.dtype)
    text = place.own.exact[place.order]
    if abs(exact) > float(limits.max):
        return f"overflow: the exact {_of(place.order)} {text} is beyond the range of {place.dtype}"
    if 0 < abs(exact) < float(limits.tiny) or (exact == 0 and text not in {"0", None}):
        return f"underflow: the exact {_of(place.order)} {text} is below the normal range of {place.dtype}"
    return ""


def _no_number(place: _Place) -> str:
    if place.tape is not None and math.isfinite(place.tape):
        return ""
    return f"TensorFlow gives {place.tape} for the {_of(place.order)}, the exact one is {place.own.exact[place.order]}"


def _cancellation(place: _Place) -> str:
    """A sum whose terms are far larger than itself."""
    if place.node.op != "add":
        return ""
    terms = [abs(float(x)) for o in place.operands if _finite(x := o.exact[place.order]) and x is not None]
    largest, left = max(terms, default=0.0), abs(place.exact)
    if largest <= 10 * left:
        return ""
    return f"cancellation: terms as large as {largest:.3g} leave {left:.3g}"


def _rule_cancels(place: _Place) -> str:
    """Products and quotients have exact rules: digits are lost only where their terms cancel."""
    if place.order == 0 or place.node.op not in ARITHMETIC:
        return ""
    return f"cancellation between the terms of its {_of(place.order)}"


def _magnified(place: _Place) -> str:
    """The rounding error of the operand times the condition number is no smaller than the error."""
    condition = _condition(place)
    if condition is None or 10 * condition * _half_ulp(place.dtype) < 10 ** -(place.own.digits[place.order] or 0):
        return ""
    return f"it magnifies the rounding error of {shortened(place.operands[0].text)} about {condition:.1g} times"


def _condition(place: _Place) -> float | None:
    """|u g'(u) / g(u)| of an operation on one operand u, g its value or derivative; g'(u) = (dg/dx) / (du/dx)."""
    if len(place.operands) != 1:
        return None
    known = (*place.own.exact[place.order : place.order + 2], *place.operands[0].exact[:2])
    if not all(map(_finite, known)):
        return None
    g, slope, u, inner = (float(x or math.nan) for x in known)
    return abs(u * slope / (inner * g)) if g and inner else None


def _own_rounding(place: _Place) -> str:
    return f"TensorFlow gives {place.tape!r}, the exact {_of(place.order)} is {place.own.exact[place.order]}"


CAUSES = (_out_of_range, _no_number, _cancellation, _rule_cancels, _magnified, _own_rounding)
"""What may be the cause, the most certain first."""


def _of(order: int) -> str:
    return ORDINALS[order] if order < len(ORDINALS) else f"derivative of order {order}"


def _float32(expression: Expression, result: Result) -> tuple[TapeAnswer, Discrepancy | None]:
    """The same request in single precision, its point rounded too, against the same exact values."""
    point = np.asarray([result.point])
    single = tape_side.answer(expression, result.request, point, method=result.method, dtype="float32")[0]
    judged = judge(single, result.exact, rtol=RTOL["float32"], dtype="float32")
    return judged.tape or single, judged.error


def sentence(loss: Loss) -> str:
    """A loss in words: which operation, how many digits, why."""
    where = "" if loss.order == 0 else f" in its {_of(loss.order)}"
    lost = f"all {_tenths(loss.before)}" if loss.after < NOTICEABLE else f"{_tenths(loss.before - loss.after)}"
    of = "" if loss.after < NOTICEABLE else f" of {_tenths(loss.before)}"
    return f"{shortened(loss.operation)} loses {lost}{of} digits{where}: {loss.why}"


def shortened(text: str) -> str:
    """A long operation without its middle."""
    return text if len(text) <= LONG else f"{text[: LONG - 25]} ... {text[-20:]}"


def _tenths(digits: float) -> str:
    """Digits to one place, never rounded up."""
    return f"{math.floor(digits * 10) / 10:.1f}"
