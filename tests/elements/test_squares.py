"""Standard errors by what f is: sums and means of squares, chi-squares, likelihoods; by the normal equations."""

from __future__ import annotations

import re

import numpy as np
import pytest

import hesscli

T = np.linspace(0, 3, 12)
S = 0.1 + 0.05 * np.cos(5 * T)
Y = 0.5 + 2 * T + S * np.sin(7 * T + 1)
X = np.column_stack([np.ones(12), T])
R = "y - w*t - b"


def fitted(weights):
    """Estimates, the inverse of X^T W X, and the sum of squares over the degrees of freedom."""
    inverse = np.linalg.inv(X.T @ (weights[:, None] * X))
    best = inverse @ X.T @ (weights * Y)
    return best, np.sqrt(np.diag(inverse)), weights @ (Y - X @ best) ** 2 / 10


def factor(found):
    """What the last note says that they may have to be multiplied by."""
    return float(re.search(r"they are (\S+) times", found.statistics.notes[-1])[1])


ABSOLUTE = ["sum((({R})/s)**2)", "mean((({R})/s)**2)", "0.5*sum(({R})**2/s**2)", "sum(({R})**2/(2*s**2))",
            "sum(({R})**2/v)", "Sum((y[i] - w*t[i] - b)**2/s[i]**2, (i, 0, 11))",
            "sum(({R})**2/(2*s**2) + log(s))"]  # fmt: skip
RELATIVE = ["sum(g*({R})**2)", "mean(g*({R})**2)/2"]


@pytest.mark.parametrize("text", ABSOLUTE + RELATIVE)
def test_known_deviations_are_those_of_a_chi_square_and_weights_are_relative(text):
    best, errors, variance = fitted(1 / S**2)
    known = {"s": S, "v": S**2, "g": 1 / S**2}
    data = {"t": T, "y": Y} | {name: one for name, one in known.items() if name in re.findall(r"\w+", text)}
    found = hesscli.hessian(text.replace("{R}", R), at=dict(zip("bw", best, strict=True)), data=data, exact="off")
    scale = np.sqrt(variance) if text in RELATIVE else 1.0
    assert found.standard_errors == pytest.approx(errors * scale)
    if "(({R})/s)" in text:
        assert factor(found) == pytest.approx(np.sqrt(variance))


@pytest.mark.parametrize(
    "text", ["sum(({R})**2)", "mean(({R})**2)", "sum(({R})**2)/2", "norm({R})**2", "dot({R}, {R})"]
)
def test_squares_alone_are_scaled_by_the_residual_variance(text):
    best, errors, variance = fitted(np.ones(12))
    at = dict(zip("bw", best, strict=True))
    found = hesscli.hessian(text.replace("{R}", R), at=at, data={"t": T, "y": Y}, exact="off")
    assert found.standard_errors == pytest.approx(errors * np.sqrt(variance))


def test_a_factor_that_may_be_that_of_a_likelihood_is_told():
    best, _, variance = fitted(np.ones(12))
    at = dict(zip("bw", best, strict=True))
    found = hesscli.hessian(f"sum(({R})**2)/(2*0.3**2)", at=at, data={"t": T, "y": Y}, exact="off")
    assert "standard deviation 0.3 known" in found.statistics.notes[-1]
    assert factor(found) == pytest.approx(0.3 / np.sqrt(variance))
