"""Verdicts by severity, and the exit statuses that they end with."""

from __future__ import annotations

from collections.abc import Iterable

from hesscli.errors import ExitStatus
from hesscli.result import Verdict

EXIT = {
    Verdict.AGREE: ExitStatus.AGREE,
    Verdict.EXACT_ONLY: ExitStatus.AGREE,
    Verdict.CHECKED: ExitStatus.AGREE,
    Verdict.UNCHECKED: ExitStatus.LIMIT,
    Verdict.UNDEFINED: ExitStatus.NO_ANSWER,
    Verdict.NOT_DIFFERENTIABLE: ExitStatus.NO_ANSWER,
    Verdict.TAPE_FAILED: ExitStatus.DISAGREE,
    Verdict.DISAGREE: ExitStatus.DISAGREE,
}

FINE = frozenset(verdict.value for verdict, status in EXIT.items() if status is ExitStatus.AGREE)
"""Words of which standard error says nothing."""


def worst_of(verdicts: Iterable[Verdict], alone: Verdict = Verdict.UNCHECKED) -> Verdict:
    """Of all quantities.

    Args:
        verdicts: theirs.
        alone: where there is none.
    """
    order = list(Verdict)
    return max(verdicts, key=order.index, default=alone)


def exit_status(verdict: Verdict, *, asked: bool) -> ExitStatus:
    """Of one answer; a tape that was to answer alone, or outside the sample, is no failure.

    Args:
        verdict: on the answer, or on the quantity that is shown of it.
        asked: whether there was a second witness.
    """
    return EXIT[verdict] if asked or verdict is not Verdict.UNCHECKED else ExitStatus.AGREE
