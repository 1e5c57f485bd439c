"""Families of the collections, beside hyper-dual numbers: value, v'g and v'Hw, every entry where n is small."""

import numpy as np
import pytest

from hesscli.elements.evaluate import evaluate_sum
from hesscli.elements.found import How
from hesscli.language.programs.reading import read_program
from hesscli.language.programs.spans import Declarations
from tests.elements.collected import COLLECTED, Collected
from tests.elements.hyperdual import HyperDual


def program(family: Collected, n: int):
    return read_program(family.text, Declarations(family.parameters(n), sizes={"x": n}))


def quadratic(found, v, w) -> float:
    """v'Hw of the lower triangle, and of what is kept as a product."""
    lower = found.hessian
    left = v @ (lower @ w) + w @ (lower @ v) - (v * w) @ lower.diagonal()
    return left if found.rank is None else left + (found.rank[1] @ v) @ (found.rank[0] @ (found.rank[1] @ w))


@pytest.mark.parametrize("name", COLLECTED)
def test_every_entry_of_a_small_one(name):
    family = COLLECTED[name]
    n = family.size(9)
    x = np.random.default_rng(n).uniform(0.3, 1.2, n)
    found = evaluate_sum(program(family, n), x, "hessian", How())
    unit, pairs = np.eye(n), np.tril_indices(n)
    parts = [family.function(HyperDual(x, unit[i], unit[j], np.zeros(n)), n).parts for i, j in zip(*pairs, strict=True)]
    lower = np.zeros((n, n))
    lower[pairs] = [one[3] for one in parts]
    assert found.value == pytest.approx(parts[0][0], rel=1e-13)
    np.testing.assert_allclose(
        found.gradient, [one[1] for one, i, j in zip(parts, *pairs, strict=True) if i == j], rtol=1e-11
    )
    np.testing.assert_allclose(found.hessian.toarray(), lower, rtol=1e-11, atol=1e-12 * np.abs(lower).max())
    assert found.hessian.nnz == np.count_nonzero(lower)  # no entry that is zero by its form


@pytest.mark.parametrize("about", [1_001, pytest.param(100_000, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", COLLECTED)
def test_large_ones_along_two_directions(name, about):
    family = COLLECTED[name]
    n = family.size(min(about, 300) if family.kind == "pairs" else about)
    rng = np.random.default_rng(n)
    x, (v, w) = rng.uniform(0.3, 1.2, n), rng.normal(size=(2, n))
    read = program(family, n)
    found = evaluate_sum(read, x, "hessian", How())
    f, df, dg, ddf = family.function(HyperDual(x, v, w, np.zeros(n)), n).parts
    sizes = np.linalg.norm(found.gradient) * np.linalg.norm(v)
    assert found.value == pytest.approx(f, rel=1e-11)
    assert v @ found.gradient == pytest.approx(df, abs=1e-12 * sizes)
    assert w @ found.gradient == pytest.approx(dg, abs=1e-12 * sizes)
    product = evaluate_sum(read, x, "hvp", How(), w).hvp
    size = np.linalg.norm(product) * np.linalg.norm(v)
    assert quadratic(found, v, w) == pytest.approx(ddf, abs=1e-12 * size)
    assert v @ product == pytest.approx(ddf, abs=1e-12 * size)
