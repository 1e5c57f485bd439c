"""What the inverse of a Hessian says of estimates: the covariance of coefficients, and when it says nothing.

Of a negative log-likelihood f the Hessian is the observed information, and the estimates' covariance its inverse.

Source: B. Efron and D. V. Hinkley, Biometrika 65, 1978.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.errors import LimitError
from hesscli.operators.factorise import UNIT
from hesscli.operators.report import Statistics

Array = NDArray[Any]

MOST = 1_000
"""Coefficients: the Hessian is inverted as a dense matrix."""

FAR = 1e-6
"""Of half the squared Newton decrement: how much f could still fall; a thousandth of a standard error."""

SHARE = 0.05
"""Of a direction along which f does not curve: a coefficient with less is not named."""


def check_count(n: int, what: str) -> None:
    """Refuse more coefficients than can be inverted for.

    Raises:
        LimitError: naming them.
    """
    if n > MOST:
        raise LimitError(f"{what} of {n:,} coefficients; the limit is {MOST:,}")


def standard_errors(
    names: Sequence[str],
    estimates: Array,
    gradient: Array,
    hessian: Array,
    *,
    scale: float = 1.0,
    unit: float = UNIT,
    notes: Sequence[str] = (),
) -> Statistics:
    """Square roots of the diagonal of scale times H^-1, and its correlations; NaN where H is not positive definite.

    Args:
        names: of the k coefficients.
        estimates: shape (k,).
        gradient: of f there, shape (k,).
        hessian: H, symmetric, shape (k, k).
        scale: such that f/scale is a negative log-likelihood.
        unit: roundoff u of the arithmetic that H comes from.
        notes: what the scale rests on.

    Example:
        >>> found = standard_errors(["a", "b"], np.zeros(2), np.zeros(2), np.array([[4.0, 0.0], [0.0, 16.0]]))
        >>> found.errors.tolist(), found.correlations.tolist(), found.told
        ([0.5, 0.25], [[1.0, 0.0], [0.0, 1.0]], ())
    """
    covariance = inverse(hessian, unit)
    if covariance is None:
        most = "the Hessian is negative definite here, as at a maximum of f; standard errors are those of -f"
        told = _why_none(names, hessian, unit) if inverse(-hessian, unit) is None else most
        empty = np.full(len(names), np.nan)
        return Statistics(tuple(names), estimates, empty, np.full(hessian.shape, np.nan), doubts=(told,))
    doubts: tuple[str, ...] = ()
    decrement = float(gradient @ covariance @ gradient) / 2
    if not decrement <= FAR * max(scale, 1e-300):
        near = estimates - covariance @ gradient
        told = ", ".join(f"{name} = {x:.10g}" for name, x in list(zip(names, near, strict=True))[:8])
        more = ", ..." if len(names) > 8 else ""
        doubts = (f"the gradient is not zero: the point is no estimate; Newton's next is {told}{more}",)
    errors, correlations = spread(covariance * scale)
    return Statistics(tuple(names), estimates, errors, correlations, tuple(notes), doubts)


def _why_none(names: Sequence[str], hessian: Array, unit: float) -> str:
    """The sentence on a Hessian that is not positive definite: not finite, with a way down, or singular."""
    if not np.isfinite(hessian).all():
        return "the Hessian is not finite here, and there are no standard errors"
    size = np.sqrt(np.abs(np.diag(hessian)))
    size[size == 0] = 1.0
    values, vectors = np.linalg.eigh(hessian / np.outer(size, size))
    zero = 2 * len(hessian) * unit * max(1.0, float(np.abs(values).max()))
    if values[0] < -zero:
        return (
            "the Hessian is not positive definite here: the point is no minimum of f, and there are no standard errors"
        )
    weights = np.abs(vectors[:, values <= zero]).max(axis=1)
    flat = [name for name, weight in zip(names, weights, strict=True) if weight > SHARE]
    alone = f"nothing is known of {flat[0]}" if len(flat) == 1 else f"{', '.join(flat[:8])} cannot be told apart"
    return f"the Hessian is singular, as far as doubles tell: {alone}, and there are no standard errors"


def spread(covariance: Array) -> tuple[Array, Array]:
    """Standard deviations, shape (k,), and correlations, shape (k, k)."""
    errors = np.sqrt(np.diag(covariance))
    return errors, covariance / np.outer(errors, errors)


def inverse(hessian: Array, unit: float = UNIT) -> Array | None:
    """The inverse of a positive definite matrix; None of any other, as of one that rounding may have made so.

    Args:
        hessian: symmetric, shape (k, k).
        unit: roundoff u of the arithmetic that it comes from: an eigenvalue below 2 k u, after scaling to ones on the
            diagonal, is as good as zero.

    Example:
        >>> inverse(np.array([[1.0, 1.0], [1.0, 1.0]])) is None
        True
    """
    size = np.sqrt(np.abs(np.diag(hessian)))
    if not np.isfinite(hessian).all() or (np.diag(hessian) <= 0).any():
        return None
    scaled = hessian / np.outer(size, size)
    if np.linalg.eigvalsh(scaled)[0] <= 2 * len(hessian) * unit:
        return None
    found = np.linalg.inv(scaled) / np.outer(size, size)
    half: Array = (found + found.T) / 2
    return half
