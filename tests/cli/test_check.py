"""``check`` on the command line: exit statuses, formats, files, functions."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

RIGHT = ["check", "x**2*y", "--gradient", "[2*x*y, x**2]"]
WRONG = ["check", "x**2*y", "--gradient", "[2*x*y, 2*x**2]"]


@pytest.fixture
def hand(tmp_path):
    path = tmp_path / "hand.py"
    path.write_text(
        "print('loaded')\n"
        "def gradient(x, y): return [2*x*y, x**2]\n"
        "def hessian(v): return [[2*v[1], 2*v[0]], [2*v[0], 1]]\n"
        "def broken(v): return v / 0 if v.any() else 1 / 0 + [0]\n"
    )
    return path


def test_right_is_0_and_wrong_is_1(hesscli):
    right, wrong = hesscli(*RIGHT), hesscli(*WRONG)
    assert (right.status, right.err, wrong.status) == (0, "", 1)
    assert wrong.err == "hesscli: wrong: 1 of 2 entries\n"
    assert "✓ right: all 2 entries" in right.out
    assert "at 6 random points, (x,y) = (" in " ".join(right.out.split())
    assert "a constant factor: 2 times the right one" in " ".join(wrong.out.split())
    assert "✗ wrong: 1 of 2 entries" in wrong.out


def test_json_is_one_strict_object(hesscli):
    found = hesscli(*WRONG, "--json")
    assert (found.status, found.err, found.out.count("\n")) == (1, "hesscli: wrong: 1 of 2 entries\n", 1)
    assert found.json["verdict"] == "disagree"
    assert [entry["right"] for entry in found.json["entries"]] == [True, False]
    assert len(found.json["points"]) == 6
    undefined = hesscli("check", "x", "--gradient", "[1/(x-x)]", "--json")
    json.loads(undefined.out, parse_constant=lambda word: pytest.fail(word))
    assert undefined.json["entries"][0]["given"] == "nan"


def test_a_python_function(hesscli, hand, capfd):
    right = hesscli("check", "x**2*y", "--gradient", f"{hand}:gradient")
    assert (right.status, right.err) == (0, "")
    assert "loaded" not in right.out
    assert capfd.readouterr() == ("", "loaded\n")
    wrong = hesscli("check", "x**2*y", "--hessian", f"{hand}:hessian", "--json")
    assert wrong.status == 1
    assert [entry["right"] for entry in wrong.json["entries"]] == [True, True, True, False]
    assert wrong.json["entries"][0]["claimed"] is None
    one = hesscli("check", "x**2*y", "--hessian", f"{hand}:hessian", "--at", "1,2", "--json")
    assert one.json["entries"][0]["claimed"] == "4"


def test_arguments_bound_by_position_are_told(hesscli, hand):
    hand.write_text("def named(y, x): return [2*x*y, x**2]\ndef other(a, b): return [2*a*b, a**2]\n")
    named = hesscli("check", "x**2*y", "--gradient", f"{hand}:named", "--json")
    assert (named.status, named.json["notes"]) == (0, [])
    other = hesscli("check", "x**2*y", "--gradient", f"{hand}:other", "--json")
    told = "--gradient: hand.py:other: its arguments are not named as the variables are: a is x, b is y"
    assert (other.status, other.json["notes"]) == (0, [told])


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_what_a_function_started_does_not_outlive_an_interrupted_check(tmp_path, number):
    if number != signal.SIGKILL and signal.getsignal(number) is signal.SIG_IGN:
        pytest.skip("whoever started these tests has them ignore the signal, as nohup does")
    (tmp_path / "slow.py").write_text(
        "import subprocess, sys, time\n"
        "def gradient(x):\n"
        "    print(subprocess.Popen(['sleep', '60']).pid, flush=True)\n"
        "    time.sleep(60)\n"
    )
    running = subprocess.Popen(
        [sys.executable, "-m", "hesscli", "check", "x**2", "--gradient", f"{tmp_path}/slow.py:gradient"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    started = int(running.stderr.readline())
    running.send_signal(number)
    out, _ = running.communicate(timeout=30)
    assert out == ""
    assert running.returncode in {130, -number}
    for _ in range(100):
        state = subprocess.run(["ps", "-o", "stat=", "-p", str(started)], capture_output=True, text=True, check=False)
        if not state.stdout.strip() or state.stdout.startswith("Z"):
            return
        time.sleep(0.05)
    pytest.fail("what the function started lives on")


@pytest.mark.parametrize("lacking", ["process", "thread"])
def test_no_process_to_be_had_is_a_limit(hesscli, hand, monkeypatch, lacking):
    start = threading.Thread.start

    def refused(*_, **__):
        raise BlockingIOError(11, "Resource temporarily unavailable")

    def threadless(self):
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as lean:
        lean.setattr(
            *((subprocess, "Popen", refused) if lacking == "process" else (threading.Thread, "start", threadless))
        )
        for claim in (f"{hand}:gradient", "[2*x*y, x**2]"):
            found = hesscli("check", "x**2*y", "--gradient", claim)
            assert (found.status, found.out) == (4, "")
            assert f"the system has no more {lacking} to give" in found.err
    assert threading.Thread.start is start


@pytest.mark.parametrize(
    ("claim", "status", "words"),
    [
        ("hand.py", 2, "a function of it is run only by its name: "),
        ("hand.py:gradent", 2, "did you mean gradient?"),
        ("hand.py:broken", 1, "not a finite number"),
        ("missing.py:f", 2, "there is no such file"),
    ],
)
def test_functions_that_cannot_be_compared(hesscli, hand, monkeypatch, claim, status, words):
    monkeypatch.chdir(hand.parent)
    found = hesscli("check", "x**2*y", "--gradient", claim)
    assert found.status == status
    assert words in found.out + found.err


def test_files_and_standard_input(hesscli, tmp_path):
    np.save(tmp_path / "g.npy", np.array([4.0, 1.0]))
    (tmp_path / "g.csv").write_text("4,1\n")
    (tmp_path / "g.json").write_text('{"point": [1, 2], "gradient": [4, 1]}')
    for name in ("g.npy", "g.csv", "g.json"):
        assert hesscli("check", "x**2*y", "--gradient", str(tmp_path / name), "--at", "1,2").status == 0
        lost = hesscli("check", "x**2*y", "--gradient", str(tmp_path / name))
        assert lost.status == 2
        assert "numbers belong to one point" in lost.err
    assert hesscli("check", "x**2*y", "--gradient", "-", stdin="[2*x*y, x**2]").status == 0
    assert hesscli("check", "-", "--gradient", "[2*x*y, x**2]", stdin="x**2*y").status == 0
    twice = hesscli("check", "-", "--gradient", "-", stdin="x")
    assert (twice.status, "only once" in twice.err) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["check", "x*y"], 2),
        (["check", "x*y", "--gradient", "[y]"], 2),
        (["check", "[x, y]", "--gradient", "[1, 1]"], 2),
        (["check", "x*y", "--jacobian", "[[y, x]]"], 0),
        (["check", "3", "--gradient", "[0]"], 2),
        (["check", "abs(x)", "--gradient", "[1]", "--at", "0"], 3),
        (["check", "log(-1-x**2)", "--gradient", "[1]"], 3),
        (["check", "x**2", "--gradient", "[2*x]", "--rtol", "0"], 2),
        (["check", "x**2", "--gradient", "[2*x]", "--digits", "3"], 0),
        (["check", "x**2/3", "--gradient", "2*x/3", "--digits", "2"], 0),
        (["check", "x**2", "--gradient", "[2*x]", "--format", "csv"], 2),
        (["check", "a*x**2", "--gradient", "[2*a*x]", "--param", "a=3"], 0),
        (["check", "a*x**2", "--gradient", "[x**2, 2*a*x]"], 0),
        (["check", "a*x**2", "--gradient", "[2*a*x, x**2]", "--vars", "x,a"], 0),
        (["check", "x**2", "--gradient", "[2*x]", "--at", "1:2:5"], 0),
    ],
)
def test_exit_statuses(hesscli, arguments, status):
    people = hesscli(*arguments)
    assert people.status == status
    assert bool(people.out) is (status < 2)
    programs = hesscli(*arguments, "--json")
    if "csv" not in arguments:
        assert programs.status == status
        assert ("error" in programs.json) is (status >= 2)


def test_output_to_a_file(hesscli, tmp_path):
    for name, start in (("report.json", '{"schema"'), ("report.txt", "f(x, y) = ")):
        found = hesscli(*WRONG, "-o", str(tmp_path / name))
        assert (found.status, found.out) == (1, "")
        assert (tmp_path / name).read_text().startswith(start)
    refused = hesscli(*WRONG, "-o", str(tmp_path / "report.csv"))
    assert refused.status == 2
    assert not (tmp_path / "report.csv").exists()


@pytest.mark.parametrize("columns", ["1", "30", "40", "60"])
def test_narrow_terminals(hesscli, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns)
    found = hesscli(*WRONG, "--hessian", "[[2*y, 2*x], [2*x, y*exp(x*y)*sin(x*y)]]")
    assert max(map(len, found.out.splitlines())) <= max(int(columns), 30)
    assert "wrong" in found.out


def test_quiet_shows_the_entries_and_the_verdict(hesscli):
    found = hesscli(*WRONG, "--quiet")
    assert "f(x, y)" not in found.out
    assert "✗ wrong: 1 of 2 entries" in found.out


def test_a_batch_reads_claims_and_runs_no_files(hesscli, hand, tmp_path):
    def asked(claim):
        line = {"id": 1, "command": "check", "expression": "x**2*y", "gradient": claim}
        return hesscli("batch", stdin=json.dumps(line))

    assert asked(["2*x*y", "x**2"]).json["verdict"] == "agree"
    for claim in (f"{hand}:gradient", str(hand), "-"):
        assert asked(claim).json["error"]["code"] == "request"
