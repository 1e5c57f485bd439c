"""The client of the exact side's child process; imports neither flint nor SymPy.

One `Session` keeps one child (see `worker`) for any number of submissions, each with digits and limits of its own.
A child that a limit ended is replaced and goes on with the next point, so that a slow point of a sweep costs only
itself; one that somebody else ended is given the same point once more.
"""

from __future__ import annotations

import copy
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from hesscli.child import Child, EndedError
from hesscli.errors import LimitError
from hesscli.exact.submission import Submission, unchecked
from hesscli.language.expression import Expression
from hesscli.request import Request
from hesscli.result import ExactAnswer, Texts

WORKER = "hesscli.exact.worker"
GRACE = 5.0
"""Seconds beyond the time limit after which the parent ends a child whose own alarm has not."""

MOST_FAILURES = 3


class Ticket:
    """One submission: its answers come one by one, its formulas after them."""

    def __init__(self, queue: _Queue, submission: Submission, total_limit: float) -> None:
        self.submission = submission
        self.total_limit = total_limit
        self.received: list[ExactAnswer] = []
        self.found: Mapping[str, Texts] | None = {} if submission.check is None else None
        self.started: float | None = None
        self.failures = 0
        self._repeated = -1
        self._queue = queue

    @property
    def complete(self) -> bool:
        """Whether every answer is there."""
        return len(self.received) == len(self.submission.points)

    @property
    def done(self) -> bool:
        """Whether nothing more will come."""
        return self.complete and self.found is not None

    @property
    def overdue(self) -> bool:
        """Whether all points together have taken too long, since somebody waits for them."""
        if self.started is None:
            self.started = time.monotonic()
        return time.monotonic() > self.started + self.total_limit

    def stream(self) -> Iterator[ExactAnswer]:
        """The answers in the order of the points, each as soon as it is there.

        No limit raises: where there is no answer within them, one says so with the status ``unchecked``.
        """
        for k in range(len(self.submission.points)):
            self._queue.wait(partial(self._reached, k + 1), self)
            yield self.received[k]

    def answers(self) -> list[ExactAnswer]:
        """One answer a point; waits for them, at most as long as the limits allow."""
        return list(self.stream())

    def formulas(self) -> Mapping[str, Texts]:
        """Quantity -> closed forms; empty where none is short enough or in time."""
        self._queue.wait(lambda: self.done, self)
        return self.found or {}

    def _reached(self, count: int) -> bool:
        return len(self.received) >= count

    def rest(self) -> Submission:
        """What the child has not sent yet."""
        return replace(
            self.submission,
            points=self.submission.points[len(self.received) :],
            check=None if self.found is not None else self.submission.check,
        )

    def repeat(self) -> bool:
        """Whether what is missing next may be tried again: once."""
        before, self._repeated = self._repeated, len(self.received)
        return before != self._repeated

    def give_up(self, reason: str, *, everything: bool) -> None:
        """Go without the next answer, or without all that are missing; without formulas if no answer is.

        Args:
            reason: why, for the person.
            everything: whether all that is missing is given up.
        """
        self.failures += 1
        everything |= self.failures > MOST_FAILURES
        if self.complete or everything:
            self.found = {}
        missing = len(self.submission.points) - len(self.received)
        self.received.extend([unchecked(reason)] * (missing if everything else min(missing, 1)))


class Session:
    """A child process that answers exactly, under limits; it starts with the first submission.

    Args:
        time_limit: seconds for each point, and for the formulas.
        memory_limit: bytes of address space of the child; 0 for none.
        digits: decimal digits of the answers.
        total_limit: seconds for all points of one submission together.

    Example:
        >>> from hesscli.language.syntax import parse
        >>> with Session() as session:
        ...     ticket = session.submit(parse("x**3"), Request("gradient"), [(2.0,)], formulas=False)
        ...     ticket.answers()[0].values["gradient"].texts
        ('12',)
    """

    def __init__(
        self, time_limit: float = 10.0, memory_limit: int = 2 * 2**30, digits: int = 17, *, total_limit: float = 300.0
    ) -> None:
        self.time_limit, self.digits, self.total_limit = time_limit, digits, total_limit
        self._queue = _Queue(memory_limit)

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def under(self, *, time_limit: float, digits: int) -> Session:
        """The same child, under other limits.

        Args:
            time_limit: seconds for each point, and for the formulas.
            digits: decimal digits of the answers.
        """
        same = copy.copy(self)
        same.time_limit, same.digits = time_limit, digits
        return same

    def submit(
        self,
        expression: Expression,
        request: Request,
        points: Sequence[Sequence[float]],
        *,
        formulas: bool = True,
        dtype: str = "float64",
    ) -> Ticket:
        """Ask for the answers at k points; returns at once.

        Args:
            expression: f, of n variables.
            request: which derivatives.
            points: shape (k, n).
            formulas: whether closed forms are wanted, checked at the first point.
            dtype: float64 or float32.
        """
        rows = [tuple(float(x) for x in point) for point in points]
        check = rows[0] if formulas and rows else None
        submission = Submission(
            number=self._queue.number(),
            expression=expression,
            request=request,
            points=rows,
            digits=self.digits,
            dtype=dtype,
            check=check,
            time_limit=self.time_limit,
        )
        return self._queue.put(submission, self.total_limit)

    def closed_forms(
        self,
        expression: Expression,
        request: Request,
        point: Sequence[float],
        *,
        dtype: str = "float64",
        partial: bool = False,
    ) -> Ticket:
        """Ask for the formulas alone; returns at once.

        Args:
            expression: f, of n variables.
            request: which derivatives.
            point: n coordinates, where the forms are checked.
            dtype: float64 or float32.
            partial: whether arrays of which some entries have none are wanted too.
        """
        number, check = self._queue.number(), tuple(point)
        submission = Submission(number, expression, request, (), self.digits, dtype, check, self.time_limit, partial)
        return self._queue.put(submission, self.total_limit)

    @property
    def idle(self) -> bool:
        """Whether nothing is waited for."""
        return self._queue.idle

    def close(self) -> None:
        """End the child."""
        self._queue.close()

    def leave(self) -> None:
        """In a copy of this process: let go of the child, which is the original's."""
        if self._queue.child is not None:
            self._queue.child.leave()


