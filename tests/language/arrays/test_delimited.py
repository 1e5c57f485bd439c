"""Rows of fields."""

import pytest

from hesscli.language.arrays.delimited import rows


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
