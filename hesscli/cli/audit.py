"""The command ``audit``."""

from __future__ import annotations

from typing import Annotated

from hesscli.audit.report import Mode
from hesscli.cli.grouping import grouped
from hesscli.cli.options import Tell, TimeLimit, either, what, witness
from hesscli.cli.telling import telling
from hesscli.cli.terminal import counter
from hesscli.errors import ExitStatus
from hesscli.options import DEFAULTS

Op = Annotated[
    str | None,
    what(
        "--op", metavar="NAME", help="One operation, tf.math.exp; a beginning, tf.linalg; or a part of names, moments."
    ),
]
Highest = Annotated[int, what("--order", "-n", metavar="N", show_default=True, help="The highest derivative, 1 to 6.")]
Modes = Annotated[
    list[Mode] | None,
    witness(
        "--mode",
        metavar="MODE",
        show_default=False,
        help=f"{either(Mode)}; reverse is nested tapes; may be repeated. "
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
    from hesscli.audit.report import check_order

    check_order(order)
    from hesscli.audit.audit import audit as verb
    from hesscli.output import audit as output

    with telling(output, show) as tell:
        found = verb(op, order, mode or None, time_limit=time_limit, progress=counter(show, "operations"))
        tell(found, ExitStatus.DISAGREE if found.silent else ExitStatus.AGREE, output.conclusion(found))
