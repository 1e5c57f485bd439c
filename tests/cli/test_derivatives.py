"""The commands that differentiate, from the words typed to what is printed."""

from __future__ import annotations

import csv
import io
import json
import re
from math import cos, pi, sin

import mpmath
import numpy as np
import pytest

from tests.problems import EDGES, PROBLEMS

EXIT = {
    "agree": 0,
    "exact-only": 0,
    "disagree": 1,
    "tape-failed": 1,
    "undefined": 3,
    "not-differentiable": 3,
    "unchecked": 4,
}


def test_the_main_job(hesscli):
    outcome = hesscli("hessian", "x0**2+x0*x1", "--at", "1,2", "--json")
    assert outcome.status == 0
    assert outcome.err == ""
    found = outcome.json
    assert found["hessian"] == [[2, 1], [1, 0]]
    assert found["gradient"] == [4, 1]
    assert found["exact"]["hessian"] == [["2", "1"], ["1", "0"]]
    assert found["exact"]["formulas"]["gradient"] == ["2*x0 + x1", "x0"]
    assert found["verdict"] == "agree"
    assert found["definiteness"] == "indefinite"
    assert found["variables"] == ["x0", "x1"]


def test_the_main_job_for_people(hesscli):
    outcome = hesscli("hessian", "x0**2+x0*x1", "--at", "1,2")
    for part in ("tape", "exact", "formula", "2*x0 + x1", "eigenvalues", "indefinite", "agree"):
        assert part in outcome.out
    assert "\x1b" not in outcome.out


def test_what_was_perhaps_meant_is_said_first(hesscli):
    outcome = hesscli("gradient", "y = e^x", "--at", "(1,2)", "--json")
    assert outcome.json["notes"][0].startswith("y = ... names the answer")
    assert outcome.json["notes"][1].startswith("e is a variable here; Euler's number is E")
    assert outcome.json["variables"] == ["e", "x"]
    assert "Euler's number" in hesscli("gradient", "e^x", "--at", "1,2").out


@pytest.mark.parametrize("at", ["1", "x=1", "[1]"])
def test_a_point_too_short_is_told_which_constant_is_a_variable(hesscli, at):
    refused = hesscli("gradient", "e^x", "--at", at)
    assert refused.status == 2
    assert "Euler's number is E" in refused.err
    assert "Euler" not in hesscli("gradient", "e^x", "--vars", "e,x", "--at", at).err


def test_a_kink_with_sides_that_were_not_seen_is_unchecked(hesscli):
    outcome = hesscli("hessian", "Piecewise((x*y, y**2 < x**40), (0, True))", "--at", "0,0", "--json")
    assert outcome.status == 4
    assert outcome.json["verdicts"] == {"value": "agree", "gradient": "agree", "hessian": "unchecked"}


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda p: p.name)
def test_every_hand_derived_problem(hesscli, problem):
    command = "hessian" if "hessian" in problem.answers else "gradient"
    at = ",".join(map(repr, problem.at))
    found = hesscli(command, problem.expression, "--at", at, "--json").json
    for name, expected in problem.answers.items():
        np.testing.assert_allclose(found[name], expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("edge", EDGES, ids=lambda e: f"{e.expression}")
def test_every_edge_has_the_exit_status_of_its_verdict(hesscli, edge):
    outcome = hesscli("hessian", edge.expression, "--at", ",".join(map(repr, edge.at)), "--json")
    assert outcome.status == EXIT[outcome.json["verdict"]]


def test_a_vector(hesscli):
    found = hesscli("hessian", "[x0**2, x1**2, sin(x0), sin(x1)]", "--at", "1,2", "--json").json
    np.testing.assert_allclose(found["jacobian"], [[2, 0], [0, 4], [cos(1), 0], [0, cos(2)]], rtol=1e-15)
    np.testing.assert_allclose(found["hessian"][2], [[-sin(1), 0], [0, 0]], rtol=1e-15)
    assert hesscli("jacobian", "[x*y, x]", "--at", "2,3", "--json").json["jacobian"] == [[3, 2], [1, 0]]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["x**3", "--order", "2", "--at", "2"], 12),
        (["x**2", "--order", "3", "--at", "3"], 0),
        (["x*x*x", "--order", "4", "--at", "1"], 0),
        (["x**2*y + y**3", "--wrt", "x,x,y", "--at", "2,1"], 2),
        (["x**2*y + y**3", "--wrt", "x x y", "--at", "2,1"], 2),
        (["x**2*y + y**3", "--order", "2", "--at", "2,1"], [[2, 4], [4, 6]]),
        (["x**3", "--at", "3"], 27),
        (["-x**2", "--order", "2", "--at", "-1"], -2),
    ],
)
def test_derivatives(hesscli, arguments, expected):
    found = hesscli("derivative", *arguments, "--json").json
    assert found["derivative"] == expected


