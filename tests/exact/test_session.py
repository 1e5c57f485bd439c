from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from hesscli.child import Child, EndedError
from hesscli.exact import Session
from hesscli.exact.submission import OtherPoints, Submission
from hesscli.language.syntax import parse
from hesscli.request import Request
from hesscli.result import ExactAnswer

HESSIAN = Request("hessian")


def test_values_then_formulas() -> None:
    with Session() as session:
        ticket = session.submit(parse("x0**2+x0*x1"), HESSIAN, [(1.0, 2.0)])
        (found,) = ticket.answers()
        assert found.texts["hessian"] == [["2", "1"], ["1", "0"]]
        assert found.proven
        assert ticket.formulas()["gradient"].nested() == ["2*x0 + x1", "x0"]


def test_many_submissions_to_one_child_in_any_order() -> None:
    with Session() as session:
        tickets = [session.submit(parse(f"x**{n}"), HESSIAN, [(1.0,), (2.0,)]) for n in range(2, 8)]
        for n, ticket in reversed(list(enumerate(tickets, start=2))):
            assert [found.texts["value"] for found in ticket.answers()] == ["1", str(2**n)]
            assert ticket.formulas()["gradient"]


def test_submissions_that_differ_in_their_points_stay_apart_from_others_and_from_a_child_before() -> None:
    square, cube = parse("x**2"), parse("x**3")
    asked = [(square, 1.0), (square, 2.0), (cube, 2.0), (cube, 3.0), (square, 3.0), (square, 4.0)]
    with Session() as session:
        first = [session.submit(f, HESSIAN, [(x,)]) for f, x in asked]
        assert [ticket.answers()[0].texts["value"] for ticket in first] == ["1", "4", "8", "27", "9", "16"]
        os.kill(session._queue.child.pid, signal.SIGKILL)
        again = [session.submit(f, HESSIAN, [(x,)], formulas=x > 2) for f, x in reversed(asked)]
        assert [ticket.answers()[0].texts["value"] for ticket in again] == ["16", "9", "27", "8", "4", "1"]
        assert [len(ticket.formulas()) for ticket in again] == [2, 2, 2, 0, 0, 0]


def test_what_is_sent_behind_a_submission_is_whole_by_it() -> None:
    last = Submission(1, parse("x**2"), HESSIAN, [(1.0,)], 17, "float64", (1.0,), 10.0)
    near = replace(last, number=2, points=[(2.0,), (3.0,)], check=None)
    short = near.after(last)
    assert isinstance(short, OtherPoints)
    assert short.whole(last) == near
    others = (
        {"digits": 18},
        {"dtype": "float32"},
        {"time_limit": 1.0},
        {"expression": parse("x**3")},
        {"partial": True},
    )
    for other in ({"request": Request("gradient")}, *others):
        assert replace(near, **other).after(last) == replace(near, **other)
    assert near.after(None) == near


def test_answers_stream() -> None:
    with Session() as session:
        ticket = session.submit(parse("x**2"), HESSIAN, [(float(k),) for k in range(500)], formulas=False)
        assert next(ticket.stream()).texts["value"] == "0"
        assert [found.texts["value"] for found in ticket.answers()] == [str(k * k) for k in range(500)]


def test_a_point_that_takes_too_long_costs_only_itself() -> None:
    heavy = parse(
        "Piecewise((x, x < 5), (" + "*".join(f"exp(sin({k}*x)/(2+cos({k}*x)))" for k in range(1, 30)) + ", True))"
    )
    points = [(1.0,), (6.5,), (2.0,)]
    with Session(time_limit=0.5) as session:
        start = time.monotonic()
        first, slow, last = session.submit(heavy, Request("derivative", order=6000), points, formulas=False).answers()
        assert time.monotonic() - start < 60
    assert (first.texts["derivative"], last.texts["value"]) == ("0", "2")
    assert slow.status == "unchecked"
    assert "0.5 s" in slow.notes[0]


def test_memory_is_limited() -> None:
    with Session(memory_limit=300 * 2**20, time_limit=20) as session:
        request = Request("derivative", order=12)
        (found,) = session.submit(
            parse("exp(x*y*z*u*v)/(1+x+y+z+u+v)"), request, [(1.0,) * 5], formulas=False
        ).answers()
    assert found.status == "unchecked"
    assert "memory" in found.notes[0] or "entries" in found.notes[0]


def test_a_child_that_somebody_else_killed_is_replaced_and_loses_nothing() -> None:
    with Session() as session:
        ticket = session.submit(parse("x**2"), HESSIAN, [(3.0,), (4.0,)])
        os.kill(session._queue.child.pid, signal.SIGKILL)
        assert [found.texts["value"] for found in ticket.answers()] == ["9", "16"]
        os.kill(session._queue.child.pid, signal.SIGTERM)
        assert ticket.formulas()["gradient"].nested() == ["2*x"]


