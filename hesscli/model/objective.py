"""A model, data and a loss as one function f of one flat vector of weights, with its gradient and products H v."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.errors import HesscliError
from hesscli.model.data import Data
from hesscli.model.finite import check_finite
from hesscli.model.forms import right_forms
from hesscli.model.keras3 import keras, tf
from hesscli.model.losses import Loss, fitted
from hesscli.model.weights import WeightLayout, selected

Array = NDArray[Any]

CHUNK_BYTES = 1 << 28
"""Memory of the passes that are made at once."""


class ModelObjective:
    """f(theta) = sum over batches of (mean loss of the batch + the model's own penalties) * rows/all rows + l2 |w|^2.

    It is what Keras minimises, with whole data one batch. A weight that is not selected is a constant.

    Attributes:
        names: of all trainable tensors.
        places: of those that are differentiated, among the trainable tensors.
        layout: names and places of the n weights.
        theta: the model's weights, shape (n,).
        dtype: of all arithmetic.
        used: functions of TensorFlow that a right form stood in for.
    """

    def __init__(
        self,
        model: Any,
        data: Data,
        loss: Loss,
        *,
        training: bool = False,
        layers: Sequence[str] = (),
        batch_size: int | None = None,
        l2: float = 0.0,
        plain: bool = False,
    ) -> None:
        """Bind everything; nothing is computed.

        Args:
            model: of Keras, built.
            data: that fits its inputs.
            loss: of Keras.
            training: batch statistics, as while training.
            layers: patterns of the weights that are differentiated; none takes all.
            batch_size: rows at once; None takes all.
            l2: penalty of the square of every trainable weight.
            plain: TensorFlow's own operations, wrong derivatives included.

        Raises:
            HesscliError: the model has no trainable weights, or weights that are not finite; a pattern fits nothing.
        """
        self.model, self.data, self.loss = model, data, loss
        self.training, self.batch_size, self.l2, self.plain = training, batch_size, l2, plain
        self.used: set[str] = set()
        variables = model.trainable_variables
        if not variables:
            raise HesscliError("the model has no trainable weights: there is nothing to differentiate by", code="model")
        self.names = [_path(variable, model) for variable in variables]
        for name, variable in zip(self.names, variables, strict=True):
            check_finite(name, np.asarray(variable))
        self.places = selected(self.names, layers)
        self.layout = WeightLayout.of([(self.names[k], tuple(variables[k].shape)) for k in self.places])
        self.dtype = str(variables[self.places[0]].dtype)
        parts = [np.asarray(variables[k]).ravel() for k in self.places]
        self.theta: Array = np.concatenate(parts).astype(self.dtype)
        self._at_once = True
        self._batch_value = self._traced(self._value)
        self._batch_gradient = self._traced(self._value_and_gradient)
        self._batch_hvp = self._traced(self._product)
        self._batch_forward = self._traced(self._forward_product)
        self._batch_rows = self._traced(self._products)

    @property
    def n(self) -> int:
        """Number of weights."""
        return self.layout.n

    def value(self, theta: Array) -> float:
        """f."""
        return float(sum(self._each(self._batch_value, theta)))

    def value_and_gradient(self, theta: Array) -> tuple[float, Array]:
        """f and its gradient, shape (n,); NaN where TensorFlow gave None. One pass forward, one backward."""
        found = list(self._each(self._batch_gradient, theta))
        return float(sum(value for value, _ in found)), _added(gradient for _, gradient in found)

    def gradient(self, theta: Array) -> Array:
        """The gradient alone."""
        return self.value_and_gradient(theta)[1]

    def lower(self, theta: Array) -> Array:
        """What H v is the derivative of along v, at the model's weights: the gradient."""
        return self.gradient(theta)

    def hvp(self, theta: Array, vector: Array) -> Array:
        """H v by two nested tapes, shape (n,): two passes forward, two backward."""
        return _added(self._each(self._batch_hvp, theta, vector))

    def forward_hvp(self, theta: Array, vector: Array) -> Array:
        """H v forward over reverse, the derivative of the gradient along v, shape (n,)."""
        return _added(self._each(self._batch_forward, theta, vector))

    def products(self, theta: Array, vectors: Array) -> Array:
        """H v of k vectors, shapes (k, n): at once where TensorFlow can, the gradient's own pass made once for all.

        Inside loops, as of recurrent layers, it cannot always; then one product after the other.
        """
        if self._at_once:
            try:
                with _silent():
                    return _added(self._each(self._batch_rows, theta, vectors))
            except LookupError:  # no second derivative: one by one there is none either
                raise
            except Exception:  # whatever the vectorisation of somebody's operation comes upon
                self._at_once = False
        return np.stack([self.hvp(theta, vector) for vector in vectors])

    def rows(self, theta: Array, chunk: int | None = None) -> Iterator[tuple[int, Array]]:
        """The rows of H, as many at once as memory allows: the first's place, and shape (k, n)."""
        step = chunk or self.chunk
        for start in range(0, self.n, step):
            unit = np.eye(min(step, self.n - start), self.n, start, dtype=self.dtype)
            yield start, self.products(theta, unit)

    @cached_property
    def targets(self) -> Array:
        """As the loss takes them."""
        return fitted(self.loss, self.data.targets, self._output_shape, self._output_shape[-1])

    def inputs(self) -> list[Any]:
        """Tensors of the first batch, one an input."""
        first = next(self.data.batches(self.batch_size))
        return list(self._tensors(first)[: len(first.inputs)])

    def outputs(self) -> Array:
        """Of the model in inference, for the first batch."""
        inputs = self.inputs()
        found: Array = self.model(inputs[0] if len(inputs) == 1 else inputs, training=False).numpy()
        return found

    @cached_property
    def graph(self) -> Any:
        """TensorFlow's graph of f on the first batch."""
        first = next(self.data.batches(self.batch_size))
        with self._forms():
            traced = self._batch_value.get_concrete_function(tf.constant(self.theta), *self._tensors(first))
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
    def chunk(self) -> int:
        """Rows of H at once."""
        return int(np.clip(CHUNK_BYTES // max(1, 4 * self.pass_bytes), 1, min(self.n, 512)))

    # one batch, in TensorFlow

    def _value(self, theta: Any, *batch: Any) -> Any:
        outputs, trainable, losses = self._outputs(theta, *batch)
        return self._mean_loss(outputs, *batch) + self._penalty(theta, trainable, losses, batch[-1])

    def _outputs(self, theta: Any, *batch: Any) -> tuple[Any, list[Any], list[Any]]:
        """The model's outputs, its trainable tensors, and the penalties that its layers add."""
        inputs, trainable = batch[:-3], self._weights(theta)
        given = list(zip(self.model.trainable_variables, trainable, strict=True))
        with keras.StatelessScope(given, collect_losses=True):
            outputs = self.model(inputs[0] if len(inputs) == 1 else list(inputs), training=self.training)
            losses = self.model.losses
        return outputs, trainable, losses

    def _mean_loss(self, outputs: Any, *batch: Any) -> Any:
        weights = None if self.data.weights is None else batch[-2]
        return self.loss.mean(batch[-3], outputs, weights, self.dtype) * batch[-1]

    def _penalty(self, theta: Any, trainable: list[Any], losses: list[Any], share: Any) -> Any:
        total = sum((tf.cast(one, theta.dtype) for one in losses), tf.zeros((), theta.dtype))
        if self.l2:
            total += self.l2 * tf.add_n([tf.reduce_sum(tf.square(tensor)) for tensor in trainable])
        return total * share

    def _weights(self, theta: Any) -> list[Any]:
        """The model's tensors: those that are differentiated cut from theta."""
        found = [variable.value for variable in self.model.trainable_variables]
        pieces = tf.split(theta, [tensor.size for tensor in self.layout.tensors])
        for place, tensor, piece in zip(self.places, self.layout.tensors, pieces, strict=True):
            found[place] = tf.reshape(piece, tensor.shape)
        return found

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
        return tf.zeros_like(theta) if found is None else found

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
            return tf.zeros_like(vectors)
        return tf.vectorized_map(lambda v: outer.gradient(gradient, theta, output_gradients=v), vectors)

    # all batches

    def _traced(self, function: Any) -> Any:
        return tf.function(function, autograph=False)

    def _each(self, function: Any, theta: Array, *vectors: Array) -> Iterator[Any]:
        """What a traced function gives for every batch, as NumPy's."""
        given = [tf.constant(one, self.dtype) for one in (theta, *vectors)]
        for batch in self.batches():
            with self._forms():
                found = function(*given, *batch)
            yield tuple(one.numpy() for one in found) if isinstance(found, tuple) else found.numpy()

    def batches(self) -> Iterator[tuple[Any, ...]]:
        """Inputs, targets, weights of the rows and share of all rows, batch by batch, as TensorFlow's."""
        if self.batch_size is None:
            yield self._whole
            return
        for batch in self.data.batches(self.batch_size):
            yield self._tensors(batch)

    @cached_property
    def _whole(self) -> tuple[Any, ...]:
        return self._tensors(self.data)

    def _tensors(self, batch: Data) -> tuple[Any, ...]:
        """Inputs, targets, weights of the rows, and the batch's share of all rows."""
        specified = self.model.inputs if getattr(self.model, "inputs", None) else [None] * len(batch.inputs)
        inputs = [
            tf.constant(array, self._dtype_of(array, spec)) for array, spec in zip(batch.inputs, specified, strict=True)
        ]
        outputs = self._output_shape
        targets = fitted(self.loss, batch.targets, outputs, outputs[-1])
        kind = targets.dtype.name if self.loss.name.startswith("sparse") else self.dtype
        weights = np.ones(batch.rows) if batch.weights is None else batch.weights
        share = batch.rows / self.data.rows
        return (
            *inputs,
            tf.constant(targets, kind),
            tf.constant(weights, self.dtype),
            tf.constant(share, self.dtype),
        )

    def _dtype_of(self, array: Array, spec: Any) -> str:
        if spec is None:
            return self.dtype if array.dtype.kind == "f" else array.dtype.name
        return self.dtype if "float" in str(spec.dtype) else str(spec.dtype)

    @cached_property
    def _output_shape(self) -> tuple[Any, ...]:
        """Of one output, rows first; a model that does not know its own computes one row."""
        shape = getattr(self.model, "output_shape", None) if getattr(self.model, "inputs", None) else None
        if shape is None or None in tuple(shape)[1:]:
            row = [tf.constant(array[:1]) for array in self.data.inputs]
            shape = self.model(row[0] if len(row) == 1 else row, training=False).shape
        if isinstance(shape, (list, dict)) or (shape and isinstance(shape[0], (tuple, list))):
            raise HesscliError("a model of several outputs has no single loss; take one of them", code="model")
        return tuple(shape)

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


def _path(variable: Any, model: Any) -> str:
    """``dense/kernel``: the path of a variable without the model's own name."""
    return str(variable.path).removeprefix(f"{model.name}/")


def _hole(theta: Any) -> Any:
    """NaN: TensorFlow has no derivative."""
    return tf.fill(tf.shape(theta), tf.constant(np.nan, theta.dtype))


def _added(arrays: Iterator[Array]) -> Array:
    """The sum in doubles."""
    total: Any = 0.0
    for array in arrays:
        total = total + array.astype(np.float64)
    return np.asarray(total)
