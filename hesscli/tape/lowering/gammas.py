"""The gamma function and its quotients: 1/gamma, log(gamma), binomial, beta."""

from __future__ import annotations

import math
from typing import Any

from hesscli.tape.lowering.elementary import sin_pi
from hesscli.tape.lowering.polygammas import MIRRORED
from hesscli.tape.primitive import apply, defined, ours, repaired, tensorflow
from hesscli.tape.quiet import tf
from hesscli.tape.taylor.powers import exp, sin_cos
from hesscli.tape.taylor.series import Series, choose
from hesscli.tape.taylor.switches import select
from hesscli.tape.values import Tensor, in_double, integer, number

FACTORIALS = [float(math.factorial(k)) for k in range(171)]

LANCZOS_G = 607 / 128

LANCZOS = (
    0.99999999999999709182,
    57.156235665862923517,
    -59.597960355475491248,
    14.136097974741747174,
    -0.49191381609762019978,
    0.33994649984811888699e-4,
    0.46523628927048575665e-4,
    -0.98374475304879564677e-4,
    0.15808870322491248884e-3,
    -0.21026444172410488319e-3,
    0.21743961811521264320e-3,
    -0.16431810653676389022e-3,
    0.84418223983852743293e-4,
    -0.26190838401581408670e-4,
    0.36899182659531622704e-5,
)
"""Godfrey's coefficients of Lanczos's approximation, good to 1e-15 for x > 0."""


def _lanczos(x: Tensor) -> Tensor:
    """gamma(x) for x >= 1/2; the power in two halves, so that it does not overflow before gamma does."""
    total = number(LANCZOS[0], x)
    for k, c in enumerate(LANCZOS[1:]):
        total += c / (x + number(k, x))
    base = x + number(LANCZOS_G - 0.5, x)
    half = tf.pow(base, (x - 0.5) / 2)
    return number(math.sqrt(2 * math.pi), x) * total * half * tf.exp(-base) * half


@in_double
def gamma(x: Tensor) -> Tensor:
    """The gamma function with its sign below 0, by reflection; a table at the integers; NaN at the poles."""
    left = tf.less(x, 0.5)
    mirrored = tf.where(left, 1 - x, x)
    right = tf.where(tf.greater(mirrored, 171.7), number(math.inf, x), _lanczos(tf.minimum(mirrored, number(171.7, x))))
    whole = tf.logical_and(tf.equal(mirrored, tf.floor(mirrored)), tf.less(mirrored, 172))
    index = tf.cast(tf.where(whole, mirrored - 1, tf.zeros_like(x)), tf.int32)
    right = tf.where(whole, tf.gather(tf.constant(FACTORIALS, x.dtype), index), right)
    pole = tf.logical_and(tf.equal(x, tf.floor(x)), tf.less_equal(x, 0))
    reflected = number(math.pi, x) / (sin_pi(tf.where(pole, number(0.5, x), x)) * right)
    return tf.where(pole, number(math.nan, x), tf.where(left, reflected, right))


def loggamma(x: Tensor) -> Tensor:
    """log(gamma(x)) for x > 0."""
    return tf.where(tf.greater(x, 0), tf.math.lgamma(x), number(math.nan, x))


def binomial(n: Any, k: Any) -> Any:
    """gamma(n+1)/(gamma(k+1)*gamma(n-k+1)); a polynomial in n where k is 0, 1, 2, ..."""
    below = integer(k)
    if below is None or not 0 <= below <= 60:
        return apply("any_binomial", n, k)
    product = n.lift(1.0) if isinstance(n, Series) else tf.ones_like(n)
    for i in range(below):
        product = product * (n - i) / (i + 1)
    return product


