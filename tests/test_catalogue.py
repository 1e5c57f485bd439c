"""The walk of the catalogue: every function, orders 0 to 4, ordinary, large, tiny and edge points, tape against balls.

Each order brings the value, order 0, with it.

Where the two part, the verdict says so; where they may part at all stands below, each with the reason why.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator

import numpy as np
import pytest

from hesscli import tape
from hesscli.compute.sensitivity import sensitivities
from hesscli.exact import Session
from hesscli.exact.evaluate import evaluate
from hesscli.language.functions import BY_NAME, FUNCTIONS
from hesscli.language.syntax import parse
from hesscli.options import RTOL, Tolerance
from hesscli.request import Request
from hesscli.result import NOT_FINITE, ExactAnswer, TapeAnswer, Verdict
from hesscli.verdict import Sensitivities, judge
from tests.catalogue import KINDS, ROWS, Point, Row

NO_ANSWER = {Verdict.UNDEFINED, Verdict.NOT_DIFFERENTIABLE}

EXACT_ONLY = {
    "struveh", "struvel", "polylog", "hyp1f1", "hyp2f1", "hyp0f1",
}  # fmt: skip
"""Functions that the tape does not have: of several parameters or branches, and no kernel of TensorFlow's near them."""

NO_SERIES = {"polygamma(x, 1.5)", "polygamma(x, y)"}
"""Ways to write a function that Taylor mode leaves to nested tapes."""

ROOT = "beside a root the value is smaller than the rounding of the terms that it is the sum of"
FLUSH = "TensorFlow takes subnormal numbers for zero"
FAR_OUT = "where the slope is 1 the second derivative is a difference below its rounding"
SMALL_A = "a derivative in the other argument, of order 1, is the difference of terms of order 1/a"
POWER = "a factor x**(a - 1) with a variable a = 1 is 0*inf in the second derivative at x = 0"
ORDER = (
    "TensorFlow has no derivative of polygamma in its order, and the exact side does not decide whether there is one"
)

LOST: dict[tuple[str, Point], str] = {
    ("sqrt(x)", (5e-324,)): FLUSH,
    ("digamma(x)", (1.4616321449683622,)): ROOT,
    ("digamma(x)", (-0.504083008264455,)): ROOT,
    ("logcosh(x)", (30.0,)): FAR_OUT,
    ("logcosh(x)", (-300.0,)): FAR_OUT,
    ("rgamma(x)", (150.2,)): "the square of gamma overflows",
    ("Ei(x)", (0.37250741078136663,)): ROOT,
    ("li(x)", (1.4513692348833810,)): ROOT,
    ("Chi(x)", (0.5238225713898644,)): ROOT,
    ("besselj(0, x)", (2.404825557695773,)): ROOT,
    ("rgamma(x)", (171.0,)): FLUSH,
    ("beta(x, y)", (1e-3, 1e-3)): SMALL_A,
    ("beta(x, y)", (1e-9, 2.0)): SMALL_A,
    ("lowergamma(x, y)", (1e-3, 0.5)): SMALL_A,
    ("lowergamma(x, y)", (1.0, 0.0)): POWER,
    ("uppergamma(x, y)", (1.0, 0.0)): POWER,
    ("gammainc(x, y)", (1.0, 0.0)): POWER,
    ("gammaincc(x, y)", (1.0, 0.0)): POWER,
    ("betainc(x, y, z)", (1.0, 2.0, 0.0)): POWER,
    ("betainc(x, y, z)", (1.0, 1.0, 0.5)): "third derivatives that are exactly 0 are differences of terms of order 1",
    **{(row.text, point): ORDER for row in ROWS if row.text in NO_SERIES for _, point in row.points},
}
"""Points where the tape is off or has nothing, as the verdict says: disagree or tape-failed."""

