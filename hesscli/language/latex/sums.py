r"""``\sum`` and ``\prod`` between whole bounds: written out term by term, the index put in where it stands."""

from __future__ import annotations

from hesscli.errors import LimitError
from hesscli.language.latex.commands import Commands
from hesscli.language.latex.lexemes import Lexeme
from hesscli.language.latex.words import BRACKETS, CLOSING, OPERATORS

MOST = 100
"""Terms of all sums of a text that are written out."""
REMEDY = "write the first and the last index, \\sum_{i=1}^{3}, with --param n=3 also \\sum_{i=1}^{n};"
MANY = "long sums are written Sum(x[i]^2, (i, 1, n))"
ENDS = frozenset(sign for sign, word in OPERATORS.items() if word not in ("*", "/"))
"""What a term ends before: a sum goes as far as a product does."""

OPENING = frozenset({"{", "[", "\\begin", *(sign for sign, (word, _) in BRACKETS.items() if word != "|"), "\\lvert"})
BARS = frozenset({"|", "\\vert"})
SHUTTING = CLOSING.union({"\\right."}) - {"\\right", "&", "\\\\"} - BARS
"""Signs that open and close what no end of a term lies in."""
BEHIND = frozenset({"\\prod", "\\sum", *(sign for sign, word in OPERATORS.items() if word in ("*", "/"))})
"""What parts a product from what follows it."""


class Repetitions(Commands):
    """Terms that differ in an index alone."""

    def repeated(self) -> None:
        r"""What stands behind ``\sum_{i=a}^{b}``, once for each i."""
        first = self.take()
        name, low, high = self._bounds(first)
        begin, place = self.at, Lexeme("sign", "", first.start, first.end)
        if name in self.bound:
            self.fail(f"{name} is the index of a sum around this one; choose another letter", first)
        stop, last = self._body(first, name) if first.text == "\\prod" else (None, None)
        self.emit("(", place)
        for value in range(low, max(high, low) + 1):
            self.at, self.bound[name] = begin, value
            term = self.apart(lambda: self.sequence(ENDS, stop, last))
            if not term:
                self.fail(f"{first.text} needs a term", self.peek())
            if high < low:
                break
            self.terms += 1
            if self.terms > MOST:
                message = f"sums of LaTeX are written out, up to {MOST} terms; {MANY}"
                raise LimitError(message, source=self.text, column=first.start, width=first.end - first.start)
            if value > low:
                self.emit("+" if first.text == "\\sum" else "*", place)
            self.emit("(", place)
            self.out += term
            self.emit(")", place)
        if high < low:
            self.notes.append(f"{first.text} from {low} to {high} has no terms")
            self.emit("0" if first.text == "\\sum" else "1", place, "number")
        self.emit(")", place)
        del self.bound[name]
        self.ended.add(name)

    def _body(self, first: Lexeme, name: str) -> tuple[int | None, int]:
        """Where the factors of a product end before those of another one, and where its index stands last.

        A sum times a factor is the sum of the terms times it; of a product that is a power of the factor. So a
        sign behind the index, which papers put inside and outside alike, is refused.
        """
        at, depth, barred, last, starts = self.at, 0, False, self.at, list[int]()
        while self.found[at].kind != "end":
            word = self.found[at].text
            closes = word in BARS and self.bars > 0 and not barred
            if not depth and at > self.at and (word in ENDS or word in CLOSING - BARS or closes or word == ";"):
                break
            if word in BARS:
                depth += -1 if barred else 1
                barred = not barred
            depth += (word in OPENING) - (word in SHUTTING)
            if word == name:
                last, starts = at, []
            elif not depth and at > self.at and word in BEHIND:
                starts.append(at)
            at += 1
        for begin in starts:
            sign = self.found[begin]
            if "\\prod" in (sign.text, self.found[begin + 1].text):
                return begin, last
            typed = self.text[first.start : sign.start].rstrip()
            message = f"how far does the product go? write \\left({typed}\\right) {sign.text} ..., or brackets around"
            self.fail(f"{message} all that is multiplied", first, sign.end)
        return None, last

    def _bounds(self, first: Lexeme) -> tuple[str, int, int]:
        """The index, its first and its last value."""
        name, low, high = "", None, None
        while self.peek().text in ("_", "^"):
            sign, braces = self.take(), self.peek().text == "{"
            if braces:
                self.take()
            if sign.text == "_":
                letter = self.take()
                if letter.kind not in ("letter", "text") or not braces or self.peek().text != "=":
                    self.fail(f"{first.text}: {REMEDY} {MANY}", first, letter.end)
                self.take("=")
                name, low = letter.text, self.whole()
            else:
                high = self.whole(short=not braces)
            if braces:
                self.take("}")
        if low is None or high is None:
            self.fail(f"{first.text}: {REMEDY} {MANY}", first)
        return name, low, high
