"""The child's half: what the parent sends, the way back, and the limits under which a module's ``main`` runs."""

from __future__ import annotations

import os
import queue
import signal
import threading
from contextlib import suppress
from importlib import import_module
from typing import Any

from hesscli.child.limits import LONGEST
from hesscli.child.messages import CUT_OFF, NO_THREAD, messages, send
from hesscli.guard import end_at_close


class Channel:
    """The child's half: what the parent sends, and the way back.

    Standard input and output are taken away: what is printed goes to standard error, and who asks for input gets none.
    """

    def __init__(self) -> None:
        self._pid = os.getpid()
        self._answers = os.fdopen(os.dup(1), "wb")
        self._requests = os.fdopen(os.dup(0), "rb")
        os.dup2(2, 1)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        self._incoming: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def listen(self) -> None:
        """Read what the parent sends from now on: objects load their modules, which no other thread may be at then."""
        try:
            threading.Thread(target=self._read, daemon=True).start()
        except RuntimeError:
            os._exit(NO_THREAD)

    @property
    def idle(self) -> bool:
        """Whether nothing waits to be received."""
        return self._incoming.empty()

    def receive(self) -> Any:
        """The next object from the parent; waits for it."""
        return self._incoming.get()

    def send(self, message: object) -> None:
        """Hand an object over; a copy of this process, which a function may make of itself, has no say and ends."""
        if os.getpid() != self._pid:
            os._exit(0)
        try:
            send(self._answers, message)
        except (OSError, ValueError):
            os._exit(CUT_OFF)

    def _read(self) -> None:
        try:
            for message in messages(self._requests):
                self._incoming.put(message)
        except Exception:  # a function has closed the pipe; that the parent ends the lifeline tells
            return
        _end()


def serve(module: str, memory_limit: str, lifeline: str) -> None:
    """Run a module's ``main(channel)`` in this process, which a `Child` has started.

    Args:
        module: its full name.
        memory_limit: bytes of address space; 0 for none.
        lifeline: the descriptor that reports the parent's end.
    """
    if os.name == "posix":
        signal.signal(signal.SIGALRM, signal.SIG_DFL)  # an ignored signal is inherited
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # it ends without a traceback, and the parent says so
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGALRM, signal.SIGINT])
        end_at_close(int(lifeline), -os.getpgrp())
    channel = Channel()
    if int(memory_limit):
        _limit_memory(int(memory_limit))
    loaded = import_module(module)
    channel.listen()
    loaded.main(channel)


def alarm(seconds: float) -> None:
    """End this process in ``seconds`` unless called again; 0 is never. The kernel keeps the time, whatever runs."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, min(seconds, LONGEST))


def _end() -> None:
    """End this process with its group."""
    if hasattr(os, "killpg"):
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def _limit_memory(size: int) -> None:
    with suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415  not on every system

        resource.setrlimit(resource.RLIMIT_AS, (size, size))
