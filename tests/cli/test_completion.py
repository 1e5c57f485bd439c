"""What Tab offers, as the shells ask for it, and in real shells on a terminal."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
import typer

from hesscli.audit.names import operations
from hesscli.cli.app import run
from hesscli.cli.completion import CALLS, SHELLS, complete, offers, options, script
from hesscli.cli.help import TOPICS
from hesscli.language.functions import TYPED
from hesscli.options import Exact, Method
from hesscli.output.formats import Format

ROOT = Path(__file__).parents[2]


def words(line: str) -> list[str]:
    *before, begun = line.split(" ")[1:]
    return [word for word, _ in offers(before, begun)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("hesscli hes", ["hessian"]),
        ("hesscli hessian x --format ", [form.value for form in Format]),
        ("hesscli hessian x -f j", ["json"]),
        ("hesscli check x -f ", ["table", "json"]),
        ("hesscli hessian x --format=c", ["--format=csv"]),
        ("hesscli hessian x --method ", [method.value for method in Method]),
        ("hesscli methods x -m ", [method.value for method in Method]),
        ("hesscli hessian x -fjs", ["-fjson"]),
        ("hesscli hessian x --exact ", [mode.value for mode in Exact]),
        ("hesscli hessian x --dtype ", ["float64", "float32"]),
        ("hesscli audit --mode jac", ["jacobian"]),
        ("hesscli audit --op tf.nn.mom", ["tf.nn.moments"]),
        ("hesscli functions erfc", ["erfc", "erfcinv", "erfcx"]),
        ("hesscli help ", [*CALLS, *TOPICS]),
        ("hesscli hessian x --eig", ["--eigenvectors"]),
        ("hesscli --show-completion z", ["zsh"]),
        ("hesscli hessian x -o ", []),
        ("hesscli hessian x --at @po", []),
        ("hesscli hessian x --digits ", []),
        ("hesscli batch re", []),
        ("hesscli nonsense x --", ["--help", "--version", "--show-completion", "--install-completion"]),
    ],
)
def test_offers(line, expected):
    assert words(line) == expected


def test_every_option_and_every_function_is_offered():
    for name, call in CALLS.items():
        names = {long for option in options(call) for long in option.names[:1]}
        assert names <= set(words(f"hesscli {name} --"))
    assert set(words("hesscli functions ")) == set(TYPED)


def test_the_operations_are_those_of_the_audit():
    from hesscli.audit.operations import OPERATIONS

    assert operations() == sorted({row.name for row in OPERATIONS})


def asked(shell: str, line: str, place: int = 0, action: str = "") -> str:
    variables = {"COMP_WORDS": line, "COMP_CWORD": str(place)} if shell == "bash" else {"_TYPER_COMPLETE_ARGS": line}
    return complete({"_HESSCLI_COMPLETE": f"complete_{shell}", "_TYPER_COMPLETE_FISH_ACTION": action, **variables})


def test_each_shell_gets_its_own_form():
    assert asked("bash", "hesscli hessian x --dtype ", 4) == "float64\nfloat32"
    assert asked("bash", "hesscli\nhessian\nx\n--dtype\n=\nfloat3", 5) == "float32"
    assert asked("bash", "hesscli hessian 'x + y", 2) == ""
    assert asked("bash", "hesscli hessian 'x + y' --dtype f", 4) == "float64\nfloat32"
    assert asked("zsh", "hesscli hessian x --dtype ") == '_arguments \'*: :(("float64"\n"float32"))\''
    assert asked("zsh", "hesscli hess").startswith('_arguments \'*: :(("hessian":"Value, gradient')
    assert asked("zsh", "hesscli hessian x -o ") == "_files"
    assert asked("fish", "hesscli hess", action="get-args").startswith("hessian\tValue, gradient")
    for line, status in (("hesscli hess", 0), ("hesscli hessian x -o ", 1)):
        with pytest.raises(typer.Exit) as end:
            asked("fish", line, action="is-args")
        assert end.value.exit_code == status


@pytest.mark.parametrize("name", CALLS)
def test_what_zsh_evaluates_has_no_open_quote_or_substitution(name):
    inside = asked("zsh", f"hesscli {name} --").removeprefix("_arguments '*: :((").removesuffix("))'")
    assert "'" not in inside
    for line in inside.splitlines():
        assert re.fullmatch(r'"--[a-z0-9-]+"(:"([^"$`:]|\\\\:|\\\\[$`])*")?', line), line


@pytest.mark.parametrize("shell", SHELLS[:3])
def test_scripts(hesscli, shell):
    outcome = hesscli("--show-completion", shell)
    assert outcome.out == script(shell) + "\n"
    assert f"complete_{shell}" in outcome.out
    assert hesscli("--show-completion", "csh").status == 2


def test_completing_loads_nothing_heavy():
    code = (
        "import sys, os; os.environ['_HESSCLI_COMPLETE'] = 'complete_bash'\n"
        "from hesscli.cli.app import run\n"
        "for line in ('hesscli audit --op ', 'hesscli functions ', 'hesscli hessian x --format ', 'hesscli '):\n"
        "    os.environ['COMP_WORDS'], os.environ['COMP_CWORD'] = line, str(line.count(' '))\n"
        "    assert run([]) == 0\n"
        "heavy = {'tensorflow', 'keras', 'sympy', 'flint', 'numpy', 'scipy', 'mpmath'}\n"
        "sys.exit(sorted(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert "tf.nn.moments" in done.stdout


def test_fish_hears_by_the_exit_status_whether_there_is_anything_to_offer(monkeypatch):
    monkeypatch.setenv("_HESSCLI_COMPLETE", "complete_fish")
    monkeypatch.setenv("_TYPER_COMPLETE_FISH_ACTION", "is-args")
    for line, status in (("hesscli hess", 0), ("hesscli hessian x -o po", 1)):
        monkeypatch.setenv("_TYPER_COMPLETE_ARGS", line)
        assert run([]) == status


def test_files_behind_an_at_sign(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("points.csv", "pairs.csv", "of mine.csv", ".hidden", "data/inner/v.npy", "data/inner/w.npy"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert words("hesscli hessian x --at @p") == ["@pairs.csv", "@points.csv"]
    assert words("hesscli hessian @po") == ["@points.csv"]
    assert words("hesscli hvp x --at 1 --vector=@po") == ["--vector=@points.csv"]
    assert words("hesscli hessian x --at a=@da") == ["a=@data/inner/v.npy", "a=@data/inner/w.npy"]
    assert words("hesscli hessian x --at @nowhere/") == []
    assert asked("bash", "hesscli\nhessian\nx\n--at\n@\npo", 5) == "@points.csv"
    assert asked("bash", "hesscli\nhessian\nx\n--at\nx\n=@\npo", 6) == "@points.csv"
    assert asked("bash", "hesscli\nhessian\nx\n--at\n@", 4) == "@data/\n@pairs.csv\n@points.csv"


RUN_BY = {
    "bash": ("rc", ["bash", "--noprofile", "--rcfile", "rc", "-i"], "PS1='> '"),
    "zsh": (".zshrc", ["zsh", "-d", "-i"], "PS1='> '; autoload -Uz compinit; compinit -u -D"),
    "fish": ("fish/config.fish", ["fish", "-i"], "set -g fish_greeting; set -g fish_autosuggestion_enabled 0"),
}
"""Shell -> the file it reads first, its command line, and what stands in that file before our script."""


@pytest.mark.parametrize("shell", RUN_BY)
def test_tab_in_a_real_shell(shell, tmp_path):
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    file, command, first = RUN_BY[shell]
    (tmp_path / "hesscli").write_text(f'#!/bin/sh\nexec {sys.executable} -m hesscli "$@"\n')
    (tmp_path / "hesscli").chmod(0o755)
    (tmp_path / "points_of_mine.csv").touch()
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text(f"{first}\n{script(shell)}\n")
    homes = dict.fromkeys(("HOME", "ZDOTDIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME"), str(tmp_path))
    path = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "INPUTRC": "/dev/null"}
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(tmp_path)
        os.execvpe(command[0], command, {**os.environ, **homes, **path, "TERM": "xterm" if shell == "fish" else "dumb"})
    try:
        assert "> " in told(terminal, "> ")
        for typed, shown in (
            ("hesscli hess\t", "hesscli hessian "),
            ("'x + y' --dtype float3\t", "--dtype float32 "),
            ("--meth\t", "--method "),
            ("tay\t", "taylor "),
            ("--at @points_\t", "@points_of_mine.csv "),
            ("--exact=fu\t", "--exact=full "),
            ("-o points_\t", "-o points_of_mine.csv "),
        ):
            os.write(terminal, typed.encode())
            seen = told(terminal, shown)
            assert shown in seen, seen
    finally:
        os.kill(pid, 9)
        os.waitpid(pid, 0)
        os.close(terminal)


CONTROLS = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[()=>].?")
"""Colours and moves of the cursor."""


def told(terminal: int, wanted: str, seconds: float = 30) -> str:
    """What a terminal shows until the text is there."""
    seen, end = "", time.monotonic() + seconds
    while wanted not in seen and time.monotonic() < end:
        if select.select([terminal], [], [], 0.2)[0]:
            seen = CONTROLS.sub("", seen + os.read(terminal, 4096).decode("utf-8", "replace"))
    return seen
