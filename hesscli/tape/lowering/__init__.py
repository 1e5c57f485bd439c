"""Lowering: every operation as one row of one table, its kernel and its partial derivatives.

    PRIMITIVES: operation -> Primitive

A kernel works elementwise on tensors of shape () and (batch,) alike. An operation without a row has no
TensorFlow counterpart, and the exact side answers alone.
"""

from __future__ import annotations

from hesscli.tape.lowering import (
    airy,
    arithmetic,
    bessel,
    elementary,
    elliptic,
    errors,
    gammas,
    incomplete,
    integrals,
    learning,
    polygammas,
    special,
    switches,
    zeta,
)
from hesscli.tape.primitive import PRIMITIVES

MODULES = (
    arithmetic, elementary, switches, learning, errors, integrals, gammas, polygammas, zeta, incomplete, bessel, airy,
    elliptic, special,
)  # fmt: skip
PRIMITIVES.update({row.name: row for module in MODULES for row in module.ROWS})

LEAVES = frozenset({"number", "constant", "parameter", "variable", "true", "false", "Piecewise"})

__all__ = ["LEAVES", "PRIMITIVES"]
