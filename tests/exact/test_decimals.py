from __future__ import annotations

import copy
import pickle
from contextlib import suppress
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from fractions import Fraction

import pytest
from flint import arb, ctx, fmpq
from hypothesis import given
from hypothesis import strategies as st

from hesscli.exact.decimals import ball, decimal, fraction_decimal, nearest, precision, written_decimal
from hesscli.exact.evaluate import evaluate
from hesscli.language.syntax import parse
from hesscli.request import Request


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(1, 40))
def test_a_double_is_rounded_as_decimal_arithmetic_rounds_it(x: float, digits: int) -> None:
    with localcontext() as context:
        context.prec = digits
        assert Decimal(decimal(ball(x), digits)) == +Decimal(x)


@given(st.fractions(max_denominator=10**6), st.integers(1, 25))
def test_every_printed_digit_of_a_fraction_is_right(x: Fraction, digits: int) -> None:
    with precision(200, 0):
        text = decimal(ball(x), digits, tie=True)
    error = abs(Fraction(text) - x)
    assert error <= abs(x) * Fraction(1, 2 * 10 ** (digits - 1))


@given(st.fractions(), st.integers(-1200, 1200))
def test_the_double_is_the_nearest_one_to_the_number_itself(x: Fraction, power: int) -> None:
    x *= Fraction(2) ** power
    try:
        truth = x.numerator / x.denominator  # Python's quotient of integers is correctly rounded
    except OverflowError:
        truth = float("inf") if x > 0 else -float("inf")
    with precision(400, 0):
        assert nearest(ball(x)) == truth
    assert float(fraction_decimal(fmpq(x.numerator, x.denominator), 3)) == truth


def test_seventeen_digits_are_read_as_another_double_than_the_nearest() -> None:
    with precision(200, 0):
        x = ball(1 + Fraction(1, 2**53) + Fraction(1, 10**18))
        assert decimal(x, 17) == "1.0000000000000001"
        assert float("1.0000000000000001") == 1
        assert float(decimal(x, 17)) == float(decimal(x, 2)) == 1 + 2**-52


def test_numbers_cross_processes_with_their_doubles() -> None:
    with precision(200, 0):
        third = decimal(ball(Fraction(1, 3)), 2)
    back = pickle.loads(pickle.dumps(third))
    assert (back, float(back), float(copy.deepcopy(third))) == ("0.33", 1 / 3, 1 / 3)


def test_a_ball_about_the_middle_of_two_doubles_takes_the_even_one() -> None:
    with precision(400, 0):
        for middle, even in ((1 + Fraction(1, 2**53), 1.0), (1 + Fraction(3, 2**53), 1 + 2**-51)):
            about = ball(middle) * arb(3).sqrt() / arb(3).sqrt()
            assert not about.is_exact()
            assert nearest(about) == nearest(ball(middle)) == even
    with precision(64, 0):
        assert nearest(ball(1 + Fraction(1, 2**53)) * arb(3).sqrt() / arb(3).sqrt()) is None


def test_rounding_twice_would_round_wrong() -> None:
    with precision(200, 0):
        below = ball(Fraction("0.12345") - Fraction(1, 10**19))
        above = ball(Fraction("0.12345") + Fraction(1, 10**19))
        assert [decimal(x, 17) for x in (below, above)] == ["0.12345"] * 2
        assert [decimal(x, 4) for x in (below, above)] == ["0.1234", "0.1235"]


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (arb(2), "2"),
        (arb(0), "0"),
        (arb(-4), "-4"),
        (arb(0.5), "0.5"),
        (arb(0.1), "0.10000000000000001"),
        (arb(1.5e-300), "1.5000000000000001e-300"),
        (arb(0.0001220703125), "0.0001220703125"),
        (arb(2) ** -20, "9.5367431640625e-07"),
        (arb(10) ** 16, "10000000000000000"),
        (arb(10) ** 17, "1e+17"),
        (arb(1.7976931348623157e308), "1.7976931348623157e+308"),
        (arb.pos_inf(), "inf"),
        (arb.neg_inf(), "-inf"),
        (arb.nan(), "nan"),
    ],
)
def test_notation(x: arb, text: str) -> None:
    assert decimal(x, 17) == text


def test_a_wide_ball_has_no_certain_digits() -> None:
    assert decimal(arb(0, 1e-30), 17) is None
    assert decimal(arb(1, 1e-10), 17) is None
    assert written_decimal(arb(1, 1e-10), 9) == "1"
    assert decimal(arb(1, 1e-10), 9) is None, "its double is not certain"


def test_a_ball_about_a_tie_is_the_tie_only_where_that_is_assumed() -> None:
    with precision(400, 0):
        x = arb(fmpq(1, 3)) * 3 * arb(fmpq(125, 1)) / 1000
        assert (decimal(x, 2), decimal(x, 2, tie=True)) == (None, "0.12")


def test_precision_is_put_back() -> None:
    before = ctx.prec, ctx.cap
    with suppress(ZeroDivisionError), precision(300, 7):
        assert (ctx.prec, ctx.cap) == (300, 8)
        raise ZeroDivisionError
    assert (ctx.prec, ctx.cap) == before


def test_ten_thousand_digits_and_few() -> None:
    with precision(34_000, 0):
        text = decimal(arb(1) / 7, 10_000)
    assert text is not None
    assert text.startswith("0.142857142857")
    assert len(text) == 10_002
    assert decimal(arb(123456), 3) == "1.23e+05"
    assert decimal(arb(10) ** 20, 30) == "1" + "0" * 20


TIE = 1.00000762939453125  # 1 + 2**-17: eighteen digits, the last a 5


@pytest.mark.parametrize("text", ["x", "x/3*3", "x*sin(1)**2+x*cos(1)**2", "sqrt(x**2)"])
def test_a_tie_of_rounding_goes_to_the_even_digit(text):
    found = evaluate(parse(text), Request("gradient"), (TIE,))
    assert (found.texts["value"], found.proven) == ("1.0000076293945312", True)


@pytest.mark.parametrize(("text", "expected"), [("x+1e-100", "1.0000076293945313"), ("x-1e-100", "1.0000076293945312")])
def test_what_only_looks_like_a_tie_is_rounded_by_what_it_is(text, expected):
    found = evaluate(parse(text), Request("gradient"), (TIE,))
    assert (found.texts["value"], found.proven) == (expected, True)


@given(st.integers(1, 10**30), st.integers(1, 10**30), st.integers(1, 25))
def test_fractions_round_like_pythons_decimals(p, q, digits):
    context = Context(prec=digits, rounding=ROUND_HALF_EVEN)
    assert Decimal(fraction_decimal(fmpq(p, q), digits)) == context.divide(Decimal(p), Decimal(q))
