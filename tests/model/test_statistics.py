"""Standard errors and posteriors of weights against the textbook's closed forms, in NumPy alone."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from hesscli.cli.app import run as command
from tests import schema

ROWS, X = 40, np.stack([np.linspace(-1, 2, 40), np.sin(np.arange(40.0))], axis=1)
DESIGN = np.column_stack([X, np.ones(ROWS)])
COIN = np.random.default_rng(5).random(ROWS)


@pytest.fixture
def ask(keras, tmp_path, capfd):
    """A network of one layer with the weights of a regression, asked through the command."""

    def run(what, weights, activation, loss, y, *more, status=0):
        layers = keras.layers
        model = keras.Sequential([layers.Input((2,)), layers.Dense(1, activation=activation, name="only")])
        model.set_weights([np.reshape(weights[:2], (2, 1)), np.array(weights[2:])])
        model.save(tmp_path / "m.keras")
        np.savez(tmp_path / "d.npz", x=X, y=y)
        given = ["model", what, tmp_path / "m.keras", "--data", tmp_path / "d.npz", "--loss", loss, "--json", *more]
        assert command([str(one) for one in given]) == status
        out, err = capfd.readouterr()
        if status:
            return err
        schema.check(json.loads(out))
        return json.loads(out)

    return run


def logistic(y, penalty=0.0):
    """The estimate by Newton's method and X^T diag(p(1 - p)) X there, rounded to what Keras keeps of weights."""
    w = np.zeros(3)
    for _ in range(30):
        p = 1 / (1 + np.exp(-DESIGN @ w))
        information = DESIGN.T @ (DESIGN * (p * (1 - p))[:, None]) + penalty * np.eye(3)
        w = w - np.linalg.solve(information, DESIGN.T @ (p - y) + penalty * w)
    return w, information


def test_of_logistic_regression_they_are_those_of_the_information(ask):
    y = (1 / (1 + np.exp(-X[:, 0])) > COIN).astype(float)
    w, information = logistic(y)
    found = ask("hessian", w, "sigmoid", "binary_crossentropy", y, "--standard-errors")
    covariance = np.linalg.inv(information)
    errors = np.sqrt(np.diag(covariance))
    told = found["statistics"]
    np.testing.assert_allclose(list(told["standard_errors"].values()), errors, rtol=1e-6)
    np.testing.assert_allclose(told["correlations"], covariance / np.outer(errors, errors), rtol=1e-5)
    assert found["dtype"] == "float64"
    assert [note[:25] for note in told["notes"]] == ["the loss is a mean over 4"]


def test_of_least_squares_they_are_the_textbooks(ask):
    y = X @ [1.0, -2.0] + 0.5 + 0.1 * (COIN - 0.5)
    w, squares, *_ = np.linalg.lstsq(DESIGN, y)
    covariance = squares[0] / (ROWS - 3) * np.linalg.inv(DESIGN.T @ DESIGN)
    told = ask("hessian", w, "linear", "mse", y, "--standard-errors")["statistics"]
    np.testing.assert_allclose(list(told["standard_errors"].values()), np.sqrt(np.diag(covariance)), rtol=1e-5)


def test_away_from_the_estimate_and_without_one_it_is_said(ask):
    y = X @ [1.0, -2.0] + 0.5
    told = ask("hessian", [0.0, 0.0, 0.0], "linear", "mse", y, "--standard-errors")["statistics"]
    assert told["notes"][0].startswith(
        "the gradient is not zero: the point is no estimate; Newton's next is only/kernel"
    )
    words = "mean_absolute_error is no negative log-likelihood"
    assert words in ask("hessian", [0.0, 0.0, 1.0], "linear", "mae", y, "--standard-errors", status=2)
    twice = ask("laplace", [0.0, 0.0, 1.0], "linear", "mse", y, "--l2", "0.1", status=2)
    assert "a prior of their own" in twice


def test_of_a_linear_model_laplace_is_the_posterior(ask):
    """y = X w + noise, w ~ N(0, I/t): then y ~ N(0, s^2 I + X X^T/t), and w given y is normal."""
    t, s = 2.5, 0.3
    y = X @ [1.0, -2.0] + 0.5 + s * np.random.default_rng(1).standard_normal(ROWS)
    covariance = np.linalg.inv(DESIGN.T @ DESIGN / s**2 + t * np.eye(3))
    mode = covariance @ DESIGN.T @ y / s**2
    told = ask("laplace", mode, "linear", "mse", y, "--prior-precision", t, "--noise", s)["posterior"]
    evidence = multivariate_normal(np.zeros(ROWS), s**2 * np.eye(ROWS) + DESIGN @ DESIGN.T / t).logpdf(y)
    np.testing.assert_allclose(told["covariance"], covariance, rtol=1e-6)
    assert told["log_marginal_likelihood"] == pytest.approx(evidence, abs=1e-6)
    assert told["notes"] == []
    away = ask("laplace", mode + 1, "linear", "mse", y, "--prior-precision", t, "--noise", s)["posterior"]
    assert away["notes"][0].startswith("the weights are not the most probable ones")


def test_of_logistic_regression_laplace_has_the_information_and_the_prior(ask):
    y = (1 / (1 + np.exp(-X[:, 0])) > COIN).astype(float)
    w, precision = logistic(y, penalty=0.7)
    told = ask("laplace", w, "sigmoid", "binary_crossentropy", y, "--prior-precision", "0.7")["posterior"]
    np.testing.assert_allclose(told["covariance"], np.linalg.inv(precision), rtol=1e-5)
    p = 1 / (1 + np.exp(-DESIGN @ w))
    likelihood = (y * np.log(p) + (1 - y) * np.log(1 - p)).sum()
    by_hand = likelihood + 1.5 * np.log(0.7) - 0.35 * w @ w - np.linalg.slogdet(precision)[1] / 2
    assert told["log_marginal_likelihood"] == pytest.approx(by_hand, abs=1e-5)
