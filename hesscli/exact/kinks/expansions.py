"""Expansions about poles and ends of a domain, term by term: where no identity leads to simpler functions.

Formulas are those of NIST's Digital Library of Mathematical Functions (https://dlmf.nist.gov), by number.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flint import acb, arb, fmpq

from hesscli.exact.elementary import Undefined, Unsupported
from hesscli.exact.events import Singular
from hesscli.exact.exponentials import exponential_coefficients
from hesscli.exact.kinks.arithmetic import OneSided, OneSidedArithmetic
from hesscli.exact.kinks.puiseux import Growth, Puiseux
from hesscli.exact.rational import kept

HALF = fmpq(1, 2)
MOST_POLES = 200
"""Poles farther from the origin take too many terms."""


def _about(interpreter: OneSidedArithmetic, u: OneSided, point: int) -> Puiseux:
    """u minus the point that it tends to.

    Raises:
        Singular: it tends elsewhere.
    """
    near, h = interpreter.small(u)
    if not interpreter.decide_zero(near - point):
        raise Singular
    return h


def _positive(interpreter: OneSidedArithmetic, name: str, h: Puiseux) -> Puiseux:
    if interpreter.side(h) <= 0:
        raise Undefined(f"{name} is not real there")
    return h


def _sum(h: Puiseux, coefficient: Callable[[int], Any]) -> Puiseux:
    """The power series in a small expansion with these coefficients."""
    cs = [coefficient(k) for k in range(h.terms_needed() + 1)]
    return h.compose([kept(c) if isinstance(c, fmpq) else arb(c) for c in cs])


def _constant(x: OneSided, name: str) -> arb:
    if not isinstance(x, arb):
        raise Unsupported(f"{name} of a varying parameter at its edge")
    return x


def _integer(x: arb) -> int | None:
    return int(x.unique_fmpz()) if x.is_exact() and x.is_integer() else None


def _factorial(k: int) -> fmpq:
    return fmpq(arb.fac_ui(k).unique_fmpz())


def _cosine_integral(sign: int, name: str) -> Callable[..., Any]:
    """Ci and Chi: gamma + log(x) + the sum of (-+x**2)**k/(2k (2k)!), 6.6.6."""

    def rule(interpreter: OneSidedArithmetic, u: Puiseux) -> OneSided:
        h = _positive(interpreter, name, _about(interpreter, u, 0))
        rest = _sum(h * h, lambda k: fmpq(sign**k) / (2 * k * _factorial(2 * k)) if k else fmpq(0))
        return rest + interpreter.log(h) + arb.const_euler()

    return rule


def _exponential_integral(interpreter: OneSidedArithmetic, u: Puiseux) -> OneSided:
    """Ei(x) = gamma + log|x| + the sum of x**k/(k k!), 6.6.2; to the left it falls like exp(x)/x."""
    if interpreter.base(u) == arb.neg_inf():
        size = interpreter.exp(u)
        if isinstance(size, Puiseux) and size.terms:
            return Puiseux({}, interpreter.cap, size.valuation)
        return -size
    h = _about(interpreter, u, 0)
    rest = _sum(h, lambda k: fmpq(1) / (k * _factorial(k)) if k else fmpq(0))
    return rest + interpreter.log(h if interpreter.side(h) > 0 else -h) + arb.const_euler()


def _generalised_exponential_integral(interpreter: OneSidedArithmetic, s: OneSided, u: Puiseux) -> OneSided:
    """E_s(x), 8.19.8 for s = 1, 2, ... and 8.19.10 for others."""
    s = _constant(s, "expint")
    h, n = _positive(interpreter, "expint", _about(interpreter, u, 0)), _integer(s)
    if n is None or n < 1:
        edge = interpreter.power(h, s - 1) * (1 - s).gamma()
        return edge + _sum(h, lambda k: arb((-1) ** (k + 1)) / (arb.fac_ui(k) * (1 - s + k)))
    edge = (arb(n).digamma() - interpreter.log(h)) * interpreter.integer_power(-h, n - 1) * (1 / arb.fac_ui(n - 1))
    return edge + _sum(h, lambda k: fmpq((-1) ** (k + 1)) / (_factorial(k) * (1 - n + k)) if k != n - 1 else fmpq(0))


def _upper_gamma(interpreter: OneSidedArithmetic, a: OneSided, u: Puiseux) -> OneSided:
    """Gamma(a, x) = x**a E_(1-a)(x), 8.19.1."""
    a = _constant(a, "uppergamma")
    return interpreter.power(u, a) * _generalised_exponential_integral(interpreter, 1 - a, u)


def _regularised(interpreter: OneSidedArithmetic, a: OneSided, u: Puiseux) -> OneSided:
    return _upper_gamma(interpreter, a, u) * _constant(a, "gammaincc").rgamma()


def _polygamma(interpreter: OneSidedArithmetic, order: OneSided, u: Puiseux) -> OneSided:
    """By the recurrence 5.15.5 from the pole at -n to the regular point 1."""
    m, (near, _) = _integer(_constant(order, "polygamma")), interpreter.small(u)
    n = _integer(-near)
    if m is None or n is None or n < 0:
        raise Singular
    if n > MOST_POLES:
        raise Unsupported("polygamma so far out")
    poles = interpreter.sum([interpreter.integer_power(u + arb(k), -m - 1) for k in range(n + 1)])
    return interpreter.smooth("polygamma", [arb(m), u + arb(n + 1)]) - poles * (arb((-1) ** m) * arb.fac_ui(m))


def _zeta(interpreter: OneSidedArithmetic, s: OneSided, a: OneSided | None = None) -> OneSided:
    """Laurent's series about s = 1, 25.2.4 and 25.11.8; about a = 0 zeta(s, a) = a**-s + zeta(s, a + 1)."""
    start = arb(1) if a is None else a
    if isinstance(s, arb):
        return interpreter.power(
            _positive(interpreter, "zeta", _about(interpreter, start, 0)), -s
        ) + interpreter.smooth("zeta", [s, start + arb(1)])
    h, start = _about(interpreter, s, 1), _constant(start, "zeta")
    if not start > 0:
        raise Singular
    rest = _sum(h, lambda k: acb.stieltjes(k, acb(start)).real * (-1) ** k / arb.fac_ui(k))
    return rest + interpreter.integer_power(h, -1)


