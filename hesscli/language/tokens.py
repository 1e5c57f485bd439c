"""Text -> tokens: numbers, names, operators and separators, each with its place in the text.

What is no part of the language is refused here by its first character, with what to write instead.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple, NoReturn

from hesscli.errors import ExpressionError, LimitError
from hesscli.language.elsewhere import SIGNS, attribute_remedy

MAX_TEXT = 200_000
"""Characters of an expression."""
MAX_DIGITS = 1_300
"""Characters of one number."""
MAX_NAME = 100
"""Characters of one name."""

TIMES = "\u2062"
"""U+2062, invisible times: a product without a sign."""

WORDS = frozenset({"and", "or", "not", "True", "False", "None"})
"""Names with a meaning of their own, which no variable can have."""

SAME: dict[str, str] = {
    **dict.fromkeys("\u2212", "-"),
    **dict.fromkeys("\u00d7\u00b7\u22c5\u2217", "*"),
    **dict.fromkeys("\u00f7\u2044\u2215", "/"),
    **{"\u2264": "<=", "\u2265": ">=", "\u2260": "!="},
}
"""Signs of mathematics -> the operators that they are."""

RAISED = "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079\u207a\u207b\u207f"
"""Digits, signs and n as superscripts: an exponent."""
LOWERED = "\u2080\u2081\u2082\u2083\u2084\u2085\u2086\u2087\u2088\u2089"
"""Digits as subscripts: the end of a name."""
_LEVEL = str.maketrans(RAISED + LOWERED, "0123456789+-n0123456789")

LOOKALIKES = str.maketrans(
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf\u03f2\u03f3"
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u051b\u051d"
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\u0406\u0408\u0405\u0131\u0237\u0261\u0251",
    "ABEZHIKMNOPTYXocjaeopcyxijsdqwABEKMHOPCTYXIJSijga",
)
"""Greek, Cyrillic and Latin letters that cannot be told from ASCII ones on a screen."""

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_WORD = re.compile(r"\w*")
_TOKEN = re.compile(
    "|".join(
        f"(?P<{kind}>{pattern})"
        for kind, pattern in {
            "space": r"[^\S\n]+|\#[^\n]*",
            "break": r"[;\n]",
            "number": r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?",
            "name": rf"[^\W\d{RAISED}][^\W{RAISED}]*(?:(?<=_)\{{\w+\}})?",
            "raised": rf"[{RAISED}]+",
            "good": r"\*\*|[<>=!]=(?![<>])|(?<![<>])=(?=-)",
            "bad": "|".join(re.escape(text) for text in sorted(SIGNS, key=len, reverse=True)),
            "op": rf"[-+*/^()\[\]{{}},=<>&|~\u221a\u221b{''.join(SAME)}]",
        }.items()
    )
)


class Token(NamedTuple):
    """One word of the text: ``kind`` is number, name, raised, op, break or end; columns [start, end)."""

    kind: str
    text: str
    start: int
    end: int


def refuse(text: str, message: str, start: int, end: int, code: str = "syntax") -> NoReturn:
    """Raise the error that points at columns [start, end) of ``text``.

    Args:
        text: that is wrong.
        message: what was expected, what came, and what to write.
        start: first column, counted from 0.
        end: column after the last.
        code: a word for programs.

    Raises:
        ExpressionError: always.
    """
    raise ExpressionError(message, code=code, source=text, column=start, width=max(1, end - start))


def tokenize(text: str, more: str = "") -> list[Token]:
    """All tokens of ``text``, spaces and comments left out, one of kind ``end`` last.

    Args:
        text: as typed.
        more: signs that are operators here and have no place in a plain expression: ``@`` and ``:`` of vectors.

    Raises:
        ExpressionError: at the first character that is no part of the language.
        LimitError: the text or a number is too long.
    """
    if len(text) > MAX_TEXT:
        raise LimitError(f"the expression has {len(text):,} characters; the limit is {MAX_TEXT:,}")
    if control := _CONTROL.search(text):
        refuse(text, f"the character U+{ord(control[0]):04X} has no place in an expression", *control.span())
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        token = _next(text, position, more)
        position = token.end
        if token.kind != "space":
            tokens.append(token)
    return [*tokens, Token("end", "", len(text), len(text))]


def _next(text: str, position: int, more: str) -> Token:
    match = _TOKEN.match(text, position)
    if match is None or match.lastgroup is None:
        _refuse_character(text, position)
    kind, word, start, end = match.lastgroup, match[0], match.start(), match.end()
    if kind == "bad" and word in more:
        kind = "op"
    if kind == "bad":
        refuse(text, attribute_remedy(text, start) if word == "." else SIGNS[word], start, end)
    if kind == "raised":
        return Token(kind, _exponent(text, word, start, end), start, end)
    if kind == "name":
        word = word.replace("_{", "_").removesuffix("}")
        word = word.rstrip(LOWERED) + word[len(word.rstrip(LOWERED)) :].translate(_LEVEL)
    if kind == "name" and (trouble := name_trouble(word)):
        refuse(text, trouble, start, end, "name")
    if kind == "number":
        _check_number(text, word, start, end)
    return Token("op" if kind == "good" else kind, SAME.get(word, word), start, end)


def _exponent(text: str, word: str, start: int, end: int) -> str:
    """A superscript as plain text: a whole number or n."""
    plain = word.translate(_LEVEL)
    if not any(char.isalnum() for char in plain):
        refuse(text, "a superscript is a whole number or n; write other powers as ^(...)", start, end)
    if plain != "n" and not re.fullmatch(r"[-+]?[0-9]{1,4}", plain):
        refuse(text, f"a superscript is a whole number or n; write ^({plain})", start, end)
    return plain.removeprefix("+")


def _refuse_character(text: str, position: int) -> NoReturn:
    char = text[position]
    plain = unicodedata.normalize("NFKC", char)
    remedy = f"; write {plain!r}" if plain != char and plain.isascii() and plain.isprintable() else ""
    name = unicodedata.name(char, "unnamed").lower()
    refuse(text, f"the character U+{ord(char):04X} ({name}) is not in the language{remedy}", position, position + 1)


def _check_number(text: str, word: str, start: int, end: int) -> None:
    """Refuse what follows a number closely and has another meaning elsewhere."""
    if len(word) > MAX_DIGITS:
        raise LimitError(
            f"a number of {len(word):,} digits; the limit is {MAX_DIGITS:,}",
            source=text,
            column=start,
            width=end - start,
        )
    after = _WORD.match(text, end)
    tail = after[0] if after else ""
    if tail.startswith("_"):
        refuse(text, "numbers are written without underscores", start, end + len(tail))
    if word == "0" and tail[:1] in tuple("xXoObB"):
        refuse(text, f"numbers are decimal; for a product write 0*{tail}", start, end + len(tail))
    if tail in ("e", "E"):
        refuse(text, f"an exponent needs digits, as in {word}e3; for a product write {word}*{tail}", start, end + 1)
    if tail in ("j", "J"):
        refuse(text, f"{word}{tail} is a complex number in Python; for a product write {word}*{tail}", start, end + 1)


@lru_cache(maxsize=4096)
def name_trouble(name: str) -> str:
    """Why ``name`` cannot be a name, in a sentence; empty if it can.

    Example:
        >>> name_trouble("x0"), name_trouble("x\N{SUPERSCRIPT TWO}")
        ('', 'powers and indices are written x**2 and x2, not raised or lowered')
    """
    plain = unicodedata.normalize("NFKC", name)
    kinds = [unicodedata.decomposition(char).partition(" ")[0] for char in name]
    if len(name) > MAX_NAME:
        return f"a name of {len(name):,} characters; the limit is {MAX_NAME}"
    if "<fraction>" in kinds:
        return "a fraction is written (1/2), not as one character"
    if any(unicodedata.category(char) == "No" for char in name):
        return "powers and indices are written x**2 and x2, not raised or lowered"
    for kind, sign in (("<super>", "^"), ("<sub>", "_")):
        if kind in kinds and (at := kinds.index(kind)):
            written = f"{name[:at]}{sign}{unicodedata.normalize('NFKC', name[at:])}"
            return f"{name!r} has a letter that is raised or lowered; write {written}"
    if plain != name:
        return f"{name!r} is written with look-alike characters; write {plain!r}"
    if not name.isascii() and (twin := name.translate(LOOKALIKES)).isascii():
        return f"{name!r} is written with letters that look like {twin!r} and are others; write {twin!r}"
    if not name.isidentifier():
        return f"{name!r} is not a name; a name has letters, digits and _, and starts with a letter"
    if name.startswith("__"):
        return f"{name!r}: names that start with two underscores are not in the language"
    return ""
