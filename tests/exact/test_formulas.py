from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
import sympy

from hesscli.exact.formulas import closed_forms
from hesscli.exact.symbolic import BUILDERS, COMPOSED, SAME_NAME
from hesscli.language.functions import BY_NAME
from hesscli.language.syntax import parse
from hesscli.request import Request
from hesscli.result import Texts

HESSIAN = Request("hessian")


def forms(text: str, *point: float, request: Request = HESSIAN) -> dict[str, Any]:
    return nested(closed_forms(parse(text), request, point))


def nested(found: Mapping[str, Texts]) -> dict[str, Any]:
    return {name: forms.nested() for name, forms in found.items()}


@pytest.mark.parametrize(
    ("text", "point", "expected"),
    [
        ("x0**2+x0*x1", (1, 2), {"gradient": ["2*x0 + x1", "x0"], "hessian": [["2", "1"], ["1", "0"]]}),
        ("log(x*y)", (1, 2), {"gradient": ["1/x", "1/y"], "hessian": [["-1/x**2", "0"], ["0", "-1/y**2"]]}),
        ("x**1.5", (2,), {"gradient": ["3*sqrt(x)/2"], "hessian": [["3/(4*sqrt(x))"]]}),
        ("[x*y, sin(x)]", (1, 2), {"jacobian": [["y", "x"], ["cos(x)", "0"]]}),
        ("relu(x)**2", (2,), {"gradient": ["Piecewise((2*x, x > 0), (0, True))"]}),
        ("Abs(x)", (2,), {"gradient": ["sign(x)"]}),
    ],
)
def test_short_forms(text: str, point: tuple[float, ...], expected: dict[str, Any]) -> None:
    found = forms(text, *point)
    assert {name: found[name] for name in expected} == expected


def test_derivative_and_hvp() -> None:
    assert forms("x**2*y+y**3", 1, 2, request=Request("derivative", wrt=(0, 1))) == {"derivative": "2*x"}
    assert forms("x**2*y", 1, 2, request=Request("hvp", vector=(1.0, 0.0)))["hvp"] == ["2*y", "2*x"]


def test_parameters_keep_their_names() -> None:
    expression = parse("(a - x)**2 + b*(y - x**2)**2", parameters={"a": 1.0, "b": 1.0})
    found = nested(closed_forms(expression, HESSIAN, (1.0, 1.0)))["hessian"]
    assert found == [["12*b*x**2 - 4*b*y + 2", "-4*b*x"], ["-4*b*x", "2*b"]]


def test_doubles_stay_as_typed() -> None:
    (form,) = forms("0.1*x**2", 1)["gradient"]
    x = sympy.Symbol("x")
    assert sympy.sympify(form, rational=True).subs(x, 3) == sympy.Rational(6, 10)


@pytest.mark.parametrize("text", ["Heaviside(x)*x", "besselj(x, 2)", "floor(x)*x"])
def test_artefacts_are_never_shown(text: str) -> None:
    shown = str(forms(text, 1.5))
    for artefact in ("Derivative", "Subs", "DiracDelta"):
        assert artefact not in shown


def test_nothing_is_shown_that_does_not_hold_at_the_point() -> None:
    assert forms("Abs(x)", 0) == {}
    assert forms("log(x)", -1) == {}


def test_swell_is_not_shown() -> None:
    assert forms("exp(sin(x*y))/(1+x**2+y**4)**3", 1, 2, request=Request("derivative", order=4)) == {}


def test_every_row_is_in_the_catalogue() -> None:
    assert set(BUILDERS) | SAME_NAME <= set(BY_NAME)
    assert all(hasattr(sympy, name) for name in SAME_NAME)


@pytest.mark.parametrize("name", sorted(name for name in COMPOSED | BUILDERS.keys() if BY_NAME[name].most == 1))
def test_every_function_of_one_argument_means_what_the_catalogue_means(name: str) -> None:
    if name in ("neg", "not", "ceiling", "frac"):
        return
    if name in ("lgamma", "relu6"):  # SymPy leaves a Subs, and cases within cases
        assert "gradient" not in forms(f"{name}(x)", 0.4)
        return
    found = forms(f"{name}(x)", 0.4)
    assert found["gradient"], name
