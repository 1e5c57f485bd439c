"""The head ``f(x, y) =`` before an expression: its names are the variables, in that order."""

from __future__ import annotations

import itertools
from collections.abc import Container, Sequence

from hesscli.language.names import Scope
from hesscli.language.tokens import Token, refuse


def without_head(
    text: str, tokens: list[Token], functions: Container[str], scope: Scope
) -> tuple[set[str], list[Token], list[str]]:
    """The tokens behind a head, whose names the scope declares.

    Args:
        text: that was typed.
        tokens: of it.
        functions: names that mean something already.
        scope: gets the names.

    Returns:
        The names that are claimed, by the head too; the tokens without it; what has to be said about it.

    Raises:
        ExpressionError: the head names a function of the catalogue, or not the variables declared.
    """
    given = {name.text for name, sign in itertools.pairwise(tokens) if sign.text == "="}
    claimed = {*given, *scope.parameters, *(scope.declared or ())}
    signs = [k for k, token in enumerate(tokens) if token.text == "=" and k and tokens[k - 1].text == ")"]
    begin = _begin(tokens, signs[0]) if signs else None
    if begin is None:
        return claimed, tokens, []
    name, formal = tokens[begin], tokens[begin + 2 : signs[0] - 1 : 2]
    if name.text in functions:
        message = f"{name.text} is a function already; choose another name, as f({formal[0].text}) = ..."
        refuse(text, message, name.start, name.end, "name")
    notes = scope.declare(formal)
    return claimed.union(token.text for token in formal), [*tokens[:begin], *tokens[signs[0] + 1 :]], notes


def _begin(tokens: Sequence[Token], sign: int) -> int | None:
    """Where the head before a sign ``=`` begins: at the start of a statement; None if there is none."""
    at = sign - 2
    while at > 1 and tokens[at].kind == "name" and tokens[at - 1].text == ",":
        at -= 2
    begin = at - 2
    named = begin >= 0 and tokens[begin].kind == tokens[at].kind == "name" and tokens[begin + 1].text == "("
    return begin if named and (begin == 0 or tokens[begin - 1].kind == "break") else None
