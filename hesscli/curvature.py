"""What a Hessian means: its eigenvalues, its definiteness, and the kind of critical point."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.result import Result

Array = NDArray[Any]

LARGEST = 2000
"""Above this n the eigenvalues cost more than they tell."""


def describe(result: Result) -> Result:
    """The Result with eigenvalues, definiteness and kind of critical point, where it has a whole Hessian."""
    hessian = trusted(result, "hessian")
    if hessian is None or not np.isfinite(hessian).all() or hessian.shape[-1] > LARGEST:
        return result
    values = np.linalg.eigvalsh((hessian + np.swapaxes(hessian, -1, -2)) / 2)
    if hessian.ndim == 3:
        words: Any = [definiteness(row) for row in values]
        return replace(result, eigenvalues=values.tolist(), definiteness=words)
    word = definiteness(values)
    return replace(result, eigenvalues=values.tolist(), definiteness=word, critical=critical(result, word, hessian))


def trusted(result: Result, name: str) -> Array | None:
    """The exact entries as doubles, else the tape's array; None where an exact one underflows: its sign is lost."""
    if result.exact is not None and name in result.exact.values:
        exact = result.exact.values[name]
        return None if ((exact.double == 0) & ~exact.zero).any() else exact.double
    array = None if result.tape is None else result.tape.arrays.get(name)
    return None if array is None else np.asarray(array, dtype=np.float64)


def definiteness(eigenvalues: Array) -> str:
    """Name the signs of the eigenvalues; those within n ulps of the largest count as zero."""
    size = np.abs(eigenvalues).max(initial=0.0)
    zero = np.abs(eigenvalues) <= len(eigenvalues) * np.finfo(np.float64).eps * size
    up, down = bool((~zero & (eigenvalues > 0)).any()), bool((~zero & (eigenvalues < 0)).any())
    if up and down:
        return "indefinite"
    if not up and not down:
        return "zero"
    return ("positive " if up else "negative ") + ("semidefinite" if zero.any() else "definite")


KINDS = {
    "positive definite": "local minimum",
    "negative definite": "local maximum",
    "indefinite": "saddle point",
    "positive semidefinite": "critical point, the second order does not decide its kind",
    "negative semidefinite": "critical point, the second order does not decide its kind",
    "zero": "critical point, the second order does not decide its kind",
}

NEARLY = 1e-12


def critical(result: Result, word: str, hessian: Array) -> str | None:
    """The kind of critical point, or None where the gradient is not zero (to rounding of the point)."""
    gradient = trusted(result, "gradient")
    if gradient is None or not np.isfinite(gradient).all():
        return None
    largest = np.abs(gradient).max(initial=0.0)
    if largest == 0:
        return KINDS[word]
    reach = NEARLY * np.abs(hessian).max(initial=0.0) * max(1.0, float(np.abs(result.point).max(initial=0.0)))
    return f"{KINDS[word]}, to rounding" if largest <= reach else None
