"""Operands -> nodes: every operation once, exact constants folded, numbers kept apart from conditions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from hesscli.errors import LimitError
from hesscli.language.expression import Node, Value
from hesscli.language.functions import CALLABLE, CONDITIONS, Function
from hesscli.language.tokens import refuse

MAX_BITS = 4_096
"""Bits of an exact constant: far past the largest double's 1024, and short enough to be printed and read again."""

PAIR, VECTOR = -1, -2
"""Nodes of what is neither a number nor a condition."""

RANGES: dict[str, tuple[int, int | None]] = {"root": (1, None), "LambertW": (-1, 0)}
"""Smallest and largest value of a function's constant arguments where it is not 0 and none."""

ExactNumber = int | Fraction


class Operand(NamedTuple):
    """A node as typed at columns [start, end), which need not be the first place that made it."""

    node: int
    start: int
    end: int


class Builder:
    """Grows the program; equal operations on equal nodes become one node (hash-consing)."""

    def __init__(self, text: str, functions: Mapping[str, Function] = CALLABLE) -> None:
        self.text, self.functions = text, functions
        self.nodes: list[Node] = []
        self._known: dict[tuple[object, ...], int] = {}

    def leaf(self, op: str, value: Value, start: int, end: int) -> Operand:
        """A number, constant, parameter or variable."""
        # 1, 1.0 and -0.0 are different constants; two parameters of one value keep their names
        plain = value.hex() if isinstance(value, float) else value
        key = (op, type(value), plain, self.text[start:end] if op == "parameter" else "")
        return Operand(self._once(key, Node(op, (), value, (start, end))), start, end)

    def operation(self, op: str, operands: Sequence[Operand], start: int, end: int) -> Operand:
        """One operation on earlier nodes, as it stands."""
        args = tuple(operand.node for operand in operands)
        return Operand(self._once((op, args), Node(op, args, None, (start, end))), start, end)

    def _once(self, key: tuple[object, ...], node: Node) -> int:
        found = self._known.setdefault(key, len(self.nodes))
        if found == len(self.nodes):
            self.nodes.append(node)
        return found

    def number(self, operand: Operand) -> Operand:
        """The operand, which must be a number."""
        if operand.node == PAIR:
            self._refuse("a pair (value, condition) stands alone as an argument of Piecewise", operand, "type")
        if operand.node == VECTOR:
            self._refuse("a vector [f, g] can only be the whole expression", operand, "type")
        if self.is_condition(operand):
            self._refuse("a condition is not a number; write Piecewise((value, condition), ...)", operand, "type")
        return operand

    def condition(self, operand: Operand) -> Operand:
        """The operand, which must be a condition."""
        if not self.is_condition(operand):
            if self.text[operand.start : operand.end].lower() in ("true", "otherwise", "else", "default"):
                self._refuse("the condition that always holds is written True", operand, "type")
            self._refuse("a condition must stand here, as in (x > 0) & (x < 1); mind the brackets", operand, "type")
        return operand

    def is_condition(self, operand: Operand) -> bool:
        """Is it true or false rather than a number?"""
        return operand.node >= 0 and self.nodes[operand.node].op in CONDITIONS

    def _refuse(self, message: str, operand: Operand, code: str) -> None:
        refuse(self.text, message, operand.start, operand.end, code)

    def exact(self, operand: Operand) -> ExactNumber | None:
        """The value of an exact constant, None of anything else."""
        node = self.nodes[operand.node]
        return node.value if node.op == "number" and isinstance(node.value, (int, Fraction)) else None

    def constant(self, value: ExactNumber, start: int, end: int) -> Operand:
        """An exact constant as a node."""
        return self.leaf("number", value.numerator if value.denominator == 1 else value, start, end)

    def add(self, terms: Sequence[Operand]) -> Operand:
        """t0 + t1 + ..., left to right."""
        return self._chain("add", [self.number(term) for term in terms])

    def mul(self, factors: Sequence[Operand]) -> Operand:
        """f0 * f1 * ..., left to right."""
        return self._chain("mul", [self.number(factor) for factor in factors])

    def _chain(self, op: str, operands: list[Operand]) -> Operand:
        """An n-ary sum or product whose leading exact constants are one: ``2*3*x`` is ``6*x``."""
        start, end, count = operands[0].start, operands[-1].end, 1
        total = self.exact(operands[0])
        while total is not None and count < len(operands):
            value = self.exact(operands[count])
            if value is None:
                break
            longer = total + value if op == "add" else total * value
            if _bits(longer) > MAX_BITS:
                break
            total, count = longer, count + 1
        if count > 1 and total is not None:
            operands = [self.constant(total, start, operands[count - 1].end), *operands[count:]]
        return (
            operands[0]._replace(start=start, end=end)
            if len(operands) == 1
            else self.operation(op, operands, start, end)
        )

    def negative(self, operand: Operand, start: int) -> Operand:
        """-x; of a constant the constant, since changing a sign is exact in doubles too."""
        node = self.nodes[self.number(operand).node]
        if node.op == "number" and not isinstance(node.value, (str, type(None))):
            return self.leaf("number", -node.value, start, operand.end)
        return self.operation("neg", [operand], start, operand.end)

    def divide(self, left: Operand, right: Operand) -> Operand:
        """Quotient; of exact constants a Fraction, unless b is 0."""
        above, below = self.exact(self.number(left)), self.exact(self.number(right))
        if above is not None and below is not None and below and _bits(ratio := Fraction(above) / below) <= MAX_BITS:
            return self.constant(ratio, left.start, right.end)
        return self.operation("div", [left, right], left.start, right.end)

    def power(self, base: Operand, exponent: Operand) -> Operand:
        """Power; of exact constants with an integer b exact, unless 0 is divided by."""
        a, b = self.exact(self.number(base)), self.exact(self.number(exponent))
        if a is None or not isinstance(b, int) or (a == 0 and b < 0):
            return self.operation("pow", [base, exponent], base.start, exponent.end)
        # a lower bound of the result's bits before any work; 1, 0 and -1 to any power stay small
        if abs(b) * (_bits(a) - 1) > MAX_BITS:
            message = f"this constant has more than {MAX_BITS:,} bits"
            raise LimitError(message, source=self.text, column=base.start, width=exponent.end - base.start)
        return self.constant(Fraction(a) ** b, base.start, exponent.end)

    def call(self, row: Function, args: list[Operand], start: int, end: int) -> Operand:
        """A function of the catalogue, its constant arguments made integers."""
        operands = [self.number(arg) for arg in args]
        for position in row.constant:
            if position < len(operands):
                operands[position] = self._integer(row, operands[position])
        return self.operation(row.name, operands, start, end)

    def _integer(self, row: Function, operand: Operand) -> Operand:
        node = self.nodes[operand.node]
        least, most = RANGES.get(row.name, (0, None))
        value = node.value
        whole = node.op in ("number", "parameter") and not isinstance(value, (str, type(None))) and value == int(value)
        if not whole or int(value) < least or (most is not None and int(value) > most):  # type: ignore[arg-type]  # whole, so a number
            bounds = f"at least {least}" if most is None else f"from {least} to {most}"
            self._refuse(f"this argument of {row.name} must be an integer constant, {bounds}", operand, "type")
        return self.leaf("number", int(value), operand.start, operand.end)  # type: ignore[arg-type]  # as above


def _bits(value: ExactNumber) -> int:
    return max(value.numerator.bit_length(), value.denominator.bit_length())
