"""The frozen dataclasses of the verbs ``methods``, ``check`` and ``audit``, which cross rooms as a Result does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from hesscli.request import Request
from hesscli.result import Discrepancy, ExactAnswer, TapeAnswer, Verdict


@dataclass(frozen=True, slots=True)
class Measured:
    """One method of a comparison.

    Attributes:
        method: its name.
        tape: its answer; None if it has none.
        error: against the exact answer.
        verdict: of this method and the exact side.
        first_seconds: of the first call, tracing included; NaN without an answer.
        seconds: of the best further call; NaN without an answer, or where one call was slow enough.
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
        claimed: as it was written; a function's number at a single point; None for a function at several.
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
    claimed: str | None
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
        drawn: whether the points are random ones of the domain.
    """

    expression: str
    parsed: str
    variables: tuple[str, ...]
    points: tuple[tuple[float, ...], ...]
    entries: tuple[Checked, ...]
    notes: tuple[str, ...]
    rtol: float
    drawn: bool = False

    @property
    def right(self) -> bool:
        """Whether every entry is."""
        return all(entry.right for entry in self.entries)


class Fate(str, Enum):
    """What became of one derivative of an operation of TensorFlow; the order is from best to worst."""

    RIGHT = "right"
    ZERO = "zero"  # None, and the derivative is 0
    UNDEFINED = "undefined"  # there is none at this point, whatever TensorFlow says
    UNCHECKED = "unchecked"
    ERROR = "error"
    NAN = "nan"  # NaN or an infinity where the derivative is finite
    HOLE = "hole"  # None, and the derivative is not 0
    WRONG = "wrong"  # another finite number

    @property
    def silent(self) -> bool:
        """Whether a program that goes on computes with a wrong number: a hole becomes 0 in the next sum."""
        return self in (Fate.WRONG, Fate.HOLE)


@dataclass(frozen=True, slots=True)
class Finding:
    """One derivative of one operation, measured.

    Attributes:
        order: which derivative; 0 is the value.
        fate: what became of it.
        tape: TensorFlow's number; None where it gave None or raised an error.
        exact: the exact decimal string; None where there is none.
        digits: decimal digits that both share; None where one of them is missing.
        message: the error, the kink, or why there is no exact value.
    """

    order: int
    fate: Fate
    tape: float | None
    exact: str | None
    digits: float | None
    message: str


@dataclass(frozen=True, slots=True)
class Audited:
    """One operation of TensorFlow, differentiated in one way along one line, order by order.

    Attributes:
        name: as people write it.
        where: what is special about the point.
        family: of operations.
        mode: ``reverse`` (nested tapes), ``forward-over-reverse``, ``forward-over-forward`` or ``jacobian``.
        expression: the same function in hesscli's language.
        variables: of the expression.
        point: n coordinates.
        direction: n coordinates; t -> f(point + t*direction) is differentiated at t = 0.
        dtype: in which TensorFlow computed.
        thread: issues of tensorflow/tensorflow about it.
        note: one sentence more.
        findings: orders 0, 1, 2, ...
    """

    name: str
    where: str
    family: str
    mode: str
    expression: str
    variables: tuple[str, ...]
    point: tuple[float, ...]
    direction: tuple[float, ...]
    dtype: str
    thread: str
    note: str
    findings: tuple[Finding, ...]

    @property
    def silent(self) -> bool:
        """Whether one of its derivatives is silently wrong."""
        return any(finding.fate.silent for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Audit:
    """All operations that were asked for.

    Attributes:
        rows: one an operation, a point and a mode.
        order: the highest order.
        versions: of what took part.
        seconds: what it took.
    """

    rows: tuple[Audited, ...]
    order: int
    versions: Mapping[str, str]
    seconds: float

    @property
    def silent(self) -> bool:
        """Whether anything is silently wrong."""
        return any(row.silent for row in self.rows)
