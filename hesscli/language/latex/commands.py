r"""Commands of LaTeX that are drawn: fractions, roots, binomials, cases, columns."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Container

from hesscli.language.latex.functions import Functions
from hesscli.language.latex.lexemes import Lexeme
from hesscli.language.latex.words import LINES, OPERATORS, PIECES
from hesscli.language.tokens import TIMES, Token


class Commands(Functions):
    """Commands with their arguments."""

    @abstractmethod
    def sequence(self, ends: Container[str] = (), stop: int | None = None, last: int | None = None) -> None:
        """Read factors and signs."""

    @abstractmethod
    def vector(self) -> None:
        """Read what stands in square brackets."""

    def fraction(self) -> None:
        """Two arguments, one above the other."""
        sign = self.take()
        self.emit("(", sign)
        above = self.apart(self.argument)
        below = self.apart(self.argument)
        if "d" not in self.known and [word.text for word in (above[1], *below[1:3])] == ["d", "d", TIMES]:
            message = "this is the sign of a derivative, which the commands compute: write the function alone;"
            self.fail(f"{message} list d with --vars for a variable", sign, self.found[self.at - 1].end)
        self.out += [*above, Token("op", "/", sign.start, sign.end), *below]
        self.emit(")", Lexeme("sign", "", self.out[-1].end, self.out[-1].end))

    def root(self) -> None:
        """An argument under a root sign, and its order."""
        sign, order = self.take(), list[Token]()
        if self.peek().text == "[":
            order = self.apart(self.vector)[1:-1]
        inner = self.apart(self.argument)
        third = [token.text for token in order] == ["3"]
        self.emit("cbrt" if third else "root" if order else "sqrt", sign, "name")
        comma = [Token("op", ",", sign.start, sign.end)] if order else []
        self.out += inner if third else [*inner[:-1], *comma, *order, inner[-1]]

    def binomial(self) -> None:
        """Two arguments of a binomial coefficient."""
        sign = self.take()
        above, below = self.apart(self.argument), self.apart(self.argument)
        self.emit("binomial", sign, "name")
        self.out += [*above[:-1], Token("op", ",", sign.start, sign.end), *below[1:]]

    def environment(self) -> None:
        """Cases, a column, or a frame that changes nothing."""
        begin = self.take()
        name = self._environment()
        if name == "cases":
            self._cases(begin)
        elif name.strip("bp*") in ("matrix", "mallmatrix", "smallmatrix"):
            self._matrix(begin)
        elif name.rstrip("*") in LINES:
            self._lines()
        elif name.rstrip("*") in ("equation", "math", "displaymath"):
            self.sequence()
        else:
            self.fail(f"the environment {name!r} is not understood; cases, bmatrix and aligned are", begin)
        self.take("\\end")
        end = self._environment()
        if end != name:
            self.fail(f"\\begin{{{name}}} is closed by \\end{{{end}}}", begin)

    def _environment(self) -> str:
        opening = self.take("{")
        while self.peek().text != "}":
            if self.peek().kind not in ("letter", "text") and self.peek().text != "*":
                self.fail("the name of an environment must stand here", opening)
            self.take()
        return self.text[opening.end : self.take("}").start].strip()

    def _lines(self) -> None:
        """Lines in columns: one that begins or ends with a sign goes on, any other is a statement."""
        self.sequence()
        while self.peek().text in ("&", "\\\\"):
            mark = self.take()
            while self.peek().text == "&":
                self.take()
            if mark.text != "&" and self.out[-1:] and self.out[-1].text == ",":
                self.out.pop()
            goes_on = {self.peek().text, *(token.text for token in self.out[-1:])} & OPERATORS.keys()
            if mark.text != "&" and self.peek().text != "\\end" and not goes_on:
                self.emit(";", mark, "break")
            self.sequence()

    def array_cases(self) -> bool:
        r"""``\{ \begin{array}{ll} ... \end{array} \right.``, from the brace on; whether these are cases."""
        rest = [self.peek(k).text for k in range(4)]
        if rest[:3] != ["\\begin", "{", "a"]:
            return False
        begin = self.take()
        if self._environment() != "array":
            self.fail("only cases have a brace on the left", begin)
        self.at = self.behind(self.at)
        self._cases(begin)
        self.take("\\end")
        self._environment()
        self.take("\\right.")
        return True

    def _matrix(self, begin: Lexeme) -> None:
        """A column: a vector."""
        self.emit("[", begin)
        self.sequence()
        while self.peek().text == "\\\\":
            comma = self.take()
            if self.peek().text != "\\end":
                self.emit(",", comma)
                self.sequence()
        if self.peek().text == "&":
            self.fail("a matrix is no result here; a vector is a column", self.peek())
        self.emit("]", self.peek())

    def _cases(self, begin: Lexeme) -> None:
        self.emit("Piecewise", begin, "name")
        self.emit("(", begin)
        bars, self.bars = self.bars, 0
        while self.peek().text != "\\end":
            self.emit("(", Lexeme("sign", "", self.peek().start, self.peek().start))
            self.sequence()
            if self.out[-1].text == ",":
                self.out.pop()
            self.emit(",", self.take("&"))
            self._condition()
            if self.out[-1].text == ",":
                self.out.pop()
            self.emit(")", Lexeme("sign", "", self.out[-1].end, self.out[-1].end))
            if self.peek().text == "\\\\":
                row = self.take()
                if self.peek().text != "\\end":
                    self.emit(",", row)
        self.bars = bars
        self.emit(")", self.peek())

    def _condition(self) -> None:
        while self.peek().kind == "text" and self.peek().text.rstrip(",.") in PIECES:
            word = self.take()
            if word.text.rstrip(",.") in ("otherwise", "else"):
                self.emit("True", word, "name")
                return
        inside, self.in_cases = self.in_cases, True
        if self.peek().kind == "text" and self.peek().text in ("true", "false"):
            self.emit(self.peek().text.capitalize(), self.take(), "name")
        else:
            self.sequence()
        self.in_cases = inside


COMMANDS: dict[str, Callable[[Commands], None]] = {
    **dict.fromkeys(("frac", "dfrac", "tfrac", "cfrac"), Commands.fraction),
    **dict.fromkeys(("binom", "dbinom", "tbinom"), Commands.binomial),
    **{"sqrt": Commands.root, "begin": Commands.environment},
}