def test_a_product_with_a_vector(hesscli):
    for vector in ("1,-1", "y=-1,x=1", "[1, -1]"):
        found = hesscli("hvp", "x**2*y + y**3", "--at", "2,1", "--vector", vector, "--json").json
        assert found["hvp"] == [-2, -2]
        assert found["vector"] == [1, -1]


def test_parameters_and_constants(hesscli):
    found = hesscli("gradient", "a*x**2", "--param", "a=-1/2", "--at", "x=pi", "--json").json
    assert found["gradient"] == [-pi]
    assert found["parameters"] == {"a": -0.5}


def test_variables_in_an_order_of_ones_own(hesscli):
    found = hesscli("gradient", "x - y", "--vars", "y,x", "--at", "1,2", "--json").json
    assert (found["variables"], found["gradient"]) == (["y", "x"], [-1, 1])


def test_an_expression_from_standard_input_and_from_a_file(hesscli, tmp_path):
    assert hesscli("gradient", "-", "--at", "3", "--json", stdin="x**2\n").json["gradient"] == [6]
    (tmp_path / "f.txt").write_text("x**2\n")
    assert hesscli("gradient", f"@{tmp_path / 'f.txt'}", "--at", "3", "--json").json["gradient"] == [6]


def test_a_whole_problem_from_a_file_and_options_that_win(hesscli, tmp_path):
    path = tmp_path / "problem.toml"
    path.write_text('expression = "a*x*y"\nvariables = ["y", "x"]\nparameters = {a = 2}\nat = [3, 5]\n')
    found = hesscli("gradient", str(path), "--json").json
    assert (found["variables"], found["point"], found["gradient"]) == (["y", "x"], [3, 5], [10, 6])
    found = hesscli("gradient", str(path), "--at", "1,1", "--param", "a=4", "--json").json
    assert found["gradient"] == [4, 4]


def test_float32(hesscli):
    found = hesscli("hessian", "sin(x)", "--at", "1", "--dtype", "float32", "--json").json
    assert found["dtype"] == "float32"
    assert found["tape"]["hessian"][0][0] == float(np.float32(found["tape"]["hessian"][0][0]))
    assert 6 < found["accuracy"]["digits"] <= 7.23


def test_more_digits(hesscli):
    found = hesscli("gradient", "exp(x)", "--at", "1", "--digits", "50", "--json").json
    with mpmath.workdps(60):
        assert abs(mpmath.mpf(found["exact"]["gradient"][0]) / mpmath.e - 1) < mpmath.mpf(10) ** -49


def test_the_tape_alone(hesscli):
    outcome = hesscli("hessian", "x**2", "--at", "1", "--exact", "off", "--json")
    assert outcome.status == 0
    assert outcome.json["exact"] is None
    assert outcome.json["verdict"] == "unchecked"


GRID = ("x=-1:1:5,y=0:1:4",)


def test_many_points_are_lines_in_input_order(hesscli):
    lines = hesscli("hessian", "x**2*y", "--at", *GRID, "--json").lines
    assert len(lines) == 20
    assert [line["point"] for line in lines] == [[x, y] for x in (-1, -0.5, 0, 0.5, 1) for y in (0, 1 / 3, 2 / 3, 1)]
    for line in lines:
        x, y = line["point"]
        assert line["hessian"] == [[2 * y, 2 * x], [2 * x, 0]]


