"""Eigenvalues against matrices whose spectrum or inertia is known by construction, and against mpmath."""

import random

import mpmath
import numpy as np
import pytest
from flint import arb, arb_mat, fmpq

from hesscli.exact.curvature import Symmetric, enclose_eigenvalues
from hesscli.exact.curvature.spectrum import enclosed_in_doubles
from hesscli.exact.decimals import decimal, precision
from tests.exact.curvature.cases import congruent, similar


@pytest.mark.parametrize("seed", range(40))
def test_congruences_have_the_inertia_of_their_diagonal_over_forty_orders(seed):
    rng = random.Random(seed)
    diagonal = [
        fmpq(rng.choice([1, 1, -1, 0]) * rng.randint(1, 9)) * fmpq(10) ** rng.randint(-20, 20)
        for _ in range(rng.randint(1, 6))
    ]
    found = enclose_eigenvalues(Symmetric.of(congruent(rng, diagonal)), 17)
    counts = tuple(sum(keep(d) for d in diagonal) for keep in (lambda d: d > 0, lambda d: d == 0, lambda d: d < 0))
    assert found.inertia == (*counts, 0)
    assert found.complete


@pytest.mark.parametrize("seed", range(20))
def test_multiple_and_clustered_eigenvalues_have_every_digit(seed):
    rng = random.Random(seed)
    pool = [fmpq(0), fmpq(1), fmpq(1) + fmpq(1, 10**30), fmpq(-2, 3), fmpq(10**9), fmpq(1, 10**12)]
    diagonal = [rng.choice(pool) for _ in range(rng.randint(2, 7))]
    found = enclose_eigenvalues(Symmetric.of(similar(rng, diagonal)), 17)
    with precision(300, 0):
        assert found.texts == [decimal(arb(d), 17) for d in sorted(diagonal)]


@pytest.mark.parametrize(
    "rows",
    [
        [[fmpq(1, i + j + 1) for j in range(8)] for i in range(8)],
        [[abs(10 - i) if i == j else int(abs(i - j) == 1) for j in range(21)] for i in range(21)],
        [[2 if i == j else -int(abs(i - j) == 1) for j in range(12)] for i in range(12)],
    ],
    ids=["hilbert", "wilkinson", "spring chain"],
)
def test_famous_matrices_against_mpmath(rows):
    with mpmath.workdps(60):
        m = mpmath.matrix([[mpmath.mpf(int(fmpq(c).p)) / int(fmpq(c).q) for c in row] for row in rows])
        truth = sorted(mpmath.eigsy(m, eigvals_only=True))
        for text, value in zip(enclose_eigenvalues(Symmetric.of(rows), 30).texts, truth, strict=True):
            assert abs(mpmath.mpf(text) - value) <= abs(value) * mpmath.mpf("5.01e-30")


def test_fifty_digits_of_a_square_root():
    with mpmath.workdps(60):
        truth = [mpmath.nstr(1 - mpmath.sqrt(2), 50), mpmath.nstr(1 + mpmath.sqrt(2), 50)]
    assert enclose_eigenvalues(Symmetric.of([[1, 1], [1, 1]]), 50).texts == ["0", "2"]
    assert enclose_eigenvalues(Symmetric.of([[2, 1], [1, 0]]), 50).texts == truth


def test_a_zero_that_no_fraction_proves_stays_open():
    """[[pi, pi], [pi, pi]] is singular, which balls about pi cannot tell."""

    def balls(bits):
        with precision(bits, 0):
            return [[arb.pi()] * 2] * 2

    found = enclose_eigenvalues(Symmetric(balls, lambda: balls(300)), 17)
    assert found.inertia == (1, 0, 0, 1)
    assert found.texts == [None, "6.2831853071795865"]
    assert enclose_eigenvalues(Symmetric(balls, lambda: balls(300), lambda places: 1), 17).texts[0] == "0"


@pytest.mark.parametrize("n", [20, 60])
def test_bounds_in_doubles_hold_the_eigenvalues(n):
    rng = np.random.default_rng(n)
    a = rng.normal(size=(n, n))
    rows = (a + a.T).tolist()
    with precision(200, 0):
        tight = enclose_eigenvalues(Symmetric(lambda bits: [[arb(c) for c in row] for row in rows], list), 17).values
        wide = enclosed_in_doubles(arb_mat(rows))
    assert all(x.contains(y) for x, y in zip(wide, tight, strict=True))
    assert max(float(x.rad()) for x in wide) < 1e-8


def test_a_hundred_variables():
    rng = np.random.default_rng(3)
    a = rng.normal(size=(100, 100))
    rows = [[arb(c) for c in row] for row in (a + a.T).tolist()]
    found = enclose_eigenvalues(Symmetric(lambda bits: rows, list), 17)
    assert found.complete
    assert np.allclose([float(text) for text in found.texts], np.linalg.eigvalsh(a + a.T), rtol=1e-10)