class _Queue:
    """The submissions that wait, and the one child that works at them in their order."""

    def __init__(self, memory_limit: int) -> None:
        self.memory_limit = memory_limit
        self.child: Child | None = None
        self._tickets: dict[int, Ticket] = {}
        self._count = 0
        self._attempted: Ticket | None = None
        self._sent: Submission | None = None
        self._lock = threading.Lock()

    def number(self) -> int:
        """Of the next submission."""
        with self._lock:
            self._count += 1
            return self._count

    @property
    def idle(self) -> bool:
        """Whether every submission has all it asked for."""
        return not self._tickets

    def put(self, submission: Submission, total_limit: float) -> Ticket:
        """Hand a submission to the child; there is one from now on."""
        ticket = Ticket(self, submission, total_limit)
        if ticket.done:
            return ticket
        with self._lock:
            self._tickets[submission.number] = ticket
            if self.child is None:
                self._start()
            else:
                self.child.send(submission.after(self._sent))
                self._sent = submission
        return ticket

    def close(self) -> None:
        """End the child."""
        child, self.child = self.child, None
        if child is not None:
            child.close()

    def wait(self, arrived: Callable[[], bool], ticket: Ticket) -> None:
        """Take in the child's messages until one of them, or a limit, settles what a ticket waits for."""
        while not arrived():
            with self._lock:
                if not arrived():
                    self._advance(ticket)

    def _advance(self, ticket: Ticket) -> None:
        """Take in one message of the child, or deal with its end."""
        overdue = ticket.overdue
        if self.child is None:  # closed meanwhile
            self._start()
            return
        try:
            longest = max(waiting.submission.time_limit for waiting in self._tickets.values())
            message = self.child.receive(0.01 if overdue else longest + GRACE)
        except TimeoutError:
            if not overdue:
                self._recover(-signal.SIGALRM)
        except EndedError as end:
            self._recover(end)
            return
        else:
            self._take(*message)
        if overdue and not ticket.complete:
            ticket.give_up(f"not reached within {ticket.total_limit:g} s for all points", everything=True)
            self._restart()

    def _take(self, kind: str, number: int, content: Any) -> None:
        """What the child says of a ticket: an answer, its formulas, or that it looks for them now."""
        owner = self._tickets[number]
        self._attempted = owner if kind == "attempt" else None
        if kind == "answer":
            owner.received.append(content)
        elif kind == "formulas":
            owner.found = content
        if owner.done:
            del self._tickets[number]

    def _recover(self, end: EndedError | int) -> None:
        """Replace the child; what it was at goes without an answer, and the rest goes on."""
        waiting = [ticket for ticket in self._tickets.values() if not ticket.complete]
        ticket = self._attempted or (waiting or [*self._tickets.values()])[0]
        if not (isinstance(end, EndedError) and end.outside and ticket.repeat()):
            ticket.give_up(self._why(end, ticket.submission), everything=False)
        self._restart()

    def _restart(self) -> None:
        """A new child for what is still waited for, if anything is."""
        self.close()
        self._attempted = None
        self._tickets = {number: ticket for number, ticket in self._tickets.items() if not ticket.done}
        if self._tickets:
            self._start()

    def _start(self) -> None:
        self._sent = None
        try:
            self.child = Child(WORKER, memory_limit=self.memory_limit)
        except LimitError as problem:
            for ticket in self._tickets.values():
                ticket.give_up(f"the exact side could not be started: {problem.message}", everything=True)
            self._tickets = {}
            return
        for ticket in self._tickets.values():
            self.child.send(ticket.rest())

    def _why(self, end: EndedError | int, submission: Submission) -> str:
        """The reason for the end of a child in words."""
        code = end if isinstance(end, int) else end.code
        if code == -signal.SIGALRM:
            return f"the exact side took longer than its limit of {submission.time_limit:g} s"
        if code == -signal.SIGABRT:
            return f"the exact side needs more memory than its limit of {self.memory_limit / 2**30:.3g} GiB"
        return f"the exact side's process {end.words if isinstance(end, EndedError) else 'ended'}"
