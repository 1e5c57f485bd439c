"""Negative numbers and formulas that begin with a minus are values, never options."""

from __future__ import annotations

import re
from typing import Any

from typer.core import TyperCommand

from hesscli.errors import HesscliError

LONG = re.compile(r"--[A-Za-z][A-Za-z-]*(=.*)?", re.DOTALL)
"""What looks like a long option, known or misspelt; ``--x**2`` does not."""


class Command(TyperCommand):
    """A command whose arguments may start with ``-``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the values behind ``--``, where nothing is an option, then parse as ever."""
        return super().parse_args(ctx, self._sorted(list(args), ctx))

    def _sorted(self, args: list[str], ctx: Any) -> list[str]:
        takes_value = self._options(ctx)
        options: list[str] = []
        values: list[str] = []
        while args:
            token = args.pop(0)
            if token == "--":
                values += args
                break
            if takes_value.get(token):
                if not args or (args[0] in takes_value and args[0].startswith("--")):
                    raise HesscliError(f"{token} needs a value\nTry: {ctx.command_path} --help", code="usage")
                options += [token, *args[:1]]
                args = args[1:]
            elif token in takes_value or LONG.fullmatch(token):
                options.append(token)
            else:
                values.append(token)
        few = sum(1 for param in self.get_params(ctx) if param.param_type_name == "argument")
        surplus = [token for token in values[few:] if re.fullmatch("-[A-Za-z]", token)]
        return [*options, *(surplus or ["--"]), *values]

    def _options(self, ctx: Any) -> dict[str, bool]:
        """Option -> whether a value follows it."""
        found = {}
        for param in self.get_params(ctx):
            for name in (*param.opts, *param.secondary_opts) if param.param_type_name == "option" else ():
                found[name] = not getattr(param, "is_flag", False) and not getattr(param, "count", False)
        return found
