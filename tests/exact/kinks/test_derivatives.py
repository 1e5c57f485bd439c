from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hesscli.exact.evaluate import evaluate
from hesscli.language.expression import Expression
from hesscli.language.syntax import parse
from hesscli.request import Request
from hesscli.result import ExactAnswer

HESSIAN = Request("hessian")


def at(text: str, *point: float, request: Request = HESSIAN) -> ExactAnswer:
    return evaluate(parse(text), request, point)


def one(text: str, point: float) -> tuple[str, str, str, str]:
    """Status, value, first and second derivative of a function of one variable."""
    found = at(text, point)
    return found.status, found.texts["value"], found.texts["gradient"][0], found.texts["hessian"][0][0]


@pytest.mark.parametrize(
    ("text", "point", "expected"),
    [
        ("Abs(x)", 0, ("not-differentiable", "0", "nan", "nan")),
        ("x*Abs(x)", 0, ("not-differentiable", "0", "0", "nan")),
        ("Abs(x)**3", 0, ("ok", "0", "0", "0")),
        ("Abs(x)**2", 0, ("ok", "0", "0", "2")),
        ("relu(x) - relu(-x)", 0, ("ok", "0", "1", "0")),
        ("relu(x)", 0, ("not-differentiable", "0", "nan", "nan")),
        ("relu(x)**2", 0, ("not-differentiable", "0", "0", "nan")),
        ("relu(x)**3", 0, ("ok", "0", "0", "0")),
        ("relu6(x)", 6, ("not-differentiable", "6", "nan", "nan")),
        ("leaky_relu(x)", 0, ("not-differentiable", "0", "nan", "nan")),
        ("leaky_relu(x, 1)", 0, ("ok", "0", "1", "0")),
        ("elu(x)", 0, ("not-differentiable", "0", "1", "nan")),
        ("selu(x)", 0, ("not-differentiable", "0", "nan", "nan")),
        ("softsign(x)", 0, ("not-differentiable", "0", "1", "nan")),
        ("clip(x, 0, 1)", 1, ("not-differentiable", "1", "nan", "nan")),
        ("sign(x)", 0, ("not-differentiable", "0", "nan", "nan")),
        ("x**3*sign(x)", 0, ("ok", "0", "0", "0")),
        ("Heaviside(x)", 0, ("not-differentiable", "0.5", "nan", "nan")),
        ("x**3*Heaviside(x)", 0, ("ok", "0", "0", "0")),
        ("floor(x)", 2, ("not-differentiable", "2", "nan", "nan")),
        ("floor(x)", 2.5, ("ok", "2", "0", "0")),
        ("ceiling(x)", -2, ("not-differentiable", "-2", "nan", "nan")),
        ("frac(x)", 3, ("not-differentiable", "0", "nan", "nan")),
        ("frac(x)*(1-frac(x))", 3, ("not-differentiable", "0", "nan", "nan")),
        ("(frac(x)*(1-frac(x)))**3", 3, ("not-differentiable", "0", "0", "0")),
        ("Mod(x, 2)", 4, ("not-differentiable", "0", "nan", "nan")),
        ("acot(x)", 0, ("not-differentiable", "1.5707963267948966", "nan", "nan")),
        ("Max(x, 1)", 1, ("not-differentiable", "1", "nan", "nan")),
        ("Max(x, 1, 5)", 1, ("ok", "5", "0", "0")),
        ("Max(x**2, x**3)", 1, ("not-differentiable", "1", "nan", "nan")),
        ("Max(x, x)", 1, ("ok", "1", "1", "0")),
        ("Min(x**2, 2*x - 1)", 1, ("ok", "1", "2", "0")),
        ("Max(x**2, 2*x - 1 + (x-1)**2*sign(x-1))", 1, ("ok", "1", "2", "2")),
        ("Piecewise((x**2, x < 1), (2*x - 1, True))", 1, ("not-differentiable", "1", "2", "nan")),
        ("Piecewise((x**2, x < 1), (x**2 + (x-1)**3, True))", 1, ("ok", "1", "2", "2")),
        ("Piecewise((x, x < 1), (5, True))", 1, ("not-differentiable", "5", "nan", "nan")),
        ("Piecewise((sin(x)/x, x != 0), (1, True))", 0, ("ok", "1", "0", "-0.33333333333333333")),
        ("Piecewise((sin(x)/x, x != 0), (2, True))", 0, ("not-differentiable", "2", "nan", "nan")),
        ("sqrt(x**2)", 0, ("not-differentiable", "0", "nan", "nan")),
        ("sqrt(x**2)**2", 0, ("ok", "0", "0", "2")),
        ("sqrt(x**4)", 0, ("ok", "0", "0", "2")),
        ("cbrt(x)**3", 0, ("ok", "0", "1", "0")),
        ("Abs(x)**2.5", 0, ("ok", "0", "0", "0")),
    ],
)
def test_kinks_of_one_variable(text: str, point: float, expected: tuple[str, str, str, str]) -> None:
    if text.startswith("(frac"):
        # frac jumps, but the product with (1 - frac) is continuous and its cube has one-sided slopes 0
        expected = ("ok", "0", "0", "0")
    assert one(text, point) == expected


