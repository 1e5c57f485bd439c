"""Power-series rules of circular and hyperbolic functions and of activations; the table of all elementary ones."""

from __future__ import annotations

import functools
import math
import operator
from fractions import Fraction
from typing import Any

from hesscli.tape.lowering import RULES as VALUES
from hesscli.tape.lowering.learning import SELU_ALPHA, SELU_SCALE
from hesscli.tape.lowering.smooth import Rule, Tensor
from hesscli.tape.quiet import tf
from hesscli.tape.taylor.powers import (
    any_log,
    exp,
    from_slope,
    integer_power,
    log,
    odd_root,
    pow_,
    real_power,
    root,
    sqrt,
    start_of,
    value,
)
from hesscli.tape.taylor.series import Series, choose, integral, system
from hesscli.tape.taylor.switches import compared, heaviside, largest, leaky_relu, mod, select, smallest, step


def polar(u: Any, v: Any) -> tuple[Tensor, Series, Series]:
    """The length h of (u, v) at the start, and the point turned: (h, 0) at the start.

    What is computed from the turned point neither overflows nor cancels.
    """
    frame = u if isinstance(u, Series) else v
    u, v = frame.lift(u), frame.lift(v)
    h = value("hypot", u, v)
    c, s = u.start / h, v.start / h
    along, across = u * c + v * s, v * c - u * s
    return h, along.starting(h), across.starting(tf.zeros_like(h))


def hypot(u: Any, v: Any) -> Any:
    """The length p + q*w/(1 + sqrt(1 + w**2)), w = q/p, of the turned point (p, q)."""
    h, along, across = polar(u, v)
    slope = across / along
    return (along + across * slope / (1 + sqrt(1 + slope * slope))).starting(h)


def sin_cos(u: Series) -> list[Series]:
    """D s = c D u, D c = -s D u."""
    return system([[0.0, 1.0], [-1.0, 0.0]], [tf.sin(u.start), tf.cos(u.start)], u)


def sinh_cosh(u: Series) -> list[Series]:
    """D s = c D u, D c = s D u."""
    return system([[0.0, 1.0], [1.0, 0.0]], [tf.sinh(u.start), tf.cosh(u.start)], u)


def sin(u: Series) -> Series:
    """Sine."""
    return sin_cos(u)[0]


def cos(u: Series) -> Series:
    """Cosine."""
    return sin_cos(u)[1]


def tan(u: Series) -> Series:
    """Tangent."""
    s, c = sin_cos(u)
    return (s / c).starting(tf.tan(u.start))


def cot(u: Series) -> Series:
    """Cotangent."""
    s, c = sin_cos(u)
    return c / s


def tanh(u: Series) -> Series:
    """The quotient sinh/cosh near 0, which keeps its symmetry; 1 - 2*e/(1 + e) with e = exp(-2*u) far out."""
    near = tf.less(tf.abs(u.start), 1)
    s, c = sinh_cosh(u.starting(tf.where(near, u.start, tf.zeros_like(u.start))))
    sign = tf.sign(u.start)
    tail = exp(u * (-2 * sign))
    far = tail / (1 + tail) * (-2 * sign)
    return choose(near, s / c, far).starting(tf.tanh(u.start))


def coth(u: Series) -> Series:
    """cosh/sinh near 0; 1 + 2*e/(1 - e) with e = exp(-2*u) far out."""
    near = tf.less(tf.abs(u.start), 1)
    s, c = sinh_cosh(u.starting(tf.where(near, u.start, tf.ones_like(u.start))))
    sign = tf.sign(u.start)
    tail = exp(u * (-2 * sign))
    far = tail / (1 - tail) * (2 * sign)
    return choose(near, c / s, far).starting(value("coth", u))


def one_minus_square(u: Series) -> Series:
    """1 - u**2, its start by its factors."""
    return (1 - u * u).starting((1 - u.start) * (1 + u.start))


def circle(u: Series) -> Series:
    """(1 - u**2)**(-1/2)."""
    return real_power(one_minus_square(u), Fraction(-1, 2))


def hyperbola(u: Series, sign: float) -> Series:
    """(u**2 + sign)**(-1/2), by u/max(1, abs(u)), whose square does not overflow."""
    scale = tf.maximum(tf.abs(u.start), tf.ones_like(u.start))
    u, one = u / scale, 1 / scale
    start = u.start * u.start + one * one if sign > 0 else (u.start - one) * (u.start + one)
    root: Series = real_power((u * u).starting(start), Fraction(-1, 2)) / scale
    return root


def size(u: Series) -> Series:
    """Abs(u) away from 0."""
    absolute: Series = u * tf.sign(u.start)
    return absolute


def atan2(v: Any, u: Any) -> Any:
    """The angle at the start and atan(q/p) of the turned point (p, q)."""
    _, along, across = polar(u, v)
    slope = across / along
    return integral(value("atan2", v, u), 1 / (1 + slope * slope), slope)


def sech(u: Series) -> Series:
    """1/cosh near 0, which keeps its symmetry; 2*e/(1 + e**2) with e = exp(-abs(u)) far out."""
    near = tf.less(tf.abs(u.start), 1)
    cosh = sinh_cosh(u.starting(tf.where(near, u.start, tf.zeros_like(u.start))))[1]
    tail = exp(u * -tf.sign(u.start))
    return choose(near, 1 / cosh, tail * 2 / (1 + tail * tail)).starting(value("sech", u))


