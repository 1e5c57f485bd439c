"""The judgement, on hand-made answers."""

from random import Random

import numpy as np
import pytest

from hesscli.options import Tolerance
from hesscli.result import TapeAnswer, Verdict
from hesscli.verdict import EXIT, judge
from tests.output.results import exactly


def tape(gradient, holes=None, value=1.0):
    gradient = np.asarray(gradient, dtype=float)
    holes = np.zeros(gradient.shape, bool) if holes is None else np.asarray(holes)
    return TapeAnswer({"value": np.asarray(value), "gradient": gradient}, {"gradient": holes})


def exact(gradient, status="ok", value="1"):
    return exactly({"value": value, "gradient": gradient}, proven=True, status=status)


def verdict(t, e, rtol=1e-6, dtype="float64"):
    return judge(t, e, Tolerance(rtol, dtype=dtype))


@pytest.mark.parametrize(
    ("numbers", "strings", "expected"),
    [
        ([2.0, 0.0], ["2", "0"], "agree"),
        ([2.0, 1e-17], ["2", "0"], "agree"),
        ([2.0, 1e-3], ["2", "0"], "disagree"),
        ([2.0, 3.0], ["2", "3.0001"], "disagree"),
        ([2.0, 3.0], ["2", "3.0000001"], "agree"),
        ([2.0, np.nan], ["2", "0"], "tape-failed"),
        ([2.0, np.inf], ["2", "1e400"], "tape-failed"),
        ([2.0, 3.0], ["2", "1e400"], "disagree"),
        ([2.0, 0.0], ["2", "1e-400"], "agree"),
        ([2.0, 3.0], ["2", None], "unchecked"),
        ([2.0, 3.0], ["2", "nan"], "undefined"),
        ([2.0, 3.0], ["2", "inf"], "undefined"),
        ([2.0, 5.0], ["1", None], "disagree"),
    ],
)
def test_verdicts(numbers, strings, expected):
    assert verdict(tape(numbers), exact(strings)).verdict == expected


def test_none_is_zero_only_where_the_exact_side_proves_it():
    holed = tape([np.nan, 2.0], holes=[True, False])
    true_zero = verdict(holed, exact(["0", "2"]))
    assert true_zero.verdict == "agree"
    assert true_zero.tape.arrays["gradient"].tolist() == [0.0, 2.0]
    hole = verdict(holed, exact(["0.158", "2"]))
    assert hole.verdict == "tape-failed"
    assert "None" in hole.notes[0]
    assert np.isnan(hole.tape.arrays["gradient"][0])


def test_digits_are_the_shared_decimal_places_of_the_worst_entry():
    judged = verdict(tape([2.0, 3.003]), exact(["2", "3"]), rtol=1)
    assert judged.accuracy.digits == pytest.approx(3.0, abs=0.01)
    assert judged.accuracy.max_abs == pytest.approx(0.003)
    assert verdict(tape([2.0]), exact(["2"])).accuracy.digits == pytest.approx(15.95, abs=0.01)


def test_one_witness_alone():
    assert verdict(None, exact(["1"])).verdict == Verdict.EXACT_ONLY
    assert verdict(tape([1.0]), None).verdict == Verdict.UNCHECKED
    assert "true zero or a missing gradient" in verdict(tape([np.nan], [True]), None).notes[0]


def test_status_of_the_exact_side_wins_and_the_tapes_convention_is_told():
    judged = verdict(tape([0.0]), exact(["nan"], status="not-differentiable"))
    assert judged.verdict == "not-differentiable"
    assert "convention" in judged.notes[0]


@pytest.mark.parametrize("number", [2.0, 7.0, np.nan])
def test_what_may_have_other_sides_is_unchecked_whatever_the_tape_gives(number):
    judged = verdict(tape([number]), exact(["2"], status="unchecked"))
    assert (judged.verdicts["gradient"], judged.notes) == ("unchecked", ())


def test_every_verdict_has_an_exit_code():
    assert set(EXIT) == set(Verdict)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_few_entries_are_judged_one_by_one_as_they_are_as_arrays(monkeypatch, dtype):
    draw, pairs = Random(3), []
    for _ in range(400):
        scale = 10.0 ** draw.randint(-30, 30)
        numbers = [draw.choice((0.0, 1.0, scale)) * draw.uniform(-1, 1) for _ in range(3)]
        given = [x * (1 + draw.choice((0, 0, 1e-16, 1e-9, 1e-5)) * draw.random()) for x in numbers]
        texts = ["0" if x == 0 else repr(x) for x in numbers]
        if draw.random() < 0.3:
            texts[draw.randrange(3)] = draw.choice((None, "nan", "inf", "1e400", "0"))
        if draw.random() < 0.1:
            given[draw.randrange(3)] = draw.choice((np.nan, np.inf))
        holes = [draw.random() < 0.03 for _ in range(3)]
        said = tape(np.array(np.where(holes, np.nan, given), dtype=dtype), holes)
        how = Tolerance(draw.choice((1e-6, 1e-15, 1.0)), draw.choice((0.0, 1e-9)), dtype)
        pairs.append((said, exact(texts, draw.choice(("ok", "ok", "ok", "unchecked", "undefined"))), how))
    quick = [judge(*pair) for pair in pairs]
    monkeypatch.setattr("hesscli.verdict.judging.FEW", 0)
    assert quick == [judge(*pair) for pair in pairs]
    assert {one.verdict for one in quick} >= {Verdict.AGREE, Verdict.DISAGREE, Verdict.UNCHECKED, Verdict.TAPE_FAILED}
