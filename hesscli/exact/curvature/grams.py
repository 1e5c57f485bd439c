"""Forms that are positive because they are sums of squares: f = z' Q z with Q positive definite, z the half monomials.

Q is looked for in floating point, by projecting in turn on the matrices that give f and on those of which no eigenvalue
is small; it is then rounded to fractions, made to give f exactly, and its pivots are all positive or it proves nothing.

Source: M. D. Choi, T. Y. Lam and B. Reznick, "Sums of squares of real polynomials", 1995; H. Peyrl and P. A. Parrilo,
"Computing sum of squares decompositions with rational coefficients", Theoretical Computer Science 409, 2008.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations_with_replacement

import numpy as np
from flint import fmpq

from hesscli.exact.jets import Exponents
from hesscli.exact.kinks.polynomials import substituted, unit

MOST_MONOMIALS = 40
STEPS, LEAST, SAMPLES, SEED = 400, (1e-2, 1e-4), 500, 20240229


def is_sum_of_squares(form: Mapping[Exponents, fmpq], n: int) -> bool:
    """Whether a form of even degree is proven to be positive everywhere but at zero.

    Args:
        form: exponents -> coefficient.
        n: its variables.

    >>> is_sum_of_squares({(4, 0): fmpq(1), (2, 2): fmpq(-1), (0, 4): fmpq(1)}, 2)
    True
    >>> is_sum_of_squares({(4, 0): fmpq(1), (2, 2): fmpq(-3), (0, 4): fmpq(1)}, 2)
    False
    """
    form = _rounder(form, n)
    half = sum(next(iter(form))) // 2
    monomials = [tuple(m.count(k) for k in range(n)) for m in combinations_with_replacement(range(n), half)]
    size = len(monomials)
    if size > MOST_MONOMIALS:
        return False
    pairs: dict[Exponents, list[tuple[int, int]]] = {}
    for i, a in enumerate(monomials):
        for j, b in enumerate(monomials):
            pairs.setdefault(tuple(x + y for x, y in zip(a, b, strict=True)), []).append((i, j))
    groups = [(tuple(np.array(places).T), float(form.get(e, 0))) for e, places in pairs.items()]
    scale = max(abs(c) for _, c in groups)
    for least in LEAST:
        gram = np.zeros((size, size))
        for _ in range(STEPS):
            for where, c in groups:
                gram[where] += (c - gram[where].sum()) / len(where[0])
            values, vectors = np.linalg.eigh(gram)
            if values[0] > least * scale / 10:
                return _positive(_exactly(gram, form, pairs))
            gram = (vectors * np.maximum(values, least * scale)) @ vectors.T
    return False


def _rounder(form: Mapping[Exponents, fmpq], n: int) -> Mapping[Exponents, fmpq]:
    """The form in coordinates in which its mean Hessian is close to the identity, so that it is far from singular."""
    points = np.random.default_rng(SEED).standard_normal((SAMPLES, n))
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    mean = np.zeros((n, n))
    for e, c in form.items():
        for i in range(n):
            for j in range(n):
                lower = np.array(e) - np.eye(n, dtype=int)[i] - np.eye(n, dtype=int)[j]
                times = e[i] * (e[j] - (i == j))
                if times:
                    mean[i, j] += float(c) * times * np.prod(points**lower, axis=1).mean()
    values, vectors = np.linalg.eigh(mean)
    if not values[0] > 0:
        return form
    lines = [
        {unit(j, n): fmpq(round(x * 1024), 1024) for j, x in enumerate(row)}
        for row in vectors * np.sqrt(values[0] / values)
    ]
    return {e: c for e, c in substituted(dict(form), lines, n).items() if c != 0}


def _exactly(
    gram: np.ndarray, form: Mapping[Exponents, fmpq], pairs: Mapping[Exponents, list[tuple[int, int]]]
) -> list[list[fmpq]]:
    """The nearest matrix of fractions that gives the form exactly."""
    rows = [[fmpq(*float(x).as_integer_ratio()) for x in row] for row in (gram + gram.T) / 2]
    for e, places in pairs.items():
        missing = (form.get(e, fmpq(0)) - sum((rows[i][j] for i, j in places), fmpq(0))) / len(places)
        for i, j in places:
            rows[i][j] += missing
    return rows


def _positive(rows: list[list[fmpq]]) -> bool:
    """Whether a symmetric matrix is positive definite: all pivots are positive."""
    for k, row in enumerate(rows):
        if not row[k] > 0:
            return False
        for below in rows[k + 1 :]:
            times = below[k] / row[k]
            below[k:] = [a - times * b for a, b in zip(below[k:], row[k:], strict=True)]
    return True
