r"""What every part of the LaTeX reader does: look at lexemes, take them, write tokens."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping
from typing import NoReturn

from hesscli.errors import LimitError
from hesscli.language.functions import Function
from hesscli.language.latex.lexemes import Lexeme
from hesscli.language.latex.words import BRACKETS, CLOSING, NO_FACTOR, PIECES
from hesscli.language.tokens import Token, refuse

FRACTION = re.compile(r"\\[dtc]?frac\s*(?:(\d)|\{\s*(\d+)\s*\})\s*(?:(\d)|\{\s*(\d+)\s*\})", re.ASCII)
"""A fraction of whole numbers."""
MAX_DEPTH = 80
"""Braces and brackets inside each other; TeX itself ends at 255."""


class Cursor:
    """The lexemes, and the tokens written so far."""

    def __init__(
        self,
        text: str,
        found: list[Lexeme],
        functions: Mapping[str, Function],
        known: Container[str],
        values: Mapping[str, float],
    ) -> None:
        self.text, self.found, self.functions, self.known = text, found, functions, known
        self.values = values
        self.closes = _pairs(found)
        self.bound: dict[str, int] = {}
        self.ended: set[str] = set()
        self.terms = 0
        self.at = self.depth = 0
        self.out: list[Token] = []
        self.notes: list[str] = []
        self.in_cases = False
        self.bars = 0

    def peek(self, ahead: int = 0) -> Lexeme:
        """The next lexeme, or one further ahead."""
        return self.found[min(self.at + ahead, len(self.found) - 1)]

    def take(self, expected: str = "") -> Lexeme:
        """Move over the next lexeme, which may have to be a certain one."""
        lexeme = self.peek()
        if expected and lexeme.text != expected:
            what = f"{lexeme.text!r} stands where {expected!r} must" if lexeme.text else f"{expected!r} is missing"
            refuse(self.text, what, lexeme.start, lexeme.end)
        self.at += 1
        return lexeme

    def emit(self, word: str, place: Lexeme | Token, kind: str = "op") -> None:
        """Write a token in the place of a lexeme."""
        self.out.append(Token(kind, word, place.start, place.end))

    def fail(self, message: str, place: Lexeme, end: int | None = None) -> NoReturn:
        """Refuse a lexeme, or more from there on."""
        refuse(self.text, message, place.start, place.end if end is None else end)

    def check_numbers(self, second: Lexeme) -> None:
        r"""``1\,000`` and ``1{,}000`` are one number, and no product."""
        before = self.found[self.at - 1]
        comma = second.text == "{" and [self.peek(1).text, self.peek(2).text] == [",", "}"]
        if before.kind == "number" and (second.kind == "number" or comma):
            message = "two numbers side by side: thousands have no sign, 1000, a decimal has a point, 1.5,"
            self.fail(f"{message} and a product \\cdot", before, second.end)

    def check_mixed(self, second: Lexeme) -> None:
        r"""``2\frac{1}{2}``: two and a half, or a product."""
        whole = self.found[self.at - 1]
        found = FRACTION.match(self.text, second.start)
        if found and whole.text.isdecimal() and self.found[self.at - 2].text not in ("^", "_"):
            above, below = (int(digits) for digits in found.groups() if digits)
            readings = f"{whole.text} + {found[0]} or {whole.text} \\cdot {found[0]}"
            if above < below:
                self.fail(f"a number before a fraction has two readings; write {readings}", whole, found.end())

    def apart(self, read: Callable[[], None]) -> list[Token]:
        """The tokens of a part, which are written elsewhere."""
        kept, self.out = self.out, []
        read()
        part, self.out = self.out, kept
        return part

    def deeper(self) -> None:
        """Go one level down."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            place = self.peek()
            message = f"LaTeX is nested deeper than {MAX_DEPTH}"
            raise LimitError(message, source=self.text, column=place.start, width=1)

    def opens(self, ahead: int = 0) -> bool:
        """Does a round bracket or one of its kind stand there?"""
        lexeme = self.peek(ahead + (self.peek(ahead).text == "\\left"))
        return lexeme.kind != "text" and (lexeme.text in ("(", "[") or BRACKETS.get(lexeme.text, ("", ""))[0] == "(")

    def behind(self, at: int) -> int:
        """The place behind a group, or behind one lexeme."""
        return min(self.closes.get(at, at) + 1, len(self.found) - 1)

    def touches(self, at: int) -> bool:
        """Does a bracket stand there, right behind what is before it?"""
        return self.opens(at - self.at) and self.found[at].start == self.found[at - 1].end

    def starts_factor(self) -> bool:
        """Can the next lexeme begin a factor?"""
        lexeme = self.peek()
        closes = lexeme.text in CLOSING or (lexeme.text == "|" and self.bars > 0)
        word = lexeme.kind == "text" and lexeme.text in PIECES | {"and", "or"}
        return lexeme.kind != "end" and lexeme.text not in NO_FACTOR and not closes and not word


def _pairs(found: list[Lexeme]) -> dict[int, int]:
    """Places of the braces that open -> of those that close them."""
    opened, pairs = list[int](), dict[int, int]()
    for k, lexeme in enumerate(found):
        if lexeme.text == "{":
            opened.append(k)
        elif lexeme.text == "}" and opened:
            pairs[opened.pop()] = k
    return pairs
