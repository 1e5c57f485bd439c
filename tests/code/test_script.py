"""The programs that ``code`` prints run as they are and say what calculus says."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys

import numpy as np
import pytest

from hesscli import exact
from hesscli.code import script
from hesscli.code.templates import RELATIONS, TEMPLATES
from hesscli.code.writer import EXPANDED, RULES
from hesscli.errors import HesscliError
from hesscli.language.definitions import inlined
from hesscli.language.functions import BY_NAME, CONDITIONS, FUNCTIONS
from hesscli.language.syntax import parse
from hesscli.request import Request
from tests.problems import PROBLEMS


def run(text: str) -> list[object]:
    """The numbers that a program prints, line by line."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(text, "script", "exec"), {"__name__": "__main__"})
    printed = out.getvalue().replace("nan", "NaN").replace("inf", "Infinity")
    return [json.loads(line[line.index("[") if "[" in line else line.rindex(" ") :]) for line in printed.splitlines()]


@pytest.fixture(scope="module")
def session():
    with exact.Session(time_limit=30) as running:
        yield running


@pytest.mark.parametrize("problem", [p for p in PROBLEMS if "hessian" in p.answers], ids=lambda p: p.name)
def test_the_hand_derived_problems(problem):
    program = parse(problem.expression)
    with contextlib.suppress(HesscliError):  # a function that TensorFlow does not have
        hessian = run(script(program, problem.at))[-1]
        np.testing.assert_allclose(hessian, problem.answers["hessian"], rtol=1e-9, atol=1e-9)


POINTS = {
    "acosh": (1.7,), "acoth": (1.7,), "asec": (1.7,), "acsc": (1.7,), "log1p": (-0.3,), "gamma": (-1.6,),
    "lgamma": (-1.6,),    "factorial": (2.3,), "Heaviside": (-0.3,), "atan2": (0.4, -0.3),
    "leaky_relu": (-0.4,), "elu": (-0.4,),
    "selu": (-0.4,), "cbrt": (-0.4,), "acot": (-0.6,), "Abs": (-0.7,), "relu": (0.7,), "clip": (0.7, 0.1, 0.9),
}  # fmt: skip
DEFAULT = (0.3, 0.7, 0.45, 0.6)
CALLS = {
    "root": "root(x, 3)",
    "logsumexp": "logsumexp(x, y)",
    "Piecewise": "Piecewise((x**3, x > 1), (x**2*y, y > 0), (0, True))",
}


def typed(row):
    """A call with the fewest arguments."""
    arguments = ["2" if k in row.constant else "xyzw"[k] for k in range(row.least)]
    return parse(f"{row.name}({', '.join(arguments)})", variables=list("xyzw"))


def covered(row):
    return row.name in CALLS or {node.op for node in inlined(typed(row), EXPANDED).expression.nodes} <= KNOWN


KNOWN = {*TEMPLATES, *RULES}
COVERED = [row.name for row in FUNCTIONS if covered(row)]


@pytest.mark.parametrize("name", COVERED)
def test_every_covered_function_has_right_first_second_and_third_derivatives(name, session):
    row = BY_NAME[name]
    call = CALLS.get(name) or f"{name}({', '.join('xyz'[: row.least])})"
    program = parse(f"({call})*exp(x/3)")
    at = (*POINTS.get(name, ()), *DEFAULT)[: len(program.variables)]
    said = run(script(program, at, order=3))
    for order in (1, 2, 3):
        request = Request("derivative", order=order)
        (answer,) = session.submit(program, request, [at], formulas=False).answers()
        assert answer.status == "ok", answer.notes
        expected = np.array(answer.texts["derivative"], dtype=float)
        np.testing.assert_allclose(np.ravel(said[order]), expected.ravel(), rtol=2e-7, atol=1e-8)


def test_every_other_function_is_refused_by_name():
    others = [row for row in FUNCTIONS if row.name not in COVERED]
    assert len(COVERED) > len(others)
    for row in others:
        with pytest.raises(HesscliError, match=f"no operation for {row.name} "):
            script(typed(row), [1.0] * 4)


