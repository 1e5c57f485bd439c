"""Formulas as LaTeX: what is typed is drawn, and whatever is typed, TeX can nest it."""

import re

import pytest
from hypothesis import assume, given, settings

from hesscli.errors import LimitError
from hesscli.language.functions import BY_NAME, FUNCTIONS
from hesscli.language.syntax import parse
from hesscli.language.typesetting import DRAWN, HEADS, INDEXED, escape, typeset, typeset_name, typeset_number
from tests.language import texts
from tests.language.maths import Reader, check


@pytest.mark.parametrize(
    ("typed", "drawn"),
    [
        ("2*x0 + x1", r"2 x_{0} + x_{1}"),
        ("x**2/3", r"\frac{x^{2}}{3}"),
        ("-(x + 1)**2", r"-\left(x + 1\right)^{2}"),
        ("(x + 1)*(x - 1)", r"\left(x + 1\right) \left(x - 1\right)"),
        ("x*2*3", r"x \cdot 2 \cdot 3"),
        ("2**x*3**y", r"2^{x} \cdot 3^{y}"),
        ("a - (b - c)", r"a - \left(b - c\right)"),
        ("a*(-b)", r"a \left(-b\right)"),
        ("(-x)**2", r"\left(-x\right)^{2}"),
        ("(-2)**x", r"\left(-2\right)^{x}"),
        ("(1/2)**x", r"\left(\frac{1}{2}\right)^{x}"),
        ("x**(-1/2)", r"x^{-\frac{1}{2}}"),
        ("x**y**z", r"x^{y^{z}}"),
        ("(x**y)**z", r"\left(x^{y}\right)^{z}"),
        ("sqrt(x)*exp(-x)", r"\sqrt{x} e^{-x}"),
        ("exp(x)**2", r"\left(e^{x}\right)^{2}"),
        ("Abs(x) + floor(y)", r"\left|x\right| + \left\lfloor y \right\rfloor"),
        ("sin(x)**2", r"\sin^{2}\left(x\right)"),
        ("sin(x)**(-1)", r"\left(\sin\left(x\right)\right)^{-1}"),
        ("erf(x)**n", r"\left(\operatorname{erf}\left(x\right)\right)^{n}"),
        ("polygamma(2, x)**2", r"\left(\psi^{\left(2\right)}\left(x\right)\right)^{2}"),
        ("loggamma(x)**2", r"\left(\log\Gamma\left(x\right)\right)^{2}"),
        ("besselj(0, x)**2", r"J_{0}^{2}\left(x\right)"),
        ("log(x, 2) + ln(x)", r"\log_{2}\left(x\right) + \log\left(x\right)"),
        ("gamma(alpha)*x_max", r"\Gamma\left(\alpha\right) x_{\mathit{max}}"),
        ("factorial(x + 1) - factorial(n)", r"\left(x + 1\right)! - n!"),
        ("pi*E", r"\pi e"),
        ("1e-7*x", r"10^{-7} x"),
        ("2e-7**x", r"\left(2 \cdot 10^{-7}\right)^{x}"),
        ("[x, y**2]", r"\begin{bmatrix} x \\ y^{2} \end{bmatrix}"),
        # a minus comes first
        ("(-400)*x", r"-400 x"),
        ("y + (-400)*x", r"y - 400 x"),
        ("y - (-400)*x", r"y - \left(-400 x\right)"),
        ("-x/3 + y", r"-\frac{x}{3} + y"),
        ("y + (-x)/3*z", r"y - \frac{x}{3} z"),
        ("--x", r"-\left(-x\right)"),
        ("x + -0.0**y", r"x - 0.0^{y}"),
        # conditions
        (
            "Piecewise((x**2, x > 0), (0, True))",
            r"\begin{cases} x^{2} & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}",
        ),
        (
            "Piecewise((x**2, (x > 0) | (x < -1)), (x, True))",
            r"\begin{cases} x^{2} & \text{if } x > 0 \lor x < -1 \\ x & \text{otherwise} \end{cases}",
        ),
        (
            "Piecewise((1, ((x > 0) | (y <= 1)) & ~(x == y)))",
            r"\begin{cases} 1 & \text{if } \left(x > 0 \lor y \le 1\right) \land \lnot \left(x = y\right) \end{cases}",
        ),
        (
            "2*Piecewise((1, 0 < x < 1), (2, x != 3))",
            r"2 \left(\begin{cases} 1 & \text{if } 0 < x \land x < 1 \\ 2 & \text{if } x \ne 3 \end{cases}\right)",
        ),
    ],
)
def test_formulas(typed, drawn):
    assert typeset(parse(typed)) == drawn
    check(drawn)


def test_names():
    drawn = {
        "x0": "x_{0}",
        "alpha_2": r"\alpha_{2}",
        "beta0_1": r"\beta_{0, 1}",
        "speed": r"\mathit{speed}",
        "\u03b4x": r"{\delta x}",
        "\u0394": r"\Delta",
        "x1y2": r"\mathit{x1y2}",
        "_x": r"\mathit{\_x}",
    }
    assert {name: typeset_name(name) for name in drawn} == drawn


def test_names_that_look_alike_are_spelt_out():
    assert typeset(parse("x0*x_0*x1")) == r"\mathit{x0} \mathit{x\_0} x_{1}"


def test_parameters_keep_their_names():
    assert typeset(parse("n*x + mu", parameters={"n": 2.0, "mu": 2.0})) == r"n x + \mu"


def test_numbers():
    assert [typeset_number(text) for text in ("nan", "-inf", "1e+16", "-1.5e-300", "0.1")] == [
        r"\text{undefined}",
        r"-\infty",
        "10^{16}",
        r"-1.5 \cdot 10^{-300}",
        "0.1",
    ]


def test_text_is_harmless():
    assert escape("50% of {x_1} < a\\b^c") == r"50\% of \{x\_1\} $<$ a\textbackslash{}b\textasciicircum{}c"


def test_the_tables_name_functions_of_the_catalogue():
    assert {*HEADS, *INDEXED, *DRAWN} <= set(BY_NAME)


@pytest.mark.parametrize("row", FUNCTIONS, ids=lambda row: row.name)
def test_every_function_can_be_drawn_alone_and_raised(row):
    args = ", ".join("2" if k in row.constant else f"x{k}" for k in range(row.least))
    call = (
        "Piecewise((x0, x0 > 0))"
        if row.name == "Piecewise"
        else f"{row.name}({args.replace('2', '0') if row.name == 'LambertW' else args})"
    )
    for text in (call, f"({call})**2", f"-{call}/2", f"({call})**x1"):
        check(typeset(parse(text)))


@settings(max_examples=300, deadline=None)
@given(texts.everything)
def test_random_expressions_are_maths(text):
    try:
        expression = parse(text)
    except LimitError:
        assume(False)
    drawn = typeset(expression)
    if drawn is not None:
        check(drawn)
        assert not re.search(r"[-+] -|\^\{[^{}]*\}\^", drawn)


@settings(max_examples=500, deadline=None)
@given(texts.arithmetic)
def test_random_arithmetic_means_the_same_to_a_reader(text):
    try:
        expression = parse(text)
        expected = texts.by_program(expression)
    except (LimitError, texts.Beyond):
        assume(False)
    assert Reader(typeset(expression), texts.AT, texts.power).value() == expected


def test_what_nobody_could_read_is_not_drawn():
    assert typeset(parse("sqrt(1+" * 100 + "x" + ")" * 100)) is None
    assert typeset(parse("+".join("x" * 20_000))) is None
    assert typeset(parse("-" * 5_000 + "x")) is None
