"""The kind of a critical point whose Hessian is singular, by the lowest order that decides.

The point is split into the Hessian's kernel (t) and a complement (s), on which the Hessian is definite. There
df/ds(s, t) = 0 has one solution s(t), and f has a minimum exactly where g(t) = f(s(t), t) has one (Lyapunov and
Schmidt's reduction; the splitting lemma), if the Hessian curves up in s; g begins with a form of third or higher
degree. An odd one takes both signs; a definite one decides; one that is semidefinite leaves the kind open.

Source: T. Poston and I. Stewart, Catastrophe Theory and its Applications, 1978, chapter 4; M. Golubitsky and D. G.
Schaeffer, Singularities and Groups in Bifurcation Theory I, 1985, chapter I, section 3.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import comb
from time import monotonic

from flint import arb, fmpq, fmpq_mat

from hesscli.exact.curvature.bounded import one_sided_bound
from hesscli.exact.curvature.forms import sign
from hesscli.exact.curvature.function import KNOWN_BITS, Scalar
from hesscli.exact.curvature.matrix import BallRows, Symmetric, nullspace, submatrix
from hesscli.exact.decimals import precision
from hesscli.exact.events import TROUBLES
from hesscli.exact.jets import Exponents, Jet
from hesscli.exact.rational import Rational

MINIMUM, MAXIMUM, NEITHER, OPEN = "local minimum", "local maximum", "neither minimum nor maximum", "open"
CONSTANT = "constant around the point"
ORDERS, MORE_ORDERS = (4, 6, 8), (4, 8, 12, 16, 20)
"""Orders that are tried, and those in one variable."""
MOST_TERMS = 3000
"""Monomials of the largest Taylor polynomial that is made."""

Terms = Mapping[Exponents, arb]


def kind(f: Scalar, hessian: Symmetric, rising: bool, falling: bool, deadline: float) -> str:
    """What a critical point with a semidefinite, singular Hessian is.

    Args:
        f: the function; its gradient at the point is exactly zero.
        hessian: at the point.
        rising: some eigenvalue is positive; none is negative then.
        falling: some eigenvalue is negative; none is positive then.
        deadline: no higher order is begun after this moment of `time.monotonic`.
    """
    value = f.nodes[f.code.inlined.expression.outputs[0]]
    reached = one_sided_bound(f.code, f.nodes)
    if reached is not None and value is not None and (value - reached[1]).is_zero():
        return MINIMUM if reached[0] > 0 else MAXIMUM
    split = _split(f, hessian)
    if split is None:
        return OPEN
    kernel, rest, inverse = split
    way = -1 if falling else 1
    for order in MORE_ORDERS if len(f.slice) == 1 else ORDERS:
        if comb(len(f.slice) + order, order) > MOST_TERMS or monotonic() > deadline:
            break
        try:
            polynomial = f.taylor([*kernel, *rest], order)
        except TROUBLES:
            break
        if any(sum(exponents) < 2 for exponents in polynomial):
            break
        with precision(KNOWN_BITS, order):
            reduced = _reduced(polynomial, len(kernel), inverse, order) if rest else polynomial
            found = _decided({k: way * c for k, c in reduced.items()}, len(kernel), strict=rising or falling)
        if found:
            return {MINIMUM: MAXIMUM, MAXIMUM: MINIMUM}.get(found, found) if falling else found
    return OPEN


def _split(f: Scalar, hessian: Symmetric) -> tuple[list[list[fmpq]], list[list[fmpq]], BallRows] | None:
    """Bases of the kernel and of a complement in the slice, and the inverse Hessian there."""
    places = f.slice
    q = hessian.fractions(places)
    if q is not None:
        kernel = nullspace(q, fmpq(0))
        free = {max(j for j, c in enumerate(v) if c != 0) for v in kernel}
        pivots = [j for j in range(len(places)) if j not in free]
        block = fmpq_mat(len(pivots), len(pivots), [q[i, j] for i in pivots for j in pivots]).inv()
        inverse: BallRows = [[Rational(c) for c in row] for row in block.tolist()]
        return [_spread(v, f) for v in kernel], [_unit(places[j], f) for j in pivots], inverse
    zero = [i for i in places if all(hessian.terms[i][j].is_zero() for j in places)]
    rest = [i for i in places if i not in zero]
    try:
        inverse = submatrix(hessian.terms, rest).inv().tolist()
    except ZeroDivisionError:
        return None
    return [_unit(i, f) for i in zero], [_unit(i, f) for i in rest], inverse


def _spread(v: Sequence[fmpq], f: Scalar) -> list[fmpq]:
    whole = [fmpq(0)] * f.size
    for j, c in zip(f.slice, v, strict=True):
        whole[j] = c
    return whole


def _unit(k: int, f: Scalar) -> list[fmpq]:
    return [fmpq(int(j == k)) for j in range(f.size)]


def _reduced(polynomial: Terms, m: int, inverse: BallRows, order: int) -> Terms:
    """The terms of g(t) up to ``order`` from f(t, s), t the first m variables: s(t) by Newton's method, H held."""
    r = len(inverse)
    t = [Jet.variable(k, arb(0), order) for k in range(m)]
    s: list[Jet] = [Jet(arb(0), [{} for _ in range(order)]) for _ in range(r)]
    slopes = [_derivative(polynomial, m + j) for j in range(r)]
    for _ in range(order // 2):
        values = [_evaluated(slope, [*t, *s], order) for slope in slopes]
        for i in range(r):
            for j in range(r):
                s[i] = s[i] + values[j].scaled(-inverse[i][j])
    return dict(_evaluated(polynomial, [*t, *s], order).terms(m))


def _derivative(polynomial: Terms, k: int) -> dict[Exponents, arb]:
    return {(*e[:k], e[k] - 1, *e[k + 1 :]): c * Rational(fmpq(e[k])) for e, c in polynomial.items() if e[k]}


def _evaluated(polynomial: Terms, at: Sequence[Jet], order: int) -> Jet:
    """The polynomial of jets without a constant."""
    powers: dict[Exponents, Jet] = {}
    whole = Jet(arb(0), [{} for _ in range(order)])
    for exponents in sorted(polynomial, key=sum):
        whole = whole + _power(exponents, at, powers).scaled(polynomial[exponents])
    return whole


def _power(exponents: Exponents, at: Sequence[Jet], powers: dict[Exponents, Jet]) -> Jet:
    if exponents not in powers:
        k = next(j for j, e in enumerate(exponents) if e)
        lower = (*exponents[:k], exponents[k] - 1, *exponents[k + 1 :])
        powers[exponents] = at[k] if not any(lower) else _power(lower, at, powers) * at[k]
    return powers[exponents]


def _decided(g: Terms, m: int, *, strict: bool) -> str:
    """The kind by the lowest form of g, of at least third degree; empty where g is flat up to its order.

    Args:
        g: the reduced function; no exact zeros.
        m: its variables.
        strict: f curves up in other directions.
    """
    if not g:
        return ""
    degree = min(map(sum, g))
    form = {e: c for e, c in g.items() if sum(e) == degree}
    if degree < 3 or all(c.contains(0) for c in form.values()):
        return OPEN
    if degree % 2:
        return NEITHER
    found = sign(form, m)
    if (found.up and found.down) or (strict and found.down):
        return NEITHER
    if found.definite:
        return MINIMUM if found.up else MAXIMUM
    return OPEN
