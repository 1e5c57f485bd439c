"""Limits at poles and ends of domains, oscillations and growth: every number derived by hand or from DLMF."""

from __future__ import annotations

from time import monotonic

import mpmath
import pytest

from hesscli.exact.evaluate import evaluate
from hesscli.language.syntax import parse
from hesscli.request import Request
from hesscli.result import ExactAnswer

INF, NEG = "inf", "-inf"


def derivative(text: str, point: float, order: int) -> ExactAnswer:
    return evaluate(parse(text), Request("derivative", order=order), [point])


@pytest.mark.parametrize(
    ("text", "point", "value", "slope"),
    [
        ("Ci(x)", 0, NEG, INF),
        ("Chi(x)", 0, NEG, INF),
        ("Ei(x)", 0, NEG, (NEG, INF)),
        ("E1(x)", 0, INF, NEG),
        ("expint(1, x)", 0, INF, NEG),
        ("uppergamma(0, x)", 0, INF, NEG),
        ("li(x)", 1, NEG, (NEG, INF)),
        ("digamma(x)", 0, (INF, NEG), INF),
        ("digamma(x)", -3, (INF, NEG), INF),
        ("trigamma(x)", -1, INF, (INF, NEG)),
        ("polygamma(2, x)", 0, (INF, NEG), INF),
        ("zeta(x)", 1, (NEG, INF), NEG),
        ("zeta(x, 2)", 1, (NEG, INF), NEG),
        ("zeta(2, x)", 0, INF, NEG),
        ("elliptic_k(x)", 1, INF, INF),
        ("besselk(0, x)", 0, INF, NEG),
        ("besselk(0.5, x)", 0, INF, NEG),
        ("bessely(0, x)", 0, NEG, INF),
        ("bessely(1, x)", 0, NEG, INF),
        ("bessely(0.5, x)", 0, NEG, INF),
        ("polylog(1, x)", 1, INF, INF),
        ("asech(x)", 0, INF, NEG),
        ("acsch(x)", 0, (NEG, INF), NEG),
        ("erfinv(x)", 1, INF, INF),
        ("erfinv(x)", -1, NEG, INF),
        ("erfcinv(x)", 0, INF, NEG),
        ("erfcinv(x)", 2, NEG, NEG),
        ("LambertW(x, -1)", 0, NEG, NEG),
        ("beta(x, 2)", 0, (NEG, INF), NEG),
        ("exp(-1/x)", 0, (INF, 0), (INF, 0)),
        ("1/(1 + exp(1/x))", 0, (1, 0), 0),
        ("sinh(1/x)", 0, (NEG, INF), NEG),
        ("exp(1/x**2)", 0, INF, (INF, NEG)),
        ("1/log(x)", 0, 0, NEG),
    ],
)
def test_limits_that_are_infinite_are_told(text: str, point: float, value: object, slope: object) -> None:
    found = derivative(text, point, 1)
    assert found.status == "undefined"
    for name, expected in (("value", value), ("derivative", slope)):
        if isinstance(expected, tuple):
            assert found.one_sided[name] == tuple(map(str, expected))
        else:
            sides = set(found.one_sided[name]) - {"nan"}
            assert sides == {str(expected)}
    assert "limits there" in found.notes[-1]


