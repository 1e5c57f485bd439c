"""Incomplete gamma and beta functions and exponential integrals of any order, with derivatives in every argument.

Of constant parameters they are TensorFlow's own, with the density as derivative. TensorFlow has no second
derivative in a parameter of the gamma functions (IgammaGradA) and none at all of the beta function (None): there
the values are sums of positive terms, which are differentiated term by term:

    lowergamma(a, x) = x**a*exp(-x)/a * sum over k of x**k/((a + 1)...(a + k))         (DLMF 8.11.4)
    uppergamma(a, x) = integral from 0 of x**a*exp(-x*(1 + t))*(1 + t)**(a - 1)        (DLMF 8.6.5)
    betainc(a, b, x) = x**a*(1 - x)**b/(a*beta(a, b)) * sum of (a + b)_k/(a + 1)_k*x**k (DLMF 8.17.8)
"""

from __future__ import annotations

import functools
import math
from typing import Any

from hesscli.tape.lowering.integrals import whole_expint
from hesscli.tape.lowering.summation import (
    NODES,
    chain,
    exp,
    inside,
    largest,
    log,
    off_zero,
    quadrature,
    spread,
    start,
    summed,
    total,
    where,
)
from hesscli.tape.primitive import apply, defined, ours, repaired
from hesscli.tape.quiet import tf
from hesscli.tape.taylor.series import Series, integral
from hesscli.tape.values import Number, Tensor, double, in_double, is_number, shaped, tensor

MIDDLE, SMALL = 20.0, 1e-8
"""The integral stands for x >= a + 1, and for a <= MIDDLE with x >= SMALL; elsewhere it is too narrow or too wide."""

MOST = 4000
"""Most terms of a sum."""


def lower_sum(a: Any, log_x: Any) -> Any:
    """The sum of x**k/((a + 1)...(a + k)) for 0 < x < a + 1."""
    value = start(a)
    count = min(MOST, 60 + int(math.sqrt(100 * max(0.0, largest(value, 1e4)))))
    k = tf.broadcast_to(tf.range(1, count + 1, dtype=value.dtype), tf.concat([tf.shape(value), [count]], axis=0))
    ratio = spread(log_x, count) - log(spread(a, count) + k)
    return chain(ratio, count)


def upper(a: Any, x: Any, regular: bool) -> Any:
    """uppergamma(a, x), or over gamma(a) = gamma(a + 1)/a, by the integral; x > 0."""
    t, w = quadrature(start(a), start(x))
    each = spread(a - 1, NODES) * (tf.math.log1p(t)) - spread(x, NODES) * t
    front = a * log(x) - x
    whole = total(exp(each) * w, NODES)
    return exp(front - apply("lgamma", a + 1)) * a * whole if regular else exp(front) * whole


def gamma_parts(a: Any, x: Any, regular: bool) -> tuple[Any, Any]:
    """Lowergamma and uppergamma, or both over gamma(a); of a <= 0 the latter alone is right."""
    va, vx = start(a), start(x)
    by_integral = tf.logical_or(vx >= va + 1, tf.logical_and(va <= MIDDLE, vx >= SMALL))
    by_integral = tf.logical_or(by_integral, va <= 0)
    by_sum = tf.logical_and(vx < va + 1, va > 0)
    safe_x = off_zero(where(vx >= 0, x, 1.0))
    above = upper(where(by_integral, a, 1.0), where(by_integral, safe_x, 3.0), regular)
    la, lx = where(by_sum, a, 1.0), where(by_sum, safe_x, 0.5)
    log_x = log(lx)
    front = exp(la * log_x - lx - (apply("lgamma", la + 1) if regular else log(la)))
    below = front * lower_sum(la, log_x)
    whole: Any = 1.0 if regular else apply("gamma", where(va > 0, a, 1.0))
    return where(by_sum, below, whole - above), where(by_integral, above, whole - below)


def lower_gamma(a: Any, x: Any, *, regular: bool) -> Any:
    """Lowergamma or gammainc for a > 0, x >= 0."""
    domain = tf.logical_and(start(a) > 0, start(x) >= 0)
    return inside(domain, gamma_parts(a, x, regular)[0])


def upper_gamma(a: Any, x: Any, *, regular: bool) -> Any:
    """Uppergamma for x > 0 (x >= 0 where a > 0), or gammaincc for a > 0."""
    va, vx = start(a), start(x)
    domain = tf.logical_and(vx >= 0, va > 0) if regular else tf.logical_or(vx > 0, tf.logical_and(vx >= 0, va > 0))
    return inside(domain, gamma_parts(a, x, regular)[1])


def general_expint(n: Any, x: Any) -> Any:
    """E_n(x) = integral from 0 of exp(-x*(1 + t))*(1 + t)**(-n) for x > 0."""
    domain = start(x) > 0
    safe = where(domain, x, 1.0)
    t, w = quadrature(1 - start(n), start(safe))
    each = spread(n, NODES) * (-tf.math.log1p(t)) - spread(safe, NODES) * t
    return inside(domain, exp(-safe) * total(exp(each) * w, NODES))


def beta_sum(a: Any, b: Any, log_x: Any, log_y: Any) -> Any:
    """betainc(a, b, x) by the sum, log_y = log(1 - x)."""
    va, vb, v = start(a), start(b), start(log_x)
    slowest = largest(v, math.log(0.95))
    early = largest(tf.maximum(vb, tf.zeros_like(vb)), 1e3)
    count = min(MOST, 60 + int(40 / max(-slowest, 1e-2) + 4 * math.sqrt(early)))
    k = tf.broadcast_to(tf.range(count, dtype=v.dtype), tf.concat([tf.shape(va + vb + v), [count]], axis=0))
    wide_a, wide_b = spread(a, count), spread(b, count)
    ratio = spread(log_x, count) + log((wide_a + wide_b) + k) - log(wide_a + (k + 1))
    front = a * log_x + b * log_y + apply("lgamma", a + b) - apply("lgamma", a + 1) - apply("lgamma", b)
    return exp(front) * chain(ratio, count)


