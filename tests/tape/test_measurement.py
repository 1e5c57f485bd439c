"""The methods side by side: each answers, with a time and a memory, or says why not."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest

from hesscli import tape
from hesscli.language.syntax import parse
from hesscli.options import Method
from hesscli.request import Request
from hesscli.tape import measurement

METHODS = [method.value for method in Method]


def test_every_method_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measurement, "PATIENCE", 60.0)  # however busy the machine is
    monkeypatch.setattr(measurement, "BUDGET", 60.0)
    rows = tape.measure(parse("x0**2+x0*x1"), Request("hessian"), np.array([1.0, 2.0]), METHODS)
    assert [row.method for row in rows] == METHODS
    for row in rows:
        assert row.answer is not None
        np.testing.assert_allclose(row.answer.arrays["gradient"], [4, 1], rtol=1e-8)
        assert 0 < row.seconds <= row.first_seconds
        assert row.peak_bytes > 0


def test_a_retracing_method_takes_more_memory_than_nested_tapes() -> None:
    nested, jacobian = tape.measure(
        parse("x0**2+x0*x1"), Request("hessian"), np.array([1.0, 2.0]), ["nested", "jacobian"]
    )
    assert jacobian.peak_bytes > 3 * nested.peak_bytes


def test_a_slow_call_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def slow(*args, **options):
        calls.append(args)
        time.sleep(0.2)
        return [tape.answer_each(*args, **options)[0]]

    monkeypatch.setattr(measurement, "answer_each", slow)
    monkeypatch.setattr(measurement, "PATIENCE", 0.1)
    (row,) = tape.measure(parse("x**2"), Request("gradient"), np.array([1.0]), ["nested"])
    assert len(calls) == 1
    assert row.first_seconds >= 0.2
    assert math.isnan(row.seconds)
    assert "once only" in row.note


def test_a_refusal_is_a_note() -> None:
    (row,) = tape.measure(parse("exp(sin(x))/x"), Request("derivative", order=40), np.array([1.0]), ["nested"])
    assert row.answer is None
    assert "--method taylor" in row.note