@in_double
def any_binomial(n: Tensor, k: Tensor) -> Tensor:
    """Any real binomial coefficient, differentiated as it stands."""
    # large arguments by logarithms, the others by 1/gamma, which is right at the poles
    large = tf.greater_equal(tf.maximum(tf.abs(n), tf.maximum(tf.abs(k), tf.abs(n - k))), 150)
    half = tf.ones_like(n + k) / 2
    safe_n, safe_k = tf.where(large, 2 * half, n), tf.where(large, half, k)
    small = apply("gamma", safe_n + 1) * apply("rgamma", safe_k + 1) * apply("rgamma", safe_n - safe_k + 1)
    return tf.where(large, apply("large_binomial", tf.where(large, n, 2 * half), tf.where(large, k, half)), small)


@in_double
def large_binomial(n: Tensor, k: Tensor) -> Tensor:
    """A binomial coefficient by logarithms."""
    logarithm = tf.math.lgamma(n + 1) - tf.math.lgamma(k + 1) - tf.math.lgamma(n - k + 1)
    return _sign(n + 1) * _sign(k + 1) * _sign(n - k + 1) * tf.exp(logarithm)


def rgamma(x: Tensor) -> Tensor:
    """1/gamma(x), which is 0 at the poles of gamma, with its derivatives there; by reflection below 1/2."""
    left = tf.less(x, 0.5)
    away, here = tf.where(left, tf.ones_like(x), x), tf.where(left, x, tf.zeros_like(x))
    return tf.where(left, sin_pi(here) * apply("gamma", 1 - here) / number(math.pi, x), apply("right_rgamma", away))


def _sign(x: Tensor) -> Tensor:
    """The sign of gamma(x)."""
    odd = tf.not_equal(tf.math.floormod(tf.floor(x), number(2, x)), 0)
    return tf.where(tf.logical_and(tf.less(x, 0), odd), -tf.ones_like(x), tf.ones_like(x))


def beta(a: Tensor, b: Tensor) -> Tensor:
    """gamma(a)*gamma(b)/gamma(a+b); 0 where a + b is 0, -1, ..., by 1/gamma there."""
    whole = a + b
    one, pole = tf.ones_like(whole), tf.logical_and(tf.equal(whole, tf.floor(whole)), tf.less_equal(whole, 0))
    safe_a, safe_b = (tf.where(pole, t, one / 2) for t in (a, b))
    at_pole = apply("gamma", safe_a) * apply("gamma", safe_b) * apply("rgamma", safe_a + safe_b)
    return tf.where(pole, at_pole, apply("regular_beta", tf.where(pole, one, a), tf.where(pole, one, b)))


@in_double
def regular_beta(a: Tensor, b: Tensor) -> Tensor:
    """The beta function where a + b is no pole of gamma."""
    small = tf.less(tf.maximum(tf.abs(a), tf.abs(b)), 80)
    one = tf.ones_like(a + b)
    direct = gamma(tf.where(small, a, one)) * (gamma(tf.where(small, b, one)) / gamma(tf.where(small, a + b, one)))
    logarithm = tf.math.lgamma(a) + tf.math.lgamma(b) - tf.math.lgamma(a + b)
    return tf.where(small, direct, _sign(a) * _sign(b) * _sign(a + b) * tf.exp(logarithm))


def betaln(a: Tensor, b: Tensor) -> Tensor:
    """log(beta(a, b)) for a, b > 0."""
    inside = tf.logical_and(tf.greater(a, 0), tf.greater(b, 0))
    value = tf.math.lgamma(a) + tf.math.lgamma(b) - tf.math.lgamma(a + b)
    return tf.where(inside, value, number(math.nan, value))


def gamma_series(u: Series) -> Series:
    """The value of gamma at the start times exp of the rest of lgamma."""
    found: Series = exp(apply("lgamma", u).rest()) * gamma(u.start)
    return found


def right_rgamma_series(u: Series) -> Series:
    """1/gamma away from the poles, as exp of the rest of -lgamma."""
    found: Series = exp(-apply("lgamma", u).rest()) / gamma(u.start)
    return found


