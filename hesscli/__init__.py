"""Derivatives you can trust: every one computed twice, by witnesses that share no code.

Public names are resolved on first use: importing hesscli loads neither TensorFlow nor SymPy.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False  # as in typing, which takes longer to import than all of this
if TYPE_CHECKING:
    from typing import Any

    from hesscli.checking.check import check as check
    from hesscli.errors import HesscliError as HesscliError
    from hesscli.language.syntax import parse as parse
    from hesscli.options import Options as Options
    from hesscli.result import Result as Result
    from hesscli.result import Sweep as Sweep
    from hesscli.result import Verdict as Verdict
    from hesscli.verbs import derivative as derivative
    from hesscli.verbs import gradient as gradient
    from hesscli.verbs import hessian as hessian
    from hesscli.verbs import hvp as hvp
    from hesscli.verbs import jacobian as jacobian
    from hesscli.verbs import sweep as sweep
    from hesscli.verbs import taylor as taylor

    __version__: str

_HOMES = {
    "hessian": "hesscli.verbs",
    "gradient": "hesscli.verbs",
    "jacobian": "hesscli.verbs",
    "derivative": "hesscli.verbs",
    "hvp": "hesscli.verbs",
    "taylor": "hesscli.verbs",
    "sweep": "hesscli.verbs",
    "check": "hesscli.checking.check",
    "Options": "hesscli.options",
    "HesscliError": "hesscli.errors",
    "parse": "hesscli.language.syntax",
    "Result": "hesscli.result",
    "Sweep": "hesscli.result",
    "Verdict": "hesscli.result",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return import_module("importlib.metadata").version("hesscli")
    if name not in _HOMES:
        raise AttributeError(f"module 'hesscli' has no attribute {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
