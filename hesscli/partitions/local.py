"""Workers of this machine: processes that start when there is work, and are replaced when one ends."""

from __future__ import annotations

import queue
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from hesscli.child import Child, EndedError
from hesscli.errors import LimitError
from hesscli.partitions.answering import JobLike

WORKER = "hesscli.partitions.worker"
FOREVER = 1e9
"""Seconds; a limit on time is the exact side's own."""


class Workers:
    """So many processes, each at one partition at a time.

    Args:
        job: whose partitions they answer.
        count: how many.
    """

    def __init__(self, job: JobLike, count: int) -> None:
        self._job, self._closed = job, False
        self._idle: queue.SimpleQueue[Child | None] = queue.SimpleQueue()
        self._children: set[Child] = set()
        for _ in range(count):
            self._idle.put(None)
        self._threads = ThreadPoolExecutor(count)
        self.ahead = 2 * count

    def submit(self, partition: Any) -> Future[Any]:
        """Have a partition answered; returns at once."""
        return self._threads.submit(self._answer, partition)

    def close(self) -> None:
        """End them all, whatever they are at."""
        self._closed = True
        self._threads.shutdown(wait=False, cancel_futures=True)
        for child in tuple(self._children):
            child.close()

    def _answer(self, partition: Any) -> Any:
        """By a worker that is free; once more by another where that one ends."""
        ends = []
        for _ in range(2):
            child = self._idle.get() or self._start()
            try:
                child.send(partition)
                found = child.receive(FOREVER)
            except EndedError as end:
                ends.append(end)
                self._children.discard(child)
                self._idle.put(None)
                if self._closed:
                    raise
                continue
            self._idle.put(child)
            if isinstance(found, Exception):
                raise found
            return found
        raise LimitError(
            f"{self._job.words(partition)}: the worker {ends[0].words}, and the one after it {ends[1].words}; "
            "is there memory for so many workers?"
        )

    def _start(self) -> Child:
        child = Child(WORKER)
        self._children.add(child)
        if self._closed:
            child.close()
        child.send(self._job)
        return child
