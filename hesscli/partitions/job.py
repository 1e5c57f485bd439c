"""What a worker is told once, what it is told of each partition, and what it says."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from hesscli.compute.asking import Places, as_seen, checked_rows
from hesscli.compute.compute import CHUNK, COLUMNS
from hesscli.language.expression import Expression
from hesscli.language.points import Grid, Stretch
from hesscli.options import Options
from hesscli.partitions.packing import Packed
from hesscli.request import Request
from hesscli.result import Result, TapeBlock


@dataclass(frozen=True, slots=True, eq=False)
class SweepJob:
    """A request at many points.

    Attributes:
        expression: f, of n variables.
        request: which derivative.
        options: how.
        count: k, the number of points.
        grid: where they are the points of a grid; else each partition comes with its own.
        first: the first point, where the closed forms are checked.
        arrays: whether stacked arrays are wanted, and not a Result a point.
        blocks: whether points outside the sample may come many at a time.
        single: whether of the arrays only the numbers to use of the one quantity are wanted.
    """

    expression: Expression
    request: Request
    options: Options
    count: int
    grid: Grid | None
    first: tuple[float, ...]
    arrays: bool
    blocks: bool
    single: bool

    @classmethod
    def of(
        cls,
        expression: Expression,
        request: Request,
        points: Places,
        options: Options,
        *,
        arrays: bool,
        blocks: bool = False,
        single: bool = False,
    ) -> tuple[SweepJob, Places]:
        """A job, and its points as both witnesses see them; arguments and errors as of `hesscli.compute.asking.ask`."""
        seen = as_seen(expression, request, points, options)
        grid, first = seen if isinstance(seen, Grid) else None, tuple(seen[0].tolist())
        return cls(expression, request, options, len(seen), grid, first, arrays, blocks, single), seen

    @property
    def partitions(self) -> Iterator[range]:
        """The points of each partition: whole steps of `hesscli.compute`.

        Raises:
            LimitError: all of too many are to be checked.
        """
        sampled = len(checked_rows(self.count, self.options.exact)) < self.count
        length = COLUMNS if sampled and (self.arrays or self.blocks) else CHUNK
        return (range(start, min(start + length, self.count)) for start in range(0, self.count, length))

    def words(self, partition: Partition) -> str:
        """Which points, for messages."""
        return f"points {partition.points.start + 1:,} to {partition.points.stop:,} of {self.count:,}"


@dataclass(frozen=True, slots=True, eq=False)
class Partition:
    """Some points of a job, one after the other.

    Attributes:
        points: which.
        rows: their coordinates, shape (k, n); None where the job has them.
    """

    points: range
    rows: NDArray[Any] | None

    def of(self, job: SweepJob) -> Grid | Stretch:
        """The coordinates, indexed as those of all points."""
        if self.rows is None:
            assert job.grid is not None
            return job.grid
        return Stretch(job.count, self.points.start, self.rows)


@dataclass(frozen=True, slots=True, eq=False)
class Answered:
    """The answers of a partition.

    Attributes:
        answers: packed Sweeps, or Results and TapeBlocks, in the order of the points.
        explained: place among them -> the same with what is explained of it, where the tape is wrong: those that
            would be explained if they were the first of the sweep.
    """

    answers: Sequence[Result | TapeBlock | Packed]
    explained: Mapping[int, Result] = field(default_factory=dict)


def pickled(answered: Answered) -> bytes:
    """As it is sent and kept."""
    return pickle.dumps(answered, protocol=pickle.HIGHEST_PROTOCOL)
