"""What people type beside Python's notation: understood where it has one reading, refused with the remedy where not."""

import re

import pytest
from hypothesis import assume, given, settings

from hesscli.errors import ExpressionError, LimitError
from hesscli.language.printing import unparse
from hesscli.language.syntax import parse
from tests.language import texts
from tests.language.texts import program


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("x²", "x**2"),
        ("x³ + x⁻¹", "x**3 + x**(-1)"),
        ("x¹²", "x**12"),
        ("xⁿ", "x**n"),
        ("-x²", "-(x**2)"),
        ("2^x²", "2**(x**2)"),
        ("(x+1)²", "(x+1)**2"),
        ("sin(x)²", "sin(x)**2"),
        ("|x|²", "Abs(x)**2"),
        ("3x²y", "3*x**2*y"),
        ("x²(y+1)", "x**2*(y+1)"),
        ("√x", "sqrt(x)"),
        ("√2", "sqrt(2)"),
        ("∛x", "cbrt(x)"),
        ("√(x+1)", "sqrt(x+1)"),
        ("2√x", "2*sqrt(x)"),
        ("x√y", "x*sqrt(y)"),
        ("√(x)²", "sqrt(x)**2"),
        ("π", "pi"),
        ("2π", "2*pi"),
        ("x·y×z", "x*y*z"),
        ("x − y", "x - y"),
        ("x÷y", "x/y"),
        ("Piecewise((x, x ≤ 2), (y, x ≥ 3), (1, x ≠ 5))", "Piecewise((x, x <= 2), (y, x >= 3), (1, x != 5))"),
        ("x₁ + x₁₂", "x1 + x12"),
        ("x_{1} + x_{max}", "x_1 + x_max"),
        ("x_{1}^{2}", "x_1**2"),
        ("x^{2}y", "x**2*y"),
        ("θ + α²", "θ + α**2"),
        ("|x|", "Abs(x)"),
        ("|x|*|y|", "Abs(x)*Abs(y)"),
        ("||x|-1|", "Abs(Abs(x)-1)"),
        ("|x*|y||", "Abs(x*Abs(y))"),
        ("|x + |y| + z|", "Abs(x + Abs(y) + z)"),
        ("2|x|", "2*Abs(x)"),
        ("|-x|", "Abs(-x)"),
        ("Piecewise((|x|, (x > 0) | (|y| < 1)), (0, True))", "Piecewise((Abs(x), (x > 0) | (Abs(y) < 1)), (0, True))"),
        ("(x+1)(y+1)", "(x+1)*(y+1)"),
        ("(x+1)y", "(x+1)*y"),
        ("sin(x)cos(x)", "sin(x)*cos(x)"),
        ("(x)(y)(z)", "x*y*z"),
        ("(x+1)(y+1)^2", "(x+1)*(y+1)**2"),
        ("x - (y)(z)", "x - y*z"),
        ("x*(y)(z)", "x*y*z"),
        ("(x)(y)/z", "x*y/z"),
        ("sin^2(x)", "sin(x)**2"),
        ("sin²(x)", "sin(x)**2"),
        ("sin**2(x)", "sin(x)**2"),
        ("sin^{2}(x)", "sin(x)**2"),
        ("sin^2 x + cos^2 x", "sin(x)**2 + cos(x)**2"),
        ("2sin^2(x)cos(y)", "2*sin(x)**2*cos(y)"),
        ("erf^2(x)", "erf(x)**2"),
        ("sin x", "sin(x)"),
        ("sin 2x", "sin(2*x)"),
        ("sin x cos y", "sin(x)*cos(y)"),
        ("2 ln x - 1", "2*log(x) - 1"),
        ("exp x²", "exp(x**2)"),
        ("r = √(x²+y²); exp(-r)/r", "exp(-sqrt(x**2+y**2))/sqrt(x**2+y**2)"),
        ("f(x, y) = x^2*y", "x**2*y"),
        ("f(x) = -x", "-x"),
        ("r = x^2\ng(x) = r + 1", "x**2 + 1"),
        ("y = x^2", "x**2"),
        ("E = m*c^2", "m*c**2"),
        ("y = [x, x²]", "[x, x**2]"),
    ],
)
def test_what_is_typed_is_understood(typed, same):
    assert program(parse(typed)) == program(parse(same))


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("√x²", "how far the root goes"),
        ("√2x", "how far the root goes"),
        ("√x^2", "how far the root goes"),
        ("√sin(x)", "how far the root goes"),
        ("√√x", "what to take the root of"),
        ("√", "what to take the root of"),
        ("x²^3", "two readings"),
        ("x²³⁻", "a superscript is a whole number"),
        ("x⁺", "a superscript is a whole number"),
        ("1/x²y", "two readings after '/'"),
        ("1/(x)(y)", "two readings after '/'"),
        ("1/2(x)", r"two readings after '/'; write 1/2\*\(...\) or 1/\(2\*\(...\)\)"),
        ("x^2y", r"write x\^2\*y or x\^\(2\*y\)"),
        ("1/2|x|", "two readings after '/'"),
        ("1/x^{2}y", "two readings after '/'"),
        ("2^(x)(y)", r"two readings after '\^'"),
        ("(x+1)^2(y+1)", r"two readings after '\^'"),
        ("2^-3x", r"two readings after '\^'"),
        ("x(x+1)", r"unknown function 'x'; for a product write x\*"),
        ("2πr", r"'πr' is one name; for a product write π\*r"),
        ("|x||y|", r"\|x\|\*\|y\|"),
        ("|x|y|z|", r"for a product write \*"),
        ("|x", "this '|' is never closed"),
        ("|x)", r"'\)' stands where '\|' must"),
        ("|x > 0|", "condition is not a number"),
        ("Piecewise((x, (x > 0) || (y > 0)))", "write 'or'"),
        ("x | y", "a condition must stand here"),
        ("{x+1}", "round brackets"),
        ("x^{2)", "stands where '}' must"),
        ("x^(2}", r"stands where '\)' must"),
        ("sin^-1(x)", r"write asin\(x\) for the inverse function"),
        ("sin⁻¹(x)", r"write asin\(x\)"),
        ("cosh^{-1}(x)", r"acosh\(x\)"),
        ("exp^(-1)(x)", r"log\(x\)"),
        ("sin^0(x)", "two readings"),
        ("sin^n(x)", "sin is a function and needs arguments"),
        ("sin x y", r"how far does sin go\? write sin\(x\)"),
        ("sin x/2", "how far does sin go"),
        ("sin x^2", "how far does sin go"),
        ("ln x(y)", "how far does ln go"),
        ("sin", "needs arguments"),
        ("f(x) = x; f(3)", "only the last expression"),
        ("f(x) = x; g(x) = f(x)", "only the last expression"),
        ("f(x, x) = x", "cannot be a variable"),
        ("f(True) = 1", "cannot be a variable"),
        ("f(x) = x + y", "unknown name 'y'"),
        ("gamma(x) = x", "gamma is a function already"),
        ("f() = 1", "unknown function 'f'"),
        ("f(2) = 1", "unknown function 'f'"),
        ("2 + f(x) = 1", "unknown function 'f'"),
        ("y = x^2 + y", "used before"),
        ("y = x > 0", "a condition, not a number"),
        ("x^2 + y = 3", r"of an equation f = g write f - \(g\)"),
        ("xsin(y)", r"for a product write x\*sin"),
        ("(x) if (y) else (z)", "Piecewise"),
        ("sin(x) for x", "loops"),
    ],
)
def test_what_has_two_readings_is_refused_with_the_remedy(typed, message):
    with pytest.raises(ExpressionError, match=message) as caught:
        parse(typed)
    assert caught.value.source == typed
    assert 0 <= caught.value.column <= len(typed)


