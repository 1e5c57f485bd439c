"""Precedence against Python's own parser; every form that may be typed; all else ends in a clear error."""

from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hesscli.errors import HesscliError, render
from hesscli.language.syntax import parse
from tests.language import texts
from tests.language.texts import program


@settings(max_examples=400, deadline=None)
@given(texts.arithmetic)
def test_arithmetic_means_what_it_means_in_python(text):
    try:
        truth = texts.by_python(text)
        expression = parse(text, variables=("x", "y", "z"))
        value = texts.by_program(expression)
    except (texts.Beyond, HesscliError) as error:
        assume(isinstance(error, texts.Beyond) or error.code == "limit")
        assume(False)
    assert value == truth


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=40), st.text("xy12.+-*/^()[],=<>&|~; \nEe_#andsiPcw'", max_size=30)))
def test_any_text_parses_or_is_refused_with_its_place(text):
    outcome = texts.attempt(lambda: parse(text))
    if isinstance(outcome, HesscliError):
        assert outcome.source in (text, None)
        assert outcome.source is None or 0 <= outcome.column <= len(text)
        assert max(map(len, render(outcome).splitlines())) <= max(80, len(outcome.message))
    else:
        assert all(k < position for position, node in enumerate(outcome.nodes) for k in node.args)


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("x0^2", "x0**2"),
        ("2x", "2*x"),
        ("2 x", "2*x"),
        ("2 sin(x)", "2*sin(x)"),
        ("3(x+1)", "3*(x+1)"),
        ("2(x+1)^2", "2*(x+1)**2"),
        ("-2x^2y", None),
        ("2e3x", "2e3*x"),
        ("1e5x", "1e5*x"),
        ("2.x", "2.0*x"),
        (".5x", "0.5*x"),
        ("x2", None),
        ("2x + 3y", "2*x + 3*y"),
        ("2exp(x)", "2*exp(x)"),
        ("ln(x)", "log(x)"),
        ("arcsin(x) + abs(x) + max(x, y)", "asin(x) + Abs(x) + Max(x, y)"),
        ("Max(x, y,)", "Max(x, y)"),
        ("a = x + 1; a*a", "(x + 1)*(x + 1)"),
        ("a = x\n\nb = a*a  # squared\n b + 1", "x*x + 1"),
        ("x +\n y", "x + y"),
        ("(x\n + y)", "x + y"),
        ("x + y;", "x + y"),
        ("x # + y", "x"),
        ("x\u00a0+ y", "x + y"),
        ("Piecewise((x, 0 < x < 1), (y, True))", "Piecewise((x, (0 < x) & (x < 1)), (y, True))"),
        ("Piecewise((x, And(x > 0, Not(Eq(y, 1)))), (y, True))", "Piecewise((x, (x > 0) and ~(y == 1)), (y, True))"),
        ("Piecewise((x, x > 0 or y > 0 and x < y))", "Piecewise((x, (x > 0) | ((y > 0) & (x < y))))"),
        ("Piecewise((x, not x > 0))", "Piecewise((x, ~(x > 0)))"),
        ("1/3 + 1/3", "2/3"),
        ("where(x > 0, x, y)", "Piecewise((x, x > 0), (y, True))"),
        ("norm(x, y, x*y)", "sqrt(x**2 + y**2 + (x*y)**2)"),
        ("2*3*x", "6*x"),
        ("0**0", "1"),
        ("-(3)", "-3"),
        ("root(x, 3.0)", "root(x, 3)"),
    ],
)
def test_one_meaning(typed, same):
    if same is None:
        assert typed in ("x2", "-2x^2y")
        if typed == "x2":
            assert parse(typed).variables == ("x2",)
        else:
            with pytest.raises(HesscliError, match="two readings"):
                parse(typed)
    else:
        assert program(parse(typed)) == program(parse(same))


def test_numbers_keep_their_kind():
    value = {text: parse(text).nodes[-1].value for text in ("3", "3.0", "0.1", "1/3", "1e2", "2**-2", "10**30", "-0.0")}
    assert value["3"] == 3
    assert type(value["3"]) is int
    assert type(value["3.0"]) is float
    assert value["0.1"] == 0.1
    assert value["1/3"] == Fraction(1, 3)
    assert type(value["1e2"]) is float
    assert value["2**-2"] == Fraction(1, 4)
    assert value["10**30"] == 10**30
    assert str(value["-0.0"]) == "-0.0"


def test_nothing_is_simplified():
    ops = [node.op for node in parse("x/x + 0*log(x) + exp(log(x)) + x - x + 0.1*3").nodes]
    assert {"div", "log", "exp", "neg", "mul"} <= set(ops)
    assert [node.op for node in parse("0.1 + 0.2").nodes] == ["number", "number", "add"]
    assert [node.op for node in parse("2**(1/2)").nodes] == ["number", "number", "pow"]
    assert [node.op for node in parse("1/0").nodes] == ["number", "number", "div"]


def test_equal_operations_are_one_node():
    expression = parse("sin(x + 1)*cos(x + 1) + sin(x + 1)")
    assert [node.op for node in expression.nodes].count("sin") == 1
    assert [node.op for node in expression.nodes].count("add") == 2


def test_spans_are_columns_of_the_source():
    text = "2x^2 - sin(x*y)"
    spans = {node.op: text[slice(*node.span)] for node in parse(text).nodes}
    assert spans["pow"] == "x^2"
    assert spans["sin"] == "sin(x*y)"
    assert spans["neg"] == "- sin(x*y)"
    assert spans["add"] == text


def test_vectors():
    expression = parse("[x, x*y, 3]")
    assert expression.vector
    assert [expression.nodes[k].op for k in expression.outputs] == ["variable", "mul", "number"]
    assert parse("[x]").vector
    assert not parse("x").vector


def test_unused_names_leave_no_nodes():
    assert [node.op for node in parse("a = log(x); y").nodes] == ["variable"]
    assert parse("a = log(x); y").variables == ("x", "y")


def test_long_sums_are_one_node():
    expression = parse(" + ".join(f"x{k}**2" for k in range(5_000)))
    assert len(expression.nodes[expression.outputs[0]].args) == 5_000
    assert expression.variables[:3] == ("x0", "x1", "x2")