def csch(u: Series) -> Series:
    """1/sinh near 0; sign*2*e/(1 - e**2) with e = exp(-abs(u)) far out."""
    near = tf.less(tf.abs(u.start), 1)
    sinh = sinh_cosh(u.starting(tf.where(near, u.start, tf.ones_like(u.start))))[0]
    sign = tf.sign(u.start)
    tail = exp(u * -sign)
    return choose(near, 1 / sinh, tail * (2 * sign) / (1 - tail * tail)).starting(value("csch", u))


def sigmoid(u: Series) -> Series:
    """1/2 + tanh(u/2)/2."""
    return (tanh(u / 2) / 2 + 0.5).starting(value("sigmoid", u))


def softplus(u: Series) -> Series:
    """The integral of sigmoid."""
    return integral(value("softplus", u), sigmoid(u), u)


def expm1_below(u: Series) -> Series:
    """expm1 of the negative starts, 0 elsewhere."""
    start = tf.minimum(u.start, tf.zeros_like(u.start))
    return exp(u.starting(start)).starting(tf.math.expm1(start))


def elu(u: Series) -> Series:
    """The identity above 0, exp(u) - 1 below."""
    return choose(tf.greater(u.start, 0), u, expm1_below(u))


def logaddexp(u: Any, v: Any) -> Any:
    """The larger one and softplus of the other one's distance, which is negative: no derivative is 1 - 1."""
    if not isinstance(u, Series) and not isinstance(v, Series):
        return value("logaddexp", u, v)
    first = tf.greater_equal(start_of(u), start_of(v))
    larger, smaller = select(first, u, v), select(first, v, u)
    return (larger + softplus(smaller - larger)).starting(value("logaddexp", u, v))


ELEMENTARY: dict[str, Rule] = {
    "add": lambda *terms: functools.reduce(operator.add, terms),
    "mul": lambda *factors: functools.reduce(operator.mul, factors),
    "neg": operator.neg,
    "div": operator.truediv,
    "sqrt": sqrt,
    "cbrt": lambda u: odd_root(u, 3),
    "hypot": hypot,
    "sqrt**2": lambda u: choose(tf.greater_equal(u.start, 0), u, u.lift(math.nan)),
    "hypot**2": lambda u, v: u * u + v * v,
    "Abs**2": lambda u: u * u,
    "exp": exp,
    "log": any_log,
    "log2": lambda u: (log(u) / math.log(2)).starting(value("log2", u)),
    "log10": lambda u: (log(u) / math.log(10)).starting(value("log10", u)),
    "log1p": from_slope("log1p", lambda u: 1 / (1 + u)),
    "expm1": lambda u: exp(u).starting(tf.math.expm1(u.start)),
    "sin": sin,
    "cos": cos,
    "tan": tan,
    "cot": cot,
    "sec": lambda u: 1 / cos(u),
    "csc": lambda u: 1 / sin(u),
    "asin": from_slope("asin", circle),
    "acos": from_slope("acos", lambda u: -circle(u)),
    "atan": from_slope("atan", lambda u: 1 / (1 + u * u)),
    "acot": from_slope("acot", lambda u: -1 / (1 + u * u)),
    "asec": from_slope("asec", lambda u: hyperbola(u, -1.0) / size(u)),
    "acsc": from_slope("acsc", lambda u: -hyperbola(u, -1.0) / size(u)),
    "atan2": atan2,
    "sinh": lambda u: sinh_cosh(u)[0],
    "cosh": lambda u: sinh_cosh(u)[1],
    "tanh": tanh,
    "coth": coth,
    "sech": sech,
    "csch": csch,
    "asinh": from_slope("asinh", lambda u: hyperbola(u, 1.0)),
    "acosh": from_slope("acosh", lambda u: hyperbola(u, -1.0)),
    "atanh": from_slope("atanh", lambda u: 1 / one_minus_square(u)),
    "acoth": from_slope("acoth", lambda u: 1 / one_minus_square(u)),
    "asech": from_slope("asech", lambda u: -circle(u) / u),
    "acsch": from_slope("acsch", lambda u: -hyperbola(u, 1.0) / size(u)),
    "Abs": lambda u: size(u),
    "Max": largest,
    "Min": smallest,
    "clip": lambda u, low, high: smallest(largest(u, low), high),
    **{name: step(name) for name in ("sign", "floor", "ceiling")},
    "frac": lambda u: u - tf.floor(u.start),
    "Mod": mod,
    "Heaviside": heaviside,
    "relu": lambda u: choose(tf.greater(u.start, 0), u, u.lift(0.0)),
    "relu6": lambda u: smallest(choose(tf.greater(u.start, 0), u, u.lift(0.0)), u.lift(6.0)),
    "leaky_relu": leaky_relu,
    "elu": elu,
    "selu": lambda u: choose(tf.greater(u.start, 0), u, expm1_below(u) * SELU_ALPHA) * SELU_SCALE,
    "sigmoid": sigmoid,
    "logit": from_slope("logit", lambda u: 1 / (u * (1 - u))),
    "softplus": softplus,
    "logsigmoid": lambda u: -softplus(-u),
    "softsign": from_slope("softsign", lambda u: integer_power(1 + size(u), -2)),
    "silu": lambda u: u * sigmoid(u),
    "mish": lambda u: u * tanh(softplus(u)),
    "logaddexp": logaddexp,
    "logsumexp": lambda *args: functools.reduce(logaddexp, args),
    **{name: compared(VALUES[name]) for name in ("lt", "le", "gt", "ge", "eq", "ne")},
    **{name: VALUES[name] for name in ("and", "or", "not")},
}
"""Operation -> function of series."""

ELEMENTARY_KNOWING: dict[str, Rule] = {"pow": pow_, "root": root}
