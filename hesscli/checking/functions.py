"""A claim that is a person's own Python function: run in a child process under limits, or called as it is."""

from __future__ import annotations

import ast
import json
import os
import queue
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from hesscli.checking import runner
from hesscli.errors import HesscliError, LimitError

NAMED = re.compile(r"@?(?P<file>.+\.py):(?P<function>[^:/\\]*)", re.DOTALL)
"""``module.py:function``; a file is run only where its function is named."""

MEMORY_LIMIT = 4 * 2**30
LAST_LINES = 5
LAST_BYTES = 20_000


@dataclass(frozen=True, slots=True)
class FunctionClaim:
    """``module.py:function``.

    Attributes:
        option: of the command line, for messages.
        file: absolute path.
        function: its name there.
        variables: of f, in order.
        time_limit: seconds for loading the file, and for each point.
    """

    option: str
    file: str
    function: str
    variables: tuple[str, ...]
    time_limit: float
    constant: ClassVar[bool] = False
    typed: ClassVar[bool] = True
    shape: ClassVar[tuple[int, ...] | None] = None

    @property
    def who(self) -> str:
        """The function in messages."""
        return f"{self.option}: {os.path.basename(self.file)}:{self.function}"

    def text(self, flat: int) -> str | None:
        """Nothing is written down for an entry."""
        return None

    def values(self, points: Sequence[Sequence[float]], _: Any = None) -> list[NDArray[np.float64]]:
        """What the function returns at k points.

        Raises:
            HesscliError: it could not be run, raised, or returned no numbers.
            LimitError: it took too long or too much memory.
        """
        found = []
        with self._child(points) as (messages, output):
            self._next(messages, output, f"{self.who}: loading the file")
            for point in points:
                where = ", ".join(f"{n} = {x:.12g}" for n, x in list(zip(self.variables, point, strict=True))[:8])
                message = self._next(messages, output, f"{self.who} at {where}", f"\n  at {where}")
                found.append(np.array(message["values"], dtype=np.float64))
        return found

    def _next(self, messages: queue.SimpleQueue[Any], output: Output, doing: str, where: str = "") -> Any:
        """One message of the child, unless it is a complaint, its end, or does not come."""
        try:
            message = messages.get(timeout=self.time_limit)
        except queue.Empty:
            raise LimitError(f"{doing} took longer than the limit of {self.time_limit:g} s{output.last()}") from None
        if message is None:
            raise HesscliError(f"{doing}: the function {output.end()}{output.last()}", code="function")
        if "error" not in message:
            return message
        told = message["error"]
        line = f"\n  line {told['line']}: {told['source']}" if told.get("line") else ""
        text = f"{self.who} {told['words']}{line}{where}{output.last()}"
        raise LimitError(text) if told.get("limit") else HesscliError(text, code="function")

    @contextmanager
    def _child(self, points: Sequence[Sequence[float]]) -> Iterator[tuple[queue.SimpleQueue[Any], Output]]:
        job = {
            "file": self.file, "function": self.function, "variables": self.variables,
            "points": [list(map(float, point)) for point in points], "memory_limit": MEMORY_LIMIT,
        }  # fmt: skip
        child = subprocess.Popen(
            [sys.executable or "python3", "-u", runner.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        assert child.stdin is not None
        messages: queue.SimpleQueue[Any] = queue.SimpleQueue()
        threading.Thread(target=_read, args=(child.stdout, messages), daemon=True).start()
        output = Output(child)
        try:
            with suppress(BrokenPipeError):
                child.stdin.write(json.dumps(job).encode() + b"\n")
                child.stdin.flush()
            yield messages, output
        finally:
            _end(child)


class Output:
    """What the function prints: its last lines are kept."""

    def __init__(self, child: subprocess.Popen[bytes]) -> None:
        self.child = child
        self._kept = b""
        self._reader = threading.Thread(target=self._keep, args=(child.stderr,), daemon=True)
        self._reader.start()

    def end(self) -> str:
        """How the process ended."""
        code = self.child.wait()
        if code < 0:
            return f"was ended by {signal.Signals(-code).name}"
        return f"ended its process with status {code}"

    def last(self) -> str:
        """The last lines, indented, below each other; empty if there are none."""
        _end(self.child)
        self._reader.join(1.0)
        lines = self._kept.decode("utf-8", "replace").split("\n")
        told = [line.rstrip()[:200] for line in lines if line.strip()][-LAST_LINES:]
        return "".join(["\n  it printed:", *(f"\n    {line}" for line in told)]) if told else ""

    def _keep(self, stream: IO[bytes]) -> None:
        with suppress(OSError, ValueError):
            while piece := os.read(stream.fileno(), LAST_BYTES):
                self._kept = (self._kept + piece)[-LAST_BYTES:]


def _read(answers: Any, messages: queue.SimpleQueue[Any]) -> None:
    """Take in what the child sends; None at its end, or where it is no message."""
    try:
        for line in answers:
            messages.put(json.loads(line))
    except (OSError, ValueError):
        pass
    messages.put(None)


def _end(child: subprocess.Popen[bytes]) -> None:
    """End the child with all that it may have started."""
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(child.pid, signal.SIGKILL)
        else:
            child.kill()
    with suppress(OSError):
        if child.stdin is not None:
            child.stdin.close()
    child.wait()


@dataclass(frozen=True, slots=True)
class CallableClaim:
    """A function of this very process, given from Python.

    Attributes:
        option: for messages.
        function: takes one vector, or one number a variable.
        variables: of f, in order.
    """

    option: str
    function: Callable[..., Any]
    variables: tuple[str, ...]
    constant: ClassVar[bool] = False
    typed: ClassVar[bool] = True
    shape: ClassVar[tuple[int, ...] | None] = None

    @property
    def who(self) -> str:
        """The function in messages."""
        return f"{self.option}: {getattr(self.function, '__name__', 'the function')}"

    def text(self, flat: int) -> str | None:
        """Nothing is written down for an entry."""
        return None

    def values(self, points: Sequence[Sequence[float]], _: Any = None) -> list[NDArray[np.float64]]:
        """What the function returns at k points; its own exceptions pass."""
        try:
            call = runner.caller(self.function, self.variables)
            return [runner.numbers(call(point)) for point in points]
        except runner.Refusal as problem:
            raise HesscliError(f"{self.who} {problem}", code="function") from None


def read_function(text: str, option: str, variables: Sequence[str], time_limit: float) -> FunctionClaim | None:
    """The claim that ``module.py:function`` names; None for a text that is nothing of the kind.

    Args:
        text: of the option.
        option: its name, for messages.
        variables: of f.
        time_limit: seconds.

    Raises:
        HesscliError: no such file, or a Python file without the name of a function. Nothing has been run.
    """
    named = NAMED.fullmatch(text.strip())
    if named is None:
        if text.strip().endswith(".py") and "\n" not in text:
            _refuse_whole(Path(text.strip().removeprefix("@")), option)
        return None
    path = Path(named["file"])
    if not path.is_file():
        what = "is no file" if path.exists() else "there is no such file"
        raise HesscliError(f"{option}: cannot run {str(path)!r}: {what}", code="file")
    if not named["function"].isidentifier():
        _refuse_whole(path, option)
    return FunctionClaim(option, os.path.abspath(path), named["function"], tuple(variables), time_limit)


def _refuse_whole(path: Path, option: str) -> None:
    """A Python file alone says nothing; its functions are read, not run, for the hint."""
    try:
        body = ast.parse(path.read_bytes()).body
    except FileNotFoundError:
        raise HesscliError(f"{option}: cannot read {str(path)!r}: there is no such file", code="file") from None
    except (OSError, SyntaxError, ValueError, RecursionError):
        body = []
    names = [node.name for node in body if isinstance(node, ast.FunctionDef)]
    nearest = next((name for name in names if option.removeprefix("--") in name), names[0] if names else "function")
    there = f" (it defines {', '.join(names[:8])})" if names else ""
    raise HesscliError(
        f"{option}: {path.name} is a Python file{there}; a function of it is run only by its name: {path}:{nearest}",
        code="function",
    )
