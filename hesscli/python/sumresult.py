"""The answer of a sum for Python: the numbers to use as arrays, and what follows from the Hessian."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hesscli.elements.curvature import CurvatureRequest, Matrix, with_curvature
from hesscli.elements.report import NumericalCurvature, SumReport
from hesscli.elements.statistics import with_statistics
from hesscli.errors import HesscliError, LimitError
from hesscli.language.points.blocks import flat, shapes
from hesscli.language.programs.program import Program
from hesscli.operators.report import Extremes, Signs, Solution, Statistics
from hesscli.python.arguments import doubted, ends
from hesscli.python.blocks import values_of
from hesscli.python.wording import pythonic
from hesscli.result import Shown
from hesscli.result.shown import brief, shown_by
from hesscli.result.shown import numbers as shown_numbers

if TYPE_CHECKING:
    from hesscli.result import Accuracy, Verdict

Array = NDArray[np.float64]

shown_by("hesscli.output.sums.notebook")

TOLD = ("command", "source", "parsed", "blocks", "dtype", "method", "verdict", "verdicts", "checked", "entries")
"""Fields of a report that equal answers share, beside their arrays."""


@dataclass(frozen=True, eq=False, repr=False)
class SumResult(Shown):
    """The answer of a sum at one point: the numbers to use, and what the witnesses say of them.

    What follows from the Hessian is computed when somebody looks at it.

    Attributes:
        report: all that is known, with the entries that were checked by the exact side.
        program: the function as it was read.
    """

    report: SumReport
    program: Program

    @property
    def value(self) -> float:
        """f."""
        return self.report.value

    @property
    def gradient(self) -> Array:
        """df/dx_i, shape (n,), in the order of `variables`."""
        return self.report.gradient

    @property
    def hessian(self) -> Any:
        """d2f/dx_i dx_j, shape (n, n), both triangles, a ``scipy.sparse.csr_array``.

        Raises:
            AttributeError: it was not asked for.
            LimitError: it is dense and was not multiplied out; `operator` is its product with vectors.
        """
        matrix = self._matrix
        if matrix.rest is not None:
            told = f"the Hessian is dense, {self.report.n:,} x {self.report.n:,}, and kept as a product of matrices"
            raise LimitError(f"{told}; .operator multiplies vectors with it")
        return matrix.sparse

    @property
    def operator(self) -> Any:
        """The Hessian as a ``scipy.sparse.linalg.LinearOperator``, whether it is sparse or not."""
        return self._matrix.operator

    @property
    def hvp(self) -> Array:
        """The Hessian times the vector, shape (n,).

        Raises:
            AttributeError: it was not asked for.
        """
        if self.report.hvp is None:
            raise AttributeError(f"there is no hvp here: this is a {self.report.command}")
        return self.report.hvp

    @property
    def point(self) -> Array:
        """Shape (n,), in the order of `variables`."""
        return self.report.point

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of the n coordinates: ``x[0]``, ``x[1]``, ..., ``a``."""
        return tuple(self.program.labels(range(self.program.n)))

    @property
    def places(self) -> dict[str, slice | int]:
        """Where every vector, or single variable, stands: ``result.gradient[result.places["x"]]``.

        A matrix stands row by row, so that ``.reshape(rows, columns)`` brings its form back.
        """
        return {
            block.name: slice(block.start, block.start + block.size) if block.shape else block.start
            for block in self.program.blocks
        }

    @property
    def verdict(self) -> Verdict:
        """Of the whole answer."""
        return self.report.verdict

    @property
    def verdicts(self) -> Mapping[str, Verdict]:
        """Quantity -> what both witnesses say of it."""
        return self.report.verdicts

    @property
    def checked(self) -> Mapping[str, tuple[int, int]]:
        """Quantity -> how many of its entries the exact side was asked for, and how many there are."""
        return self.report.checked

    @property
    def accuracy(self) -> Accuracy | None:
        """How far the tape is from the exact side, over the entries that were checked."""
        return self.report.accuracy

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences, each once."""
        return self.report.notes

    # what follows from the Hessian

    @cached_property
    def statistics(self) -> Statistics:
        """Standard errors and correlations of estimates, where f is a negative log-likelihood or a sum of squares."""
        found = with_statistics(self.report, self.program).statistics
        assert found is not None
        return found

    @property
    def standard_errors(self) -> Array:
        """Shape (n,), NaN where there are none; `statistics` has the correlations, and notes to read.

        What speaks against them is a warning of Python's.
        """
        return doubted(self.statistics)

    @cached_property
    def signs(self) -> Signs | None:
        """What is certain of the signs of the Hessian's eigenvalues; None where it is not finite."""
        return self._further(CurvatureRequest()).signs

    @property
    def definiteness(self) -> str | None:
        """``positive definite``, ...; None where it is open."""
        return None if self.signs is None or self.signs.word == "open" else self.signs.word

    @property
    def diagonal(self) -> Array:
        """Of the Hessian, shape (n,)."""
        return self._matrix.diagonal

    @property
    def trace(self) -> float:
        """Of the Hessian."""
        return math.fsum(self._matrix.diagonal)

    @property
    def newton_step(self) -> Array | None:
        """-H^-1 g, shape (n,); None where nothing solves for it."""
        return self.solve(-self.report.gradient).usable

    def top(self, k: int = 1) -> Extremes:
        """The k smallest and the k largest eigenvalues of the Hessian, with bounds of their errors.

        Args:
            k: how many at each end.

        Raises:
            HesscliError: the Hessian is not finite.
        """
        found = self._further(CurvatureRequest(top=ends(k), signs=False))
        if found.spectrum is None:
            raise HesscliError(f"top: {'; '.join(found.notes)}", code="undefined")
        return found.spectrum

    def solve(self, rhs: Any = "gradient") -> Solution:
        """The inverse Hessian times a vector; ``.value``, with its ``.residual``, and whether it ``.converged``.

        Args:
            rhs: given as a point is, or ``gradient``.

        Raises:
            HesscliError: the vector does not fit, or the Hessian is not finite.
        """
        with pythonic():
            vector = self.report.gradient
            if not (isinstance(rhs, str) and rhs == "gradient"):
                vector = flat(self.program, values_of(rhs, "--solve"), "--solve")
            found = self._further(CurvatureRequest(solve=vector, rhs="gradient", signs=False))
            if found.solution is None:
                raise HesscliError(f"solve: {'; '.join(found.notes)}", code="undefined")
            return found.solution

    def _further(self, asked: CurvatureRequest) -> NumericalCurvature:
        _ = self._matrix
        found = with_curvature(self.report, asked).curvature
        assert found is not None
        return found

    @cached_property
    def _matrix(self) -> Matrix:
        if self.report.hessian is None:
            raise AttributeError(f"there is no hessian here: this is a {self.report.command}")
        return Matrix(self.report)

    # as other answers

    def __repr__(self) -> str:
        """One line: what was asked, the number, the verdict."""
        report = self.report
        if report.hessian is not None:
            found = f"{report.n:,} x {report.n:,} with {report.nonzeros:,} nonzeros"
            found += " and a dense part" if report.rank is not None else ""
        else:
            found = shown_numbers(report.gradient if report.hvp is None else report.hvp)
        return (
            f"<{report.command} of {brief(report.parsed)} in {shapes(self.program)}: {found}, {report.verdict.value}>"
        )

    def __eq__(self, other: object) -> bool:
        """Whether all of it is the same but what it took; a NaN is the same as a NaN."""
        if not isinstance(other, SumResult):
            return NotImplemented
        one, two = self.report, other.report
        return all(getattr(one, name) == getattr(two, name) for name in TOLD) and all(
            _same(getattr(one, field.name), getattr(two, field.name))
            for field in fields(SumReport)
            if field.name in ("point", "value", "gradient", "hvp", "vector", "rank", "hessian")
        )

    __hash__ = None  # type: ignore[assignment]  # as of other dataclasses with arrays

    def _as(self, form: str) -> Any:
        return self.report._as(form)


def _same(one: Any, two: Any) -> bool:
    if one is None or two is None:
        return one is two
    if isinstance(one, tuple):
        return len(one) == len(two) and all(map(_same, one, two))
    if hasattr(one, "indptr"):
        parts = ("indptr", "indices", "data")
        return one.shape == two.shape and all(_same(getattr(one, part), getattr(two, part)) for part in parts)
    return np.array_equal(one, two, equal_nan=True)
