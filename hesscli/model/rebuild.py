"""A model -> the same model in another dtype, from its own configuration; in its own dtype it stays what it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from types import FunctionType
from typing import Any

from hesscli.errors import HesscliError
from hesscli.model.forms import right_forms
from hesscli.model.keras3 import keras
from hesscli.model.saved import SavedGraph

RANDOM = ("dropout", "recurrent_dropout", "dropout_rate", "_dropout")
"""Attributes of recurrent and attention layers that hold a rate."""

RATES = {
    **dict.fromkeys(("Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "AlphaDropout"), "rate"),
    "GaussianDropout": "rate",
    "GaussianNoise": "stddev",
}
"""Layer that is there to be random -> the attribute that turns it off at 0."""


def objects(config: Any) -> Iterator[Mapping[str, Any]]:
    """Every object of a configuration that names a class, the outer ones first."""
    if isinstance(config, Mapping):
        if isinstance(config.get("class_name"), str):
            yield config
        for value in config.values():
            yield from objects(value)
    elif isinstance(config, (list, tuple)):
        for value in config:
            yield from objects(value)


def rest(model: Any) -> tuple[str, ...]:
    """Turn dropout and noise off, in training too; the names of the layers that rest."""
    rested: list[str] = []
    for layer in every_layer(model):
        rates = [RATES[type(layer).__name__]] if type(layer).__name__ in RATES else RANDOM
        on = [key for key in rates if isinstance(vars(layer).get(key), (int, float)) and vars(layer)[key] > 0]
        for key in on:
            setattr(layer, key, 0.0)
        rested += [str(layer.name)] if on else []
    return tuple(dict.fromkeys(rested))


def check_not_random(model: Any) -> None:
    """Refuse layers that draw at random while training and do not rest.

    Raises:
        HesscliError: naming them.
    """
    drawing = [
        str(layer.name)
        for layer in every_layer(model)
        if any(isinstance(value, keras.random.SeedGenerator) for value in vars(layer).values())
        and type(layer).__name__ not in RATES
        and not {*RANDOM} & {*vars(layer)}
    ]
    if drawing:
        raise HesscliError(
            f"in training these layers change their inputs at random: {', '.join(drawing)}; the loss is another one at "
            "every call. Without --training they do nothing; or take them out of the model",
            code="model",
        )


def every_layer(model: Any) -> list[Any]:
    """The model, its layers and theirs."""
    return list(model._flatten_layers())  # Keras has no public walk into wrappers and cells


def rebuilt(model: Any, dtype: str, *, safe: bool) -> Any:
    """The model in a dtype, its weights the same numbers; the model itself where it is of that dtype throughout.

    Functions, regularisers and classes of the person's own go over as they are: a configuration knows their names only.

    Args:
        model: of Keras.
        dtype: ``float32`` or ``float64``, of weights and of arithmetic.
        safe: whether a Lambda layer is refused.

    Raises:
        HesscliError: the model has no configuration, or another one than it is.
    """
    if isinstance(model, SavedGraph):
        return model.replayed(dtype)
    if {name for name in policies(model) if "float" in name} <= {dtype}:
        return model
    own = _own(model)
    try:
        config = _mapped(keras.saving.serialize_keras_object(model), _in_dtype(dtype))
        with _policy(dtype), right_forms(set()):  # some of TensorFlow's own have no kernel for doubles
            found = keras.saving.deserialize_keras_object(config, custom_objects=own, safe_mode=safe)
        if not found.built and model.built:
            found.build(model.input_shape)
        found.set_weights(model.get_weights())
        _handed_over(model, found)
    except HesscliError:
        raise
    except Exception as problem:  # a layer of the person's own may raise anything here
        words = f"{type(problem).__name__}: {' '.join(str(problem).split())[:300]}"
        if own:
            words = (
                f"{words}; what is not Keras's in it ({', '.join(own)}) needs a name, "
                "@keras.saving.register_keras_serializable(), and as a class a get_config() that holds every argument"
            )
        raise HesscliError(
            f"the model cannot be made anew in {dtype} from its own configuration, by which it is checked: {words}",
            code="model",
        ) from problem
    return found


def policies(model: Any) -> set[str]:
    """The dtype policies of a model's layers."""
    return {str(layer.dtype_policy.name) for layer in every_layer(model)}


@contextmanager
def _policy(dtype: str) -> Iterator[None]:
    """The dtype of layers that a layer of the person's own makes without saying one."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(dtype)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def _handed_over(old: Any, new: Any) -> None:
    """What a configuration holds by name or not at all: functions, regularisers, frozen weights, adapted states."""
    for variable, copy in zip(old.weights, new.weights, strict=True):
        copy.trainable = variable.trainable
        copy.regularizer = variable.regularizer
    for layer, copy in zip(every_layer(old), every_layer(new), strict=True):
        for key, value in vars(layer).items():
            if _function(value) and _function(vars(copy).get(key)) and key != "call":
                setattr(copy, key, value)
        if getattr(layer, "activity_regularizer", None) is not None:
            copy.activity_regularizer = layer.activity_regularizer
        if hasattr(copy, "finalize_state"):
            copy.finalize_state()


def _function(value: Any) -> bool:
    return isinstance(value, (FunctionType, partial))


def _own(model: Any) -> dict[str, Any]:
    """Classes of layers, and functions that layers hold, that are not Keras's, by name."""
    layers = every_layer(model)
    every = [*map(type, layers), *(value for layer in layers for value in vars(layer).values() if _function(value))]
    return {
        one.__name__: one
        for one in (getattr(one, "func", one) for one in every)
        if one.__module__.partition(".")[0] != "keras"
    }


def _mapped(value: Any, change: Callable[[Mapping[str, Any]], dict[str, Any]]) -> Any:
    """A configuration with every object changed, the inner ones first."""
    if isinstance(value, Mapping):
        return change({key: _mapped(inner, change) for key, inner in value.items()})
    if isinstance(value, (list, tuple)):
        return type(value)(_mapped(inner, change) for inner in value)
    return value


def _in_dtype(dtype: str) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    def change(mapping: Mapping[str, Any]) -> dict[str, Any]:
        found = dict(mapping)
        name = found.get("dtype")
        if isinstance(name, str) and (name.startswith("mixed_") or "float" in name):
            found["dtype"] = dtype
        if found.get("class_name") in ("DTypePolicy", "Policy"):
            found["config"] = {**found.get("config", {}), "name": dtype}
        elif str(found.get("class_name")).endswith("DTypePolicy"):
            raise HesscliError(f"quantised layers ({found['class_name']}) have no derivatives", code="model")
        found.pop("shared_object_id", None)
        return found

    return change
