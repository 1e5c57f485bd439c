"""Every command that answers one request, once: its function, and its place in the help."""

from __future__ import annotations

from collections.abc import Callable

from hesscli.cli.audit import audit
from hesscli.cli.catalogue import code, functions
from hesscli.cli.check import check
from hesscli.cli.derivatives import DERIVATIVES
from hesscli.cli.methods import methods

COMMANDS: tuple[tuple[Callable[..., None], str], ...] = (
    *((command, "Differentiate") for command in DERIVATIVES),
    (methods, "Compare"),
    (check, "Compare"),
    (audit, "Compare"),
    (functions, "Read"),
    (code, "Read"),
)
