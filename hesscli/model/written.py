"""A small network written out as an expression of its weights, for the exact side.

Chains of dense, normalisation and activation layers with a few dozen weights and rows; everything else is left to
differences. What is written is the definition of a layer in hesscli's language, read from its configuration; no code of
Keras or TensorFlow takes part.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.language.writing import Text, each, write
from hesscli.model.keras3 import keras
from hesscli.model.objective import ModelObjective

Array = NDArray[Any]
FormulaArray = Any

MOST_WEIGHTS, MOST_WORK = 30, 600
"""Variables, and rows times weights, up to which the exact side answers in seconds."""

MARGIN = 1e-6
"""From 0 and 1; Keras clips probabilities at 1e-7."""


def _softmax(x: FormulaArray) -> FormulaArray:
    e = each("exp")(x)
    return e / e.sum(axis=-1, keepdims=True)


ACTIVATIONS: dict[str, Callable[[FormulaArray], FormulaArray]] = {
    "linear": lambda x: x,
    "softmax": _softmax,
    "exponential": each("exp"),
    **{
        name: each(name)
        for name in ("relu", "relu6", "elu", "selu", "softplus", "softsign", "silu", "mish", "tanh", "sigmoid", "gelu")
    },
}
"""Keras's name of an activation -> what it does to an array of texts."""


def _logits(x: FormulaArray, *, many: bool) -> FormulaArray:
    return _softmax(x) if many else each("sigmoid")(x)


def _crossentropy(y: Array, p: FormulaArray) -> FormulaArray:
    shares = p / p.sum(axis=-1, keepdims=True)
    return -(y * each("log")(shares)).sum(axis=-1)


LOSSES: dict[str, Callable[[Array, FormulaArray], FormulaArray]] = {
    "mean_squared_error": lambda y, p: ((p - y) ** 2).mean(axis=-1),
    "mean_absolute_error": lambda y, p: each("Abs")(p - y).mean(axis=-1),
    "categorical_crossentropy": _crossentropy,
    "binary_crossentropy": lambda y, p: -(y * each("log")(p) + (1 - y) * each("log")(1 - p)).mean(axis=-1),
}
"""Keras's name of a loss -> losses of the rows."""


def written(objective: ModelObjective) -> str | None:
    """f as an expression in the variables w0, w1, ..., the selected weights; None of a model that is not so simple.

    Args:
        objective: with its model, data and loss.
    """
    f = objective
    if f.n > MOST_WEIGHTS or f.n * f.data.rows > MOST_WORK or f.batch_size is not None or len(f.data.inputs) != 1:
        return None
    if type(f.model) is not keras.Sequential or f.model.losses or f.single.options or f.single.weight != 1:
        return None
    if any(layer.activity_regularizer is not None for layer in f.model.layers):
        return None
    weights = _weights(f)
    outputs: FormulaArray | None = _numbers(f.data.inputs[0])
    for layer in f.model.layers:
        outputs = None if outputs is None else _layer(layer, outputs, weights, training=f.training)
    if outputs is None or outputs.ndim != 2:
        return None
    losses = _losses(f, outputs)
    if losses is None:
        return None
    shares = np.ones(f.data.rows) if f.data.weights is None else f.data.weights
    total = (losses * _numbers(shares)).sum() / f.data.rows
    if f.l2:
        trained = [weights[id(variable)] for variable in f.model.trainable_variables]
        total += f.l2 * sum(one**2 for tensor in trained for one in tensor.ravel())
    return write(total)


def _weights(f: ModelObjective) -> dict[int, FormulaArray]:
    """Each of the model's variables, by identity, as texts: names for those that are differentiated."""
    found = {id(variable): _numbers(np.asarray(variable)) for variable in f.model.weights}
    places = {tensor.name: tensor for tensor in f.layout.tensors}
    for variable, name in zip(f.model.trainable_variables, f.names, strict=True):
        if tensor := places.get(name):
            names: Array = np.empty(tensor.size, object)
            names[:] = [Text(f"w{tensor.start + k}") for k in range(tensor.size)]
            found[id(variable)] = names.reshape(tensor.shape)
    return {key: array for key, array in found.items() if array.ndim or array.size}


