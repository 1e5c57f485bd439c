"""TensorFlow's known wrong second derivatives: avoided by the lowering, or not hidden by it.

Truth: closed forms, and mpmath at 50 digits for the numbers given.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from hesscli import tape
from hesscli.language.syntax import parse
from hesscli.request import Request


def derivative(text: str, at: float, order: int, method: str = "nested"):
    said = tape.answer_each(parse(text), Request("derivative", order=order), np.array([[at]]), method=method)[0]
    return said, float(said.arrays["derivative"])


AVOIDED = [
    ("zeta(x, x)", 2.5, 1, -0.48060231068882248),
    ("zeta(x, x)", 2.5, 2, 0.97596288993309535),
    ("besseli(0, x)", 0.0, 2, 0.5),
    ("besseli(1, x)", 0.0, 1, 0.5),
    ("besseli(0, x)", 0.0, 4, 3 / 8),
    ("besselj(0, x)", 0.0, 2, -0.5),
    ("besselj(1, x)", 0.0, 3, -3 / 8),
    ("spence(x)", 1.0, 1, -1),
    ("spence(x)", 1.0, 2, 1 / 2),
    ("spence(x)", 1.0, 3, -2 / 3),
    ("sinc(x)", 0.0, 2, -1 / 3),
    ("sinc(x)", 0.0, 4, 1 / 5),
    ("x**3", 0.0, 3, 6),
    ("x**2", 0.0, 2, 2),
    ("x*x*(x+2)*(x+3)", 0.0, 2, 12),
    ("x*x*(x+2)*(x+3)", 0.0, 3, 30),
    ("xlogy(x, 2)", 0.0, 1, math.log(2)),
    ("xlog1py(x, 2)", 0.0, 1, math.log(3)),
    ("softsign(x)", 0.5, 2, -2 / 1.5**3),
    ("Piecewise((sqrt(x), x > 0), (x**2, True))", -1.0, 2, 2),
    ("Piecewise((x**1.5, x > 0), (0*x, True))", -1.0, 1, 0),
    ("gammainc(1, x)", 0.0, 1, 1),
    ("gammainc(1, x)", 0.0, 2, -1),
    ("gamma(x)", -0.5, 0, -2 * math.sqrt(math.pi)),
    ("gamma(x)", -0.5, 1, -3.5449077018110318 * 0.03648997397857652),
    ("betainc(x, 1.5, x/10)", 2.5, 1, -0.016698072165688438),
    ("betainc(x, 1.5, x/10)", 2.5, 2, 0.024690316227534454),
    ("gammainc(x, 1.5)", 2.5, 2, 0.13655403345500949),
    ("gammainc(x, 1.5)", 2.5, 3, 0.025812179386046938),
    ("sqrt(x*x)**2", 0.0, 2, 2),
    ("Abs(x)**2", 0.0, 2, 2),
    ("Abs(x)**4", 0.0, 4, 24),
    ("sqrt(x)**2", 0.0, 1, 1),
    ("tanh(x)", 20.0, 1, 4 * math.exp(-40)),
]


@pytest.mark.parametrize(("text", "at", "order", "truth"), AVOIDED)
def test_rows_that_the_lowering_avoids(text: str, at: float, order: int, truth: float) -> None:
    if order == 0:
        said = tape.answer_each(parse(text), Request("gradient"), np.array([[at]]))[0]
        got = float(said.arrays["value"])
    else:
        said, got = derivative(text, at, order)
    assert not said.failures
    assert got == pytest.approx(truth, rel=1e-7)


@pytest.mark.parametrize(
    ("text", "at", "order", "names"),
    [
        ("polygamma(x, x)", 2.0, 3, "polygamma"),
        ("polygamma(x, x)", 2.0, 1, "polygamma"),
    ],
)
def test_rows_that_stay_missing_are_nan_and_named(text: str, at: float, order: int, names: str) -> None:
    # the derivative of a missing derivative is missing too, to any order
    said, got = derivative(text, at, order)
    assert math.isnan(got)
    assert any(names in failure for failure in said.failures)


@pytest.mark.parametrize("method", ["nested", "taylor"])
@pytest.mark.parametrize("text", ["hypot(x, y)**2", "sqrt(x**2 + y**2)**2"])
def test_the_square_of_a_norm_at_zero(text: str, method: str) -> None:
    said = tape.answer_each(parse(text), Request("hessian"), np.array([[0.0, 0.0]]), method=method)[0]
    np.testing.assert_array_equal(np.where(said.holes["hessian"], 0, said.arrays["hessian"]), [[2, 0], [0, 2]])


@pytest.mark.parametrize("method", ["nested", "taylor"])
def test_the_square_of_a_root_is_not_real_below_zero(method: str) -> None:
    said = tape.answer_each(parse("sqrt(x)**2"), Request("gradient"), np.array([[-1.0]]), method=method)[0]
    assert np.isnan(said.arrays["value"])
    assert np.isnan(said.arrays["gradient"]).all()


def test_a_power_with_a_variable_exponent_is_not_real_below_zero() -> None:
    said = tape.answer_each(parse("x**y"), Request("hessian"), np.array([[-2.0, 2.0]]))[0]
    assert np.isnan(said.arrays["hessian"][0, 1])
    assert np.isnan(said.arrays["hessian"][1, 1])


def test_undefined_points_stay_undefined() -> None:
    for text, at in (("norm", 0.0), ("log(x)", -1.0), ("sqrt(x)", 0.0), ("x**x", -2.0)):
        text = "sqrt(x*x)" if text == "norm" else text
        assert not math.isfinite(derivative(text, at, 1)[1])


def test_first_derivative_of_the_incomplete_gamma_in_its_order() -> None:
    # d/da P(a, x) at a = 1.5, x = 2 by mpmath's diff at 50 digits
    assert derivative("gammainc(x, 2)", 1.5, 1)[1] == pytest.approx(-0.27743356420871041, rel=1e-9)
