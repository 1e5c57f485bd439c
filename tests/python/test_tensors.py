"""Functions of TensorFlow's tensors from Python: what their answers refuse, and what a custom gradient cannot hide."""

from __future__ import annotations

import numpy as np
import pytest

import hesscli
from hesscli.errors import HesscliError


@pytest.fixture(scope="module")
def tf():
    from hesscli.tape.quiet import tf

    return tf


@pytest.fixture(scope="module")
def quartic(tf):
    """H = diag(3 x^2)."""
    return hesscli.hessian(lambda x: tf.reduce_sum(x**4) / 4, at=[1.0, 2.0])


@pytest.mark.parametrize("k", [0, 1.5, True])
def test_the_number_of_eigenvalues_is_a_whole_one(quartic, k):
    with pytest.raises(HesscliError, match="top: expected a whole number of at least 1"):
        quartic.top(k)


def test_eigenvalues_trace_and_step_follow_from_the_hessian(quartic, tf):
    assert quartic.top(1).values == pytest.approx([3, 12])
    assert (float(quartic.trace.value), quartic.trace.exact) == (15.0, True)
    assert quartic.newton_step == pytest.approx([-1 / 3, -2 / 3])
    alone = hesscli.hessian(lambda m: m**2 * tf.exp(m), at=[1.0])
    assert float(alone.trace.value) == pytest.approx(7 * np.e)


def test_a_sum_whose_hessian_is_singular_has_no_step():
    """H = diag(0, 6, 12) and g = (1, 3, 12): 0 = -1 in the first row."""
    found = hesscli.hessian("Sum(x[i]**3, (i, 0, 2)) + x[0]", {"x": [0.0, 1.0, 2.0]})
    assert found.newton_step is None


@pytest.mark.parametrize("size", [1.0, 2000.0, 1e5])
def test_a_gradient_that_is_right_at_the_point_alone_is_refuted(tf, size):
    """x0 x1 x2 with its gradient at (0.3, 0.7, 0.2) for a constant: the mixed derivatives are 0.2, 0.7, 0.3, not 0."""

    @tf.custom_gradient
    def product(x):
        return tf.math.cumprod(x)[-1], lambda upstream: upstream * tf.constant([0.14, 0.06, 0.21], x.dtype)

    found = hesscli.hessian(lambda x: size * tf.reduce_sum(x**2) + product(x), at=[0.3, 0.7, 0.2])
    assert found.verdicts["hessian"].value == "disagree"
    assert np.isnan(found.hessian).all()


def test_a_second_derivative_that_tensorflow_fails_to_make_is_no_traceback(tf):
    def rounded(x):
        return x[0] ** 2 + tf.quantization.quantize_and_dequantize_v2(x[1], -6.0, 6.0, range_given=True)

    found = hesscli.hessian(rounded, at=[0.3, 0.7])
    assert found.verdict.value != "agree"
    assert "TensorFlow has no second derivative here" in found.notes[0]
