"""Lines that are there are given out while more is still being written."""

from __future__ import annotations

import io
import os
import sys
import threading

import pytest

from hesscli.cli.environment import Environment, current
from hesscli.cli.lines import Lines, opened
from hesscli.errors import HesscliError


@pytest.fixture
def pipe():
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as source, os.fdopen(writing, "wb", buffering=0) as sink:
        yield source, sink


def test_what_is_there_is_given_and_the_rest_is_not_waited_for(pipe):
    source, sink = pipe
    lines = Lines(source)
    sink.write(b"one\ntw")
    assert lines.next(wait=True) == b"one"
    assert lines.next(wait=False) is None
    sink.write(b"o\n\nthree")
    assert lines.next(wait=True) == b"two"
    assert lines.next(wait=True) == b""
    sink.close()
    assert lines.next(wait=True) == b"three"
    assert [lines.next(wait=True), lines.next(wait=False), lines.next(wait=True)] == [None] * 3


def test_without_a_thread_one_line_is_read_when_it_is_waited_for(pipe, monkeypatch):
    def refuse(_):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    source, sink = pipe
    lines = Lines(source)
    sink.write(b"one\ntwo\n")
    assert lines.next(wait=False) is None
    assert lines.next(wait=True).strip() == b"one"


def test_bytes_in_memory_and_files_never_keep_one_waiting(tmp_path):
    lines = Lines(io.BytesIO(b"a\nb"))
    assert [lines.next(wait=False).strip(), lines.next(wait=False), lines.next(wait=False)] == [b"a", b"b", None]
    (tmp_path / "f").write_bytes(b"1\n2\n")
    with opened(str(tmp_path / "f")) as found:
        assert [found.next(wait=False).strip() for _ in range(2)] == [b"1", b"2"]
    with pytest.raises(HesscliError, match="cannot read"), opened(str(tmp_path / "missing")):
        pass


def test_a_standard_input_that_gives_only_text(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("one\ntwo \N{GREEK SMALL LETTER ALPHA}"))
    token = current.set(Environment())
    with opened("-") as found:
        lines = [found.next(wait=True).rstrip(b"\n"), found.next(wait=True), found.next(wait=True)]
    current.reset(token)
    assert lines == [b"one", "two \N{GREEK SMALL LETTER ALPHA}".encode(), None]
