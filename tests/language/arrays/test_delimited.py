"""Rows of fields."""

import tracemalloc

import numpy as np
import pytest

from hesscli.language.arrays import delimited
from hesscli.language.arrays.delimited import lines, numbers, rows


@pytest.mark.parametrize(
    ("text", "spaces", "expected"),
    [
        ("1,2\n3,4", True, [["1", "2"], ["3", "4"]]),
        ("1 2\n3 4", True, [["1", "2"], ["3", "4"]]),
        ("x + 1\ny", False, [["x + 1"], ["y"]]),
        ('"atan2(x, y)",2\n\n# comment\n1;5,2', False, [["atan2(x, y)", "2"], ["1;5", "2"]]),
        ('"a;b";c', False, [["a;b", "c"]]),
        ('"f(a, b)"\n"g(a, b)"', False, [["f(a, b)"], ["g(a, b)"]]),
        ("1,,2,", False, [["1", "", "2", ""]]),
        ("", False, []),
    ],
)
def test_rows(text, spaces, expected):
    assert [fields for _, fields in rows(text, spaces=spaces)] == expected


def test_lines_are_counted_as_an_editor_does():
    assert [number for number, _ in rows("\n1\n# c\n2", spaces=False)] == [2, 4]


def test_lines_are_those_of_the_whole_text(monkeypatch):
    monkeypatch.setattr(delimited, "PIECE", 3)
    for text in (
        "",
        "a",
        "a\n",
        "\n\n",
        "a\r\nb\rc\x0bd\u2028e\n\nlonger than a piece\r\nz",
        "no end of a line at all",
    ):
        assert list(lines(text)) == text.splitlines()
        assert list(lines(text, 2)) == text.splitlines()[2:]


@pytest.mark.parametrize(
    ("text", "dtype", "expected"),
    [
        ("a\n1,2\n\n3,4 # five", np.float64, [[1, 2], [3, 4]]),
        ("a\n+1,-2", np.int64, [[1, -2]]),
        ("a\n1.0,2", np.int64, None),
        ("a\n1e3,2", np.int64, None),
        ("a\n1,nan", np.float64, None),
        ("a\n1,1e999", np.float64, None),
        ("a\n1,2\n3", np.float64, None),
        ("a\n1,pi", np.float64, None),
        ("a\n# nothing\n", np.float64, None),
    ],
)
def test_numbers_are_read_where_they_are_plain(text, dtype, expected):
    found = numbers(text, 1, ",", 2, dtype)
    assert (found if found is None else found.tolist()) == expected


def test_a_table_takes_little_more_room_than_its_text():
    text = "0.12345678901234567,0.98765432109876543\n" * 20_000
    tracemalloc.start()
    found = numbers(text, 0, ",", 2)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.shape == (20_000, 2)
    assert most < 1.5 * len(text)
