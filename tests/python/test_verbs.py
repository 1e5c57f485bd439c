"""The verbs from Python: what they take, and what they give."""

from __future__ import annotations

import copy
import functools
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
        (lambda: hesscli.hessian("x", at=["one"]), "a coordinate is 'one', which is no number"),
        (lambda: hesscli.hessian("x", at={"x": "one"}), "x is 'one', which is no number"),
        (lambda: hesscli.hessian("x", at=[None]), "expected numbers"),
        (lambda: hesscli.hessian("x", at=[1j]), "expected numbers"),
        (lambda: hesscli.hessian("x", further="inverse"), "^inverse needs a point: at gives one"),
        (lambda: hesscli.hessian("x", at=1, further="inverce"), "^further: expected some of eigenvectors, inverse"),
        (lambda: hesscli.jacobian(["x, y", "x"], at=[1, 2]), "a tuple is not a number"),
        (lambda: hesscli.jacobian(["[x, y]", "x"], at=[1, 2]), "expected one in each place, got a vector"),
        (
            lambda: hesscli.jacobian([["x"], ["y"]], at=[1, 2]),
            "expected the text of a function or a SymPy .*, got list",
        ),
        (lambda: hesscli.jacobian([], at=[]), "expected the text of a function or a SymPy expression, got list"),
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
        (lambda: hesscli.hvp("x", at=1, vector=["a"]), "^vector: an entry is 'a', which is no number"),
        (lambda: hesscli.derivative("x", at=1, wrt=["z"]), "^wrt: 'z' is no variable"),
        (lambda: hesscli.hvp("x*y", at=[1, 2], vector=[1]), "^vector: expected 2 numbers"),
        (
            lambda: hesscli.hessian("Sum(x[i]**2, (i, 0, 2))", at=1),
            "^at: expected 3 numbers for x.3., whose entries count from 0, got 1",
        ),
        (lambda: hesscli.gradient("x^2 +", at=1), "the expression ends|expected"),
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
        ("a*x", {"a": [1, 2]}, "^params: a is one number; data takes a column or a matrix"),
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


def test_a_list_of_functions_is_a_vector():
    sympy = pytest.importorskip("sympy")
    x, y = sympy.symbols("x y")
    for functions in (["x^2*y", "a*y"], (x**2 * y, "a*y"), [hesscli.parse("x^2*y"), "b = y; a*b"]):
        assert hesscli.jacobian(functions, at=[1, 2], params={"a": 3}).jacobian.tolist() == [[4, 1], [0, 3]]
    parsed = hesscli.parse("a*y", parameters={"a": 3.0})
    assert hesscli.jacobian([r"\frac{x}{y}", parsed, 1], at=[1, 2]).jacobian.tolist() == [[0.5, -0.25], [0, 3], [0, 0]]
    assert hesscli.jacobian([x * y, 1], at=[1, 2]).value.tolist() == [2, 1]
    with pytest.raises(HesscliError, match="the symbol x' is no name that a list may have"):
        hesscli.jacobian([sympy.Symbol("x'"), "x_"], at=[1, 2])


@pytest.mark.parametrize("at", [["1/2", "pi"], {"y": "pi", "x": 0.5}, ["0.5", np.float64(np.pi)], "1/2, pi"])
def test_coordinates_may_be_constant_expressions(at):
    assert hesscli.gradient("x*y", at).point == (0.5, np.pi)
    assert hesscli.sweep("x*y", {"x": ["1/2", 1], "y": "pi"}).points.tolist() == [[0.5, np.pi], [1, np.pi]]
    assert hesscli.hvp("x*y", at, vector=["1/3", 0]).hvp.tolist() == [0, 1 / 3]


def test_without_a_point_there_are_formulas():
    found = hesscli.hessian("x^2*y")
    assert repr(found) == "<hessian of x**2*y: [['2*y', '2*x'], ['2*x', '0']]>"
    assert found.gradient == ["2*x*y", "x**2"]
    assert r"2 x y \\ x^{2}" in found._repr_latex_()
    assert found.to_dict()["exact"]["formulas"]["hessian"] == found.hessian
    assert hesscli.derivative("x^4", order=3).derivative == "24*x"
    assert hesscli.jacobian(["x^2", "y"]).jacobian == [["2*x", "0"], ["0", "1"]]
    with pytest.raises(AttributeError, match="there is no formula of a jacobian here: gradient, hessian"):
        _ = found.jacobian


def test_a_sweep_has_rows():
    swept = hesscli.sweep("x^2*abs(y)", at=[[1, 2], [3, 0]])
    first, last = swept
    assert repr(first) == "<hessian at x=1, y=2: [[4.0, 2.0], [2.0, 0.0]], agree>"
    assert (first.value, first.verdict) == (2.0, hesscli.Verdict.AGREE)
    assert last.verdict.value == swept[-1].verdict.value == "not-differentiable"
    assert last.point.tolist() == [3, 0]
    with pytest.raises(IndexError):
        _ = swept[2]
    with pytest.raises(AttributeError, match="there is no hvp here"):
        _ = first.hvp


