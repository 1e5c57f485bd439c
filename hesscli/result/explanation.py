"""Where the tape loses its digits."""

from __future__ import annotations

from dataclasses import dataclass

from hesscli.result.texts import Decimals
from hesscli.result.witnesses import Accuracy, TapeAnswer


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the expression as both witnesses see it, as if the expression ended there.

    Attributes:
        text: the operation as typed.
        tape: its value and its derivatives along the way to the entry explained, N + 1 numbers; None as TensorFlow's.
        exact: the same of the exact side, and the next derivative: N + 2 numbers.
        digits: how many decimal digits they share, one an order; None where there is nothing to compare.
    """

    text: str
    tape: tuple[float | None, ...]
    exact: Decimals
    digits: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class DigitLoss:
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
        float32_accuracy: how far that is from the exact side.
    """

    quantity: str
    index: tuple[int, ...]
    wrt: tuple[int, ...]
    operations: tuple[Operation, ...]
    losses: tuple[DigitLoss, ...]
    float32: TapeAnswer | None = None
    float32_accuracy: Accuracy | None = None
