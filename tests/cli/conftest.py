"""The command line in this process."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import dataclass

import pytest

from hesscli.cli.app import run
from tests import schema


@dataclass(frozen=True)
class Outcome:
    status: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def lines(self):
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def hesscli(monkeypatch):
    """``hesscli("hessian", "x**2", "--at", "1")`` -> its outcome; never a traceback."""

    def call(*arguments: str, stdin: str | bytes = "") -> Outcome:
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
        given = stdin if isinstance(stdin, bytes) else stdin.encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given), "utf-8"))
        monkeypatch.setattr(sys, "stdout", out)
        monkeypatch.setattr(sys, "stderr", err)
        try:
            status = run(list(arguments))
        finally:
            monkeypatch.undo()
        texts = [stream.buffer.getvalue().decode("utf-8", "surrogateescape") for stream in (out, err)]
        assert "Traceback" not in "".join(texts)
        objects = [json.loads(line) for line in texts[0].splitlines() if line.startswith('{"schema": ')]
        for found in objects:
            schema.check(found)
        assert not any("versions" in found for found in objects[1:])
        return Outcome(status, *texts)

    return call
