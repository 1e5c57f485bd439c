"""What a child says, how it ends, and that nothing outlives its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from hesscli.child import Child, EndedError
from hesscli.errors import LimitError
from hesscli.guard import signal_name

posix = pytest.mark.skipif(os.name != "posix", reason="signals and process groups of POSIX")

PEER = """
import os, subprocess, sys, time
from hesscli.child import alarm
def main(channel):
    while True:
        what, content = channel.receive()
        if what == "echo": channel.send(content)
        elif what == "flags": channel.send((sys.flags.optimize, sys.path))
        elif what == "alarm": alarm(content); time.sleep(60)
        elif what == "memory": channel.send(len(bytearray(content)))
        elif what == "exit": os._exit(content)
        elif what == "kill": os.kill(os.getpid(), content)
        elif what == "write": os.write(channel._answers.fileno(), content); time.sleep(60)
        elif what == "close": os.closerange(0, 1000); time.sleep(60)
        elif what == "idle": time.sleep(0.2); channel.send(channel.idle)
        elif what == "spawn": channel.send(subprocess.Popen(["sleep", "60"]).pid)
        elif what == "spin": channel.send(os.getpid()); sum(range(10**15))  # holds the interpreter for hours
"""


@pytest.fixture
def peer(tmp_path, monkeypatch):
    (tmp_path / "peer.py").write_text(PEER)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (str(tmp_path), os.environ.get("PYTHONPATH")))))
    with Child("peer", memory_limit=2**30) as child:
        yield child


def alive(pid: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(state.strip()) and not state.startswith("Z")


def gone(*pids: int) -> bool:
    for _ in range(100):
        if not any(map(alive, pids)):
            return True
        time.sleep(0.05)
    return False


def test_objects_there_and_back(peer):
    for content in (None, [1.5, "x"], "x" * 10**7, {"a": (1, 2)}):
        peer.send(("echo", content))
    assert [peer.receive(10) for _ in range(4)] == [None, [1.5, "x"], "x" * 10**7, {"a": (1, 2)}]
    peer.send(("idle", None))
    assert peer.receive(10) is True
    peer.send(("idle", None))
    peer.send(("echo", 1))
    assert (peer.receive(10), peer.receive(10)) == (False, 1)


def test_waits_end(peer):
    with pytest.raises(TimeoutError):
        peer.receive(0.05)
    peer.send(("echo", 1))
    assert peer.receive(1e300) == 1


@posix
@pytest.mark.parametrize(
    ("what", "content", "words", "outside"),
    [
        ("exit", 3, "ended its process with status 3", False),
        ("alarm", 0.05, "was ended by SIGALRM", False),
        ("kill", signal.SIGABRT, "was ended by SIGABRT", False),
        ("kill", signal.SIGKILL, "was ended by SIGKILL", True),
        ("kill", signal.SIGTERM, "was ended by SIGTERM", True),
        ("kill", 37, f"was ended by {signal_name(37)}", True),
        ("write", b'{"values": [1, 2]}\n', "wrote something else into the pipe of its answers", False),
        ("write", b"hess" + (12).to_bytes(8, "big") + b"no pickle...", "wrote something else into", False),
        ("close", None, "closed the pipe of its answers", False),
    ],
)
def test_every_end_has_words(peer, what, content, words, outside):
    peer.send((what, content))
    for _ in range(2):
        with pytest.raises(EndedError, match=words) as caught:
            peer.receive(30)
        assert caught.value.outside is outside
    peer.send(("echo", 1))
    peer.close()


@posix
@pytest.mark.usefixtures("peer")  # its module can be found
def test_an_interruption_of_a_child_that_starts_is_quiet(capfd):
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [])
    with Child("peer", speaks=True) as child:
        os.kill(child.pid, signal.SIGINT)
        with pytest.raises(EndedError, match="was ended by SIGINT"):
            child.receive(30)
    assert capfd.readouterr().err == ""
    assert signal.pthread_sigmask(signal.SIG_BLOCK, []) == before


@posix
def test_memory_is_limited(peer):
    peer.send(("memory", 2**20))
    assert peer.receive(10) == 2**20
    peer.send(("memory", 2**31))
    with pytest.raises(EndedError, match="status 1"):
        peer.receive(10)


@posix
def test_alarms_beyond_all_clocks(peer):
    peer.send(("alarm", 1e300))
    with pytest.raises(TimeoutError):
        peer.receive(0.3)


@posix
def test_what_a_child_started_ends_with_it(peer):
    peer.send(("spawn", None))
    started = peer.receive(10)
    assert alive(started)
    peer.close()
    assert gone(peer.pid, started)
    peer.close()


@posix
def test_what_a_dead_child_started_ends_too(peer):
    peer.send(("spawn", None))
    started = peer.receive(10)
    peer.send(("exit", 0))
    with pytest.raises(EndedError):
        peer.receive(10)
    assert gone(started)


PARENT = """
import os, sys
from hesscli.child import Child
child = Child("peer")
child.send(("spawn", None))
started = child.receive(30)
child.send(("spin", None))
print(started, child.receive(30), flush=True)
{end}
"""


@posix
@pytest.mark.parametrize("end", ["os.kill(os.getpid(), 9)", "os.kill(os.getpid(), 15)", "os._exit(130)", "", "1/0"])
def test_nothing_outlives_the_parent(peer, end):
    if sys.platform != "linux":
        pytest.skip("a child that holds the interpreter is ended by the kernel on Linux only")
    done = subprocess.run([sys.executable, "-c", PARENT.format(end=end)], capture_output=True, text=True, timeout=60)
    assert gone(*map(int, done.stdout.split()))


def test_the_interpreter_is_the_same(peer):
    peer.send(("flags", None))
    optimize, path = peer.receive(10)
    assert optimize == sys.flags.optimize
    assert "" not in path


@pytest.mark.parametrize("lacking", ["process", "thread"])
def test_a_system_without_processes_is_a_limit(monkeypatch, lacking):
    def refused(*_, **__):
        raise BlockingIOError(11, "Resource temporarily unavailable") if lacking == "process" else RuntimeError("no")

    monkeypatch.setattr(*((subprocess, "Popen") if lacking == "process" else ("threading.Thread.start",)), refused)
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    with pytest.raises(LimitError, match=f"the system has no more {lacking} to give"):
        Child("peer")
    if lacking == "process":
        assert before == (len(os.listdir("/proc/self/fd")) if before else 0)


def test_a_child_without_threads_says_so(peer, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(
        "import threading\ndef refused(thread): raise RuntimeError('no')\nthreading.Thread.start = refused\n"
    )
    with Child("peer", speaks=True) as child, pytest.raises(EndedError, match="got no thread from the system"):
        child.receive(30)


def test_an_interpreter_that_cannot_be_run(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(LimitError, match=r"cannot run .*python in a process of its own: No such file"):
        Child("peer")
