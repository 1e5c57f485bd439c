"""Witness two: proven digits in ball arithmetic, and closed forms. Never sees TensorFlow.

`Session` talks to a child process under limits; `evaluate` computes here.
"""

from __future__ import annotations

from typing import Any

__all__ = ["Session", "Ticket", "evaluate"]


def __getattr__(name: str) -> Any:
    """Load on first use: the client needs neither flint nor SymPy."""
    if name in ("Session", "Ticket"):
        from hesscli.exact import session  # noqa: PLC0415  see above

        return getattr(session, name)
    if name == "evaluate":
        from hesscli.exact.evaluate import evaluate  # noqa: PLC0415  see above

        return evaluate
    raise AttributeError(name)
