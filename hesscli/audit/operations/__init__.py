"""TensorFlow's own operations, each with the same function in hesscli's language: what ``hesscli audit`` measures.

Not hesscli's lowering, which avoids their troubles: the operations as people call them.
"""

from __future__ import annotations

from hesscli.audit.operations import (
    convolution,
    elementwise,
    images,
    indexing,
    layers,
    learning,
    linear,
    reductions,
    special,
    switches,
)
from hesscli.audit.scenario import Scenario

FAMILIES: dict[str, tuple[Scenario, ...]] = {
    "elementwise": elementwise.OPERATIONS,
    "special functions": special.OPERATIONS,
    "reductions": reductions.OPERATIONS,
    "switches and control flow": switches.OPERATIONS,
    "linear algebra": linear.OPERATIONS,
    "activations and losses": learning.OPERATIONS,
    "convolution and pooling": convolution.OPERATIONS,
    "images": images.OPERATIONS,
    "layers": layers.OPERATIONS,
    "indexing and transforms": indexing.OPERATIONS,
}
"""Family -> its rows."""

OPERATIONS: tuple[Scenario, ...] = tuple(row for rows in FAMILIES.values() for row in rows)
