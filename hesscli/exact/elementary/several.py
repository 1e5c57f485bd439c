"""Functions of several arguments that are compositions: beta, binomial, logsumexp.

A `Poly` is a truncated Taylor polynomial in the varying arguments: exponents -> coefficient.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import comb

from flint import arb

from hesscli.exact.elementary import algebraic, gammas, learning
from hesscli.exact.elementary.base import NAN, ONE, ZERO, Coefficients, Unary, integer, outside
from hesscli.exact.elementary.column import Table, simplex

Poly = Table
Rule = Callable[[Sequence[arb], Sequence[int], int], Poly]
"""(arguments, positions of those that vary, order) -> coefficients."""


def zero_index(count: int) -> tuple[int, ...]:
    """The exponents of a constant."""
    return (0,) * count


def times(a: Poly, b: Poly, order: int) -> Poly:
    """Truncated product."""
    found: Poly = {}
    for i, c in a.items():
        room = order - sum(i)
        for j, d in b.items():
            if sum(j) <= room:
                index = tuple(map(int.__add__, i, j))
                found[index] = found[index] + c * d if index in found else c * d
    return found


def plus(a: Poly, b: Poly) -> Poly:
    """Sum."""
    return {index: a.get(index, ZERO) + b.get(index, ZERO) for index in {**a, **b}}


def linear(weights: Sequence[int], row: Coefficients, varying: Sequence[int], order: int) -> Poly:
    """f(sum of weights[j] h_j) from the coefficients of f: multinomials times powers of the weights."""
    found: Poly = {}
    for index in simplex(len(varying), order):
        total, factor = 0, 1
        for j, exponent in zip(varying, index, strict=True):
            total += exponent
            factor *= comb(total, exponent) * weights[j] ** exponent
        if factor:
            found[index] = row[total] * factor
    return found


def composed(outer: Unary, inner: Poly, count: int, order: int) -> Poly:
    """outer(inner), by Horner's rule."""
    rest = dict(inner)
    heads = outer(rest.pop(zero_index(count), ZERO), order + 1)
    found = {zero_index(count): heads[order]}
    for head in reversed(heads[:order]):
        found = plus(times(found, rest, order), {zero_index(count): head})
    return found


def filled(poly: Poly, varying: Sequence[int], order: int) -> Poly:
    """Every index, zeros written out."""
    return {index: poly.get(index, ZERO) for index in simplex(len(varying), order)}


def product_of(*factors: tuple[Unary, tuple[int, ...], int]) -> Rule:
    """A product of functions of linear forms; a factor is (function, weights, constant)."""

    def rule(args: Sequence[arb], varying: Sequence[int], order: int) -> Poly:
        found = {zero_index(len(varying)): ONE}
        for function, weights, constant in factors:
            at = sum((x * w for x, w in zip(args, weights, strict=True) if w), arb(constant))
            found = times(found, linear(weights, function(at, order + 1), varying, order), order)
        return filled(found, varying, order)

    return rule


def guarded(check: Callable[[Sequence[arb]], bool], rule: Rule) -> Rule:
    """The rule inside its domain; indeterminate where it is open whether the arguments lie there."""

    def inside(args: Sequence[arb], varying: Sequence[int], order: int) -> Poly:
        if check(args):
            return rule(args, varying, order)
        return dict.fromkeys(simplex(len(varying), order), NAN)

    return inside


def beta_domain(args: Sequence[arb]) -> bool:
    """Neither argument is 0, -1, ..."""
    if any(gammas.at_pole(x) for x in args):
        raise outside("beta", args, "a and b are not 0, -1, ...")
    return True


def binomial_domain(args: Sequence[arb]) -> bool:
    """The upper argument is not -1, -2, ..."""
    if gammas.at_pole(args[0] + 1):
        raise outside("binomial", args, "n is not -1, -2, ...")
    return True


POLYNOMIAL_LIMIT = 200


def binomial(args: Sequence[arb], varying: Sequence[int], order: int) -> Poly:
    """gamma(n+1)/(gamma(k+1) gamma(n-k+1)); a polynomial in n for a small whole constant k; even in k about n/2."""
    n, k = args
    below = None if 1 in varying else integer(k)
    if below is None or below > POLYNOMIAL_LIMIT:
        found = BY_GAMMA(args, varying, order)
        if list(varying) == [1] and n.is_exact() and (2 * k - n).is_zero():
            return {index: ZERO if index[0] % 2 else c for index, c in found.items()}
        return found
    if below < 0:
        return filled({}, varying, order)
    row = [ONE] + [ZERO] * order
    for i in range(below):
        row = [(n - i) * c + (row[j - 1] if j else ZERO) for j, c in enumerate(row)]
    row = [c / arb.fac_ui(below) for c in row]
    return {index: row[sum(index)] for index in simplex(len(varying), order)}


BY_GAMMA = product_of((gammas.gamma, (1, 0), 1), (gammas.rgamma, (0, 1), 1), (gammas.rgamma, (1, -1), 1))


def logsumexp(args: Sequence[arb], varying: Sequence[int], order: int) -> Poly:
    """The largest argument x plus log1p of the sum of exp(x_j - x) over the others."""
    count = len(varying)
    top = max(range(len(args)), key=lambda j: float(args[j].mid()))
    if len(args) == 2:
        row = learning.softplus(args[1 - top] - args[top], order + 1)
        return plus_argument(linear([-1 if j == top else 1 for j in range(2)], row, varying, order), args, top, varying)
    inner: Poly = {zero_index(count): ZERO}
    for j, x in enumerate(args):
        if j != top:
            row = algebraic.exp(x - args[top], order + 1)
            weights = {place: 1 if at == j else -1 for place, at in enumerate(varying) if at in (j, top)}
            inner = plus(inner, along_few(row, weights, count, order))
    found = composed(algebraic.UNARY["log1p"], inner, count, order)
    return plus_argument(filled(found, varying, order), args, top, varying)


def plus_argument(poly: Poly, args: Sequence[arb], j: int, varying: Sequence[int]) -> Poly:
    """The polynomial plus argument j."""
    zero, step = zero_index(len(varying)), tuple(int(j == other) for other in varying)
    found = {**poly, zero: poly[zero] + args[j]}
    if j in varying and step in found:
        found[step] = found[step] + 1
    return found


def along_few(row: Coefficients, weights: Mapping[int, int], count: int, order: int) -> Poly:
    """f(sum of weights[place] h_place), written in the few places that occur."""
    places = list(weights)
    found: Poly = {}
    for few, c in linear(list(weights.values()), row, range(len(places)), order).items():
        index = [0] * count
        for place, exponent in zip(places, few, strict=True):
            index[place] = exponent
        found[tuple(index)] = c
    return found


SEVERAL: dict[str, Rule] = {
    "beta": guarded(
        beta_domain, product_of((gammas.gamma, (1, 0), 0), (gammas.gamma, (0, 1), 0), (gammas.rgamma, (1, 1), 0))
    ),
    "binomial": guarded(binomial_domain, binomial),
    "logsumexp": logsumexp,
}
