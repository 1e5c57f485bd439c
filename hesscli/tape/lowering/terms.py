"""Sums and integrals as many terms at once: one formula for tensors and for power series.

A formula spreads its arguments over a new axis of terms, works on all of them together, and sums. Every term is
differentiated, so that the sum has the derivatives of the function in every argument, to any order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hesscli.language.expression import Expression
from hesscli.tape.lowering.smooth import Rule, Tensor
from hesscli.tape.quiet import tf


@dataclass(frozen=True, slots=True)
class Kit:
    """What a formula needs of its numbers besides + - * /.

    Attributes:
        exp: exponential.
        log: natural logarithm.
        sin_cos: sine and cosine.
        sqrt: square root.
        gamma: gamma function.
        rgamma: 1/gamma.
        lgamma: log(Abs(gamma)).
        start: the value itself, a tensor of shape (...), without derivatives.
        spread: the same number for every term.
        nodes: numbers of shape (..., terms), the same for every derivative.
        total: the sum over the terms.
        running: the sums over the first terms, 1, 2, ...
        where: one of two numbers, by a condition on their values.
        kept: a number with another value where a condition does not hold, so that a formula sees its own points only.
    """

    exp: Rule
    log: Rule
    sin_cos: Callable[[Any], tuple[Any, Any]]
    sqrt: Rule
    gamma: Rule
    rgamma: Rule
    lgamma: Rule
    start: Rule
    spread: Callable[[Any, int], Any]
    nodes: Rule
    total: Callable[[Any, int], Any]
    running: Callable[[Any, int], Any]
    where: Rule
    kept: Rule


def tensors(gamma: Rule, rgamma: Rule, lgamma: Rule) -> Kit:
    """The kit of tensors: terms stand along a last axis."""
    return Kit(
        exp=tf.exp,
        log=tf.math.log,
        sin_cos=lambda x: (tf.sin(x), tf.cos(x)),
        sqrt=tf.sqrt,
        gamma=gamma,
        rgamma=rgamma,
        lgamma=lgamma,
        start=tf.stop_gradient,
        spread=lambda x, count: tf.expand_dims(x, -1),
        nodes=lambda t: t,
        total=lambda x, count: tf.reduce_sum(x, axis=-1),
        running=lambda x, count: tf.cumsum(x, axis=-1),
        where=tf.where,
        kept=_kept,
    )


ALWAYS = frozenset({"airyai", "airybi", "Si", "Ci", "elliptic_e", "elliptic_f"})
BY_ORDER = frozenset(
    {
        "besselj",
        "bessely",
        "besseli",
        "besselk",
        "expint",
        "gammainc",
        "gammaincc",
        "lowergamma",
        "uppergamma",
        "betainc",
    }
)
"""Functions that are sums of terms, the latter unless their first argument is a constant integer."""

WIDTH = 512
"""About so many terms stand for one number: so many fewer points fit into memory at once."""


def width(expression: Expression) -> int:
    """How many numbers stand for one at most: WIDTH where there are sums of terms, else 1."""
    nodes = expression.nodes
    for k in expression.live():
        node = nodes[k]
        if node.op in ALWAYS or (node.op in BY_ORDER and not isinstance(nodes[node.args[0]].value, int)):
            return WIDTH
    return 1


NODES, SPAN = 280, 4.0
"""Nodes of the integral, and where they begin: at t = s*exp(-SPAN - exp(SPAN)), far below rounding."""


def quadrature(a: Tensor, x: Tensor) -> tuple[Tensor, Tensor]:
    """Nodes t and weights for integrals of exp(-x*t)*(1 + t)**(a - 1), each of shape (..., NODES).

    t = s*exp(u - exp(-u)), u equidistant: the trapezoidal rule converges geometrically. The nodes may be any:
    the derivatives of the sum in a and x are those of the integral.
    """
    one = tf.ones_like(a + x)
    scale = 1 / tf.maximum(x - a + 1, one)
    reach = 60 * tf.maximum(one, a) / (x * scale)
    step = (tf.math.log(reach) + SPAN) / (NODES - 1)
    u = tf.expand_dims(step, -1) * tf.range(NODES, dtype=x.dtype) - SPAN
    t = tf.expand_dims(scale, -1) * tf.exp(u - tf.exp(-u))
    return t, t * (1 + tf.exp(-u)) * tf.expand_dims(step, -1)


def _kept(condition: Tensor, x: Any, other: Any) -> Tensor:
    like = x if tf.is_tensor(x) else other
    return tf.where(condition, *(t if tf.is_tensor(t) else tf.ones_like(like) * t for t in (x, other)))


def largest(x: Tensor, unknown: float) -> float:
    """The largest finite value of a tensor; another number while a graph is traced."""
    if not tf.executing_eagerly():
        return unknown
    return float(tf.reduce_max(tf.where(tf.math.is_finite(x), x, tf.zeros_like(x))))
