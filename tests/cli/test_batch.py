"""JSON lines in, JSON lines out, one process."""

from __future__ import annotations

import json

import pytest

from hesscli.child import Child
from hesscli.cli.app import commands
from hesscli.cli.requests import REFUSED, _keys, arguments
from hesscli.errors import HesscliError
from hesscli.exact import session
from hesscli.options import Dtype


def batch(hesscli, *requests, raw=()):
    lines = [json.dumps(request) if not isinstance(request, (str, bytes)) else request for request in requests]
    data = b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines)
    return hesscli("batch", stdin=data)


def test_requests_of_every_command_in_order(hesscli):
    outcome = batch(
        hesscli,
        {"id": 7, "command": "hessian", "expression": "x^2*y", "vars": ["x", "y"], "at": [1, 2]},
        {"id": "b", "command": "gradient", "expression": "-x", "at": {"x": -1}},
        {"command": "derivative", "expression": "x**3", "at": "2", "order": 2},
        {"id": None, "command": "derivative", "expression": "x*y", "at": [1, 2], "wrt": ["x", "y"]},
        {"id": [1], "command": "hvp", "expression": "x*y", "at": [1, 2], "vector": [1, 0]},
        {"id": {"a": 1}, "command": "jacobian", "expression": "[x, 2*x]", "at": [1]},
        {"id": 0, "command": "check", "expression": "x**2", "hessian": [["2"]]},
        {"id": 1, "command": "functions", "name": "ln"},
        {"id": 2, "command": "code", "expression": "x**2"},
        {"id": 3, "command": "methods", "expression": "x**2", "at": [1], "method": ["nested", "explicit"]},
        {"id": 4, "command": "gradient", "expression": "a*x", "at": [1], "param": {"a": 3}, "dtype": "float32"},
    )
    assert outcome.status == 0, outcome.out
    lines = outcome.lines
    assert [line.get("id") for line in lines] == [7, "b", None, None, [1], {"a": 1}, 0, 1, 2, 3, 4]
    assert list(lines[0])[:3] == ["schema", "id", "command"]
    assert lines[0]["hessian"] == [[4, 2], [2, 0]]
    assert lines[1]["gradient"] == [-1]
    assert lines[2]["derivative"] == 12
    assert lines[3]["derivative"] == 1
    assert lines[4]["hvp"] == [0, 1]
    assert lines[5]["jacobian"] == [[1], [2]]
    assert lines[6]["verdict"] == "agree"
    assert lines[7]["functions"][0]["name"] == "log"
    assert "GradientTape" in lines[8]["code"]
    assert [row["method"] for row in lines[9]["methods"]] == ["nested", "explicit"]
    assert lines[10]["gradient"] == [3]


BAD = (
    ("not json", "json"),
    ("[1, 2]", "json"),
    ('{"command": "hessian", "expression": "x", "at": [NaN]}', "json"),
    (b'{"command": "\xff"}', "json"),
    ("[" * 100_000, "json"),
    ('{"id": 1}', "request"),
    ('{"id": 1, "command": "batch"}', "request"),
    ('{"id": 1, "command": "hesian"}', "request"),
    ('{"id": 1, "command": ["hessian"]}', "request"),
    ('{"id": 1, "command": "hessian", "expresion": "x"}', "request"),
    ('{"id": 1, "command": "hessian", "expression": "x", "output": "f"}', "request"),
    ('{"id": 1, "command": "hessian", "expression": {"x": 1}, "at": [1]}', "request"),
    ('{"id": 1, "command": "hessian", "expression": "-", "at": [1]}', "request"),
    ('{"id": 1, "command": "hessian", "expression": "x", "at": "-"}', "request"),
    ('{"id": 1, "command": "hessian", "expression": "x", "at": [true]}', "point"),
    ('{"id": 1, "command": "hessian", "expression": "x", "at": "@/dev/stdin"}', "request"),
    ('{"id": 1, "command": "hessian", "expression": "@/dev/stdin", "at": [1]}', "request"),
    ('{"id": 1, "command": "hvp", "expression": "x", "at": [1], "vector": "-"}', "request"),
    ('{"id": 1, "command": "check", "expression": "x", "hessian": "-"}', "request"),
    ('{"id": 1, "command": "check", "expression": "x", "hessian": "h.py:f"}', "request"),
    ('{"id": 1, "command": "check", "expression": "x", "hessian": [[true]]}', "claim"),
    ('{"id": 1, "command": "hessian", "expression": "x", "at": [1], "digits": 0}', "usage"),
    ('{"id": 1, "command": "hessian", "expression": "x", "at": [1], "digits": 17.5}', "usage"),
    ('{"id": 1, "command": "hessian", "expression": "x", "at": [1], "explain": "yes"}', "request"),
    ('{"id": 1, "command": "hessian", "expression": "x", "at": [1], "rtol": "small"}', "usage"),
    ('{"id": 1, "command": "hessian", "expression": "x", "at": [1], "param": {"a": [1]}}', "request"),
    ('{"id": 1e999, "command": "functions"}', "json"),
    ('{"id": 1, "command": "hessian", "expression": "sn(x)", "at": [1]}', "unknown-name"),
    ('{"id": 1, "command": "hessian", "expression": "x", "at": [1, 2]}', "point"),
    ('{"id": 1, "command": "hessian", "expression": "x", "at": [1], "dtype": "int"}', "usage"),
    ('{"id": 1, "command": "hessian"}', "usage"),
)


