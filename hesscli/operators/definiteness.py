"""The signs of a symmetric matrix's eigenvalues, and between which numbers they lie: what is certain, and from what.

A Rayleigh quotient v.A v / v.v is never below the smallest eigenvalue nor above the largest, whatever v is: two of
unlike signs prove that A is indefinite. Definiteness takes more: discs (Gershgorin), a count by factorisation, or all
eigenvalues of a small matrix, whose error LAPACK bounds.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import LinearOperator

from hesscli.operators.density import lanczos
from hesscli.operators.factorise import UNIT, Ordered, below, ordered
from hesscli.operators.passes import Passes
from hesscli.operators.report import Eigenvalues, Signs, word_of

Array = NDArray[Any]

DENSE = 400
"""Rows up to which all eigenvalues are computed."""

QUICK = 3_000_000
"""Entries of an envelope up to which the eigenvalues are counted without being asked."""

NIL = 1e-12, 1e-7
"""Of the discs' reach: what counts as zero, and what is too much for that, where elimination without pivots is
unstable."""

STEPS = 20
"""Of Lanczos's method, for a look at the ends."""


def eigenvalues_of(full: Array, unit: float = UNIT) -> Eigenvalues:
    """All eigenvalues of (A + A^T)/2, computed in float64.

    Args:
        full: A, finite, shape (n, n).
        unit: roundoff u of the arithmetic that A comes from. The error is 10 n u ||A||: LAPACK's is no more, nor is
            what entries bring that are off by up to 10 u ||A|| each (Weyl).

    Source: LAPACK Users' Guide, 3rd ed., 4.7; R. A. Horn, C. R. Johnson, "Matrix Analysis", 2nd ed., 4.3.

    Example:
        >>> found = eigenvalues_of(np.array([[2.0, 1.0], [1.0, 2.0]]))
        >>> found.values.round(9).tolist(), found.error < 1e-13, found.word
        ([1.0, 3.0], True, 'positive definite')
    """
    a = np.asarray(full, np.float64)
    values = np.linalg.eigvalsh((a + a.T) / 2)
    return Eigenvalues(values, 10 * len(a) * unit * float(np.abs(values).max(initial=0.0)))


def signs_of(matrix: Any, rest: LinearOperator | None = None) -> Signs:
    """The signs of a sparse symmetric matrix's eigenvalues.

    Args:
        matrix: both triangles stored, finite, shape (n, n).
        rest: what is to be added to it, as an operator; then neither discs nor a factorisation tell anything.

    Example:
        >>> found = signs_of(sparse.diags_array([np.full(999, -1.0), np.full(1000, 2.5), np.full(999, -1.0)],
        ...     offsets=[-1, 0, 1]))
        >>> found.word, found.how
        ('positive definite', 'by discs')
    """
    a = sparse.csr_array(matrix)
    n = a.shape[0]
    operator = sparse.linalg.aslinearoperator(a) if rest is None else sparse.linalg.aslinearoperator(a) + rest
    if n <= DENSE:
        return _dense(Passes(operator).whole())
    low, high = _quotients(a.diagonal() if rest is None else None, operator)
    if rest is not None:
        return _judged("by Lanczos", (-np.inf, low), (high, np.inf))
    moved = ordered(a)
    smallest, largest = (moved.low, low), (high, moved.high)
    if moved.low > 0 or moved.high < 0 or moved.filled > QUICK:
        return _judged("by discs" if moved.low > 0 or moved.high < 0 else "by Lanczos", smallest, largest)
    return _counted(moved, smallest, largest) or _judged("by Lanczos", smallest, largest)


def _dense(full: Array) -> Signs:
    found = eigenvalues_of(full)
    theta, error = found.values, found.error
    if found.word == "zero":
        return Signs("zero", "all are zero", 0, len(full), (0.0, 0.0), (0.0, 0.0))
    ends = (theta[0] - error, theta[0] + error), (theta[-1] - error, theta[-1] + error)
    return Signs(found.word, "of all eigenvalues", found.negative, found.nil, *_floats(ends))


def _quotients(diagonal: Array | None, operator: LinearOperator) -> tuple[float, float]:
    """The least and the largest of some Rayleigh quotients, with their rounding taken off."""
    n = operator.shape[0]
    main, beside = lanczos(operator, np.random.default_rng(0).standard_normal(n), min(STEPS, n))
    theta = np.linalg.eigvalsh(np.diag(main) + np.diag(beside, 1) + np.diag(beside, -1))
    size = max(float(np.abs(theta).max()), float(np.abs(beside).max(initial=0.0)))
    size = max(size, 0.0 if diagonal is None else float(np.abs(diagonal).max()))
    error = 1e-12 * size
    low, high = theta[0] + error, theta[-1] - error
    if diagonal is None:
        return float(low), float(high)
    return min(float(low), float(diagonal.min())), max(float(high), float(diagonal.max()))


def _counted(a: Ordered, smallest: tuple[float, float], largest: tuple[float, float]) -> Signs | None:
    """From counts a little below zero and a little above: eigenvalues between them are as good as zero."""
    n = a.matrix.shape[0]
    reach = max(abs(a.low), abs(a.high))
    shift = NIL[0] * reach
    while shift <= NIL[1] * reach:
        under, over = below(a, -shift), below(a, shift)
        if under is None or over is None:
            return None
        if max(under[1], over[1]) < shift:
            negative, nil = under[0], over[0] - under[0]
            if negative + nil == 0:
                smallest = (max(smallest[0], 0.0), smallest[1])
            if negative == n:
                largest = (largest[0], min(largest[1], 0.0))
            word = "indefinite" if smallest[1] < 0 < largest[0] else word_of(n, negative, nil)
            return Signs(word, "counted by factorisation", negative, nil, smallest, largest)
        shift = 2 * max(under[1], over[1])
    return None


def _judged(how: str, smallest: tuple[float, float], largest: tuple[float, float]) -> Signs:
    """From the brackets of both ends alone."""
    cases = {
        "positive definite": smallest[0] > 0,
        "negative definite": largest[1] < 0,
        "indefinite": smallest[1] < 0 < largest[0],
    }
    word = next((word for word, certain in cases.items() if certain), "open")
    return Signs(word, how, None, None, *_floats((smallest, largest)))


def _floats(ends: Any) -> Any:
    return [tuple(float(x) for x in pair) for pair in ends]
