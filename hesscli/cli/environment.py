"""What a command works with besides its options: where output goes, the exact side's process, the tally.

The door sets one up for the process; ``batch`` one that collects the lines of a request.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO

from hesscli.errors import HesscliError
from hesscli.output.write import target

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hesscli.compute.asking import InFlight
    from hesscli.exact import Session
    from hesscli.language.expression import Expression
    from hesscli.language.points import Grid
    from hesscli.options import Options
    from hesscli.request import Request

    Array = NDArray[Any] | Grid


PYTHON = re.compile(r"\.py\s*(:[^:/\\]*)?$")


@dataclass
class Environment:
    """The command line's own: standard output or ``-o``.

    Attributes:
        status: the largest exit status so far.
        request_id: what a request of ``batch`` calls itself; its answers repeat it.
        first: whether its first line is the first of all: that one says which versions took part.
        ahead: whether the exact side is only set to work, before the answer's turn; see `later`.
    """

    status: int = 0
    request_id: Any = None
    first: bool = True
    ahead: bool = False

    def note(self, status: int) -> None:
        """Remember an outcome; the largest one is the exit status."""
        self.status = max(self.status, status)

    @contextmanager
    def out(self, path: str | None) -> Iterator[BinaryIO]:
        """Where the answer goes."""
        with target(path) as stream:
            yield stream

    @contextmanager
    def session(self, options: Options) -> Iterator[Session]:
        """The exact side's process to use; it ends with the block."""
        from hesscli.exact import Session

        with Session(time_limit=options.time_limit, digits=options.digits) as own:
            yield own

    def later(self, expression: Expression, request: Request, points: Array, options: Options) -> bool:
        """Whether the answer is taken down later; the exact side may be at it meanwhile."""
        return False

    def allow(self, claims: Mapping[str, Any]) -> None:
        """Whether claims may be Python that runs: a person may name it."""

    def say(self, text: str) -> None:
        """A line for the person, beside the answer."""
        if sys.stderr is not None:
            sys.stderr.write(text + "\n")


@dataclass
class BatchEnvironment(Environment):
    """One request of a batch: its lines go into a buffer, its exact answers come from a shared process.

    Attributes:
        stream: the buffer.
        exact: the process.
        asked: what the exact side is at for this request, once the command has read it.
    """

    stream: io.BytesIO = field(default_factory=io.BytesIO)
    exact: Session | None = None
    asked: InFlight | None = None

    def later(self, expression: Expression, request: Request, points: Array, options: Options) -> bool:
        """Set the exact side to work; `batch` takes the tape's half up when the answer's turn has come."""
        from hesscli.compute.asking import ask

        if self.exact is None or not self.ahead:
            return False
        session = self.exact.under(time_limit=options.time_limit, digits=options.digits)
        self.asked = ask(expression, request, points, options, session)
        return True

    @property
    def written(self) -> bytes:
        """The request's lines."""
        return self.stream.getvalue()

    @contextmanager
    def out(self, path: str | None) -> Iterator[BinaryIO]:
        """The buffer; a request has no file of its own."""
        if path is not None:
            raise HesscliError("a request of batch has no output of its own; -o belongs to batch itself", code="usage")
        yield self.stream

    @contextmanager
    def session(self, options: Options) -> Iterator[Session | None]:
        """The process of all requests, under the limits of this one."""
        yield self.exact and self.exact.under(time_limit=options.time_limit, digits=options.digits)

    def allow(self, claims: Mapping[str, Any]) -> None:
        """Refuse it: a request may come from anywhere."""
        for name, text in claims.items():
            if isinstance(text, str) and PYTHON.search(text):
                raise HesscliError(f"{name!r}: a request of batch runs no Python files", code="request")

    def say(self, text: str) -> None:
        """Nothing: the answer says it."""


current: ContextVar[Environment] = ContextVar("environment")
