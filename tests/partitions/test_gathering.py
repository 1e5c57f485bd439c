"""A sweep in partitions says what it says in one piece, to the last byte."""

from __future__ import annotations

import io
import pickle
import re
from concurrent.futures import Future

import numpy as np
import pytest

from hesscli.compute import asking, compute
from hesscli.compute.asking import ask
from hesscli.compute.compute import streamed, swept
from hesscli.errors import LimitError
from hesscli.language.points import Grid
from hesscli.language.syntax import parse
from hesscli.options import Options
from hesscli.output.formats import Format
from hesscli.output.page import Page
from hesscli.output.render import render, write_arrays
from hesscli.partitions import SweepJob, job, parts, results, sweeps
from hesscli.partitions.answering import Answering
from hesscli.request import Request

GRID = Grid((np.linspace(-1.0, 1.0, 9), np.linspace(0.5, 2.0, 5)))


class Here:
    """Answers in this process what was sent through a pipe, each partition by another worker of two."""

    ahead = 3

    def __init__(self, job: SweepJob) -> None:
        self.workers = [Answering(pickle.loads(pickle.dumps(job))) for _ in range(2)]
        self.done = self.open = self.most = 0

    def submit(self, partition):
        self.workers.reverse()
        found: Future = Future()
        found.set_result(
            pickle.loads(
                pickle.dumps(self.workers[0].finish(self.workers[0].ask(pickle.loads(pickle.dumps(partition)))))
            )
        )
        return found

    def close(self):
        for worker in self.workers:
            worker.close()


@pytest.fixture
def small(monkeypatch):
    """Partitions of few points."""
    monkeypatch.setattr(asking, "SAMPLE", 4)
    for module in (compute, job):
        monkeypatch.setattr(module, "CHUNK", 4)
        monkeypatch.setattr(module, "COLUMNS", 12)
    monkeypatch.setattr(compute, "BLOCK", 6)
    monkeypatch.setattr(compute, "EXPLAINED", 2)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("form", [Format.CSV, Format.JSON, Format.TABLE, Format.NPY, Format.NPZ], ids=lambda f: f.value)
@pytest.mark.parametrize(
    ("text", "options", "points"),
    [
        ("x**2*y + Abs(x)", Options(exact="sample"), GRID),
        ("(1 - cos(x*1e-5))/(x*1e-5)**2*y", Options(plain=True), GRID[:]),
        ("exp(x)*y", Options(exact="off"), GRID[:]),
    ],
    ids=["sampled", "failing", "unchecked"],
)
def test_partitions_say_what_the_whole_says(session, form, text, options, points):
    expression, request = parse(text), Request("hessian")
    blocks = form in (Format.CSV, Format.JSON)
    one, many = io.BytesIO(), io.BytesIO()
    asked = ask(expression, request, points, options, session)
    work, seen = SweepJob.of(
        expression, request, points, options, arrays=form.arrays, blocks=blocks, single=form.single
    )
    found = parts(work, seen, Here(work))
    if form.arrays:
        write_arrays(swept(asked), 45, form, one)
        write_arrays(sweeps(found, seen), 45, form, many)
    else:
        render(streamed(asked, blocks=blocks), form, one, Page())
        render(results(found), form, many, Page())
    whole, put_together = (re.sub(rb'"seconds": {[^}]*}', b"", stream.getvalue()) for stream in (one, many))
    assert put_together == whole
    assert whole.count(b"\n") >= 45 or form in (Format.TABLE, Format.NPY, Format.NPZ)


def test_so_many_partitions_are_on_their_way_and_no_more():
    work, seen = SweepJob.of(parse("x*y"), Request("gradient"), GRID, Options(exact="off"), arrays=True)

    class Lazy:
        ahead, handed, taken, closed = 3, 0, 0, False

        def submit(self, partition):
            self.handed += 1
            assert self.handed - self.taken <= self.ahead
            return self

        def result(self):
            self.taken += 1
            return self.taken

        def close(self):
            self.closed = True

    lazy, done = Lazy(), []
    object.__setattr__(work, "count", 10 * compute.COLUMNS - 5)
    found = parts(work, seen, lazy, lambda *told: done.append(told))
    assert list(found) == list(range(1, 11))
    assert done[0] == (compute.COLUMNS, work.count)
    assert done[-1] == (work.count, work.count)
    assert lazy.closed


def test_who_stops_listening_ends_the_workers():
    work, seen = SweepJob.of(parse("x*y"), Request("gradient"), GRID, Options(exact="off"), arrays=True)
    here = Here(work)
    ended = []
    here.close = lambda: ended.append(True)  # type: ignore[method-assign]
    found = parts(work, seen, here)
    next(found)
    found.close()
    assert ended == [True]


def test_all_of_too_many_are_refused_before_a_worker_starts():
    grid = Grid((np.linspace(0, 1, 10_000), np.linspace(0, 1, 10_000)))
    work, _ = SweepJob.of(parse("x*y"), Request("gradient"), grid, Options(exact="full"), arrays=True)
    with pytest.raises(LimitError, match="--exact full"):
        work.partitions  # noqa: B018  a property that raises
