"""Every smooth function of the catalogue in balls, against mpmath's own evaluation and numerical differentiation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import product
from math import factorial
from random import Random
from typing import Any

import mpmath
import pytest
import sympy
from flint import acb, arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from hesscli.exact.elementary import Undefined, Unsupported, taylor1, taylor_all, taylor_in, taylor_over
from hesscli.exact.elementary.bessel import k_bound
from hesscli.exact.elementary.table import ALONG, PARAMETRIC, UNARY
from hesscli.exact.elementary.table import SEVERAL as COMPOSED
from hesscli.exact.evaluate import evaluate
from hesscli.exact.events import Singular
from hesscli.exact.interpreters.codelist import CodeList
from hesscli.exact.interpreters.jets import JetInterpreter
from hesscli.exact.interpreters.recurrences import RECURRENCES
from hesscli.exact.interpreters.rules import RULES
from hesscli.exact.jets import Jet, monomial_key
from hesscli.exact.kinks.identities import IDENTITIES
from hesscli.language.definitions import DEFINED, definition
from hesscli.language.functions import BY_NAME, FUNCTIONS
from hesscli.language.syntax import parse
from hesscli.request import Request

mp = mpmath.mp
PREC = 100
KINKED = {
    *("Abs", "sign", "Max", "Min", "clip", "floor", "ceiling", "frac", "Mod", "Heaviside", "Piecewise"),
    *("relu", "relu6", "leaky_relu", "elu", "selu"),
}
"""Resolved into branches before they come here."""


def balanced_polygamma(s: mpmath.mpf, x: mpmath.mpf) -> mpmath.mpf:
    """Espinosa and Moll's function, as SymPy has it; mpmath's own for s = 0, 1, ..."""
    if s == int(s) and s >= 0:
        return mp.psi(int(s), x)
    with mp.workdps(2 * mp.dps):
        return (mp.zeta(s + 1, x, 1) + (mp.psi(0, -s) + mp.euler) * mp.zeta(s + 1, x)) * mp.rgamma(-s)


def polylog(s: mpmath.mpf, x: mpmath.mpf) -> mpmath.mpf:
    """The series itself near the unit circle, where mpmath's own way takes minutes."""
    if not 0.7 < abs(x) < 1:
        return mp.polylog(s, x)
    return mp.fsum(x**k * mp.power(k, -s) for k in range(1, int(-mp.prec / mp.log(abs(x), 2)) + 2))


