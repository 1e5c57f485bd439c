"""The frozen dataclasses that cross rooms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from hesscli.curvature import Critical, Curvature
from hesscli.errors import LimitError
from hesscli.quantities import QUANTITIES
from hesscli.request import Request


class Verdict(str, Enum):
    """What the two witnesses say together; the order is from best to worst."""

    AGREE = "agree"
    EXACT_ONLY = "exact-only"
    UNCHECKED = "unchecked"
    UNDEFINED = "undefined"
    NOT_DIFFERENTIABLE = "not-differentiable"
    TAPE_FAILED = "tape-failed"
    DISAGREE = "disagree"


AnyTexts = TypeVar("AnyTexts", bound="Texts")


@dataclass(frozen=True)
class Texts:
    """An array of texts: closed forms, or exact numbers (`Decimals`).

    Attributes:
        shape: of the array, () for a single text.
        texts: its entries in row-major order.
    """

    shape: tuple[int, ...]
    texts: tuple[str | None, ...]

    @classmethod
    def of(cls: type[AnyTexts], nested: Any) -> AnyTexts:
        """The array of nested lists whose rows have one length, or of a single text."""
        entries = np.array(nested, dtype=object)
        return cls(entries.shape, tuple(entries.ravel().tolist()))

    def __getitem__(self, index: tuple[int, ...]) -> str | None:
        return self.texts[int(np.ravel_multi_index(index, self.shape)) if index else 0]

    def nested(self) -> Any:
        """Lists nested like the array; the text itself where the shape is ()."""
        return np.array(self.texts, dtype=object).reshape(self.shape).tolist() if self.shape else self.texts[0]


@dataclass(frozen=True)
class Decimals(Texts):
    """Exact numbers as decimal strings.

    An entry is ``"nan"`` where there is no finite real value, ``"inf"`` or ``"-inf"`` where it is infinite, and None
    where it could not be decided within the limits.

    Example:
        >>> exact = Decimals((3,), ("0.1", "inf", None))
        >>> exact.double.tolist(), exact.decided.tolist(), exact.finite.tolist()
        ([0.1, inf, nan], [True, True, False], [True, False, False])
    """

    @cached_property
    def double(self) -> NDArray[np.float64]:
        """The nearest doubles, of the array's shape; NaN where undecided."""
        numbers = [np.nan if text is None else float(text) for text in self.texts]
        return np.array(numbers, dtype=np.float64).reshape(self.shape)

    @cached_property
    def decided(self) -> NDArray[np.bool_]:
        """Where anything is known, of the array's shape."""
        return np.array([text is not None for text in self.texts], dtype=bool).reshape(self.shape)

    @cached_property
    def finite(self) -> NDArray[np.bool_]:
        """Where a finite value exists, even one beyond the range of doubles; of the array's shape."""
        known = [text is not None and text not in NOT_FINITE for text in self.texts]
        return np.array(known, dtype=bool).reshape(self.shape)

    @cached_property
    def zero(self) -> NDArray[np.bool_]:
        """Where the value is exactly 0, of the array's shape."""
        return np.array([text == "0" for text in self.texts], dtype=bool).reshape(self.shape)


NOT_FINITE = frozenset({"nan", "inf", "-inf"})


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
            and _same(self.arrays, other.arrays)
            and _same(self.holes, other.holes)
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
    """

    values: Mapping[str, Decimals]
    proven: bool
    status: str = "ok"
    notes: tuple[str, ...] = ()
    one_sided: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    statuses: Mapping[str, str] = field(default_factory=dict)
    curvature: tuple[Curvature, ...] = ()

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
        float32_accuracy: how far that is from the exact side.
    """

    quantity: str
    index: tuple[int, ...]
    wrt: tuple[int, ...]
    operations: tuple[Operation, ...]
    losses: tuple[Loss, ...]
    float32: TapeAnswer | None = None
    float32_accuracy: Accuracy | None = None


def usable(tape: NDArray[Any] | None, exact: Decimals | None) -> NDArray[np.float64] | None:
    """The exact numbers as doubles where they are decided, else the tape's: see `Result.numbers`."""
    if exact is None:
        return None if tape is None else np.asarray(tape, dtype=np.float64)
    if tape is None or exact.decided.all():
        return exact.double
    alone = np.asarray(tape, dtype=np.float64)
    return np.where(exact.decided, exact.double, alone)


