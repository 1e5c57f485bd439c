"""Tokens -> nodes by operator precedence, with stacks of its own: no text is too deep for Python's.

::

    text       := { name "=" expression separator } ( expression | vector )     separator: ";" or a new line
    vector     := "[" expression { "," expression } "]"
    expression := Python's, with ^ for **, without what is not in LEVELS
    text       := also: name "(" name { "," name } ")" "=" text, and  name "=" expression  alone
    product    := also without a sign, see notation.py
    call       := name "(" expression { "," expression } ")"
                | "|" expression "|"
                | "Piecewise" "(" "(" expression "," condition ")" { "," ... } ")"

Brackets open a frame; in a frame, operators of one level gather in one chain, so that a sum of ten
thousand terms is one step. Binding powers are Python's: ``-x**2`` is ``-(x**2)``, ``2**-x`` is fine,
``a < b < c`` means both. Source: V. R. Pratt, "Top down operator precedence", POPL 1973.
"""

from __future__ import annotations

from hesscli.language.build import VECTOR, Builder, Operand
from hesscli.language.combine import (
    AMPERSAND,
    AND,
    BAR,
    COMPARE,
    CONDITION_CALLS,
    NOT,
    OR,
    POWER,
    PRODUCT,
    SHORTHANDS,
    SIGN,
    SUM,
    Chain,
)
from hesscli.language.elsewhere import BETWEEN, phrase_remedy
from hesscli.language.frames import CLOSERS, Frame, Frames
from hesscli.language.heads import without_head
from hesscli.language.latex.reader import is_latex, read_latex
from hesscli.language.names import Scope
from hesscli.language.notation import POWERS, written_out
from hesscli.language.refusals import refuse_operand, refuse_operator
from hesscli.language.tokens import TIMES, Token, refuse, tokenize

LEVELS: dict[str, int] = {
    "or": OR,
    "and": AND,
    **dict.fromkeys(("<", "<=", ">", ">=", "==", "!="), COMPARE),
    "|": BAR,
    "&": AMPERSAND,
    **dict.fromkeys("+-", SUM),
    **dict.fromkeys("*/", PRODUCT),
    "**": POWER,
    "^": POWER,
}
SHOWN = 30
"""Characters of an operand that a message repeats."""
PREFIXES: dict[str, int] = {"not": NOT, "+": SIGN, "-": SIGN, "~": SIGN}


def _read(text: str, builder: Builder, scope: Scope) -> tuple[list[Token], list[str]]:
    """The tokens with nothing left out, and what has to be said about them."""
    functions = builder.functions
    if is_latex(text):
        tokens, told = read_latex(text, functions, {*scope.parameters, *(scope.declared or ())}, scope.parameters)
        _, tokens, declared = without_head(text, tokens, functions, scope)
        return tokens, [*declared, *told]
    claimed, tokens, declared = without_head(text, tokenize(text), functions, scope)
    tokens, told = written_out(text, tokens, functions, claimed)
    return tokens, [*declared, *told]


