"""Counts of eigenvalues and extreme ones by factorisation, against dense matrices."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from hesscli.operators.factorise import below, furthest, ordered, solved


def random(seed, n, density, band):
    """A sparse symmetric matrix, a few of its columns full, of entries of many sizes."""
    generator = np.random.default_rng(seed)
    dense = np.where(generator.random((n, n)) < density, generator.normal(size=(n, n)), 0.0)
    dense *= np.abs(np.subtract.outer(np.arange(n), np.arange(n))) <= band
    dense[:, 0] = np.where(generator.random(n) < 0.5, generator.normal(size=n), 0.0)
    size = 10.0 ** generator.integers(-3, 4, n)
    dense = dense * np.sqrt(np.outer(size, size))
    return np.tril(dense) + np.tril(dense, -1).T


MATRICES = st.builds(random, st.integers(0, 999), st.integers(5, 60), st.floats(0.05, 1), st.integers(1, 8))


@settings(max_examples=120, deadline=None)
@given(MATRICES, st.floats(-3, 3))
def test_the_count_is_certain_up_to_its_margin(dense, shift):
    found = below(ordered(sparse.csr_array(dense)), shift)
    if found is None:
        return
    count, margin = found
    theta = np.linalg.eigvalsh(dense)
    slack = 1e-13 * np.abs(theta).max()  # of the dense solver itself
    assert np.sum(theta < shift - margin - slack) <= count <= np.sum(theta < shift + margin + slack)


def test_unstable_elimination_has_a_wide_margin():
    dense = np.array([[1e-18, 1.0], [1.0, 1.0]])
    found = below(ordered(sparse.csr_array(dense)), 0.0)
    assert found is None or found[1] > 0.1 or found[0] == 1


@settings(max_examples=30, deadline=None)
@given(MATRICES.filter(lambda a: len(a) > 8), st.integers(1, 3), st.sampled_from(["largest", "smallest"]))
def test_the_ends_are_those_of_the_dense_matrix(dense, k, end):
    found = furthest(ordered(sparse.csr_array(dense)), k, end)
    theta = np.linalg.eigvalsh(dense)
    slack = 1e-12 * np.abs(theta).max()
    for value, error in zip(found.values, found.errors, strict=True):
        assert np.abs(theta - value).min() <= error + slack
    assert np.abs(dense @ found.vectors - found.vectors * found.values).max(initial=0) <= max(found.errors) + slack
    if found.counted:
        expected = theta[-len(found.values) :] if end == "largest" else theta[: len(found.values)]
        assert np.allclose(found.values, expected, atol=max(found.errors) + slack)


def test_a_spectrum_that_is_dense_at_its_ends_is_resolved():
    n = 3_000  # -u'' on a line: 2 - 2 cos(k pi/(n+1)), where plain Lanczos takes thousands of steps
    chain = sparse.diags_array([-np.ones(n - 1), 2 * np.ones(n), -np.ones(n - 1)], offsets=[-1, 0, 1])
    exact = 2 - 2 * np.cos(np.arange(1, n + 1) * np.pi / (n + 1))
    a = ordered(chain)
    for end, expected in (("largest", exact[-3:]), ("smallest", exact[:3])):
        found = furthest(a, 3, end)
        assert found.values == pytest.approx(expected, abs=1e-10)
        assert found.counted
    assert a.filled <= 2 * n


def test_an_arrow_stays_an_arrow():
    n = 2_000
    arrow = sparse.lil_array((n, n))
    arrow.setdiag(np.arange(1.0, n + 1))
    arrow[0, :] = arrow[:, [0]] = 1.0
    a = ordered(arrow.tocsr())
    assert a.filled < 4 * n
    x = np.linspace(-1, 1, n)
    found = solved(a, arrow @ x)
    assert found.value == pytest.approx(x, abs=1e-9)
    assert found.converged


def test_a_singular_matrix_has_no_solution():
    assert solved(ordered(sparse.csr_array(np.zeros((3, 3)))), np.ones(3)) is None
