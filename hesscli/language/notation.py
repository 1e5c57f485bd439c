"""Tokens as typed -> tokens with nothing left out: products without a sign, roots, functions without brackets.

::

    2x, (x+1)(y+1), sin(x)cos(x)     a product, marked by an invisible sign between its factors
    √x, ∛x, √(x+1)                   sqrt(x), cbrt(x), sqrt(x+1)
    sin x, ln 2x, cos^2 x            sin(x), log(2x), cos(x)^2

One pass, linear in the length of the text. What has two readings is refused with both of them.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence

from hesscli.language.functions import Function
from hesscli.language.tokens import TIMES, WORDS, Token, refuse

SINGLE = frozenset(
    {
        *("sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth", "sech", "csch"),
        *("asin", "acos", "atan", "asinh", "acosh", "atanh", "arcsin", "arccos", "arctan"),
        *("arsinh", "arcosh", "artanh", "tg", "ctg", "log", "log2", "log10", "ln", "exp", "sqrt", "cbrt", "erf"),
    }
)
"""Functions that people write without brackets: ``sin x``."""

ROOTS = {"\u221a": "sqrt", "\u221b": "cbrt"}
POWERS = frozenset({"^", "**"})
EXPONENTS = ("#", "-#", "{#}", "{-#}", "(#)", "(-#)")
"""Whole exponents behind the sign of a power; # is a number."""
FOLLOWING = frozenset({"*", "/", "(", "|", *POWERS, *ROOTS})
"""What may or may not belong to an argument without brackets."""
INVERSES = {
    **{name: f"a{name}(x) for the inverse function" for name in ("sin", "cos", "tan", "cot", "sec", "csc")},
    **{f"{name}h": f"a{name}h(x) for the inverse function" for name in ("sin", "cos", "tan", "cot", "sec", "csc")},
    **dict.fromkeys(("log", "ln"), "exp(x) for the inverse function"),
    "exp": "log(x) for the inverse function",
}
NOWHERE = Token("end", "", 0, 0)


