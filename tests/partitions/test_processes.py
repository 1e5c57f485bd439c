"""Workers that are processes: of this machine, and of a Dask cluster; one of them dies in the midst of it."""

from __future__ import annotations

import importlib.util
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress

import numpy as np
import pytest

from hesscli.compute.asking import ask
from hesscli.compute.compute import streamed
from hesscli.errors import HesscliError, LimitError
from hesscli.language.points import Grid
from hesscli.language.syntax import parse
from hesscli.options import Options
from hesscli.output import csv
from hesscli.partitions import SweepJob, parts, results
from hesscli.partitions.local import Workers
from hesscli.request import Request

EXPRESSION, REQUEST = parse("exp(x*y)*sin(x) + Abs(x - y)"), Request("hessian")
POINTS = Grid((np.linspace(-1.0, 1.0, 75), np.linspace(0.5, 2.0, 40)))
DASK = pytest.mark.skipif(
    importlib.util.find_spec("distributed") is None, reason="the extra hesscli[distributed] is not installed"
)


@pytest.fixture(scope="module")
def whole(session) -> bytes:
    return b"".join(csv.render(streamed(ask(EXPRESSION, REQUEST, POINTS, Options(), session), blocks=True)))


def work():
    return SweepJob.of(EXPRESSION, REQUEST, POINTS, Options(), arrays=False, blocks=True)


def answered(executor, told=None) -> bytes:
    return b"".join(csv.render(results(parts(*work(), executor, told))))


def gone(pid: int) -> bool:
    """Whether a process has ended, within a few seconds."""
    for _ in range(100):
        try:
            with open(f"/proc/{pid}/stat") as stat:
                if stat.read().rsplit(")", 1)[1].split()[0] == "Z":
                    return True
        except OSError:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.slow
def test_a_worker_that_is_killed_is_replaced(whole):
    workers, killed, seen = Workers(work()[0], 2), [], set()

    def told(done, total):
        seen.update(child.pid for child in workers._children)
        if not killed:
            killed.append(next(iter(seen)))
            os.kill(killed[0], signal.SIGKILL)

    assert answered(workers, told) == whole
    assert len(seen) == 3
    assert all(map(gone, seen))


@pytest.mark.slow
def test_a_partition_that_kills_twice_is_told(monkeypatch):
    monkeypatch.setattr("hesscli.partitions.local.WORKER", "tests.partitions.dying")
    with pytest.raises(LimitError, match=r"points 1 to 500 of 3,000: the worker was ended by SIGKILL, and the one"):
        answered(Workers(work()[0], 2))


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_an_interrupted_command_leaves_no_process(tmp_path):
    words = ["hessian", "exp(x*y)", "--at", "x=0:1:3000,y=0:1:3000", "--workers", "2", "-o", "h.csv"]
    process = subprocess.Popen([sys.executable, "-m", "hesscli", *words], cwd=tmp_path, stderr=subprocess.PIPE)
    started, family = time.monotonic(), set()
    while len(family) < 3 and time.monotonic() < started + 60:
        time.sleep(0.1)
        family = descendants(process.pid)
    assert len(family) >= 3
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=10)
    assert (process.returncode, b"interrupted" in said) == (130, True)
    assert all(map(gone, family))
    assert [path for path in tmp_path.iterdir() if path.name == "h.csv"] == []


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL], ids=lambda number: number.name)
def test_a_run_that_was_stopped_goes_on(tmp_path, number):
    words = ["-m", "hesscli", "hessian", "exp(x*y)*sin(x)", "--at", "x=-1:1:75,y=0.5:2:40", "-o", "h.csv"]
    partial, size = tmp_path / "h.csv.partial", 0
    process = subprocess.Popen([sys.executable, *words], cwd=tmp_path, stderr=subprocess.PIPE)
    while process.poll() is None and size < 100_000:
        time.sleep(0.05)
        size = partial.stat().st_size if partial.exists() else 0
    process.send_signal(number)
    _, said = process.communicate(timeout=10)
    assert [path.name for path in tmp_path.iterdir()] == ["h.csv.partial"]
    assert (b"points, and --resume goes on from there" in said) == (number == signal.SIGINT)
    for more in (["--resume", "--workers", "1"], ["-o", "whole.csv"]):
        done = subprocess.run([sys.executable, *words, *more], cwd=tmp_path, capture_output=True, timeout=100)
        assert (done.returncode, done.stderr) == (0, b"")
    assert (tmp_path / "h.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()
    assert not partial.exists()


def descendants(pid: int) -> set[int]:
    """A process's children, their children, ..."""
    parents = {}
    for name in filter(str.isdecimal, os.listdir("/proc")):
        with suppress(OSError), open(f"/proc/{name}/stat") as stat:
            parents[int(name)] = int(stat.read().rsplit(")", 1)[1].split()[1])
    found, more = set(), {pid}
    while more:
        found |= more
        more = {child for child, parent in parents.items() if parent in more} - found
    return found - {pid}


@contextmanager
def cluster(folder, count):
    """A scheduler and so many workers, as processes on loopback; yields its address and theirs."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    port = address.rsplit(":", 1)[1]
    run = [sys.executable, "-m", "dask"]
    nothing = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    scheduler = subprocess.Popen(
        [*run, "scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard"], **nothing
    )
    worker = [*run, "worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory"]
    workers = [subprocess.Popen([*worker, str(folder)], **nothing) for _ in range(count)]
    try:
        yield address, workers
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()


@DASK
@pytest.mark.slow
def test_a_cluster_of_which_one_dies_says_the_same(whole, tmp_path):
    from hesscli.partitions.cluster import Cluster

    with cluster(tmp_path, 2) as (address, workers):
        executor, done = Cluster(work()[0], address), []

        def told(*where):
            done.append(where)
            if len(done) == 1:
                workers[0].kill()

        executor._client.wait_for_workers(2, timeout=30)
        assert answered(executor, told) == whole
        assert workers[0].poll() is not None
        assert done[-1] == (3000, 3000)


@DASK
def test_what_is_no_scheduler_is_told(monkeypatch):
    from hesscli.partitions import cluster as room

    monkeypatch.setattr(room, "PATIENCE", 0.1)
    with pytest.raises(LimitError, match=r"--scheduler tcp://127\.0\.0\.1:9: no scheduler answers there within 0\.1 s"):
        room.Cluster(work()[0], "tcp://127.0.0.1:9")
    with pytest.raises(HesscliError, match="expected an address such as tcp://host:8786"):
        room.Cluster(work()[0], "quark")


@DASK
def test_a_worker_with_other_versions_is_refused(monkeypatch):
    from hesscli.partitions import cluster as room

    monkeypatch.setattr(room, "versions", lambda: {"tensorflow": "1.0"})
    with pytest.raises(LimitError, match=r"has tensorflow 1\.0 instead of 2\.0, sympy missing instead of 3; install"):
        room.answer("key", {"tensorflow": "2.0", "sympy": "3"}, work()[0], None)
