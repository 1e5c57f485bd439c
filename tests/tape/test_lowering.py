"""Every row of the lowering table, orders 0 to 3, at ordinary and edge points, against mpmath."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from hesscli import tape
from hesscli.language.definitions import definition
from hesscli.language.expression import Expression
from hesscli.language.functions import FUNCTIONS
from hesscli.language.syntax import parse
from hesscli.request import Request
from tests.tape.truth import ROWS, Row, partial

NAMES = ("x", "y", "z")
EXACT_ONLY = {"struveh", "struvel", "polylog", "hyp1f1", "hyp2f1", "hyp0f1"}


def program(row: Row) -> Expression:
    return parse(row.text, variables=NAMES[: len(row.points[0])])


REQUESTS = [
    pytest.param(Request("hessian"), id="value, gradient, Hessian"),
    pytest.param(Request("derivative", order=3), id="order 3", marks=pytest.mark.slow),
]


def errors(row: Row, request: Request):
    """Relative error of every partial at every point; a hole counts as zero where the truth is zero."""
    expression, n = program(row), len(row.points[0])
    for point in row.points:
        answer = tape.answer_each(expression, request, np.array([point]))[0]
        assert not answer.failures, answer.failures
        for name in answer.arrays if request.command == "hessian" else ["derivative"]:
            order = {"value": 0, "gradient": 1, "hessian": 2, "derivative": 3}[name]
            for path in itertools.combinations_with_replacement(range(n), order):
                index = path if answer.arrays[name].ndim else ()
                truth = partial(row, point, tuple(path.count(i) for i in range(n)))
                got = 0.0 if answer.holes[name][index] else float(answer.arrays[name][index])
                error = abs(got - truth) / abs(truth) if abs(truth) > 1e-25 else abs(got)
                yield point, path, got, truth, float(error) if math.isfinite(got) else math.inf


@pytest.mark.parametrize("request_", REQUESTS)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.text)
def test_row_against_mpmath(row: Row, request_: Request) -> None:
    for point, path, got, truth, error in errors(row, request_):
        assert error <= row.tolerance, f"{row.text} at {point}, d{path}: tape {got!r}, truth {float(truth)!r}"


def lowered(op: str) -> bool:
    """Whether the tape has this operation, or it is defined by operations that it has."""
    from hesscli.tape.lowering import LEAVES, PRIMITIVES

    return op in PRIMITIVES or op in LEAVES or any(definition(op, count) is not None for count in range(1, 4))


def test_every_function_is_lowered_or_exact_only() -> None:
    assert {row.name for row in FUNCTIONS if not lowered(row.name)} == EXACT_ONLY


def test_every_lowered_function_has_a_row_here() -> None:
    tested = {node.op for row in ROWS for node in program(row).nodes}
    assert {row.name for row in FUNCTIONS if lowered(row.name)} <= tested