REFERENCES: dict[str, Callable[..., mpmath.mpf]] = {
    "sqrt": mp.sqrt,
    "cbrt": lambda x: mp.sign(x) * mp.cbrt(abs(x)),
    "root": lambda x, n: mp.sign(x) * mp.root(abs(x), int(n)),
    "exp": mp.exp,
    "expm1": mp.expm1,
    "log": lambda x, b=None: mp.log(x) if b is None else mp.log(x) / mp.log(b),
    "log2": lambda x: mp.log(x) / mp.log(2),
    "log10": mp.log10,
    "log1p": mp.log1p,
    "hypot": mp.hypot,
    "sin": mp.sin,
    "cos": mp.cos,
    "tan": mp.tan,
    "cot": mp.cot,
    "sec": mp.sec,
    "csc": mp.csc,
    "asin": mp.asin,
    "acos": mp.acos,
    "atan": mp.atan,
    "acot": mp.acot,
    "asec": mp.asec,
    "acsc": mp.acsc,
    "atan2": mp.atan2,
    "sinc": mp.sinc,
    "sinh": mp.sinh,
    "cosh": mp.cosh,
    "tanh": mp.tanh,
    "coth": mp.coth,
    "sech": mp.sech,
    "csch": mp.csch,
    "asinh": mp.asinh,
    "acosh": mp.acosh,
    "atanh": mp.atanh,
    "acoth": mp.acoth,
    "asech": mp.asech,
    "acsch": mp.acsch,
    "erf": mp.erf,
    "erfc": mp.erfc,
    "erfi": mp.erfi,
    "erfcx": lambda x: mp.exp(x * x) * mp.erfc(x),
    "erfinv": mp.erfinv,
    "erfcinv": lambda x: mp.erfinv(1 - x),
    "dawson": lambda x: mp.exp(-x * x) * mp.erfi(x) * mp.sqrt(mp.pi) / 2,
    "normcdf": mp.ncdf,
    "normpdf": lambda x, m=0, s=1: mp.npdf(x, m, s),
    "poissonlogpmf": lambda k, m: mp.log(m**k * mp.exp(-m) / mp.gamma(k + 1)),
    "binomlogpmf": lambda k, n, p: mp.log(mp.binomial(n, k) * p**k * (1 - p) ** (n - k)),
    "normlogpdf": lambda x, m=0, s=1: mp.log(mp.npdf(x, m, s)),
    "fresnels": mp.fresnels,
    "fresnelc": mp.fresnelc,
    "gamma": mp.gamma,
    "loggamma": mp.loggamma,
    "lgamma": lambda x: mp.log(abs(mp.gamma(x))),
    "digamma": mp.digamma,
    "trigamma": lambda x: mp.psi(1, x),
    "polygamma": lambda n, x: balanced_polygamma(n, x),
    "factorial": mp.factorial,
    "rgamma": mp.rgamma,
    "binomial": lambda n, k: mp.gamma(n + 1) * mp.rgamma(k + 1) * mp.rgamma(n - k + 1),
    "beta": mp.beta,
    "betaln": lambda a, b: mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b),
    "lowergamma": lambda a, x: mp.gammainc(a, 0, x),
    "uppergamma": lambda a, x: mp.gammainc(a, x),
    "gammainc": lambda a, x: mp.gammainc(a, 0, x) * mp.rgamma(a),
    "gammaincc": lambda a, x: mp.gammainc(a, x) * mp.rgamma(a),
    "betainc": lambda a, b, x: mp.betainc(a, b, 0, x, regularized=True),
    "besselj": mp.besselj,
    "bessely": mp.bessely,
    "besseli": mp.besseli,
    "besselk": mp.besselk,
    "airyai": mp.airyai,
    "airybi": mp.airybi,
    "struveh": mp.struveh,
    "struvel": mp.struvel,
    "zeta": lambda s, a=1: mp.zeta(s, a),
    "polylog": polylog,
    "spence": lambda x: mp.polylog(2, 1 - x),
    "Ei": mp.ei,
    "expint": mp.expint,
    "E1": mp.e1,
    "li": mp.li,
    "Si": mp.si,
    "Ci": mp.ci,
    "Shi": mp.shi,
    "Chi": mp.chi,
    "LambertW": lambda x, k=0: mp.lambertw(x, int(k)),
    "elliptic_k": mp.ellipk,
    "elliptic_e": mp.ellipe,
    "elliptic_f": mp.ellipf,
    "legendre": mp.legendre,
    "chebyshevt": mp.chebyt,
    "chebyshevu": mp.chebyu,
    "hermite": mp.hermite,
    "laguerre": lambda n, x: mp.laguerre(n, 0, x),
    "gegenbauer": mp.gegenbauer,
    "jacobi": mp.jacobi,
    "hyp1f1": mp.hyp1f1,
    "hyp2f1": mp.hyp2f1,
    "hyp0f1": mp.hyp0f1,
    "xlogy": lambda x, y: x * mp.log(y),
    "xlog1py": lambda x, y: x * mp.log1p(y),
    "sigmoid": lambda x: 1 / (1 + mp.exp(-x)),
    "logit": lambda x: mp.log(x) - mp.log(1 - x),
    "softplus": lambda x: mp.log(1 + mp.exp(x)),
    "logsigmoid": lambda x: -mp.log(1 + mp.exp(-x)),
    "softsign": lambda x: x / (1 + abs(x)),
    "silu": lambda x: x / (1 + mp.exp(-x)),
    "mish": lambda x: x * mp.tanh(mp.log(1 + mp.exp(x))),
    "gelu": lambda x: x * mp.ncdf(x),
    "entr": lambda x: -x * mp.log(x),
    "rel_entr": lambda x, y: x * (mp.log(x) - mp.log(y)),
    "logcosh": lambda x: mp.log(mp.cosh(x)),
    "huber": lambda x, d: x * x / 2 if abs(x) <= d else d * (abs(x) - d / 2),
    "logsumexp": lambda *xs: mp.log(sum(mp.exp(x) for x in xs)),
    "logaddexp": lambda x, y: mp.log(mp.exp(x) + mp.exp(y)),
}

