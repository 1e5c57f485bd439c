"""Estimates from products against dense matrices whose spectrum is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.linalg import eigvalsh_tridiagonal
from scipy.sparse.linalg import LinearOperator, aslinearoperator

from hesscli.errors import HesscliError, NoAnswerError
from hesscli.operators.density import density, lanczos
from hesscli.operators.extreme import extreme, products
from hesscli.operators.krylov import Krylov
from hesscli.operators.solve import solve
from hesscli.operators.trace import trace


def matrix(spectrum, seed=0):
    """A dense symmetric matrix with this spectrum: Q diag Q^T with Q of a random matrix's QR."""
    q, _ = np.linalg.qr(np.random.default_rng(seed).standard_normal((len(spectrum), len(spectrum))))
    return (q * np.asarray(spectrum)) @ q.T


SPECTRA = st.lists(st.floats(-100, 100).map(lambda x: round(x, 3)), min_size=1, max_size=80)


@settings(max_examples=40, deadline=None)
@given(SPECTRA, st.integers(0, 9))
def test_every_residual_bounds_the_distance_to_an_eigenvalue(spectrum, seed):
    k = min(3, len(spectrum))
    found = extreme(aslinearoperator(matrix(spectrum, seed)), k)
    assert found.missing == 0
    for value, error in zip(found.values, found.errors, strict=True):
        assert min(abs(value - x) for x in spectrum) <= error + 1e-11
    assert np.max(found.errors) <= 1e-6
    assert np.allclose(np.linalg.norm(found.vectors, axis=0), 1.0)


def test_both_ends_are_found():
    found = extreme(aslinearoperator(matrix(np.arange(-70.0, 30.0))), 2)
    assert np.allclose(found.values, [-70, -69, 28, 29], atol=1e-6)
    assert found.passes < 130


def test_small_matrices_are_asked_column_by_column():
    found = extreme(aslinearoperator(matrix([3.0, -1.0, 2.0])), 2)
    assert np.allclose(found.values, [-1.0, 2.0, 3.0])
    assert found.passes == 6  # three columns, three residuals


def test_a_matrix_of_zeros_has_eigenvalues_of_zero():
    found = extreme(LinearOperator((90, 90), matvec=lambda v: 0 * v, dtype=float), 2)
    assert found.values.tolist() == [0, 0, 0, 0]
    assert found.errors.tolist() == [0, 0, 0, 0]


def test_what_does_not_converge_is_missing_not_wrong():
    n = 4000  # -u'' on a line: eigenvalues 2 - 2 cos(k pi/(n+1)), dense at both ends
    chain = sparse.diags_array([-np.ones(n - 1), 2 * np.ones(n), -np.ones(n - 1)], offsets=[-1, 0, 1])
    found = extreme(aslinearoperator(chain.tocsr()), 3, most=60)
    assert found.missing == 6 - len(found.values)
    assert found.missing > 0


@settings(max_examples=40, deadline=None)
@given(SPECTRA.filter(lambda s: len(s) > 12), st.integers(0, 9), st.booleans())
def test_the_trace_is_within_its_standard_errors(spectrum, seed, plain):
    found = trace(aslinearoperator(matrix(spectrum, seed)), 12, seed, plain=plain)
    # Student's t of 3 degrees of freedom exceeds 60 once in 100,000
    assert abs(float(found.value) - sum(spectrum)) <= 60 * float(found.error) + 1e-9
    assert found.passes == 12


def test_hutch_plus_plus_is_exact_where_the_rank_is_small():
    found = trace(aslinearoperator(matrix([5.0, -3.0, 2.0, *[0.0] * 97])), 15)
    assert float(found.value) == pytest.approx(4.0, abs=1e-10)
    assert float(found.error) < 1e-10


def test_standard_errors_are_of_the_size_of_the_errors():
    a = aslinearoperator(matrix(np.linspace(-2, 5, 60)))
    for plain in (False, True):
        found = [trace(a, 30, seed, plain=plain) for seed in range(80)]
        errors = np.array([float(f.value) - 90.0 for f in found])
        claimed = np.sqrt(np.mean([float(f.error) ** 2 for f in found]))
        assert 0.7 < np.sqrt(np.mean(errors**2)) / claimed < 1.4


def test_with_n_products_nothing_is_random():
    a = aslinearoperator(matrix([1.0, 2.0, 4.0]))
    assert float(trace(a).value) == pytest.approx(7.0)
    assert trace(a).exact
    assert float(trace(a).error) == 0


@settings(max_examples=30, deadline=None)
@given(SPECTRA.filter(lambda s: len(set(s)) > 8), st.integers(0, 9))
def test_quadrature_has_the_moments_of_its_probe(spectrum, seed):
    """m steps of Lanczos give z.A^p z exactly for p < 2 m (Golub and Welsch)."""
    dense = matrix(spectrum, seed)
    first = np.random.default_rng(seed).standard_normal(len(spectrum))
    z = first / np.linalg.norm(first)
    found = density(aslinearoperator(dense), steps=4, probes=1, seed=seed)
    size = max(map(abs, spectrum))
    for power in range(8):
        expected = z @ np.linalg.matrix_power(dense, power) @ z
        assert float((found.weights * found.nodes**power).sum()) == pytest.approx(expected, abs=1e-9 * size**power)


def test_a_full_recurrence_gives_the_whole_spectrum():
    main, beside = lanczos(aslinearoperator(matrix(np.arange(40.0))), np.random.default_rng(1).standard_normal(40), 40)
    assert eigvalsh_tridiagonal(main, beside) == pytest.approx(np.arange(40.0), abs=1e-9)


