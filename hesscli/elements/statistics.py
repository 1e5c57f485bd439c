"""Standard errors of sums: by what the inverse of the Hessian is scaled.

Of a mean over m rows the covariance is H^-1 / m. Of least squares, f = c S with S a sum of m squares, the covariance is
2 c s^2 H^-1 with s^2 = S/(m - k).

Source: G. A. F. Seber and C. J. Wild, "Nonlinear Regression", Wiley 1989, section 2.1.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from hesscli.elements.report import SumReport
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
    if report.verdict is not Verdict.AGREE:
        notes = (f"the verdict on the Hessian is {report.verdict.value}: do not rely on these", *notes)
    names = program.labels(range(report.n))
    found = standard_errors(names, report.point, report.gradient, hessian, scale=scale, notes=notes)
    return replace(report, statistics=found)


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
