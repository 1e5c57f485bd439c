"""What a person at a terminal sees besides the answer: how far the work is; and what they have read already."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from hesscli import guard
from hesscli.cli.environment import current
from hesscli.cli.options import Show
from hesscli.output.formats import Format
from hesscli.output.write import is_file

if TYPE_CHECKING:
    from hesscli.output.page import Page


def page_of(show: Show) -> Page:
    """What tables are drawn for: standard output, or a plain file."""
    from hesscli.output.page import Page

    if show.output is not None or sys.stdout is None:
        return Page()
    return Page.of(sys.stdout, color=not show.no_color)


def seen_on_terminal(form: Format, show: Show) -> bool:
    """Whether the person who reads standard error reads the verdict in a table as well."""
    from hesscli.output.page import is_terminal

    return form is Format.TABLE and not show.quiet and show.output is None and is_terminal(sys.stdout)


def awaited(what: str) -> None:
    """Standard input is read now: tell a person at a terminal what is wanted there."""
    from hesscli.output.page import is_terminal

    guard.tell(guard.USED)
    if is_terminal(sys.stdin):
        current.get().say(f"hesscli: waiting for {what}; Ctrl-D ends them")


def watched(show: Show) -> bool:
    """Whether somebody looks at standard error on a terminal that can take back a line."""
    from hesscli.output.page import Page

    return not show.quiet and sys.stderr is not None and not Page.of(sys.stderr).dumb


def wrote(show: Show, error: type[BaseException] | None = None, *_: object) -> None:
    """Tell a person at a terminal that a file stands, of which nothing else is seen."""
    if error is None and show.output is not None and watched(show) and is_file(show.output):
        size = os.stat(show.output).st_size
        current.get().say(f"hesscli: wrote {show.output}, {size:,} byte{'' if size == 1 else 's'}")


@contextmanager
def notice(show: Show) -> Iterator[Callable[[str], None] | None]:
    """Words about what goes on, on standard error for a terminal; gone at the end."""
    if not watched(show):
        yield None
        return

    def tell(words: str) -> None:
        sys.stderr.write(f"\r\x1b[K{words} ...")
        sys.stderr.flush()

    try:
        yield tell
    finally:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()


def counter(show: Show, what: str) -> Callable[[int, int], None] | None:
    """How many are done, how fast, and how long the rest takes, on standard error for terminals after the first second.

    Args:
        show: whether somebody wants to know.
        what: is counted.
    """
    if not watched(show):
        return None
    started = time.monotonic()
    first: list[tuple[float, int]] = []  # what was done before, as by an earlier run, says nothing of the speed

    def tell(done: int, total: int) -> None:
        now = time.monotonic()
        first.append((now, done))
        if now > started + 1:
            end = "\r\x1b[K" if done >= total else ""
            told = progress(done, total, what, done - first[0][1], now - first[0][0])
            sys.stderr.write(f"\r\x1b[K{told}{end}")
            sys.stderr.flush()
        del first[1:]

    return tell


def progress(done: int, total: int, what: str, more: int, seconds: float) -> str:
    """The words of a counter.

    Args:
        done: so many.
        total: of so many.
        what: is counted.
        more: so many of them lately.
        seconds: that those took.

    Example:
        >>> progress(40_000, 100_000, "points", 30_000, 2.0)
        '40,000 of 100,000 points, 15,000 a second, 0:00:04 left'
    """
    text = f"{done:,} of {total:,} {what}"
    if not more or seconds <= 0:
        return text
    return f"{text}, {more / seconds:,.0f} a second, {timedelta(seconds=round((total - done) * seconds / more))} left"
