"""A token that begins with a minus is a value unless it is, or looks like, a long option."""

from __future__ import annotations

import pytest

from hesscli.cli.app import commands


def parsed(*arguments: str) -> dict:
    command = commands()["hessian"]
    return command.make_context("hessian", list(arguments)).params


@pytest.mark.parametrize(
    "expression",
    [
        "-x**2",
        "-x",
        "-1",
        "-2*x",
        "-sin(x)",
        "-(x+1)",
        "--x**2",
        "- x",
        "-x0**2 - x1",
        "-o**2",
        "-f(x)",
        "-.5*x",
        "-",
        "−x",
    ],
)
def test_expressions_that_begin_with_a_minus(expression):
    for arguments in ([expression, "--at", "1"], ["--at", "1", expression], ["--at=1", "--json", "--", expression]):
        found = parsed(*arguments)
        assert found["expression"] == expression
        assert list(found["at"]) == ["1"]


@pytest.mark.parametrize("point", ["-1,2", "-1", "-x", "x=-1", "-1:1:3", "--1"])
def test_points_that_begin_with_a_minus(point):
    for arguments in (["x*y", "--at", point], ["--at", point, "x*y"], ["x*y", f"--at={point}"]):
        assert list(parsed(*arguments)["at"]) == [point]


def test_points_repeat_in_order():
    assert list(parsed("x", "--at", "-1", "--at", "2", "--at=-3")["at"]) == ["-1", "2", "-3"]


def test_a_negative_parameter():
    assert list(parsed("a*x", "--param", "a=-3", "--at", "1")["param"]) == ["a=-3"]


@pytest.mark.parametrize("typo", ["--jsn", "--formt=csv", "--att", "-z", "-n2", "--no-colour"])
def test_a_misspelt_option_is_an_error_with_a_hint(hesscli, typo):
    outcome = hesscli("hessian", "x**2", typo, "--at", "1")
    assert outcome.status == 2
    assert "No such option" in outcome.err
    assert "Try: hesscli hessian --help" in outcome.err


def test_a_typo_says_what_was_meant(hesscli):
    assert "--json" in hesscli("hessian", "x**2", "--jsn", "--at", "1").err
    assert "hessian" in hesscli("hesian", "x**2", "--at", "1").err


@pytest.mark.parametrize(
    "arguments", [["hessian", "x", "y", "--at", "1"], ["hessian", "--at", "1"], ["hessian", "x", "--at"]]
)
def test_wrong_numbers_of_arguments(hesscli, arguments):
    assert hesscli(*arguments).status == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["--dtype", "float16"],
        ["--method", "magic"],
        ["--format", "xml"],
        ["--digits", "0"],
        ["--digits", "many"],
        ["--rtol", "0"],
        ["--rtol", "nan"],
        ["--time-limit", "-1"],
        ["--exact", "maybe"],
        ["--param", "a"],
        ["--param", "=3"],
        ["--param", "a=b"],
        ["--param", "a=1", "--param", "a=2"],
        ["--vars", ","],
        ["--vars", "x,x"],
        ["--vars", "1"],
        ["--step", "0"],
    ],
)
def test_values_that_no_option_takes(hesscli, arguments):
    outcome = hesscli("hessian", "x**2", "--at", "1", *arguments)
    assert outcome.status == 2
    assert outcome.out == ""
    assert outcome.err.startswith("hesscli: ")
