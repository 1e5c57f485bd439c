"""Messages in the words of Python: arguments, where the command line has options."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from hesscli.errors import HesscliError

PLURAL = {"param": "params"}
"""Options that are given one by one on the command line."""

WORDED = frozenset({"method", "dtype", "exact", "vars"})
"""Arguments whose value is a text, and stands behind the option's name in messages."""

SWITCHES = frozenset({"plain", "explain"})
"""Arguments that are True or False."""


@contextmanager
def pythonic() -> Iterator[None]:
    """Errors speak of arguments, not of the command line's options; no library's warning reaches the terminal."""
    try:
        with np.errstate(all="ignore"):
            yield
    except HesscliError as problem:
        problem.message = re.sub(r"--(\w[\w-]*)( [\w.,-]+|:)?", _argument, problem.message)
        problem.args = (problem.message, *problem.args[1:])
        raise


def _argument(option: re.Match[str]) -> str:
    name, value = option[1].replace("-", "_"), (option[2] or "").strip()
    name = PLURAL.get(name, name)
    if value == ":":
        return f"{name}:"
    if name in WORDED and value:
        return f'{name}="{value}"'
    if name in SWITCHES:
        return f"{name}=True{option[2] or ''}"
    if value[:1].isdigit() or not value:
        return f"{name}={value}"
    return f"{name} {value}"
