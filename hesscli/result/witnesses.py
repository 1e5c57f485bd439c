"""What each of the two witnesses says at one point, and what is said of both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.result.curvature import Curvature
from hesscli.result.texts import Decimals


class Verdict(str, Enum):
    """What the witnesses say together; the order is from best to worst. Without a proof it is never agreement."""

    AGREE = "agree"
    EXACT_ONLY = "exact-only"
    CHECKED = "checked by differences"
    UNCHECKED = "unchecked"
    UNDEFINED = "undefined"
    NOT_DIFFERENTIABLE = "not-differentiable"
    TAPE_FAILED = "tape-failed"
    DISAGREE = "disagree"


WORD = np.dtype(f"U{max(len(verdict.value) for verdict in Verdict)}")
"""Of arrays of words, however short those are that stand in them."""

REFUTED = frozenset({Verdict.DISAGREE, Verdict.TAPE_FAILED})
"""Where the tape is wrong."""

NOWHERE = frozenset({Verdict.UNDEFINED, Verdict.NOT_DIFFERENTIABLE})
"""Where there is no derivative, or no value."""


@dataclass(frozen=True, slots=True)
class TapeAnswer:
    """What the tape says at one point.

    Attributes:
        arrays: quantity (``value``, ``gradient``, ``hessian``, ``jacobian``, ``derivative``, ``hvp``) ->
            array in the tape's dtype. An entry for which TensorFlow gave None is NaN here.
        holes: quantity -> bool array of the same shape: True where TensorFlow gave None.
        failures: sentences about errors that TensorFlow raised, each naming the operation.
        method: which method answered.
        plain: whether every operation had TensorFlow's own derivative.
        repaired: operations of the expression whose derivatives TensorFlow has wrong or not at all at this point:
            the tape carries ours; none where it is plain.
        remarks: a sentence about each of them, or, where it is plain, about each that was left as it is.
    """

    arrays: Mapping[str, NDArray[Any]]
    holes: Mapping[str, NDArray[np.bool_]]
    failures: tuple[str, ...] = ()
    method: str = "nested"
    plain: bool = False
    repaired: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    def __eq__(self, other: object) -> bool:
        """Whether all of it is the same; a NaN is the same as a NaN."""
        if not isinstance(other, TapeAnswer):
            return NotImplemented
        told = ("failures", "method", "plain", "repaired", "remarks")
        return (
            all(getattr(self, name) == getattr(other, name) for name in told)
            and same(self.arrays, other.arrays)
            and same(self.holes, other.holes)
        )

    def row(self, k: int) -> TapeAnswer:
        """The answer at point k of answers stacked along the first axis."""
        arrays = {name: array[k] for name, array in self.arrays.items()}
        return replace(self, arrays=arrays, holes={name: hole[k] for name, hole in self.holes.items()})


@dataclass(frozen=True, slots=True)
class ExactAnswer:
    """What the exact side says at one point.

    Attributes:
        values: quantity -> the exact numbers of its array.
        proven: True only if balls covered every operation and certified every printed digit.
        status: ``ok``; ``undefined``; ``not-differentiable``; ``unchecked``: of the whole answer.
        statuses: quantity -> the same of it; those that are not there have the status of the whole answer.
        notes: sentences: kinks with one-sided values, limits, why something is unchecked.
        one_sided: entry name (``gradient[0]``) -> (from the left, from the right) decimal strings.
        curvature: of a Hessian, one a component.
        remainder: a proven bound of what a Taylor polynomial leaves out within the radius asked for; None without.
    """

    values: Mapping[str, Decimals]
    proven: bool
    status: str = "ok"
    notes: tuple[str, ...] = ()
    one_sided: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    statuses: Mapping[str, str] = field(default_factory=dict)
    curvature: tuple[Curvature, ...] = ()
    remainder: str | None = None

    @property
    def texts(self) -> dict[str, Any]:
        """Quantity -> its decimal strings in lists nested like the array."""
        return {name: array.nested() for name, array in self.values.items()}


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How far the tape is from the exact side over all entries of the answer.

    Attributes:
        max_abs: largest absolute error.
        max_rel: largest relative error, of the entry, or of the largest one of its quantity where the exact one is 0.
        digits: -log10(max_rel), at most `hesscli.accuracy.most_digits`.
        units: where an entry agrees only as the exact one of data that differ from those given: by how many units u
            of roundoff; None where all agree as they are.
    """

    max_abs: float
    max_rel: float
    digits: float
    units: float | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """What central differences in float64 say of a quantity, along random directions: the worst of them.

    Attributes:
        error: how far the tape is from them, relative.
        bound: how far they may themselves be off, relative.
    """

    error: float
    bound: float


def usable(tape: NDArray[Any] | None, exact: Decimals | None) -> NDArray[np.float64] | None:
    """The exact numbers as doubles where they are decided, else the tape's: see `Result.numbers`."""
    if exact is None:
        return None if tape is None else np.asarray(tape, dtype=np.float64)
    if tape is None or exact.decided.all():
        return exact.double
    alone = np.asarray(tape, dtype=np.float64)
    return np.where(exact.decided, exact.double, alone)


def same(these: Mapping[str, NDArray[Any]], those: Mapping[str, NDArray[Any]]) -> bool:
    """Equal arrays under equal names, NaN beside NaN."""
    return these.keys() == those.keys() and all(
        array.dtype == those[name].dtype and np.array_equal(array, those[name], equal_nan=array.dtype.kind == "f")
        for name, array in these.items()
    )
