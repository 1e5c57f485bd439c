"""The command ``audit``."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from enum import Enum
from typing import Annotated

import typer

from hesscli.cli.environment import current
from hesscli.cli.evaluate import page_of, seen_on_terminal, watched
from hesscli.cli.options import WHAT, WITNESSES, Tell, TimeLimit, grouped
from hesscli.cli.settings import chosen
from hesscli.errors import ExitStatus
from hesscli.options import DEFAULTS
from hesscli.output.formats import Format


class Mode(str, Enum):
    """How TensorFlow differentiates an operation again and again."""

    REVERSE = "reverse"
    FORWARD_OVER_REVERSE = "forward-over-reverse"
    FORWARD_OVER_FORWARD = "forward-over-forward"
    JACOBIAN = "jacobian"


Op = Annotated[
    str | None,
    typer.Option(
        "--op",
        metavar="NAME",
        show_default=False,
        rich_help_panel=WHAT,
        help="One operation, tf.math.exp; a beginning, tf.linalg; or a part of names, moments.",
    ),
]
Highest = Annotated[
    int, typer.Option("--order", "-n", metavar="N", rich_help_panel=WHAT, help="The highest derivative, 1 to 6.")
]
Modes = Annotated[
    list[Mode] | None,
    typer.Option(
        "--mode",
        metavar="MODE",
        show_default=False,
        rich_help_panel=WITNESSES,
        help="reverse (nested tapes), forward-over-reverse, forward-over-forward or jacobian; may be repeated. "
        "Default: reverse, and every mode on some operations. The last three end at order 2.",
    ),
]


@grouped
def audit(
    show: Tell, op: Op = None, order: Highest = 4, mode: Modes = None, time_limit: TimeLimit = DEFAULTS.time_limit
) -> None:
    """TensorFlow's own operations, order by order, against exact values.

    Every operation of the installed release is differentiated along a line, and
    held against the same function in balls. Exit status 1 if a derivative is
    silently wrong: another number, or None where the derivative is not 0.

    [bold]Examples[/bold]

    \b
    hesscli audit
    hesscli audit --op moments
    hesscli audit --op bessel --order 3 --json
    hesscli audit --op tf.identity --mode forward-over-forward
    """
    from hesscli.audit.audit import audit as verb
    from hesscli.output import audit as report
    from hesscli.output.json import line

    form = chosen(show)
    environment = current.get()
    with environment.out(show.output) as stream:
        modes = [one.value for one in mode] if mode else None
        found = verb(op, order, modes, time_limit=time_limit, progress=_progress(show))
        if form is Format.JSON:
            stream.write(line(report.to_dict(found), request_id=environment.request_id, first=environment.first))
        else:
            stream.write(report.draw(found, page_of(show), quiet=show.quiet).encode("utf-8", "replace"))
    if found.silent:
        environment.note(int(ExitStatus.DISAGREE))
        if not seen_on_terminal(form, show):
            environment.say(f"hesscli: {report.conclusion(found)}")


def _progress(show: Tell) -> Callable[[int, int], None] | None:
    """A counter on standard error, for terminals, after the first second."""
    if not watched(show):
        return None
    started = time.monotonic()

    def tell(done: int, total: int) -> None:
        if time.monotonic() > started + 1:
            end = "\r\x1b[K" if done >= total else ""
            sys.stderr.write(f"\r{done} of {total} operations{end}")
            sys.stderr.flush()

    return tell
