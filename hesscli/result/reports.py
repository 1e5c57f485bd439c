"""The frozen dataclasses of ``methods`` and of formulas alone, which cross rooms as a Result does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hesscli.request import Layout, Request
from hesscli.result import Accuracy, ExactAnswer, Shown, Subject, TapeAnswer, Texts, Verdict
from hesscli.result.shown import brief


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
class Comparison(Subject):
    """All methods on one request at one point.

    Attributes:
        request: which derivative.
        point: where, as both witnesses saw it.
        dtype: of the tape.
        exact: what the methods are measured against.
        rows: one a method.
    """

    request: Request
    point: tuple[float, ...]
    dtype: str
    exact: ExactAnswer
    rows: tuple[Measured, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Symbolic(Subject, Shown):
    """Closed forms of derivatives, without a point.

    Attributes:
        request: which derivatives.
        parameters: names and values of numbers that are not differentiated.
        layout: the arrays of the request.
        formulas: quantity -> its closed forms, None where there is no short one; a quantity that has none is not there.
        points: where the forms were held against the derivatives, in balls.
        notes: about what was typed.
    """

    request: Request
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

    @property
    def gradient(self) -> Any:
        """A list of n formulas, as texts; None in the place of one that is not short."""
        return self._nested("gradient")

    @property
    def jacobian(self) -> Any:
        """A list of m lists of n formulas."""
        return self._nested("jacobian")

    @property
    def hessian(self) -> Any:
        """A list of n lists of n formulas; of m components a list of m of them."""
        return self._nested("hessian")

    @property
    def derivative(self) -> Any:
        """Lists nested as deep as the order, or the one formula of one variable and of one mixed partial."""
        return self._nested("derivative")

    def _nested(self, name: str) -> Any:
        if name not in self.formulas:
            short = "short formula of the" if name in self.missing else "formula of a"
            raise AttributeError(f"there is no {short} {name} here: {', '.join(self.formulas) or 'none was found'}")
        return self.formulas[name].nested()

    def __repr__(self) -> str:
        """One line: what was asked, and the formulas where they fit into it."""
        command = self.request.command
        forms = str(self._nested(command)) if command in self.formulas else "no short formula"
        shown = forms if len(forms) <= 200 else f"formulas, shape {self.formulas[command].shape}"
        return f"<{command} of {brief(self.parsed)}: {shown}>"
