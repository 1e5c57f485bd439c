"""Arrays of verdicts have room for every word, whichever come first."""

from __future__ import annotations

import io

import numpy as np

from hesscli.output.formats import Format
from hesscli.output.render import write_arrays
from hesscli.result import SparseWords, Verdict
from hesscli.result.stack import stacked
from tests.output.results import MAIN, main


def test_longer_words_may_come_later():
    steps = [stacked([MAIN, MAIN]), stacked([main(verdict=Verdict.NOT_DIFFERENTIABLE)])]
    stream = io.BytesIO()
    write_arrays(steps, 3, Format.NPZ, stream)
    words = np.load(io.BytesIO(stream.getvalue()))["verdict"]
    assert words.tolist() == ["agree", "agree", "not-differentiable"]


def test_the_longest_word_fits():
    for verdict in Verdict:
        assert SparseWords(2, {"": {1: verdict.value}})[""].tolist() == ["unchecked", verdict.value]