def test_a_child_that_is_killed_again_and_again_says_so(monkeypatch) -> None:
    start = Child.__init__

    def doomed(self, *arguments, **options) -> None:
        start(self, *arguments, **options)
        os.kill(self.pid, signal.SIGKILL)

    monkeypatch.setattr(Child, "__init__", doomed)
    with Session() as session:
        for found in session.submit(parse("x**2"), HESSIAN, [(3.0,), (4.0,)], formulas=False).answers():
            assert found.status == "unchecked"
            assert found.notes == ("the exact side's process was ended by SIGKILL",)


def test_no_process_to_be_had_is_no_answer(monkeypatch) -> None:
    def refused(*_, **__) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(subprocess, "Popen", refused)
    with Session() as session:
        ticket = session.submit(parse("x**2"), HESSIAN, [(3.0,), (4.0,)])
        assert all("the system has no more process to give" in found.notes[0] for found in ticket.answers())
        assert ticket.formulas() == {}


def test_one_child_serves_all_digits_and_limits() -> None:
    with Session() as session:
        assert session._queue.child is None
        parts = [
            session.under(time_limit=k / 2, digits=k).submit(
                parse("1/x"), Request("gradient"), [(3.0,)], formulas=False
            )
            for k in range(3, 60)
        ]
        few = session.under(time_limit=1e12, digits=5)
        (rounded,) = few.submit(parse("1/x"), Request("gradient"), [(3.0,)], formulas=False).answers()
        assert rounded.texts["value"] == "0.33333"
        child = session._queue.child
        for k, part in enumerate(parts, start=3):
            assert part.answers()[0].texts["value"] == "0." + "3" * k
        assert session._queue.child is child
        session.submit(parse("x"), HESSIAN, [], formulas=False).answers()


def test_formulas_that_take_too_long_cost_no_value(monkeypatch) -> None:
    right = ExactAnswer({"value": "9"}, proven=True)
    script = [
        ("answer", 1, right), ("attempt", 1, None), EndedError(-signal.SIGALRM, "was ended by SIGALRM"),
        ("answer", 2, right), ("attempt", 2, None), ("formulas", 2, {"value": "x**2"}),
    ]  # fmt: skip

    class Scripted:
        def __init__(self, *_, **__) -> None:
            self.sent = []

        def send(self, job) -> None:
            self.sent.append(job)

        def receive(self, seconds):
            message = script.pop(0)
            if isinstance(message, EndedError):
                raise message
            return message

        def close(self) -> None:
            pass

    monkeypatch.setattr("hesscli.exact.session.Child", Scripted)
    session = Session()
    first, second = (session.submit(parse("x**2"), HESSIAN, [(3.0,)]) for _ in range(2))
    assert (second.answers(), first.answers()) == ([right], [right])
    assert (second.formulas(), first.formulas()) == ({"value": "x**2"}, {})


def test_the_total_limit_ends_a_sweep() -> None:
    with Session(total_limit=0.3) as session:
        points = [(k / 1000,) for k in range(200_000)]
        answers = session.submit(parse("exp(sin(x))"), HESSIAN, points, formulas=False).answers()
    assert len(answers) == len(points)
    assert answers[-1].status == "unchecked"
    assert "0.3 s" in answers[-1].notes[0]


def test_an_order_too_large_is_unchecked_with_the_reason() -> None:
    with Session() as session:
        (found,) = session.submit(parse("x*y"), Request("derivative", order=100_000), [(1.0, 2.0)]).answers()
    assert found.status == "unchecked"
    assert "entries" in found.notes[0]


def test_the_client_loads_neither_flint_nor_sympy_and_needs_no_main_guard() -> None:
    script = (
        "import sys\n"
        "from hesscli.exact import Session\n"
        "from hesscli.language.syntax import parse\n"
        "from hesscli.request import Request\n"
        "session = Session()\n"
        "print(session.submit(parse('x**2'), Request('gradient'), [(3.0,)], formulas=False).answers()[0].texts)\n"
        "session.close()\n"
        "assert not {'flint', 'sympy', 'tensorflow'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-"], input=script, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "{'value': '9', 'gradient': ['6']}\n"
    assert done.stderr == ""


def test_the_child_ends_with_its_parent() -> None:
    script = (
        "import os\n"
        "from hesscli.exact import Session\n"
        "from hesscli.language.syntax import parse\n"
        "from hesscli.request import Request\n"
        "session = Session()\n"
        "session.submit(parse('x'), Request('gradient'), [(3.0,)])\n"
        "print(session._queue.child.pid, flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60)
    pid = int(done.stdout)
    for _ in range(100):
        state = subprocess.run(
            ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
        ).stdout
        if not state.strip() or state.startswith("Z"):
            return
        time.sleep(0.1)
    pytest.fail("the child lives on")
