"""Power-series rules of the gamma function and its kin.

Their Taylor coefficients at a point are values of polygamma, so of Hurwitz's zeta; the rest is composed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from hesscli.tape.lowering import KNOWING as KNOWING_VALUES
from hesscli.tape.lowering import arithmetic, gammas
from hesscli.tape.lowering.smooth import Known, Rule, Tensor, integer, number
from hesscli.tape.quiet import tf
from hesscli.tape.taylor.elementary import sin_cos
from hesscli.tape.taylor.powers import exp, log, start_of, value
from hesscli.tape.taylor.series import Series, choose, compose, horner, integral
from hesscli.tape.taylor.switches import select
from hesscli.tape.unlowered import Unlowered

MOST_COMPOSED = 100
"""Largest order for functions that are composed from Taylor coefficients of their own."""


def composed(u: Series, at: Callable[[Tensor, int], list[Tensor]]) -> Series:
    """A function from its Taylor coefficients 0..N at the start."""
    if u.algebra.order > MOST_COMPOSED:
        raise Unlowered([f"Taylor rule beyond order {MOST_COMPOSED} for such a function"])
    return compose(at(u.start, u.algebra.order), u)


def polygamma_coefficients(x: Tensor, n: int, order: int) -> list[Tensor]:
    """psi_(n+k)(x)/k! for x > 0, by Hurwitz's zeta: (-1)**(m+1)*m!*zeta(m+1, x)."""
    found = []
    for k in range(order + 1):
        m = n + k
        factor = (-1) ** (m + 1) * math.factorial(m) / math.factorial(k) if m else 0.0
        if m == 0:
            found.append(tf.math.digamma(x))
            continue
        near = factor * tf.math.zeta(number(m + 1, x), tf.minimum(x, number(gammas.FAR, x)))
        far = factor / m * (1 + m / (2 * x)) * arithmetic.product_of(1 / x, m)
        found.append(tf.where(tf.greater(x, gammas.FAR), far, near))
    return found


def cot_pi(u: Series) -> Series:
    """cot(pi*u), the argument reduced exactly."""
    rest = u.start - tf.round(u.start)
    near = tf.less(tf.abs(rest), 0.25)
    s, c = sin_cos(u.starting(tf.where(near, rest, rest - tf.sign(rest) / 2)) * math.pi)
    return choose(near, c / Series(u.algebra, tf.where(near[:, None], s.c, c.c)), -s / c)


def polygamma(u: Series, n: int) -> Series:
    """Derivative n of digamma, by reflection below 0."""
    below = tf.less(u.start, 0)
    mirrored = choose(below, 1 - u, u)
    right = composed(mirrored, lambda x, order: polygamma_coefficients(x, n, order))
    outside = u.starting(tf.where(below, u.start, number(0.5, u.start)))
    cotangent = horner(gammas.cotangent_derivative(n), cot_pi(outside)) * -(math.pi ** (n + 1))
    left: Series = right * (-1) ** n + cotangent
    return choose(below, left, right).starting(gammas.polygamma(u.start, n))


def lgamma(u: Series) -> Series:
    """The integral of digamma."""
    return integral(tf.math.lgamma(u.start), polygamma(u, 0), u)


def gamma(u: Series) -> Series:
    """The value of gamma at the start times exp of the rest of lgamma."""
    found: Series = exp(lgamma(u).rest()) * gammas.gamma(u.start)
    return found


def any_lgamma(u: Any) -> Any:
    """Log(Abs(gamma)) of a series or a constant."""
    return lgamma(u) if isinstance(u, Series) else tf.math.lgamma(u)


def beta(a: Any, b: Any) -> Any:
    """The start times exp of the rest of its logarithm; by 1/gamma where a + b is 0, -1, ..."""
    start, whole = value("beta", a, b), start_of(a + b)
    pole = tf.logical_and(tf.equal(whole, tf.floor(whole)), tf.less_equal(whole, 0))
    smooth = exp((any_lgamma(a) + any_lgamma(b) - lgamma(a + b)).rest()) * start
    if not bool(tf.reduce_any(pole)):
        return smooth
    return choose(pole, any_gamma(a) * any_gamma(b) * rgamma(a + b), smooth).starting(start)