SERIES_LOST: dict[tuple[str, Point], str] = {
    ("x**y", (0.0, 2.0)): "a power series in both has no coefficients at 0 from the exponent's degree on",
    ("binomial(x, y)", (7.0, 3.0)): "the fourth derivative of a cubic is a difference of terms of order 1",
    ("elliptic_e(x, y)", (1.0, 1e-9)): "F and E in the angle alone are differences of terms of order 1",
    ("elliptic_f(x, y)", (1.0, 1e-9)): "the same",
    ("elliptic_e(x, y)", (1.5707963267948966, 0.5)): "the same, at an angle beside which these derivatives vanish",
    ("elliptic_f(x, y)", (1.5707963267948966, 0.5)): "the same",
}
"""The same of Taylor mode alone."""

OPEN: dict[tuple[str, Point], str] = {
    ("uppergamma(x, y)", (1.0, 0.0)): "y**x has no Taylor polynomial on the one side where it is real",
    ("gammaincc(x, y)", (1.0, 0.0)): "the same",
    ("huber(x, y)", (2.0, 0.0)): "the border of its cases meets that of where it is defined",
}
"""Points where the exact side leaves something open."""


HIGH_LOST: dict[tuple[str, int], str] = {
    **{("besselj(0, x)", order): ROOT for order in (5, 8, 12, 20)},
    ("besselj(x, 2.5)", 20): "the series of 1/gamma(x) far left of 0 cancels",
    ("dawson(x)", 20): "Rybicki's sum of exponentials loses a digit in every two orders",
    ("binomial(5, x)", 20): "a polynomial of high degree over two gammas cancels",
    ("rgamma(x)", 20): "1/gamma is entire and log(gamma) is not: the series through the logarithm cancels",
}
"""Functions of which Taylor mode loses more than ten digits at so high an order, as the verdict says: disagree."""


@functools.cache
def exactly(row: Row, order: int, dtype: str) -> list[ExactAnswer]:
    expression, request = parse(row.text, variables=row.variables), Request("derivative", order=order)
    return [evaluate(expression, request, seen(point, dtype), dtype=dtype) for _, point in row.points]


def seen(point: Point, dtype: str) -> Point:
    """The coordinates as the tape holds them."""
    return tuple(float(x) for x in np.asarray(point, dtype))


def answers(row: Row, order: int, method: str, dtype: str) -> list[TapeAnswer] | None:
    expression, request = parse(row.text, variables=row.variables), Request("derivative", order=order)
    points = np.array([seen(point, dtype) for _, point in row.points])
    try:
        batch = tape.answer_batch(expression, request, points, method=method, dtype=dtype)
    except tape.Unlowered:
        return None
    assert batch.method == method or row.text in NO_SERIES, f"{row.text}: no rule for {method}"
    return [batch.row(k) for k in range(len(points))]


def reach(row: Row, order: int, point: Point, dtype: str) -> Sensitivities:
    """How much of the distance the rounding of the point explains."""
    expression, request = parse(row.text, variables=row.variables), Request("derivative", order=order)
    return lambda places: sensitivities(session(), expression, request, point, places, dtype)


@functools.cache
def session() -> Session:
    """One process for all of them."""
    return Session()


def entries(said: TapeAnswer, exact: ExactAnswer, dtype: str) -> Iterator[tuple[float, float, float]]:
    """Tape number, exact number, and the size of the largest exact one, of every entry that is finite and normal."""
    for name, values in exact.values.items():
        numbers = values.double.ravel().tolist()
        largest = max((abs(x) for x in numbers if math.isfinite(x)), default=0.0)
        for got, hole, x in zip(said.arrays[name].ravel(), said.holes[name].ravel(), numbers, strict=True):
            if math.isfinite(x) and (x == 0 or abs(x) > np.finfo(dtype).tiny):
                yield (0.0 if hole and x == 0 else float(got)), x, largest


def out_of_range(exact: ExactAnswer, dtype: str) -> bool:
    """Whether an exact number lies beyond the dtype's normal numbers."""
    limits = np.finfo(dtype)
    texts = [text for array in exact.values.values() for text in array.texts if text not in (None, "0", *NOT_FINITE)]
    return any(not limits.tiny < abs(float(text)) < limits.max for text in texts)


