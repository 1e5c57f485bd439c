"""Options: every field is checked, whichever door it came through."""

from __future__ import annotations

import inspect
from dataclasses import fields
from typing import get_type_hints

import numpy as np
import pytest

import hesscli
from hesscli import HesscliError, Options
from hesscli.cli.options import Witnesses
from hesscli.options import Given


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("digits", 0, "digits: expected a whole number from 1 to 10000, got 0"),
        ("digits", 10_001, "from 1 to 10000"),
        ("digits", 17.0, "a whole number"),
        ("digits", True, "a whole number"),
        ("exact", "ful", "exact: expected one of auto, full, sample, off, got 'ful'"),
        ("exact", None, "one of auto"),
        ("dtype", "float16", "dtype: expected one of float64, float32, got 'float16'"),
        ("method", "nestd", "method: expected one of nested, persistent"),
        ("method", 3, "one of nested"),
        ("time_limit", "a", "time.limit: expected a positive number, got 'a'"),
        ("time_limit", None, "a positive number"),
        ("rtol", np.nan, "a positive number"),
        ("rtol", np.inf, "a positive number"),
        ("step", 0, "step: expected a positive number, got 0"),
        ("atol", -1, "atol: expected a positive number or 0, got -1"),
        ("plain", "no", "plain: expected True or False, got 'no'"),
        ("explain", 1, "explain: expected True or False, got 1"),
    ],
)
def test_every_option_is_checked(name, value, expected):
    with pytest.raises(HesscliError, match=expected):
        Options(**{name: value})
    with pytest.raises(HesscliError, match=f"^{expected}" if expected.startswith(name) else expected) as problem:
        hesscli.hessian("x", at=1, **{name: value})
    assert "--" not in str(problem.value)


def test_what_fits_is_taken():
    assert Options(rtol=np.float64(1e-3), atol=0, digits=np.int64(30), time_limit=5, step=None).digits == 30


OPTIONS = {option.name: (option.type, option.default) for option in fields(Options)}
VERBS = ("hessian", "gradient", "jacobian", "derivative", "hvp", "taylor", "sweep")


def test_type_checkers_and_the_command_line_know_the_same_options():
    hints, told = get_type_hints(Options), get_type_hints(Given)
    assert told == {name: hints[name] for name in OPTIONS if name != "formulas"}
    assert {option.name: option.default for option in fields(Witnesses)} == {
        name: default for name, (_, default) in OPTIONS.items()
    }


@pytest.mark.parametrize("verb", VERBS)
def test_signatures_are_spelled_out(verb):
    signature = inspect.signature(getattr(hesscli, verb))
    shown = {p.name: (p.annotation, p.default) for p in signature.parameters.values() if p.name in OPTIONS}
    assert shown == {name: OPTIONS[name] for name in Given.__annotations__}
    assert not [p for p in signature.parameters.values() if p.kind is p.VAR_KEYWORD]


def test_help_says_what_each_option_means():
    assert all(f"        {name}: " in hesscli.hessian.__doc__ for name in Given.__annotations__)


@pytest.mark.parametrize(
    ("name", "words"), [("digit", "did you mean digits"), ("formulas", "keyword argument 'formulas'")]
)
def test_what_is_no_option_is_refused(name, words):
    with pytest.raises(TypeError, match=words):
        hesscli.hessian("x", at=1, **{name: True})
