"""``--vector`` of a model: numbers, a file, or random ones; in the order of the weights."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.errors import PointError
from hesscli.language.arrays import Form, read_file
from hesscli.model.weights import Layout

RANDOM = re.compile(r"random\((\d{1,18})\)")


def read_vector(text: str, layout: Layout) -> NDArray[Any]:
    """The n numbers of a vector.

    Args:
        text: ``1,0,0``, ``@FILE.npy`` or ``random(SEED)``, standard normal.
        layout: of the weights.

    Raises:
        PointError: another length, or something that is no number.
    """
    if drawn := RANDOM.fullmatch(text.strip()):
        return np.random.default_rng(int(drawn[1])).standard_normal(layout.n)
    if text.startswith("@"):
        contents = read_file(text[1:], "point")
        if contents.form is not Form.NUMPY or contents.arrays is None or isinstance(contents.arrays, Mapping):
            raise PointError(f"--vector {text}: expected a file .npy with one array", code="point")
        found = np.asarray(contents.arrays).ravel()
    else:
        try:
            found = np.array([float(word) for word in text.strip("[]() ").split(",")])
        except ValueError:
            raise PointError(f"--vector: expected numbers with commas, @FILE.npy or random(7), got {text!r}") from None
    if found.dtype.kind not in "iuf" or not np.isfinite(found).all():
        raise PointError(f"--vector {text}: expected finite numbers", code="point")
    if len(found) != layout.n:
        last = layout.label(layout.n - 1)
        raise PointError(
            f"--vector: expected {layout.n:,} numbers, {layout.label(0)} to {last}, got {len(found):,}", code="point"
        )
    return found.astype(np.float64)
