"""The eigenvalues of a symmetric matrix, every printed digit right, and their signs.

For a nonsingular X, B = X^T A X and G = X^T X: by Ostrowski's theorem the k-th eigenvalue of B is the k-th of A
times a number between the least and the largest eigenvalue of G, and by Weyl's it lies within the norm of what B
has off its diagonal of the k-th of its diagonal's entries. Both hold for every matrix in the balls, whatever X is,
and for eigenvalues as close or as multiple as they like; `diagonalizing` makes the bounds tight.

A zero eigenvalue is no matter of precision: the matrix's rank over the fractions tells how many there are.

Source: R. A. Horn and C. R. Johnson, Matrix Analysis, 2nd ed. 2013, theorems 4.5.9 and 4.3.1; for the bounds in
doubles N. J. Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed. 2002, section 3.5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, log2
from time import monotonic

import numpy as np
from flint import arb, arb_mat, ctx
from numpy.typing import NDArray

from hesscli.exact.curvature.diagonalize import diagonalizing, doubles, identity
from hesscli.exact.curvature.matrix import Symmetric, submatrix
from hesscli.exact.decimals import DOUBLE_DIGITS, decimal, precision, written_decimal
from hesscli.result import DecimalNumber

GUARD = 40
LAST_BITS, LARGE_BITS = 8192, 1024
LARGE = 300
"""Beyond this many connected variables eigenvalues are enclosed in doubles, to as many digits as these give."""
SECONDS = 6e-7
"""Times n**3: what the enclosures of n eigenvalues may take on a busy machine."""
FEWEST = 3


@dataclass(slots=True)
class Spectrum:
    """The eigenvalues of a symmetric matrix.

    Attributes:
        values: (n,) enclosures, ascending; a zero that is one for certain is exactly zero.
        texts: (n,) their decimal strings; None where no digit is certain.
        homes: (n,) the block of each and its place among the block's eigenvalues.
        complete: every eigenvalue has all digits that were asked for.
    """

    values: list[arb]
    texts: list[str | None]
    homes: list[tuple[int, int]]
    complete: bool

    @property
    def inertia(self) -> tuple[int, int, int, int]:
        """How many eigenvalues are positive, zero, negative, and of a sign that is open."""
        return inertia(self.values)


def inertia(values: Sequence[arb]) -> tuple[int, int, int, int]:
    """How many numbers are positive, zero, negative, and of a sign that is open."""
    signs = [1 if x > 0 else -1 if x < 0 else 0 if x.is_zero() else 2 for x in values]
    return signs.count(1), signs.count(0), signs.count(-1), signs.count(2)


def enclose_eigenvalues(a: Symmetric, digits: int, deadline: float = inf) -> Spectrum:
    """The eigenvalues to ``digits`` significant digits, every printed one right.

    Args:
        a: the matrix.
        digits: of each eigenvalue.
        deadline: no higher precision is begun after this moment of `time.monotonic`.

    >>> enclose_eigenvalues(Symmetric.of([[1, 2], [2, 4]]), 17).texts
    ['0', '5']
    """
    found = []
    complete = True
    for number, places in enumerate(a.blocks):
        values, texts = _block(a, places, digits, deadline)
        for k, (x, text) in enumerate(zip(values, texts, strict=True)):
            found.append((x, text or certain_digits(x, digits), (number, k)))
            complete &= text is not None or (x.is_finite() and written_decimal(x, digits) is not None)
    found.sort(key=lambda one: one[0].mid())
    values, texts, homes = map(list, zip(*found, strict=True))
    return Spectrum(values, texts, homes, complete)


def _block(a: Symmetric, places: Sequence[int], digits: int, deadline: float) -> tuple[list[arb], list[str | None]]:
    """Enclosures of one block's eigenvalues, ascending, and the decimals of those that have all digits."""
    n = len(places)
    bits = first_bits(digits)
    last = LAST_BITS if n <= 12 else max(LARGE_BITS, 2 * bits)
    zeros: int | None = None
    while True:
        started = monotonic()
        rows = a.balls(bits + GUARD)
        if n > LARGE or monotonic() + SECONDS * n**3 > deadline:
            values = enclosed_in_doubles(submatrix(rows, places))
            return values, [*(decimal(x, digits) for x in values)]
        with precision(bits + GUARD, 0):
            values, _ = enclosed(submatrix(rows, places))
            about = [k for k, x in enumerate(values) if x.contains(0)]
            if about and zeros is None:
                zeros = len(about) if len(about) == a.flat(places) else a.nullity(places)
            if zeros is not None and len(about) == zeros:
                values = [arb(0) if k in about else x for k, x in enumerate(values)]
            texts: list[str | None] = [decimal(x, digits) if x.is_finite() else None for x in values]
            spent = monotonic() - started
            if None not in texts or 2 * bits > last or monotonic() + 3 * spent > deadline:
                return values, texts
        bits *= 2


