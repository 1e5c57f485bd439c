"""Partitions that this process answers itself, while its exact side is at the next ones already."""

from __future__ import annotations

from hesscli.compute.asking import InFlight
from hesscli.partitions.answering import Answering
from hesscli.partitions.job import Answered, Partition, SweepJob


class Here:
    """No worker but this process.

    Args:
        job: whose partitions it answers.
    """

    ahead = 4

    def __init__(self, job: SweepJob) -> None:
        self._answering = Answering(job)

    def submit(self, partition: Partition) -> _Awaited:
        """Set the exact side to work; returns at once."""
        return _Awaited(self._answering, self._answering.ask(partition))

    def close(self) -> None:
        """End the exact side's process."""
        self._answering.close()


class _Awaited:
    def __init__(self, answering: Answering, asked: InFlight) -> None:
        self._answering, self._asked = answering, asked

    def result(self) -> Answered:
        """What both witnesses say."""
        return self._answering.finish(self._asked)
