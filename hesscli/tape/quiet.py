"""TensorFlow without its log lines: the only import of it, and the hush for what it logs later.

TensorFlow's C++ side writes to file descriptor 2 before its own log level is read (oneDNN, cuInit,
cpu_feature_guard), so an environment variable alone does not silence it; the descriptor is pointed
elsewhere while it loads. Python exceptions are objects, not bytes on a descriptor: they pass.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

spoken = 2
"""The descriptor that is standard error at this moment."""


@contextmanager
def hushed() -> Iterator[None]:
    """Send file descriptor 2 to nowhere inside the block; what was there is ``spoken``.

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
    before, spoken = spoken, saved
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(saved, 2)
        spoken = before
        os.close(saved)
        os.close(nowhere)


os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("ABSL_MIN_LOG_LEVEL", "3")

with hushed():
    import tensorflow as tf

    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    # One kernel library for all machines; scalars gain nothing from a GPU, and TensorFlow would take all its memory.
    tf.config.set_visible_devices([], "GPU")
    # The first tensor makes the device context, which logs as well.
    tf.zeros((), tf.float64)

__all__ = ["hushed", "tf"]
