"""Lowering: operations as TensorFlow functions, by one table.

    RULES: operation -> function of its arguments' tensors

A rule works elementwise on tensors of shape () and (batch,) alike. An operation without a row has no
TensorFlow counterpart, and the exact side answers alone.
"""

from __future__ import annotations

from hesscli.tape.lowering import (
    arithmetic,
    bessel,
    cylinder,
    elementary,
    elliptic,
    errors,
    gammas,
    incomplete,
    integrals,
    learning,
    special,
    switches,
)
from hesscli.tape.lowering.smooth import Rule

RULES: dict[str, Rule] = {
    **arithmetic.RULES,
    **elementary.RULES,
    **switches.RULES,
    **learning.RULES,
    **errors.RULES,
    **integrals.RULES,
    **gammas.RULES,
    **special.RULES,
    **cylinder.RULES,
    **elliptic.RULES,
}
"""Operation -> function of tensors."""

KNOWING: dict[str, Rule] = {
    **arithmetic.KNOWING,
    **gammas.KNOWING,
    **incomplete.KNOWING,
    **bessel.KNOWING,
    **special.KNOWING,
}
"""Operation -> function of tensors and of what is known about them: the constant value of an argument, or None."""


def lowered(op: str) -> bool:
    """Whether the tape has this operation."""
    return op in RULES or op in KNOWING or op in LEAVES


LEAVES = frozenset({"number", "constant", "parameter", "variable", "true", "false", "Piecewise"})


__all__ = ["KNOWING", "LEAVES", "RULES", "lowered"]
