"""Power-series rules of special functions.

Three ways: an elementary derivative is integrated; an inverse function is found by Newton's method on
series; anything else is composed from its Taylor coefficients at the start, which its own recurrences give.
"""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable
from typing import Any

from hesscli.tape.lowering import RULES as VALUES
from hesscli.tape.lowering import bessel, errors, special
from hesscli.tape.lowering.smooth import Known, Rule, Tensor, integer
from hesscli.tape.quiet import tf
from hesscli.tape.taylor import families
from hesscli.tape.taylor.elementary import sin_cos, sinh_cosh
from hesscli.tape.taylor.gammas import composed
from hesscli.tape.taylor.powers import exp, from_slope, log, value
from hesscli.tape.taylor.series import Series, choose, horner, integral, newton, solve, system
from hesscli.tape.unlowered import Unlowered

ROOT_PI = math.sqrt(math.pi)


def gauss(factor: float, sign: float) -> Callable[[Series], Series]:
    """factor*exp(sign*u**2)."""
    return lambda u: exp(u * u * sign) * factor


def normal_density(u: Series) -> Series:
    """exp(-u**2/2)/sqrt(2*pi)."""
    return exp(u * u / -2) / math.sqrt(2 * math.pi)


def dawson(u: Series) -> Series:
    """Near 0 by f' = 1 - 2*u*f, one solve of D f + 2*u*f D u = D u; then Rybicki's sum; then the asymptotic series."""
    size = tf.abs(u.start)
    near, far = tf.less(size, errors.NEAR), tf.greater_equal(size, errors.FAR)
    inner = u.starting(tf.where(near, u.start, tf.zeros_like(u.start)))
    middle = u.starting(tf.where(far, tf.ones_like(u.start), u.start))
    outer = u.starting(tf.where(far, u.start, tf.ones_like(u.start) * 2 * errors.FAR))
    degrees = u.algebra.degrees
    diagonal = tf.linalg.diag(degrees + tf.cast(degrees == 0, u.c.dtype))
    matrix = diagonal + 2.0 * u.algebra.matrix((inner * inner.euler()).c)
    start = VALUES["dawson"](inner.start)
    close = Series(u.algebra, solve(matrix, inner.euler().starting(start).c))
    tail = horner(errors.DAWSON_TAIL, 1 / (outer * outer)) / (outer * 2)
    gaps = [(n, middle - n * errors.WIDTH) for n in errors.RYBICKI]
    bells = functools.reduce(operator.add, (exp(-gap * gap) / (n * ROOT_PI) for n, gap in gaps))
    return choose(near, close, choose(far, tail, bells)).starting(value("dawson", u))


def erfcx(u: Series) -> Series:
    """The n-th Taylor coefficient of erfcx is (-2)**n*W_n."""
    return composed(u, lambda x, order: [(-2.0) ** n * w for n, w in enumerate(errors.scaled_integrals(x, order))])


def erf(u: Series) -> Series:
    """The integral of the Gauss function."""
    return integral(tf.math.erf(u.start), gauss(2 / ROOT_PI, -1)(u), u)


def erfc(u: Series) -> Series:
    """The same from infinity."""
    return integral(tf.math.erfc(u.start), gauss(-2 / ROOT_PI, -1)(u), u)


def erfinv(u: Series) -> Series:
    """The y with erf(y) = u."""
    return newton(erf, gauss(2 / ROOT_PI, -1), value("erfinv", u), u)


def erfcinv(u: Series) -> Series:
    """The y with erfc(y) = u."""
    return newton(erfc, gauss(-2 / ROOT_PI, -1), value("erfcinv", u), u)


