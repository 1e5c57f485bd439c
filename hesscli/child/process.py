"""The parent's half: a child is started, talked to and ended."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from hesscli.child.interpreter import command, python
from hesscli.child.last_words import heard
from hesscli.child.limits import LONGEST, PATIENCE, no_more
from hesscli.child.messages import CUT_OFF, NO_THREAD, messages, send
from hesscli.errors import LimitError
from hesscli.guard import FAULTS, signal_name

_STOP = object()


class EndedError(Exception):
    """The child is gone, or can no longer be understood.

    Attributes:
        code: its exit status, minus the signal that ended it; None where it was still running.
        words: what happened, to stand behind a noun: ``was ended by SIGKILL``.
    """

    def __init__(self, code: int | None, words: str) -> None:
        super().__init__(words)
        self.code, self.words = code, words

    @property
    def outside(self) -> bool:
        """Whether somebody else ended it: the same work may well succeed in another child."""
        return self.code is not None and self.code < 0 and signal_name(-self.code) not in FAULTS


class Child:
    """A process that runs ``main(channel)`` of a module.

    Args:
        module: its full name.
        memory_limit: bytes of address space; 0 for none.
        speaks: whether what it prints is shown on standard error; else it is lost.

    Raises:
        LimitError: the system has no process or no thread to give.
    """

    def __init__(self, module: str, *, memory_limit: int = 0, speaks: bool = False) -> None:
        self._outgoing: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._incoming: queue.SimpleQueue[Any] = queue.SimpleQueue()
        held, self._lifeline = os.pipe()
        try:
            with _held_back(signal.SIGINT):
                self._process = subprocess.Popen(
                    command(module, memory_limit, held),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=None if speaks and heard() else subprocess.DEVNULL,
                    pass_fds=(held,) if os.name == "posix" else (),
                    start_new_session=True,
                )
        except OSError as problem:
            os.close(self._lifeline)
            why = problem.strerror or str(problem)
            if isinstance(problem, (FileNotFoundError, PermissionError)):
                raise LimitError(f"cannot run {python()} in a process of its own: {why}") from None
            raise no_more("process", why) from None
        finally:
            os.close(held)
        self.pid, self._closing = self._process.pid, threading.Lock()
        try:
            threading.Thread(target=self._write, daemon=True).start()
            threading.Thread(target=self._read, daemon=True).start()
        except RuntimeError as problem:
            self.close()
            raise no_more("thread", str(problem)) from None

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def send(self, message: object) -> None:
        """Hand an object over; returns at once, whether or not the child reads."""
        self._outgoing.put(message)

    def receive(self, seconds: float) -> Any:
        """The next object from the child.

        Args:
            seconds: to wait for it at most.

        Raises:
            TimeoutError: it did not come.
            EndedError: nothing will come any more.
        """
        try:
            message = self._incoming.get(timeout=min(seconds, LONGEST))
        except queue.Empty:
            raise TimeoutError from None
        if isinstance(message, _Silence):
            message = self._ended(message)
        if isinstance(message, EndedError):
            self._incoming.put(message)
            raise message
        return message

    def close(self) -> None:
        """End the child with all that it has started; while one thread receives, another may."""
        with self._closing:
            if self._lifeline < 0:
                return
            with suppress(OSError):
                if hasattr(os, "killpg"):
                    os.killpg(self.pid, signal.SIGKILL)
                else:
                    self._process.kill()
            self._outgoing.put(_STOP)
            with suppress(subprocess.TimeoutExpired):  # stuck in the kernel
                self._process.wait(PATIENCE)
            os.close(self._lifeline)
            self._lifeline = -1

    def leave(self) -> None:
        """In a copy of this process: hold the pipes no longer, so that the child ends with the original."""
        pipes = [pipe for pipe in (self._process.stdin, self._process.stdout) if pipe is not None and not pipe.closed]
        nowhere = os.open(os.devnull, os.O_RDWR)
        for descriptor in (self._lifeline, *(pipe.fileno() for pipe in pipes)):
            with suppress(OSError):
                os.dup2(nowhere, descriptor)  # the number stays taken, whoever closes it later
        os.close(nowhere)

    def _ended(self, silence: _Silence) -> EndedError:
        """How the child ended; what it leaves behind ends too."""
        by_itself = self._has_ended()
        self.close()
        code = self._process.returncode
        if code is None or code == CUT_OFF or not by_itself:
            return EndedError(None, silence.words)
        if code == NO_THREAD:
            return EndedError(None, "got no thread from the system; end other programs, or raise the limit (ulimit -u)")
        how = f"was ended by {signal_name(-code)}" if code < 0 else f"ended its process with status {code}"
        return EndedError(code, how)

    def _has_ended(self) -> bool:
        """Whether it ends soon; its number stays taken until ``close``, so that the group killed there is its own."""
        if self._lifeline < 0:
            return True
        if not hasattr(os, "waitid"):
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(PATIENCE)
            return self._process.returncode is not None
        until = time.monotonic() + PATIENCE
        while os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            if time.monotonic() > until:
                return False
            time.sleep(0.002)
        return True

    def _write(self) -> None:
        """Send what is queued as the child takes it, beside the caller, whom a full pipe would stop."""
        requests = self._process.stdin
        assert requests is not None
        with suppress(OSError):
            while (message := self._outgoing.get()) is not _STOP:
                send(requests, message)
        with suppress(OSError):
            requests.close()

    def _read(self) -> None:
        """Queue what the child sends, and last why there is no more."""
        answers = self._process.stdout
        assert answers is not None
        words = "closed the pipe of its answers"
        try:
            for message in messages(answers):
                self._incoming.put(message)
        except Exception:  # whatever unpickling makes of bytes that are no answer
            words = "wrote something else into the pipe of its answers"
        self._incoming.put(_Silence(words))
        with suppress(OSError):
            answers.close()


class _Silence:
    """The last thing in a queue: why the child says no more."""

    def __init__(self, words: str) -> None:
        self.words = words


@contextmanager
def _held_back(number: signal.Signals) -> Iterator[None]:
    """Have a signal wait, for a process that starts meanwhile until that one lets it through: see `serve`."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [number])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
