"""The Taylor polynomial: its coefficients, and the bound of what it leaves out."""

from __future__ import annotations

import json
from decimal import Decimal

import mpmath
import numpy as np
import pytest

import hesscli
from hesscli.errors import ExitStatus, HesscliError, LimitError
from hesscli.exact import remainder
from hesscli.exact.evaluate import evaluate
from hesscli.language.syntax import parse
from hesscli.output.csv import render as csv
from hesscli.output.latex import render as latex
from hesscli.output.page import Page
from hesscli.output.polynomial import polynomial
from hesscli.output.table import draw
from hesscli.request import Request, check_request

mp = mpmath.mp


def bound(text, at, order, radius):
    return evaluate(parse(text), Request("taylor", order=order, radius=radius), at).remainder


def test_all_orders_at_once():
    result = hesscli.taylor("exp(sin(x))", at=0.3, order=6)
    truth = mpmath.taylor(lambda x: mpmath.exp(mpmath.sin(x)), 0.3, 6)
    assert result.taylor == pytest.approx([float(c) for c in truth], rel=1e-12)
    assert result.verdict == "agree"
    assert result.exact.proven


def test_of_several_variables_all_mixed_ones():
    result = hesscli.taylor("exp(x)*y^2", at={"x": 0, "y": 3}, order=3)
    found = dict(zip(map(tuple, result.to_dict()["exponents"]), result.exact.values["taylor"].texts, strict=True))
    powers = {0: 9, 1: 6, 2: 1}  # of y^2 about 3
    for (i, j), text in found.items():
        assert Decimal(text) == pytest.approx(Decimal(powers.get(j, 0)) / Decimal(mpmath.factorial(i).__int__()))


def test_the_polynomial_can_be_typed_again():
    result = hesscli.taylor("log(x) - y^3/7 + x*y", at=[2, -1], order=4)
    again = hesscli.taylor(polynomial(result), at=[2, -1], order=4)
    assert again.taylor == pytest.approx(result.taylor, rel=1e-14, abs=1e-15)


def test_high_orders_and_single_precision():
    coefficients = hesscli.taylor("exp(x)", at=0, order=60, exact="off").taylor
    assert coefficients == pytest.approx([1 / float(mpmath.factorial(k)) for k in range(61)], rel=1e-12)
    assert hesscli.taylor("exp(x)", at=1, order=3, dtype="float32").verdict == "agree"


def test_of_many_points():
    line = hesscli.sweep("x^3", at="x=0:2:3", verb="taylor", order=2)
    assert line.taylor.tolist() == [[0, 0, 0], [1, 3, 3], [8, 12, 6]]


@pytest.mark.parametrize(
    ("text", "at", "order", "radius", "loose"),
    [
        ("exp(sin(x))", (0.0,), 5, 0.5, 2),
        ("sqrt(1 + x)", (0.0,), 3, 0.9, 40),
        ("log(x^2 - x + 1)", (0.5,), 4, 1.0, 40),
        ("exp(x)*cos(y)", (1.0, -2.0), 3, 0.25, 8),
        ("atan(x*y) + z", (0.5, 1.0, 0.0), 2, 0.125, 20),
        ("x^4", (1.0,), 3, 2.0, 1.01),
    ],
)
def test_the_bound_holds_and_is_not_far_off(text, at, order, radius, loose, monkeypatch):
    monkeypatch.setattr(remainder, "SECONDS", 60.0)  # however busy the machine is
    said = float(bound(text, at, order, radius))
    program = parse(text)
    series = evaluate(program, Request("taylor", order=order), at, digits=30)
    value = {"value": Request("gradient")}["value"]
    exponents = hesscli.taylor(text, at=at, order=order, exact="off").to_dict()["exponents"]
    worst = 0.0
    for corner in np.random.default_rng(7).choice([-1.0, -0.5, 0.5, 1.0], size=(24, len(at))):
        x = [a + radius * c for a, c in zip(at, corner, strict=True)]
        with mp.workdps(30):
            terms = [
                mpmath.mpf(c) * mpmath.fprod(mpmath.mpf(radius * d) ** e for d, e in zip(corner, powers, strict=True))
                for c, powers in zip(series.values["taylor"].texts, exponents, strict=True)
            ]
            f = mpmath.mpf(evaluate(program, value, x, digits=30).values["value"].texts[0])
            worst = max(worst, float(abs(f - mpmath.fsum(terms))))
    assert worst <= said <= loose * worst


