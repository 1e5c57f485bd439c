"""Keras's own value of the loss, which what is differentiated must have: another value is another function.

The model as it was loaded goes through Keras's own ``compute_loss`` (masks, weights of losses, regularisers and losses
of activities included), at its weights and at a point beside them, where a loss that is nearly zero hides nothing.
"""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.accuracy import FLOOR
from hesscli.errors import HesscliError
from hesscli.model.hazards import random
from hesscli.model.keras3 import keras
from hesscli.model.objective import ModelObjective
from hesscli.model.rebuild import every_layer
from hesscli.options import RTOL
from hesscli.tape.quiet import tf

Array = NDArray[Any]

COARSE = 3e-2
"""The relative difference that is rounding in half precision; of the other dtypes it is that of `--rtol`."""

ASIDE = 0.125
"""Of the second point, beside the weights and no less than 1."""

SEED = 20_240_301

COLOURS = re.compile(r"\x1b\[\d*m|\{\{[^{}]*\}\} ")
"""Of Keras's messages for terminals, and the names that TensorFlow gives its kernels."""

CAUSES = (
    "it has its own compute_loss, layers that are random beside dropout or keep a state, a function or a layer with "
    "the name of one of Keras's, or something that its configuration or --loss does not say"
)


def same_value(a: float, b: float, dtype: str, scale: float) -> bool:
    """Whether two values of a loss differ by rounding only.

    Args:
        a: one.
        b: the other.
        dtype: of the arithmetic, the coarser of both.
        scale: the largest number that takes part.
    """
    near = RTOL.get(dtype, COARSE)
    return abs(a - b) <= near * max(abs(a), abs(b)) + FLOOR.get(dtype, near * near) * scale


def check_value(source: Any, policies: set[str], objectives: list[ModelObjective]) -> None:
    """Hold what is differentiated against Keras's own loss of the model as it was loaded.

    Args:
        source: the model, random layers at rest.
        policies: the dtypes of its layers.
        objectives: of the same model, data and loss.

    Raises:
        HesscliError: they differ, and which values they have.
    """
    f = objectives[0]
    if [tuple(v.shape) for v in source.trainable_variables] != [tuple(v.shape) for v in f.model.trainable_variables]:
        raise HesscliError(
            f"the model in {f.dtype} has other trainable weights than the model as it was loaded; no numbers are given",
            code="model",
        )
    drawn = np.random.default_rng(SEED).standard_normal(f.n)
    scale = ASIDE * max(1.0, float(np.sqrt(np.mean(np.square(f.theta.astype(np.float64))))))
    dtypes = {*policies, *(one.dtype for one in objectives)}
    dtype = next((name for name in ("mixed_float16", "float16", "mixed_bfloat16", "bfloat16") if name in dtypes), "")
    dtype = dtype or ("float32" if "float32" in dtypes else "float64")
    for theta in (f.theta, (f.theta.astype(np.float64) + scale * drawn).astype(f.dtype)):
        expected, largest = _of_keras(source, f, theta)
        for one in objectives:
            got = one.value(theta.astype(one.dtype))
            if math.isfinite(expected) or math.isfinite(got):
                where = "" if theta is f.theta else " at a point beside its weights"
                if not same_value(got, expected, dtype, largest):
                    random_ones = random(one.graph)
                    causes = f"it draws random numbers ({', '.join(random_ones[:4])})" if random_ones else CAUSES
                    raise HesscliError(
                        f"Keras's own loss of this model{where} is {expected:.9g}, and what would be differentiated "
                        f"(in {one.dtype}) is {got:.9g}: {causes}; no numbers are given",
                        code="model",
                    )


def _outputs(source: Any, given: Any, *, training: bool) -> Any:
    """What the model makes of a batch.

    Raises:
        HesscliError: its layers refuse the data.
    """
    try:
        return source(given, training=training)
    except (tf.errors.OpError, ValueError, TypeError) as problem:
        words = " ".join(COLOURS.sub("", str(problem)).split())[:300]
        raise HesscliError(f"--data: the model cannot compute its outputs from x: {words}", code="data") from problem


def _of_keras(source: Any, f: ModelObjective, theta: Array) -> tuple[float, float]:
    """Keras's loss at a point, --l2 added, and the largest output or target; the model is left as it was."""
    kept = [(variable, variable.numpy()) for variable in source.variables]
    places = [source.trainable_variables[k] for k in f.places]
    total, largest = 0.0, 1.0
    for batch in f.batches():
        inputs, (targets, weights, share) = batch[:-3], batch[-3:]
        given = inputs[0] if len(inputs) == 1 else list(inputs)
        try:
            for variable, tensor in zip(places, f.layout.tensors, strict=True):
                variable.assign(theta[tensor.part].reshape(tensor.shape))
            outputs = _outputs(source, given, training=f.training)
            y, shaped = _compiled(source, f, targets, outputs, None if f.data.weights is None else weights)
            value = float(source.compute_loss(given, y, outputs, shaped, training=f.training))
            if f.l2:
                value += f.l2 * sum(float(np.square(v.numpy()).sum()) for v in source.trainable_variables)
        finally:  # batch statistics and states of layers changed too
            for variable, array in kept:
                variable.assign(array)
            for layer in every_layer(source):
                if getattr(layer, "stateful", False) and hasattr(layer, "reset_state"):
                    layer.reset_state()  # recurrent states are none of the model's variables
        total += value * float(share)
        tensors = (*keras.tree.flatten(outputs), *targets)
        largest = max(largest, *(float(np.abs(one.numpy()).max(initial=0)) for one in tensors))
    return total, largest


def _compiled(source: Any, f: ModelObjective, targets: Any, outputs: Any, weights: Any) -> tuple[Any, Any]:
    """Targets and weights of the rows as Keras takes them, of the shape of its outputs, after compiling for them."""
    flat, own = keras.tree.flatten(outputs), {one.place: one for one in f.loss.parts}
    given = dict(zip(own, targets, strict=True))
    every = [own.get(k) for k in range(len(flat))]

    def packed(values: list[Any]) -> Any:
        return values[0] if len(flat) == 1 else keras.tree.pack_sequence_as(outputs, values)

    source.compile(
        loss=packed([one and one.keras for one in every]),
        loss_weights=packed([one.weight if one else 1.0 for one in every]),
    )
    y = packed([given.get(k, one) for k, one in enumerate(flat)])
    if weights is None:
        return y, None
    return y, packed([one.shaped(given[k], flat[k], weights) if one else None for k, one in enumerate(every)])
