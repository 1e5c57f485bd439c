"""What is open while a text is read: frames, each with its chains of operators, and what they become at their end."""

from __future__ import annotations

from dataclasses import dataclass, field

from hesscli.errors import LimitError
from hesscli.language.build import PAIR, VECTOR, Builder, Operand
from hesscli.language.combine import SHORTHANDS, Chain, call, check_arity, combine, softmax
from hesscli.language.functions import BY_NAME
from hesscli.language.names import Scope
from hesscli.language.notation import POWERS
from hesscli.language.tokens import Token, refuse

MAX_DEPTH = 500
"""Brackets inside brackets."""
CLOSERS = {"(": ")", "[": "]", "{": "}", "|": "|"}
TUPLE = "a tuple is not a number; for several components write a vector: [f, g]"


@dataclass(slots=True)
class Frame:
    """What is open: the statement, a bracket, a call, a pair of Piecewise, bars, or a vector."""

    kind: str
    opener: Token
    name: Token | None = None
    power: Token | None = None
    chains: list[Chain] = field(default_factory=list)
    items: list[Operand] = field(default_factory=list)
    pairs: list[Operand] = field(default_factory=list)


class Frames:
    """The open frames of one text, the innermost last."""

    def __init__(self, text: str, tokens: list[Token], builder: Builder, scope: Scope) -> None:
        self.text, self.tokens, self.builder, self.scope = text, tokens, builder, scope
        self.at = 0
        self.frames: list[Frame] = []
        self.vector: list[Operand] = []

    def push(self, frame: Frame) -> None:
        """Open a frame."""
        if len(self.frames) > MAX_DEPTH:
            raise LimitError(
                f"brackets are nested deeper than {MAX_DEPTH}", source=self.text, column=frame.opener.start, width=1
            )
        self.frames.append(frame)

    def comma(self, operand: Operand, token: Token) -> None:
        """What stands before a comma is one of several, in a call, a pair or a vector."""
        frame = self.frames[-1]
        if frame.kind in ("statement", "group"):
            before, after = self.tokens[self.at - 1], self.tokens[self.at + 1]
            if before.kind == after.kind == "number" and before.end == token.start and after.start == token.end:
                message = f"a decimal has a point: {before.text}.{after.text}"
                message += f", thousands have no sign: {before.text}{after.text}" if len(after.text) == 3 else ""
                refuse(self.text, message, before.start, after.end, "type")
            refuse(self.text, TUPLE, token.start, token.end, "type")
        if frame.kind == "pair" and frame.items:
            refuse(self.text, "a pair of Piecewise is (value, condition)", token.start, token.end)
        frame.items.append(self.reduce(operand, -1))

    def close(self, token: Token) -> Operand:
        """The operand that the innermost frame becomes."""
        frame = self.frames[-1]
        expected = CLOSERS[frame.opener.text] if frame.kind != "statement" else ""
        if frame.kind == "statement":
            refuse(self.text, f"{token.text!r} closes no bracket", token.start, token.end)
        if token.text != expected:
            refuse(self.text, f"{token.text!r} stands where {expected!r} must", token.start, token.end)
        self.frames.pop()
        match frame.kind:
            case "call" if frame.name is not None and frame.name.text == "softmax":
                return self._softmax(frame, frame.name, token.end)
            case "call" if frame.name is not None:
                result = call(self.builder, frame.name, frame.items, frame.pairs, token.end)
                return self.raised(result, frame.power) if frame.power else result
            case "bars":
                return self.builder.call(BY_NAME["Abs"], frame.items, frame.opener.start, token.end)
            case "vector":
                return self._close_vector(frame, token)
            case "pair":
                return self._close_pair(frame, token)
            case _:
                return frame.items[0]._replace(start=frame.opener.start, end=token.end)

    def _softmax(self, frame: Frame, name: Token, end: int) -> Operand:
        """``softmax(x, y)[0]`` is a number; the vector itself can only be the whole expression."""
        check_arity(self.builder, SHORTHANDS[name.text], name, len(frame.items), end)
        components = softmax(self.builder, frame.items, name.start, end)
        opening, index, closing, *_ = *self.tokens[self.at + 1 : self.at + 4], name, name, name
        if (opening.text, closing.text) == ("[", "]") and index.text.isdecimal():
            if int(index.text) >= len(components):
                message = f"softmax has {len(components)} components here, counted from 0"
                refuse(self.text, message, index.start, index.end)
            self.at += 3
            return components[int(index.text)]._replace(end=closing.end)
        alone = self.frames[-1].kind == "statement" and not self.frames[-1].chains and opening.kind in ("break", "end")
        if not alone or frame.power:
            message = "softmax is a vector; in an expression write one component of it, counted from 0: softmax(...)[0]"
            refuse(self.text, message, name.start, end, "type")
        self.vector = components
        return Operand(VECTOR, name.start, end)

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

    def raised(self, base: Operand, token: Token) -> Operand:
        """``x\u00b2``: the superscript is above what stands right before it."""
        before, following = self.tokens[self.at - 1], self.tokens[self.at + 1]
        chains = self.frames[-1].chains
        again = before.kind == "number" and chains and chains[-1].operators[-1].text in POWERS
        if following.text in POWERS or again:
            message = "a power of a power has two readings; write brackets"
            refuse(self.text, message, base.start, following.end)
        if token.text == "n":
            return self.builder.power(base, self.scope.resolve(token))
        return self.builder.power(base, self.builder.leaf("number", int(token.text), token.start, token.end))

    def reduce(self, operand: Operand, level: int) -> Operand:
        """Finish the chains of the frame that bind tighter than ``level``."""
        chains = self.frames[-1].chains
        while chains and chains[-1].level > level:
            operand = combine(self.builder, chains.pop(), operand)
        return operand
