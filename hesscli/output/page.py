"""Where tables are drawn: how wide, in which colours, with which characters. Rich to text."""

from __future__ import annotations

import io
import os
import re
import shutil
import sys
from dataclasses import dataclass
from typing import IO

from rich.console import Console, ConsoleRenderable
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text
from rich.theme import Theme

UNBOUNDED = 100_000
COMFORTABLE = 100
"""How wide a table may grow in a pipe before it changes its form; its lines are never broken there."""

TRAILING = re.compile(r"[ \t]+((?:\x1b\[[0-9;]*m)*)$", re.MULTILINE)


CODE = Theme({"markdown.code": "bold cyan", "markdown.code_block": "cyan"})
"""Typed words in running text, whatever the terminal's background is."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a table is drawn for.

    Attributes:
        width: columns that a table should fit into.
        fold: True if longer lines are folded at ``width`` (a terminal), False if they run on (a pipe, a file).
        color: True for ANSI colours.
        dumb: True for a terminal that cannot move its cursor.
        ascii_only: True where the stream cannot carry signs such as the partial derivative's.
    """

    width: int = COMFORTABLE
    fold: bool = False
    color: bool = False
    ascii_only: bool = False
    dumb: bool = True

    @classmethod
    def of(cls, stream: IO[str], *, color: bool = True) -> Page:
        """The page that a stream is.

        Args:
            stream: where the text will go.
            color: False forbids colours, whatever the stream could show.

        Returns:
            A plain page for pipes, files, ``NO_COLOR`` and ``TERM=dumb``.
        """
        terminal = is_terminal(stream)
        dumb = os.environ.get("TERM", "dumb") in {"dumb", "unknown"} and os.name != "nt"
        columns = os.environ.get("COLUMNS", "")
        width = int(columns) if columns.isdecimal() and int(columns) > 0 else 0
        if terminal:
            width = width or shutil.get_terminal_size((80, 24)).columns
        return cls(
            width=max(width or COMFORTABLE, 30),
            fold=terminal or width > 0,
            color=terminal and color and not dumb and not os.environ.get("NO_COLOR"),
            ascii_only=not _unicode(stream),
            dumb=dumb or not terminal,
        )

    def draw(self, *parts: ConsoleRenderable | str) -> str:
        """Rich things one below the other as text, without trailing blanks."""
        console = self._console()
        for part in parts:
            console.print(part, highlight=False, markup=False, emoji=False, soft_wrap=not self.fold)
        text = TRAILING.sub(r"\1", console.file.getvalue())  # type: ignore[attr-defined]  # a StringIO
        return text.encode("ascii", "backslashreplace").decode() if self.ascii_only else text

    def natural(self, part: ConsoleRenderable) -> int:
        """The width a thing would like to have."""
        console = Console(file=io.StringIO(), width=UNBOUNDED, color_system=None, legacy_windows=False)
        return Measurement.get(console, console.options, part).maximum

    def fits(self, part: ConsoleRenderable) -> bool:
        """True if the thing can be shown without folding."""
        return self.natural(part) <= self.width

    def _console(self) -> Console:
        return Console(
            file=io.StringIO(),
            width=self.width if self.fold else UNBOUNDED,
            force_terminal=self.color,
            color_system="standard" if self.color else None,
            no_color=not self.color,
            legacy_windows=False,
            theme=CODE,
            _environ={},
        )


def hanging(left: Text, right: Text) -> Table:
    """A short text and a long one, whose further lines stand below its first."""
    grid = Table.grid(padding=0)
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(left, right)
    return grid


def is_terminal(stream: IO[str] | None) -> bool:
    """True if a person looks at the stream."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # closed
        return False


def _unicode(stream: IO[str]) -> bool:
    encoding = getattr(stream, "encoding", None) or sys.getdefaultencoding()
    try:
        "∂²✓⎡─│".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
