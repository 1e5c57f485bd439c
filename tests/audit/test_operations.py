"""The table of the audit: every reference is the function that stands beside it, and the modes measure."""

import math
import re
from itertools import pairwise

import numpy as np
import pytest

from hesscli.audit.modes import MODES, differentiate
from hesscli.audit.operations import FAMILIES, OPERATIONS
from hesscli.audit.operations.images import KERNELS, weights
from hesscli.audit.report import Mode
from hesscli.audit.scenario import Scenario
from hesscli.exact import Session
from hesscli.language.syntax import parse
from hesscli.language.writing import Text, call, each, variables, write
from hesscli.request import Request
from hesscli.tape.quiet import tf

PRECISION = {"float64": 1e-7, "float32": 2e-5}
"""Some operations hold a constant of their own in float32, such as leaky_relu's slope."""


def label(row: Scenario) -> str:
    return f"{row.name} {row.where}".strip()


@pytest.fixture(scope="module")
def values() -> dict[int, str]:
    """Position of a row -> the value of its reference at the point, in balls."""
    with Session() as session:
        asked = [
            session.submit(parse(row.along, variables=("t",)), Request("derivative", order=1), [(0.0,)], formulas=False)
            for row in OPERATIONS
        ]
        return {k: ticket.answers()[0].texts.get("value") for k, ticket in enumerate(asked)}


@pytest.mark.parametrize("k", range(len(OPERATIONS)), ids=[label(row) for row in OPERATIONS])
def test_the_reference_is_the_operation(k, values):
    row = OPERATIONS[k]
    (tape,) = differentiate(row, Mode.REVERSE, 0)
    assert isinstance(tape, float), tape
    exact = float(values[k])
    if math.isfinite(exact):
        assert tape == pytest.approx(exact, rel=PRECISION[row.dtype], abs=PRECISION[row.dtype])
    else:
        assert label(row) in ("tf.math.log x*log(x), x = 0", "tf.math.atan2 at the origin")


@pytest.mark.parametrize("row", OPERATIONS, ids=label)
def test_a_row_is_well_formed(row):
    assert re.fullmatch(r"(tf|keras)\.[\w.()*]+", row.name)
    assert len(row.variables) == len(row.coordinates) == len(row.steps)
    assert np.any(row.steps)
    assert not row.thread or re.fullmatch(r"#\d+(, #\d+)*", row.thread)
    assert set(row.modes) <= set(MODES)
    if row.dtype == "float32":  # what both sides see is exactly the same
        assert np.all(row.coordinates == np.float32(row.coordinates))


def test_the_table_is_broad():
    assert len(OPERATIONS) == sum(map(len, FAMILIES.values())) > 350
    assert len({(row.name, row.where, row.expression) for row in OPERATIONS}) == len(OPERATIONS)
    assert len({row.name for row in OPERATIONS}) > 250


def test_directions_hide_no_symmetry():
    for row in OPERATIONS:
        steps = row.steps
        if row.direction is None and len(steps) > 1:
            assert len(set(map(abs, steps))) >= min(len(steps), 11)
            assert abs(sum(steps)) > 0.1
            assert all(a != b for a, b in pairwise(steps))


# writing


def numbers(formula: Text, point: dict[str, float]) -> float:
    """Evaluate the text by Python's own rules."""
    scope = {**point, "sqrt": math.sqrt, "exp": math.exp, "log": math.log, "tanh": math.tanh, "sin": math.sin}
    *names, last = write(formula).split("; ")
    for line in names:
        name, text = line.split(" = ", 1)
        scope[name] = eval(text, {}, scope)  # noqa: S307
    return eval(last, {}, scope)  # noqa: S307