SEVERAL: dict[str, list[tuple[float, ...]]] = {
    "root": [(2.5, 4), (-1.5, 3), (0.75, 1)],
    "log": [(2.5, 3.0), (0.5, 0.25), (7.0, 10.0)],
    "hypot": [(3.0, 4.0), (-0.5, 1e-3), (0.0, 2.0)],
    "atan2": [(1.0, 2.0), (1.0, -2.0), (-0.5, 0.0), (0.0, 2.0), (-3.0, -0.25)],
    "polygamma": [(0.5, 2.5), (-1, 0.75), (0, 2.5), (1, 0.75), (3, 4.5), (2, -1.5), (30, 2.0)],
    "binomial": [(5.0, 2.0), (5.5, 2.25), (5.0, 7.0), (-2.5, 1.5), (0.5, -1.25)],
    "beta": [(2.0, 3.5), (-0.5, 1.25), (0.25, -0.75)],
    "betaln": [(2.0, 3.5), (0.25, 40.0)],
    "lowergamma": [(2.5, 1.5), (0.5, 0.25), (1.0, 3.0), (6.0, 0.5)],
    "uppergamma": [(2.5, 1.5), (0.5, 6.25), (-0.5, 2.0), (3.0, 12.0)],
    "gammainc": [(2.5, 1.5), (0.5, 0.25), (1.0, 3.0), (12.0, 4.0)],
    "gammaincc": [(2.5, 1.5), (0.5, 6.25), (1.0, 3.0), (2.0, 25.0)],
    "betainc": [(40.0, 30.0, 0.5), (2.5, 1.5, 0.25), (0.5, 0.75, 0.5), (3.0, 2.0, 0.875)],
    "besselj": [(0, 1.5), (2, 0.75), (0.5, 3.0), (2.5, 12.5), (3, -2.0), (-1.5, 2.25), (1, 0.0), (0, 0.0)],
    "bessely": [(0, 1.5), (2, 0.75), (0.5, 3.0), (2.25, 6.5), (-1.25, 2.0)],
    "besseli": [(0, 1.5), (2, 0.75), (0.5, 3.0), (3, -2.0), (2, 0.0), (-1.5, 2.25)],
    "besselk": [(0, 1.5), (2, 0.75), (0.5, 3.0), (1.75, 12.5)],
    "struveh": [(0, 1.5), (1.5, 0.75), (0, 0.0), (1, -2.5), (-0.75, 20.0), (-1.5, 2.0)],
    "struvel": [(0, 1.5), (1.5, 0.75), (0, 0.0), (1, -2.5), (-0.75, 20.0)],
    "zeta": [(2.0, 1.5), (3.5, 0.25), (-1.5, 2.0), (0.0, 1.5), (-2.0, 0.75), (0.5, 3.0)],
    "polylog": [(2.0, 0.5), (1.5, -0.75), (2.5, -0.9375), (0.0, 0.5), (-1.0, -0.5), (1.0, 0.125), (2.5, 0.0625)],
    "expint": [(1, 0.5), (2.5, 1.5), (0, 2.0), (-1.5, 0.75), (3, 12.0)],
    "LambertW": [(-0.25, -1), (-0.0625, -1), (0.5, 0), (-0.3125, 0)],
    "elliptic_e": [(0.5, 0.5), (2.5, 0.25), (-0.75, -2.0), (0.5, 2.0)],
    "elliptic_f": [(0.5, 0.5), (2.5, 0.25), (-0.75, -2.0), (0.5, 2.0)],
    "legendre": [(0, 0.5), (1, 2.0), (3, 0.5), (7, -0.25), (4, 1.0), (2, 0.0)],
    "chebyshevt": [(0, 0.5), (1, 2.0), (3, 0.5), (7, -0.25), (4, 1.0), (2, 0.0)],
    "chebyshevu": [(0, 0.5), (1, 2.0), (3, 0.5), (7, -0.25), (4, 1.0), (2, 0.0)],
    "hermite": [(0, 0.5), (1, 2.0), (3, 0.5), (7, -0.25), (4, 0.0)],
    "laguerre": [(0, 0.5), (1, 2.0), (3, 0.5), (7, -0.25), (4, 0.0)],
    "gegenbauer": [(3, 0.75, 0.5), (4, 2.0, -1.5), (1, -0.25, 0.25), (0, 1.5, 0.5)],
    "jacobi": [(3, 0.5, 1.5, 0.25), (2, -0.5, 0.25, -1.5), (0, 1.0, 2.0, 0.5)],
    "hyp0f1": [(1.5, 0.5), (2.0, -3.0), (-0.5, 1.0)],
    "hyp1f1": [(0.5, 1.5, 0.75), (2.0, 3.0, -4.0), (-1.0, 0.5, 2.0), (1.25, -0.5, 0.5)],
    "hyp2f1": [(0.5, 1.5, 2.5, 0.25), (0.5, 0.5, 1.0, -1.5), (1.0, 2.0, 3.5, 0.75)],
    "xlogy": [(2.0, 1.5), (0.0, 2.0), (-1.5, 0.25)],
    "xlog1py": [(2.0, 1.5), (0.0, 2.0), (-1.5, -0.25)],
    "normpdf": [(0.5,), (0.7, 0.2, 1.5), (-2.0, 1.0, 0.5)],
    "normlogpdf": [(0.5,), (0.7, 0.2, 1.5), (-2.0, 1.0, 0.5)],
    "poissonlogpmf": [(3.0, 2.5), (0.0, 0.5), (2.5, 7.25)],
    "binomlogpmf": [(3.0, 10.0, 0.25), (0.0, 4.0, 0.5), (2.5, 7.5, 0.75)],
    "rel_entr": [(2.0, 1.5), (0.25, 3.0)],
    "huber": [(0.5, 1.25), (2.0, 1.25), (-2.0, 0.75)],
    "logsumexp": [(1.0, 2.0, -0.5), (0.25,), (30.0, -20.0)],
    "logaddexp": [(1.0, 2.0), (-3.0, -3.0)],
}
POINTS = (0.0, 0.3125, 1.75, -0.6875, -2.5, 6.25, 2.0**-10, -12.4375)


def close(found: arb, expected: mpmath.mpf, dps: int = 30) -> bool:
    """Does the ball meet the number, itself right to about dps digits?"""
    with mp.workdps(60):
        middle = mpmath.mpf(found.mid().str(60, radius=False))
        radius = mpmath.mpf(found.rad().str(10, radius=False)) * mpmath.mpf("1.0001")
        return bool(abs(middle - expected) <= radius + mpmath.mpf(10) ** -dps * (1 + abs(expected)))


def partial(name: str, args: Sequence[float], index: tuple[int, ...]) -> mpmath.mpf:
    """mpmath's numerical Taylor coefficient."""
    with mp.workdps(50):
        varying = [j for j, k in enumerate(index) if k]
        point = [mpmath.mpf(x) for x in args]

        def moved(*xs: mpmath.mpf) -> mpmath.mpf:
            full = list(point)
            for j, x in zip(varying, xs, strict=True):
                full[j] = x
            return mp.re(REFERENCES[name](*full))

        if not varying:
            return moved()
        orders = tuple(index[j] for j in varying)
        value = mp.diff(moved, tuple(point[j] for j in varying), orders)
        for k in orders:
            value /= factorial(k)
        return value


