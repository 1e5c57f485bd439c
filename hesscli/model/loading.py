"""FILE -> a Keras model; what would run code, and what is no model, is refused before anything is executed."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn

import h5py

from hesscli.errors import HesscliError
from hesscli.model.keras3 import keras
from hesscli.model.rebuild import objects
from hesscli.model.saved import FILE, load_saved
from hesscli.pythonfile import called, function_of

PICKLES = (".pkl", ".pickle", ".joblib", ".pt", ".pth")
INSIDE = "Exception encountered: "
"""Before what Keras came upon, behind the whole configuration."""

CODE = frozenset({"Lambda", "__lambda__", "function_lambda"})
"""Classes of a configuration that hold Python's bytecode."""


@dataclass(frozen=True, eq=False)
class Loaded:
    """A model as it was saved.

    Attributes:
        model: of Keras.
        loss: with which it was compiled: a name or a configuration; None of one that was not.
        weights: of losses, with which it was compiled.
        safe: whether no code came with it.
    """

    model: Any
    loss: Any
    weights: Any
    safe: bool


def load(name: str, *, allow_code: bool = False) -> Loaded:
    """The model of a file, or what a function of a Python file returns.

    Args:
        name: ``FILE.keras``, ``FILE.h5``, the folder of a SavedModel, or ``FILE.py:FUNCTION``; the last one is run.
        allow_code: whether a Lambda layer, which is code, may be loaded.

    Raises:
        HesscliError: code ``file``: it cannot be read; ``model``: it is no model of Keras 3, needs objects that it does
            not bring, or wants to run code.
    """
    if (function := function_of(name)) is not None:
        model = called(name, function)
        if not isinstance(model, keras.Model):
            raise HesscliError(f"{name}: expected a model of Keras, got {type(model).__name__}", code="function")
        return Loaded(model, *_compiled(model), safe=False)
    path = Path(name)
    if path.suffix == ".py":
        _fail(f"{name} is a Python file; a function of it that returns a model is run only by its name: {name}:model")
    if not path.exists():
        raise HesscliError(f"cannot read {name}: there is no such file", code="file")
    if path.is_dir():
        if not (path / FILE).exists():
            _fail(f"{name} is a folder without a {FILE}: expected a .keras file, a SavedModel, or FILE.py:FUNCTION")
        return Loaded(load_saved(path), None, None, safe=True)
    if path.suffix.lower() in PICKLES:
        _fail(f"{name}: a pickle runs code when it is opened; save the model as .keras, or name FILE.py:FUNCTION")
    if name.endswith(".weights.h5"):
        _fail(f"{name} holds weights without a model; save the whole model as .keras")
    config, compiled = _configuration(path)
    _check(name, config, allow_code=allow_code)
    try:
        model = keras.saving.load_model(path, compile=False, safe_mode=not allow_code)
    except Exception as problem:  # Keras raises a dozen kinds for what it cannot read
        words = " ".join(str(problem).rpartition(INSIDE)[2].split())[:300]
        raise HesscliError(f"{name}: Keras cannot load it: {words}{_other(path)}", code="model") from problem
    return Loaded(model, compiled.get("loss"), compiled.get("loss_weights"), safe=not allow_code)


def _other(path: Path) -> str:
    """The version of Keras that saved a model, as the end of a sentence, where it is not the one that reads it."""
    try:
        if h5py.is_hdf5(path):
            with h5py.File(path, "r") as file:
                saved = str(file.attrs.get("keras_version", ""))
        else:
            with zipfile.ZipFile(path) as archive:
                saved = str(json.loads(archive.read("metadata.json")).get("keras_version", ""))
    except (OSError, KeyError, ValueError, AttributeError, zipfile.BadZipFile):
        return ""
    own = str(keras.__version__)
    return f"; it was saved by Keras {saved}, and Keras {own} is installed" if saved and saved != own else ""


def _compiled(model: Any) -> tuple[Any, Any]:
    """The loss of a model that a function compiled, and its weights."""
    if not model.compiled:
        return None, None
    config = model.get_compile_config() or {}
    return config.get("loss"), config.get("loss_weights")


def _configuration(path: Path) -> tuple[Any, Mapping[str, Any]]:
    """The configuration of a model, and what it was compiled with; nothing is executed."""
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                config = json.loads(archive.read("config.json"))
            return config, config.get("compile_config") or {}
        if h5py.is_hdf5(path):
            with h5py.File(path, "r") as file:
                config = json.loads(file.attrs["model_config"])
                training = json.loads(file.attrs.get("training_config", "{}"))
            return config, training
    except (OSError, KeyError, ValueError, AttributeError, zipfile.BadZipFile) as problem:
        words = " ".join(str(problem).split())[:200]
        raise HesscliError(f"{path}: no model of Keras: {words}", code="model") from problem
    if path.suffix == ".keras":
        raise HesscliError(f"{path}: no model of Keras: it is cut off, or no .keras file at all", code="model")
    raise HesscliError(
        f"{path}: no model of Keras: expected a .keras file, or an .h5 file that holds the whole model", code="model"
    )


def _check(name: str, config: Any, *, allow_code: bool) -> None:
    """Refuse code, and name what is missing."""
    if not isinstance(config, Mapping):
        _fail(f"{name}: no model of Keras: its configuration is no object")
    every = list(objects(config))
    if not allow_code and (code := [one for one in every if one["class_name"] in CODE]):
        where = next((str(one["config"].get("name")) for one in code if isinstance(one.get("config"), Mapping)), "")
        _fail(
            f"{name}: it holds a Lambda layer{f' ({where})' if where else ''}, which is code that would run here; "
            "nothing was executed. If you trust the file, --allow-code lets it run"
        )
    for one in every:
        kind, module = str(one["class_name"]), one.get("module")
        if module == "keras.layers" and not hasattr(keras.layers, kind):
            near = get_close_matches(kind, vars(keras.layers), n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            _fail(f"{name}: Keras {keras.__version__} has no layer {kind}{hint}{_other(Path(name))}")
    missing = list(dict.fromkeys(_missing(every)))
    if missing:
        _fail(
            f"{name}: it needs objects that are not Keras's: {', '.join(missing)}; name a function that makes the "
            "model with them: FILE.py:FUNCTION, each with @keras.saving.register_keras_serializable()"
        )


def _missing(every: list[Mapping[str, Any]]) -> Iterator[str]:
    """Names of classes and functions that neither Keras nor this process has."""
    for one in every:
        registered, module = one.get("registered_name"), str(one.get("module") or "")
        if registered and not module.startswith("keras") and keras.saving.get_registered_object(registered) is None:
            yield str(registered)


def _fail(message: str) -> NoReturn:
    raise HesscliError(message, code="model")
