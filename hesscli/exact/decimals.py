"""A ball to the decimal string whose every digit is certain and to its double; None where it is still too wide."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction

from flint import arb, ctx, fmpq, fmpz

from hesscli.result import DecimalNumber

NEGLIGIBLE = arb(10) ** -500
"""A ball about zero within this is taken for zero at the precision limit."""
DOUBLE_DIGITS = 17
"""Decimals that tell one double from the next."""
CLOSED_IN = 120
"""A ball with so many right bits that still holds the middle between two doubles has closed in on it."""
SMALLEST_POWER, LARGEST_POWER = -1080, 1100
"""2**k is below half of the smallest double, and above the largest."""
NAN, INFINITE, NEGATIVE_INFINITE = "nan", "inf", "-inf"


@contextmanager
def precision(bits: int, order: int) -> Iterator[None]:
    """Work with ``bits`` bits and power series up to degree ``order``, then put flint's context back.

    Args:
        bits: of the middle of every ball that is computed.
        order: flint's power series end with this degree.
    """
    before = ctx.prec, ctx.cap
    ctx.prec, ctx.cap = bits, order + 1
    try:
        yield
    finally:
        ctx.prec, ctx.cap = before


def ball(number: int | float | Fraction) -> arb:
    """The tightest ball about an int, Fraction or double; exact for ints and doubles."""
    if isinstance(number, Fraction):
        return arb(fmpq(number.numerator, number.denominator))
    return arb(number)


def vanishes(x: arb) -> bool:
    """Whether a ball about zero is as good as zero."""
    return bool(x.contains(0) and x.abs_upper() < NEGLIGIBLE)


def decimal(x: arb, digits: int, *, tie: bool = False) -> DecimalNumber | None:
    """x correctly rounded, to decimals and to a double, or None if two numbers in the ball would round apart.

    Exact zeros are ``"0"``; a ball about zero that is not exact has no certain digit.

    Args:
        x: the ball.
        digits: significant ones.
        tie: take a ball that has closed in on a tie of rounding for the tie, which nothing proves.

    >>> with precision(128, 0):
    ...     third = decimal(arb(1) / 3, 5)
    >>> third, float(third), decimal(arb(2), 17), decimal(arb(0, 1), 5)
    ('0.33333', 0.3333333333333333, '2', None)
    """
    text = written_decimal(x, digits, tie=tie)
    double = None if text is None else nearest(x)
    return None if text is None or double is None else DecimalNumber(text, double)


def nearest(x: arb) -> float | None:
    """The double nearest to x, ties to even, or None if two numbers in the ball have different ones.

    A ball that has closed in on the middle between two doubles is taken for it: both are as near as can be told.

    >>> nearest(arb(0.1)), nearest(arb(10) ** 400), nearest(arb(1, 0.5))
    (0.1, inf, None)
    """
    if not x.is_finite():
        return float(written_decimal(x, 1) or NAN)
    low, high = (_double(end) for end in ((x, x) if x.is_exact() else (x.lower(), x.upper())))
    if low != high and x.rel_accuracy_bits() > CLOSED_IN and math.isfinite(low) and math.isfinite(high):
        return float((Fraction(low) + Fraction(high)) / 2)
    return low if low == high else None


def _double(x: arb) -> float:
    """An exact binary number to the nearest double; Python's quotient of integers is correctly rounded."""
    digits, power = map(int, x.man_exp())
    magnitude = digits.bit_length() + power
    if magnitude < SMALLEST_POWER:
        return 0.0
    try:
        return digits / (1 << -power) if power < 0 else float(digits << min(power, LARGEST_POWER))
    except OverflowError:
        return math.inf if digits > 0 else -math.inf


def written_decimal(x: arb, digits: int, *, tie: bool = False) -> str | None:
    """The decimal string alone, or None; see `decimal`.

    Args:
        x: the ball; one that is not finite is ``inf``, ``-inf`` or ``nan``.
        digits: significant ones.
        tie: take a ball that has closed in on a tie of rounding for the tie, which nothing proves.
    """
    if x.is_zero():
        return "0"
    if not x.is_finite():
        return INFINITE if x > 0 else NEGATIVE_INFINITE if x < 0 else NAN
    for extra in (8, 60):
        mid, rad, power = x.mid_rad_10exp(digits + extra)
        size, sign = abs(mid), "-" if mid < 0 else ""
        if rad >= size:
            return None
        drop = len(str(size)) - digits
        low, high = _rounded(size - rad, drop), _rounded(size + rad, drop)
        if low == high:
            return sign + _written(low, int(power) + drop, digits)
    if tie and high - low == 1 and drop > 0 and rad < fmpz(10) ** (drop - 20):
        return sign + _written(low + low % 2, int(power) + drop, digits)
    return None


def fraction_decimal(q: fmpq, digits: int) -> DecimalNumber:
    """A fraction correctly rounded, to decimals and to a double, ties to even.

    >>> fraction_decimal(fmpq(1, 8), 2), fraction_decimal(fmpq(-3, 8), 2), fraction_decimal(fmpq(2, 3), 4)
    ('0.12', '-0.38', '0.6667')
    """
    if q == 0:
        return DecimalNumber("0", 0.0)
    try:
        double = int(q.p) / int(q.q)
    except OverflowError:
        double = math.inf if q > 0 else -math.inf
    size, whole = abs(q.p), q.q
    power = len(str(size)) - len(str(whole)) - digits  # 10**(digits - 1) < size / whole / 10**power < 10**(digits + 1)
    size, whole = (size, whole * fmpz(10) ** power) if power > 0 else (size * fmpz(10) ** -power, whole)
    quotient, rest = divmod(size, whole)
    if len(str(quotient)) > digits:  # one digit too many: round at the place before
        power, whole = power + 1, whole * 10
        quotient, rest = divmod(size, whole)
    quotient += int(2 * rest > whole or (2 * rest == whole and quotient % 2 == 1))
    return DecimalNumber(("-" if q < 0 else "") + _written(quotient, power, digits), double)


def near_tie(x: arb, digits: int) -> bool:
    """Whether a narrow ball still holds numbers that round apart."""
    enough = 4 * max(digits, DOUBLE_DIGITS) + 40
    return bool(x.is_finite() and not x.contains(0) and x.rel_accuracy_bits() > enough)


def _rounded(size: fmpz, drop: int) -> fmpz:
    """``size`` / 10**drop to the nearest integer, ties to even."""
    if drop <= 0:
        return size * fmpz(10) ** -drop
    unit = fmpz(10) ** drop
    whole, rest = divmod(size, unit)
    return whole + int(2 * rest > unit or (2 * rest == unit and whole % 2 == 1))


def _written(size: fmpz, power: int, digits: int) -> str:
    """``size`` * 10**power without trailing zeros: positional between 1e-4 and 10**digits, else scientific."""
    text = str(size)  # of flint's integers, which unlike Python's may have any length
    exponent = power + len(text) - 1
    text = text.rstrip("0") or "0"
    if not -5 < exponent < digits:
        sign, size = "-" if exponent < 0 else "+", str(fmpz(abs(exponent)))
        return f"{text[0]}{'.' + text[1:] if len(text) > 1 else ''}e{sign}{size:>02}"
    if exponent < 0:
        return "0." + "0" * (-exponent - 1) + text
    if len(text) <= exponent + 1:
        return text + "0" * (exponent + 1 - len(text))
    return f"{text[: exponent + 1]}.{text[exponent + 1 :]}"
