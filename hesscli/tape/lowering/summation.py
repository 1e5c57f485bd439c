"""Sums and integrals as many terms at once: one formula for tensors and for power series.

A formula spreads its arguments over terms (a new axis of a tensor, a row of a series for every term), works on all of
them together, and sums. Every term is differentiated, so that the sum has the derivatives of the function in every
argument, to any order.
"""

from __future__ import annotations

from typing import Any

from hesscli.language.expression import Expression
from hesscli.tape.primitive import PRIMITIVES, apply
from hesscli.tape.quiet import tf
from hesscli.tape.taylor import powers
from hesscli.tape.taylor.algebra import algebra
from hesscli.tape.taylor.series import Series, choose
from hesscli.tape.unlowered import Unlowered
from hesscli.tape.values import Rule, Tensor, in_double, is_number, shaped


def exp(x: Any) -> Any:
    """The exponential."""
    return apply("exp", x)


def log(x: Any) -> Any:
    """The natural logarithm."""
    return apply("log", x)


def sqrt(x: Any) -> Any:
    """The square root."""
    return apply("sqrt", x)


def sin_cos(x: Any) -> tuple[Any, Any]:
    """Sine and cosine; of a series by one solve for both."""
    if isinstance(x, Series):
        sine, cosine = powers.sin_cos(x)
        return sine, cosine
    return tf.sin(x), tf.cos(x)


def start(x: Any) -> Tensor:
    """The value itself, a tensor of shape (...), without derivatives."""
    return x.start if isinstance(x, Series) else tf.stop_gradient(x)


def spread(x: Any, count: int) -> Any:
    """The same number for every term."""
    return Series(x.algebra, tf.repeat(x.c, count, axis=0)) if isinstance(x, Series) else tf.expand_dims(x, -1)


def total(x: Any, count: int) -> Any:
    """The sum over the terms."""
    return (
        Series(x.algebra, tf.reduce_sum(_grouped(x, count), axis=1)) if isinstance(x, Series) else tf.reduce_sum(x, -1)
    )


def running(x: Any, count: int) -> Any:
    """The sums over the first terms, 1, 2, ..."""
    if isinstance(x, Series):
        return Series(x.algebra, tf.reshape(tf.cumsum(_grouped(x, count), axis=1), tf.shape(x.c)))
    return tf.cumsum(x, axis=-1)


def _grouped(u: Series, count: int) -> Tensor:
    return tf.reshape(u.c, (-1, count, len(u.algebra)))


def where(condition: Tensor, yes: Any, no: Any) -> Any:
    """One of two values, by a condition; a formula that is given a number elsewhere sees its own points only."""
    frame = next((x for x in (yes, no) if isinstance(x, Series)), None)
    if frame is not None:
        return choose(condition, frame.lift(yes), frame.lift(no))
    like = no if is_number(yes) else yes
    return tf.where(condition, *(tf.ones_like(like) * x if is_number(x) else x for x in (yes, no)))


MOST_SUMMED = 200
"""Largest number of coefficients for functions that are sums of hundreds of series."""


def summed(formula: Rule) -> Rule:
    """A formula on tensors or series, computed in float64 and rounded once.

    Args:
        formula: of arguments of one shape.

    Returns:
        A function of numbers, tensors and series.
    """

    def rule(*args: Any) -> Any:
        frame = next((x for x in args if isinstance(x, Series)), None)
        return in_double(_of_tensors)(formula, *args) if frame is None else _of_series(formula, frame, args)

    return rule


def _of_tensors(formula: Rule, *args: Any) -> Tensor:
    return formula(*shaped(*args))


def _of_series(formula: Rule, like: Series, args: Any) -> Series:
    frame = like.algebra
    if len(frame) > MOST_SUMMED:
        raise Unlowered([f"Taylor rule beyond {MOST_SUMMED} coefficients for such a function"])
    wide = algebra(frame.exponents, "float64", frame.smaller)
    lifted = [like.lift(x).c for x in args]
    rows = max(int(c.shape[0]) for c in lifted)
    even = [Series(wide, tf.cast(tf.broadcast_to(c, (rows, len(frame))), wide.dtype)) for c in lifted]
    return Series(frame, tf.cast(formula(*even).c, frame.dtype))


TINY = 1e-300
"""Stands for 0 in a logarithm: exp(a*log(TINY)) and its derivatives are 0 where those of x**a are."""


def off_zero(x: Any) -> Any:
    """A number kept off 0; its derivative is 1."""
    value = start(x)
    return x + (tf.maximum(value, tf.constant(TINY, value.dtype)) - value)


def inside(domain: Tensor, x: Any) -> Any:
    """NaN outside a domain."""
    return where(domain, x, float("nan"))


def chain(logarithms: Any, count: int) -> Any:
    """1 + r_1 + r_1*r_2 + ... from the logarithms of the ratios."""
    return total(exp(running(logarithms, count)), count) + 1


WIDTH = 512
"""About so many terms stand for one number: so many fewer points fit into memory at once."""


def width(expression: Expression) -> int:
    """How many numbers stand for one at most: WIDTH where there are sums of terms, else 1."""
    for k in expression.live():
        node = expression.nodes[k]
        row = PRIMITIVES.get(node.op)
        known = [expression.nodes[a].value for a in node.args]
        if row is not None and (row.wide or (row.general is not None and not row.fixed(known))):
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


def largest(x: Tensor, unknown: float) -> float:
    """The largest finite value of a tensor; another number while a graph is traced."""
    if not tf.executing_eagerly():
        return unknown
    return float(tf.reduce_max(tf.where(tf.math.is_finite(x), x, tf.zeros_like(x))))