class _Writer:
    """The tokens written so far, and those still to come."""

    def __init__(
        self, text: str, tokens: Sequence[Token], functions: Mapping[str, Function], claimed: Container[str]
    ) -> None:
        self.text, self.tokens, self.functions, self.claimed = text, tokens, functions, claimed
        self.out: list[Token] = []
        self.notes: list[str] = []
        self.at = 0

    def peek(self, ahead: int = 0) -> Token:
        return self.tokens[min(self.at + ahead, len(self.tokens) - 1)]

    def take(self, *, times: bool = True) -> Token:
        """Move one token over, behind an invisible sign if it is a factor of what stands before it."""
        token = self.peek()
        if times and self._is_factor(token):
            self.out.append(Token("op", TIMES, token.start, token.start))
        self.out.append(token)
        self.at += 1
        return token

    def run(self) -> None:
        while self.at < len(self.tokens):
            token = self.peek()
            if token.text in ROOTS:
                self._root(token)
            elif token.kind == "name" and token.text in self.functions and token.text not in self.claimed:
                self._function()
            else:
                self.take()

    def _is_factor(self, token: Token) -> bool:
        before = self.out[-1] if self.out else NOWHERE
        if not (token.kind == "name" or token.text == "("):
            return False
        return token.text not in WORDS and (before.kind in ("number", "raised") or before.text in (")", "}"))

    def _root(self, sign: Token) -> None:
        """``√x`` is ``sqrt(x)``; beyond one name, number or bracket it is unclear how far the root goes."""
        self.at += 1
        before, inner, after = self.out[-1] if self.out else NOWHERE, self.peek(), self.peek(1)
        name = Token("name", ROOTS[sign.text], sign.start, sign.end)
        if before.kind == "name" or self._is_factor(name):
            self.out.append(Token("op", TIMES, sign.start, sign.start))
        self.out.append(name)
        if inner.text == "(":
            self.take(times=False)
            return
        close = after.kind in ("name", "number", "raised") or after.text in ("(", *POWERS)
        if inner.kind not in ("name", "number") or close:
            what = "what to take the root of" if inner.kind not in ("name", "number") else "how far the root goes"
            refuse(self.text, f"brackets say {what}: {sign.text}(...)", sign.start, inner.end)
        self._bracketed(1)

    def _function(self) -> None:
        """``sin^2(x)`` and ``sin x``: without brackets the argument is one factor, or a number's multiple."""
        name, ahead = self.peek(), 1 + self._power(1)
        opened = self.peek(ahead).text == "("
        count = self._argument(ahead) if name.text in SINGLE and not opened else 0
        if not (count or (opened and ahead > 1)):
            self.take()
            return
        self.take()
        if ahead > 1:
            self.out.append(self._raised(name, ahead - 1))
        if opened:
            self.take(times=False)
            return
        argument = self.text[self.peek().start : self.peek(count - 1).end]
        self._bracketed(count)
        after = self.peek()
        if after.kind in ("name", "number") or after.text in FOLLOWING:
            if after.text not in self.functions or after.text in self.claimed:
                message = f"how far does {name.text} go? write {name.text}({argument}), or more inside the brackets"
                refuse(self.text, message, name.start, after.end)
            self.out.append(Token("op", TIMES, after.start, after.start))
        if ahead == 1 and count > 1:
            typed = self.text[name.start : after.start].rstrip()
            self.notes.append(f"{typed} is read as {name.text}({argument})")

    def _power(self, ahead: int) -> int:
        """How many tokens from there on are a whole exponent, between a function and its argument."""
        if self.peek(ahead).kind == "raised":
            return 1
        if self.peek(ahead).text not in POWERS:
            return 0
        following = [self.peek(ahead + k) for k in range(1, 5)]
        words = ["#" if token.kind == "number" else token.text for token in following]
        return next((1 + len(shape) for shape in EXPONENTS if "".join(words[: len(shape)]) == shape), 0)

    def _raised(self, name: Token, count: int) -> Token:
        """The exponent of a function as one token of kind power."""
        first, last = self.peek(), self.peek(count - 1)
        word = "".join(self.peek(k).text for k in range(count)).strip("^*{}()")
        if not word.isdigit() or not int(word):
            inverse = INVERSES.get(name.text, "the inverse function by its name")
            message = f"{self.text[name.start : last.end]} has two readings; write {inverse}, or"
            refuse(self.text, f"{message} {name.text}(x)^({word}) for the power", name.start, last.end)
        self.at += count
        return Token("power", word, first.start, last.end)

    def _argument(self, ahead: int) -> int:
        """How many tokens from there on are an argument without brackets; 0 if there is none."""
        count = int(self.peek(ahead).kind == "number")
        following = self.peek(ahead + count)
        is_name = following.kind == "name" and following.text not in WORDS
        if is_name and (following.text not in self.functions or following.text in self.claimed):
            count += 1
        if count and self.peek(ahead + count).kind == "raised":
            count += 1
        return count

    def _bracketed(self, count: int) -> None:
        opening = self.peek().start
        self.out.append(Token("op", "(", opening, opening))
        for k in range(count):
            self.take(times=k > 0)
        self.out.append(Token("op", ")", self.out[-1].end, self.out[-1].end))


def written_out(
    text: str, tokens: Sequence[Token], functions: Mapping[str, Function], claimed: Container[str]
) -> tuple[list[Token], tuple[str, ...]]:
    """The tokens with brackets and signs of products where none were typed.

    Args:
        text: that was typed.
        tokens: its tokens, ``end`` last.
        functions: what may be called, by name.
        claimed: names that are variables, parameters or intermediates, whatever they mean elsewhere.

    Returns:
        The tokens, and what has to be said about them.

    Raises:
        ExpressionError: where there are two readings.

    Example:
        >>> from hesscli.language.functions import CALLABLE
        >>> from hesscli.language.tokens import tokenize
        >>> tokens, notes = written_out("ln x²", tokenize("ln x²"), CALLABLE, ())
        >>> [token.text for token in tokens]
        ['ln', '(', 'x', '2', ')', '']
    """
    writer = _Writer(text, tokens, functions, claimed)
    writer.run()
    return writer.out, tuple(note for note in writer.notes if note)
