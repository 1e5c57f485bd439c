"""Hand-written derivatives: right ones pass, wrong ones do not, at points that anybody can draw again."""

from __future__ import annotations

import numpy as np
import pytest

import hesscli
from hesscli.checking.check import check_claims, fitted, relative_errors
from hesscli.checking.claims import read_claim
from hesscli.errors import HesscliError, LimitError, NoAnswerError
from hesscli.language.syntax import parse
from hesscli.options import Options


def run(session, text, *, at=None, options=Options(), **claims):  # noqa: B008  frozen
    program = parse(text)
    read = {name: read_claim(claim, f"--{name}", program.variables, {}) for name, claim in claims.items()}
    points = None if at is None else np.array(at, dtype=float).reshape(-1, len(program.variables))
    return check_claims(program, read, points, options, session)


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("x**4 + y**2", {"hessian": "[[12*x**2, 0], [0, 2]]"}),
        ("x*sin(y)", {"gradient": "[sin(y), x*cos(y)]", "hessian": "[[0, cos(y)], [cos(y), -x*sin(y)]]"}),
        ("log(x)", {"gradient": "[1/x]"}),
        ("sqrt(x*(1-x))", {"gradient": "[(1-2*x)/(2*sqrt(x*(1-x)))]"}),
        ("[x*y, x**2]", {"jacobian": "[[y, x], [2*x, 0]]"}),
        ("[x*y, x**2]", {"hessian": "[[[0, 1], [1, 0]], [[2, 0], [0, 0]]]"}),
        ("acosh(x)", {"gradient": "[1/sqrt(x**2 - 1)]"}),
        ("log(x - 20)", {"gradient": "1/(x - 20)"}),
        ("x**3", {"gradient": "3*x**2", "hessian": "6*x"}),
        ("x*y", {"gradient": "[[y], [x]]", "jacobian": "[[y, x]]", "hessian": "[[0, 1], [1, 0]]"}),
        ("abs(x)*y + max(x, y)", {"gradient": "[sign(x)*y + Heaviside(x-y), abs(x) + Heaviside(y-x)]"}),
        ("x0 + 2*x1 + 3*x2 + 4*x10", {"gradient": "[1, 2, 3, 4]"}),
    ],
)
def test_right_ones_are_right_at_random_points_of_the_domain(session, text, claims):
    report = run(session, text, **claims)
    assert report.right
    assert len(report.points) in (6, 24)
    assert report.drawn
    assert not report.notes


def test_random_points_are_the_same_every_time(session):
    first, second = (run(session, "x*y", gradient="[y, x]") for _ in range(2))
    assert first == second
    assert len(set(first.points)) == 6


def test_one_wrong_point_is_wrong(session):
    report = run(session, "abs(x)*x", gradient="[2*x]")
    (entry,) = report.entries
    assert not entry.right
    assert entry.point[0] < 0
    assert run(session, "abs(x)*x", at=[[1], [3]], gradient="[2*x]").right


def test_the_worst_point_is_shown(session):
    report = run(session, "x**3", at=[2], gradient="[11]")
    (entry,) = report.entries
    assert (entry.given, entry.exact, entry.point) == (11, "12", (2,))
    assert entry.error == pytest.approx(1 / 12)
    assert entry.formula == "3*x**2"
    assert entry.slip == ""


def test_a_claim_without_a_value_where_the_derivative_has_one_is_wrong(session):
    report = run(session, "x**2", at=[0], gradient="[2*x**2/x]")
    assert report.entries[0].slip == "not a finite number"
    assert np.isnan(report.entries[0].given)


def test_the_tolerance_decides(session):
    assert not run(session, "x**2", at=[1], gradient="[2.001]").right
    assert run(session, "x**2", at=[1], gradient="[2.001]", options=Options(rtol=1e-3)).right


def test_few_digits_do_not_make_a_right_claim_wrong():
    assert hesscli.check("x**2/3", gradient="2*x/3", digits=3).right


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"at": {"x": 1}}, "expected coordinates for x, y, got x"),
        ({"at": ["a", "b"]}, "a coordinate is 'a', which is no number"),
        ({"at": {"x": 1, "y": "b"}}, "y is 'b', which is no number"),
        ({"at": [1, 2, 3]}, "expected 2 coordinates"),
        ({"params": {"q": 1}}, "^params: q is not in the expression"),
        ({"digits": 0}, "^digits: expected a whole number"),
        ({"gradient": "[1]"}, "^gradient: expected 2 entries"),
    ],
)
def test_what_is_wrong_is_said_as_the_verbs_say_it(given, words):
    with pytest.raises(HesscliError, match=words) as problem:
        hesscli.check("x*y", **{"gradient": "[y, x]", **given})
    assert "--" not in str(problem.value)


def test_names_points_and_functions_are_those_of_the_verbs():
    assert hesscli.check("x*y", gradient="[y, x]", vars="x,y", at={"y": [1, 2], "x": 3}).points == ((3, 1), (3, 2))
    assert hesscli.check(hesscli.parse("a*x"), gradient="[3]", params={"a": 3}, at="x=1").right
    sympy = pytest.importorskip("sympy")
    x, strange = sympy.symbols("x a'")
    assert hesscli.check(sympy.sin(x), gradient="cos(x)", at={x: 1}).right
    assert hesscli.check(x * strange, gradient=[[1, 2]], at={strange: 1, x: 2}, vars=[x, strange]).right


