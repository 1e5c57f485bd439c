"""Tokens -> nodes by operator precedence, with stacks of its own: no text is too deep for Python's.

::

    text       := { name "=" expression separator } ( expression | vector )     separator: ";" or a new line
    vector     := "[" expression { "," expression } "]"
    expression := Python's, with ^ for **, without what is not in LEVELS
    product    := also: number name, number "(" ... ")"
    call       := name "(" expression { "," expression } ")"
                | "Piecewise" "(" "(" expression "," condition ")" { "," ... } ")"

Brackets open a frame; in a frame, operators of one level gather in one chain, so that a sum of ten
thousand terms is one step. Binding powers are Python's: ``-x**2`` is ``-(x**2)``, ``2**-x`` is fine,
``a < b < c`` means both. Source: V. R. Pratt, "Top down operator precedence", POPL 1973.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NoReturn

from hesscli.errors import LimitError
from hesscli.language.build import PAIR, VECTOR, Builder, Operand
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
    SIGN,
    SUM,
    Chain,
    call,
    combine,
)
from hesscli.language.names import Scope
from hesscli.language.tokens import Token, refuse, tokenize

MAX_DEPTH = 500
"""Brackets inside brackets."""

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
PREFIXES: dict[str, int] = {"not": NOT, "+": SIGN, "-": SIGN, "~": SIGN}
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
TUPLE = "a tuple is not a number; for several components write a vector: [f, g]"


@dataclass(slots=True)
class Frame:
    """What is open: the statement, a bracket, a call, a pair of Piecewise, or a vector."""

    kind: str
    opener: Token
    name: Token | None = None
    chains: list[Chain] = field(default_factory=list)
    items: list[Operand] = field(default_factory=list)
    pairs: list[Operand] = field(default_factory=list)


class Parser:
    """One pass over the tokens of one text."""

    def __init__(self, text: str, builder: Builder, scope: Scope) -> None:
        self.text, self.builder, self.scope = text, builder, scope
        self.tokens = tokenize(text)
        self.at = 0
        self.frames: list[Frame] = []
        self.vector: list[Operand] = []

    def run(self) -> tuple[list[Operand], bool]:
        """The components, and whether they were typed as a vector."""
        while True:
            self._skip_breaks()
            first, second = self.tokens[self.at], self.tokens[min(self.at + 1, len(self.tokens) - 1)]
            if first.kind == "end":
                self._refuse_empty()
            if not (first.kind == "name" and second.text == "="):
                return self._result()
            self.at += 2
            self.scope.give(first, self.builder.number(self._expression()))

    def _skip_breaks(self) -> None:
        while self.tokens[self.at].kind == "break":
            self.at += 1

    def _refuse_empty(self) -> NoReturn:
        end = len(self.text)
        if self.scope.given:
            refuse(self.text, "names are given, but no expression follows", end, end)
        refuse(self.text, "the expression is empty", end, end)

    def _result(self) -> tuple[list[Operand], bool]:
        result = self._expression()
        self._skip_breaks()
        if self.tokens[self.at].kind != "end":
            message = "only the last expression has no name; write name = ..., or end a line with an operator to go on"
            refuse(self.text, message, result.start, result.end)
        if result.node == VECTOR:
            return [self.builder.number(item) for item in self.vector], True
        if self.builder.is_condition(result):
            message = "the result is a condition, not a number; comparisons belong in Piecewise"
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
            self._refuse_operand(self.tokens[self.at])
        return self._reduce(operand, -1)

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
        if token.text in ("(", "["):
            self._open(token)
            return None
        if token.kind == "name" and token.text not in LEVELS:
            return self._name(token)
        if token.text in (")", "]") and not self.frames[-1].chains and self.frames[-1].kind in ("call", "vector"):
            return self._close(token)
        return self._refuse_operand(token)

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
        following = self.tokens[self.at + 1]
        if following.text != "(":
            return self.scope.resolve(token)
        known = token.text in self.builder.functions or token.text in CONDITION_CALLS
        if not known or self.scope.claimed(token.text):
            self.scope.refuse_function(token)
        self.at += 1
        self._push(Frame("call", following, token))
        return None

    def _open(self, token: Token) -> None:
        frame = self.frames[-1]
        direct = not frame.chains
        if token.text == "[":
            if frame.kind == "vector" and direct:
                message = "a matrix is no result here; a vector is written [f, g]"
                refuse(self.text, message, token.start, token.end, "type")
            if frame.kind != "statement" or not direct:
                refuse(self.text, "a vector [f, g] can only be the whole expression", token.start, token.end, "type")
            self._push(Frame("vector", token))
        elif frame.name is not None and frame.name.text in ("Piecewise", "piecewise") and direct:
            self._push(Frame("pair", token))
        else:
            self._push(Frame("group", token))

    def _push(self, frame: Frame) -> None:
        if len(self.frames) > MAX_DEPTH:
            raise LimitError(
                f"brackets are nested deeper than {MAX_DEPTH}", source=self.text, column=frame.opener.start, width=1
            )
        self.frames.append(frame)

    # where an operator is expected

    def _operator(self, operand: Operand, token: Token) -> Operand | None:
        if token.text in LEVELS:
            self._push_operator(LEVELS[token.text], operand, token)
            return None
        if token.text in (")", "]"):
            self.frames[-1].items.append(self._reduce(operand, -1))
            return self._close(token)
        if token.text == ",":
            self._comma(operand, token)
            return None
        follows_number = self.tokens[self.at - 1].kind == "number"
        if follows_number and (token.kind == "name" or token.text == "(") and token.text != "not":
            self._check_implicit(token)
            self._push_operator(PRODUCT, operand, token)
            return self._operand(token)
        return self._refuse_operator(token)

    def _push_operator(self, level: int, operand: Operand, token: Token) -> None:
        operand = self._reduce(operand, level)
        chains = self.frames[-1].chains
        if chains and chains[-1].level == level:
            chains[-1].operands.append(operand)
            chains[-1].operators.append(token)
        else:
            chains.append(Chain(level, [operand], [token]))

    def _check_implicit(self, token: Token) -> None:
        """``1/2x`` and ``x**2y`` mean different things to different people."""
        if token.text in WRONG_WORDS and self.tokens[self.at + 1].kind in ("name", "number"):
            refuse(self.text, WRONG_WORDS[token.text], token.start, token.end)
        before = self.at - 2
        while before >= 0 and self.tokens[before].text in ("+", "-"):
            before -= 1
        operator = self.tokens[before].text if before >= 0 else ""
        if operator in ("/", "**", "^"):
            number = self.tokens[self.at - 1]
            product = f"{number.text}*{token.text}" + ("...)" if token.text == "(" else "")
            message = f"a product without * has two readings after {operator!r}; write {product} or ({product})"
            refuse(self.text, message, number.start, token.end)

    def _comma(self, operand: Operand, token: Token) -> None:
        frame = self.frames[-1]
        if frame.kind in ("statement", "group"):
            refuse(self.text, TUPLE, token.start, token.end, "type")
        if frame.kind == "pair" and frame.items:
            refuse(self.text, "a pair of Piecewise is (value, condition)", token.start, token.end)
        frame.items.append(self._reduce(operand, -1))

    def _close(self, token: Token) -> Operand:
        frame = self.frames[-1]
        expected = "]" if frame.opener.text == "[" else ")"
        if frame.kind == "statement":
            refuse(self.text, f"{token.text!r} closes no bracket", token.start, token.end)
        if token.text != expected:
            refuse(self.text, f"{token.text!r} stands where {expected!r} must", token.start, token.end)
        self.frames.pop()
        match frame.kind:
            case "call" if frame.name is not None:
                return call(self.builder, frame.name, frame.items, frame.pairs, token.end)
            case "vector":
                return self._close_vector(frame, token)
            case "pair":
                return self._close_pair(frame, token)
            case _:
                return frame.items[0]._replace(start=frame.opener.start, end=token.end)

    def _close_vector(self, frame: Frame, token: Token) -> Operand:
        if not frame.items:
            refuse(self.text, "an empty vector has no derivative", frame.opener.start, token.end)
        self.vector = frame.items
        return Operand(VECTOR, frame.opener.start, token.end)

    def _close_pair(self, frame: Frame, token: Token) -> Operand:
        place = Operand(PAIR, frame.opener.start, token.end)
        if len(frame.items) != 2:
            refuse(self.text, "a pair of Piecewise is (value, condition)", place.start, place.end)
        self.frames[-1].pairs += [self.builder.number(frame.items[0]), self.builder.condition(frame.items[1])]
        return place

    def _reduce(self, operand: Operand, level: int) -> Operand:
        """Finish the chains of the frame that bind tighter than ``level``."""
        chains = self.frames[-1].chains
        while chains and chains[-1].level > level:
            operand = combine(self.builder, chains.pop(), operand)
        return operand

    # what stands where it must not

    def _refuse_operand(self, token: Token) -> NoReturn:
        before = self.tokens[self.at - 1] if self.at else None
        if token.kind in ("end", "break"):
            after = f" after {before.text!r}" if before and before.kind != "break" else ""
            refuse(self.text, f"the expression ends{after}; an operand is missing", token.start, token.end)
        if token.text == "|":
            refuse(self.text, "write Abs(x) instead of |x|", token.start, token.end)
        if token.text in ("*", "**") and self.frames[-1].kind == "call" and not self.frames[-1].chains:
            refuse(self.text, "arguments are written one by one, without *", token.start, token.end)
        refuse(self.text, f"an operand is missing before {token.text!r}", token.start, token.end)

    def _refuse_operator(self, token: Token) -> NoReturn:
        before = self.tokens[self.at - 1]
        if token.text == "=":
            inside = self.frames[-1].kind == "call"
            given = "'=' only gives a value to a name: name = ...; expression"
            message = f"{'arguments have no names here' if inside else given}; in a condition write =="
            refuse(self.text, message, token.start, token.end)
        if token.text == "[":
            message = "indices are not in the language; write x0, x1, ... instead of x[0], x[1]"
            refuse(self.text, message, token.start, token.end)
        for word in (before, token):
            if word.kind == "name" and word.text in WRONG_WORDS:
                refuse(self.text, WRONG_WORDS[word.text], word.start, word.end)
        if token.text == "(":
            remedy = "for a product write *, as in (x + 1)*(x - 1)"
        elif token.kind in ("name", "number"):
            remedy = "for a product write *"
        else:
            remedy = f"{token.text!r} does not belong here"
        refuse(self.text, f"an operator is missing before {token.text!r}; {remedy}", token.start, token.end)
