"""The objective: an Expression made ready to be differentiated, a function of n tensors or series.

It takes its variables one by one, not as one vector: a gradient that TensorFlow does not connect is then
visible as None for the very entry.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hesscli.language.definitions import inlined
from hesscli.language.expression import Expression, Node
from hesscli.tape.constants import CONSTANTS
from hesscli.tape.lowering import LEAVES, PRIMITIVES
from hesscli.tape.primitive import ROWLESS, noticing
from hesscli.tape.quiet import tf
from hesscli.tape.unlowered import Unlowered
from hesscli.tape.values import Tensor, double, is_number

Select = Callable[[int, Sequence[Tensor]], Tensor]
"""Piecewise: position of the node and its arguments (value, condition, value, condition, ...) -> its value."""


class Objective:
    """An Expression made ready for tensors of one dtype: constants computed, primitives looked up.

    Attributes:
        expression: what was typed.
        dtype: of every tensor.
        plain: True where every operation has TensorFlow's own gradient and Piecewise is ``tf.where``.
        depends: for every output the indices of the variables in its program.

    Args:
        expression: what was typed.
        dtype: ``float64`` or ``float32``.
        plain: whether to leave TensorFlow's own gradients as they are.

    Raises:
        Unlowered: TensorFlow has no such function.
    """

    def __init__(self, expression: Expression, dtype: str, *, plain: bool = False) -> None:
        self.expression, self.dtype, self.plain = expression, tf.as_dtype(dtype), plain
        inner = inlined(expression, ROWLESS)
        self._origin, expression = inner.origin, inner.expression
        self._program = expression
        depends = expression.dependence()
        self.depends = tuple(depends[k] for k in expression.outputs)
        self._steps = [k for k in expression.live() if depends[k]]
        ops = {expression.nodes[k].op for k in expression.live()}
        missing = sorted(op for op in ops if op not in LEAVES and op not in PRIMITIVES)
        if missing:
            raise Unlowered(missing)
        self._constants: dict[int, Any] = {}
        for k in expression.live():
            if not depends[k]:
                self._constants[k] = self._constant(expression.nodes[k])

    @property
    def piecewise(self) -> tuple[int, ...]:
        """Positions of the Piecewise nodes that depend on a variable; none where they are ``tf.where``."""
        return () if self.plain else tuple(k for k in self._steps if self._program.nodes[k].op == "Piecewise")

    def _constant(self, node: Node) -> Any:
        """The value of a node that no variable enters: a number or a condition."""
        if node.op in ("number", "parameter"):
            return node.value
        if node.op == "constant":
            return CONSTANTS[str(node.value)]
        if node.op in ("true", "false"):
            return node.op == "true"
        args = [self._constants[a] for a in node.args]
        if node.op == "Piecewise":
            return next((args[i - 1] for i in range(1, len(args), 2) if args[i]), math.nan)
        return PRIMITIVES[node.op](*args)

    def _apply(self, k: int, values: Mapping[int, Any], select: Select, plain: bool) -> Any:
        node = self._program.nodes[k]
        args = [values[a] for a in node.args]
        if node.op == "Piecewise":
            return select(k, [self._tensor(x) for x in args])
        if plain:
            return PRIMITIVES[node.op].plainly(*args)
        half = self._half(node)
        if half is None:
            return PRIMITIVES[node.op](*args)
        base = self._program.nodes[node.args[0]]
        return PRIMITIVES["pow"](PRIMITIVES[f"{base.op}**2"](*(values[a] for a in base.args)), half)

    def _half(self, node: Node) -> int | None:
        """The k of a power sqrt(u)**(2*k), hypot(u, v)**(2*k), Abs(u)**(2*k), which is smooth where its base is not."""
        if node.op != "pow" or f"{self._program.nodes[node.args[0]].op}**2" not in PRIMITIVES:
            return None
        exponent = self._program.nodes[node.args[1]].value
        return exponent // 2 if isinstance(exponent, int) and exponent > 0 and exponent % 2 == 0 else None

    def _tensor(self, x: Any) -> Any:
        return (
            tf.constant(x if isinstance(x, bool) else double(x), None if isinstance(x, bool) else self.dtype)
            if (is_number(x))
            else x
        )

    @staticmethod
    def _where(_: int, args: Sequence[Tensor]) -> Tensor:
        """Piecewise as everyone writes it: both branches are differentiated, and the dead one's NaN spoils the sum."""
        value = nothing(args)
        for i in range(len(args) - 2, -1, -2):
            value = tf.where(args[i + 1], args[i], value)
        return value

    def __call__(self, variables: Sequence[Any], select: Select | None = None) -> list[Any]:
        """The outputs at a point, each of the variables' shape.

        Args:
            variables: n tensors of one shape, or n series.
            select: the value of a Piecewise; None looks at the conditions, which needs one point.

        Returns:
            One tensor for each output.
        """
        values = self._values(variables, self._where if self.plain else select or active, self.plain)
        return [self._tensor(values[k]) for k in self._program.outputs]

    def _values(
        self, variables: Sequence[Any], select: Select, plain: bool, met: Callable[[int], None] | None = None
    ) -> dict[int, Any]:
        """The value of every node; ``met`` is called after each that depends on a variable."""
        values: dict[int, Any] = dict(self._constants)
        index = {name: i for i, name in enumerate(self._program.variables)}
        for k in self._steps:
            node = self._program.nodes[k]
            values[k] = (
                variables[index[str(node.value)]] if node.op == "variable" else self._apply(k, values, select, plain)
            )
            if met is not None:
                met(k)
        return values

    def repairs(self, variables: Sequence[Tensor], order: int) -> dict[str, str]:
        """The operations whose derivatives TensorFlow itself has wrong or not at all at these points.

        Args:
            variables: n tensors of one shape.
            order: the highest that is asked for.

        Returns:
            Operation -> why, in the order of the program; no reason where TensorFlow has no such function.
        """
        found: dict[str, str] = {}
        nodes = self._program.nodes
        suspects = self.suspects(order)
        if all(nodes[k].op in PRIMITIVES and PRIMITIVES[nodes[k].op].everywhere for k in suspects):
            return {self._typed(k): PRIMITIVES[nodes[k].op].repaired for k in suspects}
        with noticing(order) as rows:

            def met(k: int) -> None:
                for row in rows:
                    found.setdefault(self._typed(k), row.repaired)
                rows.clear()

            def select(k: int, args: Sequence[Tensor]) -> Tensor:
                if len(args) > 2 and not all(bool(tf.reduce_all(tf.math.is_finite(x))) for x in args[::2]):
                    found.setdefault(self._typed(k), DEAD_BRANCH)
                return self._where(k, args)

            self._values(variables, select, plain=False, met=met)
        return found

    def suspects(self, order: int) -> list[int]:
        """The operations that may have to be repaired up to an order, by the program alone."""
        return [k for k in self._steps if self._suspect(self._program.nodes[k], order)]

    def _typed(self, k: int) -> str:
        """The operation as typed that a node stands for."""
        return self.expression.nodes[self._origin[k]].op

    def _suspect(self, node: Node, order: int) -> bool:
        if node.op == "Piecewise":
            return True
        if node.op == "pow":
            exponent = self._program.nodes[node.args[1]].value
            return not isinstance(exponent, int) or 0 <= exponent < order or self._half(node) is not None
        return node.op in PRIMITIVES and PRIMITIVES[node.op].suspect


DEAD_BRANCH = "tf.where differentiates the branch that is not taken too, and its NaN spoils the sum"


@functools.lru_cache(maxsize=64)
def objective_of(expression: Expression, dtype: str, plain: bool = False) -> Objective:
    """The program of an expression, made once."""
    return Objective(expression, dtype, plain=plain)


def active(_: int, args: Sequence[Tensor]) -> Tensor:
    """The value beside the first condition that holds, NaN where none does.

    A dead branch is never entered by a derivative: one point chooses its branch in Python.
    """
    chosen = next((k - 1 for k in range(1, len(args), 2) if bool(args[k])), None)
    return nothing(args) if chosen is None else args[chosen]


def nothing(args: Sequence[Tensor]) -> Tensor:
    """The value of a Piecewise none of whose conditions holds."""
    return tf.constant(math.nan, args[0].dtype)
