"""Help, version, errors in one place, exit statuses."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hesscli.cli.app import commands
from hesscli.cli.failures import as_error, report, wants_json
from hesscli.code import script
from hesscli.errors import HesscliError
from hesscli.language.syntax import parse

NAMES = ("hessian", "gradient", "jacobian", "derivative", "hvp", "methods", "check", "batch", "functions", "code")


def test_every_command_is_there():
    assert set(NAMES) <= set(commands())


@pytest.mark.parametrize("name", NAMES)
def test_every_command_has_help_with_examples(hesscli, name):
    for flag in ("--help", "-h"):
        outcome = hesscli(name, flag)
        assert outcome.status == 0
        assert f"hesscli {name}" in outcome.out
        assert "Examples" in outcome.out


def test_the_first_help_names_the_exit_statuses(hesscli):
    outcome = hesscli("--help")
    assert outcome.status == 0
    assert "Exit status" in outcome.out


def test_nothing_at_all_is_help(hesscli):
    outcome = hesscli()
    assert outcome.status in {0, 2}
    assert "hessian" in outcome.out + outcome.err


def test_the_version(hesscli):
    outcome = hesscli("--version")
    assert outcome.status == 0
    assert outcome.out.startswith("hesscli")


BAD = (
    (["hessian", "sn(x)", "--at", "1"], "unknown-name"),
    (["hessian", "x**", "--at", "1"], "syntax"),
    (["hessian", "x*y", "--at", "1"], "point"),
    (["hvp", "x*y", "--vector", "1,2"], "point"),
    (["hessian", "x*y", "--inverse"], "point"),
    (["gradient", "x*y", "--exact", "off"], "point"),
    (["hessian", "x", "--at", "nan"], "point"),
    (["hessian", "x", "--at", "@missing.csv"], "point"),
    (["hessian", "x", "--jsn"], "usage"),
    (["hesian", "x"], "usage"),
    (["gradient", "[x, y]", "--at", "1,2"], "vector"),
    (["derivative", "x", "--order", "0", "--at", "1"], "order"),
    (["derivative", "x", "--order", "-1", "--at", "1"], "order"),
    (["derivative", "x", "--order", "1", "--wrt", "x", "--at", "1"], "usage"),
    (["derivative", "x", "--wrt", "z", "--at", "1"], "unknown-name"),
    (["derivative", "x", "--wrt", ",", "--at", "1"], "name"),
    (["hvp", "x*y", "--at", "1,2", "--vector", "1"], "point"),
    (["hessian", "x", "--at", "1", "-o", "/no/such/directory/x"], "output"),
    (["functions", "sn"], "unknown-name"),
    (["code", "zeta(x)"], "no-operation"),
    (["code", "x", "--order", "99"], "order"),
    (["check", "x", "--at", "1"], "usage"),
    (["methods", "x", "--at", "1", "--at", "2"], "point"),
    (["hessian", "x", "--at"], "usage"),
    (["hessian", "x", "--at", "--quiet"], "usage"),
    (["hessian", "x", "+", "y", "--at", "1,2"], "usage"),
    (["hessian", "", "--at", "1"], "syntax"),
    (["hessian", "x", "--at", "1", "-o", ""], "output"),
)


@pytest.mark.parametrize(("arguments", "code"), BAD)
def test_a_bad_request_is_text_for_people_and_an_object_for_programs(hesscli, arguments, code):
    people = hesscli(*arguments)
    assert people.status == 2
    assert people.out == ""
    assert people.err.startswith("hesscli: ")
    programs = hesscli(*arguments, "--json")
    assert programs.status == 2
    assert programs.err == people.err
    assert programs.json["error"]["code"] == code
    assert programs.json["schema"] == "hesscli/1"


@pytest.mark.parametrize("arguments", [["gradient", "x*y", "-o", "g.csv"], ["functions", "--format", "csv"]])
def test_a_format_that_cannot_hold_the_answer_is_refused(hesscli, arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    refused = hesscli(*arguments)
    assert (refused.status, refused.out) == (2, "")
    assert refused.err.startswith("hesscli: ")
    assert not list(tmp_path.iterdir())


def test_complaints_say_what_to_do(hesscli):
    assert "needs a value" in hesscli("hessian", "x", "--at").err
    assert "needs quotes around it" in hesscli("hessian", "x", "+", "y").err
    assert "Value error" not in hesscli("hessian", "x", "--format", "foo").err
    assert "quotes" not in hesscli("functions", "sin", "cos").err
    assert "it should be a valid number" in hesscli("hessian", "x", "--rtol", "abc").err
    assert hesscli("hessian", "").err == "hesscli: the expression is empty\n"


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        (("hessian", "x^2", "1"), "a point is written --at 1\n"),
        (("hessian", "x*y", "x=1,y=2"), "a point is written --at x=1,y=2\n"),
        (("check", "x^2", "2x"), "--gradient '2x' or --hessian '2x'"),
        (("hessian", "x^2", "--order", "3"), "--order belongs to derivative, taylor, methods, audit, code, not to"),
        (("gradient", "x^2", "--radius", "1"), "--radius belongs to taylor, not to gradient"),
        (("hessian", "x^2", "--digit", "3"), "Possible options: --data, --digits"),
        (("HESSIAN", "x^2"), "Did you mean 'hessian'?"),
        (("diff", "x^2"), "Did you mean 'derivative'?"),
        (("hessian", "e.txt"), "is written with @: @e.txt"),
    ],
)
def test_what_was_meant_is_said(hesscli, arguments, remedy):
    assert remedy in hesscli(*arguments).err


def test_an_order_beyond_the_limit_is_a_limit(hesscli):
    done = hesscli("derivative", "x", "--order", "1000000", "--at", "1", "--json")
    assert (done.status, done.json["error"]["code"]) == (4, "limit")


def test_the_caret_stands_under_the_place(hesscli):
    lines = hesscli("hessian", "x + sn(x)", "--at", "1").err.splitlines()
    assert lines[1].index("sn") == lines[2].index("^^")
    assert hesscli("hessian", "x + sn(x)", "--at", "1", "--json").json["error"]["column"] == 5


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        ([], False),
        (["--json"], True),
        (["--format=json"], True),
        (["--format", "json"], True),
        (["-f", "json"], True),
        (["--format", "csv"], False),
        (["json"], False),
    ],
)
def test_json_is_wanted_even_where_the_line_cannot_be_parsed(arguments, wanted):
    assert wants_json(arguments) is wanted


def test_a_mistake_of_ours_is_a_line_and_no_answer(capsys, monkeypatch):
    monkeypatch.delenv("HESSCLI_TRACEBACK", raising=False)
    status = report(ZeroDivisionError("division\nby zero"), as_json=False)
    assert status == 4
    assert re.fullmatch(r"hesscli: ZeroDivisionError: division by zero \(.*\)\n", capsys.readouterr().err)
    monkeypatch.setenv("HESSCLI_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        report(ZeroDivisionError(), as_json=False)


def test_limits_of_the_machine_are_limits():
    assert as_error(MemoryError()).status == as_error(RecursionError()).status == 4
    assert as_error(HesscliError("x")).status == 2


def test_messages_cannot_steer_the_terminal(hesscli):
    outcome = hesscli("hessian", "x + \x1b[2J\x07", "--at", "1")
    assert outcome.status == 2
    assert "\x1b" not in outcome.err
    assert "\x07" not in outcome.err


INJECTIONS = (
    "__import__('os').system('echo pwned')",
    "x.__class__",
    "(lambda: 1)()",
    "[x for x in (1, 2)]",
    "f'{x}'",
    "(x := 3)",
    "exec('1')",
    "open('/etc/passwd')",
    "'text'",
    "x.real",
    "ｅｖａｌ(x)",
    "x if x else y",
    "{1: 2}",
    "x; import os",
    "`x`",
    "x\x00",
    "True",
    "x > 1",
    "(x, y)",
    "...",
)


@pytest.mark.parametrize("text", INJECTIONS)
def test_what_is_no_formula_is_refused(hesscli, text):
    outcome = hesscli("hessian", text, "--at", "1", "--json")
    assert outcome.status == 2
    assert "error" in outcome.json


BOMBS = ("9**9**9**9", "factorial(10**9)", "x**(10**10**10)", "(" * 100_000 + "x" + ")" * 100_000, "x+" * 500_000 + "x")


@pytest.mark.parametrize("text", BOMBS, ids=lambda text: text[:20])
def test_bombs_do_not_go_off(hesscli, text):
    assert hesscli("code", text, "--json").status in {2, 4}


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=30))
def test_any_text_ends_in_code_or_a_complaint(text):
    try:
        program = parse(text)
        printed = script(program, [1.0] * len(program.variables))
    except HesscliError:
        return
    compile(printed, "script", "exec")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["hessian", "-", "--at", "-"], "the expression and --at"),
        (["hessian", "@/dev/stdin", "--at", "-"], "the expression and --at"),
        (["gradient", "x", "--at", "-", "--at", "@/dev/fd/0"], "--at and --at"),
        (["hvp", "x*y", "--at", "-", "--vector", "-"], "--at and --vector"),
        (["check", "-", "--hessian", "-"], "the expression and --hessian"),
        (["check", "x*y", "--gradient", "@-", "--hessian", "@/dev/stdin"], "--gradient and --hessian"),
        (["methods", "-", "--at", "-"], "the expression and --at"),
        (["code", "-", "--at", "-"], "the expression and --at"),
    ],
)
def test_standard_input_is_read_once(hesscli, arguments, named):
    outcome = hesscli(*arguments, stdin="x*y")
    assert outcome.status == 2
    assert f"hesscli: {named} both read standard input, which can be read only once" in outcome.err


def test_a_point_beyond_the_range_of_the_dtype_is_refused(hesscli):
    outcome = hesscli("gradient", "x^2", "--at", "1e300", "--dtype", "float32")
    assert outcome.status == 2
    assert "1e+300 is beyond the range of float32; --dtype float64 holds it" in outcome.err


def test_an_error_in_json_counts_columns_from_one(hesscli):
    outcome = hesscli("gradient", "x + sn(x)", "--at", "1", "--json")
    assert outcome.json["error"]["column"] == 5


@pytest.mark.parametrize(
    "arguments",
    [
        ("hessian", "atan(x)", "--at", "1e100", "--exact", "off"),
        ("gradient", "x^2", "--at", "1e30", "--dtype", "float32", "--exact", "off"),
        ("gradient", "exp(x)", "--at", "x=0:1000:20", "--exact", "off", "--json"),
    ],
)
def test_no_warning_of_a_library_reaches_the_terminal(hesscli, recwarn, arguments):
    assert "Warning" not in hesscli(*arguments).err
    assert not recwarn.list
