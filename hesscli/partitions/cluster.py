"""Workers of a Dask cluster, on this machine or others: https://distributed.dask.org."""

from __future__ import annotations

import logging
import socket
import threading
from typing import Any
from uuid import uuid4

from distributed import Client
from distributed.comm import get_address_host_port

from hesscli.errors import HesscliError, LimitError
from hesscli.partitions.answering import Answers, JobLike, alone, answering, told
from hesscli.versions import versions

PATIENCE = 10
"""Seconds that a scheduler, or the first worker, is waited for."""

logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what goes wrong is said once, in our words


class Cluster:
    """The workers that a scheduler knows, and those that come later.

    A worker that dies is the scheduler's matter: it gives the partition to another one, and gives up after some times.

    Args:
        job: whose partitions they answer.
        address: ``tcp://host:8786``.

    Raises:
        LimitError: there is no scheduler, or none that has a worker.
        HesscliError: this is no address.
    """

    def __init__(self, job: JobLike, address: str) -> None:
        self._job, self._key = job, uuid4().hex
        try:
            get_address_host_port(address, strict=True)
            self._client = Client(address, timeout=PATIENCE, set_as_default=False)
        except OSError:
            raise LimitError(
                f"--scheduler {address}: no scheduler answers there within {PATIENCE} s; dask scheduler starts one"
            ) from None
        except ValueError as problem:
            raise HesscliError(
                f"--scheduler {address}: expected an address such as tcp://host:8786 ({problem})", code="usage"
            ) from None
        try:
            self._client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            self._client.close()
            words = f"the scheduler has no worker within {PATIENCE} s; dask worker {address} --nthreads 1 starts one"
            raise LimitError(f"--scheduler {address}: {words}") from None

    @property
    def ahead(self) -> int:
        """Two partitions a worker."""
        return 2 * max(1, len(self._client.ncores()))

    def submit(self, partition: Any) -> _Awaited:
        """Have a partition answered; returns at once."""
        future = self._client.submit(answer, self._key, versions(), self._job, partition, pure=False)
        return _Awaited(future, self._job.words(partition))

    def close(self) -> None:
        """Forget what is not answered yet."""
        self._client.close(timeout=PATIENCE)


class _Awaited:
    def __init__(self, future: Any, words: str) -> None:
        self._future, self._words = future, words

    def result(self) -> Any:
        """Wait for the answer.

        Raises:
            LimitError: no worker has one.
        """
        try:
            return self._future.result()
        except HesscliError:
            raise
        except Exception as problem:
            why = " ".join(str(problem).split())[:300] or type(problem).__name__
            raise LimitError(
                f"{self._words}: the cluster has no answer ({why}); is hesscli installed where its workers run?"
            ) from None


_lock = threading.Lock()
_kept: dict[str, Answers] = {}
"""On a worker: the job that it is at, by its key."""


def answer(key: str, wanted: dict[str, str], job: JobLike, partition: Any) -> Any:
    """On a worker: the answers of a partition; one after the other, whatever the number of its threads.

    Args:
        key: of the job.
        wanted: versions of what takes part, where the job comes from.
        job: what is asked.
        partition: which points.

    Raises:
        HesscliError: the answer has none; see `Answering`.
        LimitError: other versions would give other numbers.
    """
    here = versions()
    if other := [
        f"{name} {here.get(name, 'missing')} instead of {wanted[name]}"
        for name in wanted
        if here.get(name) != wanted[name]
    ]:
        raise LimitError(f"the worker on {socket.gethostname()} has {', '.join(other)}; install the same there")
    with _lock:
        if key not in _kept:
            for done in [*_kept]:
                _kept.pop(done).close()
            alone()
            _kept[key] = answering(job)
        return told(_kept[key], partition)
