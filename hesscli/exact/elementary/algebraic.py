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
    nans,
    outside,
    power_of,
    reflected,
)


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


UNARY: dict[str, Unary] = {
    "exp": exp,
    "expm1": expm1,
    "log": logarithm("log", 0, None),
    "log1p": logarithm("log1p", 1, None),
}
