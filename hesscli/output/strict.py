"""Numbers as strict JSON has them: no NaN, no infinity."""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def strict(value: Any) -> Any:
    """The same value with only what strict JSON knows: floats that are not finite become strings.

    Args:
        value: numbers, texts, None, arrays, and lists, tuples and dicts of these.

    Raises:
        TypeError: anything else.
    """
    if isinstance(value, float):
        return value if math.isfinite(value) else word(value)
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, dict):
        return {str(key): strict(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [strict(item) for item in value]
    if isinstance(value, (np.ndarray, np.generic)):
        plain = value.tolist()
        return plain if value.dtype.kind in "iuf" and np.isfinite(value).all() else strict(plain)
    raise TypeError(f"{type(value).__name__} has no place in the JSON schema")


def nulled(numbers: Any) -> Any:
    """Numbers to use: nested lists with null for NaN, and the strings ``"inf"`` and ``"-inf"``.

    Args:
        numbers: one, an array of them, or arrays in a list or a tuple; None is null.
    """
    if numbers is None:
        return None
    if isinstance(numbers, (list, tuple)):
        return [nulled(part) for part in numbers]
    if np.isfinite(numbers).all():
        return np.asarray(numbers).tolist()
    entries = np.asarray(numbers).astype(object)
    entries[np.isnan(numbers)] = None
    return strict(entries.tolist())


def word(value: float) -> str:
    """``nan``, ``inf`` or ``-inf``."""
    return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
