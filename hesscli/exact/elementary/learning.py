"""Activations of machine learning, through exp(-|x|), which neither overflows nor cancels."""

from __future__ import annotations

from flint import arb

from hesscli.exact.elementary.algebraic import exp
from hesscli.exact.elementary.base import (
    ZERO,
    Coefficients,
    Unary,
    edge,
    integrated,
    listed,
    reflected,
    series,
    variable,
)
from hesscli.exact.elementary.hyperbolic import UNARY as HYPERBOLIC
from hesscli.exact.elementary.hyperbolic import decaying

TANH = HYPERBOLIC["tanh"]


def sigmoid(x: arb, length: int) -> Coefficients:
    """1/(1 + exp(-x)) = (1 + tanh(x/2))/2."""
    value = 1 / (1 + (-x).exp()) if x.mid() > 0 else x.exp() / (1 + x.exp())
    return [value, *(c / 2 ** (k + 1) for k, c in enumerate(TANH(x / 2, length)) if k)]


def softplus(x: arb, length: int) -> Coefficients:
    """log(1 + exp(x)): derivative sigmoid."""
    value = x.exp().log1p() if x.mid() < 0 else x + (-x).exp().log1p()
    return integrated(value, sigmoid(x, length), length)


def logsigmoid(x: arb, length: int) -> Coefficients:
    """-softplus(-x)."""
    return reflected(softplus(-x, length), -1)


def silu(x: arb, length: int) -> Coefficients:
    """x*sigmoid(x)."""
    return listed(variable(x, length) * series(sigmoid(x, length), length), length)


def mish(x: arb, length: int) -> Coefficients:
    """x*tanh(softplus(x)) = x e(e + 2)/(e(e + 2) + 2), e = exp(x)."""
    t = variable(x, length)
    if x.mid() > 0:
        q = decaying(x, 1, length)[0]
        return listed(t - t * (2 * q * q / (1 + 2 * q + 2 * q * q)), length)
    growing = series(exp(x, length), length)
    part = growing * (growing + 2)
    return listed(t * part / (part + 2), length)


def softsign(x: arb, length: int) -> Coefficients:
    """x/(1 + |x|); at 0 only the first derivative exists."""
    if x < 0:
        return reflected(softsign(-x, length), -1)
    if x.contains(ZERO):
        return edge(length, x / (1 + abs(x)), *([arb(1)] if x.is_zero() else []))
    t = variable(x, length)
    return [x / (1 + x), *(-c for c in listed((1 + t).inv(), length)[1:])]


UNARY: dict[str, Unary] = {
    "sigmoid": sigmoid,
    "softplus": softplus,
    "logsigmoid": logsigmoid,
    "silu": silu,
    "mish": mish,
    "softsign": softsign,
}
