"""Identities that reduce a function at an edge, a pole or infinity to powers, logarithms, exponentials."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flint import arb, fmpq

from hesscli.exact.elementary import Undefined, Unsupported
from hesscli.exact.events import Singular
from hesscli.exact.kinks import expansions
from hesscli.exact.kinks.arithmetic import OneSided, OneSidedArithmetic
from hesscli.exact.kinks.puiseux import Growth, Puiseux, Transseries
from hesscli.exact.rational import angle


def _root(interpreter: OneSidedArithmetic, a: Puiseux, degree: arb) -> OneSided:
    """The real root, odd about zero for an odd degree."""
    if interpreter.side(a) >= 0:
        return interpreter.real_power(a, 1 / degree)
    if int(degree.unique_fmpz()) % 2 == 0:
        raise Undefined("an even root of a negative number is not real")
    return -interpreter.real_power(-a, 1 / degree)


def _arccosine(interpreter: OneSidedArithmetic, u: Puiseux) -> OneSided:
    """acos(u) = 2*asin(sqrt((1 - u)/2)), which is good about u = 1; about -1 acos(u) = pi - acos(-u)."""
    if interpreter.side(u) < 0:
        return angle(1) - _arccosine(interpreter, -u)
    return interpreter.smooth("asin", [interpreter.real_power((arb(1) - u) * (arb(1) / 2), arb(1) / 2)]) * arb(2)


def _area_cosine(interpreter: OneSidedArithmetic, u: Puiseux) -> OneSided:
    return interpreter.smooth("asinh", [interpreter.real_power((u - arb(1)) * (arb(1) / 2), arb(1) / 2)]) * arb(2)


def _area_tangent(interpreter: OneSidedArithmetic, u: Puiseux) -> OneSided:
    return (interpreter.log(arb(1) + u) - interpreter.log(arb(1) - u)) * (arb(1) / 2)


def _arctangent(interpreter: OneSidedArithmetic, u: Puiseux) -> OneSided:
    return angle(fmpq(interpreter.side(u), 2)) - interpreter.smooth("atan", [interpreter.divide(arb(1), u)])


def _saturating(low: int) -> Callable[..., Any]:
    """Functions that approach their limits low and 1 exponentially: flat to every order in t."""

    def rule(interpreter: OneSidedArithmetic, u: Transseries) -> OneSided:
        if isinstance(u, Growth):
            if not u.fast:
                raise Unsupported("a function of a slow infinity")
        elif (found := interpreter.lead(u)) is None or found[0][0] >= 0:
            raise Singular
        side = interpreter.side(u)
        return arb(1 if side > 0 else low) + interpreter.flat(-side)

    return rule


def _asinh(interpreter: OneSidedArithmetic, u: Puiseux) -> OneSided:
    """The logarithm of |u| + sqrt(u**2 + 1), with the sign of u."""
    if interpreter.side(u) < 0:
        return -_asinh(interpreter, -u)
    return interpreter.log(u + interpreter.real_power(u * u + arb(1), arb(1) / 2))


def _gamma(interpreter: OneSidedArithmetic, u: Puiseux) -> OneSided:
    """Euler's reflection: gamma(u) = pi / (sin(pi*u) * gamma(arb(1) - u)), the sine exact about whole numbers."""
    near, h = interpreter.small(u)
    if not near.is_integer():
        raise Singular
    sine = interpreter.smooth("sin", [h * arb.pi()]) * arb((-1) ** (int(near.unique_fmpz()) & 1))
    return interpreter.divide(arb.pi(), sine * interpreter.smooth("gamma", [arb(1) - u]))


def _magnitude(interpreter: OneSidedArithmetic, u: OneSided) -> OneSided:
    return u if interpreter.sign(u) >= 0 else -u


def _bessel(sign: int) -> Callable[..., Any]:
    """J and I about 0: (x/2)**v / gamma(v + 1) * 0F1(v + 1; -+ x**2/4), for a constant order v."""

    def rule(interpreter: OneSidedArithmetic, v: OneSided, x: Puiseux) -> OneSided:
        if not isinstance(v, arb):
            raise Unsupported("a Bessel function of a varying order at its edge")
        series = interpreter.smooth("hyp0f1", [v + 1, x * x * (arb(sign) / 4)])
        return interpreter.power(x * (arb(1) / 2), v) * series * (1 / (v + 1).gamma())

    return rule


