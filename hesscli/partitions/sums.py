"""The totals of sums in partitions of their terms: what they add is computed by workers, and put together here.

A worker is sent the terms themselves, columns and places. Terms at shared variables or linear forms come back as a few
sums; those that stand in entries of their own come back as they are, one number a term.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hesscli.elements.portions import Portion, SumPartition, portion_of
from hesscli.partitions.gathering import Executor, in_order


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
