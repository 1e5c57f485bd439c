"""What the tape's half of an answer does where the system has nothing to give."""

from __future__ import annotations

import threading

import pytest

from hesscli.compute import compute, taping
from hesscli.errors import LimitError
from hesscli.exact import Session
from hesscli.language.syntax import parse
from hesscli.request import Request


@pytest.fixture
def threadless(monkeypatch):
    def refuse(_):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)


def test_tensorflow_loads_without_a_thread_of_its_own(threadless, monkeypatch):
    loaded = []
    monkeypatch.setattr(taping.tape_side, "loaded", lambda: False)
    monkeypatch.setattr(taping.tape_side, "load", lambda: loaded.append(True))
    wait = taping.loading()
    assert not loaded
    wait()
    assert loaded


def test_without_a_thread_the_tape_answers_alone_and_nothing_is_called_agreement(threadless):
    with Session() as session:
        result = compute.answer(parse("x**2"), Request("gradient"), [3.0], session=session)
    assert result.verdict.value == "unchecked"
    assert result.tape is not None
    assert result.tape.arrays["gradient"].tolist() == [6.0]
    assert any("the system has no more thread to give" in note for note in result.notes)


def test_without_a_thread_and_a_tape_it_is_a_limit(threadless, monkeypatch):
    def gone(*_, **__):
        raise LimitError("TensorFlow could not be loaded: gone")

    monkeypatch.setattr(taping.tape_side, "answer_batch", gone, raising=False)
    with Session() as session:
        result = compute.answer(parse("x**2"), Request("gradient"), [3.0], session=session)
    assert result.verdict.value == "unchecked"
    assert any("the system has no more thread to give" in note for note in result.notes)
    assert any("TensorFlow could not be loaded: gone" in note for note in result.notes)
