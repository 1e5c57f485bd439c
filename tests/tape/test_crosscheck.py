"""Nested tapes beside Taylor mode: they share digits, they show a wrong rule, and they are left out where slow."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hesscli import tape
from hesscli.language.syntax import parse
from hesscli.request import Request
from hesscli.tape import crosscheck

POINT = np.array([0.7])
TEXT = "exp(sin(x))/(1+x**2)"


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crosscheck, "BUDGET", 60.0)


def said(order: int):
    request = Request("derivative", order=order)
    return request, tape.answer_each(parse(TEXT), request, POINT[None, :], method="taylor")[0]


def test_two_ways_share_their_digits() -> None:
    request, answer = said(4)
    note = tape.cross_check(parse(TEXT), request, POINT, answer)
    assert note is not None
    assert float(note.split()[3]) > 12
    assert note.endswith("order 4")


def test_a_wrong_series_shows() -> None:
    request, answer = said(4)
    wrong = replace(answer, arrays={**answer.arrays, "derivative": answer.arrays["derivative"] * 1.001})
    note = tape.cross_check(parse(TEXT), request, POINT, wrong)
    assert note is not None
    assert 2.9 < float(note.split()[3]) < 3.1


def test_high_orders_are_left_alone() -> None:
    request, answer = said(20)
    assert tape.cross_check(parse(TEXT), request, POINT, answer) is None


def test_slow_ones_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crosscheck, "BUDGET", 1e-9)
    request, answer = said(4)
    assert tape.cross_check(parse(TEXT), request, POINT, answer) is None
