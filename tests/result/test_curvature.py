"""The words for signs, and eigenvalues that nobody confirms."""

import numpy as np
import pytest

from hesscli.result.curvature import approximate, definiteness


@pytest.mark.parametrize(
    ("inertia", "word"),
    [
        ((2, 0, 0, 0), "positive definite"),
        ((0, 0, 2, 0), "negative definite"),
        ((1, 0, 1, 0), "indefinite"),
        ((1, 0, 1, 3), "indefinite"),
        ((1, 1, 0, 0), "positive semidefinite"),
        ((0, 1, 1, 0), "negative semidefinite"),
        ((0, 2, 0, 0), "zero"),
        ((2, 0, 0, 1), None),
        ((0, 0, 0, 1), None),
    ],
)
def test_signs_are_named_unless_an_open_one_could_change_the_word(inertia, word):
    assert definiteness(*inertia) == word


def test_eigenvalues_of_the_tape_alone_come_without_a_word():
    (told,) = approximate(np.array([[2.0, 0.0], [0.0, -1.0]]))
    assert told.eigenvalues == ("-1.0", "2.0")
    assert (told.proven, told.definiteness, told.critical) == (False, None, None)
    assert "unproven" in told.notes[0]


def test_one_a_component_and_none_of_what_is_not_finite():
    assert len(approximate(np.zeros((3, 2, 2)))) == 3
    assert approximate(np.array([[np.nan]])) == ()