@pytest.mark.parametrize("text", ["acot(x)", "xlogy(x, x)", "entr(x)", "xlog1py(x, x - 1)"])
def test_no_number_where_there_is_no_derivative(text):
    assert not np.isfinite(run(script(parse(text), [0.0]))[-1]).any()


def test_a_branch_for_a_single_point_is_not_differentiated():
    """The second derivative of sin(x)/x at 0 is -1/3; that of its branch there is 0."""
    with pytest.raises(HesscliError, match="no operation for sinc "):
        script(parse("sinc(x)"), [0.0])


def test_every_row_of_the_tables_is_an_operation():
    operations = set(BY_NAME) | {"number", "constant", "parameter", "variable"}
    assert set(TEMPLATES) | set(RULES) <= operations
    assert set(RELATIONS) <= CONDITIONS


@pytest.mark.parametrize(
    ("text", "at", "hessian"),
    [
        ("x**7", (0,), [[0]]),
        ("x**-2", (2,), [[6 / 16]]),
        ("x**1.5", (4,), [[0.375]]),
        ("-(x - 2*y)*3/-(4)", (1, 1), [[0, 0], [0, 0]]),
        ("2**x", (0,), [[np.log(2) ** 2]]),
        ("x/(y/2)", (1, 2), [[0, -0.5], [-0.5, 0.5]]),
        ("(x - y)**2 - (x + y)**2", (3, 5), [[0, -4], [-4, 0]]),
        ("-x**2", (3,), [[-2]]),
        ("(-x)**2", (3,), [[2]]),
        ("x*x*x*y*y", (0, 2), [[0, 0], [0, 0]]),
        ("tf*lambda + point**2", (1, 2, 3), [[0, 0, 1], [0, 2, 0], [1, 0, 0]]),
        ("sin(1)*x**2 + sqrt(2)", (1,), [[2 * np.sin(1)]]),
        ("1e-300*x**2/1e-300", (1,), [[2]]),
        ("sqrt(x) if x > 0 else x" if False else "Piecewise((sqrt(x), x > 0), (x**2, True))", (-1,), [[2]]),
        ("Piecewise((x**2, (x > 0) & (x < 2)), (x**3, ~(x > 5)), (x, True))", (3,), [[18]]),
    ],
)
def test_shapes_of_formulas(text, at, hessian):
    program = parse(text)
    at = dict(zip(("tf", "lambda", "point"), (1, 2, 3), strict=True)) if "lambda" in text else at
    point = [at[name] for name in program.variables] if isinstance(at, dict) else at
    found = np.array(run(script(program, point))[-1])
    if isinstance(at, dict):
        order = [program.variables.index(name) for name in ("tf", "point", "lambda")]
        found = found[np.ix_(order, order)]
    np.testing.assert_allclose(found, hessian, rtol=1e-12, atol=1e-12)


def test_long_formulas_are_split_and_shared_parts_are_named():
    text = script(
        parse("(sin(x*y) + 1)**2/(sin(x*y) + 2) + " + " + ".join(f"cos({k}*x)**{k}" for k in range(2, 30))), [1, 2]
    )
    assert text.count("tf.sin(x * y)") == 1
    run(text)


def test_vectors_orders_and_dtypes():
    values, jacobian, hessians = run(script(parse("[x*y, x]"), [2, 3]))
    assert (values, jacobian) == ([6, 2], [[3, 2], [1, 0]])
    assert hessians == [[[0, 1], [1, 0]], [[0, 0], [0, 0]]]
    assert run(script(parse("x**3"), [2], order=1)) == [[8] if False else 8, [12]]
    assert "tf.float32" in script(parse("x"), [1], dtype="float32")


def test_a_program_runs_in_a_process_of_its_own_with_nothing_but_tensorflow(tmp_path):
    path = tmp_path / "main.py"
    path.write_text(script(parse("x0**2+x0*x1"), [1, 2]))
    out = subprocess.run(
        [sys.executable, "-I", str(path)], capture_output=True, text=True, timeout=120, check=True
    ).stdout
    assert out.splitlines() == ["value 3.0", "gradient [4.0, 1.0]", "hessian [[2.0, 1.0], [1.0, 0.0]]"]
    assert "hesscli" not in path.read_text()
