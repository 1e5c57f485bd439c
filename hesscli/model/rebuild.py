"""A model -> the same model in another dtype, with its random layers at rest, from its own configuration."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from hesscli.errors import HesscliError
from hesscli.model.keras3 import keras

RANDOM = ("dropout", "recurrent_dropout", "dropout_rate")
"""Keys of recurrent and attention layers that hold a rate."""

RATES = {
    **dict.fromkeys(("Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "AlphaDropout"), "rate"),
    "GaussianDropout": "rate",
    "GaussianNoise": "stddev",
}
"""Layer that is there to be random -> the key that turns it off at 0."""


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


def rebuilt(model: Any, dtype: str, *, resting: bool, safe: bool) -> tuple[Any, tuple[str, ...]]:
    """The model in a dtype, its weights the same numbers.

    Args:
        model: of Keras.
        dtype: ``float32`` or ``float64``, of weights and of arithmetic.
        resting: whether dropout and noise are turned off, in training too.
        safe: whether a Lambda layer is refused.

    Returns:
        The new model, and the names of the layers that rest.

    Raises:
        HesscliError: the model has no configuration, or another one than it is.
    """
    rested: list[str] = []
    try:
        config = _mapped(keras.saving.serialize_keras_object(model), _in_dtype(dtype))
        if resting:
            config = _mapped(config, _at_rest(rested))
        found = keras.saving.deserialize_keras_object(config, safe_mode=safe)
        if not found.built and model.built:
            found.build(model.input_shape)
        found.set_weights(model.get_weights())
    except HesscliError:
        raise
    except Exception as problem:  # a layer of the person's own may raise anything here
        words = " ".join(str(problem).split())[:300]
        raise HesscliError(
            f"the model cannot be rebuilt in {dtype} from its own configuration (get_config): "
            f"{type(problem).__name__}: {words}",
            code="model",
        ) from problem
    return found, tuple(dict.fromkeys(rested))


def policies(model: Any) -> set[str]:
    """The dtype policies of a model's layers."""
    found = {str(model.dtype_policy.name)}
    for layer in getattr(model, "layers", ()):
        found |= policies(layer) if hasattr(layer, "layers") else {str(layer.dtype_policy.name)}
    return found


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


def _at_rest(rested: list[str]) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    def change(mapping: Mapping[str, Any]) -> dict[str, Any]:
        inside = mapping.get("config")
        if not isinstance(mapping.get("class_name"), str) or not isinstance(inside, Mapping):
            return dict(mapping)
        keys = [RATES[mapping["class_name"]]] if mapping["class_name"] in RATES else RANDOM
        off = {key: 0.0 for key in keys if isinstance(inside.get(key), (int, float)) and inside[key] > 0}
        if off:
            rested.append(str(inside.get("name", mapping["class_name"])))
        return {**mapping, "config": {**inside, **off}}

    return change
