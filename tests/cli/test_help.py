"""Help: every example in it runs, and it shows only what there is."""

from __future__ import annotations

import re
import shlex
import sys

import numpy as np
import pytest

from hesscli.cli.app import app, commands, run
from hesscli.cli.completion import described
from hesscli.output.formats import Format, ModelFormat, Words

CALLS = {command.callback.__name__: command.callback for command in app.registered_commands}
WORDS_ONLY = {"methods", "check", "audit", "functions", "code"}
MINUTES = {"hesscli audit"}
"""Examples that differentiate everything that TensorFlow has."""

FILES = {
    "requests.jsonl": '{"command": "functions", "name": "sin"}\n',
    "hand.csv": "2,1\n1,0\n",
    "d.csv": "t,y\n1,2\n2,3\n3,5\n",
    "loss.py": "import tensorflow as tf\n\ndef f(w, t, y):\n    return tf.reduce_mean((y - w[0] - w[1]*t)**2)\n\n"
    "def gradient(w, t, y):\n    r = y - w[0] - w[1]*t\n    return [-2*r.mean(), -2*(r*t).mean()]\n",
    "hand.py": "def hessian(x, y):\n    return [[2 - 400*(y - 3*x**2), -400*x], [-400*x, 200]]\n",
}


def network(folder):
    """The model and the data that the examples of ``model`` name."""
    from hesscli.model.keras3 import keras

    layers = keras.layers
    model = keras.Sequential(
        [
            layers.Input((2,)),
            layers.Dense(2, name="dense"),
            layers.BatchNormalization(),
            layers.Dense(1, name="dense_1"),
        ]
    )
    model.compile(loss="mse")
    model.save(folder / "mlp.keras")
    np.savez(folder / "train.npz", x=[[1.0, 2.0], [0.5, -1.0], [2.0, 0.25]], y=[[1.0], [0.0], [2.0]])


def examples() -> list[str]:
    lines = [line.strip() for call in CALLS.values() for line in (call.__doc__ or "").splitlines()]
    return [line.replace("\\[", "[") for line in lines if line.startswith(("hesscli ", "echo "))]


def test_every_command_has_examples():
    for name in CALLS:
        assert [line for line in examples() if f"hesscli {name}" in line], name


@pytest.mark.parametrize("line", [line for line in examples() if line not in MINUTES])
def test_every_example_runs(hesscli, tmp_path, monkeypatch, line):
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    if line.startswith("hesscli model"):
        network(tmp_path)
    before, _, after = line.rpartition(" | ")
    stdin = shlex.split(before)[1] if before else ""
    with monkeypatch.context() as here:
        here.chdir(tmp_path)
        outcome = hesscli(*shlex.split(after)[1:], stdin=stdin)
    refused = 2 if not line.startswith("hesscli check") else 4
    assert outcome.status < refused, outcome.err
    assert outcome.out or "-o " in line


@pytest.mark.parametrize("name", ["", *CALLS])
def test_help_shows_no_types_and_only_the_formats_there_are(hesscli, name):
    text = hesscli(*([name] if name else []), "--help").out
    assert not re.search(r"<(bool|str|int|float|list)|[{}]\w|\[\[[A-Z]", text.replace('{"', "")), text
    flat = " ".join(re.sub("[│╭╮╰╯─]", " ", text).split())
    if name not in {"", "batch", "help"}:
        forms = Words if name in WORDS_ONLY else ModelFormat if name == "model" else Format
        assert f"{', '.join(form.value for form in forms)}. Default: table" in flat
    assert ("csv" in flat.partition("--format")[2]) == (name not in {"", "batch", "help"} | WORDS_ONLY)


def test_commands_and_calls_are_the_same():
    assert set(commands()) == set(CALLS)


def test_help_needs_no_docstrings(tmp_path, monkeypatch):
    call = commands()["hessian"].callback
    words = described(call)
    monkeypatch.setattr(call, "__doc__", None)  # as under python -OO
    assert described(call) == words
    assert words.startswith("Value, gradient and Hessian")


def test_help_for_a_closed_standard_output(monkeypatch, capsys):
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", None)
        assert run(["hessian", "--help"]) == 2
    assert capsys.readouterr().err == "hesscli: cannot write standard output: it is closed\n"
