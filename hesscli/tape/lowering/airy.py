"""Airy functions: power series about 0, Bessel functions of order 1/3 and 2/3 far out (DLMF 9.4, 9.6)."""

from __future__ import annotations

import math

from hesscli.tape.lowering.bessel_integrals import general_i, general_j, general_k, general_y
from hesscli.tape.primitive import ours
from hesscli.tape.quiet import tf
from hesscli.tape.values import Tensor, in_double, polynomial

AI_0, AI_1 = 0.355028053887817239260063, 0.258819403792806798405184
"""Ai(0) and -Ai'(0)."""

INNER = 2.0
"""Up to abs(x) = INNER the Airy functions' power series keep their digits."""


def _airy_series() -> tuple[list[float], list[float]]:
    """Coefficients in x**3 of the two solutions of y'' = x*y that are 1 and x at 0 (divided by x)."""
    first, second = [1.0], [1.0]
    for k in range(1, 22):
        first.append(first[-1] / ((3 * k - 1) * (3 * k)))
        second.append(second[-1] / ((3 * k) * (3 * k + 1)))
    return first, second


def _airy_near(x: Tensor, prime: int) -> tuple[Tensor, Tensor]:
    first, second = _airy_series()
    cube = x * x * x
    if not prime:
        return polynomial(first, cube) * AI_0, polynomial(second, cube) * x * AI_1
    slope = polynomial([3 * k * c for k, c in enumerate(first)][1:], cube) * x * x
    return slope * AI_0, polynomial([(3 * k + 1) * c for k, c in enumerate(second)], cube) * AI_1


def _airy_far(size: Tensor, prime: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Ai, Bi at size >= INNER, and at -size, by Bessel functions of order 1/3 or 2/3 (DLMF 9.6)."""
    order, zeta = (prime + 1) / 3, size * tf.sqrt(size) * 2 / 3
    v = tf.ones_like(zeta) * order
    k, i = general_k(v, zeta), general_i(v, zeta)
    j, y = general_j(v, zeta), general_y(v, zeta)
    sine, cosine = math.sin(order * math.pi), math.cos(order * math.pi)
    mirrored = cosine * j - sine * y  # J of order -v
    both = 2 * i + 2 / math.pi * sine * k
    if prime:
        sides = (-k * size / (math.pi * math.sqrt(3)), both * size / math.sqrt(3))
        return *sides, (j - mirrored) * size / 3, (mirrored + j) * size / math.sqrt(3)
    root = tf.sqrt(size)
    sides = (k * root / (math.pi * math.sqrt(3)), both * root / math.sqrt(3))
    return *sides, (j + mirrored) * root / 3, (mirrored - j) * root / math.sqrt(3)


@in_double
def airy(x: Tensor, kind: int, prime: int = 0) -> Tensor:
    """Ai (kind 0) or Bi (kind 1), or its first derivative; y'' = x*y gives all others."""
    inner = tf.less(tf.abs(x), INNER)
    even, odd = _airy_near(tf.where(inner, x, tf.zeros_like(x)), prime)
    near = (even + odd) * math.sqrt(3) if kind else even - odd
    far = _airy_far(tf.where(inner, tf.ones_like(x) * INNER, tf.abs(x)), prime)
    return tf.where(inner, near, tf.where(tf.greater(x, 0), far[kind], far[2 + kind]))


ROWS = (
    ours("airyai(x)", lambda x: airy(x, 0), "airyai_prime(x)", wide=True),
    ours("airybi(x)", lambda x: airy(x, 1), "airybi_prime(x)", wide=True),
    ours("airyai_prime(x)", lambda x: airy(x, 0, 1), "x*airyai(x)", wide=True),
    ours("airybi_prime(x)", lambda x: airy(x, 1, 1), "x*airybi(x)", wide=True),
)
