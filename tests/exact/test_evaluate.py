from __future__ import annotations

import random
import time
from fractions import Fraction
from typing import Any

import mpmath
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from hesscli.exact.evaluate import Task, enclose, evaluate
from hesscli.language.syntax import parse
from hesscli.request import Request
from hesscli.result import ExactAnswer
from tests.problems import PROBLEMS, Problem

HESSIAN = Request("hessian")


def at(text: str, *point: float, request: Request = HESSIAN, **options: Any) -> ExactAnswer:
    return evaluate(parse(text), request, point, **options)


def flat(nested: Any) -> list[Any]:
    return [x for part in nested for x in flat(part)] if isinstance(nested, list) else [nested]


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.name)
def test_every_problem_has_its_hand_derived_answer(problem: Problem) -> None:
    found = at(problem.expression, *problem.at).texts
    for name, expected in problem.answers.items():
        if name not in found:
            continue
        for text, truth in zip(flat(found[name]), flat(expected), strict=True):
            if text in ("nan", "inf", "-inf"):
                assert truth is None or not isinstance(truth, (int, float)) or str(truth) == text
            else:
                assert float(text) == pytest.approx(truth, rel=1e-14, abs=1e-300)


def test_the_main_job() -> None:
    found = at("x0**2+x0*x1", 1, 2)
    assert found.texts == {"value": "3", "gradient": ["4", "1"], "hessian": [["2", "1"], ["1", "0"]]}
    assert found.proven


@pytest.mark.parametrize(
    ("request_", "names", "shapes"),
    [
        (Request("gradient"), ["value", "gradient"], [(), (2,)]),
        (Request("jacobian"), ["value", "jacobian"], [(), (2,)]),
        (HESSIAN, ["value", "gradient", "hessian"], [(), (2,), (2, 2)]),
        (Request("derivative", order=3), ["value", "derivative"], [(), (2, 2, 2)]),
        (Request("derivative", wrt=(0, 0, 1)), ["value", "derivative"], [(), ()]),
        (Request("hvp", vector=(1.0, 2.0)), ["value", "gradient", "hvp"], [(), (2,), (2,)]),
    ],
)
def test_shapes_of_a_scalar(request_: Request, names: list[str], shapes: list[tuple[int, ...]]) -> None:
    found = at("x**2*y**3", 1, 2, request=request_).texts
    assert list(found) == names
    assert [shape(found[name]) for name in names] == shapes


@pytest.mark.parametrize(
    ("request_", "shapes"),
    [
        (Request("jacobian"), {"value": (3,), "jacobian": (3, 2)}),
        (HESSIAN, {"value": (3,), "jacobian": (3, 2), "hessian": (3, 2, 2)}),
        (Request("derivative", order=2), {"value": (3,), "derivative": (3, 2, 2)}),
        (Request("derivative", wrt=(1,)), {"value": (3,), "derivative": (3,)}),
    ],
)
def test_shapes_of_a_vector(request_: Request, shapes: dict[str, tuple[int, ...]]) -> None:
    found = at("[x*y, x, 3]", 1, 2, request=request_).texts
    assert {name: shape(array) for name, array in found.items()} == shapes


def shape(nested: Any) -> tuple[int, ...]:
    return (len(nested), *shape(nested[0])) if isinstance(nested, list) else ()


def test_derivative_of_one_variable_is_a_number() -> None:
    assert at("x**5", 2, request=Request("derivative", order=3)).texts == {"value": "32", "derivative": "240"}


def test_hvp_is_the_hessian_times_the_vector() -> None:
    found = at("x**2*y + exp(y)", 3, 0, request=Request("hvp", vector=(2.0, 0.1)))
    assert found.texts["hvp"] == ["0.60000000000000003", "12.1"]


@pytest.mark.parametrize(
    ("text", "point", "truth"),
    [
        ("(1-cos(x))/x**2", 1e-8, lambda x: (1 - mpmath.cos(x)) / x**2),
        ("sin(x)", 1e22, mpmath.sin),
        ("erfc(x)", 27.0, mpmath.erfc),
        ("exp(x)-1-x", 1e-9, lambda x: mpmath.exp(x) - 1 - x),
        ("tan(x)", 1.5707963267948966, mpmath.tan),
        ("x**0.3", 1e-300, lambda x: x ** mpmath.mpf(0.3)),
        ("exp(-exp(x))", 7.0, lambda x: mpmath.exp(-mpmath.exp(x))),
        ("log(x)**2", 1 + 2**-52, lambda x: mpmath.log(x) ** 2),
    ],
)
def test_hard_points_are_right_in_every_digit(text: str, point: float, truth: Any) -> None:
    found = at(text, point, digits=30)
    assert found.proven
    with mpmath.workdps(400):
        x = mpmath.mpf(point)
        for order, string in enumerate(flat(list(found.texts.values()))):
            with mpmath.workdps(1200):
                expected = mpmath.diff(truth, x, order, h=mpmath.mpf(10) ** -400 * max(abs(x), mpmath.mpf(10) ** -320))
            assert abs(mpmath.mpf(string) / expected - 1) < mpmath.mpf(10) ** -29