@pytest.mark.parametrize(
    ("text", "point", "limits"),
    [
        ("x*digamma(x)", 0, (-1, -mpmath.euler)),
        ("(x - 1)*zeta(x)", 1, (1, mpmath.euler)),
        ("x*besselk(1, x)", 0, (1, 0)),
        ("Ci(x) - log(x)", 0, (mpmath.euler, 0)),
        ("Ei(x) - log(Abs(x))", 0, (mpmath.euler, 1)),
        ("expint(3, x)", 0, (0.5, -1)),
        ("besselk(0, x) + log(x)", 0, (mpmath.log(2) - mpmath.euler, 0)),
        ("bessely(1, x)*x", 0, (-2 / mpmath.pi, 0)),
        ("li(x) - log(Abs(x - 1))", 1, (mpmath.euler, 0.5)),
        ("elliptic_k(1 - x**2) + log(Abs(x))", 0, (mpmath.log(4), 0)),
        ("x*sin(1/x)", 0, (0,)),
        ("x*floor(1/x)", 0, (1,)),
        ("exp(-1/x**2)/x**7", 0, (0, 0)),
        ("li(x)", 0, (0,)),
        ("(1 + exp(1/x))**-1*x", 0, (0,)),
    ],
)
def test_finite_limits_at_poles(text: str, point: float, limits: tuple[float, ...]) -> None:
    found = derivative(text, point, 1)
    assert found.status == "undefined"
    for name, expected in zip(("value", "derivative"), limits, strict=False):
        for side in set(found.one_sided[name]) - {"nan"}:
            assert mpmath.almosteq(mpmath.mpf(side), mpmath.mpf(expected), 1e-15, 1e-15)


@pytest.mark.parametrize(
    ("text", "point", "order", "expected"),
    [
        ("elliptic_e(x)", 1, 1, NEG),
        ("uppergamma(0.5, x)", 0, 1, NEG),
        ("polylog(2, x)", 1, 1, INF),
        ("polylog(3, x)", 1, 2, INF),
        ("struveh(0.5, x)", 0, 2, INF),
    ],
)
def test_infinite_derivatives_at_an_end(text: str, point: float, order: int, expected: str) -> None:
    found = derivative(text, point, order)
    assert (found.status, found.texts["derivative"]) == ("undefined", expected)


def test_a_finite_derivative_at_an_end() -> None:
    found = derivative("polylog(3, x)", 1, 1)
    assert found.status == "ok"
    assert mpmath.almosteq(mpmath.mpf(found.texts["derivative"]), mpmath.pi**2 / 6, 1e-15)


def joined(body: str) -> str:
    return f"Piecewise(({body}, x != 0), (0, True))"


@pytest.mark.parametrize(
    ("body", "orders"),
    [  # x**k*sin(1/x) has floor(k/2) derivatives at 0, all zero
        ("x*sin(1/x)", 0),
        ("x**2*sin(1/x)", 1),
        ("x**3*sin(1/x)", 1),
        ("x**4*cos(1/x)", 2),
        ("x**6*sin(1/x) + x**9", 3),
        ("x**3*sin(1/x**2)", 1),
        ("x**2*sin(log(Abs(x)))", 1),
        ("Abs(x)**1.5*sin(1/x)", 1),
        ("sin(x**2*sin(1/x))", 1),
    ],
)
def test_oscillations(body: str, orders: int) -> None:
    for order in range(1, 4):
        found = derivative(joined(body), 0, order)
        if order <= orders:
            assert (found.status, found.texts["derivative"]) == ("ok", "0"), order
        else:
            assert (found.status, found.texts["derivative"]) == ("not-differentiable", "nan"), order
    assert "oscillates" in derivative(joined(body), 0, orders + 1).notes[0]


@pytest.mark.parametrize(
    ("body", "expected"),
    [  # value, first and second derivative; nan where the difference quotient oscillates
        ("x**2*sin(1/x)**2", ("0", "nan")),
        ("x**2*Abs(sin(1/x))", ("0", "nan")),
        ("x*Abs(sin(1/x))", ("nan", "nan")),
        ("x*(sin(1/x)**2 + cos(1/x)**2)", ("1", "0")),
        ("x*sin(1/x) - x*sin(1/x)", ("0", "0")),
        ("x**3 + x**4*(sin(1/x) + cos(1/x))**2", ("0", "0")),
        ("x*(cos(1/x)**2 - sin(1/x)**2) - 2*x*cos(1/x)**2", ("-1", "0")),
    ],
)
def test_powers_and_sums_of_oscillations(body: str, expected: tuple[str, str]) -> None:
    found = [derivative(joined(body), 0, order).values["derivative"].nested() for order in (1, 2)]
    assert tuple(found) == expected


