"""A derivative as it was typed: its expression, and the groups of options that all of them have."""

from __future__ import annotations

from dataclasses import dataclass

from hesscli.cli.options import FunctionOptions, Show, Spread, Witnesses


@dataclass(frozen=True, slots=True)
class CommandLine:
    """What every command that differentiates takes.

    Attributes:
        expression: as typed.
        function: its variables, parameters and points.
        witnesses: how.
        spread: who works at many points, or at the terms of a sum.
        show: in which form, where to.
    """

    expression: str
    function: FunctionOptions
    witnesses: Witnesses
    spread: Spread
    show: Show
