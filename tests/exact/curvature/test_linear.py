"""Inverse, determinant, condition and eigenvectors against fractions and mpmath."""

import random

import mpmath
import pytest
from flint import arb, fmpq

from hesscli.exact.curvature import Symmetric, enclose_eigenvalues
from hesscli.exact.curvature.eigenvectors import unit_eigenvectors
from hesscli.exact.curvature.linear import condition, determinant, inverse_matrix
from hesscli.exact.decimals import decimal, precision
from tests.exact.curvature.cases import congruent, matrix, similar


def rows_of(seed):
    rng = random.Random(seed)
    n = rng.randint(1, 5)
    return congruent(rng, [fmpq(rng.choice([-3, 1, 2, 5])) * fmpq(10) ** rng.randint(-6, 6) for _ in range(n)])


@pytest.mark.parametrize("seed", range(15))
def test_inverse_and_determinant_are_those_of_the_fractions(seed):
    rows = rows_of(seed)
    with precision(400, 0):
        truth = [[decimal(arb(c), 17) for c in row] for row in matrix(rows).inv().tolist()]
        assert inverse_matrix(Symmetric.of(rows), 17) == truth
        assert determinant(Symmetric.of(rows), 17) == decimal(arb(matrix(rows).det()), 17)


@pytest.mark.parametrize("seed", range(15))
def test_eigenvectors_and_condition_against_mpmath(seed):
    rows = rows_of(seed)
    a = Symmetric.of(rows)
    with mpmath.workdps(80):
        m = mpmath.matrix([[mpmath.mpf(int(c.p)) / int(c.q) for c in row] for row in rows])
        values, vectors = mpmath.eigsy(m)
        order = sorted(range(len(rows)), key=lambda k: values[k])
        sizes = [abs(v) for v in values]
        assert abs(mpmath.mpf(condition(a, 17)) - max(sizes) / min(sizes)) <= max(sizes) / min(sizes) * 1e-16
        for k, row in zip(order, unit_eigenvectors(a, enclose_eigenvalues(a, 17), 17), strict=True):
            assert None not in row
            along = sum(mpmath.mpf(text) * vectors[i, k] for i, text in enumerate(row))
            assert abs(abs(along) - 1) < mpmath.mpf("1e-16")
            assert next(float(text) for text in row if text != "0") > 0


def test_zeros_in_eigenvectors_of_irrational_eigenvalues_are_found():
    """The chain of 7 has the eigenvectors sin(j k pi/8): zero in the middle for even k, sqrt(2) among the values."""
    rows = [[2 if i == j else int(abs(i - j) == 1) for j in range(7)] for i in range(7)]
    a = Symmetric.of(rows)
    for k, row in enumerate(unit_eigenvectors(a, enclose_eigenvalues(a, 17), 17)):
        assert (row[3] == "0") == (k % 2 == 1)
        assert None not in row


def test_a_multiple_eigenvalue_has_an_orthonormal_basis():
    a = Symmetric.of([[2, 1, 1], [1, 2, 1], [1, 1, 2]])
    rows = [[float(text) for text in row] for row in unit_eigenvectors(a, enclose_eigenvalues(a, 17), 17)]
    for i, u in enumerate(rows):
        for j, v in enumerate(rows):
            assert sum(x * y for x, y in zip(u, v, strict=True)) == pytest.approx(float(i == j), abs=1e-15)
    assert rows[2] == pytest.approx([3**-0.5] * 3)


def test_the_vectors_of_a_multiple_eigenvalue_that_is_irrational_stay_open():
    """Q^T diag(A, A) Q with A = [[1, 1], [1, 2]]: its eigenvalues (3 -+ sqrt(5))/2 come twice."""
    q = matrix(similar(random.Random(2), [fmpq(1), fmpq(1), fmpq(-1), fmpq(-1)]))
    twice = matrix([[1, 1, 0, 0], [1, 2, 0, 0], [0, 0, 1, 1], [0, 0, 1, 2]])
    a = Symmetric.of((q.transpose() * twice * q).tolist())
    found = enclose_eigenvalues(a, 17)
    assert found.texts == ["0.38196601125010515"] * 2 + ["2.6180339887498948"] * 2
    assert unit_eigenvectors(a, found, 17) == [None] * 4
