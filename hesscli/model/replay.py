"""A graph of TensorFlow, operation by operation once more: of other weights, in another dtype, in right forms.

What a SavedModel holds is a graph, and TensorFlow's own call of it has the derivatives that were saved with it: wrong
ones (``tf.nn.moments``), none (custom gradients), and one dtype. Replayed, it is written in TensorFlow's functions
again, so that tapes see every operation and the forms of `hesscli.model.forms` stand in. Functions inside are replayed
where they are called, loops and branches as such.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from hesscli.errors import HesscliError
from hesscli.tape.graphs import functions_of
from hesscli.tape.quiet import tf

SQUEEZED = {"squeeze_dims": "axis"}
"""The only attribute that has another name in ``tf.raw_ops`` than in its definition."""

Rule = Callable[["Replay", Any, list[Any]], Any]


class Replay:
    """The operations of a graph and of its functions.

    Attributes:
        dtype: of all arithmetic, whatever was saved.
    """

    def __init__(self, graph: Any, dtype: str) -> None:
        """Read the functions; nothing is computed.

        Args:
            graph: of a concrete function.
            dtype: ``float32`` or ``float64``.
        """
        self.graph, self.dtype = graph, tf.as_dtype(dtype)
        self._function = functions_of(graph)

    def __call__(self, given: Sequence[Any]) -> list[Any]:
        """The outputs, in TensorFlow.

        Args:
            given: one an input of the graph; the value of a variable in the place of its handle.
        """
        return self._run(self.graph, given)

    def inside(self, attribute: Any, given: Sequence[Any]) -> list[Any]:
        """The outputs of a function that an operation names."""
        return self._run(self._function(attribute.name), given)

    def typed(self, value: Any) -> Any:
        """An attribute, with the dtype for every dtype of floats."""
        if isinstance(value, list):
            return [self.typed(one) for one in value]
        return self.dtype if isinstance(value, tf.DType) and value.is_floating else value

    def raw(self, operation: Any, given: Sequence[Any]) -> Any:
        """The operation itself, of other inputs."""
        function, rest, definition = getattr(tf.raw_ops, operation.type), iter(given), operation.op_def
        accepted, named = inspect.signature(function).parameters, dict[str, Any]()
        known = {"name", *(one.name for one in (*definition.input_arg, *definition.attr))}
        renamed = (name for name in accepted if name not in known)  # as of Mean's reduction_indices, which is axis
        for one in definition.input_arg:
            many = one.number_attr or one.type_list_attr
            size = operation.get_attr(many) if many else 1
            taken = [next(rest) for _ in range(size if isinstance(size, int) else len(size))]
            named[one.name if one.name in accepted else next(renamed)] = taken if many else taken[0]
        for one in definition.attr:
            name = SQUEEZED.get(one.name, one.name)
            if name in accepted and name not in named:
                named[name] = self.typed(operation.get_attr(one.name))
        return function(**named)

    def _run(self, graph: Any, given: Sequence[Any]) -> list[Any]:
        values = dict(zip((one.name for one in graph.inputs), given, strict=True))
        for operation, inputs in _needed(graph):
            rule = RULES.get(operation.type, Replay.raw)
            if operation.type == "Mean" and len(inputs) == 2 and inputs[0] is not operation.inputs[0]:
                rule = _variance
            if lost := [one.name for one in inputs if one.name not in values]:
                told = (
                    f"the SavedModel uses {lost[0]}, an output that has no form in doubles; save it with model.save()"
                )
                raise HesscliError(told, code="model")
            found = rule(self, operation, [values[one.name] for one in inputs])
            values |= zip((one.name for one in operation.outputs), tf.nest.flatten(found), strict=False)
        return [values[one.name] for one in graph.outputs]


def _needed(graph: Any) -> Iterator[tuple[Any, Sequence[Any]]]:
    """The operations that the outputs are made of, in their order, and what each is made of."""
    given, waiting, found = {one.name for one in graph.inputs}, [*graph.outputs], dict[str, Sequence[Any]]()
    while waiting:
        tensor = waiting.pop()
        if tensor.name not in given and tensor.op.name not in found:
            found[tensor.op.name] = _moments(tensor.op) or tensor.op.inputs
            waiting += found[tensor.op.name]
    return ((one, found[one.name]) for one in graph.get_operations() if one.name in found)


def _moments(operation: Any) -> Sequence[Any]:
    """x and the axes, where the operation is the variance of ``tf.nn.moments``: mean((x - stop_gradient(mean x))^2)."""
    if operation.type != "Mean" or operation.inputs[0].op.type != "SquaredDifference":
        return ()
    x, stopped = operation.inputs[0].op.inputs
    if stopped.op.type != "StopGradient" or stopped.op.inputs[0].op.type != "Mean":
        return ()
    mean = stopped.op.inputs[0].op
    axes = [tf.get_static_value(one.inputs[1]) for one in (operation, mean)]
    same = all(one is not None for one in axes) and axes[0].tolist() == axes[1].tolist()
    return [x, operation.inputs[1]] if same and mean.inputs[0] is x and mean.get_attr("keep_dims") else ()


def _variance(_: Replay, operation: Any, given: list[Any]) -> Any:
    return tf.nn.moments(*given, keepdims=operation.get_attr("keep_dims"))[1]


def _constant(replay: Replay, operation: Any, _: list[Any]) -> Any:
    value = tf.make_ndarray(operation.get_attr("value"))
    return tf.constant(value.astype(replay.dtype.name) if operation.outputs[0].dtype.is_floating else value)


def _gathered(_: Replay, operation: Any, given: list[Any]) -> Any:
    return tf.gather(given[0], given[1], batch_dims=operation.get_attr("batch_dims"))


def _fused(_: Replay, operation: Any, given: list[Any]) -> Any:
    """Normalisation by statistics of the batch, or by given ones; TensorFlow's own takes no doubles."""
    x, scale, offset, mean, variance = given
    last = operation.get_attr("data_format").decode().endswith("C")
    axes = [k for k in range(x.shape.rank) if k != (x.shape.rank - 1 if last else 1)]
    if operation.get_attr("is_training"):
        mean, variance = (tf.squeeze(one, axes) for one in tf.nn.moments(x, axes, keepdims=True))
    shape = [1 if k in axes else -1 for k in range(x.shape.rank)]
    scale, offset, mean, variance = (tf.reshape(one, shape) for one in (scale, offset, mean, variance))
    return (x - mean) * tf.math.rsqrt(variance + tf.cast(operation.get_attr("epsilon"), x.dtype)) * scale + offset


