"""The options of a run, checked together: which format, which page, how the witnesses work."""

from __future__ import annotations

import sys
from dataclasses import fields
from enum import Enum
from pathlib import PurePath
from typing import TYPE_CHECKING

from hesscli.cli.options import Show, Tell, Witnesses
from hesscli.errors import HesscliError
from hesscli.output.formats import ENDINGS, Format, Words, endings

if TYPE_CHECKING:
    from hesscli.options import Options


def chosen(show: Show, *, text: str = "") -> Format:
    """The format in force: ``--json``, ``--format``, the name of ``-o``, else a table.

    Args:
        show: the options.
        text: the ending of a file that holds the command's text as it is, besides .txt.

    Raises:
        HesscliError: two that contradict, an ending that asks for none, or bytes for a terminal.
    """
    if show.json and show.format is not None and show.format.value != Format.JSON.value:
        raise HesscliError(f"--json and --format {show.format.value} contradict each other", code="usage")
    if show.json or show.format is not None:
        form = Format.JSON if show.json or show.format is None else Format(show.format.value)
    else:
        form = _named(show.output or "", Words if isinstance(show, Tell) else Format, text)
    if form.binary and show.output is None and sys.stdout is not None and sys.stdout.isatty():
        raise HesscliError(f"--format {form.value} is not for a terminal; add -o FILE", code="usage")
    return form


def _named(path: str, forms: type[Enum], text: str) -> Format:
    """What the name of a file asks for; a name without an ending is a table's."""
    ending = PurePath(path).suffix.lower()
    known = endings(forms)
    if not ending or ending == text:
        return Format.TABLE
    if ending not in known:
        listed = ", ".join([*known, *([text] if text else [])])
        message = f"-o {path}: expected a name that ends in {listed}; --format says it for any other name"
        raise HesscliError(message, code="usage")
    return ENDINGS[ending]


def options(witnesses: Witnesses) -> Options:
    """The verbs' options: the fields of the same names.

    Raises:
        HesscliError: a tolerance or a limit that is no positive number.
    """
    from hesscli.options import Options

    given = {field.name: getattr(witnesses, field.name) for field in fields(witnesses)}
    return Options(**{name: value.value if isinstance(value, Enum) else value for name, value in given.items()})
