"""The objective: an Expression made ready to be differentiated, a function of n tensors.

It takes its variables one by one, not as one vector: a gradient that TensorFlow does not connect is then
visible as None for the very entry.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from hesscli.language.expression import Expression, Node
from hesscli.tape.lowering import KNOWING, LEAVES, RULES
from hesscli.tape.lowering.smooth import Known, Rule, Tensor, double
from hesscli.tape.quiet import tf
from hesscli.tape.unlowered import Unlowered

CONSTANTS = {"pi": math.pi, "E": math.e, "EulerGamma": 0.57721566490153286061}

Select = Callable[[int, Sequence[Tensor]], Tensor]
"""Piecewise: position of the node and its arguments (value, condition, value, condition, ...) -> its value."""


class Objective:
    """An Expression made ready for tensors of one dtype: constants computed, rules looked up.

    Attributes:
        expression: what was typed.
        dtype: of every tensor.
        depends: for every output the indices of the variables in its program.

    Args:
        expression: what was typed.
        dtype: ``float64`` or ``float32``.
        rules: the table for operations that depend on a variable; constants are always tensors.
        knowing: the same for rules that see constant values.
    """

    def __init__(
        self,
        expression: Expression,
        dtype: str,
        rules: Mapping[str, Rule] = RULES,
        knowing: Mapping[str, Rule] = KNOWING,
    ) -> None:
        self.expression, self.dtype = expression, tf.as_dtype(dtype)
        self._rules, self._knowing = rules, knowing
        depends = expression.dependence()
        self.depends = tuple(depends[k] for k in expression.outputs)
        self._steps = [k for k in expression.live() if depends[k]]
        tables = {True: (rules, knowing), False: (RULES, KNOWING)}
        ops = {(expression.nodes[k].op, bool(depends[k])) for k in expression.live()}
        missing = sorted({op for op, varies in ops if op not in LEAVES and not any(op in t for t in tables[varies])})
        if missing:
            raise Unlowered(missing)
        self._position = frozenset(self._steps)
        self._constants: dict[int, Tensor] = {}
        self._known: dict[int, Known] = {}
        for k in expression.live():
            if not depends[k]:
                self._constants[k] = self._constant(k)
                self._known[k] = _known(expression.nodes[k], self._constants[k])

    @property
    def piecewise(self) -> tuple[int, ...]:
        """Positions of the Piecewise nodes that depend on a variable."""
        return tuple(k for k in self._steps if self.expression.nodes[k].op == "Piecewise")

    def _constant(self, k: int) -> Tensor:
        node = self.expression.nodes[k]
        if isinstance(node.value, (int, float, Fraction)):
            return tf.constant(double(node.value), self.dtype)
        if node.op == "constant":
            return tf.constant(CONSTANTS[str(node.value)], self.dtype)
        if node.op in {"true", "false"}:
            return tf.constant(node.op == "true")
        return self._apply(k, self._constants, active)

    def _apply(self, k: int, values: Mapping[int, Tensor], select: Select) -> Tensor:
        node = self.expression.nodes[k]
        args = [values[a] for a in node.args]
        if node.op == "Piecewise":
            return select(k, args)
        constant = k not in self._position
        rules, knowing = (RULES, KNOWING) if constant else (self._rules, self._knowing)
        base, half = self.expression.nodes[node.args[0]] if node.args else node, self._half(node)
        if half is not None:
            square = rules[f"{base.op}**2"](*(values[a] for a in base.args))
            return knowing["pow"](square, args[1], (None, half))
        if node.op in knowing:
            return knowing[node.op](*args, tuple(self._known.get(a) for a in node.args))
        return rules[node.op](*args)

    def _half(self, node: Node) -> int | None:
        """The k of a power sqrt(u)**(2*k), hypot(u, v)**(2*k), Abs(u)**(2*k), which is smooth where its base is not."""
        if node.op != "pow" or f"{self.expression.nodes[node.args[0]].op}**2" not in RULES:
            return None
        exponent = self.expression.nodes[node.args[1]].value
        return exponent // 2 if isinstance(exponent, int) and exponent > 0 and exponent % 2 == 0 else None

    def __call__(self, variables: Sequence[Tensor], select: Select | None = None) -> list[Tensor]:
        """The outputs at a point, each of the variables' shape.

        Args:
            variables: n tensors of one shape.
            select: the value of a Piecewise; None looks at the conditions, which needs one point.

        Returns:
            One tensor for each output.
        """
        select = select or active
        values: dict[int, Tensor] = dict(self._constants)
        index = {name: i for i, name in enumerate(self.expression.variables)}
        for k in self._steps:
            node = self.expression.nodes[k]
            values[k] = variables[index[str(node.value)]] if node.op == "variable" else self._apply(k, values, select)
        return [values[k] for k in self.expression.outputs]


def active(_: int, args: Sequence[Tensor]) -> Tensor:
    """The value beside the first condition that holds, NaN where none does.

    A dead branch is never entered by a derivative: one point chooses its branch in Python.
    """
    chosen = next((k - 1 for k in range(1, len(args), 2) if bool(args[k])), None)
    return nothing(args) if chosen is None else args[chosen]


def nothing(args: Sequence[Tensor]) -> Tensor:
    """The value of a Piecewise none of whose conditions holds."""
    return tf.constant(math.nan, args[0].dtype)


def _known(node: Node, tensor: Tensor) -> Known:
    if isinstance(node.value, (int, Fraction)):
        return node.value
    return float(tensor) if tensor.dtype.is_floating else None
