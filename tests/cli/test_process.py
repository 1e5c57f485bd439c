"""The process as a shell sees it: pipes, signals, what it loads, what it writes where."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

HESSCLI = [sys.executable, "-m", "hesscli"]
posix = pytest.mark.skipif(os.name != "posix", reason="signals and pipes of POSIX")


def hesscli(*arguments: str, **options):
    return subprocess.run([*HESSCLI, *arguments], capture_output=True, text=True, timeout=120, **options)


def test_results_on_standard_output_and_nothing_else_anywhere():
    done = hesscli("hessian", "x0**2+x0*x1", "--at", "1,2")
    assert done.returncode == 0
    assert done.stderr == ""
    assert "\x1b" not in done.stdout
    assert "agree" in done.stdout


@posix
def test_a_reader_that_leaves_early_is_no_error():
    command = f"{sys.executable} -m hesscli gradient 'x**2' --at 0:1:5000 --json | head -n 2; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=120)
    first, second, status = done.stdout.splitlines()
    assert first.startswith('{"schema"')
    assert second.startswith('{"schema"')
    assert status == "0"
    assert done.stderr == ""


@posix
@pytest.mark.parametrize("arguments", ["functions", "--help", "hessian --help", "code x**2"])
def test_a_reader_that_never_reads(arguments):
    command = f"{sys.executable} -m hesscli {arguments} | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


@posix
def test_a_closed_and_a_full_standard_output():
    command = f"{sys.executable} -m hesscli functions >&-"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (2, "hesscli: cannot write standard output: it is closed\n")
    if os.path.exists("/dev/full"):
        command = f"{sys.executable} -m hesscli functions > /dev/full"
        done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60)
        assert (done.returncode, done.stderr) == (2, "hesscli: cannot write standard output: No space left on device\n")


def listen() -> None:
    """Behind a shell's ``&`` or nohup an interrupt is ignored, and hesscli leaves it so; a terminal's child listens."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@posix
@pytest.mark.parametrize("delay", [0.15, 0.5, 1.5, 3.0])
def test_an_interruption_is_quiet_at_any_moment_and_leaves_no_file(tmp_path, delay):
    running = subprocess.Popen(
        [
            *HESSCLI,
            "gradient",
            "sin(x)*exp(x)",
            "--at",
            "0:1:200000",
            "--exact",
            "full",
            "-o",
            str(tmp_path / "out.json"),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=listen,
    )
    time.sleep(delay)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=30)
    assert running.returncode in {130, -signal.SIGINT}
    assert err == ("\nhesscli: interrupted\n" if running.returncode == 130 else "")
    assert out == ""
    assert list(tmp_path.iterdir()) == []


def test_no_colour_where_nobody_asks_for_it():
    for extra in ({"NO_COLOR": "1"}, {"TERM": "dumb"}, {}):
        done = hesscli("functions", "sin", env={**os.environ, **extra})
        assert "\x1b" not in done.stdout


def on_a_terminal(term: str, *arguments: str) -> str:
    import pty

    pid, terminal = pty.fork()
    if pid == 0:
        environment = {**os.environ, "TERM": term}
        environment.pop("NO_COLOR", None)
        environment.pop("PARAMETRIC", None)
        os.execve(sys.executable, [*HESSCLI, *arguments], environment)
    text = b""
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:
            break
        if not piece:
            break
        text += piece
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    return text.decode()


@posix
def test_a_terminal_that_cannot_move_its_cursor_is_not_asked_to():
    text = on_a_terminal("dumb", "methods", "x**2", "--at", "1", "-m", "nested")
    assert "nested" in text
    assert "\x1b" not in text


@posix
def test_a_terminal_gets_colours_and_the_exact_answer_first():
    before, after = on_a_terminal("xterm", "hessian", "x**2*y", "--at", "1,2").split("\x1b[J", 1)
    assert "TensorFlow is loading" in before
    assert "exact" in before
    assert "tape" not in before.replace("nested", "")
    assert "agree" in after
    assert "\x1b[1m" in after


def test_a_stream_that_knows_only_ascii():
    done = subprocess.run(
        [*HESSCLI, "hessian", "x**2", "--at", "1"],
        capture_output=True,
        timeout=120,
        env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
    )
    assert done.returncode == 0
    assert done.stdout.isascii()
    assert b"d2f/dx^2" in done.stdout


@posix
def test_bytes_that_are_no_utf8():
    done = subprocess.run([*HESSCLI, "hessian", b"x\xff", "--at", "1"], capture_output=True, timeout=60)
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
