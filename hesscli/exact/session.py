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
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from hesscli.exact.job import Job, unchecked
from hesscli.language.expression import Expression
from hesscli.result import ExactAnswer, Request, Strings

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
        self.found: Mapping[str, Strings] | None = {} if job.check is None else None
        self.started = time.monotonic()
        self._session = session

    @property
    def complete(self) -> bool:
        """Whether every answer is there."""
        return len(self.received) == len(self.job.points)

    def stream(self) -> Iterator[ExactAnswer]:
        """The answers in the order of the points, each as soon as it is there."""
        for k in range(len(self.job.points)):
            while len(self.received) <= k:
                self._session.advance(self)
            yield self.received[k]

    def answers(self) -> list[ExactAnswer]:
        """One answer a point; waits for them, at most as long as the limits allow."""
        return list(self.stream())

    def formulas(self) -> Mapping[str, Strings]:
        """Quantity -> closed forms nested like its array; empty where none is short enough or in time."""
        while not self.complete or self.found is None:
            self._session.advance(self)
        return self.found

    def rest(self) -> Job:
        """What the child has not sent yet."""
        return replace(
            self.job,
            points=self.job.points[len(self.received) :],
            check=None if self.found is not None else self.job.check,
        )

    def give_up(self, reason: str, *, everything: bool) -> None:
        """Go without the next answer, or without all that are missing; without formulas if no answer is."""
        if self.complete:
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
        ...     ticket.answers()[0].values
        {'value': '8', 'gradient': ['12']}
    """

    def __init__(
        self, time_limit: float = 10.0, memory_limit: int = 2 * 2**30, digits: int = 17, *, total_limit: float = 300.0
    ) -> None:
        self.time_limit, self.memory_limit, self.digits, self.total_limit = (
            time_limit,
            memory_limit,
            digits,
            total_limit,
        )
        self._tickets: list[Ticket] = []
        self._failures = 0
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
        job = Job(len(self._tickets), expression, request, rows, self.digits, dtype, check, self.time_limit)
        ticket = Ticket(self, job)
        self._tickets.append(ticket)
        self._outgoing.put(job)
        return ticket

    def close(self) -> None:
        """End the child."""
        self._outgoing.put(None)
        self._child.kill()
        self._child.wait()

    def advance(self, ticket: Ticket) -> None:
        """Take in one message of the child, or deal with its end."""
        if time.monotonic() > ticket.started + self.total_limit:
            self._recover(f"not reached within {self.total_limit:g} s for all points", everything=True)
            return
        try:
            message = self._incoming.get(timeout=self.time_limit + GRACE)
        except queue.Empty:
            self._recover(self._why(-signal.SIGALRM))
            return
        if message is None:
            self._recover(self._why(self._child.wait()))
            return
        kind, number, content = message
        if kind == "answer":
            self._tickets[number].received.append(content)
        else:
            self._tickets[number].found = content

    def _start(self) -> None:
        root = str(Path(__file__).resolve().parents[2])
        self._child = subprocess.Popen(
            [sys.executable, "-c", _CHILD, root, str(self.memory_limit)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._outgoing: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._incoming: queue.SimpleQueue[Any] = queue.SimpleQueue()
        threading.Thread(target=_write, args=(self._child.stdin, self._outgoing), daemon=True).start()
        threading.Thread(target=_read, args=(self._child.stdout, self._incoming), daemon=True).start()

    def _recover(self, reason: str, *, everything: bool = False) -> None:
        """Replace the child; what it was at goes without an answer, the rest goes on."""
        self.close()
        waiting = [ticket for ticket in self._tickets if not ticket.complete] or self._tickets
        culprit = next(ticket for ticket in waiting if not ticket.complete or ticket.found is None)
        self._failures += 1
        culprit.give_up(reason, everything=everything or self._failures > MOST_FAILURES)
        self._start()
        for ticket in self._tickets:
            if not ticket.complete or ticket.found is None:
                self._outgoing.put(ticket.rest())

    def _why(self, code: int) -> str:
        """The reason for the end of a child in words."""
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