@pytest.mark.parametrize("at", [[0], [[1], [0]]])
def test_a_point_without_a_derivative_is_no_answer(session, at):
    with pytest.raises(NoAnswerError, match="nothing to compare with at x = 0"):
        run(session, "abs(x)", at=at, gradient="[1]")


def test_no_domain_is_no_answer(session):
    with pytest.raises(NoAnswerError, match="no random point"):
        run(session, "log(-x**2 - 1)", gradient="[1]")


def test_values_beyond_doubles_are_no_answer_either_and_said_to_be_it(session):
    with pytest.raises(NoAnswerError, match="at every random point a value is beyond the range of float64"):
        run(session, "10**400*x", gradient="[1]")


@pytest.mark.parametrize(
    ("text", "claims", "expected", "got"),
    [
        ("x*y", {"gradient": "[y]"}, "2 entries", "got 1"),
        ("x*y", {"hessian": "[y, x]"}, "2 x 2", "got 2"),
        ("[x, y]", {"jacobian": "[[1, 0]]"}, "2 x 2", "got 1 x 2"),
        ("[x, y, x]", {"jacobian": "[[1, 0, 1], [0, 1, 0]]"}, "3 x 2", "transposed"),
        ("x*y", {"hessian": "[[[1]]]"}, "2 x 2", "got 1 x 1 x 1"),
        ("x", {"gradient": "[1, 2]"}, "1 entry", "got 2"),
    ],
)
def test_the_shape_must_fit(session, text, claims, expected, got):
    with pytest.raises(HesscliError, match=expected) as caught:
        run(session, text, **claims)
    assert caught.value.code == "shape"
    assert got in caught.value.message


@pytest.mark.parametrize("shape", [(2,), (2, 1), (1, 2)])
def test_axes_of_length_one_do_not_count(shape):
    assert fitted(np.zeros(shape), parse("x*y"), "gradient").shape == (2,)


def test_a_gradient_of_a_vector_is_a_jacobian(session):
    with pytest.raises(HesscliError, match="--jacobian"):
        run(session, "[x, y]", gradient="[1, 1]")


def test_stored_numbers_belong_to_one_point(session, tmp_path):
    path = tmp_path / "g.csv"
    path.write_text("12,8\n")
    with pytest.raises(HesscliError, match=r"numbers belong to one point.*--at") as caught:
        run(session, "x**3*y", gradient=str(path))
    assert caught.value.code == "point"
    with pytest.raises(HesscliError, match="--at gives 2"):
        run(session, "x**3*y", at=[[1, 1], [2, 2]], gradient=str(path))
    assert run(session, "12*x + 8*y", gradient=str(path)).right
    assert not run(session, "6*x + 8*y", gradient=str(path)).right


def test_typed_numbers_are_wrong_where_the_derivative_varies(session):
    report = run(session, "x**3 + x**2", hessian="[[2]]")
    assert report.entries[0].slip == "the term 6*x is missing"
    assert report.notes == (
        "hessian: these are numbers; if they belong to one point, give it with --at, e.g. --at x=1",
    )
    assert run(session, "x0**2 + x0*x1", hessian="[[2, 1], [1, 0]]").right
    report = run(session, "x0**2 + x0*x1", hessian="[[1, 1], [1, 0]]")
    assert not report.right
    assert not report.notes


def test_a_limit_is_no_wrong_entry():
    with pytest.raises(LimitError, match="nothing to compare with"):
        hesscli.check("sin(x)*exp(x)", gradient="x", time_limit=1e-6)


def test_errors_are_relative_to_the_entry_or_to_the_largest():
    given, true = np.array([[2.0, 0.5]]), np.array([[4.0, 0.0]])
    assert relative_errors(given, true).tolist() == [[0.5, 0.125]]


def test_from_python():
    def gradient(x, y):
        return 2 * x * y, x**2

    def hessian(v):
        return np.array([[2 * v[1], 2 * v[0]], [2 * v[0], 1]])

    report = hesscli.check("x**2*y", gradient=gradient, hessian=hessian)
    assert [entry.right for entry in report.entries] == [True] * 5 + [False]
    assert hesscli.check("x**2*y", hessian=[[4, 2], [2, 0]], at=[1, 2]).right
    assert hesscli.check("x**2*y", gradient=np.array([4.0, 1.0]), at={"x": 1, "y": 2}).right
    assert hesscli.check("x**2*y", gradient=["2*x*y", "x**2"], at=[[1, 2], [3, 4]]).right
    assert hesscli.check("a*x**2", gradient="2*a*x", params={"a": 3.0}, at="2").right
    assert hesscli.check("x**2*y", gradient="[x**2, 2*x*y]", vars=["y", "x"]).right


def test_bad_requests_from_python():
    for wrong in (
        {},
        {"gradient": [None]},
        {"gradient": ["x", [1]]},
        {"gradient": "2*x", "at": [1, 2]},
        {"gradient": "2*x", "at": [float("nan")]},
        {"gradient": lambda x, y: x},
        {"gradient": lambda x: None},
    ):
        with pytest.raises(HesscliError):
            hesscli.check("x**2", **wrong)
    with pytest.raises(ZeroDivisionError):
        hesscli.check("x**2", gradient=lambda x: 1 / 0)
