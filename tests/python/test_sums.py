"""Sums from Python: vectors and columns as arrays, a sparse Hessian, and what follows from it."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest
from scipy import sparse

import hesscli
from hesscli import HesscliError

CHAIN = "Sum((x[i+1] - x[i]**2)**2, (i, 0, n-2))"
LINE = "sum((y - w*t - b)**2)"
T = np.arange(4.0)
Y = np.array([1.1, 2.9, 5.2, 6.8])


def chain(x):
    """f, its gradient and its Hessian, by hand."""
    r = x[1:] - x[:-1] ** 2
    g = np.append(-4 * x[:-1] * r, 0) + np.append(0, 2 * r)
    d = np.append(12 * x[:-1] ** 2 - 4 * x[1:], 0) + np.append(0, np.full(len(r), 2.0))
    return r @ r, g, np.diag(d) + np.diag(-4 * x[:-1], -1) + np.diag(-4 * x[:-1], 1)


@pytest.fixture(scope="module")
def result():
    return hesscli.hessian(CHAIN, params={"n": 30}, at={"x": np.linspace(-1.2, 1, 30)})


def test_the_numbers_to_use_are_arrays_and_a_sparse_matrix(result):
    value, gradient, hessian = chain(np.linspace(-1.2, 1, 30))
    assert type(result.value) is float
    assert result.value == pytest.approx(value)
    np.testing.assert_allclose(result.gradient, gradient, rtol=1e-12, atol=1e-12)
    assert sparse.issparse(result.hessian)
    assert result.hessian.nnz == 88
    np.testing.assert_allclose(result.hessian.toarray(), hessian, rtol=1e-12)
    np.testing.assert_allclose(result.operator @ np.ones(30), hessian.sum(axis=1), rtol=1e-11, atol=1e-11)
    assert (result.verdict.value, result.variables[:2], result.places) == (
        "agree",
        ("x[0]", "x[1]"),
        {"x": slice(0, 30)},
    )


def test_what_follows_from_the_hessian_is_there_when_it_is_looked_at(result):
    _, gradient, hessian = chain(np.linspace(-1.2, 1, 30))
    theta = np.linalg.eigvalsh(hessian)
    assert result.top(2).values == pytest.approx([*theta[:2], *theta[-2:]])
    assert result.trace == pytest.approx(np.trace(hessian))
    assert result.diagonal == pytest.approx(np.diag(hessian))
    assert result.newton_step == pytest.approx(-np.linalg.solve(hessian, gradient))
    assert result.solve("ones").value == pytest.approx(np.linalg.solve(hessian, np.ones(30)))
    assert result.definiteness == "indefinite"


def test_equal_answers_are_equal_and_show_themselves(result):
    again = hesscli.hessian(CHAIN, params={"n": 30}, at=np.linspace(-1.2, 1, 30))
    assert again == result == copy.deepcopy(result) == pickle.loads(pickle.dumps(result))
    assert again != hesscli.hessian(CHAIN, params={"n": 30}, at="ones")
    assert repr(result) == (
        "<hessian of Sum((x[i+1] - x[i]**2)**2, (i, 0, n-2)) in x[30]: 30 x 30 with 88 nonzeros, agree>"
    )
    assert "<b>agree</b>" in result._repr_html_()
    assert result.to_dict()["hessian"]["nnz"] == 59


@pytest.mark.parametrize(
    "data",
    [
        {"y": Y, "t": T},
        {"y": Y.tolist(), "t": np.array([0, 1, 2, 3], dtype=object)},
        np.rec.fromarrays([T, Y, ["a", "b", "c", "d"]], names="t,y,name"),
    ],
)
def test_columns_come_as_a_mapping_or_a_table(data):
    found = hesscli.hessian(LINE, data=data, at={"w": 1.94, "b": 1.09})
    assert found.hessian.toarray().tolist() == [[8, 12], [12, 28]]
    assert found.standard_errors == pytest.approx(np.sqrt(0.041 * np.diag(np.linalg.inv([[4, 6], [6, 14]]))))
    assert found.statistics.covariance == pytest.approx(0.041 * np.linalg.inv([[4, 6], [6, 14]]))


def test_other_verbs_of_sums():
    assert hesscli.gradient("sum(x**2)", at={"x": [1, 2]}).gradient.tolist() == [2, 4]
    assert hesscli.hvp("Sum(x[i]**3, (i, 0, 2))", [1, 2, 3], {"x": [1, 0, 2]}).hvp.tolist() == [6, 0, 36]
    assert hesscli.derivative("sum(x**3)", at={"x": [1, 2]}, wrt="x[1],x[1],x[1]").derivative == 6.0
    assert hesscli.taylor("sum(x**2)", at={"x": [1, 2]}).taylor.tolist() == [5, 2, 4, 1, 0, 1]
    line = hesscli.sweep(LINE, {"w": [2, 1], "b": 0}, data={"y": 2 * T, "t": T}, verb="gradient")
    assert line.gradient.tolist() == [[0, 0], [-12, -28]]
    assert line.verdict.tolist() == ["agree", "agree"]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: hesscli.hessian(LINE, at={"w": 1, "b": 0}, data={"y": Y, "t": T[:3]}), r"y has 4 entries \(data=\)"),
        (lambda: hesscli.hessian(LINE, at={"w": 1, "b": 0}, data={"y": Y, "t": T, "z": T}), "data: z is not in"),
        (lambda: hesscli.hessian(LINE, at={"w": 1, "b": 0}, data={"y": [1, np.nan], "t": [1, 2]}), "entry 1 is nan"),
        (lambda: hesscli.hessian(LINE, at={"w": 1, "b": 0}, data=3), "data: expected columns by name, a table"),
        (
            lambda: hesscli.hessian(LINE, data={"y": Y, "t": T}),
            "sums have no formulas alone: at gives a value for b, w",
        ),
        (lambda: hesscli.hessian(LINE, at={"w": [1, 2], "b": 0}, data={"y": Y, "t": T}), "use hesscli.sweep for many"),
        (lambda: hesscli.gradient("sum(x)", at={"x": [1, np.inf]}), r"at: x\[1\] is inf"),
        (lambda: hesscli.gradient("sum(x)", at={"x": ["a"]}), r"at: x is 'a', which is no number"),
        (lambda: hesscli.hessian("sum(x)", at={"x": [1]}, further="inverse"), "takes plain expressions; of sums"),
        (lambda: hesscli.hessian(lambda x: x, at=1, data={"y": Y}), "data: y is not in the expression"),
        (lambda: hesscli.sweep("sum(x)", {"x": [[1], [2]]}, verb="jacobian"), "a sweep of sums takes gradient"),
    ],
)
def test_errors_speak_of_arguments(call, words):
    with pytest.raises(HesscliError, match=words) as problem:
        call()
    assert "--" not in str(problem.value)


def test_what_was_not_asked_for_is_not_there():
    found = hesscli.gradient("sum(x)", at={"x": [1, 2]})
    with pytest.raises(AttributeError, match="no hessian here: this is a gradient"):
        _ = found.hessian
    with pytest.raises(AttributeError, match="no hvp here"):
        _ = found.hvp