def betaln(a: Any, b: Any) -> Any:
    """log(beta)."""
    return (any_lgamma(a) + any_lgamma(b) - lgamma(a + b)).starting(value("betaln", a, b))


def binomial(n: Any, k: Any, known: tuple[Known, ...]) -> Any:
    """A product for k = 0, 1, 2, ...; else exp of the sum of lgammas."""
    below = integer(known[1])
    if below is not None and 0 <= below <= 60:
        product = n.lift(1.0)
        for i in range(below):
            product = product * (n - i) / (i + 1)
        return product
    frame = n if isinstance(n, Series) else k
    start = KNOWING_VALUES["binomial"](start_of(n), start_of(k), known)
    large = tf.greater(tf.maximum(tf.abs(start_of(n)), tf.maximum(tf.abs(start_of(k)), tf.abs(start_of(n - k)))), 100)
    logarithm = any_lgamma(n + 1) - any_lgamma(k + 1) - any_lgamma(n - k + 1)
    safe_n, safe_k = (select(large, frame.lift(1.0), x) for x in (n, k))
    direct = any_gamma(safe_n + 1) * rgamma(frame.lift(safe_k + 1)) * rgamma(frame.lift(safe_n - safe_k + 1))
    return choose(large, exp(logarithm.rest()) * start, direct).starting(start)


def any_gamma(u: Any) -> Any:
    """Gamma of a series or a constant."""
    return gamma(u) if isinstance(u, Series) else gammas.gamma(u)


def rgamma(u: Series) -> Series:
    """1/gamma, 0 at its poles; by reflection below 1/2."""
    left = tf.less(u.start, 0.5)
    here = u.starting(tf.where(left, u.start, tf.zeros_like(u.start)))
    away = u.starting(tf.where(left, tf.ones_like(u.start), u.start))
    nearest = tf.round(here.start)
    sign = 1 - 2 * tf.math.floormod(nearest, number(2, nearest))
    sine = sin_cos((here - nearest) * math.pi)[0] * sign
    return choose(left, sine * gamma(1 - here) / math.pi, 1 / gamma(away))


def any_polygamma(_: Any, u: Series, known: tuple[Known, ...]) -> Any:
    """The polygamma function of a constant order."""
    order = integer(known[0])
    if order is None or order < 0:
        raise Unlowered(["Taylor rule for polygamma of such an order"])
    return polygamma(u, order)


def zeta(s: Any, a: Any = None) -> Any:
    """Riemann's zeta, by reflection left of 0, or Hurwitz's."""
    if a is not None:
        frame = s if isinstance(s, Series) else a
        s, a = frame.lift(s), frame.lift(a)
        inside = tf.logical_and(tf.greater(a.start, 0), tf.greater(s.start, gammas.LEAST))
        safe = a.starting(tf.where(inside, a.start, tf.ones_like(a.start)))
        return choose(inside, gammas.hurwitz(s, safe, exp, log), s.lift(math.nan))
    left = tf.less(s.start, gammas.REFLECT)
    right = gammas.hurwitz(choose(left, 1 - s, s), s.lift(1.0), exp, log)
    safe = s.starting(tf.where(left, s.start, -tf.ones_like(s.start)))
    reduced = safe.starting(safe.start - tf.round(safe.start / 4) * 4)
    scale = exp(safe * math.log(2 * math.pi)) * sin_cos(reduced * (math.pi / 2))[0] / math.pi
    return choose(left, scale * gamma(1 - safe) * right, right)


GAMMAS: dict[str, Rule] = {
    "gamma": gamma,
    "lgamma": lgamma,
    "loggamma": lambda u: lgamma(u).starting(value("loggamma", u)),
    "digamma": lambda u: polygamma(u, 0),
    "trigamma": lambda u: polygamma(u, 1),
    "factorial": lambda u: gamma(u + 1),
    "beta": beta,
    "betaln": betaln,
    "zeta": zeta,
}

GAMMAS_KNOWING: dict[str, Rule] = {
    "polygamma": any_polygamma,
    "binomial": binomial,
}
