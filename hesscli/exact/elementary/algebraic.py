"""Powers, roots, exponentials and logarithms of one argument."""

from __future__ import annotations

from flint import arb

from hesscli.exact.elementary.base import (
    INFINITY,
    ONE,
    ZERO,
    Coefficients,
    Unary,
    edge,
    listed,
    nans,
    outside,
    power_of,
    reflected,
    variable,
)


def sqrt(x: arb, length: int) -> Coefficients:
    """Square root; at 0 the value alone is finite."""
    if x < 0:
        raise outside("sqrt", x, "x >= 0")
    if x.is_zero():
        return edge(length, ZERO, INFINITY)
    if not x > 0:
        return nans(length)
    return listed(variable(x, length).sqrt(), length)


def cbrt(x: arb, length: int) -> Coefficients:
    """Real cube root, odd in x."""
    return root(3, x, length)


def root(degree: int, x: arb, length: int) -> Coefficients:
    """Real root of a positive whole degree; odd roots of negative numbers are negative."""
    if degree < 1:
        raise outside("root", arb(degree), "the degree must be a positive integer")
    if degree == 1:
        return [x, ONE, *[ZERO] * length][:length]
    if x > 0:
        value = x.root(degree) if degree < 1 << 32 else (x.log() / degree).exp()
        return power_of(x, value, ONE / degree, length)
    if degree % 2 == 0 and x < 0:
        raise outside("root", x, "x >= 0 for an even degree")
    if x.is_zero():
        return edge(length, ZERO, INFINITY)
    if degree % 2 == 0:
        return nans(length)
    if x < 0:
        return reflected(root(degree, -x, length), -1)
    bound = root(degree, x.abs_upper(), 1)[0]
    return edge(length, (-bound).union(bound))


def exp(x: arb, length: int) -> Coefficients:
    """The exponential function: c_k is its value over k!."""
    found = [x.exp()]
    for k in range(1, length):
        found.append(found[-1] / k)
    return found


def expm1(x: arb, length: int) -> Coefficients:
    """exp(x) - 1."""
    return [x.expm1(), *exp(x, length)[1:]]


def logarithm(name: str, shift: int, base: int | None) -> Unary:
    """The logarithm of shift + x, to a base."""

    def coefficients(x: arb, length: int) -> Coefficients:
        argument = x + shift
        if argument <= 0:
            raise outside(name, x, f"x > {-shift}")
        if not argument > 0:
            return nans(length)
        unit = ONE if base is None else 1 / arb(base).log()
        value = x.log1p() if shift else x.log()
        powers = [ONE]
        for _ in range(length):
            powers.append(-powers[-1] / argument)
        return [value * unit, *(-powers[k] * unit / k for k in range(1, length))]

    return coefficients


def logit(x: arb, length: int) -> Coefficients:
    """log(x/(1 - x)) = log(x) - log1p(-x)."""
    if x <= 0 or x >= 1:
        raise outside("logit", x, "0 < x < 1")
    if not (x > 0 and x < 1):
        return nans(length)
    left, right = logarithm("log", 0, None)(x, length), reflected(logarithm("log1p", 1, None)(-x, length))
    value = (x / (1 - x)).log() if not abs(x - 0.5) < 0.25 else (2 * x - 1).log1p() - (1 - 2 * x).log1p()
    return [value, *(a - b for a, b in zip(left[1:], right[1:], strict=True))]


UNARY: dict[str, Unary] = {
    "sqrt": sqrt,
    "cbrt": cbrt,
    "exp": exp,
    "expm1": expm1,
    "log": logarithm("log", 0, None),
    "log2": logarithm("log2", 0, 2),
    "log10": logarithm("log10", 0, 10),
    "log1p": logarithm("log1p", 1, None),
    "logit": logit,
}
