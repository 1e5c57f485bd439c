"""Polynomials as tables {exponents: coefficient}: an interpreter's jets, linear substitution, bounds of degrees.

Their coefficients may be balls, which flint's own polynomials in several variables do not know; only forms whose
coefficients are fractions become such (`forms`). Nothing is truncated, as it is in a jet.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flint import arb, fmpq

from hesscli.exact.jets import Exponents, Jet
from hesscli.exact.properties import FLAT, KEEPING
from hesscli.exact.terms import Term
from hesscli.language.expression import Expression

ROUNDED = 200
"""Bits that are kept of a coefficient that is no fraction, to see which forms are alike."""
Polynomial = dict[Exponents, Any]
"""Exponents -> coefficient, a fraction or a ball."""


def as_polynomial(jet: Term[Jet], size: int) -> Polynomial:
    """A jet in ``size`` variables as a polynomial."""
    zero = (0,) * size
    return {zero: jet} if isinstance(jet, arb) else {zero: jet.constant, **dict(jet.terms(size))}


def as_fractions(terms: dict[Exponents, arb | fmpq]) -> dict[Exponents, fmpq]:
    """The coefficients over the size of the first, to `ROUNDED` bits."""
    balls = {e: c if isinstance(c, arb) else arb(c) for e, c in terms.items()}
    first = abs(balls[min(balls, key=lambda e: (sum(e), e))])
    found = {}
    for e, c in balls.items():
        mantissa, power = (c / first).mid().man_exp()
        spare = max(0, int(mantissa).bit_length() - ROUNDED)
        found[e] = fmpq((int(mantissa) + (1 << spare >> 1)) >> spare) * fmpq(2) ** (int(power) + spare)
    return found


def unit(k: int, size: int) -> Exponents:
    """The exponents of one variable alone."""
    return tuple(int(j == k) for j in range(size))


def substituted(terms: Polynomial, lines: Sequence[Polynomial], size: int) -> Polynomial:
    """A polynomial after every variable has become a linear form in others.

    Args:
        terms: the polynomial, in m variables.
        lines: what becomes of each one, m polynomials of degree 1.
        size: of how many others.

    >>> substituted({(2,): fmpq(1)}, [{(1, 0): fmpq(1), (0, 1): fmpq(1)}], 2)  # x**2 by x = u + v
    {(2, 0): 1, (1, 1): 2, (0, 2): 1}
    """
    whole: Polynomial = {}
    for exponents, c in terms.items():
        term: Polynomial = {(0,) * size: c}
        for line, e in zip(lines, exponents, strict=True):
            for _ in range(e):
                term = _product(term, line)
        for key, value in term.items():
            whole[key] = whole[key] + value if key in whole else value
    return whole


def _product(a: Polynomial, b: Polynomial) -> Polynomial:
    whole: Polynomial = {}
    for p, x in a.items():
        for q, y in b.items():
            key = tuple(i + j for i, j in zip(p, q, strict=True))
            whole[key] = whole[key] + y * x if key in whole else y * x
    return whole


def degrees(expression: Expression, active: Sequence[int]) -> list[float]:
    """For every node a degree that its polynomial pieces do not exceed; infinite where they are no polynomials."""
    varying = {expression.variables[k] for k in active}
    found: list[float] = []
    for node in expression.nodes:
        below = [found[k] for k in node.args]
        if node.op == "variable":
            found.append(1 if str(node.value) in varying else 0)
        elif not any(below) or node.op in FLAT:
            found.append(0)
        elif node.op in KEEPING:
            found.append(max(below))
        elif node.op == "mul":
            found.append(sum(below))
        elif node.op == "div" and not below[1]:
            found.append(below[0])
        elif node.op == "pow" and not below[1] and isinstance(n := expression.nodes[node.args[1]].value, int) and n > 0:
            found.append(below[0] * n)
        else:
            found.append(float("inf"))
    return found
