"""Orthogonal polynomials by their three-term recurrences, and hypergeometric series that end, over any terms.

A term is a jet, a power series, an expansion or a number: whatever varies, parameters too. Fractions stay fractions, so
that the zeros of derivatives, which are common here (P_2'(0), T_3''(1/2)), show as zeros.

Source: https://dlmf.nist.gov/18.9.E1, 18.5.E8 and 15.2.E1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from itertools import accumulate
from operator import mul
from typing import Any

from flint import arb, arb_series, fmpq

from hesscli.exact.elementary.base import as_integer
from hesscli.exact.jets import Jet
from hesscli.exact.rational import Rational
from hesscli.exact.terms import Arithmetic, Term, V

HIGHEST = 64
"""Beyond this degree flint's own values of the polynomials without parameters are faster."""
MOST_TERMS = 10_000
"""Degree up to which polynomials with parameters are computed at all: they have no other way."""

Recurrence = Callable[[int, Sequence[Any], Any, Any], Any]
"""(k, arguments, p_k, p_(k-1)) -> p_(k+1)."""

RECURRENCES: dict[str, tuple[Callable[[Sequence[Any]], Any], Recurrence]] = {
    "legendre": (
        lambda args: args[0],
        lambda k, args, p, q: (args[0] * p * arb(2 * k + 1) - q * arb(k)) * _over(k + 1),
    ),
    "chebyshevt": (lambda args: args[0], lambda k, args, p, q: args[0] * p * arb(2) - q),
    "chebyshevu": (lambda args: args[0] * arb(2), lambda k, args, p, q: args[0] * p * arb(2) - q),
    "hermite": (lambda args: args[0] * arb(2), lambda k, args, p, q: args[0] * p * arb(2) - q * arb(2 * k)),
    "laguerre": (
        lambda args: arb(1) - args[0],
        lambda k, args, p, q: ((arb(2 * k + 1) - args[0]) * p - q * arb(k)) * _over(k + 1),
    ),
    "gegenbauer": (
        lambda args: args[0] * args[1] * arb(2),
        lambda k, args, p, q: (
            (args[0] + arb(k)) * args[1] * p * arb(2) - (args[0] * arb(2) + arb(k - 1)) * q
        ) * _over(k + 1),
    ),
}  # fmt: skip
"""p_1, and p_(k+1) from p_k and p_(k-1); p_0 is 1."""


def _over(k: int) -> arb:
    return Rational(fmpq(1, k))


def by_recurrence(name: str) -> Callable[..., Any]:
    """The rule of an orthogonal polynomial: its recurrence, or flint's own value at a high degree."""
    first, step = RECURRENCES[name]

    def rule(interpreter: Arithmetic[V], degree: arb, *args: Term[V]) -> Term[V]:
        n = as_integer(degree)
        if n is None or not 0 <= n <= (MOST_TERMS if len(args) > 1 else HIGHEST):
            return interpreter.smooth(name, [degree, *args])
        before, now = arb(1), first(args) if n else arb(1)
        for k in range(1, n):
            before, now = now, step(k, args, now, before)
        return now

    return rule


def jacobi(interpreter: Arithmetic[V], degree: arb, a: Term[V], b: Term[V], x: Term[V]) -> Term[V]:
    """Sum of (a+j+1)_(n-j)/(n-j)! (b+n-j+1)_j/j! ((x-1)/2)**j ((x+1)/2)**(n-j): the recurrence may divide by 0."""
    n = as_integer(degree)
    if n is None or not 0 <= n <= MOST_TERMS:
        return interpreter.smooth("jacobi", [degree, a, b, x])
    low = _powers((x - arb(1)) * _over(2), n)
    high = _powers((x + arb(1)) * _over(2), n)
    left, right = _rising(a, n), _rising(b, n)
    return interpreter.sum([left[n - j] * right[j] * low[j] * high[n - j] for j in range(n + 1)])


def _powers(x: Term[V], n: int) -> list[Term[V]]:
    return list(accumulate([x] * n, mul, initial=arb(1)))


def _rising(a: Term[V], n: int) -> list[Term[V]]:
    """(a+n-k+1)_k/k! for k up to n: products from the last factor down."""
    factors = [(a + arb(n - k), k + 1) for k in range(n)]
    return list(accumulate(factors, lambda product, next_: product * next_[0] * _over(next_[1]), initial=arb(1)))


def by_terms(name: str) -> Callable[..., Any]:
    """The rule of a hypergeometric series: its finite sum where an upper parameter is 0, -1, ... or x is 0."""

    def rule(interpreter: Arithmetic[V], *args: Term[V]) -> Term[V]:
        *upper, lower, x = args
        count = _length(interpreter, upper, lower, x)
        if count is None:
            return interpreter.smooth(name, args)
        term: Term[V] = arb(1)
        total = term
        for k in range(count):
            above = reduce(mul, [p + arb(k) for p in upper], x * term)
            term = interpreter.divide(above, lower + arb(k)) * _over(k + 1)
            total = total + term
        return total

    return rule


def _length(interpreter: Arithmetic[V], upper: Sequence[Term[V]], lower: Term[V], x: Term[V]) -> int | None:
    """How many terms there are after the first; None where the series does not end or would divide by zero."""
    pole = as_integer(interpreter.base(lower))
    if pole is not None and pole <= 0:
        return None
    ends = [-n for p in upper if isinstance(p, arb) and (n := as_integer(p)) is not None and -HIGHEST <= n <= 0]
    if isinstance(x, arb) and x.is_zero():
        return 0
    if not ends and isinstance(x, (Jet, arb_series)) and interpreter.base(x).is_zero():
        return interpreter.order
    return min(ends, default=None)
