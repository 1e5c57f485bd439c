"""The texts and files that hold a claim -> nested lists of the entries as written."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from hesscli.errors import HesscliError
from hesscli.language import arrays
from hesscli.language.arrays import ENDINGS, Contents, Form, delimited, strict_json
from hesscli.language.sources import STANDARD_INPUT, is_allowed, is_standard_input

MOST = 1_000_000
"""Bytes of a file, characters of a text."""
MOST_UNPACKED = 8 * MOST
"""Bytes of a file's arrays: a million numbers."""

PLAIN = (".txt", ".dat")
"""Endings of files that hold what could be typed."""

FILE = re.compile(r"\w\.[A-Za-z]\w{1,4}$")
MODULE = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")


def nested(text: str, option: str, stdin: Any = None) -> Any:
    """A claim as nested lists of texts.

    Args:
        text: of the option: a list, a formula, ``-``, ``@file``, or the name of an existing file.
        option: its name, for messages.
        stdin: what ``-`` reads; None is standard input.

    Returns:
        Lists of formulas and numbers, all as texts; one text for a single formula.

    Raises:
        HesscliError: it cannot be read.
        LimitError: it is larger than ``MOST``.
    """
    if not stored(text):
        return _split(text, option)
    name = text.strip()
    try:
        if is_standard_input(name):
            contents = arrays.read_standard_input(stdin, "claim", most=MOST, unpacked=MOST_UNPACKED)
        else:
            contents = arrays.read_file(name.removeprefix("@"), "claim", most=MOST, unpacked=MOST_UNPACKED)
        return _entries(contents, option)
    except ValueError as problem:
        raise HesscliError(f"{option}: cannot read {name.removeprefix('@')}: {problem}", code="file") from problem
    except HesscliError as problem:
        if not problem.message.startswith(option):
            problem.message = f"{option}: {problem.message}"
        raise


def stored(text: str) -> bool:
    """Whether the text of an option names what holds the claim, instead of being the claim."""
    named = text.strip().startswith("@") or is_standard_input(text)
    return named or (len(text) < 4096 and "\n" not in text and _is_file(Path(text)))


def _is_file(path: Path) -> bool:
    """Is it there, a pipe or a device too?"""
    try:
        return is_allowed(str(path)) and path.exists() and not path.is_dir()
    except (OSError, ValueError):
        return False


def _entries(contents: Contents, option: str) -> Any:
    """Whatever the form, nested lists of texts; ``[2*x, 1]`` is our own notation, of which JSON's is a part."""
    quantity, ending = option.removeprefix("--"), Path(contents.where).suffix.lower()
    if contents.form is Form.NUMPY:
        return _from_numpy(contents.arrays, quantity)
    if ending in PLAIN or (ending not in ENDINGS and contents.text.lstrip().startswith("[")):
        return _split(contents.text, option)
    if contents.form is Form.DELIMITED:
        found = _from_rows(contents)
        alone = len(found) == 1 and ending not in ENDINGS and contents.where != STANDARD_INPUT
        return found[0] if alone else found
    found = strict_json.load(contents.text, contents.where, "claim")
    if isinstance(found, dict):
        if found.get(quantity) is None:
            raise ValueError(f"expected an array, or an object with {quantity!r}")
        found = found[quantity]
    return arranged(found)


def arranged(value: Any) -> Any:
    """Lists of numbers and formulas as lists of texts.

    Args:
        value: nested lists as JSON has them, or one entry.

    Raises:
        ValueError: an entry is neither.
    """
    if isinstance(value, (list, tuple)):
        return [arranged(entry) for entry in value]
    if hasattr(value, "tolist"):
        return arranged(value.tolist())
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"expected numbers and formulas, found {str(value)[:40]!r}")
    if not math.isfinite(value):
        raise ValueError("an entry is not finite")
    return repr(value)


def _from_numpy(found: Any, quantity: str) -> Any:
    if isinstance(found, Mapping):
        if quantity not in found:
            raise ValueError(f"expected an array named {quantity!r}, found {', '.join(list(found)[:8]) or 'none'}")
        found = found[quantity]
        found = found[0] if len(found) == 1 and found.ndim > 1 else found
    if found.dtype.kind not in "fiu":
        raise ValueError("expected an array of real numbers")
    return arranged(found.astype(np.float64).tolist())


def _from_rows(contents: Contents) -> Any:
    """Rows of numbers or formulas; a single row or column is a vector."""
    rows = [fields for _, fields in delimited.rows(contents.text, spaces=False)]
    if rows and "verdict" in rows[0]:
        raise ValueError("this is a table of answers; expected the entries alone, a row a line")
    if len(rows) == 1:
        return rows[0]
    return [row[0] for row in rows] if rows and all(len(row) == 1 for row in rows) else rows


def _split(text: str, option: str) -> Any:
    """``[[a, b], [c, d]]`` as nested lists of texts; commas inside round brackets do not count."""
    if len(text) > MOST:
        raise HesscliError(f"{option}: more than {MOST:,} characters", code="claim")
    text = text.strip()
    if not text.startswith("["):
        return _single(text, option)
    if '"' in text:
        return _quoted(text, option)
    stack: list[list[Any]] = [[]]
    start, depth = 0, 0
    for k, character in enumerate(text):
        if character in "()":
            depth += 1 if character == "(" else -1
        elif depth == 0 and character in "[],":
            _take(stack[-1], text[start:k], option, closing=character != "[")
            if character in ",]" and text[:k].rstrip().endswith("," if character == "]" else ("[", ",")):
                raise HesscliError(f"{option}: an entry is missing", code="claim", source=text, column=k)
            start = k + 1
            if character == "[":
                stack.append([])
            elif character == "]":
                if len(stack) == 1:
                    raise HesscliError(f"{option}: ']' without '['", code="claim", source=text, column=k)
                done = stack.pop()
                stack[-1].append(done)
    if len(stack) != 1 or len(stack[0]) != 1 or text[start:].strip():
        raise HesscliError(f"{option}: brackets do not match", code="claim", source=text, column=len(text) - 1)
    return stack[0][0]


def _single(text: str, option: str) -> str:
    """One formula, as the only entry; what looks like a file that is not there is no formula."""
    if MODULE.fullmatch(text):
        file, _, function = text.partition(":")
        raise HesscliError(
            f"{option}: for a Python function name its file: {file.replace('.', '/')}.py:{function}", code="function"
        )
    if not text or FILE.search(text):
        raise HesscliError(
            f"{option}: expected a list such as [[2, 1], [1, 0]], a formula, or a file that exists; got {text[:60]!r}",
            code="claim",
        )
    return text


def _quoted(text: str, option: str) -> Any:
    try:
        return arranged(json.loads(text))
    except ValueError as problem:
        raise HesscliError(f"{option}: {problem}", code="claim") from None


def _take(row: list[Any], piece: str, option: str, *, closing: bool) -> None:
    if piece.strip():
        if not closing:
            raise HesscliError(f"{option}: expected a comma after {piece.strip()!r}", code="claim")
        row.append(piece.strip())
