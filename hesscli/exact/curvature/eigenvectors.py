"""Unit eigenvectors of a symmetric matrix, every printed digit right.

For a unit vector v, a number m and the distance d of m from all eigenvalues but one: the angle t between v and that
one's eigenvector has sin t <= |A v - m v| / d, and so the two lie within sqrt(2) sin t of each other.

Where a component is zero, or an eigenvalue multiple, balls do not tell: over the fractions the characteristic
polynomial's factors do. A component j of the eigenvector of a simple eigenvalue v is zero exactly where v is also an
eigenvalue of the matrix without row and column j.

Source: C. Davis and W. M. Kahan, "The rotation of eigenvectors by a perturbation III", SIAM Journal on Numerical
Analysis 7(1), 1970, 1-46; P. B. Denton, S. J. Parke, T. Tao and X. Zhang, "Eigenvectors from eigenvalues", Bulletin
of the American Mathematical Society 59(1), 2022, 31-58.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from flint import arb, arb_mat, arb_poly, fmpq, fmpq_mat

from hesscli.exact.curvature.linear import RowTexts, certain
from hesscli.exact.curvature.matrix import Symmetric, nullspace, submatrix
from hesscli.exact.curvature.spectrum import Spectrum, enclosed

LAST_BITS = 1024
LARGEST_EXACT = 24
"""Rows of the largest block whose characteristic polynomial is factored."""


def unit_eigenvectors(a: Symmetric, known: Spectrum, digits: int, deadline: float = inf) -> list[RowTexts | None]:
    """Unit vectors (n, n), row k for eigenvalue k, the first component that is not zero positive.

    Where eigenvalues coincide they are orthonormal vectors of their space; None where that space is open.

    >>> a = Symmetric.of([[1, 2], [2, 4]])
    >>> unit_eigenvectors(a, Spectrum([], [], [(0, 0), (0, 1)], True), 5)
    [['0.89443', '-0.44721'], ['0.44721', '0.89443']]
    """
    found = [_block(a, places, digits, deadline) for places in a.blocks]
    whole: list[RowTexts | None] = []
    for block, k in known.homes:
        places, vector = a.blocks[block], found[block][k]
        if vector is None:
            whole.append(None)
            continue
        row: RowTexts = ["0"] * a.size
        for i, text in zip(places, vector, strict=True):
            row[i] = text
        whole.append(row)
    return whole


def _block(a: Symmetric, places: Sequence[int], digits: int, deadline: float) -> list[RowTexts | None]:
    """One block's vectors in the order of its eigenvalues."""
    n = len(places)
    if n == 1:
        return [["1"]]
    exact: dict[int, list[fmpq]] = {}
    zeros: dict[int, set[int]] = {}
    asked = False

    def compute(bits: int) -> Sequence[arb]:
        nonlocal asked
        balls = submatrix(a.balls(bits), places)
        values, x = enclosed(balls)
        vectors = [_enclosed(balls, values, x, k) for k in range(n)]
        if not asked and any(c.contains(0) or not c.is_finite() for vector in vectors for c in vector):
            asked = True
            _ask(a, places, values, exact, zeros)
        for k, vector in enumerate(vectors):
            for j in zeros.get(k, ()):
                vector[j] = arb(0)
        return [c for k, v in enumerate(vectors) for c in (_unit(exact[k]) if k in exact else _signed(v))]

    texts = certain(compute, digits, deadline, last=LAST_BITS)
    assert texts is not None
    rows = [texts[k * n : (k + 1) * n] for k in range(n)]
    return [row if any(row) else None for row in rows]


def _enclosed(a: arb_mat, values: Sequence[arb], x: arb_mat, k: int) -> list[arb]:
    """The unit eigenvector of the k-th eigenvalue; NaN where others are not told apart from it."""
    n, middle = len(values), values[k].mid()
    others = [abs(values[j] - middle) for j in range(n) if j != k]
    gap = min((d.lower() for d in others), default=arb(0))
    v = arb_mat([[x[i, k]] for i in range(n)])
    if not gap > 0 or any(values[j].overlaps(values[k]) for j in range(n) if j != k):
        return [arb.nan()] * n
    length = _length(list(v.entries()))
    away = (arb(2).sqrt() * _length([c.abs_upper() for c in (a * v - v * middle).entries()]) / (length * gap)).upper()
    return [c / length + arb(0, away) for c in v.entries()]


def _length(v: Sequence[arb]) -> arb:
    return sum((c * c for c in v), arb(0)).sqrt()


def _signed(v: list[arb]) -> list[arb]:
    """The one of v and -v whose first component that differs from zero is positive."""
    first = next((c for c in v if not c.contains(0)), arb(1))
    return [-c for c in v] if first < 0 else v


def _unit(v: Sequence[fmpq]) -> list[arb]:
    length = arb(sum((c * c for c in v), fmpq(0))).sqrt()
    return _signed([arb(c) / length for c in v])


def _ask(
    a: Symmetric,
    places: Sequence[int],
    values: Sequence[arb],
    exact: dict[int, list[fmpq]],
    zeros: dict[int, set[int]],
) -> None:
    """Over the fractions: the vectors of rational eigenvalues, and the zeros in those of simple irrational ones."""
    q = a.fractions(places) if len(places) <= LARGEST_EXACT else None
    if q is None:
        return
    n = len(places)
    factors = [(f, m) for f, m in q.charpoly().numer().factor()[1]]
    without = [_without(q, j).charpoly().numer() for j in range(n)] if any(f.degree() > 1 for f, _ in factors) else []
    for f, m in factors:
        mine = [k for k, x in enumerate(values) if arb_poly(f)(x).contains(0)]
        if any(arb_poly(g)(values[k]).contains(0) for k in mine for g, _ in factors if g != f):
            continue
        if f.degree() == 1:
            exact |= dict(zip(mine, _space(q, fmpq(-f[0], f[1])), strict=True))
        elif m == 1:
            absent = {j for j in range(n) if (without[j] % f).degree() < 0}
            zeros |= dict.fromkeys(mine, absent)


def _without(q: fmpq_mat, j: int) -> fmpq_mat:
    n = q.nrows()
    rest = [k for k in range(n) if k != j]
    return fmpq_mat(n - 1, n - 1, [q[r, c] for r in rest for c in rest])


def _space(q: fmpq_mat, value: fmpq) -> list[list[fmpq]]:
    """An orthogonal basis of the eigenvectors of a rational eigenvalue."""
    basis: list[list[fmpq]] = []
    for v in nullspace(q, value):
        for u in basis:
            share = _product(u, v) / _product(u, u)
            v = [x - share * y for x, y in zip(v, u, strict=True)]
        basis.append(v)
    return basis


def _product(u: Sequence[fmpq], v: Sequence[fmpq]) -> fmpq:
    return sum((x * y for x, y in zip(u, v, strict=True)), fmpq(0))
