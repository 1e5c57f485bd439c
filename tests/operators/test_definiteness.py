"""Signs of eigenvalues against dense matrices: what is said to be certain is never wrong."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.sparse.linalg import aslinearoperator

from hesscli.operators import definiteness as module
from hesscli.operators.definiteness import signs_of


def truth(theta, margin):
    if theta[0] < -margin and theta[-1] > margin:
        return "indefinite"
    if theta[0] > margin:
        return "positive definite"
    return "negative definite" if theta[-1] < -margin else "open"


@settings(max_examples=80, deadline=None)
@given(
    st.integers(0, 999), st.integers(25, 70), st.floats(-6, 6), st.sampled_from([0, 30]), st.sampled_from([0, 10**7])
)
def test_nothing_certain_is_wrong(seed, n, shift, dense, quick):
    generator = np.random.default_rng(seed)
    below = np.tril(np.where(generator.random((n, n)) < 0.1, generator.normal(size=(n, n)), 0.0), -1)
    matrix = below + below.T + shift * np.eye(n)
    theta = np.linalg.eigvalsh(matrix)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "DENSE", dense)
        patch.setattr(module, "QUICK", quick)
        found = signs_of(sparse.csr_array(matrix))
    slack = 1e-11 * (1 + abs(shift))
    assert found.smallest[0] - slack <= theta[0] <= found.smallest[1] + slack
    assert found.largest[0] - slack <= theta[-1] <= found.largest[1] + slack
    assert found.word in (truth(theta, 0), "open")
    if found.negative is not None:
        assert found.negative <= np.sum(theta < 0) <= found.negative + found.nil
    if found.negative is not None and found.word == "open":  # an eigenvalue is as good as zero
        assert np.abs(theta).min() < 1e-6


def test_large_chains_are_counted():
    n = 5_000
    chain = sparse.diags_array([-np.ones(n - 1), 2 * np.ones(n), -np.ones(n - 1)], offsets=[-1, 0, 1])
    found = signs_of(chain)  # 2 - 2 cos(k pi/(n+1)) > 0, the least 3.9e-7
    assert (found.word, found.how, found.negative, found.nil) == ("positive definite", "counted by factorisation", 0, 0)
    assert found.smallest[0] >= 0
    shifted = signs_of(chain - 0.9 * sparse.eye_array(n))  # negative where cos(k pi/(n+1)) > 0.55
    assert (shifted.word, shifted.nil) == ("indefinite", 0)
    assert shifted.negative == int((n + 1) * np.arccos(0.55) / np.pi)


def test_a_singular_matrix_is_open():
    n = 500
    loop = 2 * np.eye(n) - np.roll(np.eye(n), 1, axis=0) - np.roll(np.eye(n), -1, axis=0)
    found = signs_of(sparse.csr_array(loop))
    assert (found.word, found.negative, found.nil) == ("open", 0, 1)
    assert signs_of(sparse.csr_array((3, 3))).word == "zero"


def test_a_part_that_is_only_a_product_is_seen():
    n = 600
    ones = np.ones((1, n))
    found = signs_of(sparse.eye_array(n, format="csr"), aslinearoperator(-ones.T) @ aslinearoperator(ones))
    assert found.word == "indefinite"  # eigenvalues 1 and 1 - n
    assert found.smallest[1] == pytest.approx(1 - n)
    open_ = signs_of(sparse.eye_array(n, format="csr"), aslinearoperator(ones.T) @ aslinearoperator(ones))
    assert open_.word == "open"