def test_wilkinson() -> None:
    text = "*".join(f"(x-{k})" for k in range(1, 21))
    found = at(text, 10.5)
    x = sympy.Symbol("x")
    truth = sympy.Poly(sympy.prod([x - k for k in range(1, 21)]), x)
    for order, string in enumerate(flat(list(found.texts.values()))):
        exact = (
            Fraction(str(truth.diff((x, order)).eval(sympy.Rational(21, 2))))
            if order
            else Fraction(str(truth.eval(sympy.Rational(21, 2))))
        )
        assert abs(Fraction(string) - exact) <= abs(exact) * Fraction(1, 10**16)


def test_digits() -> None:
    found = at("exp(x)", 1, digits=1000)
    with mpmath.workdps(1100):
        assert abs(mpmath.mpf(found.texts["value"]) / mpmath.e - 1) < mpmath.mpf(10) ** -999


def test_numbers_are_the_doubles_that_the_tape_sees() -> None:
    assert at("0.1*x", 1).texts["value"] == "0.10000000000000001"
    assert at("x/10", 0.1, digits=30).texts["value"] == "0.0100000000000000005551115123126"
    assert at("0.1*x", 1, dtype="float32").texts["value"] == "0.10000000149011612"
    assert at("1/3*x", 3).texts["value"] == "1"


def test_constants_are_true() -> None:
    assert at("sin(pi/6)*x", 1).texts["gradient"] == ["0.5"]
    assert at("log(E)*x", 1).texts["gradient"] == ["1"]


def test_an_identity_is_taken_for_zero_and_says_so() -> None:
    found = at("log(6*x) - log(2) - log(3*x)", 1.5)
    assert found.texts == {"value": "0", "gradient": ["0"], "hessian": [["0"]]}
    assert not found.proven
    assert "without a proof" in found.notes[0]


def test_parameters() -> None:
    expression = parse("a*x**n", variables=["x"], parameters={"a": 0.5, "n": 3.0})
    assert evaluate(expression, HESSIAN, [-2.0]).texts == {"value": "-4", "gradient": ["6"], "hessian": [["-6"]]}


@pytest.mark.parametrize(
    ("text", "point", "expected"),
    [
        ("x**0", 0, ("1", "0", "0")),
        ("x**1", 0, ("0", "1", "0")),
        ("x**2", 0, ("0", "0", "2")),
        ("x**3", 0, ("0", "0", "0")),
        ("x**-2", 2, ("0.25", "-0.25", "0.375")),
        ("x**2.0", -3, ("9", "-6", "2")),
        ("(-2)**x", 3, ("-8", "nan", "nan")),
        ("2**x", 3, ("8", "5.5451774444795625", "3.8436241113456114")),
        ("x**(10**10)", 1, ("1", "10000000000", "9.999999999e+19")),
        ("x**10000", 0, ("0", "0", "0")),
    ],
)
def test_powers(text: str, point: float, expected: tuple[str, str, str]) -> None:
    values = at(text, point).texts
    assert (values["value"], values["gradient"][0], values["hessian"][0][0]) == expected


def test_a_constant_argument_is_not_moved() -> None:
    """A polynomial beyond x = 1 for a = -3, a series that has no value there for any a beside it."""
    assert at("hyp2f1(-3, b, c, x)", 2.5, 1.5, 5).texts["gradient"][2] == "-160"


def test_a_dead_branch_is_never_evaluated() -> None:
    found = at("Piecewise((log(x), x > 0), (sqrt(-x), x < 0), (1/x, True))", -4)
    assert found.texts["value"] == "2"
    assert found.proven


def test_conditions_are_read_from_left_to_right() -> None:
    assert at("Piecewise((x, (x < 0) | (log(x) > 1)), (0, True))", -1).texts["gradient"] == ["1"]
    assert at("Piecewise((x, (x > 0) & (log(x) > 1)), (2*x, True))", -1).texts["gradient"] == ["2"]


def test_order_twenty_is_quick_and_right() -> None:
    task = Task.of(parse("exp(sin(x))/(1+x**2)"), Request("derivative", order=20))
    start = time.perf_counter()
    found = enclose(task, [0.7])
    assert time.perf_counter() - start < 20
    with mpmath.workdps(60):
        truth = mpmath.taylor(lambda x: mpmath.exp(mpmath.sin(x)) / (1 + x * x), mpmath.mpf(0.7), 20)[
            20
        ] * mpmath.factorial(20)
        assert abs(mpmath.mpf(found.texts["derivative"]) / truth - 1) < 1e-15