def check(name: str, args: Sequence[float], found: dict[tuple[int, ...], arb]) -> None:
    """Every coefficient finite, enclosing mpmath's, and tight."""
    for index, c in found.items():
        expected = partial(name, args, index)
        where = f"{name}{tuple(args)} {index}: {c.str(25)}, mpmath {mp.nstr(expected, 25)}"
        assert c.is_finite(), where
        assert close(c, expected), where
        assert c.rel_accuracy_bits() > PREC // 2 or abs(expected) < 1e-20, f"loose: {where}"


@pytest.fixture(autouse=True)
def _precision() -> Iterator[None]:
    before = ctx.prec
    ctx.prec = PREC
    yield
    ctx.prec = before


INTERPRETED = {"log", "atan2", "binomial", "logsumexp", "jacobi", *RECURRENCES}
"""Computed in the interpreter, from the terms of their arguments."""


def rows() -> list[str]:
    """The functions of the catalogue that have a rule here."""
    return [row.name for row in FUNCTIONS if row.name not in KINKED | DEFINED | INTERPRETED]


def smooth() -> list[str]:
    """Those and the ones that follow from a definition, or from others in the interpreter."""
    return [row.name for row in FUNCTIONS if row.name not in KINKED]


def interpreted(
    name: str, args: Sequence[float], varying: Sequence[int], order: int, *, exact: bool = False
) -> dict[tuple[int, ...], arb]:
    """The coefficients of a call as typed, in four times the precision, which a definition may need."""
    ctx.prec = 4 * PREC
    constant = BY_NAME[name].constant
    names = [f"x{j}" for j in range(len(args))]
    typed = [str(int(x)) if j in constant else f"x{j}" for j, x in enumerate(args)]
    inputs: list[Any] = [arb(x) for x in args]
    for place, j in enumerate(varying):
        inputs[j] = Jet.variable(place, inputs[j], order)
    code = CodeList.of(parse(f"{name}({', '.join(typed)})", variables=names))
    (term,) = JetInterpreter(code, inputs, order, exact=exact).outputs()
    found = {}
    for index in product(range(order + 1), repeat=len(varying)):
        if sum(index) <= order:
            full = [0] * len(args)
            for j, k in zip(varying, index, strict=True):
                full[j] = k
            key = monomial_key(dict(enumerate(index)), order)
            c = term.coefficient(sum(index), key) if isinstance(term, Jet) else term if not any(index) else None
            found[tuple(full)] = arb(0) if c is None else c
    return found


def test_every_smooth_row_of_the_catalogue_has_a_rule_and_a_reference() -> None:
    known = {*UNARY, *PARAMETRIC, *COMPOSED, *(name for name, _ in ALONG)}
    assert not [name for name in rows() if name not in known]
    assert RULES.keys() >= INTERPRETED - {"log"}
    assert not [name for name in smooth() if name not in REFERENCES]
    assert not [name for name in smooth() if (BY_NAME[name].most or 2) > 1 and name not in SEVERAL]


def test_what_has_a_definition_has_no_rule_beside_it() -> None:
    rules = {*UNARY, *PARAMETRIC, *COMPOSED, *RULES, *IDENTITIES, *(name for name, _ in ALONG)}
    assert not (DEFINED - {"log"}) & rules


@pytest.mark.parametrize("name", sorted(name for name in smooth() if name in DEFINED and BY_NAME[name].least == 1))
def test_definitions_of_one_argument_to_order_four(name: str) -> None:
    if definition(name, 1) is None:
        return
    seen = 0
    for x in POINTS:
        with suppress(Undefined, Singular):
            check(name, [x], interpreted(name, [x], [0], 4))
            seen += 1
    assert seen > 1


@pytest.mark.parametrize(
    ("name", "args"), [(name, args) for name in sorted(DEFINED | INTERPRETED) for args in SEVERAL.get(name, [])]
)
def test_what_the_walk_computes_of_several_arguments(name: str, args: tuple[float, ...]) -> None:
    if name in ("xlogy", "xlog1py") and args[0] == 0:
        return
    varying = [j for j in range(len(args)) if j not in BY_NAME[name].constant]
    check(name, args, interpreted(name, args, varying, 2))


@pytest.mark.parametrize("name", [name for name in rows() if name in UNARY])
def test_functions_of_one_argument_to_order_four(name: str) -> None:
    seen = 0
    for x in POINTS:
        try:
            row = taylor1(name, arb(x), 4)
        except Undefined:
            continue
        if x == 0 and name == "spence":
            continue
        seen += 1
        check(name, [x], {(k,): c for k, c in enumerate(row)})
    assert seen


