"""Constants of a program: their values, and arithmetic on them that stays exact where it can."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from fractions import Fraction

from hesscli.tape.values import Number, double

CONSTANTS = {"pi": 3.14159265358979323846, "E": 2.71828182845904523536, "EulerGamma": 0.57721566490153286061}


def _exact(args: Sequence[Number]) -> bool:
    return all(isinstance(x, (int, Fraction)) for x in args)


def _product(*args: Number) -> Number:
    return functools.reduce(lambda a, b: a * b, args if _exact(args) else map(double, args))


def _sum(*args: Number) -> Number:
    return sum(args) if _exact(args) else sum(map(double, args))


def _quotient(a: Number, b: Number) -> Number | None:
    if not b:
        return None
    return Fraction(a) / Fraction(b) if _exact((a, b)) else double(a) / double(b)


def _power(a: Number, n: Number) -> Number | None:
    return Fraction(a) ** n if _exact((a, n)) and isinstance(n, int) and abs(n) <= 64 and (a or n >= 0) else None


EXACTLY: dict[str, Callable[..., Number | None]] = {
    "add": _sum,
    "mul": _product,
    "neg": lambda a: -a,
    "div": _quotient,
    "pow": _power,
}
"""Arithmetic of constants; None leaves it to TensorFlow (an infinity, a root)."""