def test_a_bad_line_is_an_error_object_and_the_rest_goes_on(hesscli):
    good = '{"id": "good", "command": "gradient", "expression": "x**2", "at": [3]}'
    data = [part for line, _ in BAD for part in (line, good)]
    outcome = batch(hesscli, *data)
    assert outcome.status == 2
    count = len(BAD)
    assert outcome.err == f"hesscli: {2 * count} requests: {count} fine, {count} refused\n"
    lines = outcome.lines
    assert len(lines) == 2 * count
    assert [answer["error"]["line"] for answer in lines[::2]] == [1 + 2 * k for k in range(count)]
    for (line, code), answer in zip(BAD, lines[::2], strict=True):
        assert answer["error"]["code"] == code, line
        if isinstance(line, str) and line.startswith('{"id": 1,'):
            assert answer["id"] == 1
    assert all(answer["gradient"] == [6] and answer["id"] == "good" for answer in lines[1::2])


def test_several_points_are_several_lines_with_one_id(hesscli):
    outcome = batch(hesscli, {"id": 5, "command": "gradient", "expression": "x**2", "at": [[1], [2], [3]]})
    assert [(line["id"], line["gradient"]) for line in outcome.lines] == [(5, [2]), (5, [4]), (5, [6])]


def test_empty_lines_and_no_lines(hesscli):
    assert hesscli("batch", stdin="\n \n").out == ""
    assert hesscli("batch", stdin="").status == 0


def test_no_request_is_told(hesscli):
    outcome = hesscli("batch", stdin=b"\n")
    assert (outcome.status, outcome.out) == (0, "")
    assert outcome.err == "hesscli: there was no request; each is a JSON object in a line of its own\n"


def test_from_a_file_to_a_file(hesscli, tmp_path):
    source, answers = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text('{"command": "functions", "name": "sin"}\n')
    assert hesscli("batch", str(source), "-o", str(answers)).status == 0
    assert json.loads(answers.read_text())["functions"][0]["name"] == "sin"
    assert hesscli("batch", str(tmp_path / "missing")).status == 2


def test_the_status_is_the_largest(hesscli):
    kink = {"command": "gradient", "expression": "abs(x)", "at": [0]}
    assert batch(hesscli, kink, "no").status == 3


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ({"at": {"x": [1, 2]}}, {"at": [{"x": [1, 2]}]}),
        ({"at": "x=0:1:3"}, {"at": ["x=0:1:3"]}),
        ({"at": [1.5, "pi/2"]}, {"at": [[1.5, "pi/2"]]}),
        ({"at": [{"x": 1}, [2]]}, {"at": [{"x": 1}, [2]]}),
        ({"param": {"a": 1, "b": -2.5}}, {"param": {"a": "1", "b": "-2.5"}}),
        ({"param": ["a=1"], "vars": "x,y"}, {"param": ["a=1"], "variables": "x,y"}),
        ({"time_limit": 3}, {"time_limit": 3.0}),
        ({"time-limit": "3", "rtol": None}, {"time_limit": 3.0}),
        ({"dtype": "float32", "explain": True}, {"dtype": Dtype.FLOAT32, "explain": True}),
    ],
)
def test_values_are_what_the_command_line_would_give(request_, expected):
    assert arguments("hessian", request_) == expected


