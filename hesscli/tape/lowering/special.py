"""Lambert's W, the dilogarithm, products with a logarithm, orthogonal polynomials."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from hesscli.tape.primitive import Primitive, apply, defined, ours, repaired
from hesscli.tape.quiet import tf
from hesscli.tape.taylor.equations import horner, newton
from hesscli.tape.taylor.powers import exp, log
from hesscli.tape.taylor.series import Series, choose
from hesscli.tape.unlowered import Unlowered
from hesscli.tape.values import Tensor, beside, in_double, integer, near, number, polynomial

BRANCH_SERIES = (
    -1.0, 1.0, -1 / 3, 11 / 72, -43 / 540, 769 / 17280, -221 / 8505, 680863 / 43545600,
    -1963 / 204120, 226287557 / 37623398400, -5776369 / 1515591000, 169709463197 / 69528040243200,
)  # fmt: skip
"""W in p = +-sqrt(2*(e*x + 1)) about the branch point (DLMF 4.13.6)."""

BRANCH_LOW = -1.2428753672788363e-17
"""1/e - fl(1/e), so that x + 1/e keeps its digits."""


@in_double
def lambertw(x: Tensor, branch: int, plus: int = 0) -> Tensor:
    """W with W*exp(W) = x, real branch 0 or -1; plus 1 it keeps its digits at the branch point x = -1/e.

    Raises:
        Unlowered: the branch is neither 0 nor -1.
    """
    if branch not in (0, -1):
        raise Unlowered(["LambertW of a branch other than 0 and -1"])
    over = (x + number(math.exp(-1), x)) + number(BRANCH_LOW, x)
    inside = tf.greater_equal(over, 0)
    if branch:
        inside = tf.logical_and(inside, tf.less(x, 0))
    safe = tf.where(inside, x, -tf.ones_like(x) / 4)
    p = tf.sqrt(2 * math.e * tf.where(inside, over, tf.ones_like(x) * (math.exp(-1) - 0.25)))
    series = polynomial(BRANCH_SERIES, -p if branch else p)
    found = _halley(safe, series, p, branch) + plus
    if plus:
        series = polynomial((0.0, *BRANCH_SERIES[1:]), -p if branch else p)
    found = tf.where(tf.less(p, 0.03), series, found)
    return tf.where(inside, found, number(math.nan, x))


def _halley(x: Tensor, series: Tensor, p: Tensor, branch: int) -> Tensor:
    """Halley's iteration on w*exp(w) - x from the usual first guesses (Corless et al. 1996)."""
    if branch:
        log = tf.math.log(-x)
        far = log - tf.math.log(-tf.minimum(log, -tf.ones_like(log)))
        w = tf.where(tf.less(p, 0.7), series, tf.minimum(far, -tf.ones_like(far) * 1.5))
    else:
        log = tf.math.log(tf.maximum(x, number(math.e, x)))
        middle = tf.math.log1p(tf.maximum(x, -tf.ones_like(x) * 0.3))
        w = tf.where(tf.less(p, 0.7), series, tf.where(tf.greater(x, math.e), log - tf.math.log(log), middle))
    for _ in range(6):
        gap = w - x * tf.exp(-w)
        w -= gap / (w + 1 - (w + 2) * gap / (2 * w + 2))
    return w


def lambertw_series(u: Series, branch: int) -> Series:
    """The w with w*exp(w) = u, found as 1 + w, which keeps its digits at the branch point."""
    above = newton(lambda v: (v - 1) * exp(v - 1), lambda v: v * exp(v - 1), lambertw(u.start, branch, 1), u)
    return above - 1


LOG_RATIO = [(-1) ** k / (k + 1) for k in range(50)]


def log_ratio(x: Tensor) -> Tensor:
    """log(x)/(x - 1), by its power series about 1."""
    close = tf.less(tf.abs(x - 1), 0.4)
    return near(close, x, lambda x: polynomial(LOG_RATIO, x - 1), lambda x: tf.math.log(x) / (x - 1), 2, inner=1)


def log_ratio_series(u: Series) -> Series:
    """log(u)/(u - 1)."""
    close = tf.less(tf.abs(u.start - 1), 0.4)
    inner = u.starting(tf.where(close, u.start, tf.ones_like(u.start)))
    outer = u.starting(tf.where(close, tf.ones_like(u.start) * 2, u.start))
    coefficients = [(-1) ** k / (k + 1) for k in range(50 + 2 * u.algebra.order)]
    return choose(close, horner(coefficients, inner - 1), log(outer) / (outer - 1))


Step = Callable[[int, Any, Any], Any]
LARGEST_DEGREE = 400


def recurrence(n: int, one: Any, second: Any, step: Step) -> Any:
    """p_n from p_0 = 1, p_1 and p_(k+1) = step(k, p_k, p_(k-1)); x may be anything that has + - * /."""
    if n == 0:
        return one
    below, here = one, second
    for k in range(1, n):
        below, here = here, step(k, here, below)
    return here


def legendre(n: int, one: Any, x: Any) -> Any:
    """P_n."""
    return recurrence(n, one, x, lambda k, p, q: ((2 * k + 1) * x * p - k * q) / (k + 1))