def general_betainc(a: Any, b: Any, x: Any) -> Any:
    """The sum at x, or one minus the sum at 1 - x with a and b exchanged, whichever converges."""
    va, vb, vx = start(a), start(b), start(x)
    domain = tf.logical_and(tf.logical_and(va > 0, vb > 0), tf.logical_and(vx >= 0, vx <= 1))
    first = vx * (va + vb + 2) <= va + 1
    a, b, x = where(domain, a, 1.0), where(domain, b, 1.0), where(domain, x, 0.5)
    log_x, log_y = log(off_zero(x)), log(off_zero(1 - x))
    one, other = where(first, a, b), where(first, b, a)
    found = beta_sum(one, other, where(first, log_x, log_y), where(first, log_y, log_x))
    return inside(domain, where(first, found, 1 - found))


def gamma_density(a: Number, x: Any) -> Any:
    """x**(a-1)*exp(-x)/gamma(a), gammainc's density; of a large a as a power: no factor leaves the range."""
    if a <= 100:
        return apply("pow", x, a - 1) * exp(-x) / double(apply("gamma", a))
    power = double(a) - 1
    return apply("pow", x * exp(-x / power - math.lgamma(power + 1) / power), a - 1)


def widened(form: Any) -> Any:
    """A form whose tensors are computed in float64."""
    return lambda a, x: in_double(form)(a, x) if tf.is_tensor(x) else form(a, x)


@in_double
def uppergamma(a: Number, x: Tensor) -> Tensor:
    """The integral of t**(a-1)*exp(-t) from x to infinity, of a constant a."""
    shape = tensor(a, x) * tf.ones_like(x)
    return tf.math.igammac(shape, x) * double(apply("gamma", a)) if a > 0 else upper_gamma(shape, x, regular=False)


def igamma(kernel: Any) -> Any:
    """One of TensorFlow's incomplete gamma functions, whose arguments must have one shape."""
    return lambda a, x: kernel(*shaped(a, x))


@in_double
def lowergamma(a: Number, x: Tensor) -> Tensor:
    """The integral of t**(a-1)*exp(-t) from 0 to x, of a constant a."""
    return igamma(tf.math.igamma)(a, x) * double(apply("gamma", a))


@in_double
def expint(n: int, x: Tensor) -> Tensor:
    """E_n(x) of a constant integer n."""
    return whole_expint(n, x) if abs(n) <= 100 else general_expint(tensor(n, x) * tf.ones_like(x), x)


def expint_series(n: int, u: Series) -> Series:
    """E_n by E_0 = exp(-u)/u, u*E_n = exp(-u) - n*E_(n+1) below it, and integration above it."""
    if n > 0:
        return integral(expint(n, u.start), -expint_series(n - 1, u), u)
    found: Series = exp(-u)
    return found / u if n == 0 else (found - expint_series(n + 1, u) * n) / u


FIXED = frozenset({0})
IN_ORDER = "TensorFlow has no second derivative in the order, and NaN at x = 0"


def order_or_zero(_: int, a: Any, x: Tensor) -> Tensor:
    """Whether the order varies, or x is 0."""
    return tf.logical_or(not is_number(a), tf.equal(x, 0))


ROWS = (
    repaired(
        "gammainc(a, x)",
        igamma(tf.math.igamma),
        "",
        "gamma_density(a, x)",
        parameters=FIXED,
        general=summed(functools.partial(lower_gamma, regular=True)),
        reason=IN_ORDER,
        where=order_or_zero,
    ),
    repaired(
        "gammaincc(a, x)",
        igamma(tf.math.igammac),
        "",
        "-gamma_density(a, x)",
        parameters=FIXED,
        general=summed(functools.partial(upper_gamma, regular=True)),
        reason=IN_ORDER,
        where=order_or_zero,
    ),
    defined("gamma_density(a, x)", widened(gamma_density), parameters=FIXED),
    ours(
        "lowergamma(a, x)",
        lowergamma,
        "",
        "x**(a - 1)*exp(-x)",
        parameters=FIXED,
        general=summed(functools.partial(lower_gamma, regular=False)),
    ),
    ours(
        "uppergamma(a, x)",
        uppergamma,
        "",
        "-x**(a - 1)*exp(-x)",
        parameters=FIXED,
        general=summed(functools.partial(upper_gamma, regular=False)),
    ),
    repaired(
        "betainc(a, b, x)",
        lambda a, b, x: tf.math.betainc(*shaped(a, b, x)),
        "",
        "",
        "x**(a - 1)*(1 - x)**(b - 1)/beta(a, b)",
        parameters=frozenset({0, 1}),
        general=summed(general_betainc),
        reason="TensorFlow has no derivative in a and b, and NaN at x = 0 and 1",
        where=lambda _, a, b, x: tf.logical_or(
            not (is_number(a) and is_number(b)), tf.logical_or(tf.equal(x, 0), tf.equal(x, 1))
        ),
    ),
    ours(
        "expint(n, x)",
        expint,
        "",
        "-expint(n - 1, x)",
        parameters=FIXED,
        whole=True,
        general=summed(general_expint),
        series=expint_series,
        why="elementary from E_0 on, a tenth of the time",
    ),
)