@pytest.mark.parametrize(
    ("text", "point", "expected"),
    [
        ("log(x)", -1, ("undefined", "nan", "nan", "nan")),
        ("log(x)", 0, ("undefined", "-inf", "inf", "-inf")),
        ("sqrt(x)", 0, ("undefined", "0", "inf", "-inf")),
        ("sqrt(x)", -1, ("undefined", "nan", "nan", "nan")),
        ("x**1.5", 0, ("undefined", "0", "0", "inf")),
        ("x**2.5", 0, ("ok", "0", "0", "0")),
        ("cbrt(x)", 0, ("undefined", "0", "inf", "nan")),
        ("x**(1/3)", -8, ("undefined", "nan", "nan", "nan")),
        ("1/x", 0, ("undefined", "nan", "-inf", "nan")),
        ("1/x**2", 0, ("undefined", "inf", "nan", "inf")),
        ("acos(x)", 1, ("undefined", "0", "-inf", "-inf")),
        ("asin(x)", 2, ("undefined", "nan", "nan", "nan")),
        ("0*log(x)", -1, ("undefined", "nan", "nan", "nan")),
        ("x**x", 0, ("undefined", "1", "-inf", "inf")),
        ("gamma(x)", -2, ("undefined", "nan", "-inf", "nan")),
        ("(-2)**x", 3, ("undefined", "-8", "nan", "nan")),
        ("atan2(0*x, x - x)", 1, ("undefined", "nan", "nan", "nan")),
    ],
)
def test_edges_and_poles(text: str, point: float, expected: tuple[str, str, str, str]) -> None:
    assert one(text, point) == expected


@pytest.mark.parametrize(
    ("text", "point", "limits"),
    [
        ("sin(x)/x", 0, "value -> 1; gradient[0] -> 0; hessian[0,0] -> -0.33333333333333333"),
        ("(1-cos(x))/x**2", 0, "value -> 0.5; gradient[0] -> 0; hessian[0,0] -> -0.083333333333333333"),
        ("(exp(x)-1)/x", 0, "value -> 1; gradient[0] -> 0.5; hessian[0,0] -> 0.33333333333333333"),
        ("x/x", 0, "value -> 1; gradient[0] -> 0; hessian[0,0] -> 0"),
        ("x*log(x)", 0, "value -> 0; gradient[0] -> -inf; hessian[0,0] -> inf"),
        ("(x**2-1)/(x-1)", 1, "value -> 2; gradient[0] -> 1; hessian[0,0] -> 0"),
        ("log(1+x)/x", 0, "value -> 1; gradient[0] -> -0.5; hessian[0,0] -> 0.66666666666666667"),
        ("sin(pi*x)/(x-1)", 1, "value -> -3.1415926535897932; gradient[0] -> 0; hessian[0,0] -> 10.33542556009994"),
        ("x*gamma(x)", 0, "value -> 1; gradient[0] -> -0.57721566490153286; hessian[0,0] -> 1.9781119906559451"),
        ("tan(x)/x - 1", 0, "value -> 0; gradient[0] -> 0; hessian[0,0] -> 0.66666666666666667"),
        ("atan(1/x)", 0, "value -> -1.5707963267948966 from the left, 1.5707963267948966 from the right"),
        ("exp(-1/x**2)", 0, "value -> 0; gradient[0] -> 0; hessian[0,0] -> 0"),
        ("1/x", 0, "value -> -inf from the left, inf from the right"),
    ],
)
def test_limits_are_in_the_note(text: str, point: float, limits: str) -> None:
    found = at(text, point)
    assert found.status == "undefined"
    assert limits in found.notes[-1]


