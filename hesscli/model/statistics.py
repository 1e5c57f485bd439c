"""A loss as a negative log-likelihood: standard errors of weights, and Laplace's approximation of their posterior.

Keras takes the mean of the losses over N rows and k outputs. Of a cross entropy, or Poisson's, N k f is the negative
log-likelihood, up to what does not depend on the weights. Of mean_squared_error f = S/(N k), S the sum of the squared
residuals, which is N k f/(2 s^2) + N k log(2 pi s^2)/2 with the variance s^2 of the noise.

Laplace: the posterior is taken for normal around the weights, with the precision P = c G + t I, c f the negative
log-likelihood, G the Gauss-Newton matrix and t the prior's precision; then with p weights w
log p(data) = -c f + (p/2) log t - (t/2) w.w - log(det P)/2. Of a linear model with normal noise it is exact.

Sources: D. J. C. MacKay, "A Practical Bayesian Framework for Backpropagation Networks", Neural Computation 4, 1992;
E. Daxberger et al., "Laplace Redux", NeurIPS 2021; of Poisson's constant log y!, and of least squares: G. A. F. Seber
and C. J. Wild, "Nonlinear Regression", Wiley 1989, section 2.1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from hesscli.accuracy import unit_roundoff
from hesscli.errors import HesscliError
from hesscli.model.binding import Model
from hesscli.model.joint import JointLoss
from hesscli.model.report import ModelReport, Posterior
from hesscli.operators.covariance import FAR, check_count, inverse, spread, standard_errors
from hesscli.result import Verdict

Array = NDArray[Any]

LIKELIHOODS = (
    "mean_squared_error", "binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy",
    "poisson",
)  # fmt: skip
"""Losses that are negative log-likelihoods."""


@dataclass(frozen=True, slots=True)
class Prior:
    """Of Laplace's approximation.

    Attributes:
        precision: of every weight that is differentiated, around 0.
        noise: standard deviation of the targets around the outputs; None takes the residuals' own.
    """

    precision: float = 1.0
    noise: float | None = None


def check_likelihood(model: Model, option: str) -> None:
    """Refuse a loss that is no likelihood, before the work.

    Args:
        model: bound.
        option: that asks for it.

    Raises:
        HesscliError: another loss, one with options that make it another, or a masked one.
        LimitError: too many weights.
    """
    if isinstance(model.objective.loss, JointLoss):
        raise HesscliError(f"{option}: several losses added are no negative log-likelihood", code="loss")
    loss = model.objective.single
    if model.objective.masked:
        raise HesscliError(f"{option}: a mask leaves places out of the loss: it is no mean over all rows", code="model")
    if loss.name not in LIKELIHOODS or loss.options:
        how = f" with {', '.join(loss.options)}" if loss.options else ""
        raise HesscliError(
            f"{option}: {loss.name}{how} is no negative log-likelihood; those are {', '.join(LIKELIHOODS)}", code="loss"
        )
    check_count(model.objective.n, option)


def with_statistics(report: ModelReport, model: Model) -> ModelReport:
    """The answer with standard errors and correlations of all n weights.

    Args:
        report: of ``hessian``, whole.
        model: bound.

    Raises:
        HesscliError: of least squares with no more residuals than weights.
    """
    hessian, gradient = report.numbers.get("hessian"), report.numbers.get("gradient")
    names, n = report.layout.labels(), report.layout.n
    if hessian is None or gradient is None:
        hessian, gradient = np.full((n, n), np.nan), np.full(n, np.nan)
    count = _count(model)
    scale = 1 / (count * model.objective.single.weight)
    told = f"the loss is a mean over {count:,}: taken for that of a negative log-likelihood"
    if report.loss == "mean_squared_error":
        if count <= n:
            raise HesscliError(
                f"--standard-errors: {count:,} residuals and {n:,} weights leave no variance", code="data"
            )
        variance = _squares(report, model) / (count - n)
        scale *= 2 * variance
        told = (
            f"least squares: scaled by the residual variance {variance:.10g}, of {count:,} residuals less {n:,} weights"
        )
    found = standard_errors(
        names, report.theta.astype(np.float64), gradient, (hessian + hessian.T) / 2, scale=scale,
        unit=unit_roundoff(report.dtype), notes=(*_doubts(report, model), told),
    )  # fmt: skip
    return replace(report, statistics=found)


def with_posterior(report: ModelReport, model: Model, prior: Prior) -> ModelReport:
    """The answer with Laplace's approximation.

    Args:
        report: of ``ggn``, whole.
        model: bound.
        prior: of the weights, and the noise.

    Raises:
        HesscliError: the objective has penalties, which are a prior already, or weights of rows.
    """
    if model.objective.penalised:
        raise HesscliError(
            "model laplace: the loss has penalties, which are a prior of their own: --prior-precision is that instead",
            code="usage",
        )
    if model.objective.data.weights is not None:
        raise HesscliError("model laplace: a likelihood of weighted rows is none; leave the weights out", code="data")
    matrix, gradient = report.numbers.get("ggn"), report.numbers.get("gradient")
    names, n, w = report.layout.labels(), report.layout.n, report.theta.astype(np.float64)
    count, notes = _count(model), list(_doubts(report, model))
    noise, factor = None, float(count)
    likelihood = -count * report.value / model.objective.single.weight
    if report.loss == "mean_squared_error":
        squares = _squares(report, model)
        noise = prior.noise or math.sqrt(squares / count)
        if not noise:
            raise HesscliError("model laplace: all residuals are 0; --noise names their deviation", code="usage")
        if prior.noise is None:
            notes.append(f"the noise is taken for the residuals' own: --noise {noise:.6g}")
        factor = count / (2 * noise**2)
        likelihood = -squares / (2 * noise**2) - count / 2 * math.log(2 * math.pi * noise**2)
    elif report.loss == "poisson":
        likelihood -= float(gammaln(model.objective.targets + 1.0).sum())
    factor /= model.objective.single.weight
    empty = Posterior(
        tuple(names), w, np.full(n, np.nan), np.full((n, n), np.nan), math.nan, likelihood, prior.precision, noise
    )
    if matrix is None or gradient is None:
        return replace(report, posterior=replace(empty, notes=tuple(notes)))
    precision = factor * (matrix + matrix.T) / 2 + prior.precision * np.eye(n)
    covariance = inverse(precision, unit_roundoff(report.dtype))
    if covariance is None:
        notes.insert(0, "the posterior's precision is not positive definite in this arithmetic: --dtype float64")
        return replace(report, posterior=replace(empty, notes=tuple(notes)))
    slope = factor * gradient + prior.precision * w
    if not float(slope @ covariance @ slope) / 2 <= FAR:
        away = covariance @ slope
        largest = int(np.argmax(np.abs(away)))
        notes.insert(
            0,
            "the weights are not the most probable ones: Newton's next step is "
            f"{-away[largest]:.3g} in {names[largest]}, and the evidence is off by about {slope @ away / 2:.2g}",
        )
    evidence = likelihood + n / 2 * math.log(prior.precision) - prior.precision / 2 * float(w @ w)
    evidence -= float(np.linalg.slogdet(precision)[1]) / 2
    return replace(
        report,
        posterior=replace(
            empty, deviations=spread(covariance)[0], covariance=covariance, evidence=evidence, notes=tuple(notes)
        ),
    )


def _count(model: Model) -> int:
    """Over how many losses Keras takes the mean."""
    f = model.objective
    return math.prod(f.targets.shape[:-1] if f.single.name == "categorical_crossentropy" else f.targets.shape)


def _squares(report: ModelReport, model: Model) -> float:
    """The sum of the squared residuals."""
    return report.value / model.objective.single.weight * _count(model)


def _doubts(report: ModelReport, model: Model) -> tuple[str, ...]:
    """What stands in the way of trust."""
    setting, notes = model.setting, []
    if report.verdict not in (Verdict.AGREE, Verdict.CHECKED):
        notes.append(f"the verdict is {report.verdict.value}: do not rely on these")
    if model.objective.penalised:
        notes.append("the loss has penalties: these are of the penalised estimate, the penalty taken for a likelihood")
    if len(model.objective.places) < len(model.objective.names):
        notes.append("the other weights are taken for known")
    if model.objective.data.weights is not None:
        notes.append("the weights of rows are taken for how often each was seen")
    if setting.training:
        notes.append("with statistics of the batch the rows are not independent of each other")
    return tuple(notes)
