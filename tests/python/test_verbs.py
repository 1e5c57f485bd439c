"""The verbs from Python: what they take, and what they give."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

import hesscli
from hesscli import HesscliError
from hesscli.errors import PointError


def test_numbers_to_use_are_attributes():
    result = hesscli.hessian("x^2*y", at=[1, 2])
    assert result.value == 2.0
    assert type(result.value) is float
    assert result.gradient.tolist() == [4.0, 1.0]
    assert result.hessian.tolist() == [[4.0, 2.0], [2.0, 0.0]]
    with pytest.raises(AttributeError, match="no jacobian here: this hessian has value, gradient, hessian"):
        _ = result.jacobian
    assert hesscli.jacobian("[x*y, x + y]", at=[3, 2]).jacobian.tolist() == [[2.0, 3.0], [1.0, 1.0]]
    assert hesscli.derivative("x^3", at=2, order=2).derivative == 12.0
    assert hesscli.derivative("x^3*y", at=[2, 5], wrt="x,y").derivative == 12.0
    assert hesscli.hvp("x^2*y", at=[1, 2], vector=[1, 0]).hvp.tolist() == [4.0, 2.0]


def test_a_number_that_does_not_exist_is_nan():
    assert np.isnan(hesscli.gradient("abs(x)", at=0).gradient).all()


def test_equal_answers_are_equal():
    one, other = (hesscli.hessian("log(x) + y*abs(x)", at=[-1, 2]) for _ in range(2))
    assert one == other
    assert one != hesscli.hessian("log(x) + y*abs(x)", at=[1, 2])
    assert copy.deepcopy(one) == one == pickle.loads(pickle.dumps(one))
    assert one.formulas == other.formulas
    assert hesscli.sweep("x*y", at="x=0:1:3,y=2") == hesscli.sweep("x*y", at={"x": [0, 0.5, 1], "y": 2})


def test_repr_is_a_line():
    assert repr(hesscli.gradient("x^2*y", at=[1, 2])) == ("<gradient of x**2*y at x=1, y=2: [4.0, 1.0], agree>")
    assert "shape (4, 4)" in repr(hesscli.hessian("x0*x1*x2*x3", at=[1, 2, 3, 4]))
    assert repr(hesscli.sweep("x^2", at="x=0:1:3", verb="gradient")) == (
        "<gradient at 3 points of (x): value (3,), gradient (3, 1); 3 agree>"
    )


@pytest.mark.parametrize("at", ["x=0:1:3,y=2", [[0, 2], [0.5, 2], [1, 2]], {"y": 2, "x": [0, 0.5, 1]}])
def test_sweeps_of_arrays_names_and_grids(at):
    found = hesscli.sweep("x^2*y", at)
    assert len(found) == 3
    assert found.points.tolist() == [[0, 2], [0.5, 2], [1, 2]]
    assert found.value.tolist() == [0, 0.5, 2]
    assert found.gradient.tolist() == [[0, 0], [2, 0.25], [4, 1]]
    assert found.hessian[:, 0, 1].tolist() == [0, 1, 2]
    assert found.verdict.tolist() == ["agree"] * 3


def test_sweeps_of_every_verb():
    assert hesscli.sweep("x^3", at="x=1:2:2", verb="derivative", order=2).derivative.tolist() == [6, 12]
    assert hesscli.sweep("[x, x^2]", at="x=1:2:2", verb="jacobian").jacobian.tolist() == [[[1], [2]], [[1], [4]]]
    assert hesscli.sweep("x*y", at=[[1, 2]], verb="hvp", vector=[1, 0]).hvp.tolist() == [[0, 1]]
    with pytest.raises(HesscliError, match="verb: expected one of gradient, jacobian"):
        hesscli.sweep("x", at=1, verb="hesian")


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: hesscli.hessian("x", at=[[1], [2]]), "use hesscli.sweep for many"),
        (lambda: hesscli.hessian("x", at=[np.nan]), "expected finite coordinates"),
        (lambda: hesscli.hessian("x", at=["one"]), "expected numbers"),
        (lambda: hesscli.hessian("x*y", at={"x": 1}), "expected coordinates for x, y, got x"),
        (lambda: hesscli.hessian("x*y", at=[1, 2, 3]), "expected 2 coordinates"),
        (lambda: hesscli.hessian("5", at=[]), "name some with vars="),
        (lambda: hesscli.hessian("x", at=1, plain=True, method="taylor"), r'plain=True shows .*method="taylor"'),
        (lambda: hesscli.hessian("x", at=1, rtol=-1), "^rtol: expected a positive number"),
        (lambda: hesscli.derivative("x", at=1, order=0), "^order: expected a whole number"),
        (lambda: hesscli.derivative("x", at=1, order=1, wrt="x"), "order and wrt contradict each other"),
        (lambda: hesscli.derivative("x", at=1, wrt=""), "^wrt: expected names such as x,x,y, got nothing"),
        (lambda: hesscli.derivative("x", at=1, order="2"), "^order: expected a whole number"),
        (lambda: hesscli.derivative("x", at=1, order=1.5), "^order: expected a whole number"),
        (lambda: hesscli.taylor("x", at=1, radius="a"), "^radius: expected a positive number"),
        (lambda: hesscli.hvp("x", at=1, vector=["a"]), "^vector: expected numbers"),
        (lambda: hesscli.derivative("x", at=1, wrt=["z"]), "^wrt: 'z' is no variable"),
        (lambda: hesscli.hvp("x*y", at=[1, 2], vector=[1]), "^vector: expected 2 numbers"),
        (lambda: hesscli.hessian(3, at=1), "expected the text of a function or a SymPy expression, got int"),
    ],
)
def test_errors_speak_of_arguments(call, words):
    with pytest.raises(HesscliError, match=words) as problem:
        call()
    assert "--" not in str(problem.value)


@pytest.mark.parametrize(
    ("given", "params", "words"),
    [
        ("a*x", {"b": 1}, "^params: b is not in the expression; the names in it are a, x"),
        (hesscli.parse("a*x"), {"rate": 1}, "^params: rate is not in the expression"),
        ("a*x", {"a": "z"}, "^params: a is 'z', which is no number"),
        ("a*x", {"a": [1, 2]}, "^params: a: expected a number, got"),
        ("a*x", {"a": np.inf}, "expected a finite number"),
        (hesscli.parse("[a*x, x]").component(0), {"a": 1}, "a part of another one"),
    ],
)
def test_parameters_that_would_change_nothing_are_refused(given, params, words):
    with pytest.raises(HesscliError, match=words):
        hesscli.gradient(given, at=1, params=params)


def test_names_and_numbers_of_a_parsed_expression_are_those_given():
    parsed = hesscli.parse("a*x^2*y", parameters={"a": 2.0})
    assert hesscli.gradient(parsed, at=[1, 3], params={"a": "1/2"}).gradient.tolist() == [3, 0.5]
    assert hesscli.gradient(parsed, at=[3, 1], vars="y x").gradient.tolist() == [2, 12]
    assert hesscli.gradient(parsed, at=1, params={"y": np.float32(0.1)}).gradient.tolist() == [
        4 * float(np.float32(0.1))
    ]
    assert hesscli.gradient(parsed, at=[1, 3]).gradient.tolist() == [12, 2]


def test_a_point_that_does_not_fit_is_a_point_error():
    with pytest.raises(PointError) as problem:
        hesscli.gradient("x", at=[1, 2])
    assert problem.value.code == "point"


def test_sympy_expressions_are_taken():
    sympy = pytest.importorskip("sympy")
    x, y = sympy.symbols("x y")
    assert hesscli.gradient(x**2 * y, at={x: 3, y: 2}).gradient.tolist() == [12, 9]
    assert hesscli.gradient(x**2 * y, at=[2, 3], vars=[y, x]).gradient.tolist() == [9, 12]
    strange = sympy.Symbol("x'")
    assert hesscli.gradient(strange**2, at={strange: 3}).gradient.tolist() == [6]
    assert hesscli.jacobian(sympy.Matrix([x * y, x]), at=[3, 2]).jacobian.tolist() == [[2, 3], [1, 0]]
    with pytest.raises(HesscliError, match="params: z is not in the expression"):
        hesscli.gradient(x**2 * y, at=[1, 2], params={"z": 3})
    with pytest.raises(HesscliError, match="the language has no Integral"):
        hesscli.gradient(sympy.Integral(x, x), at=1)


def test_in_a_notebook():
    result = hesscli.gradient("x^2*y", at=[1, 2])
    html, latex = result._repr_html_(), result._repr_latex_()
    assert "<td>∂f/∂x</td><td>4</td><td>4</td>" in html
    assert "<b>agree</b>" in html
    assert latex.startswith(r"\begin{align*}")
    assert r"x^{2} y" in latex
    assert "<img" not in hesscli.gradient("abs(x)", at=0, vars="x")._repr_html_()


def test_what_the_package_says_of_itself():
    assert hesscli.__version__ == hesscli.hessian("x", at=1).versions["hesscli"]
    assert {"sweep", "hessian", "Sweep"} <= {*dir(hesscli)}


def test_no_warning_of_a_library_reaches_the_terminal(recwarn):
    hesscli.hessian("atan(x)", at=1e100)
    hesscli.gradient("x^2", at=1e30, dtype="float32", exact="off")
    assert not recwarn.list


def test_what_follows_from_a_hessian_is_an_array_or_a_number():
    """H = [[2, 1], [1, 0]], g = (4, 1): by hand."""
    wanted = ["inverse", "newton_step", "determinant", "condition", "eigenvectors"]
    result = hesscli.hessian("x0**2+x0*x1", at=[1, 2], further=wanted)
    assert result.eigenvalues == pytest.approx([1 - 2**0.5, 1 + 2**0.5])
    assert result.inverse.tolist() == [[0, 1], [1, -2]]
    assert result.newton_step.tolist() == [-1, -2]
    assert result.determinant == -1
    assert result.condition == pytest.approx((1 + 2**0.5) / (2**0.5 - 1))
    for value, vector in zip(result.eigenvalues, result.eigenvectors, strict=True):
        assert result.hessian @ vector == pytest.approx(value * vector)
    assert hesscli.hessian("x^2", at=1).inverse is None
    assert np.isnan(hesscli.hessian("x^2+y^2", at=[1, 1], further=["eigenvectors"]).eigenvectors).sum() in (0, 4)