@pytest.mark.parametrize(("name", "args"), [(name, args) for name in rows() for args in SEVERAL.get(name, [])])
def test_functions_of_several_arguments_one_argument_at_a_time(name: str, args: tuple[float, ...]) -> None:
    for j in range(len(args)):
        if j in BY_NAME[name].constant or (args[-1] == 0 and j == 0):
            continue
        if name.startswith(("bessel", "struve", "polygamma")) and args[1] <= 0 and j == 0:
            continue
        row = taylor_in(name, [arb(x) for x in args], j, 4 if j == len(args) - 1 else 2)
        check(name, args, {tuple(k if i == j else 0 for i in range(len(args))): c for k, c in enumerate(row)})


MIXED = [
    (name, args)
    for name in rows()
    for args in SEVERAL.get(name, [])[:2]
    if name not in ("root", "LambertW") and len(args) - len(BY_NAME[name].constant) > 1
]


@pytest.mark.parametrize(("name", "args"), MIXED)
def test_mixed_coefficients_in_all_arguments(name: str, args: tuple[float, ...]) -> None:
    check(name, args, taylor_all(name, [arb(x) for x in args], 2))


@pytest.mark.parametrize(
    ("name", "x"),
    [
        ("exp", 0.5),
        ("tan", 0.75),
        ("sinc", 1.5),
        ("tanh", 0.5),
        ("erfcx", 5.0),
        ("dawson", 6.0),
        ("Ei", 1.5),
        ("asinh", 2.5),
        ("Si", 2.5),
        ("airyai", 1.5),
        ("LambertW", 1.5),
        ("softplus", -0.5),
        ("elliptic_k", -0.5),
        ("cosh", 3.5),
    ],
)
def test_order_24(name: str, x: float) -> None:
    row = taylor1(name, arb(x), 24)
    with mp.workdps(80):
        expected = mp.taylor(REFERENCES[name], mpmath.mpf(x), 24)
    assert len(row) == 25
    for k, c in enumerate(row):
        assert close(c, mp.re(expected[k]), 25), f"{name} {k}: {c.str(20)} {mp.nstr(expected[k], 20)}"
        assert c.rel_accuracy_bits() > PREC // 2


@pytest.mark.parametrize(
    ("name", "args", "j"), [("besselj", (2, 1.5), 0), ("expint", (2.5, 1.5), 0), ("legendre", (90, 0.3), 1)]
)
def test_order_10_in_one_of_several(name: str, args: tuple[float, ...], j: int) -> None:
    row = taylor_in(name, [arb(x) for x in args], j, 10)
    with mp.workdps(60):
        point = [mpmath.mpf(x) for x in args]
        expected = mp.taylor(lambda x: REFERENCES[name](*point[:j], x, *point[j + 1 :]), point[j], 10)
    for c, value in zip(row, expected, strict=True):
        assert close(c, value, 20)
        assert c.rel_accuracy_bits() > PREC // 2


def test_polylog_beyond_the_unit_disc_against_its_integral() -> None:
    with mp.workdps(40):

        def integral(s: mpmath.mpf) -> mpmath.mpf:
            return -mp.quad(lambda t: t ** (s - 1) / (mp.exp(t) / 5 + 1), [0, 1, 5, 20, 100, 200]) / mp.gamma(s)

        slope = mp.diff(integral, 3)
    assert close(taylor_in("polylog", [arb(3), arb(-5)], 0, 1)[1], slope, 20)


EDGES = [
    ("asin", 1.0, "1.5708", "inf"),
    ("acos", -1.0, "3.1416", "-inf"),
    ("acosh", 1.0, "0", "inf"),
    ("elliptic_e", 1.0, "1.0000", "-inf"),
    ("spence", 0.0, "1.6449", "-inf"),
]


@pytest.mark.parametrize(("name", "x", "value", "slope"), EDGES)
def test_ends_of_a_domain_have_a_value_and_no_derivative(name: str, x: float, value: str, slope: str) -> None:
    row = taylor1(name, arb(x), 2)
    assert row[0].str(5, radius=False) == value
    assert (row[1] > 0) == (slope == "inf")
    assert not row[1].is_finite()
    assert not row[2].is_finite()


OUTSIDE = [
    *[("log", (0.0,)), ("log", (-1.0,)), ("asin", (1.5,)), ("acosh", (0.5,)), ("atanh", (1.0,))],
    *[("gamma", (0.0,)), ("gamma", (-3.0,)), ("loggamma", (-0.5,)), ("lgamma", (-2.0,))],
    *[("erfinv", (1.0,)), ("erfcinv", (0.0,)), ("Ei", (0.0,))],
    *[("Ci", (-1.0,)), ("zeta", (1.0,)), ("LambertW", (-0.5,)), ("LambertW", (0.5, -1.0)), ("elliptic_k", (1.0,))],
    *[("root", (-8.0, 2.0)), ("besselj", (0.5, -1.0)), ("bessely", (1.0, 0.0)), ("polylog", (2.0, 1.5))],
    *[("betainc", (1.0, 1.0, 1.5)), ("hyp2f1", (0.5, 0.5, 1.0, 2.0)), ("hyp1f1", (0.5, -1.0, 2.0))],
    *[
        ("polygamma", (0.5, -2.0)),
    ],
    *[("gammainc", (-1.0, 2.0)), ("expint", (1.0, 0.0))],
]