def _elliptic(
    interpreter: OneSidedArithmetic, h: Puiseux, first: int, second: int, less: int
) -> tuple[OneSided, OneSided]:
    """The two series of 19.12.1 and 19.12.2: those beside the logarithm and alone."""
    ratios, digits = [fmpq(1)], [fmpq(0)]
    for n in range(h.terms_needed() + 1):
        step = (HALF + n) * (fmpq(first, 2) + n) / ((n + 1) * (second + n))
        ratios.append(ratios[-1] * step)
        digits.append(digits[-1] - fmpq(2, (2 * n + 1) * (2 * n + 2)))
    alone = [
        r * (d - less * fmpq(1, (2 * n + 1) * (2 * n + 2))) for n, (r, d) in enumerate(zip(ratios, digits, strict=True))
    ]
    logs = arb(4).log() - interpreter.log(h) * (arb(1) / 2)
    return _sum(h, lambda k: ratios[k]) * logs, _sum(h, lambda k: alone[k])


def _elliptic_k(interpreter: OneSidedArithmetic, m: Puiseux) -> OneSided:
    """19.12.1: the sum of ((1/2)_n/n!)**2 (1-m)**n (log(4/sqrt(1-m)) + d_n), here with d_0 = 0."""
    beside, alone = _elliptic(interpreter, _positive(interpreter, "elliptic_k", -_about(interpreter, m, 1)), 1, 1, 0)
    return beside + alone


def _elliptic_e(interpreter: OneSidedArithmetic, m: Puiseux, *rest: OneSided) -> OneSided:
    """19.12.2, the complete integral."""
    if rest:
        raise Singular
    h = _positive(interpreter, "elliptic_e", -_about(interpreter, m, 1))
    beside, alone = _elliptic(interpreter, h, 3, 2, 1)
    return (beside + alone) * h * (arb(1) / 2) + arb(1)


