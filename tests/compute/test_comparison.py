"""Every method side by side."""

from __future__ import annotations

import pytest

from hesscli.compute.comparison import compare
from hesscli.errors import HesscliError
from hesscli.language.syntax import parse
from hesscli.options import Options
from hesscli.output.comparison import draw, duration, size, to_dict
from hesscli.output.json import line
from hesscli.output.page import Page
from hesscli.request import Request

CASE = "[x0**2, x1**2, sin(x0), sin(x1)]"


@pytest.fixture(scope="module")
def compared(session):
    names = ("nested", "explicit", "finite-difference")
    return compare(parse(CASE), Request("hessian"), [1, 2], Options(step=1e-6), session, names)


def test_finite_differences_lose_digits_that_the_tapes_keep(compared):
    nested, explicit, differences = compared.rows
    assert nested.verdict == explicit.verdict == "agree"
    assert nested.accuracy.digits > 15
    assert explicit.accuracy.digits > 15
    assert 5 < differences.accuracy.digits < 12


def test_time_and_memory_are_measured(compared):
    for row in compared.rows:
        assert 0 < row.seconds <= row.first_seconds
        assert row.peak_bytes > 0


def test_a_row_a_method_for_people(compared):
    text = draw(compared, Page(120))
    for part in ("nested", "finite-difference", "digits", "memory", CASE):
        assert part in text
    for width in (80, 100, 200):
        assert max(map(len, draw(compared, Page(width, fold=True)).splitlines())) <= width
    assert draw(compared, Page(80, ascii_only=True)).isascii()


def test_and_for_programs(compared):
    text = line(to_dict(compared)).decode()
    assert text.startswith('{"schema": "hesscli/1", "command": "methods"')
    assert '"peak_bytes"' in text


def test_a_function_that_tensorflow_lacks_has_no_methods(session):
    with pytest.raises(HesscliError, match="polylog"):
        compare(parse("polylog(2, x)"), Request("hessian"), [0.5], Options(), session, ["nested"])


@pytest.mark.parametrize(("seconds", "text"), [(2.5, "2.5 s"), (0.0021, "2.1 ms"), (3e-6, "3 us"), (float("nan"), "-")])
def test_durations(seconds, text):
    assert duration(seconds) == text


@pytest.mark.parametrize(("count", "text"), [(12, "12 B"), (1500, "1.5 kB"), (2_500_000, "2.5 MB"), (3e9, "3 GB")])
def test_sizes(count, text):
    assert size(count) == text


def test_at_a_kink_no_method_has_digits(session):
    compared = compare(parse("Abs(x)"), Request("hessian"), [0], Options(), session, ("nested", "finite-difference"))
    assert [row.accuracy for row in compared.rows] == [None, None]
    assert {row.verdict for row in compared.rows} == {"not-differentiable"}
    text = draw(compared, Page(120))
    assert "convention" not in text.replace("SymPy differentiates Abs to sign, which is 0 there by convention", "")
    assert "f has a kink at x = 0 (Abs(x))" in text
