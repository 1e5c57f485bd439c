"""The README and the samples cannot lie: every command in them is run and its output compared.

A ``console`` block is commands after ``$ `` with the output they print to a pipe; ``...`` stands for the rest
of a line, a line of ``...`` for any lines. A ``python`` block is a doctest.
"""

from __future__ import annotations

import doctest
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FENCE = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)


def blocks(kind: str) -> list[str]:
    return [body for name, body in FENCE.findall((ROOT / "README.md").read_text()) if name == kind]


def sessions() -> list[tuple[str, str, str]]:
    """(where, command, expected output) of every console block and sample session."""
    found = []
    texts = [("README.md", block) for block in blocks("console")]
    texts += [(path.name, path.read_text()) for path in sorted((ROOT / "samples").glob("*.console"))]
    for where, text in texts:
        for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
            lines = part.split("\n")
            count = 1
            while lines[count - 1].endswith("\\"):
                count += 1
            found.append((where, "\n".join(lines[:count]), "\n".join(lines[count:])))
    return found


def pattern(expected: str) -> str:
    """The expected output as a regular expression, trailing blanks of lines ignored."""
    lines = [line.rstrip() for line in expected.strip("\n").split("\n")]
    parts = ["(?:.*\n)*?" if line == "..." else re.escape(line).replace(r"\.\.\.", ".*") + "\n" for line in lines]
    return "".join(parts)


def repeated(line: str, table: str) -> bool:
    """Whether a table says what standard error says: on a terminal, which the documents show, it is said once."""
    told = line.removeprefix("hesscli: ").strip()
    return told != line.strip() and told in " ".join(re.sub("[✓✗∅?] ", "", table).split())


@pytest.mark.parametrize(("where", "command", "expected"), sessions(), ids=[f"{w}: {c[:60]}" for w, c, _ in sessions()])
def test_a_session_prints_what_is_written(where, command, expected, tmp_path):
    if "jq " in command and not shutil.which("jq"):
        pytest.skip("this example needs jq")
    environment = {**os.environ, "COLUMNS": "100", "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    (tmp_path / "samples").symlink_to(ROOT / "samples")
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        env=environment,
        stdin=subprocess.DEVNULL,
    )
    shown = done.stdout + "".join(line for line in done.stderr.splitlines(True) if not repeated(line, done.stdout))
    printed = "".join(line.rstrip() + "\n" for line in shown.strip("\n").split("\n"))
    assert "Traceback" not in printed
    if "jq " in command:  # older ones print 2.0 as 2
        printed, expected = re.sub(r"\.0\b", "", printed), re.sub(r"\.0\b", "", expected)
    assert re.fullmatch(pattern(expected), printed), printed


def test_python_examples_of_the_readme():
    parser, runner = doctest.DocTestParser(), doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    for number, block in enumerate(blocks("python")):
        runner.run(parser.get_doctest(block, {}, f"README python block {number}", "README.md", 0))
    assert runner.summarize(verbose=False).failed == 0


def test_the_readme_has_examples_of_every_command():
    text = (ROOT / "README.md").read_text()
    commands = "hessian gradient jacobian derivative taylor hvp methods check code functions batch audit model"
    for command in commands.split():
        assert f"hesscli {command}" in text, command


def test_the_readmes_second_command_is_the_one_that_ci_runs():
    first, second = blocks("bash")[:2]
    assert "pip install" in first
    ci = (ROOT / ".ci" / "run").read_text()
    assert second.strip().rsplit("&& ", 1)[1] in ci
