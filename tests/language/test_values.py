"""Constant expressions: exact where rational, within an ulp elsewhere."""

import math
from fractions import Fraction

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hesscli.errors import HesscliError, PointError
from hesscli.language.values import real


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_printed_doubles_come_back(value):
    assert real(repr(value)) == value
    assert math.copysign(1, real(repr(value))) == math.copysign(1, value)


@given(st.integers(-(10**20), 10**20), st.integers(1, 10**20), st.integers(-50, 50))
def test_rational_arithmetic_is_rounded_once(a, b, c):
    assert real(f"{a}/{b} + {c}/3") == float(Fraction(a, b) + Fraction(c, 3))


@pytest.mark.parametrize(
    ("text", "truth"),
    [
        ("pi/4", mpmath.pi / 4),
        ("-sqrt(2)", -mpmath.sqrt(2)),
        ("2pi", 2 * mpmath.pi),
        ("E^2", mpmath.e**2),
        ("exp(1)", mpmath.e),
        ("log(2, 10)", mpmath.log10(2)),
        ("ln(10)", mpmath.log(10)),
        ("cbrt(-2)", -mpmath.cbrt(2)),
        ("root(-32, 5)", -2),
        ("2**0.5", mpmath.sqrt(2)),
        ("EulerGamma", mpmath.euler),
        ("factorial(5)", 120),
        ("sec(1)", mpmath.sec(1)),
        ("csch(1)", mpmath.csch(1)),
        ("sigmoid(0)", 0.5),
        ("clip(3, 0, 1)", 1),
        ("relu6(9)", 6),
        ("Mod(-7/3, 1)", mpmath.mpf(2) / 3),
        ("frac(-1/4)", 0.75),
        ("ceiling(5/2)", 3),
        ("logaddexp(0, 1000)", 1000),
        ("Mod(-1, 3) + floor(-1/2) + Max(1, 2) + Abs(-3)", 6),
        ("+1.5e-3", 0.0015),
        ("10**400/10**399", 10),
        ("2**-1074", mpmath.mpf(2) ** -1074),
    ],
)
def test_constants(text, truth):
    assert real(text) == pytest.approx(float(truth), rel=4e-16, abs=0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ("nan", "finite"),
        ("-inf", "finite"),
        ("+Infinity", "finite"),
        ("oo", "finite"),
        ("1e999", "no finite"),
        ("1e-999", "smallest double"),
        ("10**400", "no finite"),
        ("1/0", "no finite"),
        ("0**-1", "no finite"),
        ("sqrt(-1)", "no finite"),
        ("(-8)**(1/3)", "no finite"),
        ("log(0)", "no finite"),
        ("exp(1000)", "no finite"),
        ("gamma(-1)", "no finite"),
        ("x", "no number"),
        ("1 2", "no number"),
        ("1_000", "underscores"),
        ("0x10", "decimal"),
        ("1j", "complex"),
        ("\uff11", "fullwidth"),
        ("\u0661", "no number"),
        ("[1]", "one number"),
        ("1 > 0", "condition"),
        ("besselj(0, 1)", "besselj cannot"),
        ("__import__('os')", "no number"),
        ("1\x002", "U\\+0000"),
        ("9" * 2000, "digits"),
        ("9**9**9", "bits"),
        ("(" * 100_000, "deeper"),
        ("m=3", "expected one number"),
        ("f(x)=3", "the variables are none by --vars"),
    ],
)
def test_what_is_no_finite_number_is_refused(text, message):
    with pytest.raises(HesscliError, match=message) as caught:
        real(text, "coordinate x0")
    if isinstance(caught.value, PointError):
        assert caught.value.message.startswith("coordinate x0")


def test_signs_of_mathematics_and_latex_are_numbers():
    typed = ["\u221a4", "2\u03c0", "\u22123", "|\u22123|\u00b2", r"\frac{1}{4}", "a = 2; a*3"]
    assert [real(text) for text in typed] == [2.0, 2 * math.pi, -3.0, 9.0, 0.25, 6.0]
