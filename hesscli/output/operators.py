"""What products with a matrix tell of it, as fields of a JSON object and for people; of models and of sums alike."""

from __future__ import annotations

from decimal import ROUND_CEILING, Context
from typing import Any

import numpy as np
from rich import box
from rich.console import ConsoleRenderable
from rich.table import Table
from rich.text import Text

from hesscli.operators.report import Density, Eigenvalues, Estimate, Extremes, Solution, Statistics
from hesscli.output.page import Page
from hesscli.output.strict import nulled

UP = Context(prec=2, rounding=ROUND_CEILING)
"""What a bound is rounded by."""

CORRELATED = 8
"""Coefficients up to which a table has their correlations; a line holds them."""

SOLVERS = {"cg": "conjugate gradients", "minres": "minimal residuals"}


def extremes_fields(found: Extremes) -> dict[str, Any]:
    """Eigenvalues at an end with bounds of their errors."""
    return {
        "values": nulled(found.values), "errors": nulled(found.errors), "products": found.passes,
        "missing": found.missing, "counted": found.counted,
    }  # fmt: skip


def eigenvalues_fields(found: Eigenvalues | None) -> dict[str, Any] | None:
    """All eigenvalues with the bound of their errors, and what their signs say; null where nothing is certain."""
    if found is None:
        return None
    return {
        "values": nulled(found.values), "error": found.error,
        "definiteness": None if found.word == "open" else found.word,
        "negative": found.negative, "as_good_as_zero": found.nil,
    }  # fmt: skip


def bound(error: float) -> str:
    """A bound to two digits, never rounded down.

    Example:
        >>> bound(1.101e-5), bound(0.0)
        ('1.2e-05', '0.0e+00')
    """
    return f"{float(UP.create_decimal_from_float(float(error))):.1e}"


def definiteness(word: str, negative: int | None, nil: int | None, n: int) -> str:
    """What signs of n eigenvalues say.

    Example:
        >>> definiteness("indefinite", 1, 0, 3)
        'indefinite, 1 of 3 eigenvalues negative'
        >>> definiteness("open", 0, 2, 4)
        'positive semidefinite up to rounding, 2 of 4 eigenvalues as good as zero'
    """
    told = word
    if word == "open":
        semi = {0: "positive semidefinite", n - (nil or 0): "negative semidefinite"}
        told = "undecided" if negative is None or nil == n else f"{semi[negative]} up to rounding"
    counts = ((negative, "negative"), (nil, "as good as zero")) if word in ("indefinite", "open") else ()
    said = [f"{count:,} {what}" for count, what in counts if count]
    said[:1] = [one.replace(" ", f" of {n:,} eigenvalues ", 1) for one in said[:1]]
    return ", ".join([told, *said])


def solution_fields(found: Solution) -> dict[str, Any]:
    """A solution and what it is worth."""
    return {
        "values": nulled(found.usable), "residual": nulled(found.residual), "solver": found.solver,
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
        grid.add_row(f"{value:.12g}", bound(error))
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
    state = "" if found.converged else "; it has not converged" if found.usable is not None else ": that is no solution"
    return f"by {how}, {found.passes:,} products, residual {found.residual:.1e} of the right-hand side{bend}{state}"


def statistics_fields(found: Statistics) -> dict[str, Any]:
    """Estimates with their standard errors and correlations."""
    return {
        "estimates": dict(zip(found.names, found.estimates.tolist(), strict=True)),
        "standard_errors": dict(zip(found.names, nulled(found.errors), strict=True)),
        "correlations": nulled(found.correlations),
        "notes": list(found.told),
    }


def statistics_table(found: Statistics, page: Page) -> list[ConsoleRenderable]:
    """A row a coefficient, and what to mind."""
    grid = Table(
        box=box.ASCII2 if page.ascii_only else box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False
    )
    few = len(found.names) <= CORRELATED
    for title in ("coefficient", "estimate", "standard error", "correlations")[: 4 if few else 3]:
        grid.add_column(title, no_wrap=True)
    for k, name in enumerate(found.names):
        row = [" ".join(f"{x:.3f}" for x in found.correlations[k, : k + 1])] if few else []
        grid.add_row(Text(name), f"{found.estimates[k]:.10g}", f"{found.errors[k]:.10g}", *row)
    told = [f"! {note}" for note in found.told] + ([] if few else ["• --json has the correlations"])
    return [grid, *(Text(one, style="yellow" if one[0] == "!" else "", overflow="fold") for one in told)]
