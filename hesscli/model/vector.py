"""A vector of a model's weights as typed: numbers, a range, a file, or random ones; in the order of the weights."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from hesscli.errors import PointError
from hesscli.language.points.blocks import in_order, read_vectors
from hesscli.model.weights import WeightLayout


def read_vector(text: str, layout: WeightLayout, option: str = "--vector") -> NDArray[Any]:
    """The n numbers of a vector.

    Args:
        text: ``1,0,1/3``, ``0:1:3``, ``@FILE.npy``, ``zeros``, ``ones`` or ``random(SEED)``, uniform between -1 and 1.
        layout: of the weights.
        option: for messages.

    Raises:
        PointError: another length, names, or something that is no number.
    """
    found = read_vectors([text], option)
    if found.rest is None:
        raise PointError(
            f"{option}: the weights' numbers are given in their order, without names; got {', '.join(found.given)}",
            code="point",
        )
    return in_order(found.rest, layout.n, f"{layout.label(0)} to {layout.label(layout.n - 1)}", option)
