"""What every function of the tape's table is, by mpmath: independent of TensorFlow and of our own rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import mpmath
from mpmath import mp
from scipy import special

DIGITS = 60
"""Decimal digits of the truth."""


@dataclass(frozen=True)
class Row:
    """One function at points inside its domain.

    Attributes:
        text: as typed, of the variables x, y, ... in order.
        truth: the same by mpmath.
        points: where it is smooth.
        tolerance: largest relative error of any derivative up to order 3.
        derivative: SciPy's derivative of an order k, where mpmath is slow.
    """

    text: str
    truth: Callable[..., mpmath.mpf]
    points: Sequence[tuple[float, ...]]
    tolerance: float = 1e-11
    derivative: Callable[[float, int], float] | None = None


def at(*xs: float) -> list[tuple[float, ...]]:
    return [(x,) for x in xs]


def betainc(a, b, x):
    return mpmath.betainc(a, b, 0, x, regularized=True)


def gelu(x):
    return x * mpmath.ncdf(x)


def softplus(x):
    return mpmath.log1p(mpmath.exp(x))


def erfinv(x):
    return mpmath.findroot(lambda t: mpmath.erf(t) - x, mpmath.mpf(float(mpmath.erfinv(x))))


def erfcinv(x):
    return mpmath.findroot(lambda t: mpmath.erfc(t) / x - 1, mpmath.mpf(float(mpmath.erfinv(1 - x))))


def binomial(n, k):
    return mpmath.gamma(n + 1) * mpmath.rgamma(k + 1) * mpmath.rgamma(n - k + 1)


half_pi = mpmath.pi / 2
wide = at(-3.7, -1.0, -0.3, 0.0, 1e-9, 0.4, 1.0, 2.5, 11.0)
positive = at(1e-6, 0.3, 1.0, 2.5, 40.0)
everywhere = at(-40.0, -20.5, -3.0, -0.2, 0.0, 0.7, 3.0, 20.5, 40.0)

ROWS = [
    # powers, roots, exponentials
    Row("x**2", lambda x: x**2, wide),
    Row("x**7", lambda x: x**7, wide),
    Row("x**40", lambda x: x**40, at(-1.5, 0.0, 0.9, 2.0)),
    Row("x**100000", lambda x: x**100000, at(0.0, 0.9999, 1.0001), 1e-10),
    Row("x**(-3)", lambda x: x**-3, at(-2.0, 0.5, 3.0)),
    Row("x**(5/2)", lambda x: x ** mpmath.mpf("2.5"), positive),
    Row("x**0.3", lambda x: x ** mpmath.mpf(0.3), positive),
    Row("x**y", lambda x, y: x**y, [(2.0, 3.0), (0.5, -1.5), (7.0, 0.2)]),
    Row("2**x", lambda x: 2**x, wide),
    Row("1/x", lambda x: 1 / x, at(-3.0, 0.01, 5.0)),
    Row("x*y*x", lambda x, y: x * y * x, [(0.0, 0.0), (0.0, 2.0), (3.0, -1.0)]),
    Row("sqrt(x)", mpmath.sqrt, positive),
    Row("cbrt(x)", lambda x: mpmath.sign(x) * abs(x) ** (mpmath.mpf(1) / 3), at(-8.0, -0.1, 1e-6, 27.0, 5.0)),
    Row("root(x, 4)", lambda x: x ** mpmath.mpf("0.25"), positive),
    Row("root(x, 5)", lambda x: mpmath.sign(x) * abs(x) ** (mpmath.mpf(1) / 5), at(-32.0, 0.2, 7.0)),
    Row("exp(x)", mpmath.exp, wide),
    Row("log(x)", mpmath.log, positive),
    Row("log(x, 3)", lambda x: mpmath.log(x, 3), positive),
    Row("log(x, y)", lambda x, y: mpmath.log(x) / mpmath.log(y), [(2.0, 3.0), (0.3, 10.0)]),
    Row("log2(x)", lambda x: mpmath.log(x, 2), positive),
    Row("log10(x)", lambda x: mpmath.log(x, 10), positive),
    Row("log1p(x)", mpmath.log1p, at(-0.9, -1e-9, 0.0, 1e-9, 3.0)),
    Row("expm1(x)", mpmath.expm1, wide),
    Row("hypot(x, y)", lambda x, y: mpmath.sqrt(x * x + y * y), [(3.0, 4.0), (-1e-3, 2.0), (0.0, 1.0)]),
    # trigonometric
    Row("sin(x)", mpmath.sin, wide),
    Row("cos(x)", mpmath.cos, wide),
    Row("tan(x)", mpmath.tan, wide),
    Row("cot(x)", mpmath.cot, at(-2.0, 0.1, 1.0, 3.0)),
    Row("sec(x)", mpmath.sec, wide),
    Row("csc(x)", mpmath.csc, at(-2.0, 0.1, 1.0, 3.0)),
    Row("asin(x)", mpmath.asin, at(-0.999999, -0.5, 0.0, 0.3, 0.999999)),
    Row("acos(x)", mpmath.acos, at(-0.999999, -0.5, 0.0, 0.3, 0.999999)),
    Row("atan(x)", mpmath.atan, wide),
    Row("acot(x)", lambda x: mpmath.atan(1 / x), at(-3.0, -0.2, 1e-9, 0.5, 100.0)),
    Row("asec(x)", mpmath.asec, at(-5.0, -1.0001, 1.000001, 2.0, 50.0)),
    Row("acsc(x)", mpmath.acsc, at(-5.0, -1.0001, 1.000001, 2.0, 50.0)),
    Row("atan2(x, y)", mpmath.atan2, [(1.0, 2.0), (-1.0, -2.0), (3.0, -0.5), (0.0, 1.0), (1.0, 0.0)]),
    Row("sinc(x)", mpmath.sinc, at(-3.1, -2.9, -0.01, 0.0, 1e-8, 0.5, 2.0, 3.5, 30.0), 1e-9),
    # hyperbolic
    Row("sinh(x)", mpmath.sinh, everywhere),
    Row("cosh(x)", mpmath.cosh, everywhere),
    Row("tanh(x)", mpmath.tanh, everywhere),
    Row("coth(x)", mpmath.coth, at(-20.0, -0.5, 0.01, 2.0, 30.0)),
    Row("sech(x)", mpmath.sech, everywhere),
    Row("csch(x)", mpmath.csch, at(-20.0, -0.5, 0.01, 2.0, 30.0)),
    Row("asinh(x)", mpmath.asinh, wide),
    Row("acosh(x)", mpmath.acosh, at(1.000001, 1.5, 10.0, 1e5)),
    Row("atanh(x)", mpmath.atanh, at(-0.999999, -0.3, 0.0, 0.6)),
    Row("acoth(x)", mpmath.acoth, at(-3.0, 1.001, 2.0, 50.0)),
    Row("asech(x)", mpmath.asech, at(0.01, 0.5, 0.9999)),
    Row("acsch(x)", mpmath.acsch, at(-3.0, 0.1, 2.0, 50.0)),
    # error functions
    Row("erf(x)", mpmath.erf, wide),
    Row("erfc(x)", mpmath.erfc, wide, 1e-10),
    Row("erfi(x)", mpmath.erfi, at(-3.0, 0.0, 0.5, 6.0)),
    Row("erfcx(x)", lambda x: mpmath.exp(x * x) * mpmath.erfc(x), at(-3.0, 0.0, 0.3, 0.7, 0.9, 3.0, 9.0, 12.0, 1000.0)),
    Row("erfinv(x)", erfinv, at(-0.99, -0.5, 1e-9, 0.3, 0.9, 0.999999), 1e-10),
    Row("erfcinv(x)", erfcinv, at(1e-4, 0.3, 0.9, 1.7), 1e-10),
    Row(
        "dawson(x)",
        lambda x: mpmath.sqrt(mpmath.pi) / 2 * mpmath.exp(-x * x) * mpmath.erfi(x),
        at(-3.0, 0.0, 0.5, 3.0, 9.0, 12.0, 1000.0),
        1e-8,
    ),
    Row("normcdf(x)", mpmath.ncdf, at(-9.0, -1.0, 0.0, 2.5)),
    Row("fresnels(x)", mpmath.fresnels, at(-2.0, 0.0, 0.5, 3.3), 1e-10),
    Row("fresnelc(x)", mpmath.fresnelc, at(-2.0, 0.0, 0.5, 3.3), 1e-10),
    # gamma
    Row("gamma(x)", mpmath.gamma, at(-3.5, -0.3, 0.2, 1.0, 4.0, 30.5, 150.2)),
    Row("lgamma(x)", lambda x: mpmath.log(abs(mpmath.gamma(x))), at(-3.5, -0.3, 0.2, 4.0, 30.5, 1000.2)),
    Row("loggamma(x)", lambda x: mpmath.log(mpmath.gamma(x)), at(0.2, 4.0, 30.5, 1e12)),
    Row("digamma(x)", mpmath.digamma, at(-3.5, -0.3, 0.2, 4.0, 30.5)),
    Row("trigamma(x)", lambda x: mpmath.polygamma(1, x), at(-13.7, -3.5, -0.3, 0.2, 4.0, 30.5)),
    Row("polygamma(3, x)", lambda x: mpmath.polygamma(3, x), at(-13.7, -0.3, 0.2, 4.0, 30.5)),
    Row("factorial(x)", mpmath.factorial, at(-0.5, 0.0, 5.0, 20.3)),
    Row("binomial(x, 3)", lambda x: binomial(x, 3), at(-2.5, 3.5, 7.0)),
    Row("binomial(x, y)", binomial, [(7.0, 3.0), (6.5, 2.2), (0.3, -0.4)], 1e-10),
    Row("beta(x, y)", mpmath.beta, [(2.0, 3.0), (0.3, 0.7), (5.5, 20.0)], 1e-10),
    Row("betaln(x, y)", lambda x, y: mpmath.log(mpmath.beta(x, y)), [(2.0, 3.0), (0.3, 0.7)], 1e-10),
    Row("gammainc(2, x)", lambda x: mpmath.gammainc(2, 0, x, regularized=True), at(0.1, 1.0, 5.0)),
    Row("gammaincc(2.5, x)", lambda x: mpmath.gammainc(2.5, x, regularized=True), at(0.1, 1.0, 5.0)),
    Row("lowergamma(3, x)", lambda x: mpmath.gammainc(3, 0, x), at(0.1, 1.0, 5.0)),
    Row("uppergamma(3, x)", lambda x: mpmath.gammainc(3, x), at(0.1, 1.0, 5.0)),
    Row("betainc(2, 3, x)", lambda x: betainc(2, 3, x), at(0.1, 0.5, 0.9)),
    Row("betainc(0.5, 1.5, x)", lambda x: betainc(0.5, 1.5, x), at(0.1, 0.5, 0.9)),
    # Bessel
    *(
        Row(f"{name}({n}, x)", lambda x, n=n, f=f: f(n, x), points, 1e-10, lambda x, k, n=n, g=g: g(n, x, k))
        for name, f, g, points in (
            ("besselj", special.jv, special.jvp, at(-3.0, 0.0, 0.7, 4.0, 6.5, 30.0)),
            ("besseli", special.iv, special.ivp, at(-3.0, 0.0, 0.7, 4.0, 6.5, 30.0)),
            ("bessely", special.yv, special.yvp, at(0.1, 0.7, 4.0, 30.0)),
            ("besselk", special.kv, special.kvp, at(0.1, 0.7, 4.0, 30.0)),
        )
        for n in (0, 1, 2, 5, -3)
    ),
    Row("besselj(40, x)", lambda x: mpmath.besselj(40, x), at(1.0, 20.0, 39.0, 60.0), 1e-9),
    Row("besseli(40, x)", lambda x: mpmath.besseli(40, x), at(1.0, 20.0, 300.0), 1e-9),
    # zeta, dilogarithm, integrals
    Row("zeta(x)", mpmath.zeta, at(-3.5, -0.5, 0.3, 1.5, 2.5, 8.0, 30.0), 1e-9),
    Row("zeta(x, y)", mpmath.zeta, [(2.5, 2.5), (1.5, 0.3)], 1e-9),
    Row("zeta(x, x)", lambda x: mpmath.zeta(x, x), at(2.5), 1e-9),
    Row("spence(x)", lambda x: mpmath.polylog(2, 1 - x).real, at(0.1, 0.5, 1.0, 1.0001, 3.0, 20.0), 1e-9),
    Row("Ei(x)", lambda x: mpmath.ei(x), at(-20.0, -3.0, -0.2, 0.2, 1.0, 20.0), 1e-10),
    Row("E1(x)", mpmath.e1, at(0.1, 1.0, 5.0, 30.0)),
    Row("expint(3, x)", lambda x: mpmath.expint(3, x), at(0.1, 1.0, 5.0, 30.0), 1e-10),
    Row("expint(-2, x)", lambda x: mpmath.expint(-2, x), at(0.1, 1.0, 5.0)),
    Row("li(x)", mpmath.li, at(0.3, 2.0, 50.0), 1e-10),
    Row("Shi(x)", mpmath.shi, at(-5.0, -1.0, 0.0, 0.5, 2.9, 20.0), 1e-10),
    Row("Chi(x)", mpmath.chi, at(0.1, 1.0, 20.0), 1e-10),
    Row("LambertW(x)", lambda x: mpmath.lambertw(x).real, at(-0.367879, -0.36, -0.2, 0.0, 1.0, 3.0, 1e6), 1e-9),
    Row("LambertW(x, -1)", lambda x: mpmath.lambertw(x, -1).real, at(-0.367879, -0.36, -0.2, -1e-5), 1e-9),
    # polynomials
    Row("legendre(5, x)", lambda x: mpmath.legendre(5, x), at(-1.0, 0.0, 0.3, 2.0)),
    Row("chebyshevt(6, x)", lambda x: mpmath.chebyt(6, x), at(-1.0, 0.0, 0.3, 2.0)),
    Row("chebyshevu(6, x)", lambda x: mpmath.chebyu(6, x), at(-0.9, 0.0, 0.3, 2.0)),
    Row("hermite(5, x)", lambda x: mpmath.hermite(5, x), at(-1.0, 0.0, 0.3, 2.0)),
    Row("laguerre(4, x)", lambda x: mpmath.laguerre(4, 0, x), at(-1.0, 0.0, 0.3, 2.0)),
    Row("gegenbauer(4, 1.5, x)", lambda x: mpmath.gegenbauer(4, 1.5, x), at(-0.9, 0.01, 0.3, 2.0)),
    Row("jacobi(4, 0.5, 1.5, x)", lambda x: mpmath.jacobi(4, 0.5, 1.5, x), at(-0.9, 0.01, 0.3, 2.0)),
    # products with a logarithm
    Row("xlogy(x, y)", lambda x, y: x * mpmath.log(y), [(0.0, 2.0), (3.0, 0.5)]),
    Row("xlog1py(x, y)", lambda x, y: x * mpmath.log1p(y), [(0.0, 2.0), (3.0, -0.5)]),
    # machine learning
    Row("sigmoid(x)", lambda x: 1 / (1 + mpmath.exp(-x)), everywhere),
    Row("logit(x)", lambda x: mpmath.log(x / (1 - x)), at(1e-6, 0.3, 0.5, 0.9999), 1e-10),
    Row("softplus(x)", softplus, everywhere),
    Row("logsigmoid(x)", lambda x: -softplus(-x), everywhere),
    Row("silu(x)", lambda x: x / (1 + mpmath.exp(-x)), everywhere, 1e-10),
    Row("mish(x)", lambda x: x * mpmath.tanh(softplus(x)), everywhere, 1e-9),
    Row("gelu(x)", gelu, at(-5.0, -1.0, 0.0, 2.0), 1e-10),
    Row(
        "logsumexp(x, y, 0.5)",
        lambda x, y: mpmath.log(mpmath.exp(x) + mpmath.exp(y) + mpmath.exp(0.5)),
        [(1.0, 2.0), (-30.0, 30.0)],
    ),
    Row(
        "logaddexp(x, y)",
        lambda x, y: mpmath.log(mpmath.exp(x) + mpmath.exp(y)),
        [(1.0, 2.0), (1.0, 1.0), (-30.0, 30.0)],
    ),
    # derivatives in parameters
    Row("gammainc(x, y)", lambda a, x: mpmath.gammainc(a, 0, x, regularized=True), [(1.5, 2.0), (3.0, 1.0)], 1e-9),
    Row("gammaincc(x, y)", lambda a, x: mpmath.gammainc(a, x, regularized=True), [(1.5, 3.0), (3.0, 1.0)], 1e-9),
    Row("uppergamma(x, y)", mpmath.gammainc, [(1.5, 3.0), (-0.5, 1.0)], 1e-9),
    Row("lowergamma(x, y)", lambda a, x: mpmath.gammainc(a, 0, x), [(1.5, 3.0), (3.0, 1.0)], 1e-9),
    Row("betainc(x, 1.5, 0.3)", lambda a: betainc(a, 1.5, 0.3), at(0.7, 2.5), 1e-9),
    Row("expint(x, y)", mpmath.expint, [(1.5, 3.0), (-0.5, 0.3)], 1e-9),
    Row("besselk(x, y)", mpmath.besselk, [(1.5, 3.0), (0.3, 0.5)], 1e-9),
    Row("besseli(x, y)", mpmath.besseli, [(1.5, 3.0), (0.3, 0.5)], 1e-9),
    Row("besselj(x, y)", mpmath.besselj, [(1.5, 3.0), (0.3, 6.5)], 1e-9),
    Row("bessely(x, y)", mpmath.bessely, [(1.5, 3.0), (0.3, 0.5)], 1e-9),
    # Airy functions, trigonometric and elliptic integrals
    Row("airyai(x)", mpmath.airyai, at(-7.0, -1.0, 0.0, 1.5, 4.0), 1e-10),
    Row("airybi(x)", mpmath.airybi, at(-7.0, -1.0, 0.0, 1.5, 4.0), 1e-10),
    Row("Si(x)", mpmath.si, at(-6.0, -1.0, 0.0, 3.0, 20.0), 1e-9),
    Row("Ci(x)", mpmath.ci, at(0.1, 1.0, 3.0, 20.0), 1e-9),
    Row("elliptic_k(x)", mpmath.ellipk, at(-3.0, 0.0, 0.4, 0.7, 0.99), 1e-9),
    Row("elliptic_e(x)", mpmath.ellipe, at(-3.0, 0.0, 0.4, 0.7, 0.99), 1e-9),
    Row("elliptic_f(x, y)", lambda phi, m: mpmath.ellipf(phi, m), [(0.7, 0.3), (2.0, -1.5)], 1e-9),
    Row("elliptic_e(x, y)", lambda phi, m: mpmath.ellipe(phi, m), [(0.7, 0.3), (2.0, -1.5)], 1e-9),
    # switches, away from their kinks
    Row("Abs(x)", abs, at(-2.0, 3.0)),
    Row("sign(x)", mpmath.sign, at(-2.0, 3.0)),
    Row("Max(x, y, 1)", lambda x, y: max(x, y, mpmath.mpf(1)), [(2.0, 3.0), (0.0, 0.5)]),
    Row("Min(x, y, 1)", lambda x, y: min(x, y, mpmath.mpf(1)), [(2.0, 3.0), (0.0, 0.5)]),
    Row("clip(x, -1, y)", lambda x, y: min(max(x, mpmath.mpf(-1)), y), [(0.5, 2.0), (3.0, 2.0), (-4.0, 2.0)]),
    Row("floor(x)", mpmath.floor, at(-2.5, 3.5)),
    Row("ceiling(x)", mpmath.ceil, at(-2.5, 3.5)),
    Row("frac(x)", lambda x: x - mpmath.floor(x), at(-2.5, 3.25)),
    Row("Mod(x, y)", lambda x, y: x - y * mpmath.floor(x / y), [(7.5, 2.0), (-7.5, 2.0), (7.5, -2.0)]),
    Row("Heaviside(x)", lambda x: mpmath.mpf(x > 0), at(-2.0, 3.0)),
    Row("relu(x)", lambda x: max(x, mpmath.mpf(0)), at(-2.0, 3.0)),
    Row("relu6(x)", lambda x: min(max(x, mpmath.mpf(0)), mpmath.mpf(6)), at(-2.0, 3.0, 9.0)),
    Row("leaky_relu(x)", lambda x: x if x > 0 else x * mpmath.mpf(1) / 5, at(-2.0, 3.0)),
    Row("leaky_relu(x, 0.5)", lambda x: x if x > 0 else x / 2, at(-2.0, 3.0)),
    Row("elu(x)", lambda x: x if x > 0 else mpmath.expm1(x), at(-2.0, 3.0)),
    Row("softsign(x)", lambda x: x / (1 + abs(x)), at(-2.0, 3.0)),
    Row(
        "selu(x)",
        lambda x: (
            mpmath.mpf("1.0507009873554804934193349852946")
            * (x if x > 0 else mpmath.mpf("1.6732632423543772848170429916717") * mpmath.expm1(x))
        ),
        at(-2.0, 3.0),
    ),
    Row("logcosh(x)", lambda x: mpmath.log(mpmath.cosh(x)), at(-20.0, -1.0, 0.0, 0.3, 3.0)),
    Row("huber(x, 2)", lambda x: x * x / 2 if abs(x) <= 2 else 2 * (abs(x) - 1), at(-3.0, 0.5, 4.0)),
    Row("normpdf(x)", mpmath.npdf, at(-2.0, 0.0, 3.0)),
    Row("normlogpdf(x)", lambda x: mpmath.log(mpmath.npdf(x)), at(-2.0, 0.0, 3.0)),
    Row("poissonlogpmf(3, x)", lambda x: 3 * mpmath.log(x) - x - mpmath.log(6), at(0.5, 2.5)),
    Row("poissonlogpmf(x, 2)", lambda x: x * mpmath.log(2) - 2 - mpmath.loggamma(x + 1), at(0.5, 3.0)),
    Row(
        "binomlogpmf(3, 10, x)",
        lambda x: mpmath.log(120) + 3 * mpmath.log(x) + 7 * mpmath.log(1 - x),
        at(0.25, 0.75),
    ),
    Row(
        "softmax(x, y, 0)[1]",
        lambda x, y: mpmath.exp(y) / (mpmath.exp(x) + mpmath.exp(y) + 1),
        [(0.3, -2.0), (2.0, 9.0)],
    ),
    Row("entr(x)", lambda x: -x * mpmath.log(x), at(0.3, 2.0)),
    Row("rel_entr(x, y)", lambda x, y: x * mpmath.log(x / y), [(0.3, 2.0), (2.0, 0.7)]),
    Row("rgamma(x)", mpmath.rgamma, at(-2.5, -1.0, 0.0, 0.3, 4.0)),
    Row("Piecewise((sqrt(x), x > 0), (x**2, True))", lambda x: mpmath.sqrt(x) if x > 0 else x * x, at(-2.0, 3.0)),
]


def partial(row: Row, point: tuple[float, ...], counts: tuple[int, ...]) -> mpmath.mpf:
    """The mixed partial of the truth by mpmath's differences at many digits."""
    if row.derivative is not None:
        return mpmath.mpf(float(row.derivative(point[0], counts[0])))
    with mp.workdps(DIGITS):
        xs = tuple(mpmath.mpf(x) for x in point)
        if not any(counts):
            return row.truth(*xs)
        return mpmath.re(
            mpmath.diff(
                row.truth, xs if len(xs) > 1 else xs[0], counts if len(xs) > 1 else counts[0], h=mpmath.mpf(10) ** -15
            )
        )
