"""What people type instead of what the commands have: done, or told."""

from __future__ import annotations

import sys

import pytest

from hesscli.cli.app import commands
from hesscli.cli.environment import Environment, current
from hesscli.cli.words import arranged
from hesscli.language.points import read_points
from tests.cli.conftest import Outcome


@pytest.fixture
def said(monkeypatch):
    """Words -> (the words in order, what standard error says)."""

    def call(*words: str):
        lines: list[str] = []
        environment = Environment()
        environment.say = lines.append  # type: ignore[method-assign]
        token = current.set(environment)
        try:
            return arranged(words, commands()), lines
        finally:
            current.reset(token)

    return call


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("help", "--help"),
        ("help hessian", "hessian --help"),
        ("version", "--version"),
        ("--version", "--version"),
        ("hessian x --json", "hessian x --json"),
        ("--json hessian x", "hessian --json x"),
        ("--at 1 -q hessian x", "hessian --at 1 -q x"),
        ("--format=csv hessian x", "hessian --format=csv x"),
        ("hesian x", "hesian x"),
        ("foo", "foo"),
        ("", ""),
    ],
)
def test_words_in_the_order_of_the_commands(said, words, meant):
    assert said(*words.split()) == (meant.split(), [])


@pytest.mark.parametrize(
    ("words", "verb"),
    [
        (["x^2", "--at", "1"], "hessian"),
        (["-x^2", "--at", "1"], "hessian"),
        (["--at", "1", "x"], "hessian"),
        (["problem.toml"], "hessian"),
        (["x^3", "--order", "3", "--at", "1"], "derivative"),
        (["x^3", "-n2", "--at", "1"], "derivative"),
        (["x*y", "--wrt", "x,y"], "derivative"),
        (["x*y", "--vector", "1,2"], "hvp"),
    ],
)
def test_a_forgotten_command_is_the_one_that_has_the_options(said, words, verb):
    found, lines = said(*words)
    assert found == [verb, *words]
    assert len(lines) == 1
    assert lines[0].startswith(f"hesscli: no command is given; this is: hesscli {verb} ")


def test_a_forgotten_command_answers(hesscli):
    outcome = hesscli("x^2", "--at", "1", "-fjson")
    assert outcome.json["hessian"] == [[2]]
    assert outcome.err == "hesscli: no command is given; this is: hesscli hessian 'x^2' --at 1 -fjson\n"


def test_help_about_what_is_no_command(hesscli):
    assert "did you mean hessian?" in hesscli("help", "hesian").err
    for about in ("points", "hessian"):
        outcome = hesscli("help", about, "extra")
        assert (outcome.status, outcome.out) == (2, "")
        assert f"help is about one thing: '{about}'; 'extra' is too much" in outcome.err
    assert hesscli("help", "check").out == hesscli("check", "--help").out


REMEDIES = [
    (["hessian", "x*y", "--at", "1", "2"], "write --at 1,2"),
    (["hessian", "--at", "1", "2", "x*y"], "write --at 1,2"),
    (["hessian", "x*y", "--at", "x=1", "y=2"], "write --at x=1,y=2"),
    (["hvp", "x*y", "--at", "1,2", "--vector", "1", "-2"], "write --vector 1,-2"),
    (["hessian", "x*y", "--vars", "x", "y", "--at", "1,2"], "write --vars x,y"),
    (["derivative", "x*y", "--wrt", "x", "x", "y", "--at", "1,2"], "write --wrt x,x,y"),
    (["hessian", "x*y", "-at", "1,2"], "two dashes: --at"),
    (["hessian", "x*y", "--at", "1 2"], "1,2"),
    (["hessian", "x*y", "--at", "x=1;y=2"], "x=1,y=2"),
    (["hessian", "x*y", "--at", "x=1 y=2"], "x=1,y=2"),
    (["hessian", "x*y", "--at", "p.csv"], "with @: @p.csv"),
    (["hessian", "x", "--at", "1", "-f", "tex"], "Did you mean latex?"),
    (["hessian", "x", "--at", "1", "--dtype", "single"], "Did you mean float32?"),
    (["hessian", "x", "--at", "1", "--method", "nestd"], "Did you mean nested?"),
    (["hvp", "x*y", "--at", "1,2", "--vector", "1"], "--vector: expected 2 numbers (x, y), got 1"),
    (["hessian", "x", "--at", "1", "-o", "h.xyz"], "ends in .txt, .json, .jsonl, .csv"),
    (["check", "x", "--gradient", "[1]", "-o", "h.csv"], "ends in .txt, .json, .jsonl;"),
    (["code", "x", "-o", "h.csv"], "ends in .txt, .json, .jsonl, .py;"),
    (["check", "x", "--gradient", "[1]", "-f", "csv"], "is not one of 'table', 'json'"),
    (
        ["hessian", "rate1*x", "--at", "1,1", "--param", "rate2=3"],
        "rate2 is not in the expression; did you mean rate1?",
    ),
    (["hessian", "x", "--at", "1", "--param", "q=3"], "the names in it are x"),
]


@pytest.mark.parametrize(("words", "remedy"), REMEDIES)
def test_the_remedy_for_what_was_meant(hesscli, words, remedy):
    outcome: Outcome = hesscli(*words)
    assert outcome.status == 2
    assert remedy in outcome.err


@pytest.mark.parametrize("at", ["(1,2)", "[1,2]", " ( 1, 2 ) ", "(x=1,y=2)", "1,2"])
def test_points_in_brackets(at):
    assert read_points([at], ["x", "y"]).coordinates.tolist() == [[1, 2]]


def test_brackets_that_belong_to_a_number():
    assert read_points(["(1+2)*(3+4)"], ["x"]).coordinates.tolist() == [[21]]
    assert read_points(["(1+2)"], ["x"]).coordinates.tolist() == [[3]]


@pytest.mark.parametrize("out", [["-o", "-"], ["-o-"], ["-o", "/dev/stdout"], ["--output=-"], []])
def test_standard_output_by_its_names(hesscli, out):
    assert hesscli("functions", "sin", "--json", *out).json["functions"][0]["name"] == "sin"


def test_a_table_in_a_text_file_and_a_program_in_its_own(hesscli, tmp_path):
    for words, path in ((["functions", "sin"], "f.txt"), (["functions", "sin"], "f"), (["code", "x^2"], "f.py")):
        assert hesscli(*words, "-o", str(tmp_path / path)).status == 0
        assert (tmp_path / path).read_text() == hesscli(*words).out


def test_batch_takes_json_for_granted(hesscli):
    assert hesscli("batch", "--json", stdin='{"command": "functions", "name": "sin"}').json["command"] == "functions"


@pytest.mark.parametrize(
    ("words", "stdin", "told"),
    [
        (["gradient", "x*y", "--at", "-", "--exact", "off"], "1,2", "points, one a line: x, y"),
        (["functions"], "", ""),
        (["code", "-"], "x^2", "the expression"),
        (["batch"], "", "requests, one a line as JSON"),
    ],
)
def test_what_is_read_from_the_keyboard_is_told(hesscli, monkeypatch, words, stdin, told):
    monkeypatch.setattr("hesscli.output.page.is_terminal", lambda stream: stream is sys.stdin)
    outcome = hesscli(*words, stdin=stdin)
    assert outcome.status == 0
    assert outcome.err.splitlines()[:1] == ([f"hesscli: waiting for {told}; Ctrl-D ends them"] if told else [])
