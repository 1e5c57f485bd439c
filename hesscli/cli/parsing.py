"""Where values end and options begin: what starts with a minus, what is attached, what was meant with one dash."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from typer.core import TyperCommand, TyperGroup

from hesscli.errors import HesscliError
from hesscli.options import Method
from hesscli.output.formats import ENDINGS, Format

LONG = re.compile(r"--[A-Za-z][A-Za-z-]*(=.*)?", re.DOTALL)
"""What looks like a long option, known or misspelt; ``--x**2`` does not."""

NUMBER = re.compile(r"([^\W\d]\w*=)?[-+]?(\d[\d._]*|\.\d+|pi|E)([eE/*+-][-+\d.]+)*")
NAME = re.compile(r"[^\W\d]\w*")
LISTS = {"--at": NUMBER, "--vector": NUMBER, "-v": NUMBER, "--vars": NAME, "--wrt": NAME}
"""Options whose value is a list with commas -> what stands between them."""

ATTACHED = {
    "-n": re.compile(r"\d+"),
    "-f": re.compile("|".join(Format)),
    "-m": re.compile("|".join(Method)),
    "-o": re.compile(rf"-|.*({'|'.join(map(re.escape, ENDINGS))})", re.DOTALL),
    "-v": re.compile(r"@.*|.*[,=].*", re.DOTALL),
}
"""Short options -> the values that may be attached to them; anything else is a formula behind a minus."""


class PlainHelp:
    """Help without the marks of types: ``--json`` and not ``--json <bool>``, EXPRESSION and not ``{EXPRESSION}``."""

    def get_params(self, ctx: Any) -> list[Any]:
        """The parameters, flags and arguments with nothing beside their names."""
        found: list[Any] = super().get_params(ctx)  # type: ignore[misc]  # of the class behind it
        for param in found:
            if param.param_type_name == "argument":
                param.display_type_rich = _nothing
            elif getattr(param, "is_flag", False):
                param.metavar = ""
        return found

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """``[OPTIONS] EXPRESSION``, ``[OPTIONS] [FILE]``."""
        pieces: list[str] = super().collect_usage_pieces(ctx)  # type: ignore[misc]  # as above
        return [re.sub(r"^\{(.*)\}$|^\[(\[.*\])\]$", r"\1\2", piece) for piece in pieces]


def _nothing(ctx: Any) -> str:
    """What stands beside an argument's name."""
    return ""


class Group(PlainHelp, TyperGroup):
    """All commands."""


class Command(PlainHelp, TyperCommand):
    """A command whose arguments may start with ``-``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the values behind ``--``, where nothing is an option, then parse as ever; half a line as it is."""
        return super().parse_args(ctx, args if ctx.resilient_parsing else self._sorted(list(args), ctx))

    def _sorted(self, args: list[str], ctx: Any) -> list[str]:
        takes_value = options_of(self.get_params(ctx))
        options: list[str] = []
        values: list[str] = []
        apart: list[str] = []
        while args:
            token = args.pop(0)
            if token == "--":
                values += args
                break
            if takes_value.get(token):
                if not args or (args[0] in takes_value and args[0].startswith("--")):
                    raise HesscliError(f"{token} needs a value\nTry: {ctx.command_path} --help", code="usage")
                value = args.pop(0)
                options += [token, value]
                apart = apart or _apart(token, value, args)
            elif token in takes_value or LONG.fullmatch(token):
                options.append(token)
            elif pair := _attached(token, takes_value):
                options += pair
            else:
                values.append(token)
        few = sum(1 for param in self.get_params(ctx) if param.param_type_name == "argument")
        if len(values) > few:
            _refuse_surplus(values, takes_value, apart)
        surplus = [token for token in values[few:] if re.fullmatch("-[A-Za-z]", token)]
        return [*options, *(surplus or ["--"]), *values]


def options_of(params: Iterable[Any]) -> dict[str, bool]:
    """Option -> whether a value follows it."""
    found = {}
    for param in params:
        for name in (*param.opts, *param.secondary_opts) if param.param_type_name == "option" else ():
            found[name] = not getattr(param, "is_flag", False) and not getattr(param, "count", False)
    return found


def _attached(token: str, known: Mapping[str, bool]) -> list[str]:
    """``-n2`` as ``-n 2``, ``-fjson`` as ``-f json``; nothing where it may be a formula."""
    short, value = token[:2], token[2:]
    return [short, value] if known.get(short) and value and ATTACHED[short].fullmatch(value) else []


def _apart(option: str, value: str, following: list[str]) -> list[str]:
    """The option and the items of its list where blanks stand between them: ``--at 1 2``."""
    items = [value]
    for token in following if option in LISTS else []:
        if not LISTS[option].fullmatch(token):
            break
        items.append(token)
    return [option, *items] if len(items) > 1 else []


def _refuse_surplus(values: list[str], known: dict[str, bool], apart: list[str]) -> None:
    """More values than the command takes, where it is plain what was meant."""
    for token in values:
        if token.startswith("-") and f"-{token}" in known:
            raise HesscliError(f"{token}: options of several letters have two dashes: -{token}", code="usage")
    if apart:
        option, *items = apart
        typed = f"{option} {' '.join(items)}"
        raise HesscliError(f"{typed}: a list has commas; write {option} {','.join(items)}", code="usage")
