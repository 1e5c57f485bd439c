"""Lists as people type them, and points as values: what can be said of them before any number is read."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hesscli.errors import HesscliError

Point = str | Sequence[Any] | Mapping[str, Any]
"""The text of ``--at``, coordinates in order, or coordinates by name."""

NAME = re.compile(r"(?:\[[^\]]*\]|[^\s,])+")
"""``x``, ``W[0,1]``"""

NAMED = re.compile(r"\s*([^\W\d]\w*)\s*=(?!=)(.*)", re.DOTALL)
"""``x = 1``"""


def unwrapped(text: str) -> str:
    """Without the brackets around a whole list, square or round.

    Example:
        >>> unwrapped("(1, 2)"), unwrapped("[1, 2]"), unwrapped("(1+2)*(3)")
        ('1, 2', '1, 2', '(1+2)*(3)')
    """
    word = text.strip()
    if word[:1] + word[-1:] not in ("[]", "()"):
        return text
    depth = list(itertools.accumulate((char in "([") - (char in ")]") for char in word))
    return word[1:-1] if 0 not in depth[:-1] else text


def split(text: str) -> list[str]:
    """Parts between the commas that no bracket encloses."""
    parts, depth, start = [], 0, 0
    for k, char in enumerate(text):
        depth += (char in "([") - (char in ")]")
        if char == "," and depth == 0:
            parts.append(text[start:k])
            start = k + 1
    return [*parts, text[start:]]


def separate(value: Any) -> list[Point]:
    """The points that one value of JSON or TOML stands for: a point, or a list of points.

    Example:
        >>> separate([1, 2]), separate([[1, 2], {"x": 3, "y": 4}]), separate(["1,2", "x=3,y=4"])
        ([[1, 2]], [[1, 2], {'x': 3, 'y': 4}], ['1,2', 'x=3,y=4'])
    """
    several = isinstance(value, list) and value
    if several and (any(map(_is_point, value)) or all(isinstance(item, list) for item in value)):
        return list(value)
    return [value]


def _is_point(item: Any) -> bool:
    """Is it, beside others, a point rather than one coordinate of one?"""
    if not isinstance(item, str):
        return isinstance(item, dict)
    return item.strip().startswith("@") or len(split(unwrapped(item))) > 1 or bool(NAMED.fullmatch(item))


def names(given: str | Iterable[object] | None, option: str = "--vars", example: str = "x,y") -> tuple[str, ...] | None:
    """``x,y`` or ``x y``, or a list of names or symbols -> the names; None where none are given.

    Args:
        given: the text, or the list.
        option: its name, for messages.
        example: of it, for messages.

    Raises:
        HesscliError: there is no name in it.

    Example:
        >>> names("x, y"), names(["x", "x"]), names(None)
        (('x', 'y'), ('x', 'x'), None)
    """
    if given is None:
        return None
    found = tuple(NAME.findall(given) if isinstance(given, str) else (str(name).strip() for name in given))
    if not found:
        raise HesscliError(f"{option}: expected names such as {example}, got nothing", code="name")
    return found
