"""A claim that is a person's own Python function: run in a child process under limits, or called as it is."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from hesscli.checking import runner
from hesscli.checking.claim import Values
from hesscli.child import Child, EndedError
from hesscli.errors import HesscliError, LimitError
from hesscli.language.labelled import in_order

NAMED = re.compile(r"@?(?P<file>.+\.py):(?P<function>[^:/\\]*)", re.DOTALL)
"""``module.py:function``; a file is run only where its function is named."""

RUNNER = "hesscli.checking.runner"
MEMORY_LIMIT = 4 * 2**30
"""Bytes of address space: arrays of linear algebra, no more."""


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

    def values(self, points: Sequence[Sequence[float]], _: Any = None) -> Values:
        """What the function returns at k points.

        Raises:
            HesscliError: it could not be run, raised, or returned no numbers.
            LimitError: it took too long or too much memory.
        """
        call = runner.Call(self.file, self.function, self.variables, tuple(tuple(map(float, row)) for row in points))
        with Child(RUNNER, memory_limit=MEMORY_LIMIT, speaks=True) as child:
            child.send(call)
            note = self._next(child, f"{self.who}: loading the file")
            rows = []
            for point in call.points:
                where = ", ".join(f"{n} = {x:.12g}" for n, x in list(zip(self.variables, point, strict=True))[:8])
                rows.append(self._next(child, f"{self.who} at {where}", f"\n  at {where}"))
        return Values(rows, (f"{self.who}: {note}",) if note else ())

    def _next(self, child: Child, doing: str, where: str = "") -> Any:
        """One message of the child, unless it is a complaint, its end, or does not come."""
        try:
            message = child.receive(self.time_limit)
        except TimeoutError:
            raise LimitError(f"{doing} took longer than the limit of {self.time_limit:g} s") from None
        except EndedError as end:
            raise HesscliError(f"{doing}: the function {end.words}", code="function") from None
        if not isinstance(message, runner.Complaint):
            return message
        line = f"\n  line {message.line}: {message.source}" if message.line else ""
        text = f"{self.who} {message.words}{line}{where}"
        raise LimitError(text) if message.memory else HesscliError(text, code="function")


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

    def values(self, points: Sequence[Sequence[float]], _: Any = None) -> Values:
        """What the function returns at k points; its own exceptions pass.

        Raises:
            HesscliError: it takes other arguments, or returned no numbers.
        """
        try:
            binding = runner.call_convention(self.function, self.variables)
            rows = [runner.numbers(in_order(binding.call(point), self.variables, self.who)) for point in points]
            return Values(rows, (f"{self.who}: {binding.note}",) if binding.note else ())
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