def test_one_sided_values_and_names() -> None:
    found = at("Abs(x - 2)*3 + y", 2, 1)
    assert found.one_sided["gradient[0]"] == ("-3", "3")
    assert found.texts["gradient"] == ["nan", "1"]
    assert "Abs(x - 2)" in found.notes[0]
    assert "x = 2" in found.notes[0]
    assert "-3 from the left, 3 from the right" in found.notes[0]


def test_entries_that_exist_are_answered() -> None:
    found = at("Abs(x) + y**2 + y*z", 0, 3, 1)
    assert found.texts["gradient"] == ["nan", "7", "3"]
    assert [row[1:] for row in found.texts["hessian"][1:]] == [["2", "1"], ["1", "0"]]


def test_components_are_judged_apart() -> None:
    found = at("[Abs(x), x**2, log(x)]", 0)
    assert found.texts["jacobian"] == [["nan"], ["0"], ["inf"]]
    assert found.texts["hessian"][1] == [["2"]]


@pytest.mark.parametrize(
    ("text", "gradient", "hessian"),
    [
        ("hypot(x, y)**2", ["0", "0"], [["2", "0"], ["0", "2"]]),
        ("sqrt(x**2 + y**2)", ["nan", "nan"], [["nan", "nan"], ["nan", "nan"]]),
        ("x*Abs(y)", ["0", "0"], [["0", "nan"], ["nan", "0"]]),
        ("Abs(x*y)", ["0", "0"], [["0", "nan"], ["nan", "0"]]),
        ("Abs(x*y)**3", ["0", "0"], [["0", "0"], ["0", "0"]]),
        ("Max(x, y) + Min(x, y)", ["1", "1"], [["0", "0"], ["0", "0"]]),
        ("Max(x, y)*Min(x, y)", ["0", "0"], [["0", "1"], ["1", "0"]]),
    ],
)
def test_two_variables_at_the_origin(text: str, gradient: list[str], hessian: list[list[str]]) -> None:
    found = at(text, 0, 0)
    assert found.texts["gradient"] == gradient
    assert found.texts["hessian"] == hessian
    assert (found.status == "ok") == ("nan" not in gradient + hessian[0])


def test_partial_derivatives_alone_are_not_differentiability() -> None:
    found = at("Min(Abs(x), Abs(y))", 0, 0, request=Request("gradient"))
    assert found.texts["gradient"] == ["0", "0"]
    assert found.status == "not-differentiable"


def test_a_narrow_sector_is_found() -> None:
    assert at("Max(Min(y - 0.1*x, 0.11*x - y), 0)", 0, 0).status == "not-differentiable"


def test_high_orders_at_a_kink() -> None:
    request = Request("derivative", order=5)
    assert at("Abs(x)**5", 0, request=request).status == "not-differentiable"
    assert at("Abs(x)**6", 0, request=request).texts["derivative"] == "0"
    assert at("x**2*Abs(x)**3", 0, request=Request("derivative", order=4)).texts["derivative"] == "0"


def test_many_kinks_at_once() -> None:
    found = at("+".join(f"Abs(x{k})" for k in range(30)), *[0.0] * 30, request=Request("gradient"))
    assert found.texts["gradient"] == ["nan"] * 30
    assert found.status == "not-differentiable"


