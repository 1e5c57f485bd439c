"""The gamma function and its kin: gamma, beta, polygamma, incomplete gamma and beta, zeta."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from hesscli.tape.lowering.arithmetic import product_of
from hesscli.tape.lowering.elementary import sin_pi
from hesscli.tape.primitive import Missing, apply, defined, ours, repaired, tensorflow
from hesscli.tape.quiet import tf
from hesscli.tape.taylor.equations import composed, horner
from hesscli.tape.taylor.powers import exp, sin_cos
from hesscli.tape.taylor.series import Series, choose
from hesscli.tape.taylor.switches import select
from hesscli.tape.unlowered import Unlowered
from hesscli.tape.values import Tensor, in_double, integer, is_number, number, polynomial, tensor

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


FAR = 1e10
"""Where polygamma is its asymptotic series' first two terms; TensorFlow's own underflows there."""


def cot_pi(x: Tensor) -> Tensor:
    """cot(pi*x), the argument reduced exactly."""
    rest = x - tf.round(x)
    to_half = number(math.pi, x) * (0.5 - tf.abs(rest))
    return tf.sign(rest) * tf.where(
        tf.less(tf.abs(rest), 0.25), 1 / tf.tan(number(math.pi, x) * tf.abs(rest)), tf.tan(to_half)
    )


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


@in_double
def digamma(x: Tensor) -> Tensor:
    """The derivative of log(gamma(x)); psi(x) = psi(1 - x) - pi*cot(pi*x) below 0."""
    below = tf.less(x, 0)
    mirrored = tf.math.digamma(tf.where(below, 1 - x, x))
    return tf.where(below, mirrored - number(math.pi, x) * cot_pi(tf.where(below, x, number(0.5, x))), mirrored)


def polygamma(n: Any, x: Tensor) -> Tensor:
    """Derivative n of digamma, n >= 0; by reflection below 0 (DLMF 5.15.6), which XLA's own lacks.

    Raises:
        Unlowered: n is a constant other than 0, 1, 2, ...
    """
    if not is_number(n):
        return tf.math.polygamma(n, x)
    order = integer(n)
    if order is None or order < 0:
        raise Unlowered(["polygamma of an order that is not 0, 1, 2, ..."])
    return in_double(whole_polygamma)(order, x) if order else digamma(x)


def whole_polygamma(n: int, x: Tensor) -> Tensor:
    """Derivative n = 1, 2, ... of digamma."""
    below = tf.less(x, 0)
    mirrored = tf.where(below, 1 - x, x)
    far = (1 + number(n / 2, x) / mirrored) * product_of(1 / mirrored, n) * math.factorial(n - 1) * (-1) ** (n + 1)
    right = tf.where(tf.greater(mirrored, FAR), far, tf.math.polygamma(number(n, x), mirrored))
    sign = number((-1) ** n, x)
    cotangent = polynomial(cotangent_derivative(n), cot_pi(tf.where(below, x, number(0.5, x))))
    left = sign * right - number(math.pi ** (n + 1), x) * cotangent
    pole = tf.logical_and(tf.equal(x, tf.floor(x)), tf.less_equal(x, 0))
    return tf.where(pole, number(math.nan, x), tf.where(below, left, right))


def cotangent_derivative(n: int) -> list[float]:
    """Coefficients in c = cot of the n-th derivative of cot: c' = -(1 + c**2)."""
    now = [0, 1]
    for _ in range(n):
        slope = [k * c for k, c in enumerate(now)][1:]
        now = [0] * (len(slope) + 2)
        for k, c in enumerate(slope):
            now[k] -= c
            now[k + 2] -= c
    return [float(c) for c in now]


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
    return tf.where(left, sin_pi(here) * apply("gamma", 1 - here) / number(math.pi, x), 1 / apply("gamma", away))


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


BERNOULLI = [
    Fraction(*pair)
    for pair in (
        (1, 6), (-1, 30), (1, 42), (-1, 30), (5, 66), (-691, 2730), (7, 6), (-3617, 510),
        (43867, 798), (-174611, 330), (854513, 138), (-236364091, 2730), (8553103, 6),
    )
]  # fmt: skip
"""B_2, B_4, ..."""

