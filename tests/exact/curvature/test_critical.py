"""Critical points: exact ones, ones between doubles, and points that are none."""

import random
import re

import mpmath
import numpy as np
import pytest
import sympy
from scipy.optimize import minimize

from tests.exact.curvature.cases import of

FALSE_BEFORE = [
    ("1e20*x^2-y^2", (0, 0), "indefinite", "saddle point"),
    ("x^2+1e-17*y^2", (0, 0), "positive definite", "local minimum"),
    ("(1-x)^2+1e14*(y-x^2)^2", (1, 1), "positive definite", "local minimum"),
    ("500*(r-1.1e-10)^2/2", (1.105e-10,), "positive definite", None),
    ("500*(r-1.1e-10)^2/2", (1.1e-10,), "positive definite", "local minimum"),
    ("cos(x)", (1e12,), "negative definite", None),
    ("tan(x)", (1.5707963267948966,), "positive definite", None),
    ("1e13*x^2+y^2", (0, 1), "positive definite", None),
    ("sqrt(x*y)**2", (0, 0), None, None),
    ("x^4+y^4", (0, 0), "zero", "local minimum"),
    ("x^3", (0,), "zero", "neither minimum nor maximum"),
]


@pytest.mark.parametrize(("text", "point", "word", "kind"), FALSE_BEFORE)
def test_what_was_said_falsely_once(text, point, word, kind):
    told = of(text, *point)
    assert told.definiteness == word
    assert (told.critical and told.critical.kind) == kind
    assert told.critical is None or told.critical.proven


def test_the_small_eigenvalue_of_a_steep_valley():
    """t = 2 + 10e14, d = 4e14: (t - sqrt(t**2 - 4 d)) / 2 at 60 digits."""
    with mpmath.workdps(60):
        trace, det = mpmath.mpf(10) ** 15 + 2, 4 * mpmath.mpf(10) ** 14
        small = mpmath.nstr((trace - mpmath.sqrt(trace**2 - 4 * det)) / 2, 17)
    assert of("(1-x)^2+1e14*(y-x^2)^2", 1, 1).eigenvalues[0] == small


@pytest.mark.parametrize(
    ("text", "point", "kind"),
    [
        ("x^4", (0,), "local minimum"),
        ("-x^20", (0,), "local maximum"),
        ("x^5", (0,), "neither minimum nor maximum"),
        ("x^2+y^3", (0, 0), "neither minimum nor maximum"),
        ("x^2+y^4", (0, 0), "local minimum"),
        ("(y-x^2)*(y-2*x^2)", (0, 0), "neither minimum nor maximum"),
        ("(y-x^2)*(y-2*x^2)+3*x^4", (0, 0), "local minimum"),
        ("x^6-2*x^2*y^2-y^2", (0, 0), "neither minimum nor maximum"),
        ("x^3-3*x*y^2", (0, 0), "neither minimum nor maximum"),
        ("(x+y)^2-x^4+1e-5*x^5", (0, 0), "neither minimum nor maximum"),
        ("(x+y)^2+(x-y)^4+x^5", (0, 0), "local minimum"),
        ("-(x+y)^2-(x-y)^4+x^5", (0, 0), "local maximum"),
        ("cos(x)-1+x^2/2+y^4", (0, 0), "local minimum"),
        ("E*x^2+exp(1)*y^4", (0, 0), "local minimum"),
        ("x^4+y^4+z^4-x^2*y*z", (0, 0, 0), "local minimum"),
        ("x^4+y^4+z^4-4*x^2*y*z", (0, 0, 0), "neither minimum nor maximum"),
        ("x^2*y^2", (0, 0), "local minimum"),
        ("-(x*y-1)^2", (1, 1), "local maximum"),
        ("x^2*y^2+x^7", (0, 0), "open"),
        ("exp(x+y)-x-y", (0, 0), "local minimum"),
        ("(x-y)^2+cos(x-y)", (3, 3), "local minimum"),
        ("log(exp(x)+exp(y))-x/2-y/2", (1, 1), "local minimum"),
        ("(3*x^2+2*x*y+3*y^2)/(x^2+y^2)", (1, 1), "local maximum"),
        ("(3*x^2+2*x*y+3*y^2)/(x^2+y^2)", (1, -1), "local minimum"),
        ("5+0*x", (1,), "constant around the point"),
        ("floor(x)", (0.5,), "constant around the point"),
        ("x*y*x", (0, 2), "local minimum"),
        ("x*y*x", (0, -2), "local maximum"),
        ("sinc(x)", (0,), "local maximum"),
    ],
)
def test_the_lowest_order_that_decides(text, point, kind):
    """The fourth form has the reduced function -x**4/4 (Peano's example), and with 3 x**4 added 11/4 x**4."""
    told = of(text, *point).critical
    assert told.kind == kind
    assert told.proven == (kind != "open")


