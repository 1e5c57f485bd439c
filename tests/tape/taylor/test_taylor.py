"""Taylor mode: every row of its table against mpmath, high orders against closed forms, mixed partials."""

from __future__ import annotations

import itertools
import math

import mpmath
import numpy as np
import pytest
from mpmath import mp

from hesscli import tape
from hesscli.language.syntax import parse
from hesscli.request import Request
from tests.tape.truth import ROWS, Row, partial


def derivative(text: str, at, order=None, wrt=None, dtype: str = "float64") -> float:
    request = Request("derivative", order=order, wrt=wrt)
    answer = tape.answer_each(parse(text), request, np.array([at], float), method="taylor", dtype=dtype)[0]
    assert answer.method == "taylor"
    return answer.arrays["derivative"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.text)
def test_row_against_mpmath(row: Row) -> None:
    n = len(row.points[0])
    expression = parse(row.text, variables=("x", "y")[:n])
    points = np.array(row.points)
    batch = tape.answer_batch(expression, Request("derivative", order=3), points, method="taylor")
    assert batch.method == "taylor"
    for k, point in enumerate(row.points):
        for path in itertools.combinations_with_replacement(range(n), 3):
            truth = float(partial(row, point, tuple(path.count(i) for i in range(n))))
            got = float(batch.arrays["derivative"][k][path if n > 1 else ()])
            assert got == pytest.approx(truth, rel=max(row.tolerance, 1e-10), abs=1e-12), (point, path)


def test_every_row_goes_through_power_series() -> None:
    from hesscli.tape.lowering import PRIMITIVES

    without = [row.name for row in PRIMITIVES.values() if not (row.series or row.partials or row.form)]
    assert without == []


def test_order_20_of_the_benchmark() -> None:
    with mp.workdps(60):
        truth = mpmath.diff(lambda x: mpmath.exp(mpmath.sin(x)) / (1 + x**2), mpmath.mpf(0.7), 20)
    assert derivative("exp(sin(x))/(1+x**2)", [0.7], order=20) == pytest.approx(float(truth), rel=1e-10)


@pytest.mark.parametrize("order", [10, 100, 500, 1000])
def test_orders_to_1000_of_simple_functions(order: int) -> None:
    assert derivative("exp(x)", [0.7], order=order) == pytest.approx(math.exp(0.7), rel=1e-11)
    assert derivative("sin(x)", [0.7], order=order) == pytest.approx(math.sin(0.7 + order * math.pi / 2), rel=1e-9)
    with mp.workdps(30):
        truth = 2**order * mpmath.mpf(0.7) * mpmath.sin(mpmath.mpf(1.4) + order * mpmath.pi / 2)
        truth += order * mpmath.mpf(2) ** (order - 1) * mpmath.sin(mpmath.mpf(1.4) + (order - 1) * mpmath.pi / 2)
    assert derivative("x*sin(2*x)", [0.7], order=order) == pytest.approx(float(truth), rel=1e-9)
    assert derivative("x**3", [0.7], order=order) == 0


NODES, RADIUS = 96, 0.25  # inside every function's disk of analyticity


@pytest.mark.parametrize("order", [8, 15])
@pytest.mark.parametrize(
    ("text", "truth", "x"),
    [
        ("gamma(x)", mpmath.gamma, 2.3),
        ("tanh(x)", mpmath.tanh, 0.4),
        ("sigmoid(x)", lambda x: 1 / (1 + mpmath.exp(-x)), 3.0),
        ("besselj(2, x)", lambda x: mpmath.besselj(2, x), 1.5),
        ("LambertW(x)", lambda x: mpmath.lambertw(x), 0.5),
        ("erf(x)", mpmath.erf, 0.8),
        ("zeta(x)", mpmath.zeta, 3.5),
        ("sinc(x)", mpmath.sinc, 0.0),
        ("sqrt(1+x**2)", lambda x: mpmath.sqrt(1 + x * x), 0.3),
        ("digamma(x)", mpmath.digamma, -1.4),
        ("atan(x)", mpmath.atan, 0.5),
        ("1/(1+x**2)", lambda x: 1 / (1 + x * x), 0.5),
    ],
)
def test_high_orders_against_mpmath(text: str, truth, x: float, order: int) -> None:
    with mp.workdps(60):  # Cauchy's formula by the trapezoidal rule, geometrically convergent
        circle = [mpmath.expjpi(mpmath.mpf(2 * k) / NODES) for k in range(NODES)]
        mean = sum(truth(x + RADIUS * z) / z**order for z in circle) / NODES
        expected = mpmath.factorial(order) * mean.real / mpmath.mpf(RADIUS) ** order
    assert derivative(text, [x], order=order) == pytest.approx(float(expected), rel=1e-8, abs=1e-6)


