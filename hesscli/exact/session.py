"""The client of the exact side's child process; imports neither flint nor SymPy.

One `Session` keeps one child (see `worker`) for any number of submissions. A child that a limit ended is
replaced and goes on with the next point, so that a slow point of a sweep costs only itself.
"""

from __future__ import annotations

import pickle
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from hesscli.exact.job import Job, unchecked
from hesscli.language.expression import Expression
from hesscli.request import Request
from hesscli.result import ExactAnswer, Texts

GRACE = 5.0
MOST_FAILURES = 3
_CHILD = (
    "import sys; sys.path[:] = [p for p in sys.path if p]; root = sys.argv[1]\n"
    "if root not in sys.path: sys.path.insert(0, root)\n"
    "from hesscli.exact.worker import main; main()"
)


class Ticket:
    """One submission: its answers come one by one, its formulas after them."""

    def __init__(self, session: Session, job: Job) -> None:
        self.job = job
        self.received: list[ExactAnswer] = []
        self.found: Mapping[str, Texts] | None = {} if job.check is None else None
        self.started = time.monotonic()
        self.failures = 0
        self._session = session

    @property
    def complete(self) -> bool:
        """Whether every answer is there."""
        return len(self.received) == len(self.job.points)

    @property
    def done(self) -> bool:
        """Whether nothing more will come."""
        return self.complete and self.found is not None

    def stream(self) -> Iterator[ExactAnswer]:
        """The answers in the order of the points, each as soon as it is there."""
        for k in range(len(self.job.points)):
            self._session.wait(partial(self._reached, k + 1), self)
            yield self.received[k]

    def answers(self) -> list[ExactAnswer]:
        """One answer a point; waits for them, at most as long as the limits allow."""
        return list(self.stream())

    def formulas(self) -> Mapping[str, Texts]:
        """Quantity -> closed forms; empty where none is short enough or in time."""
        self._session.wait(lambda: self.done, self)
        return self.found or {}

    def _reached(self, count: int) -> bool:
        return len(self.received) >= count

    def rest(self) -> Job:
        """What the child has not sent yet."""
        return replace(
            self.job,
            points=self.job.points[len(self.received) :],
            check=None if self.found is not None else self.job.check,
        )

    def give_up(self, reason: str, *, everything: bool) -> None:
        """Go without the next answer, or without all that are missing; without formulas if no answer is."""
        self.failures += 1
        everything |= self.failures > MOST_FAILURES
        if self.complete or everything:
            self.found = {}
        missing = len(self.job.points) - len(self.received)
        self.received.extend([unchecked(reason)] * (missing if everything else min(missing, 1)))


class Session:
    """A child process that answers exactly, under limits.

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
        self.time_limit, self.memory_limit = time_limit, memory_limit
        self.digits, self.total_limit = digits, total_limit
        self._tickets: dict[int, Ticket] = {}
        self._count = 0
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._start()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def submit(
        self,
        expression: Expression,
        request: Request,
        points: Sequence[Sequence[float]],
        *,
        formulas: bool = True,
        dtype: str = "float64",
    ) -> Ticket:
        """Ask for the answers at k points; returns at once."""
        rows = [tuple(float(x) for x in point) for point in points]
        check = rows[0] if formulas and rows else None
        with self._lock:
            self._count += 1
            job = Job(self._count, expression, request, rows, self.digits, dtype, check, self.time_limit)
            self._tickets[job.number] = Ticket(self, job)
            self._outgoing.put(job)
            return self._tickets[job.number]

    def close(self) -> None:
        """End the child."""
        self._outgoing.put(None)
        if self._child is not None:
            self._child.kill()
            self._child.wait()

    def wait(self, arrived: Callable[[], bool], ticket: Ticket) -> None:
        """Take in the child's messages until one of them, or a limit, settles what a ticket waits for."""
        while not arrived():
            with self._lock:
                if not arrived():
                    self._advance(ticket)

    def _advance(self, ticket: Ticket) -> None:
        """Take in one message of the child, or deal with its end."""
        overdue = time.monotonic() > ticket.started + self.total_limit
        try:
            message = self._incoming.get(timeout=0.01 if overdue else self.time_limit + GRACE)
        except queue.Empty:
            if overdue:
                self._recover(f"not reached within {self.total_limit:g} s for all points", ticket)
            else:
                self._recover(self._why(-signal.SIGALRM))
            return
        if message is None:
            self._recover(self._why(None if self._child is None else self._child.wait()))
            return
        if overdue and not ticket.complete:
            self._recover(f"not reached within {self.total_limit:g} s for all points", ticket)
            return
        kind, number, content = message
        owner = self._tickets[number]
        if kind == "answer":
            owner.received.append(content)
        else:
            owner.found = content
        if owner.done:
            del self._tickets[number]

    def _start(self) -> None:
        root = str(Path(__file__).resolve().parents[2])
        self._outgoing: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._incoming: queue.SimpleQueue[Any] = queue.SimpleQueue()
        try:
            self._child = subprocess.Popen(
                [sys.executable or "python3", "-c", _CHILD, root, str(self.memory_limit)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError:
            self._child = None
            self._incoming.put(None)
            return
        threading.Thread(target=_write, args=(self._child.stdin, self._outgoing), daemon=True).start()
        threading.Thread(target=_read, args=(self._child.stdout, self._incoming), daemon=True).start()

    def _recover(self, reason: str, overdue: Ticket | None = None) -> None:
        """Replace the child; what it was at goes without an answer, or all of an overdue ticket; the rest goes on."""
        self.close()
        waiting = [ticket for ticket in self._tickets.values() if not ticket.complete] or [*self._tickets.values()]
        (overdue or waiting[0]).give_up(reason, everything=overdue is not None)
        self._tickets = {number: ticket for number, ticket in self._tickets.items() if not ticket.done}
        self._start()
        for ticket in self._tickets.values():
            self._outgoing.put(ticket.rest())

    def _why(self, code: int | None) -> str:
        """The reason for the end of a child in words."""
        if code is None:
            return "the exact side's process could not be started"
        if code == -signal.SIGALRM:
            return f"the exact side took longer than its limit of {self.time_limit:g} s"
        if code in (-signal.SIGABRT, -signal.SIGKILL):
            return f"the exact side needs more memory than its limit of {self.memory_limit / 2**30:.3g} GiB"
        return f"the exact side's process ended with status {code}"


def _write(requests: Any, outgoing: queue.SimpleQueue[Job | None]) -> None:
    """Send jobs as the child takes them; runs beside the caller, whom a full pipe would stop."""
    try:
        while (job := outgoing.get()) is not None:
            pickle.dump(job, requests, protocol=pickle.HIGHEST_PROTOCOL)
            requests.flush()
        requests.close()
    except OSError:
        return


def _read(answers: Any, incoming: queue.SimpleQueue[Any]) -> None:
    """Take in what the child sends; None at its end."""
    try:
        while True:
            incoming.put(pickle.load(answers))
    except (EOFError, OSError, pickle.UnpicklingError):
        incoming.put(None)
        answers.close()