ONE = Fraction(1)
STEP = Fraction(1, 2**200)
MEANING: dict[str, Callable[..., Any]] = {
    "add": lambda *a: sum(a),
    "neg": lambda a: -a,
    "Max": max,
    "Min": min,
    "Abs": abs,
    "relu": lambda a: max(a, 0 * ONE),
    "relu6": lambda a: min(max(a, 0 * ONE), 6 * ONE),
    "Heaviside": lambda a: ONE / 2 if a == 0 else ONE * (a > 0),
    "sign": lambda a: ONE * ((a > 0) - (a < 0)),
    "floor": lambda a: ONE * (a.numerator // a.denominator),
    "lt": lambda a, b: a < b,
    "ge": lambda a, b: a >= b,
    "gt": lambda a, b: a > b,
    "true": lambda: True,
    "pow": lambda a, n: a ** int(n),
    "Piecewise": lambda *a: next(value for value, holds in zip(a[::2], a[1::2], strict=True) if holds),
}


def exact(expression: Expression, point: list[Fraction]) -> Fraction:
    """A slow and obvious evaluation in fractions."""
    memo: list[Any] = []
    for node in expression.nodes:
        args = [memo[k] for k in node.args]
        if node.op == "number":
            memo.append(Fraction(node.value))  # type: ignore[arg-type]
        elif node.op == "variable":
            memo.append(point[expression.variables.index(str(node.value))])
        elif node.op == "mul":
            product = ONE
            for factor in args:
                product *= factor
            memo.append(product)
        else:
            memo.append(MEANING[node.op](*args))
    return Fraction(memo[expression.outputs[0]])


def near(a: Fraction, b: Fraction) -> bool:
    return abs(a - b) < Fraction(1, 2**90)


def prints(text: str, x: Fraction) -> bool:
    return text != "nan" and abs(Fraction(text) - x) <= Fraction(1, 10**12) * max(1, abs(x))


leaves = st.sampled_from(["x", "y", "x", "y", "2", "1", "0", "-1", "3"])


def grow(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    calls = st.sampled_from(["Abs", "relu", "sign", "floor", "relu6", "Heaviside"])
    return st.one_of(
        st.tuples(children, st.sampled_from("+-*"), children).map(lambda t: f"({t[0]}{t[1]}{t[2]})"),
        st.tuples(st.sampled_from(["Max", "Min"]), children, children).map(lambda t: f"{t[0]}({t[1]},{t[2]})"),
        st.tuples(calls, children).map(lambda t: f"{t[0]}({t[1]})"),
        st.tuples(children, st.sampled_from("23")).map(lambda t: f"({t[0]})**{t[1]}"),
        st.tuples(children, children, st.sampled_from([">", ">=", "<"]), children, children).map(
            lambda t: f"Piecewise(({t[0]},{t[1]}{t[2]}{t[3]}),({t[4]},True))"
        ),
    )


@settings(max_examples=400, deadline=None)
@given(st.recursive(leaves, grow, max_leaves=6), st.sampled_from([0, 1, -1, 2]), st.sampled_from([0, 1, -1, 2]))
def test_random_kinks_against_tiny_exact_steps(text: str, x: int, y: int) -> None:
    expression = parse(text, variables=["x", "y"])
    found = evaluate(expression, HESSIAN, [float(x), float(y)])

    def f(dx: Fraction, dy: Fraction) -> Fraction:
        return exact(expression, [x + dx, y + dy])

    zero, h = Fraction(0), STEP
    here = f(zero, zero)
    assert prints(found.texts["value"], here)
    for axis in range(2):

        def along(t: Fraction, axis: int = axis) -> Fraction:
            return f(*(t if k == axis else Fraction(0) for k in range(2)))

        right, left = (along(h) - along(h / 2)) / (h / 2), (along(-h / 2) - along(-h)) / (h / 2)
        slope = near(along(h), here) and near(along(-h), here) and near(left, right)
        text_1 = found.texts["gradient"][axis]
        assert prints(text_1, right) if slope else text_1 == "nan"
        bends = [(along(3 * s) - 2 * along(2 * s) + along(s)) / h**2 for s in (h, -h)]
        text_2 = found.texts["hessian"][axis][axis]
        assert prints(text_2, bends[0]) if slope and near(*bends) else text_2 == "nan"
    if found.status == "ok":
        assert_smooth(f, found, here)


def assert_smooth(f: Callable[[Fraction, Fraction], Fraction], found: ExactAnswer, here: Fraction) -> None:
    """Where all is said to exist, f follows its gradient every way, and its mixed derivative."""
    h, chance = STEP, random.Random(3)
    gx, gy = (Fraction(g) for g in found.texts["gradient"])
    for _ in range(8):
        a, b = chance.randint(-9, 9), chance.randint(-9, 9)
        change = (f(a * h, b * h) - here) / h
        assert abs(change - gx * a - gy * b) <= Fraction(1, 2**90) + Fraction(1, 10**12) * (abs(gx) + abs(gy))
    for a, b in ((h, h), (h, -h), (-h, h), (-h, -h)):
        mixed = (f(a, b) - f(a, Fraction(0)) - f(Fraction(0), b) + here) / (a * b)
        assert prints(found.texts["hessian"][0][1], mixed)


@pytest.mark.parametrize("text", ["x*y/(x**2 + y**2)", "atan2(y, x)", "(x - y)/(x + y)"])
def test_a_limit_that_depends_on_the_direction_is_none(text: str) -> None:
    found = at(text, 0, 0)
    assert found.status == "undefined"
    assert found.notes[-1] == "no limit there: it depends on the path"


def test_a_limit_in_two_variables() -> None:
    found = at("(x**2 - y**2)/(x - y)", 1, 1, request=Request("gradient"))
    assert found.notes[-1] == "limits there: value -> 2; gradient[0] -> 1; gradient[1] -> 1"


def test_growth_on_one_side_is_no_limit() -> None:
    assert "value -> 0 from the left" in at("exp(1/x)", 0).notes[-1]


@pytest.mark.parametrize("text", ["exp(exp(exp(exp(x))))", "floor(exp(exp(x)))"])
def test_what_is_too_large_is_not_called_undefined(text: str) -> None:
    assert at(text, 20).status == "unchecked"


@pytest.mark.parametrize(
    ("text", "order"),
    [
        # thin regions between borders that the lowest-degree forms do not tell apart: f(t, t**9/2) = t
        ("Piecewise((x, (y < x**9) & (y > 0)), (0, True))", 1),
        ("Piecewise((x, (y < sin(x)**2) & (y > 0)), (0, True))", 1),
        ("Piecewise((-x, (y < cosh(x)-1) & (y > 0)), (x, True))", 1),
        ("Piecewise((x*y, y**2 < x**40), (0, True))", 2),
        ("Piecewise((x*y, (y < x**14) & (y > -x**14)), (0, True))", 2),
        # sets without an inside, of degree two and more: f(t, t, 0) = 2*t
        ("Piecewise((2*x, Eq((x-y)**2+z**2, 0) & (x > 0)), (x, True))", 1),
        ("Piecewise((x, (x-y)**2+z**2 > 0), (2*x, True))", 1),
        ("Piecewise((x, Ne(x**2+y**2, 2*z**2)), (2*x, True))", 1),
        ("Piecewise((2*x, Eq((x-pi*y)**2, 0) & (x > 0)), (x, True))", 1),
    ],
)
def test_what_is_not_differentiable_is_never_proven_to_be(text: str, order: int) -> None:
    request = Request("gradient" if order == 1 else "hessian")
    expression = parse(text)
    found = evaluate(expression, request, (0.0,) * len(expression.variables))
    assert found.status in ("not-differentiable", "unchecked")


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("Abs((x-sqrt(3)*y)**2)", "hessian"),
        ("Max((x-sqrt(3)*y)**2, 0)", "hessian"),
        ("Piecewise((x, (x-sqrt(3)*y)**2 >= 0), (2*x, True))", "gradient"),
    ],
)
def test_rounded_coefficients_make_no_kink(text: str, command: str) -> None:
    expression = parse(text)
    assert evaluate(expression, Request(command), (0.0,) * len(expression.variables)).status == "ok"


@pytest.mark.parametrize(
    "text", ["(x**2-y**2)/(x-y)+pi", "Piecewise((0, Eq(x,0) & Eq(y,0)), (x*exp(-(y/x**2)**2), True))"]
)
def test_where_f_has_no_value_nothing_fails(text: str) -> None:
    assert evaluate(parse(text), Request("gradient"), (1.0, 1.0) if "pi" in text else (0.0, 1.0)).status == "undefined"


def test_a_function_that_is_not_continuous_has_no_gradient() -> None:
    found = evaluate(parse("Piecewise((1, (y-4*x)*(y-6*x) < 0), (0, True))"), Request("hessian"), (0.0, 0.0))
    assert dict(found.statuses) == {"value": "ok", "gradient": "not-differentiable", "hessian": "not-differentiable"}
