r"""Lexemes of LaTeX -> tokens of our own grammar, by recursive descent.

::

    sequence := { factor | operator }                factors side by side are a product
    factor   := atom { "^" exponent | "!" }
    atom     := number | name | bracket | "{" sequence "}" | \frac | \sqrt | \binom | function | cases | matrix
    function := \sin [ "^" number ] ( bracket | "{" sequence "}" | coefficient atom )
    name     := letter [ "_" index ]

A letter is a name of its own, as TeX sets it: ``xy`` is a product. ``e`` is Euler's number unless it is declared.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from typing import NoReturn

from hesscli.errors import LimitError
from hesscli.language.functions import Function
from hesscli.language.latex.lexemes import Lexeme, lexemes
from hesscli.language.latex.words import (
    BRACKETS,
    CLOSING,
    FUNCTIONS,
    LETTERS,
    OPERATORS,
    ORDERED,
    REFUSED,
    SPECIAL,
    TAKEN,
)
from hesscli.language.tokens import TIMES, Token, refuse

MAX_DEPTH = 80
"""Braces and brackets inside each other; TeX itself ends at 255."""
EULER = "e is read as Euler's number; to make it a variable, list it with --vars"
WORDS = frozenset({"B", "Ai", "Bi", "sgn"})
"""Functions that are words in text type."""
PIECES = frozenset({"if", "for", "when", "otherwise", "else"})
NO_FACTOR = frozenset({*OPERATORS, "^", "_", "!", "'", ";"})


def is_latex(text: str) -> bool:
    """Does a text have a backslash or a dollar?"""
    return "\\" in text or "$" in text


def read_latex(
    text: str, functions: Mapping[str, Function], known: Container[str]
) -> tuple[list[Token], tuple[str, ...]]:
    r"""The tokens of LaTeX, ``end`` last, and what has to be said about them.

    Args:
        text: as it stands in a paper, with or without dollars.
        functions: what may be called, by name.
        known: names of variables and parameters that are declared.

    Raises:
        ExpressionError: a command that is not known, or what has two readings.
        LimitError: it is too long or nested too deeply.

    Example:
        >>> from hesscli.language.functions import CALLABLE
        >>> tokens, notes = read_latex(r"\frac{x}{2} e^{y}", CALLABLE, ())
        >>> "".join(token.text for token in tokens).replace("\u2062", "*"), len(notes)
        ('((x)/(2))*exp(y)', 1)
    """
    reader = _Reader(text, lexemes(text, functions, known), functions, known)
    reader.sequence()
    last = reader.peek()
    if last.kind != "end":
        refuse(text, f"{last.text!r} closes nothing that is open", last.start, last.end)
    reader.emit("", last, "end")
    return reader.out, tuple(dict.fromkeys(reader.notes))


class _Reader:
    """The lexemes, and the tokens written so far."""

    def __init__(
        self, text: str, found: list[Lexeme], functions: Mapping[str, Function], known: Container[str]
    ) -> None:
        self.text, self.found, self.functions, self.known = text, found, functions, known
        self.closes = _pairs(found)
        self.at = self.depth = 0
        self.out: list[Token] = []
        self.notes: list[str] = []
        self.in_cases = False
        self.bars = 0

    def peek(self, ahead: int = 0) -> Lexeme:
        return self.found[min(self.at + ahead, len(self.found) - 1)]

    def take(self, expected: str = "") -> Lexeme:
        lexeme = self.peek()
        if expected and lexeme.text != expected:
            what = f"{lexeme.text!r} stands where {expected!r} must" if lexeme.text else f"{expected!r} is missing"
            refuse(self.text, what, lexeme.start, lexeme.end)
        self.at += 1
        return lexeme

    def emit(self, word: str, place: Lexeme | Token, kind: str = "op") -> None:
        self.out.append(Token(kind, word, place.start, place.end))

    def fail(self, message: str, place: Lexeme, end: int | None = None) -> NoReturn:
        refuse(self.text, message, place.start, place.end if end is None else end)

    def apart(self, read: Callable[[], None]) -> list[Token]:
        """The tokens of a part, which are written elsewhere."""
        kept, self.out = self.out, []
        read()
        part, self.out = self.out, kept
        return part

    # sequences

    def sequence(self) -> None:
        """Factors and signs up to what closes them, which is not taken."""
        self._deeper()
        operand = False
        while not self._ends(operand):
            lexeme = self.peek()
            if lexeme.text == ";" and not operand:
                self.fail("an expression is missing before ';'", lexeme)
            if lexeme.text == ";":
                self.emit(";", self.take(), "break")
                operand = False
            elif lexeme.text in OPERATORS and lexeme.kind != "text":
                self._operator(self.take())
                operand = False
            elif self.in_cases and lexeme.kind == "text" and lexeme.text in ("and", "or"):
                self.emit(lexeme.text, self.take(), "name")
                operand = False
            else:
                if operand:
                    self.emit(TIMES, Lexeme("sign", "", lexeme.start, lexeme.start))
                self.factor()
                operand = True
        self.depth -= 1

    def _ends(self, operand: bool) -> bool:
        lexeme = self.peek()
        closing_bar = lexeme.text == "|" and operand and self.bars > 0
        return lexeme.kind == "end" or closing_bar or (lexeme.text in CLOSING and lexeme.kind != "text")

    def _operator(self, lexeme: Lexeme) -> None:
        word = "==" if lexeme.text == "=" and self.in_cases else OPERATORS[lexeme.text]
        self.emit(word, lexeme, "name" if word.isalpha() else "op")

    def _deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            place = self.peek()
            message = f"LaTeX is nested deeper than {MAX_DEPTH}"
            raise LimitError(message, source=self.text, column=place.start, width=1)

    def group(self, close: str = "}") -> None:
        """What stands in braces, in brackets of ours."""
        self.emit("(", self.take())
        bars, self.bars = self.bars, 0
        self.sequence()
        self.bars = bars
        self.emit(")", self.take(close))

    def argument(self) -> None:
        """What a command takes: braces, a digit, a letter or another command."""
        lexeme = self.peek()
        if lexeme.text == "{":
            self.group()
            return
        self.emit("(", Lexeme("sign", "", lexeme.start, lexeme.start))
        if lexeme.kind == "number":
            self._digit()
        elif lexeme.kind == "letter" or lexeme.text[1:] in LETTERS:
            self._variable(self.take(), [])
        elif lexeme.text[1:] in _COMMANDS:
            self._deeper()
            self._atom()
            self.depth -= 1
        else:
            self.fail("an argument in braces is missing here", lexeme)
        self.emit(")", Lexeme("sign", "", self.out[-1].end, self.out[-1].end))

    def _digit(self) -> None:
        """The first digit of a number: that much is what TeX takes."""
        lexeme = self.peek()
        first = Lexeme("number", lexeme.text[0], lexeme.start, lexeme.start + 1)
        if not first.text.isdigit():
            self.fail("write braces around a number", lexeme)
        self.emit(first.text, first, "number")
        if len(lexeme.text) == 1:
            self.take()
        else:
            self.found[self.at] = Lexeme("number", lexeme.text[1:], lexeme.start + 1, lexeme.end)

    # factors

    def factor(self) -> None:
        """An atom with its powers and factorials."""
        self._deeper()
        begin, first = len(self.out), self.peek()
        if first.text == "e" and first.kind == "letter" and self.peek(1).text == "^" and "e" not in self.known:
            self._exponential(self.take())
        else:
            self._atom()
            self._scripts()
        self._factorials(begin, first)
        self.depth -= 1

    def _factorials(self, begin: int, first: Lexeme) -> None:
        count = 0
        while self.peek().text == "!":
            self.emit(")", self.take())
            count += 1
        opening = [Token(kind, word, first.start, first.start) for kind, word in (("name", "factorial"), ("op", "("))]
        self.out[begin:begin] = opening * count

    def _exponential(self, letter: Lexeme) -> None:
        self.notes.append(EULER)
        self.take("^")
        self.emit("exp", letter, "name")
        self._exponent("(", ")")
        self._single_script()

    def _scripts(self) -> None:
        if self.peek().text == "_":
            self.fail("an index belongs to a letter; write x_{1}^{2}", self.peek())
        if self.peek().text == "^":
            self.emit("^", self.take())
            self._exponent("{", "}")
            self._single_script()

    def _single_script(self) -> None:
        if self.peek().text in ("^", "_", "'"):
            self.fail("one exponent, behind the index: x_{1}^{2}; a power of a power needs brackets", self.peek())

    def _exponent(self, opening: str, closing: str) -> None:
        """What is raised; without braces TeX raises one character, and people may mean more."""
        first = self.peek()
        if first.text == "{":
            self.emit(opening, self.take())
            self.sequence()
            self.emit(closing, self.take("}"))
            return
        self._check_short(first, "raises")
        self.emit(opening, Lexeme("sign", "", first.start, first.start))
        inner = self.apart(self.argument)
        self.out += inner[1:-1]
        self.emit(closing, Lexeme("sign", "", inner[-1].end, inner[-1].end))

    def _check_short(self, first: Lexeme, does: str) -> None:
        following = self.peek(1)
        touching = following.start == first.end and following.kind == first.kind == "letter"
        if (first.kind == "number" and len(first.text) > 1) or touching or first.text in ("-", "+"):
            run = self.at
            while (
                touching and self.found[run].end == self.found[run + 1].start and self.found[run + 1].kind == "letter"
            ):
                run += 1
            end = self.found[run].end if touching or first.kind == "number" else following.end
            written = self.text[first.start : end]
            self.fail(f"TeX {does} one character alone; write braces: {{{written}}}", first, end)

    def _atom(self) -> None:
        lexeme = self.peek()
        name = lexeme.text.removeprefix("\\") if lexeme.kind == "command" else ""
        if lexeme.kind == "number":
            self.emit(lexeme.text, self.take(), "number")
        elif lexeme.text == "{":
            self.group()
        elif lexeme.text == "\\left" or lexeme.text in BRACKETS:
            self._bracket()
        elif lexeme.text == "[":
            self._vector()
        elif name in _COMMANDS:
            _COMMANDS[name](self)
        elif name in FUNCTIONS:
            self._function(FUNCTIONS[name], self.take())
        elif lexeme.kind in ("letter", "text") or name in LETTERS:
            self._name()
        elif lexeme.kind == "command":
            remedy = REFUSED.get(name, "write it in our own notation, or as a letter with an index")
            self.fail(f"{lexeme.text} is not understood: {remedy}", lexeme)
        else:
            what = f"before {lexeme.text!r}" if lexeme.text else "at the end"
            self.fail(f"an operand is missing {what}", lexeme)

    def _bracket(self) -> None:
        left = self.take() if self.peek().text == "\\left" else None
        opening = self.take()
        word, close = ("(", "]") if opening.text == "[" else BRACKETS.get(opening.text, ("", ""))
        if not word:
            self.fail(f"\\left{opening.text} is not understood; write \\left( or \\left|", opening)
        place = left or opening
        bars, self.bars = self.bars, int(word == "|" and left is None)
        if word.isalpha():
            self.emit(word, place, "name")
        self.emit("|" if word == "|" else "(", place)
        self.sequence()
        self.bars = bars
        if left:
            self.take("\\right")
        self.emit("|" if word == "|" else ")", self.take(close))

    def _vector(self) -> None:
        self.emit("[", self.take())
        self.sequence()
        self.emit("]", self.take("]"))

    def _opens(self, ahead: int = 0) -> bool:
        """Does a round bracket or one of its kind stand there?"""
        lexeme = self.peek(ahead + (self.peek(ahead).text == "\\left"))
        return lexeme.kind != "text" and (lexeme.text in ("(", "[") or BRACKETS.get(lexeme.text, ("", ""))[0] == "(")

    # names

    def _name(self) -> None:
        """A letter or word, with its index; or a function that looks like one."""
        first = self.take()
        base = first.text.removeprefix("\\")
        behind = self._behind(self.at + 1) if self.peek().text == "^" else self.at
        called = first.kind == "text" and base in self.functions and self._opens(behind - self.at)
        if called and base not in self.known:
            self._function(self.functions[base].name, first)
            return
        if base not in self.known and self._special(first, base):
            return
        name = self._variable(first, self._index() if self.peek().text == "_" else [])
        behind = self._behind(self.at + 1) if self.peek().text == "^" else self.at
        if name in self.known or not self._touches(behind):
            return
        if behind > self.at:
            message = f"{name!r} is not a function here; for a product write \\cdot before the bracket"
            self.fail(message, first, self.found[behind - 1].end)
        self._bracket()  # f(x): the head of a definition, or an unknown function; the grammar says which

    def _variable(self, first: Lexeme, indices: list[str]) -> str:
        """The token of a name; ``e`` is Euler's number, ``E`` must be declared. The name."""
        base, end = first.text.removeprefix("\\"), self.found[self.at - 1].end
        name = self._resolved(base, indices)
        if name == "e" and first.kind == "letter" and "e" not in self.known:
            self.notes.append(EULER)
            self._constant(first, "E")
        elif name == "gamma_E" and name not in self.known:
            self._constant(first, "EulerGamma")
        else:
            if name == "E" and "E" not in self.known and self.peek().text != "=":
                message = "E is a variable in LaTeX and Euler's number elsewhere;"
                self.fail(f"{message} write e for the number, or list E with --vars", first)
            self.emit(name, Lexeme("text", name, first.start, end), "name")
        return name

    def _behind(self, at: int) -> int:
        """The place behind a group, or behind one lexeme."""
        return min(self.closes.get(at, at) + 1, len(self.found) - 1)

    def _touches(self, at: int) -> bool:
        """Does a bracket stand there, right behind what is before it?"""
        return self._opens(at - self.at) and self.found[at].start == self.found[at - 1].end

    def _constant(self, place: Lexeme, name: str) -> None:
        if name in self.known:
            self.fail(f"{name} is a variable here, and the constant cannot be written", place)
        self.emit(name, place, "name")

    def _resolved(self, base: str, indices: list[str]) -> str:
        if base in TAKEN and not indices and base not in self.known:
            self.notes.append(f"{TAKEN[base]} is a variable here; --vars {base} gives it this name")
            return TAKEN[base]
        names = ["_".join([base, *indices]), "_".join([base + "".join(indices[:1]), *indices[1:]])]
        return next((name for name in names if name in self.known), names[0])

    def _index(self) -> list[str]:
        """The words and numbers of an index, which commas separate."""
        self.take("_")
        first = self.peek()
        if first.text != "{":
            self._check_short(first, "lowers")
            if not (first.kind in ("letter", "number", "text") or first.text[1:] in LETTERS):
                self.fail("an index is a word or a number, in braces", first)
            return [self.take().text.removeprefix("\\")]
        self.take("{")
        words, gap = [""], True
        while self.peek().text != "}":
            lexeme = self.take()
            if lexeme.text == "," and lexeme.kind == "sign" and not gap:
                words.append("")
                gap = True
            elif lexeme.text.removeprefix("\\").replace("_", "").isalnum() and lexeme.kind != "end":
                words[-1] += lexeme.text.removeprefix("\\")
                gap = False
            elif lexeme.text == "-" and self.peek().kind == "number" and gap:
                words[-1] += "-"
            else:
                self.fail("an index is a word or a number, in braces", lexeme)
        if gap:
            self.fail("an index is a word or a number, in braces", self.peek())
        self.take("}")
        return words

    # functions

    def _special(self, first: Lexeme, base: str) -> bool:
        r"""``\Gamma(x)``, ``J_{0}(x)``, ``\psi^{(2)}(x)``: functions where a bracket follows at once."""
        at = self.at
        lowered = at + 1 if self.found[at].text == "_" else None
        at = self._behind(lowered) if lowered else at
        raised = at + 1 if self.found[at].text == "^" else None
        at = self._behind(raised) if raised else at
        if not self._touches(at):
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
        arguments = self.apart(self._bracket)
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

    def _function(self, name: str, first: Lexeme) -> None:
        base = self.apart(self._base) if name == "log" and self.peek().text == "_" else []
        if name == "log" and self.peek().text == "\\Gamma" and self._touches(self.at + 1):
            self.take()
            name = "loggamma"
        if [token.text for token in base] in (["2"], ["10"]):
            name, base = f"log{base[0].text}", []
        self.emit(name, first, "name")
        if self.peek().text == "^":
            self.take("^")
            raised = self.apart(lambda: self._exponent("{", "}"))[1:-1]
            word = "".join(token.text for token in raised)
            if not word.isdigit() or not int(word):
                message = f"{first.text}^{{{word}}} has two readings; write the inverse function by its name,"
                self.fail(
                    f"{message} or a power as \\left({first.text} x\\right)^{{{word}}}",
                    first,
                    self.found[self.at - 1].end,
                )
            self.emit(word, raised[0], "power")
        if name in ("Max", "Min") and not self._opens():
            self.fail(f"{first.text} needs its arguments in brackets", first)
        arguments = self.apart(self._arguments)
        comma = [Token("op", ",", first.start, first.end)] if base else []
        self.out += [*arguments[:-1], *comma, *base, arguments[-1]]

    def _base(self) -> None:
        r"""Of ``\log_{b}``."""
        self.take("_")
        if self.peek().text != "{":
            self._check_short(self.peek(), "lowers")
        inner = self.apart(self.argument)
        self.out += inner[1:-1]

    def _arguments(self) -> None:
        """In brackets or braces; else a coefficient and one factor, which nothing else may follow closely."""
        first = self.peek()
        if self._opens():
            self._bracket()
            return
        if first.text == "{":
            self.group()
            return
        self.emit("(", Lexeme("sign", "", first.start, first.start))
        begin = self.at
        while self.peek().kind == "number" or self.peek().text == "\\pi":
            self.factor()
            if not self._starts_factor() or self._is_function():
                break
            self.emit(TIMES, Lexeme("sign", "", self.peek().start, self.peek().start))
        else:
            if not self._starts_factor():
                self.fail(f"{self.found[begin - 1].text} needs an argument", self.peek())
            self.factor()
        place = self.found[self.at - 1].end
        self.emit(")", Lexeme("sign", "", place, place))
        times = self.peek().text in ("/", "*", "\\cdot", "\\times", "\\div")
        if (times or self._starts_factor()) and not self._is_function(int(times)):
            typed = self.text[first.start : place]
            message = f"how far does the argument go? write brackets: \\left({typed}\\right), or around more"
            self.fail(message, first, self.peek().end)

    def _starts_factor(self) -> bool:
        lexeme = self.peek()
        closes = lexeme.text in CLOSING or (lexeme.text == "|" and self.bars > 0)
        word = lexeme.kind == "text" and lexeme.text in PIECES | {"and", "or"}
        return lexeme.kind != "end" and lexeme.text not in NO_FACTOR and not closes and not word

    def _is_function(self, ahead: int = 0) -> bool:
        lexeme = self.peek(ahead)
        if lexeme.text in ("/", "\\div"):
            return False
        return lexeme.kind == "command" and lexeme.text[1:] in FUNCTIONS

    # commands

    def fraction(self) -> None:
        sign = self.take()
        self.emit("(", sign)
        self.argument()
        self.emit("/", sign)
        self.argument()
        self.emit(")", Lexeme("sign", "", self.out[-1].end, self.out[-1].end))

    def root(self) -> None:
        sign, order = self.take(), list[Token]()
        if self.peek().text == "[":
            order = self.apart(self._vector)[1:-1]
        inner = self.apart(self.argument)
        third = [token.text for token in order] == ["3"]
        self.emit("cbrt" if third else "root" if order else "sqrt", sign, "name")
        comma = [Token("op", ",", sign.start, sign.end)] if order else []
        self.out += inner if third else [*inner[:-1], *comma, *order, inner[-1]]

    def binomial(self) -> None:
        sign = self.take()
        above, below = self.apart(self.argument), self.apart(self.argument)
        self.emit("binomial", sign, "name")
        self.out += [*above[:-1], Token("op", ",", sign.start, sign.end), *below[1:]]

    def environment(self) -> None:
        begin = self.take()
        name = self._environment()
        if name == "cases":
            self._cases(begin)
        elif name.strip("bp*") in ("matrix", "mallmatrix", "smallmatrix"):
            self._matrix(begin)
        elif name.rstrip("*") in ("equation", "math", "displaymath"):
            self.sequence()
        else:
            self.fail(f"the environment {name!r} is not understood; cases and bmatrix are", begin)
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
            self.emit(")", Lexeme("sign", "", self.out[-1].end, self.out[-1].end))
            if self.peek().text == "\\\\":
                row = self.take()
                if self.peek().text != "\\end":
                    self.emit(",", row)
        self.bars = bars
        self.emit(")", self.peek())

    def _condition(self) -> None:
        while self.peek().kind == "text" and self.peek().text.rstrip(",") in PIECES:
            word = self.take()
            if word.text in ("otherwise", "else"):
                self.emit("True", word, "name")
                return
        inside, self.in_cases = self.in_cases, True
        if self.peek().kind == "text" and self.peek().text in ("true", "false"):
            self.emit(self.peek().text.capitalize(), self.take(), "name")
        else:
            self.sequence()
        self.in_cases = inside


_COMMANDS: dict[str, Callable[[_Reader], None]] = {
    **dict.fromkeys(("frac", "dfrac", "tfrac", "cfrac"), _Reader.fraction),
    **dict.fromkeys(("binom", "dbinom", "tbinom"), _Reader.binomial),
    **{"sqrt": _Reader.root, "begin": _Reader.environment},
}


def _pairs(found: list[Lexeme]) -> dict[int, int]:
    """Places of the braces that open -> of those that close them."""
    opened, pairs = list[int](), dict[int, int]()
    for k, lexeme in enumerate(found):
        if lexeme.text == "{":
            opened.append(k)
        elif lexeme.text == "}" and opened:
            pairs[opened.pop()] = k
    return pairs


def _commas(tokens: list[Token]) -> int:
    """How many commas stand between the arguments of a bracket."""
    depth = count = 0
    for token in tokens:
        depth += (token.text in ("(", "[", "{")) - (token.text in (")", "]", "}"))
        count += token.text == "," and depth == 1
    return count
