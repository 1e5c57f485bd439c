"""Eigenvalues and their meaning, on matrices whose spectrum is known by hand."""

import numpy as np
import pytest

from hesscli.curvature import definiteness, describe
from hesscli.request import Request
from hesscli.result import Result, Verdict
from tests.output.results import exactly


@pytest.mark.parametrize(
    ("eigenvalues", "word"),
    [
        ([1, 3], "positive definite"),
        ([-3, -1], "negative definite"),
        ([-1, 2], "indefinite"),
        ([0, 2], "positive semidefinite"),
        ([-2, 1e-17], "negative semidefinite"),
        ([0, 0], "zero"),
    ],
)
def test_signs_are_named(eigenvalues, word):
    assert definiteness(np.array(eigenvalues, dtype=float)) == word


def result(gradient, hessian):
    exact = exactly({"value": "0", "gradient": gradient, "hessian": hessian}, proven=True)
    blank = Result(
        Request("hessian"), "f", "f", ("x", "y"), (0.0, 0.0), "float64", "none", None, exact, {}, None, Verdict.AGREE
    )
    return describe(blank)


def test_a_saddle_of_x_times_y():
    told = result(["0", "0"], [["0", "1"], ["1", "0"]])
    assert told.eigenvalues == [-1.0, 1.0]
    assert told.critical == "saddle point"


def test_no_kind_where_the_gradient_is_not_zero():
    assert result(["1", "0"], [["2", "0"], ["0", "2"]]).critical is None


def test_an_underflow_is_no_zero():
    told = result(["1e-400", "0"], [["1e-390", "0"], ["0", "0"]])
    assert told.eigenvalues is None
    assert told.critical is None
