"""What people type who come from spreadsheets, MATLAB, R, Mathematica, NumPy: refused with what to write, or noted."""

import re

import pytest

from hesscli.errors import ExpressionError
from hesscli.language.elsewhere import BETWEEN, FUNCTIONS
from hesscli.language.functions import CALLABLE
from hesscli.language.printing import unparse
from hesscli.language.sums import is_sum
from hesscli.language.syntax import parse
from hesscli.language.tokens import WORDS

REFUSED = {
    # NumPy, TensorFlow, Python
    "np.sin(x)": "write sin(...) without np.",
    "tf.nn.relu(x)": "write relu(...) without tf.nn.",
    "math.pi*x": "write pi without math.",
    "np.e": "write E without np.",
    "np.power(x, 2)": "powers are written a**b",
    "x.sum()": "write sum(x)",
    "x.T": "a transpose is not in the language",
    "lambda x: x**2": "a function is written f(x) = x^2",
    "x if x > 0 else -x": "write Piecewise",
    "norm([x, y])": "arguments are written one by one",
    # MATLAB, R, Julia
    "x.^2": "write ^ * / without the point",
    "x ./ y": "write ^ * / without the point",
    "[x; y]": "never closed",
    "y <- x^2": "a name gets a value by name = ...",
    "dnorm(x)": "normpdf(x)",
    "ifelse(x > 0, x, -x)": "where(condition, a, b)",
    "x -> x^2": "a function is written f(x) = x^2",
    # Mathematica
    "Sin[x]": "arguments stand in round brackets",
    "ArcTan[x]": "arguments stand in round brackets",
    "BesselJ[0, x]": "arguments stand in round brackets",
    "Sum[x^i, {i, 0, 3}]": "arguments stand in round brackets",
    "f[x_] := x^2": "a function is written f(x) = x^2",
    "Infinity": "infinity is not a number here",
    # spreadsheets
    "=x^2": "write the formula without '=' in front",
    "IF(x>0, x, -x)": "where(condition, a, b)",
    "POWER(x, 2)": "powers are written a**b",
    "PI()*x": "the number is pi",
    "EXP(x)": "did you mean exp?",
    "5%": "5/100",
    "1,000": "1000",
    "$A$1*2": "without $",
    # what is said
    "d/dx x^2": "derivatives are what the commands compute",
    "d^2/dx^2 (x^2)": "derivatives are what the commands compute",
    "d2/dx2 x^2": "derivatives are what the commands compute",
    "x squared": "write x^2",
    "x mod 2": "write Mod(a, b)",
    "sqrt of x": "how far does sqrt go",
    "int x dx": "integrals are not in the language",
    # signs of mathematics
    "xʸ": "write x^y",
    "eˣ": "write e^x",
    "xᵢ": "write x_i",
    "e⁻ˣ": "write other powers as ^(...)",
    "x^2²": "a power of a power has two readings",
    "30°": "30*pi/180",
    "⌊x⌋": "write floor(x)",
    "‖x‖": "norm(x, y)",
    "∂x": "derivatives are what the commands compute",
    "x_{i+1}": "x[i+1]",
    "J0(x)": "besselj(0, x)",
    "u(x+1)": "for a product write u*(...)",
}


@pytest.mark.parametrize("typed", REFUSED)
def test_what_belongs_elsewhere_is_refused_with_its_remedy(typed):
    with pytest.raises(ExpressionError, match=re.escape(REFUSED[typed])):
        parse(typed)


NOTED = {
    "ax^2 + bx + c": "for the product write a*x",
    "xlnx": "for the product write x*ln(x)",
    "xe^x": "for the product write x*e",
    "sin2x": "for the function write sin(2*x)",
    "log10x": "for the function write log10(x)",
    "x1x2": "for the product write x1*x2",
    "x_1x_2": "for the product write x_1*x_2",
    "λx": "for the product write λ*x",
    "x + iy": "for the product write i*y",
    "x^1/2": "for the root write ^(1/2)",
    "x**-1/2": "for the root write ^(-1/2)",
    "log(2, x)": "the base comes second",
    "huber(1, x)": "comes second",
    "clip(0, x, 1)": "the bounds come second and third",
    "sin(30 deg)": "angles are in radians",
    "f = x^2; g = y; g": "f = ... is given, and nothing uses it",
}


@pytest.mark.parametrize("typed", NOTED)
def test_what_may_have_been_meant_is_noted(typed):
    assert any(NOTED[typed] in note for note in parse(typed).notes)


@pytest.mark.parametrize(
    "typed", ["x*y", "Δx", "vx + vy", "x^2/3", "x^(1/2)", "log(x, 2)", "a = x^2; a*y", "mu", "eps"]
)
def test_what_is_plain_has_no_note(typed):
    assert parse(typed).notes == ()


def test_what_is_declared_means_itself():
    assert parse("ax + by", variables=["ax", "by"]).notes == ()


def test_no_remedy_stands_for_a_function_that_there_is():
    assert not FUNCTIONS.keys() & CALLABLE.keys()


@pytest.mark.parametrize("name", sorted((FUNCTIONS.keys() | BETWEEN.keys()) - WORDS))
def test_a_variable_may_have_the_name(name):
    assert unparse(parse(f"{name}**2", variables=[name])) == f"{name}**2"


@pytest.mark.parametrize(("text", "sums"), [("Sin[x]", False), ("Gamma[i]", True), ("x[0]", True), ("Abs[x]", False)])
def test_brackets_of_mathematica_are_no_indices(text, sums):
    assert is_sum(text) is sums
