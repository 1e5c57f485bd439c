"""Rows that are read piece by piece are those of the whole document."""

from __future__ import annotations

import json
import random

import numpy as np
import pytest

from hesscli.errors import HesscliError
from hesscli.language.points import from_json


def outcome(read, text):
    try:
        return read(text, ("x", "y"), "file")[0].tolist()
    except HesscliError as problem:
        return problem.message


@pytest.mark.parametrize("lines", [False, True])
@pytest.mark.parametrize("piece", [1, 7, 40])
def test_pieces_say_what_the_whole_says(monkeypatch, lines, piece):
    dice = random.Random(piece)
    read = from_json.read_lines if lines else from_json.read
    quick = 0
    for _ in range(400):
        numbers = [[dice.choice([1, -2.5, 1e300]) for _ in range(2)] for _ in range(dice.randint(1, 9))]
        text = "\n".join(map(json.dumps, numbers)) if lines else json.dumps(numbers, indent=dice.choice([None, 1]))
        for _ in range(dice.randint(0, 2)):
            k = dice.randrange(len(text))
            text = text[:k] + dice.choice(["", "]", "[", ",", " ", "\n", '"', "7", "NaN", "null"]) + text[k + 1 :]
        with monkeypatch.context() as patch:
            patch.setattr(from_json, "PIECE", piece)
            quick += from_json._joined((from_json._of_lines if lines else from_json._of_rows)(text), "xy") is not None
            pieces = outcome(read, text)
            patch.setattr(from_json, "_joined", lambda *_: None)
            assert outcome(read, text) == pieces
    assert quick > 50


def test_a_long_file_takes_the_quick_way(monkeypatch):
    monkeypatch.setattr(from_json, "load", None)
    points = np.arange(60_000.0).reshape(-1, 2)
    text = json.dumps(points.tolist())
    assert len(text) > from_json.PIECE / 2
    np.testing.assert_array_equal(from_json.read(text, ("x", "y"), "file")[0], points)
    np.testing.assert_array_equal(from_json.read_lines(text[1:-1].replace("], ", "]\n"), ("x", "y"), "file")[0], points)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"x":1,"y":2\n', "file, column 13:"),
        ('{"x":1,"y":}\n', "file, column 12:"),
        ('{"x":1,\n"y":2\n\n', "file, line 2, column 6:"),
        ('{"x":1,\n"y" 2}', "file, line 2, column 5:"),
    ],
)
def test_a_document_that_ends_too_early_is_wrong_at_its_end(text, place):
    assert outcome(from_json.read, text).startswith(place)
