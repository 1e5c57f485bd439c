"""Which names are variables, in which order, and which are refused."""

import pytest

from hesscli.errors import ExpressionError
from hesscli.language.functions import CALLABLE, CONSTANTS
from hesscli.language.printing import unparse
from hesscli.language.syntax import parse


def test_free_names_come_in_natural_order():
    assert parse("x10 + x2 + x1 + b + a").variables == ("a", "b", "x1", "x2", "x10")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("x0\u0663 + x0", ("x0", "x0\u0663")),
        ("x1\u06632 + x1y2", ("x1y2", "x1\u06632")),
        ("x1\u0663 + x1", ("x1", "x1\u0663")),
    ],
)
def test_digits_beyond_ascii_are_letters(text, names):
    assert parse(text).variables == names


def test_given_names_keep_their_order_and_may_be_unused():
    assert parse("x + y", variables=["y", "t", "x"]).variables == ("y", "t", "x")


def test_constants_are_constants_unless_claimed():
    assert [node.op for node in parse("pi*E*EulerGamma").nodes].count("constant") == 3
    assert parse("E + pi", variables=["E", "pi"]).variables == ("E", "pi")
    assert [node.op for node in parse("E*x", parameters={"E": 2.0}).nodes] == ["parameter", "variable", "mul"]


@pytest.mark.parametrize(
    "word", ["lambda", "in", "is", "as", "if", "for", "S", "N", "Q", "class", "_x", "\u03b1", "\u0394x", "e"]
)
def test_python_words_and_greek_letters_are_plain_names(word):
    expression = parse(f"2*{word}**2 + x")
    assert set(expression.variables) == {word, "x"}
    assert parse(f"{word} + 1", variables=[word]).variables == (word,)


@pytest.mark.parametrize("word", ["I", "oo", "nan", "inf", *sorted(CALLABLE)])
def test_words_with_another_meaning_must_be_claimed(word):
    with pytest.raises(ExpressionError, match=f"--vars {word},") as caught:
        parse(f"{word} + x")
    assert caught.value.code == "unknown-name"
    assert parse(f"{word}**2 + x", variables=[word, "x"]).variables == (word, "x")
    assert parse(f"{word} = x; {word}*x").variables == ("x",)


@pytest.mark.parametrize("word", ["True", "False", "None", "and", "or", "not"])
def test_reserved_words_cannot_be_variables(word):
    with pytest.raises(ExpressionError, match="meaning of its own"):
        parse("x", variables=[word])


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["x", "x"], "the variable 'x' is given twice"),
        ([""], "an empty name among the variables"),
        (["2x"], "'2x' is not a name"),
        (["x y"], "'x y' is not a name"),
        (["__import__"], "two underscores"),
        (["x" * 101], "101 characters"),
        (["\uff58"], "look-alike"),
        (["\u0445"], "look like 'x'"),
        (["x\u00b2"], "not raised or lowered"),
    ],
)
def test_impossible_variables(names, message):
    with pytest.raises(ExpressionError, match=message) as caught:
        parse("1", variables=names)
    assert caught.value.code == "name"


def test_parameters():
    expression = parse("n*x + m", parameters={"n": 3.0, "m": 3.0})
    assert expression.variables == ("x",)
    assert expression.parameters == (("n", 3.0), ("m", 3.0))
    assert [node.op for node in expression.nodes].count("parameter") == 2
    with pytest.raises(ExpressionError, match="both a variable and a parameter"):
        parse("x", variables=["x"], parameters={"x": 1.0})
    with pytest.raises(ExpressionError, match="finite"):
        parse("x", parameters={"n": float("nan")})


def test_every_callable_name_means_its_row():
    for name, row in CALLABLE.items():
        if row.name == "Piecewise":
            continue
        integers = [
            "2" if k in row.constant and row.name != "LambertW" else "-1" if k in row.constant else "x"
            for k in range(row.least)
        ]
        expression = parse(f"{name}({', '.join(integers)})")
        assert expression.nodes[expression.outputs[0]].op == row.name
    assert not set(CONSTANTS) & set(CALLABLE)


def test_an_intermediate_is_given_once_before_use():
    for text, message in [
        ("a = x; a = y; a", "given twice"),
        ("x = x + 1; x", "used before"),
        ("x; y", "only the last"),
        ("a = x > 1; a", "not a number"),
        ("a = [x]; a", "whole expression"),
        ("True = 1; x", "meaning of its own"),
    ]:
        with pytest.raises(ExpressionError, match=message):
            parse(text)
    with pytest.raises(ExpressionError, match="cannot be given a value"):
        parse("x = 1; x", variables=["x"])


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("if(x > 0, x, 0)", r"write where\(condition, a, b\)"),
        ("var(x, y)", "variances are written out"),
        ("sen(x)", r"the sine is sin\(x\)"),
        ("Arctan(x)", "did you mean arctan"),
        ("mtan(x)", r"for a product write m\*tan"),
        ("Piecewise((x, x > 0), (0, true))", "always holds is written True"),
        ("Piecewise((x, x > 0), (x^3, otherwise))", "always holds is written True"),
    ],
)
def test_what_people_try(typed, told):
    with pytest.raises(ExpressionError, match=told):
        parse(typed)


@pytest.mark.parametrize(("typed", "same"), [("arctg(x)", "atan(x)"), ("arcctg(x)", "acot(x)")])
def test_names_of_other_schools(typed, same):
    assert unparse(parse(typed)) == unparse(parse(rf"\{typed}")) == same
