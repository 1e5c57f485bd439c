"""Gauss-Newton's matrix and the empirical Fisher, by hand in NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from hesscli.result import Verdict
from tests.model.conftest import grid


@pytest.fixture(scope="module")
def asked(saved):
    from hesscli.model.answer import answer_model
    from hesscli.model.binding import Setting, read_model
    from hesscli.model.gaussnewton import CURVATURES

    def run(command, name="sign", data="data", **options):
        setting = Setting(data=(str(saved / f"{data}.npz"),), loss="mse", dtype="float64", **options)
        return answer_model(read_model(str(saved / f"{name}.keras"), setting, CURVATURES[command]), command)

    return run


def rows(report):
    """Outputs of softsign(x K + b) k + c and their derivatives by K, b, k, c; the loss of a row is (z - y)^2."""
    x, y = grid(5, 2), grid(5, 1)[:, 0]
    kernel, bias, out, last = np.split(report.theta, [4, 6, 8])
    a = x @ kernel.reshape(2, 2) + bias
    h, slope = a / (1 + np.abs(a)), 1 / (1 + np.abs(a)) ** 2
    back = slope * out
    jacobian = np.concatenate([(x[:, :, None] * back[:, None]).reshape(5, 4), back, h, np.ones((5, 1))], axis=1)
    return h @ out + last - y, jacobian


def test_gauss_newton_is_twice_the_mean_of_products(asked):
    report = asked("ggn", l2=0.25)
    _, jacobian = rows(report)
    assert report.verdict is Verdict.CHECKED
    np.testing.assert_allclose(report.numbers["ggn"], 2 * jacobian.T @ jacobian / 5 + 0.5 * np.eye(9), atol=1e-13)


def test_fisher_is_the_mean_of_gradients_by_themselves(asked):
    report = asked("fisher", l2=0.25)
    away, jacobian = rows(report)
    slopes = 2 * away[:, None] * jacobian
    assert report.verdict is Verdict.CHECKED
    np.testing.assert_allclose(report.numbers["fisher"], slopes.T @ slopes / 5, atol=1e-13)


@pytest.mark.parametrize("activation", [None, "softmax"])
def test_of_softmax_and_cross_entropy_the_middle_is_the_covariance_of_the_probabilities(keras, tmp_path, activation):
    from hesscli.model.answer import answer_model
    from hesscli.model.binding import Setting, read_model
    from hesscli.model.gaussnewton import CURVATURES

    model = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(3, activation, name="dense")])
    model.set_weights([grid(2, 3), grid(3)])
    model.save(tmp_path / "logits.keras")
    x, labels = grid(5, 2), np.eye(3)[[0, 2, 1, 1, 2]]
    np.savez(tmp_path / "d.npz", x=x, y=labels)
    options = {"loss": "categorical_crossentropy", "logits": activation is None, "dtype": "float64"}
    setting = Setting(data=(str(tmp_path / "d.npz"),), **options)

    def asked(command):
        return answer_model(read_model(str(tmp_path / "logits.keras"), setting, CURVATURES[command]), command)

    power = np.exp(x @ grid(2, 3) + grid(3))
    p = power / power.sum(axis=1, keepdims=True)
    inputs = np.column_stack([x, np.ones(5)])  # dz/d(K, b) = (x, 1) times the unit matrix
    middle = [np.diag(q) - np.outer(q, q) for q in p]
    by_hand = sum(np.kron(np.outer(a, a), c) for a, c in zip(inputs, middle, strict=True)) / 5
    slopes = np.stack([np.kron(a, q - y) for a, q, y in zip(inputs, p, labels, strict=True)])
    for command, expected in (("ggn", by_hand), ("fisher", slopes.T @ slopes / 5)):
        report = asked(command)
        assert report.verdict is Verdict.CHECKED
        np.testing.assert_allclose(report.numbers[command], expected, atol=1e-13)


def test_of_a_linear_model_gauss_newton_is_the_hessian(asked):
    report = asked("ggn", "linear", "linear", batch_size=1)
    assert report.numbers["ggn"].tolist() == [[4, 0, 2, 0], [0, 4, 0, 2], [2, 0, 1, 0], [0, 2, 0, 1]]


@pytest.mark.parametrize(("command", "l2"), [("ggn", 0.25), ("fisher", 0.0)])
def test_steps_and_solutions_are_those_of_the_matrix(saved, command, l2):
    """Fisher's is of rank 5, the gradient in its range: of all solutions conjugate gradients take the shortest."""
    from hesscli.model.answer import answer_model
    from hesscli.model.binding import Setting, read_model
    from hesscli.model.gaussnewton import CURVATURES
    from hesscli.model.spectrum import SpectrumRequest

    wanted = SpectrumRequest(step=True, rhs="ones", top=1)
    setting = Setting(data=(str(saved / "data.npz"),), loss="mse", dtype="float64", l2=l2, wanted=wanted)
    model = read_model(str(saved / "sign.keras"), setting, CURVATURES[command])
    report = answer_model(model, "spectrum", np.ones(9))
    away, jacobian = rows(report)
    gradient = 2 * jacobian.T @ away / 5 + 2 * l2 * report.theta
    slopes = 2 * away[:, None] * jacobian
    matrix = {"ggn": 2 * jacobian.T @ jacobian / 5 + 2 * l2 * np.eye(9), "fisher": slopes.T @ slopes / 5}[command]
    found = report.spectrum
    assert report.verdict is Verdict.CHECKED
    assert (found.of, report.modes) == (command, None)
    assert found.extremes.values[-1] == pytest.approx(np.linalg.eigvalsh(matrix)[-1])
    np.testing.assert_allclose(found.step.usable, -np.linalg.pinv(matrix, 1e-12) @ gradient, rtol=1e-6)
    if l2:
        np.testing.assert_allclose(found.solution.usable, np.linalg.solve(matrix, np.ones(9)), rtol=1e-6)
    else:
        assert found.solution.usable is None


def test_a_wrong_product_is_refuted(asked, monkeypatch):
    from hesscli.model.gaussnewton import GaussNewton

    own = GaussNewton.products
    monkeypatch.setattr(GaussNewton, "products", lambda self, theta, vectors: 1.001 * own(self, theta, vectors))
    assert asked("ggn", "linear", "linear").verdict is Verdict.DISAGREE
