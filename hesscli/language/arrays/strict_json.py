"""JSON as its standard has it: no NaN, no name twice, and errors that name line and column."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from hesscli.language.sources import fail

BREAK = "\n"


def load(text: str, where: str, kind: str) -> Any:
    """The value of one JSON document.

    Args:
        text: the document.
        where: the file, for messages.
        kind: what is being read, a key of ``sources.ERRORS``.

    Raises:
        HesscliError: naming line and column.
    """

    def constant(word: str) -> NoReturn:
        fail(f"{where}: {word} is no finite number", kind)

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(items)
        if len(found) != len(items):
            fail(f"{where}: a name occurs twice in one object", kind)
        return found

    try:
        return json.loads(text, parse_constant=constant, object_pairs_hook=pairs)
    except json.JSONDecodeError as error:
        seen = text[: error.pos]  # an end that came too early is behind the last line that says something
        seen = seen if text[error.pos :].strip() else seen.rstrip()
        line = f", line {seen.count(BREAK) + 1}" if BREAK in text.strip() else ""
        fail(f"{where}{line}, column {len(seen) - seen.rfind(BREAK)}: not JSON: {error.msg}", kind)
    except RecursionError:
        fail(f"{where}: lists are nested too deeply", kind)
    except ValueError:  # Python reads integers of up to 4300 digits
        fail(f"{where}: a number has too many digits", kind)


def is_lines(text: str) -> bool:
    """Is it JSON Lines rather than one document?"""
    first, _, rest = text.lstrip().partition("\n")
    if not rest.strip():
        return False
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return False
    return True


def name_of(value: Any) -> str:
    """What a value is, in a word for messages."""
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    kinds = ((dict, "an object"), (list, "a list"), (str, "a string"))
    return next((word for kind, word in kinds if isinstance(value, kind)), "a number")