@pytest.mark.parametrize(
    ("at", "points"),
    [
        ([1, 2], [[1, 2]]),
        ({"y": 2, "x": "1/1"}, [[1, 2]]),
        ("x=1,y=2", [[1, 2]]),
        ([[1, 2], {"x": 3, "y": 4}, [5, "6"]], [[1, 2], [3, 4], [5, 6]]),
        (["1,2", "x=3,y=4"], [[1, 2], [3, 4]]),
        ({"x": "0:1:2", "y": 5}, [[0, 5], [1, 5]]),
        ([0.1, 1e-320], [[0.1, 1e-320]]),
    ],
)
def test_points_in_every_form(hesscli, at, points):
    outcome = batch(hesscli, {"command": "gradient", "expression": "x + y", "at": at, "exact": "off"})
    assert [line["point"] for line in outcome.lines] == points


def test_an_id_comes_back_as_it_is(hesscli):
    ids = [0, "", "\ud800", "a\nb", '"schema": "hesscli/1"', [], {}, 10**30, 0.1, True, False]
    outcome = batch(hesscli, *[{"id": name, "command": "functions", "name": "sin"} for name in ids])
    assert [line["id"] for line in outcome.lines] == ids


def test_the_keys_are_the_long_options_of_the_command_line():
    for name, command in commands().items():
        if name in ("batch", "help", "model"):  # what asks for no answer, or runs what a file holds
            continue
        options = {text[2:] for param in command.params for text in param.opts if text.startswith("--")}
        named = {param.name for param in command.params if param.param_type_name == "argument"}
        assert set(_keys(name)) == (options | named) - REFUSED - {"help"}


def test_a_key_that_is_nearly_right():
    with pytest.raises(HesscliError, match="did you mean 'vars'"):
        arguments("hessian", {"var": "x"})


def test_one_process_answers_exactly_for_all_digits_and_limits(hesscli):
    children = []
    same = {"command": "check", "expression": "x/3", "gradient": ["1/3"]}
    requests = [{**same, "digits": 17 + k, "time-limit": k} for k in range(1, 9)]
    with pytest.MonkeyPatch.context() as counting:
        counting.setattr(session, "Child", lambda *a, **k: children.append(child := Child(*a, **k)) or child)
        found = batch(hesscli, *requests)
    assert [line["verdict"] for line in found.lines] == ["agree"] * 8
    assert len(children) == 1


def naming(place) -> list[dict]:
    """Requests that name files of a folder in every way there is."""
    return [
        {"command": "gradient", "expression": "x", "at": f"@{place}/p.csv"},
        {"command": "gradient", "expression": "x", "at": f"@{place}/p.npy"},
        {"command": "gradient", "expression": f"@{place}/f.txt", "at": [1]},
        {"command": "gradient", "expression": f"{place}/f.toml"},
        {"command": "hvp", "expression": "x", "at": [1], "vector": f"@{place}/p.csv"},
        {"command": "check", "expression": "x", "at": [1], "gradient": f"@{place}/p.csv"},
        {"command": "check", "expression": "x", "at": [1], "gradient": f"{place}/p.csv"},
    ]


def test_requests_read_no_file_that_nobody_allowed(hesscli, tmp_path):
    for name in ("p.csv", "f.txt", "f.toml"):
        (tmp_path / name).write_text("secret#$")
    (tmp_path / "p.npy").write_bytes(b"secret")
    there = batch(hesscli, *naming(tmp_path))
    missing = batch(hesscli, *naming(tmp_path / "missing"))
    for outcome in (there, missing):
        assert [line["error"]["code"] != "internal" for line in outcome.lines] == [True] * 7
        assert "secret" not in outcome.out
    words = [line["error"]["message"].replace(str(tmp_path), "") for line in there.lines]
    assert words == [line["error"]["message"].replace(f"{tmp_path}/missing", "") for line in missing.lines]
    assert sum("--allow-files" in message for message in words) == 6


