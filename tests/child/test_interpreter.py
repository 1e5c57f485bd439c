"""The child's interpreter has the options of its parent's."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import hesscli


@pytest.mark.parametrize("given", [[], ["-I"], ["-I", "-OO", "-B"], ["-E", "-s"]])
def test_options_of_the_interpreter_are_handed_on(tmp_path, given):
    (tmp_path / "random.py").write_text("raise SystemExit('not the one of the library')")
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); sys.argv[1:] = []\n"
        "from hesscli.child.interpreter import flags\n"
        "from hesscli.exact import Session\n"
        "from hesscli.language.syntax import parse\n"
        "from hesscli.request import Request\n"
        "print(*sorted(flags()))\n"
        "print(Session().submit(parse('x'), Request('gradient'), [(3.0,)]).answers()[0].texts)\n"
    )
    arguments = [sys.executable, *given, "-c", code, str(Path(hesscli.__file__).parents[1])]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(arguments, cwd=tmp_path, env=clean, capture_output=True, text=True, timeout=60)
    implied = ["-E", "-P", "-s"] if "-I" in given and sys.version_info >= (3, 11) else []
    found, answer = done.stdout.splitlines()
    assert set(found.split()) >= set(given)
    assert set(found.split()) <= {*given, *implied, "-E", "-s"}
    assert answer == "{'value': '3', 'gradient': ['1']}"
    assert done.stderr == ""
