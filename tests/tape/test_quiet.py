"""TensorFlow's log lines never reach the terminal; our own errors do."""

from __future__ import annotations

import subprocess
import sys

import pytest

ANSWER = """
import numpy as np
from hesscli import tape
from hesscli.language.syntax import parse
from hesscli.request import Request
from hesscli.tape import batch
batch.COMPILE_FROM = 10
points = np.random.default_rng(0).normal(size=(40, 2))
for method in tape.METHOD_NAMES:
    tape.answer(parse("exp(x*y)"), Request("hessian"), points[:2], method=method)
tape.answer_batch(parse("exp(x*y)"), Request("hessian"), points)
tape.answer_batch(parse("besselj(0, x)*y"), Request("hessian"), points)
tape.answer(parse("log(x)*sqrt(y)"), Request("hessian"), points * 0)
"""


def run(code: str, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *options, "-c", code], capture_output=True, text=True, check=False)


def test_nothing_reaches_the_terminal() -> None:
    done = run(ANSWER)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert done.stdout == ""


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