def test_what_may_cancel_stays_open() -> None:
    assert derivative(joined("x*(2*sin(1/x)*cos(1/x) - sin(2/x))"), 0, 1).status == "unchecked"


def test_an_oscillation_in_two_variables() -> None:
    text = "Piecewise(((x**2 + y**2)*sin(1/(x**2 + y**2)), x**2 + y**2 > 0), (0, True))"
    found = evaluate(parse(text), Request("gradient"), [0.0, 0.0])
    assert (found.status, found.texts["gradient"]) == ("ok", ["0", "0"])


@pytest.mark.parametrize(
    ("text", "point", "says"),
    [
        ("floor(x)", 2, "f itself is 1 from the left, 2 from the right, 2 at the point"),
        ("sign(x)", 0, "f itself is -1 from the left, 1 from the right, 0 at the point"),
        ("Piecewise((x**2, x != 1), (7, True))", 1, "f itself is 1 from the left, 1 from the right, 7 at the point"),
        (
            "Piecewise((1/x, x != 0), (0, True))",
            0,
            "f itself is -inf from the left, inf from the right, 0 at the point",
        ),
    ],
)
def test_a_jump_tells_what_it_joins(text: str, point: float, says: str) -> None:
    found = derivative(text, point, 1)
    assert (found.status, found.texts["derivative"]) == ("not-differentiable", "nan")
    assert says in found.notes[0]


def test_the_lower_derivative_that_fails_is_named() -> None:
    assert (
        "already the derivative of order 1 is -1 from the left, 1 from the right" in derivative("Abs(x)", 0, 3).notes[0]
    )


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("x**3*y/(x**4 + y**2)", "not-differentiable"),
        ("x**5/(x**4 + y**2)", "not-differentiable"),
        ("x**3*y**2/(x**4 + y**2)", "ok"),
        ("x**2*y**2*x/(x**4 + y**4)", "not-differentiable"),
    ],
)
def test_curves_find_what_lines_miss(text: str, status: str) -> None:
    full = f"Piecewise(({text}, x**2 + y**2 > 0), (0, True))"
    assert evaluate(parse(full), Request("gradient"), [0.0, 0.0]).status == status


@pytest.mark.parametrize("condition", ["(y > 0) & (y < x**2)", "(y == x**2) & (x != 0)", "(y**2 < x**3)"])
def test_thin_regions_are_found(condition: str) -> None:
    text = f"Piecewise((1, {condition}), (0, True))"
    assert evaluate(parse(text), Request("gradient"), [0.0, 0.0]).status == "not-differentiable"


def test_no_limit_is_claimed_where_a_parabola_has_another() -> None:
    found = evaluate(parse("x**2*y/(x**4 + y**2)"), Request("gradient"), [0.0, 0.0])
    assert found.notes[-1] == "no limit there: it depends on the path"


def test_a_limit_where_the_axes_are_undefined() -> None:
    found = evaluate(parse("sin(x*y)/(x*y)"), Request("gradient"), [0.0, 0.0])
    assert "value -> 1" in found.notes[-1]


def test_nothing_is_said_of_a_limit_where_f_is_undefined_all_around() -> None:
    found = evaluate(parse("x**y"), Request("gradient"), [-2.0, 2.5])
    assert not any("limit" in note for note in found.notes)


def test_the_edge_names_its_own_variable() -> None:
    found = evaluate(parse("x**y"), Request("gradient"), [0.0, 2.5])
    side = "with the other variables held, f is real on one side of x = 0 only: derivatives in x are from that side"
    assert side in found.notes


