"""What the Hessian of a program tells besides its entries: signs of eigenvalues, extreme ones, trace, solutions.

All of it is of the matrix as computed, which a factorisation serves where its factors stay small, and else its product
with vectors; what sums inside functions add, J^T C J, is never multiplied out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import LinearOperator, aslinearoperator

from hesscli.elements.report import NumericalCurvature, SumReport
from hesscli.errors import HesscliError
from hesscli.operators.definiteness import signs_of
from hesscli.operators.extreme import extreme
from hesscli.operators.factorise import Ordered, furthest, ordered, solved
from hesscli.operators.report import Extremes, Solution, upward
from hesscli.operators.solve import solve
from hesscli.result import Verdict

Array = NDArray[Any]

DENSE = 1_000
"""Rows up to which all eigenvalues are computed."""


@dataclass(frozen=True, eq=False)
class CurvatureRequest:
    """What is asked of a Hessian besides.

    Attributes:
        top: how many eigenvalues at each end; 0 is none.
        trace: the sum of the diagonal.
        diagonal: all of it.
        solve: b of H x = b, shape (n,); None where it is none or the gradient.
        rhs: b as typed, or ``gradient``; empty where nothing is to be solved.
        newton: the step of Newton's method.
        signs: of the eigenvalues.
    """

    top: int = 0
    trace: bool = False
    diagonal: bool = False
    solve: Array | None = None
    rhs: str = ""
    newton: bool = False
    signs: bool = True


class Matrix:
    """The Hessian of an answer, as what is needed of it."""

    def __init__(self, report: SumReport) -> None:
        lower = report.hessian
        self.n = report.n
        self.diagonal: Array = lower.diagonal()
        self.sparse = sparse.csr_array(lower + lower.T - sparse.diags_array(self.diagonal, format="csr"))
        self.rest = None
        if report.rank is not None:
            middle, rows = report.rank
            self.diagonal = self.diagonal + np.einsum("qi,qr,ri->i", rows, middle, rows)
            self.rest = aslinearoperator(rows.T) @ aslinearoperator(middle) @ aslinearoperator(rows)

    @cached_property
    def operator(self) -> LinearOperator:
        """Its product with vectors."""
        whole = aslinearoperator(self.sparse)
        return whole if self.rest is None else whole + self.rest

    @cached_property
    def ordered(self) -> Ordered | None:
        """The matrix as it may be factorised; None where it is dense or its factors would be."""
        if self.rest is not None:
            return None
        found = ordered(self.sparse)
        return found if found.cheap else None

    def top(self, k: int) -> Extremes:
        """The k eigenvalues at each end; by products where they suffice."""
        k = min(k, self.n)
        if self.n <= DENSE or self.ordered is None or 2 * k >= self.n - 1:
            return extreme(self.operator, k, small=DENSE)
        ends = [furthest(self.ordered, k, end) for end in ("smallest", "largest")]
        return Extremes(
            np.concatenate([e.values for e in ends]),
            np.concatenate([e.vectors for e in ends], axis=1),
            np.concatenate([e.errors for e in ends]),
            sum(e.passes for e in ends),
            sum(e.missing for e in ends),
            all(e.counted for e in ends),
        )

    def solve(self, rhs: Array) -> Solution:
        """x of H x = b; by elimination where its factors stay small."""
        found = None if self.ordered is None else solved(self.ordered, rhs)
        return found or solve(self.operator, rhs)


def with_curvature(report: SumReport, asked: CurvatureRequest) -> SumReport:
    """The answer with what else was asked of its Hessian.

    Args:
        report: of ``hessian``.
        asked: what.

    Raises:
        HesscliError: it has no Hessian.
    """
    if report.hessian is None:
        raise HesscliError("eigenvalues and solutions need the Hessian: hesscli hessian", code="usage")
    finite = np.isfinite(report.hessian.data).all() and (
        report.rank is None or all(np.isfinite(part).all() for part in report.rank)
    )
    if not finite:
        told = "the Hessian is not finite: it has neither eigenvalues nor an inverse"
        return replace(report, curvature=NumericalCurvature(notes=(told,)))
    matrix = Matrix(report)
    found = NumericalCurvature(
        signs=signs_of(matrix.sparse, matrix.rest) if asked.signs else None,
        spectrum=matrix.top(asked.top) if asked.top else None,
        trace=math.fsum(matrix.diagonal) if asked.trace else None,
        diagonal=matrix.diagonal if asked.diagonal else None,
        solution=_solved(matrix, report.gradient if asked.solve is None else asked.solve) if asked.rhs else None,
        rhs=asked.rhs,
        newton=_solved(matrix, -report.gradient) if asked.newton else None,
    )
    notes = _notes(report, found)
    if (asked.newton and found.newton is None) or (asked.rhs and found.solution is None):
        notes.append("the gradient is not finite: nothing was solved for")
    return replace(report, curvature=replace(found, notes=tuple(notes)))


def _solved(matrix: Matrix, rhs: Array) -> Solution | None:
    """x of H x = b; None of a right-hand side that is not finite."""
    return matrix.solve(rhs) if np.isfinite(rhs).all() else None


def _notes(report: SumReport, found: NumericalCurvature) -> list[str]:
    """What stands in the way of trust."""
    told = []
    verdict = report.verdicts.get("hessian", Verdict.UNCHECKED)
    if verdict is not Verdict.AGREE:
        told.append(f"the verdict on the Hessian is {verdict.value}: what follows from it is no better")
    if found.spectrum is not None and found.spectrum.missing:
        told.append(f"{found.spectrum.missing} eigenvalues did not converge within the limit of products")
    for name, solution in (("the solution", found.solution), ("the Newton step", found.newton)):
        if solution is not None and not solution.converged:
            told.append(f"{name} leaves a residual of {solution.residual:.2g}: the Hessian is singular, or nearly so")
    if found.newton is not None and found.signs is not None and found.signs.word != "positive definite":
        told.append(upward(found.signs.word))
    return told
