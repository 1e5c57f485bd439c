"""Linear forms X w: the same numbers as with every product written out, and both witnesses on samples of them."""

from __future__ import annotations

import numpy as np
import pytest

from hesscli.compute.taping import loading
from hesscli.elements import sample
from hesscli.elements.answer import answer_sum
from hesscli.elements.evaluate import evaluate_sum
from hesscli.elements.forms import BlockSum, weigh
from hesscli.elements.found import How
from hesscli.elements.plan import plan_sum
from hesscli.exact import Session
from hesscli.language.programs import products
from hesscli.language.programs.linear import Linear
from hesscli.language.programs.reading import read_program
from hesscli.language.programs.spans import Declarations
from hesscli.result import Verdict

RNG = np.random.default_rng(5)
X, Z = RNG.normal(size=(40, 6)), RNG.normal(size=(40, 5))
Y, GROUP, COUNTS = (RNG.random(40) < 0.5) * 1, RNG.integers(0, 3, 40), RNG.integers(-3, 4, (40, 6))
GIVEN = Declarations(
    {"m": 40.0, "p": 6.0}, {"X": X, "Z": Z, "y": Y, "g": GROUP, "N": COUNTS}, {"w": 6, "v": 5, "u": 3}
)  # fmt: skip

TEXTS = {
    "logistic": "sum(log(1 + exp(X@w)) - y*(X@w))",
    "logistic, by indices": "Sum(log(1+exp(Sum(X[k,j]*w[j], (j,0,p-1)))) - y[k]*Sum(w[j]*X[k,j], (j,0,5)), (k,0,m-1))",
    "Poisson": "sum(exp(N@w/9) - y*(N@w))",
    "least squares with an intercept": "Sum((y[k] - X[k,:]@w - b)**2, (k, 0, m-1))",
    "an intercept of the same vector": "mean((y - X[:,1:]@w[1:] - w[0])**2)",
    "probit": "sum(-log(erfc(-X@w/3)/2))",
    "softmax pairs": "sum(log(exp(X@w) + exp(Z@v)))",
    "one vector in two forms": "sum(exp(X[:,1:]@w[1:]) * cos(X[:,:5]@w[:5]))",
    "random effects": "Sum(exp(X[k,:]@w + u[g[k]]) - u[g[k]]**2, (k, 0, m-1))",
    "an entry beside its own vector": "Sum(exp(X[k,::-1]@w + w[g[k]]), (k, 0, m-1))",
    "inside a function": "log(sum(exp(X@w)))",
    "columns as rows": "sum((w@X[:6,:])**2)",
    "shifted": "Sum(sin(Sum(X[k,p-j]*w[j-1], (j,1,p))), (k,0,m-1)) + w[0]**2",
}


def symmetric(found):
    lower = found.hessian.toarray()
    full = lower + np.tril(lower, -1).T
    return full if found.rank is None else full + found.rank[1].T @ found.rank[0] @ found.rank[1]


@pytest.fixture(scope="module")
def session():
    loading()()
    with Session() as one:
        yield one


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_form_is_what_its_products_are(text, session, monkeypatch):
    whole = read_program(text, GIVEN)
    monkeypatch.setattr(products, "LEAST", 1_000)
    written = read_program(text, GIVEN)
    assert whole.elements[0].forms
    assert not written.elements[0].forms
    x, v = RNG.normal(size=whole.n) / 4, RNG.normal(size=whole.n)
    one, two = (evaluate_sum(program, x, "hessian", How()) for program in (whole, written))
    assert one.value == pytest.approx(two.value, rel=1e-13)
    np.testing.assert_allclose(one.gradient, two.gradient, rtol=1e-11, atol=1e-12)
    np.testing.assert_allclose(symmetric(one), symmetric(two), rtol=1e-11, atol=1e-11)
    np.testing.assert_allclose(evaluate_sum(whole, x, "hvp", How(), v).hvp, symmetric(two) @ v, rtol=1e-10, atol=1e-11)
    report = answer_sum(whole, "hessian", x, session=session)
    assert report.verdict is Verdict.AGREE
    assert report.checked["gradient"] == (whole.n, whole.n)


