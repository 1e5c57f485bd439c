"""The process as a shell sees it: pipes, signals, what it loads, what it writes where."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

import pytest

from hesscli.cli import main

HESSCLI = [sys.executable, "-m", "hesscli"]
posix = pytest.mark.skipif(os.name != "posix", reason="signals and pipes of POSIX")


def hesscli(*arguments: str, **options):
    return subprocess.run([*HESSCLI, *arguments], capture_output=True, text=True, timeout=120, **options)


def shell(command: str) -> subprocess.CompletedProcess[str]:
    """A line of bash in which ``hesscli`` is ours."""
    line = f'hesscli() {{ "{sys.executable}" -m hesscli "$@"; }}; {command}'
    return subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=120)


def test_modules_beside_the_person_are_not_ours(tmp_path):
    for name in ("random", "sympy", "tensorflow", "flint"):
        (tmp_path / f"{name}.py").write_text("raise RuntimeError('this is not the one')\n")
    done = hesscli("gradient", "x^2*y", "--json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["exact"]["formulas"]["gradient"] == ["2*x*y", "x**2"]


PROCESSES = """
import json, os, sys, tempfile
import hesscli.cli.app
from hesscli.cli.main import main
for arguments, where in json.loads(sys.argv[1]):
    with tempfile.TemporaryFile() as said:
        pid = os.fork()
        if pid == 0:
            os.dup2(said.fileno(), 2)
            if where == "closed":
                os.close(1)
                sys.stdout = None
            elif where == "nobody":
                reader, writer = os.pipe()
                os.close(reader)
                os.dup2(writer, 1)
            else:
                os.dup2(os.open(where, os.O_WRONLY), 1)
            sys.argv[1:] = arguments
            main()
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        said.seek(0)
        print(json.dumps([status, said.read().decode()]), flush=True)
