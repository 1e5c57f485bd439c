r"""Functions of LaTeX: commands, words in text type, and letters that are functions before a bracket."""

from __future__ import annotations

from abc import abstractmethod
from itertools import accumulate

from hesscli.language.latex.lexemes import Lexeme
from hesscli.language.latex.names import Names
from hesscli.language.latex.words import BY_COMMAND, ORDERED, SPECIAL, WORDS
from hesscli.language.tokens import TIMES, Token


class Functions(Names):
    """Functions with their powers, bases and arguments."""

    @abstractmethod
    def factor(self) -> None:
        """Read one factor."""

    @abstractmethod
    def argument(self) -> None:
        """Read what a command takes."""

    @abstractmethod
    def group(self) -> None:
        """Read what stands in braces."""

    @abstractmethod
    def bracket(self) -> None:
        """Read what stands in brackets."""

    @abstractmethod
    def exponent(self, opening: str, closing: str) -> None:
        """Read what is raised."""

    def function(self, name: str, first: Lexeme) -> None:
        """The function of a command just taken: its power, its base and its arguments."""
        base = self.apart(self._base) if name == "log" and self.peek().text == "_" else []
        if name == "log" and self.peek().text == "\\Gamma" and self.touches(self.at + 1):
            self.take()
            name = "loggamma"
        if [token.text for token in base] in (["2"], ["10"]):
            name, base = f"log{base[0].text}", []
        self.emit(name, first, "name")
        power: list[Token] = []
        if self.peek().text == "^":
            sign = self.take("^")
            raised = self.apart(lambda: self.exponent("{", "}"))
            word = "".join(token.text for token in raised[1:-1])
            if not word.strip("0") or word.startswith("-"):
                message = f"{first.text}^{{{word}}} has two readings; write the inverse function by its name,"
                self.fail(
                    f"{message} or a power as \\left({first.text} x\\right)^{{{word}}}",
                    first,
                    self.found[self.at - 1].end,
                )
            if word.isdigit():
                self.emit(word, raised[1], "power")
            else:
                power = [Token("op", "^", sign.start, sign.end), *raised]
        if name in ("Max", "Min") and not self.opens():
            self.fail(f"{first.text} needs its arguments in brackets", first)
        arguments = self.apart(self._arguments)
        comma = [Token("op", ",", first.start, first.end)] if base else []
        self.out += [*arguments[:-1], *comma, *base, arguments[-1], *power]

    def _base(self) -> None:
        r"""Of ``\log_{b}``."""
        self.take("_")
        if self.peek().text != "{":
            self.check_short(self.peek(), "lowers")
        inner = self.apart(self.argument)
        self.out += inner[1:-1]

    def _arguments(self) -> None:
        """In brackets or braces; else a coefficient and one factor, which nothing else may follow closely."""
        first = self.peek()
        if self.opens():
            self.bracket()
            return
        if first.text == "{":
            name, inner = self.found[self.at - 1], self.apart(self.group)
            self.out += inner[1:-1] if _doubled(inner) else inner
            if not _doubled(inner) and self.starts_factor() and not self._is_function():
                typed = self.text[name.start : self.found[self.at - 1].end]
                self.notes.append(
                    f"{typed}{self.peek().text} is read as {typed} \\cdot {self.peek().text}: braces are brackets here"
                )
            return
        self.emit("(", Lexeme("sign", "", first.start, first.start))
        begin = self.at
        while self.peek().kind == "number" or self.peek().text == "\\pi":
            self.factor()
            if not self.starts_factor() or self._is_function():
                break
            self.emit(TIMES, Lexeme("sign", "", self.peek().start, self.peek().start))
        else:
            if not self.starts_factor():
                self.fail(f"{self.found[begin - 1].text} needs an argument", self.peek())
            self.factor()
        place = self.found[self.at - 1].end
        self.emit(")", Lexeme("sign", "", place, place))
        times = self.peek().text in ("/", "*", "\\cdot", "\\times", "\\div")
        if (times or self.starts_factor()) and not self._is_function(int(times)):
            typed = self.text[first.start : place]
            message = f"how far does the argument go? write brackets: \\left({typed}\\right), or around more"
            self.fail(message, first, self.peek().end)

    def _is_function(self, ahead: int = 0) -> bool:
        lexeme = self.peek(ahead)
        if lexeme.text in ("/", "\\div"):
            return False
        return lexeme.kind == "command" and lexeme.text[1:] in BY_COMMAND

    def special(self, first: Lexeme, base: str) -> bool:
        r"""``\Gamma(x)``, ``J_{0}(x)``, ``\psi^{(2)}(x)``: functions where a bracket follows at once."""
        at = self.at
        lowered = at + 1 if self.found[at].text == "_" else None
        at = self.behind(lowered) if lowered else at
        raised = at + 1 if self.found[at].text == "^" else None
        at = self.behind(raised) if raised else at
        if not self.touches(at):
            return False
        index = self._bare(lowered, raised - 1 if raised else at) if lowered else None
        power = self._bare(raised, at) if raised else ""
        key = (base if first.kind != "text" or base in WORDS else "", index)
        name = SPECIAL.get(key) or ("LambertW" if key[0] == "W" and lowered else None)
        ordered = ORDERED.get(first.text if first.kind == "text" else base) if lowered else None
        if key == ("psi", None) and power.startswith(("(", "\\left(")):
            ordered, power = "polygamma", ""
        elif name:
            ordered = None
        if not (name or ordered) or (power and not power.isdigit()) or f"{base}_{index}" in self.known:
            return False
        self.at = lowered or raised or at
        inner = self.apart(self.argument)[1:-1] if ordered or (name == "LambertW" and lowered) else []
        inner = inner[1:-1] if ordered == "polygamma" else inner
        self.at = at
        if base != "sgn":
            self.notes.append(f"{self.text[first.start : self.found[at - 1].end]}(...) is read as {ordered or name}")
        self._called(
            ordered or name or "", first, inner, Token("power", power, first.end, first.end) if power else None
        )
        return True

    def _bare(self, begin: int, end: int) -> str:
        """Lexemes as text, without braces around them and spaces."""
        return "".join(lexeme.text for lexeme in self.found[begin:end]).removeprefix("{").removesuffix("}")

    def _called(self, name: str, first: Lexeme, order: list[Token], power: Token | None = None) -> None:
        """A function whose first (or, of LambertW, last) argument stands in its index."""
        arguments = self.apart(self.bracket)
        if name == "gamma" and _commas(arguments):
            name = "uppergamma"
        self.emit(name, first, "name")
        if power:
            self.emit(power.text, power, "power")
        comma = [Token("op", ",", first.start, first.end)]
        if order and name == "LambertW":
            self.out += [*arguments[:-1], *comma, *order, arguments[-1]]
        else:
            self.out += [arguments[0], *order, *(comma if order else []), *arguments[1:]]


def _doubled(tokens: list[Token]) -> bool:
    r"""Does a bracket hold one bracket and nothing else, as in ``{\left(0, x\right)}``?"""
    depths = list(accumulate((token.text in ("(", "[", "{")) - (token.text in (")", "]", "}")) for token in tokens))
    return len(tokens) > 3 and tokens[1].text == "(" and 1 not in depths[1:-2]


def _commas(tokens: list[Token]) -> int:
    """How many commas stand between the arguments of a bracket."""
    depth = count = 0
    for token in tokens:
        depth += (token.text in ("(", "[", "{")) - (token.text in (")", "]", "}"))
        count += token.text == "," and depth == 1
    return count