def first_bits(digits: int) -> int:
    """Enough for the digits of numbers within some ten orders of magnitude."""
    return max(128, int(digits * log2(10)) + 64)


def certain_digits(x: arb, digits: int) -> DecimalNumber | None:
    """The digits asked for, or as many as are certain, at least `FEWEST`; its double has all that a double holds."""
    if not x.is_finite():
        return None
    most = range(max(digits, DOUBLE_DIGITS), FEWEST - 1, -1)
    certain = next((text for d in most if (text := written_decimal(x, d)) is not None), None)
    return None if certain is None else DecimalNumber(written_decimal(x, digits) or certain, float(certain))


def enclosed(a: arb_mat) -> tuple[list[arb], arb_mat]:
    """Enclosures of the eigenvalues in the present precision, ascending, and vectors close to theirs as columns.

    Args:
        a: (n, n) symmetric.
    """
    n = a.nrows()
    if n == 1:
        return [a[0, 0]], identity(1)
    if not all(c.is_finite() for c in a.entries()):
        return [arb.nan()] * n, identity(n)
    x = diagonalizing(a, ctx.prec - GUARD // 2)
    transposed = x.transpose()
    b, g = transposed * (a * x), transposed * x - identity(n)
    off = max(_row_sum(b, k, skip=True) for k in range(n))
    away = max(_row_sum(g, k) for k in range(n))
    if not away < 0.5:
        return [arb.nan()] * n, x
    stretch = arb(1 - away).union(1 + away)
    lower = sorted((b[k, k] - off).lower() for k in range(n))
    upper = sorted((b[k, k] + off).upper() for k in range(n))
    order = sorted(range(n), key=lambda k: b[k, k].mid())
    vectors = arb_mat([[x[i, k] for k in order] for i in range(n)])
    return [low.union(high) / stretch for low, high in zip(lower, upper, strict=True)], vectors


def _row_sum(a: arb_mat, k: int, *, skip: bool = False) -> arb:
    """The upper end of the sum of the sizes of a row."""
    whole = sum((abs(a[k, j]) for j in range(a.ncols()) if not (skip and j == k)), arb(0))
    return whole.upper()


def enclosed_in_doubles(a: arb_mat) -> list[arb]:
    """The same from products in doubles, with bounds of their rounding errors: quick, to some ten digits at best.

    Args:
        a: (n, n) symmetric, n > 1.
    """
    n = a.nrows()
    if not all(c.is_finite() for c in a.entries()):
        return [arb.nan()] * n
    largest = max(abs(c).upper() for c in a.entries())
    if largest.is_zero():
        return [arb(0)] * n
    power = _exponent(largest)
    scaled = a * arb(2) ** -power
    m: NDArray[np.float64] = doubles(scaled)
    wrong = float(max((c - arb(d)).abs_upper() for c, d in zip(scaled.entries(), m.ravel().tolist(), strict=True)))
    m = (m + m.T) / 2
    x = np.linalg.eigh(m)[1]
    sizes = _norm(x.T) * _norm(x)
    gamma = (2 * n + 8) * 2.0**-52
    b, g = x.T @ (m @ x), x.T @ x - np.eye(n)
    off = _norm(b - np.diag(np.diag(b))) + sizes * (gamma * _norm(m) + 4 * n * wrong)
    away = _norm(g) + sizes * gamma
    if not away < 0.5:
        return [arb.nan()] * n
    stretch = arb(1, 1.001 * away)
    return [arb(float(d), 1.001 * off) / stretch * arb(2) ** power for d in np.sort(np.diag(b))]


def _exponent(x: arb) -> int:
    """The least power of two beyond x: |x| < 2**k."""
    mantissa, power = x.man_exp()
    return int(power) + int(mantissa).bit_length()


def _norm(a: NDArray[np.float64]) -> float:
    """The largest sum of sizes of a row."""
    return float(np.abs(a).sum(axis=1).max())