"""


def processes(*cases: tuple[str, str], **variables: str) -> list[list]:
    """The status and the standard error of command lines, each with the standard output named beside it.

    Each runs in a process of its own, a copy of one that has imported the door already.
    """
    given = json.dumps([[line.split(), where] for line, where in cases if where != FULL or os.path.exists(FULL)])
    done = subprocess.run(
        [sys.executable, "-c", PROCESSES, given],
        capture_output=True, text=True, timeout=120, env={**os.environ, **variables},
    )  # fmt: skip
    assert done.stderr == ""
    return [json.loads(line) for line in done.stdout.splitlines()]


FULL = "/dev/full"
NO_SPACE = [2, "hesscli: cannot write standard output: No space left on device\n"]
CLOSED = [2, "hesscli: cannot write standard output: it is closed\n"]


def test_results_on_standard_output_and_nothing_else_anywhere():
    done = hesscli("hessian", "x0**2+x0*x1")
    assert done.returncode == 0
    assert done.stderr == ""
    assert "\x1b" not in done.stdout
    assert "2*x0 + x1" in done.stdout


@posix
def test_a_reader_that_leaves_early_is_no_error():
    done = shell("hesscli gradient 'x**2' --at 0:1:5000 --json | head -n 2; echo ${PIPESTATUS[0]}")
    first, second, status = done.stdout.splitlines()
    assert first.startswith('{"schema"')
    assert second.startswith('{"schema"')
    assert status == "0"
    assert done.stderr == ""


@posix
def test_a_reader_that_never_reads():
    lines = ["functions", "--help", "hessian --help", "code x**2"]
    assert processes(*((line, "nobody") for line in lines)) == [[0, ""]] * len(lines)
    assert shell("hesscli functions | true; exit ${PIPESTATUS[0]}").returncode == 0


@posix
def test_a_closed_standard_output_is_told():
    lines = ["functions", "--help", "hessian --help", "help language", "--version"]
    assert processes(*((line, "closed") for line in lines)) == [CLOSED] * len(lines)
    done = shell("hesscli functions >&-")
    assert [done.returncode, done.stderr] == CLOSED


@posix
@pytest.mark.skipif(not os.path.exists(FULL), reason="needs the device that is always full")
def test_a_full_disk_is_told_whatever_was_written_there():
    lines = ["functions", "--help", "hessian --help", "help language", "--version", "functions sin --json"]
    assert processes(*((line, FULL) for line in lines)) == [NO_SPACE] * len(lines)


@posix
def test_a_shell_that_completes_and_takes_no_answer():
    typed = {"_HESSCLI_COMPLETE": "complete_bash", "COMP_WORDS": "hesscli he", "COMP_CWORD": "1"}
    told = processes(("", "closed"), ("", "nobody"), ("", FULL), **typed)
    assert told == [CLOSED, [0, ""], NO_SPACE][: len(told)]


@posix
@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_signs_that_the_terminal_does_not_have(encoding):
    lines = ["hessian --help", "help language", "functions"]
    assert processes(*((line, os.devnull) for line in lines), PYTHONIOENCODING=encoding) == [[0, ""]] * len(lines)


@posix
def test_libraries_are_kept_from_threads_unless_somebody_wants_them(monkeypatch):
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "3")
    main._settle()
    assert os.environ["OPENBLAS_NUM_THREADS"] == "3"
    monkeypatch.delenv("OPENBLAS_NUM_THREADS")
    main._settle()
    assert os.environ["OPENBLAS_NUM_THREADS"] == "1"


@posix
def test_an_error_for_programs_reaches_a_person_where_standard_output_takes_nothing():
    for status, said in processes(("hessian x** --at 1 --json", "closed"), ("hessian x** --at 1 --json", FULL)):
        assert status == 2
        assert said.startswith("hesscli: ")


def listen() -> None:
    """Behind a shell's ``&`` or nohup signals are ignored, and hesscli leaves them so; a terminal's child listens."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def started(points: str, folder) -> subprocess.Popen[str]:
    arguments = ["gradient", "sin(x)*exp(x)", "--at", points, "--exact", "full", "-o", f"{folder}/out.json"]
    return subprocess.Popen(
        [*HESSCLI, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=listen
    )


FIRST = """
import sys, _signal
before = set(sys.modules)
_signal.signal = lambda number, handler: sys.exit(f"{number} {handler} {sorted(set(sys.modules) - before)}")
from hesscli.__main__ import main
"""


@posix
def test_an_interruption_is_listened_to_before_anything_is_loaded():
    given = [sys.executable, "-c", FIRST]
    done = subprocess.run(given, capture_output=True, text=True, timeout=60, preexec_fn=listen)
    assert done.stderr == f"{signal.SIGINT} {signal.SIG_DFL:d} ['hesscli', 'hesscli.__main__']\n"


@posix
@pytest.mark.parametrize("delay", [0.15, 0.3])
def test_an_interruption_is_quiet_at_the_very_beginning(tmp_path, delay):
    running = started("0:1:20000", tmp_path)
    time.sleep(delay)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=30)
    assert (running.returncode, err) in ((130, "\nhesscli: interrupted\n"), (-signal.SIGINT, ""))
    assert out == ""
    assert list(tmp_path.iterdir()) == []


@posix
@pytest.mark.parametrize(
    ("number", "delay"),
    [
        *((signal.SIGINT, delay) for delay in (0.0, 0.4, 2.5)),
        *((number, 0.2) for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)),
    ],
)
def test_an_interruption_is_quiet_at_any_moment_and_leaves_no_file(tmp_path, number, delay):
    pipe, folder = tmp_path / "points", tmp_path / "answers"
    os.mkfifo(pipe)
    folder.mkdir()
    running = started(f"@{pipe}", folder)
    feed_when_it_is_read(pipe, "".join(f"{k / 1000}\n" for k in range(20_000)))
    time.sleep(delay)
    running.send_signal(number)
    out, err = running.communicate(timeout=30)
    words = "interrupted" if number == signal.SIGINT else f"ended by {number.name}"
    assert running.returncode == (130 if number == signal.SIGINT else -number)
    assert err == f"\nhesscli: {words}\n"
    assert out == ""
    assert list(folder.iterdir()) == []


