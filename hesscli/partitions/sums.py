"""The totals of sums in partitions of their terms: what they add is computed by workers, and put together here.

Of many points a journal keeps those that are done.

A worker is sent the terms themselves, columns and places. Terms at shared variables or linear forms come back as a few
sums; those that stand in entries of their own come back as they are, one number a term.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.elements.portions import Portion, SumPartition, portion_of
from hesscli.language.programs.program import Program
from hesscli.options import Options
from hesscli.partitions.gathering import Executor, in_order
from hesscli.partitions.job import Answered, pickled
from hesscli.partitions.journal import Journal
from hesscli.result import Result
from hesscli.versions import versions

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class SumJob:
    """Totals of sums; a partition says itself what is asked of it, and a worker keeps nothing but traced functions."""

    def words(self, partition: SumPartition) -> str:
        """Which terms, for messages."""
        first, last = partition.start + 1, partition.start + partition.rows.stop - partition.rows.start
        return f"terms {first:,} to {last:,} of {partition.whole:,}"

    def ask(self, partition: SumPartition) -> SumPartition:
        """The tape alone works at it: there is nobody to ask."""
        return partition

    def finish(self, asked: SumPartition) -> Portion:
        """What the terms add; errors as of `portion_of`."""
        return portion_of(asked)

    def close(self) -> None:
        """Nothing was started."""


def portions(executor: Executor, partitions: Iterable[SumPartition]) -> Iterator[Portion]:
    """What all partitions add, in their order.

    Args:
        executor: who computes it; stays open, for there may be more points.
        partitions: of all elements.
    """
    for _, portion in in_order(executor, ((part, part.alone()) for part in partitions)):
        assert isinstance(portion, Portion)
        yield portion


def going_on(journal: Journal | None, rest: Callable[[int], Iterator[Result]]) -> Iterator[Result]:
    """The answers at many points: those that an earlier run has left, and then the others, which are kept.

    Args:
        journal: of the run; None keeps nothing.
        rest: the answers behind so many points.
    """
    if journal is None:
        yield from rest(0)
        return
    for part in journal.kept():
        for one in part.answers:
            assert isinstance(one, Result)
            journal.points += 1
            yield one
    for result in rest(journal.points):
        journal.add(pickled(Answered((result,))))
        journal.points += 1
        yield result


def described_sum(
    program: Program,
    command: str,
    points: Iterable[Array],
    options: Options,
    vector: Array | None,
    data: Mapping[str, tuple[int, int]],
    form: str,
) -> dict[str, Any]:
    """What must be the same for a run to go on where another stopped; plain values of JSON.

    Args:
        program: f of n variables.
        command: ``gradient``, ``hessian`` or ``hvp``.
        points: each of shape (n,), which stand here as a checksum.
        options: how.
        vector: of ``hvp``, shape (n,).
        data: what tells whether a file has changed.
        form: of the file.
    """
    digest, count = hashlib.sha256(b"" if vector is None else vector.tobytes()), 0
    for point in points:
        digest.update(np.ascontiguousarray(point).tobytes())
        count += 1
    return {
        "command": command,
        "expression": program.source,
        "parsed": program.parsed,
        "parameters": dict(program.outer.parameters),
        "data": {name: list(state) for name, state in data.items()},
        "options": {name: getattr(options, name) for name in options.__slots__},
        "format": form,
        "points": f"{count:,} ({digest.hexdigest()[:16]})",
        "versions": versions(),
    }
