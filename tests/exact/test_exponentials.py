"""Zeros that only exact sums of exponentials can show, each an identity of the textbooks."""

from __future__ import annotations

import pytest
from flint import arb, fmpq

from hesscli.exact.evaluate import evaluate
from hesscli.exact.exponentials import Exponentials, exponential_coefficients
from hesscli.exact.rational import Rational
from hesscli.language.syntax import parse
from hesscli.request import Request


@pytest.mark.parametrize(
    "text",
    [
        "sin(x)**2 + cos(x)**2 - 1",
        "cosh(x)**2 - sinh(x)**2 - 1",
        "exp(x)*exp(-x) - 1",
        "exp(x)/exp(x) - 1",
        "exp(2*x) - exp(x)**2",
        "cosh(x) + sinh(x) - exp(x)",
        "sin(2*x) - 2*sin(x)*cos(x)",
        "sin(3*x) - 3*sin(x) + 4*sin(x)**3",
        "cos(x)**4 - (3 + 4*cos(2*x) + cos(4*x))/8",
    ],
)
@pytest.mark.parametrize("point", [1.0, 0.7, -2.5])
def test_identities_are_proven(text: str, point: float) -> None:
    found = evaluate(parse(text), Request("hessian"), [point])
    assert found.texts == {"value": "0", "gradient": ["0"], "hessian": [["0"]]}
    assert found.proven
    assert not found.notes


def test_a_near_identity_is_no_zero() -> None:
    found = evaluate(parse("sin(x)**2 + cos(x)**2 - 1 + 1e-300"), Request("gradient"), [1.0])
    assert float(found.texts["value"]) == 1e-300
    assert found.texts["gradient"] == ["0"]
    assert found.proven


@pytest.mark.parametrize("name", ["exp", "sin", "cos", "sinh", "cosh"])
def test_the_ball_and_the_sum_agree(name: str) -> None:
    x = fmpq(3, 7)
    for k, c in enumerate(exponential_coefficients(name, x, 6)):
        assert isinstance(c, Exponentials)
        whole = sum(
            ((arb(b).exp() * (arb(a).cos() * p - arb(a).sin() * q)) for (b, a), (p, q) in c.terms.items()), arb(0)
        )
        assert c.overlaps(whole), k
    value = {"exp": arb.exp, "sin": arb.sin, "cos": arb.cos, "sinh": arb.sinh, "cosh": arb.cosh}[name](arb(x))
    assert exponential_coefficients(name, x, 0)[0].overlaps(value)


def test_fractions_come_back() -> None:
    sine, cosine = exponential_coefficients("sin", fmpq(1), 0)[0], exponential_coefficients("cos", fmpq(1), 0)[0]
    whole = sine * sine + cosine * cosine
    assert isinstance(whole, Rational)
    assert whole.q == 1
