"""Where something first is no number: in the weights, or in the outputs of a layer."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.errors import HesscliError
from hesscli.model.keras3 import keras, tf

Array = NDArray[Any]


def check_finite(name: str, values: Array) -> None:
    """Refuse a tensor of weights that are not all numbers.

    Raises:
        HesscliError: naming the first.
    """
    bad = ~np.isfinite(values)
    if bad.any():
        where = tuple(int(k) for k in np.argwhere(bad)[0])
        raise HesscliError(
            f"the model's weight {name}[{','.join(map(str, where))}] is {values[where]}; expected finite numbers",
            code="model",
        )


def first_not_finite(model: Any, inputs: list[Any], *, training: bool) -> str | None:
    """The layer whose outputs are first not finite; None where no layer says so.

    Args:
        model: of Keras.
        inputs: tensors, one an input.
        training: batch statistics.
    """
    if not getattr(model, "inputs", None):
        return None
    for layer in model.layers:
        try:
            part = keras.Model(model.inputs, layer.output)
            out = part(inputs[0] if len(inputs) == 1 else inputs, training=training)
        except (AttributeError, ValueError):  # a layer that is used twice, or whose output is no tensor
            continue
        if not all(
            bool(tf.reduce_all(tf.math.is_finite(one))) for one in tf.nest.flatten(out) if one.dtype.is_floating
        ):
            return str(layer.name)
    return None
