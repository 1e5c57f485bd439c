"""What is said of a Hessian beyond its entries, as it crosses rooms; every word and digit is proven."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

DecimalStrings = tuple["str | None", ...]
"""Decimal strings, None where no digit is certain."""


@dataclass(frozen=True, slots=True)
class Critical:
    """A critical point at the point asked for, or within a few units in its last place.

    Attributes:
        kind: ``local minimum``, ``local maximum``, ``saddle point``, ``neither minimum nor maximum``, ``constant around
            the point``, or ``open``.
        proven: the kind is.
        where: (n,) coordinates of the zero of the gradient.
    """

    kind: str
    proven: bool
    where: DecimalStrings


@dataclass(frozen=True, slots=True)
class Curvature:
    """Eigenvalues of a scalar function's Hessian, and what follows from them.

    Attributes:
        eigenvalues: (n,) ascending, every digit right; None where they could not be had.
        proven: every eigenvalue has all digits asked for; else those that are certain.
        definiteness: ``positive definite``, ..., ``indefinite`` or ``zero``; None where it is open.
        critical: None where the point is no critical one, or that is open.
        determinant: of the Hessian; ``"0"`` where it is singular for certain.
        condition: its condition number in the 2-norm; ``"inf"`` where it is singular for certain.
        inverse: (n, n); None where it is singular, or may be.
        eigenvectors: (n, n), row k a unit vector of eigenvalue k; None where that is multiple and the vectors of its
            space are open.
        newton_step: (n,) -H^-1 g; None where the Hessian is singular, or may be.
        notes: sentences about what is open, and why.
    """

    eigenvalues: DecimalStrings | None = None
    proven: bool = False
    definiteness: str | None = None
    critical: Critical | None = None
    determinant: str | None = None
    condition: str | None = None
    inverse: tuple[DecimalStrings, ...] | None = None
    eigenvectors: tuple[DecimalStrings | None, ...] | None = None
    newton_step: DecimalStrings | None = None
    notes: tuple[str, ...] = ()


FURTHER = ("eigenvectors", "inverse", "condition", "determinant", "newton_step")
"""What is computed only where it is asked for."""

LARGEST = 2000
"""Rows beyond which eigenvalues cost more than they tell."""


def approximate(hessian: NDArray[Any]) -> tuple[Curvature, ...]:
    """Eigenvalues of Hessians that no exact one confirms: no word and no sign is claimed.

    Args:
        hessian: (n, n), or (m, n, n) for m components.

    Returns:
        One a component; none for matrices that are not finite, or too large.
    """
    stack = np.asarray(hessian, dtype=np.float64).reshape(-1, *hessian.shape[-2:])
    if not np.isfinite(stack).all() or stack.shape[-1] > LARGEST:
        return ()
    values = eigenvalues(stack).tolist()
    return tuple(Curvature(eigenvalues=tuple(map(repr, row)), notes=(UNPROVEN,)) for row in values)


def eigenvalues(hessians: NDArray[Any]) -> NDArray[np.float64]:
    """Ascending eigenvalues of stacked Hessians, shape (..., n): of their symmetric parts.

    Args:
        hessians: shape (..., n, n).
    """
    stack = np.asarray(hessians, dtype=np.float64)
    return np.asarray(np.linalg.eigvalsh((stack + np.swapaxes(stack, -1, -2)) / 2), dtype=np.float64)


UNPROVEN = "the eigenvalues are those of the tape's numbers, unproven; so nothing is said of their signs"


def definiteness(positive: int, zero: int, negative: int, unknown: int) -> str | None:
    """The word for the signs of the eigenvalues; None where those that are open leave it open.

    Args:
        positive: how many are, for certain.
        zero: how many are.
        negative: how many are.
        unknown: how many have a sign that is open.

    >>> definiteness(1, 0, 1, 1), definiteness(2, 1, 0, 0), definiteness(2, 0, 0, 1)
    ('indefinite', 'positive semidefinite', None)
    """
    if positive and negative:
        return "indefinite"
    if unknown:
        return None
    if not positive and not negative:
        return "zero"
    return ("positive " if positive else "negative ") + ("semidefinite" if zero else "definite")
