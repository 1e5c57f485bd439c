"""The name of a loss -> Keras's own function, and what its targets must be."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.errors import HesscliError
from hesscli.model.keras3 import keras, tf

Array = NDArray[Any]

SHORT = {
    "mse": "mean_squared_error", "mae": "mean_absolute_error", "mape": "mean_absolute_percentage_error",
    "msle": "mean_squared_logarithmic_error", "kld": "kl_divergence", "bce": "binary_crossentropy",
}  # fmt: skip
"""Names that people use."""

NAMES = (
    "binary_crossentropy", "binary_focal_crossentropy", "categorical_crossentropy", "categorical_focal_crossentropy",
    "categorical_hinge", "cosine_similarity", "dice", "hinge", "huber", "kl_divergence", "log_cosh",
    "mean_absolute_error", "mean_absolute_percentage_error", "mean_squared_error", "mean_squared_logarithmic_error",
    "poisson", "sparse_categorical_crossentropy", "squared_hinge", "tversky",
)  # fmt: skip

OWN = ("keras.losses", "builtins")
"""Modules of losses in a configuration, with which a function of Keras comes too; older files name none."""


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss of Keras.

    Attributes:
        name: in Keras.
        of: targets and outputs -> losses, shape (rows, ...): their mean over rows and places is the objective.
        keras: what a model of Keras is compiled with for it.
        logits: whether outputs are logits.
        options: those that are not Keras's default, logits apart.
        weight: factor with which the model was compiled.
        output: of a model of several outputs: its name.
        place: its place among them.
    """

    name: str
    of: Callable[[Any, Any], Any]
    keras: Any
    logits: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)
    weight: float = 1.0
    output: str = ""
    place: int = 0

    @property
    def parts(self) -> tuple[Loss, ...]:
        """One an output: itself."""
        return (self,)

    def mean(self, targets: Any, outputs: Any, weights: Any, dtype: str) -> Any:
        """Of rows and places as Keras takes it: a mask of the outputs, or of the loss, leaves places out.

        Args:
            targets: of the rows.
            outputs: of the model; its mask comes with them.
            weights: of the rows; None where all count alike.
            dtype: of the arithmetic.
        """
        shaped = None if weights is None else self.shaped(targets, outputs, weights)
        return self.weight * _Mean(self.of, dtype)(targets, outputs, shaped)

    def shaped(self, targets: Any, outputs: Any, weights: Any) -> Any:
        """The weights of rows with an axis for each one of the losses'."""
        rank = len(self.of(targets, tf.cast(outputs, weights.dtype)).shape)
        return tf.reshape(weights, [-1] + [1] * (rank - 1))


class _Mean(keras.losses.Loss):  # type: ignore[misc]  # Keras has no types
    """Keras's mean of the losses that a function gives."""

    def __init__(self, of: Callable[[Any, Any], Any], dtype: str) -> None:
        super().__init__(name="loss", dtype=dtype)
        self.call = of


def loss_of(given: str | None, compiled: Any, *, logits: bool, weights: Any = None) -> Loss:
    """The loss that is meant.

    Args:
        given: its name; None takes the one the model was compiled with.
        compiled: that one, as its file has it.
        logits: whether the model's outputs are logits; only the cross entropies have such.
        weights: its factor, with which the model was compiled.

    Raises:
        HesscliError: unknown, or none at all.
    """
    if given is None:
        if compiled is None:
            raise HesscliError("which loss? the model was saved without one; --loss mse", code="loss")
        given, options = _saved(compiled)
        logits |= bool(options.get("from_logits"))
    else:
        options = {}
    name = SHORT.get(given.lower(), _snake(given))
    if name not in NAMES:
        near = get_close_matches(name, [*NAMES, *SHORT], n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join([*SHORT, *NAMES])}"
        raise HesscliError(f"--loss: unknown loss {given!r}; {hint}", code="loss")
    function = getattr(keras.losses, name)
    takes = inspect.signature(function).parameters
    if logits and "from_logits" not in takes:
        raise HesscliError(f"--logits: {name} takes no logits; the cross entropies do", code="loss")
    fixed = {key: value for key, value in options.items() if key in takes} | ({"from_logits": True} if logits else {})
    changed = {key: value for key, value in fixed.items() if value != takes[key].default and key != "from_logits"}

    def of(y: Any, outputs: Any) -> Any:
        return function(y, outputs, **fixed)

    whole: Any = of if fixed else name
    if options and logits == bool(options.get("from_logits")):
        whole = keras.losses.deserialize(compiled)
    return Loss(name, of, whole, logits, changed, 1.0 if weights is None else float(weights))


