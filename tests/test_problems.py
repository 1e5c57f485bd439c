"""Every hand-derived problem, by every method and in both dtypes; every edge with its verdict."""

import numpy as np
import pytest

from hesscli import exact
from hesscli.compute.compute import answer
from hesscli.exact.evaluate import evaluate
from hesscli.language.syntax import parse
from hesscli.options import Options, Tolerance
from hesscli.quantities import VERBS
from hesscli.request import Request, positions
from hesscli.result import Result
from hesscli.verdict import EXIT, judge
from tests.problems import EDGES, PROBLEMS, Edge, Problem

METHODS = ("nested", "persistent", "jacobian", "forward-over-reverse", "explicit")


@pytest.fixture(scope="module")
def session():
    with exact.Session(time_limit=30) as running:
        yield running


def command(problem: Problem) -> str:
    return "hessian" if "hessian" in problem.answers else "gradient"


def by_hand(result: Result, name: str, expected: object, rtol: float) -> None:
    expected = np.asarray(expected, dtype=float)
    scale = max(np.abs(expected).max(), 1.0)
    np.testing.assert_allclose(result.tape.arrays[name], expected, rtol=rtol, atol=rtol * scale)
    np.testing.assert_allclose(result.exact.values[name].double, expected, rtol=1e-15, atol=1e-15 * scale)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda p: p.name)
def test_every_method_gives_what_calculus_says(problem, method, session):
    expression = parse(problem.expression)
    result = answer(expression, Request(command(problem)), problem.at, Options(method=method), session=session)
    assert result.verdict == "agree", result.notes
    for name, expected in problem.answers.items():
        by_hand(result, name, expected, 1e-13)
    if problem.definiteness:
        assert result.definiteness == problem.definiteness


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda p: p.name)
def test_float32_agrees_to_its_own_digits(problem, session):
    expression = parse(problem.expression)
    options = Options(dtype="float32")
    result = answer(expression, Request(command(problem)), problem.at, options, session=session)
    assert result.verdict == "agree", result.notes
    assert all(array.dtype == np.float32 for array in result.tape.arrays.values())


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda p: p.name)
def test_finite_differences_lose_digits_but_not_all(problem, session):
    expression = parse(problem.expression)
    options = Options(method="finite-difference", rtol=1e-2)
    result = answer(expression, Request(command(problem)), problem.at, options, session=session)
    assert result.verdict == "agree", result.notes


ORDERS = [pytest.param(p, which, id=f"{p.name}-{which}") for p in PROBLEMS for which in p.derivatives]


@pytest.mark.parametrize(("problem", "which"), ORDERS)
@pytest.mark.parametrize("method", ["nested", "taylor"])
def test_derivatives_of_any_order(problem, which, method, session):
    expression = parse(problem.expression)
    if isinstance(which, int):
        request = Request("derivative", order=which)
    else:
        request = Request("derivative", wrt=positions(expression, which.split(",")))
    result = answer(expression, request, problem.at, Options(method=method), session=session)
    assert result.verdict == "agree", result.notes
    by_hand(result, "derivative", problem.derivatives[which], 1e-12)


@pytest.mark.parametrize("edge", EDGES, ids=lambda e: f"{e.command}-{e.expression}")
def test_edges_are_named(edge: Edge, session):
    request = Request(edge.command, order=edge.order)
    result = answer(parse(edge.expression), request, edge.at, session=session)
    assert result.verdict == edge.verdict, result.notes
    assert EXIT[result.verdict] == edge.exit
    told = " ".join(result.notes)
    for word in edge.says:
        assert word in told


@pytest.mark.parametrize(
    ("expression", "at", "request_"),
    [
        *((p.expression, p.at, Request(command(p))) for p in PROBLEMS),
        *((e.expression, e.at, Request(e.command, order=e.order)) for e in EDGES),
        ("x**2/3", (1,), Request("gradient")),
        ("exp(x*y)/7 + y**3", (0.3, 1.1), Request("hessian", further=("inverse", "determinant"))),
    ],
)
def test_how_many_digits_are_shown_changes_neither_number_nor_verdict(expression, at, request_, session):
    program, seen = parse(expression), []
    said = answer(program, request_, at, session=session)
    for digits in (17, 1, 5, 50):
        exact_ = evaluate(program, request_, at, digits=digits)
        judged = judge(said.tape, exact_, Tolerance(1e-6))
        doubles = {name: array.double.tolist() for name, array in exact_.values.items()}
        curvature = [(one.definiteness, _doubles(one.eigenvalues), _doubles(one.inverse)) for one in exact_.curvature]
        seen.append(repr((judged.verdict, judged.verdicts, judged.accuracy, doubles, curvature)))
    assert len(set(seen)) == 1


def _doubles(texts):
    if isinstance(texts, tuple):
        return [_doubles(text) for text in texts]
    return None if texts is None else float(texts)


REQUESTS = [
    Request("hessian"),
    Request("gradient"),
    Request("jacobian"),
    Request("derivative", order=3),
    Request("derivative", wrt=(0, 1)),
    Request("hvp", vector=(1.0, -1.0)),
]


@pytest.mark.parametrize("text", ["x*y**2", "[x*y**2, sin(x), y]", "[x*y]"])
@pytest.mark.parametrize("request_", REQUESTS, ids=lambda r: f"{r.command}-{r.wrt}")
def test_both_witnesses_give_arrays_of_one_shape(session, text, request_):
    expression = parse(text)
    if expression.vector and VERBS[request_.command].scalar:
        pytest.skip("of scalars only")
    result = answer(expression, request_, (1.0, 2.0), Options(explain=True), session=session)
    shapes = {name: np.shape(array) for name, array in result.tape.arrays.items()}
    assert shapes == {name: array.shape for name, array in result.exact.values.items()}
    assert result.explanation.losses == ()