def test_a_head_declares_the_variables_in_its_order():
    assert parse("f(y, x) = x^2").variables == ("y", "x")
    assert parse("f(x2, n) = n*x2", parameters={"n": 2.0}).variables == ("x2",)
    assert parse("f(sin, x) = sin*x").variables == ("sin", "x")
    kept = parse("f(x, y) = x*y", variables=["y", "x"])
    assert kept.variables == ("y", "x")
    assert kept.notes == ("the order of --vars is kept: y, x",)
    with pytest.raises(ExpressionError, match="the variables are x, z by --vars, and x, y here"):
        parse("f(x, y) = x*y", variables=["x", "z"])


@pytest.mark.parametrize(
    ("typed", "note"),
    [
        ("e^x", "Euler's number is E"),
        ("Pi*x", "the number is pi"),
        ("x + PI", "the number is pi"),
        ("2i*x", "not the imaginary unit"),
        ("x + y + xy", r"for the product write x\*y"),
        ("a*b*c + abc", r"write a\*b\*c"),
        ("sinx", r"write sin\(x\)"),
        ("sinxcosy", r"write sin\(x\)\*cos\(y\)"),
        ("x + lnx", r"write ln\(x\)"),
        ("y = x^2", "y = ... names the answer"),
        ("sin 2x", r"sin 2x is read as sin\(2x\)"),
    ],
)
def test_notes_say_what_may_have_been_meant(typed, note):
    (told,) = parse(typed).notes
    assert re.search(note, told)


@pytest.mark.parametrize("typed", ["x + y", "x0*x10", "a_b + a + b", "exp(x)", "sin x", "x1 + x"])
def test_plain_names_have_no_notes(typed):
    assert parse(typed).notes == ()


def test_declared_names_mean_themselves():
    assert parse("e^x + xy*y", variables=["e", "x", "xy", "y"]).notes == ()
    assert parse("2πr", variables=["πr"]).variables == ("πr",)
    assert parse("π + 1", variables=["pi"]).variables == ("pi",)
    assert unparse(parse("π + 1", variables=["pi"])) == "pi + 1"
    for typed, remedy in [("xy", r"write x\*y"), ("sinx", r"write sin\(x\)")]:
        with pytest.raises(ExpressionError, match=remedy):
            parse(typed, variables=["x", "y"])


@settings(max_examples=300, deadline=None)
@given(texts.arithmetic)
def test_signs_of_mathematics_mean_the_operators(text):
    signs = text.replace("**", "^").replace("*", "·").replace("-", "−").replace("/", "÷")
    for typed, same in [(signs, text), (f"({signs})²", f"({text})**2"), (f"√({text})", f"sqrt({text})")]:
        try:
            truth, found = parse(same), parse(typed)
        except LimitError:
            assume(False)
        assert program(found) == program(truth)


@settings(max_examples=300, deadline=None)
@given(texts.everything)
def test_bars_are_absolute_values(text):
    try:
        truth = parse(f"Abs({text})")
        found = parse(f"|({text})|")
    except LimitError:
        assume(False)
    assert program(found) == program(truth)


def test_everything_stays_linear():
    for text in ("sin x+" * 20_000 + "x", "|x|*" * 30_000 + "x", "x²·" * 40_000 + "x", "√x+" * 30_000 + "x"):
        assert parse(text).variables == ("x",)
    with pytest.raises(LimitError, match="nested deeper"):
        parse("|" * 100_000)
    with pytest.raises(LimitError, match="nested deeper"):
        parse("x^{" * 60_000)
