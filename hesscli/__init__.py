"""Derivatives you can trust: every one computed twice, by witnesses that share no code.

Public names are resolved on first use: importing hesscli loads neither TensorFlow nor SymPy, and nothing at all before
the command listens to Ctrl-C.
"""

TYPE_CHECKING = False  # as in typing, which takes longer to import than all of this
if TYPE_CHECKING:
    from typing import Any

    from hesscli.errors import HesscliError as HesscliError
    from hesscli.language.syntax import parse as parse
    from hesscli.options import Options as Options
    from hesscli.python.check import check as check
    from hesscli.python.sumresult import SumResult as SumResult
    from hesscli.python.verbs import derivative as derivative
    from hesscli.python.verbs import gradient as gradient
    from hesscli.python.verbs import hessian as hessian
    from hesscli.python.verbs import hvp as hvp
    from hesscli.python.verbs import jacobian as jacobian
    from hesscli.python.verbs import sweep as sweep
    from hesscli.python.verbs import taylor as taylor
    from hesscli.result import Result as Result
    from hesscli.result import Sweep as Sweep
    from hesscli.result import Verdict as Verdict

    __version__: str

_HOMES = {
    "hessian": "hesscli.python.verbs",
    "gradient": "hesscli.python.verbs",
    "jacobian": "hesscli.python.verbs",
    "derivative": "hesscli.python.verbs",
    "hvp": "hesscli.python.verbs",
    "taylor": "hesscli.python.verbs",
    "sweep": "hesscli.python.verbs",
    "check": "hesscli.python.check",
    "SumResult": "hesscli.python.sumresult",
    "Options": "hesscli.options",
    "HesscliError": "hesscli.errors",
    "parse": "hesscli.language.syntax",
    "Result": "hesscli.result",
    "Sweep": "hesscli.result",
    "Verdict": "hesscli.result",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> "Any":
    from importlib import import_module  # noqa: PLC0415  see above

    if name == "__version__":
        return import_module("importlib.metadata").version("hesscli")
    if name not in _HOMES:
        raise AttributeError(f"module 'hesscli' has no attribute {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