def _polylog(interpreter: OneSidedArithmetic, s: OneSided, u: Puiseux) -> OneSided:
    """25.12.11 and 25.12.12 in log(x), about x = 1."""
    s = _constant(s, "polylog")
    _positive(interpreter, "polylog", -_about(interpreter, u, 1))
    mu, n = interpreter.log(u), _integer(s)
    if n is None or n < 1:
        edge = interpreter.real_power(-mu, s - 1) * (1 - s).gamma()
    else:
        harmonic = arb(n).digamma() + arb.const_euler()
        edge = interpreter.integer_power(mu, n - 1) * (harmonic - interpreter.log(-mu)) * (1 / arb.fac_ui(n - 1))
    return edge + _sum(mu, lambda k: (s - k).zeta() / arb.fac_ui(k) if n is None or k != n - 1 else fmpq(0))


def _bessel(name: str) -> Callable[..., Any]:
    """K and Y of a constant order about 0: 10.31.1 and 10.8.1 for whole orders, 10.27.4 and 10.2.3 for others."""
    sign = 1 if name == "besselk" else -1

    def whole(interpreter: OneSidedArithmetic, n: int, u: Puiseux) -> OneSided:
        half = u * (arb(1) / 2)
        z, power = half * half * arb(sign), interpreter.integer_power(half, n)

        def digammas(k: int) -> arb:
            return (arb(k + 1).digamma() + arb(n + k + 1).digamma()) / (arb.fac_ui(k) * arb.fac_ui(n + k))

        regular = interpreter.smooth("besseli" if sign > 0 else "besselj", [arb(n), u])
        found = interpreter.log(half) * regular * arb(-2) + power * _sum(z, digammas)
        found = found * arb((-1) ** n if sign > 0 else 1)
        if n:
            poles = _sum(-z, lambda k: _factorial(n - k - 1) / _factorial(k) if k < n else fmpq(0))
            found = found + interpreter.divide(poles, power)
        return found * (arb(1) / 2) if sign > 0 else found * (-1 / arb.pi())

    def rule(interpreter: OneSidedArithmetic, v: OneSided, u: Puiseux) -> OneSided:
        v = _constant(v, name)
        _positive(interpreter, name, _about(interpreter, u, 0))
        n = _integer(v)
        if n is not None:
            return whole(interpreter, abs(n), u) * arb(-1 if sign < 0 and n < 0 and n % 2 else 1)
        if sign > 0:
            difference = interpreter.smooth("besseli", [-v, u]) - interpreter.smooth("besseli", [v, u])
            return difference * (arb.pi() / (2 * v.sin_pi()))
        both = interpreter.smooth("besselj", [v, u]) * v.cos_pi() - interpreter.smooth("besselj", [-v, u])
        return both * (1 / v.sin_pi())

    return rule


def _struve(sign: int) -> Callable[..., Any]:
    """11.2.1 and 11.2.2, for a constant order."""

    def rule(interpreter: OneSidedArithmetic, v: OneSided, u: Puiseux) -> OneSided:
        v = _constant(v, "a Struve function")
        half = _about(interpreter, u, 0) * (arb(1) / 2)
        series = _sum(half * half, lambda k: arb(sign**k) * (arb(3) / 2 + k).rgamma() * (arb(3) / 2 + k + v).rgamma())
        return interpreter.power(half, v + 1) * series

    return rule


def _hypergeometric(interpreter: OneSidedArithmetic, a: OneSided, b: OneSided, c: OneSided, z: Puiseux) -> OneSided:
    """About z = 1: 15.8.4, or 15.8.10 where s = c - a - b is whole; first 15.8.1 where s is negative."""
    a, b, c = (_constant(p, "hyp2f1") for p in (a, b, c))
    h = _positive(interpreter, "hyp2f1", -_about(interpreter, z, 1))
    s = c - a - b
    if s < 0:
        return interpreter.power(h, s) * _beside_one(interpreter, c - a, c - b, c, h)
    return _beside_one(interpreter, a, b, c, h)


