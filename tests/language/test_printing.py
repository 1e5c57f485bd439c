"""What is printed parses to the same program."""

import pytest
from hypothesis import assume, given, settings

from hesscli.errors import LimitError
from hesscli.language.printing import unparse
from hesscli.language.syntax import parse
from tests.language import texts
from tests.language.texts import program


@settings(max_examples=500, deadline=None)
@given(texts.everything)
def test_round_trip(text):
    try:
        expression = parse(text, variables=("x", "y", "z"))
    except LimitError:
        assume(False)
    printed = unparse(expression)
    assert program(parse(printed, variables=("x", "y", "z"))) == program(expression)
    assert unparse(parse(printed, variables=("x", "y", "z"))) == printed


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("x0**2+x0*x1", "x0**2 + x0*x1"),
        ("2x-y", "2*x - y"),
        ("x/(y*z)", "x/(y*z)"),
        ("-x**2", "-x**2"),
        ("-(x*y)", "-(x*y)"),
        ("a-(b+c)", "a - (b + c)"),
        ("a-(-b)*c", "a - (-b)*c"),
        ("x**-2", "x**(-2)"),
        ("x**y**z", "x**y**z"),
        ("x**(y**z)", "x**y**z"),
        ("x**-y**z", "x**(-y**z)"),
        ("(x**y)**z", "(x**y)**z"),
        ("1/3*x", "1/3*x"),
        ("x*1/3", "x*1/3"),
        ("x*(1/3)", "x*(1/3)"),
        ("x - 1/3", "x - 1/3"),
        ("a*b/c*d", "a*b/c*d"),
        ("a/(b/c)", "a/(b/c)"),
        ("x + 1 + 2", "x + 1 + 2"),
        ("1e300x", "1e+300*x"),
        ("ln(x)+abs(-x)", "log(x) + Abs(-x)"),
        ("[x,-y]", "[x, -y]"),
        ("a=x+1;a*a", "(x + 1)*(x + 1)"),
        (
            "Piecewise((x,0<x<1),(-x,not y==1),(1,True))",
            "Piecewise((x, (0 < x) & (x < 1)), (-x, ~(y == 1)), (1, True))",
        ),
    ],
)
def test_looks_like_sympy(typed, printed):
    assert unparse(parse(typed)) == printed


def test_names_that_are_claimed_are_not_functions():
    expression = parse("ln(x) + log*n", variables=["log", "x"], parameters={"n": 2.0})
    assert unparse(expression) == "ln(x) + log*n"


def test_one_node():
    expression = parse("sin(x + 1) + y")
    assert [unparse(expression, k) for k, node in enumerate(expression.nodes) if node.op == "sin"] == ["sin(x + 1)"]


def test_shared_intermediates_do_not_blow_up():
    text = ";".join(["a0=x+1", *(f"a{k}=a{k - 1}*a{k - 1}" for k in range(1, 60)), "a59"])
    assert unparse(parse(text)) == text


def test_deep_programs_need_no_recursion():
    assert unparse(parse("-" * 20_000 + "x")).count("-") == 20_000
    assert unparse(parse("/".join("x" * 20_000))) == "/".join("x" * 20_000)


@pytest.mark.parametrize("count", [400, 499, 500, 501, 600, 5000])
@pytest.mark.parametrize(
    "typed",
    [
        lambda n: "**".join("x" * n),
        lambda n: "x" + "**-x" * n,
        lambda n: "-" * n + "x",
        lambda n: f"Piecewise((x, {'~' * n}(x > 0)), (1, True))",
        lambda n: ";".join(["a0=x", *(f"a{k}=sin(a{k - 1})" for k in range(1, n)), f"a{n - 1}"]),
        lambda n: f"[{'(' * (n - 3)}x{')' * (n - 3)}]" if n <= 500 else "x",
    ],
)
def test_what_is_accepted_is_echoed_in_a_form_that_is_accepted(typed, count):
    expression = parse(typed(count))
    assert program(parse(unparse(expression))) == program(expression)


def test_an_echo_is_no_longer_than_a_text_may_be():
    text = "+".join("x" * 90_000)
    expression = parse(text)
    assert unparse(expression) == text
