"""Standard errors: the inverse of the observed information at an estimate.

Of a negative log-likelihood f the Hessian is the observed information, and the estimates' covariance its inverse; of
their mean over m rows it is H^-1 / m. Of least squares, f = c S with S a sum of m squares, the covariance is
2 c s^2 H^-1 with s^2 = S/(m - k).

Sources: B. Efron and D. V. Hinkley, Biometrika 65, 1978; G. A. F. Seber and C. J. Wild, "Nonlinear Regression",
Wiley 1989, section 2.1.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.elements.report import Statistics, SumReport
from hesscli.errors import HesscliError, LimitError
from hesscli.language.programs.program import Program
from hesscli.result import Verdict

MOST = 1_000
"""Coefficients: the Hessian is inverted as a dense matrix."""

WHOLE = (
    "they hold where f is a whole negative log-likelihood: half of a chi-square (with the variances known), the sum "
    "over the data and not their mean"
)

FAR = 1e-6
"""Of half the squared Newton decrement: how much f could still fall; a thousandth of a standard error."""


def with_statistics(report: SumReport, program: Program) -> SumReport:
    """The answer with standard errors and correlations of all n variables.

    Args:
        report: of ``hessian``.
        program: f.

    Raises:
        HesscliError: it has no Hessian.
        LimitError: too many coefficients.
    """
    if report.hessian is None:
        raise HesscliError("--standard-errors needs the Hessian: hesscli hessian", code="usage")
    if report.n > MOST:
        raise LimitError(f"--standard-errors of {report.n:,} coefficients; the limit is {MOST:,}")
    lower = report.hessian.toarray()
    hessian = lower + np.tril(lower, -1).T
    if report.rank is not None:
        hessian = hessian + report.rank[1].T @ report.rank[0] @ report.rank[1]
    scale, notes = _scale(report, program)
    names = tuple(program.labels(range(report.n)))
    covariance = _inverse(hessian)
    if covariance is None:
        empty = np.full(report.n, np.nan)
        none = (
            "the Hessian is not positive definite here: the point is no minimum of f, and there are no standard errors"
        )
        most = "the Hessian is negative definite here, as at a maximum of f; standard errors are those of -f"
        told = none if _inverse(-hessian) is None else most
        found = Statistics(names, report.point, empty, np.full(hessian.shape, np.nan), (told,))
        return replace(report, statistics=found)
    decrement = float(report.gradient @ covariance @ report.gradient) / 2
    if not decrement <= FAR * max(scale, 1e-300):
        step = -covariance @ report.gradient
        told = ", ".join(f"{name} = {x:.10g}" for name, x in list(zip(names, report.point + step, strict=True))[:8])
        notes = (f"the gradient is not zero: the point is no estimate; Newton's next is {told}", *notes)
    if report.verdict is not Verdict.AGREE:
        notes = (f"the verdict on the Hessian is {report.verdict.value}: do not rely on these", *notes)
    covariance = covariance * scale
    errors = np.sqrt(np.diag(covariance))
    found = Statistics(names, report.point, errors, covariance / np.outer(errors, errors), notes)
    return replace(report, statistics=found)


def _inverse(hessian: NDArray[Any]) -> NDArray[Any] | None:
    """The inverse of a positive definite matrix; None of any other, by a factorisation after scaling to ones."""
    size = np.sqrt(np.abs(np.diag(hessian)))
    if not np.isfinite(hessian).all() or (np.diag(hessian) <= 0).any():
        return None
    scaled = hessian / np.outer(size, size)
    if np.linalg.eigvalsh(scaled)[0] <= len(hessian) * np.finfo(float).eps:
        return None
    inverse: NDArray[Any] = np.linalg.inv(scaled) / np.outer(size, size)
    half: NDArray[Any] = (inverse + inverse.T) / 2
    return half


def _offset(program: Program) -> bool:
    """Whether something is added to the total: then f is no multiple of it, and its value no sum of squares."""
    outer = program.outer
    depends = outer.dependence()
    return any(outer.nodes[k].op == "add" and depends[k] for k in outer.live())


def _scale(report: SumReport, program: Program) -> tuple[float, tuple[str, ...]]:
    """The factor of the inverse, and what it rests on."""
    squares = [e for e in program.elements if e.body.nodes[e.body.outputs[0]].op == "pow"]
    element = squares[0] if len(squares) == len(program.elements) == 1 else None
    linear = program.additive and not program.entries and not program.coupled and not _offset(program)
    if (
        element is None
        or not linear
        or element.body.nodes[element.body.nodes[element.body.outputs[0]].args[1]].value != 2
    ):
        rows = program.elements[0].count if linear and len(program.elements) == 1 else 0
        if rows > 1 and math.isclose(report.weights[0] * rows, 1.0, rel_tol=1e-12):
            mean = f"f is a mean over {rows} rows: taken for that of a negative log-likelihood, whose sum is {rows} f"
            return report.weights[0], (mean,)
        return 1.0, (WHOLE,)
    free = element.count - report.n
    weight = report.weights[0]
    if free <= 0 or weight <= 0:
        return 1.0, (f"least squares with {element.count} rows and {report.n} coefficients leave no residual variance",)
    variance = report.value / weight / free
    note = (
        f"least squares: scaled by the residual variance {variance:.10g}, "
        f"of {element.count} rows less {report.n} coefficients"
    )
    return 2 * weight * variance, (note,)