@dataclass(frozen=True, slots=True, repr=False)
class Sweep:
    """Stacked answers at k points, for formats that hold arrays.

    Attributes:
        request: which derivative.
        variables: names of the n coordinates.
        points: shape (k, n).
        numbers: quantity -> shape (k, ...), the numbers to use; NaN where there is none.
        tape: quantity -> shape (k, ...), as TensorFlow gave them; empty where it has no such function.
        verdicts: quantity -> shape (k,), the word of every point; under ``""`` that of the whole answer.
        checked: how many points the exact side saw.
        notes: sentences about points that are not in agreement, the first of each kind.
    """

    request: Request
    variables: tuple[str, ...]
    points: NDArray[np.float64]
    numbers: Mapping[str, NDArray[np.float64]]
    tape: Mapping[str, NDArray[Any]]
    verdicts: Mapping[str, NDArray[np.str_]]
    checked: int
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        """The number of points."""
        return len(self.points)

    def __eq__(self, other: object) -> bool:
        """Whether all of it is the same; a NaN is the same as a NaN."""
        if not isinstance(other, Sweep):
            return NotImplemented
        told = ("request", "variables", "checked", "notes")
        return (
            all(getattr(self, name) == getattr(other, name) for name in told)
            and np.array_equal(self.points, other.points)
            and all(_same(getattr(self, name), getattr(other, name)) for name in ("numbers", "tape", "verdicts"))
        )

    def __repr__(self) -> str:
        """How many points, and what was found; not the numbers."""
        shapes = ", ".join(f"{name} {array.shape}" for name, array in self.numbers.items())
        words, counts = np.unique(self.verdict, return_counts=True)
        said = ", ".join(f"{count} {word}" for word, count in zip(words.tolist(), counts.tolist(), strict=True))
        return f"<{self.request.command} at {len(self)} points of ({', '.join(self.variables)}): {shapes}; {said}>"

    @property
    def verdict(self) -> NDArray[np.str_]:
        """The word of every point on the whole answer, shape (k,)."""
        return self.verdicts[""]

    @property
    def value(self) -> NDArray[np.float64]:
        """f, shape (k,), or (k, m) of m components."""
        return self._quantity("value")

    @property
    def gradient(self) -> NDArray[np.float64]:
        """df/dx_i, shape (k, n)."""
        return self._quantity("gradient")

    @property
    def hessian(self) -> NDArray[np.float64]:
        """d2f/dx_i dx_j, shape (k, n, n), or (k, m, n, n)."""
        return self._quantity("hessian")

    @property
    def jacobian(self) -> NDArray[np.float64]:
        """df_c/dx_i, shape (k, m, n)."""
        return self._quantity("jacobian")

    @property
    def derivative(self) -> NDArray[np.float64]:
        """The tensor asked for, shape (k,) or (k, n, ..., n)."""
        return self._quantity("derivative")

    @property
    def hvp(self) -> NDArray[np.float64]:
        """The Hessian times the vector, shape (k, n)."""
        return self._quantity("hvp")

    def _quantity(self, name: str) -> NDArray[np.float64]:
        if name not in self.numbers:
            raise AttributeError(f"there is no {name} here: this sweep has {', '.join(self.numbers) or 'no numbers'}")
        return self.numbers[name]

    @property
    def main(self) -> str:
        """The quantity that the command was asked for; the gradient of a vector is its Jacobian."""
        return self.request.command if self.request.command in self.numbers else "jacobian"

    def asked(self) -> NDArray[np.float64]:
        """The numbers to use of the quantity that was asked for, shape (k, ...).

        Raises:
            LimitError: neither witness has any.
        """
        if self.main not in self.numbers:
            raise LimitError("there is no number to write: neither witness has an answer; --json says why")
        return self.numbers[self.main]

    @property
    def words(self) -> NDArray[np.str_]:
        """The verdict of every point on the quantity that was asked for, shape (k,)."""
        return self.verdicts.get(self.main, self.verdicts[""])