@pytest.mark.parametrize(("name", "args"), OUTSIDE)
def test_outside_the_domain_is_undefined_and_says_where(name: str, args: tuple[float, ...]) -> None:
    with pytest.raises(Undefined, match=f"{name}.*undefined over the reals"):
        taylor_all(name, [arb(x) for x in args], 1)


HARD = [
    *[("sin", (1e22,)), ("erfc", (30.0,)), ("gamma", (170.5,)), ("exp", (-800.0,)), ("sinh", (1e-300,))],
    *[("normcdf", (-40.0,)), ("besselk", (1.0, 700.0)), ("tanh", (40.0,))],
    *[("softplus", (1600.0,)), ("gammaincc", (2.5, 300.0)), ("besselj", (2.0, 1e5))],
    *[("airyai", (100.0,)), ("softplus", (-700.0,)), ("log1p", (1e-300,)), ("atan", (1e300,))],
]


@pytest.mark.parametrize(("name", "args"), HARD)
def test_large_and_small_arguments(name: str, args: tuple[float, ...]) -> None:
    ctx.prec = 200
    table = taylor_all(name, [arb(x) for x in args], 2)
    assert all(c.is_finite() for c in table.values())
    with mp.workdps(800 if name == "log1p" else 60):
        expected = REFERENCES[name](*map(mpmath.mpf, args))
    assert mpmath.mpf(table[(0,) * len(args)].str(40, radius=False)).ae(expected, 1e-14)


BEYOND = [
    *[("struveh", (0.5, 1e6), 1), ("gamma", (1e9,), 0), ("tanh", (1e22,), 0), ("erfcx", (1e10,), 0)],
    *[("dawson", (1e10,), 0), ("normcdf", (-1e9,), 0), ("gammainc", (1e5, 99000.0), 1)],
    *[("hyp2f1", (5.0, 700.5, 1.25, -0.9), 3), ("softplus", (-1e5,), 0), ("gamma", (-1e9 + 0.5,), 0)],
]


@pytest.mark.parametrize(("name", "args", "j"), BEYOND)
def test_far_out_the_digits_are_proven_and_many(name: str, args: tuple[float, ...], j: int) -> None:
    ctx.prec = 200
    for c in taylor_in(name, [arb(x) for x in args], j, 2):
        assert c.rel_accuracy_bits() > 60


ZEROS = [
    ("normcdf", (1.0,), 0, 3),
    ("fresnelc", (1.0,), 0, 1),
    ("Ei", (1.0,), 0, 2),
    ("gammainc", (2.0, 1.0), 1, 2),
    ("besselk", (0.0, 1.5), 0, 1),
    ("zeta", (-2.0, 0.5), 1, 0),
    ("binomial", (4.0, 2.0), 1, 1),
]


@pytest.mark.parametrize(("name", "args", "j", "k"), ZEROS)
def test_true_zeros_are_exactly_zero(name: str, args: tuple[float, ...], j: int, k: int) -> None:
    assert taylor_in(name, [arb(x) for x in args], j, 3)[k].is_zero()


@pytest.mark.parametrize(
    ("name", "args", "varying", "index"),
    [
        ("hypot", (0.0, 3.0), [1], (0, 2)),
        ("hypot", (-1.0, 2.0), [0, 1], (4, 0)),
        ("sigmoid", (0.0,), [0], (6,)),
        ("logit", (0.5,), [0], (2,)),
        ("logaddexp", (1.0, 1.0), [0], (3, 0)),
        ("binomial", (1.0, 3.0), [0], (2, 0)),
        ("legendre", (2, 0.0), [1], (0, 1)),
        ("chebyshevt", (3, 0.5), [1], (0, 1)),
        ("gegenbauer", (2, 0.75, 0.0), [1, 2], (0, 1, 1)),
        ("jacobi", (2, -0.5, 0.5, 0.25), [3], (0, 0, 0, 1)),
        ("hyp1f1", (0.5, 1.5, 0.0), [0, 2], (1, 0, 0)),
        ("hyp2f1", (-2.0, 1.0, 0.5, 0.25), [3], (0, 0, 0, 3)),
    ],
)
def test_true_zeros_of_definitions_are_exactly_zero(
    name: str, args: tuple[float, ...], varying: list[int], index: tuple[int, ...]
) -> None:
    assert interpreted(name, args, varying, 6, exact=True)[index].is_zero()


def test_mixed_coefficients_at_an_end_of_the_domain() -> None:
    assert taylor_all("gammainc", [arb(2), arb(0)], 2)[1, 1].is_zero()
    assert not taylor_all("gammainc", [arb(1), arb(0)], 2)[1, 1].is_finite()
    assert taylor_all("uppergamma", [arb(3), arb(0)], 2)[1, 0].overlaps(taylor1("gamma", arb(3), 1)[1])
    assert taylor_all("betainc", [arb(3), arb(2), arb(1)], 2)[1, 0, 1].is_zero()
    assert taylor_all("betainc", [arb(2), arb(3), arb(0)], 2)[0, 0, 2] == 6
    slope = taylor_all("polylog", [arb(2.5), arb(0)], 3)[1, 2]
    assert slope.overlaps(-arb(2).log() / arb(2) ** arb(2.5))


