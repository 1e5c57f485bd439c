"""The spectrum of a Hessian that exists only as products with vectors: `hesscli.operators` on an objective."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.linalg import LinearOperator, aslinearoperator

from hesscli.accuracy import RESIDUAL, SOLVED
from hesscli.errors import HesscliError
from hesscli.model.taped import TapedFunction
from hesscli.operators.density import density
from hesscli.operators.extreme import extreme
from hesscli.operators.report import Estimate, SpectrumReport
from hesscli.operators.solve import solve
from hesscli.operators.trace import trace

Array = NDArray[Any]

TOP = 5
"""Eigenvalues at each end of a spectrum, where nothing else is asked for."""


@dataclass(frozen=True, slots=True)
class SpectrumRequest:
    """What is asked of a spectrum.

    Attributes:
        top: eigenvalues at each end; 0 for none.
        trace: of the Hessian.
        density: of its eigenvalues.
        step: Newton's, H s = -g.
        probes: random vectors of the trace, and of the density.
        rhs: b of H x = b as typed, or ``gradient``; empty where nothing is to be solved.
        diagonal: of the matrix, where it is there.
    """

    top: int = 0
    trace: bool = False
    density: bool = False
    step: bool = False
    probes: int = 30
    rhs: str = ""
    diagonal: bool = False

    @classmethod
    def default(cls) -> SpectrumRequest:
        """Where nothing else is asked for."""
        return cls(top=TOP)

    @property
    def densities(self) -> int:
        """Random vectors of the density: each takes many products."""
        return max(2, self.probes // 4)


class HessianOperator(LinearOperator):  # type: ignore[misc]  # SciPy has no types
    """v -> H v at the model's weights, in float64, shape (n, n)."""

    def __init__(self, objective: TapedFunction) -> None:
        super().__init__(np.dtype(np.float64), (objective.n, objective.n))
        self._f = objective

    def _matvec(self, vector: Array) -> Array:
        return self._f.here(vector.reshape(-1))

    def _adjoint(self) -> HessianOperator:
        return self


def spectrum(
    objective: TapedFunction,
    gradient: Array,
    wanted: SpectrumRequest,
    rhs: Array | None = None,
    known: Array | None = None,
) -> SpectrumReport:
    """What products with the Hessian tell, or with what stands for it.

    Args:
        objective: at its weights.
        gradient: there.
        wanted: which answers.
        rhs: b of H x = b, shape (n,); None is the gradient.
        known: the matrix, symmetric, where it is there already; then no product is made.

    Raises:
        HesscliError: more eigenvalues than weights, or too few probes.
    """
    h = HessianOperator(objective) if known is None else aslinearoperator(known)
    dtype = objective.dtype if known is None else "float64"
    if wanted.top > objective.n:
        raise HesscliError(f"--top: there are {objective.n:,} eigenvalues, {wanted.top:,} were asked for", code="usage")
    b = gradient if rhs is None else rhs
    return SpectrumReport(
        of=objective.curvature,
        extremes=extreme(h, wanted.top, tolerance=RESIDUAL[dtype]) if wanted.top else None,
        trace=_trace(h, wanted, known) if wanted.trace else None,
        diagonal=None if known is None or not wanted.diagonal else np.diag(known),
        density=density(h, probes=wanted.densities) if wanted.density else None,
        step=solve(h, -gradient, tolerance=SOLVED[dtype]) if wanted.step else None,
        solution=solve(h, b, tolerance=SOLVED[dtype]) if wanted.rhs else None,
        rhs=wanted.rhs,
    )


def _trace(h: LinearOperator, wanted: SpectrumRequest, known: Array | None) -> Estimate:
    if known is None:
        return trace(h, wanted.probes)
    return Estimate(np.array(np.trace(known)), np.array(0.0), 0, exact=True)
