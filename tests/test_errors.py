"""How an error is shown."""

import pytest

from hesscli.errors import HesscliError, render


def shown(source: str, column: int, width: int = 1, columns: int = 80) -> list[str]:
    return render(HesscliError("wrong", source=source, column=column, width=width), columns=columns).split("\n")


def test_without_a_place_there_is_only_the_message():
    assert render(HesscliError("wrong")) == "wrong"


@pytest.mark.parametrize("columns", [40, 80, 200])
@pytest.mark.parametrize("length", [1, 37, 38, 39, 77, 78, 79, 300, 100_000])
def test_the_caret_is_under_its_character_in_any_window(length, columns):
    source = "." * length
    for column in {0, length // 2, length - 1}:
        marked = source[:column] + "x" + source[column + 1 :]
        _, line, carets = shown(marked, column, columns=columns)
        assert line[carets.index("^")] == "x"
        assert carets.count("^") == 1
        assert len(line) <= columns
        assert (line.strip() == marked) == (length <= columns - 2 - 1 or len(line.strip()) == length)


def test_a_wide_place_is_cut_to_the_window():
    message, line, carets = shown("x" * 500, 100, 300)
    assert message == "wrong"
    assert len(line) <= 80
    assert len(carets) <= 80


def test_only_the_line_of_the_place_is_shown():
    assert shown("one\ntwo bad\nthree", 8, 3)[1:] == ["  two bad", "      ^^^"]
    assert shown("one\ntwo", 7)[1:] == ["  two", "     ^"]
    assert shown("a\tb", 2)[1:] == ["  a b", "    ^"]


def test_nothing_steers_the_terminal():
    text = render(HesscliError("bad \x1b[31m", source="x\x1b]0;title\x07\u202e\ud800", column=0))
    assert text.encode()
    assert not set("\x1b\x07\u202e") & set(text)
