"""The child process of the exact side: jobs in, answers out as they are ready.

An alarm for every point ends it even in the midst of a library call, so that nothing a user types can hang the
program. Values come first; formulas (and with them SymPy) wait while a few more values are asked for.
"""

from __future__ import annotations

import signal
from typing import Any

from hesscli.child import Channel, alarm
from hesscli.errors import HesscliError
from hesscli.exact.evaluate import Task, answer
from hesscli.exact.job import Job, unchecked

FORMULA_SECONDS = 3.0
BEHIND = 4
"""With so many submissions' formulas the values may be ahead."""

PATIENCE = 0.8
"""The part of the time limit after which what is certain is sent, rather than nothing."""


def main(channel: Channel) -> None:
    """Serve one parent until it ends this process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    waiting: list[Job] = []
    while True:
        if waiting and (channel.idle or len(waiting) > BEHIND):
            job = waiting.pop(0)
            channel.send(("attempt", job.number, None))
            channel.send(("formulas", job.number, _formulas(job)))
            continue
        job = channel.receive()
        _answer(job, channel)
        if job.check is not None:
            waiting.append(job)


def _answer(job: Job, channel: Channel) -> None:
    try:
        task = Task.of(job.expression, job.request, digits=job.digits, dtype=job.dtype)
    except Exception as error:
        for _ in job.points:
            channel.send(("answer", job.number, unchecked(_reason(error))))
        return
    for point in job.points:
        alarm(job.time_limit)
        try:
            found = answer(task, point, budget=PATIENCE * job.time_limit)
        except Exception as error:
            found = unchecked(_reason(error))
        alarm(0)
        channel.send(("answer", job.number, found))


def _formulas(job: Job) -> dict[str, Any]:
    from hesscli.exact.formulas import closed_forms  # noqa: PLC0415  SymPy takes 0.6 s: after all values

    alarm(min(job.time_limit, FORMULA_SECONDS))
    try:
        return closed_forms(job.expression, job.request, job.check, job.dtype, partial=job.partial)
    except Exception:
        return {}
    finally:
        alarm(0)


def _reason(error: BaseException) -> str:
    if isinstance(error, HesscliError):
        return error.message
    if isinstance(error, MemoryError):
        return "the exact side needs more memory than its limit"
    return f"the exact side failed ({type(error).__name__}: {error})"
