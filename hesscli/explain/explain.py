"""A result -> the same result with the operations named that lost its digits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hesscli import exact as exact_side
from hesscli import tape as tape_side
from hesscli.errors import HesscliError
from hesscli.explain.operations import operations
from hesscli.explain.root_causes import root_causes, sentence
from hesscli.language.expression import Expression
from hesscli.options import RTOL, Tolerance
from hesscli.request import Request, layout, summands
from hesscli.result import REFUTED, Accuracy, Explanation, Result, TapeAnswer
from hesscli.verdict import judge, worst

MOST_TOLD = 3
"""Losses that become notes."""

MOST_SUMMANDS = 3
"""Entries of a row of the Hessian that are tried for a product with a vector."""

NOTHING_LOST = "no operation loses a digit or more"


def explained(expression: Expression, result: Result, session: exact_side.Session, *, keep: bool) -> Result:
    """The result with notes that name the operations where digits are lost, if its tape is wrong or fails.

    Args:
        expression: f, of n variables.
        result: both witnesses' answer for it at a point.
        session: the exact side's process.
        keep: explain every result, and keep the whole explanation in it.
    """
    if not keep and result.verdict not in REFUTED:
        return result
    try:
        explanation = explain(expression, result, session)
    except HesscliError as problem:
        return replace(result, notes=(*result.notes, f"not explained: {problem.message}")) if keep else result
    if explanation is None:
        return result
    told = [sentence(loss) for loss in explanation.losses[:MOST_TOLD]]
    notes = (*result.notes, *(told or [NOTHING_LOST] * (result.verdict not in REFUTED)))
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
    component, ways = derivatives_of(expression, result.request, *found)
    program = expression.component(component)
    if not program.dependence()[program.outputs[0]] or not ways:
        return None
    for wrt in ways:
        table = operations(program, wrt, result, session)
        lost = tuple(root_causes(program, table, result.dtype))
        if lost:
            break
    single, apart = (None, None) if result.dtype == "float32" else _float32(expression, result)
    return Explanation(*found, wrt, tuple(table.values()), lost, single, apart)


def derivatives_of(
    expression: Expression, request: Request, name: str, index: tuple[int, ...]
) -> tuple[int, list[tuple[int, ...]]]:
    """(component, variables) that an entry of an answer is the derivative of.

    A row of H v is a sum of several; those with the largest |v_j| come first.

    Args:
        expression: f, of n variables.
        request: which derivative was asked for.
        name: of the quantity.
        index: of the entry.
    """
    arrays = layout(expression, request)
    entry = arrays.quantities[name].entry(index)
    weightiest = sorted(summands(arrays, entry), key=lambda summand: -abs(summand[0]))[:MOST_SUMMANDS]
    return entry[0], [path for _, (_, path) in weightiest]


def _float32(expression: Expression, result: Result) -> tuple[TapeAnswer, Accuracy | None]:
    """The same request in single precision, its point rounded too, against the same exact values."""
    point = np.asarray([result.point])
    plain = result.tape is not None and result.tape.plain
    single = tape_side.answer_each(
        expression, result.request, point, method=result.method, dtype="float32", plain=plain
    )[0]
    judged = judge(single, result.exact, Tolerance(RTOL["float32"], dtype="float32"))
    return judged.tape or single, judged.accuracy
