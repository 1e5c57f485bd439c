r"""Lexemes of LaTeX -> tokens of our own grammar, by recursive descent.

::

    sequence := { factor | operator }                factors side by side are a product
    factor   := atom { "^" exponent | "!" }
    atom     := number | name | bracket | "{" sequence "}" | \frac | \sqrt | \binom | function | cases | matrix | sum
    sum      := \sum "_" "{" letter "=" bound "}" "^" bound product
    function := \sin [ "^" number ] ( bracket | "{" sequence "}" | coefficient atom )
    name     := letter [ "_" index ]

A letter is a name of its own, as TeX sets it: ``xy`` is a product. ``e`` is Euler's number unless it is declared.
"""

from __future__ import annotations

from collections.abc import Container, Mapping

from hesscli.language.functions import Function
from hesscli.language.latex.commands import COMMANDS
from hesscli.language.latex.lexemes import Lexeme, lexemes
from hesscli.language.latex.names import EULER, indices_joined
from hesscli.language.latex.runs import BOLD, LETTERS_RUN, PARTED
from hesscli.language.latex.sums import Repetitions
from hesscli.language.latex.words import ACCENTS, BRACKETS, BY_COMMAND, CLOSING, FRACTIONS, LETTERS, OPERATORS, REFUSED
from hesscli.language.tokens import TIMES, Token, refuse


def is_latex(text: str) -> bool:
    """Does a text have a backslash or a dollar?"""
    return "\\" in text or "$" in text


def read_latex(
    text: str, functions: Mapping[str, Function], known: Container[str], values: Mapping[str, float] | None = None
) -> tuple[list[Token], tuple[str, ...]]:
    r"""The tokens of LaTeX, ``end`` last, and what has to be said about them.

    Args:
        text: as it stands in a paper, with or without dollars.
        functions: what may be called, by name.
        known: names of variables and parameters that are declared.
        values: of the parameters, which may be bounds of sums.

    Raises:
        ExpressionError: a command that is not known, or what has two readings.
        LimitError: it is too long or nested too deeply.

    Example:
        >>> from hesscli.language.functions import CALLABLE
        >>> tokens, notes = read_latex(r"\frac{x}{2} e^{y}", CALLABLE, ())
        >>> "".join(token.text for token in tokens).replace("\u2062", "*"), len(notes)
        ('((x)/(2))*exp(y)', 1)
    """
    reader = _Reader(text, lexemes(text, functions, known), functions, known, values or {})
    reader.sequence()
    last = reader.peek()
    if last.kind != "end":
        refuse(text, f"{last.text!r} closes nothing that is open", last.start, last.end)
    reader.emit("", last, "end")
    reader.notes += indices_joined([token.text for token in reader.out if token.kind == "name"])
    return reader.out, tuple(dict.fromkeys(reader.notes))


