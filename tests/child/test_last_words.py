"""What is said where a process can say nothing any more; ``tests/tape/test_quiet.py`` has the library that ends it."""

from __future__ import annotations

import os
import subprocess

import pytest

from hesscli.child import last_words
from hesscli.errors import LimitError

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs a shell")


def test_nothing_is_said_of_a_block_that_ends(capfd):
    with last_words("lost"):
        pass
    with pytest.raises(ZeroDivisionError), last_words("lost"):
        _ = 1 / 0
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(("refusal", "stops"), [(BlockingIOError(11, "no"), True), (FileNotFoundError(2, "no"), False)])
def test_where_the_system_has_no_process_nothing_is_begun(monkeypatch, refusal, stops):
    def refused(*_, **__):
        raise refusal

    monkeypatch.setattr(subprocess, "Popen", refused)
    begun = False
    if stops:
        with pytest.raises(LimitError, match="no more process to give"), last_words("lost"):
            begun = True
    else:
        with last_words("lost"):
            begun = True
    assert begun is not stops
