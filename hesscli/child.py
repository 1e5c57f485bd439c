"""A child process under limits: the one place where one is started, talked to and ended.

`Child` is the parent's half, `Channel` the half of the child, in which a module's ``main(channel)`` runs. Both send
pickled objects, each behind a mark and its length, so that other bytes in the pipe are never taken for an answer.

The child leads a process group of its own, and whatever it has started ends with it: when the parent closes it, and
when the parent itself is gone, however that ended. Then the pipes close, which a thread of the child sees; on Linux
the kernel sees it too (``F_SETSIG`` in fcntl(2)), where no thread of the child can run any more.
"""

from __future__ import annotations

import os
import pickle
import queue
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

from hesscli.errors import LimitError
from hesscli.guard import FAULTS, end_at_close, signal_name

LONGEST = 1e6
"""Seconds (11 days) of any one wait or alarm: timers overflow far beyond."""

PATIENCE = 2.0
"""Seconds that a child is given to end once it has closed its pipe, or has been killed."""

FLAGS = {
    "isolated": "I", "ignore_environment": "E", "no_user_site": "s", "no_site": "S", "safe_path": "P",
    "optimize": "O", "dont_write_bytecode": "B",
}  # fmt: skip
"""Fields of ``sys.flags`` that decide which modules are found and how they run -> option of the interpreter."""

_MARK = b"hess"
_HEAD = struct.Struct(">4sQ")
_BOOT = (
    "import sys; sys.path[:] = [place for place in sys.path if place]; sys.path.insert(0, sys.argv[1])\n"
    "import hesscli; del sys.path[0]\n"
    "from hesscli.child import serve; serve(*sys.argv[2:])"
)


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
        root = str(Path(__file__).resolve().parents[1])
        python = sys.executable or "python3"
        try:
            self._process = subprocess.Popen(
                [python, *flags(), "-u", "-c", _BOOT, root, module, str(memory_limit), str(held)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=None if speaks and _is_open(2) else subprocess.DEVNULL,
                pass_fds=(held,) if os.name == "posix" else (),
                start_new_session=True,
            )
        except OSError as problem:
            os.close(self._lifeline)
            why = problem.strerror or str(problem)
            if isinstance(problem, (FileNotFoundError, PermissionError)):
                raise LimitError(f"cannot run {python} in a process of its own: {why}") from None
            raise _no_more("process", why) from None
        finally:
            os.close(held)
        self.pid = self._process.pid
        try:
            threading.Thread(target=self._write, daemon=True).start()
            threading.Thread(target=self._read, daemon=True).start()
        except RuntimeError as problem:
            self.close()
            raise _no_more("thread", str(problem)) from None

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
        """End the child with all that it has started."""
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
        if code is None or code == _CUT_OFF or not by_itself:
            return EndedError(None, silence.words)
        if code == _NO_THREAD:
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
                _send(requests, message)
        with suppress(OSError):
            requests.close()

    def _read(self) -> None:
        """Queue what the child sends, and last why there is no more."""
        answers = self._process.stdout
        assert answers is not None
        words = "closed the pipe of its answers"
        try:
            for message in _messages(answers):
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


_STOP = object()
_CUT_OFF, _NO_THREAD = 113, 114
"""The status of a child that has an answer and no pipe for it, and of one to which the system gives no thread."""


@contextmanager
def last_words(words: str) -> Iterator[None]:
    """Have words said on standard error should the process end inside the block, as by an abort of a library.

    A shell waits for a line that comes at the end of the block; the end of the process closes the pipe without one.

    Args:
        words: a sentence.

    Yields:
        Nothing; where no shell can be started nothing will be said.
    """
    try:
        if os.name != "posix" or not _is_open(2):
            raise OSError
        shell = subprocess.Popen(
            ["/bin/sh", "-c", 'read -r _ || printf "%s\\n" "$0" >&2', words],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        yield
        return
    try:
        yield
    finally:
        with suppress(OSError, subprocess.TimeoutExpired):
            shell.communicate(b"\n", timeout=PATIENCE)


def flags() -> list[str]:
    """The options with which this interpreter was started, for another one."""
    found = {letter: int(getattr(sys.flags, field, 0)) for field, letter in FLAGS.items()}
    return [f"-{letter * count}" for letter, count in found.items() if count]


def _is_open(descriptor: int) -> bool:
    with suppress(OSError):
        return bool(os.fstat(descriptor))
    return False


def _no_more(what: str, why: str) -> LimitError:
    return LimitError(
        f"the system has no more {what} to give ({why}); end other programs, or raise the limit (ulimit -u)"
    )


def _send(stream: BinaryIO | Any, message: object) -> None:
    content = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(_HEAD.pack(_MARK, len(content)))
    stream.write(content)
    stream.flush()


def _messages(stream: BinaryIO | Any) -> Iterator[Any]:
    while head := stream.read(_HEAD.size):
        mark, length = _HEAD.unpack(head)
        if mark != _MARK:
            raise pickle.UnpicklingError("no mark before a message")
        yield pickle.loads(stream.read(length))


class Channel:
    """The child's half: what the parent sends, and the way back.

    Standard input and output are taken away: what is printed goes to standard error, and who asks for input gets none.
    """

    def __init__(self) -> None:
        self._pid = os.getpid()
        self._answers = os.fdopen(os.dup(1), "wb")
        requests = os.fdopen(os.dup(0), "rb")
        os.dup2(2, 1)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        self._incoming: queue.SimpleQueue[Any] = queue.SimpleQueue()
        try:
            threading.Thread(target=self._read, args=(requests,), daemon=True).start()
        except RuntimeError:
            os._exit(_NO_THREAD)

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
            _send(self._answers, message)
        except (OSError, ValueError):
            os._exit(_CUT_OFF)

    def _read(self, requests: BinaryIO) -> None:
        with suppress(Exception):
            for message in _messages(requests):
                self._incoming.put(message)
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
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGALRM])
        end_at_close(int(lifeline), -os.getpgrp())
    channel = Channel()
    if int(memory_limit):
        _limit_memory(int(memory_limit))
    import_module(module).main(channel)


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
