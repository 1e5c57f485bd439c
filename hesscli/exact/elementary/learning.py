"""Activations of machine learning, through exp(-|x|), which neither overflows nor cancels."""

from __future__ import annotations

from flint import arb, arb_series

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
from hesscli.exact.elementary.hyperbolic import decaying


def sigmoid(x: arb, length: int) -> Coefficients:
    """1/(1 + exp(-x))."""
    if x.mid() > 0:
        return listed((1 + decaying(x, 1, length)[0]).inv(), length)
    growing = series(exp(x, length), length)
    return listed(growing / (1 + growing), length)


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
        return listed(t * (1 + 2 * q) / (1 + 2 * q + 2 * q * q), length)
    growing = series(exp(x, length), length)
    part = growing * (growing + 2)
    return listed(t * part / (part + 2), length)


def softsign(x: arb, length: int) -> Coefficients:
    """x/(1 + |x|); at 0 only the first derivative exists."""
    if x < 0:
        return reflected(softsign(-x, length), -1)
    if x.contains(ZERO):
        return edge(length, x / (1 + abs(x)), arb(1) / (1 + x.abs_upper()) ** 2) if x.is_zero() else edge(length, x / (1 + abs(x)))
    t = variable(x, length)
    return listed(arb_series([1], length) - (1 + t).inv(), length)


UNARY: dict[str, Unary] = {
    "sigmoid": sigmoid,
    "softplus": softplus,
    "logsigmoid": logsigmoid,
    "silu": silu,
    "mish": mish,
    "softsign": softsign,
}