class Parser(Frames):
    """One pass over the tokens of one text."""

    def __init__(self, text: str, builder: Builder, scope: Scope) -> None:
        tokens, self.notes = _read(text, builder, scope)
        super().__init__(text, tokens, builder, scope)

    def run(self) -> tuple[list[Operand], bool]:
        """The components, and whether they were typed as a vector."""
        while True:
            self._skip_breaks()
            first, second = self.tokens[self.at], self.tokens[min(self.at + 1, len(self.tokens) - 1)]
            if first.kind == "end":
                refuse(self.text, "the expression is empty", len(self.text), len(self.text))
            if not (first.kind == "name" and second.text == "="):
                return self._result(self._expression())
            self.at += 2
            operand = self._expression()
            self.scope.give(first, operand)
            self._skip_breaks()
            if self.tokens[self.at].kind == "end":
                self.scope.used.add(first.text)
                self.notes.append(f"{first.text} = ... names the answer; what is differentiated is the right side")
                return self._result(operand)
            self.builder.number(operand)

    def _skip_breaks(self) -> None:
        while self.tokens[self.at].kind == "break":
            self.at += 1

    def _result(self, result: Operand) -> tuple[list[Operand], bool]:
        self._skip_breaks()
        if self.tokens[self.at].kind != "end":
            message = "only the last expression has no name; write name = ..., or end a line with an operator to go on"
            refuse(self.text, message, result.start, result.end)
        unused = [name for name in self.scope.given if name not in self.scope.used]
        self.notes += [f"{name} = ... is given, and nothing uses it" for name in unused]
        if result.node == VECTOR:
            return [self.builder.number(item) for item in self.vector], True
        if self.builder.is_condition(result):
            message = "the result is a condition, not a number; comparisons belong in Piecewise"
            message += "; a name gets a value by name = ..." if "<-" in self.text else ""
            refuse(self.text, message, result.start, result.end, "type")
        return [self.builder.number(result)], False

    def _expression(self) -> Operand:
        self.frames = [Frame("statement", self.tokens[self.at])]
        operand: Operand | None = None
        while not self._ends(operand):
            token = self.tokens[self.at]
            operand = self._operand(token) if operand is None else self._operator(operand, token)
            self.at += 1
        if operand is None:
            refuse_operand(self.text, self.tokens, self.at, in_call=False)
        return self.reduce(operand, -1)

    def _ends(self, operand: Operand | None) -> bool:
        """Is the statement complete? A new line inside brackets or after an operator is a space."""
        token = self.tokens[self.at]
        unfinished = len(self.frames) > 1 or (operand is None and bool(self.frames[0].chains))
        while unfinished and token.text == "\n":
            self.at += 1
            token = self.tokens[self.at]
        if token.kind in ("break", "end") and len(self.frames) > 1:
            opener = self.frames[-1].opener
            refuse(self.text, f"this {opener.text!r} is never closed", opener.start, opener.end)
        return token.kind in ("break", "end")

    # where an operand is expected

    def _operand(self, token: Token) -> Operand | None:
        if token.kind == "number":
            return self.builder.leaf("number", self._number(token), token.start, token.end)
        if token.text in PREFIXES:
            self.frames[-1].chains.append(Chain(PREFIXES[token.text], [], [token]))
            return None
        if token.text in CLOSERS:
            self._open(token)
            return None
        if token.kind == "name" and token.text not in LEVELS:
            return self._name(token)
        if token.text in (")", "]") and not self.frames[-1].chains and self.frames[-1].kind in ("call", "vector"):
            return self.close(token)
        in_call = self.frames[-1].kind == "call" and not self.frames[-1].chains
        return refuse_operand(self.text, self.tokens, self.at, in_call=in_call)

    def _number(self, token: Token) -> int | float:
        if token.text.isdigit():
            return int(token.text)
        value = float(token.text)
        if value == float("inf"):
            refuse(self.text, f"{token.text} is larger than the largest double, 1.8e308", token.start, token.end)
        if value == 0 and token.text.lower().split("e")[0].strip("0."):
            refuse(self.text, f"{token.text} is smaller than the smallest double, 4.9e-324", token.start, token.end)
        return value

    def _name(self, token: Token) -> Operand | None:
        power = self.tokens[self.at + 1] if self.tokens[self.at + 1].kind == "power" else None
        following = self.tokens[self.at + 1 + (power is not None)]
        if following.text != "(":
            return self.scope.resolve(token)
        known = token.text in self.builder.functions or token.text in CONDITION_CALLS or token.text in SHORTHANDS
        if not known or self.scope.claimed(token.text):
            self.scope.refuse_function(token)
        self.at += 1 + (power is not None)
        self.push(Frame("call", following, token, power))
        return None

    def _open(self, token: Token) -> None:
        frame = self.frames[-1]
        direct = not frame.chains
        if token.text == "[":
            if frame.kind == "vector" and direct:
                message = "a matrix is no result here; a vector is written [f, g]"
                refuse(self.text, message, token.start, token.end, "type")
            if frame.kind == "call" and direct and frame.name is not None:
                message = f"arguments are written one by one, without square brackets: {frame.name.text}(x, y)"
                refuse(self.text, message, token.start, token.end, "type")
            if frame.kind != "statement" or not direct:
                refuse(self.text, "a vector [f, g] can only be the whole expression", token.start, token.end, "type")
            self.push(Frame("vector", token))
        elif token.text == "|":
            self.push(Frame("bars", token))
        elif token.text == "{" and self.tokens[self.at - 1].text not in POWERS:
            message = "write round brackets instead of '{', square ones around a vector: [x, y]"
            refuse(self.text, message, token.start, token.end)
        elif frame.name is not None and frame.name.text in ("Piecewise", "piecewise") and direct:
            self.push(Frame("pair", token))
        else:
            self.push(Frame("group", token))

    # where an operator is expected

    def _operator(self, operand: Operand, token: Token) -> Operand | None:
        frame = self.frames[-1]
        if token.text in CLOSERS.values() and (token.text != "|" or frame.kind == "bars"):
            frame.items.append(self.reduce(operand, -1))
            return self.close(token)
        before = self.tokens[self.at - 1]
        if token.text == "|" and before.kind == "number" and before.end == token.start:
            self._check_implicit(before, token)
            self._push_operator(PRODUCT, operand, token)
            self.push(Frame("bars", token))
            return None
        if token.text == "|":
            self._check_bar(token)
        if token.text in LEVELS:
            self._push_operator(LEVELS[token.text], operand, token)
            return None
        if token.text == TIMES:
            self._check_implicit(before, self.tokens[self.at + 1])
            self._push_operator(PRODUCT, operand, token)
            return None
        if token.kind == "raised":
            return self.raised(operand, token)
        if token.text == ",":
            self.comma(operand, token)
            return None
        return refuse_operator(self.text, self.tokens, self.at, in_call=self.frames[-1].kind == "call")

    def _check_bar(self, token: Token) -> None:
        """A bar between two operands means 'or'."""
        if self.tokens[self.at - 1].text == "|":
            refuse(self.text, "write * between absolute values: |x|*|y|", token.start, token.end)
        following = self.tokens[self.at + 1]
        if following.text == "|" and following.start == token.end:
            refuse(self.text, "write 'or' instead of '||'", token.start, following.end)

    def _push_operator(self, level: int, operand: Operand, token: Token) -> None:
        operand = self.reduce(operand, level)
        chains = self.frames[-1].chains
        if chains and chains[-1].level == level:
            chains[-1].operands.append(operand)
            chains[-1].operators.append(token)
        else:
            chains.append(Chain(level, [operand], [token]))

    def _check_implicit(self, before: Token, token: Token) -> None:
        """``1/2x`` and ``x**2y`` mean different things to different people; ``x^{2}y`` does not."""
        following = self.tokens[min(self.at + 2, len(self.tokens) - 1)]
        if token.text in BETWEEN and (following.kind in ("name", "number") or following.text == "("):
            refuse(self.text, BETWEEN[token.text], token.start, token.end)
        for chain in reversed(self.frames[-1].chains):
            if chain.level == SIGN or (chain.level == POWER and before.text == "}"):
                continue
            if chain.level == POWER and self._raises_call(chain, before, token):
                continue
            operator = chain.operators[-1].text
            if chain.level == POWER or operator == "/":
                base, sign = self.text[chain.operands[-1].start : chain.operands[-1].end], chain.operators[-1]
                behind = self.text[sign.end : before.end].strip()
                left, inner = (part if len(part) <= SHOWN else "(...)" for part in (base, behind))
                called = "(...)" if token.text == "(" else "|...|" if token.text == "|" else token.text
                called += "(...)" if token.text != "(" and following.text == "(" else ""
                first, second = f"{left}{operator}{inner}*{called}", f"{left}{operator}({inner}*{called})"
                message = f"a product without * has two readings after {operator!r}; write {first} or {second}"
                refuse(self.text, phrase_remedy(self.text) or message, before.start, token.end)
            return

    def _raises_call(self, chain: Chain, before: Token, token: Token) -> bool:
        """``sin(x)^2cos(x)``: a call to a whole power, then a call; nobody raises to the second one."""
        base = chain.operands[-1]
        called = self.text[base.start : base.start + 1].isalpha() and self.text[base.end - 1 : base.end] == ")"
        if not (
            called and len(chain.operands) == 1 and before.text.isdecimal() and token.text in self.builder.functions
        ):
            return False
        typed = f"{self.text[base.start : before.end]}{token.text}(...)"
        self.notes.append(f"{typed} is read as {self.text[base.start : before.end]}*{token.text}(...)")
        return True