def trouble(row: Row, order: int, method: str, dtype: str) -> Iterator[str]:
    """What must not be: a verdict without a reason, a wrong number beside a good verdict."""
    rtol = RTOL[dtype]
    said = answers(row, order, method, dtype)
    if said is None:
        lacks = {node.op for node in parse(row.text, variables=row.variables).nodes} & EXACT_ONLY
        if not lacks:
            yield f"{row.text} has no lowering"
        return
    for (kind, point), one, exact in zip(row.points, said, exactly(row, order, dtype), strict=True):
        judged = judge(one, exact, Tolerance(rtol, dtype=dtype), reach(row, order, seen(point, dtype), dtype))
        where = f"{row.text} at {kind} {point}, order {order}, {method}: {judged.verdict.value}"
        key = (row.text, point)
        lost = key in LOST or (method == "taylor" and key in SERIES_LOST) or out_of_range(exact, dtype)
        if judged.verdict in (Verdict.DISAGREE, Verdict.TAPE_FAILED):
            if not lost:
                yield f"{where}; {'; '.join(judged.notes[:2])}"
        elif judged.verdict is Verdict.UNCHECKED:
            if key not in OPEN:
                yield f"{where}; {'; '.join(exact.notes[:2])}"
        else:
            assert judged.verdict is Verdict.AGREE or judged.verdict in NO_ANSWER, where
            for got, x, largest in entries(one, exact, dtype):
                wrong = math.isfinite(got) and abs(got - x) > 1.01 * rtol * (abs(x) or largest or 1.0)
                if (wrong or (judged.verdict is Verdict.AGREE and not math.isfinite(got))) and not lost:
                    yield f"{where}; {got!r} beside {x!r}"


WALKS = [
    pytest.param("taylor", (1, 3), id="taylor"),
    pytest.param("nested", (1, 2), id="nested"),
    pytest.param("taylor", (2, 4), id="taylor-even", marks=pytest.mark.slow),
    pytest.param("nested", (3, 4), id="nested-high", marks=pytest.mark.slow),
]


@pytest.mark.parametrize(("method", "orders"), WALKS)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.text)
def test_tape_against_balls(row: Row, method: str, orders: tuple[int, ...]) -> None:
    asked = [order for order in orders if row.deep or order < 4 or method == "taylor"]
    found = [told for order in asked for told in trouble(row, order, method, "float64")]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("order", [5, *(pytest.param(order, marks=pytest.mark.slow) for order in (8, 12)), 20])
def test_high_orders_of_taylor_mode_against_balls(order: int) -> None:
    request, found = Request("derivative", order=order), []
    for row in ROWS:
        expression = parse(row.text, variables=row.variables)
        without = row.text in NO_SERIES or {node.op for node in expression.nodes} & EXACT_ONLY
        if len(row.variables) > 1 or without or (row.text, order) in HIGH_LOST:
            continue
        batch = tape.answer_batch(expression, request, np.array(row.ordinary), method="taylor")
        assert batch.method == "taylor", row.text
        for k, (x,) in enumerate(row.ordinary):
            (exact,) = evaluate(expression, request, (x,)).values["derivative"].texts
            got = float(batch.arrays["derivative"][k])
            right = exact == "nan" or got == pytest.approx(float(exact or "nan"), rel=1e-6)
            if not (right or (exact == "0" and batch.holes["derivative"][k])):
                found.append(f"{row.text} at {x}: {got!r} beside {exact}")
    assert not found, "\n".join(found)


def test_every_function_is_walked_at_every_kind_of_point() -> None:
    kinds: dict[str, set[str]] = {}
    for row in ROWS:
        for node in parse(row.text, variables=row.variables).nodes:
            kinds.setdefault(node.op, set()).update(kind for kind in KINDS if getattr(row, kind))
    assert {row.name for row in FUNCTIONS} <= kinds.keys()
    assert {name: found for name, found in kinds.items() if name in BY_NAME and found != set(KINDS)} == {}


def test_nothing_stands_here_that_is_not_walked() -> None:
    walked = {(row.text, point) for row in ROWS for _, point in row.points}
    assert {*LOST, *SERIES_LOST, *OPEN} <= walked
    assert {row.text for row in ROWS} >= NO_SERIES