def test_points_from_everywhere(hesscli, tmp_path):
    table = tmp_path / "points.csv"
    table.write_text("y,x\n1,2\n3,4\n")
    np.save(tmp_path / "points.npy", [[2.0, 1.0], [4.0, 3.0]])
    lines = '{"x": 2, "y": 1}\n{"x": 4, "y": 3}\n'
    (tmp_path / "points.jsonl").write_text(lines)
    sources = [
        (f"@{table}", ""),
        (f"@{tmp_path / 'points.npy'}", ""),
        (f"@{tmp_path / 'points.jsonl'}", ""),
        ("-", lines),
    ]
    for at, stdin in sources:
        found = hesscli("gradient", "x*y", "--at", at, "--json", stdin=stdin).lines
        assert [line["gradient"] for line in found] == [[1, 2], [3, 4]], at
    found = hesscli("gradient", "x*y", "--at", "2,1", "--at", "y=3,x=4", "--json").lines
    assert [line["gradient"] for line in found] == [[1, 2], [3, 4]]


def test_the_status_of_a_sweep_is_its_largest(hesscli):
    outcome = hesscli("gradient", "abs(x)", "--at", "-1:1:3", "--json")
    assert outcome.status == 3
    assert [line["verdict"] for line in outcome.lines] == ["agree", "not-differentiable", "agree"]


def test_a_sweep_as_csv(hesscli):
    outcome = hesscli("gradient", "abs(x)", "--at", "-1:1:3", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(outcome.out)))
    assert [row["verdict"] for row in rows] == ["agree", "not-differentiable", "agree"]
    assert [row["exact df/dx"] for row in rows] == ["-1", "nan", "1"]


@pytest.mark.parametrize("points", ["1,2", "x=1:2:50,y=2"])
def test_the_name_of_the_file_chooses_the_format(hesscli, tmp_path, points):
    count = 1 if points == "1,2" else 50
    for suffix, read in (
        (".json", lambda p: np.array([json.loads(line)["hessian"] for line in p.read_text().splitlines()])),
        (".npy", lambda p: np.load(p).reshape(-1, 2, 2)),
        (".npz", lambda p: np.load(p)["hessian"]),
    ):
        path = tmp_path / f"h{suffix}"
        outcome = hesscli("hessian", "x**2+x*y", "--at", points, "-o", str(path))
        assert (outcome.status, outcome.out) == (0, ""), outcome.err
        assert read(path).tolist() == [[[2, 1], [1, 0]]] * count


def test_an_array_warns_on_standard_error_and_holds_no_wrong_number(hesscli, tmp_path):
    path = tmp_path / "g.npy"
    outcome = hesscli("gradient", "abs(x)", "--at", "-1:1:21", "-o", str(path))
    assert outcome.status == 3
    assert "1 not-differentiable" in outcome.err
    assert np.isnan(np.load(path)).sum() == 1
    quiet = hesscli("gradient", "abs(x)", "--at", "-1:1:21", "-o", str(path), "--quiet").err
    assert quiet == "hesscli: 21 points: 20 agree, 1 not-differentiable\n"


KINK = "hesscli: not-differentiable: f is not differentiable here; do not use the tape's derivatives\n"


@pytest.mark.parametrize("form", ["json", "csv", "table", "latex", "npy"])
@pytest.mark.parametrize("quiet", [[], ["-q"]])
def test_what_is_not_agreement_is_a_line_on_standard_error(hesscli, form, quiet):
    assert hesscli("gradient", "abs(x)", "--at", "0", "--format", form, *quiet).err.startswith(KINK)
    swept = hesscli("gradient", "abs(x)", "--at", "-1:1:3", "--format", form, *quiet).err
    assert swept.startswith("hesscli: 3 points: 2 agree, 1 not-differentiable\n")
    assert hesscli("gradient", "abs(x)", "--at", "1", "--format", form, *quiet).err == ""
    assert hesscli("gradient", "abs(x)", "--at", "0", "--format", form, "--exact", "off", *quiet).err == ""


@pytest.mark.parametrize(("more", "table", "line"), [([], 1, 0), (["--json"], 0, 1), (["-q"], 0, 1)])
def test_a_table_on_a_terminal_says_it_once(hesscli, monkeypatch, more, table, line):
    monkeypatch.setattr("hesscli.output.page.is_terminal", lambda stream: True)
    outcome = hesscli("gradient", "abs(x)", "--at", "0", "--no-color", *more)
    assert " ".join(outcome.out.split()).count(KINK.removeprefix("hesscli: ").strip()) == table
    assert outcome.err.count(KINK) == line


