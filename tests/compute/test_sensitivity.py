"""Optima as people find them, rounded to doubles: what is right there agrees, and what is falsified does not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from hesscli.compute.compute import answer
from hesscli.compute.sensitivity import sensitivities
from hesscli.exact import Session
from hesscli.language.syntax import parse
from hesscli.options import Options, Tolerance
from hesscli.request import Request
from hesscli.result import Result, Verdict
from hesscli.verdict import judge

HESSIAN = Request("hessian")

OPTIMA = [  # found by calculus: the nearest double to where the derivative is 0
    ("k*log(p)+(n-k)*log(1-p)", {"n": 10, "k": 3}, (0.3,)),
    ("(x-3)^2/7+0.1*x", {}, (2.65,)),
    ("4*((1/r)^12-(1/r)^6)", {}, (2 ** (1 / 6),)),
    ("D*(1-exp(-a*(r-r0)))^2", {"D": 4.7, "a": 1.9, "r0": 0.7414}, (0.7414,)),
    ("-n*log(s)-S/(2*s^2)", {"n": 12, "S": 30.3}, ((30.3 / 12) ** 0.5,)),
    ("k*log(l)-l*T", {"k": 7, "T": 2.3}, (7 / 2.3,)),
    ("x**4/4-0.3*x**2/2+(y-0.1)**2", {}, (0.3**0.5, 0.1)),
    ("(a-1.1)**2+(a*b-0.7)**2", {}, (1.1, 0.7 / 1.1)),
]

CANCELLATIONS = [  # the formula loses digits, whatever the point
    ("(1-cos(x))/x**2", (1e-4,)),
    ("exp(x)-1-x", (1e-9,)),
    ("sqrt(1+x)-1-x/2", (1e-7,)),
    ("log(1+x)/x", (1e-9,)),
    ("(x+1)**7-(x**7+7*x**6+21*x**5+35*x**4+35*x**3+21*x**2+7*x+1)", (1e-3,)),
]


@pytest.fixture(scope="module")
def session():
    with Session() as process:
        yield process


@pytest.mark.parametrize(("text", "parameters", "point"), OPTIMA, ids=[text for text, *_ in OPTIMA])
def test_an_optimum_agrees_and_a_falsified_tape_does_not(session, text, parameters, point):
    expression = parse(text, parameters=parameters)
    result = answer(expression, HESSIAN, point, Options(), session=session)
    assert result.verdict is Verdict.AGREE, result.notes
    assert all(verdict is Verdict.AGREE for verdict in result.verdicts.values())
    for name, array in result.tape.arrays.items():
        for index in np.ndindex(np.shape(array)):
            size = np.abs(array).max() + abs(float(result.tape.arrays["value"])) + 1.0
            assert judged(session, expression, result, point, name, index, 1e-5 * size) is Verdict.DISAGREE, name


def judged(session, expression, result: Result, point, name, index, change) -> Verdict:
    """The verdict where one entry of the tape is another one."""
    array = np.array(result.tape.arrays[name])
    array[index] += change
    tape = replace(result.tape, arrays={**result.tape.arrays, name: array}, holes={})
    return judge(
        tape,
        result.exact,
        Tolerance(1e-6),
        lambda places: sensitivities(session, expression, HESSIAN, point, places, "float64"),
    ).verdict


@pytest.mark.parametrize(("text", "point"), CANCELLATIONS, ids=[text for text, _ in CANCELLATIONS])
def test_cancellation_inside_the_function_is_not_excused(session, text, point):
    assert answer(parse(text), HESSIAN, point, Options(), session=session).verdict is Verdict.DISAGREE


def test_random_likelihoods_at_their_estimates(session):
    source = np.random.default_rng(3)
    for _ in range(12):
        data = source.gamma(2.0, size=5).round(3)
        text = "+".join(f"({x}*t-(t-{x})**2/{x + 1:.3f})" for x in data) + "-exp(t/3)"
        found = minimize_scalar(
            lambda t, d=data: np.exp(t / 3) - sum(x * t - (t - x) ** 2 / round(x + 1, 3) for x in d)
        )
        result = answer(parse(text, variables=["t"]), HESSIAN, (float(found.x),), Options(), session=session)
        assert result.verdict is Verdict.AGREE, (text, found.x, result.notes)


def test_whole_numbers_excuse_nothing_and_decimals_do(session):
    whole = sensitivities(session, parse("3*x-7"), Request("gradient"), (2.0,), [("gradient", (0,))], "float64")
    typed = sensitivities(
        session, parse("0.3*x-7"), Request("gradient"), (2.0,), [("value", ()), ("gradient", (0,))], "float64"
    )
    assert whole.tolist() == [0.0]
    assert typed == pytest.approx([0.3 * 2 + 2 * 0.3, 0.3])  # |df/dx| |x| + |df/dc| |c|, and |d2f/dx dc| |c|


def test_a_row_of_a_product_with_a_vector(session):
    request = Request("hvp", vector=(2.0, -1.0))
    size = sensitivities(session, parse("x**2*y**2"), request, (1.5, 0.5), [("hvp", (0,))], "float64")
    x, y = 1.5, 0.5  # (H v)_x = 4 y**2 - 4 x y: its derivatives are -4 y and 8 y - 4 x
    assert size == pytest.approx([abs(-4 * y) * x + abs(8 * y - 4 * x) * y])


def test_an_absolute_tolerance(session):
    expression = parse("exp(x)-1-x")
    assert answer(expression, HESSIAN, (1e-9,), Options(atol=1e-15), session=session).verdict is Verdict.AGREE
