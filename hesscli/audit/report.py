"""What an audit found: a derivative, an operation, and the whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from hesscli.errors import HesscliError

HIGHEST = 6
"""The order of the highest derivative that is measured: nested tapes cost 4 to 5 times more per order."""


def check_order(order: int) -> None:
    """Refuse an order that is not measured; here, so that it needs no TensorFlow.

    Raises:
        HesscliError: it is not from 1 to `HIGHEST`.
    """
    if not 1 <= order <= HIGHEST:
        raise HesscliError(f"--order: expected a whole number from 1 to {HIGHEST}, got {order}", code="order")


class Mode(str, Enum):
    """How TensorFlow differentiates an operation again and again."""

    REVERSE = "reverse"  # nested tapes
    FORWARD_OVER_REVERSE = "forward-over-reverse"
    FORWARD_OVER_FORWARD = "forward-over-forward"
    JACOBIAN = "jacobian"

    @property
    def reach(self) -> int:
        """The highest order that is measured: beyond, all but nested tapes take seconds for each operation."""
        return HIGHEST if self is Mode.REVERSE else 2


class Status(str, Enum):
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
        return self in (Status.WRONG, Status.HOLE)


@dataclass(frozen=True, slots=True)
class Derivative:
    """One derivative of one operation, measured.

    Attributes:
        order: which derivative; 0 is the value.
        status: what became of it.
        tape: TensorFlow's number; None where it gave None or raised an error.
        exact: the exact decimal string; None where there is none.
        digits: decimal digits that both share; None where one of them is missing.
        message: the error, the kink, or why there is no exact value.
    """

    order: int
    status: Status
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
        derivatives: of orders 0, 1, 2, ...
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
    derivatives: tuple[Derivative, ...]

    @property
    def silent(self) -> bool:
        """Whether one of its derivatives is silently wrong."""
        return any(one.status.silent for one in self.derivatives)


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
