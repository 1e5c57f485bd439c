"""The child process of the exact side: requests in on standard input, answers out as they are ready.

It runs under a memory limit, and under an alarm for every point that ends it even in the midst of a
library call, so that nothing a user types can hang or exhaust the program. Values come first; formulas
(and with them SymPy) wait until no value is asked for.
"""

from __future__ import annotations

import os
import pickle
import queue
import signal
import sys
import threading
from typing import Any, BinaryIO

from hesscli.errors import HesscliError
from hesscli.exact.evaluate import Task, answer
from hesscli.exact.job import Job, unchecked

FORMULA_SECONDS = 3.0
PATIENCE = 0.8
"""The part of the time limit after which what is certain is sent, rather than nothing."""


def main() -> None:
    """Serve one parent until it closes the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    memory_limit = int(sys.argv[-1])
    if memory_limit:
        _limit_memory(memory_limit)
    jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(sys.stdin.buffer, jobs), daemon=True).start()
    _serve(jobs, answers)


def _read(requests: BinaryIO, jobs: queue.SimpleQueue[Job]) -> None:
    """Queue what comes; the parent's end is the end of this process."""
    try:
        while True:
            jobs.put(pickle.load(requests))
    except (EOFError, OSError, pickle.UnpicklingError):
        os._exit(0)


def _serve(jobs: queue.SimpleQueue[Job], answers: BinaryIO) -> None:
    waiting: list[Job] = []
    while True:
        if waiting and jobs.empty():
            job = waiting.pop(0)
            _send(answers, ("formulas", job.number, _formulas(job)))
            continue
        job = jobs.get()
        _answer(job, answers)
        if job.check is not None:
            waiting.append(job)


def _answer(job: Job, answers: BinaryIO) -> None:
    try:
        task = Task.of(job.expression, job.request, digits=job.digits, dtype=job.dtype)
    except Exception as error:
        for _ in job.points:
            _send(answers, ("answer", job.number, unchecked(_reason(error))))
        return
    for point in job.points:
        _alarm(job.time_limit)
        try:
            found = answer(task, point, budget=PATIENCE * job.time_limit)
        except Exception as error:
            found = unchecked(_reason(error))
        _alarm(0)
        _send(answers, ("answer", job.number, found))


def _formulas(job: Job) -> dict[str, Any]:
    from hesscli.exact.formulas import closed_forms  # noqa: PLC0415  SymPy takes 0.6 s: after all values

    _alarm(min(job.time_limit, FORMULA_SECONDS))
    try:
        return closed_forms(job.expression, job.request, job.check, job.dtype)
    except Exception:
        return {}
    finally:
        _alarm(0)


def _reason(error: BaseException) -> str:
    if isinstance(error, HesscliError):
        return error.message
    if isinstance(error, MemoryError):
        return "the exact side needs more memory than its limit"
    return f"the exact side failed ({type(error).__name__}: {error})"


def _send(answers: BinaryIO, message: tuple[Any, ...]) -> None:
    try:
        pickle.dump(message, answers, protocol=pickle.HIGHEST_PROTOCOL)
        answers.flush()
    except OSError:
        os._exit(0)


def _alarm(seconds: float) -> None:
    """End this process in ``seconds`` unless called again; the kernel keeps the time, whatever runs here."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _limit_memory(size: int) -> None:
    try:
        import resource  # noqa: PLC0415  not on every system

        resource.setrlimit(resource.RLIMIT_AS, (size, size))
    except (ImportError, ValueError, OSError):
        return


if __name__ == "__main__":
    main()
