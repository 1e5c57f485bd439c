"""Derivatives you can trust: every one computed twice, by witnesses that share no code.

Public names are resolved on first use: importing hesscli loads neither TensorFlow nor SymPy.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False  # as in typing, which takes longer to import than all of this
if TYPE_CHECKING:
    from typing import Any

    from hesscli.checking.compare import check as check
    from hesscli.compute import Options as Options
    from hesscli.compute import derivative as derivative
    from hesscli.compute import gradient as gradient
    from hesscli.compute import hessian as hessian
    from hesscli.compute import hvp as hvp
    from hesscli.compute import jacobian as jacobian
    from hesscli.errors import HesscliError as HesscliError
    from hesscli.language.syntax import parse as parse
    from hesscli.result import Result as Result
    from hesscli.result import Verdict as Verdict

_HOMES = {
    "hessian": "hesscli.compute",
    "gradient": "hesscli.compute",
    "jacobian": "hesscli.compute",
    "derivative": "hesscli.compute",
    "hvp": "hesscli.compute",
    "check": "hesscli.checking.compare",
    "Options": "hesscli.compute",
    "HesscliError": "hesscli.errors",
    "parse": "hesscli.language.syntax",
    "Result": "hesscli.result",
    "Verdict": "hesscli.result",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'hesscli' has no attribute {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
