"""The options of a run, checked together: which format, which page, how the witnesses work."""

from __future__ import annotations

import sys
from dataclasses import fields
from enum import Enum
from pathlib import PurePath
from typing import TYPE_CHECKING

from hesscli.cli.options import Show, Witnesses
from hesscli.errors import HesscliError
from hesscli.output.formats import ENDINGS, Format

if TYPE_CHECKING:
    from hesscli.options import Options


def chosen(show: Show, *, allowed: frozenset[Format] = frozenset(Format)) -> Format:
    """The format in force: ``--json``, ``--format``, the name of ``-o``, else a table.

    Raises:
        HesscliError: two that contradict, one the command has not, or bytes for a terminal.
    """
    if show.json and show.format is not None and show.format is not Format.JSON:
        raise HesscliError(f"--json and --format {show.format.value} contradict each other", code="usage")
    named = ENDINGS.get(PurePath(show.output).suffix.lower()) if show.output else None
    form = Format.JSON if show.json else show.format or named or Format.TABLE
    if form not in allowed:
        words = ", ".join(sorted(f.value for f in allowed))
        asked = f"--format {form.value}" if show.format else f"-o {show.output} asks for {form.value}"
        raise HesscliError(f"{asked}: this command has {words}", code="usage")
    if form.binary and show.output is None and sys.stdout is not None and sys.stdout.isatty():
        raise HesscliError(f"--format {form.value} is not for a terminal; add -o FILE", code="usage")
    return form


def options(witnesses: Witnesses) -> Options:
    """The verbs' options: the fields of the same names.

    Raises:
        HesscliError: a tolerance or a limit that is no positive number.
    """
    from hesscli.options import Options

    given = {field.name: getattr(witnesses, field.name) for field in fields(witnesses)}
    return Options(**{name: value.value if isinstance(value, Enum) else value for name, value in given.items()})
