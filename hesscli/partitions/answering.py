"""One worker's half: a job is read once, its partitions are answered as they come."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Protocol

from hesscli.compute.asking import InFlight, ask
from hesscli.compute.compute import FirstRefuted, plain, swept
from hesscli.exact import Session
from hesscli.explain import explained
from hesscli.partitions.job import Answered, Partition, SweepJob, pickled
from hesscli.partitions.packing import Packed
from hesscli.result import Texts

_THREADS = {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""Variables that leave TensorFlow one thread: as many work side by side as there are workers."""


def alone() -> None:
    """Leave TensorFlow one thread in this process, where it is not loaded yet."""
    os.environ.update(_THREADS)


class JobLike(Protocol):
    """Work that can be sent, of points or of sums."""

    def words(self, partition: Any) -> str:
        """Which part of it, for messages."""


class Answers(Protocol):
    """A worker's half of a job."""

    def ask(self, partition: Any) -> Any:
        """Set to work at a partition; returns soon."""

    def finish(self, asked: Any) -> Any:
        """What is said of it."""

    def close(self) -> None:
        """End what was started."""


def answering(job: Any) -> Answers:
    """Who answers a job; sums answer themselves, for there is nothing to keep."""
    return Answering(job) if isinstance(job, SweepJob) else job


def told(answers: Answers, partition: Any) -> Any:
    """What is said of a partition, for another process: of points the bytes that a journal keeps, written once."""
    found = answers.finish(answers.ask(partition))
    return pickled(found) if isinstance(found, Answered) else found


class Answering:
    """What a worker keeps from one partition to the next: traced functions, the exact side's process, closed forms.

    Args:
        job: whose partitions they are.
    """

    def __init__(self, job: SweepJob) -> None:
        how, self.job = job.options, job
        self.session = Session(time_limit=how.time_limit, digits=how.digits)
        self._known: Mapping[str, Texts] | None = None

    def ask(self, partition: Partition) -> InFlight:
        """Set the exact side to work at a partition; returns soon."""
        job, part, points = self.job, partition.points, partition.of(self.job)
        return ask(job.expression, job.request, points, job.options, self.session, part, self._formulas())

    def finish(self, asked: InFlight) -> Answered:
        """The answers of a partition that the exact side is at.

        Raises:
            LimitError: a limit of the tape is exceeded, and the exact side is not asked either.
        """
        job = self.job
        if job.arrays:
            done, packed = asked.part.start, []
            for sweep in swept(asked):
                packed.append(Packed.of(sweep, range(done, done + len(sweep)), single=job.single))
                done += len(sweep)
            return Answered(tuple(packed))
        answers = tuple(plain(asked, blocks=job.blocks))
        if job.options.explain:
            return Answered(answers)
        among = FirstRefuted()
        first = {k: one for k, one in enumerate(answers) if among.first(one)}
        told = {k: explained(job.expression, one, self.session, keep=False) for k, one in first.items()}
        return Answered(answers, told)

    def _formulas(self) -> Mapping[str, Texts]:
        """The closed forms as they are found at the first point of all; for all partitions the same."""
        if self._known is None:
            job, how = self.job, self.job.options
            wanted = how.formulas and how.exact != "off" and not job.arrays
            of = (job.expression, job.request, job.first)
            self._known = self.session.closed_forms(*of, dtype=how.dtype).formulas() if wanted else {}
        return self._known

    def close(self) -> None:
        """End the exact side's process."""
        self.session.close()
