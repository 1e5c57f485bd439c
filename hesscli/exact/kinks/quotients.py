"""Rational functions about a point: cancelled, differentiated, and their limits there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product
from math import lcm

from flint import arb, fmpq, fmpq_mpoly

from hesscli.exact.interpreters.codelist import CodeList
from hesscli.exact.kinks.forms import definite, ring
from hesscli.exact.rational import fraction
from hesscli.language.expression import Node

MOST_MONOMIALS, MOST_POWER, MOST_WEIGHT = 3600, 60, 12
RATIONAL = frozenset({"variable", "number", "neg", "add", "mul", "div", "pow"})
"""Operations that may leave a fraction of polynomials."""

Quotient = tuple[fmpq_mpoly, fmpq_mpoly]
"""Numerator and denominator, polynomials in the steps away from the point."""


def quotient(code: CodeList, at: Sequence[arb], active: Sequence[int]) -> Quotient | None:
    """f as a cancelled fraction of polynomials in the steps away from the point; None where it is none.

    Args:
        code: of one component.
        at: the point's coordinates.
        active: the variables that are not held, which the polynomials are in.
    """
    nodes, place = code.expression.nodes, {name: k for k, name in enumerate(code.expression.variables)}
    if any(nodes[k].op not in RATIONAL for k in code.live):
        return None
    context = ring(len(active))
    one = fmpq_mpoly({(0,) * len(active): 1}, context)
    found: dict[int, Quotient] = {}
    for k in code.live:
        node = nodes[k]
        args = [found[j] for j in node.args if j in found]
        if len(args) < len(node.args):
            return None
        if node.op == "variable":
            j = place[str(node.value)]
            number = fraction(at[j])
            step = context.gens()[active.index(j)] if j in active else 0 * one
        elif node.op == "number":
            number, step = fraction(code.leaf(node, exact=True)), 0 * one
        else:
            result = _operated(node, args)
            if result is None:
                return None
            found[k] = result
            continue
        if number is None:
            return None
        found[k] = (step + number * one, one)
    return found[code.expression.outputs[0]]


def _operated(node: Node, args: Sequence[Quotient]) -> Quotient | None:
    """The arithmetic of fractions."""
    if not args:  # a constant that is no number, such as pi
        return None
    (p, q), *rest = args
    if node.op == "neg":
        return -p, q
    if node.op in ("add", "mul"):
        for r, s in rest:
            p, q = (p * s + r * q, q * s) if node.op == "add" else (p * r, q * s)
    elif node.op == "div":
        p, q = p * rest[0][1], q * rest[0][0]
    elif node.op == "pow" and rest[0][0].total_degree() <= 0:
        exponent = rest[0][0].leading_coefficient() if rest[0][0] != 0 else fmpq(0)
        if exponent.q != 1 or abs(int(exponent.p)) > MOST_POWER:
            return None
        n = int(exponent.p)
        p, q = (p**n, q**n) if n >= 0 else (q**-n, p**-n)
    else:
        return None
    return None if q == 0 or len(p) + len(q) > MOST_MONOMIALS else _cancelled(p, q)


def _cancelled(p: fmpq_mpoly, q: fmpq_mpoly) -> Quotient:
    common = p.gcd(q)
    return (p, q) if common.total_degree() <= 0 else (p / common, q / common)


def differentiated(f: Quotient, places: Sequence[int]) -> Quotient:
    """(p/q)' = (p' q - p q')/q**2, time and again."""
    p, q = f
    for k in places:
        p, q = _cancelled(p.derivative(k) * q - p * q.derivative(k), q * q)
    return p, q


def limit_of(f: Quotient) -> arb | None:
    """The limit of a cancelled fraction at zero: infinite too; None where there is none, or where it is not clear."""
    found = _limit_by_degree(f)
    if found is not None:
        return found
    weighted = [_limit_by_degree(g) for g in _weighted(f)]
    return weighted[0] if weighted and all(a is not None and a == weighted[0] for a in weighted) else None


def order_of(f: Quotient) -> Fraction | None:
    """An e for which a cancelled fraction is O(r**e), r the distance from zero; None where none shows.

    Over a form of degree d that is definite it is that of the numerator less d; in weights |y_i| = |x_i|**(1/w_i).

    >>> x, y = ring(2).gens()
    >>> order_of((x * y, x**2 + y**2)), order_of((x**3 * y**2, x**4 + y**2)), order_of((x, y))
    (Fraction(0, 1), Fraction(3, 2), None)
    """
    if f[0] == 0:
        return None
    if definite(lowest(f[1]))[1]:
        return Fraction(int(lowest(f[0]).total_degree()) - int(lowest(f[1]).total_degree()))
    bent = [(lowest(p), lowest(q)) for p, q in _weighted(f)]
    if not bent or not all(definite(q)[1] for _, q in bent):
        return None
    degree = min(int(p.total_degree()) - int(q.total_degree()) for p, q in bent)
    weights = _weights(f[1])
    return Fraction(degree, max(weights) if degree > 0 else min(weights))


def _weights(q: fmpq_mpoly) -> list[int]:
    """Of the variables, that make the pure powers of a polynomial one form; none where a variable has no such power."""
    size = len(q.context().gens())
    pure = [min((e[k] for e in q.to_dict() if e[k] == sum(e)), default=0) for k in range(size)]
    return [lcm(*pure) // int(d) for d in pure] if all(pure) else []


def _weighted(f: Quotient) -> Iterator[Quotient]:
    """f(+-y_1**w_1, ..., +-y_n**w_n) for every sign, with weights that make the denominator's pure powers one form.

    Together they take all values that f takes about the origin: x**4 + y**2 is no form, y_1**4 + y_2**4 is.
    """
    p, q = f
    weights = _weights(q)
    if not weights or max(weights) > MOST_WEIGHT:
        return
    for signs in product(*((1, -1) if w % 2 == 0 else (1,) for w in weights)):
        yield _bent(p, weights, signs), _bent(q, weights, signs)


def _bent(p: fmpq_mpoly, weights: Sequence[int], signs: Sequence[int]) -> fmpq_mpoly:
    terms = {}
    for e, c in p.to_dict().items():
        odd = sum(1 for s, k in zip(signs, e, strict=True) if s < 0 and k & 1)
        terms[tuple(w * k for w, k in zip(weights, e, strict=True))] = -c if odd & 1 else c
    return fmpq_mpoly(terms, p.context())


def _limit_by_degree(f: Quotient) -> arb | None:
    """By the forms of lowest degree."""
    p, q = f
    if p == 0:
        return arb(0)
    low, high = lowest(p), lowest(q)
    if high.total_degree() == 0:
        at_zero = low.leading_coefficient() if low.total_degree() == 0 else fmpq(0)
        return arb(at_zero / high.leading_coefficient())
    sign, strict = definite(high)
    if strict and low.total_degree() > high.total_degree():
        return arb(0)
    if strict and low.total_degree() == high.total_degree():
        ratio = low.leading_coefficient() / high.leading_coefficient()
        return arb(ratio) if low == ratio * high else None
    upper = (1 if low.leading_coefficient() > 0 else -1, True) if low.total_degree() == 0 else definite(low)
    if upper[0] and upper[1] and (strict or (sign and high == q and low.total_degree() == 0)):
        return arb.pos_inf() if upper[0] * sign > 0 else arb.neg_inf()
    return None


def lowest(p: fmpq_mpoly) -> fmpq_mpoly:
    """The form of lowest degree."""
    terms = p.to_dict()
    degree = min(map(sum, terms))
    return fmpq_mpoly({e: c for e, c in terms.items() if sum(e) == degree}, p.context())
