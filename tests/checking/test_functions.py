"""A person's own function: how it is called, what it may return, and everything it may do wrong."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from fractions import Fraction

import numpy as np
import pytest
import sympy

from hesscli.checking.functions import CallableClaim, read_function
from hesscli.checking.runner import Refusal, call_convention, numbers
from hesscli.errors import HesscliError, LimitError

HAND = """
import helper
import json, math, os, signal, sys, time
import numpy as np
print("loaded")
table = [1, 2]
def vector(v): return [[2*v[0], v[1]], [0, len(v)]]
def two(x, y): return x, y
def swapped(y, x): return [x, y]
def math_only(x): return 3*math.sin(x)**2
def array_only(x): return np.diag(2*x)
def imported(x, y): return helper.double(x), y
def raises(x, y):
    a = 1
    return 1 / (x - x)
def bent(x, y): return json.loads("{")
def nothing(x, y): pass
def junk(x, y):
    print("junk")
    print("more", file=sys.stderr)
    return [x, y]
def loud_end(x, y):
    print("first line"); print("\\x1b[2Jlast words", file=sys.stderr, flush=True); os._exit(3)
def ends(x, y): sys.exit("bye")
def killed(x, y): os.kill(os.getpid(), 9)
def forever(x, y):
    print("begun", flush=True)
    while True: pass
def sleeps(x, y): time.sleep(100)
def floods(x, y):
    while True: print("x" * 1000)
def spawns(x, y):
    if os.fork() == 0: time.sleep(100)
    time.sleep(100)
def doubles(x, y):
    os.fork()
    return x, y
def real_time(x, y): os.kill(os.getpid(), signal.SIGRTMIN + 3)
def cut_off(x, y):
    os.closerange(0, 1000)
    return x, y
def cut_off_and_stays(x, y):
    os.closerange(0, 1000)
    time.sleep(100)
def babbles(x, y):
    for descriptor in range(3, 60):
        try: os.write(descriptor, b'{"values": [0, 0]}')
        except OSError: pass
    time.sleep(100)
class Mute(Exception):
    def __str__(self): raise ValueError
def unspeakable(x, y): raise Mute
def asks(x, y): return input("?")
def big(x, y): return np.zeros(10**12)
def hidden(x, y): return [os.path.basename(__file__), __name__]
def environment(x, y):
    assert __name__ == "hand" and sys.path[0] == os.path.dirname(__file__) and sys.argv == [__file__]
    return [x, y]
