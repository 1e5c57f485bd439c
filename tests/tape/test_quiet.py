"""TensorFlow's log lines never reach the terminal; our own errors do, and so does its end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

ANSWER = """
import numpy as np
from hesscli import tape
from hesscli.language.syntax import parse
from hesscli.options import Method
from hesscli.request import Request
from hesscli.tape import batch
batch.COMPILE_FROM = 10
points = np.random.default_rng(0).normal(size=(40, 2))
for method in Method:
    tape.answer_each(parse("exp(x*y)"), Request("hessian"), points[:2], method=method.value)
tape.answer_batch(parse("exp(x*y)"), Request("hessian"), points)
tape.answer_batch(parse("besselj(0, x)*y"), Request("hessian"), points)
tape.answer_each(parse("log(x)*sqrt(y)"), Request("hessian"), points * 0)
"""


def run(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **environment})


def test_nothing_reaches_the_terminal_nor_the_folder_of_temporary_files(tmp_path) -> None:
    done = run(ANSWER, TMPDIR=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []


THREADS = """
import os, sys, threading
import numpy as np
from hesscli import tape
from hesscli.language.syntax import parse
from hesscli.options import Method
from hesscli.request import Request
before = os.fstat(2)
def work(k):
    tape.load()
    from hesscli.tape import batch
    batch.COMPILE_FROM = 10
    for j in range(4):
        tape.answer_batch(parse(f"exp({k + 2}*x*y + {j})"), Request("hessian"), np.ones((40, 2)) / 3)
threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
after = os.fstat(2)
assert (before.st_dev, before.st_ino) == (after.st_dev, after.st_ino)
sys.stderr.write("heard")
"""


def test_threads_leave_standard_error_to_the_process() -> None:
    done = run(THREADS)
    assert (done.returncode, done.stderr) == (0, "heard")


def test_an_evaluation_touches_no_descriptor_of_the_process() -> None:
    code = ANSWER.replace("points = ", "import os\nos.dup2 = None\npoints = ", 1).replace(
        "from hesscli.tape import batch", "tape.load()\nfrom hesscli.tape import batch"
    )
    done = run(code)
    assert (done.returncode, done.stderr) == (0, "")


def asked(*arguments: str, input: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "hesscli", *arguments]
    environment = {**os.environ, **environment}
    return subprocess.run(command, input=input, capture_output=True, text=True, check=False, env=environment)


def library(folder, body: str) -> str:
    """A place for PYTHONPATH where TensorFlow is this text."""
    (folder / "tensorflow.py").write_text(body)
    return os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])])


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("raise ImportError('libtensorflow.so.2: cannot open shared object file')", "libtensorflow.so.2"),
        ("raise MemoryError", "MemoryError"),
        ("raise ValueError('Unable to import backend : nonsense')", "backend : nonsense"),
        ("pass", "No module named"),
    ],
)
def test_where_tensorflow_does_not_load_the_exact_answer_is_given(tmp_path, body, why) -> None:
    done = asked("hessian", "x**2*y", "--at", "1,2", "--json", PYTHONPATH=library(tmp_path, body))
    assert done.returncode == 4
    assert "Traceback" not in done.stderr
    said = json.loads(done.stdout)
    assert said["hessian"] == [[4, 2], [2, 0]]
    assert (said["verdict"], said["tape"]) == ("unchecked", None)
    assert set(said["verdicts"].values()) == {"unchecked"}
    (note,) = said["notes"]
    assert note.startswith("TensorFlow could not be loaded: ")
    assert why in note


@pytest.mark.parametrize("arguments", [("--json",), ("--format", "npy")])
def test_where_nobody_can_answer_it_is_said(tmp_path, arguments) -> None:
    place = library(tmp_path, "raise ImportError('gone')")
    done = asked("hessian", "x**2*y", "--at", "1,2", "--exact", "off", *arguments, PYTHONPATH=place)
    assert (done.returncode, done.stderr) == (4, "hesscli: TensorFlow could not be loaded: gone\n")


posix = pytest.mark.skipif(os.name != "posix", reason="needs a shell, signals and copies of processes")
LOST = "the process was ended {} meanwhile; a limit on memory or threads may be too low"
ENDS = [("os.abort()", "by SIGABRT"), ("os._exit(1)", "with status 1"), ("os.kill(os.getpid(), 4)", "by SIGILL")]


@posix
@pytest.mark.parametrize(("end", "words"), ENDS)
def test_where_tensorflow_ends_the_process_the_exact_answer_is_given(tmp_path, end, words) -> None:
    place = library(tmp_path, f"import os; {end}")
    done = asked("hessian", "x**2*y", "--at", "1,2", "--json", PYTHONPATH=place)
    assert done.returncode == 4
    said = json.loads(done.stdout)
    assert said["hessian"] == [[4, 2], [2, 0]]
    assert said["notes"] == [f"TensorFlow could not be loaded: {LOST.format(words)}"]
    assert done.stderr.count("\n") == 1


@posix
@pytest.mark.parametrize("arguments", [("batch",), ("gradient", "x**2", "--at", "-")])
def test_what_was_read_from_a_pipe_cannot_be_answered_again(tmp_path, arguments) -> None:
    given = '{"command": "gradient", "expression": "x**2", "at": [1]}' if arguments == ("batch",) else "1\n2\n"
    done = asked(*arguments, input=given, PYTHONPATH=library(tmp_path, "import os; os._exit(1)"))
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.startswith("hesscli: the process was ended with status 1 while TensorFlow was loading")


@posix
def test_a_library_that_ends_the_process_later_is_told_too(tmp_path) -> None:
    body = "import os\nfrom hesscli import guard\nguard.tell(guard.LOADED)\nos.abort()"
    done = asked("gradient", "x**2", "--at", "1", PYTHONPATH=library(tmp_path, body))
    assert (done.returncode, done.stderr) == (4, "hesscli: the process was ended by SIGABRT\n")


@posix
def test_who_kills_the_process_is_obeyed(tmp_path) -> None:
    place = library(tmp_path, "import os; os.kill(os.getpid(), 9)")
    done = asked("gradient", "x**2", "--at", "1", PYTHONPATH=place)
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGKILL, "", "")


@posix
def test_a_process_of_python_that_tensorflow_ends_has_last_words(tmp_path) -> None:
    place = library(tmp_path, "import os; os.abort()")
    done = run("import hesscli; hesscli.gradient('x**2', 1)", PYTHONPATH=place)
    assert done.returncode == -signal.SIGABRT
    assert done.stderr.startswith("hesscli: the process ended while TensorFlow was loading")


@pytest.mark.skipif(sys.platform != "linux", reason="a limit on address space that the kernel keeps")
def test_too_little_room_is_said_before_tensorflow_aborts() -> None:
    resource = pytest.importorskip("resource")
    limit = 2_000_000_000
    done = subprocess.run(
        [sys.executable, "-m", "hesscli", "gradient", "x**2", "--at", "3", "--json"],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
    )
    assert done.returncode == 4
    assert json.loads(done.stdout)["gradient"] == [6.0]
    assert "GB of address space" in json.loads(done.stdout)["notes"][0]


def test_flags_for_other_programs_do_not_end_the_process() -> None:
    done = asked("gradient", "x**2", "--at", "3", XLA_FLAGS="--nonsense", TF_XLA_FLAGS="--nonsense")
    assert (done.returncode, done.stderr) == (0, "")


def test_python_errors_pass_the_hush() -> None:
    done = run("from hesscli.tape.quiet import hushed\nwith hushed():\n    raise ValueError('seen')")
    assert done.returncode == 1
    assert "ValueError: seen" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="closing descriptor 2 is a Unix habit")
def test_a_closed_standard_error_is_no_error() -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", f"{sys.executable} -c 'from hesscli.tape.quiet import tf; print(int(tf.constant(3)))' 2>&-"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "3\n"


def test_importing_the_room_loads_no_tensorflow() -> None:
    assert run("import hesscli.tape, sys; assert 'tensorflow' not in sys.modules").returncode == 0
