"""A function of Python's that computes with TensorFlow's tensors, at a point and with data, as f of one flat vector.

It is called as it is: a tensor an argument. Where TensorFlow can trace it, and the trace has the value that the call
has, the trace is differentiated, else the call itself.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from hesscli.accuracy import unit_roundoff
from hesscli.errors import HesscliError, NoAnswerError, PointError
from hesscli.language.points.blocks import BlockValues, in_order
from hesscli.model.function_arguments import positional
from hesscli.model.taped import TapedFunction
from hesscli.model.weights import WeightLayout
from hesscli.pythonfile import raised
from hesscli.tape.quiet import tf

Array = NDArray[Any]

EAGER_CHUNK = 32
"""Rows of H at once, where no graph says what a pass takes."""

SUMMED = 64
"""Units of roundoff by which two calls may differ that add in another order."""

UNTRACKED = "the tape follows TensorFlow's operations alone: compute with tf.*, not with NumPy, float() or .numpy()"


class PythonFunction(TapedFunction):
    """f(theta) = function(blocks of theta, constants).

    Attributes:
        text: FILE.py:FUNCTION, for messages.
        singly: each number has differences of its own.
        eager: whether it is called anew for every derivative, because TensorFlow cannot trace it.
    """

    singly = True

    def __init__(
        self,
        text: str,
        function: Callable[..., Any],
        point: Mapping[str, Array | float],
        constants: Mapping[str, Any],
        dtype: str = "float64",
        *,
        plain: bool = False,
        traced: bool = True,
    ) -> None:
        """Call it twice, and see whether it can be differentiated.

        Args:
            text: FILE.py:FUNCTION, for messages.
            function: of tensors, that returns one number.
            point: argument -> a vector, or a number.
            constants: argument -> data as arrays, or numbers.
            dtype: of all tensors of numbers.
            plain: TensorFlow's own operations, wrong derivatives included.
            traced: whether TensorFlow is to trace it, where it can.

        Raises:
            HesscliError: it raises, or returns what is no scalar tensor of that dtype; it says another number when it
                is called again.
            NoAnswerError: its value is not finite.
        """
        self.text, self.dtype = text, dtype
        self._function, self._given, self._point = function, dict(constants), dict(point)
        self.layout = WeightLayout.of([(name, np.shape(value)) for name, value in point.items()])
        self.theta: Array = np.concatenate([np.ravel(value) for value in point.values()]).astype(dtype)
        self._constants = {
            name: tf.constant(value, dtype if value.dtype.kind == "f" else None)
            if isinstance(value, np.ndarray)
            else value
            for name, value in constants.items()
        }
        self.eager = True
        super().__init__(plain=plain)
        self._check_twice()
        self.eager = not (traced and self._traceable())
        super().__init__(plain=plain)

    def precise(self) -> PythonFunction:
        """The same function of tensors of doubles."""
        return PythonFunction(self.text, self._function, self._point, self._given, plain=self.plain)

    def move(self, point: Mapping[str, Array | float]) -> bool:
        """Go to another point; False where the trace is another one there, or is to be made anew.

        Raises:
            HesscliError: it raises there, or is random.
            NoAnswerError: its value is not finite there.
        """
        if self.eager or [(name, np.shape(value)) for name, value in point.items()] != [
            (one.name, one.shape) for one in self.layout.tensors
        ]:
            return False
        self._point = dict(point)
        self.__dict__.pop("here", None)  # products with the Hessian of the point before
        self.silent = False
        self.theta = np.concatenate([np.ravel(value) for value in point.values()]).astype(self.dtype)
        first, again = self.called(self.theta), self.called(self.theta)
        self._check_same(first, again)
        return self._same(self.value(self.theta), first)

    def called(self, theta: Array) -> float:
        """f, called without a graph."""
        with self._forms():
            return float(self._value(tf.constant(theta, self.dtype)))

    def vector(self, said: BlockValues) -> Array:
        """What --vector says, shape (n,): by the names of the blocks, or in their order.

        Raises:
            PointError: it does not fit.
        """
        shapes = ", ".join(f"{one.name}[{one.size}]" if one.shape else one.name for one in self.layout.tensors)
        if said.rest is not None:
            return in_order(said.rest, self.n, shapes, "--vector")
        names = [one.name for one in self.layout.tensors]
        if set(said.given) != set(names):
            raise PointError(f"--vector: expected {shapes}, got {', '.join(said.given)}", code="point")
        parts = [
            in_order(value if isinstance(value, str) else np.ravel(value), one.size, one.name, f"--vector {one.name}")
            for one in self.layout.tensors
            for value in [said.given[one.name]]
        ]
        return np.concatenate(parts)

    @property
    def chunk(self) -> int:
        """Rows of H at once."""
        return min(self.n, EAGER_CHUNK) if self.eager else super().chunk

    @property
    def graph(self) -> Any:
        """TensorFlow's graph of it; None where it cannot be traced."""
        return None if self.eager else super().graph

    def batches(self) -> Iterator[tuple[Any, ...]]:
        """One, of nothing: data are constants of the call."""
        yield ()

    def _traced(self, function: Any) -> Any:
        return function if self.eager else super()._traced(function)

    def _value(self, theta: Any, *batch: Any) -> Any:
        return self._called(self._pieces(theta))

    def _pieces(self, theta: Any) -> list[Any]:
        parts = tf.split(theta, [tensor.size for tensor in self.layout.tensors])
        return [tf.reshape(part, tensor.shape) for part, tensor in zip(parts, self.layout.tensors, strict=True)]

    def _gradient(self, theta: Any, *batch: Any) -> tuple[Any, Any]:
        """The value, and the gradient block by block: 0 where TensorFlow has none, until differences tell."""
        with tf.GradientTape() as tape:
            pieces = self._pieces(theta)
            tape.watch(pieces)
            value = self._called(pieces)
        found = tape.gradient(value, pieces)
        self.lost = tuple(one.name for one, slope in zip(self.layout.tensors, found, strict=True) if slope is None)
        flat = [
            tf.zeros([tensor.size], theta.dtype)
            if one is None
            else tf.reshape(tf.convert_to_tensor(one), [tensor.size])
            for tensor, one in zip(self.layout.tensors, found, strict=True)
        ]
        return value, tf.concat(flat, axis=0)

    def _called(self, pieces: Sequence[Any]) -> Any:
        """What the function returns, a scalar."""
        given = {tensor.name: piece for tensor, piece in zip(self.layout.tensors, pieces, strict=True)}
        given |= self._constants
        first = [given.pop(name) for name in positional(self._function) if name in given]
        try:
            with redirect_stdout(sys.stderr):  # the answer alone stands on standard output
                found = self._function(*first, **given)
        except HesscliError:
            raise
        except (Exception, SystemExit) as problem:  # the person's own code
            raise raised(self.text, problem, _remedy(problem, self.dtype)) from problem
        return tf.reshape(self._scalar(found), [])

    def _scalar(self, found: Any) -> Any:
        if not (tf.is_tensor(found) or isinstance(found, tf.Variable)):
            what = "nothing" if found is None else f"an object of {type(found).__module__}.{type(found).__name__}"
            what = "a NumPy array" if isinstance(found, (np.ndarray, np.generic)) else what
            what = "a number of Python" if isinstance(found, (int, float, complex)) else what
            self._refuse(f"{what}; {UNTRACKED}" if found is not None else f"{what}: is there a return?")
        found = tf.convert_to_tensor(found)
        if not found.dtype.is_floating:
            self._refuse(f"a tensor of {found.dtype.name}, which has no derivative")
        if found.shape.num_elements() != 1:
            self._refuse(f"a tensor of shape {tuple(found.shape)}: tf.reduce_sum or tf.reduce_mean makes one of it")
        return tf.cast(found, self.dtype)

    def _refuse(self, what: str) -> NoReturn:
        raise HesscliError(f"{self.text}: expected one number, a scalar tensor; it returned {what}", code="function")

    def _check_twice(self) -> None:
        self._here = self.value(self.theta)
        self._check_same(self._here, self.value(self.theta))

    def _check_same(self, first: float, second: float) -> None:
        if not (self._same(first, second) or (math.isnan(first) and math.isnan(second))):
            raise HesscliError(
                f"{self.text} returns {first:.9g} and, called again at the same point, {second:.9g}: it is random, or "
                "keeps a state, and its derivatives would mean nothing; tf.random.stateless_normal and the like draw "
                "the same numbers every time",
                code="function",
            )
        if not math.isfinite(first):
            raise NoAnswerError(f"{self.text} is {first} at this point", code="not-finite")

    def _same(self, a: float, b: float) -> bool:
        return abs(a - b) <= SUMMED * unit_roundoff(self.dtype) * max(abs(a), abs(b)) or a == b

    def _traceable(self) -> bool:
        """Whether TensorFlow's trace of the function is the function, as far as its value says."""
        try:
            with self._forms():
                traced = float(super()._traced(self._value)(tf.constant(self.theta)))
        except Exception:  # branches and loops over numbers of tensors, .numpy(), new variables: each in its own way
            return False
        return self._same(traced, self._here)


def computes_with_tensors(
    function: Callable[..., Any], point: Mapping[str, Array | float], constants: Mapping[str, Any]
) -> bool:
    """Whether a function calls TensorFlow by itself: of NumPy's numbers it makes tensors, or cannot take them."""
    given = {name: np.float64(value) if np.ndim(value) == 0 else np.array(value) for name, value in point.items()}
    given |= constants
    first = [given.pop(name) for name in positional(function) if name in given]
    try:
        with redirect_stdout(sys.stderr), np.errstate(all="ignore"):
            found = function(*first, **given)
    except (Exception, SystemExit):  # the person's own code, which has more to say of tensors
        return True
    return found is None or bool(tf.is_tensor(found)) or isinstance(found, tf.Variable)


def _remedy(problem: BaseException, dtype: str) -> str:
    """What may help against what TensorFlow said."""
    words = str(problem)
    if "expected to be a" in words and ("float" in words or "double" in words):
        other = "float32" if dtype == "float64" else "float64"
        own = f"tf.cast, or dtype={dtype} where it makes its own, or --dtype {other}"
        return f"it is called with tensors of {dtype}: {own}"
    if "watched" in words or "'numpy'" in words:
        return UNTRACKED
    return ""
