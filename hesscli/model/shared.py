"""A model's batches shared among workers: each loads the model and its data once, and says what every batch gives.

The sum over the batches is made here, in their order, so that it has the same bits whoever was at work.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

from numpy.typing import NDArray

from hesscli.errors import HesscliError, LimitError
from hesscli.language.data import stamps
from hesscli.model.binding import Model, Setting, read_model
from hesscli.model.gaussnewton import CURVATURES
from hesscli.model.objective import ModelObjective
from hesscli.partitions import Executor
from hesscli.partitions.gathering import in_order

Array = NDArray[Any]

ROWS = 4096
"""Rows of a batch where workers share the rows and nobody says how many at once."""

PARTITIONS = 64
"""So many partitions at most are made of the batches."""


@dataclass(frozen=True, slots=True, eq=False)
class BatchPartition:
    """Some batches in a row, and what is asked of each.

    Attributes:
        role: whose they are: ``objective``, ``precise`` or ``own`` of a `Model`.
        trace: name of the traced function, one of ``TapedFunction.traces``.
        given: what it takes before the batch: theta, and vectors.
        batches: which.
    """

    role: str
    trace: str
    given: tuple[Array, ...]
    batches: range


@dataclass(frozen=True, slots=True, eq=False)
class BatchAnswer:
    """What a traced function gives of each batch of a partition.

    Attributes:
        found: NumPy's, one a batch.
        used: functions of TensorFlow that a right form stood in for.
        silent: whether TensorFlow gave None for a second derivative.
    """

    found: list[Any]
    used: frozenset[str]
    silent: bool


@dataclass(frozen=True, eq=False)
class BatchJob:
    """A model that every worker reads itself.

    Attributes:
        file: of the model, its place from the root on.
        setting: what is asked of it; files of data likewise.
        curvature: what stands for its Hessian.
        stamps: what tells whether they are the same files.
        batches: how many there are.
    """

    file: str
    setting: Setting
    curvature: str
    stamps: Mapping[str, tuple[int, int]]
    batches: int

    @classmethod
    def of(cls, model: Model) -> BatchJob:
        """The job of a model that is bound."""
        setting, f = model.setting, model.objective
        file, data = os.path.abspath(model.file), tuple(map(_from_root, setting.data))
        setting = replace(setting, data=data, dtype=f.dtype)
        count = -(-f.data.rows // (f.batch_size or f.data.rows))
        return cls(file, setting, f.curvature, stamps([file, *data]), count)

    def words(self, partition: BatchPartition) -> str:
        """Which batches, for messages."""
        return f"batches {partition.batches.start + 1:,} to {partition.batches.stop:,} of {self.batches:,}"

    def ask(self, partition: BatchPartition) -> BatchPartition:
        """The tape alone works at it: there is nobody to ask."""
        return partition

    def finish(self, asked: BatchPartition) -> BatchAnswer:
        """What the batches give.

        Raises:
            LimitError: there are no such files here.
        """
        f: ModelObjective = getattr(self._model, asked.role)
        found = list(f.each(asked.trace, f.batches(asked.batches), *asked.given))
        return BatchAnswer(found, frozenset(f.used), f.silent)

    def close(self) -> None:
        """Nothing was started."""

    @cached_property
    def _model(self) -> Model:
        if (found := stamps([*self.stamps])) != self.stamps:
            other = next(text for text in self.stamps if found.get(text) != self.stamps[text])
            raise LimitError(
                f"{other}: the worker on {socket.gethostname()} finds another file there, or none; model and data lie "
                "at the same place for all workers, and do not change while they are at it"
            )
        return read_model(self.file, self.setting, CURVATURES.get(self.curvature, ModelObjective))


def share(model: Model, job: BatchJob, executor: Executor) -> None:
    """Let workers say what the batches of a model give.

    Args:
        model: bound.
        job: of it.
        executor: who works.
    """
    for role in ("objective", "precise", "own"):
        f = getattr(model, role)
        if f is not None and f.elsewhere is None:
            f.elsewhere = partial(_shared, f, role, job, executor)


def check_batches(setting: Setting) -> Setting:
    """A setting whose rows can be shared out.

    Raises:
        HesscliError: all rows are one batch, whose statistics hang on every one of them.
    """
    if setting.batch_size is not None:
        return setting
    if setting.training:
        raise HesscliError(
            "--training takes the statistics of a batch, and without --batch-size all rows are one: there is nothing "
            "to share among workers; --batch-size ROWS makes smaller ones, which is another loss",
            code="usage",
        )
    return replace(setting, batch_size=ROWS)


def _shared(
    f: ModelObjective, role: str, job: BatchJob, executor: Executor, trace: str, *given: Array
) -> Iterator[Any]:
    """What every batch gives, in their order."""
    size = -(-job.batches // PARTITIONS)
    spans = [range(start, min(start + size, job.batches)) for start in range(0, job.batches, size)]
    for _, said in in_order(executor, ((span, BatchPartition(role, trace, given, span)) for span in spans)):
        assert isinstance(said, BatchAnswer)
        f.used |= said.used
        f.silent |= said.silent
        yield from said.found


def _from_root(text: str) -> str:
    """A value of ``--data`` for somebody who works in another folder."""
    name, equals, path = text.partition("=")
    return f"{name}={os.path.abspath(path)}" if equals else os.path.abspath(text)