def test_text_is_what_was_computed():
    rng = np.random.default_rng(1)
    a = rng.normal(size=(3, 3))
    x = variables((3, 3))
    point = {f"x{k}": v for k, v in enumerate(a.ravel())}

    def formula(m):
        centred = m - np.mean(m, axis=0)
        scaled = centred / np.sqrt(np.mean(centred**2, axis=0) + 0.125)
        return np.sum(np.tanh(scaled @ m) * (2 - m) / (1 + m**2)) - 3 * np.sum(-m) ** 3

    assert numbers(formula(x), point) == pytest.approx(formula(a), rel=1e-14)


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (lambda a, b: a - (b - 1), "x0 - (x1 - 1)"),
        (lambda a, b: a - (b + 1), "x0 - (x1 + 1)"),
        (lambda a, b: a / (b * 2), "x0/(x1*2)"),
        (lambda a, b: (a / b) / 2, "x0/x1/2"),
        (lambda a, b: (a**b) ** 2, "(x0**x1)**2"),
        (lambda a, b: a ** (b + 0.5), "x0**(x1 + 0.5)"),
        (lambda a, b: -(a + b), "(-1)*(x0 + x1)"),
        (lambda a, b: (a + b) * (a + b), "(x0 + x1)*(x0 + x1)"),
        (lambda a, b: call("xlogy", a, b - 2), "xlogy(x0, x1 - 2)"),
        (lambda a, b: (lambda s: s * s + 1 / s)(a + b), "v0 = x0 + x1; v0*v0 + 1/v0"),
        (lambda a, b: each("relu")(np.array([a, b])).sum(), "relu(x0) + relu(x1)"),
        (lambda a, b: 0.1 * a - -0.5, "0.1*x0 - (-0.5)"),
    ],
)
def test_brackets_and_names(formula, text):
    assert write(formula(*variables((2,)))) == text


# modes


def cubic(x):
    return x * x * x


@pytest.mark.parametrize("mode", ["reverse", "forward-over-reverse"])
def test_orders_of_a_cubic(mode):
    row = Scenario("cube", cubic, "x**3", 2.0)
    assert differentiate(row, mode, 4) == [8.0, 12.0, 12.0, 6.0, None]


def test_a_line_through_a_point_of_many():
    """d/dt of the product of (2 + t, 3 - t/2) at 0 is 3 - 1; twice it is -1."""
    row = Scenario("product", tf.reduce_prod, "x0*x1", (2.0, 3.0), direction=(1.0, -0.5))
    assert differentiate(row, Mode.REVERSE, 2) == [6.0, 2.0, -1.0]
    assert row.along == "x0 = 2.0 + (1.0)*t; x1 = 3.0 + (-0.5)*t; x0*x1"


@pytest.mark.parametrize("mode", MODES)
def test_what_fails_at_one_order_keeps_those_below(mode):
    @tf.custom_gradient
    def once(x):
        def gradient(upstream):
            @tf.custom_gradient
            def slope(y):
                def never(_):
                    raise LookupError("no second derivative")

                return 2 * y, never

            return upstream * slope(x)

        return x * x, gradient

    value, *slopes = differentiate(Scenario("once", once, "x**2", 3.0), mode, 2)
    assert value == 9.0
    assert slopes[0] == 6.0 or isinstance(slopes[0], Exception)  # forward modes need the transposed rule already
    assert isinstance(slopes[1], Exception)


def test_an_operation_that_the_release_lacks_is_an_error():
    row = Scenario("tf.nothing", lambda x: tf.nothing(x), "x", 1.0)
    assert [type(y) for y in differentiate(row, Mode.REVERSE, 1)] == [AttributeError] * 2


# references by an independent route


def test_weights_of_resizing_sum_to_one_and_mirror():
    for kernel in KERNELS.values():
        table = weights(kernel, 2, 4)
        assert table.sum(axis=1) == pytest.approx(np.ones(4))
        if kernel is not KERNELS["nearest"]:
            assert table == pytest.approx(table[::-1, ::-1])


def test_bilinear_weights_are_quarters():
    assert weights(KERNELS["bilinear"], 2, 4) == pytest.approx(np.array([[1, 0], [0.75, 0.25], [0.25, 0.75], [0, 1]]))
