"""Why digits are lost: the operation, the order and the cause that a numerical analyst would name."""

import json
import math
import subprocess
import sys

import mpmath
import pytest

from hesscli.compute.compute import answer
from hesscli.exact import Session
from hesscli.explain import explain
from hesscli.language.points import read_points
from hesscli.language.syntax import parse
from hesscli.options import Options
from hesscli.request import Request
from hesscli.result import Verdict

HESSIAN, GRADIENT = Request("hessian"), Request("gradient")

LOSSES = [
    ("(1-cos(x))/x**2", "1e-4", HESSIAN, "1 - cos(x)", 0, "cancellation: terms as large as 1 leave 5e-09"),
    ("(1-cos(x))/x**2", "1e-4", HESSIAN, "(1 - cos(x))/x**2", 1, "cancellation between the terms of its first"),
    ("sin((x+1e9)-1e9)*x", "0.1", GRADIENT, "(x + 1000000000.0) - 1000000000.0", 0, "cancellation"),
    ("exp(x)-1", "1e-12", GRADIENT, "exp(x) - 1", 0, "cancellation: terms as large as 1 leave 1e-12"),
    ("sqrt(x+1)-sqrt(x)", "1e10", GRADIENT, "sqrt(x + 1) - sqrt(x)", 0, "cancellation: terms as large as 1e+05"),
    ("log(1+x)", "1e-14", GRADIENT, "log(1 + x)", 0, "magnifies the rounding error of 1 + x about 1e+14 times"),
    ("log(1+exp(x))", "-700", HESSIAN, "log(1 + exp(x))", 0, "rounding error of 1 + exp(x) about 1e+304 times"),
    ("sin(x*1e12)", "1.1", GRADIENT, "sin(x*1000000000000.0)", 0, "magnifies the rounding error"),
    (
        "sqrt(x**2+y)",
        "1e6,5e-4",
        HESSIAN,
        "sqrt(x**2 + y)",
        2,
        "cancellation: the chain rule's terms, as large as 1e-06",
    ),
    (
        "relu(x) - relu(-x)",
        "0",
        GRADIENT,
        "relu(x) - relu(-x)",
        1,
        "TensorFlow's convention for the first derivative of relu",
    ),
    ("exp(x**2)/exp(x*y)", "30,30", HESSIAN, "exp(x**2)", 0, "overflow: the exact value 7.3288142223074217e+390"),
    ("exp(-x)**2*exp(x)", "500", HESSIAN, "exp(-x)**2", 0, "underflow: the exact value 5.0759588975494568e-435"),
    ("[x, y*((x+1)**2-x**2-2*x-1)+x*1e-20]", "1e8,3", HESSIAN, "(x + 1)**2 - x**2 - 2*x - 1", 0, "cancellation"),
]


@pytest.fixture(scope="module")
def session():
    with Session() as child:
        yield child


def explained(text, at, request, session):
    expression = parse(text)
    point = read_points([at], expression.variables).coordinates[0]
    result = answer(expression, request, point, Options(explain=True), session=session)
    return result, result.explanation


@pytest.mark.parametrize(("text", "at", "request_", "operation", "order", "why"), LOSSES)
def test_the_operation_and_its_cause_are_named(session, text, at, request_, operation, order, why):
    result, explanation = explained(text, at, request_, session)
    found = [loss for loss in explanation.losses if loss.operation == operation]
    assert found, explanation.losses
    assert found[0].order == order
    assert why in found[0].why
    assert any(operation in note and why in note for note in result.notes)


@pytest.mark.parametrize("x", [1e-3, 1e-4, 1e-5, 1e-6])
def test_digits_are_those_that_the_operation_really_has(session, x):
    _, explanation = explained("(1-cos(x))/x**2", repr(x), GRADIENT, session)
    with mpmath.workdps(50):
        exact = 1 - mpmath.cos(x)
        digits = -mpmath.log10(abs((1 - math.cos(x)) - exact) / exact)
    shown = {o.text: o.digits[0] for o in explanation.operations}
    assert shown["1 - cos(x)"] == pytest.approx(float(digits), abs=0.01)
    assert shown["cos(x)"] > 15.9