@pytest.mark.parametrize(
    ("text", "word"), [("Abs(x)", "sign"), ("Max(x, 0)", "Heaviside(0) = 1/2"), ("relu(x)", "branch")]
)
def test_sympys_convention_is_told(text: str, word: str) -> None:
    assert any("SymPy" in note and word in note for note in derivative(text, 0, 1).notes)


@pytest.mark.parametrize(
    ("text", "point", "status", "value", "slope"),
    [
        ("sin(pi*x)", 1, "ok", "0", "-3.1415926535897932"),
        ("cos(pi*x)", 0.5, "ok", "0", "-3.1415926535897932"),
        ("tan(pi*x)", 0.5, "undefined", "nan", "inf"),
        ("cot(pi*x)", 1, "undefined", "nan", "-inf"),
        ("sec(pi*x)", 0.5, "undefined", "nan", "inf"),
        ("csc(pi*x)", 1, "undefined", "nan", "inf"),
        ("tan(acos(x))", 0, "undefined", "nan", "-inf"),
        ("1/sin(pi*x)", 1, "undefined", "nan", "inf"),
        ("sqrt(sin(pi*x))", 1, "undefined", "0", "-inf"),
        ("log(sin(pi*x))", 1, "undefined", "-inf", "-inf"),
        ("floor(2*sin(pi*x/6))", 1, "not-differentiable", "1", "nan"),
        ("floor(tan(pi*x))", 0.25, "not-differentiable", "1", "nan"),
        ("floor(cos(pi*x))", 1, "ok", "-1", "0"),
        ("sin(atan2(x, -1))", 0, "ok", "0", "1"),
        ("cos(asin(x))", 1, "undefined", "0", "-inf"),
        ("gamma(sin(pi*x))", 1, "undefined", "nan", "inf"),
        ("acos(cos(pi*x))", 1, "not-differentiable", "3.1415926535897932", "nan"),
    ],
)
def test_multiples_of_pi_are_kept(text: str, point: float, status: str, value: str, slope: str) -> None:
    found = derivative(text, point, 1)
    assert (found.status, found.texts["value"], found.texts["derivative"]) == (status, value, slope)
    assert not any("without a proof" in note for note in found.notes)


def test_the_double_next_to_half_pi_is_no_pole() -> None:
    found = derivative("tan(x)", 1.5707963267948966, 1)
    assert found.status == "ok"
    assert found.texts["value"] == "16331239353195370"


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("sign(x**101)", "not-differentiable"),
        ("floor(x**67)", "not-differentiable"),
        ("Heaviside(x**77)", "not-differentiable"),
        ("(x**1000)**(1/1000)", "not-differentiable"),
        ("Piecewise((1, x**65 > 0), (0, True))", "not-differentiable"),
        ("sign(tan(x**41) - sin(x**41))", "unchecked"),
        ("sign(x/(1 + x) - x*(1 - x)/(1 - x**2))", "ok"),
    ],
)
def test_small_terms_are_not_taken_for_zero(text: str, status: str) -> None:
    assert derivative(text, 0, 1).status == status


def test_high_powers_have_limits() -> None:
    found = derivative("sin(x**70)/x**70", 0, 1)
    assert "value -> 1; derivative -> 0" in found.notes[-1]


@pytest.mark.parametrize(
    "text", ["x**2*sqrt(y)", "Heaviside(x)*y**3", "relu(y**2*sqrt(x))", "x**2*Abs(y)", "x**3*relu(y)", "Abs(x)*Abs(y)"]
)
def test_a_mixed_partial_that_exists_in_one_order_only_is_none(text: str) -> None:
    found = evaluate(parse(text), Request("hessian"), [0.0, 0.0])
    assert found.status == "not-differentiable"
    assert found.texts["hessian"] == [["0", "nan"], ["nan", "0"]]


