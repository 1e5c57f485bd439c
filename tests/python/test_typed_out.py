"""Sums that are typed out term by term, from Python: answered as sums."""

from __future__ import annotations

import numpy as np
import pytest

import hesscli
from hesscli.errors import HesscliError

N = 300
TEXT = "+".join(f"({k % 7} + x{k} - x{k + 1}**2)**2" for k in range(N - 1))
X = np.linspace(-1.0, 1.0, N)


def by_hand(x):
    """Gradient and Hessian of sum (c_k + x_k - x_{k+1}^2)^2."""
    r = np.arange(N - 1) % 7 + x[:-1] - x[1:] ** 2
    gradient, hessian = np.zeros(N), np.zeros((N, N))
    gradient[:-1] += 2 * r
    gradient[1:] -= 4 * r * x[1:]
    k = np.arange(N - 1)
    hessian[k, k] += 2
    hessian[k + 1, k + 1] += 8 * x[1:] ** 2 - 4 * r
    hessian[k, k + 1] = hessian[k + 1, k] = -4 * x[1:]
    return gradient, hessian


def test_a_chain_of_hundreds_of_terms_is_a_sum():
    gradient, hessian = by_hand(X)
    found = hesscli.hessian(TEXT, at=X)
    assert found.verdict == "agree"
    assert found.hessian.nnz == N - 1 + 2 * (N - 1) + 1
    np.testing.assert_allclose(found.hessian.toarray(), hessian, rtol=1e-14, atol=1e-14)
    np.testing.assert_allclose(found.gradient, gradient, rtol=1e-13, atol=1e-13)
    product = hesscli.hvp(TEXT, at=X, vector={f"x{k}": k for k in range(N)})
    np.testing.assert_allclose(product.hvp, hessian @ np.arange(N), rtol=1e-12, atol=1e-10)
    slope = hesscli.gradient(TEXT, at={f"x{k}": X[k] for k in range(N)})
    np.testing.assert_array_equal(slope.gradient, found.gradient)
    assert (slope.variables[:2], len(slope.variables)) == (("x0", "x1"), N)


def test_what_does_not_fit_a_chain_is_told():
    with pytest.raises(HesscliError, match=r"expected 300"):
        hesscli.gradient(TEXT, at=X[:-1])
    with pytest.raises(HesscliError, match=r"expected 300|300 "):
        hesscli.hvp(TEXT, at=X, vector=X[:-1])
