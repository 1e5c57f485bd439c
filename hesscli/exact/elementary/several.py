"""Functions of several arguments that are compositions: beta, binomial, hypot, logsumexp and their like.

A `Poly` is a truncated Taylor polynomial in the varying arguments: exponents -> coefficient.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import comb

from flint import acb, arb

from hesscli.exact.elementary import algebraic, gammas, learning
from hesscli.exact.elementary.base import NAN, ONE, ZERO, Coefficients, Unary, integer, outside
from hesscli.exact.elementary.column import Singularity, Table, simplex

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


def sum_of(*terms: tuple[int, Unary, tuple[int, ...], int]) -> Rule:
    """A sum of functions of linear forms; a term is (sign, function, weights, constant)."""

    def rule(args: Sequence[arb], varying: Sequence[int], order: int) -> Poly:
        found: Poly = {}
        for sign, function, weights, constant in terms:
            at = sum((x * w for x, w in zip(args, weights, strict=True) if w), arb(constant))
            part = linear(weights, function(at, order + 1), varying, order)
            found = plus(found, {index: c * sign for index, c in part.items()})
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


def betaln_domain(args: Sequence[arb]) -> bool:
    """Both arguments are positive."""
    if any(x <= 0 for x in args):
        raise outside("betaln", args, "a, b > 0")
    return all(x > 0 for x in args)


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


BY_GAMMA = product_of((gammas.factorial, (1, 0), 0), (gammas.rgamma, (0, 1), 1), (gammas.rgamma, (1, -1), 1))


def hypot(args: Sequence[arb], varying: Sequence[int], order: int) -> Poly:
    """sqrt(x**2 + y**2)."""
    count = len(varying)
    inner = {zero_index(count): args[0] ** 2 + args[1] ** 2}
    if all(x.is_zero() for x in args):
        return Singularity(dict.fromkeys(simplex(count, order), NAN) | {zero_index(count): ZERO})
    if not inner[zero_index(count)] > 0 and order == 0:
        size = inner[zero_index(count)].abs_upper().sqrt()
        return {zero_index(count): ZERO if size.is_zero() else ZERO.union(size)}
    for place, j in enumerate(varying):
        unit = tuple(int(place == other) for other in range(count))
        inner[unit], inner[tuple(2 * e for e in unit)] = 2 * args[j], ONE
    return root_of_square(inner, count, order)


def root_of_square(inner: Poly, count: int, order: int) -> Poly:
    """sqrt(s + p), s > 0: degree n is s**(1/2-n) times the sum of C(1/2, j) s**(n-j) p**j, where zeros stay exact."""
    zero = zero_index(count)
    s, rest = inner[zero], {index: c for index, c in inner.items() if any(index)}
    found = {zero: s.sqrt()}
    powers, weights = [{zero: ONE}], [ONE]
    for j in range(order):
        powers.append(times(powers[-1], rest, order))
        weights.append(weights[-1] * (0.5 - j) / (j + 1))
    for index in simplex(count, order):
        n = sum(index)
        if n:
            terms = (weights[j] * s ** (n - j) * powers[j].get(index, ZERO) for j in range(1, n + 1))
            found[index] = sum(terms, ZERO) * found[zero] / s**n
    return found


def atan2(args: Sequence[arb], varying: Sequence[int], order: int) -> Poly:
    """The angle; its derivatives are those of Im log(x + i y): Im (-1)**(n-1)/n C(n, j) i**j z**-n."""
    y, x = args
    if x.is_zero() and y.is_zero():
        raise outside("atan2", args, "(x, y) != (0, 0)")
    z = acb(x, y)
    found = {zero_index(len(varying)): arb.atan2(y, x)}
    if z.contains(0):
        return {**dict.fromkeys(simplex(len(varying), order), NAN), **found}
    size = x * x + y * y
    mirrored = [z.conjugate() ** n for n in range(order + 1)]
    for index in simplex(len(varying), order):
        of_y = sum(e for j, e in zip(varying, index, strict=True) if j == 0)
        n = sum(index)
        if n:
            found[index] = (mirrored[n] * acb(0, 1) ** of_y).imag * comb(n, of_y) * (-1) ** (n - 1) / (n * size**n)
    return found


def log_to_base(args: Sequence[arb], varying: Sequence[int], order: int) -> Poly:
    """log(x)/log(b)."""
    x, b = args
    if b == 1:
        raise outside("log", args, "the base is not 1")
    log = algebraic.logarithm("log", 0, None)
    above = linear((1, 0), log(x, order + 1), varying, order)
    below = linear((0, 1), log(b, order + 1), varying, order)
    zero = zero_index(len(varying))
    if below[zero].contains(0):
        return dict.fromkeys(simplex(len(varying), order), NAN)
    return filled(times(above, composed(_inverse, below, len(varying), order), order), varying, order)


def _inverse(x: arb, length: int) -> Coefficients:
    found = [1 / x]
    for _ in range(length - 1):
        found.append(-found[-1] / x)
    return found


def product_with_log(name: str) -> Rule:
    """Xlogy or xlog1py: x*log(y), 0 where x is a zero."""
    log = algebraic.UNARY["log" if name == "xlogy" else "log1p"]

    def rule(args: Sequence[arb], varying: Sequence[int], order: int) -> Poly:
        x, y = args
        low = 0 if name == "xlogy" else -1
        if y < low or (y <= low and not x.contains(ZERO)):
            raise outside(name, args, f"y > {low}")
        if x.is_zero() and not y > low:
            return Singularity({index: NAN if any(index) else ZERO for index in simplex(len(varying), order)})
        factor = {zero_index(len(varying)): x}
        if 0 in varying and order:
            factor[tuple(int(j == 0) for j in varying)] = ONE
        return filled(times(factor, linear((0, 1), log(y, order + 1), varying, order), order), varying, order)

    return rule


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
    "betaln": guarded(
        betaln_domain,
        sum_of((1, gammas.loggamma, (1, 0), 0), (1, gammas.loggamma, (0, 1), 0), (-1, gammas.loggamma, (1, 1), 0)),
    ),
    "binomial": guarded(binomial_domain, binomial),
    "hypot": hypot,
    "atan2": atan2,
    "log": log_to_base,
    "xlogy": product_with_log("xlogy"),
    "xlog1py": product_with_log("xlog1py"),
    "logsumexp": logsumexp,
    "logaddexp": logsumexp,
}
