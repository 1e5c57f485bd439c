"""Standard errors of sums: by what the inverse of the Hessian is scaled.

Of a mean over m rows the covariance is H^-1 / m. Of a chi-square, f = c S with S the sum of m squares of residuals
divided by known standard deviations, it is 2 c H^-1; of least squares, where these are not known, 2 c s^2 H^-1 with
s^2 = S/(m - k).

Source: G. A. F. Seber and C. J. Wild, "Nonlinear Regression", Wiley 1989, section 2.1.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from hesscli.elements.report import SumReport
from hesscli.elements.squares import squares_of
from hesscli.errors import HesscliError
from hesscli.language.programs.program import Program
from hesscli.operators.covariance import check_count, standard_errors
from hesscli.result import Verdict

WHOLE = (
    "they hold where f is a whole negative log-likelihood: half of a chi-square (with the variances known), the sum "
    "over the data and not their mean"
)


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
    check_count(report.n, "--standard-errors")
    lower = report.hessian.toarray()
    hessian = lower + np.tril(lower, -1).T
    if report.rank is not None:
        hessian = hessian + report.rank[1].T @ report.rank[0] @ report.rank[1]
    scale, notes = _scale(report, program)
    names = program.labels(range(report.n))
    found = standard_errors(names, report.point, report.gradient, hessian, scale=scale, notes=notes)
    if report.verdict is not Verdict.AGREE:
        doubt = f"the verdict on the Hessian is {report.verdict.value}: do not rely on these"
        found = replace(found, doubts=(doubt, *found.doubts))
    return replace(report, statistics=found)


def _offset(program: Program) -> bool:
    """Whether something is added to the total: then f is no multiple of it, and its value no sum of squares."""
    outer = program.outer
    depends = outer.dependence()
    return any(outer.nodes[k].op == "add" and depends[k] for k in outer.live())


def _scale(report: SumReport, program: Program) -> tuple[float, tuple[str, ...]]:
    """The factor of the inverse, and what it rests on."""
    linear = program.additive and not program.entries and not program.coupled and not _offset(program)
    element = program.elements[0] if linear and len(program.elements) == 1 else None
    if element is None:
        return 1.0, (WHOLE,)
    rows, weight = element.count, report.weights[0]
    squares = squares_of(element)
    if squares is None:
        if rows > 1 and math.isclose(weight * rows, 1.0, rel_tol=1e-12):
            mean = f"f is a mean over {rows} rows: taken for that of a negative log-likelihood, whose sum is {rows} f"
            return weight, (mean,)
        return 1.0, (WHOLE,)
    factor, free = weight * squares.factor, rows - report.n
    variance = report.value / factor / free if free > 0 and factor > 0 else math.nan
    if squares.deviations and not squares.weighted:
        known = " and ".join(squares.deviations)
        told = f"a chi-square, {known} taken for the rows' known standard deviations"
        if not math.isnan(variance):
            told += f"; scaled by the residual variance {variance:.10g} instead, of {rows} rows less {report.n} "
            told += f"coefficients, they are {math.sqrt(variance):.10g} times these"
        return 2 * factor, (told,)
    if math.isnan(variance):
        return 1.0, (f"least squares with {rows} rows and {report.n} coefficients leave no residual variance",)
    kind = "weighted least squares" if squares.weighted else "least squares"
    note = f"{kind}: scaled by the residual variance {variance:.10g}, of {rows} rows less {report.n} coefficients"
    usual = any(math.isclose(factor * of, 1.0, rel_tol=1e-9) for of in (1, 2, rows, 2 * rows))
    if not usual and not squares.weighted and variance > 0:
        known = f"a negative log-likelihood with the rows' standard deviation {math.sqrt(0.5 / factor):.10g} known"
        note += f"; if f is {known}, they are {math.sqrt(0.5 / factor / variance):.10g} times these"
    return 2 * factor * variance, (note,)
