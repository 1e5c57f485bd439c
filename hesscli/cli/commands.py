"""Every command that answers one request, once: its function, and its place in the help."""

from __future__ import annotations

from collections.abc import Callable

from hesscli.cli.audit import audit
from hesscli.cli.catalogue import code, functions
from hesscli.cli.check import check
from hesscli.cli.derivatives import derivative, gradient, hessian, hvp, jacobian
from hesscli.cli.methods import methods

COMMANDS: tuple[tuple[Callable[..., None], str], ...] = (
    (hessian, "Differentiate"),
    (gradient, "Differentiate"),
    (jacobian, "Differentiate"),
    (derivative, "Differentiate"),
    (hvp, "Differentiate"),
    (methods, "Compare"),
    (check, "Compare"),
    (audit, "Compare"),
    (functions, "Read"),
    (code, "Read"),
)
