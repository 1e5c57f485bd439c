"""Power series in balls: composition where the inner value is no double."""

import mpmath
import pytest

from hesscli.exact.evaluate import evaluate
from hesscli.language.syntax import parse
from hesscli.request import Request

COMPOSED = {
    "tanh(sin(x))": lambda x: mpmath.tanh(mpmath.sin(x)),
    "expm1(exp(x))": lambda x: mpmath.expm1(mpmath.exp(x)),
    "cbrt(2 + sin(x))": lambda x: mpmath.cbrt(2 + mpmath.sin(x)),
    "atan2(sin(x), cos(2*x))": lambda x: mpmath.atan2(mpmath.sin(x), mpmath.cos(2 * x)),
    "logaddexp(sin(x), cos(x))": lambda x: mpmath.log(mpmath.exp(mpmath.sin(x)) + mpmath.exp(mpmath.cos(x))),
    "besselj(x, 1 + x**2)": lambda x: mpmath.besselj(x, 1 + x**2),
    "beta(2 + x, sin(x))": lambda x: mpmath.beta(2 + x, mpmath.sin(x)),
}


@pytest.mark.parametrize("text", COMPOSED)
@pytest.mark.parametrize("order", [1, 2, 5])
def test_a_function_of_a_value_that_is_no_double(text, order):
    found = evaluate(parse(text), Request("derivative", order=order), (0.3,))
    with mpmath.workdps(60):
        truth = mpmath.diff(COMPOSED[text], mpmath.mpf(0.3), order)
        assert found.proven
        assert abs(mpmath.mpf(found.texts["derivative"]) - truth) < abs(truth) * mpmath.mpf(10) ** -15


@pytest.mark.parametrize(("text", "value"), [("tanh(x - x)", "0"), ("expm1(0*x)", "0"), ("cosh(x - x)", "1")])
def test_a_function_of_what_does_not_vary(text, value):
    found = evaluate(parse(text), Request("derivative", order=3), (0.3,))
    assert found.texts == {"value": value, "derivative": "0"}