def test_two_hundred_coefficients_have_the_hessian_of_the_textbook(session):
    features = np.random.default_rng(2).normal(size=(3_000, 200)) / 14
    y, w = np.arange(3_000) % 2, np.random.default_rng(3).normal(size=200)
    program = read_program("sum(log(1+exp(F@w)) - y*(F@w))", Declarations({}, {"F": features, "y": y}, {"w": 200}))
    assert plan_sum(program, "hessian").entries == 200 * 200
    p = 1 / (1 + np.exp(-features @ w))
    report = answer_sum(program, "hessian", w, session=session)
    np.testing.assert_allclose(report.gradient, features.T @ (p - y), rtol=1e-9, atol=1e-10)
    np.testing.assert_allclose(symmetric(report), features.T @ ((p * (1 - p))[:, None] * features), atol=1e-11)
    assert report.checked["terms"][0] > 20  # with their products in balls
    assert report.verdicts["gradient"] is Verdict.AGREE
    assert report.verdicts["hessian"] in (Verdict.AGREE, Verdict.UNCHECKED)


def test_a_wrong_product_is_told_by_the_terms(session, monkeypatch):
    """The tape's t is off by a millionth in every row: no row's body is as the exact side has it."""
    program = read_program(TEXTS["Poisson"], GIVEN)
    values = Linear.values
    monkeypatch.setattr(Linear, "values", lambda form, x, rows: values(form, x, rows) * (1 + 1e-4))
    monkeypatch.setattr(sample, "VALUED", 0)
    monkeypatch.setattr(sample, "TOUCHED", 0)
    report = answer_sum(program, "hessian", np.full(6, 0.5), session=session)
    assert report.verdict is Verdict.DISAGREE
    assert any("the term of" in note for note in report.notes)


def test_terms_that_cancel_in_a_block_are_not_called_agreement(session, monkeypatch):
    half = np.random.default_rng(4).normal(size=(300, 4))
    features = np.concatenate([half, half * [1, 1, 1, -1]])
    program = read_program("sum(exp(F@w))", Declarations({}, {"F": features}, {"w": 4}))
    monkeypatch.setattr(sample, "TOUCHED", 0)
    report = answer_sum(program, "hessian", np.zeros(4), session=session)
    assert abs(report.gradient[3]) < 1e-12  # sum of F[:,3], which is zero but for rounding
    assert report.verdicts["gradient"] is Verdict.UNCHECKED
    assert any("gradient[3]: terms of size up to" in note for note in report.notes)


def test_sizes_bound_the_terms_absolute_values():
    form, other = (Linear(matrix, None, np.arange(matrix.shape[1])) for matrix in (X, Z))
    c = RNG.normal(size=40)
    for pair in ((form, None), (form, form), (form, other)):
        places, squares = (None, form.squares) if pair[1] is None else (pair[1].places, None)
        block = BlockSum("hessian", (0, 1), form.places, places, squares)
        weigh(block, slice(0, 40), c, *pair)
        right = np.ones((40, 1)) if pair[1] is None else pair[1].matrix
        exact = (np.abs(c)[:, None] * np.abs(X)).T @ np.abs(right)
        assert (block.sizes.reshape(6, -1) >= exact * (1 - 1e-12)).all()
        np.testing.assert_allclose(block.value.reshape(6, -1), (c[:, None] * X).T @ right, rtol=1e-12, atol=1e-12)


def test_an_index_outside_the_matrix_is_told_and_few_coefficients_are_written_out():
    with pytest.raises(Exception, match="40 rows and 6 columns"):
        read_program("Sum(exp(Sum(X[k,j]*w[j-1], (j,1,6))), (k,0,m-1))", GIVEN)
    few = read_program("sum((y - X[:,:3]@s)**2)", Declarations(GIVEN.parameters, GIVEN.data, {"s": 3}))
    assert few.elements[0].forms == {}
    assert len(few.elements[0].pairs) == 6


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("width", [1, 3, 70])
def test_products_by_few_rows_are_those_of_the_whole(order, width):
    generator = np.random.default_rng(4)
    matrix = np.asarray(generator.integers(-9, 9, (300, width)), float, order=order)
    w = generator.integers(-9, 9, width + 1).astype(float)
    places = np.arange(1, width + 1)
    form = Linear(matrix, None, places)
    for rows in (slice(0, 300), slice(5, 261), slice(7, 20)):
        exact = [sum(int(a) * int(b) for a, b in zip(row, w[1:], strict=True)) for row in matrix[rows]]
        np.testing.assert_array_equal(form.values(w, rows), exact)