@pytest.mark.parametrize("order", [170, 171, 250])
def test_factorials_beyond_doubles_times_small_coefficients(order: int) -> None:
    with mpmath.workdps(40):  # 1/(1 + u**2) is the imaginary part of 1/(u - i)
        u = mpmath.mpf(0.3) / 10
        truth = mpmath.factorial(order) * mpmath.im((u - 1j) ** -(order + 1)) * (-1) ** order / mpmath.mpf(10) ** order
    assert derivative("1/(1+x**2/100)", [0.3], order=order) == pytest.approx(float(truth), rel=1e-9)


def test_mixed_partials_of_any_order() -> None:
    # d^a/dx^a d^b/dy^b exp(2x - 3y) = 2^a (-3)^b exp(2x - 3y)
    for a, b in ((1, 1), (5, 2), (0, 9), (12, 8)):
        got = derivative("exp(2*x-3*y)", [0.3, 0.2], wrt=(0,) * a + (1,) * b)
        assert got == pytest.approx(2.0**a * (-3.0) ** b, rel=1e-11)
    # of three variables, order 6: d6/dx2dy2dz2 of sin(x*y*z) at 0 is the coefficient of x^2y^2z^2, which is 0
    assert derivative("sin(x*y*z)", [0.0, 0.0, 0.0], wrt=(0, 0, 1, 1, 2, 2)) == 0
    # d9/dx3dy3dz3 sin(xyz) = -(3!)^3/3! at 0
    assert derivative("sin(x*y*z)", [0.0, 0.0, 0.0], wrt=(0, 1, 2) * 3) == pytest.approx(-36)


def test_the_whole_tensor_is_symmetric_and_right() -> None:
    got = derivative("exp(x+2*y)*x", [0.0, 0.0], order=5)
    for path in itertools.product((0, 1), repeat=5):
        a, b = path.count(0), path.count(1)
        assert got[path] == pytest.approx(a * 2.0**b)  # of x*exp(x): a-th derivative at 0 is a


@pytest.mark.parametrize("command", ["gradient", "hessian", "jacobian"])
def test_low_orders_agree_with_nested_tapes(command: str) -> None:
    text = "[x*y**2, sin(x)/y]" if command == "jacobian" else "x*y**2 + sin(x)/y"
    points = np.array([[1.0, 2.0], [0.5, -3.0]])
    series = tape.answer_each(parse(text), Request(command), points, method="taylor")
    for a, b in zip(series, tape.answer_each(parse(text), Request(command), points), strict=True):
        for name in b.arrays:
            expected = np.where(b.holes[name], 0, b.arrays[name])
            np.testing.assert_allclose(a.arrays[name], expected, rtol=1e-13, atol=1e-14)


def test_hessian_vector_product() -> None:
    request = Request("hvp", vector=(1.0, -2.0))
    answer = tape.answer_each(parse("x**2*y"), request, np.array([[3.0, 5.0]]), method="taylor")[0]
    np.testing.assert_allclose(answer.arrays["hvp"], [10 * 1 + 6 * -2, 6 * 1])


def test_products_of_what_is_constant() -> None:
    request = Request("hvp", vector=(1.0, -2.0))
    answer = tape.answer_each(parse("3", variables=("x", "y")), request, np.array([[3.0, 5.0]]), method="taylor")[0]
    assert answer.holes["hvp"].all()
    answer = tape.answer_each(parse("x**2", variables=("x", "y")), request, np.array([[3.0, 5.0]]), method="taylor")[0]
    assert answer.holes["hvp"].tolist() == [False, True]
    assert answer.arrays["hvp"][0] == 2


def test_without_a_rule_nested_tapes_answer() -> None:
    answer = tape.answer_each(parse("polygamma(x, y)"), Request("gradient"), np.array([[2.0, 1.0]]), method="taylor")[0]
    assert answer.method == "nested"


def test_a_variable_that_is_not_there_is_a_hole() -> None:
    said = tape.answer_each(
        parse("acos(x)", variables=("x", "y")),
        Request("derivative", wrt=(0, 0, 1)),
        np.array([[1.0, 2.0]]),
        method="taylor",
    )[0]
    assert said.holes["derivative"]


def test_float32() -> None:
    assert derivative("exp(2*x)", [0.5], order=10, dtype="float32") == pytest.approx(2**10 * math.e, rel=1e-5)
