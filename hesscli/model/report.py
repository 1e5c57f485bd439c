"""What is said of a model: the dataclasses that the output reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from hesscli.model.differences import DifferenceCheck
from hesscli.model.weights import WeightLayout
from hesscli.operators.report import Eigenvalues, SpectrumReport, Statistics
from hesscli.result import Accuracy, Decimals, Verdict
from hesscli.verdict import worst_of

Array = NDArray[Any]


MATRICES = ("hessian", "ggn", "fisher")
"""Commands whose answer is a matrix."""


@dataclass(frozen=True, slots=True)
class ModelPlan:
    """What an answer will take.

    Attributes:
        command: of `ModelReport`.
        form: of a matrix, as in `ModelReport`.
        layout: names and places of the weights.
        rows: of data.
        batches: in which they come.
        answer_bytes: of the numbers of the answer.
        work_bytes: of the arrays meanwhile, about, beside TensorFlow's own.
        chunk: products with vectors at once.
        products: with vectors, each over all rows; of what is iterated at least so many.
        most_products: the limit of what is iterated.
        seconds: about, for ``products`` and differences, without loading.
        fits: whether it is within the limits of memory.
    """

    command: str
    form: str
    layout: WeightLayout
    rows: int
    batches: int
    answer_bytes: int
    work_bytes: int
    chunk: int
    products: int
    most_products: int
    seconds: float
    fits: bool


@dataclass(frozen=True, slots=True)
class Apart:
    """How far plain nested tapes are from the right numbers.

    Attributes:
        quantity: of which array.
        largest: of all differences, absolute.
        where: the names of the weights of that entry.
        plain: TensorFlow's own number there.
        right: the number to use there.
        scale: the largest right entry.
    """

    quantity: str
    largest: float
    where: tuple[str, ...]
    plain: float
    right: float
    scale: float


@dataclass(frozen=True, eq=False)
class Posterior:
    """Laplace's approximation: the weights as normal around what they are; NaN where it has none.

    Attributes:
        names: of the n weights.
        weights: their mode, shape (n,).
        deviations: their standard deviations, shape (n,).
        covariance: shape (n, n).
        evidence: logarithm of the data's probability, the weights integrated out.
        likelihood: logarithm of the data's probability by these weights.
        prior_precision: of every weight.
        noise: standard deviation of the targets around the outputs; None of a loss without one.
        notes: why it may not be what it looks like.
    """

    names: tuple[str, ...]
    weights: Array
    deviations: Array
    covariance: Array
    evidence: float
    likelihood: float
    prior_precision: float
    noise: float | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class ModelReport:
    """One answer.

    Attributes:
        command: ``gradient``, ``hvp``, one of ``MATRICES``, or ``spectrum``.
        model: the file.
        loss: its name.
        training: batch statistics, as while training; else moving ones.
        rows: of data.
        batches: in which they came.
        layout: names and places of the n weights.
        theta: the weights, shape (n,).
        dtype: of the tape.
        form: of a matrix: ``whole``, ``blocks`` (one a layer) or ``diagonal``.
        value: the loss.
        numbers: quantity -> the array to use; one that nothing speaks for is not there. A matrix is of shape (n, n),
            as ``diagonal`` of shape (n,), as ``blocks`` a tuple of matrices, one a layer.
        tape: quantity -> the array as TensorFlow gave it.
        vector: of ``hvp``, or b of a solution that is not the gradient's.
        verdicts: quantity -> word.
        checks: quantity -> what differences said of its parts.
        exact: quantity -> exact values, of a network that could be written out.
        expression: the network written out.
        accuracy: of the tape beside the exact values.
        eigenvalues: of the matrix to use: one a layer, of its diagonal block, and of a whole matrix its own last; None
            where there are too many. Empty of ``diagonal``, and where there is no such matrix.
        spectrum: where it was asked for, and its products are not refuted.
        statistics: standard errors, where they were asked for.
        posterior: Laplace's, where it was asked for.
        modes: largest difference between reverse-over-reverse and forward-over-reverse, relative; None: not compared.
        apart: how far plain tapes are from the numbers to use, where plain ones were asked for.
        notes: sentences.
        repaired: functions of TensorFlow that a right form stood in for.
        seconds: by stage.
        versions: of what took part.
    """

    command: str
    model: str
    loss: str
    training: bool
    rows: int
    batches: int
    layout: WeightLayout
    theta: Array
    dtype: str
    form: str
    value: float
    numbers: Mapping[str, Any]
    tape: Mapping[str, Any]
    vector: Array | None
    verdicts: Mapping[str, Verdict]
    checks: Mapping[str, tuple[DifferenceCheck, ...]]
    exact: Mapping[str, Decimals] = field(default_factory=dict)
    expression: str = ""
    accuracy: Accuracy | None = None
    eigenvalues: tuple[Eigenvalues | None, ...] = ()
    spectrum: SpectrumReport | None = None
    statistics: Statistics | None = None
    posterior: Posterior | None = None
    modes: float | None = None
    apart: Apart | None = None
    notes: tuple[str, ...] = ()
    repaired: tuple[str, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)

    @property
    def matrix(self) -> Any:
        """The matrix to use, or where nothing speaks for it the tape's; None of a command without one."""
        return None if not self.form else self.numbers.get(self.command, self.tape.get(self.command))

    @property
    def verdict(self) -> Verdict:
        """The worst of the quantities'."""
        return worst_of(self.verdicts.values())
