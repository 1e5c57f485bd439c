"""Without a point: closed forms, checked, and no TensorFlow."""

from __future__ import annotations

import pytest
import sympy

from hesscli.language.syntax import parse
from tests.test_layers import loaded_by

x, y = sympy.symbols("x y", real=True)


@pytest.mark.parametrize(
    ("words", "quantity", "expected"),
    [
        (["hessian", "x^2*sin(y)"], "hessian", sympy.hessian(x**2 * sympy.sin(y), (x, y)).tolist()),
        (["gradient", "exp(x*y)"], "gradient", [y * sympy.exp(x * y), x * sympy.exp(x * y)]),
        (["jacobian", "[x*y, sin(x)]"], "jacobian", [[y, x], [sympy.cos(x), 0]]),
        (["derivative", "log(x)", "--order", "3"], "derivative", 2 / x**3),
        (["derivative", "x^3*y^2", "--wrt", "x,y"], "derivative", 6 * x**2 * y),
        (["gradient", "a*x^2", "--param", "a=3"], "gradient", [2 * sympy.Symbol("a") * x]),
        (["hessian", "|x|"], "hessian", [[0]]),
        (["hessian", "|x|*y^2"], "hessian", [[0, 2 * y * sympy.sign(x)], [2 * y * sympy.sign(x), 2 * sympy.Abs(x)]]),
        (["hessian", "x^2*floor(y)"], "hessian", [[2 * sympy.floor(y), 0], [0, 0]]),
        (["derivative", "|x|^3", "--order", "3"], "derivative", 6 * sympy.sign(x)),
        (["gradient", "norm(x, y)"], "gradient", [x / sympy.sqrt(x**2 + y**2), y / sympy.sqrt(x**2 + y**2)]),
        (["gradient", "log(x - 7)"], "gradient", [1 / (x - 7)]),
    ],
)
def test_closed_forms(hesscli, words, quantity, expected):
    outcome = hesscli(*words, "--json")
    assert (outcome.status, outcome.err) == (0, "")
    found = sympy.Matrix(sympy.flatten([sympy.sympify(outcome.json["exact"]["formulas"][quantity])]))
    wanted = sympy.Matrix(sympy.flatten([expected]))
    assert (found.subs({"x": x, "y": y}) - wanted).applyfunc(sympy.simplify).is_zero_matrix
    assert outcome.json["point"] is None
    assert outcome.json["command"] == words[0]


def test_a_table(hesscli):
    outcome = hesscli("hessian", "x^2*y")
    rows = [line.split() for line in outcome.out.splitlines()]
    assert rows[:2] == [["f(x,", "y)", "=", "x**2*y"], []]
    entries = {"∂f/∂x": "2*x*y", "∂f/∂y": "x**2", "∂²f/∂x²": "2*y", "∂²f/∂x∂y": "2*x", "∂²f/∂y²": "0"}
    assert dict(rows[2:7]) == entries
    assert "where the derivatives exist; right at 3 random points" in outcome.out
    assert hesscli("gradient", "x^2", "-q").out == "df/dx  2*x\n"
    assert hesscli("gradient", "cbrt x", "-q").out == "df/dx  1/(3*cbrt(x)**2)\n"


def test_latex(hesscli):
    text = hesscli("hessian", "[x*y, x]", "-f", "latex").out
    assert r"J &= \begin{bmatrix} y & x \\ 1 & 0 \end{bmatrix}" in text
    assert r"\nabla^2 f_{1} &= \begin{bmatrix} 0 & 1 \\ 1 & 0 \end{bmatrix}" in text
    assert (
        r"\frac{\partial^{3} f}{\partial x^{2} \, \partial y} &= 2"
        in hesscli("derivative", "x^2*y", "--wrt", "x,x,y", "-f", "latex").out
    )
    assert r"f}{\partial x} &= \frac{1}{3 \sqrt[3]{x}^{2}}" in hesscli("derivative", "cbrt x", "-f", "latex").out


def test_where_there_is_none(hesscli):
    outcome = hesscli("derivative", "besselj(x, y)", "--wrt", "x", "--json")
    assert outcome.status == 4
    assert outcome.json["exact"] == {"formulas": {}}
    assert outcome.err == f"hesscli: {outcome.json['notes'][0]}\n"
    assert outcome.err == "hesscli: no short closed form of the derivative; --at POINT gives the numbers\n"
    nothing = hesscli("hessian", "x*Heaviside(x)")
    assert nothing.status == 4
    head, blank, *told = nothing.out.splitlines()  # folded where the terminal is narrow
    assert not blank
    assert all([head, told, *told])
    assert hesscli("gradient", "log(-1 - x^2)").status == 3


def test_entries_that_have_one(hesscli):
    outcome = hesscli("gradient", "besselj(x, y)", "--json")
    order, argument = outcome.json["exact"]["formulas"]["gradient"]
    assert order is None  # the derivative by the order is a series
    i, a, b = sympy.Symbol("i"), 1.5, 0.7
    values = sympy.lambdify("x, y", argument, "mpmath")(a, b), sympy.besselj(a, i).diff(i).subs(i, b).evalf()
    assert abs(values[0] - values[1]) < 1e-12
    assert outcome.status == 0
    assert "some entries of the gradient" in outcome.err
    assert outcome.err == f"hesscli: {outcome.json['notes'][0]}\n"
    assert hesscli("gradient", "besselj(x, y)").out.count("no short closed form") == 2
    assert r"\text{no short closed form}" in hesscli("gradient", "besselj(x, y)", "-f", "latex").out


@pytest.mark.parametrize("text", ["e^x", "sin(x) + sinx", "x + y + xy"])
def test_what_may_have_been_misread_is_said(hesscli, text):
    notes = hesscli("gradient", text, "--json").json["notes"]
    assert notes == list(parse(text).notes) != []
    drawn = hesscli("gradient", text).out
    assert " ".join(notes[0].split()) in " ".join(drawn.split())
    assert f"% {notes[0]}" in hesscli("gradient", text, "-f", "latex").out


def test_a_request_of_batch_without_a_point(hesscli):
    outcome = hesscli("batch", stdin='{"id": 1, "command": "gradient", "expression": "x^2"}')
    assert (outcome.json["id"], outcome.json["exact"]["formulas"]["gradient"]) == (1, ["2*x"])


def test_tensorflow_is_not_asked():
    modules, status = loaded_by("hessian", "x^2*y")
    assert status == 0
    assert not modules & {"tensorflow", "keras"}