class _Reader(Repetitions):
    """Sequences, factors and atoms."""

    def sequence(self, ends: Container[str] = (), stop: int | None = None, last: int | None = None) -> None:
        """Factors and signs up to what closes them, or to a sign or a place that ends them; that is not taken."""
        self.deeper()
        operand = False
        while not (self._ends(operand) or (operand and self.peek().text in ends) or self.at == stop):
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
                    self.check_numbers(lexeme)
                    self._note_run(lexeme)
                    self.check_mixed(lexeme)
                    if last is not None and self.at > last:
                        self.notes.append(
                            f"the product takes in {lexeme.text!r} behind its index; brackets say how far it goes"
                        )
                    self.emit(TIMES, Lexeme("sign", "", lexeme.start, lexeme.start))
                self.factor()
                operand = True
        self.depth -= 1

    def _note_run(self, second: Lexeme) -> None:
        """Two letters without a space between are two names in TeX, which not everybody means."""
        before = self.found[self.at - 1]
        if before.text in ("\\Delta", "\\delta") and second.kind == "letter":
            word, name = f"{before.text} {second.text}", f"{before.text[1:]}{second.text}"
            product = f"{before.text[1:]}*{second.text}"
            self.notes.append(f"{word} is read as the product {product}; one name is \\mathit{{{name}}}")
        first = before.start == 0 or not self.text[before.start - 1].isalpha()
        if first and before.kind == second.kind == "letter" and before.end == second.start:
            run = LETTERS_RUN.match(self.text, before.start)
            word = run[0] if run else before.text
            self.notes.append(f"{word} is read as the product {'*'.join(word)}; one name is \\mathit{{{word}}}")

    def _ends(self, operand: bool) -> bool:
        lexeme = self.peek()
        closing_bar = lexeme.text == "|" and operand and self.bars > 0
        return lexeme.kind == "end" or closing_bar or (lexeme.text in CLOSING and lexeme.kind != "text")

    def _operator(self, lexeme: Lexeme) -> None:
        word = "==" if lexeme.text == "=" and self.in_cases else OPERATORS[lexeme.text]
        self.emit(word, lexeme, "name" if word.isalpha() else "op")

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
            self.variable(self.take(), [])
        elif lexeme.text[1:] in COMMANDS:
            self.deeper()
            self._atom()
            self.depth -= 1
        else:
            remedy = REFUSED.get(lexeme.text[1:]) if lexeme.kind == "command" else None
            self.fail(f"{lexeme.text}: {remedy}" if remedy else "an argument in braces is missing here", lexeme)
        self.emit(")", Lexeme("sign", "", self.out[-1].end, self.out[-1].end))

    def _digit(self) -> None:
        """The first digit of a number: that much is what TeX takes."""
        lexeme = self.peek()
        first = Lexeme("number", lexeme.text[0], lexeme.start, lexeme.start + 1)
        if not PARTED.fullmatch(lexeme.text):
            self.fail("write braces around a number", lexeme)
        self.emit(first.text, first, "number")
        if len(lexeme.text) == 1:
            self.take()
        else:
            self.found[self.at] = Lexeme("number", lexeme.text[1:], lexeme.start + 1, lexeme.end)

    def factor(self) -> None:
        """An atom with its powers and factorials."""
        self.deeper()
        begin, first = len(self.out), self.peek()
        if (
            first.text == "e"
            and first.kind in ("letter", "text")
            and self.peek(1).text == "^"
            and "e" not in self.known
        ):
            self._exponential(self.take())
        else:
            self._atom()
            self._transpose(first)
            if first.text in FRACTIONS and self.peek().text in ("^", "!"):
                typed, sign = self.text[first.start : self.found[self.at - 1].end], self.peek().text
                self.notes.append(f"{typed}{sign} is read as \\left({typed}\\right){sign}, of the whole fraction")
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
        if count:
            self._scripts()

    def _exponential(self, letter: Lexeme) -> None:
        self.notes.append(EULER)
        self.take("^")
        self.emit("exp", letter, "name")
        self.exponent("(", ")")
        self._single_script()

    def _transpose(self, base: Lexeme) -> None:
        """Refuse the transpose of a vector; what may be one, of a letter raised to T, is told."""
        if self.peek().text != "^":
            return
        raised = self.peek(1 + (self.peek(1).text == "{"))
        if self.found[self.behind(self.at + 1) - 1 - (self.peek(1).text == "{")] is not raised:
            return
        plain = raised.text == "T" and "T" not in self.known
        bold = BOLD.search(self.text, 0, base.start) or self.text.startswith("\\mathbf", base.start)
        if raised.text in ("\\top", "\\intercal") or (plain and (bold or raised.kind == "text")):
            message = "a transpose has no place here, where every name is a number;"
            self.fail(f"{message} write its components, w_{{1}} x_{{1}} + w_{{2}} x_{{2}}, or a Sum", raised)
        letter = base.kind in ("letter", "text") or base.text[1:] in LETTERS
        scripts = [
            lexeme
            for k, lexeme in enumerate(self.found)
            if lexeme.text == "T" and "^" not in (self.found[k - 1].text, self.found[max(k - 2, 0)].text)
        ]
        if plain and letter and not scripts:
            name = self.text[base.start : self.found[self.at - 1].end]
            remedy = f"a transpose has no place: write the components, {name}_1*y_1 + {name}_2*y_2"
            self.notes.append(f"T is a variable here, and {name}^T a power of {name}; {remedy}")

    def _scripts(self) -> None:
        if self.peek().text == "_":
            self.fail("an index belongs to a letter; write x_{1}^{2}", self.peek())
        if self.peek().text == "^":
            self.emit("^", self.take())
            self.exponent("{", "}")
            self._single_script()

    def _single_script(self) -> None:
        if self.peek().text in ("^", "_", "'"):
            self.fail("one exponent, behind the index: x_{1}^{2}; a power of a power needs brackets", self.peek())

    def exponent(self, opening: str, closing: str) -> None:
        """What is raised; without braces TeX raises one character, and people may mean more."""
        first = self.peek()
        if first.text == "{":
            if opening == "{" and (self.peek(1).text, self.peek(3).text, self.peek(4).text) == ("(", ")", "}"):
                inner = self.peek(2).text
                message = f"^{{({inner})}} is a number of its own in papers, and no power; write ^{{{inner}}} for the"
                self.fail(f"{message} power, _{{{inner}}} for another variable", first, self.peek(4).end)
            self.emit(opening, self.take())
            self.sequence()
            self.emit(closing, self.take("}"))
            return
        self.check_short(first, "raises")
        self.emit(opening, Lexeme("sign", "", first.start, first.start))
        raised = self.apart(self.argument)
        self.out += raised[1:-1]
        self.emit(closing, Lexeme("sign", "", raised[-1].end, raised[-1].end))

    def _atom(self) -> None:
        lexeme = self.peek()
        name = lexeme.text.removeprefix("\\") if lexeme.kind == "command" else ""
        if lexeme.kind == "number":
            self.emit(lexeme.text, self.take(), "number")
        elif lexeme.text == "{":
            self.group()
        elif lexeme.text == "\\left" or lexeme.text in BRACKETS or (lexeme.text == "[" and self._inside()):
            self.bracket()
        elif lexeme.text == "[":
            self.vector()
        elif name in ("sum", "prod"):
            self.repeated()
        elif name in COMMANDS:
            COMMANDS[name](self)
        elif name in ACCENTS:
            self._accent()
        elif name in BY_COMMAND:
            self.function(BY_COMMAND[name], self.take())
        elif lexeme.kind in ("letter", "text") or name in LETTERS:
            self._name()
        elif lexeme.kind == "command":
            remedy = REFUSED.get(name, "leave it out, or write it in our own notation")
            self.fail(f"{lexeme.text} is not understood: {remedy}", lexeme)
        else:
            what = f"before {lexeme.text!r}" if lexeme.text else "at the end"
            self.fail(f"an operand is missing {what}", lexeme)

    def bracket(self) -> None:
        left = self.take() if self.peek().text == "\\left" else None
        opening = self.take()
        word, close = ("(", "]") if opening.text == "[" else BRACKETS.get(opening.text, ("", ""))
        if not word:
            remedy = REFUSED.get(opening.text[1:], "write \\left( or \\left|")
            self.fail(f"\\left{opening.text} is not understood: {remedy}", opening)
        if left and opening.text in ("\\{", "\\lbrace") and self.array_cases():
            return
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

    def _accent(self) -> None:
        r"""``\hat{x}``: a letter of its own."""
        sign, braces = self.take(), self.peek().text == "{"
        letter = self.peek(int(braces))
        if not (letter.kind in ("letter", "text") or letter.text[1:] in LETTERS):
            self.fail(f"{sign.text} stands above one letter; write a name with an index, x_{{1}}", sign)
        self.at += 1 + 2 * braces
        if braces and self.found[self.at - 1].text != "}":
            self.fail(f"{sign.text} stands above one letter; write a name with an index, x_{{1}}", sign)
        name = letter.text.removeprefix("\\") + ACCENTS[sign.text[1:]]
        self.at -= 1
        written = self.text[sign.start : (end := self.found[self.at].end)]
        self.notes.append(f"{written} is the variable {name}")
        self.found[self.at] = Lexeme("text", name, sign.start, end)
        self._name()

    def _inside(self) -> bool:
        """Whether something stands before this in its statement: a bracket is no vector then."""
        before = [token for token in self.out if token.text != TIMES][-1:]
        return bool(self.bound or (before and before[0].kind != "break" and before[0].text != "="))

    def vector(self) -> None:
        self.emit("[", self.take())
        self.sequence()
        self.emit("]", self.take("]"))

    def _name(self) -> None:
        """A letter or word, with its index; or a function that looks like one."""
        first = self.take()
        base = first.text.removeprefix("\\")
        behind = self.behind(self.at + 1) if self.peek().text == "^" else self.at
        follows = self.opens(behind - self.at) or self.found[behind].text == "{"
        called = first.kind == "text" and base in self.functions and follows
        if called and base not in self.known:
            self.function(self.functions[base].name, first)
            return
        if base not in self.known and self.special(first, base):
            return
        name = self.variable(first, self.index() if self.peek().text == "_" else [])
        behind = self.behind(self.at + 1) if self.peek().text == "^" else self.at
        inner = self.found[min(behind + (self.found[behind].text == "\\left"), len(self.found) - 1)]
        if name in self.known or not self.touches(behind) or inner.text in ("[", "\\{", "\\lbrace"):
            return
        if behind > self.at:
            message = f"{name!r} is not a function here; for a product write \\cdot before the bracket"
            self.fail(message, first, self.found[behind - 1].end)
        self.bracket()  # f(x): the head of a definition, or an unknown function; the grammar says which
