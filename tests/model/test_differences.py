"""Differences on functions whose derivatives are known by hand."""

from __future__ import annotations

import numpy as np

from hesscli.model.differences import Outcome, check_by_differences, directions, probes

X = np.array([0.3, -1.2, 2.0])
U = np.array([2.0, -1.0, 2.0]) / 3
PARTS = [("a", slice(0, 2)), ("b", slice(2, 3))]


def outcomes(lower, claimed, rtol=1e-6):
    return [one.outcome for one in check_by_differences(lower, X, U, claimed, PARTS, rtol)]


def test_a_right_derivative_is_confirmed():
    assert outcomes(np.exp, np.exp(X) * U) == [Outcome.CONFIRMED] * 2
    assert outcomes(lambda x: 1e8 * x, 1e8 * U) == [Outcome.CONFIRMED] * 2


def test_a_wrong_one_is_refuted_in_its_part():
    assert outcomes(np.exp, np.exp(X) * U * [1, 1.00001, 1]) == [Outcome.REFUTED, Outcome.CONFIRMED]
    assert outcomes(np.exp, np.exp(X) * U + [0, 0, 1e-3]) == [Outcome.CONFIRMED, Outcome.REFUTED]
    assert outcomes(np.exp, np.zeros(3)) == [Outcome.REFUTED] * 2


def test_a_number_that_is_none_is_not_confirmed():
    assert Outcome.CONFIRMED not in outcomes(np.exp, np.full(3, np.nan))


def test_zero_is_zero_up_to_rounding():
    assert outcomes(lambda x: np.full(3, 1 / 3) + 0 * x, np.zeros(3)) == [Outcome.CONFIRMED] * 2
    noise = np.random.default_rng(1)
    assert Outcome.REFUTED not in outcomes(lambda x: 1 + 1e-16 * noise.standard_normal(3), np.zeros(3))


def test_at_a_kink_nothing_is_claimed():
    """The gradient of |y|^1.5 at 0 has no derivative, and that of max(y, 0) jumps there."""
    for lower in (lambda x: np.sign(x - X) * np.sqrt(np.abs(x - X)), lambda x: 1.0 * (x > X)):
        assert outcomes(lower, np.ones(3)) == [Outcome.ROUGH] * 2


def test_the_bound_holds():
    for one in check_by_differences(np.sin, X, U, np.cos(X) * U, PARTS, 1e-6):
        assert one.error <= one.bound


def test_directions_are_unit_vectors_and_the_same_every_time():
    drawn = directions(50)
    np.testing.assert_allclose(np.linalg.norm(drawn, axis=1), 1)
    np.testing.assert_array_equal(drawn, directions(50))
    assert abs(drawn[0] @ drawn[1]) < 0.5


def test_a_part_that_is_nothing_but_rounding_of_the_whole_is_not_refuted():
    matrix = np.diag([1.0, 1.0, 0.0])
    claimed = matrix @ U + np.array([0.0, 0.0, 1e-8])
    wrong = [one.outcome for one in check_by_differences(lambda x: matrix @ x, X, U, claimed, PARTS, 1e-4)]
    rounded = [one.outcome for one in check_by_differences(lambda x: matrix @ x, X, U, claimed, PARTS, 1e-4, 2.0**-24)]
    assert wrong == [Outcome.CONFIRMED, Outcome.REFUTED]
    assert rounded == [Outcome.CONFIRMED, Outcome.ROUGH]


def judged(lower, claimed, **more):
    """Of a function of one number at 1."""
    return [
        one.outcome
        for one in check_by_differences(
            lower, np.ones(1), np.ones(1), np.array([claimed]), [("all", slice(None))], 1e-6, **more
        )
    ]


def test_an_offset_that_hides_a_derivative_leaves_it_unchecked():
    """1e10 + x^2 at 1 has the derivative 2; rounding of 1e10 is about 1e-6, and divided by a step larger than 1."""
    for claimed in (0.0, 1.0, 2.0):
        assert judged(lambda x: 1e10 + x**2, claimed) == [Outcome.ROUGH]
        assert judged(lambda x: 1e10 + x**2, claimed, whole=2.0, opaque=True) == [Outcome.ROUGH]


def test_what_is_small_beside_the_whole_is_judged_by_itself_where_derivatives_may_be_hidden():
    """The tape's second derivative 0 of what moves like 1e-6 x beside an entry of 1e4; where nothing is hidden, 0."""
    assert judged(lambda x: 1e4 + 1e-9 * x, 0.0, whole=1e4, opaque=True) == [Outcome.ROUGH]
    assert judged(lambda x: 1e4 + 0 * x, 0.0, whole=1e4, opaque=True) == [Outcome.CONFIRMED]
    assert judged(lambda x: 1e4 + 0 * x, 0.0, whole=1e-9, opaque=True) == [Outcome.ROUGH]


def test_what_is_nearly_0_at_an_optimum_is_confirmed_where_rounding_does_not_hide_the_curvature():
    assert judged(lambda x: 1 + (x - 1) ** 2, 1e-13, opaque=True) == [Outcome.CONFIRMED]
    assert judged(lambda x: 1e10 + (x - 1) ** 2, 0.0, whole=1.0, opaque=True) == [Outcome.ROUGH]


def test_few_numbers_are_probed_each_by_itself_and_many_by_their_tensors():
    np.testing.assert_array_equal(probes(3, [slice(0, 3)]), np.eye(3))
    many = probes(100, [slice(0, 90), slice(90, 100)])
    assert many.shape == (4, 100)
    np.testing.assert_allclose(np.linalg.norm(many, axis=1), 1)
    assert not many[2, 90:].any()
    assert not many[3, :90].any()
