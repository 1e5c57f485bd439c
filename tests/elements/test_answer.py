from __future__ import annotations

import functools

import numpy as np
import pytest

from hesscli.elements import answer as module
from hesscli.elements import terms
from hesscli.elements.expansion import directional, expansion
from hesscli.elements.statistics import with_statistics
from hesscli.errors import HesscliError, LimitError
from hesscli.exact import Session
from hesscli.exact.evaluate import evaluate
from hesscli.language.pattern import pairs
from hesscli.language.printing import unparse
from hesscli.language.programs.reading import read_program
from hesscli.language.programs.spans import Declarations
from hesscli.language.syntax import parse
from hesscli.options import Options
from hesscli.request import Request
from hesscli.result import Verdict
from tests.elements.families import FAMILIES


@pytest.fixture(scope="module")
def answer():
    """`answer_sum` with one process of the exact side for all."""
    with Session() as session:
        yield functools.partial(module.answer_sum, session=session)


def read(text, **given):
    return read_program(text, Declarations(**given))


def test_the_pattern_is_that_of_the_form():
    cases = {
        "x*y": {(0, 1)},
        "x*y*z": {(0, 1), (0, 2), (1, 2)},
        "x/y": {(0, 1), (1, 1)},
        "3*x + y/2 - z": set(),
        "(x - y**2)**2": {(0, 0), (0, 1), (1, 1)},
        "x**1 + y**0": set(),
        "Piecewise((x**2, y > 0), (z, True))": {(0, 0)},
        "Abs(x) + Max(y, z)": set(),
        "exp(x + y)": {(0, 0), (0, 1), (1, 1)},
    }
    for text, expected in cases.items():
        assert pairs(parse(text)) == expected, text