def _beside_one(interpreter: OneSidedArithmetic, a: arb, b: arb, c: arb, h: Puiseux) -> OneSided:
    """F(a, b; c; 1 - h) for c - a - b >= 0."""
    s = c - a - b
    m = _integer(s)
    if m is None:
        regular = interpreter.smooth("hyp2f1", [a, b, 1 - s, h]) * (
            c.gamma() * s.gamma() * (c - a).rgamma() * (c - b).rgamma()
        )
        other = interpreter.smooth("hyp2f1", [c - a, c - b, 1 + s, h]) * (
            c.gamma() * (-s).gamma() * a.rgamma() * b.rgamma()
        )
        return regular + interpreter.power(h, s) * other
    first, second = (c - a).rgamma() * (c - b).rgamma(), a.rgamma() * b.rgamma()

    def head(k: int) -> Any:
        return (
            first * (-1) ** k * a.rising(k) * b.rising(k) * arb.fac_ui(m - k - 1) / arb.fac_ui(k) if k < m else fmpq(0)
        )

    def weight(k: int) -> arb:
        return second * (a + m).rising(k) * (b + m).rising(k) / (arb.fac_ui(k) * arb.fac_ui(k + m))

    def digammas(k: int) -> arb:
        return (a + k + m).digamma() + (b + k + m).digamma() - arb(k + 1).digamma() - arb(k + m + 1).digamma()

    tail = interpreter.log(h) * _sum(h, weight) + _sum(h, lambda k: weight(k) * digammas(k))
    return (_sum(h, head) - interpreter.integer_power(-h, m) * tail) * c.gamma()


def _lambert(interpreter: OneSidedArithmetic, u: Puiseux, branch: OneSided | None = None) -> OneSided:
    """4.13.6 about the branch point: W = -1 + p - p**2/3 + ..., p = +-sqrt(2 (e x + 1)); W_-1 falls slowly at 0."""
    lower = branch is not None and _integer(_constant(branch, "LambertW")) == -1
    near, h = interpreter.small(u)
    if lower and near.is_zero():
        if interpreter.side(h) > 0:
            raise Undefined("LambertW is not real there")
        return Growth(-1, fast=False)
    if not interpreter.decide_zero(near + exponential_coefficients("exp", fmpq(-1), 0)[0]):
        raise Singular
    root = interpreter.real_power(_positive(interpreter, "LambertW", h) * (2 * arb.const_e()), arb(1) / 2)
    assert isinstance(root, Puiseux)  # of what tends to zero
    mu, alpha = [fmpq(-1), fmpq(1)], [fmpq(2), fmpq(-1)]
    for k in range(2, root.terms_needed() + 2):
        alpha.append(sum((mu[j] * mu[k + 1 - j] for j in range(2, k)), fmpq(0)))
        mu.append(fmpq(k - 1, k + 1) * (mu[k - 2] / 2 + alpha[k - 2] / 4) - alpha[k] / 2 - mu[k - 1] / (k + 1))
    return _sum(-root if lower else root, lambda k: mu[k])


def _slow(ends: dict[int, int]) -> Callable[..., Any]:
    """A function that tends to infinity like the root of a logarithm: {end of the domain: sign}."""

    def rule(interpreter: OneSidedArithmetic, u: Puiseux) -> OneSided:
        near, h = interpreter.small(u)
        for end, sign in ends.items():
            if interpreter.decide_zero(near - end):
                if interpreter.side(h) * (1 if end == min(ends) else -1) < 0:
                    raise Undefined("outside the domain")
                return Growth(sign, fast=False)
        raise Singular

    return rule


EXPANSIONS: dict[str, Callable[..., Any]] = {
    "Ci": _cosine_integral(-1, "Ci"),
    "Chi": _cosine_integral(1, "Chi"),
    "Ei": _exponential_integral,
    "expint": _generalised_exponential_integral,
    "uppergamma": _upper_gamma,
    "gammaincc": _regularised,
    "polygamma": _polygamma,
    "zeta": _zeta,
    "polylog": _polylog,
    "elliptic_k": _elliptic_k,
    "elliptic_e": _elliptic_e,
    "besselk": _bessel("besselk"),
    "bessely": _bessel("bessely"),
    "struveh": _struve(-1),
    "struvel": _struve(1),
    "LambertW": _lambert,
    "hyp2f1": _hypergeometric,
    "erfinv": _slow({-1: -1, 1: 1}),
    "erfcinv": _slow({0: 1, 2: -1}),
}
