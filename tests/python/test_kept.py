"""One process of the exact side for all calls from Python: threads, forks, its end."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading

import pytest

from hesscli.exact import Session
from hesscli.language.syntax import parse
from hesscli.python import kept
from hesscli.request import Request
from hesscli.result import Texts


def worker():
    with kept.session() as session:
        session.submit(parse("x"), Request("gradient"), [(1.0,)], formulas=False).answers()
        return session._queue.child


@pytest.fixture(autouse=True)
def fresh():
    kept.close()
    yield
    kept.close()


def test_calls_share_a_process_and_a_dead_one_is_replaced():
    first = worker()
    assert worker() is first
    os.kill(first.pid, signal.SIGKILL)
    assert worker().pid != first.pid


def test_threads_take_turns():
    answers = {}

    def ask(k):
        with kept.session() as session:
            ticket = session.submit(parse(f"x**{k}"), Request("gradient"), [(1.0,)], formulas=False)
            answers[k] = ticket.answers()[0].values["gradient"].texts

    threads = [threading.Thread(target=ask, args=(k,)) for k in range(2, 10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {k: (str(k),) for k in range(2, 10)}


def test_work_that_nobody_waits_for_ends():
    pid = worker().pid

    def stopped():
        with kept.session() as session:
            session.submit(parse("x"), Request("gradient"), [(1.0,)])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert kept._kept.session is None
    assert worker().pid != pid


@pytest.mark.skipif(not hasattr(os, "fork"), reason="POSIX only")
def test_a_fork_has_a_process_of_its_own_and_leaves_the_first_alone():
    first = worker()
    pid = os.fork()
    if pid == 0:
        try:
            os._exit(0 if worker().pid != first.pid else 1)
        finally:
            os._exit(2)
    assert os.waitpid(pid, 0)[1] == 0
    assert worker() is first


@pytest.mark.skipif(not hasattr(os, "fork"), reason="POSIX only")
def test_it_ends_with_the_interpreter_though_a_fork_lives_on():
    code = (
        "import os, sys, time; from tests.python.test_kept import worker; print(worker().pid, flush=True)\n"
        "if os.fork() == 0: os.close(1); time.sleep(30)"
    )
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, timeout=60, check=True)
    pid = int(done.stdout)
    for _ in range(50):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        threading.Event().wait(0.1)
    pytest.fail("the child outlives its parent")


def test_closed_forms_are_worked_out_when_they_are_looked_at():
    def find():
        asked.append(1)
        return {"gradient": Texts((), ("2*x",))}

    asked = []
    later = kept.Later(find)
    assert not asked
    assert later["gradient"].texts == ("2*x",)
    assert dict(later) == later == pickle.loads(pickle.dumps(later))
    assert len(asked) == 1


def test_formulas_alone():
    with Session() as session:
        found = session.closed_forms(parse("x^3"), Request("hessian"), (2.0,)).formulas()
    assert found["hessian"].texts == ("6*x",)
