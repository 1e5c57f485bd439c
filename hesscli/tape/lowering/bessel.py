"""Bessel functions; those of integer order by TensorFlow's of orders 0 and 1 and the recurrences in the order.

C_n' = (C_(n-1) - C_(n+1))/2 for J and Y, (I_(n-1) + I_(n+1))/2, -(K_(n-1) + K_(n+1))/2 (DLMF 10.6, 10.29):
derivatives of any order are values again, right at 0 where TensorFlow's own are not.
"""

from __future__ import annotations

import math

from hesscli.tape.lowering import bessel_integrals as integrals
from hesscli.tape.lowering.summation import summed
from hesscli.tape.primitive import Primitive, repaired
from hesscli.tape.quiet import tf
from hesscli.tape.taylor.equations import composed
from hesscli.tape.taylor.series import Series
from hesscli.tape.unlowered import Unlowered
from hesscli.tape.values import Rule, Tensor, in_double, integer, number, polynomial

LARGEST_ORDER = 120
SPECIAL = tf.math.special

FAR = 100.0
"""From here on Hankel's asymptotic series is exact to rounding, and TensorFlow's J and Y round their argument."""

TERMS = 12
"""Terms of it: the last is below rounding at x = FAR and beyond."""


def _hankel(x: Tensor, n: int) -> tuple[Tensor, Tensor]:
    """J_n and Y_n for n = 0, 1 and x >= FAR (DLMF 10.17.3), sin and cos of x - (2n + 1)*pi/4 by those of x."""
    a = [1.0]
    for k in range(1, 2 * TERMS):
        a.append(a[-1] * (4 * n * n - (2 * k - 1) ** 2) / (8 * k))
    step = 1 / (x * x)
    p = polynomial([(-1) ** k * a[2 * k] for k in range(TERMS // 2)], step)
    q = polynomial([(-1) ** k * a[2 * k + 1] for k in range(TERMS // 2)], step) / x
    scale, sin, cos = 1 / tf.sqrt(number(math.pi, x) * x), tf.sin(x), tf.cos(x)
    c, s = (cos + sin, sin - cos) if n == 0 else (sin - cos, -sin - cos)
    return scale * (p * c - q * s), scale * (p * s + q * c)


def _first(x: Tensor, n: int, kind: int) -> Tensor:
    """J_n (kind 0, any x) or Y_n (kind 1, x > 0) for n = 0, 1."""
    own = ((SPECIAL.bessel_j0, SPECIAL.bessel_j1), (SPECIAL.bessel_y0, SPECIAL.bessel_y1))[kind][n]
    size = tf.abs(x)
    far = _hankel(tf.maximum(size, number(FAR, x)), n)[kind]
    return tf.where(tf.less(size, FAR), own(x), far * tf.sign(x) if n else far)


@in_double
def besselj(n: int, x: Tensor) -> Tensor:
    """J_n(x)."""
    if n < 0:
        return besselj(-n, x) * number((-1) ** n, x)

    if n < 2:
        return _first(x, n, 0)
    size = tf.abs(x)
    near, far = tf.less(size, 2 * math.sqrt(n + 1)), tf.greater(size, n)
    middle = tf.clip_by_value(size, 2 * math.sqrt(n + 1), n) if n > 2 * math.sqrt(n + 1) else tf.ones_like(x) * n
    large = tf.maximum(size, tf.ones_like(x) * n)
    outer = upward(_first(large, 0, 0), _first(large, 1, 0), large, n, -1)
    inner = _power_series(tf.where(near, size, tf.zeros_like(x)), n, -1)
    found = tf.where(near, inner, tf.where(far, outer, _downward(middle, n)))
    return _parity(found, x, n)


def upward(first: Tensor, second: Tensor, x: Tensor, n: int, sign: int) -> Tensor:
    """C_n from C_0 and C_1 by C_(k+1) = 2*k/x*C_k + sign*C_(k-1)."""
    for k in range(1, n):
        first, second = second, number(2 * k, x) / x * second + sign * first
    return second if n else first


def _power_series(x: Tensor, n: int, sign: int) -> Tensor:
    """(x/2)**n * sum of (sign*x**2/4)**k/(k!*(n+k)!), whose terms fall from the first on where x**2 < 4*(n+1)."""
    factors = [sign**k * math.exp(math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n + k + 1)) for k in range(30)]
    factors[0] = 1.0
    return _scaled_power(x, n) * polynomial(factors, x * x / 4)


def _scaled_power(x: Tensor, n: int) -> Tensor:
    """(x/2)**n/n! without overflow."""
    result = tf.ones_like(x)
    for k in range(1, n + 1):
        result *= x / number(2 * k, x)
    return result


def _downward(x: Tensor, n: int) -> Tensor:
    """J_n(x) for 2*sqrt(n+1) <= x <= n by Miller's backward recurrence, scaled by the larger of J_0 and J_1."""
    start = n + 40 + int(2 * math.sqrt(n))
    above, here, wanted = tf.zeros_like(x), tf.ones_like(x) * 1e-250, None
    for k in range(start, 0, -1):
        above, here = here, number(2 * k, x) / x * here - above
        if k - 1 == n:
            wanted = here
    zeroth, first = _first(x, 0, 0), _first(x, 1, 0)
    scale = tf.where(tf.greater(tf.abs(zeroth), tf.abs(first)), zeroth / here, first / above)
    return wanted * scale


def _parity(value: Tensor, x: Tensor, n: int) -> Tensor:
    return value * tf.where(tf.less(x, 0), -tf.ones_like(x), tf.ones_like(x)) if n % 2 else value


@in_double
def bessely(n: int, x: Tensor) -> Tensor:
    """Y_n(x) for x > 0."""
    if n < 0:
        return bessely(-n, x) * number((-1) ** n, x)

    inside, safe = _positive(x)
    found = upward(_first(safe, 0, 1), _first(safe, 1, 1), safe, n, -1)
    return tf.where(inside, found, number(math.nan, x))


@in_double
def besselk(n: int, x: Tensor) -> Tensor:
    """K_n(x) for x > 0."""
    if n < 0:
        return besselk(-n, x)

    inside, safe = _positive(x)
    found = upward(SPECIAL.bessel_k0(safe), SPECIAL.bessel_k1(safe), safe, n, 1)
    return tf.where(inside, found, number(math.nan, x))


def _positive(x: Tensor) -> tuple[Tensor, Tensor]:
    inside = tf.greater(x, 0)
    return inside, tf.where(inside, x, tf.ones_like(x))


@in_double
def besseli(n: int, x: Tensor) -> Tensor:
    """I_n(x)."""
    if n < 0:
        return besseli(-n, x)

    if n < 2:
        return (SPECIAL.bessel_i0, SPECIAL.bessel_i1)[n](x)
    size = tf.abs(x)
    near = tf.less(size, 2 * math.sqrt(n + 1))
    inner = _power_series(tf.where(near, size, tf.zeros_like(x)), n, 1)
    outer = _ratios(tf.where(near, tf.ones_like(x), size), n)
    return _parity(tf.where(near, inner, outer), x, n)


def _ratios(x: Tensor, n: int) -> Tensor:
    """I_0 times the ratios I_k/I_(k-1) = 1/(2*k/x + I_(k+1)/I_k), found backward."""
    ratio, product = tf.ones_like(x), SPECIAL.bessel_i0(x)
    for k in range(n + _head_start(x), 0, -1):
        ratio = 1 / (number(2 * k, x) / x + ratio)
        if k <= n:
            product *= ratio
    return product


def _head_start(x: Tensor) -> int:
    """How far above n the ratios start; 250 is enough up to x = 713, where I_0 overflows."""
    if not tf.executing_eagerly():
        return 250
    largest = float(tf.reduce_max(x))
    return 30 + int(8 * math.sqrt(min(largest, 713.0))) if largest > 0 else 250


def coefficients(kernel: Rule, signs: tuple[int, int]) -> Rule:
    """The series rule of C_n with C_n' = (a*C_(n-1) + b*C_(n+1))/2, (a, b) the signs, from values alone.

    C_n^(k) = 2**-k * sum over j of a**(k-j)*b**j*binomial(k, j)*C_(n-k+2*j)
    """

    def derivative(values: dict[int, Tensor], n: int, k: int) -> Tensor:
        a, b = signs
        weight = 2.0**-k / math.factorial(k)
        terms = (a ** (k - j) * b**j * math.comb(k, j) * weight * values[n - k + 2 * j] for j in range(k + 1))
        return tf.add_n(list(terms))

    def rule(n: int, u: Series) -> Series:
        if abs(n) + u.algebra.order > LARGEST_ORDER:
            raise Unlowered([f"Taylor rule for {kernel.__name__} of such an order"])

        def at(x: Tensor, highest: int) -> list[Tensor]:
            values = {m: kernel(m, x) for m in range(n - highest, n + highest + 1)}
            return [derivative(values, n, k) for k in range(highest + 1)]

        return composed(u, at)

    return rule


PLAIN = {
    "besselj": (SPECIAL.bessel_j0, SPECIAL.bessel_j1),
    "bessely": (SPECIAL.bessel_y0, SPECIAL.bessel_y1),
    "besseli": (SPECIAL.bessel_i0, SPECIAL.bessel_i1),
    "besselk": (SPECIAL.bessel_k0, SPECIAL.bessel_k1),
}
"""TensorFlow's own, of orders 0 and 1."""


def _row(kernel: Rule, partial: str, signs: tuple[int, int], general: Rule, wrong: int | None) -> Primitive:
    name = kernel.__name__

    def within(n: int, x: Tensor) -> Tensor:
        if abs(n) > LARGEST_ORDER:
            raise Unlowered([f"{name} of an integer order beyond {LARGEST_ORDER}"])
        return kernel(n, x)

    def plain(n: object, x: Tensor) -> Tensor:
        order = integer(n)
        if order not in (0, 1):
            raise Unlowered([f"{name} of an order other than 0 and 1"])
        return PLAIN[name][order](x)

    def where(order: int, n: object, x: Tensor) -> Tensor:
        if (whole := integer(n)) not in (0, 1):
            return True
        return wrong is not None and whole + order >= wrong and tf.abs(x) < 1e-2

    return repaired(
        f"{name}(n, x)",
        within,
        "",
        partial,
        parameters=frozenset({0}),
        whole=True,
        general=summed(general),
        plain=plain,
        reason=ALONE if wrong is None else f"{ALONE}, and their derivatives are wrong or NaN at 0",
        where=where,
        series=coefficients(kernel, signs),
        why="from values alone, a third of the time of N**2/2 products",
    )


ALONE = "TensorFlow has orders 0 and 1 alone"

ROWS = (
    _row(besselj, "(besselj(n - 1, x) - besselj(n + 1, x))/2", (1, -1), integrals.general_j, 3),
    _row(bessely, "(bessely(n - 1, x) - bessely(n + 1, x))/2", (1, -1), integrals.general_y, None),
    _row(besseli, "(besseli(n - 1, x) + besseli(n + 1, x))/2", (1, 1), integrals.general_i, 2),
    _row(besselk, "-(besselk(n - 1, x) + besselk(n + 1, x))/2", (-1, -1), integrals.general_k, None),
)
