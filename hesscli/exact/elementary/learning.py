"""Activations of machine learning, through exp(-|x|), which neither overflows nor cancels."""

from __future__ import annotations

from flint import arb

from hesscli.exact.elementary.base import (
    Coefficients,
    Unary,
    integrated,
)
from hesscli.exact.elementary.hyperbolic import UNARY as HYPERBOLIC

TANH = HYPERBOLIC["tanh"]


def sigmoid(x: arb, length: int) -> Coefficients:
    """1/(1 + exp(-x)) = (1 + tanh(x/2))/2."""
    value = 1 / (1 + (-x).exp()) if x.mid() > 0 else x.exp() / (1 + x.exp())
    return [value, *(c / 2 ** (k + 1) for k, c in enumerate(TANH(x / 2, length)) if k)]


def softplus(x: arb, length: int) -> Coefficients:
    """log(1 + exp(x)): derivative sigmoid."""
    value = x.exp().log1p() if x.mid() < 0 else x + (-x).exp().log1p()
    return integrated(value, sigmoid(x, length), length)


UNARY: dict[str, Unary] = {
    "softplus": softplus,
}