def test_an_invariant_space_ends_the_recurrence():
    found = density(aslinearoperator(matrix([2.0] * 30 + [-1.0] * 10)), steps=20, probes=30)
    share, error = found.below(0.0)
    assert np.count_nonzero(found.weights[0]) == 2
    assert abs(share - 0.25) < 4 * error
    where, curve, _ = found.curve()
    assert np.trapezoid(curve, where) == pytest.approx(1.0, abs=0.01)


@settings(max_examples=40, deadline=None)
@given(SPECTRA, st.integers(0, 9))
def test_solutions_leave_the_residual_that_they_name(spectrum, seed):
    spectrum = [x if abs(x) >= 1 else x + 2 for x in spectrum]
    dense = matrix(spectrum, seed)
    b = np.random.default_rng(seed).standard_normal(len(spectrum))
    found = solve(aslinearoperator(dense), b)
    assert found.residual == pytest.approx(np.linalg.norm(b - dense @ found.value) / np.linalg.norm(b), abs=1e-11)
    assert found.converged
    assert np.linalg.norm(found.value - np.linalg.solve(dense, b)) <= 1e-8 * np.linalg.norm(b)
    if found.curvature is not None:
        assert min(spectrum) - 1e-9 <= found.curvature <= 0
    if min(spectrum) > 0:
        assert found.solver == "cg"


def test_without_a_solution_the_residual_stays():
    found = solve(aslinearoperator(np.diag([1.0, 0.0, 2.0])), np.array([1.0, 1.0, 1.0]))
    assert not found.converged
    assert 1 / np.sqrt(3) <= found.residual < 0.6  # no x leaves less than the part of b outside the range


def test_bad_requests_say_what_was_expected():
    a = aslinearoperator(np.eye(4))
    with pytest.raises(HesscliError, match="1 to 4, not 5"):
        extreme(a, 5)
    with pytest.raises(HesscliError, match="two probes at least, not 1"):
        trace(a, 1)
    with pytest.raises(HesscliError, match="has 3 numbers, the matrix 4 rows"):
        solve(a, np.ones(3))
    with pytest.raises(HesscliError, match=r"shape \(n, n\)"):
        trace(aslinearoperator(np.ones((3, 4))))
    with pytest.raises(NoAnswerError, match="not finite at 2"):
        trace(LinearOperator((50, 50), matvec=lambda v: np.where(np.arange(50) == 2, np.nan, v.ravel()), dtype=float))


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("k", [1, 3, 5])
def test_a_zero_at_the_end_of_the_spectrum_and_every_copy_of_it_are_found(sign, k):
    generator = np.random.default_rng(k)
    truth = np.sort(sign * np.r_[np.zeros(4), generator.uniform(0.5, 4.9, 110), np.full(6, 5.0)])
    basis, _ = np.linalg.qr(generator.standard_normal((120, 120)))
    found = extreme(aslinearoperator((basis * truth) @ basis.T), k)
    np.testing.assert_allclose(found.values, np.r_[truth[:k], truth[-k:]], atol=1e-8)


@pytest.mark.parametrize("room", [400, 60])
@pytest.mark.parametrize("k", [1, 4])
def test_copies_at_both_ends_are_found_in_single_precision_too(monkeypatch, room, k):
    """Three of 5, two of -6, a pair that only the tenth digit tells apart, and a restart where the basis is small."""
    monkeypatch.setattr("hesscli.operators.extreme.ROOM", room)
    generator = np.random.default_rng(k)
    truth = np.sort(np.r_[5.0, 5.0, 5.0, -6.0, -6.0, 4.9, 4.9 + 1e-10, generator.uniform(-5, 4.5, 400)])
    basis, _ = np.linalg.qr(generator.standard_normal((len(truth), len(truth))))
    dense = ((basis * truth) @ basis.T).astype("float32")
    single = LinearOperator(dense.shape, matvec=lambda v: dense @ v.reshape(-1).astype("float32"), dtype=float)
    found = extreme(single, k, tolerance=1e-4)
    assert found.missing == 0
    np.testing.assert_allclose(found.values, np.r_[truth[:k], truth[-k:]], atol=1e-4)
    assert found.errors.max() < 2e-3
    assert products(len(truth), k)[0] <= found.passes <= products(len(truth), k)[1]


def test_ritz_residuals_of_a_space_of_several_starts_and_a_restart_are_those_of_the_matrix():
    dense = matrix(np.linspace(-3, 5, 90))
    space = Krylov(aslinearoperator(dense), 50)
    for new in (space.start, *[space.grow] * 19, space.start, *[space.grow] * 14):
        new()
    theta, y, _ = space.ritz()
    space.restart(theta[::3], y[:, ::3])
    for _ in range(12):
        space.grow(np.eye(space.count, 2))
    theta, y, residuals = space.ritz()
    v = space.vectors(y)
    np.testing.assert_allclose(v.T @ v, np.eye(space.count), atol=1e-12)
    np.testing.assert_allclose(np.linalg.norm(dense @ v - v * theta, axis=0), residuals, atol=1e-12)


@pytest.mark.parametrize("scale", [1e-290, 1e-45, 1e-21, 1e39, 1e280])
@pytest.mark.parametrize("tolerance", [1e-4, 1e-9])
def test_the_size_of_a_matrix_is_none_of_its_eigenvalues_business(scale, tolerance):
    found = extreme(aslinearoperator(np.diag(scale * np.linspace(-1.0, 2.0, 200))), 1, tolerance=tolerance)
    np.testing.assert_allclose(found.values / scale, [-1, 2], rtol=10 * tolerance)
