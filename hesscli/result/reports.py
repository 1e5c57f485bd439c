"""The frozen dataclasses of ``methods`` and of formulas alone, which cross rooms as a Result does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hesscli.request import Layout, Request
from hesscli.result import Accuracy, ExactAnswer, TapeAnswer, Texts, Verdict


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


@dataclass(frozen=True, slots=True)
class Symbolic:
    """Closed forms of derivatives, without a point.

    Attributes:
        request: which derivatives.
        expression: as typed.
        parsed: as understood.
        variables: in order.
        parameters: names and values of numbers that are not differentiated.
        layout: the arrays of the request.
        formulas: quantity -> its closed forms, None where there is no short one; a quantity that has none is not there.
        points: where the forms were held against the derivatives, in balls.
        notes: about what was typed.
    """

    request: Request
    expression: str
    parsed: str
    variables: tuple[str, ...]
    parameters: tuple[tuple[str, float], ...]
    layout: Layout
    formulas: Mapping[str, Texts]
    points: tuple[tuple[float, ...], ...]
    notes: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """The quantities that have no short closed form in any entry."""
        return tuple(name for name in self.layout.quantities if name != "value" and name not in self.formulas)

    @property
    def incomplete(self) -> tuple[str, ...]:
        """The quantities that have one in some entries alone."""
        return tuple(name for name, forms in self.formulas.items() if None in forms.texts)