def feed_when_it_is_read(pipe, text: str) -> None:
    """Write as soon as somebody reads, and so listens to signals."""
    for _ in range(3000):
        with suppress(OSError):
            writing = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
            break
        time.sleep(0.01)
    os.set_blocking(writing, True)  # one descriptor: closed in between, the reader would see the end
    with suppress(BrokenPipeError), os.fdopen(writing, "w") as stream:
        stream.write(text)


@posix
def test_the_reader_of_a_batch_may_leave_early(tmp_path):
    requests = tmp_path / "requests.jsonl"
    requests.write_text('{"command": "functions", "name": "sin"}\n' * 500)
    done = shell(f"hesscli batch {requests} | head -n 1; exit ${{PIPESTATUS[0]}}")
    assert "cannot read" not in done.stderr
    assert done.returncode == 0


@posix
def test_a_page_of_no_size_and_a_completion_without_a_shell():
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COMP_")}
    done = hesscli("--help", env={**environment, "COLUMNS": "\N{SUPERSCRIPT TWO}", "LINES": "\N{SUPERSCRIPT TWO}"})
    assert (done.returncode, done.stderr) == (0, "")
    done = hesscli(env={**environment, "_HESSCLI_COMPLETE": "complete_bash"})
    assert (done.returncode, done.stderr) == (0, "")
    assert "hessian" in done.stdout.split()  # as after the name alone


NOTEBOOK = """
import asyncio, io, signal, sys, types
from hesscli.cli.main import main

sys.modules["tensorflow"] = types.ModuleType("tensorflow")  # loaded, as it would be after an answer

async def cell():
    before, sys.stdout = signal.getsignal(signal.SIGINT), io.StringIO()
    try:
        main(["hessian", "x**2", "--json"])
    except SystemExit as end:
        status = end.code
    page, sys.stdout = sys.stdout.getvalue(), sys.__stdout__
    print(status, page.count('"hessian"') > 0, signal.getsignal(signal.SIGINT) is before)

asyncio.run(cell())
"""


def test_a_notebook_keeps_its_signals_and_its_process():
    done = subprocess.run([sys.executable, "-c", NOTEBOOK], capture_output=True, text=True, timeout=120)
    assert (done.stdout, done.stderr) == ("0 True True\n", "")


@pytest.mark.parametrize("extra", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_no_colour_where_nobody_asks_for_it(extra):
    done = hesscli("functions", "sin", env={**os.environ, **extra})
    assert "\x1b" not in done.stdout


def on_a_terminal(term: str, folder, *arguments: str) -> str:
    """What a terminal shows where TensorFlow loads for a while, in vain."""
    import pty

    (folder / "tensorflow.py").write_text("import time; time.sleep(0.5); raise ImportError('gone')")
    pid, terminal = pty.fork()
    if pid == 0:
        place = os.pathsep.join(filter(None, (str(folder), os.environ.get("PYTHONPATH"))))
        environment = {**os.environ, "TERM": term, "PYTHONPATH": place}
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
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 4
    return text.decode()


@posix
def test_a_terminal_that_cannot_move_its_cursor_is_not_asked_to(tmp_path):
    text = on_a_terminal("dumb", tmp_path, "hessian", "x**2", "--at", "1")
    assert "unchecked" in text
    assert "\x1b" not in text


@posix
def test_a_terminal_gets_colours_and_the_exact_answer_first(tmp_path):
    before, after = on_a_terminal("xterm", tmp_path, "hessian", "x**2*y", "--at", "1,2").split("\x1b[J", 1)
    assert "TensorFlow is loading" in before
    assert "exact" in before
    assert "unchecked" not in before
    assert "unchecked" in after
    assert "\x1b[1m" in after


def test_a_stream_that_knows_only_ascii():
    done = subprocess.run(
        [*HESSCLI, "hessian", "x**2"],
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