HEAD = 14

REFLECT = -0.5
"""Left of here zeta is reflected; between here and 0 the reflected one would stand beside its pole at 1."""

LEAST = -4.0
"""Left of here Euler's and Maclaurin's sum for Hurwitz's zeta has no digits left."""


def hurwitz(s: Any, a: Any) -> Any:
    """zeta(s, a) by Euler's and Maclaurin's formula (DLMF 25.11.5), right in both arguments at every order.

    Of tensors and series alike; a may be a number.
    """
    edge = a + HEAD
    last = apply("exp", -s * apply("log", edge))
    total = edge * last / (s - 1) + last / 2
    for k in range(HEAD):
        total = total + apply("exp", -s * apply("log", a + k))
    factor = s / edge
    for k, b in enumerate(BERNOULLI, start=1):
        total = total + float(b / math.factorial(2 * k)) * factor * last
        factor = factor * (s + (2 * k - 1)) * (s + 2 * k) / (edge * edge)
    return total


@in_double
def hurwitz_zeta(s: Any, a: Tensor) -> Tensor:
    """Hurwitz's zeta for a > 0, s > LEAST."""
    s = tensor(s, a)
    inside = tf.logical_and(tf.greater(a, 0), tf.greater(s, LEAST))
    return tf.where(inside, hurwitz(s, tf.where(inside, a, tf.ones_like(a))), number(math.nan, a))


@in_double
def riemann_zeta(s: Tensor) -> Tensor:
    """Riemann's zeta, by reflection left of 0."""
    left = tf.less(s, REFLECT)
    mirrored = tf.where(left, 1 - s, s)
    right = hurwitz(mirrored, tf.ones_like(s))
    safe = tf.where(left, s, -tf.ones_like(s))
    angle = number(math.pi, s) * (safe / 2 - tf.round(safe / 4) * 2)
    scale = tf.exp(safe * number(math.log(2 * math.pi), s)) / number(math.pi, s)
    reflected = scale * tf.sin(angle) * apply("gamma", 1 - safe) * right
    return tf.where(left, reflected, right)


def zeta(s: Any, a: Any = None) -> Any:
    """Riemann's zeta, or Hurwitz's."""
    return apply("riemann_zeta", s) if a is None else apply("hurwitz_zeta", s, a)


def polygamma_coefficients(x: Tensor, n: int, order: int) -> list[Tensor]:
    """psi_(n+k)(x)/k! for x > 0, by Hurwitz's zeta: (-1)**(m+1)*m!*zeta(m+1, x)."""
    found = []
    for k in range(order + 1):
        m = n + k
        if m == 0:
            found.append(tf.math.digamma(x))
            continue
        factor = (-1) ** (m + 1) * math.factorial(m) / math.factorial(k)
        close = factor * tf.math.zeta(number(m + 1, x), tf.minimum(x, number(FAR, x)))
        far = factor / m * (1 + m / (2 * x)) * product_of(1 / x, m)
        found.append(tf.where(tf.greater(x, FAR), far, close))
    return found


def cot_pi_series(u: Series) -> Series:
    """cot(pi*u), the argument reduced exactly."""
    rest = u.start - tf.round(u.start)
    close = tf.less(tf.abs(rest), 0.25)
    s, c = sin_cos(u.starting(tf.where(close, rest, rest - tf.sign(rest) / 2)) * math.pi)
    return choose(close, c / choose(close, s, c), -s / c)


def polygamma_series(n: int, u: Series) -> Series:
    """Derivative n of digamma, by reflection below 0.

    Raises:
        Unlowered: n is no constant 0, 1, 2, ...
    """
    order = integer(n)
    if order is None or order < 0:
        raise Unlowered(["Taylor rule for polygamma of such an order"])
    below = tf.less(u.start, 0)
    mirrored = choose(below, 1 - u, u)
    right = composed(mirrored, lambda x, highest: polygamma_coefficients(x, order, highest))
    outside = u.starting(tf.where(below, u.start, number(0.5, u.start)))
    cotangent = horner(cotangent_derivative(order), cot_pi_series(outside)) * -(math.pi ** (order + 1))
    left: Series = right * (-1) ** order + cotangent
    return choose(below, left, right)


