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


SWEEP = ["gradient", "sin(x)*exp(x)", "--at", "0:1:200000", "--exact", "full", "-o"]


@posix
@pytest.mark.parametrize(
    ("number", "delay"),
    [
        *[(signal.SIGINT, delay) for delay in (0.15, 0.5, 1.5, 3.0)],
        *[(number, 3.0) for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)],
    ],
)
def test_an_interruption_is_quiet_at_any_moment_and_leaves_no_file(tmp_path, number, delay):
    running = subprocess.Popen(
        [*HESSCLI, *SWEEP, str(tmp_path / "out.json")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=listen,
    )
    time.sleep(delay)
    running.send_signal(number)
    out, err = running.communicate(timeout=30)
    words = "interrupted" if number == signal.SIGINT else f"ended by {number.name}"
    assert running.returncode in ({130, -signal.SIGINT} if number == signal.SIGINT else {-number})
    assert err in ({f"\nhesscli: {words}\n"} if running.returncode == 130 or delay > 2 else {""})
    assert out == ""
    assert list(tmp_path.iterdir()) == []


@posix
@pytest.mark.parametrize("arguments", ["--help", "hessian --help", "--version", "functions sin --json"])
def test_a_full_disk_is_told_whatever_was_written_there(arguments):
    if not os.path.exists("/dev/full"):
        pytest.skip("needs the device that is always full")
    command = f"{sys.executable} -m hesscli {arguments} > /dev/full"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (2, "hesscli: cannot write standard output: No space left on device\n")


@posix
@pytest.mark.parametrize("redirection", [">&-", "> /dev/full"])
def test_an_error_for_programs_reaches_a_person_where_standard_output_takes_nothing(redirection):
    command = f"{sys.executable} -m hesscli hessian 'x**' --at 1 --json {redirection}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert done.stderr.startswith("hesscli: ")


@posix
def test_the_reader_of_a_batch_may_leave_early(tmp_path):
    requests = tmp_path / "requests.jsonl"
    requests.write_text('{"command": "functions", "name": "sin"}\n' * 2000)
    command = f"{sys.executable} -m hesscli batch {requests} | head -n 1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60)
    assert "cannot read" not in done.stderr
    assert done.returncode == 0


@pytest.mark.parametrize("name", ["COLUMNS", "LINES"])
def test_a_page_of_no_size(name):
    done = hesscli("--help", env={**os.environ, name: "\N{SUPERSCRIPT TWO}"})
    assert (done.returncode, done.stderr) == (0, "")


def test_a_completion_without_a_shell():
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COMP_")}
    done = hesscli(env={**environment, "_HESSCLI_COMPLETE": "complete_bash"})
    assert (done.returncode, done.stderr) == (0, "")
    assert "hessian" in done.stdout.split()  # as after the name alone


NOTEBOOK = """
import asyncio, io, signal, sys
from hesscli.cli.main import main

async def cell():
    before, sys.stdout = signal.getsignal(signal.SIGINT), io.StringIO()
    try:
        main(["hessian", "x**2", "--at", "1", "--json"])
    except SystemExit as end:
        status = end.code
    page, sys.stdout = sys.stdout.getvalue(), sys.__stdout__
    print(status, page.count('"agree"') > 0, signal.getsignal(signal.SIGINT) is before)

asyncio.run(cell())
"""


def test_a_notebook_keeps_its_signals_and_its_process():
    done = subprocess.run([sys.executable, "-c", NOTEBOOK], capture_output=True, text=True, timeout=120)
    assert (done.stdout, done.stderr) == ("0 True True\n", "")


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
        environment.pop("COLUMNS", None)
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
