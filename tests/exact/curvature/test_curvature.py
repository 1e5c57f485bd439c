"""What is asked for beside the eigenvalues, and what is said where it does not exist."""

import mpmath
import pytest

from hesscli.exact.evaluate import evaluate
from hesscli.language.syntax import parse
from hesscli.request import Request
from hesscli.result.curvature import Curvature
from tests.exact.curvature.cases import of

EVERYTHING = ("eigenvectors", "inverse", "condition", "determinant", "newton_step")


def test_everything_of_a_regular_hessian():
    """f = x**2 + x*y + y**2 + x: H = [[2, 1], [1, 2]], g = (1, 0) at 0, and the minimum is at (-2/3, 1/3)."""
    told = of("x^2+x*y+y^2+x", 0, 0, asked=EVERYTHING)
    assert told.eigenvalues == ("1", "3")
    assert told.determinant == "3"
    assert told.condition == "3"
    assert told.inverse[0] == ("0.66666666666666667", "-0.33333333333333333")
    assert told.newton_step == ("-0.66666666666666667", "0.33333333333333333")
    assert told.eigenvectors[1] == ("0.70710678118654752", "0.70710678118654752")
    assert told.critical is None
    assert told.notes == ()


def test_a_singular_hessian_has_no_inverse():
    told = of("(x+y)^2", 1, 2, asked=EVERYTHING)
    assert (told.determinant, told.condition, told.inverse, told.newton_step) == ("0", "inf", None, None)
    assert told.notes == ("the Hessian is singular: no inverse and no newton step",)


def test_only_what_is_asked_for():
    told = of("x^2+y^2", 0, 0)
    assert (told.determinant, told.condition, told.inverse, told.eigenvectors, told.newton_step) == (None,) * 5


def test_a_newton_step_of_irrational_numbers():
    """f = exp(x) - 3*x at 1: the step is (3 - e)/e."""
    assert of("exp(x)-3*x", 1, asked=("newton_step",)).newton_step == ("0.10363832351432696",)


def test_nothing_where_the_function_is_not_smooth():
    told = of("Abs(x)+y^2", 0, 0)
    assert told == Curvature(notes=told.notes)
    assert "not smooth" in told.notes[0]


@pytest.mark.parametrize(
    ("text", "word"), [("Abs(x)**3 + y**2", "positive semidefinite"), ("x*Abs(x)**2 - y**2", None)]
)
def test_a_hessian_that_exists_at_a_kink_has_eigenvalues_but_claims_no_kind(text, word):
    answer = evaluate(parse(text), Request("hessian"), (0.0, 0.0))
    (told,) = answer.curvature
    assert told.eigenvalues in (("0", "2"), ("-2", "0"))
    assert told.definiteness == (word or "negative semidefinite")
    assert told.critical is None
    assert "not smooth" in told.notes[-1]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Abs(x)**2 + y**2", "local minimum"),
        ("-Max(x, -x)**2 - y**2 + Abs(y)**3", "local maximum"),
        ("Abs(x)**2 - y**2", None),  # a saddle, but a root may cut out the directions up or down, as of sqrt(x*y)**2
        ("Abs(x)**2 + y**2 + x", None),
    ],
)
def test_a_zero_gradient_and_a_definite_hessian_decide_at_a_kink_too(text, kind):
    (told,) = evaluate(parse(text), Request("hessian"), (0.0, 0.0)).curvature
    assert (told.critical.kind if told.critical else None) == kind
    assert told.critical is None or (told.critical.proven and told.critical.where == ("0", "0"))


def test_a_vector_has_one_curvature_a_component():
    first, second = evaluate(parse("[x*y, Abs(x)]"), Request("hessian"), (0.0, 0.0)).curvature
    assert first.critical.kind == "saddle point"
    assert second.eigenvalues is None
    assert second.notes[0].startswith("f2: ")


def test_other_requests_have_none():
    assert evaluate(parse("x*y"), Request("gradient"), (0.0, 0.0)).curvature == ()


def test_digits_on_request():
    """H = [[2, 1], [1, -2/3]]: its eigenvalues are 2/3 -+ 5/3, and those of [[2, 1], [1, 0]] 1 -+ sqrt(2)."""
    assert of("x^2+x*y-y^2/3", 0, 0, digits=50).eigenvalues == ("-1", "2." + "3" * 49)
    with mpmath.workdps(60):
        truth = (mpmath.nstr(1 - mpmath.sqrt(2), 50), mpmath.nstr(1 + mpmath.sqrt(2), 50))
    assert of("x^2+x*y", 0, 0, digits=50).eigenvalues == truth


@pytest.mark.parametrize(
    ("texts", "point", "word"),
    [
        (("logaddexp(x, y)", "logsumexp(x, y)", "log(exp(x) + exp(y))"), (3, 4), "positive semidefinite"),
        (("cbrt(x**3 + y**3)", "root(x**3 + y**3, 3)"), (3, 4), "positive semidefinite"),
        (("hypot(x, y)", "sqrt(x**2 + y**2)", "root(x**2 + y**2, 2)"), (3, 4), "positive semidefinite"),
        (("relu(x**2/y)", "Max(x**2/y, 0)", "Max(0, x**2/y)"), (3, 4), "positive semidefinite"),
    ],
)
def test_equal_functions_get_equal_words(texts, point, word):
    assert {of(text, *point).definiteness for text in texts} == {word}


@pytest.mark.parametrize(
    "text",
    [
        "sigmoid(y)*x**4",
        "x**4/(1 + exp(-y))",
        "relu6(y + 3)*x**4",
        "clip(y + 3, 0, 6)*x**4",
        "root(y + 1, 2)*x**4",
        "sech(y)*x**4",
        "x**4/cosh(y)",
    ],
)
def test_a_bound_is_seen_however_it_is_written(text):
    assert of(text, 0, 0).critical.kind == "local minimum"


@pytest.mark.parametrize(
    "text", ["sech(y)*x**3", "sqrt(y + 1)*x**3", "relu(y + 1)*x*x*x", "clip(y + 1, 0, 6)*x**3", "hypot(y, 3)*x**3"]
)
def test_odd_powers_have_no_bound(text):
    assert of(text, 0, 0).critical.kind == "neither minimum nor maximum"