def test_order_one_thousand() -> None:
    found = at("exp(2*x)", 0, request=Request("derivative", order=1000), digits=40)
    assert found.texts["derivative"] == mpmath_text(mpmath.mpf(2) ** 1000, 40)


def mpmath_text(x: Any, digits: int) -> str:
    with mpmath.workdps(60):
        mantissa, exponent = mpmath.nstr(x, digits, min_fixed=1, max_fixed=0).split("e")
    return f"{mantissa}e{int(exponent):+03d}"


def test_a_hundred_variables() -> None:
    text = "+".join(f"100*(x{k + 1}-x{k}**2)**2+(1-x{k})**2" for k in range(99))
    expression = parse(text)
    chance = random.Random(1)
    point = [chance.uniform(-2, 2) for _ in range(100)]
    start = time.perf_counter()
    hessian = evaluate(expression, HESSIAN, point).texts["hessian"]
    assert time.perf_counter() - start < 60
    exact = [Fraction(x) for x in point]
    for i in range(100):
        for j in range(100):
            truth = Fraction(0)
            if i == j:
                truth += 200 if i else 0
                truth += 1200 * exact[i] ** 2 - 400 * exact[i + 1] + 2 if i < 99 else 0
            elif abs(i - j) == 1:
                truth = -400 * exact[min(i, j)]
            assert abs(Fraction(hessian[i][j]) - truth) <= abs(truth) / 10**16


def test_too_many_entries_are_refused_at_once() -> None:
    with pytest.raises(Exception, match="more than"):
        Task.of(parse("x*y"), Request("derivative", order=1000))


leaves = st.sampled_from(["x", "y", "2", "3", "1/3", "0.5", "1.7"])
unary = st.sampled_from(["sin", "cos", "exp", "atan", "tanh", "log", "sqrt", "sinh", "erf", "asinh", "gamma"])


def grow(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(children, st.sampled_from("+-*/"), children).map(lambda t: f"({t[0]}{t[1]}{t[2]})"),
        st.tuples(unary, children).map(lambda t: f"{t[0]}({t[1]})"),
        st.tuples(children, st.sampled_from(["2", "3", "-1", "0.5", "(1/3)"])).map(lambda t: f"({t[0]})**{t[1]}"),
    )


@settings(max_examples=120, deadline=None)
@given(
    st.recursive(leaves, grow, max_leaves=5), st.sampled_from([0.3, 1.0, 1.4, 2.5]), st.sampled_from([0.7, -0.6, 2.0])
)
def test_random_expressions_against_sympy(text: str, x: float, y: float) -> None:
    found = evaluate(parse(text, variables=["x", "y"]), HESSIAN, [x, y])
    if found.status != "ok" or not found.proven:
        return
    symbols = sympy.symbols("x y", real=True)
    exact = text.replace("1.7", f"({sympy.Rational(1.7)})").replace("0.5", "(1/2)")
    f = sympy.sympify(exact, locals=dict(zip("xy", symbols, strict=True)))
    derivatives = [f, *(f.diff(s) for s in symbols), *(f.diff(s, t) for s in symbols for t in symbols)]
    place = dict(zip(symbols, (sympy.Rational(x), sympy.Rational(y)), strict=True))
    for string, derivative in zip(flat(list(found.texts.values())), derivatives, strict=True):
        truth = sympy.N(derivative.subs(place), 50)
        if truth.is_Float or truth.is_Integer:
            assert abs(sympy.Float(string, 50) - truth) <= abs(truth) * sympy.Float("1e-16") + sympy.Float("1e-40")


def test_residuals_that_vanish_identically_spoil_no_entry() -> None:
    residuals = [f"c0+c1*exp(c2*{t})-(1+2*exp(0.75*{t}))" for t in ("0.1", "0.2")]
    found = evaluate(parse("+".join(f"({r})**2" for r in residuals)), Request("hessian"), (1.0, 2.0, 0.75))
    assert found.proven
    assert found.texts["value"] == "0"
    with mpmath.workdps(40):  # the Hessian of a sum of squares that vanish is 2*J'*J
        rows = [[1, mpmath.exp(0.75 * t), 2 * t * mpmath.exp(0.75 * t)] for t in map(mpmath.mpf, (0.1, 0.2))]
        for i, row in enumerate(found.texts["hessian"]):
            for j, text in enumerate(row):
                assert mpmath.mpf(text).ae(2 * sum(r[i] * r[j] for r in rows), 1e-16)


@pytest.mark.parametrize("text", ["u**2 + x*y", "fresnels(u) + x*y", "u**3*y + y", "(u*y)**4 + exp(u)*x"])
def test_an_undecided_zero_inside_spoils_no_entry_of_a_smooth_function(text: str) -> None:
    expression = parse("u = erf(x) - erf(0.5) + y - y; " + text, variables=("x", "y"))
    assert None not in flat(evaluate(expression, Request("hessian"), (0.5, 2.0)).texts["hessian"])
