"""TensorFlow without its log lines: the only import of it.

TensorFlow's C++ side writes to file descriptor 2 before its own log level is read (oneDNN, cuInit,
cpu_feature_guard), so an environment variable alone does not silence it; the descriptor is pointed
elsewhere while it loads, once in a process: threads that want TensorFlow meanwhile wait for its import.
Later the log level is enough, and the descriptor, which belongs to the whole process, is left alone.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress

from hesscli import guard
from hesscli.child import last_words
from hesscli.tape.unlowered import NotLoadedError

spoken = 2
"""The descriptor that is standard error at this moment."""

ROOM = 2_200_000_000
"""Bytes of address space that TensorFlow takes to load; with less it aborts the process."""

CUT_OFF = "hesscli: the process ended while TensorFlow was loading; a limit on memory or threads may be too low"


@contextmanager
def hushed() -> Iterator[None]:
    """Send file descriptor 2 to nowhere inside the block; what was there is ``spoken``. For one thread at a time.

    Yields:
        Nothing; a process whose standard error is closed is left as it is.
    """
    try:
        saved = os.dup(2)
    except OSError:
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    global spoken
    spoken = saved
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(saved, 2)
        spoken = 2
        os.close(saved)
        os.close(nowhere)


def forget_sources() -> None:
    """Remove what AutoGraph leaves in the folder of temporary files: sources of ours and of pfor, loaded by now."""
    for name in [name for name in sys.modules if name.startswith("__autograph_generated_file")]:
        with suppress(OSError):
            os.unlink(str(sys.modules[name].__file__))


def _check_room() -> None:
    if guard.lost:
        raise RuntimeError(guard.lost)
    try:
        import resource  # noqa: PLC0415  not on every system

        limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    except (ImportError, ValueError, OSError):
        return
    if limit != resource.RLIM_INFINITY and limit < ROOM:
        raise MemoryError(
            f"it takes {ROOM / 1e9:g} GB of address space, and the limit is {limit / 1e9:.2g} GB (ulimit -v)"
        )


os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("ABSL_MIN_LOG_LEVEL", "3")

try:
    _check_room()
    guard.tell(guard.LOADING)
    with nullcontext() if guard.standing() else last_words(CUT_OFF), hushed():
        import tensorflow as tf
        from tensorflow.compiler.tf2xla.python import xla

        logging.getLogger("tensorflow").setLevel(logging.ERROR)
        # One kernel library for all machines; scalars gain nothing from a GPU, and TensorFlow would take its memory.
        tf.config.set_visible_devices([], "GPU")
        # The first tensor makes the device context, which logs as well.
        tf.zeros((), tf.float64)
    guard.tell(guard.LOADED)
except Exception as problem:  # whatever an import of so much code comes upon
    raise NotLoadedError(" ".join(str(problem).split())[:300] or type(problem).__name__) from problem

__all__ = ["forget_sources", "tf", "xla"]