def test_a_check_says_what_it_found():
    report = hesscli.check("x^2*y", gradient=["2*x*y", "x"])
    assert repr(report) == "<check of the gradient of x**2*y at 6 points: wrong: 1 of 2 entries>"
    assert (report.verdict, report.to_dict()["verdict"]) == (hesscli.Verdict.DISAGREE, "disagree")
    assert [entry.formula for entry in report.wrong] == ["x**2"]
    assert "<td>gradient[1]</td><td>x</td><td>x**2</td><td>wrong" in report._repr_html_()
    assert report._repr_latex_() is None
    assert hesscli.check("x^2", gradient=["2*x"]).verdict.value == "agree"


def test_a_sweep_of_no_points_has_empty_arrays():
    swept = hesscli.sweep("x**2", np.zeros((0, 1)), verb="gradient")
    assert (len(swept), swept.gradient.shape, swept.verdict.shape) == (0, (0, 1), (0,))


def test_a_claim_may_be_sympys():
    sympy = pytest.importorskip("sympy")
    x, y = sympy.symbols("x y")
    f = x**2 * y
    assert hesscli.check(f, hessian=sympy.hessian(f, (x, y)), gradient=sympy.Matrix([2 * x * y, x**2])).right
    assert not hesscli.check(f, gradient=[2 * x * y, x]).right
    assert hesscli.check([f, x], jacobian=sympy.Matrix([f, x]).jacobian([x, y])).right


def test_a_function_with_arguments_bound_is_a_claim():
    assert hesscli.check("x^2*y", gradient=functools.partial(lambda a, x, y: [a * x * y, x**2], 2)).right


def test_a_vector_may_be_given_by_name():
    assert hesscli.hvp("x^3*y", at=[2, 1], vector={"y": 0, "x": 1}).hvp.tolist() == [12, 12]
    with pytest.raises(HesscliError, match="expected coordinates for x, y, got x"):
        hesscli.hvp("x^3*y", at=[2, 1], vector={"x": 1})


def test_of_one_variable_a_list_is_a_line_of_points():
    assert hesscli.sweep("x^2", at=np.linspace(0, 1, 3)).gradient.tolist() == [[0], [1], [2]]
    with pytest.raises(PointError, match=r"expected 1 coordinate \(x\), got 2"):
        hesscli.gradient("x", at=[1, 2])
    with pytest.raises(PointError, match=r"expected points of shape \(k, 2\), got an array of shape \(2, 2, 2\)"):
        hesscli.sweep("x*y", at=np.zeros((2, 2, 2)))


def test_bytes_are_no_function():
    with pytest.raises(HesscliError, match="got bytes"):
        hesscli.gradient(b"x", at=[1])


def test_functions_of_tensors_that_are_arithmetic_have_the_exact_side():
    """mean((y - w t)^2) + b . b with t = (1, 2), y = (3, 5), at w = 2, b = (1, -1): residuals 1, 1; by hand."""
    from hesscli.tape.quiet import tf

    def f(w, b):
        return tf.reduce_mean((tf.constant([3.0, 5.0], w.dtype) - w * np.array([1.0, 2.0])) ** 2) + tf.reduce_sum(b * b)

    result = hesscli.hessian(f, at={"w": 2, "b": [1, -1]})
    assert result.verdict.value == "agree"
    assert result.gradient.tolist() == [-3, 2, -2]
    assert result.hessian.tolist() == [[5, 0, 0], [0, 2, 0], [0, 0, 2]]
    assert result.variables == ("w", "b[0]", "b[1]")
    assert hesscli.hvp(f, at={"w": 2, "b": [1, -1]}, vector=[1, 0, 1]).hvp.tolist() == [5, 0, 2]
    with pytest.raises(HesscliError, match="cannot be recorded"):
        hesscli.taylor(f, at={"w": 2, "b": [1, -1]})


def test_an_unknown_argument_is_told_every_name_there_is():
    with pytest.raises(TypeError, match=r"the options are vars, params, data, .*, of hessian also further"):
        hesscli.hessian("x", at=1, qqqqqq=1)
    with pytest.raises(TypeError, match="vars"):
        hesscli.hessian("x", at=1, varss="x")


def test_the_words_of_a_sweep_are_shown_in_short():
    swept = hesscli.sweep("x^2", at="x=0:1:3000", verb="gradient", exact="sample")
    assert repr(swept.verdicts).endswith("at 3000 points>")
    assert "gradient" in repr(swept.verdicts)
