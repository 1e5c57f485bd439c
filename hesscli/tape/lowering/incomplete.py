"""Incomplete gamma and beta functions and exponential integrals of any order, with derivatives in every argument.

Of constant parameters they are TensorFlow's own, with the density as derivative. TensorFlow has no second
derivative in a parameter of the gamma functions (IgammaGradA) and none at all of the beta function (None): there
the values are sums of positive terms, which are differentiated term by term:

    lowergamma(a, x) = x**a*exp(-x)/a * sum over k of x**k/((a + 1)...(a + k))         (DLMF 8.11.4)
    uppergamma(a, x) = integral from 0 of x**a*exp(-x*(1 + t))*(1 + t)**(a - 1)        (DLMF 8.6.5)
    betainc(a, b, x) = x**a*(1 - x)**b/(a*beta(a, b)) * sum of (a + b)_k/(a + 1)_k*x**k (DLMF 8.17.8)
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from hesscli.tape.lowering.arithmetic import constant_power
from hesscli.tape.lowering.gammas import beta, gamma, lgamma, rgamma
from hesscli.tape.lowering.integrals import expint
from hesscli.tape.lowering.smooth import Known, Rule, Tensor, double, in_double, integer, number, smooth
from hesscli.tape.lowering.terms import NODES, Kit, largest, quadrature, tensors
from hesscli.tape.quiet import tf

KIT = tensors(gamma, rgamma, lgamma)

TINY = 1e-300
"""Stands for 0 in a logarithm: exp(a*log(TINY)) and its derivatives are 0 where those of x**a are."""

MIDDLE, SMALL = 20.0, 1e-8
"""The integral stands for x >= a + 1, and for a <= MIDDLE with x >= SMALL; elsewhere it is too narrow or too wide."""

MOST = 4000
"""Most terms of a sum."""


def off_zero(kit: Kit, x: Any) -> Any:
    """A number kept off 0; its derivative is 1."""
    value = kit.start(x)
    return x + (tf.maximum(value, number(TINY, value)) - value)


def terms(kit: Kit, logarithms: Any, count: int) -> Any:
    """1 + r_1 + r_1*r_2 + ... from the logarithms of the ratios."""
    return kit.total(kit.exp(kit.running(logarithms, count)), count) + 1


def lower_sum(kit: Kit, a: Any, log_x: Any) -> Any:
    """The sum of x**k/((a + 1)...(a + k)) for 0 < x < a + 1."""
    value = kit.start(a)
    count = min(MOST, 60 + int(math.sqrt(100 * max(0.0, largest(value, 1e4)))))
    k = tf.broadcast_to(tf.range(1, count + 1, dtype=value.dtype), tf.concat([tf.shape(value), [count]], axis=0))
    ratio = kit.spread(log_x, count) - kit.log(kit.spread(a, count) + kit.nodes(k))
    return terms(kit, ratio, count)


def upper(kit: Kit, a: Any, x: Any, regular: bool) -> Any:
    """uppergamma(a, x), or over gamma(a) = gamma(a + 1)/a, by the integral; x > 0."""
    t, w = quadrature(kit.start(a), kit.start(x))
    each = kit.spread(a - 1, NODES) * kit.nodes(tf.math.log1p(t)) - kit.spread(x, NODES) * kit.nodes(t)
    front = a * kit.log(x) - x
    whole = kit.total(kit.exp(each) * kit.nodes(w), NODES)
    return kit.exp(front - kit.lgamma(a + 1)) * a * whole if regular else kit.exp(front) * whole


def gamma_parts(kit: Kit, a: Any, x: Any, regular: bool) -> tuple[Any, Any]:
    """Lowergamma and uppergamma, or both over gamma(a); of a <= 0 the latter alone is right."""
    va, vx = kit.start(a), kit.start(x)
    by_integral = tf.logical_or(vx >= va + 1, tf.logical_and(va <= MIDDLE, vx >= SMALL))
    by_integral = tf.logical_or(by_integral, va <= 0)
    by_sum = tf.logical_and(vx < va + 1, va > 0)
    safe_x = off_zero(kit, kit.kept(vx >= 0, x, 1.0))
    above = upper(kit, kit.kept(by_integral, a, 1.0), kit.kept(by_integral, safe_x, 3.0), regular)
    la, lx = kit.kept(by_sum, a, 1.0), kit.kept(by_sum, safe_x, 0.5)
    log_x = kit.log(lx)
    front = kit.exp(la * log_x - lx - (kit.lgamma(la + 1) if regular else kit.log(la)))
    below = front * lower_sum(kit, la, log_x)
    whole: Any = 1.0 if regular else kit.gamma(kit.kept(va > 0, a, 1.0))
    return kit.where(by_sum, below, whole - above), kit.where(by_integral, above, whole - below)


def inside(kit: Kit, condition: Tensor, value: Any) -> Any:
    """NaN outside a domain."""
    return kit.where(condition, value, number(math.nan, kit.start(value)))


def lower_gamma(kit: Kit, a: Any, x: Any, *, regular: bool) -> Any:
    """Lowergamma or gammainc for a > 0, x >= 0."""
    domain = tf.logical_and(kit.start(a) > 0, kit.start(x) >= 0)
    return inside(kit, domain, gamma_parts(kit, a, x, regular)[0])


def upper_gamma(kit: Kit, a: Any, x: Any, *, regular: bool) -> Any:
    """Uppergamma for x > 0 (x >= 0 where a > 0), or gammaincc for a > 0."""
    va, vx = kit.start(a), kit.start(x)
    domain = tf.logical_and(vx >= 0, va > 0) if regular else tf.logical_or(vx > 0, tf.logical_and(vx >= 0, va > 0))
    return inside(kit, domain, gamma_parts(kit, a, x, regular)[1])


def general_expint(kit: Kit, n: Any, x: Any) -> Any:
    """E_n(x) = integral from 0 of exp(-x*(1 + t))*(1 + t)**(-n) for x > 0."""
    domain = kit.start(x) > 0
    safe = kit.kept(domain, x, 1.0)
    t, w = quadrature(1 - kit.start(n), kit.start(safe))
    each = kit.spread(n, NODES) * kit.nodes(-tf.math.log1p(t)) - kit.spread(safe, NODES) * kit.nodes(t)
    return inside(kit, domain, kit.exp(-safe) * kit.total(kit.exp(each) * kit.nodes(w), NODES))


def beta_sum(kit: Kit, a: Any, b: Any, log_x: Any, log_y: Any) -> Any:
    """betainc(a, b, x) by the sum, log_y = log(1 - x)."""
    va, vb, v = kit.start(a), kit.start(b), kit.start(log_x)
    slowest = largest(v, math.log(0.95))
    early = largest(tf.maximum(vb, tf.zeros_like(vb)), 1e3)
    count = min(MOST, 60 + int(40 / max(-slowest, 1e-2) + 4 * math.sqrt(early)))
    k = tf.broadcast_to(tf.range(count, dtype=v.dtype), tf.concat([tf.shape(va + vb + v), [count]], axis=0))
    wide_a, wide_b = kit.spread(a, count), kit.spread(b, count)
    ratio = kit.spread(log_x, count) + kit.log((wide_a + wide_b) + kit.nodes(k)) - kit.log(wide_a + kit.nodes(k + 1))
    front = a * log_x + b * log_y + kit.lgamma(a + b) - kit.lgamma(a + 1) - kit.lgamma(b)
    return kit.exp(front) * terms(kit, ratio, count)


def general_betainc(kit: Kit, a: Any, b: Any, x: Any) -> Any:
    """The sum at x, or one minus the sum at 1 - x with a and b exchanged, whichever converges."""
    va, vb, vx = kit.start(a), kit.start(b), kit.start(x)
    domain = tf.logical_and(tf.logical_and(va > 0, vb > 0), tf.logical_and(vx >= 0, vx <= 1))
    first = vx * (va + vb + 2) <= va + 1
    a, b, x = kit.kept(domain, a, 1.0), kit.kept(domain, b, 1.0), kit.kept(domain, x, 0.5)
    log_x, log_y = kit.log(off_zero(kit, x)), kit.log(off_zero(kit, 1 - x))
    one, other = kit.where(first, a, b), kit.where(first, b, a)
    found = beta_sum(kit, one, other, kit.where(first, log_x, log_y), kit.where(first, log_y, log_x))
    return inside(kit, domain, kit.where(first, found, 1 - found))


def scaled(a: Known, x: Tensor) -> Tensor:
    """The (a - 1)-th root of x**(a-1)*exp(-x)/gamma(a), for a constant a that is large: no factor leaves the range."""
    power = double(a or 0) - 1
    return x * tf.exp(-x / power - math.lgamma(power + 1) / power)


def density(a: Tensor, x: Tensor, known: Known) -> Tensor:
    """x**(a-1)*exp(-x)/gamma(a), the derivative of gammainc in x, for a constant a."""
    if known is not None and known > 100:
        return constant_power(scaled(known, x), known - 1)
    return constant_power(x, (known or 0) - 1) * tf.exp(-x) / gamma(a)


def shaped(*args: Tensor) -> tuple[Tensor, ...]:
    """Tensors of one shape."""
    shape = tf.shape(sum(args))
    return tuple(tf.broadcast_to(t, shape) for t in args)


def gammainc(a: Tensor, x: Tensor, known: tuple[Known, ...], above: bool = False) -> Tensor:
    """The regularised incomplete gamma functions."""
    if known[0] is None:
        formula = upper_gamma if above else lower_gamma
        return in_double(lambda a, x: formula(KIT, a, x, regular=True))(*shaped(a, x))
    sign = -1.0 if above else 1.0

    @smooth(lambda x: sign * in_double(lambda x: density(tf.cast(a, x.dtype), x, known[0]))(x))
    def of_x(x: Tensor) -> Tensor:
        return (tf.math.igammac if above else tf.math.igamma)(tf.broadcast_to(a, tf.shape(x)), x)

    return of_x(x)


def lowergamma(a: Tensor, x: Tensor, known: tuple[Known, ...]) -> Tensor:
    """The integral of t**(a-1)*exp(-t) from 0 to x."""
    if known[0] is None:
        return in_double(lambda a, x: lower_gamma(KIT, a, x, regular=False))(*shaped(a, x))
    return gammainc(a, x, known) * gamma(a)


def uppergamma(a: Tensor, x: Tensor, known: tuple[Known, ...]) -> Tensor:
    """The integral of t**(a-1)*exp(-t) from x to infinity."""
    if known[0] is None:
        return in_double(lambda a, x: upper_gamma(KIT, a, x, regular=False))(*shaped(a, x))
    if known[0] > 0:
        return gammainc(a, x, known, above=True) * gamma(a)

    @smooth(lambda x: -constant_power(x, (known[0] or 0) - 1) * tf.exp(-x))
    @in_double
    def of_x(x: Tensor) -> Tensor:
        return upper_gamma(KIT, tf.cast(a, x.dtype) * tf.ones_like(x), x, regular=False)

    return of_x(x)


def betainc(a: Tensor, b: Tensor, x: Tensor, known: tuple[Known, ...]) -> Tensor:
    """The regularised incomplete beta function."""
    if known[0] is None or known[1] is None:
        return in_double(lambda a, b, x: general_betainc(KIT, a, b, x))(*shaped(a, b, x))
    first, second = (_less(one) for one in known[:2])

    @smooth(lambda x: constant_power(x, first) * constant_power(1 - x, second) / beta(a, b))
    def of_x(x: Tensor) -> Tensor:
        shape = tf.shape(x)
        return tf.math.betainc(tf.broadcast_to(a, shape), tf.broadcast_to(b, shape), x)

    return of_x(x)


def _less(known: Known) -> Fraction | float:
    return (known or 0) - 1


def any_expint(n: Tensor, x: Tensor, known: tuple[Known, ...]) -> Tensor:
    """E_n(x): by the recurrences of a constant integer order, else by the integral."""
    order = integer(known[0])
    if order is not None and abs(order) <= 100:
        return expint(x, order)
    return in_double(lambda n, x: general_expint(KIT, n, x))(*shaped(n, x))


KNOWING: dict[str, Rule] = {
    "gammainc": gammainc,
    "gammaincc": lambda a, x, known: gammainc(a, x, known, above=True),
    "lowergamma": lowergamma,
    "uppergamma": uppergamma,
    "betainc": betainc,
    "expint": any_expint,
}
