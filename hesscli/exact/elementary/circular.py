"""Trigonometric functions of one argument and their inverses."""

from __future__ import annotations

from flint import arb, arb_series, ctx

from hesscli.exact.elementary.base import (
    INFINITY,
    ONE,
    ZERO,
    Coefficients,
    Unary,
    coefficients_of,
    edge,
    integrated,
    nans,
    one_minus_square,
    outside,
    variable,
)


def sine_cosine(x: arb, length: int) -> tuple[Coefficients, Coefficients]:
    """Coefficients of sin and cos; their derivatives go round in circles of four."""
    s, c = x.sin_cos()
    sines, cosines, factorial = [], [], ONE
    for k in range(length):
        sines.append((s, c, -s, -c)[k % 4] / factorial)
        cosines.append((c, -s, -c, s)[k % 4] / factorial)
        factorial = factorial * (k + 1)
    return sines, cosines


def sin(x: arb, length: int) -> Coefficients:
    """Sine."""
    return sine_cosine(x, length)[0]


def cos(x: arb, length: int) -> Coefficients:
    """Cosine."""
    return sine_cosine(x, length)[1]


def tan(x: arb, length: int) -> Coefficients:
    """Tangent, the quotient of the series of sin and cos."""
    s, c = (arb_series(part, length) for part in sine_cosine(x, length))
    if c[0].contains(ZERO):
        return nans(length)
    return [x.tan(), *coefficients_of(s / c, length)[1:]]


def arc(name: str, sign: int) -> Unary:
    """Inverse sine (sign 1) or cosine (sign -1): derivative sign/sqrt((1 - x)(1 + x))."""

    def coefficients(x: arb, length: int) -> Coefficients:
        if x > 1 or x < -1:
            raise outside(name, x, "-1 <= x <= 1")
        value = getattr(x, name)()
        if abs(x) == 1:
            return edge(length, value, sign * INFINITY)
        if not (x < 1 and x > -1):
            return nans(length)
        return integrated(value, one_minus_square(x, length).rsqrt() * sign, length)

    return coefficients


def atan(x: arb, length: int) -> Coefficients:
    """Inverse tangent: derivative 1/(1 + x**2)."""
    t = variable(x, length)
    return integrated(x.atan(), (1 + t * t).inv(), length)


def sine_quotient(x: arb, length: int, sign: int) -> Coefficients:
    """Coefficients of sin(x)/x (sign -1) or sinh(x)/x (sign 1) by the power series at 0, for small balls.

    The series is the sum over even j of sign**(j/2) x**j/(j + 1)!; in c_k its terms from j = J on are together
    at most exp(X) X**(J - k)/(k! (J - k)!), X an upper bound of |x|.
    """
    bound = x.abs_upper()
    terms = length + ctx.prec // 4 + 4 * int(bound.upper().ceil().unique_fmpz() or 0)
    terms += terms % 2
    factorials = [ONE]
    for j in range(1, terms + 2):
        factorials.append(factorials[-1] * j)
    t = variable(x, length)
    square, total = t * t * sign, arb_series([0], length)
    for j in range(terms - 2, -1, -2):
        total = total * square + 1 / factorials[j + 1]
    found = []
    for k, c in enumerate(coefficients_of(total, length)):
        tail = bound.exp() * bound ** (terms - k) / (factorials[k] * factorials[terms - k])
        found.append(c + (-tail).union(tail))
    return found


def sinc(x: arb, length: int) -> Coefficients:
    """sin(x)/x, 1 at 0."""
    if abs(x) < 2 + length / 2:
        return sine_quotient(x, length, -1)
    if x.contains(ZERO):
        return edge(length, x.sinc())
    return [x.sinc(), *coefficients_of(arb_series(sin(x, length), length) / variable(x, length), length)[1:]]


UNARY: dict[str, Unary] = {
    "sin": sin,
    "cos": cos,
    "tan": tan,
    "asin": arc("asin", 1),
    "acos": arc("acos", -1),
    "atan": atan,
    "sinc": sinc,
}
