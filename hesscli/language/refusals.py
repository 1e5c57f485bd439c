"""What stands where an operand or an operator must -> the error that says what to write."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from hesscli.language.tokens import Token, refuse

WRONG_WORDS: dict[str, str] = {
    "lambda": "functions cannot be defined here; write the expression alone",
    "def": "functions cannot be defined here; write the expression alone",
    "if": "write Piecewise((a, condition), (b, True)) instead of a if condition else b",
    "else": "write Piecewise((a, condition), (b, True)) instead of a if condition else b",
    "for": "loops are not in the language; write every term out",
    "in": "'in' is not in the language; write (x > a) & (x < b) in a condition",
    "is": "write == instead of 'is' in a condition",
    "not": "write != instead of 'is not' in a condition",
    "import": "imports are not in the language; the functions are there",
    "from": "imports are not in the language; the functions are there",
    "await": "'await' is not in the language",
    "yield": "'yield' is not in the language",
    "return": "write the expression alone, without return",
    "print": "write the expression alone, without print",
}
"""Words between which an operator is missing -> what to write."""


def refuse_operand(text: str, tokens: Sequence[Token], at: int, *, in_call: bool) -> NoReturn:
    """An operand must stand at a place, and something else does.

    Args:
        text: that was typed.
        tokens: of it.
        at: the place among them.
        in_call: whether an argument of a function starts there.

    Raises:
        ExpressionError: always.
    """
    token, before = tokens[at], tokens[at - 1] if at else None
    if token.kind in ("end", "break"):
        after = f" after {before.text!r}" if before and before.kind != "break" else ""
        refuse(text, f"the expression ends{after}; an operand is missing", token.start, token.end)
    if token.text in ("*", "**") and in_call:
        refuse(text, "arguments are written one by one, without *", token.start, token.end)
    refuse(text, f"an operand is missing before {token.text!r}", token.start, token.end)


def refuse_operator(text: str, tokens: Sequence[Token], at: int, *, in_call: bool) -> NoReturn:
    """An operator must stand at a place, and something else does.

    Args:
        text: that was typed.
        tokens: of it.
        at: the place among them.
        in_call: whether it is inside the brackets of a function.

    Raises:
        ExpressionError: always.
    """
    token, before = tokens[at], tokens[at - 1]
    if token.text == "=":
        given = "'=' only gives a value to a name: name = ...; of an equation f = g write f - (g)"
        message = f"{'arguments have no names here' if in_call else given}; in a condition write =="
        refuse(text, message, token.start, token.end)
    if token.text == "[":
        message = "indices are not in the language; write x0, x1, ... instead of x[0], x[1]"
        refuse(text, message, token.start, token.end)
    for word in (before, token):
        if word.kind == "name" and word.text in WRONG_WORDS:
            refuse(text, WRONG_WORDS[word.text], word.start, word.end)
    if token.text == "(":
        remedy = "for a product write *, as in (x + 1)*(x - 1)"
    elif token.kind in ("name", "number"):
        remedy = "for a product write *"
    else:
        remedy = f"{token.text!r} does not belong here"
    refuse(text, f"an operator is missing before {token.text!r}; {remedy}", token.start, token.end)
