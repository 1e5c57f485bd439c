"""Typed-out expressions without alike terms: value, gradient, Hessian, product beside derivatives by hand."""

from __future__ import annotations

import numpy as np
import pytest

import hesscli
from hesscli.elements.evaluate import evaluate_sum
from hesscli.elements.found import How
from hesscli.elements.outside import colouring_of
from hesscli.elements.plan import plan_sum
from hesscli.language.programs.recognition import recognised
from hesscli.language.syntax import parse

N = 80


def whole(matrix):
    lower = matrix.toarray()
    return lower + np.tril(lower, -1).T


def product_of_all(x):
    """f = x0 x1 ...: H_ij = f / (x_i x_j), nothing on the diagonal."""
    f = np.prod(x)
    return "*".join(f"x{k}" for k in range(N)), f, f / x, f / np.outer(x, x) * (1 - np.eye(N))


def powers_of_neighbours(x):
    """f = sum x_k^(k+2) x_(k+1): a band, every term of a shape of its own."""
    gradient, hessian = np.zeros(N), np.zeros((N, N))
    k = np.arange(N - 1)
    p = k + 2
    gradient[:-1] += p * x[:-1] ** (p - 1) * x[1:]
    gradient[1:] += x[:-1] ** p
    hessian[k, k] = p * (p - 1) * x[:-1] ** (p - 2) * x[1:]
    hessian[k, k + 1] = hessian[k + 1, k] = p * x[:-1] ** (p - 1)
    return "+".join(f"x{i}^{i + 2}*x{i + 1}" for i in range(N - 1)), np.sum(x[:-1] ** p * x[1:]), gradient, hessian


def arrow(x):
    """f = sum (x_k)^k (x0 + 2 x1), k = 2 ...: two shared variables beside local ones."""
    k = np.arange(2, N)
    h = x[0] + 2 * x[1]
    gradient, hessian = np.zeros(N), np.zeros((N, N))
    total = np.sum(x[2:] ** k)
    gradient[0], gradient[1], gradient[2:] = total, 2 * total, h * k * x[2:] ** (k - 1)
    hessian[0, 2:] = hessian[2:, 0] = k * x[2:] ** (k - 1)
    hessian[1, 2:] = hessian[2:, 1] = 2 * hessian[0, 2:]
    hessian[k, k] = h * k * (k - 1) * x[2:] ** (k - 2)
    return "+".join(f"x{i}^{i}*(x0+2*x1)" for i in range(2, N)), h * total, gradient, hessian


def nested(x):
    """f = z_0^2, z_k = x_k + z_(k+1)/2, the last one x: linear inside, so that H = 2 w w^T with w_k = 2^-k."""
    weights = 0.5 ** np.arange(N)
    text = f"x{N - 1}"
    for k in range(N - 2, -1, -1):
        text = f"x{k}+({text})/2"
    z = weights @ x
    return f"({text})^2", z * z, 2 * z * weights, 2 * np.outer(weights, weights)


@pytest.mark.parametrize(("case", "colours"), [(product_of_all, N), (powers_of_neighbours, 3), (arrow, 3), (nested, N)])
def test_all_derivatives_are_those_by_hand(case, colours):
    x = np.random.default_rng(11).uniform(0.9, 1.1, N)
    text, value, gradient, hessian = case(x)
    program = recognised(parse(text, variables=[f"x{k}" for k in range(N)]))
    assert program.elements == ()
    found = evaluate_sum(program, x, "hessian", How())
    assert found.value == pytest.approx(value, rel=1e-13)
    np.testing.assert_allclose(found.gradient, gradient, rtol=1e-12)
    np.testing.assert_allclose(whole(found.hessian), hessian, rtol=1e-11, atol=1e-300)
    assert found.hessian.nnz == np.count_nonzero(np.tril(hessian))
    vector = np.linspace(-1, 2, N)
    product = evaluate_sum(program, x, "hvp", How(), vector)
    np.testing.assert_allclose(product.hvp, hessian @ vector, rtol=1e-10, atol=1e-10)
    assert colouring_of(program).count == plan_sum(program, "hessian").colours == colours


def test_alike_terms_beside_others_and_inside_functions_are_the_same_function():
    rng = np.random.default_rng(2)
    n = 70
    alike = "+".join(f"x{k}*x{k + 1}" for k in range(n - 1))
    unlike = "+".join(f"x{k}^{k + 2}/{k + 1}" for k in range(n))
    x = rng.uniform(0.5, 0.99, n)
    k = np.arange(n)
    inner, slope, diagonal = x[:-1] @ x[1:], np.zeros(n), np.diag((k + 2.0) * x**k)
    slope[:-1] += x[1:]
    slope[1:] += x[:-1]
    expected = np.outer(slope, slope) * np.exp(inner) + np.exp(inner) * (np.eye(n, k=1) + np.eye(n, k=-1)) + diagonal
    program = recognised(parse(f"exp({alike}) + {unlike}", variables=[f"x{i}" for i in range(n)]))
    assert [element.count for element in program.elements] == [n - 1]
    found = evaluate_sum(program, x, "hessian", How())
    np.testing.assert_allclose(whole(found.hessian), expected, rtol=1e-11)
    vector = rng.normal(size=n)
    product = evaluate_sum(program, x, "hvp", How(), vector)
    np.testing.assert_allclose(product.hvp, expected @ vector, rtol=1e-11)


def test_a_recurrence_of_two_hundred_variables_is_answered_and_proven_in_part():
    n = 200
    steps = ";".join(f"y{k}=y{k - 1}/2 + x{k}" for k in range(1, n))
    found = hesscli.hessian(f"y0=x0;{steps};y{n - 1}**2", at=np.ones(n))
    weights = 0.5 ** np.arange(n - 1, -1, -1)
    assert found.verdict == "agree"
    np.testing.assert_allclose(found.hessian.toarray(), 2 * np.outer(weights, weights), rtol=1e-13)


def test_a_point_without_a_value_says_so():
    text = "+".join(f"log(x{k})^{k + 1}" for k in range(220))
    x = np.full(220, 2.0)
    x[7] = -1.0
    assert hesscli.hessian(text, at=x).verdict == "undefined"


def test_kinks_and_pieces_are_seen():
    text = "+".join(f"x{k}^{k + 2}" for k in range(220)) + "+ Piecewise((x0^2, x0 > 1), (3*x0, True)) + Abs(x1)"
    x = np.full(220, 0.5)
    found = hesscli.hessian(text, at=x)
    assert (found.verdict, found.hessian.toarray()[0, 0]) == ("agree", 2.0)
    x[1] = 0.0
    assert hesscli.hessian(text, at=x).verdict == "not-differentiable"
