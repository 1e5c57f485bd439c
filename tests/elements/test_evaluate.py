from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from hesscli.elements.evaluate import evaluate_sum
from hesscli.elements.found import How
from hesscli.language.programs.reading import read_program
from hesscli.language.programs.spans import Declarations
from tests.elements.families import FAMILIES, Family

EPS = np.finfo(float).eps


def point(family: Family, n: int) -> np.ndarray:
    return np.random.default_rng(n).uniform(-1.5, 1.5, n)


def program(family: Family, n: int):
    return read_program(family.text, Declarations({"n": float(n)}))


@pytest.mark.parametrize(
    ("name", "n"), [(name, n) for name, one in FAMILIES.items() for n in (10, 1_000, 100_000) if n <= one.largest]
)
def test_value_gradient_and_hessian_are_those_derived_by_hand(name, n):
    family = FAMILIES[name]
    x = point(family, n)
    found = evaluate_sum(program(family, n), x, "hessian", How())
    assert found.value == pytest.approx(family.value(x), rel=1e-12, abs=1e-9)
    np.testing.assert_allclose(found.gradient, family.gradient(x), rtol=1e-11, atol=1e-11)
    row, column, data = family.lower(x)
    expected = sparse.coo_array((data, (row, column)), shape=(n, n)).tocsr()
    assert found.hessian.nnz == len(data)  # the pattern is exact: no entry more, none less
    assert abs(found.hessian - expected).max() <= 1e-9


@pytest.mark.parametrize("name", FAMILIES)
def test_hvp_is_the_matrix_times_the_vector(name):
    family, n = FAMILIES[name], 1_000
    x, v = point(family, n), np.linspace(-2, 3, n)
    lower = evaluate_sum(program(family, n), x, "hessian", How()).hessian
    found = evaluate_sum(program(family, n), x, "hvp", How(), v)
    np.testing.assert_allclose(found.hvp, lower @ v + sparse.tril(lower, k=-1).T @ v, rtol=1e-11, atol=1e-10)


def test_the_same_sum_comes_out_every_time():
    x = np.random.default_rng(3).normal(size=5_000)
    read = program(FAMILIES["rosenbrock"], 5_000)
    first, second = (evaluate_sum(read, x, "hessian", How()) for _ in range(2))
    assert first.value == second.value
    assert (first.gradient == second.gradient).all()
    assert (first.hessian.data == second.hessian.data).all()


def logsumexp_hessian(x: np.ndarray) -> np.ndarray:
    p = np.exp(x) / np.exp(x).sum()
    return np.diag(p) - np.outer(p, p)


def test_a_sum_inside_a_function_is_multiplied_out_while_it_is_small():
    x = np.linspace(-1, 2, 40)
    read = read_program("log(Sum(exp(x[i]), (i, 0, 39)))", Declarations())
    found = evaluate_sum(read, x, "hessian", How())
    assert found.rank is None
    np.testing.assert_allclose(found.hessian.toarray(), np.tril(logsumexp_hessian(x)), rtol=1e-12, atol=1e-16)


def test_a_large_one_stays_a_product_and_its_hvp_needs_no_matrix():
    n = 20_000
    x, v = np.linspace(-1, 2, n), np.linspace(0, 1, n)
    read = read_program("log(Sum(exp(x[i]), (i, 0, n-1)))", Declarations({"n": float(n)}))
    found = evaluate_sum(read, x, "hessian", How())
    p = np.exp(x) / np.exp(x).sum()
    middle, rows = found.rank
    np.testing.assert_allclose(found.hessian.diagonal() + middle[0, 0] * rows[0] ** 2, p - p**2, rtol=1e-11)
    product = evaluate_sum(read, x, "hvp", How(), v).hvp
    np.testing.assert_allclose(product, p * v - p * (p @ v), rtol=1e-9, atol=1e-16)


def test_totals_couple_with_entries_and_each_other():
    read = read_program("Sum(x[i]**2, (i, 0, 2))*Sum(x[i], (i, 0, 2)) + a*Sum(x[i], (i, 0, 2))**2", Declarations())
    a, x = 0.7, np.array([1.0, -2.0, 0.5])
    found = evaluate_sum(read, np.append(a, x), "hessian", How())
    s, q = x.sum(), x @ x
    expected = np.zeros((4, 4))
    expected[1:, 0] = 2 * s
    expected[1:, 1:] = 2 * s * np.eye(3) + 2 * x[:, None] + 2 * x[None, :] + 2 * a
    np.testing.assert_allclose(found.hessian.toarray(), np.tril(expected), rtol=1e-13)
    np.testing.assert_allclose(found.gradient, np.append(s**2, 2 * x * s + q + 2 * a * s), rtol=1e-13)


def test_two_slots_of_one_variable_count_twice():
    read = read_program("Sum(x[i]*x[Mod(i+k, 3)], (i, 0, 2))", Declarations({"k": 3.0}))
    found = evaluate_sum(read, np.array([1.0, 2.0, 3.0]), "hessian", How())
    np.testing.assert_array_equal(found.hessian.toarray(), 2 * np.eye(3))


def test_edges_of_a_graph_come_from_data():
    source, target = np.array([0, 1, 3, 0]), np.array([1, 2, 0, 1])
    read = read_program("Sum((x[s[e]] - x[t[e]])**4, (e, 0, 3))", Declarations(data={"s": source, "t": target}))
    x = np.array([0.5, -1.0, 2.0, 1.5])
    expected = np.zeros((4, 4))
    for i, j in zip(source, target, strict=True):
        w = 12 * (x[i] - x[j]) ** 2
        expected[[i, j, i, j], [i, j, j, i]] += [w, w, -w, -w]
    found = evaluate_sum(read, x, "hessian", How())
    np.testing.assert_allclose(found.hessian.toarray(), np.tril(expected), rtol=1e-13)


def test_columns_are_chunked_without_a_seam(monkeypatch):
    x = np.random.default_rng(5).normal(size=1_000)
    read = program(FAMILIES["wrapped"], 1_000)
    whole = evaluate_sum(read, x, "hessian", How())
    monkeypatch.setattr("hesscli.elements.portions.CHUNK", 17)
    parts = evaluate_sum(read, x, "hessian", How())
    np.testing.assert_allclose(parts.gradient, whole.gradient, rtol=4 * EPS)
    np.testing.assert_array_equal(parts.hessian.toarray(), whole.hessian.toarray())
