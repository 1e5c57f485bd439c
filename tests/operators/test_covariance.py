import numpy as np
import pytest

from hesscli.operators.covariance import standard_errors

X = np.column_stack([np.ones(5), [1.0, 2, 4, 8, 9], [3.0, 1, 4, 1, 5]])


def notes(hessian):
    names = [f"b[{k}]" for k in range(len(hessian))]
    found = standard_errors(names, np.zeros(len(names)), np.zeros(len(names)), np.array(hessian, float))
    assert np.isnan(found.errors).all()
    return found.doubts


def test_a_collinear_design_names_the_columns():
    """H = X'X is singular, and for all that its point is a minimum."""
    design = np.column_stack([X, 2 * X[:, 1] - X[:, 0]])
    (told,) = notes(design.T @ design)
    assert told.startswith("the Hessian is singular, as far as doubles tell: b[0], b[1], b[3] cannot be told apart")


@pytest.mark.parametrize(
    ("hessian", "words"),
    [
        ([[2.0, 0.0], [0.0, 0.0]], "nothing is known of b[1]"),
        ([[1.0, 2.0], [2.0, 1.0]], "no minimum of f"),
        ([[1.0, 0.0], [0.0, -1e-3]], "no minimum of f"),
        ([[0.0, 1.0], [1.0, 0.0]], "no minimum of f"),
        ([[np.nan, 0.0], [0.0, 1.0]], "not finite"),
        ([[-1.0, 0.0], [0.0, -2.0]], "negative definite"),
    ],
)
def test_every_other_reason_has_its_sentence(hessian, words):
    (told,) = notes(hessian)
    assert words in told
