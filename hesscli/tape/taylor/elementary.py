"""Power-series rules of arithmetic, elementary functions, switches and activations.

The start of every series is the value that the lowering table gives; only the coefficients behind it
are made here.
"""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from hesscli.tape.lowering import RULES as VALUES
from hesscli.tape.lowering import arithmetic
from hesscli.tape.lowering.learning import SELU_ALPHA, SELU_SCALE
from hesscli.tape.lowering.smooth import Known, Rule, Tensor, double, number
from hesscli.tape.quiet import tf
from hesscli.tape.taylor.series import Series, choose, integral, solve, system

Formula = Callable[[Series], Series]


def start_of(x: Any) -> Tensor:
    """The value of a series at its start; other tensors are their own."""
    return x.start if isinstance(x, Series) else x


def value(name: str, *args: Any) -> Tensor:
    """The value of a function at the starts of its arguments."""
    return VALUES[name](*(start_of(x) for x in args))


def from_slope(name: str, slope: Formula) -> Formula:
    """The rule of a function with a given derivative."""
    return lambda u: integral(value(name, u), slope(u), u)


def inverse(u: Series) -> Series:
    """1/u."""
    return 1 / u


def exp(u: Series) -> Series:
    """D e = e D u."""
    return system([[1.0]], [tf.exp(u.start)], u)[0]


def log(u: Series) -> Series:
    """D l = D u/u."""
    return integral(tf.math.log(u.start), inverse(u), u)


def any_log(u: Any, base: Any = None) -> Any:
    """Natural logarithm, or to a base; one of the two may be constant."""
    if base is None:
        return log(u)
    above = log(u) if isinstance(u, Series) else tf.math.log(u)
    below = log(base) if isinstance(base, Series) else tf.math.log(base)
    return above / below


def power(u: Series, r: float, start: Tensor) -> Series:
    """u**r for a real constant r, u != 0 at the start: u D p = r p D u.

    A start that underflowed to 0 would make all coefficients 0: they are NaN then.
    """
    gone = tf.logical_and(tf.equal(start, 0), tf.not_equal(u.start, 0))
    degrees = u.algebra.degrees
    matrix = u.algebra.matrix(u.c) * degrees - r * u.algebra.matrix(u.euler().c)
    size = len(u.algebra)
    corner = tf.reshape(tf.one_hot(0, size * size, dtype=u.c.dtype), (size, size))
    first = tf.where(gone, number(math.nan, start), start)
    right = tf.pad(tf.reshape(first, (-1, 1)), [[0, 0], [0, size - 1]])
    return Series(u.algebra, solve(matrix + corner, right)).starting(start)


def integer_power(u: Series, n: int) -> Series:
    """u**n by repeated squaring: right at u = 0."""
    if n < 0:
        return 1 / integer_power(u, -n)
    total = None
    while n:
        if n & 1:
            total = u if total is None else total * u
        u, n = (u * u if n > 1 else u), n >> 1
    return u.lift(1.0) if total is None else total


def real_power(u: Series, r: Fraction | float) -> Series:
    """u**r for a constant r."""
    if r == int(r):
        return integer_power(u, int(r))
    start = arithmetic.constant_power(u.start, r)
    return flat_at_zero(power(u, double(r), start), u.start, number(r, u.start))


def flat_at_zero(found: Series, base: Tensor, exponent: Tensor) -> Series:
    """A power whose base starts at 0: the coefficients of degree below the exponent are 0, the others do not exist."""
    zero = tf.logical_and(tf.equal(base, 0), tf.greater(exponent, 0))
    below = tf.less(found.algebra.degrees[None, :], tf.reshape(exponent, (-1, 1)))
    flat = tf.where(below, tf.zeros_like(found.c), number(math.nan, found.c))
    return Series(found.algebra, tf.where(tf.reshape(zero, (-1, 1)), flat, found.c))


def pow_(u: Any, v: Any, known: tuple[Known, ...]) -> Any:
    """The power u**v; exp(v*log(u)) where the exponent varies."""
    if known[1] is not None and math.isfinite(double(known[1])):
        return real_power(u, known[1])
    start = tf.pow(start_of(u), start_of(v))
    if isinstance(u, Series):
        return flat_at_zero(exp(v * log(u)).starting(start), u.start, start_of(v))
    zero = tf.logical_and(tf.equal(u, 0), tf.greater(v.start, 0))
    return choose(zero, v.lift(0.0), exp(v * tf.math.log(u)).starting(start))


def odd_root(u: Series, n: int) -> Series:
    """The real n-th root with the sign of u."""
    return power(u, 1 / n, arithmetic.odd_root(u.start, n)) if n > 1 else u


def root(u: Series, _: Any, known: tuple[Known, ...]) -> Any:
    """The real n-th root."""
    n = int(known[1] or 0)
    return odd_root(u, n) if n % 2 else real_power(u, Fraction(1, n))


def sqrt(u: Series) -> Series:
    """Square root."""
    return real_power(u, Fraction(1, 2))


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


def largest(*args: Any) -> Any:
    """The largest argument, the first at a tie."""
    return functools.reduce(lambda a, b: select(tf.greater_equal(start_of(a), start_of(b)), a, b), args)


def smallest(*args: Any) -> Any:
    """The smallest argument, the first at a tie."""
    return functools.reduce(lambda a, b: select(tf.less_equal(start_of(a), start_of(b)), a, b), args)


def select(condition: Tensor, a: Any, b: Any) -> Any:
    """One of two series or tensors, row by row."""
    if not isinstance(a, Series) and not isinstance(b, Series):
        return tf.where(condition, a, b)
    frame = a if isinstance(a, Series) else b
    return choose(condition, frame.lift(a), frame.lift(b))


def mod(u: Any, v: Any) -> Any:
    """The remainder u - v*floor(u/v)."""
    remainder = tf.math.floormod(start_of(u), start_of(v))
    return (u - v * tf.round((start_of(u) - remainder) / start_of(v))).starting(remainder)


def step(name: str) -> Rule:
    """The rule of a function that is locally constant."""

    def rule(u: Any, *rest: Any) -> Any:
        frame = next(x for x in (u, *rest) if isinstance(x, Series))
        return frame.algebra.constant(value(name, u, *rest))

    return rule


def heaviside(u: Any, middle: Any = None) -> Any:
    """The step, with a middle value that may vary."""
    return step("Heaviside")(u, *(() if middle is None else (middle,)))


def leaky_relu(u: Any, slope: Any = None) -> Any:
    """The identity above 0, a*u below."""
    below = u * (0.2 if slope is None else slope)
    return select(tf.greater(start_of(u), 0), u, below)


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


def compared(rule: Rule) -> Rule:
    """A comparison of the starts."""
    return lambda *args: rule(*(start_of(x) for x in args))


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

__all__ = ["ELEMENTARY", "ELEMENTARY_KNOWING", "exp", "from_slope", "log", "number", "real_power", "sin_cos"]
