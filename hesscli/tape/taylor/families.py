"""Power-series rules of Bessel functions of any real order, Airy functions and elliptic integrals."""

from __future__ import annotations

import math
from typing import Any

from hesscli.tape.lowering import cylinder, elliptic
from hesscli.tape.lowering.smooth import Rule, Tensor
from hesscli.tape.quiet import tf
from hesscli.tape.taylor.gammas import composed
from hesscli.tape.taylor.powers import sqrt
from hesscli.tape.taylor.series import Series, choose, integral
from hesscli.tape.taylor.terms import KIT, summed


def bessel(name: str) -> Rule:
    """The rule of any real order: function of order and argument."""
    return lambda v, u: summed(cylinder.GENERAL[name], v, u)


def airy(kind: int) -> Rule:
    """Coefficients by y'' = x*y: (k + 1)*(k + 2)*c_(k+2) = x*c_k + c_(k-1)."""

    def coefficients(x: Tensor, order: int) -> list[Tensor]:
        found = [cylinder.airy(x, kind, 0), cylinder.airy(x, kind, 1)]
        for k in range(order - 1):
            before = found[k - 1] if k else tf.zeros_like(x)
            found.append((x * found[k] + before) / ((k + 1) * (k + 2)))
        return found[: order + 1]

    return lambda u: composed(u, coefficients)


def complete_k(u: Series) -> Series:
    """K of series: midpoints about 0, the arithmetic-geometric mean elsewhere."""
    close = tf.less(tf.abs(u.start), elliptic.CLOSE)
    away = tf.logical_or(close, u.start >= 1)
    far = elliptic.means(KIT, choose(away, u.lift(0.75), u))[0]
    near = elliptic.midpoints(KIT, choose(close, u, u.lift(0.0)), -0.5)
    return choose(u.start < 1, choose(close, near, far), u.lift(math.nan)).starting(elliptic.complete_k(u.start))


def complete_e(u: Series) -> Series:
    """E of series: about 0 by midpoints; elsewhere E/sqrt(abs(u)) has the derivative -K/(2*u*sqrt(abs(u)))."""
    start, close = elliptic.complete_e(u.start), tf.less(tf.abs(u.start), elliptic.CLOSE)
    away = choose(close, u.lift(0.75), u)
    root = sqrt(away * tf.sign(away.start))
    first = elliptic.complete_e(away.start) / root.start
    far = root * integral(first, -complete_k(away) / (away * root * 2), away)
    near = elliptic.midpoints(KIT, choose(close, u, u.lift(0.0)), 0.5)
    return choose(close, near, far).starting(start)


def elliptic_e(first: Any, *rest: Any) -> Any:
    """E(m), or E(phi, m)."""
    return summed(elliptic.incomplete, first, *rest, second=True) if rest else complete_e(first)


FAMILIES: dict[str, Rule] = {
    "airyai": airy(0),
    "airybi": airy(1),
    "elliptic_k": complete_k,
    "elliptic_e": elliptic_e,
    "elliptic_f": lambda phi, m: summed(elliptic.incomplete, phi, m, second=False),
}