@pytest.mark.parametrize("text", ["x*y+gammainc(2.5,x)+gammainc(2.5,y)", "x*y+x**2.5+y**2.5", "x^2+lowergamma(2,y)"])
def test_no_kind_is_claimed_on_the_edge_of_the_domain(text):
    """The first two are nowhere negative where they live, although x*y has a saddle."""
    told = of(text, 0, 0).critical
    assert told is None or told.kind == "open"


@pytest.mark.parametrize(
    ("text", "point", "where"),
    [
        ("cos(x)", (3.141592653589793,), ("3.1415926535897932",)),
        ("10*log(p)-p*100/3", (0.3,), ("0.3",)),
        ("(x-1/3)^2+y^2", (1 / 3, 0), ("0.33333333333333333", "0")),
        ("4*((x-y)^-12-(x-y)^-6)", (2 ** (1 / 6), 0), ("1.122462048309373", "0")),
        ("gamma(x)", (1.4616321449683622,), ("1.4616321449683623",)),
    ],
)
def test_where_it_is_between_the_doubles(text, point, where):
    """gamma's minimum is at 1.46163214496836234126..., 2**(1/6) is 1.12246204830937298143..."""
    told = of(text, *point).critical
    assert told.where == where
    assert told.kind in ("local minimum", "local maximum")


def test_eight_units_in_the_last_place_and_no_further():
    third = 1 / 3
    unit = 2.0**-54
    assert of("(x-1/3)^2", third + 7 * unit).critical is not None
    assert of("(x-1/3)^2", third + 20 * unit).critical is None


def test_single_precision_has_wider_units():
    assert of("(x-1/3)^2", 1 / 3, dtype="float32").critical.kind == "local minimum"
    assert of("(x-1/3)^2", 0.3333333432674408).critical is None


OPTIMA = [
    ("{0}*log(p)+{1}*log(1-p)", lambda r: (r.randint(1, 20), r.randint(1, 20)), [0.5], -1),
    ("{0}*(1-exp(-{1}*(r-{2})))**2", lambda r: [round(r.uniform(0.5, 2), 2) for _ in range(3)], [1.0], 1),
    ("4*{0}*(({1}/r)**12-({1}/r)**6)", lambda r: [round(r.uniform(0.5, 3), 2) for _ in range(2)], [2.0], 1),
    (
        "log(1+exp(a+{0}*b))+log(1+exp(-a+{1}*b))+log(1+exp({2}*b-a))+0.1*(a**2+b**2)",
        lambda r: [round(r.uniform(-2, 2), 2) for _ in range(3)],
        [0.0, 0.0],
        1,
    ),
    ("({0}-x)**2+100*(y-x**2)**2+0.1*y**2", lambda r: [round(r.uniform(0.5, 3), 2)], [0.5, 0.5], 1),
    ("cosh({0}*x-1)+{1}*exp(-x*y)+y**2", lambda r: [round(r.uniform(0.5, 2), 2) for _ in range(2)], [0.5, 0.3], 1),
]


@pytest.mark.parametrize("seed", range(24))
def test_optima_rounded_to_doubles_are_found_and_points_beside_them_are_not(seed):
    rng = random.Random(seed)
    shape, draw, start, way = OPTIMA[seed % len(OPTIMA)]
    text = shape.format(*(f"({c})" for c in draw(rng)))
    names = [name for name in ("p", "r", "a", "b", "x", "y") if name in text.replace("exp", "").replace("cosh", "")]
    symbols = sympy.symbols(names)
    exact = re.sub(r"\d+\.\d+", lambda typed: "Rational({}, {})".format(*float(typed[0]).as_integer_ratio()), text)
    f = sympy.sympify(exact)
    slope = sympy.lambdify(symbols, [sympy.diff(f, s) for s in symbols], "mpmath")
    quick = sympy.lambdify(symbols, f, "numpy")
    with np.errstate(invalid="ignore"):  # the search may step out of the domain of log
        near = minimize(
            lambda v: way * quick(*v), start, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12}
        ).x
    with mpmath.workdps(40):
        root = (
            [*mpmath.findroot(lambda *v: slope(*v), [mpmath.mpf(float(c)) for c in near], tol=1e-60)]
            if len(names) > 1
            else [mpmath.findroot(lambda v: slope(v)[0], float(near[0]))]
        )
        told = of(text, *map(float, root)).critical
        assert told.kind == ("local minimum" if way > 0 else "local maximum")
        assert told.proven
        for said, value in zip(told.where, root, strict=True):
            assert abs(mpmath.mpf(said) - value) <= abs(value) * mpmath.mpf("5.1e-17")
    assert of(text, *(float(c) * (1 + 1e-6) for c in root)).critical is None
