"""What is said of the end of a process in which nobody can say anything any more."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from hesscli.child.limits import PATIENCE, no_more


@contextmanager
def last_words(words: str) -> Iterator[None]:
    """Have words said on standard error should the process end inside the block, as by an abort of a library.

    A shell waits for a line that comes at the end of the block; the end of the process closes the pipe without one.

    Args:
        words: a sentence.

    Yields:
        Nothing; where there is no shell nothing will be said.

    Raises:
        LimitError: the system has no process to give, and so no thread to a library, which may abort for want of it.
    """
    try:
        if os.name != "posix" or not heard():
            raise OSError
        shell = subprocess.Popen(
            ["/bin/sh", "-c", 'read -r _ || printf "%s\\n" "$0" >&2', words],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
    except BlockingIOError as problem:
        raise no_more("process", problem.strerror or str(problem)) from None
    except OSError:
        yield
        return
    try:
        yield
    finally:
        with suppress(OSError, subprocess.TimeoutExpired):
            shell.communicate(b"\n", timeout=PATIENCE)


def heard() -> bool:
    """Whether standard error is open."""
    with suppress(OSError):
        return bool(os.fstat(2))
    return False
