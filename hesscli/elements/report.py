"""What both witnesses say of a program at one point, and what that will take: the dataclasses that the output reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.operators.report import Extremes, Signs, Solution, Statistics
from hesscli.result import Accuracy, Shown, Verdict

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class SumPlan:
    """What an answer will take.

    Attributes:
        command: ``gradient``, ``hessian`` or ``hvp``.
        n: number of variables.
        terms: rows of all sums.
        derivatives: partial derivatives of all terms.
        entries: second derivatives that are added into the matrix; none where there is no matrix.
        colours: Hessian-vector products by which the outer expression's second derivatives are found; none where it
            has few variables.
        dense: entries of what sums inside functions make dense, of the lower triangle; kept as a product if they are
            many.
        bytes: of arrays, beside TensorFlow's own.
        seconds: with loading.
        strategy: how, and why.
    """

    command: str
    n: int
    terms: int
    derivatives: int
    entries: int
    colours: int
    dense: int
    bytes: int
    seconds: float
    strategy: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SampledEntry:
    """One entry that both witnesses have.

    Attributes:
        label: ``hessian[0,1]``.
        names: of the variables by which it is a derivative.
        tape: TensorFlow's number.
        exact: the proven decimal string, or None where it could not be decided.
    """

    label: str
    names: tuple[str, ...]
    tape: float
    exact: str | None


@dataclass(frozen=True, eq=False)
class NumericalCurvature:
    """What the Hessian as computed tells besides: a symmetric matrix, sparse, or that and a product of low rank.

    Attributes:
        signs: of its eigenvalues; None where it is not finite.
        spectrum: the eigenvalues that were asked for.
        trace: the sum of the diagonal.
        diagonal: shape (n,).
        solution: x of H x = b.
        rhs: what b is: ``gradient``, or the vector as typed.
        newton: -H^-1 times the gradient, shape (n,).
        notes: why they may not be what they look like.
    """

    signs: Signs | None = None
    spectrum: Extremes | None = None
    trace: float | None = None
    diagonal: Array | None = None
    solution: Solution | None = None
    rhs: str = ""
    newton: Solution | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class SumReport(Shown):
    """One answer; numbers are the ones to use: exact where an entry was checked and decided, else the tape's.

    Attributes:
        command: ``hessian``, ``gradient`` or ``hvp``.
        source: as typed.
        parsed: as understood.
        blocks: names of the variables' blocks with their shapes: of a vector (size,), of a matrix (rows, columns), of a
            single variable ().
        n: number of variables.
        terms: rows of all sums.
        point: shape (n,).
        label: place of a variable -> its name.
        dtype: of the tape.
        method: of the tape.
        value: f.
        gradient: shape (n,).
        hessian: of ``hessian``: the lower triangle as a SciPy array of compressed rows.
        rank: where the Hessian is that matrix and J^T C J besides: (C, J).
        hvp: of ``hvp``: shape (n,).
        vector: of ``hvp``: shape (n,).
        verdict: of the whole answer.
        verdicts: quantity -> word.
        checked: quantity -> how many of its entries the exact side was asked, and how many there are.
        entries: those that were checked.
        asked: whether there was a second witness.
        accuracy: over them.
        formulas: second derivatives of the bodies in closed form, by the names of slots.
        notes: sentences.
        repaired: operations that carry a derivative of ours.
        parameters: names and values.
        weights: of every sum: the derivative of f by its total.
        bare: whether f is nothing but its sums, added up.
        statistics: standard errors, where they were asked for.
        curvature: signs of eigenvalues, and what else was asked for of the Hessian.
        seconds: by stage.
        versions: of what took part.
    """

    command: str
    source: str
    parsed: str
    blocks: tuple[tuple[str, tuple[int, ...]], ...]
    n: int
    terms: int
    point: Array
    label: Callable[[int], str]
    dtype: str
    method: str
    value: float
    gradient: Array
    hessian: Any
    rank: tuple[Array, Array] | None
    hvp: Array | None
    vector: Array | None
    verdict: Verdict
    verdicts: Mapping[str, Verdict]
    checked: Mapping[str, tuple[int, int]]
    entries: tuple[SampledEntry, ...] = ()
    asked: bool = True
    accuracy: Accuracy | None = None
    formulas: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    repaired: tuple[str, ...] = ()
    parameters: tuple[tuple[str, float], ...] = ()
    weights: tuple[float, ...] = ()
    bare: bool = True
    statistics: Statistics | None = None
    curvature: NumericalCurvature | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)

    @property
    def nonzeros(self) -> int:
        """Entries of the whole symmetric matrix that are stored, both triangles."""
        if self.hessian is None:
            return 0
        return int(2 * self.hessian.nnz - np.count_nonzero(self.hessian.indices == self.rows()))

    def rows(self) -> Array:
        """The row of every stored entry of the lower triangle."""
        return np.repeat(np.arange(self.n), np.diff(self.hessian.indptr))
