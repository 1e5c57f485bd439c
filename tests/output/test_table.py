"""Tables: everything is there, in every width, with and without colours and signs."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest

from hesscli.output.page import Page
from hesscli.output.summary import sentence
from hesscli.output.table import _shared_prefix, draw, number
from hesscli.result import Result, TapeAnswer, Verdict
from tests.output.results import MAIN, closed, exactly, large, main, scalar, vector

ANSI = re.compile(r"\x1b\[[0-9;]*m")
WIDTHS = (30, 40, 60, 80, 120, 200)
LONG = " + ".join(f"{k}*sin(x0)**{k}*cosh(x1*{k})" for k in range(1, 15))
EVERY = [
    MAIN,
    vector(),
    large(6),
    scalar(1 / 3, "0.33333333333333333"),
    scalar(None, "2", verdict=Verdict.TAPE_FAILED, notes=("derivative: TensorFlow gives None",)),
    main(parsed=LONG, formulas=closed({"gradient": [LONG, LONG]})),
    main(tape=None, verdict=Verdict.EXACT_ONLY, accuracy=None),
    main(exact=None, verdict=Verdict.UNCHECKED, accuracy=None, formulas={}),
]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("result", EVERY)
def test_no_line_is_wider_than_the_terminal(result, width):
    for line in draw(result, Page(width, fold=True)).splitlines():
        assert len(line) <= width
        assert line == line.rstrip()


@pytest.mark.parametrize("result", EVERY)
def test_a_pipe_gets_plain_unbroken_lines(result):
    text = draw(result, Page(80, fold=False))
    assert "\x1b" not in text
    assert result.parsed in text
    for note in result.notes:
        assert note in text


@pytest.mark.parametrize("width", WIDTHS)
def test_a_long_formula_is_folded_and_never_cut(width):
    text = draw(main(parsed=LONG, formulas=closed({"gradient": [LONG, "x0"]})), Page(width, fold=True))
    joined = re.sub(r"\s+", "", text)
    assert joined.count(re.sub(r"\s+", "", LONG)) == 2


@pytest.mark.parametrize("verdict", list(Verdict))
def test_the_verdict_is_a_word_not_only_a_colour(verdict):
    plain, colored = (draw(main(verdict=verdict), Page(80, color=color)) for color in (False, True))
    assert f"{verdict.value}:" in plain
    assert ANSI.sub("", colored) == plain
    assert "\x1b[" in colored


@pytest.mark.parametrize("result", EVERY)
def test_ascii_is_ascii(result):
    assert draw(result, Page(80, ascii_only=True)).isascii()


def test_the_main_job_shows_both_witnesses_formulas_digits_and_eigenvalues():
    text = draw(MAIN, Page(80))
    for part in ("x0**2 + x0*x1", "x0 = 1, x1 = 2", "tape", "exact", "formula", "digits", "2*x0 + x1", "∂²f/∂x0∂x1"):
        assert part in text
    assert "-0.414213562373, 2.41421356237" in text
    assert "indefinite: curves up in some directions and down in others" in text
    assert "every exact digit proven" in text


def test_a_quiet_table_has_the_point_and_the_numbers_only():
    text = draw(MAIN, Page(80), quiet=True)
    assert text.startswith("at x0 = 1, x1 = 2\n")
    assert "agree" not in text
    assert "∂f/∂x0" in text
    assert "eigenvalues" not in text
    assert "f(x0" not in text


def test_zeros_of_many_variables_are_counted_and_the_matrix_is_drawn():
    def squares(n: int) -> Result:
        matrix = 2 * np.eye(n)
        strings = {"value": "1", "gradient": ["1"] * n, "hessian": [[str(int(x)) for x in row] for row in matrix]}
        tape = TapeAnswer({"value": np.array(1.0), "gradient": np.ones(n), "hessian": matrix}, {})
        return replace(large(n), tape=tape, exact=exactly(strings, True))

    text = draw(squares(10), Page(100))
    assert "Hessian: 45 of 55 entries are 0 and not shown" in text
    assert text.count("∂²f/∂x") == 10
    assert "Hessian  ⎡" in text
    assert "are 0" not in draw(squares(8), Page(100))
    assert "Hessian  ⎡" not in draw(squares(10), Page(30, fold=True))
    wrong = squares(10)
    wrong.tape.arrays["hessian"][0, 1] = 1e-3
    assert "∂²f/∂x0∂x1  0.001  0" in draw(wrong, Page(100))


def test_a_large_matrix_is_summarised_with_a_hint():
    text = draw(large(40), Page(80))
    assert len(text.splitlines()) < 90
    assert "the 20 weightiest of 819 others" in text
    assert "--json" in text
    assert "78" in text  # the biggest entry


def test_wrong_entries_of_a_large_matrix_are_shown_before_the_biggest():
    result = large(40)
    result.tape.arrays["hessian"][0, 1] = result.tape.arrays["hessian"][1, 0] = 5.0
    assert "∂²f/∂x0∂x1" in draw(result, Page(80))


def test_an_asymmetric_matrix_shows_both_halves():
    result = vector()
    result.tape.arrays["hessian"][0, 0, 1] = 1.5
    text = draw(result, Page(80))
    assert "∂²f1/∂x∂y" in text
    assert "∂²f1/∂y∂x" in text


def test_undefined_and_undecided_are_words():
    text = draw(scalar(0.0, "nan", verdict=Verdict.NOT_DIFFERENTIABLE), Page(80))
    assert "undefined" in text
    exact = exactly({"value": "1", "derivative": None}, False, "unchecked")
    assert "not decided" in draw(replace(scalar(0.0, "1", verdict=Verdict.UNCHECKED), exact=exact), Page(80))


def test_a_hole_is_none_not_zero():
    assert "None" in draw(scalar(None, "2", verdict=Verdict.TAPE_FAILED), Page(80))


def test_wrong_digits_stand_out():
    text = draw(scalar(0.5000001, "0.5", verdict=Verdict.AGREE), Page(80, color=True))
    assert "\x1b[31m" in text


@pytest.mark.parametrize(
    ("tape", "exact", "shared"),
    [("0.41614683", "0.41614683654714241", 10), ("12.5", "12.4", 3), ("1.5e-10", "1.5e-11", 0), ("-2", "-2", 2)],
)
def test_shared_digits(tape, exact, shared):
    assert _shared_prefix(tape, exact) == shared


@pytest.mark.parametrize(
    ("value", "dtype", "text"),
    [(3.0, "float64", "3"), (0.1, "float32", "0.1"), (math.nan, "float64", "nan"), (1e300, "float64", "1e+300")],
)
def test_numbers_are_short_and_read_back(value, dtype, text):
    assert number(value, dtype) == text


def test_nothing_to_show_is_still_a_page():
    empty = main(
        tape=TapeAnswer({}, {}), exact=None, formulas={}, accuracy=None, verdict=Verdict.UNCHECKED, notes=("failed",)
    )
    assert "failed" in draw(empty, Page(80))


@pytest.mark.parametrize(
    ("bad", "expected"),
    [
        (("gradient", "hessian"), "f is not differentiable here; do not use the tape's derivatives"),
        (("hessian",), "f is not twice differentiable here; do not use the tape's second derivatives"),
    ],
)
def test_the_sentence_names_what_does_not_exist(bad, expected):
    verdicts = {**MAIN.verdicts, **dict.fromkeys(bad, Verdict.NOT_DIFFERENTIABLE)}
    assert sentence(main(verdict=Verdict.NOT_DIFFERENTIABLE, verdicts=verdicts)) == expected