if __name__ == "__main__": raise SystemExit("run as a program")
"""


@pytest.fixture
def hand(tmp_path):
    (tmp_path / "hand.py").write_text(HAND)
    (tmp_path / "helper.py").write_text("def double(x): return 2*x\n")
    return tmp_path / "hand.py"


def values(hand, name, point=(1.0, 2.0), time_limit=10.0):
    variables = ("x", "y", "z")[: len(point)]
    claim = read_function(f"{hand}:{name}", "--hessian", variables, time_limit)
    return claim.values([point]).rows[0].tolist()


@pytest.mark.parametrize(
    ("name", "point", "found"),
    [
        ("vector", (1.0, 2.0), [[2, 2], [0, 2]]),
        ("two", (1.0, 2.0), [1, 2]),
        ("swapped", (1.0, 2.0), [1, 2]),
        ("math_only", (np.pi / 2,), 3),
        ("array_only", (3.0,), [[6]]),
        ("imported", (1.0, 2.0), [2, 2]),
        ("junk", (1.0, 2.0), [1, 2]),
        ("doubles", (1.0, 2.0), [1, 2]),
        ("environment", (1.0, 2.0), [1, 2]),
    ],
)
def test_functions_that_work(hand, capfd, name, point, found):
    assert values(hand, name, point) == found
    printed = capfd.readouterr()
    assert printed.out == ""
    assert printed.err.splitlines() == ["loaded", *(["junk", "more"] if name == "junk" else [])]
    assert not (hand.parent / "__pycache__").exists()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("raises", "hand.py:raises raised ZeroDivisionError: "),
        ("raises", r"\n  line 15: return 1 / \(x - x\)\n  at x = 1, y = 2$"),
        ("bent", "raised JSONDecodeError: .*\n  line 16: def bent"),
        ("nothing", "returned None; is the return statement missing"),
        ("loud_end", "ended its process with status 3$"),
        ("real_time", r"was ended by signal \d+$"),
        ("cut_off", "closed the pipe of its answers$"),
        ("cut_off_and_stays", "closed the pipe of its answers$"),
        ("babbles", "wrote something else into the pipe of its answers$"),
        ("unspeakable", "raised Mute\n  line "),
        ("ends", r"ended the process with exit\('bye'\)\n  line "),
        ("killed", "was ended by SIGKILL"),
        ("asks", "raised EOFError"),
        ("hidden", "returned a str, expected numbers"),
        ("array_onyl", "has no function array_onyl; did you mean array_only"),
        ("table", "table is no function but a list"),
    ],
)
def test_functions_that_do_not(hand, name, words):
    with pytest.raises(HesscliError, match=words) as caught:
        values(hand, name)
    assert caught.value.message.startswith("--hessian: hand.py:")
    assert caught.value.code == "function"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("forever", "took longer than the limit of 1 s$"),
        ("sleeps", "took longer"),
        ("floods", "took longer"),
        ("big", "raised MemoryError"),
    ],
)
def test_limits(hand, name, words):
    with pytest.raises(LimitError, match=words):
        values(hand, name, time_limit=1)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes of POSIX")
def test_what_a_function_has_started_ends_with_it(hand):
    started = time.monotonic()
    with pytest.raises(LimitError):
        values(hand, "spawns", time_limit=1)
    assert time.monotonic() - started < 20


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("def f(x, y):\n  return [1,\n", r"raised SyntaxError: .*\n  line 2: return \[1,"),
        ("import not_there_at_all\n", "raised ModuleNotFoundError: .*\n  line 1: import"),
        ("raise SystemExit(2)\n", r"ended the process with exit\(2\)"),
        ("while True: pass\n", "loading the file took longer"),
        ("x = \x00\n", "raised "),
        ("def f(a, b, c): pass\n", "takes 3 arguments; expected one that takes one vector or 2 numbers, x, y"),
        ("def f(): pass\n", "takes 0 arguments"),
        ("", "has no function f; it has none"),
    ],
)
def test_files_that_do_not_load(tmp_path, source, words):
    (tmp_path / "bad.py").write_text(source)
    with pytest.raises(HesscliError, match=words):
        values(tmp_path / "bad.py", "f", time_limit=1)


def test_a_file_named_like_a_module_does_not_hide_it(tmp_path):
    (tmp_path / "json.py").write_text("def f(x, y): return [x, y]\n")
    assert values(tmp_path / "json.py", "f") == [1, 2]


NAMELESS = ("hand.py", "@hand.py", "hand.py:", "hand.py:1", "hand.py:f()", "missing.py:f", "missing.py")


@pytest.mark.parametrize("text", NAMELESS)
def test_nothing_runs_without_the_name_of_a_function(tmp_path, monkeypatch, text):
    trap = f"open({str(tmp_path / 'ran')!r}, 'w')\n"
    (tmp_path / "hand.py").write_text(f"{trap}def f(x): pass\ndef my_hessian(x): pass\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(HesscliError) as caught:
        read_function(text, "--hessian", ("x", "y"), 10)
    assert not (tmp_path / "ran").exists()
    assert ("missing" in text) or "hand.py:my_hessian" in caught.value.message


@pytest.mark.parametrize("text", ["[x, y]", "h.npy", "x:y", "a.pyc:f", "[x,\ny].py"])
def test_what_names_no_function(text):
    assert read_function(text, "--hessian", ("x", "y"), 10) is None


def called(function, variables):
    return call_convention(function, variables).call


def test_how_a_function_wants_its_point():
    assert called(lambda v: list(v), ("x", "y"))((1, 2)) == [1, 2]
    assert called(lambda x, y: [x, y], ("x", "y"))((1, 2)) == [1, 2]
    assert called(lambda y, x: [x, y], ("x", "y"))((1, 2)) == [1, 2]
    assert called(lambda a, b: [a, b], ("x", "y"))((1, 2)) == [1, 2]
    assert called(lambda *a: list(a), ("x", "y"))((1, 2)) == [1, 2]
    assert called(lambda x=0, y=0: [x, y], ("x", "y"))((1, 2)) == [1, 2]
    assert called(lambda v, scale=1: list(v), ("x", "y"))((1, 2)) == [1, 2]
    assert called(np.sum, ("x", "y"))((1, 2)) == 3
    assert called(lambda x: x[0], ("x",))((1,)) == 1
    assert called(lambda x: f"{x:.1f}", ("x",))((1,)) == "1.0"
    with pytest.raises(NameError):
        called(lambda x: x[0] + missing, ("x",))((1,))  # noqa: F821
    for function in (lambda: 0, lambda a, b: 0, lambda a, b, c, d: 0):
        with pytest.raises(Refusal, match="takes"):
            called(function, ("x", "y", "z"))


def test_a_binding_by_position_is_told():
    assert call_convention(lambda y, x: 0, ("x", "y")).note == ""
    assert call_convention(lambda *a: 0, ("x", "y")).note == ""
    assert call_convention(lambda v: 0, ("x", "y")).note == ""
    told = "its arguments are not named as the variables are: a is x, y is y"
    assert call_convention(lambda a, y: 0, ("x", "y")).note == told
    given = CallableClaim("--gradient", lambda a, y: [a, y], ("x", "y")).values([(1, 2)])
    assert given.notes == (f"--gradient: <lambda>: {told}",)


def test_what_counts_as_numbers():
    half = Fraction(1, 2)
    for given in (0.5, half, sympy.Rational(1, 2), np.float32(0.5), [0.5], [[half]], np.array([[0.5]])):
        assert numbers(given).item() == 0.5
    for given in (None, "0.5", 1j, [1j], True, [[1], [2, 3]], {}, [None], object(), sympy.Symbol("x"), b"1", iter([1])):
        with pytest.raises(Refusal, match="returned"):
            numbers(given)


def test_a_function_of_this_process():
    claim = CallableClaim("--gradient", lambda x, y: [x, y], ("x", "y"))
    assert [row.tolist() for row in claim.values([(1, 2), (3, 4)]).rows] == [[1, 2], [3, 4]]
    with pytest.raises(HesscliError, match="returned None"):
        CallableClaim("--gradient", lambda x, y: None, ("x", "y")).values([(1, 2)])


def test_the_child_loads_little_of_the_package():
    code = "import hesscli.checking.runner, sys; print(*(name for name in sys.modules if name.startswith('hesscli')))"
    found = subprocess.check_output([sys.executable, "-c", code], text=True).split()
    modules = ("checking", "checking.runner", "child", "errors", "guard")
    others = {name for name in found if not name.startswith("hesscli.child.")}
    assert others == {"hesscli", *(f"hesscli.{name}" for name in modules)}
