"""The forms that stand in for TensorFlow's functions: the same values, and second derivatives known by hand."""

from __future__ import annotations

import sys
from types import ModuleType

import numpy as np
import pytest

from tests.model.conftest import grid


@pytest.fixture(scope="module")
def tf():
    from hesscli.tape.quiet import tf

    return tf


@pytest.fixture
def hessian(tf):
    """Of a function of a vector, by nested tapes with the forms; and the functions that a form stood in for."""
    from hesscli.model.forms import right_forms

    def compute(function, point):
        used: set[str] = set()
        x = tf.constant(point, tf.float64)
        with right_forms(used), tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                value = function(x)
            gradient = inner.gradient(value, x)
        return outer.jacobian(gradient, x).numpy(), used

    return compute


HALVES = np.array([[1, 0], [0.5, 0.5], [0, 1]])
"""Bilinear, from 2 to 3 with half-pixel centres: the outputs stand at -1/6 (the border), 1/2 and 7/6."""


def test_bilinear_resizing(tf, hessian):
    """sum (A X A')^2 has the Hessian 2 kron(A'A, A'A)."""
    found, used = hessian(
        lambda x: tf.reduce_sum(tf.image.resize(tf.reshape(x, [1, 2, 2, 1]), [3, 3]) ** 2), [1.0, 2, 3, 4]
    )
    square = HALVES.T @ HALVES
    np.testing.assert_allclose(found, 2 * np.kron(square, square), atol=1e-15)
    assert used == {"tf.image.resize"}


@pytest.mark.parametrize("method", ["nearest", "bicubic", "area", "lanczos3", "gaussian", "mitchellcubic"])
@pytest.mark.parametrize("antialias", [False, True])
def test_every_resizing_is_tensorflows_own(tf, method, antialias):
    from hesscli.model.forms import resize

    image = tf.constant(np.random.default_rng(3).random((2, 5, 4, 3)), tf.float32)
    own = tf.image.resize(image, [3, 7], method, antialias=antialias)
    np.testing.assert_allclose(resize(image, [3, 7], method, antialias=antialias), own, atol=2e-6)


def test_local_response_normalization(tf, hessian):
    """sum y^2 with y = x/(1 + q), q = sum x^2, is q/(1 + q)^2."""
    x = np.array([0.5, -1.0, 0.25])
    found, used = hessian(
        lambda x: tf.reduce_sum(tf.nn.lrn(tf.reshape(x, [1, 1, 1, 3]), depth_radius=2, beta=1.0) ** 2), x
    )
    q = x @ x
    truth = 2 * (1 - q) / (1 + q) ** 3 * np.eye(3) + 4 * (2 * q - 4) / (1 + q) ** 4 * np.outer(x, x)
    np.testing.assert_allclose(found, truth, atol=1e-14)
    assert used == {"tf.nn.local_response_normalization"}


def test_local_response_normalization_is_tensorflows_own(tf):
    from hesscli.model.forms import local_response_normalization

    x = tf.constant(np.random.default_rng(5).standard_normal((2, 3, 3, 7)), tf.float32)
    own = tf.nn.local_response_normalization(x, 2, 1.5, 0.25, 0.75)
    np.testing.assert_allclose(local_response_normalization(x, 2, 1.5, 0.25, 0.75), own, rtol=1e-5)


def test_softsign_under_its_other_name(tf, hessian):
    """The second derivative of x/(1 + |x|) is -2 sign(x)/(1 + |x|)^3."""
    x = np.array([-0.5, 1.0, 3.0])
    found, _ = hessian(lambda x: tf.reduce_sum(tf.math.softsign(x)), x)
    np.testing.assert_allclose(found, np.diag(-2 * np.sign(x) / (1 + np.abs(x)) ** 3), atol=1e-15)


def test_batch_normalization_of_moments_by_name(tf, hessian, monkeypatch):
    """A file that imported the function by its name; the variance of n numbers has the Hessian 2/n (I - 11'/n)."""
    file = ModuleType("hesscli_file_test")
    file.moments = tf.nn.moments
    monkeypatch.setitem(sys.modules, file.__name__, file)
    own = file.moments
    found, used = hessian(lambda x: file.moments(x, [0])[1], [1.0, 2, 5])
    np.testing.assert_allclose(found, 2 / 3 * (np.eye(3) - 1 / 3), atol=1e-15)
    assert used == {"tf.nn.moments"}
    assert file.moments is own is tf.nn.moments


@pytest.mark.parametrize("kind", ["max", "avg"])
@pytest.mark.parametrize("padding", ["VALID", "SAME"])
@pytest.mark.parametrize(("size", "steps"), [(2, 2), ([2, 3, 2], [1, 2, 3]), ([1, 3, 2, 2, 1], [1, 2, 1, 2, 1])])
def test_pooling_of_volumes_of_doubles_is_tensorflows_own_of_floats(kind, padding, size, steps):
    from hesscli.model.forms import pooled
    from hesscli.tape.quiet import tf

    x = grid(2, 4, 5, 6, 3)  # exact in floats
    expected = getattr(tf.nn, f"{kind}_pool")(x.astype("float32"), size, steps, padding).numpy()
    found = pooled(kind, tf.constant(x), size, steps, padding).numpy()
    np.testing.assert_allclose(found, expected, atol=1e-6)