def takes_logits(given: str) -> bool:
    """Whether a loss, by any of its names, takes logits."""
    function = getattr(keras.losses, SHORT.get(given.lower(), _snake(given)), None)
    return function is not None and "from_logits" in inspect.signature(function).parameters


def _saved(compiled: Any) -> tuple[str, dict[str, Any]]:
    """Name and options of a compiled loss."""
    if isinstance(compiled, str):
        return compiled, {}
    if isinstance(compiled, dict) and str(compiled.get("module", "keras.losses")).startswith(OWN):
        inside = compiled.get("config")
        if isinstance(inside, str):
            return inside, {}
        if isinstance(inside, dict) and inside.get("reduction", "sum_over_batch_size") == "sum_over_batch_size":
            return str(compiled["class_name"]), inside
    raise HesscliError(
        "the model was compiled with a loss that is not one of Keras's by name; --loss names one", code="loss"
    )


def _snake(name: str) -> str:
    """``MeanSquaredError`` -> ``mean_squared_error``; ``KLDivergence`` -> ``kl_divergence``."""
    spaced = [
        f"_{c}" if c.isupper() and k and (name[k - 1].islower() or name[k + 1 : k + 2].islower()) else c
        for k, c in enumerate(name)
    ]
    return "".join(spaced).lower().replace("-", "_")


def fitted(loss: Loss, targets: Array, outputs: tuple[int, ...], classes: int | None) -> Array:
    """The targets as the loss takes them.

    Args:
        loss: of Keras.
        targets: shape (rows, ...).
        outputs: shape of the model's outputs, rows first.
        classes: length of its last axis; None where it is not known.

    Raises:
        HesscliError: another shape, or labels that are out of range; the first is named.
    """
    if loss.name.startswith("sparse_categorical"):
        found = targets[..., 0] if targets.ndim == len(outputs) and targets.shape[-1] == 1 else targets
        _same(loss, found.shape[1:], outputs[1:-1], "labels")
        if found.dtype.kind == "f" and (found != np.floor(found)).any():
            _refuse(loss, found, found != np.floor(found), "whole numbers")
        if classes is not None:
            known = (found >= 0) & (found < classes) | (found == loss.options.get("ignore_class"))
            _refuse(loss, found, ~known, f"labels from 0 to {classes - 1}")
        return found.astype(np.int64)
    found = targets
    if found.ndim == len(outputs) - 1 and outputs[-1] == 1:
        found = found[..., None]
    _same(loss, found.shape[1:], outputs[1:], "targets")
    if loss.name.startswith("binary_"):
        _refuse(loss, found, (found < 0) | (found > 1), "targets from 0 to 1")
    if loss.name.startswith("categorical_cross"):
        _refuse(loss, found, (found < 0) | (found > 1), "shares of classes from 0 to 1")
    return found


def _same(loss: Loss, got: tuple[int, ...], wanted: tuple[int, ...], what: str) -> None:
    if got != wanted:
        expected = ", ".join(["rows", *map(str, wanted)])
        given = ", ".join(["rows", *map(str, got)])
        hint, whose = "", f"the output {loss.output}" if loss.output else "this model's outputs"
        if what == "labels" and got[:-1] == wanted:
            hint = "; categorical_crossentropy takes a column a class"
        elif loss.name.startswith("categorical_cross") and got == wanted[:-1]:
            hint = "; sparse_categorical_crossentropy takes labels"
        raise HesscliError(
            f"--data: {loss.name} of {whose} expects {what} of shape ({expected}), got ({given}){hint}",
            code="data",
        )


def _refuse(loss: Loss, targets: Array, bad: Array, expected: str) -> None:
    if bad.any():
        where = tuple(int(k) for k in np.argwhere(bad)[0])
        place = ",".join(map(str, where))
        name = f"y_{loss.output}" if loss.output else "y"
        raise HesscliError(
            f"--data: {loss.name} expects {expected}; {name}[{place}] is {targets[where]:g}", code="data"
        )
