"""Formulas as LaTeX."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hesscli.output.typeset import latex, name, number


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("2*x0 + x1", r"2 x_{0} + x_{1}"),
        ("x**2/3", r"\frac{x^{2}}{3}"),
        ("-(x + 1)**2", r"-\left(x + 1\right)^{2}"),
        ("(x + 1)*(x - 1)", r"\left(x + 1\right) \left(x - 1\right)"),
        ("2*3*x", r"2 \cdot 3 x"),
        ("a - (b - c)", r"a - \left(b - c\right)"),
        ("a*(-b)", r"a \left(-b\right)"),
        ("(-x)**2", r"\left(-x\right)^{2}"),
        ("x**(-1/2)", r"x^{-\frac{1}{2}}"),
        ("sqrt(x)*exp(-x)", r"\sqrt{x} e^{-x}"),
        ("Abs(x) + floor(y)", r"\left|x\right| + \left\lfloor y \right\rfloor"),
        ("besselj(0, x)", r"\operatorname{besselj}\left(0, x\right)"),
        ("gamma(alpha)", r"\Gamma\left(\alpha\right)"),
        (
            "Piecewise((x**2, x > 0), (0, True))",
            r"\begin{cases} x^{2} & x > 0 \\ 0 & \text{otherwise} \end{cases}",
        ),
        ("pi*E", r"\pi e"),
        ("1e-7*x", r"1 \cdot 10^{-7} x"),
        ("x +", r"\mathtt{x +}"),
        ("x[1]", r"\mathtt{x[1]}"),
    ],
)
def test_formulas(formula, expected):
    assert latex(formula) == expected


def test_names_and_numbers():
    assert [name(text) for text in ("x0", "alpha_2", "speed", "a_b")] == [
        "x_{0}",
        r"\alpha_{2}",
        r"\mathit{speed}",
        r"\mathit{a\_b}",
    ]
    assert number("nan") == r"\text{undefined}"


@given(st.text(max_size=40))
def test_any_text_gives_balanced_braces(text):
    found = latex(text)
    plain = found.replace(r"\{", "").replace(r"\}", "").replace(r"\textbackslash", "")
    assert plain.count("{") == plain.count("}")
