"""A model, data and a loss as one function f of one flat vector of weights, with its gradient and products H v."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.errors import HesscliError
from hesscli.model.data import Data
from hesscli.model.finite import check_finite, first_not_finite
from hesscli.model.joint import JointLoss
from hesscli.model.keras3 import keras, tf
from hesscli.model.losses import Loss, fitted
from hesscli.model.taped import TapedFunction
from hesscli.model.weights import WeightLayout, selected

Array = NDArray[Any]


class ModelObjective(TapedFunction):
    """f(theta) = sum over batches of (mean loss of the batch + the model's own penalties) * rows/all rows + l2 |w|^2.

    It is what Keras minimises, with whole data one batch. A weight that is not selected is a constant.

    Attributes:
        names: of all trainable tensors.
        places: of those that are differentiated, among the trainable tensors.
        layout: names and places of the n weights.
        theta: the model's weights, shape (n,).
    """

    def __init__(
        self,
        model: Any,
        data: Data,
        loss: Loss | JointLoss,
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
            loss: of Keras, or one an output.
            training: batch statistics, as while training.
            layers: patterns of the weights that are differentiated; none takes all.
            batch_size: rows at once; None takes all.
            l2: penalty of the square of every trainable weight.
            plain: TensorFlow's own operations, wrong derivatives included.

        Raises:
            HesscliError: the model has no trainable weights, or weights that are not finite; a pattern fits nothing.
        """
        super().__init__(plain=plain)
        self.model, self.data, self.loss = model, data, loss
        self.training, self.batch_size, self.l2 = training, batch_size, l2
        variables = model.trainable_variables
        if not variables:
            raise HesscliError("the model has no trainable weights: there is nothing to differentiate by", code="model")
        self.names = [path_of(variable, model) for variable in variables]
        for name, variable in zip(self.names, variables, strict=True):
            check_finite(name, np.asarray(variable))
        self.places = selected(self.names, layers)
        self.layout = WeightLayout.of([(self.names[k], tuple(variables[k].shape)) for k in self.places])
        self.dtype = str(variables[self.places[0]].dtype)
        parts = [np.asarray(variables[k]).ravel() for k in self.places]
        self.theta: Array = np.concatenate(parts).astype(self.dtype)

    @property
    def single(self) -> Loss:
        """The loss of a model of one output."""
        assert isinstance(self.loss, Loss)
        return self.loss

    @cached_property
    def targets(self) -> Array:
        """As the loss takes them, of a model of one output."""
        return self._fitted(self.data)[0]

    def inputs(self) -> list[Any]:
        """Tensors of the first batch, one an input."""
        first = next(self.data.batches(self.batch_size))
        return list(self._tensors(first)[: len(first.inputs)])

    @cached_property
    def _first(self) -> tuple[Any, list[Any], list[Any]]:
        return self._outputs(tf.constant(self.theta), *next(self.batches()))

    @property
    def masked(self) -> bool:
        """Whether a mask of the outputs leaves places out of the loss."""
        return any(getattr(one, "_keras_mask", None) is not None for one in keras.tree.flatten(self._first[0]))

    @property
    def penalised(self) -> bool:
        """Whether penalties are added to the loss of the data."""
        return bool(self.l2 or self._first[2])

    def outputs(self) -> Array:
        """Of the model in inference, for the first batch."""
        inputs = self.inputs()
        found: Array = self.model(inputs[0] if len(inputs) == 1 else inputs, training=False).numpy()
        return found

    def trouble(self) -> str:
        """The layer whose outputs are first not finite, as the end of a sentence."""
        where = first_not_finite(self.model, self.inputs(), training=self.training)
        return f"; the outputs of the layer {where} are the first that are not finite" if where else ""

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
        flat = keras.tree.flatten(outputs)
        parts = zip(self.loss.parts, batch[-3], strict=True)
        first, *others = (one.mean(targets, flat[one.place], weights, self.dtype) for one, targets in parts)
        return sum(others, first) * batch[-1]

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

    # all batches

    def batches(self, among: range | None = None) -> Iterator[tuple[Any, ...]]:
        """Inputs, targets, weights of the rows and share of all rows, batch by batch, as TensorFlow's; some, or all."""
        if self.batch_size is None:
            yield self._whole
            return
        for batch in self.data.batches(self.batch_size, among):
            yield self._tensors(batch)

    @cached_property
    def _whole(self) -> tuple[Any, ...]:
        return self._tensors(self.data)

    def _tensors(self, batch: Data) -> tuple[Any, ...]:
        """Inputs, targets, weights of the rows, and the batch's share of all rows."""
        specified = self.model.inputs if getattr(self.model, "inputs", None) else [None] * len(batch.inputs)
        inputs = [self._tensor(array, spec) for array, spec in zip(batch.inputs, specified, strict=True)]
        targets = tuple(
            tf.constant(array, array.dtype.name if one.name.startswith("sparse") else self.dtype)
            for one, array in zip(self.loss.parts, self._fitted(batch), strict=True)
        )
        weights = np.ones(batch.rows) if batch.weights is None else batch.weights
        share = batch.rows / self.data.rows
        return (
            *inputs,
            targets,
            tf.constant(weights, self.dtype),
            tf.constant(share, self.dtype),
        )

    def _fitted(self, batch: Data) -> list[Array]:
        """The targets of each output as its loss takes them."""
        pairs = zip(self.loss.parts, batch.targets, strict=True)
        return [
            fitted(one, array, self._output_shapes[one.place], self._output_shapes[one.place][-1])
            for one, array in pairs
        ]

    def _tensor(self, array: Array, spec: Any) -> Any:
        """An input as its layer takes it.

        Raises:
            HesscliError: the layer takes whole numbers, and one of these is none.
        """
        dtype = self._dtype_of(array, spec)
        if "int" in dtype and array.dtype.kind == "f" and (bad := array != np.floor(array)).any():
            where = tuple(int(k) for k in np.argwhere(bad)[0])
            raise HesscliError(
                f"--data: the input layer {spec.name} takes whole numbers ({dtype}), and "
                f"[{','.join(map(str, where))}] of its array is {array[where]:g}",
                code="data",
            )
        return tf.constant(array, dtype)

    def _dtype_of(self, array: Array, spec: Any) -> str:
        if spec is None:
            return self.dtype if array.dtype.kind == "f" else array.dtype.name
        return self.dtype if "float" in str(spec.dtype) else str(spec.dtype)

    @cached_property
    def _output_shapes(self) -> list[tuple[Any, ...]]:
        """Of each output, rows first; a model that does not know its own computes one row."""
        known = getattr(self.model, "outputs", None) or ()
        shapes = [tuple(one.shape) for one in known]
        if not shapes or any(None in shape[1:] for shape in shapes):
            row = [tf.constant(array[:1]) for array in self.data.inputs]
            with self._forms():
                found = self.model(row[0] if len(row) == 1 else row, training=False)
            shapes = [tuple(one.shape) for one in keras.tree.flatten(found)]
        if len(shapes) > 1 and isinstance(self.loss, Loss):
            raise HesscliError(
                f"the model has {len(shapes)} outputs without names; FILE.py:FUNCTION may return "
                "keras.Model(inputs, outputs), which names them",
                code="model",
            )
        return shapes


def path_of(variable: Any, model: Any) -> str:
    """``dense/kernel``: the path of a variable without the model's own name."""
    return str(variable.path).removeprefix(f"{model.name}/")