def test_harmless_losses_are_not_told(session):
    """A small term may have no right digit as long as the result does not feel it."""
    _, explanation = explained("1 + 1e-9*((x+1e6)-x-1e6)**2 + x", "0.1", GRADIENT, session)
    assert explanation.losses == ()


def test_an_accurate_answer_is_called_so(session):
    result, explanation = explained("x**2*y + sin(y)", "1.3,0.7", HESSIAN, session)
    assert result.verdict is Verdict.AGREE
    assert explanation.losses == ()
    assert "no operation loses a digit or more" in result.notes
    assert all(min(o.digits) > 15 for o in explanation.operations)


def test_float32_is_compared_with_the_exact_value_at_the_point_itself(session):
    _, explanation = explained("x - 16777216", "16777217", GRADIENT, session)
    assert explanation.float32.arrays["value"] == 0.0  # 2**24 + 1 is no float32
    assert explanation.float32_accuracy.max_abs == 1.0


def test_a_wrong_result_names_the_operation_unasked(session):
    expression = parse("(1-cos(x))/x**2")
    result = answer(expression, HESSIAN, (1e-6,), session=session)
    assert result.verdict is Verdict.DISAGREE
    assert result.explanation is None
    assert any(note.startswith("1 - cos(x) loses") for note in result.notes)


@pytest.mark.parametrize(
    ("text", "at", "request_"),
    [
        ("Abs(x)", "0", GRADIENT),
        ("log(x)", "-1", GRADIENT),
        ("0*x + 3", "1", GRADIENT),
        ("polylog(2, x)", "0.5", GRADIENT),
    ],
)
def test_where_there_is_nothing_to_explain_nothing_breaks(session, text, at, request_):
    result, _ = explained(text, at, request_, session)
    assert result.verdict is not Verdict.DISAGREE


@pytest.mark.parametrize("method", ["nested", "jacobian", "forward-over-reverse", "taylor"])
def test_every_tape_is_explained(session, method):
    expression = parse("(1-cos(x))/x**2")
    result = answer(expression, HESSIAN, (1e-5,), Options(method=method, explain=True), session=session)
    assert "1 - cos(x)" in {loss.operation for loss in result.explanation.losses}
    assert explain(expression, result, session) == result.explanation


def test_finite_differences_lose_digits_by_their_step(session):
    options = Options(method="finite-difference", explain=True)
    result = answer(parse("exp(x)"), HESSIAN, (1.0,), options, session=session)
    assert result.notes[-1].startswith("not explained: finite differences lose digits by their step")


def test_too_many_operations_are_refused_in_a_note(session):
    text = "+".join(f"sin({k}*x)" for k in range(1, 700))
    result = answer(parse(text), GRADIENT, (1.0,), Options(explain=True), session=session)
    assert "up to 1000 can be explained" in result.notes[-1]


def test_a_sweep_of_points_is_explained_one_by_one():
    asked = ["gradient", "(1-cos(x))/x**2", "--at", "x=1e-6:1:2", "--explain", "--json"]
    done = subprocess.run([sys.executable, "-m", "hesscli", *asked], capture_output=True, text=True)
    small, large = map(json.loads, done.stdout.splitlines())
    assert small["explain"]["losses"][-1]["operation"] == "1 - cos(x)"
    assert "1 - cos(x)" not in {loss["operation"] for loss in large["explain"]["losses"]}
    assert done.returncode == 1


def test_the_exact_side_is_needed():
    asked = ["gradient", "x**2", "--at", "1", "--explain", "--exact", "off"]
    done = subprocess.run([sys.executable, "-m", "hesscli", *asked], capture_output=True, text=True)
    assert done.returncode == 2
    assert "--explain compares with the exact side" in done.stderr
