"""The exact answer on the terminal while TensorFlow still loads; the whole one takes its place."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from shutil import get_terminal_size

from hesscli.output.page import Page, is_terminal
from hesscli.output.table import draw
from hesscli.result import Result

WAIT = "TensorFlow is loading; its answer and the verdict follow"


@contextmanager
def preview(page: Page, *, wanted: bool) -> Iterator[Callable[[Result], None] | None]:
    """A callback that shows a first answer; what it has drawn is gone when the block ends.

    Args:
        page: of standard output.
        wanted: False where nobody looks.

    Yields:
        The callback, or None where nothing is to be shown: no terminal, or one that cannot move its cursor.
    """
    if not wanted or not page.fold or not is_terminal(sys.stdout) or page.dumb:
        yield None
        return
    drawn = 0

    def show(result: Result) -> None:
        nonlocal drawn
        text = draw(result, page, waiting=WAIT)
        height = get_terminal_size().lines
        if text.count("\n") < height - 1:
            drawn = text.count("\n")
            sys.stdout.write(text)
            sys.stdout.flush()

    try:
        yield show
    finally:
        if drawn:
            sys.stdout.write(f"\x1b[{drawn}F\x1b[J")
            sys.stdout.flush()