@pytest.mark.parametrize("name", FAMILIES)
def test_a_sum_written_out_is_the_plain_expression(name):
    """Every derivative of the expansion in balls is that of the text typed out, and that by hand."""
    n, family = 6, FAMILIES[name]
    program = read(family.text, parameters={"n": float(n)})
    x = np.linspace(-1.25, 1.5, n)
    everything = {k: np.arange(element.count) for k, element in enumerate(program.elements)}
    written = expansion(program, x, everything, always=tuple(range(n)))
    typed = unparse(written.expression).replace("[", "").replace("]", "")
    names = [name.replace("[", "").replace("]", "") for name in written.expression.variables]
    ours = evaluate(written.expression, Request("hessian"), written.point)
    plain = evaluate(
        parse(typed, variables=names, parameters={"n": float(n)} if "n" in typed else {}),
        Request("hessian"),
        written.point,
    )
    assert ours.values == plain.values
    order = np.argsort(written.positions)
    row, column, data = family.lower(x)
    lower = np.zeros((n, n))
    lower[row, column] = data
    got = ours.values["hessian"].double[np.ix_(order, order)]
    np.testing.assert_allclose(np.tril(got), lower, rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize("name", FAMILIES)
def test_both_witnesses_agree_on_every_entry_of_a_small_program(answer, name):
    n, family = 8, FAMILIES[name]
    report = answer(read(family.text, parameters={"n": float(n)}), "hessian", np.linspace(-1.25, 1.5, n))
    assert report.verdict is Verdict.AGREE
    assert all(some == every for some, every in report.checked.values())


CHAINS = {
    "arrow and stencil": "Sum((x[i]**2 + 2*x[i+1]**2 + 5*x[n-1]**2)**2, (i, 0, n-3))",
    "strides": "Sum((exp(x[2*i]) - x[2*i+1])**4 + tan(x[2*i+2] - x[2*i+3])**4, (i, 0, n/2-2))",
    "halves": "Sum(x[i]**2*x[i+n/2]**4, (i, 0, n/2-1)) + Sum(x[i]*x[i+n/2], (i, 0, n/2-1))/8",
    "wrapped": "Sum((x[i] + x[Mod(2*i-1, n)] + x[Mod(3*i-1, n)])**2*(i+1)/2, (i, 0, n-1))",
    "dense": "Sum((x[i]-1)**2, (i, 0, n-1)) + Sum((i+1)*(x[i]-1), (i, 0, n-1))**4",
    "quotient of sums": "Sum(x[i], (i, 0, n-1))*Sum(x[i]**2, (i, 0, n-1))/(1 + Sum(cos(x[i]), (i, 0, n-1))**2)",
    "condition on the index": "Sum(Piecewise((x[i]**2, Eq(Mod(i, 2), 0)), (sin(x[i]), True)), (i, 0, n-1))",
    "banded sums inside": "Sum((x[i]*(2 + 5*x[i]**2) - Sum(x[j]*(1 + x[j]), (j, Max(0, i-2), Min(n-1, i+1))))**2, "
    "(i, 0, n-1))",
    "products": "Product(1 + x[i]**2, (i, 0, n-1)) + Sum(Product(x[j], (j, i, i+2)), (i, 0, n-3))",
    "triangle of pairs": "Sum(x[i]*x[j]/(i+j+1), (i, 0, j), (j, 0, n-1))",
}


@pytest.mark.parametrize("name", CHAINS)
def test_every_entry_of_chains_arrows_and_totals_is_proven(name, answer):
    n = 8
    program = read(CHAINS[name], parameters={"n": float(n)})
    x, v = np.random.default_rng(1).uniform(-1.2, 1.3, (2, n))
    report = answer(program, "hessian", x, Options(formulas=False))
    assert report.verdict is Verdict.AGREE
    assert all(some == every for some, every in report.checked.values())
    along = answer(program, "hvp", x, Options(formulas=False), v)
    assert along.verdict is Verdict.AGREE
    lower = report.hessian.toarray()
    np.testing.assert_allclose(along.hvp, (lower + np.tril(lower, -1).T) @ v, rtol=1e-11, atol=1e-11)


def test_a_sample_of_a_large_program_says_how_many_entries_it_saw(answer):
    n = 5_000
    report = answer(read(FAMILIES["rosenbrock"].text, parameters={"n": float(n)}), "hessian", np.linspace(-1.2, 1, n))
    assert report.verdict is Verdict.AGREE
    assert report.checked["value"] == (1, 1)
    some, every = report.checked["hessian"]
    assert (every, report.nonzeros) == (2 * n - 1, 3 * n - 2)
    assert 40 < some < 100
    assert report.formulas == (
        ("H[x[i+1],x[i+1]]", "200"),
        ("H[x[i+1],x[i]]", "-400*x[i]"),
        ("H[x[i],x[i]]", "-400*x[i+1] + 1200*x[i]**2 + 2"),
    )


def test_entries_that_are_zero_at_the_point_count_among_those_that_there_are(answer):
    report = answer(read("prod(x)", sizes={"x": 3}), "hessian", np.array([1.0, 2.0, 0.0]))
    assert report.checked["hessian"] == (3, 3)


def test_a_product_is_checked_along_its_vector(answer):
    program = read("Sum(x[i]**4, (i, 0, 3))")
    report = answer(program, "hvp", np.array([1.0, 2, 3, 4]), vector=np.array([1.0, 0, 0, 1]))
    assert (report.verdict, report.hvp.tolist()) == (Verdict.AGREE, [12, 0, 0, 192])
    along = directional(expansion(program, np.ones(4), {0: np.array([1])}), [2.0])
    assert unparse(along.expression) == "(x[1] + (t)*2.0)**4"


def test_one_kink_among_many_terms_is_found(answer):
    x = np.linspace(-1, 1, 9_001)
    report = answer(read("Sum(Abs(x[i]), (i, 0, 9000))"), "gradient", x)
    assert report.verdict is Verdict.NOT_DIFFERENTIABLE
    assert np.isnan(report.gradient[4_500])
    assert np.isnan(report.gradient).sum() == 1
    assert any("gradient[4500] does not exist there" in note for note in report.notes)


def test_a_wrong_derivative_of_the_tape_is_told(answer, monkeypatch):
    honest = module.evaluate_sum

    def lying(*args):
        found = honest(*args)
        found.hessian.data[:] *= 1.01
        return found

    monkeypatch.setattr(module, "evaluate_sum", lying)
    report = answer(read("Sum(x[i]**3, (i, 0, 99))"), "hessian", np.linspace(1, 2, 100))
    assert (report.verdict, report.verdicts["gradient"]) == (Verdict.DISAGREE, Verdict.AGREE)
    assert any(note.startswith("hessian[0,0]: TensorFlow gives 6.06") for note in report.notes)
    assert report.hessian[0, 0] == 6.0  # the exact number is the one to use


def test_an_undefined_term_leaves_no_derivative(answer):
    report = answer(read("Sum(log(x[i]), (i, 0, 99))"), "gradient", np.append(np.ones(99), -1.0))
    assert report.verdict is Verdict.UNDEFINED
    assert np.isnan(report.value)
    assert np.isnan(report.gradient[0])
    assert any("log(-1) is undefined" in note for note in report.notes)


def test_branches_that_end_a_derivative_are_zero_only_where_that_is_proven(answer):
    report = answer(
        read("Sum(Piecewise((x[i]**2, x[i] > 0), (3*x[i], True)), (i, 0, 9))"), "hessian", np.linspace(-1, 1.1, 10)
    )
    assert report.verdict is Verdict.AGREE
    assert report.hessian.diagonal().tolist() == [0.0] * 5 + [2.0] * 5


def test_roundoff_of_a_sum_at_its_minimum_is_no_disagreement(answer):
    rng = np.random.default_rng(11)
    t = rng.normal(size=900)
    y = 3 * t - 1 + rng.normal(size=900)
    w, b = np.polyfit(t, y, 1)
    program = read("sum((y - (w*t + b))**2)", data={"y": y, "t": t})
    report = answer(program, "gradient", np.array([b, w]))
    assert report.verdict is Verdict.AGREE
    assert np.abs(report.gradient).max() < 1e-9


def test_too_many_terms_to_be_added_are_looked_at_one_by_one(answer):
    n = 60_000
    report = answer(read("sum((y - w)**2)", data={"y": np.linspace(0, 1, n)}), "hessian", np.array([0.5]))
    assert report.verdict is Verdict.AGREE
    assert report.hessian[0, 0] == 2 * n
    assert (report.checked["gradient"], report.checked["hessian"]) == ((0, 1), (0, 1))
    assert report.checked["terms"] in ((n, m) for n in (400, 401, 402) for m in (60_000,))
    assert any("some of them were looked at one by one" in note for note in report.notes)


def test_totals_inside_a_function_are_checked_by_terms_and_outside(answer):
    x = np.linspace(-1, 1, 30_000)
    program = read("log(Sum(exp(x[i]), (i, 0, 29999)))")
    for command, vector in (("gradient", None), ("hvp", np.ones(30_000))):
        report = answer(program, command, x, None, vector)
        assert (report.verdict, report.verdicts[command]) == (Verdict.AGREE, Verdict.AGREE)
        assert report.checked[command] == (0, 30_000)
    assert np.abs(report.hvp).max() < 1e-12  # the softmax does not change along ones


CANCELLING = np.random.default_rng(3).permutation(np.r_[np.full(3000, 1e16), np.full(3000, 2 - 1e16)])
"""They add up to 6000: every pair to 2, and every addition of two doubles loses it."""


@pytest.mark.parametrize(
    ("text", "x", "factor"),
    [
        ("Sum(c[i]*w**2, (i, 0, 5999))", [1.0], {"value": 1, "gradient": 2, "hessian": 2}),
        ("Sum(c[i]*w*c[i]**0, (i, 0, 5999))*2", [1.0], {"value": 2, "gradient": 2}),
    ],
)
def test_a_sum_of_many_terms_that_cancel_is_added_right_and_not_called_agreement(answer, text, x, factor):
    assert CANCELLING.sum() != 6000.0
    report = answer(read(text, data={"c": CANCELLING}), "hessian", np.array(x), Options())
    numbers = {"value": report.value, "gradient": report.gradient, "hessian": report.hessian.toarray()}
    for name, times in factor.items():
        np.testing.assert_array_equal(numbers[name], np.full_like(numbers[name], 6000.0 * times))
        assert name == "value" or report.verdicts[name] is not Verdict.AGREE  # 6,000 terms' value is proven
    assert any("together leave" in note for note in report.notes)


def test_totals_that_cancel_are_not_called_agreement(answer):
    text = "Sum(w*c[i]*v, (i, 0, 2999)) + Sum(v*c[i]*w, (i, 3000, 5999))"
    report = answer(read(text, data={"c": CANCELLING}), "hessian", np.ones(2), Options())
    assert {report.verdicts["gradient"], report.verdicts["hessian"]} == {Verdict.UNCHECKED}


def test_many_terms_at_one_place_of_a_vector_are_not_called_agreement(answer):
    data = {"c": CANCELLING, "k": np.r_[np.zeros(5999, int), 1]}
    report = answer(read("Sum(c[i]*x[k[i]]**2, (i, 0, 5999))", data=data), "gradient", np.ones(2), Options())
    assert report.verdicts["gradient"] is not Verdict.AGREE


@pytest.mark.parametrize(("text", "where"), [("sum((y - w)**4)", 0), ("Sum((y[i]-w)**2, (i, 0, 29999))**2", -1)])
def test_a_wrong_derivative_in_every_term_or_outside_is_told(answer, monkeypatch, text, where):
    honest = terms.partials

    def lying(body, paths, points, *rest):
        numbers, holes = honest(body, paths, points, *rest)
        numbers[:, -1] *= 1.01 if (len(points) > 1) is (where == 0) else 1
        return numbers, holes

    monkeypatch.setattr(terms, "partials", lying)
    report = answer(read(text, data={"y": np.linspace(0, 1, 30_000)}), "hessian", np.array([0.7]))
    assert (report.verdicts["hessian"], report.verdicts["value"]) == (Verdict.DISAGREE, Verdict.AGREE)
    words = "the outer expression at the totals, by" if where else "the term of sum((y - w)**4) at row 1, by w, w"
    assert any(note.startswith(words) for note in report.notes)


def test_all_entries_where_all_are_asked_for(answer):
    x = np.linspace(-1, 1, 60)
    report = answer(read("Sum(x[i]*x[i+1], (i, 0, 58))"), "hessian", x, Options(exact="full", formulas=False))
    assert (report.verdict, report.checked["hessian"], report.checked["gradient"]) == (
        Verdict.AGREE,
        (59, 59),
        (60, 60),
    )
    with pytest.raises(LimitError, match="of up to 2,000 variables, these are 3,000"):
        answer(read("Sum(x[i]**2, (i, 0, 2999))"), "hessian", np.ones(3_000), Options(exact="full"))


def test_the_tape_alone(answer):
    report = answer(read("Sum(x[i]**2, (i, 0, 3))"), "hessian", np.ones(4), Options(exact="off"))
    assert (report.verdict, report.entries) == (Verdict.UNCHECKED, ())
    assert report.hessian.diagonal().tolist() == [2.0] * 4


@pytest.mark.parametrize("options", [Options(explain=True), Options(method="taylor")])
def test_what_sums_have_no_answer_for_is_refused(answer, options):
    with pytest.raises(HesscliError, match="takes plain expressions"):
        answer(read("Sum(x[i]**2, (i, 0, 3))"), "hessian", np.ones(4), options)


def test_least_squares_have_the_textbook_standard_errors(answer):
    """y = w t + b on four points: s**2 = 0.041, var w = s**2/5, var b = s**2*14/20, by hand."""
    t, y = np.arange(4.0), np.array([1.1, 2.9, 5.2, 6.8])
    for form in ("mean((y - (w*t + b))**2)", "sum((y - (w*t + b))**2)"):
        program = read(form, data={"y": y, "t": t})
        found = with_statistics(answer(program, "hessian", np.array([1.09, 1.94])), program).statistics
        np.testing.assert_allclose(found.errors, np.sqrt([0.041 * 14 / 20, 0.041 / 5]), rtol=1e-9)
        assert found.correlations[0, 1] == pytest.approx(-1.5 / np.sqrt(3.5))
        assert found.notes[0].startswith("least squares: scaled by the residual variance 0.041")


def test_standard_errors_of_a_likelihood_are_those_of_the_inverse_hessian(answer):
    """Poisson with one rate: the information at the mean m of k counts is k/m."""
    y = np.array([2, 3, 1, 6])
    program = read("sum(r - y*log(r))", data={"y": y})
    found = with_statistics(answer(program, "hessian", np.array([3.0])), program).statistics
    assert found.errors[0] == pytest.approx(np.sqrt(3 / 4))
    assert not any("gradient is not zero" in note for note in found.notes)
    mean = read("mean(r - y*log(r))", data={"y": y})
    scaled = with_statistics(answer(mean, "hessian", np.array([3.0])), mean).statistics
    assert scaled.errors[0] == pytest.approx(np.sqrt(3 / 4))
    assert "mean over 4 rows" in scaled.notes[0]
    away = with_statistics(answer(program, "hessian", np.array([2.0])), program).statistics
    assert "the gradient is not zero" in away.doubts[0]


def test_no_standard_errors_where_the_hessian_is_not_positive_definite(answer):
    data = {"y": np.array([1, 2])}
    for text, told in (
        ("sum(-y*w**2)", "negative definite here, as at a maximum"),
        ("sum(y*w**4)", "the Hessian is singular"),
    ):
        program = read(text, data=data)
        found = with_statistics(answer(program, "hessian", np.array([0.0])), program).statistics
        assert np.isnan(found.errors).all()
        assert told in found.doubts[0]


def test_a_kink_by_a_variable_of_too_many_terms_is_no_agreement(answer):
    t = np.linspace(1, 2, 6001)
    y = np.append(3 * t[:-1], 3.0)  # a*t - y is 0 in the last row alone
    program = read("sum(Abs(a*t - y)) + b**2", data={"t": t, "y": y})
    for command in ("gradient", "hessian"):
        report = answer(program, command, np.array([1.5, 1.0]))
        assert report.verdicts["gradient"] is report.verdict is Verdict.UNCHECKED
        assert any("at row 6001 has no derivative" in note for note in report.notes)
    assert answer(program, "gradient", np.array([1.25, 1.0])).verdict is Verdict.AGREE


def test_a_kink_behind_many_harmless_ones_is_found(answer):
    w, x = np.append(np.zeros(19), np.ones(981)), np.append(np.zeros(20), np.ones(980))
    report = answer(read("Sum(w[i]*Abs(x[i]), (i, 0, 999))", data={"w": w}), "gradient", x)
    assert report.verdict is Verdict.NOT_DIFFERENTIABLE


def test_numbers_that_are_not_finite_and_that_nobody_checked_are_no_agreement(answer):
    t = np.ones(20_001)
    t[7] = 0.0  # which is not in the sample
    program = read("sum(log(a*t)) + b**2", data={"t": t})
    report = answer(program, "hessian", np.array([1.5, 1.0]))
    assert set(report.verdicts.values()) == {report.verdict} == {Verdict.UNCHECKED}


def test_what_is_added_to_a_sum_of_squares_is_no_residual(answer):
    t, y = np.arange(4.0), np.array([0.1, 1.0, 1.9, 3.2])
    b = float(t @ y / (t @ t))
    program = read("sum((y - b*t)**2)/2 + 2*log(2*pi)", data={"t": t, "y": y})
    found = with_statistics(answer(program, "hessian", np.array([b])), program).statistics
    np.testing.assert_allclose(found.errors, 1 / np.sqrt(t @ t), rtol=1e-12)
    assert any("negative log-likelihood" in note for note in found.notes)


def test_the_hessian_of_a_linear_sum_is_zero_by_its_form(answer):
    report = answer(read("Sum(i*x[i], (i, 0, 3))"), "hessian", np.ones(4))
    assert (report.verdict, report.hessian.nnz) == (Verdict.AGREE, 0)
    at_a_kink = answer(read("Sum(Abs(x[i]), (i, 0, 3))"), "hessian", np.array([1.0, 0.0, 1.0, 1.0]))
    assert at_a_kink.verdicts["hessian"] is at_a_kink.verdict is Verdict.NOT_DIFFERENTIABLE


def test_a_value_beyond_doubles_leaves_its_derivatives_checked(answer):
    report = answer(read("Sum(x[i]**2, (i, 0, 9))"), "hessian", np.full(10, 1e200))
    assert [verdict.value for verdict in report.verdicts.values()] == ["tape-failed", "agree", "agree"]


def test_no_more_entries_are_checked_than_there_are(answer):
    report = answer(read("Abs(Sum(x[i], (i, 0, 4)))"), "hessian", np.array([1.0, -1.0, 2.0, -2.0, 0.0]))
    assert report.checked["hessian"] == (15, 15)


@pytest.mark.parametrize(
    ("text", "point", "nowhere"),
    [
        ("sum(abs(x))", [1.0, 0.0, 3.0], [(1, 1)]),
        ("norm(x)", [0.0, 0.0], [(0, 0), (1, 0), (1, 1)]),
        ("prod(Abs(x))", [0.0, 0.0, 2.0], [(1, 0)]),
        ("x[0] + max(0, x[1])*Abs(x[2])", [1.0, 0.0, 0.0], [(2, 1)]),
    ],
)
def test_where_a_kink_leaves_no_second_derivative_there_is_no_number(answer, text, point, nowhere):
    report = answer(read(text, sizes={"x": len(point)}), "hessian", np.array(point))
    assert report.verdicts["hessian"] in (Verdict.NOT_DIFFERENTIABLE, Verdict.UNCHECKED)
    assert report.verdict is report.verdicts["hessian"]
    matrix = report.hessian.toarray()
    assert all(np.isnan(matrix[place]) for place in nowhere)