def test_unknown_functions_are_unsupported_and_globals_are_restored() -> None:
    before = ctx.prec, ctx.cap
    with pytest.raises(Unsupported):
        taylor_all("Abs", [arb(1)], 1)
    with pytest.raises(Undefined):
        taylor1("log", arb(-1), 5)
    assert (ctx.prec, ctx.cap) == before


CASES = [(name, (x,)) for name in UNARY for x in (0.5, 1.25, -0.75, 2.5)] + [
    (name, args) for name in rows() for args in SEVERAL.get(name, [])[:3]
]


@settings(max_examples=250, deadline=None)
@given(
    case=st.sampled_from(CASES),
    exponents=st.tuples(*[st.integers(-100, 1)] * 4),
    inside=st.tuples(*[st.floats(-1, 1)] * 4),
    j=st.integers(0, 3),
)
def test_a_ball_encloses_what_its_points_give(
    case: tuple[str, tuple[float, ...]], exponents: tuple[int, ...], inside: tuple[float, ...], j: int
) -> None:
    name, args = case
    j %= len(args)
    if j in BY_NAME[name].constant:
        return
    radii = [arb(2) ** e if i == j or i % 2 else arb(0) for i, e in zip(range(len(args)), exponents, strict=False)]
    if BY_NAME[name].constant:
        radii = [radius if i == j else arb(0) for i, radius in enumerate(radii)]
    balls = [arb(x) + (-radius).union(radius) for x, radius in zip(args, radii, strict=True)]
    points = [(x + radius * t) for x, radius, t in zip(args, radii, inside, strict=False)]
    points = [p.mid() if ball.contains(p.mid()) else ball.mid() for p, ball in zip(points, balls, strict=True)]
    try:
        wide, thin = taylor_in(name, balls, j, 2), taylor_in(name, points, j, 2)
    except (Undefined, Unsupported):
        return
    for found, expected in zip(wide, thin, strict=True):
        assert found.overlaps(expected) or not found.is_finite() or not expected.is_finite()


def some_number(random: Random) -> float:
    """Ordinary, whole, tiny and large numbers."""
    kind = random.random()
    if kind < 0.5:
        return random.uniform(-4, 4)
    if kind < 0.75:
        return random.randint(-12, 24) / 2
    return random.choice([-1, 1]) * 10 ** random.uniform(-12, 2)


def some_radius(random: Random, x: float) -> float:
    """Nothing, a rounding error, a little, or so much that the ball holds zeros and poles."""
    return random.choice([0.0, 2.0 ** random.randint(-110, -30), 2.0 ** random.randint(-30, -6), max(1.0, abs(x)) / 2])


@settings(max_examples=400, deadline=None)
@given(name=st.sampled_from(rows()), random=st.randoms(use_true_random=False))
def test_random_balls_in_several_arguments_enclose_what_their_points_give(name: str, random: Random) -> None:
    row = BY_NAME[name]
    count = row.least if row.most == row.least else random.randint(row.least, row.most or 3)
    mids = [some_number(random) for _ in range(count)]
    mids = [abs(x) for x in mids] if random.random() < 0.5 else mids
    rads = [some_radius(random, x) for x in mids]
    for j in row.constant:
        if j < count:
            mids[j], rads[j] = (random.choice([0, -1]) if name == "LambertW" else random.randint(0, 9)), 0.0
    free = [j for j in range(count) if j not in row.constant]
    varying = sorted(random.sample(free, random.randint(0, min(2, len(free)))))
    order = random.randint(0, 3) if varying else 0
    balls = [arb(x, r) for x, r in zip(mids, rads, strict=True)]
    points = [(ball.mid() + ball.rad() * arb(random.choice([-1, 1, random.uniform(-1, 1)]))).mid() for ball in balls]
    points = [p if ball.contains(p) else ball.mid() for p, ball in zip(points, balls, strict=True)]
    try:
        ctx.prec = PREC + 100
        thin = taylor_over(name, points, varying, order)
    except (Undefined, Unsupported):
        return
    try:
        ctx.prec = random.choice([53, PREC])
        wide = taylor_over(name, balls, varying, order)
    except Unsupported:
        return
    except Undefined as error:
        raise AssertionError(f"{name} of {balls} is said to be undefined, but not at {points}") from error
    for index, c in wide.items():
        assert not c.is_finite() or c.overlaps(thin[index]), (
            f"{name}{balls} {index}: {c}, but {thin[index]} at {points}"
        )


