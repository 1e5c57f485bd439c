"""The process that stands by ends as its copy does; ``tests/tape/test_quiet.py`` has libraries that end it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from hesscli import guard

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals and copies of processes of POSIX")


def guarded(body: str, first: str = "") -> subprocess.CompletedProcess[str]:
    code = f"import os, signal, sys\nfrom hesscli import guard\n{first}\nguard.stand_by()\n{body}"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        ("guard.tell(guard.DONE); print(guard.standing())", 0, ""),
        ("guard.tell(guard.DONE); sys.exit(3)", 3, ""),
        ("os.kill(os.getpid(), signal.SIGTERM)", -signal.SIGTERM, ""),
        ("os.kill(os.getpid(), signal.SIGKILL)", -signal.SIGKILL, ""),
        ("os.kill(os.getppid(), signal.SIGKILL); signal.pause()", -signal.SIGKILL, ""),
        ("os._exit(1)", 4, "hesscli: the process was ended with status 1\n"),
        ("os.abort()", 4, "hesscli: the process was ended by SIGABRT\n"),
        ("guard.tell(b'lL'); os.abort()", 4, "hesscli: the process was ended by SIGABRT\n"),
        ("guard.tell(b'ul'); os.abort()", 4, "hesscli: the process was ended by SIGABRT while TensorFlow was loading"),
    ],
)
def test_how_the_copy_ends_is_how_the_process_ends(body, status, says):
    done = guarded(body)
    assert done.returncode == status
    assert done.stdout == ("True\n" if "print" in body else "")
    assert done.stderr == says if not says or says.endswith("\n") else done.stderr.startswith(says)


def test_the_original_takes_over_from_a_copy_that_is_lost():
    done = guarded("if guard.standing():\n    guard.tell(guard.LOADING); os._exit(1)\nprint(guard.lost)")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("the process was ended with status 1 meanwhile")


def test_signals_reach_the_copy():
    hear = "signal.signal(signal.SIGUSR1, lambda *_: (print('heard'), sys.stdout.flush(), os._exit(7)))"
    ask = "guard.tell(guard.DONE); os.kill(os.getppid(), signal.SIGUSR1)\nwhile True: signal.pause()"
    done = guarded(ask, first=hear)
    assert (done.returncode, done.stdout, done.stderr) == (7, "heard\n", "")


@pytest.mark.parametrize("call", ["fork", "pipe"])
def test_where_no_copy_can_be_made_the_process_works_alone(call, monkeypatch):
    def refused() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    before, count = signal.pthread_sigmask(signal.SIG_BLOCK, []), len(os.listdir("/dev/fd"))
    monkeypatch.setattr(os, call, refused)
    guard.stand_by()
    assert not guard.standing()
    assert (signal.pthread_sigmask(signal.SIG_BLOCK, []), len(os.listdir("/dev/fd"))) == (before, count)