def _numbers(array: Array) -> FormulaArray:
    """The doubles that they are, as objects that texts compute with."""
    flat = [Text(repr(float(x)) if x >= 0 else f"({float(x)!r})") for x in np.asarray(array, np.float64).ravel()]
    found: Array = np.empty(len(flat), object)
    found[:] = flat
    return found.reshape(np.shape(array))


def _layer(layer: Any, x: FormulaArray, weights: dict[int, FormulaArray], *, training: bool) -> FormulaArray | None:
    """What a layer makes of its inputs."""
    kind = type(layer).__name__
    if not isinstance(layer, keras.layers.Layer) or type(layer) is not getattr(keras.layers, kind, None):
        return None
    own: Sequence[FormulaArray] = [weights[id(variable)] for variable in layer.weights if id(variable) in weights]
    if kind in ("InputLayer", "Dropout"):
        return x
    if kind == "Flatten":
        return x.reshape(len(x), -1)
    if kind == "Activation":
        return _activated(layer, x)
    if kind == "Dense" and x.ndim == 2:
        return _activated(layer, x @ own[0] + (own[1] if layer.use_bias else 0))
    if kind == "LayerNormalization" and x.ndim == 2 and list(np.atleast_1d(layer.axis)) in ([-1], [1]):
        return _scaled(layer, _normal(x, x, 1, layer.epsilon), weights)
    if kind == "BatchNormalization" and x.ndim == 2 and layer.axis in (-1, 1):
        if training and layer.trainable:
            return _scaled(layer, _normal(x, x, 0, layer.epsilon), weights)
        mean, variance = weights[id(layer.moving_mean)], weights[id(layer.moving_variance)]
        return _scaled(layer, (x - mean) / each("sqrt")(variance + float(layer.epsilon)), weights)
    return None


def _normal(x: FormulaArray, of: FormulaArray, axis: int, epsilon: float) -> FormulaArray:
    """(x - mean)/sqrt(variance + epsilon) along an axis."""
    centred = x - of.mean(axis=axis, keepdims=True)
    variance = (centred**2).mean(axis=axis, keepdims=True)
    return centred / each("sqrt")(variance + float(epsilon))


def _scaled(layer: Any, x: FormulaArray, weights: dict[int, FormulaArray]) -> FormulaArray:
    gamma, beta = getattr(layer, "gamma", None), getattr(layer, "beta", None)
    scaled = x if gamma is None else x * weights[id(gamma)]
    return scaled if beta is None else scaled + weights[id(beta)]


def _activated(layer: Any, x: FormulaArray) -> FormulaArray | None:
    name = getattr(layer.activation, "__name__", "")
    rule = ACTIVATIONS.get(name)
    return None if rule is None or layer.activation is not getattr(keras.activations, name) else rule(x)


def _losses(f: ModelObjective, outputs: FormulaArray) -> FormulaArray | None:
    """The rows' losses."""
    name, targets = f.single.name, f.targets
    if name == "sparse_categorical_crossentropy":
        name, targets = "categorical_crossentropy", np.eye(outputs.shape[1])[targets]
    if name not in LOSSES:
        return None
    if f.single.logits:
        outputs = _logits(outputs, many=name == "categorical_crossentropy")
    if name.endswith("crossentropy") and not f.single.logits and not _within(f):
        return None
    return LOSSES[name](_numbers(targets), outputs)


def _within(f: ModelObjective) -> bool:
    """Whether every probability is where Keras does not clip it."""
    outputs = f.outputs()
    return bool(((outputs > MARGIN) & (outputs < 1 - MARGIN)).all())