def rgamma_series(u: Series) -> Series:
    """1/gamma, 0 at its poles; by reflection below 1/2."""
    left = tf.less(u.start, 0.5)
    here = u.starting(tf.where(left, u.start, tf.zeros_like(u.start)))
    away = u.starting(tf.where(left, tf.ones_like(u.start), u.start))
    nearest = tf.round(here.start)
    sign = 1 - 2 * tf.math.floormod(nearest, number(2, nearest))
    sine = sin_cos((here - nearest) * math.pi)[0] * sign
    return choose(left, sine * apply("gamma", 1 - here) / math.pi, apply("right_rgamma", away))


def beta_series(a: Any, b: Any) -> Any:
    """The start times exp of the rest of its logarithm; by 1/gamma where a + b is 0, -1, ..."""
    frame = a if isinstance(a, Series) else b
    a, b = frame.lift(a), frame.lift(b)
    whole = a + b
    pole = tf.logical_and(tf.equal(whole.start, tf.floor(whole.start)), tf.less_equal(whole.start, 0))
    regular = apply("regular_beta", a, b)
    if not bool(tf.reduce_any(pole)):
        return regular
    return choose(pole, apply("gamma", a) * apply("gamma", b) * apply("rgamma", whole), regular)


def binomial_series(n: Any, k: Any) -> Series:
    """Exp of a sum of logarithms of gamma for large arguments, else gamma and 1/gamma."""
    frame = n if isinstance(n, Series) else k
    n, k = frame.lift(n), frame.lift(k)
    large = tf.greater(tf.maximum(tf.abs(n.start), tf.maximum(tf.abs(k.start), tf.abs((n - k).start))), 100)
    logarithm = apply("lgamma", n + 1) - apply("lgamma", k + 1) - apply("lgamma", n - k + 1)
    safe_n, safe_k = (select(large, frame.lift(1.0), x) for x in (n, k))
    direct = apply("gamma", safe_n + 1) * apply("rgamma", safe_k + 1) * apply("rgamma", safe_n - safe_k + 1)
    found: Series = exp(logarithm.rest()) * any_binomial(n.start, k.start)
    return choose(large, found, direct)


FORMULA = "the formula of the kernel"

ROWS = (
    ours("gamma(x)", gamma, "gamma(x)*digamma(x)", series=gamma_series, why="one solve, a seventh of the time"),
    ours(
        "right_rgamma(x)",
        lambda x: 1 / gamma(x),
        "-right_rgamma(x)*digamma(x)",
        series=right_rgamma_series,
        why="one solve, a seventh of the time",
    ),
    ours("rgamma(x)", rgamma, series=rgamma_series, why="a sine beside gamma: it is 0 at the poles"),
    repaired("lgamma(x)", tf.math.lgamma, "digamma(x)", reason=MIRRORED, where=lambda _, x: x < 0),
    repaired(
        "loggamma(x)",
        loggamma,
        "digamma(x)",
        plain=tf.math.lgamma,
        reason="TensorFlow's is log(Abs(gamma(x))), which is real left of 0 too",
        where=lambda _, x: x < 0,
    ),
    defined("binomial(n, k)", binomial, parameters=frozenset({1})),
    ours("any_binomial(n, k)", any_binomial, series=binomial_series, why=FORMULA),
    ours(
        "large_binomial(n, k)",
        large_binomial,
        "large_binomial(n, k)*(digamma(n + 1) - digamma(n - k + 1))",
        "large_binomial(n, k)*(digamma(n - k + 1) - digamma(k + 1))",
    ),
    ours("beta(a, b)", beta, series=beta_series, why="1/gamma at the poles of gamma(a + b)"),
    ours(
        "regular_beta(a, b)",
        regular_beta,
        "regular_beta(a, b)*(digamma(a) - digamma(a + b))",
        "regular_beta(a, b)*(digamma(b) - digamma(a + b))",
    ),
    tensorflow("betaln(a, b)", betaln, "digamma(a) - digamma(a + b)", "digamma(b) - digamma(a + b)"),
)
