"""What products with a matrix tell of it, as fields of a JSON object and for people; of models and of sums alike."""

from __future__ import annotations

from typing import Any

import numpy as np
from rich import box
from rich.table import Table

from hesscli.operators.report import Density, Estimate, Extremes, Solution
from hesscli.output.json import nulled
from hesscli.output.page import Page

SOLVERS = {"cg": "conjugate gradients", "minres": "minimal residuals"}


def extremes_fields(found: Extremes) -> dict[str, Any]:
    """Eigenvalues at an end with bounds of their errors."""
    return {
        "values": nulled(found.values), "errors": nulled(found.errors), "products": found.passes,
        "missing": found.missing, "counted": found.counted,
    }  # fmt: skip


def solution_fields(found: Solution) -> dict[str, Any]:
    """A solution and what it is worth."""
    return {
        "values": nulled(found.value), "residual": nulled(found.residual), "solver": found.solver,
        "products": found.passes, "curvature_met": nulled(found.curvature), "converged": found.converged,
    }  # fmt: skip


def estimate_fields(found: Estimate) -> dict[str, Any]:
    """A number with its standard error, null where one sample has none."""
    return {
        "value": nulled(found.value), "error": nulled(found.error), "products": found.passes, "exact": found.exact
    }  # fmt: skip


def density_fields(found: Density, dtype: str) -> dict[str, Any]:
    """The curve with its standard error, and the share of eigenvalues below 0."""
    where, curve, error = found.curve()
    return {
        "where": nulled(where), "density": nulled(curve), "error": nulled(error), "products": found.passes,
        "negative": nulled(negative(found, dtype)),
    }  # fmt: skip


def negative(density: Density, dtype: str) -> tuple[float, float]:
    """The share of eigenvalues below 0 by more than rounding, and its standard error."""
    return density.below(-density.nodes.shape[1] * float(np.finfo(dtype).eps) * float(np.abs(density.nodes).max()))


def extremes_table(found: Extremes, page: Page) -> Table:
    """Eigenvalues and how far each is off at most, ascending."""
    grid = Table(
        box=box.ASCII2 if page.ascii_only else box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False
    )
    for title in ("eigenvalue", "off by at most"):
        grid.add_column(title, no_wrap=True)
    for value, error in zip(found.values, found.errors, strict=True):
        grid.add_row(f"{value:.12g}", f"{error:.1e}")
    return grid


def missed(found: Extremes) -> str:
    """Whether there may be eigenvalues further out."""
    if found.counted:
        return "counted: none further out was missed"
    more = f"{found.missing:,} more did not converge; " if found.missing else ""
    return f"{more}by Lanczos, {found.passes:,} products: that none further out was missed is not proven"


def worth(found: Solution) -> str:
    """How a solution was found, and how near it is."""
    how = SOLVERS.get(found.solver, found.solver)
    bend = "" if found.curvature is None else f"; met curvature {found.curvature:.3g}: not positive definite"
    state = "" if found.converged else "; it has not converged"
    return f"by {how}, {found.passes:,} products, residual {found.residual:.1e} of the right-hand side{bend}{state}"