@pytest.mark.parametrize(
    ("name", "args", "varying"),
    [
        ("besselj", (0.75, 1.5), [0, 1]),
        ("besselj", (-2, 12.5), [0]),
        ("besseli", (5.5, 30.25), [0, 1]),
        ("hyp0f1", (-0.75, 1.5), [0, 1]),
        ("hyp1f1", (0.75, 1.5, -4.0), [0, 2]),
        ("hyp1f1", (0.75, -1.5, 4.0), [1]),
        ("hyp2f1", (0.75, 1.5, 2.25, -0.5), [1, 3]),
    ],
)
def test_series_in_a_parameter_meet_cauchys_integral(
    name: str, args: tuple[float, ...], varying: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    balls = [arb(x) for x in args]
    found = taylor_over(name, balls, varying, 3)
    monkeypatch.setitem(PARAMETRIC, name, replace(PARAMETRIC[name], series=None))
    expected = taylor_over(name, balls, varying, 3)
    assert found.keys() == expected.keys()
    for index, c in found.items():
        assert c.overlaps(expected[index])
        assert c.rel_accuracy_bits() > PREC // 2


PARAMETERS = [
    *[("gammainc", (1000.0, 1000.0), 0, 1), ("gammaincc", (500.0, 700.0), 0, 2), ("uppergamma", (150.5, 90.25), 0, 1)],
    *[("struveh", (0.5, 1e4), 0, 1), ("struvel", (0.25, 250.0), 0, 1), ("besselj", (300.5, 300.0), 0, 1)],
    *[("betainc", (300.0, 200.0, 0.5), 0, 1), ("betainc", (20.5, 300.0, 0.1), 1, 2), ("zeta", (-20.5, 1.5), 1, 2)],
    *[("besseli", (300.5, 300.0), 0, 1), ("legendre", (400, 0.3), 1, 2), ("chebyshevu", (300, -0.7), 1, 3)],
    *[("legendre", (200, -1.0), 1, 1), ("polygamma", (2, 1e3), 0, 2), ("polygamma", (1.25, 1e-8), 0, 1)],
]


@pytest.mark.parametrize(("name", "args", "j", "k"), PARAMETERS)
def test_large_parameters(name: str, args: tuple[float, ...], j: int, k: int) -> None:
    ctx.prec = 2000 if name == "struvel" else 300
    found = taylor_in(name, [arb(x) for x in args], j, k)[k]
    assert found.rel_accuracy_bits() > 60
    expected = partial(name, args, tuple(k if i == j else 0 for i in range(len(args))))
    with mp.workdps(40):
        assert mpmath.mpf(found.str(40, radius=False)).ae(expected, 1e-20)


def test_polygamma_between_whole_orders_as_sympy_has_it() -> None:
    for s, x in ((0.5, 2.5), (-1.0, 2.5), (-0.5, 0.5), (2.25, 7.0)):
        expected = sympy.polygamma(sympy.Rational(s), sympy.Rational(x)).evalf(25)
        with mp.workdps(30):
            assert close(taylor_all("polygamma", [arb(s), arb(x)], 0)[0, 0], mpmath.mpf(str(expected)), 20)


def test_the_order_of_a_growing_function_moves_it_by_a_decaying_one() -> None:
    row = taylor_in("besseli", [arb(0), arb(10_000)], 0, 1)
    with mp.workdps(40):
        assert mpmath.mpf(row[1].str(30, radius=False)).ae(-mp.besselk(0, 10_000), 1e-20)


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(["besselj", "besseli", "gammainc", "expint", "hyp0f1"]),
    a=st.floats(0.1, 6),
    x=st.floats(0.1, 9),
)
def test_derivatives_in_parameters_at_random_points(name: str, a: float, x: float) -> None:
    table = taylor_over(name, [arb(a), arb(x)], [0, 1], 2)
    for index in ((1, 0), (1, 1)):
        assert close(table[index], partial(name, (a, x), index), 20)


@pytest.mark.parametrize(("s", "z"), [(1e5, 0.625), (400.5, 30.0), (1e8, 0.1)])
def test_expint_of_a_large_order_in_both_arguments(s: float, z: float) -> None:
    found = evaluate(parse("expint(x, y)"), Request("hessian"), (s, z))
    with mpmath.workdps(40):

        def integral(i: int, k: int) -> mpmath.mpf:
            density = lambda u: (-u) ** i * (-mpmath.exp(u)) ** k * mpmath.exp(-z * mpmath.exp(u) - (s - 1) * u)  # noqa: E731
            return mpmath.quad(density, [x / s for x in (0, 2, 10, 40, 90)])

        expected = [integral(*at) for at in ((2, 0), (1, 1), (1, 1), (0, 2))]
        for text, truth in zip(found.values["hessian"].texts, expected, strict=True):
            assert text is not None
            assert abs(mpmath.mpf(text) / truth - 1) < mpmath.mpf(10) ** -16


@pytest.mark.parametrize("phi", [2.0, -2.0, 5.0, 8.0])
def test_the_elliptic_integral_of_parameter_one_goes_on_beyond_its_first_quarter(phi: float) -> None:
    found = evaluate(parse("elliptic_e(x, 1)"), Request("hessian"), (phi,))
    slope = mpmath.cos(phi)  # E(phi, 1) is the integral of |cos|
    assert float(found.texts["gradient"][0]) == pytest.approx(float(abs(slope)), rel=1e-15)
    assert float(found.texts["hessian"][0][0]) == pytest.approx(float(-mpmath.sign(slope) * mpmath.sin(phi)), rel=1e-15)


def test_a_bound_of_an_order_beyond_reach_is_given_up():
    """Flint works on it for minutes."""
    assert not k_bound(acb("1e15"), acb(0.625)).is_finite()
    assert k_bound(acb(1000), acb(0.625)).is_finite()


def test_an_order_beyond_reach_is_given_up_at_once() -> None:
    found = evaluate(parse("bessely(x, 0.625)"), Request("gradient"), (1e15,))
    assert found.status == "unchecked"
