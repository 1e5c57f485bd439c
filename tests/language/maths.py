r"""Is it maths that TeX would take, and what does it mean?"""

import re
from collections.abc import Callable, Mapping
from fractions import Fraction

from tests.language.texts import divide

WORD = re.compile(r"\\(?:[A-Za-z]+|.)|.", re.DOTALL)


def check(latex: str) -> None:
    r"""Braces, ``\left`` and ``\right``, environments, one script upon a base; AssertionError names what is wrong."""
    open_: list[str] = []
    words = WORD.findall(latex)
    for k, word in enumerate(words):
        if word in ("{", r"\left"):
            open_.append(word)
        elif word in ("}", r"\right"):
            assert open_, f"{word} closes nothing in {latex}"
            assert open_.pop() == ("{" if word == "}" else r"\left"), latex
        elif word in (r"\begin", r"\end"):
            name = "".join(words[k + 1 : words.index("}", k) + 1])
            if word == r"\begin":
                open_.append(name)
            else:
                assert open_.pop() == name, latex
        elif word in ("^", "_"):
            assert words[k + 1] == "{" or words[k + 1].isdecimal(), f"a script without braces in {latex}"
        elif word == "&":
            assert any(name.startswith(("{cases", "{bmatrix", "{array", "{align")) for name in open_), latex
    assert not open_, f"{open_} never closed in {latex}"
    assert not re.search(r"\^\{(?:[^{}]|\{[^{}]*\})*\}\^", latex), f"a double superscript in {latex}"


TOKEN = re.compile(r"\\left[(|]|\\right[)|]|\\[A-Za-z]+|[0-9]+(?:\.[0-9]+)?|\S")


class Reader:
    """The value of LaTeX arithmetic as a mathematician reads it: products side by side, fractions, powers, signs."""

    def __init__(self, latex: str, at: Mapping[str, Fraction], power: Callable[[Fraction, Fraction], Fraction]) -> None:
        self.tokens, self.at, self.power, self.place = [*TOKEN.findall(latex), ""], at, power, 0

    def value(self) -> Fraction:
        found = self.sum()
        assert self.peek() == "", self.tokens[self.place :]
        return found

    def peek(self) -> str:
        return self.tokens[self.place]

    def take(self, expected: str = "") -> str:
        token = self.tokens[self.place]
        assert not expected or token == expected, (token, expected)
        self.place += 1
        return token

    def sum(self) -> Fraction:
        sign = -1 if self.peek() == "-" and self.take() else 1
        total = sign * self.product()
        while self.peek() in ("+", "-"):
            total += self.product() if self.take() == "+" else -self.product()
        return total

    def product(self) -> Fraction:
        total = self.factor()
        while self.peek() not in ("", "+", "-", "}", ",", r"\right)", r"\right|"):
            before = self.tokens[self.place - 1]
            if self.peek() == r"\cdot":
                self.take()
            else:
                assert not (before[-1].isdigit() and self.peek()[0].isdigit()), self.tokens
            total *= self.factor()
        return total

    def factor(self) -> Fraction:
        base = self.atom()
        if self.peek() == "^":
            self.take()
            base = self.power(base, self.braced())
        assert self.peek() != "^", "a power of a power"
        return base

    def braced(self) -> Fraction:
        self.take("{")
        found = self.sum()
        self.take("}")
        return found

    def atom(self) -> Fraction:
        token = self.take()
        if token in (r"\left(", r"\left|"):
            found = self.sum()
            self.take(token.replace("left", "right").replace("(", ")"))
            return found if token == r"\left(" else abs(found)
        if token == r"\max":
            self.take(r"\left(")
            found = self.sum()
            while self.peek() == ",":
                self.take()
                found = max(found, self.sum())
            self.take(r"\right)")
            return found
        if token == r"\frac":
            above, below = self.braced(), self.braced()
            return divide(above, below)
        return self.at[token] if token in self.at else Fraction(token)
