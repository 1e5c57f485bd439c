r"""Letters and words of LaTeX that are names, with their indices: ``x_{1}`` is ``x_1``."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from hesscli.language.latex.cursor import Cursor
from hesscli.language.latex.lexemes import Lexeme
from hesscli.language.latex.words import LETTERS, OPERATORS, TAKEN

RELATIONS = frozenset(sign for sign, word in OPERATORS.items() if word in ("<", ">", "<=", ">=", "!=", "="))
UPRIGHT = ("\\mathrm", "\\operatorname", "\\text{", "\\text ", "\\textrm")
"""Type in which a letter is a constant or an operator, and no variable."""
REFUSED = {
    "i": "the upright i is the imaginary unit, and all numbers here are real; list i with --vars for a variable",
    "d": "the upright d is the sign of a derivative, and the commands compute them; list d with --vars for a variable",
}
"""Upright letters that are no variable -> why."""
EULER = "e is read as Euler's number; to make it a variable, list it with --vars"


ENDED = "is the index of a sum that has ended; brackets say how far it goes, another letter is a variable"
INDICATOR = "an indicator is written \\begin{cases} 1 & x > 0 \\\\ 0 & \\text{otherwise} \\end{cases}"


class Names(Cursor):
    """Names, where a name can stand."""

    def variable(self, first: Lexeme, indices: list[str]) -> str:
        """The token of a name; ``e`` is Euler's number, ``E`` must be declared. The name."""
        base, end = first.text.removeprefix("\\"), self.found[self.at - 1].end
        if base in self.bound and not indices:
            value = self.bound[base]
            for kind, word in (
                ("op", "("),
                *([("op", "-")] if value < 0 else []),
                ("number", str(abs(value))),
                ("op", ")"),
            ):
                self.emit(word, first, kind)
            return base
        if base in self.ended - self.bound.keys() and base not in self.known and not indices:
            self.fail(f"{base} {ENDED}", first)
        name = self._resolved(base, indices)
        if name in REFUSED and name not in self.known and self._upright(first):
            self.fail(REFUSED[name], first)
        if name == "e" and first.text == "e" and "e" not in self.known:
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

    def _upright(self, first: Lexeme) -> bool:
        return self.text.startswith(UPRIGHT, first.start) or self.text[: first.start].rstrip().endswith(UPRIGHT[0])

    def _resolved(self, base: str, indices: list[str]) -> str:
        if base in TAKEN and not indices and base not in self.known:
            self.notes.append(f"{TAKEN[base]} is a variable here; --vars {base} gives it this name")
            return TAKEN[base]
        names = ["_".join([base, *indices]), "_".join([base + "".join(indices[:1]), *indices[1:]])]
        return next((name for name in names if name in self.known), names[0])

    def _constant(self, place: Lexeme, name: str) -> None:
        if name in self.known:
            self.fail(f"{name} is a variable here, and the constant cannot be written", place)
        self.emit(name, place, "name")

    def index(self) -> list[str]:
        """The words and numbers of an index, which commas separate."""
        self.take("_")
        first = self.peek()
        if first.text != "{":
            self.check_short(first, "lowers")
            if not (first.kind in ("letter", "number", "text") or first.text[1:] in LETTERS):
                self.fail("an index is a word or a number, in braces", first)
            self._check_ended(first)
            word = self.take().text.removeprefix("\\")
            return [str(self.bound.get(word, word))]
        self.take("{")
        if self.bound and (counted := self._counted()):
            return counted
        words, gap = [""], True
        while self.peek().text != "}":
            lexeme = self.take()
            self._check_ended(lexeme)
            if lexeme.text in RELATIONS:
                self.fail(INDICATOR, lexeme)
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

    def _counted(self) -> list[str]:
        """An index with those of sums in it, behind its brace: ``i``, ``i+1``, ``ij``; none where there are none."""
        close = self.closes.get(self.at - 1, self.at)
        inside = self.found[self.at : close]
        if not any(lexeme.text in self.bound for lexeme in inside):
            return []
        words = self._indices()
        while self.peek().text == ",":
            self.take()
            words += self._indices()
        self.take("}")
        return words

    def _indices(self) -> list[str]:
        """One index up to a comma, or several side by side: ``ij``, ``i1``, ``1i``; but ``2i`` is twice i."""
        begin = self.at
        while self.peek().text not in (",", "}") and self.peek().kind != "end":
            self.at += 1
        run, behind, self.at = self.found[begin : self.at], self.at, begin
        letters = [lexeme for lexeme in run if lexeme.kind != "number" and lexeme.text not in ("+", "-")]
        beside = [first for first, second in itertools.pairwise(run) if {first.text, second.text}.isdisjoint("+-")]
        if not beside:
            return [str(self.whole())]
        typed = self.text[run[0].start : run[-1].end]
        twice = len(beside) == len(letters) == 1 and beside[0].kind == "number" and int(float(beside[0].text)) > 1
        if twice:
            if len(run) == 2:
                apart = ",".join(lexeme.text for lexeme in run)
                self.notes.append(
                    f"the index {typed} is read as {'*'.join(lexeme.text for lexeme in run)}; two indices are {apart}"
                )
            return [str(self.whole())]
        if len(beside) < len(run) - 1 or any(lexeme.kind == "number" and len(lexeme.text) > 1 for lexeme in run):
            self.fail(
                f"the index {typed} has several readings; write commas between indices, as i,12", run[0], run[-1].end
            )
        words = list[str]()
        for at in range(begin, behind):
            self.at = at
            words.append(str(self.whole(short=True)))
        return words

    def _check_ended(self, lexeme: Lexeme) -> None:
        if lexeme.text in self.ended - self.bound.keys():
            self.fail(f"{lexeme.text} {ENDED}", lexeme)

    def whole(self, *, short: bool = False) -> int:
        """A whole number of numbers, parameters and indices: ``n-1``, ``2i+1``; one of them alone where it is short."""
        total, sign = 0, 1
        while True:
            if self.peek().text in ("+", "-") and not short:
                sign = -1 if self.take().text == "-" else 1
            begin, factors = self.peek(), 1
            while self.peek().kind in ("number", "letter", "text"):
                lexeme = self.take()
                value = {**self.values, **self.bound}.get(lexeme.text, lexeme.text)
                if not str(value).removesuffix(".0").lstrip("-").isdecimal():
                    remedy = "" if lexeme.kind == "number" else f"; --param {lexeme.text}=3 makes it one"
                    self.fail(f"{lexeme.text} is no whole number here{remedy}", lexeme)
                factors *= int(float(value))
                if short:
                    return factors
            if begin is self.peek():
                self.fail("a whole number must stand here, as in \\sum_{i=1}^{3}", begin)
            total += sign * factors
            if self.peek().text not in ("+", "-"):
                return total

    def check_short(self, first: Lexeme, does: str) -> None:
        """Without braces a script is one character; people may mean more."""
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


def indices_joined(names: Sequence[str]) -> list[str]:
    """A sentence about each name with several indices that another writes without commas.

    Args:
        names: of a text.

    Example:
        >>> indices_joined(["x_11", "x_1_1", "x_2_1"])
        ['x_11 and x_1_1 are two variables; with commas, x_{1,1}, they are one']
    """
    told = []
    for name in dict.fromkeys(names):
        base, *indices = name.split("_")
        joined = f"{base}_{''.join(indices)}"
        if len(indices) > 1 and "".join(indices).isdecimal() and joined in names:
            apart = f"{base}_{{{','.join(indices)}}}"
            told.append(f"{joined} and {name} are two variables; with commas, {apart}, they are one")
    return told
