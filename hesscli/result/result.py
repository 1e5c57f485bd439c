"""The answer at one point, and at points in a row of which nothing else is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.operators.report import SpectrumReport, Statistics
from hesscli.quantities import QUANTITIES, Arrays
from hesscli.request import Request
from hesscli.result.curvature import Critical, Curvature
from hesscli.result.explanation import Explanation
from hesscli.result.shown import Shown, Subject, brief, numbers, place
from hesscli.result.texts import Texts
from hesscli.result.witnesses import REFUTED, Accuracy, Difference, ExactAnswer, TapeAnswer, Verdict, usable

MOST_NOTES = 20
"""Sentences that stand beside an answer of many points, or of many terms."""


@dataclass(frozen=True, slots=True, repr=False)
class Result(Subject, Arrays, Shown):
    """One answer at one point: both witnesses, and what they say together.

    Attributes:
        request: which derivative.
        point: n doubles.
        dtype: of the tape.
        method: of the tape.
        tape: what TensorFlow says; None where it has no such function.
        exact: what the exact side says; None where it was not asked.
        formulas: quantity -> closed forms, of the quantity's shape; those that there are.
        accuracy: how far the one is from the other; None without both.
        verdict: the worst of all quantities.
        verdicts: quantity -> what both say of it.
        notes: sentences, each once.
        curvature: of a Hessian, one a component.
        parameters: named numbers that are not differentiated.
        rtol: largest relative error that is agreement.
        atol: largest absolute error that is agreement.
        differences: quantity -> what differences say of it, of a function that has no exact side; none of any other.
        spectrum: what products with the Hessian of a function of tensors tell, where it was asked for.
        statistics: standard errors of its coefficients, where they were asked for.
        explanation: where the tape loses its digits; None where nobody asked and it loses none.
        seconds: what took how long.
        versions: library -> its version.
    """

    request: Request
    point: tuple[float, ...]
    dtype: str
    method: str
    tape: TapeAnswer | None
    exact: ExactAnswer | None
    formulas: Mapping[str, Texts]
    accuracy: Accuracy | None
    verdict: Verdict
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    curvature: tuple[Curvature, ...] = ()
    parameters: tuple[tuple[str, float], ...] = ()
    rtol: float = 1e-6
    atol: float = 0.0
    differences: Mapping[str, Difference] = field(default_factory=dict)
    spectrum: SpectrumReport | None = None
    statistics: Statistics | None = None
    explanation: Explanation | None = None
    seconds: Mapping[str, float] = field(default_factory=dict, compare=False)
    versions: Mapping[str, str] = field(default_factory=dict, compare=False)

    def array(self, name: str) -> NDArray[np.float64]:
        """The numbers to use of a quantity; see `Arrays.array`."""
        found = self.numbers(name)
        if found is None:
            raise AttributeError(self._lacking(name))
        return found

    def _lacking(self, name: str) -> str:
        has = [one for one in QUANTITIES if self.numbers(one) is not None]
        if not has:
            return f"there is no number: {self.verdict.value}{''.join('; ' + note for note in self.notes[:2])}"
        return f"there is no {name} here: this {self.request.command} has {', '.join(has)}"

    def __repr__(self) -> str:
        """One line: what was asked, the number, the verdict."""
        command = self.request.command
        found = f"{numbers(self.numbers(command))}, {self.verdict.value}"
        return f"<{command} of {brief(self.parsed)} at {place(self.variables, self.point)}: {found}>"

    def numbers(self, quantity: str) -> NDArray[np.float64] | None:
        """The numbers to use, of the quantity's shape: the exact ones rounded to doubles, else the tape's.

        NaN stands where there is no number: the exact side knows that none exists, or neither witness has one.
        None if the quantity was not asked for.
        """
        if quantity in self.differences and self.verdicts.get(quantity) in REFUTED:
            refuted = None if self.tape is None else self.tape.arrays.get(quantity)
            return None if refuted is None else np.full(np.shape(refuted), np.nan)
        tape = None if self.tape is None else self.tape.arrays.get(quantity)
        exact = None if self.exact is None else self.exact.values.get(quantity)
        return usable(tape, exact)

    @property
    def asked(self) -> bool:
        """Whether there was a second witness."""
        return self.exact is not None or bool(self.differences)

    @property
    def definiteness(self) -> str | None:
        """The word for a scalar function's Hessian; None where it is open."""
        return self.curvature[0].definiteness if self.curvature else None

    @property
    def critical(self) -> Critical | None:
        """The critical point of a scalar function at the point."""
        return self.curvature[0].critical if self.curvature else None

    @property
    def eigenvalues(self) -> NDArray[np.float64] | None:
        """Of a scalar function's Hessian, shape (n,), ascending."""
        return self._curved("eigenvalues")

    @property
    def eigenvectors(self) -> NDArray[np.float64] | None:
        """Shape (n, n), row k a unit vector of eigenvalue k; with ``further=["eigenvectors"]``."""
        return self._curved("eigenvectors")

    @property
    def inverse(self) -> NDArray[np.float64] | None:
        """Of a scalar function's Hessian, shape (n, n); with ``further=["inverse"]``."""
        return self._curved("inverse")

    @property
    def newton_step(self) -> NDArray[np.float64] | None:
        """-H^-1 g, shape (n,); with ``further=["newton_step"]``."""
        return self._curved("newton_step")

    @property
    def determinant(self) -> float | None:
        """Of a scalar function's Hessian; with ``further=["determinant"]``."""
        return None if (found := self._curved("determinant")) is None else float(found)

    @property
    def condition(self) -> float | None:
        """Of a scalar function's Hessian, in the 2-norm; with ``further=["condition"]``."""
        return None if (found := self._curved("condition")) is None else float(found)

    def _curved(self, name: str) -> NDArray[np.float64] | None:
        """What follows from the Hessian, as doubles, NaN where it is open; None where it was not asked for or had."""
        texts = getattr(self.curvature[0], name) if len(self.curvature) == 1 else None
        if texts is None:
            return None
        if name == "eigenvectors":
            texts = [[None] * len(texts) if row is None else row for row in texts]
        return np.array(texts, dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class TapeBlock:
    """Points of a sweep, one after the other, that the exact side was not asked about: the tape's numbers as columns.

    All of them are finite, or holes at every point; and nothing is said of one point that is not said of all.

    Attributes:
        first: the answer at the first of them.
        points: shape (k, n).
        arrays: quantity -> shape (k, ...), the tape's, which are the numbers to use; NaN in a hole.
    """

    first: Result
    points: NDArray[np.float64]
    arrays: Mapping[str, NDArray[Any]]

    def __len__(self) -> int:
        """The number of points."""
        return len(self.points)
