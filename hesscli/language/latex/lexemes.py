r"""LaTeX -> lexemes: numbers, letters, words in text type, commands and signs, each with its place in the text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from typing import NamedTuple

from hesscli.errors import LimitError
from hesscli.language.latex.words import IGNORED
from hesscli.language.tokens import MAX_DIGITS, MAX_TEXT, SAME, name_trouble, refuse

CLOSED = r"(?:\s|\$|\\[\])]|\\end\s*\{[a-z]+\*?\}|\\right\s*\.)*"
"""What may follow the full stop of a sentence that ends in a formula."""

_LEXEME = re.compile(
    "|".join(
        f"(?P<{kind}>{pattern})"
        for kind, pattern in {
            "space": r"\s+|%[^\n]*|\\[,;:!> ]|~|\$\$?|\\[()\[\]]|\\(?:label|tag\*?)\s*\{[^{}]*\}"
            rf"|[.,;](?={CLOSED}\Z)",
            "row": r"\\\\(?:\[[^\]\n]*\])?",
            "text": r"\\(?:math(?:it|rm|sf|bf|cal|scr|frak)|text(?:rm|it|bf)?|operatorname\*?)"
            r"\s*\{(?:[^{}\\]|\\[_ ])*\}",
            "command": r"\\right\s*\.|\\(?:[A-Za-z]+|[{}|%])",
            "number": r"(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?",
            "word": r"[^\W\d_]+",
            "sign": rf"[-+*/^_(){{}}\[\],;=<>!&|{''.join(SAME)}]",
        }.items()
    )
)

CELL = re.compile(r"\$?\b[A-Z]{1,3}\$[0-9]+")
"""A cell of a spreadsheet that stays where it is."""


class Lexeme(NamedTuple):
    r"""One word of LaTeX: ``kind`` is number, letter, text, command, sign or end; columns [start, end).

    ``text`` of a word in text type is its content, after a backslash where it is one bold letter.
    """

    kind: str
    text: str
    start: int
    end: int


def lexemes(text: str, functions: Container[str], known: Container[str]) -> list[Lexeme]:
    """All lexemes, spaces left out, one of kind ``end`` last.

    Args:
        text: LaTeX.
        functions: names that mean a function where a bracket follows, though typed without a backslash.
        known: names of more than one letter.

    Raises:
        ExpressionError: at the first character that is no part of the language.
        LimitError: the text or a number is too long.
    """
    if len(text) > MAX_TEXT:
        raise LimitError(f"the expression has {len(text):,} characters; the limit is {MAX_TEXT:,}")
    if cell := CELL.search(text):
        refuse(text, "a cell of a spreadsheet is named without $: A1", *cell.span())
    found: list[Lexeme] = []
    at = 0
    while at < len(text):
        match = _LEXEME.match(text, at)
        if match is None or match.lastgroup is None:
            name = unicodedata.name(text[at], "unnamed").lower()
            refuse(text, f"the character U+{ord(text[at]):04X} ({name}) has no place in this LaTeX", at, at + 1)
        found += _cut(text, match.lastgroup, match[0], at, functions, known)
        at = match.end()
    return [*found, Lexeme("end", "", len(text), len(text))]


def _cut(text: str, kind: str, word: str, start: int, functions: Container[str], known: Container[str]) -> list[Lexeme]:
    end = start + len(word)
    if kind == "space" or (kind == "command" and word[1:] in IGNORED):
        return []
    if kind == "row":
        return [Lexeme("sign", "\\\\", start, end)]
    if kind == "text":
        content = word[word.index("{") + 1 : -1].replace("\\_", "_").replace("\\ ", " ").strip()
        bold = word.startswith("\\mathbf") and len(content) == 1
        return [Lexeme("text", f"\\{content}" if bold else content, start, end)]
    if kind == "number" and len(word) > MAX_DIGITS:
        raise LimitError(f"a number of {len(word):,} digits; the limit is {MAX_DIGITS:,}", source=text, column=start)
    if kind != "word":
        return [Lexeme(kind, SAME.get(word, word), start, end)]
    bracket = re.compile(r"\s*(?:\\left)?\s*\(").match(text, end)
    if len(word) > 1 and (word in known or (word in functions and bracket)):
        return [Lexeme("text", word, start, end)]
    for k, char in enumerate(word):
        if trouble := name_trouble(char):
            refuse(text, trouble, start + k, start + k + 1, "name")
    return [Lexeme("letter", char, start + k, start + k + 1) for k, char in enumerate(word)]
