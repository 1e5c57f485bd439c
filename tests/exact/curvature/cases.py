"""What the tests of this folder share: expressions to curvature, and random matrices of fractions."""

import random

from flint import fmpq, fmpq_mat

from hesscli.exact.curvature import curvatures
from hesscli.exact.interpreters.codelist import CodeList
from hesscli.language.syntax import parse


def of(text, *point, digits=17, asked=(), **options):
    """The curvature of a typed function."""
    (told,) = curvatures([CodeList.of(parse(text), **options)], [float(x) for x in point], digits, asked)
    return told


def regular(rng: random.Random, n: int) -> fmpq_mat:
    """A random nonsingular matrix of small whole numbers."""
    while True:
        m = fmpq_mat(n, n, [fmpq(rng.randint(-3, 3)) for _ in range(n * n)])
        if m.det() != 0:
            return m


def congruent(rng: random.Random, diagonal: list[fmpq]) -> list[list[fmpq]]:
    """M^T D M: by Sylvester's law it has the inertia of D."""
    n = len(diagonal)
    m = regular(rng, n)
    return (m.transpose() * matrix([[diagonal[i] if i == j else 0 for j in range(n)] for i in range(n)]) * m).tolist()


def similar(rng: random.Random, diagonal: list[fmpq]) -> list[list[fmpq]]:
    """Q^T D Q with an orthogonal Q of fractions (Cayley's transform): it has the eigenvalues D."""
    n = len(diagonal)
    s = [[fmpq(0)] * n for _ in range(n)]
    for i in range(n):
        for j in range(i):
            s[i][j] = fmpq(rng.randint(-3, 3), 2)
            s[j][i] = -s[i][j]
    one = matrix([[int(i == j) for j in range(n)] for i in range(n)])
    q = (one - matrix(s)) * (one + matrix(s)).inv()
    return (q.transpose() * matrix([[diagonal[i] if i == j else 0 for j in range(n)] for i in range(n)]) * q).tolist()


def matrix(rows) -> fmpq_mat:
    """A matrix of fractions."""
    return fmpq_mat(len(rows), len(rows[0]), [fmpq(c) for row in rows for c in row])


def minor(rows, j):
    """The matrix without row and column j."""
    return [[c for m, c in enumerate(row) if m != j] for k, row in enumerate(rows) if k != j]