def test_quiet_is_the_point_and_the_numbers(hesscli):
    told = hesscli("gradient", "x^2*y", "--at", "1,2", "-q").out
    assert told.startswith("at x = 1, y = 2\n")
    assert "agree" not in told
    assert "f(x, y)" not in told


def test_binary_formats_to_a_pipe(hesscli):
    outcome = hesscli("hessian", "x**2", "--at", "1", "--format", "npy")
    assert np.load(io.BytesIO(outcome.out.encode("utf-8", "surrogateescape"))).tolist() == [[2]]


def test_latex_and_matrix_market(hesscli):
    assert r"\nabla^2 f" in hesscli("hessian", "x**2*y", "--at", "1,2", "--format", "latex").out
    assert hesscli("hessian", "x**2*y", "--at", "1,2", "--format", "mtx").out.startswith("%%MatrixMarket")
    outcome = hesscli("hessian", "x**2*y", "--at", "1,2", "--at", "3,4", "--format", "mtx", "--at", "1,2")
    assert outcome.status == 2


def test_a_failed_run_leaves_the_old_file(hesscli, tmp_path):
    path = tmp_path / "h.json"
    path.write_text("old")
    assert hesscli("hessian", "sn(x)", "--at", "1", "-o", str(path)).status == 2
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["h.json"]


def test_no_point_where_there_is_no_variable(hesscli):
    outcome = hesscli("hessian", "3", "--json")
    assert outcome.status == 2
    assert outcome.json["error"]["code"] == "variables"


def test_an_order_that_nested_tapes_do_not_reach_is_answered_exactly(hesscli):
    done = hesscli("derivative", "exp(sin(x))*gamma(x)", "--at", "1.5", "--order", "500", "--json")
    assert done.status == 4
    assert done.json["verdict"] == "unchecked"
    assert "order 500 would take about" in done.json["notes"][0]
    mpmath = pytest.importorskip("mpmath")
    with mpmath.workdps(200):
        x = mpmath.mpf("1.5")
        sine = [mpmath.sin(x + k * mpmath.pi / 2) / mpmath.factorial(k) for k in range(501)]
        psi = [mpmath.psi(0, x), *((-1) ** (k + 1) * mpmath.zeta(k + 1, x) for k in range(1, 501))]
        outer, gamma = [mpmath.exp(sine[0])], [mpmath.gamma(x)]
        for n in range(1, 501):  # e' = s' e and g' = psi g, as series
            outer.append(mpmath.fsum(k * sine[k] * outer[n - k] for k in range(1, n + 1)) / n)
            gamma.append(mpmath.fsum(psi[k] * gamma[n - 1 - k] for k in range(n)) / n)
        truth = mpmath.factorial(500) * mpmath.fsum(outer[k] * gamma[500 - k] for k in range(501))
        assert abs(mpmath.mpf(done.json["exact"]["derivative"]) / truth - 1) < 1e-15


@pytest.mark.parametrize("form", ["json", "csv", "npz", "npy"])
def test_points_that_nobody_checked_are_told_of_whatever_the_format(hesscli, tmp_path, form):
    asked = ("gradient", "x^2", "--at", "x=0:1:3000", "--format", form, "-o", str(tmp_path / "answers"))
    told = hesscli(*asked, "--exact", "sample")
    assert told.status == 0
    assert told.err.count("\n") == 1
    assert re.search(r"^hesscli: 3000 points: \d+ agree, (\d+) unchecked; \1 outside the sample", told.err)
    unasked = hesscli(*asked, "--exact", "off")
    assert (unasked.status, unasked.err) == (0, "")


def test_a_table_in_a_file_says_where_the_other_points_are(hesscli, tmp_path):
    whole, part = tmp_path / "whole.txt", tmp_path / "part.txt"
    assert hesscli("gradient", "x^2", "--at", "x=1:40:40", "-o", str(whole)).err == ""
    assert all(re.search(rf"^ *{k} ", whole.read_text(), re.MULTILINE) for k in range(1, 41))
    told = hesscli("gradient", "x^2", "--at", "x=1:41:41", "-o", str(part))
    assert told.err == "hesscli: the table has rows for some of the 41 points; --format csv, json or npz have all\n"
    assert "30 of 41 points shown" in part.read_text()
