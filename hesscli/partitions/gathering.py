"""The parent's half: partitions handed out, so many ahead, and their answers put together in order."""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import Any, Protocol, TypeVar

from hesscli.compute.asking import Places
from hesscli.compute.compute import FirstRefuted
from hesscli.partitions.collection import uncollected
from hesscli.partitions.job import Answered, Partition, SweepJob, pickled
from hesscli.partitions.journal import Journal
from hesscli.partitions.packing import Packed
from hesscli.result import Result, Sweep, TapeBlock


class Awaited(Protocol):
    """An answer that is on its way."""

    def result(self) -> Any:
        """Wait for it."""


class Executor(Protocol):
    """Who answers partitions."""

    @property
    def ahead(self) -> int:
        """So many partitions may be on their way or wait for their turn."""

    def submit(self, partition: Any) -> Awaited:
        """Have a partition answered; returns at once."""

    def close(self) -> None:
        """End what was started, whatever it is at."""


Name = TypeVar("Name")


def in_order(executor: Executor, partitions: Iterable[tuple[Name, Any]]) -> Iterator[tuple[Name, Any]]:
    """The answers of partitions in their order, so many on their way as the executor wants.

    Args:
        executor: who answers.
        partitions: each with what it is called here.
    """
    waiting: deque[tuple[Name, Awaited]] = deque()
    for name, partition in partitions:
        if len(waiting) >= executor.ahead:
            first, awaited = waiting.popleft()
            yield first, awaited.result()
        waiting.append((name, executor.submit(partition)))
    while waiting:
        first, awaited = waiting.popleft()
        yield first, awaited.result()


def parts(
    job: SweepJob,
    points: Places,
    executor: Executor,
    progress: Callable[[int, int], None] | None = None,
    journal: Journal | None = None,
) -> Generator[Answered, None, None]:
    """The answers of all partitions in their order.

    Args:
        job: what is asked.
        points: all coordinates, shape (k, n).
        executor: who answers; closed at the end.
        progress: called with the number of points done, and of all.
        journal: has what was answered before, and gets what is answered now.
    """
    try:
        spans = job.partitions
        if journal is not None:
            for part, span in zip(journal.kept(), spans, strict=False):
                journal.points = span.stop
                yield part
        left = (
            (span, Partition(span, None if job.grid is not None else points[span.start : span.stop])) for span in spans
        )
        for span, said in in_order(executor, left):
            if journal is not None:
                journal.add(said if isinstance(said, bytes) else pickled(said))
                journal.points = span.stop
            if progress is not None:
                progress(span.stop, job.count)
            yield _read(said) if isinstance(said, bytes) else said
    finally:
        executor.close()


def _read(content: bytes) -> Answered:
    """What a worker has sent; all of it stays, and looking for what does not takes longer than reading."""
    with uncollected():
        part: Answered = pickle.loads(content)
    return part


def results(found: Iterable[Answered]) -> Iterator[Result | TapeBlock]:
    """What `hesscli.compute.compute.streamed` would say of all points."""
    among = FirstRefuted()
    for part in found:
        for k, one in enumerate(part.answers):
            assert not isinstance(one, Packed)
            yield part.explained.get(k, one) if among.first(one) else one


def sweeps(found: Iterable[Answered], points: Places) -> Iterator[Sweep]:
    """What `hesscli.compute.compute.swept` would say of all points."""
    for part in found:
        for one in part.answers:
            assert isinstance(one, Packed)
            yield one.unpacked(points)