def divided(name: str, u: Series, sign: int, formula: Callable[[Series], Series]) -> Series:
    """sin(u)/u or sinh(u)/u: the power series, in nested form, about 0; the quotient far out."""
    edge = max(3.0, u.algebra.order / 4)
    near = tf.less(tf.abs(u.start), edge)
    inner = u.starting(tf.where(near, u.start, tf.zeros_like(u.start)))
    outer = u.starting(tf.where(near, tf.ones_like(u.start) * edge, u.start))
    square, total = inner * inner * sign, u.lift(1.0)
    for k in range(u.algebra.order // 2 + 12 + int(2 * edge), 0, -1):
        total = square * total / (2 * k * (2 * k + 1)) + 1
    found = choose(near, total, formula(outer))
    return found if name == "sinhc" else found.starting(value(name, u))


def sin_cos_square(u: Series) -> list[Series]:
    """Sin and cos of pi*u**2/2, the start's angle reduced exactly."""
    angle = (u * u * (math.pi / 2)).rest()
    return system([[0.0, 1.0], [-1.0, 0.0]], [errors.sin_square(u.start), errors.cos_square(u.start)], angle)


def sinc(u: Series) -> Series:
    """sin(u)/u."""
    return divided("sinc", u, -1, lambda v: sin_cos(v)[0] / v)


def sinhc(u: Series) -> Series:
    """sinh(u)/u."""
    return divided("sinhc", u, 1, lambda v: sinh_cosh(v)[0] / v)


def bessel_rule(name: str, family: Callable[[Tensor, int], Tensor], signs: tuple[int, int]) -> Rule:
    """C_n^(k) = 2**-k * sum over j of a**(k-j)*b**j*binomial(k, j)*C_(n-k+2*j), C_n' = (a*C_(n-1) + b*C_(n+1))/2."""
    general = families.bessel(name)

    def rule(n: Any, u: Any, known: tuple[Known, ...]) -> Any:
        order = integer(known[0])
        if order is None:
            return general(n, u)
        if abs(order) + u.algebra.order > bessel.LARGEST_ORDER:
            raise Unlowered([f"Taylor rule for {name} of such an order"])

        def coefficients(x: Tensor, highest: int) -> list[Tensor]:
            values = {m: family(x, m) for m in range(order - highest, order + highest + 1)}
            return [_bessel_derivative(values, order, k, signs) for k in range(highest + 1)]

        return composed(u, coefficients)

    return rule


def _bessel_derivative(values: dict[int, Tensor], n: int, k: int, signs: tuple[int, int]) -> Tensor:
    weight = 2.0**-k / math.factorial(k)
    terms = [
        signs[0] ** (k - j) * signs[1] ** j * math.comb(k, j) * weight * values[n - k + 2 * j] for j in range(k + 1)
    ]
    return tf.add_n(terms)


def lambertw(u: Any, *rest: Any) -> Any:
    """The w with w*exp(w) = u, found as 1 + w, which keeps its digits at the branch point."""
    branch = special.branch_of(rest[-1])
    start = special.lambertw_plus_one(u.start, branch)
    above = newton(lambda v: (v - 1) * exp(v - 1), lambda v: v * exp(v - 1), start, u)
    return above.starting(special.lambertw(u.start, branch))


def log_ratio(u: Series) -> Series:
    """log(u)/(u - 1)."""
    near = tf.less(tf.abs(u.start - 1), 0.4)
    inner = u.starting(tf.where(near, u.start, tf.ones_like(u.start)))
    outer = u.starting(tf.where(near, tf.ones_like(u.start) * 2, u.start))
    coefficients = [(-1) ** k / (k + 1) for k in range(50 + 2 * u.algebra.order)]
    return choose(near, horner(coefficients, inner - 1), log(outer) / (outer - 1))


def xlogy(u: Any, v: Any) -> Any:
    """u*log(v)."""
    return ((log(v) if isinstance(v, Series) else tf.math.log(v)) * u).starting(value("xlogy", u, v))


def xlog1py(u: Any, v: Any) -> Any:
    """u*log(1 + v)."""
    logarithm = log(1 + v).starting(value("log1p", v)) if isinstance(v, Series) else tf.math.log1p(v)
    return (logarithm * u).starting(value("xlog1py", u, v))


def polynomial_rule(name: str) -> Rule:
    """An orthogonal polynomial by its recurrence."""

    def rule(_: Any, *rest: Any) -> Any:
        *args, known = rest
        frame = next(x for x in args if isinstance(x, Series))
        lifted = [frame.lift(x) for x in args]
        return special.POLYNOMIALS[name](special.degree(name, known[0]), frame.lift(1.0), *lifted)

    return rule


SPECIAL: dict[str, Rule] = {
    "erf": erf,
    "erfc": erfc,
    "erfi": from_slope("erfi", gauss(2 / ROOT_PI, 1)),
    "erfcx": erfcx,
    "dawson": dawson,
    "erfinv": erfinv,
    "erfcinv": erfcinv,
    "normcdf": from_slope("normcdf", normal_density),
    "gelu": lambda u: u * from_slope("normcdf", normal_density)(u),
    "fresnels": from_slope("fresnels", lambda u: sin_cos_square(u)[0]),
    "fresnelc": from_slope("fresnelc", lambda u: sin_cos_square(u)[1]),
    "sinc": sinc,
    "Si": from_slope("Si", sinc),
    "Ci": from_slope("Ci", lambda u: sin_cos(u)[1] / u),
    "Ei": from_slope("Ei", lambda u: exp(u) / u),
    "li": from_slope("li", lambda u: 1 / log(u)),
    "Shi": from_slope("Shi", sinhc),
    "Chi": from_slope("Chi", lambda u: sinh_cosh(u)[1] / u),
    "spence": from_slope("spence", lambda u: -log_ratio(u)),
    "xlogy": xlogy,
    "xlog1py": xlog1py,
}

SPECIAL_KNOWING: dict[str, Rule] = {
    "besselj": bessel_rule("besselj", bessel.besselj, (1, -1)),
    "bessely": bessel_rule("bessely", bessel.bessely, (1, -1)),
    "besseli": bessel_rule("besseli", bessel.besseli, (1, 1)),
    "besselk": bessel_rule("besselk", bessel.besselk, (-1, -1)),
    "LambertW": lambertw,
    **{name: polynomial_rule(name) for name in special.POLYNOMIALS},
}
