"""A function f of one flat vector, written in TensorFlow: its gradient and products H v by nested tapes."""

from __future__ import annotations

import logging
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.model.forms import right_forms
from hesscli.model.linearised import linearised
from hesscli.model.weights import WeightLayout
from hesscli.tape.quiet import tf

Array = NDArray[Any]

CHUNK_BYTES = 1 << 28
"""Memory of the passes that are made at once."""

ROW_PASSES = 2.5
"""Arrays of one of several products beside those of one pass, as measured of dense and convolutional networks."""

NO_ROOM = (MemoryError, tf.errors.ResourceExhaustedError)
"""Said at once, and not found out again on a slower way."""


class TapedFunction:
    """f(theta), a sum over batches of data of what `_value` says of each.

    Attributes:
        layout: names and places of the n numbers.
        theta: the point, shape (n,).
        dtype: of all arithmetic.
        curvature: which matrix its products are of: ``hessian``, or what stands for it.
        plain: TensorFlow's own operations, wrong derivatives included.
        used: functions of TensorFlow that a right form stood in for.
        singly: whether each number of few is judged by itself, and not each tensor.
        lost: tensors by which TensorFlow gave None for a derivative, which is 0 or a hole.
        silent: whether TensorFlow gave None for a second derivative, which is 0 or a hole: differences tell which.
        traces: what there is of one batch, by name; each takes theta, vectors and the batch.
        elsewhere: says what a trace gives of every batch, where others work at them; None is here.
    """

    layout: WeightLayout
    theta: Array
    dtype: str
    curvature = "hessian"
    singly: bool = False
    lost: tuple[str, ...] = ()
    elsewhere: Callable[..., Iterator[Any]] | None = None

    def __init__(self, *, plain: bool = False) -> None:
        """Trace nothing yet.

        Args:
            plain: TensorFlow's own operations.
        """
        self.plain = plain
        self.used: set[str] = set()
        self.silent = False
        self._at_once = True
        self.traces = {
            "value": self._traced(self._value),
            "gradient": self._traced(self._value_and_gradient),
            "hvp": self._traced(self._product),
            "forward": self._traced(self._forward_product),
            "rows": self._traced(self._products),
        }

    @abstractmethod
    def batches(self) -> Iterator[tuple[Any, ...]]:
        """What `_value` takes besides theta, batch by batch."""

    @abstractmethod
    def _value(self, theta: Any, *batch: Any) -> Any:
        """The share of one batch in f, a scalar tensor."""

    def trouble(self) -> str:
        """Where what is not finite comes from, as the end of a sentence; empty where nobody knows."""
        return ""

    @property
    def n(self) -> int:
        """Number of weights."""
        return self.layout.n

    @property
    def lost_places(self) -> list[int]:
        """The places of the numbers of lost tensors."""
        lost = [tensor.part for tensor in self.layout.tensors if tensor.name in self.lost]
        return [k for part in lost for k in range(part.start, part.stop)]

    def value(self, theta: Array) -> float:
        """f."""
        return float(sum(self._each("value", theta)))

    def value_and_gradient(self, theta: Array) -> tuple[float, Array]:
        """f and its gradient, shape (n,); NaN where TensorFlow gave None. One pass forward, one backward."""
        found = list(self._each("gradient", theta))
        return float(sum(value for value, _ in found)), _added(gradient for _, gradient in found)

    def gradient(self, theta: Array) -> Array:
        """The gradient alone."""
        return self.value_and_gradient(theta)[1]

    def lower(self, theta: Array) -> Array:
        """What H v is the derivative of along v, at the model's weights: the gradient."""
        return self.gradient(theta)

    def hvp(self, theta: Array, vector: Array) -> Array:
        """H v by two nested tapes, shape (n,): two passes forward, two backward."""
        return _added(self._each("hvp", theta, vector))

    @cached_property
    def here(self) -> Callable[[Array], Array]:
        """v -> H v at the model's weights; the gradient's own passes are made once and kept, where there is room."""
        parts = None
        if self.elsewhere is None:
            try:
                with self._forms():
                    parts = linearised(self._product, tf.constant(self.theta), self.batches())
            except (LookupError, *NO_ROOM):  # no second derivative
                raise
            except Exception:  # whatever the parting of somebody's graph comes upon: the whole of it will do
                parts = None

        def whole(vector: Array) -> Array:
            return self.hvp(self.theta, vector)

        def from_kept(vector: Array) -> Array:
            return _added(part(tf.constant(vector, self.dtype)).numpy() for part in parts or ())

        return whole if parts is None else from_kept

    def forward_hvp(self, theta: Array, vector: Array) -> Array:
        """H v forward over reverse, the derivative of the gradient along v, shape (n,)."""
        return _added(self._each("forward", theta, vector))

    def products(self, theta: Array, vectors: Array) -> Array:
        """H v of k vectors, shapes (k, n): at once where TensorFlow can, the gradient's own pass made once for all.

        Inside loops, as of recurrent layers, it cannot always; then one product after the other.
        """
        if self._at_once:
            try:
                with _silent():
                    return _added(self._each("rows", theta, vectors))
            except (LookupError, *NO_ROOM):  # no second derivative: one by one there is none either
                raise
            except Exception:  # whatever the vectorisation of somebody's operation comes upon
                self._at_once = False
        return np.stack([self.hvp(theta, vector) for vector in vectors])

    def rows(self, theta: Array, chunk: int | None = None) -> Iterator[tuple[int, Array]]:
        """The rows of H, as many at once as memory allows: the first's place, and shape (k, n)."""
        step = chunk or self.chunk
        for start in range(0, self.n, step):
            yield start, self.products(theta, self.units(start, min(step, self.n - start)))

    def units(self, start: int, count: int) -> Array:
        """Unit vectors from a place on, shape (count, n)."""
        found: Array = np.eye(count, self.n, start, dtype=self.dtype)
        return found

    @cached_property
    def graph(self) -> Any:
        """TensorFlow's graph of f on the first batch."""
        with self._forms():
            traced = self.traces["value"].get_concrete_function(tf.constant(self.theta), *next(self.batches()))
        return traced.graph

    @cached_property
    def pass_bytes(self) -> int:
        """What one pass holds, about: every array of the graph."""
        size = 0
        for operation in self.graph.get_operations():
            for tensor in operation.outputs:
                count = tensor.shape.num_elements() if tensor.shape.rank is not None else None
                size += (count or 0) * (tensor.dtype.size or 0)
        return size

    @property
    def row_bytes(self) -> int:
        """What one of several products holds, about: its pass back and forth, its vector and itself."""
        return int(ROW_PASSES * self.pass_bytes) + 24 * self.n

    @property
    def chunk(self) -> int:
        """Rows of H at once."""
        return int(np.clip(CHUNK_BYTES // self.row_bytes, 1, min(self.n, 512)))

    # one batch

    def _gradient(self, theta: Any, *batch: Any) -> tuple[Any, Any]:
        with tf.GradientTape() as tape:
            tape.watch(theta)
            value = self._value(theta, *batch)
        return value, tape.gradient(value, theta)

    def _value_and_gradient(self, theta: Any, *batch: Any) -> tuple[Any, Any]:
        value, gradient = self._gradient(theta, *batch)
        return value, _hole(theta) if gradient is None else gradient

    def _product(self, theta: Any, vector: Any, *batch: Any) -> Any:
        with tf.GradientTape() as outer:
            outer.watch(theta)
            gradient = self._gradient(theta, *batch)[1]
        found = None if gradient is None else outer.gradient(gradient, theta, output_gradients=vector)
        return self._nothing(theta) if found is None else found

    def _forward_product(self, theta: Any, vector: Any, *batch: Any) -> Any:
        with tf.autodiff.ForwardAccumulator(theta, vector) as forward:
            gradient = self._gradient(theta, *batch)[1]
        found = None if gradient is None else forward.jvp(gradient)
        return tf.zeros_like(theta) if found is None else found

    def _products(self, theta: Any, vectors: Any, *batch: Any) -> Any:
        with tf.GradientTape(persistent=True) as outer:
            outer.watch(theta)
            gradient = self._gradient(theta, *batch)[1]
        if gradient is None or outer.gradient(gradient, theta) is None:
            return self._nothing(vectors)
        return tf.vectorized_map(lambda v: outer.gradient(gradient, theta, output_gradients=v), vectors)

    def _nothing(self, like: Any) -> Any:
        self.silent = True
        return tf.zeros_like(like)

    # all batches

    def _traced(self, function: Any) -> Any:
        return tf.function(function, autograph=False)

    def _each(self, trace: str, *given: Array) -> Iterator[Any]:
        """What a trace gives for every batch, as NumPy's; whoever works at them."""
        return self.each(trace, self.batches(), *given) if self.elsewhere is None else self.elsewhere(trace, *given)

    def each(self, trace: str, batches: Iterable[tuple[Any, ...]], *given: Array) -> Iterator[Any]:
        """What a trace gives for some batches, as NumPy's.

        Args:
            trace: its name.
            batches: of `batches`.
            given: theta, and vectors.
        """
        tensors = [tf.constant(one, self.dtype) for one in given]
        for batch in batches:
            with self._forms():
                found = self.traces[trace](*tensors, *batch)
            yield tuple(one.numpy() for one in found) if isinstance(found, tuple) else found.numpy()

    def _forms(self) -> AbstractContextManager[None]:
        return nullcontext() if self.plain else right_forms(self.used)


@contextmanager
def _silent() -> Iterator[None]:
    """Without the page that TensorFlow logs where it cannot vectorise; one product after the other will do."""
    logger = logging.getLogger("tensorflow")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)


def _hole(theta: Any) -> Any:
    """NaN: TensorFlow has no derivative."""
    return tf.fill(tf.shape(theta), tf.constant(np.nan, theta.dtype))


def _added(arrays: Iterator[Array]) -> Array:
    """The sum in doubles."""
    total: Any = 0.0
    for array in arrays:
        total = total + array.astype(np.float64)
    return np.asarray(total)
