"""What passes between a `Session` and its child process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hesscli.language.expression import Expression
from hesscli.request import Request
from hesscli.result import ExactAnswer


@dataclass(frozen=True, slots=True)
class Submission:
    """One submission, or what is left of it after the child was replaced.

    Attributes:
        number: of the submission.
        expression: what is differentiated.
        request: which derivatives.
        points: (k, n) coordinates still to answer.
        digits: decimal digits to print.
        dtype: float64 or float32.
        check: the point at which closed forms are checked; None if none are wanted.
        time_limit: seconds for each point, and for the formulas.
        partial: whether arrays of which some entries have no closed form are wanted too.
    """

    number: int
    expression: Expression
    request: Request
    points: Sequence[tuple[float, ...]]
    digits: int
    dtype: str
    check: tuple[float, ...] | None
    time_limit: float
    partial: bool = False


def unchecked(reason: str) -> ExactAnswer:
    """The answer where there is none within the limits."""
    return ExactAnswer({}, proven=False, status="unchecked", notes=(reason,))
