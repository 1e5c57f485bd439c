"""The child process of the exact side: submissions in, answers out as they are ready.

An alarm for every point ends it even in the midst of a library call, so that nothing a user types can hang the
program. Values come first; formulas (and with them SymPy) wait while a few more values are asked for.
"""

from __future__ import annotations

import signal
from functools import lru_cache
from typing import Any

from hesscli.child import Channel, alarm
from hesscli.errors import HesscliError
from hesscli.exact.evaluate import Task, enclose
from hesscli.exact.submission import OtherPoints, Submission, unchecked
from hesscli.language.expression import Expression
from hesscli.request import Request

FORMULA_SECONDS = 3.0
BEHIND = 4
"""With so many submissions' formulas the values may be ahead."""

PATIENCE = 0.8
"""The part of the time limit after which what is certain is sent, rather than nothing."""


def main(channel: Channel) -> None:
    """Serve one parent until it ends this process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    waiting: list[Submission] = []
    last: Any = None
    while True:
        if waiting and (channel.idle or len(waiting) > BEHIND):
            submission = waiting.pop(0)
            channel.send(("attempt", submission.number, None))
            channel.send(("formulas", submission.number, _formulas(submission)))
            continue
        message = channel.receive()
        submission = last = message.whole(last) if isinstance(message, OtherPoints) else message
        _answer(submission, channel)
        if submission.check is not None:
            waiting.append(submission)


def _answer(submission: Submission, channel: Channel) -> None:
    try:
        task = _task(submission.expression, submission.request, submission.digits, submission.dtype)
    except Exception as error:
        for _ in submission.points:
            channel.send(("answer", submission.number, unchecked(_reason(error))))
        return
    for point in submission.points:
        alarm(submission.time_limit)
        try:
            found = enclose(task, point, budget=PATIENCE * submission.time_limit)
        except Exception as error:
            found = unchecked(_reason(error))
        alarm(0)
        channel.send(("answer", submission.number, found))


@lru_cache(maxsize=16)
def _task(expression: Expression, request: Request, digits: int, dtype: str) -> Task:
    """Kept, since many submissions differ in their point only."""
    return Task.of(expression, request, digits=digits, dtype=dtype)


def _formulas(of: Submission) -> dict[str, Any]:
    from hesscli.exact.formulas import closed_forms  # noqa: PLC0415  SymPy takes 0.6 s: after all values

    alarm(min(of.time_limit, FORMULA_SECONDS))
    try:
        return closed_forms(of.expression, of.request, of.check, of.dtype, partial=of.partial)
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
