"""What passes between a `Session` and its child process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

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

    def after(self, last: Submission | None) -> Submission | OtherPoints:
        """What is sent behind another one: short where they differ in their points only."""
        if last is None or _of_points(last) != _of_points(self):
            return self
        return OtherPoints(self.number, self.points, self.check)


class OtherPoints(NamedTuple):
    """A submission that is the last one at other points; the same fields."""

    number: int
    points: Sequence[tuple[float, ...]]
    check: tuple[float, ...] | None

    def whole(self, last: Submission) -> Submission:
        """The submission, by the last one."""
        return replace(last, number=self.number, points=self.points, check=self.check)


def _of_points(one: Submission) -> tuple[object, ...]:
    """What a submission asks at every point; the expressions of a batch are mostly one object."""
    return one.digits, one.dtype, one.time_limit, one.partial, one.request, one.expression


def unchecked(reason: str) -> ExactAnswer:
    """The answer where there is none within the limits."""
    return ExactAnswer({}, proven=False, status="unchecked", notes=(reason,))
