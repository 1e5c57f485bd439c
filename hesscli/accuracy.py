"""The one home of relative error, digits, units in the last place, and of what is much or little in each dtype.

Source: N. J. Higham, "Accuracy and Stability of Numerical Algorithms", 2nd ed., SIAM 2002, sections 1.2 and 2.1.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

ROUNDING = {"float64": 1e-13, "float32": 1e-4}
"""Errors this small beside the largest derivative so far are rounding."""

FULL = {"float64": 15.0, "float32": 6.3}
"""Digits from which on nothing is lost."""

ROUGH = {"float64": 7.0, "float32": 3.0}
"""A right number that shares fewer digits shows them: rounding has taken the rest."""

LAYERS = {"float64": 1e-13, "float32": 1e-5}
"""Of sums whose terms are as large as the largest entry of an array."""

FLOOR = {"float64": 1e-12, "float32": 1e-6}
"""Beside the largest output and target, so much of the value is rounding."""

RESIDUAL = {"float64": 1e-9, "float32": 1e-4}
"""Of eigenvalues from products, relative to the largest: products of float32 have no more."""

SOLVED = {"float64": 1e-8, "float32": 1e-4}
"""Of the residual of a solution from products, relative."""

SAME = {"float64": 1e-6, "float32": 1e-3}
"""Of two values of a function that are the same but for rounding, beside what it changes by."""

BACKWARD = 16
"""Units of u by which the data may differ for a number that is exact for them to be agreement: the rounding of the
point and of typed decimals, and of the few operations that read them."""


def unit_roundoff(dtype: str) -> float:
    """u, the largest relative error of rounding to the dtype: half a unit in the last place of 1."""
    return float(np.finfo(dtype).eps) / 2


def smallest_normal(dtype: str) -> float:
    """The smallest positive number that has all digits of the dtype."""
    return float(np.finfo(dtype).tiny)


def two_sum(a: Any, b: Any) -> tuple[Any, Any]:
    """a + b rounded, and what it is off by exactly, of numbers, arrays or tensors.

    Source: D. E. Knuth, "The Art of Computer Programming", vol. 2, 3rd ed., section 4.2.2, theorem B.

    Example:
        >>> two_sum(1e16, 1.0)
        (1e+16, 1.0)
    """
    both = a + b
    of_b = both - a
    return both, (a - (both - of_b)) + (b - of_b)


def scales(exact: Array, dtype: str, largest: float = 0.0) -> Array:
    """What the errors of entries are relative to, an array of the same shape.

    It is the entry's own magnitude, but no less than the smallest normal number of the dtype; where the exact entry
    is 0 the largest finite entry, or ``largest`` where that is larger, or 1 where all are 0.

    Args:
        exact: as doubles, of any shape.
        dtype: in which the other numbers were computed.
        largest: size of a number beside these that belongs to the same scale.
    """
    magnitude = np.abs(exact)
    beside = magnitude[np.isfinite(magnitude)].max(initial=largest) or 1.0
    scale: Array = np.where(magnitude == 0, beside, np.maximum(magnitude, smallest_normal(dtype)))
    return scale


def relative_errors(given: Array, exact: Array, dtype: str = "float64", *, largest: float = 0.0) -> Array:
    """|given - exact| / scale of every entry; infinite where it is not a number.

    Args:
        given: what is measured, of any shape.
        exact: as doubles, of the same shape; all entries together give the scale of those that are 0.
        dtype: in which ``given`` was computed.
        largest: size of a number beside these that belongs to the same scale.

    Example:
        >>> relative_errors(np.array([1.5, 0.25]), np.array([1.0, 0.0])).tolist()
        [0.5, 0.25]
    """
    with np.errstate(all="ignore"):
        errors = np.abs(given - exact) / scales(exact, dtype, largest)
    # An exact value beyond the range of doubles makes inf/inf: a finite number there is wrong, not unknown.
    known: Array = np.where(np.isnan(errors), np.inf, errors)
    return known


def normwise_error(given: Array, reference: Array) -> float:
    """The largest |given - reference| over the largest |reference|, where both are finite; NaN where that is nowhere.

    Args:
        given: what is measured, of any shape.
        reference: of the same shape.

    Example:
        >>> normwise_error(np.array([1.0, 4.5, np.nan]), np.array([1.0, 5.0, 2.0]))
        0.1
    """
    both = np.isfinite(given) & np.isfinite(reference)
    if not both.any():
        return math.nan
    return float(np.abs(given - reference)[both].max() / (np.abs(reference)[both].max() or 1.0))


def digits(error: float, dtype: str = "float64") -> float:
    """Decimal digits that a relative error leaves: -log10 of it, at most those of half a unit in the last place.

    Below 0 where the error is larger than the number itself, -inf where it is infinite.

    Args:
        error: a relative one, not negative.
        dtype: in which the number was computed.

    Example:
        >>> digits(1e-3), digits(100.0), round(digits(0.0), 2), round(digits(0.0, "float32"), 2)
        (3.0, -2.0, 15.95, 7.22)
    """
    return -math.log10(max(error, unit_roundoff(dtype))) if math.isfinite(error) else -math.inf


def most_digits(dtype: str = "float64") -> float:
    """Those of half a unit in the last place: 15.95 of float64, 7.22 of float32."""
    return digits(0.0, dtype)


def ulps(count: float) -> str:
    """``1 unit in the last place``, ``3 units in the last place``."""
    return f"{max(1, math.ceil(count))} unit{'s' if count > 1 else ''} in the last place"
