"""The frozen dataclasses of the verbs ``methods`` and ``check``, which cross rooms as a Result does."""

from __future__ import annotations

from dataclasses import dataclass

from hesscli.result import Discrepancy, ExactAnswer, Request, TapeAnswer, Verdict


@dataclass(frozen=True, slots=True)
class Measured:
    """One method of a comparison.

    Attributes:
        method: its name.
        tape: its answer; None if it has none.
        error: against the exact answer.
        verdict: of this method and the exact side.
        first_seconds: of the first call, tracing included; NaN without an answer.
        seconds: of the best further call; NaN without an answer.
        peak_bytes: most memory that one call took.
        notes: why it has no answer, or where it is wrong.
    """

    method: str
    tape: TapeAnswer | None
    error: Discrepancy | None
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


@dataclass(frozen=True, slots=True)
class Checked:
    """One entry of a hand-written derivative.

    Attributes:
        quantity: ``gradient``, ``jacobian`` or ``hessian``.
        index: where.
        claimed: as it was written.
        right: whether it is within the tolerance at every point.
        error: the largest relative error over the points.
        point: where the error is largest.
        given: the claim's number there.
        exact: the right decimal string there.
        formula: the right closed form, if it is short.
        slip: what seems to have gone wrong, in words; empty if the entry is right or nothing is recognised.
    """

    quantity: str
    index: tuple[int, ...]
    claimed: str
    right: bool
    error: float
    point: tuple[float, ...]
    given: float
    exact: str
    formula: str | None
    slip: str


@dataclass(frozen=True, slots=True)
class Report:
    """A whole check.

    Attributes:
        expression: as typed.
        parsed: as understood.
        variables: in order.
        points: where it was checked.
        entries: in row-major order.
        notes: what concerns more than one entry.
        rtol: the tolerance in force.
    """

    expression: str
    parsed: str
    variables: tuple[str, ...]
    points: tuple[tuple[float, ...], ...]
    entries: tuple[Checked, ...]
    notes: tuple[str, ...]
    rtol: float

    @property
    def right(self) -> bool:
        """Whether every entry is."""
        return all(entry.right for entry in self.entries)
