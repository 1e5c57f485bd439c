"""What products with a matrix tell of it, eigenvalues to solutions, as one part of an answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import ConsoleRenderable
from rich.text import Text

from hesscli.operators.report import Density, SpectrumReport
from hesscli.output.brackets import six
from hesscli.output.operators import (
    density_fields,
    estimate_fields,
    extremes_fields,
    extremes_table,
    missed,
    negative,
    solution_fields,
    worth,
)
from hesscli.output.page import Page
from hesscli.output.strict import nulled

Array = NDArray[Any]

WHOLE = 8
"""Numbers of a vector that is shown whole."""

BAR, ASCII_BARS, BARS = " ▁▂▃▄▅▆▇█", " .:-=+*#@", 64
"""What a density is drawn with, and how wide."""

STEPS = {"hessian": "Newton's step", "ggn": "Gauss-Newton step", "fisher": "natural-gradient step"}
"""Of matrices, what solves for the gradient downhill."""


def spectrum_fields(found: SpectrumReport, dtype: str) -> dict[str, Any]:
    """Eigenvalues with bounds of their errors, estimates with their standard errors."""
    inside: dict[str, Any] = {"of": found.of}
    inside |= {} if found.extremes is None else {"eigenvalues": extremes_fields(found.extremes)}
    inside |= {} if found.trace is None else {"trace": estimate_fields(found.trace)}
    inside |= {} if found.density is None else {"density": density_fields(found.density, dtype)}
    inside |= {} if found.diagonal is None else {"diagonal": nulled(found.diagonal)}
    inside |= {} if found.solution is None else {"solution": solution_fields(found.solution) | {"of": found.rhs}}
    return inside | ({} if found.step is None else {"newton_step": solution_fields(found.step)})


def spectral(found: SpectrumReport, dtype: str, page: Page, names: Sequence[str] = ()) -> list[ConsoleRenderable]:
    """Eigenvalues with bounds of their errors, estimates with their standard errors.

    Args:
        found: what products tell.
        dtype: of the tape.
        page: what it is drawn for.
        names: of the numbers of a vector, where few are shown one by one.
    """
    parts: list[ConsoleRenderable] = []
    if (extremes := found.extremes) is not None:
        parts += [extremes_table(extremes, page), Text(missed(extremes), style="dim", overflow="fold"), Text("")]
    if (trace := found.trace) is not None:
        error = "every diagonal entry" if trace.exact else f"± {six(trace.error)}, one standard error"
        parts += [Text(f"trace  {six(trace.value)}  ({error}; {trace.passes:,} products)"), Text("")]
    if (density := found.density) is not None:
        parts += [*_drawn(density, dtype, page), Text("")]
    if (diagonal := found.diagonal) is not None:
        parts += [Text(f"diagonal  {_vector('d', diagonal, names)}", overflow="fold"), Text("")]
    named = (STEPS[found.of], "s", found.step), (f"inverse times {found.rhs}", "x", found.solution)
    for name, letter, solution in named:
        if solution is not None:
            size = "none found" if solution.usable is None else _vector(letter, solution.usable, names)
            parts += [Text(f"{name}  {size}  ({worth(solution)})", overflow="fold"), Text("")]
    return parts


def _vector(letter: str, values: Array, names: Sequence[str]) -> str:
    """A short vector whole, any other by its length."""
    if 0 < len(names) <= WHOLE:
        return ", ".join(f"{name} = {six(x)}" for name, x in zip(names, values, strict=True))
    return f"|{letter}| = {six(np.linalg.norm(values))}"


def _drawn(density: Density, dtype: str, page: Page) -> list[ConsoleRenderable]:
    """The density as one line of bars, by its logarithm over four decades, between its ends."""
    where, curve, _ = density.curve(points=BARS)
    height = np.clip(1 + np.log10(np.maximum(curve, 1e-300) / curve.max()) / 4, 0, 1)
    signs = ASCII_BARS if page.ascii_only else BAR
    bars = "".join(signs[round(float(x) * (len(signs) - 1))] for x in height)
    share, error = negative(density, dtype)
    low, high = six(where[0]), six(where[-1])
    return [
        Text(f"density  {low} {bars} {high}"),
        Text(f"{share:.1%} ± {error:.1%} of the eigenvalues below 0; {density.passes:,} products", style="dim"),
    ]