def _lower_gamma(interpreter: OneSidedArithmetic, a: OneSided, x: Puiseux) -> OneSided:
    """About 0: x**a / a * 1F1(a; a + 1; -x), for a constant a."""
    if not isinstance(a, arb):
        raise Unsupported("an incomplete gamma function of a varying order at its edge")
    return interpreter.power(x, a) * interpreter.smooth("hyp1f1", [a, a + 1, -x]) * (1 / a)


def _dilogarithm(interpreter: OneSidedArithmetic, u: Puiseux) -> OneSided:
    """Euler's reflection: Li2(1 - u) = pi**2/6 - log(u)*log(1 - u) - Li2(u), good about u = 0."""
    rest = interpreter.log(u) * interpreter.smooth("log1p", [-u]) + interpreter.smooth("spence", [arb(1) - u])
    return arb.pi() ** 2 / 6 - rest


def _incomplete_beta(interpreter: OneSidedArithmetic, a: OneSided, b: OneSided, x: Puiseux) -> OneSided:
    """About 0: x**a * (1 - x)**b / (a*B(a, b)) * 2F1(a + b, 1; a + 1; x), for constants a, b; about 1 by symmetry."""
    if not (isinstance(a, arb) and isinstance(b, arb)):
        raise Unsupported("an incomplete beta function of varying parameters at its edge")
    if interpreter.base(x) > arb(1) / 2:
        return arb(1) - _incomplete_beta(interpreter, b, a, arb(1) - x)
    factor = (a + b).gamma() / (a.gamma() * b.gamma() * a)
    series = interpreter.smooth("hyp2f1", [a + b, arb(1), a + 1, x])
    return interpreter.power(x, a) * interpreter.power(arb(1) - x, b) * series * factor


def _softplus(interpreter: OneSidedArithmetic, u: Transseries) -> OneSided:
    """Far out it is its argument, or nothing, up to an exponential."""
    return (u if interpreter.side(u) > 0 else arb(0)) + interpreter.flat(1)


IDENTITIES: dict[str, Callable[..., Any]] = {
    **expansions.EXPANSIONS,
    "log": lambda interpreter, u: interpreter.log(u),
    "exp": lambda interpreter, u: interpreter.exp(u),
    "log1p": lambda interpreter, u: interpreter.log(arb(1) + u),
    "expm1": lambda interpreter, u: interpreter.exp(u) - arb(1),
    "sinh": lambda interpreter, u: (interpreter.exp(u) - interpreter.exp(-u)) * (arb(1) / 2),
    "cosh": lambda interpreter, u: (interpreter.exp(u) + interpreter.exp(-u)) * (arb(1) / 2),
    "sin": lambda interpreter, u: interpreter.wave(u, sine=1),
    "cos": lambda interpreter, u: interpreter.wave(u, cosine=1),
    "root": _root,
    "asin": lambda interpreter, u: angle(fmpq(1, 2)) - _arccosine(interpreter, u),
    "acos": _arccosine,
    "asinh": _asinh,
    "acosh": _area_cosine,
    "atanh": _area_tangent,
    "atan": _arctangent,
    "tan": lambda interpreter, u: interpreter.divide(interpreter.smooth("sin", [u]), interpreter.smooth("cos", [u])),
    "tanh": _saturating(-1),
    "erf": _saturating(-1),
    "normcdf": _saturating(0),
    "erfc": lambda interpreter, u: arb(1) - IDENTITIES["erf"](interpreter, u),
    "softplus": _softplus,
    "gelu": lambda interpreter, u: u * interpreter.smooth("normcdf", [u]),
    "gamma": _gamma,
    "besselj": _bessel(-1),
    "besseli": _bessel(1),
    "lowergamma": _lower_gamma,
    "spence": _dilogarithm,
    "betainc": _incomplete_beta,
    "gammainc": lambda interpreter, a, x: _lower_gamma(interpreter, a, x) * (1 / a.gamma()),
    "binomial": lambda interpreter, n, k: (
        interpreter.smooth("gamma", [n + arb(1)])
        * interpreter.smooth("rgamma", [k + arb(1)])
        * interpreter.smooth("rgamma", [n - k + arb(1)])
    ),
    "lgamma": lambda interpreter, u: interpreter.log(_magnitude(interpreter, _gamma(interpreter, u))),
    "loggamma": lambda interpreter, u: interpreter.log(_gamma(interpreter, u)),
}
"""Tried where a function has no Taylor series at the limit of its argument."""