def gamma_series(u: Series) -> Series:
    """The value of gamma at the start times exp of the rest of lgamma."""
    found: Series = exp(apply("lgamma", u).rest()) * gamma(u.start)
    return found


def rgamma_series(u: Series) -> Series:
    """1/gamma, 0 at its poles; by reflection below 1/2."""
    left = tf.less(u.start, 0.5)
    here = u.starting(tf.where(left, u.start, tf.zeros_like(u.start)))
    away = u.starting(tf.where(left, tf.ones_like(u.start), u.start))
    nearest = tf.round(here.start)
    sign = 1 - 2 * tf.math.floormod(nearest, number(2, nearest))
    sine = sin_cos((here - nearest) * math.pi)[0] * sign
    return choose(left, sine * apply("gamma", 1 - here) / math.pi, 1 / apply("gamma", away))


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


def hurwitz_series(s: Any, a: Any) -> Series:
    """Hurwitz's zeta."""
    frame = s if isinstance(s, Series) else a
    s, a = frame.lift(s), frame.lift(a)
    inside = tf.logical_and(tf.greater(a.start, 0), tf.greater(s.start, LEAST))
    safe = a.starting(tf.where(inside, a.start, tf.ones_like(a.start)))
    return choose(inside, hurwitz(s, safe), s.lift(math.nan))


def riemann_series(s: Series) -> Series:
    """Riemann's zeta, by reflection left of 0."""
    left = tf.less(s.start, REFLECT)
    right = hurwitz(choose(left, 1 - s, s), s.lift(1.0))
    safe = s.starting(tf.where(left, s.start, -tf.ones_like(s.start)))
    reduced = safe.starting(safe.start - tf.round(safe.start / 4) * 4)
    scale = exp(safe * math.log(2 * math.pi)) * sin_cos(reduced * (math.pi / 2))[0] / math.pi
    return choose(left, scale * apply("gamma", 1 - safe) * right, right)


MIRRORED = "TensorFlow's own derivatives are wrong or lose their digits left of 0"
COMPOSED = "all coefficients at once by Hurwitz's zeta, a third of the time"
FORMULA = "the formula of the kernel"

ROWS = (
    ours("gamma(x)", gamma, "gamma(x)*digamma(x)", series=gamma_series, why="one solve, a seventh of the time"),
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
    repaired(
        "digamma(x)",
        digamma,
        "polygamma(1, x)",
        plain=tf.math.digamma,
        reason=MIRRORED,
        where=lambda _, x: x < 0,
        series=lambda u: polygamma_series(0, u),
        why=COMPOSED,
    ),
    repaired(
        "polygamma(n, x)",
        polygamma,
        Missing("polygamma has no derivative in its order in TensorFlow"),
        "polygamma(n + 1, x)",
        parameters=frozenset({0}),
        plain=lambda n, x: tf.math.polygamma(tensor(n, x), x),
        reason="TensorFlow has no derivative in the order, and none left of 0",
        where=lambda _, n, x: tf.logical_or(not is_number(n), x < 0),
        series=polygamma_series,
        why=COMPOSED,
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
    defined(
        "zeta(...)",
        zeta,
        parameters=frozenset({0}),
        plain=lambda s, a=None: tf.math.zeta(tensor(s, a), tf.ones_like(s) if a is None else a),
        repaired="TensorFlow has no derivative of zeta in its first argument, and no zeta left of 1",
        where=lambda _, s, a=None: not is_number(s) or s <= 1,
    ),
    ours("hurwitz_zeta(s, a)", hurwitz_zeta, parameters=frozenset({0}), series=hurwitz_series, why=FORMULA),
    ours("riemann_zeta(s)", riemann_zeta, series=riemann_series, why=FORMULA),
)
