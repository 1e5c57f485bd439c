"""A ball to the decimal string whose every digit is certain, or None where the ball is still too wide."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction

from flint import arb, ctx, fmpq, fmpz

NEGLIGIBLE = arb(10) ** -500
"""A ball about zero within this is taken for zero at the precision limit."""
NAN, INFINITE, NEGATIVE_INFINITE = "nan", "inf", "-inf"


@contextmanager
def precision(bits: int, order: int) -> Iterator[None]:
    """Work with ``bits`` bits and power series up to degree ``order``, then put flint's context back."""
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


def decimal(x: arb, digits: int, *, tie: bool = False) -> str | None:
    """The correctly rounded decimal string of x, or None if two numbers in the ball would print differently.

    Exact zeros are ``"0"``; a ball about zero that is not exact has no certain digit.

    Args:
        x: the ball.
        digits: significant ones.
        tie: take a ball that has closed in on a tie of rounding for the tie, which nothing proves.

    >>> decimal(arb(2), 17), decimal(arb(1) / 3, 5), decimal(arb(0, 1), 5)
    ('2', '0.33333', None)
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


def fraction_decimal(q: fmpq, digits: int) -> str:
    """The decimal string of a fraction, correctly rounded, ties to even.

    >>> fraction_decimal(fmpq(1, 8), 2), fraction_decimal(fmpq(-3, 8), 2), fraction_decimal(fmpq(2, 3), 4)
    ('0.12', '-0.38', '0.6667')
    """
    if q == 0:
        return "0"
    size, whole = abs(q.p), q.q
    power = len(str(size)) - len(str(whole)) - digits  # 10**(digits - 1) < size / whole / 10**power < 10**(digits + 1)
    size, whole = (size, whole * fmpz(10) ** power) if power > 0 else (size * fmpz(10) ** -power, whole)
    quotient, rest = divmod(size, whole)
    if len(str(quotient)) > digits:  # one digit too many: round at the place before
        power, whole = power + 1, whole * 10
        quotient, rest = divmod(size, whole)
    quotient += int(2 * rest > whole or (2 * rest == whole and quotient % 2 == 1))
    return ("-" if q < 0 else "") + _written(quotient, power, digits)


def near_tie(x: arb, digits: int) -> bool:
    """Whether a narrow ball still holds numbers that round apart."""
    return bool(x.is_finite() and not x.contains(0) and x.rel_accuracy_bits() > 4 * digits + 40)


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
