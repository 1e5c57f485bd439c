"""Nearly orthogonal matrices that nearly diagonalise a symmetric one, to any precision.

The eigenvectors of LAPACK are right to 53 bits; Ogita and Aishima's iteration doubles the bits of all of them
in a few products of matrices. Where eigenvalues lie too close for the bits reached to tell them apart, their
eigenvectors are first turned within their space by the eigenvectors of what A leaves there, at its own scale.
Nothing here is proven, and nothing has to be: `spectrum` encloses what these matrices make of A.

Source: T. Ogita and K. Aishima, "Iterative refinement for symmetric eigenvalue decomposition", Japan Journal of
Industrial and Applied Mathematics 35, 2018, 1007-1035, algorithm 1; II (clustered eigenvalues), 36, 2019, 435-459.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from flint import arb, arb_mat
from numpy.typing import NDArray

ROUNDS = 60
"""More than any matrix was seen to need: a round doubles the bits, or turns a cluster."""
SMALL = arb(2) ** -24
"""A correction of first order is trusted up to here: its square is what it leaves behind."""

Doubles = NDArray[np.float64]
Square = list[list[arb]]


def diagonalizing(a: arb_mat, bits: int) -> arb_mat:
    """X with X^T X close to 1 and X^T A X close to diagonal, to about ``bits`` bits of the largest eigenvalue.

    Args:
        a: (n, n) symmetric, finite; its midpoints count.
        bits: how good; the precision of flint's context should be a little higher.

    Returns:
        (n, n), exact numbers.
    """
    n = a.nrows()
    a = _scaled(a.mid())
    x = arb_mat(np.linalg.eigh(doubles(a))[1].tolist())
    noise = arb(2) ** -bits
    for _ in range(ROUNDS):
        transposed = x.transpose()
        s = (transposed * (a * x)).mid().tolist()
        r = (identity(n) - transposed * x).mid().tolist()
        values = [s[k][k] / (1 - r[k][k]) for k in range(n)]
        e, rest, clusters = _correction(s, r, values, noise)
        x = (x + x * arb_mat(e)).mid()
        turned = False
        for places in clusters:
            left = [[s[i][j] - values[places[0]] * ((i == j) - r[i][j]) for j in places] for i in places]
            if any(abs(left[p][q]) > 64 * rest[i, j] for p, i in enumerate(places) for q, j in enumerate(places[:p])):
                _turn(x, places, np.linalg.eigh(doubles(_scaled(arb_mat(left))))[1])
                turned = True
        if not turned and n * max(abs(c) for row in e for c in row) ** 2 < noise:
            break
    return x


def _correction(s: Square, r: Square, values: Sequence[arb], noise: arb) -> tuple[Square, arb_mat, list[list[int]]]:
    """E of X (1 + E), the sizes of what it leaves of S off the diagonal, and the clusters not yet told apart.

    E_ij = (S_ij + v_j R_ij) / (v_j - v_i), and R_ij / 2 within a cluster; what is left is of second order.
    """
    n = len(values)
    e = [[c / 2 for c in row] for row in r]
    w = arb_mat(n, n)  # |E_ij| |v_j - v_i|
    sizes = arb_mat(n, n)  # |E_ij|
    gaps, near = {}, []
    for i, v in enumerate(values):
        w[i, i], sizes[i, i] = e[i][i] * v, e[i][i]
        for j in range(i):
            gap = values[j] - v
            c = s[i][j]
            up, down = c + values[j] * r[i][j], c + v * r[i][j]
            correction = up / gap
            if abs(correction) < SMALL:
                gaps[i, j] = gap
                e[i][j], e[j][i] = correction, -down / gap
                w[i, j] = w[j, i] = up
                sizes[i, j], sizes[j, i] = e[i][j], e[j][i]
            else:
                near.append((i, j))
    sizes = _sizes(sizes)
    rest = (_sizes(w) * sizes).mid() + arb_mat(n, n, [noise] * (n * n))
    near += [pair for pair, gap in gaps.items() if not abs(gap) > 64 * rest[pair]]
    groups = [places for places in components(n, near) if len(places) > 1]
    for places in groups:
        for i in places:
            for j in places:
                e[i][j] = r[i][j] / 2
    return e, rest, groups


def components(n: int, edges: Sequence[tuple[int, int]]) -> list[list[int]]:
    """The connected components of a graph on 0..n-1, each ascending."""
    root = list(range(n))

    def find(k: int) -> int:
        while root[k] != k:
            root[k] = root[root[k]]
            k = root[k]
        return k

    for i, j in edges:
        a, b = sorted((find(i), find(j)))
        root[b] = a
    groups: dict[int, list[int]] = {}
    for k in range(n):
        groups.setdefault(find(k), []).append(k)
    return list(groups.values())


def identity(n: int) -> arb_mat:
    """The unit matrix."""
    return arb_mat(n, n, [int(i == j) for i in range(n) for j in range(n)])


def _turn(x: arb_mat, places: Sequence[int], v: Doubles) -> None:
    """Replace the columns at ``places`` by their products with V."""
    n = x.nrows()
    columns = arb_mat([[x[k, j] for j in places] for k in range(n)]) * arb_mat(v.tolist())
    for k in range(n):
        for c, j in enumerate(places):
            x[k, j] = columns[k, c].mid()


def _scaled(a: arb_mat) -> arb_mat:
    """The matrix times the power of two that brings its largest entry near 1."""
    largest = max((abs(c).mid() for c in a.entries()), default=arb(0))
    if largest.is_zero():
        return a
    mantissa, power = largest.man_exp()
    return (a * arb(2) ** -(int(power) + int(mantissa).bit_length())).mid()


def _sizes(a: arb_mat) -> arb_mat:
    """The absolute values of the entries, exactly."""
    return arb_mat([[abs(c) for c in row] for row in a.tolist()]).mid()


def doubles(a: arb_mat) -> Doubles:
    """The nearest doubles to the midpoints."""
    return np.array([float(c) for c in a.entries()], dtype=np.float64).reshape(a.nrows(), a.ncols())