def _resized(replay: Replay, operation: Any, given: list[Any]) -> Any:
    if operation.get_attr("align_corners") or not operation.get_attr("half_pixel_centers"):
        return replay.raw(operation, given)
    found = tf.image.resize(*given, method=operation.type.removeprefix("Resize").removesuffix("Neighbor").lower())
    return tf.cast(found, given[0].dtype)


def _channels(_: Replay, operation: Any, given: list[Any]) -> Any:
    named = {name: operation.get_attr(name) for name in ("depth_radius", "bias", "alpha", "beta")}
    return tf.nn.local_response_normalization(given[0], **named)


def _pooled(_: Replay, operation: Any, given: list[Any]) -> Any:
    pool = tf.nn.max_pool if operation.type.startswith("Max") else tf.nn.avg_pool
    size, steps, padding, form = (operation.get_attr(name) for name in ("ksize", "strides", "padding", "data_format"))
    return pool(given[0], list(size), list(steps), padding.decode(), form.decode())


def _looped(replay: Replay, operation: Any, given: list[Any]) -> Any:
    condition, body = operation.get_attr("cond"), operation.get_attr("body")
    return tf.while_loop(
        lambda *state: replay.inside(condition, state)[0],
        lambda *state: replay.inside(body, state),
        given,
        shape_invariants=[
            before.shape if after.dtype == tf.resource else after.shape  # a value in the place of its handle
            for before, after in zip(given, operation.outputs, strict=True)
        ],
    )


def _branched(replay: Replay, operation: Any, given: list[Any]) -> Any:
    then, other = operation.get_attr("then_branch"), operation.get_attr("else_branch")
    return tf.cond(given[0], lambda: replay.inside(then, given[1:]), lambda: replay.inside(other, given[1:]))


def _chosen(replay: Replay, operation: Any, given: list[Any]) -> Any:
    branches = operation.get_attr("branches")
    return tf.switch_case(given[0], [lambda one=one: replay.inside(one, given[1:]) for one in branches])


def _called(replay: Replay, operation: Any, given: list[Any]) -> Any:
    return replay.inside(operation.get_attr("f"), given)


RULES: Mapping[str, Rule] = {
    "Const": _constant,
    "ReadVariableOp": lambda _, __, given: tf.identity(given[0]),
    "ResourceGather": _gathered,
    "IdentityN": lambda _, __, given: [tf.identity(one) for one in given],  # around what has a gradient of its own
    **dict.fromkeys(("PartitionedCall", "StatefulPartitionedCall"), _called),
    **dict.fromkeys(("While", "StatelessWhile"), _looped),
    **dict.fromkeys(("If", "StatelessIf"), _branched),
    **dict.fromkeys(("Case", "StatelessCase"), _chosen),
    **dict.fromkeys(("FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3"), _fused),
    **dict.fromkeys(("ResizeBilinear", "ResizeBicubic", "ResizeNearestNeighbor"), _resized),
    "Softsign": lambda _, __, given: tf.nn.softsign(given[0]),
    "LRN": _channels,
    **dict.fromkeys(("MaxPool3D", "AvgPool3D"), _pooled),
}
"""Type of an operation -> how it is replayed; all others as they are."""