def chebyshevt(n: int, one: Any, x: Any) -> Any:
    """T_n."""
    return recurrence(n, one, x, lambda k, p, q: 2 * x * p - q)


def chebyshevu(n: int, one: Any, x: Any) -> Any:
    """U_n."""
    return recurrence(n, one, 2 * x, lambda k, p, q: 2 * x * p - q)


def hermite(n: int, one: Any, x: Any) -> Any:
    """H_n, the physicists'."""
    return recurrence(n, one, 2 * x, lambda k, p, q: 2 * (x * p - k * q))


def laguerre(n: int, one: Any, x: Any) -> Any:
    """L_n."""
    return recurrence(n, one, 1 - x, lambda k, p, q: ((2 * k + 1 - x) * p - k * q) / (k + 1))


def gegenbauer(n: int, one: Any, a: Any, x: Any) -> Any:
    """C_n^(a)."""
    return recurrence(n, one, 2 * a * x, lambda k, p, q: (2 * (a + k) * x * p - (2 * a + (k - 1)) * q) / (k + 1))


def jacobi(n: int, one: Any, a: Any, b: Any, x: Any) -> Any:
    """P_n^(a,b): the explicit sum (DLMF 18.5.8) for small n, the recurrence (18.9.2), which divides by a + b, above."""
    if n <= SHORT:
        return _jacobi_sum(n, one, a, b, x)

    def step(k: int, p: Any, q: Any) -> Any:
        s = a + b + 2 * k
        middle = (s + 1) * (s * (s + 2) * x + (a * a - b * b))
        return (middle * p - 2 * (a + k) * (b + k) * (s + 2) * q) / (2 * (k + 1) * (a + b + (k + 1)) * s)

    return recurrence(n, one, (a + 1) + (a + b + 2) * (x - 1) / 2, step)


SHORT = 6
"""The degree up to which the explicit sum of Jacobi's polynomial cancels next to nothing."""


def _jacobi_sum(n: int, one: Any, a: Any, b: Any, x: Any) -> Any:
    """Sum of binomial(n + a, n - k)*binomial(n + b, k)*((x - 1)/2)**k*((x + 1)/2)**(n - k)."""
    total = 0 * one
    for k in range(n + 1):
        term = one
        for i in range(n - k):
            term = term * (a + (n - i)) * (x + 1) / (2 * (i + 1))
        for i in range(k):
            term = term * (b + (n - i)) * (x - 1) / (2 * (i + 1))
        total = total + term
    return total


POLYNOMIALS = {f.__name__: f for f in (legendre, chebyshevt, chebyshevu, hermite, laguerre, gegenbauer, jacobi)}
"""Name -> p(n, 1, parameters..., x) in arithmetic alone, for tensors and power series alike."""


def orthogonal(name: str) -> Primitive:
    """The row of an orthogonal polynomial name(n, ..., x), tensors and series alike."""

    def form(n: Any, *args: Any) -> Any:
        degree = integer(n)
        if degree is None or not 0 <= degree <= LARGEST_DEGREE:
            raise Unlowered([f"{name} of a degree that is not a constant integer from 0 to {LARGEST_DEGREE}"])
        frame = next((x for x in args if isinstance(x, Series)), None)
        one = tf.ones_like(args[-1]) if frame is None else frame.lift(1.0)
        return POLYNOMIALS[name](degree, one, *args)

    return defined(f"{name}(...)", form, plain=form, parameters=frozenset({0}))


AT_ONE = "TensorFlow's own derivative is NaN at 1, and cancels beside it"
AT_ZERO = "TensorFlow's own derivative in x is 0 where x = 0"
AT_BRANCH = "Newton's method on 1 + W keeps the digits at the branch point, in log(N) steps"

ROWS = (
    defined("LambertW(...)", lambda x, k=0: apply("lambert_branch", x, k), parameters=frozenset({1})),
    ours(
        "lambert_branch(x, k)",
        lambertw,
        "exp(-lambert_branch(x, k))/lambert_above(x, k)",
        parameters=frozenset({1}),
        series=lambertw_series,
        why=AT_BRANCH,
    ),
    ours(
        "lambert_above(x, k)",
        lambda x, k: lambertw(x, k, 1),
        "exp(-lambert_branch(x, k))/lambert_above(x, k)",
        parameters=frozenset({1}),
    ),
    repaired("spence(x)", tf.math.special.spence, "-log_ratio(x)", reason=AT_ONE, where=beside(1, gap=1e-2)),
    ours("log_ratio(x)", log_ratio, series=log_ratio_series, why="a power series about 1, where the quotient cancels"),
    repaired("xlogy(x, y)", tf.math.xlogy, "log(y)", "x/y", reason=AT_ZERO, where=lambda _, x, y: tf.equal(x, 0)),
    repaired(
        "xlog1py(x, y)", tf.math.xlog1py, "log1p(y)", "x/(1 + y)", reason=AT_ZERO, where=lambda _, x, y: tf.equal(x, 0)
    ),
    *(orthogonal(name) for name in POLYNOMIALS),
)
