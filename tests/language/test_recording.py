"""Functions of Python's, recorded as formulas of the language; what cannot be recorded is refused."""

from __future__ import annotations

import json
import math
import re

import numpy as np
import pytest

import hesscli
from hesscli.cli.app import run
from hesscli.errors import HesscliError
from hesscli.language.recording import recorded
from hesscli.language.syntax import parse

POINT = (0.75, 0.25)


@pytest.mark.parametrize(
    "function",
    [
        lambda x: x[0] ** 2 + x[0] * x[1],
        lambda x: np.sum(np.exp(x)) / 2 ** x[1],
        lambda x: np.arctan(x[0]) - np.log1p(x[1]) + np.arcsinh(x @ x),
        lambda x: (x[0] + 1) ** x[1] / (3 - x[1]) + abs(x[0] - 0.5) - +x[1],
        lambda x: np.mean(np.outer(x, x) @ np.array([1, np.float32(0.5)])),
        lambda x: np.var(x) + np.std(x) - np.log2(x[0]) * np.hypot(x[0], x[1]),
        lambda x: np.arctan2(x[0], -x[1]) + np.log10(x[1]),
        lambda x: (7 * x[0]) % 2 + (-5 * x[1]) % 3 - (9 * x[0]) // 2 + 5.5 // x[1] + 4.75 % x[0],
        lambda x: np.floor(9 * x[0]) + np.ceil(9 * x[1]) + math.floor(-3 * x[0]),
        lambda x: sum(np.sqrt(one) * np.tanh(one) for one in x) - np.int64(3),
    ],
)
def test_what_is_recorded_is_the_function(function):
    formula, variables = recorded(function, POINT, None)
    assert variables == ("x0", "x1")
    found = hesscli.gradient(formula, at=POINT, exact="off", vars=variables)
    assert found.value == pytest.approx(function(np.array(POINT)), rel=1e-14)


def test_arguments_are_variables():
    assert recorded(lambda w, b: 2 * w + b, None, None) == ("2*w + b", ("w", "b"))
    assert recorded(lambda w, b: 2 * w + b, None, ("p", "q")) == ("2*p + q", ("p", "q"))
    assert recorded(lambda t: t**2, 3.0, None) == ("t**2", ("t",))
    assert recorded(lambda w, scale=3: scale * w, None, None) == ("3*w", ("w",))
    assert recorded(lambda x: x[:2] ** 2, [1, 2, 3], None) == ("[x0**2, x1**2]", ("x0", "x1", "x2"))


def test_large_whole_numbers_stay_exact():
    formula, _ = recorded(lambda x: (2**60 + 1) * x, None, None)
    assert str(2**60 + 1) in formula
    parse(formula)


@pytest.mark.parametrize(
    "function",
    [
        lambda x: x if x > 0 else -x,
        lambda x: 1 if x == 0 else x,
        lambda x: x or 1,
        lambda x: max(x, 0),
        lambda x: np.where(x < 0, 0, x),
        math.sin,
        float,
        lambda x: math.inf * x,
        lambda *x: x[0],
        lambda: 3,
        lambda x: [[x, x], [x, x]],
        lambda x: 1 / 0,
    ],
)
def test_what_is_no_formula_is_refused(function):
    with pytest.raises(HesscliError):
        recorded(function, 2.0, None)


@pytest.mark.parametrize(
    ("function", "at", "message"),
    [
        (math.sin, 2.0, "write np.sin"),
        (lambda x: math.exp(x[0]), [1.0, 2.0], "write np.sin"),
        (lambda x: math.exp(x), [1.0, 2.0], "write np.sin"),
        (lambda x: None, 2.0, "returns nothing; end it with return"),
        (lambda x: x if x > 0 else -x, 2.0, "Piecewise((a, x > 0), (b, True))"),
        (lambda x: x if x else 1, [1.0, 2.0], "Piecewise((a, x > 0), (b, True))"),
        (lambda x: sum(x**k for k in range(x)), 2.0, "cannot count"),
        (lambda x: round(x), 2.0, "np.floor(x + 0.5)"),
        (lambda x: x[0] ** 2, None, "how long a vector is"),
        (lambda x: x[2] ** 2, [1.0, 2.0], "how long the vector is"),
        (lambda x: {"f": x}, 2.0, "return one number"),
        (lambda x: x * 1j, 2.0, "all numbers are real"),
        (lambda x: np.linalg.inv(np.diag(x)), [1.0, 2.0], "this takes numbers alone"),
    ],
)
def test_what_cannot_be_recorded_says_what_to_write(function, at, message):
    with pytest.raises(HesscliError, match=re.escape(message)):
        recorded(function, at, None)


def test_names_of_its_own_are_not_those_of_the_variables():
    formula, variables = recorded(lambda v: np.exp(v[0]) * (v[1] + np.exp(v[0])), [1, 2], None)
    assert variables == ("v0", "v1")
    assert parse(formula, variables=variables).variables == variables


def test_what_is_printed_of_a_formula_is_the_formula(capsys):
    recorded(lambda x: print(x**2) or x, 2.0, None)
    assert capsys.readouterr().out == "<formula x**2>\n"


def test_the_point_says_how_long_the_vector_of_a_checked_function_is():
    report = hesscli.check(lambda x: x[0] ** 2 * x[1], gradient=lambda x: [2 * x[0] * x[1], x[0] ** 2], at=[1, 2])
    assert report.right


def test_both_witnesses_answer_for_a_function():
    result = hesscli.hessian(lambda x, y: x**2 * np.exp(y), at={"x": 3, "y": 0})
    assert result.verdict.value == "agree"
    assert result.hessian.tolist() == [[2, 6], [6, 9]]
    assert hesscli.sweep(lambda t: t**3, at=[[1.0], [2.0]], verb="gradient").gradient.tolist() == [[3], [12]]


def test_a_file_is_run_where_its_function_is_named(tmp_path, capfd):
    (tmp_path / "loss.py").write_text("import numpy as np\ndef f(x):\n    return np.sum(x**3)\n")
    assert run(["hessian", f"{tmp_path}/loss.py:f", "--at", "1,2", "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["hessian"] == [[6, 0], [0, 12]]
    for named, words in ((":g", "it has no function 'g'"), (":", "only by its name"), ("x.py:f", "no such file")):
        place = f"{tmp_path}/loss.py{named}" if named.startswith(":") else f"{tmp_path}/{named}"
        assert run(["hessian", place, "--at", "1,2"]) == 2
        assert words in capfd.readouterr().err
    request = {"command": "hessian", "expression": f"{tmp_path}/loss.py:f", "at": [1, 2]}
    (tmp_path / "r.jsonl").write_text(json.dumps(request))
    run(["batch", str(tmp_path / "r.jsonl")])
    assert "runs no Python files" in capfd.readouterr().out


def test_a_file_whose_function_is_not_named_says_which_it_has(tmp_path, capsys):
    path = tmp_path / "mine.py"
    path.write_text("print('run')\ndef _hidden(x): ...\ndef bowl(x): return x\ndef well(x): return x\n")
    assert run(["hessian", str(path)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert f"{path}:bowl; it has bowl, well" in told.err