@pytest.mark.parametrize("text", ["x**2*Abs(y)**3", "Abs(x*y)**3", "x**2*cbrt(y)**4", "Max(x, y)**3", "x*relu(y)**2"])
def test_a_mixed_partial_that_exists_in_both_orders_is_given(text: str) -> None:
    found = evaluate(parse(text), Request("hessian"), [0.0, 0.0])
    assert found.status == "ok"
    assert found.texts["hessian"] == [["0", "0"], ["0", "0"]]


@pytest.mark.parametrize("text", ["(relu(relu(x)/atan2(0.5, y)))**2", "Max(cbrt(x/exp(y)), sqrt(exp(y))*y)"])
def test_lines_where_a_factor_is_zero_are_short_work(text: str) -> None:
    started = monotonic()
    evaluate(parse(text), Request("hessian"), [0.0, 0.0])
    assert monotonic() - started < 10


def test_a_switch_that_does_no_harm_is_named() -> None:
    found = derivative("relu(x) - relu(-x)", 0, 1)
    assert found.notes == ("relu(x) switches at x = 0; what meets there agrees, so the derivatives asked for exist",)


def test_every_function_with_a_kink_in_the_catalogue_is_a_switch() -> None:
    (note,) = derivative("huber(x, 1)", 1, 1).notes
    assert note.startswith("huber(x, 1) switches at x = 1; what meets there agrees")
    assert "branch" in derivative("huber(x, 1)", 1, 2).notes[-1]


@pytest.mark.parametrize(
    ("text", "point", "status", "value", "slope"),
    [
        ("hyp2f1(1, 1, 2, x)", 1, "undefined", INF, INF),  # -log(1 - x)/x
        ("hyp2f1(1, 1, 3, x)", 1, "undefined", "2", INF),
        ("hyp2f1(1, 1, 4, x)", 1, "ok", "1.5", "1.5"),  # Gauss: 3/2, and 1/4 * 6
        ("hyp2f1(0.5, 0.5, 1.5, x)", 1, "undefined", "1.5707963267948966", INF),  # asin(sqrt(x))/sqrt(x)
        ("hyp2f1(1, 2, 2, x)", 1, "undefined", INF, INF),  # 1/(1 - x)
        ("LambertW(x*exp(x))", -1, "not-differentiable", "-1", "nan"),  # x on the right, falling on the left
        ("LambertW(-exp(x))", -1, "undefined", "-1", NEG),
        ("LambertW(x - exp(-1))", 0, "undefined", "-1", INF),
    ],
)
def test_ends_of_functions(text: str, point: float, status: str, value: str, slope: str) -> None:
    found = derivative(text, point, 1)
    assert (found.status, found.texts["value"], found.texts["derivative"]) == (status, value, slope)


def test_several_kinks_take_a_verb_in_the_plural() -> None:
    found = evaluate(parse("Abs(x) + Abs(y)"), Request("gradient"), [0.0, 0.0])
    assert found.notes[0].startswith("f has a kink at x = 0, y = 0 (Abs(x), Abs(y))")


@pytest.mark.parametrize(("text", "point"), [("floor(x)", 1e300), ("ceiling(x)", -1e300), ("frac(x)", 2.0**900)])
def test_large_whole_numbers_are_jumps_too(text: str, point: float) -> None:
    assert derivative(text, point, 1).status == "not-differentiable"


def test_one_sided_values_that_differ_beyond_the_first_precision() -> None:
    found = derivative("Max(sin(1)*x, sin(1)*x*(1 + x*0 + 1e-200))", 0, 1)
    assert found.status == "not-differentiable"


def test_minus_zero_is_shown_as_zero() -> None:
    assert "at x = 0 " in derivative("Abs(x)", -0.0, 1).notes[0]


def test_an_oscillation_beside_the_axes_is_seen() -> None:
    text = "cos(Piecewise((0.5/x, y < 0), (sin(1), True)))"
    assert evaluate(parse(text), Request("hessian"), [0.0, 0.0]).status == "not-differentiable"
