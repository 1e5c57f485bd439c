"""Keras 3 on TensorFlow: the only import of it."""

from __future__ import annotations

import importlib
import os
from typing import Any

os.environ["KERAS_BACKEND"] = "tensorflow"  # before Keras is loaded: the models' arithmetic is the tape's

from hesscli.errors import HesscliError
from hesscli.tape.quiet import tf

keras: Any = importlib.import_module("keras")
"""The package, once TensorFlow is there: it would load TensorFlow with all its log lines."""

if not str(keras.__version__).startswith("3."):
    raise HesscliError(
        f"the models of Keras 3 are read, and Keras {keras.__version__} is installed",
        code="model",
    )
if keras.backend.backend() != "tensorflow":
    raise HesscliError("Keras is loaded already, with another backend than TensorFlow", code="model")

__all__ = ["keras", "tf"]
