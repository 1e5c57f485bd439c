"""What stands where an operand or an operator must -> the error that says what to write."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from hesscli.language.elsewhere import BETWEEN, is_wolfram, phrase_remedy
from hesscli.language.tokens import Token, refuse


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
    if token.text == "=" and not at:
        refuse(text, "write the formula without '=' in front", token.start, token.end)
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
        where = "entries of vectors are taken by hessian, gradient and hvp of the command line"
        message = f"{where}; elsewhere write x0, x1, ... instead of x[0], x[1]"
        if is_wolfram(before.text):
            message = f"arguments stand in round brackets: {before.text}(...)"
        refuse(text, message, token.start, token.end)
    for word in (before, token):
        if word.kind == "name" and word.text in BETWEEN:
            refuse(text, BETWEEN[word.text], word.start, word.end)
    if token.text == "{" and before.kind == "name":
        message = "an index is a name or a number, x_{1}; an entry of a vector is written x[i+1]"
        refuse(text, message, token.start, token.end)
    if remedy := phrase_remedy(text):
        refuse(text, remedy, before.start, token.end)
    if token.text == "(":
        remedy = "for a product write *, as in (x + 1)*(x - 1)"
    elif token.kind in ("name", "number"):
        remedy = "for a product write *"
    else:
        remedy = f"{token.text!r} does not belong here"
    refuse(text, f"an operator is missing before {token.text!r}; {remedy}", token.start, token.end)
