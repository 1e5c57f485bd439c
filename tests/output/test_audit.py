"""The audit as text and as JSON, from derivatives made by hand."""

import json
import math
import re

import pytest

from hesscli.audit.report import Audit, Audited, Derivative, Status
from hesscli.output.audit import draw, to_dict
from hesscli.output.json import line
from hesscli.output.page import Page


def row(
    name: str, *statuses: tuple[Status, float | None, str | None, str], mode: str = "reverse", **more: str
) -> Audited:
    derivatives = [Derivative(0, Status.RIGHT, 1.0, "1", 15.95, "")]
    for order, (status, tape, exact, message) in enumerate(statuses, 1):
        digits = {Status.RIGHT: 15.95, Status.WRONG: 0.0}.get(status)
        derivatives.append(Derivative(order, status, tape, exact, digits, message))
    details = {"where": "", "family": "things", "thread": "", "note": "", **more}
    return Audited(
        name=name, mode=mode, expression="x", variables=("x",), point=(0.5,), direction=(1.0,), dtype="float64",
        derivatives=tuple(derivatives), **details,
    )  # fmt: skip


RIGHT = (Status.RIGHT, 2.0, "2", "")
ZERO = (Status.ZERO, None, "0", "")
WRONG = (Status.WRONG, -0.016539866862653756, "0.024690316227534454", "")
HOLE = (Status.HOLE, None, "31.555847167968750", "")
NAN = (Status.NAN, math.nan, "3", "")
UNDEFINED = (Status.UNDEFINED, 0.0, "nan", "a kink")
UNCHECKED = (Status.UNCHECKED, 1.0, None, "too long")
ERROR = (Status.ERROR, None, "4", "LookupError: gradient registry has no entry for: LRNGrad")

ROWS = (
    row("tf.fine", RIGHT, ZERO),
    row("tf.bad", WRONG, HOLE, thread="#1", where="at an edge"),
    row("tf.bad", RIGHT, WRONG, mode="jacobian", where="at an edge"),
    row("tf.ugly", NAN, ERROR, note="why", family="others"),
    row("tf.edge", UNDEFINED, UNCHECKED, family="others"),
)
AUDIT = Audit(ROWS, 2, {"tensorflow": "2.21.0"}, 12.3)


@pytest.mark.parametrize("width", [30, 38, 60, 80, 120])
@pytest.mark.parametrize("order", [2, 4])
def test_lines_fit_the_page(width, order):
    text = draw(Audit(ROWS, order, {"tensorflow": "2.21.0"}, 12.3), Page(width=width, fold=True))
    assert max(map(len, text.splitlines())) <= width
    assert "tf.fine" in text
    assert "-0.016539866" in text
    for word in ("right", "zero", "wrong", "hole", "nan", "error", "undef", "open"):
        assert word in text


def test_a_row_an_operation_with_its_words():
    lines = draw(AUDIT, Page(width=80, fold=True)).splitlines()
    assert lines[0].split() == ["operation", "f\N{PRIME}", "f\N{DOUBLE PRIME}"]
    assert lines[2] == "things"
    assert lines[3].split() == ["tf.fine", "✓", "right", "○", "zero"]
    assert lines[4].split() == ["tf.bad", "at", "an", "edge", "✗", "wrong", "✗", "hole", "#1"]
    assert lines[5].split() == ["jacobian", "✓", "right", "✗", "wrong"]
    assert lines[7] == "others"


def test_both_numbers_of_what_is_wrong():
    text = draw(AUDIT, Page(width=80, fold=True))
    assert re.search(r"at an edge +f\N{PRIME} +-0.01653986686 +0.02469031623\n", text)
    assert re.search(r"\n +f\N{DOUBLE PRIME} +None +31.55584717\n", text)
    assert "LRNGrad has no gradient" in text
    assert "tf.ugly (f\N{DOUBLE PRIME})" in text


def test_sums():
    *_, sums, verdict = draw(AUDIT, Page()).splitlines()
    assert sums.startswith("TensorFlow 2.21.0: 10 derivatives of 4 operations at 4 points, 12 s: ")
    assert sums.endswith("2 right, 1 zero, 1 undef, 1 open, 1 error, 1 nan, 1 hole, 2 wrong")
    assert verdict == "✗ 3 derivatives silently wrong, in 1 operation"


def test_quiet_keeps_trouble_and_sums():
    text = draw(AUDIT, Page(), quiet=True)
    assert "tf.fine" not in text
    assert "tf.bad" in text
    assert "None where" not in text
    assert "3 derivatives silently wrong" in text


def test_ascii():
    assert draw(AUDIT, Page(ascii_only=True)).isascii()


def test_all_right():
    good = Audit(ROWS[:1], 2, {"tensorflow": "2.21.0"}, 0.1)
    assert draw(good, Page()).rstrip().endswith("none of them is silently wrong")
    assert "exact" not in draw(good, Page(), quiet=True)


def test_colours_only_where_they_are_wanted():
    assert "\x1b[" in draw(AUDIT, Page(width=80, fold=True, color=True))
    assert "\x1b[" not in draw(AUDIT, Page(width=80, fold=True))


def test_json_is_strict_and_complete():
    said = json.loads(line(to_dict(AUDIT)), parse_constant=lambda word: pytest.fail(word))
    assert said["counts"]["wrong"] == 2
    assert said["operations"][3]["derivatives"][1]["tensorflow"] == "nan"
    assert said["operations"][1]["derivatives"][2] == {
        "order": 2, "fate": "hole", "tensorflow": None, "exact": "31.555847167968750", "digits": None, "message": None,
    }  # fmt: skip
    assert [operation["silent"] for operation in said["operations"]] == [False, True, True, False, False]
