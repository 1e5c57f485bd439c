"""The process that stands by while a copy of it does the work, for a library may end a process without a word.

TensorFlow aborts where it gets no thread, raises SIGILL on a processor that lacks its instructions, and exits with
status 1, which here means something else, at a flag that it does not know. No process can answer that for itself.
The original, which has loaded nothing, can: it says what happened, and answers without TensorFlow.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

FAULTS = frozenset({"SIGALRM", "SIGABRT", "SIGSEGV", "SIGBUS", "SIGILL", "SIGFPE", "SIGTRAP", "SIGSYS", "SIGXCPU"})
"""Signals that a process brings upon itself; any other comes from outside."""

LIMIT = 4
"""The exit status of a process that was lost."""

LOADING, LOADED, USED, DONE = b"l", b"L", b"u", b"d"
"""What the copy says: TensorFlow begins to load; it is there; input or output is used up; the end is meant."""

lost = ""
"""How the copy ended while TensorFlow was loading, in words; then there is no TensorFlow in this process."""

_spoken = -1
"""Where the copy says it."""


def stand_by() -> None:
    """Go on in a copy of this process, and end as it does.

    Returns in the copy, and where none can be made. In the original it returns only where the copy was lost before
    it had given anything away: `lost` says how, and the work is done again.
    """
    global _spoken, lost
    if not hasattr(os, "fork"):
        return
    every = signal.valid_signals()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, every)
    descriptors: list[int] = []
    try:
        for _ in range(2):
            descriptors += os.pipe()
        pid = os.fork()
    except OSError:  # the system has no pipe or no process to give
        for descriptor in descriptors:
            os.close(descriptor)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return
    held, lifeline, heard, said = descriptors
    if pid == 0:
        os.close(lifeline)
        os.close(heard)
        _spoken = said
        end_at_close(held, os.getpid())
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return
    os.close(held)
    os.close(said)
    with _passing_on(pid):
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    words = os.read(heard, 100)
    os.close(heard)
    os.close(lifeline)
    how = f"was ended by {signal_name(-code)}" if code < 0 else f"was ended with status {code}"
    if DONE in words or (code < 0 and signal_name(-code) not in FAULTS):
        _end_as(code)
    loading = LOADING in words and LOADED not in words
    if loading and USED not in words:
        lost = f"the process {how} meanwhile; a limit on memory or threads may be too low"
        return
    when = " while TensorFlow was loading; a limit on memory or threads may be too low" if loading else ""
    with suppress(OSError):
        os.write(2, f"hesscli: the process {how}{when}\n".encode())
    os._exit(LIMIT)


def standing() -> bool:
    """Whether another process stands by."""
    return _spoken >= 0


def tell(word: bytes) -> None:
    """Say how far the copy is; nothing where nobody stands by."""
    if _spoken >= 0:
        with suppress(OSError):
            os.write(_spoken, word)


def end_at_close(lifeline: int, whom: int) -> None:
    """Have a process end when the other end of a pipe closes, into which nobody writes.

    The kernel sees to it where it can, for no thread of the process may be able to run then (``F_SETSIG`` in
    fcntl(2)); elsewhere a thread does.

    Args:
        lifeline: the descriptor to read from.
        whom: a process, or minus a process group.
    """
    import fcntl  # noqa: PLC0415  POSIX only
    import select  # noqa: PLC0415  with it

    if not hasattr(fcntl, "F_SETSIG"):
        import threading  # noqa: PLC0415  where the kernel does not

        def wait() -> None:
            os.read(lifeline, 1)
            _kill(whom)

        with suppress(RuntimeError):
            threading.Thread(target=wait, daemon=True).start()
        return
    fcntl.fcntl(lifeline, fcntl.F_SETSIG, signal.SIGKILL)
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, whom)
    fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) | os.O_ASYNC)
    if select.select([lifeline], [], [], 0)[0]:  # it closed before
        _kill(whom)


def signal_name(number: int) -> str:
    """``SIGKILL``; real-time signals have no name of their own."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


@contextmanager
def _passing_on(pid: int) -> Iterator[None]:
    """Hand every signal that somebody listens to over to another process."""

    def pass_on(number: int, frame: FrameType | None) -> None:
        with suppress(ProcessLookupError):
            os.kill(pid, number)

    heard: dict[signal.Signals, Callable[..., object]] = {}
    for number in signal.valid_signals():
        with suppress(OSError, ValueError):
            handler = signal.getsignal(number)
            if callable(handler) and not isinstance(handler, signal.Handlers):
                heard[signal.Signals(number)] = handler
                signal.signal(number, pass_on)
    yield
    for number, handler in heard.items():
        signal.signal(number, handler)


def _end_as(code: int) -> None:
    """End with this status, or by the signal that it stands for."""
    if code < 0:
        with suppress(OSError):  # nobody can change what SIGKILL does
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code if code >= 0 else 128 - code)


def _kill(whom: int) -> None:
    """End a process, or a group."""
    os.kill(whom, signal.SIGKILL)
