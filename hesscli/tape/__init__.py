"""Witness one: the expression as TensorFlow operations, differentiated by gradient tapes.

Importing this room costs nothing; TensorFlow loads with the first answer, or with ``load``.
"""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any

from hesscli.tape.unlowered import NotLoadedError, Unlowered

if TYPE_CHECKING:
    from hesscli.tape.answers import answer_each
    from hesscli.tape.batch import answer_batch, compiled_hessians
    from hesscli.tape.columns import Strip, answer_columns
    from hesscli.tape.crosscheck import cross_check
    from hesscli.tape.measurement import measure
    from hesscli.tape.products import answer_products

HOMES = {
    "Strip": "columns",
    "answer_each": "answers",
    "answer_batch": "batch",
    "answer_columns": "columns",
    "compiled_hessians": "batch",
    "cross_check": "crosscheck",
    "answer_products": "products",
    "measure": "measurement",
    "METHODS": "methods",
}

_failed: list[str] = []
"""What loading TensorFlow came upon; it is not tried again."""


def load() -> None:
    """Load TensorFlow and all that answers need; safe to call in a thread while other work goes on.

    Raises:
        NotLoadedError: TensorFlow could not be loaded.
    """
    _module("answers")


def _module(name: str) -> Any:
    if _failed:
        raise NotLoadedError(_failed[0])
    try:
        return importlib.import_module(f"{__name__}.{name}")
    except NotLoadedError as problem:
        _failed.append(problem.why)
        raise


def loaded() -> bool:
    """Whether that has been done."""
    return f"{__name__}.answers" in sys.modules and hasattr(sys.modules[f"{__name__}.answers"], "failure")


def __getattr__(name: str) -> Any:
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(_module(HOMES[name]), name)


__all__ = [
    "NotLoadedError",
    "Strip",
    "Unlowered",
    "answer_batch",
    "answer_columns",
    "answer_each",
    "answer_products",
    "compiled_hessians",
    "cross_check",
    "load",
    "loaded",
    "measure",
]
