"""What the Hessian of sums tells besides, against NumPy on the dense matrix."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hesscli.elements import curvature as module
from hesscli.elements.answer import answer_sum
from hesscli.elements.curvature import CurvatureRequest, with_curvature
from hesscli.errors import HesscliError
from hesscli.language.programs.reading import read_program
from hesscli.language.programs.spans import Declarations
from hesscli.options import Options

CHAIN = "Sum(100*(x[i+1]-x[i]**2)**2 + (1-x[i])**2, (i, 0, n-2))"
DENSE = "Sum(cosh(x[i]), (i, 0, n-1)) + log(Sum(exp(x[i]), (i, 0, n-1)))"


def report(text, x, command="hessian"):
    program = read_program(text, Declarations(parameters={"n": float(len(x))}))
    return answer_sum(program, command, x, Options(exact="off"), np.ones(len(x)) if command == "hvp" else None)


def dense(found):
    lower = found.hessian.toarray()
    full = lower + np.tril(lower, -1).T
    return full if found.rank is None else full + found.rank[1].T @ found.rank[0] @ found.rank[1]


@pytest.mark.parametrize("text", [CHAIN, DENSE])
@pytest.mark.parametrize("n", [6, 500])
@pytest.mark.parametrize("multiplied", [0, 10**9])
def test_everything_is_that_of_the_dense_matrix(text, n, multiplied, monkeypatch):
    monkeypatch.setattr("hesscli.elements.evaluate.MOST_MULTIPLIED", multiplied)
    x, b = np.linspace(-1.2, 1, n), np.linspace(1, 2, n)
    found = report(text, x)
    assert (found.rank is not None) is (text == DENSE and not multiplied)
    hessian = dense(found)
    theta = np.linalg.eigvalsh(hessian)
    told = with_curvature(
        found, CurvatureRequest(2, trace=True, diagonal=True, solve=b, rhs="b", newton=True)
    ).curvature
    assert told.trace == pytest.approx(np.trace(hessian), rel=1e-13)
    assert told.diagonal == pytest.approx(np.diag(hessian), rel=1e-13)
    assert told.solution.value == pytest.approx(np.linalg.solve(hessian, b), rel=1e-7, abs=1e-9)
    assert told.newton.value == pytest.approx(-np.linalg.solve(hessian, found.gradient), rel=1e-7, abs=1e-9)
    assert told.spectrum.values == pytest.approx([*theta[:2], *theta[-2:]], abs=1e-9)
    expected = "indefinite" if text == CHAIN else "positive definite"
    assert told.signs.word in (expected, "open" if found.rank is not None and n > 400 else expected)


def test_a_chain_is_counted():
    n = 3_000
    told = with_curvature(report(CHAIN, np.linspace(-1.2, 1, n)), CurvatureRequest(1)).curvature
    assert told.signs.how == "counted by factorisation"
    assert told.spectrum.counted
    assert told.signs.smallest[0] <= told.spectrum.values[0] <= told.signs.smallest[1]


def test_without_a_factorisation_products_answer(monkeypatch):
    monkeypatch.setattr("hesscli.operators.factorise.MOST_FILLED", 0)
    monkeypatch.setattr(module, "DENSE", 0)
    n = 300
    found = report("Sum((i+1)*x[i]**2/2 + x[i]*x[n-1-i]/4, (i, 0, n-1))", np.ones(n))
    told = with_curvature(found, CurvatureRequest(1, rhs="gradient")).curvature
    assert told.solution.solver == "cg"
    assert told.solution.value == pytest.approx(np.ones(n))  # f is quadratic, without linear terms
    assert not told.spectrum.counted
    assert told.spectrum.values == pytest.approx(np.linalg.eigvalsh(dense(found))[[0, -1]])


def test_a_singular_hessian_has_no_newton_step_and_says_so():
    told = with_curvature(
        report("Sum((x[i+1]-x[i])**2, (i, 0, n-2)) + x[0]", np.ones(40)), CurvatureRequest(newton=True)
    ).curvature
    assert told.signs.word == "open"
    assert (told.signs.negative, told.signs.nil) == (0, 1)
    assert any("singular, or nearly so" in note for note in told.notes)
    assert told.newton.usable is None
    assert any("need not lead downhill" in note for note in told.notes)


def test_a_hessian_that_is_not_finite_has_nothing():
    found = report("Sum(sqrt(x[i]), (i, 0, n-1))", np.append(np.ones(20), 0.0))
    told = with_curvature(found, CurvatureRequest(2, trace=True)).curvature
    assert (told.signs, told.spectrum, told.trace) == (None, None, None)
    assert "not finite" in told.notes[0]


def test_nothing_is_solved_for_a_gradient_that_is_not_finite():
    found = replace(report(CHAIN, np.ones(4)), gradient=np.full(4, np.nan))
    told = with_curvature(found, CurvatureRequest(rhs="gradient", newton=True)).curvature
    assert (told.solution, told.newton) == (None, None)
    assert "nothing was solved for" in told.notes[-1]


def test_other_answers_are_refused():
    with pytest.raises(HesscliError, match="need the Hessian"):
        with_curvature(report(CHAIN, np.ones(4), "hvp"), CurvatureRequest())


def test_doubts_about_the_hessian_are_passed_on():
    found = report(CHAIN, np.ones(4))
    told = with_curvature(found, CurvatureRequest()).curvature
    assert told.notes == ("the verdict on the Hessian is unchecked: what follows from it is no better",)
    agreed = replace(found, verdicts={**found.verdicts, "hessian": module.Verdict.AGREE})
    assert with_curvature(agreed, CurvatureRequest()).curvature.notes == ()
