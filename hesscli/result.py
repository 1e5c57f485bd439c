"""The frozen dataclasses that cross rooms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Strings = Any  # a decimal string, or lists of them nested like the array they describe


class Verdict(str, Enum):
    """What the two witnesses say together; the order is from best to worst."""

    AGREE = "agree"
    EXACT_ONLY = "exact-only"
    UNCHECKED = "unchecked"
    UNDEFINED = "undefined"
    NOT_DIFFERENTIABLE = "not-differentiable"
    TAPE_FAILED = "tape-failed"
    DISAGREE = "disagree"


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of both witnesses at every point.

    Attributes:
        command: ``hessian``, ``gradient``, ``jacobian``, ``derivative`` or ``hvp``.
        order: of ``derivative``: its order N >= 1.
        wrt: of ``derivative``: indices of the variables of one mixed partial, e.g. (0, 0, 1); or None.
        vector: of ``hvp``: the n numbers of v; or None.
    """

    command: str
    order: int | None = None
    wrt: tuple[int, ...] | None = None
    vector: tuple[float, ...] | None = None


@dataclass(frozen=True, slots=True)
class TapeAnswer:
    """What the tape says at one point.

    Attributes:
        arrays: quantity (``value``, ``gradient``, ``hessian``, ``jacobian``, ``derivative``, ``hvp``) ->
            array in the tape's dtype. An entry for which TensorFlow gave None is NaN here.
        holes: quantity -> bool array of the same shape: True where TensorFlow gave None.
        failures: sentences about errors that TensorFlow raised, each naming the operation.
        method: which method answered.
    """

    arrays: Mapping[str, NDArray[Any]]
    holes: Mapping[str, NDArray[np.bool_]]
    failures: tuple[str, ...] = ()
    method: str = "nested"


@dataclass(frozen=True, slots=True)
class ExactAnswer:
    """What the exact side says at one point.

    Attributes:
        values: quantity -> decimal strings nested like the array; ``"nan"`` where there is no finite real
            value, ``"inf"``/``"-inf"`` where it is infinite, None where it could not be decided in the limits.
        proven: True only if balls covered every operation and certified every printed digit.
        status: ``ok``; ``undefined``; ``not-differentiable``; ``unchecked``.
        notes: sentences: kinks with one-sided values, limits, why something is unchecked.
        one_sided: entry name (``"gradient[0]"``) -> (from the left, from the right) decimal strings.
    """

    values: Mapping[str, Strings]
    proven: bool
    status: str = "ok"
    notes: tuple[str, ...] = ()
    one_sided: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """How far the tape is from the exact side over all entries of the answer.

    Attributes:
        max_abs: largest absolute error.
        max_rel: largest relative error, scaled by the entry, or by the largest entry where the exact one is 0.
        digits: -log10(max_rel), at most 15.95 (float64) or 7.22 (float32): half an ulp.
    """

    max_abs: float
    max_rel: float
    digits: float


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the expression as both witnesses see it, as if the expression ended there.

    Attributes:
        text: the operation as typed.
        tape: its value and its derivatives along the way to the entry explained, N + 1 numbers; None as TensorFlow's.
        exact: the same as decimal strings, and the next derivative; None, ``"nan"`` or an infinity where there is no
            finite value.
        digits: how many decimal digits they share, one an order; None where there is nothing to compare.
    """

    text: str
    tape: tuple[float | None, ...]
    exact: tuple[str | None, ...]
    digits: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Loss:
    """An operation whose operands have more right digits than it has itself.

    Attributes:
        operation: as typed.
        order: of the derivative in which it happens first; 0 is the value.
        before: digits that its operands have.
        after: digits that it has.
        why: the cause in words.
    """

    operation: str
    order: int
    before: float
    after: float
    why: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Where the tape loses its digits.

    Attributes:
        quantity: of the worst entry of the answer, such as ``hessian``.
        index: where in its array that entry is.
        wrt: indices of the variables that it is the derivative by, one after the other; N of them.
        operations: those that the entry needs, in the order in which they are computed.
        losses: from the output back to the variables.
        float32: what the tape says in single precision, or None where it was asked in it.
        float32_error: how far that is from the exact side.
    """

    quantity: str
    index: tuple[int, ...]
    wrt: tuple[int, ...]
    operations: tuple[Operation, ...]
    losses: tuple[Loss, ...]
    float32: TapeAnswer | None = None
    float32_error: Discrepancy | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """One answer at one point: both witnesses, and what they say together."""

    request: Request
    expression: str
    parsed: str
    variables: tuple[str, ...]
    point: tuple[float, ...]
    dtype: str
    method: str
    tape: TapeAnswer | None
    exact: ExactAnswer | None
    formulas: Mapping[str, Strings]
    error: Discrepancy | None
    verdict: Verdict
    notes: tuple[str, ...] = ()
    eigenvalues: Strings | None = None
    definiteness: Strings | None = None
    critical: str | None = None
    parameters: tuple[tuple[str, float], ...] = ()
    rtol: float = 1e-6
    explanation: Explanation | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of DESIGN: NaN and infinities as strings, None for what was not computed."""
        from hesscli.output.json import to_dict  # noqa: PLC0415

        return to_dict(self)
