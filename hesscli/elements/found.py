"""What the tape says of a program at one point, and of its bodies at columns of points."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli import tape
from hesscli.elements.addition import Long
from hesscli.elements.forms import BlockSum
from hesscli.language.expression import Expression
from hesscli.request import Path, Request
from hesscli.verdict import Place

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class How:
    """How the tape works.

    Attributes:
        method: of the tape.
        dtype: float64 or float32.
        plain: TensorFlow's own gradients.
        step: of finite differences.
        zeros: take a derivative that TensorFlow gives as None for zero: the exact side has proven that it is.
    """

    method: str = "nested"
    dtype: str = "float64"
    plain: bool = False
    step: float | None = None
    zeros: bool = False


@dataclass(slots=True)
class Found:
    """What the tape says of a program at one point.

    Attributes:
        value: f.
        gradient: shape (n,).
        hessian: the lower triangle, without what ``rank`` holds; None where it was not asked for.
        hvp: the Hessian times the vector; None where it was not asked for.
        rank: of a Hessian that is not multiplied out: (C, J), shapes (q, q) and (q, n), with J^T C J still to be added.
        weights: element -> the derivative of f by its total.
        long: place -> the sums over all rows of an element that stand there, by element.
        blocks: element -> its sums over all rows that stand at blocks of places.
        totals: what the outer expression is evaluated at: totals, then entries.
        strange: (element, row) where a number is not finite.
        holes: (element, path, row) where TensorFlow gave None.
        around: paths of the outer expression where it gave None.
        told: sentences about errors and repairs.
        repaired: operations that carry a derivative of ours.
    """

    value: float = math.nan
    gradient: Array = field(default_factory=lambda: np.zeros(0))
    hessian: Any = None
    hvp: Array | None = None
    rank: tuple[Array, Array] | None = None
    weights: dict[int, float] = field(default_factory=dict)
    long: dict[Place, dict[int, Long]] = field(default_factory=dict)
    blocks: dict[int, list[BlockSum]] = field(default_factory=dict)
    totals: Array = field(default_factory=lambda: np.zeros(0))
    strange: list[tuple[int, int]] = field(default_factory=list)
    holes: list[tuple[int, Path, int]] = field(default_factory=list)
    around: list[Path] = field(default_factory=list)
    told: dict[str, None] = field(default_factory=dict)
    repaired: dict[str, None] = field(default_factory=dict)


def partials(body: Expression, paths: tuple[Path, ...], points: Array, how: How, found: Found) -> tuple[Array, Array]:
    """Partial derivatives at points of shape (m, k): their numbers and the holes, shape (m, paths)."""
    request = Request("partials", paths=paths)
    said = tape.answer_batch(body, request, points, method=how.method, dtype=how.dtype, step=how.step, plain=how.plain)
    found.told |= dict.fromkeys((*said.failures, *said.remarks))
    found.repaired |= dict.fromkeys(said.repaired)
    numbers = np.array(said.arrays["partials"], dtype=np.float64)
    holes = np.array(np.broadcast_to(said.holes["partials"], numbers.shape))
    holes[:, 0] = False  # f itself
    if np.isnan(undefined := numbers[:, 0]).any():
        numbers[np.isnan(undefined)] = np.nan  # where f is NaN it has no derivatives, whatever a rule leaves
    return numbers, holes
