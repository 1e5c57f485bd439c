"""The frozen dataclasses of the verb ``methods``, which cross rooms as a Result does."""

from __future__ import annotations

from dataclasses import dataclass

from hesscli.request import Request
from hesscli.result import Accuracy, ExactAnswer, TapeAnswer, Verdict


@dataclass(frozen=True, slots=True)
class Measured:
    """One method of a comparison.

    Attributes:
        method: its name.
        tape: its answer; None if it has none.
        accuracy: against the exact answer.
        verdict: of this method and the exact side.
        first_seconds: of the first call, tracing included; NaN without an answer.
        seconds: of the best further call; NaN without an answer, or where one call was slow enough.
        peak_bytes: most memory that one call took.
        notes: why it has no answer, or where it is wrong.
    """

    method: str
    tape: TapeAnswer | None
    accuracy: Accuracy | None
    verdict: Verdict
    first_seconds: float
    seconds: float
    peak_bytes: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """All methods on one request at one point.

    Attributes:
        request: which derivative.
        expression: as typed.
        parsed: as understood.
        variables: in order.
        point: where, as both witnesses saw it.
        dtype: of the tape.
        exact: what the methods are measured against.
        rows: one a method.
    """

    request: Request
    expression: str
    parsed: str
    variables: tuple[str, ...]
    point: tuple[float, ...]
    dtype: str
    exact: ExactAnswer
    rows: tuple[Measured, ...]
