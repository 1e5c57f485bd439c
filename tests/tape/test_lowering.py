"""Every row of the lowering table, orders 0 to 3, at ordinary and edge points, against mpmath."""

from __future__ import annotations

import math

import numpy as np
import pytest

from hesscli import tape
from hesscli.language.expression import Expression
from hesscli.language.functions import FUNCTIONS
from hesscli.language.syntax import parse
from hesscli.result import Request
from tests.tape.truth import ROWS, Row, partial

NAMES = ("x", "y", "z")
EXACT_ONLY = {
    "airyai", "airybi", "struveh", "struvel", "polylog", "Si", "Ci",
    "elliptic_k", "elliptic_e", "elliptic_f", "hyp1f1", "hyp2f1", "hyp0f1",
}  # fmt: skip


def program(row: Row) -> Expression:
    return parse(row.text, variables=NAMES[: len(row.points[0])])


def errors(row: Row, order: int):
    """Relative error of every partial of an order at every point; a hole counts as zero where the truth is zero."""
    expression, n = program(row), len(row.points[0])
    request = Request("derivative", order=order) if order else Request("gradient")
    for point in row.points:
        answer = tape.answer(expression, request, np.array([point]))[0]
        assert not answer.failures, answer.failures
        name = "derivative" if order else "value"
        for index in np.ndindex(answer.arrays[name].shape) if n > 1 else [()]:
            path = index if n > 1 and order else (0,) * order
            counts = tuple(path.count(i) for i in range(n))
            truth = partial(row, point, counts)
            got = 0.0 if answer.holes[name][index] else float(answer.arrays[name][index])
            error = abs(got - truth) / max(abs(truth), 1e-300) if truth and abs(truth) > 1e-25 else abs(got)
            yield point, path, got, truth, float(error) if math.isfinite(got) else math.inf


@pytest.mark.parametrize("order", range(4))
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.text)
def test_row_against_mpmath(row: Row, order: int) -> None:
    for point, path, got, truth, error in errors(row, order):
        assert error <= row.tolerance, f"{row.text} at {point}, d{path}: tape {got!r}, truth {float(truth)!r}"


def test_every_function_is_lowered_or_exact_only() -> None:
    from hesscli.tape.lowering import lowered

    assert {row.name for row in FUNCTIONS if not lowered(row.name)} == EXACT_ONLY


def test_every_lowered_function_has_a_row_here() -> None:
    from hesscli.tape.lowering import lowered

    tested = {node.op for row in ROWS for node in program(row).nodes}
    assert {row.name for row in FUNCTIONS if lowered(row.name)} <= tested
