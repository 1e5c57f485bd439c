"""The code list of an expression: its operations in the order that they are run, each with its rule looked up once.

Source: R. E. Moore, R. B. Kearfott, M. J. Cloud, "Introduction to Interval Analysis", SIAM 2009, chapter 9.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from struct import pack, unpack
from typing import Any

from flint import arb, fmpq

from hesscli.exact.decimals import ball
from hesscli.exact.interpreters.rules import RULES
from hesscli.exact.rational import Rational, angle
from hesscli.language.definitions import DEFINED, Inlined, inlined
from hesscli.language.expression import Expression, Node


@dataclass(frozen=True, slots=True, eq=False)
class CodeList:
    """An expression made ready for many interpreters.

    Attributes:
        expression: what was typed.
        live: positions in it of the nodes that the outputs need.
        inlined: what is run: functions that are defined by others stand as their definitions.
        steps: (position, rule, operands) of the live nodes that compute, in the order that they are run.
        single: floats are rounded to float32 first, as the tape does.
        lazy: some node must not be evaluated unless a condition asks for it.
    """

    expression: Expression
    live: tuple[int, ...]
    inlined: Inlined
    steps: tuple[tuple[int, Callable[..., Any], tuple[int, ...]], ...]
    single: bool
    lazy: bool

    @classmethod
    def of(cls, expression: Expression, dtype: str = "float64") -> CodeList:
        """Inline definitions and look every rule up once.

        Args:
            expression: f, of n variables.
            dtype: with ``float32`` floats are rounded to it first.
        """
        run = inlined(expression, DEFINED)
        live, nodes = run.expression.live(), run.expression.nodes
        steps = tuple((k, RULES.get(nodes[k].op) or _smooth(nodes[k].op), nodes[k].args) for k in live if nodes[k].args)
        lazy = any(nodes[k].op in ("Piecewise", "and", "or") for k in live)
        return cls(expression, expression.live(), run, steps, dtype == "float32", lazy)

    def rounded(self, number: float) -> float:
        """A double as the tape's dtype holds it."""
        return float(unpack("f", pack("f", number))[0]) if self.single else number

    def leaf(self, node: Node, *, exact: bool = False) -> arb | bool | None:
        """The value of a node without operands: a ball, a truth, or None for a variable.

        Args:
            node: of what is run.
            exact: fractions and multiples of pi know what they are (see `rational`).
        """
        value = node.value
        if node.op == "variable":
            return None
        if node.op in ("true", "false"):
            return node.op == "true"
        if node.op == "constant":
            if exact and value == "pi":
                return angle(1)
            return {"pi": arb.pi, "E": arb.const_e, "EulerGamma": arb.const_euler}[str(value)]()
        assert isinstance(value, (int, Fraction, float))
        number = self.rounded(value) if isinstance(value, float) else value
        return Rational(fmpq(*number.as_integer_ratio())) if exact else ball(number)


def _smooth(name: str) -> Callable[..., Any]:
    return lambda interpreter, *args: interpreter.smooth(name, args)