@pytest.mark.parametrize(
    ("text", "at", "radius"),
    [
        ("log(x)", (1.0,), 1.5),
        ("Abs(x)", (1.0,), 2.0),
        ("1/x", (1.0,), 1.0),
        ("x^2.5", (0.0,), 1.0),
        ("Abs(x)", (0.3,), 2.0),
        ("floor(x)", (0.7,), 0.31),
        ("Mod(x, 7)", (-1.3,), 2.0),
        ("relu6(x)", (0.3,), 1.0),
    ],
)
def test_where_f_is_not_smooth_there_is_no_bound(text, at, radius):
    answer = evaluate(parse(text), Request("taylor", order=2, radius=radius), at)
    assert answer.remainder is None
    assert any("no bound of the remainder within" in note for note in answer.notes)


def test_a_bound_of_zero_is_for_polynomials_only():
    assert bound("x*y^2 - 3*x", (0.1, 0.3), 3, 100.0) == "0"
    assert float(bound("x^4*10^-30", (0.0,), 3, 0.001)) >= 1e-42


def test_at_a_kink_the_coefficients_that_exist_are_given():
    answer = evaluate(parse("x^3*Abs(x)/6"), Request("taylor", order=4), (0.0,))
    assert answer.values["taylor"].texts == ("0", "0", "0", "0", "nan")
    assert answer.status == "not-differentiable"
    assert answer.one_sided["taylor[4]"] == ("-0.16666666666666667", "0.16666666666666667")


def test_tables_columns_and_papers():
    result = hesscli.taylor("x^2*y", at=[1, -2], order=2, radius=0.5)
    text = draw(result, Page(100))
    assert "dx²" in text
    assert "P = -2 - 4*(x - 1) + (y + 2) - 2*(x - 1)**2 + 2*(x - 1)*(y + 2)" in text
    assert "|f - P| <= 0.125 for |x - 1| <= 0.5, |y + 2| <= 0.5, proven" in text
    head = next(csv([result])).decode()
    assert head.startswith("x,y,1,dx,dy,dx^2,dx*dy,dy^2,tape 1")
    paper = b"".join(latex([result])).decode()
    assert r"P &= -2 - 4 \left(x - 1\right)" in paper
    assert r"|f - P| &\le 0.125 \quad \text{for } |x - 1| \le 0.5, |y + 2| \le 0.5" in paper


def test_what_makes_no_sense_is_refused():
    for given, message in (
        ({"order": 0}, "expected a whole number from 1"),
        ({"order": 200}, "200 of 1 variable has 201 coefficients; the limits are order 150"),
        ({"order": 3, "radius": -1.0}, "radius: expected a positive number, got -1"),
        ({"order": 3, "radius": float("nan")}, "radius: expected a positive number, got nan"),
    ):
        with pytest.raises(HesscliError, match=message):
            hesscli.taylor("exp(x)", at=0, **given)


@pytest.mark.parametrize(
    "request_",
    [
        Request("taylor", order=151),
        Request("taylor", order=50),
        Request("derivative", order=1001),
        Request("derivative", wrt=(0,) * 1001),
        Request("derivative", order=30),  # 3**30 entries
    ],
)
def test_a_limit_is_no_wrong_request(request_):
    with pytest.raises(LimitError) as told:
        check_request(parse("x*y*z"), request_)
    assert told.value.status == ExitStatus.LIMIT


def test_a_line_of_json():
    told = json.loads(json.dumps(hesscli.taylor("1/(1-x)", at=0.5, order=2, radius=0.25).to_dict()))
    assert told["taylor"] == [2, 4, 8]
    assert told["exact"]["taylor"] == ["2", "4", "8"]
    assert told["polynomial"] == "2 + 4*(x - 0.5) + 8*(x - 0.5)**2"
    assert 0.5 <= told["remainder"]["bound"] <= 0.75  # 1/(1 - x) - P(x) is 0.5 at 0.75, and less elsewhere