def test_an_allowed_folder_is_read_and_no_link_leads_out_of_it(hesscli, tmp_path):
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "secret.csv").write_text("7")
    (inside / "p.csv").write_text("3")
    (inside / "link.csv").symlink_to(tmp_path / "secret.csv")
    names = ["p.csv", "link.csv", "../secret.csv", "../inside/p.csv", "\0"]
    lines = [{"command": "gradient", "expression": "x**2", "at": f"@{inside}/{name}"} for name in names]
    outcome = hesscli("batch", "--allow-files", str(inside), stdin="\n".join(map(json.dumps, lines)).encode())
    assert [line.get("gradient") for line in outcome.lines] == [[6], None, None, [6], None]
    assert "--allow-files" in outcome.lines[1]["error"]["message"]
    assert outcome.status == 2


FAMILY = "x^2*y + sin(x*y)"


def test_requests_that_differ_in_their_point_are_answered_as_if_each_were_alone(hesscli):
    """One of them at a kink, one outside the domain: what is said of it is said of no other."""
    expression = "log(x) + abs(y)*x^3"
    points = [[1.5, 2.5], [0.5, 0], [-1, 2], [2, -1], [0.25, 3]]
    requests = [{"id": k, "command": "hessian", "expression": expression, "at": at} for k, at in enumerate(points)]
    at_once = batch(hesscli, *requests).lines
    alone = [line for request in requests for line in batch(hesscli, request).lines]
    assert ["versions" in line for line in at_once] == [True, False, False, False, False]
    for line in (*at_once, *alone):
        del line["seconds"]
        line.pop("versions", None)
    assert at_once == alone
    assert len({line["verdict"] for line in at_once}) > 1


def test_closed_forms_of_equal_requests_are_checked_at_every_point(hesscli):
    lines = batch(hesscli, *({"command": "gradient", "expression": FAMILY, "at": [k, 1]} for k in range(1, 8))).lines
    assert {json.dumps(line["exact"]["formulas"]) for line in lines} == {
        json.dumps({"gradient": ["2*x*y + y*cos(x*y)", "x*(x + cos(x*y))"]})
    }


def test_without_formulas(hesscli):
    (line,) = batch(hesscli, {"command": "hessian", "expression": FAMILY, "at": [1, 2], "formulas": False}).lines
    assert line["exact"]["formulas"] == {}
    assert line["verdict"] == "agree"


def test_what_the_exact_side_cannot_begin_ahead_is_answered_once_and_in_its_turn(hesscli, tmp_path):
    """Formulas without a point, and answers with columns beside them."""
    (tmp_path / "p.csv").write_text("x,y,name\n1,2,here\n3,4,there\n")
    asked = [
        {"id": 1, "command": "gradient", "expression": "x*y", "at": [1, 2]},
        {"id": 2, "command": "gradient", "expression": "x*y"},
        {"id": 3, "command": "gradient", "expression": "x*y", "at": f"@{tmp_path}/p.csv"},
        {"id": 4, "command": "gradient", "expression": "x*"},
        {"id": 5, "command": "gradient", "expression": "x*y", "at": [1, 2]},
    ]
    stdin = "\n\n".join(map(json.dumps, asked)).encode()
    outcome = hesscli("batch", "--allow-files", str(tmp_path), stdin=stdin)
    assert [line["id"] for line in outcome.lines] == [1, 2, 3, 3, 4, 5]
    assert ["versions" in line for line in outcome.lines] == [True, False, False, False, False, False]
    assert outcome.lines[1]["exact"]["formulas"]["gradient"] == ["y", "x"]
    assert [line["data"] for line in outcome.lines[2:4]] == [{"name": "here"}, {"name": "there"}]
    assert outcome.lines[4]["error"]["line"] == 7