@dataclass(frozen=True, slots=True, repr=False)
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
    formulas: Mapping[str, Texts]
    accuracy: Accuracy | None
    verdict: Verdict
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    curvature: tuple[Curvature, ...] = ()
    parameters: tuple[tuple[str, float], ...] = ()
    rtol: float = 1e-6
    atol: float = 0.0
    explanation: Explanation | None = None
    seconds: Mapping[str, float] = field(default_factory=dict, compare=False)
    versions: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def value(self) -> Any:
        """f, a float; shape (m,) of m components: the numbers to use."""
        return _plain(self._quantity("value"))

    @property
    def gradient(self) -> NDArray[np.float64]:
        """df/dx_i, shape (n,): the numbers to use."""
        return self._quantity("gradient")

    @property
    def hessian(self) -> NDArray[np.float64]:
        """d2f/dx_i dx_j, shape (n, n), or (m, n, n): the numbers to use."""
        return self._quantity("hessian")

    @property
    def jacobian(self) -> NDArray[np.float64]:
        """df_c/dx_i, shape (m, n): the numbers to use."""
        return self._quantity("jacobian")

    @property
    def derivative(self) -> Any:
        """The tensor asked for, shape (n,)*N; a float of one variable, and of one mixed partial: the numbers to use."""
        return _plain(self._quantity("derivative"))

    @property
    def hvp(self) -> NDArray[np.float64]:
        """The Hessian times the vector, shape (n,): the numbers to use."""
        return self._quantity("hvp")

    def _quantity(self, name: str) -> NDArray[np.float64]:
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
        where = ", ".join(f"{name}={x:g}" for name, x in list(zip(self.variables, self.point, strict=True))[:4])
        more = ", ..." if len(self.variables) > 4 else ""
        found = self.numbers(self.request.command)
        found = self.numbers("jacobian") if found is None else found
        number = "no number" if found is None else f"shape {found.shape}" if found.size > 9 else str(found.tolist())
        function = self.parsed if len(self.parsed) <= 60 else f"{self.parsed[:57]}..."
        return f"<{self.request.command} of {function} at {where}{more}: {number}, {self.verdict.value}>"

    def _repr_html_(self) -> str:
        """For a notebook."""
        return str(_written["html"](self))

    def _repr_latex_(self) -> str:
        """For a notebook that typesets."""
        return str(_written["latex"](self))

    def numbers(self, quantity: str) -> NDArray[np.float64] | None:
        """The numbers to use, of the quantity's shape: the exact ones rounded to doubles, else the tape's.

        NaN stands where there is no number: the exact side knows that none exists, or neither witness has one.
        None if the quantity was not asked for.
        """
        tape = None if self.tape is None else self.tape.arrays.get(quantity)
        exact = None if self.exact is None else self.exact.values.get(quantity)
        return usable(tape, exact)

    @property
    def definiteness(self) -> str | None:
        """The word for a scalar function's Hessian; None where it is open."""
        return self.curvature[0].definiteness if self.curvature else None

    @property
    def critical(self) -> Critical | None:
        """The critical point of a scalar function at the point."""
        return self.curvature[0].critical if self.curvature else None

    def to_dict(self) -> dict[str, Any]:
        """The object of ``--json``: NaN and infinities as strings, None for what was not computed."""
        found: dict[str, Any] = _written["dict"](self)
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Block:
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


_written: dict[str, Callable[[Result], Any]] = {}

Writer = TypeVar("Writer", bound=Callable[[Result], Any])


def writes(form: str) -> Callable[[Writer], Writer]:
    """Register what a Result shows itself as; how that looks belongs to the output, which reads this module.

    Args:
        form: ``dict``, ``html`` or ``latex``.
    """

    def register(write: Writer) -> Writer:
        _written[form] = write
        return write

    return register


def _plain(array: NDArray[np.float64]) -> Any:
    return array if array.shape else float(array)


def _same(these: Mapping[str, NDArray[Any]], those: Mapping[str, NDArray[Any]]) -> bool:
    """Equal arrays under equal names, NaN beside NaN."""
    return these.keys() == those.keys() and all(
        array.dtype == those[name].dtype and np.array_equal(array, those[name], equal_nan=array.dtype.kind == "f")
        for name, array in these.items()
    )
